"""Lines from edge to edge that are no print: streaks of dust on a scanner's glass, folds of the sheet.

They are lifted to the paper beside them, for reading only: letters that they cross stay as dark as they were.
Rules of tables and frames end within the margins, or are as dark as print.
"""

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engine import Pixels
from ocr.viewing_copy.mixed_raster import lightest

STRIPS = 10  # across a line; in each of them it must be seen, the ones at the edges of the sheet as well
STEP = 8  # dots from one that is looked at to the next, along a line
PAPER = 75  # percentile of a strip that is paper, also in the middle of text
SHADE = 0.97  # of the paper beside it; a line has less, and more takes nothing from letters
PRINT = 0.35  # of the paper; what is darker anywhere is print, or the dark around a sheet
WIDEST = 3 / 25.4  # inches; the shade of a fold


def lifted(pixels: Pixels, dpi: float) -> Pixels:
    """The picture without such lines; the same array where there are none."""
    clean = pixels
    for axis in (0, 1):
        along = clean.swapaxes(0, 1) if axis else clean
        columns, shades = _lines(along, round(WIDEST * dpi))
        if not len(columns):
            continue
        if clean is pixels:
            clean = pixels.copy()
            along = clean.swapaxes(0, 1) if axis else clean
        for rows, shade in zip(_strips(len(along)), shades, strict=True):
            part = along[rows, columns]
            brighter = part / (shade[:, None] if part.ndim == 3 else shade)
            along[rows, columns] = np.minimum(brighter, 255).astype(np.uint8)
    return clean


def _strips(length: int) -> list[slice]:
    ends = np.linspace(0, length, STRIPS + 1).astype(int).tolist()
    return [slice(start, end) for start, end in pairwise(ends)]


def _lines(pixels: Pixels, widest: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The columns of lines, and how light each is beside the paper around it, strip by strip."""
    if len(pixels) < 2 * STRIPS * STEP:
        return np.empty(0, np.intp), np.empty((STRIPS, 0))
    tones = [lightest(np.ascontiguousarray(pixels[rows][::STEP])) for rows in _strips(len(pixels))]
    levels = np.array([np.percentile(tone, PAPER, axis=0) for tone in tones], np.uint8)
    paper = cv2.morphologyEx(levels, cv2.MORPH_CLOSE, np.ones((1, widest | 1), np.uint8))
    shades = levels / np.maximum(paper, 1, dtype=np.float64)
    line: NDArray[np.bool_] = np.asarray((shades < SHADE).all(axis=0))
    starts, ends = (np.flatnonzero(np.diff(np.r_[0, line, 0]) == step) for step in (1, -1))
    for start, end in zip(starts, ends, strict=True):
        if shades[:, start:end].min() < PRINT:
            line[start:end] = False
    columns = np.flatnonzero(line)
    return columns, shades[:, columns]
