"""What a scanner shows around a sheet: its dark inside, where the lid was open or the sheet is small.

It is made paper for reading only. The page picture keeps it, and with it the size of the page: a dark edge
that bears nothing cannot always be told from a photograph that runs into the edge of the paper.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engine import Pixels
from ocr.viewing_copy.mixed_raster import lightest

WORK_DPI = 75
DARK = 0.6  # of the paper; a grey lid has half of it
THICK = 7  # working pixels: 2 mm; no stroke of text is as thick
GROWN = 3  # working pixels: 1 mm of blur and shadow along the sheet
MARK = 12  # grey levels by which something that stands on a dark surface is darker than it
MOST_MARKED = 0.01  # share of a surface on which nothing stands
#: By so much of a surface's own light a letter on it is darker: a page number, or the name of who signed, is
#: no hundredth of a shadow, and is lost with it all the same.
INKED = 0.2
LETTER = (3, 30)  # working pixels: the height of such a letter, 1 to 10 mm; dust is smaller, folds are larger
ROW = 31  # working pixels: 1 cm, which a row of light letters with what is around them is high
WORD = 5  # light letters in a row that are print, and no dust or scratches
LEAST = 0.02  # of the rim of the picture that a surface takes; specks and letters at the rim take less
MOST = 0.85  # of the picture; more is a dark page


def whitened(pixels: Pixels, dpi: float) -> Pixels:
    """The picture with paper in place of dark surfaces at its rim; the same array where there are none."""
    surfaces = _surfaces(_tone(pixels, dpi))
    if surfaces is None:
        return pixels
    height, width = pixels.shape[:2]
    mask = cv2.resize(surfaces, (width, height), interpolation=cv2.INTER_NEAREST) > 0
    clean = pixels.copy()
    sample = np.atleast_3d(pixels)[::9, ::9][~mask[::9, ::9]]
    clean[mask] = np.percentile(sample, 80, axis=0).astype(np.uint8) if len(sample) else 255
    return clean


def _tone(pixels: Pixels, dpi: float) -> Pixels:
    """Small, and coloured things as light as their lightest channel: a scanner is black or grey within."""
    scale = min(1.0, WORK_DPI / dpi)
    width, height = (max(THICK, round(side * scale)) for side in pixels.shape[1::-1])
    coarse = pixels
    if scale < 0.5:  # to average all dots costs five times as much and shows no more
        coarse = _u8(cv2.resize(pixels, (2 * width, 2 * height), interpolation=cv2.INTER_NEAREST))
    return lightest(_u8(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_AREA)))


def _u8(pixels: NDArray[np.generic]) -> Pixels:
    return pixels.astype(np.uint8, copy=False)


def _surfaces(tone: Pixels) -> Pixels | None:
    """Where dark surfaces reach the rim and nothing stands on them; None where there are none."""
    paper = float(np.percentile(tone[::3, ::3], 95))
    dark = _u8((tone < round(DARK * paper)).astype(np.uint8))
    if not any(side.any() for side in _rim(dark)):
        return None
    # Dark beyond the rim, so that thin edges are as thick as it takes.
    wide = cv2.copyMakeBorder(dark, THICK, THICK, THICK, THICK, cv2.BORDER_CONSTANT, value=1)
    thick = cv2.morphologyEx(wide, cv2.MORPH_OPEN, np.ones((THICK, THICK), np.uint8))
    thick = np.ascontiguousarray(thick[THICK:-THICK, THICK:-THICK])
    count, labels = cv2.connectedComponents(thick, connectivity=4)
    depth = _u8(cv2.morphologyEx(tone, cv2.MORPH_CLOSE, np.ones((THICK, THICK), np.uint8))) - tone
    marked = depth > MARK
    inner = cv2.erode(thick, np.ones((5, 5), np.uint8)) > 0
    rim = np.bincount(np.concatenate(_rim(labels)), minlength=count)
    found = np.zeros(count, np.bool_)
    # Only few reach so much of the rim; a page of dark specks has thousands of others.
    for number in np.flatnonzero(rim[1:] > LEAST * rim.sum()) + 1:
        within = inner & (labels == number)
        bare = not within.any() or float(marked[within].mean()) < MOST_MARKED
        bare = bare and not _lettered(depth, tone, within)
        found[number] = bare and not _white_print(dark, labels == number)
    surfaces = _u8(found[labels].astype(np.uint8))
    if not found.any() or float(surfaces.mean()) > MOST:
        return None
    return _u8(cv2.dilate(surfaces, np.ones((2 * GROWN + 1, 2 * GROWN + 1), np.uint8)))


def _lettered(depth: Pixels, tone: Pixels, within: NDArray[np.bool_]) -> bool:
    """Whether anything like a letter stands on a surface: then it is paper in a shadow."""
    level = float(np.median(tone[within])) if within.any() else 0.0
    return len(_letters((depth > max(MARK, INKED * level)) & within)) > 0


def _white_print(dark: Pixels, surface: NDArray[np.bool_]) -> bool:
    """Whether light letters stand in a row on a surface: then it is a band of print, as over a table."""
    near = cv2.morphologyEx(_u8(surface.astype(np.uint8)), cv2.MORPH_CLOSE, np.ones((ROW, ROW), np.uint8))
    tall = _letters((near > 0) & (dark == 0))
    rows = tall[:, cv2.CC_STAT_TOP] + tall[:, cv2.CC_STAT_HEIGHT] // 2
    return any(np.count_nonzero(np.abs(rows - row) <= LETTER[0]) >= WORD for row in rows.tolist())


def _letters(ink: NDArray[np.bool_]) -> NDArray[np.int32]:
    """What OpenCV tells of the components that are as high as letters."""
    stats = cv2.connectedComponentsWithStats(_u8(ink.astype(np.uint8)), connectivity=8)[2][1:]
    high = stats[:, cv2.CC_STAT_HEIGHT]
    return np.asarray(stats[(high >= LETTER[0]) & (high <= LETTER[1])])


def _rim(picture: NDArray[np.generic]) -> list[NDArray[np.generic]]:
    return [picture[0], picture[-1], picture[1:-1, 0], picture[1:-1, -1]]
