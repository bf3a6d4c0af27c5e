"""Print in red, which a page has in none of the levels by which it is read: they leave out seals."""

import cv2
import numpy as np

from ocr.engine import Pixels
from ocr.picture import rescaled
from ocr.stamps.coloured_ink import (
    LEAST_INK,
    LEAST_LETTER,
    LETTER,
    LINE,
    SHAPE_DPI,
    Shape,
    is_print,
    is_round,
    shapes,
)

AROUND = 2  # dots at SHAPE_DPI around the letters, whose thin strokes and marks are paler than they


def shown(pixels: Pixels, grey: Pixels, dpi: float) -> Pixels:
    """The grey levels of a page with its red print as dark as it looks; `grey` itself where there is none.

    Red shapes that are no lines of letters, as seals are, stay as they are. A shape as wide as high, as a
    digit and the star of a worn seal are, is print only where a line of red print is on the page, too.
    """
    if pixels.ndim == 2:
        return grey
    small = np.asarray(rescaled(pixels, SHAPE_DPI / dpi), np.uint8)
    every = list(shapes(small, LEAST_LETTER))
    seals = [shape.box for shape in every if shape.red and is_round(shape)]
    found = [
        shape for shape in every if is_print(shape) and not any(shape.box.shared(seal) > 0 for seal in seals)
    ]
    if not any(_is_of_lines(shape) for shape in found):
        return grey
    letters = np.zeros(small.shape[:2], np.uint8)
    for shape in found:
        box = shape.box
        letters[box.y0 : box.y1, box.x0 : box.x1] |= shape.mask
    side = 2 * AROUND + 1
    letters = np.asarray(cv2.dilate(letters, np.ones((side, side), np.uint8)), np.uint8)
    there = cv2.resize(letters, grey.shape[::-1], interpolation=cv2.INTER_NEAREST)
    green = cv2.extractChannel(pixels, 1)
    return np.where(there > 0, np.minimum(grey, green), grey).astype(np.uint8, copy=False)


def _is_of_lines(shape: Shape) -> bool:
    wide, high = shape.inches
    in_lines = wide >= LINE * high or high > LETTER
    return in_lines and bool(np.count_nonzero(shape.mask) >= LEAST_INK)
