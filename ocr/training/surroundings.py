"""What stands around a line on its page and reaches into its picture: lines above and below, rules."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.training.chance import Chance
from ocr.training.drawing import Extent, Ink, as_float

CROWDED, EITHER_SIDE = 0.55, 0.75  # lines with neighbours, and how often there is one above, and one below
LEADING = (1.12, 1.6)  # ems from baseline to baseline
SAME_SIZE = 0.02  # neighbours that differ less in size stay as they are
UNDERLINED, WHOLE_UNDERLINE = 0.06, 0.6
UNDERLINE_DEPTH = (0.1, 0.2)  # ems below the baseline
RULED, RULED_ASIDE = 0.06, 0.05  # lines beside a rule of a table: above or below; left or right
BELOW_OR_ABOVE, BESIDE = (2, 12), (6, 20)  # pixels from the ink to the rule


def add_surroundings(
    picture: NDArray[np.float32], ink: Ink, extent: Extent, others: Sequence[Ink], *, chance: Chance
) -> None:
    """Draws neighbours out of `others`, an underline and rules into a picture of ink (0 paper, 255 ink)."""
    if chance.happens(CROWDED) and others:
        for side in (-1, 1):
            if chance.happens(EITHER_SIDE):
                _neighbour(picture, ink, side, others, chance=chance)
    if chance.happens(UNDERLINED):
        _underline(picture, ink, extent, chance)
    if chance.happens(RULED):
        _rule(picture, extent, chance)
    if chance.happens(RULED_ASIDE):
        _rule_aside(picture, extent, chance)


def _neighbour(
    picture: NDArray[np.float32], ink: Ink, side: int, others: Sequence[Ink], *, chance: Chance
) -> None:
    other = chance.choice(others)
    scale = ink.em / other.em
    pixels = other.pixels
    if abs(scale - 1) > SAME_SIZE:
        pixels = _scaled(pixels, scale)
    top = ink.baseline + int(ink.em * chance.uniform(*LEADING)) * side - int(other.baseline * scale)
    width = min(pixels.shape[1], picture.shape[1])
    start = chance.randrange(max(1, pixels.shape[1] - width + 1))
    first, last = max(0, top), min(picture.shape[0], top + pixels.shape[0])
    if last > first:
        reaching = as_float(pixels[first - top : last - top, start : start + width])
        picture[first:last, :width] = np.maximum(picture[first:last, :width], reaching)


def _scaled(pixels: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return small.astype(np.uint8, copy=False)


def _underline(picture: NDArray[np.float32], ink: Ink, extent: Extent, chance: Chance) -> None:
    top = ink.baseline + int(ink.em * chance.uniform(*UNDERLINE_DEPTH))
    bottom = top + chance.choice((2, 3, 4))
    end = extent.x1 if chance.happens(WHOLE_UNDERLINE) else chance.randrange(extent.x0 + 1, extent.x1 + 1)
    picture[top:bottom, extent.x0 : end] = 255


def _rule(picture: NDArray[np.float32], extent: Extent, chance: Chance) -> None:
    above = chance.happens(0.5)
    distance = chance.randrange(*BELOW_OR_ABOVE)
    top = extent.y0 - distance if above else extent.y1 + distance
    bottom = top + chance.choice((2, 3, 5))
    if 0 < top < picture.shape[0] - 6:
        picture[top:bottom] = np.maximum(picture[top:bottom], chance.randrange(140, 256))


def _rule_aside(picture: NDArray[np.float32], extent: Extent, chance: Chance) -> None:
    left = chance.happens(0.5)
    distance = chance.randrange(*BESIDE)
    start = extent.x0 - distance if left else extent.x1 + distance
    if 0 < start < picture.shape[1] - 6:
        picture[:, start : start + chance.choice((2, 3, 5))] = 255
