"""Fonts that are not in a file although its pages show text in them: each machine takes another one.

A font that no visible text is set in changes no page: programs that read scans name one for the text which
they lay unseen under the picture (ISO 19005-2, 6.2.11.4.1, leaves out fonts that are used so alone), and
others name fonts that they use nowhere.
"""

import ctypes
import re
from collections.abc import Iterator
from typing import Any

import pypdfium2 as pdfium
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream
from pypdfium2 import raw

from signing.pdf import page_parts
from signing.pdf.form_pictures import inherited
from signing.shown import paint

LONGEST = 256  # bytes of a name
SET = re.compile(rb"/([^\x00\s()<>\[\]{}/%]+)[\x00\s]+[-+.\d]+[\x00\s]+Tf")  # a font is chosen (9.3.1)


def find(pdf: Pdf) -> tuple[str, int] | None:
    """The name of such a font and the page that needs it, counted from 1. Raises pypdfium2.PdfiumError where
    the pages cannot be drawn, paint.TooMuch where one paints more than is looked at."""
    named = {number: fonts for number, page in enumerate(pdf.pages, 1) if (fonts := _missing(page.obj))}
    if not named:
        return None
    with pdfium.PdfDocument(pdf.filename) as opened:
        for number, fonts in named.items():
            page = opened[number - 1]
            with paint.numbered(number):
                used = b"" if _is_set_within(pdf.pages[number - 1].obj) else next(_used(page), None)
            page.close()
            if used is not None:
                return fonts.get(used) or next(iter(fonts.values())), number
    return None


def set_by_state(pdf: Pdf) -> int | None:
    """The page, counted from 1, on which a graphics state may set a font (ISO 32000-1, table 58), in the
    file or not: PDFium does not know that and takes Helvetica, poppler takes the font."""
    form = pdf.Root.get("/AcroForm", Dictionary())
    for number, page in enumerate(pdf.pages, 1):
        lent = [form.get("/DR")] if page_parts.annotations(page.obj) else []  # to pictures of fields without
        own = (one.get("/Resources") for one in page_parts.painted(page.obj))
        if any(map(_has_font_state, (inherited(page.obj, "/Resources"), *own, *lent))):
            return number
    return None


def _has_font_state(resources: Any) -> bool:
    states = page_parts.values(resources.get("/ExtGState")) if isinstance(resources, Dictionary) else ()
    return any("/Font" in state for state in states if isinstance(state, Dictionary))


def _missing(page: Object) -> dict[bytes, str]:
    """The fonts that a page names and the file does not have: their names as bytes and to be told."""
    found = {}
    for _, font in _foreign(page):
        written = _written(font.get("/BaseFont"))
        found[written] = _told(written)
    return found


def _foreign(page: Object) -> Iterator[tuple[bytes, Object]]:
    """Those fonts, each with what its holder calls it."""
    for holder in (page, *page_parts.drawn(page), *page_parts.within(page)):
        fonts: Any = (inherited(holder, "/Resources") or Dictionary()).get("/Font")
        for name in fonts.keys() if isinstance(fonts, Dictionary) else ():
            if isinstance(fonts[name], Dictionary) and not _is_embedded(fonts[name]):
                yield name.removeprefix("/").encode("utf-8", "surrogateescape"), fonts[name]


def _is_set_within(page: Object) -> bool:
    """Is text set in one of them in a pattern, a mask or a letter that is a drawing? PDFium tells of what is
    on the page by itself alone."""
    names = {name for name, _ in _foreign(page)}
    chosen = (SET.findall(one.read_bytes()) for one in page_parts.within(page) if isinstance(one, Stream))
    return any(name in names or b"#" in name or not name.isascii() for found in chosen for name in found)


def _written(name: object) -> bytes:
    """A name as it is in the file: many are in an encoding of their own, and no Unicode."""
    if not isinstance(name, Name):
        return b""
    parts = name.unparse().removeprefix(b"/").split(b"#")
    return parts[0] + b"".join(bytes([int(part[:2], 16)]) + part[2:] for part in parts[1:])


def _told(written: bytes) -> str:
    """Names that are not Unicode come from programs that are Chinese for the most part."""
    try:
        return written.decode("utf-8")
    except UnicodeDecodeError:
        return written.decode("gb18030", "replace")


def _is_embedded(font: Object) -> bool:
    if font.get("/Subtype") == Name.Type3:  # its letters are drawings
        return True
    described = font.get("/DescendantFonts", Array([font]))[0].get("/FontDescriptor", Dictionary())
    return any(name in described for name in ("/FontFile", "/FontFile2", "/FontFile3"))


def _used(page: pdfium.PdfPage) -> Iterator[bytes]:
    """The names of the fonts which the visible text of a page is set in and the file does not have. Raises
    paint.TooMuch."""
    for handle in paint.objects(page):
        if raw.FPDFPageObj_GetType(handle) != raw.FPDF_PAGEOBJ_TEXT:
            continue
        font = raw.FPDFTextObj_GetFont(handle)
        if not _is_unseen(handle) and font and not raw.FPDFFont_GetIsEmbedded(font):
            yield _name_of(font)


def _is_unseen(handle: object) -> bool:
    return bool(raw.FPDFTextObj_GetTextRenderMode(handle) == raw.FPDF_TEXTRENDERMODE_INVISIBLE)


def _name_of(font: object) -> bytes:
    buffer = ctypes.create_string_buffer(LONGEST)
    raw.FPDFFont_GetBaseFontName(font, buffer, LONGEST)
    return buffer.value
