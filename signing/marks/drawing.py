"""Draws a mark: one page of PDF with text in its own embedded font, a code of squares, or an image."""

import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

import pikepdf
from fpdf import FPDF
from pikepdf import Array, Dictionary, Name, Pdf

from signing.marks.appearance import limits
from signing.marks.reading_code import Squares
from signing.marks.seal_images import InkImage
from signing.marks.typeface import Typeface
from signing.pdf.document import Geometry

ASCENT = 0.9  # of the height of letters, above their line

# What the colours of a mark mean in any document, whatever its own output intent: black is black, and images
# are near to sRGB (ISO 19005-2, 6.2.4.3; the white point is D65).
WHITE = [0.9505, 1.0, 1.089]
PRIMARIES = [0.4124, 0.2126, 0.0193, 0.3576, 0.7152, 0.1192, 0.1805, 0.0722, 0.9505]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of text in a typeface; `points` is the height of letters. `right`: they end below each other."""

    typeface: Typeface
    lines: Sequence[str]
    points: float
    right: bool

    @property
    def size(self) -> tuple[float, float]:
        """Width and height, in points."""
        widest = max(map(self.typeface.width, self.lines))
        return widest * self.points, len(self.lines) * self.points * limits()["leading"]


@dataclass(frozen=True, slots=True)
class Mark:
    """What is drawn, in points: `size` as it is read, the text at the top, the codes below it: what a desk
    reads, and the `link` beside that or, where it is `stacked`, below."""

    size: tuple[float, float]
    text: Block | None = None
    squares: Squares | None = None
    image: InkImage | None = None
    link: Squares | None = None
    stacked: bool = False

    def codes(self) -> Iterator[tuple[Squares, float, float]]:
        """Each code with its left edge and how far its lower one is from that of the mark."""
        desk, link = self.squares.side if self.squares else 0.0, self.link.side if self.link else 0.0
        if self.squares:
            yield self.squares, 0.0, link if self.stacked else max(desk, link) - desk
        if self.link:
            right = self.size[0] - link if self.text and self.text.right else 0.0
            beside = right if self.stacked or not self.squares else desk
            yield self.link, beside, 0.0 if self.stacked else max(desk, link) - link

    def units(self, unit: float) -> tuple[int, int]:
        """The size in whole units of user space: pyHanko cuts off what is beyond them."""
        return ceil(self.size[0] / unit - 1e-6), ceil(self.size[1] / unit - 1e-6)


def draw(mark: Mark, now: datetime, geometry: Geometry) -> bytes:
    """A one-page PDF of the mark, in units of the page's user space, turned so that it is upright there."""
    width, height = mark.units(geometry.unit)
    size = width * geometry.unit, height * geometry.unit
    bottom = size[1] - mark.size[1]
    with _sheet(mark, size, now) as pdf:
        page = pdf.pages[0]
        drawn = page.Contents.read_bytes() if mark.text else b""
        for code, left, above in mark.codes():
            drawn += b"\nq " + code.drawn(left, bottom + above).encode() + b" Q"
        if mark.image:
            drawn += _image(pdf, page, mark, bottom)
        page.Contents = pdf.make_stream(b"q " + _turned(size, geometry) + b" cm\n" + drawn + b"\nQ")
        turned = geometry.turned in (90, 270)
        page.MediaBox = Array([0, 0, *((height, width) if turned else (width, height))])
        page.Resources.ColorSpace = Dictionary(
            DefaultGray=Array([Name.CalGray, Dictionary(WhitePoint=WHITE, Gamma=2.2)]),
            DefaultRGB=Array(
                [Name.CalRGB, Dictionary(WhitePoint=WHITE, Gamma=[2.2, 2.2, 2.2], Matrix=PRIMARIES)]
            ),
        )
        if Name.Group in page:
            del page[Name.Group]  # an image is mixed with the page below, and not with white
        pdf.save(target := io.BytesIO())
    return target.getvalue()


def _sheet(mark: Mark, size: tuple[float, float], now: datetime) -> Pdf:
    """A page of this size with the text, or an empty one."""
    width, height = size
    if mark.text is None:
        pdf = pikepdf.new()
        pdf.add_blank_page(page_size=(width, height))
        pdf.pages[0].Resources = Dictionary()
        return pdf
    sheet = FPDF(unit="pt", format=(width, height))
    sheet.set_creation_date(now)
    sheet.set_auto_page_break(False)
    sheet.set_margins(0, 0)
    sheet.c_margin = 0
    sheet.add_font("mark", fname=mark.text.typeface.cut(mark.text.lines))
    sheet.add_page()
    sheet.set_font("mark", size=mark.text.points)
    sheet.set_text_color(0, 0, 0)
    points, leading = mark.text.points, limits()["leading"]
    for number, line in enumerate(mark.text.lines):
        left = width - mark.text.typeface.width(line) * points if mark.text.right else 0.0
        sheet.text(left, points * (ASCENT + leading * number), line)
    return pikepdf.open(io.BytesIO(bytes(sheet.output())))


def _turned(size: tuple[float, float], geometry: Geometry) -> bytes:
    """The matrix from the upright mark to the page's own direction and units (ISO 32000-1, 8.3.4)."""
    width, height = size
    a, b, c, d, e, f = {
        0: (1, 0, 0, 1, 0.0, 0.0),
        90: (0, 1, -1, 0, height, 0.0),
        180: (-1, 0, 0, -1, width, height),
        270: (0, -1, 1, 0, 0.0, width),
    }[geometry.turned]
    return " ".join(f"{v / geometry.unit:.6f}" for v in (a, b, c, d, e, f)).encode()


def _image(pdf: Pdf, page: pikepdf.Page, mark: Mark, bottom: float) -> bytes:
    """Ink lies on ink as on paper: colours are multiplied, so that nothing that was there is hidden."""
    assert mark.image is not None
    picture = mark.image.picture
    described: dict[str, Any] = {
        "/Type": Name.XObject,
        "/Subtype": Name.Image,
        "/Width": picture.width,
        "/Height": picture.height,
        "/BitsPerComponent": 8,
        "/Filter": Name.FlateDecode,
    }
    alpha = zlib.compress(picture.getchannel("A").tobytes(), 9)
    mask = pikepdf.Stream(pdf, alpha, Dictionary({**described, "/ColorSpace": Name.DeviceGray}))
    colours = zlib.compress(picture.convert("RGB").tobytes(), 9)
    drawn = pikepdf.Stream(
        pdf,
        colours,
        Dictionary({**described, "/ColorSpace": Name.DeviceRGB, "/SMask": pdf.make_indirect(mask)}),
    )
    page.Resources.XObject = Dictionary(Ink=pdf.make_indirect(drawn))
    page.Resources.ExtGState = Dictionary(Ink=Dictionary(Type=Name.ExtGState, BM=Name.Multiply))
    width, height = mark.size
    return f"\nq /Ink gs {width:.4f} 0 0 {height:.4f} 0 {bottom:.4f} cm /Ink Do Q".encode()
