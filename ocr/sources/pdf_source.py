"""PDF files: what they are, and their pages as pictures with their text layers."""

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

from ocr import textlayer
from ocr.cleaning import cleanup
from ocr.engine import Pixels
from ocr.limits import Limits, damaged, encrypted, too_costly
from ocr.picture import (
    LARGEST_SHEET,
    LEAST_DPI,
    READING_DPI,
    Picture,
    check_size,
    exact,
    overdrawn,
    squared,
    unreadable,
)
from ocr.recognition import Inspection, Notice
from ocr.sources import (
    annotations,
    content_size,
    cut_short,
    declared,
    hidden_text,
    inherited,
    jbig2,
    partly_shown,
    unshown,
)

SIGNED = re.compile(rb"/ByteRange\s*\[")
OBJECTS = 20_000  # drawn objects looked at on a page; a drawing with more is no scan
RENDERED_PIXELS = 40e6  # a page without a size in pixels of its own is drawn no larger than A2 at 300 dpi
LONGEST_SIDE = 20_000  # OpenCV turns pictures of at most 32,767 pixels
GLANCES = 24  # dots a side that are looked at for one dot of a page made small
FIELDS = 10_000  # form fields looked at for signatures
RIM = 0.25  # points by which a picture may end beside its page and be taken for it, dot for dot
LARGEST_UNIT = 75_000.0  # what Acrobat takes (PDF Reference 1.7, implementation note 174)
JBIG2_BYTES = 20_000_000  # looked at of one picture; a page has 0.1
REBUILT = Notice(
    "rebuilt",
    "Tệp PDF bị hỏng hoặc đứt giữa chừng: chỉ đọc được những trang còn lại, có thể thiếu trang. Hãy đối "
    "chiếu số trang với bản giấy; nếu thiếu, hãy quét lại hoặc xin lại tệp gốc.",
    "The PDF is damaged or breaks off: only what is left of it was read, and pages may be missing. Compare "
    "the number of pages with the paper; if some are missing, scan it again or ask for the original file.",
)
SYMBOLS = Notice(
    "jbig2-symbols",
    "Máy quét đã nén ảnh bằng cách thay các chữ giống nhau (JBIG2 theo ký hiệu), nên chữ hoặc số "
    "trong ảnh có thể đã bị thay sai. Hãy đối chiếu số liệu với bản giấy, hoặc quét lại với kiểu nén khác.",
    "The scanner compressed the picture by replacing letters that look alike (symbol-coded JBIG2), so "
    "letters or digits may be wrong in the picture itself. Compare figures with the paper, or scan it "
    "again with another compression.",
)
LONG_DRAWING = (
    f"{content_size.MOST // 1_000_000} MB nét vẽ một trang",
    f"{content_size.MOST // 1_000_000} MB of strokes a page",
)
TAIL = 65_536  # bytes at the end of a file in which its last mark stands, whatever a transfer added
# What pikepdf raises on damaged files.
BROKEN = (
    pikepdf.PdfError,
    pikepdf.PasswordError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    RuntimeError,
    OSError,
)


def inspect(source: Path) -> Inspection:
    """Pages and signatures. Raises Refusal where no page can be had."""
    with _opened(source) as pdf:
        pages = len(pdf)
        if not any(_has_area(pdf, number) for number in range(min(pages, 20))):
            raise damaged()
    return Inspection("application/pdf", pages, signed(source))


def _has_area(pdf: pypdfium2.PdfDocument, index: int) -> bool:
    try:
        width, height = pdf.get_page_size(index)  # nothing of the page is taken apart
    except pypdfium2.PdfiumError:
        return False
    return bool(width >= 1 and height >= 1)


@contextmanager
def _opened(source: Path) -> Iterator[pypdfium2.PdfDocument]:
    with tempfile.TemporaryDirectory(prefix="banchinh-") as folder:
        pdf = _open(source) or _open(_repaired(source, Path(folder)))
        if pdf is None:
            raise damaged()
        try:
            with suppress(pypdfium2.PdfiumError):
                pdf.init_forms()
            yield pdf
        finally:
            pdf.close()


def _open(source: Path) -> pypdfium2.PdfDocument | None:
    """None where PDFium cannot. Raises Refusal where it asks for a password, as people's readers do then."""
    try:
        pdf = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        asks = any(word in str(error).lower() for word in ("password", "security"))
        if asks and _is_encrypted(source):
            raise encrypted() from error
        return None
    if len(pdf):
        return pdf
    pdf.close()
    return None


def _is_encrypted(source: Path) -> bool:
    """Of a file without pages PDFium tells the error of the file before it, so qpdf is asked, too."""
    try:
        with pikepdf.open(source) as pdf:
            return bool(pdf.is_encrypted)
    except pikepdf.PasswordError:
        return True
    except BROKEN:
        return False


def _repaired(source: Path, folder: Path) -> Path:
    """A copy that qpdf mended. Raises Refusal where it cannot."""
    target = folder / "repaired.pdf"
    try:
        with pikepdf.open(source) as pdf:
            pdf.save(target)
    except pikepdf.PasswordError as error:
        raise encrypted() from error
    except BROKEN as error:
        # Of a file that a certificate locks nothing but the words of the error tells.
        locked = "encrypt" in str(error).replace(str(source), "")
        raise (encrypted() if locked else damaged()) from error
    return target


def signed(source: Path) -> bool:
    """Whether a signature field has a value, or anything states the bytes that a signature covers."""
    data = source.read_bytes()
    if SIGNED.search(data):
        return True
    try:
        with pikepdf.open(source) as pdf:
            form = pdf.Root.get("/AcroForm")
            fields = form.get("/Fields") if isinstance(form, pikepdf.Dictionary) else None
            return isinstance(fields, pikepdf.Array) and _any_signed(fields)
    except BROKEN:
        return False


def _any_signed(fields: pikepdf.Array) -> bool:
    waiting: list[pikepdf.Object] = list(islice(iter(fields), FIELDS))
    for _ in range(FIELDS):
        if not waiting:
            return False
        node = waiting.pop()
        if not isinstance(node, pikepdf.Dictionary):
            continue
        if node.get("/FT") == pikepdf.Name.Sig and "/V" in node:
            return True
        kids = node.get("/Kids")
        if isinstance(kids, pikepdf.Array):
            waiting.extend(islice(iter(kids), FIELDS))
    return False


def notices(source: Path) -> tuple[Notice, ...]:
    """What a person should know of how whole the file is, and of how it holds its pictures."""
    return (*(() if _as_written(source) else (REBUILT,)), *_symbols(source), *_unshown(source))


def _unshown(source: Path) -> tuple[Notice, ...]:
    try:
        with pikepdf.open(source) as pdf:
            return unshown.notices(pdf)
    except BROKEN:
        return ()


def _as_written(source: Path) -> bool:
    """Whether the table of objects is where the file says, or nothing is missing though it is not: many
    programs count places wrong. Otherwise the file broke off or was damaged, and what is left of it was
    searched for objects."""
    try:
        with pikepdf.open(source, attempt_recovery=False):
            return True
    except pikepdf.PasswordError:
        return True
    except BROKEN:
        return _ended(source) and _all_pages(source)


def _ended(source: Path) -> bool:
    with source.open("rb") as file:
        file.seek(-min(TAIL, source.stat().st_size), os.SEEK_END)
        return file.read().rstrip(b"\0\t\n\f\r ").endswith(b"%%EOF")


def _all_pages(source: Path) -> bool:
    """Whether there are as many pages as the file counts."""
    try:
        with pikepdf.open(source) as pdf:
            return int(pdf.Root.Pages.Count) == len(pdf.pages)
    except (*BROKEN, AttributeError, TypeError, ValueError):
        return False


def _symbols(source: Path) -> tuple[Notice, ...]:
    if b"JBIG2Decode" not in source.read_bytes():
        return ()
    try:
        with pikepdf.open(source) as pdf:
            return (SYMBOLS,) if any(_by_symbols(held) for held in pdf.objects) else ()
    except BROKEN:
        return ()


def _by_symbols(held: pikepdf.Object) -> bool:
    if not isinstance(held, pikepdf.Stream):
        return False
    coded, about = held.get("/Filter"), held.get("/DecodeParms")
    filters = list(coded) if isinstance(coded, pikepdf.Array) else [coded]
    if not filters or filters[-1] != pikepdf.Name.JBIG2Decode:
        return False
    details = list(about) if isinstance(about, pikepdf.Array) else [about]
    if any(isinstance(detail, pikepdf.Dictionary) and "/JBIG2Globals" in detail for detail in details):
        return True  # what pictures share is a dictionary of symbols
    return len(filters) == 1 and jbig2.by_symbols(held.read_raw_bytes()[:JBIG2_BYTES])


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What a page draws: the picture that fills it, if one does, and whether anything else shows."""

    image: pypdfium2.PdfImage | None
    alone: bool
    dpi: float | None  # of the largest picture, as if it filled the page
    unit: float = 1.0  # that its points are multiplied with (ISO 32000-1, 14.11.2: UserUnit)
    hides: bool = False  # its text is not what one sees


def picture(source: Path, number: int, limits: Limits) -> Picture:
    """Page `number` (from 1). Raises Refusal."""
    with _opened(source) as pdf:
        if not 1 <= number <= len(pdf):
            raise damaged()
        broken = unreadable(number) if len(pdf) > 1 else damaged()
        try:
            told = _told(source, number, alone=len(pdf) == 1)
            if told.mended is not None:
                return _of_mended(told.mended, limits)
            page = pdf[number - 1]
            width, height = page.get_size()
            if width < 1 or height < 1:
                raise broken
            drawn = _drawn(page, number, limits)
            unit = told.unit if _fits(page, drawn, told.unit) else 1.0
            drawn = replace(drawn, unit=unit, alone=drawn.alone and not told.masked)
            native = _native(page, drawn, told.depths) if drawn.image is not None and drawn.alone else None
            over = annotations.of_page(pdf, page, number, told.copy)
            shown = native or _rendered(page, over.page if over else page, drawn, limits)
            shown = annotations.over(shown, page, over, drawn=native is None) if over else shown
            shown = annotations.doubted(shown, page, told.undrawn) if told.undrawn else shown
            shown = replace(shown, sheet=(width * told.unit, height * told.unit))
            return replace(shown, odd=shown.odd or told.odd)
        except (pypdfium2.PdfiumError, ValueError, cv2.error, MemoryError) as error:
            raise broken from error


def _of_mended(document: bytes, limits: Limits) -> Picture:
    """A page of which PDFium would draw nothing, or in other colours than its JPEG has."""
    with tempfile.TemporaryDirectory(prefix="banchinh-") as folder:
        alone = Path(folder) / "page.pdf"
        alone.write_bytes(document)
        return replace(picture(alone, 1, limits), odd=True)


@dataclass(frozen=True, slots=True)
class _Told:
    """What PDFium does not tell of a page. Nobody means that a unit is less than a point."""

    unit: float = 1.0
    masked: bool = True  # whether a picture on it may have a mask
    undrawn: tuple[unshown.Rectangle, ...] = ()  # places of values of which letters are missing
    copy: bytes | None = None  # a document of the page alone, where something lies over it and it inherits
    mended: bytes | None = None  # the same where colours of a JPEG were declared wrongly, with its own
    odd: bool = False  # the colours of a JPEG are others than it says
    depths: Mapping[tuple[int, int], int] = field(default_factory=dict)  # see declared.depths


def _told(source: Path, number: int, *, alone: bool) -> _Told:
    """Raises Refusal where the drawing of the page is too long, of the file where the page is all of it."""
    told = _Told()
    with suppress(*BROKEN), pikepdf.open(source, inherit_page_attributes=False) as pdf:
        page = pdf.pages[number - 1]
        if content_size.too_long(page):
            raise too_costly(*LONG_DRAWING) if alone else overdrawn(number, *LONG_DRAWING)
        unit = float(page.obj.get("/UserUnit", 1))
        told = _Told(unit=unit if 1 <= unit <= LARGEST_UNIT else 1.0)
        shown = partly_shown.drawn(page, inherited.resources(page))
        told = replace(told, masked=partly_shown.masked(shown))
        told = replace(told, undrawn=unshown.places_not_drawn(page))
        # Flattening gives a page resources where it has none, and with them takes away those it inherits.
        if "/Annots" in page.obj and "/Resources" not in page.obj:
            told = replace(told, copy=inherited.alone(pdf, page))
        held = list(declared.pictures(shown))
        told = replace(told, odd=declared.odd(held), depths=declared.depths(held))
        if declared.mended(held):
            told = replace(told, mended=inherited.alone(pdf, page))
    return told


def _fits(page: pypdfium2.PdfPage, drawn: _Drawn, unit: float) -> bool:
    """Whether a sheet of such units can be read: not too large, and a scan that fills it not too coarse."""
    width, height = page.get_size()
    if width * height * unit**2 > LARGEST_SHEET:
        return unit == 1
    if drawn.image is None:
        return True
    left, _, right, _ = drawn.image.get_bounds()
    return bool(drawn.image.get_px_size()[0] * 72 >= LEAST_DPI * unit * (right - left))


def _drawn(page: pypdfium2.PdfPage, number: int, limits: Limits) -> _Drawn:
    """Raises Refusal where a picture is larger than the limit, before it is decoded."""
    left, bottom, right, top = page.get_bbox()  # the crop box may be inherited, which its getter does not see
    width, height = right - left, top - bottom
    filling: pypdfium2.PdfImage | None = None
    shows = False
    largest, dpi = 0, None
    objects = list(islice(page.get_objects(max_depth=4), OBJECTS + 1))
    for drawn in objects:
        if drawn.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            columns, rows = drawn.get_px_size()
            check_size(number, columns, rows, limits)
            if (
                columns * rows > largest
                and columns > 100
                and abs(columns / rows / (width / height) - 1) < 0.05
            ):
                largest, dpi = columns * rows, columns / width * 72
            x0, y0, x1, y1 = drawn.get_bounds()
            reach = 0.03 * max(width, height)
            fills = x0 <= left + reach and y0 <= bottom + reach and x1 >= right - reach and y1 >= top - reach
            if fills and drawn.level == 0:
                # Over another one it may be a stencil that lets it through (mixed raster content).
                partly = partly_shown.by_drawing(drawn, (left, bottom, right, top))
                filling, shows = drawn, filling is not None or partly
                continue
            shows = True
        elif drawn.type == pdfium.FPDF_PAGEOBJ_TEXT:
            unseen = pdfium.FPDFTextObj_GetTextRenderMode(drawn) in textlayer.UNSEEN
            shows = shows or not unseen
        elif drawn.type != pdfium.FPDF_PAGEOBJ_FORM:
            shows = True
    return _Drawn(filling, not shows and len(objects) <= OBJECTS, dpi, hides=hidden_text.hides(objects))


def _native(page: pypdfium2.PdfPage, drawn: _Drawn, depths: Mapping[tuple[int, int], int]) -> Picture | None:
    """The picture that fills the page, pixel for pixel, as far as the page shows it.

    None where it does not look like the page.
    """
    image = drawn.image
    assert image is not None
    a, b, c, d, _, _ = image.get_matrix().get()
    if max(abs(b), abs(c)) > 0.01 * max(abs(a), abs(d)):
        return None
    x0, y0, x1, y1 = image.get_bounds()
    bits = image.get_metadata().bits_per_pixel
    pixels = _grey_or_bgr(image.get_bitmap())
    cut, odd = cut_short.of_pdf(image, pixels, depths), cut_short.odd(image)
    pixels = pixels[:, ::-1] if a < 0 else pixels
    pixels = pixels[::-1] if d < 0 else pixels
    rotation = page.get_rotation()
    if x0 >= x1 or y0 >= y1:
        return None
    dpi_x, dpi_y = pixels.shape[1] / (x1 - x0) * 72, pixels.shape[0] / (y1 - y0) * 72
    framed = _framed(pixels, page.get_bbox(), (x0, y0, x1, y1))
    if framed is None:
        return None
    if rotation in (90, 270):
        dpi_x, dpi_y = dpi_y, dpi_x
    pixels = cleanup.turned(np.ascontiguousarray(framed), rotation)
    bilevel = bits == 1
    if bilevel and len(np.unique(pixels[::5, ::5])) > 2:
        return None
    if not _alike(page, pixels):
        return None
    squares, dpi = squared(pixels, dpi_x / drawn.unit, dpi_y / drawn.unit, bilevel)
    found = textlayer.of_page(page, squares.shape[1], squares.shape[0])
    return Picture(squares, dpi, bilevel, found.words, True, found.turn, cut_short=cut, odd=odd)


def _framed(
    pixels: Pixels, page: tuple[float, ...], place: tuple[float, float, float, float]
) -> Pixels | None:
    """The picture at `place` as the page box cuts it, in whole dots, with paper where it ends too early.

    Boxes are left, bottom, right, top in points. None where most of the page is beside the picture.
    """
    left, bottom, right, top = page
    if max(abs(one - other) for one, other in zip(page, place, strict=True)) <= RIM:
        return pixels
    across = pixels.shape[1] / (place[2] - place[0])
    down = pixels.shape[0] / (place[3] - place[1])
    x, y = round((left - place[0]) * across), round((place[3] - top) * down)
    wide, high = max(round((right - left) * across), 1), max(round((top - bottom) * down), 1)
    seen = pixels[max(y, 0) : max(y + high, 0), max(x, 0) : max(x + wide, 0)]
    rows, columns = seen.shape[:2]
    if 2 * rows * columns < wide * high:
        return None
    above, before = max(-y, 0), max(-x, 0)
    sides = (above, high - rows - above, before, wide - columns - before)
    framed = cv2.copyMakeBorder(
        np.ascontiguousarray(seen), *sides, cv2.BORDER_CONSTANT, value=(255.0, 255.0, 255.0)
    )
    return framed.astype(np.uint8, copy=False)


def _alike(page: pypdfium2.PdfPage, pixels: Pixels) -> bool:
    """Whether the picture looks as the page does: no mask, crop or colour trick makes them differ."""
    width, height = page.get_size()
    scale = 64 / max(width, height)
    shown = _grey_or_bgr(page.render(scale=scale, may_draw_forms=False, draw_annots=False).to_numpy())
    high, wide = shown.shape[:2]
    # Most dots are left out first: to average them all costs five times as much and tells no more.
    finer = (GLANCES * wide, GLANCES * high)
    large = pixels.shape[1] > finer[0] and pixels.shape[0] > finer[1]
    coarse = cv2.resize(pixels, finer, interpolation=cv2.INTER_NEAREST) if large else pixels
    small = cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_AREA)
    one, other = (cv2.cvtColor(p, cv2.COLOR_BGR2GRAY) if p.ndim == 3 else p for p in (shown, small))
    return float(cv2.absdiff(one, other).mean()) < 16


def _rendered(page: pypdfium2.PdfPage, seen: pypdfium2.PdfPage, drawn: _Drawn, limits: Limits) -> Picture:
    """The page as a viewer shows it: `seen` is the same with what lies over it."""
    width, height = (side / 72 * drawn.unit for side in page.get_size())
    pixels_most = min(RENDERED_PIXELS, limits.page_megapixels * 1e6)
    own = drawn.dpi / drawn.unit if drawn.dpi and drawn.image is not None else 0
    own = own if own >= 150 else READING_DPI
    dpi = min(own, READING_DPI, (pixels_most / (width * height)) ** 0.5, LONGEST_SIDE / max(width, height))
    pixels = _grey_or_bgr(seen.render(scale=dpi / 72 * drawn.unit).to_numpy())
    hidden = drawn.image is not None or drawn.hides
    found = textlayer.of_page(page, pixels.shape[1], pixels.shape[0], inked=not hidden)
    true_dpi = pixels.shape[0] / height if height > width else pixels.shape[1] / width
    picture = Picture(pixels, exact(true_dpi), False, found.words, hidden, found.turn)
    return replace(picture, drawn=drawn.image is None and drawn.dpi is None)


def _grey_or_bgr(drawn: "pypdfium2.PdfBitmap | Pixels") -> Pixels:
    """A copy of its own, as pdfium's memory goes with the bitmap."""
    pixels = np.array(drawn if isinstance(drawn, np.ndarray) else drawn.to_numpy())
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        return pixels[:, :, 0]
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        return np.ascontiguousarray(pixels[:, :, :3])
    return pixels
