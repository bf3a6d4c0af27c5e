"""At how many dots an inch a page was printed, where its size is that of no sheet with such letters.

Programs that know no dpi give each dot of a picture a point, or three quarters of one: a scan at 300 dpi
becomes a sheet of 87 by 124 cm with letters of 50 points, and lines, stamps and margins are looked for in the
wrong size.
"""

from dataclasses import replace

import cv2
import numpy as np

from ocr.engine import Pixels
from ocr.picture import A4_INCHES, LARGEST_SHEET, Picture, guessed_dpi, rescaled

#: Inches of the longer side of a usual sheet: less than a card lies below, more than A3 above.
USUAL_SIDES = (6.0, 17.5)
#: Points of what is printed on paper; beyond, the picture was made smaller or larger, or hangs on a wall.
USUAL_PRINT = (5.0, 20.0)
OFFICE_PRINT = 13.5
LEAST_LETTERS = 50
SCANNED_DPI = 150  # fewer dots an inch of a large sheet are no scanner's
A4_LIKE = 1.06  # so much longer or wider than A4 a page may be in its form
GLANCE = 3508  # dots of the longer side: A4 at 300 dpi
GROUND, DARKER = 81, 20  # dots of the glance around a letter, and levels by which it is darker than these
LETTER_DOTS = (7, 240)
LETTER_SHARE = 0.5  # of a point size that its letters are high, in the mean


def settled(picture: Picture) -> Picture:
    """The picture at the dpi of its print; as it is where its sheet is a usual one, or its letters are what
    such a sheet may have.

    What has the form of A4 is taken for it, so that all pages of a scan become alike; what was made smaller
    nothing else, since the pattern of a card is no print. A page with too few letters to tell is the back of
    such a page where its dots are as coarse as no scanner has them. None is larger than the largest sheet.
    """
    return _within_sheets(_by_print(picture))


def _within_sheets(picture: Picture) -> Picture:
    """What is looked for at so many dots an inch would take more memory on a sheet of 5 by 5 m than a page
    may have, though it has no more dots than others."""
    width, height = picture.size
    least = (width * height / (LARGEST_SHEET / 72**2)) ** 0.5
    return picture if picture.dpi >= least else replace(picture, dpi=least)


def _by_print(picture: Picture) -> Picture:
    large = max(picture.size) > USUAL_SIDES[1] * picture.dpi
    if not (large or max(picture.size) < USUAL_SIDES[0] * picture.dpi):
        return picture
    points = _points(picture.pixels, picture.dpi)
    if points is None and not (large and picture.dpi < SCANNED_DPI):
        return picture
    if points is not None and USUAL_PRINT[0] <= points <= USUAL_PRINT[1]:
        return picture
    if _like_a4(*picture.size):
        return replace(picture, dpi=guessed_dpi(*picture.size))
    if points is None or not large:
        return picture
    return replace(picture, dpi=picture.dpi * points / OFFICE_PRINT, dpi_guessed=False)


def _like_a4(width: int, height: int) -> bool:
    form = max(width, height) / min(width, height) / (A4_INCHES[1] / A4_INCHES[0])
    return 1 / A4_LIKE < form < A4_LIKE


def _points(pixels: Pixels, dpi: float) -> float | None:
    """The size of the letters; None where there are too few."""
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    factor = min(1.0, GLANCE / max(grey.shape))
    small = rescaled(grey.astype(np.uint8, copy=False), factor) if factor < 1 else grey
    ink = cv2.adaptiveThreshold(small, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, GROUND, DARKER)
    _, _, found, _ = cv2.connectedComponentsWithStats(ink)
    wide, high = found[1:, cv2.CC_STAT_WIDTH], found[1:, cv2.CC_STAT_HEIGHT]
    letters = (high >= LETTER_DOTS[0]) & (high <= LETTER_DOTS[1]) & (wide <= 3 * high) & (high <= 6 * wide)
    if np.count_nonzero(letters) < LEAST_LETTERS:
        return None
    usual: float = np.median(high[letters])
    return float(usual / factor / LETTER_SHARE / dpi * 72)
