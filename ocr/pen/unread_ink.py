"""Ink in the row of words that is in none of them: a pen, a stamp or dirt took a letter or a word there, and
the words beside it may be a part of what was printed."""

from collections.abc import Iterator
from statistics import median

import cv2
import numpy as np

from ocr.connected import connected
from ocr.kinds.lines import Line, lines
from ocr.layout.page_ink import WORK_DPI
from ocr.marks import Ints, PageInk
from ocr.recognition import Box, Page, Region

#: How far around a word its own ink may lie, before and behind a line what is looked at, and how tall ink is
#: that is a letter's and no leader's or speck's; in heights of a word.
AROUND, BESIDE, LEAST_HEIGHT = 0.12, 1.0, 0.3
#: The least ink in a row, in squares of the height of a word. Of 3,443 right values of 470 worn drawn pages 7
#: have so much, and 7 of 27 wrong ones.
LEAST_INK = 0.05
SURE = 0.6
WITHIN = 0.6  # of such ink, in a photograph, a code or a seal: what is left of that


def found(page: Page, ink: PageInk) -> tuple[Region, ...]:
    """The places in the rows of words where nobody read the ink; `ink` is that of what was read."""
    scale = WORK_DPI / page.dpi
    rest = ink.ink.copy()
    for word in page.words:
        spare = max(1.0, AROUND * (word.box.y1 - word.box.y0) * scale)
        x0, y0 = (max(0, round(side * scale - spare)) for side in (word.box.x0, word.box.y0))
        rest[y0 : round(word.box.y1 * scale + spare), x0 : round(word.box.x1 * scale + spare)] = 0
    if not rest.any():
        return ()
    marks = connected(rest)
    told = [region.box for region in page.regions if region.kind in ("photo", "qr", "seal")]
    return tuple(
        Region("unread", box, SURE)
        for line in lines(page)
        for box in _beside(line, marks.labels, marks.stats, scale)
        if not any(other.share_of(box) > WITHIN for other in told)
    )


def _beside(line: Line, labels: Ints, stats: Ints, scale: float) -> Iterator[Box]:
    """The ink of marks that reach into the row of a line."""
    tall = median(word.box.y1 - word.box.y0 for word in line.words) * scale
    left = max(0, round(line.box.x0 * scale - BESIDE * tall))
    top, right = max(0, round(line.box.y0 * scale)), round(line.box.x1 * scale + BESIDE * tall)
    row = labels[top : round(line.box.y1 * scale), left:right]
    for number in np.unique(row[row > 0]).tolist():
        if stats[number, cv2.CC_STAT_HEIGHT] < LEAST_HEIGHT * tall:
            continue
        rows, columns = np.nonzero(row == number)
        if len(rows) >= LEAST_INK * tall * tall:
            x0, y0 = left + int(columns.min()), top + int(rows.min())
            x1, y1 = left + int(columns.max()) + 1, top + int(rows.max()) + 1
            yield Box(*(round(side / scale) for side in (x0, y0, x1, y1)))
