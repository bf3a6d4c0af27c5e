"""What was signed and may show otherwise elsewhere or later: told by the verifier, as whoever signed it may
not have looked.

The signer refuses most of this (presentation.py). Nothing was changed, so no verdict rests on it.
"""

import mmap
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Pdf
from pyhanko.pdf_utils.generic import DictionaryObject

from signing.pdf import page_parts
from signing.pdf.document import Document, Field, Page, identity, resolved, value_of
from signing.pdf.form_pictures import NOT_COMPARED
from signing.pdf.parsing import PARSE_ERRORS
from signing.reports.notes import note
from signing.reports.report import Note
from signing.shown import layers, presentation


def _spelled(name: bytes) -> bytes:
    """A pattern for a name, any character of which may be written by its number (ISO 32000-1, 7.3.5)."""
    letters = [b"(?:%c|#%02x|#%02X)" % (letter, letter, letter) for letter in name]
    return b"/" + b"".join(letters) + rb"(?=[\0\s()<>\[\]{}/%]|$)"


#: Streams stand in no object stream, so that what they say can be found in the bytes of the file; where these
#: are many, going through the pictures of all pages costs less. The file that one comes from (`/F`) is a
#: string, a dictionary or a reference to either, a comment before it or not; the flags of annotations, which
#: have the same name, are a number.
OF_STREAMS = re.compile(
    rb"%s|%s|%s|%s|%s[\0\s]*(?:[(<%%]|\d+[\0\s]*(?:%%|[\0\s]\d+[\0\s]*(?:%%|[\0\s]R)))"
    % tuple(map(_spelled, (b"Alternates", b"OPI", b"Ref", b"PS", b"F")))
)
SHORT = 1 << 20  # bytes
HIDDEN, PRINTED, NOT_VIEWED, TOGGLED = 1 << 1, 1 << 2, 1 << 5, 1 << 8  # annotation flags (table 165)
#: What is no part of a page; fields are looked at by themselves.
BESIDE = frozenset({"/Link", "/Popup", "/Text", "/Widget", "/FileAttachment"})


def notes(source: Path, data: bytes | mmap.mmap, read: Callable[[], Document]) -> list[Note]:
    """What is to be said of the present version; of most documents nothing, and short ones are not opened
    anew for that. `read` may raise PARSE_ERRORS."""
    try:
        suspect = _is_suspect(read())
        if not suspect and len(data) <= SHORT and OF_STREAMS.search(data) is None:
            return []
        with pikepdf.open(source) as pdf:
            return [*(_told(pdf) if suspect else ()), *_by_pages("shows-outside", presentation.outside(pdf))]
    except (*PARSE_ERRORS, *NOT_COMPARED):
        return [note("shows-not-looked-at")]


def _is_suspect(shown: Document) -> bool:
    """Has it anything that is worth a closer look? Raises PARSE_ERRORS."""
    catalog, form = shown.catalog, shown.form
    if any(key in catalog for key in ("/OCProperties", "/Collection")) or _acts(catalog):
        return True
    if "/JavaScript" in value_of(catalog, "/Names", {}) or "/XFA" in form:
        return True
    if value_of(form, "/NeedAppearances", False):
        return True
    fields = list(shown.fields.values())
    nodes = (node for field in fields for node in (field.node, *(w for _, w in field.widgets)))
    return any(map(_acts, nodes)) or _has_notes(shown.pages, fields)


def _acts(node: DictionaryObject) -> bool:
    """Does anything happen by it but that a place is shown? An array is such a place."""
    harmless = {"/A": presentation.HARMLESS_ACTIONS, "/OpenAction": presentation.HARMLESS_AT_ONCE}
    actions = [(value_of(node, key), kinds) for key, kinds in harmless.items()]
    return "/AA" in node or any(
        "/Next" in one or str(value_of(one, "/S")) not in kinds
        for one, kinds in actions
        if isinstance(one, DictionaryObject)
    )


def _has_notes(pages: list[Page], fields: list[Field]) -> bool:
    """Does a page act by itself, or has it an annotation that is no field, and no link to a place?"""
    known = {place for field in fields for place, _ in field.widgets}
    for page in pages:
        if _acts(page.node):
            return True
        for entry in page.annotations():
            if identity(entry) is None or identity(entry) not in known:
                node = resolved(entry)
                if not isinstance(node, DictionaryObject) or value_of(node, "/Subtype") != "/Link":
                    return True
                if _acts(node):
                    return True
    return False


def _told(pdf: Pdf) -> Iterator[Note]:
    if kinds := presentation.active_kinds(pdf):
        yield note("shows-active", kinds=", ".join(kinds))
    if "/Collection" in pdf.Root:
        yield note("shows-portfolio")
    if layers.may_hide(pdf):
        yield note("shows-layers")
    form = pdf.Root.get("/AcroForm", Dictionary())
    if "/XFA" in form or bool(form.get("/NeedAppearances", False)):
        yield note("shows-form")
    yield from _by_pages("shows-on-one", _on_one_side(pdf))


def _by_pages(code: str, found: list[int]) -> list[Note]:
    return [note(code, pages=", ".join(map(str, found)))] if found else []


def _on_one_side(pdf: Pdf) -> list[int]:
    """The pages with something that stands on a screen or on paper alone, or comes and goes."""
    return [
        number
        for number, page in enumerate(pdf.pages, 1)
        if any(_comes_and_goes(one) for one in page_parts.annotations(page.obj))
    ]


def _comes_and_goes(annotation: pikepdf.Object) -> bool:
    flags = int(annotation.get("/F", 0))
    if str(annotation.get("/Subtype")) in BESIDE or "/AP" not in annotation or flags & HIDDEN:
        return False
    return bool(flags & TOGGLED) or bool(flags & PRINTED) == bool(flags & NOT_VIEWED)
