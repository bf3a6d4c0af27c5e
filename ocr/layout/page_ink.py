"""The ink of a level page at a working size: rules apart, and the marks that letters are made of."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.cleaning.cleanup import scaled
from ocr.connected import connected
from ocr.engine import Pixels
from ocr.marks import Floats, Ints, Marks, PageInk
from ocr.recognition import Box

WORK_DPI = 150  # small letters of 8-pt type are 7 pixels high
INK = 180  # after shrinking, thin strokes are half paper
# In inches. A rule is longer than any stroke of a letter, and thin.
RULE_ACROSS, RULE_DOWN, RULE_THICK = 0.5, 0.4, 0.04
LEAST_LETTER = 0.02  # inches; lower or narrower marks alone say nothing of the size of the type
LARGEST_LETTER = 0.45  # inches: capitals of 30 pt with their marks; higher is a picture or a pen stroke
WINDOW = (1.6, 0.24)  # inches across and down in which type is taken to be of one size
TALL = 2.05  # times the usual height: letters of two lines that touch
SPECK = 3  # pixels of ink; less is dirt, and a full stop of 8 pt has more
#: The least dot below a letter of two levels, and the share of other marks up to which such are dots: a page
#: with more is dirty, and each costs. Real pages have up to 0.02.
DOT, DOTS = 2, 0.1


def find(grey: Pixels, dpi: float) -> PageInk:
    """The ink of a flat, level page."""
    small = scaled(grey, dpi, WORK_DPI)
    ink = _u8(cv2.threshold(small, INK, 255, cv2.THRESH_BINARY_INV)[1])
    across = _rules(ink, round(RULE_ACROSS * WORK_DPI), 1)
    down = _rules(ink, 1, round(RULE_DOWN * WORK_DPI))
    ink = _u8(cv2.subtract(ink, cv2.bitwise_or(across, down)))
    all_marks = connected(ink)
    label = _marks(all_marks.stats[:, cv2.CC_STAT_AREA])
    x0, y0, width, height, area = all_marks.stats[label].T
    nothing = np.zeros_like(label)
    whole = Marks(x0, y0, x0 + width, y0 + height, area, label, nothing, nothing.astype(np.float64))
    marks = _split(replace(whole, usual=_usual(whole, ink.shape)), all_marks.labels)
    return PageInk(ink, across, down, all_marks.labels, marks)


def rules_across(ink: PageInk, dpi: float) -> list[Box]:
    """The rules that run across the page, in pixels of the page at this dpi."""
    scale = dpi / min(WORK_DPI, dpi)
    stats = connected(ink.across).stats[1:, :4].tolist()
    return [Box(*(round(side * scale) for side in (x, y, x + w, y + h))) for x, y, w, h in stats]


def _marks(area: Ints) -> Ints:
    """The labels of what is no dirt; 0 is paper."""
    clear = np.count_nonzero(area[1:] >= SPECK)
    dots = np.count_nonzero((area[1:] >= DOT) & (area[1:] < SPECK))
    least = DOT if dots <= DOTS * clear else SPECK
    return (np.flatnonzero(area[1:] >= least) + 1).astype(np.int32)


def _u8(pixels: NDArray[np.generic]) -> Pixels:
    return pixels.astype(np.uint8, copy=False)


def _rules(ink: Pixels, wide: int, high: int) -> Pixels:
    """Long straight thin lines."""
    rules = _u8(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((high, wide), np.uint8)))
    if not rules.any():
        return rules
    thick, flat = round(RULE_THICK * WORK_DPI) + 1, wide > high
    body = cv2.morphologyEx(rules, cv2.MORPH_OPEN, np.ones((thick, 1) if flat else (1, thick), np.uint8))
    rules = _u8(cv2.subtract(rules, body))
    # The rough edge of a rule goes with it.
    edge = np.ones((3, 1) if flat else (1, 3), np.uint8)
    return _u8(cv2.bitwise_and(cv2.dilate(rules, edge), ink))


def _usual(marks: Marks, shape: tuple[int, ...]) -> Floats:
    """For each mark the usual height of the letters around it, in which more ink counts more."""
    cell = WORK_DPI // 25
    rows, columns = shape[0] // cell + 1, shape[1] // cell + 1
    row, column = (marks.y0 + marks.y1) // (2 * cell), (marks.x0 + marks.x1) // (2 * cell)
    least, most = LEAST_LETTER * WORK_DPI, LARGEST_LETTER * WORK_DPI
    letter = (marks.height >= least) & (marks.height <= most) & (marks.width >= 0.5 * least)
    weight = np.where(letter, marks.area, 0).astype(np.float64)
    size = (round(WINDOW[0] * WORK_DPI / cell) | 1, round(WINDOW[1] * WORK_DPI / cell) | 1)

    def around(amount: Floats) -> Floats:
        grid = np.bincount(row * columns + column, amount, rows * columns).reshape(rows, columns)
        sums = cv2.boxFilter(grid, -1, size, normalize=False, borderType=cv2.BORDER_CONSTANT)
        return np.asarray(sums[row, column], np.float64)

    total = around(weight)
    none = total < 0.5
    return np.where(none, marks.height, around(weight * marks.height) / np.where(none, 1.0, total))


def _split(marks: Marks, labels: Ints) -> Marks:
    """Tall marks, in which letters of two lines touch, cut at their narrowest row."""
    most = LARGEST_LETTER * WORK_DPI * 2
    tall = (marks.height > TALL * marks.usual) & (marks.height <= most) & (marks.width > 3)
    cut: list[int] = []
    rows: list[tuple[int, ...]] = []
    for i in np.flatnonzero(tall).tolist():
        x0, y0, x1, y1, label = (int(v[i]) for v in (marks.x0, marks.y0, marks.x1, marks.y1, marks.label))
        shape = np.asarray(labels[y0:y1, x0:x1] == label, np.bool_)
        parts = _parts(shape, float(marks.usual[i]))
        if len(parts) < 2:
            continue
        for number, (top, bottom) in enumerate(parts, 1):
            columns = np.flatnonzero(shape[top:bottom].any(axis=0))
            area = int(np.count_nonzero(shape[top:bottom]))
            left, right = x0 + int(columns[0]), x0 + int(columns[-1]) + 1
            rows.append((left, y0 + top, right, y0 + bottom, area, label, number))
            cut.append(i)
    if not cut:
        return marks
    kept = np.ones(len(marks), np.bool_)
    kept[cut] = False
    old = (marks.x0, marks.y0, marks.x1, marks.y1, marks.area, marks.label, marks.part)
    joined = [np.concatenate((a[kept], b)) for a, b in zip(old, np.array(rows, np.int32).T, strict=True)]
    x0s, y0s, x1s, y1s, area_s, label_s, part = joined
    usual = np.concatenate((marks.usual[kept], marks.usual[cut]))
    return Marks(x0s, y0s, x1s, y1s, area_s, label_s, part, usual)


def _parts(shape: NDArray[np.bool_], usual: float) -> list[tuple[int, int]]:
    """Rows from, to of the parts of a tall mark."""
    profile = shape.sum(axis=1).astype(np.float64)
    height = len(profile)
    if height <= TALL * usual:
        return [(0, height)]
    margin = max(2, round(0.75 * usual))
    middle = profile[margin : height - margin]
    if not len(middle) or middle.min() > 0.5 * profile.mean():
        return [(0, height)]
    # Of equally narrow rows, the one nearest to the middle.
    rows = np.flatnonzero(middle <= middle.min() + 0.5)
    row = margin + int(rows[np.argmin(np.abs(rows + margin - height / 2))])
    upper, lower = _parts(shape[:row], usual), _parts(shape[row:], usual)
    return upper + [(a + row, b + row) for a, b in lower]
