"""Marks of ink → text lines: letters chained along the line, then the marks above and below them."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.layout import stretched, stretched_pieces
from ocr.layout.line_fit import CAPITAL, Group, fitted, mode, standing
from ocr.layout.line_marks import COLUMN_GAP, owners
from ocr.layout.page_ink import LARGEST_LETTER, LEAST_LETTER, WORK_DPI
from ocr.marks import Floats, Ints, Marks, PageInk
from ocr.medians import median

LETTER = 0.55  # times the usual height: lower is an accent, a dot, a dash
REACH = 1.0  # usual heights between letters that are surely of one line
TYPE_RATIO = 2.2  # sizes of type that differ more are not one line
STEEPEST = 0.1  # of a line, and more than any has
STRETCHED = 7.0  # usual heights of white between words of a line that was stretched to fill its measure
NEXT_LINE = (1.3, 3.0)  # usual heights from line to line of a paragraph; accents are nearer
CROSSED = 0.5  # of such white that the lines above and below leave open at most; columns leave open all
LEAST_ALONE = 0.045  # inches; less is dirt or a leader; small letters of 7 pt have more


@dataclass(frozen=True, slots=True)
class Edges:
    """Where pieces begin and end, how high their letters are, and where they stand in their middle: to look
    at all at once, as a dirty page has thousands."""

    x0: Floats
    x1: Floats
    height: Floats
    base: Floats

    @classmethod
    def of(cls, groups: list[Group]) -> "Edges":
        values = [(g.x0, g.x1, g.height, g.base_at((g.x0 + g.x1) / 2)) for g in groups]
        return cls(*np.array(values, np.float64).reshape(-1, 4).T)


def group(page: PageInk) -> tuple[list[Group], Ints]:
    """The lines of letters, in no order, and for each mark the index of its line or -1."""
    marks = page.marks
    groups = _joined(page, _gathered(marks, _chained(page, _letters(marks))))
    groups = _without_accents(marks, _alike(groups))
    # Dashes and stops between words bring the words nearer: `2021 - 2026`.
    for _ in range(2):
        owner = owners(page, groups)
        _widened(marks, groups, owner)
        joined = _joined(page, groups)
        if len(joined) == len(groups):
            break
        groups = _alike(joined)
    kept = [i for i, g in enumerate(groups) if _says_something(marks, g)]
    place = np.full(len(groups) + 1, -1, np.int32)
    place[kept] = np.arange(len(kept))
    return [groups[i] for i in kept], place[owners(page, groups)]


def _widened(marks: Marks, groups: list[Group], owner: Ints) -> None:
    """Give each line the width of all its marks."""
    for number, g in enumerate(groups):
        mine = owner == number
        g.x0, g.x1 = int(marks.x0[mine].min()), int(marks.x1[mine].max())


def _letters(marks: Marks) -> NDArray[np.bool_]:
    height = marks.height
    fits = (height >= LETTER * marks.usual) & (height <= 2.3 * marks.usual)
    size = (height >= LEAST_LETTER * WORK_DPI) & (height <= LARGEST_LETTER * WORK_DPI)
    return np.asarray(fits & size & (marks.width >= 2), np.bool_)


def _chained(page: PageInk, letter: NDArray[np.bool_]) -> Ints:
    """The number of the chain of each mark, 0 for none."""
    marks = page.marks
    drawn = np.zeros(page.ink.shape, np.uint8)
    reach = np.round(REACH * marks.usual).astype(int)
    quarter = np.maximum(1, marks.height // 4)
    for i in np.flatnonzero(letter).tolist():
        drawn[marks.y0[i] + quarter[i] : marks.y1[i] - quarter[i], marks.x0[i] : marks.x1[i] + reach[i]] = 1
    drawn[page.down > 0] = 0
    drawn[page.across > 0] = 0
    _, chains = cv2.connectedComponents(drawn, connectivity=4, ltype=cv2.CV_32S)
    number = np.zeros(len(marks), np.int32)
    index = np.flatnonzero(letter)
    x = np.minimum(marks.x0[index] + 1, chains.shape[1] - 1)
    number[index] = chains[(marks.y0[index] + marks.y1[index]) // 2, x]
    return number


def _gathered(marks: Marks, number: Ints) -> list[Group]:
    order = np.argsort(number, kind="stable")
    order = order[number[order] > 0].astype(np.int32)
    ends = np.flatnonzero(np.diff(number[order])) + 1
    parts = (p for part in np.split(order, ends) if len(part) for p in _parted(marks, part.astype(np.int32)))
    return [fitted(marks, part) for part in parts]


def _parted(marks: Marks, letters: Ints) -> list[Ints]:
    """Letters that were chained, apart by line: strokes of pens and stamps chain lines together."""
    if len(letters) < 5:
        return [letters]
    height = median(marks.usual[letters])
    bottom, weight = marks.y1[letters].astype(np.float64), marks.width[letters].astype(np.float64)
    if bottom.max() - bottom.min() < 1.2 * height:
        return [letters]
    x = (marks.x0[letters] + marks.x1[letters]) / 2
    a, b, c = standing(x, bottom, weight, height)
    off = bottom - (a + b * x + c * x * x)
    away = np.abs(off) > 0.8 * height
    if away.sum() < 2 or weight[away].sum() < 0.15 * weight.sum():
        return [letters]
    second = mode(off[away], weight[away], 0.4 * height)
    nearer = np.abs(off - second) < np.abs(off)
    if (np.abs(off[nearer] - second) < 0.4 * height).sum() < 2 or nearer.all():
        return [letters]
    return [p for part in (letters[~nearer], letters[nearer]) for p in _parted(marks, part)]


def _joined(page: PageInk, groups: list[Group]) -> list[Group]:
    """Pieces of one line, however far apart words may stand in justified text, as one."""
    for _ in range(3):
        whole = stretched_pieces.pairs(page.marks, groups)
        edges = Edges.of(groups)
        pairs = [(i, _next(groups, i, edges)) for i in range(len(groups))]
        following = [_following(page, groups, pair, whole) for pair in pairs]
        if all(f < 0 for f in following):
            break
        root = list(range(len(groups)))

        def find(i: int, root: list[int] = root) -> int:
            while root[i] != i:
                i = root[i]
            return i

        for i, f in enumerate(following):
            if f >= 0:
                root[find(f)] = find(i)
        parts: dict[int, list[Group]] = {}
        for i, g in enumerate(groups):
            parts.setdefault(find(i), []).append(g)
        groups = [
            p[0] if len(p) == 1 else fitted(page.marks, np.concatenate([g.letters for g in p]))
            for p in parts.values()
        ]
    return groups


def _alike(groups: list[Group]) -> list[Group]:
    """Short pieces, whose letters leave their x-height open, take that of the line next to them."""
    sure = [g for g in groups if len(g.letters) >= 10]
    if not sure:
        return groups
    place = np.array([((g.x0 + g.x1) / 2, g.base_at((g.x0 + g.x1) / 2), g.x_height) for g in sure])
    for g in groups:
        if len(g.letters) >= 6:
            continue
        x = (g.x0 + g.x1) / 2
        away = 0.3 * np.abs(place[:, 0] - x) + np.abs(place[:, 1] - g.base_at(x))
        near = np.argsort(away)[:3]
        choices = np.array([g.core, g.core / CAPITAL])
        fit = np.abs(np.log(choices[:, None] / place[near, 2]))
        if fit.min() < 0.22:
            g.x_height = float(choices[np.unravel_index(int(fit.argmin()), fit.shape)[0]])
    return groups


def _following(page: PageInk, groups: list[Group], pair: tuple[int, int], whole: set[tuple[int, int]]) -> int:
    """Of a piece and the next one on its line, the index of the latter where it continues the former, or -1.
    `whole` are the pairs between which the white of a stretched line lies.

    A piece further on never does: words of a column that stands between would lie within another line.
    """
    best = pair[1]
    if best < 0:
        return -1
    one, other = groups[pair[0]], groups[best]
    near = other.x0 - one.x1 <= COLUMN_GAP * max(one.height, other.height)
    joined = near or pair in whole or _stretched(groups, one, other)
    return best if joined and not _rule_between(page, one, other) else -1


def _next(groups: list[Group], i: int, edges: Edges) -> int:
    """The index of the next piece to the right on the line of piece `i`, or -1."""
    one = groups[i]
    gap = edges.x0 - one.x1
    unit, least = np.maximum(edges.height, one.height), np.minimum(edges.height, one.height)
    beside = (gap <= STRETCHED * unit) & (gap >= -0.6 * unit) & (edges.x1 > one.x1)
    across = edges.x0 + edges.x1 - one.x0 - one.x1
    level = np.abs(edges.base - edges.base[i]) < 2 * unit + STEEPEST * np.abs(across) / 2
    beside &= level & (unit <= TYPE_RATIO * least)
    beside[i] = False
    found = np.flatnonzero(beside)
    ordered = found[np.argsort(gap[found], kind="stable")]
    return next((j for j in ordered.tolist() if _level(one, groups[j])), -1)


def _level(one: Group, other: Group) -> bool:
    """Whether two pieces side by side stand on one line."""
    x = (one.x1 + other.x0) / 2
    base, base2 = one.base_at(min(x, one.x1 + 2 * one.height)), other.base_at(x)
    if abs(base - base2) <= 0.4 * max(one.x_height, other.x_height):
        return True
    # A hand-written number, a bracket, a superior figure stand beside the line, not on it.
    shared = min(base, base2) - max(base - one.core, base2 - other.core)
    few = min(len(one.letters), len(other.letters)) <= 4
    return few and shared > 0.55 * min(one.core, other.core)


def _stretched(groups: list[Group], one: Group, other: Group) -> bool:
    """Whether text above and below the white between two pieces shows that no columns part there.

    It asks nothing of the other white of the line, as `stretched_pieces` does: without it a drawn page of 44
    lines in two columns (150 dpi) falls into 54 instead of 50.
    """
    middle, unit = (one.x1 + other.x0) / 2, max(one.height, other.height)
    base = one.base_at(one.x1)
    for side in (-1, 1):
        away = [(side * (g.base_at(middle) - base), g) for g in groups if g is not one and g is not other]
        row = [(far, g) for far, g in away if NEXT_LINE[0] * unit < far < NEXT_LINE[1] * unit]
        nearest = min((far for far, _ in row), default=0.0)
        cover = stretched.covered((g.x0, g.x1) for far, g in row if far < nearest + 0.5 * unit)
        if stretched.hole((one.x1, other.x0), cover) > CROSSED * (other.x0 - one.x1):
            return False
    return True


def _rule_between(page: PageInk, one: Group, other: Group) -> bool:
    x0, x1 = min(one.x1, other.x0) - 1, max(one.x1, other.x0) + 1
    base = one.base_at(one.x1)
    y0, y1 = max(0, round(base - one.core)), round(base)
    rule = page.down[y0:y1, max(0, x0) : x1]
    return rule.size > 0 and bool((np.count_nonzero(rule, axis=0) > 0.7 * (y1 - y0)).any())


def _without_accents(marks: Marks, groups: list[Group]) -> list[Group]:
    """Pieces that are no lines but the accents, dots or split parts of a line above or below are dropped."""
    ordered = sorted(groups, key=lambda g: len(g.letters))
    kept = []
    for i, g in enumerate(ordered):
        if len(g.letters) <= 6 and any(_belongs(marks, g, line) for line in ordered[i + 1 :]):
            continue
        kept.append(g)
    return kept


def _belongs(marks: Marks, piece: Group, line: Group) -> bool:
    if len(line.letters) < 3 or len(line.letters) < 2 * len(piece.letters):
        return False
    if piece.x0 < line.x0 - line.x_height or piece.x1 > line.x1 + line.x_height:
        return False
    x = (piece.x0 + piece.x1) / 2
    base = line.base_at(x)
    top, bottom = int(marks.y0[piece.letters].min()), int(marks.y1[piece.letters].max())
    parts = bool((marks.part[piece.letters] > 0).all())
    low = piece.core < (0.9 if parts else 0.75) * line.core or piece.core < 0.8 * line.x_height
    reach = 2.6 if parts else 2.35
    over = bottom < base - 0.85 * line.x_height and bottom - top < 1.25 * line.x_height
    within = top > base - reach * line.x_height and bottom < base + 0.65 * line.x_height
    return within and (low or parts or over)


def _says_something(marks: Marks, g: Group) -> bool:
    """Whether a piece is more than dirt, or the dots of a leader."""
    return bool(marks.height[g.letters].max() >= LEAST_ALONE * WORK_DPI)
