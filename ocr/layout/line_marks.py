"""Accents, dots and dashes, each to the text line it belongs to."""

import numpy as np

from ocr.layout.line_fit import Group
from ocr.layout.page_ink import LARGEST_LETTER, WORK_DPI
from ocr.marks import Floats, Ints, Marks, PageInk

COLUMN_GAP = 1.9  # usual heights; a wider gap parts columns, justified text stays below it
# In heights of a small letter: how far above them the second mark of a capital is, and below them a dot.
ABOVE, BELOW = 1.55, 0.62
STROKES, LINE = 4, 3  # letters at most of what may be strokes of a pen, and at least of a line beside them
TALLER = 1.6  # by which strokes are taller than the letters of the line
ASIDE = 1.3  # usual heights from the last letter to a stop
DASH_GAP = 1.5  # widest gaps of a line from the dash before it


def owners(page: PageInk, groups: list[Group]) -> Ints:
    """For each mark the index of the line it belongs to, or -1."""
    marks = page.marks
    owner = np.full(len(marks), -1, np.int32)
    for number, g in enumerate(groups):
        owner[g.letters] = number
    free = np.flatnonzero((owner < 0) & (marks.height <= LARGEST_LETTER * WORK_DPI)).astype(np.int32)
    if not len(free) or not groups:
        return owner
    costs = np.stack([_cost(marks, free, g, _widest_gap(marks, g)) for g in groups])
    cost = _left_to_lines(costs, groups)
    best = cost.argmin(axis=0)
    least = cost[best, np.arange(len(free))]
    cost[best, np.arange(len(free))] = 9.0
    second = cost.argmin(axis=0)
    rival = cost[second, np.arange(len(free))]
    owner[free] = np.where(least < 1, best, -1)
    for n in np.flatnonzero((least < 1) & (rival < 1) & (least > 0.25)).tolist():
        owner[free[n]] = _nearer(page, int(free[n]), groups, (int(best[n]), int(second[n])))
    return owner


def _left_to_lines(cost: Floats, groups: list[Group]) -> Floats:
    """The costs without the claims of strokes: a few tall marks, as of a signature, have no accents. What
    stands near them belongs to the line of print that claims it too."""
    size = np.array([g.x_height for g in groups])[:, None]
    letters = np.array([len(g.letters) for g in groups])[:, None]
    line = np.where((cost < 1) & (letters >= LINE), size, np.inf).min(axis=0)
    return np.where((letters <= STROKES) & (size > TALLER * line), 9.0, cost)


def _widest_gap(marks: Marks, g: Group) -> float:
    """The widest white between letters of a line, which in one that was stretched follows its dash too."""
    order = g.letters[np.argsort(marks.x0[g.letters], kind="stable")]
    ends = np.maximum.accumulate(marks.x1[order])
    return float((marks.x0[order][1:] - ends[:-1]).max(initial=0))


def _cost(marks: Marks, free: Ints, g: Group, widest: float) -> Floats:
    """How far marks are from a line, as a share of what an accent or a dot may be; 1 and more is too far."""
    x = (marks.x0[free] + marks.x1[free]) / 2
    y = (marks.y0[free] + marks.y1[free]) / 2
    base = g.base(np.clip(x, g.x0, g.x1))
    above, below = (base - g.x_height - y) / (ABOVE * g.x_height), (y - base) / (BELOW * g.x_height)
    aside = np.maximum(0, np.maximum(g.x0 - marks.x1[free], marks.x0[free] - g.x1))
    dash = (above < 0.05) & (below < 0) & (marks.width[free] >= 0.25 * g.height)  # of a list
    reach = np.where(
        marks.x1[free] < g.x0, max(COLUMN_GAP * g.height, DASH_GAP * widest), COLUMN_GAP * g.height
    )
    far = aside / np.where(dash, reach, ASIDE * g.height)
    small = marks.height[free] <= 2.2 * g.x_height
    away = np.maximum(np.maximum(above, below), 0.0)
    return np.where(small, np.maximum(away, far) + 0.2 * far, 9.0)


def _nearer(page: PageInk, mark: int, groups: list[Group], lines: tuple[int, int]) -> int:
    """Of two lines that a mark may belong to, the one among whose small letters it stands, as a dash does;
    else the one whose ink is nearer above or below it."""
    marks = page.marks
    part = int(marks.part[mark])
    x = (int(marks.x0[mark]) + int(marks.x1[mark])) / 2
    upper, lower = sorted(lines, key=lambda n: groups[n].base_at(x))
    if part:
        return upper if part == 1 else lower
    y = (int(marks.y0[mark]) + int(marks.y1[mark])) / 2
    for line in lines:
        base = groups[line].base_at(x)
        if base - groups[line].x_height < y < base:
            return line
    x0, x1 = max(0, int(marks.x0[mark]) - 1), int(marks.x1[mark]) + 1
    reach = round(groups[lower].height) + 1
    y0, y1 = int(marks.y0[mark]), int(marks.y1[mark])
    over = np.flatnonzero(page.ink[max(0, y0 - reach) : y0, x0:x1].any(axis=1))
    under = np.flatnonzero(page.ink[y1 : y1 + reach, x0:x1].any(axis=1))
    gap_over = min(reach, y0) - int(over[-1]) if len(over) else 99
    gap_under = int(under[0]) + 1 if len(under) else 99
    return upper if gap_over < gap_under else lower
