"""The visible mark of a signature: a one-page PDF with its own font, and its place on a page."""

import io
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

from fontTools.ttLib import TTFont
from fpdf import FPDF

from signing.summary import VIETNAM

MarkKind = Literal["agency", "person"]
POINTS_A_MILLIMETRE = 72 / 25.4
LEADING = 1.15
SMALLEST_POINTS = 2.0  # on a page of a few centimetres; on A4 four lines still fit at 10

# Fonts with the metrics of Times New Roman and every Vietnamese letter, in the order of preference.
FONTS = (
    "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",  # before 2.0 without Vietnamese
    "/usr/share/fonts/liberation-serif/LiberationSerif-Regular.ttf",
    "/usr/share/fonts/truetype/msttcorefonts/Times_New_Roman.ttf",
    "/usr/share/fonts/truetype/freefont/FreeSerif.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf",
)


class MarkImpossible(Exception):
    """A visible mark that cannot be drawn: says why and what to do."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} — {en}")
        self.code = code
        self.vi = vi
        self.en = en


@dataclass(frozen=True, slots=True)
class Appearance:
    """What a visible mark says. `agency`: the agency's name; `person`: the name of who digitised or signed.
    `page` counts from 1."""

    kind: MarkKind
    name: str
    page: int = 1
    form: str = ""  # SAO Y, SAO LỤC or TRÍCH SAO, where the document is a copy
    label: str = "Người ký"  # before a person's name; "Người số hóa" where they scanned it (F1.2)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a mark stands, in millimetres on the upright page; the fields of appearance.toml."""

    corner: Literal["top-left", "top-right"]
    from_side: float
    from_top: float
    width: float
    height: float
    font_size: float


@dataclass(frozen=True, slots=True)
class PageGeometry:
    """A page as PDF keeps it: its visible box in points and the degrees clockwise that viewers turn it."""

    x0: float
    y0: float
    x1: float
    y1: float
    rotation: int

    @property
    def upright(self) -> tuple[float, float]:
        """Width and height as a reader sees the page."""
        width, height = self.x1 - self.x0, self.y1 - self.y0
        return (height, width) if self.rotation in (90, 270) else (width, height)

    def on_page(self, left: float, top: float, right: float, bottom: float) -> tuple[float, ...]:
        """A box of the upright page (points from its top left) in the page's own coordinates."""
        corners = [self._point(left, top), self._point(right, bottom)]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return min(xs), min(ys), max(xs), max(ys)

    def _point(self, x: float, y: float) -> tuple[float, float]:
        if self.rotation == 90:
            return self.x0 + y, self.y0 + x
        if self.rotation == 180:
            return self.x1 - x, self.y0 + y
        if self.rotation == 270:
            return self.x1 - y, self.y1 - x
        return self.x0 + x, self.y1 - y


@cache
def positions() -> dict[str, Position]:
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return {name: Position(**values) for name, values in data.items()}


def place(position: Position, page: PageGeometry) -> tuple[float, ...]:
    """The box of the mark in the page's own coordinates; on a small page it is made smaller."""
    width, height = page.upright
    scale = POINTS_A_MILLIMETRE
    across = min(position.width * scale, width * 0.5)
    down = min(position.height * scale, height * 0.1)
    side = min(position.from_side * scale, width * 0.05)
    top = min(position.from_top * scale, height * 0.05)
    left = side if position.corner == "top-left" else width - side - across
    return page.on_page(left, top, left + across, top + down)


def time_line(now: datetime) -> str:
    """Day month year; hour minute second; time zone (Decree 30, Annex I, II.6)."""
    return now.astimezone(VIETNAM).strftime("%d.%m.%Y %H:%M:%S +07:00")


def lines(appearance: Appearance, now: datetime) -> list[str]:
    """What the mark says, line by line."""
    if appearance.kind == "agency":
        return [*filter(None, [appearance.form]), appearance.name, f"Thời gian ký: {time_line(now)}"]
    return [f"{appearance.label}: {appearance.name}", f"Thời gian ký: {time_line(now)}"]


def draw(appearance: Appearance, now: datetime, size: tuple[float, float], rotation: int) -> bytes:
    """A one-page PDF of the mark, `size` points wide and high as it is read; turned so that it is upright
    on a page that viewers turn by `rotation`. Raises MarkImpossible."""
    position = positions()[appearance.kind]
    text = [" ".join(line.split()) for line in lines(appearance, now)]
    font = font_for(text)
    width, height = size
    pdf = FPDF(unit="pt", format=(height, width) if rotation in (90, 270) else (width, height))
    pdf.set_creation_date(now)
    pdf.set_auto_page_break(False)
    pdf.set_margins(0, 0)
    pdf.c_margin = 0
    pdf.add_font("mark", fname=font)
    pdf.add_page()
    wrapped, points = _fit(pdf, text, size, position)
    pdf.set_font("mark", size=points)
    pdf.set_text_color(0, 0, 0)
    # Turning is about the top left corner, so what is drawn is moved to come to lie on the sheet.
    shift_x, shift_y = {90: (-width, 0.0), 180: (-width, -height), 270: (0.0, -height)}.get(
        rotation, (0.0, 0.0)
    )
    with pdf.rotation(rotation, x=0, y=0):
        for number, line in enumerate(wrapped):
            left = 0.0 if position.corner == "top-left" else width - pdf.get_string_width(line)
            pdf.text(left + shift_x, points * (0.9 + LEADING * number) + shift_y, line)
    return bytes(pdf.output())


def _fit(
    pdf: FPDF, text: Sequence[str], size: tuple[float, float], position: Position
) -> tuple[list[str], float]:
    """The lines, broken where they are too long, in the largest letters that fit the box."""
    points = position.font_size
    while True:
        pdf.set_font("mark", size=points)
        wrapped = [part for line in text for part in _wrap(pdf, line, size[0])]
        fits = len(wrapped) * points * LEADING <= size[1] and all(
            pdf.get_string_width(line) <= size[0] for line in wrapped
        )
        if fits or points <= SMALLEST_POINTS:
            return wrapped, points
        points -= 0.5


def _wrap(pdf: FPDF, line: str, width: float) -> list[str]:
    broken: list[str] = []
    for word in line.split(" "):
        if broken and pdf.get_string_width(f"{broken[-1]} {word}") <= width:
            broken[-1] += f" {word}"
        else:
            broken.append(word)
    return broken


@cache
def _letters(font: str) -> frozenset[int]:
    with TTFont(font, lazy=True) as opened:
        return frozenset(opened.getBestCmap())


def font_for(text: Sequence[str]) -> str:
    """The first font on this machine that has every letter; a missing one would vanish silently."""
    present = [font for font in FONTS if Path(font).is_file()]
    if not present:
        raise MarkImpossible(
            "no-font",
            "Máy chủ không có phông chữ để vẽ dấu hiệu chữ ký. Hãy cài gói fonts-liberation2.",
            "No font for the visible mark is on this machine. Install the package fonts-liberation2.",
        )
    needed = {ord(letter) for line in text for letter in line}
    for font in present:
        if needed <= _letters(font):
            return font
    missing = "".join(sorted(chr(c) for c in needed - _letters(present[0])))
    raise MarkImpossible(
        "letters-missing",
        f"Phông chữ thiếu các ký tự: {missing}. Hãy bỏ chúng khỏi tên hiển thị, hoặc ký không kèm dấu hiệu.",
        f"The font has no letters for: {missing}. Leave them out of the shown name or sign without a mark.",
    )


def write(appearance: Appearance, now: datetime, page: PageGeometry, target: io.BufferedIOBase) -> None:
    """The mark for this page, as a PDF."""
    x0, y0, x1, y1 = place(positions()[appearance.kind], page)
    across, down = x1 - x0, y1 - y0
    upright = (down, across) if page.rotation in (90, 270) else (across, down)
    target.write(draw(appearance, now, upright, page.rotation))
