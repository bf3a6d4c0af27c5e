"""Ruled tables: their cells are set one under another, read as one column, and put back."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ocr.cleaning.cleanup import INK
from ocr.connected import connected
from ocr.engine import Pixels
from ocr.recognition import Box

# In inches. A rule is longer than any stroke of a letter; a cell holds at least one line of small print.
RULE_ACROSS, RULE_DOWN = 0.5, 0.33
LEAST_CELL = (0.12, 0.1)
MOST_CELLS = 3000
LEAST_CELLS = 4  # fewer is a frame


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table: its place, and the cells with ink in them, row by row."""

    box: Box
    cells: tuple[Box, ...]


def find(grey: Pixels, dpi: int) -> tuple[Table, ...]:
    """The tables of a level page, from top to bottom."""
    ink = cv2.threshold(grey, INK, 255, cv2.THRESH_BINARY_INV)[1]
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, round(RULE_ACROSS * dpi)), np.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((round(RULE_DOWN * dpi), 1), np.uint8))
    if not across.any() or not down.any():
        return ()
    # Thin rules break; a few pixels close them.
    grid = cv2.dilate(cv2.bitwise_or(across, down), np.ones((5, 5), np.uint8))
    marks = connected(np.asarray(grid, np.uint8))
    found = []
    for label, (x, y, width, height, _) in enumerate(marks.stats.tolist()):
        if label == 0 or width < dpi or height < 0.3 * dpi:
            continue
        rules = marks.labels[y : y + height, x : x + width] == label
        box = Box(x, y, x + width, y + height)
        free = np.where(rules, np.uint8(0), np.uint8(255))
        inside = np.asarray(ink[y : y + height, x : x + width], dtype=np.uint8)
        cells = tuple(_cells(free, inside, box, dpi))
        if LEAST_CELLS <= len(cells) <= MOST_CELLS:
            found.append(Table(box, cells))
    return tuple(sorted(found, key=lambda t: t.box.y0))


def _cells(free: Pixels, ink: Pixels, box: Box, dpi: int) -> list[Box]:
    """Where no rule runs and rules are all around, with ink inside."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(free, connectivity=4)
    cells = []
    for x, y, width, height, area in stats[1:].tolist():
        enclosed = x > 0 and y > 0 and x + width < free.shape[1] and y + height < free.shape[0]
        large = width >= LEAST_CELL[0] * dpi and height >= LEAST_CELL[1] * dpi
        if enclosed and large and area > 0.5 * width * height and ink[y : y + height, x : x + width].any():
            cells.append(Box(box.x0 + x, box.y0 + y, box.x0 + x + width, box.y0 + y + height))
    return _row_by_row(cells)


def _row_by_row(cells: Sequence[Box]) -> list[Box]:
    rows: list[list[Box]] = []
    for cell in sorted(cells, key=lambda c: c.y0):
        if rows and cell.y0 - rows[-1][0].y0 < 0.5 * (rows[-1][0].y1 - rows[-1][0].y0):
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return [cell for row in rows for cell in sorted(row, key=lambda c: c.x0)]
