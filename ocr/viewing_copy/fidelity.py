"""Compares a packed page with the picture it was made from, so that no stroke is lost or invented."""

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np

from ocr.engine import Pixels
from ocr.recognition import Box
from ocr.viewing_copy.mixed_raster import merged

DPI = 150  # a full stop of 8-point type is 3 dots wide
AROUND = 7  # dots; the contrast that an eye sees is that within 1.2 mm
LEAST_CONTRAST = 24  # levels; below are grain and JPEG's own noise
LEAST = 10  # levels of difference
SHARE = 0.4  # of the contrast around; a bilevel edge differs from a soft one by 0.2 to 0.3
SHARE_IN_WORDS = 0.35
COLOUR = 26  # levels of a colour difference over a millimetre; JPEG blurs the colour of a seal by up to 22
CELL = 16  # dots, 2.7 mm
DOTS = 3  # in a cell; a lost full stop has 9 or more
GROW = 8  # dots around what differs


def lost(master: Pixels, shown: Pixels, words: Sequence[Box] = ()) -> list[Box]:
    """Boxes around what differs, in dots of the pictures, both at DPI. `words` are where letters stand."""
    height, width = master.shape[:2]
    marked = differing(master, shown, words)
    if not cv2.countNonZero(marked):
        return []
    rows, columns = -(-height // CELL), -(-width // CELL)
    padded = np.zeros((rows * CELL, columns * CELL), np.uint8)
    padded[:height, :width] = marked
    counts = (padded > 0).reshape(rows, CELL, columns, CELL).sum(axis=(1, 3))
    boxes = []
    for row, column in np.argwhere(counts >= DOTS):
        x, y = int(column) * CELL, int(row) * CELL
        end_x, end_y = min(x + CELL + GROW, width), min(y + CELL + GROW, height)
        boxes.append(Box(max(x - GROW, 0), max(y - GROW, 0), end_x, end_y))
    return merged(boxes)


def differing(master: Pixels, shown: Pixels, words: Sequence[Box] = ()) -> Pixels:
    """255 where the two differ by more than a share of the contrast that the eye sees there, or in colour."""
    one, other = (_luminance_first(pixels) for pixels in (master, shown))
    square = np.ones((AROUND, AROUND), np.uint8)
    contrast = cv2.subtract(cv2.dilate(one[0], square), cv2.erode(one[0], square))
    # Blurred first: the jags of an edge cancel out, a missing dot does not.
    apart = cv2.absdiff(cv2.blur(one[0], (3, 3)), cv2.blur(other[0], (3, 3)))
    allowed = cv2.LUT(contrast, _allowed(SHARE))
    for box in words:
        place = np.s_[box.y0 : box.y1, box.x0 : box.x1]
        allowed[place] = cv2.LUT(contrast[place], _allowed(SHARE_IN_WORDS))
    differs = cv2.compare(apart, allowed, cv2.CMP_GT)
    for colour, found in zip(one[1:], other[1:], strict=True):
        tint = cv2.absdiff(cv2.blur(colour, (5, 5)), cv2.blur(found, (5, 5)))
        differs = cv2.max(differs, cv2.threshold(tint, COLOUR, 255, cv2.THRESH_BINARY)[1])
    return differs.astype(np.uint8, copy=False)


@cache
def _allowed(share: float) -> Pixels:
    """By the contrast around a dot, the most levels by which it may differ."""
    contrast = np.maximum(np.arange(256, dtype=np.float32), LEAST_CONTRAST)
    return np.maximum(contrast * np.float32(share), LEAST).astype(np.uint8)


def _luminance_first(pixels: Pixels) -> Sequence[Pixels]:
    """Luminance, and two differences of colour where there is any."""
    if pixels.ndim == 2:
        return [pixels]
    planes = cv2.split(cv2.cvtColor(pixels, cv2.COLOR_BGR2YCrCb))
    return [plane.astype(np.uint8, copy=False) for plane in planes]
