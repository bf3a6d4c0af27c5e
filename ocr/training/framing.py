"""The window on a line, as page analysis cuts it, and its scaling to the height of the reader."""

import cv2
import numpy as np

from ocr.engine import Pixels
from ocr.readers.banchinh_reader import HEIGHT
from ocr.training.chance import Chance
from ocr.training.drawing import Extent, Ink
from ocr.training.wear import Scan

#: In ems. Most windows follow the ink, as boxes of words do; the others the baseline, as a line finder does.
BY_INK = 0.7
OVER_INK, UNDER_INK = (-0.02, 0.22), (-0.02, 0.2)
OVER_BASELINE, UNDER_BASELINE = (0.75, 1.05), (0.22, 0.42)
TOO_HIGH, EXCESS = 0.04, (0, 0.3)  # windows that hold much of the line above
LEAST_HEIGHT, LOW_LINES = 0.95, (0.95, 1.35)  # short letters alone (`của`, `…`) are not blown up
ASIDE_PIXELS, ASIDE = 1, 0.5  # white left and right: from a pixel to half an em
OUT_OF_PROPORTION, PROPORTION = 0.3, (0.93, 1.07)
NARROWEST = 8  # pixels


def framed(picture: Pixels, ink: Ink, extent: Extent, scan: Scan, *, chance: Chance) -> Pixels:
    """The line cut out of its scanned picture, `HEIGHT` pixels high."""
    top, bottom = _rows(ink, extent, scan, chance)
    over, under = max(0, -top), max(0, bottom - picture.shape[0])
    paper = np.pad(picture, ((over, under), (0, 0)), constant_values=255)
    left, right = _columns(ink, extent, scan, chance)
    return _scaled(paper[top + over : bottom + over, left:right], chance)


def _rows(ink: Ink, extent: Extent, scan: Scan, chance: Chance) -> tuple[int, int]:
    em, baseline = ink.em * scan.scale, ink.baseline * scan.scale
    if chance.happens(BY_INK):
        top = extent.y0 * scan.scale - chance.uniform(*OVER_INK) * em
    else:
        top = baseline - chance.uniform(*OVER_BASELINE) * em
    if chance.happens(BY_INK):
        bottom = extent.y1 * scan.scale + chance.uniform(*UNDER_INK) * em
    else:
        bottom = baseline + chance.uniform(*UNDER_BASELINE) * em
    if chance.happens(TOO_HIGH):
        top -= chance.uniform(*EXCESS) * em
    if bottom - top < LEAST_HEIGHT * em:
        missing = chance.uniform(*LOW_LINES) * em - (bottom - top)
        share = chance.random()
        top -= missing * share
        bottom += missing * (1 - share)
    return round(top), round(bottom)


def _columns(ink: Ink, extent: Extent, scan: Scan, chance: Chance) -> tuple[int, int]:
    most = ASIDE * ink.em * scan.scale
    start, end = (x * scan.scale * scan.stretch for x in (extent.x0, extent.x1))
    left = max(0, int(start - chance.uniform(ASIDE_PIXELS, most)))
    right = int(end + chance.uniform(ASIDE_PIXELS, most))
    return left, max(left + 4, right)


def _scaled(line: Pixels, chance: Chance) -> Pixels:
    scale = HEIGHT / line.shape[0]
    stretch = chance.uniform(*PROPORTION) if chance.happens(OUT_OF_PROPORTION) else 1
    width = max(NARROWEST, round(line.shape[1] * scale * stretch))
    way = cv2.INTER_AREA if scale < 1 else chance.choice((cv2.INTER_CUBIC, cv2.INTER_LINEAR))
    return cv2.resize(line, (width, HEIGHT), interpolation=way).astype(np.uint8, copy=False)
