"""The order in which boxes of text are read: bands of columns, left column first, rows from top to bottom."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from ocr.recognition import Box

LEAST_GUTTER = 1.0  # line heights of white between columns
CLOSE = 1.6  # line heights between a band of columns and a line under one of them that belongs to it
NEW_BLOCK = 1.35  # line heights of white between lines of one block at most
# Line heights: width of the number of an item or a page, and white between it and what it numbers.
NUMBER, TAB = 3.5, 3.5
SAME_TYPE = 1.3  # ratio of line heights within a block


def order(boxes: Sequence[Box]) -> list[list[int]]:
    """Indices of the boxes, each a piece of a line, in blocks in reading order."""
    blocks: list[list[int]] = []
    for column in _arranged(boxes, list(range(len(boxes)))):
        blocks += _blocks(boxes, column)
    return blocks


def _arranged(boxes: Sequence[Box], chosen: Sequence[int]) -> list[list[int]]:
    """Columns of one band after another."""
    columns: list[list[int]] = []
    for band in _bands(boxes, _rows(boxes, chosen)):
        parts = _columns(boxes, [i for row in band for i in row])
        if len(parts) == 1:
            columns.append([i for row in band for i in row])
        elif len(band) == 1:
            columns += [[i] for i in band[0]]
        else:
            for part in parts:
                columns += _arranged(boxes, part)
    return columns


def _rows(boxes: Sequence[Box], chosen: Sequence[int]) -> list[list[int]]:
    """Boxes side by side, from left to right."""
    rows: list[list[int]] = []
    for i in sorted(chosen, key=lambda i: boxes[i].y0 + boxes[i].y1):
        near = next((row for row in rows[-3:] if all(_beside(boxes[i], boxes[j]) for j in row)), None)
        if near is None:
            rows.append([i])
        else:
            near.append(i)
    return [sorted(row, key=lambda i: boxes[i].x0) for row in rows]


def _beside(one: Box, other: Box) -> bool:
    shared = min(one.y1, other.y1) - max(one.y0, other.y0)
    apart = one.x0 >= other.x1 or other.x0 >= one.x1
    return apart and shared > 0.5 * min(one.y1 - one.y0, other.y1 - other.y0)


def _bands(boxes: Sequence[Box], rows: Sequence[list[int]]) -> list[list[list[int]]]:
    """Rows that are set in the same columns, and every other row alone or with others of one column."""
    bands: list[list[list[int]]] = []
    for row in rows:
        if bands and _fits(boxes, bands[-1], row):
            bands[-1].append(row)
        else:
            bands.append([row])
    return bands


def _fits(boxes: Sequence[Box], band: Sequence[list[int]], row: Sequence[int]) -> bool:
    inside = [i for r in band for i in r]
    count = len(_columns(boxes, inside))
    together = len(_columns(boxes, [*inside, *row]))
    if count == 1 and len(row) == 1:
        return together == 1
    height = median(boxes[i].y1 - boxes[i].y0 for i in (*inside, *row))
    white = min(boxes[i].y0 for i in row) - max(boxes[i].y1 for i in inside)
    if count == 1:  # a line over one of two columns
        return together == 2 and len(band) <= 3 and white < CLOSE * height
    if len(row) == 1:
        return together == count and white < CLOSE * height
    return together >= 2 and together <= max(count, len(row)) and white < 4 * height


def _columns(boxes: Sequence[Box], chosen: Sequence[int]) -> list[list[int]]:
    """The boxes parted where white runs down all of them, and more than numbers stands on both sides."""
    height = median(boxes[i].y1 - boxes[i].y0 for i in chosen)
    gutter = LEAST_GUTTER * height
    columns: list[list[int]] = []
    right = 0
    for i in sorted(chosen, key=lambda i: boxes[i].x0):
        if columns and boxes[i].x0 < right + gutter:
            columns[-1].append(i)
            right = max(right, boxes[i].x1)
        else:
            columns.append([i])
            right = boxes[i].x1
    return numbered(boxes, columns, height)


def numbered(boxes: Sequence[Box], columns: Sequence[list[int]], height: float) -> list[list[int]]:
    """Columns of boxes from left to right, those of nothing but numbers with what they number: of items, with
    what stands a tab behind them; of pages, with the leaders before them."""
    joined: list[list[int]] = []
    for number, column in enumerate(columns):
        before = columns[number - 1] if number else []
        if before and (
            _are_numbers(boxes, before, column, height) or _are_numbers(boxes, column, before, height)
        ):
            joined[-1].extend(column)
        else:
            joined.append(list(column))
    return joined


def _are_numbers(boxes: Sequence[Box], column: Sequence[int], beside: Sequence[int], height: float) -> bool:
    """Whether each box of a column is as narrow as a number, and close to one of the other column."""
    return all(
        boxes[i].x1 - boxes[i].x0 <= NUMBER * height
        and any(_beside(boxes[i], boxes[j]) and _white(boxes[i], boxes[j]) <= TAB * height for j in beside)
        for i in column
    )


def _white(one: Box, other: Box) -> int:
    return max(one.x0, other.x0) - min(one.x1, other.x1)


def _blocks(boxes: Sequence[Box], column: Sequence[int]) -> list[list[int]]:
    """A column cut at wide white and where the size of the type changes."""
    blocks = [[column[0]]]
    for last, i in pairwise(column):
        above, here = boxes[last], boxes[i]
        high, higher = sorted((above.y1 - above.y0, here.y1 - here.y0))
        if here.y0 - above.y1 > NEW_BLOCK * high or higher > 2 * SAME_TYPE * high:
            blocks.append([])
        blocks[-1].append(i)
    return blocks
