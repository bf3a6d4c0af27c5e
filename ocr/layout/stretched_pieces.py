"""Pieces of lines that were stretched to fill their measure: `stretched`, asked of all pieces of a scan."""

from collections.abc import Sequence
from functools import partial
from itertools import chain, pairwise
from statistics import median

import numpy as np

from ocr.layout import stretched
from ocr.layout.line_fit import Group
from ocr.layout.line_marks import COLUMN_GAP
from ocr.marks import Marks

LEVEL = 0.5  # usual heights by which pieces of one row may stand higher or lower
NEXT_ROW = 3.0  # usual heights from row to row of what is set together
WORD_GAP = 0.35  # usual heights of white from which two letters are of two words
MOST_PIECES = 1_200  # more is dirt, and each costs


def pairs(marks: Marks, groups: Sequence[Group]) -> set[tuple[int, int]]:
    """The pieces, by index, each with the next on its line, between which the white of such a line lies."""
    if len(groups) > MOST_PIECES:
        return set()
    rows = _rows(groups)
    spans: dict[int, list[stretched.Span]] = {}

    def words(row: Sequence[int]) -> list[stretched.Span]:
        for i in row:
            spans.setdefault(i, _words(marks, groups[i]))
        return list(chain(*(spans[i] for i in row)))

    found: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        height = median(groups[i].height for i in row)
        gaps = [groups[j].x0 - groups[i].x1 for i, j in pairwise(row)]
        if max(gaps, default=0) <= COLUMN_GAP * height or len(words(row)) < stretched.LEAST_WORDS:
            continue
        parted = partial(_parted, groups, rows)
        above, below = (
            [words(rows[r]) for r in stretched.around(number, step, len(rows), parted)] for step in (-1, 1)
        )
        whole = stretched.joined(words(row), above, below, height)
        last = -1
        for i, j in pairwise(row):
            last += len(spans[i])
            if whole[last]:
                found.add((i, j))
    return found


def _rows(groups: Sequence[Group]) -> list[list[int]]:
    """Pieces that stand beside one another, from left to right; rows from the top down."""
    rows: list[list[int]] = []
    for i in sorted(range(len(groups)), key=lambda i: _base(groups[i])):
        row = rows[-1] if rows else []
        if row and _base(groups[i]) - _base(groups[row[0]]) < LEVEL * groups[i].height:
            row.append(i)
        else:
            rows.append([i])
    return [sorted(row, key=lambda i: groups[i].x0) for row in rows]


def _base(g: Group) -> float:
    return g.base_at((g.x0 + g.x1) / 2)


def _parted(groups: Sequence[Group], rows: Sequence[list[int]], one: int, other: int) -> bool:
    above, below = groups[rows[one][0]], groups[rows[other][0]]
    return abs(_base(above) - _base(below)) > NEXT_ROW * max(above.height, below.height)


def _words(marks: Marks, g: Group) -> list[stretched.Span]:
    order = g.letters[np.argsort(marks.x0[g.letters], kind="stable")]
    left, right = marks.x0[order], np.maximum.accumulate(marks.x1[order])
    ends = np.flatnonzero(left[1:] - right[:-1] > WORD_GAP * g.height)
    first, last = np.concatenate(([0], ends + 1)), np.concatenate((ends, [len(order) - 1]))
    return list(zip(left[first].astype(float).tolist(), right[last].astype(float).tolist(), strict=True))
