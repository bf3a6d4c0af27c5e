"""Sets a line of text: ink on paper as a printer means it, before anything happens to it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ocr.engine import Pixels
from ocr.training.chance import Chance
from ocr.training.fonts import Fonts

#: Pixels an em as drawn: 54 is 13 pt at 300 dpi, the size that the rules prescribe; from 10.5 to 15 pt.
EMS = (44, 50, 54, 54, 58, 64)
ABOVE, HIGH = 1.3, 2.1  # ems from the top to the baseline, and to the bottom: room for lines above and below
SPACED = 0.22  # lines with letter spacing,
SPACED_A_LITTLE, SPACINGS = 0.9, (-1, -0.6, 0.5, 1, 1.5, 2, 4, 8)  # most of them by a few pixels,
WIDEST_SPACING = 0.3  # the others, headings, by this in ems
EVEN_WORDS = 0.5  # the others are justified: their word gaps are narrower or wider, by
WORD_GAPS = (0.6, 2.2)


@dataclass(frozen=True, slots=True)
class Ink:
    """A line as set: `pixels` from 0 (paper) to 255 (ink), the row of its baseline, and pixels an em."""

    pixels: Pixels
    baseline: int
    em: int


@dataclass(frozen=True, slots=True)
class Extent:
    """The columns [x0, x1) and rows [y0, y1) that hold ink."""

    x0: int
    x1: int
    y0: int
    y1: int


def extent_of(pixels: Pixels) -> Extent | None:
    """Where the ink is; None where there is none."""
    columns, rows = np.flatnonzero(pixels.any(0)), np.flatnonzero(pixels.any(1))
    if not len(columns):
        return None
    return Extent(int(columns[0]), int(columns[-1]) + 1, int(rows[0]), int(rows[-1]) + 1)


def as_float(pixels: Pixels) -> NDArray[np.float32]:
    """Pixels to reckon with."""
    return pixels.astype(np.float32)


class Typesetter:
    """Sets text in a font by chance."""

    def __init__(self, fonts: Fonts, chance: Chance) -> None:
        self._fonts = fonts
        self._chance = chance

    def set(self, text: str) -> Ink:
        """The line in ink. Raises NoFont where no font holds its characters."""
        chance = self._chance
        em = chance.choice(EMS)
        font = self._fonts.pick(em, text, chance)
        spacing = self._spacing(em)
        gap = 1.0 if chance.happens(EVEN_WORDS) else chance.uniform(*WORD_GAPS)
        pieces, width = _placed(text, font, spacing, gap)
        margin = em // 2
        image = Image.new("L", (width + 2 * margin, int(em * HIGH)), 0)
        draw = ImageDraw.Draw(image)
        baseline = int(em * ABOVE)
        for x, piece in pieces:
            draw.text((margin + x, baseline), piece, fill=255, font=font, anchor="ls")
        return Ink(np.asarray(image), baseline, em)

    def _spacing(self, em: int) -> float:
        chance = self._chance
        if not chance.happens(SPACED):
            return 0.0
        return chance.choice(SPACINGS) if chance.happens(SPACED_A_LITTLE) else em * WIDEST_SPACING


def _placed(
    text: str, font: ImageFont.FreeTypeFont, spacing: float, gap: float
) -> tuple[list[tuple[float, str]], int]:
    """What to draw where, and how wide it is: letters where they are spaced, words where gaps differ."""
    if not spacing and gap == 1.0:
        return [(0.0, text)], int(font.getlength(text))
    x, pieces = 0.0, []
    if spacing:
        for letter in text:
            pieces.append((x, letter))
            x += font.getlength(letter) * (gap if letter == " " else 1) + spacing
    else:
        for word in text.split(" "):
            pieces.append((x, word))
            x += font.getlength(word) + font.getlength(" ") * gap
    return pieces, int(x)
