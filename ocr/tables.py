"""Ruled tables: their cells are set one under another, read as one column, and put back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ocr.cleanup import INK
from ocr.engine import Pixels, Reader
from ocr.recognition import Box, Word

# In inches. A rule is longer than any stroke of a letter; a cell holds at least one line of small print.
RULE_ACROSS, RULE_DOWN = 0.5, 0.33
LEAST_CELL = (0.12, 0.1)
MOST_CELLS = 3000
LEAST_CELLS = 4  # fewer is a frame
STRIP_HEIGHT = 12_000  # pixels; what Tesseract takes at a time
MARGIN = 24  # pixels of white between cells, about half a line at 300 dpi
RIM = 10  # pixels around a cell that its rules take
INSET = 3  # pixels of a rule that its threshold leaves at the rim of a cell


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
    _, labels, stats, _ = cv2.connectedComponentsWithStats(grid, connectivity=8)
    found = []
    for label, (x, y, width, height, _) in enumerate(stats.tolist()):
        if label == 0 or width < dpi or height < 0.3 * dpi:
            continue
        rules = labels[y : y + height, x : x + width] == label
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


def without(grey: Pixels, tables: Sequence[Table]) -> Pixels:
    """The page with the cells of its tables, and the rules around them, painted over."""
    rest = grey.copy()
    for cell in (cell for table in tables for cell in table.cells):
        top, left = max(0, cell.y0 - RIM), max(0, cell.x0 - RIM)
        rest[top : cell.y1 + RIM, left : cell.x1 + RIM] = 255
    return rest


def read(grey: Pixels, table: Table, dpi: int, reader: Reader) -> tuple[Word, ...]:
    """The words of a table, cell by cell, row by row."""
    words: list[Word] = []
    for cells in _strips(table.cells):
        strip, tops = _strip(grey, cells)
        first = words[-1].line + 1 if words else 0
        for word in reader.read(strip, dpi, "block"):
            middle = (word.box.y0 + word.box.y1) // 2
            index = max(i for i, top in enumerate(tops) if i == 0 or top <= middle)
            cell = cells[index]
            box = _moved(word.box, cell.x0 - MARGIN, cell.y0 - tops[index], cell)
            words.append(replace(word, box=box, line=first + word.line))
    return tuple(words)


def _strips(cells: Sequence[Box]) -> Iterator[list[Box]]:
    strip: list[Box] = []
    height = 0
    for cell in cells:
        height += cell.y1 - cell.y0 + MARGIN
        if strip and height > STRIP_HEIGHT:
            yield strip
            strip, height = [], cell.y1 - cell.y0 + MARGIN
        strip.append(cell)
    if strip:
        yield strip


def _strip(grey: Pixels, cells: Sequence[Box]) -> tuple[Pixels, list[int]]:
    """One picture of all cells, and the row at which each begins."""
    width = max(c.x1 - c.x0 for c in cells) + 2 * MARGIN
    height = sum(c.y1 - c.y0 + MARGIN for c in cells) + MARGIN
    strip = np.full((height, width), 255, np.uint8)
    tops = []
    top = MARGIN
    for c in cells:
        inner = grey[c.y0 + INSET : c.y1 - INSET, c.x0 + INSET : c.x1 - INSET]
        row, column = top + INSET, MARGIN + INSET
        strip[row : row + inner.shape[0], column : column + inner.shape[1]] = inner
        tops.append(top)
        top += c.y1 - c.y0 + MARGIN
    return strip, tops


def _moved(box: Box, right: int, down: int, cell: Box) -> Box:
    x0 = min(max(box.x0 + right, cell.x0), cell.x1 - 1)
    y0 = min(max(box.y0 + down, cell.y0), cell.y1 - 1)
    return Box(x0, y0, min(max(box.x1 + right, x0 + 1), cell.x1), min(max(box.y1 + down, y0 + 1), cell.y1))
