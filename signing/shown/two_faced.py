"""What was signed and may show otherwise elsewhere or later: told by the verifier, as whoever signed it may
not have looked.

The signer refuses most of this (presentation.py). Nothing was changed, so no verdict rests on it.
"""

import io
import mmap
from collections.abc import Iterator

import pikepdf
from pikepdf import Dictionary, Pdf
from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.pdf import document, page_parts
from signing.pdf.document import Field, Page, identity, resolved, value_of
from signing.pdf.form_pictures import NOT_COMPARED
from signing.pdf.parsing import PARSE_ERRORS
from signing.reports.notes import note
from signing.reports.report import Note
from signing.shown import layers, presentation

#: Streams stand in no object stream, so that what they say can be found in the bytes of the file.
OF_STREAMS = (b"/Alternates", b"/OPI", b"/Ref ", b"/Ref<<", b"/F (", b"/F(")
HIDDEN, PRINTED, NOT_VIEWED, TOGGLED = 1 << 1, 1 << 2, 1 << 5, 1 << 8  # annotation flags (table 165)
#: What is no part of a page; fields are looked at by themselves.
BESIDE = frozenset({"/Link", "/Popup", "/Text", "/Widget", "/FileAttachment"})


def notes(data: bytes | mmap.mmap, reader: PdfFileReader) -> list[Note]:
    """What is to be said of the present version; of most documents nothing, and these are not opened anew."""
    try:
        if not _is_suspect(data, reader):
            return []
        with pikepdf.open(io.BytesIO(bytes(data[:]))) as pdf:
            return list(_told(pdf))
    except (*PARSE_ERRORS, *NOT_COMPARED):
        return [note("shows-not-looked-at")]


def _is_suspect(data: bytes | mmap.mmap, reader: PdfFileReader) -> bool:
    """Has it anything that is worth a closer look? Raises PARSE_ERRORS."""
    catalog, form = reader.root, value_of(reader.root, "/AcroForm", {})
    if any(key in catalog for key in ("/OCProperties", "/Collection")) or _acts(catalog):
        return True
    if "/JavaScript" in value_of(catalog, "/Names", {}) or "/XFA" in form:
        return True
    if value_of(form, "/NeedAppearances", False) or any(data.find(said) >= 0 for said in OF_STREAMS):
        return True
    fields = document.form_fields(reader)
    return any(_acts(node) for field in fields for node in (field.node, *(w for _, w in field.widgets))) or (
        _has_notes(document.pages(reader), fields)
    )


def _acts(node: DictionaryObject) -> bool:
    """Does anything happen by it but that a place is shown? An array is such a place."""
    actions = [value_of(node, key) for key in ("/A", "/OpenAction")]
    return "/AA" in node or any(
        "/Next" in one or str(value_of(one, "/S")) not in presentation.HARMLESS_ACTIONS
        for one in actions
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
    for code, found in (("shows-outside", presentation.outside(pdf)), ("shows-on-one", _on_one_side(pdf))):
        if found:
            yield note(code, pages=", ".join(map(str, found)))


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
