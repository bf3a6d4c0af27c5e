"""What was signed and may show otherwise elsewhere or later: told by the verifier, as whoever signed it may
not have looked.

The signer refuses most of this (presentation.py). Nothing was changed, so no verdict rests on it.
"""

import mmap
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Object, Pdf, Stream
from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.pdf import page_parts
from signing.pdf.document import Document, Field, Page, identity, resolved, value_of
from signing.pdf.form_pictures import NOT_COMPARED, fields, inherited, is_undrawn
from signing.pdf.parsing import PARSE_ERRORS
from signing.reports.notes import note
from signing.reports.report import Note
from signing.shown import layers, on_paper, presentation

#: Streams stand in no object stream, so that what they say can be found in the bytes of the file; where these
#: are many, going through the pictures of all pages costs less. The file that one comes from (`/F`) is a
#: string, a dictionary or a reference to either, a comment before it or not; the flags of annotations, which
#: have the same name, are a number.
OF_STREAMS = re.compile(
    rb"%s|%s|%s|%s|%s[\0\s]*(?:[(<%%]|\d+[\0\s]*(?:%%|[\0\s]\d+[\0\s]*(?:%%|[\0\s]R)))"
    % tuple(map(on_paper.spelled, (b"Alternates", b"OPI", b"Ref", b"PS", b"F")))
)
HINTS = re.compile(OF_STREAMS.pattern + b"|" + on_paper.WORDS)
SHORT = 1 << 20  # bytes
HIDDEN, PRINTED, NOT_VIEWED, TOGGLED = 1 << 1, 1 << 2, 1 << 5, 1 << 8  # annotation flags (table 165)
#: What is no part of a page.
BESIDE = frozenset({"/Link", "/Popup", "/Text", "/FileAttachment"})
#: What a press alone shows (14.11.3, 14.11.6), or puts elsewhere than a screen (12.5.6.22).
OF_A_PRESS, FIXED = frozenset({"/PrinterMark", "/TrapNet"}), "/FixedPrint"
SIGNS = frozenset({"/Text", "/FileAttachment"})  # annotations of which programs draw a sign
SAID = ("/BBox", "/Matrix", "/Filter", "/DecodeParms", "/Resources")  # what a picture says of itself
SIGN = 32  # points of the side of a sign, as in signing/comparison/faces.py


def notes(
    source: Path, data: bytes | mmap.mmap, reader: PdfFileReader, read: Callable[[], Document]
) -> list[Note]:
    """What is to be said of the present version; of most documents nothing, and short ones are not opened
    anew for that. `read` may raise PARSE_ERRORS."""
    try:
        suspect = _is_suspect(read())
        if (
            not suspect
            and len(data) <= SHORT
            and HINTS.search(data) is None
            and not on_paper.is_packed(reader)
        ):
            return []
        with pikepdf.open(source) as pdf:
            found = [*(_told(pdf) if suspect else ()), *_by_pages("shows-outside", presentation.outside(pdf))]
            return found + _by_pages("shows-on-paper", on_paper.pages(pdf))
    except (*PARSE_ERRORS, *NOT_COMPARED):
        return [note("shows-not-looked-at")]


def _is_suspect(shown: Document) -> bool:
    """Has it anything that is worth a closer look? Raises PARSE_ERRORS."""
    catalog, form = shown.catalog, shown.form
    if any(key in catalog for key in ("/OCProperties", "/Collection", "/Outlines")) or _acts(catalog):
        return True
    if "/JavaScript" in value_of(catalog, "/Names", {}) or "/XFA" in form:
        return True
    if value_of(form, "/NeedAppearances", False):
        return True
    held = list(shown.fields.values())
    if any(map(_shows_by_turns, held)):
        return True
    nodes = (node for field in held for node in (field.node, *(w for _, w in field.widgets)))
    return any(map(_acts, nodes)) or _has_notes(shown.pages, held)


def _shows_by_turns(field: Field) -> bool:
    """Is it shown under a pointer, on paper or nowhere otherwise than on a screen, as far as a hint tells?"""
    written = field.kind in ("/Tx", "/Ch") and "/V" in field.node
    for _, widget in field.widgets:
        faces, flags = value_of(widget, "/AP", {}), value_of(widget, "/F", 0)
        turned = field.kind != "/Btn" and ("/R" in faces or "/D" in faces)
        if turned or (written and "/N" not in faces):
            return True
        if not isinstance(flags, int) or flags & (NOT_VIEWED | TOGGLED):
            return True
    return False


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
                if _acts(node) or "/AP" in node:
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
    if "/XFA" in form or bool(form.get("/NeedAppearances", False)) or any(map(is_undrawn, fields(pdf))):
        yield note("shows-form")
    yield from _by_pages("shows-on-one", _pages_with(pdf, _comes_and_goes))
    yield from _by_pages("shows-pointed", _pages_with(pdf, _turns))


def _by_pages(code: str, found: list[int]) -> list[Note]:
    return [note(code, pages=", ".join(map(str, found)))] if found else []


def _pages_with(pdf: Pdf, wanted: Callable[[Object], bool]) -> list[int]:
    return [
        number
        for number, page in enumerate(pdf.pages, 1)
        if any(wanted(one) for one in page_parts.annotations(page.obj))
    ]


def _comes_and_goes(annotation: Object) -> bool:
    """Does it stand on a screen or on paper alone, or come and go under a pointer?"""
    flags, kind = int(annotation.get("/F", 0)), str(annotation.get("/Subtype"))
    if flags & HIDDEN or kind in BESIDE:
        return False
    if kind in OF_A_PRESS or FIXED in annotation:
        return True
    if "/AP" not in annotation:
        return False
    if kind == "/Widget":  # one that is not printed is usual, such as a button
        on_paper_alone = flags & PRINTED and flags & NOT_VIEWED
        return bool(flags & TOGGLED or on_paper_alone) and _is_filled(annotation)
    return bool(flags & TOGGLED) or bool(flags & PRINTED) == bool(flags & NOT_VIEWED)


def _is_filled(field: Object) -> bool:
    value = inherited(field, "/V")
    return value is not None and str(value) not in ("", "/Off")


def _turns(annotation: Object) -> bool:
    """Has it another picture for a pointer over it, or while it is pressed, than the one on the page?"""
    kind = str(annotation.get("/Subtype"))
    if int(annotation.get("/F", 0)) & HIDDEN or kind == "/Popup":
        return False
    if kind == "/Widget" and inherited(annotation, "/FT") == Name.Btn:
        return False  # a button is pressed
    faces: Any = annotation.get("/AP", Dictionary())
    others = [faces[name] for name in ("/R", "/D") if name in faces]
    if not others or (kind in SIGNS and _is_sign(annotation)):
        return False
    return any(not _is_same(faces.get("/N"), other) for other in others)


def _is_sign(annotation: Object) -> bool:
    x0, y0, x1, y1 = (float(side) for side in annotation.get("/Rect", [0, 0, 0, 0]))
    return max(abs(x1 - x0), abs(y1 - y0)) <= SIGN


def _is_same(one: Any, other: Any) -> bool:
    """The same picture, or the same ones for each state."""
    if not isinstance(one, Stream) and isinstance(one, Dictionary) and isinstance(other, Dictionary):
        names = set(other.keys())
        return set(one.keys()) == names and all(_is_same_picture(one[name], other[name]) for name in names)
    return _is_same_picture(one, other)


def _is_same_picture(one: Any, other: Any) -> bool:
    """Of the same bytes, drawn with the same things; these are not looked into."""
    if not isinstance(one, Stream) or not isinstance(other, Stream):
        return False
    if one.objgen == other.objgen:
        return True
    alike = all(_written(one.get(key)) == _written(other.get(key)) for key in SAID)
    return alike and one.read_raw_bytes() == other.read_raw_bytes()


def _written(value: Any) -> object:
    return value.unparse() if isinstance(value, Object) else value
