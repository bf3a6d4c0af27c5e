"""Draws letters on A4 and spoils them as poor scanners do; what stands there is written beside them.

The truth is in the blocks that `benchmarks.scoring` reads; the seal is a block that does not count.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pikepdf
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from benchmarks.letters import Letter, Writer
from benchmarks.sets import PageSet

FONTS = Path("/usr/share/fonts/truetype/liberation2")
A4 = (8.27, 11.69)  # inches
DRAWN_DPI = 300
LEFT, RIGHT, TOP, BOTTOM = 1.18, 7.68, 0.75, 11.0  # inches: 30 mm and 15 mm at the sides, as the law says
MOST_SKEW = 3.0
JPEG_QUALITY = 40
SEAL = (205, 30, 45)
SENTENCES = 16


@dataclass(frozen=True, slots=True)
class Scanner:
    """How a page is scanned."""

    dpi: int
    bilevel: bool = False

    @property
    def name(self) -> str:
        return f"{'bilevel' if self.bilevel else 'colour'} {self.dpi} dpi"


#: One after the other; half of all papers are scanned in colour at 300 dpi.
SCANNERS = (Scanner(300), Scanner(200), Scanner(300, bilevel=True), Scanner(100), Scanner(300))


def hard_pages(count: int, seed: int, folder: Path, *, scanners: Sequence[Scanner] = SCANNERS) -> PageSet:
    """`count` letters as `folder/rendered.pdf`, by one scanner after the other, with the truth of each page
    beside it."""
    writer, chance = Writer(seed), np.random.default_rng(seed)
    truths, names = [], []
    with pikepdf.new() as joined:
        for number in range(count):
            scanner = scanners[number % len(scanners)]
            sheet = Sheet(random.Random(seed * 1000 + number))
            sheet.write(writer.letter(SENTENCES), over_text=not scanner.bilevel)
            one = folder / f"rendered-{number + 1:03d}.pdf"
            save(scanned(sheet.image, scanner, chance), scanner, one)
            with pikepdf.open(one) as page:
                joined.pages.extend(page.pages)
            truth = one.with_suffix(".gt.txt")
            truth.write_text(sheet.truth(), encoding="utf-8")
            truths.append(truth)
            names.append(scanner.name)
        joined.save(folder / "rendered.pdf")
    return PageSet(f"{count} rendered hard pages", (folder / "rendered.pdf",), tuple(truths), tuple(names))


class Sheet:
    """A sheet of A4 that a letter is drawn on; remembers every line in its block."""

    def __init__(self, chance: random.Random) -> None:
        self.image = Image.new("RGB", (round(A4[0] * DRAWN_DPI), round(A4[1] * DRAWN_DPI)), "white")
        self._draw = ImageDraw.Draw(self.image)
        self._chance = chance
        self._points = chance.choice((13, 13.5, 14))
        self._step = self._points * chance.choice((1.2, 1.3, 1.45)) / 72
        self._blocks: dict[str, list[str]] = {}
        self._y = TOP

    def truth(self) -> str:
        """The text of the sheet, block by block."""
        blocks = (f"#block {name}\n" + "\n".join(lines) for name, lines in self._blocks.items())
        return "\n".join(blocks) + "\n"

    def write(self, letter: Letter, *, over_text: bool) -> None:
        """Draws the letter, and its seal over the text or beside it."""
        self._header(letter)
        self._y += 0.2
        self._centred("body", letter.title, 4.43, "Bold")
        for line in self._broken(letter.subject, "Bold", 5.0):
            self._centred("body", line, 4.43, "Bold")
        self._y += 0.1
        for paragraph in letter.preamble:
            self._paragraph(paragraph, "Italic")
        for paragraph in letter.body:
            self._paragraph(paragraph, "Regular")
        self._closing(letter, over_text)

    def _header(self, letter: Letter) -> None:
        right = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
        for own, nation in zip(letter.issuer, right, strict=True):
            self._centred("header-left", own, 2.3, "Bold", advance=False)
            self._centred("header-right", nation, 5.75, "Bold", points=12.5)
        self._draw.line([self._dots(1.9), self._dots(2.7)], "black", 2)
        self._y += 0.12
        self._centred("header-left", letter.number, 2.3, "Regular", advance=False)
        self._centred("header-right", letter.date, 5.75, "Italic")

    def _closing(self, letter: Letter, over_text: bool) -> None:
        self._y += 0.1
        top = self._y
        for line in letter.recipients:
            face = "BoldItalic" if line.endswith("nhận:") else "Regular"
            self._line("recipients", line, LEFT, face, points=11)
        self._y = top
        self._centred("signature", letter.role, 5.75, "Bold")
        self._y = top + 1.25
        self._centred("signature", letter.signer, 5.75, "Bold")
        inches = (4.9, top + 0.65) if over_text else (4.2, 10.4)
        if over_text:
            self._seal((self._chance.uniform(2.5, 6.5), self._chance.uniform(4.0, 8.0)), letter.seal)
        self._seal(inches, letter.seal)

    def _paragraph(self, text: str, face: str) -> None:
        lines = self._broken(text, face, RIGHT - LEFT - 0.5, RIGHT - LEFT)
        for index, line in enumerate(lines):
            if self._y > BOTTOM - 1.9:
                return
            x = LEFT + (0.5 if index == 0 else 0.0)
            justified = RIGHT - x if index < len(lines) - 1 else None
            self._line("body", line, x, face, width=justified)

    def _broken(self, text: str, face: str, first: float, width: float | None = None) -> list[str]:
        """The text in lines at most so wide, the first of its own width."""
        font, lines, room = self._font(face, self._points), [""], first
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if font.getlength(longer) <= room * DRAWN_DPI:
                lines[-1] = longer
            else:
                lines.append(word)
                room = width or first
        return lines

    def _line(
        self, block: str, text: str, x: float, face: str, *, points: float = 0.0, width: float | None = None
    ) -> None:
        """One line from `x` inches, its spaces widened to fill `width` where given; then the next line."""
        font = self._font(face, points or self._points)
        words = text.split()
        loose = (width or 0.0) * DRAWN_DPI - sum(font.getlength(word) for word in words)
        space = loose / (len(words) - 1) if width and len(words) > 1 else font.getlength(" ")
        at, y = x * DRAWN_DPI, self._dots(self._y)
        for word in words:
            self._draw.text((at, y), word, "black", font)
            at += font.getlength(word) + space
        self._blocks.setdefault(block, []).append(text)
        self._y += self._step * (points or self._points) / self._points

    def _centred(
        self, block: str, text: str, middle: float, face: str, *, points: float = 0.0, advance: bool = True
    ) -> None:
        y, width = self._y, self._font(face, points or self._points).getlength(text) / DRAWN_DPI
        self._line(block, text, middle - width / 2, face, points=points)
        self._y = self._y if advance else y

    def _seal(self, middle: tuple[float, float], texts: Sequence[str]) -> None:
        """A round red seal, as ink: what lies under it is seen through it."""
        ink = Image.new("RGB", self.image.size, "white")
        draw = ImageDraw.Draw(ink)
        x, y = (self._dots(inch) for inch in middle)
        for inch, line in ((0.7, 13), (0.45, 5)):
            radius = self._dots(inch)
            draw.ellipse([x - radius, y - radius, x + radius, y + radius], outline=SEAL, width=line)
        for row, text in enumerate(texts):
            draw.text((x, y + (row - 0.5) * 50), text, SEAL, self._font("Bold", 8), anchor="mm")
        self.image.paste(Image.fromarray(np.minimum(np.asarray(self.image), np.asarray(ink))))
        self._blocks.setdefault("seal-not-scored", []).extend(texts)

    def _font(self, face: str, points: float) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(str(FONTS / f"LiberationSerif-{face}.ttf"), points / 72 * DRAWN_DPI)

    @staticmethod
    def _dots(inch: float) -> int:
        return round(inch * DRAWN_DPI)


def scanned(sheet: Image.Image, scanner: Scanner, chance: np.random.Generator) -> Image.Image:
    """As a poor scanner gives it: askew, dim and unevenly lit, blurred, noisy."""
    askew = sheet.rotate(chance.uniform(-MOST_SKEW, MOST_SKEW), Image.Resampling.BICUBIC, fillcolor="white")
    size = (round(A4[0] * scanner.dpi), round(A4[1] * scanner.dpi))
    way = Image.Resampling.BOX if scanner.dpi < DRAWN_DPI else Image.Resampling.BICUBIC
    small = askew if size == askew.size else askew.resize(size, way)
    blurred = small.filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 0.9) * scanner.dpi / 300))
    pixels = np.asarray(blurred, dtype=np.float32)
    ink = chance.uniform(20, 70)  # the blackest that print comes out
    noise = chance.normal(0, chance.uniform(3, 8), pixels.shape[:2]).astype(np.float32)[:, :, None]
    spoilt = (ink + pixels * (255 - ink) / 255) * _light(pixels.shape[:2], chance) + noise
    image = Image.fromarray(np.clip(spoilt, 0, 255).astype(np.uint8))
    if not scanner.bilevel:
        return image
    grey = np.asarray(image.convert("L"), dtype=np.float32)
    paper = np.asarray(image.convert("L").filter(ImageFilter.BoxBlur(scanner.dpi / 6)), dtype=np.float32)
    return Image.fromarray(grey > paper * chance.uniform(0.66, 0.8))


def _light(shape: tuple[int, ...], chance: np.random.Generator) -> np.ndarray:
    """A light that falls off across the page, from bright to dim, in any direction."""
    angle, dimmest = chance.uniform(0, 2 * np.pi), chance.uniform(0.55, 0.8)
    y, x = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j].astype(np.float32)
    along = (np.cos(angle) * x + np.sin(angle) * y) / (abs(np.cos(angle)) + abs(np.sin(angle)))
    light: np.ndarray = 0.97 + (dimmest - 0.97) * (along + 1) / 2
    return light.astype(np.float32)[:, :, None]


def save(image: Image.Image, scanner: Scanner, target: Path) -> None:
    """One page as a scanner's PDF: CCITT for two levels, JPEG otherwise."""
    quality = {} if scanner.bilevel else {"quality": JPEG_QUALITY}
    image.save(target, "PDF", resolution=scanner.dpi, **quality)
