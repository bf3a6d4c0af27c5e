"""The visible side of a signature: its mark drawn for one page of one document."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject
from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers.cms_embedder import SigAppearanceSetup
from pyhanko.stamp import StaticStampStyle

from signing import refusals
from signing.marks import drawing, ink, placing, printed_names
from signing.marks.appearance import POINTS_A_MILLIMETRE, Appearance, MarkImpossible
from signing.marks.ink import Box
from signing.pdf import document
from signing.pdf.document import Geometry, Page, rectangle, resolved, value_of

PAGES_SEARCHED = 20  # from the end; a name further in front is not that of the signer
DEEPEST = 5  # forms within the forms of an appearance
NO_PICTURE = ("/Link", "/Popup")  # annotations with nothing of their own to cover
PART = re.compile(rb"pdfaid:part\s*(?:=\s*[\"']|>)\s*(\d)")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page, as it is to be drawn on."""

    page: Page
    geometry: Geometry
    drawn: pdfium.PdfPage

    @property
    def number(self) -> int:
        return self.page.number

    def taken(self) -> list[Box]:
        """The boxes of marks and comments that are there."""
        return [self._shown(note) for note in self._notes() if value_of(note, "/Subtype") not in NO_PICTURE]

    def signature_image(self) -> Box | None:
        """The box of the last signature that shows an image."""
        signed = [note for note in self._notes() if value_of(note, "/FT") == "/Sig" and "/V" in note]
        return next((self._shown(note) for note in reversed(signed) if _has_image(note)), None)

    def ink(self) -> ink.Ink:
        try:
            return ink.of_page(self.drawn, self.geometry, self.taken())
        except ink.PageNotDrawn as error:
            raise _not_drawn() from error

    def names(self, name: str) -> list[Box]:
        return printed_names.find(self.drawn, self.geometry, name)

    def _notes(self) -> Iterator[DictionaryObject]:
        for entry in self.page.annotations():
            note = resolved(entry)
            if isinstance(note, DictionaryObject) and "/Rect" in note:
                x0, y0, x1, y1 = rectangle(note["/Rect"])
                if x1 > x0 and y1 > y0:
                    yield note

    def _shown(self, note: DictionaryObject) -> Box:
        shown = self.geometry.shown(rectangle(note["/Rect"]))
        left, top, right, bottom = (side * self.geometry.unit for side in shown)
        return left, top, right, bottom


def field_and_mark(
    reader: PdfFileReader,
    source: Path,
    field: str,
    appearance: Appearance | None,
    *,
    now: datetime,
    stamp: Path,
) -> tuple[SigFieldSpec, SigAppearanceSetup | None]:
    """The signature field and how it looks, in the document `source` that the reader reads; the mark goes
    to `stamp`. Raises MarkImpossible, SigningRefused, and PARSE_ERRORS."""
    if appearance is None:
        return SigFieldSpec(field), None
    pages = document.pages(reader)
    with _opened(source) as opened:
        sheet, placed = _placed(reader, opened, pages, appearance, now)
    stamp.write_bytes(drawing.draw(placed.mark, now, sheet.geometry))
    left, top = placed.box[0] / sheet.geometry.unit, placed.box[1] / sheet.geometry.unit
    width, height = placed.mark.units(sheet.geometry.unit)
    box: Any = sheet.geometry.in_user_space((left, top, left + width, top + height))
    mark = SigAppearanceSetup(_style(stamp), timestamp=now, name=None)
    return SigFieldSpec(field, on_page=sheet.number - 1, box=box), mark


@dataclass(frozen=True, slots=True)
class Sight:
    """A mark as it would stand, before anything is signed. `box` (left, top, right, bottom) and `size` are
    millimetres of the page as it is read; `stamp` is a PDF of one page that shows the upright mark. Without a
    box there is no room: `problem` says so, and `free` is a page that has some, where there is one. `seal`:
    the box and stamp of the seal that will lie over it, where one was asked for."""

    page: int
    pages: int
    size: tuple[float, float]
    box: tuple[float, ...] | None = None
    stamp: bytes | None = None
    problem: MarkImpossible | None = None
    free: int | None = None
    seal: tuple[tuple[float, ...], bytes] | None = None


def sight(
    reader: PdfFileReader, source: Path, appearance: Appearance, now: datetime, seal: Appearance | None = None
) -> Sight:
    """Where the mark would stand in the document, and the image of the `seal` that follows over it. Raises as
    `field_and_mark`."""
    pages = document.pages(reader)
    with _opened(source) as opened:
        try:
            sheet, placed = _placed(reader, opened, pages, appearance, now)
        except MarkImpossible as error:
            if error.code != placing.NO_ROOM:
                raise
            there = _sheet(opened, pages, appearance.page or 1)
            return Sight(
                there.number,
                len(pages),
                _millimetres(there.geometry),
                problem=error,
                free=_free_page(reader, opened, pages, replace(appearance, page=there.number), now),
            )
        box, stamp = _upright(sheet, placed, now)
        over = None
        if seal is not None:
            over = _upright(sheet, placing.place_over(seal, placed.box, _points(sheet.geometry)), now)
        return Sight(sheet.number, len(pages), _millimetres(sheet.geometry), box, stamp, seal=over)


def _upright(sheet: _Sheet, placed: placing.Placed, now: datetime) -> tuple[tuple[float, ...], bytes]:
    """The box of a mark in millimetres, and the mark as it is read."""
    upright = replace(sheet.geometry, turned=0, unit=1.0)
    box = tuple(side / POINTS_A_MILLIMETRE for side in placed.box)
    return box, drawing.draw(placed.mark, now, upright)


def _free_page(
    reader: PdfFileReader,
    opened: pdfium.PdfDocument,
    pages: Sequence[Page],
    appearance: Appearance,
    now: datetime,
) -> int | None:
    """The next page, after that the first before it, on which the mark has room at its stated place."""
    for number in _others(appearance, pages):
        try:
            _placed(reader, opened, pages, replace(appearance, page=number, at=None), now)
        except MarkImpossible:
            continue
        return number
    return None


def _others(appearance: Appearance, pages: Sequence[Page]) -> list[int]:
    """The pages that are looked at where that of the mark has no room: those after it, then those before."""
    first = appearance.page or 1
    return [*range(first + 1, len(pages) + 1), *range(1, first)][:PAGES_SEARCHED]


def _points(geometry: Geometry) -> tuple[float, float]:
    width, height = (side * geometry.unit for side in geometry.size)
    return width, height


def _millimetres(geometry: Geometry) -> tuple[float, float]:
    width, height = (side / POINTS_A_MILLIMETRE for side in _points(geometry))
    return width, height


@contextmanager
def _opened(source: Path) -> Iterator[pdfium.PdfDocument]:
    """The document to look at. Raises MarkImpossible."""
    try:
        opened = pdfium.PdfDocument(source)
        opened.init_forms()  # or else no mark that is there is drawn
    except (pdfium.PdfiumError, RuntimeError) as error:
        raise _not_drawn() from error
    try:
        yield opened
    finally:
        opened.close()


def _style(stamp: Path) -> StaticStampStyle:
    """A style serves one document: a second use breaks it."""
    layout = SimpleBoxLayoutRule(
        x_align=AxisAlignment.ALIGN_MIN,
        y_align=AxisAlignment.ALIGN_MIN,
        margins=Margins(0, 0, 0, 0),
        inner_content_scaling=InnerScaling.NO_SCALING,
    )
    return StaticStampStyle.from_pdf_file(str(stamp), border_width=0, background_layout=layout)


def _placed(
    reader: PdfFileReader,
    opened: pdfium.PdfDocument,
    pages: Sequence[Page],
    appearance: Appearance,
    now: datetime,
) -> tuple[_Sheet, placing.Placed]:
    if appearance.page is not None and not 1 <= appearance.page <= len(pages):
        raise refusals.no_such_page(appearance.page, len(pages))
    if appearance.image is None:
        return _placed_text(opened, pages, appearance, now)
    _check_archival(reader)
    asked = [appearance.page] if appearance.page else range(len(pages), 0, -1)[:PAGES_SEARCHED]
    sheets = (_sheet(opened, pages, number) for number in asked)
    sheet, names, signature = _signer(sheets, appearance) or (_sheet(opened, pages, asked[0]), [], None)
    return sheet, placing.place_image(appearance, sheet.ink(), names, signature)


def _placed_text(
    opened: pdfium.PdfDocument, pages: Sequence[Page], appearance: Appearance, now: datetime
) -> tuple[_Sheet, placing.Placed]:
    """On the page that was asked for or, where that is wanted, on the next one that has room."""
    others = _others(appearance, pages) if appearance.elsewhere else []
    refused: MarkImpossible | None = None
    for number in [appearance.page or 1, *others]:
        sheet = _sheet(opened, pages, number)
        try:
            return sheet, placing.place_text(appearance, now, sheet.ink())
        except MarkImpossible as error:
            if error.code != placing.NO_ROOM:
                raise
            refused = refused or error
    assert refused is not None, "at least one page was looked at"
    raise refused


def _signer(sheets: Iterator[_Sheet], appearance: Appearance) -> tuple[_Sheet, list[Box], Box | None] | None:
    """The first of the pages where the signer's name is printed or, for a seal, a signature is shown."""
    for sheet in sheets:
        names = sheet.names(appearance.name) if appearance.kind == "person" else []
        signature = sheet.signature_image() if appearance.kind == "agency" else None
        if names or signature:
            return sheet, names, signature
    return None


def _sheet(opened: pdfium.PdfDocument, pages: Sequence[Page], number: int) -> _Sheet:
    page = pages[number - 1]
    try:
        return _Sheet(page, page.geometry(), opened[number - 1])
    except (pdfium.PdfiumError, RuntimeError, IndexError) as error:
        raise _not_drawn() from error


def _has_image(node: Any, depth: int = 0) -> bool:
    """Does the appearance of a widget, or a form in it, draw an image?"""
    if depth > DEEPEST:
        return False
    if depth == 0:
        node = value_of(value_of(node, "/AP", {}), "/N", {})
    drawn = value_of(value_of(node, "/Resources", {}), "/XObject", {})
    found = [resolved(drawn.raw_get(name)) for name in drawn] if isinstance(drawn, DictionaryObject) else []
    return any(
        value_of(one, "/Subtype") == "/Image" or _has_image(one, depth + 1)
        for one in found
        if isinstance(one, StreamObject)
    )


def _check_archival(reader: PdfFileReader) -> None:
    """An image lets the page through; a PDF/A-1 has nothing that does (ISO 19005-1, 6.4), and a later one
    says in its output intent what colours are mixed in (ISO 19005-2, 6.2.10)."""
    metadata = value_of(reader.root, "/Metadata")
    found = PART.search(metadata.data) if isinstance(metadata, StreamObject) else None
    if found and (found[1] == b"1" or "/OutputIntents" not in reader.root):
        raise MarkImpossible(
            "image-breaks-archival",
            "Văn bản là PDF/A không cho phép ảnh trong suốt. Hãy chuyển thành PDF/A-2 có hồ sơ màu, "
            "hoặc ký không kèm ảnh.",
            "The document is a PDF/A that allows no transparent images. Turn it into PDF/A-2 with an output "
            "intent, or sign without an image.",
        )


def _not_drawn() -> MarkImpossible:
    return MarkImpossible(
        "page-not-drawn",
        "Không vẽ được trang đặt dấu hiệu nên không biết chỗ nào trống. Hãy in lại thành PDF rồi ký bản đó.",
        "The page for the mark cannot be drawn, so that nobody knows where it has room. "
        "Print the document to a new PDF and sign that.",
    )
