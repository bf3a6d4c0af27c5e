"""The rules of mail-room stamps: frames and dotted leaders, also where they touch or cross text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.connected import connected
from ocr.engine import Pixels
from ocr.layout.page_ink import WORK_DPI
from ocr.marks import PageInk
from ocr.recognition import Box

# All in inches.
PIECE = 0.24  # of a rule that is level for so long; a rule that lies 3 degrees aslant still has such pieces
THIN = 0.04  # most thickness of a rule; bars of bold capitals are no longer than PIECE
BREAK = 0.11  # between pieces of one rule
LEAST_RULE = 0.4
OFF = 0.014  # by which ink may stand beside a straight line and be of it
JOINED = 0.08  # by which the rules of one frame may miss each other
LEAST_FRAME, MOST_FRAME = (1.1, 0.4), (4.0, 2.0)  # across and down
RIM = 0.1  # from the edge of the sheet, at which it may have cut a stamp
DOT, TOUCHING = (0.008, 0.045), 0.11  # side of a dot of a leader; width of some that touch
ALTERNATING = 0.2  # along a leader, over which its dots are counted
PITCH, LEVEL = 0.085, 0.015  # between dots, across and down
LEAST_LEADER, MOST_LEADER, LEADER_GAP = 0.3, 2.4, 1.2
SPACING, RAGGED = (0.12, 0.5), 0.7  # between leaders of one stamp, down, and between their beginnings
# Counts and shares.
SHARED = 0.4  # of the shorter of two leaders that is below the other
MOST_STAMPS = 3  # of a page; one with more small frames is a form
UPPER = 0.55  # of the page, from its top, in which mail rooms stamp
COVERED = 0.6  # of a side of a frame that is there
INKED = 0.8  # of a stretch along a line that is rule
TALLER = 80  # percentile of the heights of dots
MOST_PIECES = 200  # of leaders; more are the dots of a screened picture
DOTS, FEW_DOTS = 6, 3  # least dots of a leader, and of a piece of one
# Of the dots of a leader, those that are there where it goes on to its label on the left, or to the right.
DOTTED = (0.7, 0.5)

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule or a leader along the line y = a + b·x from x0 to x1, in pixels; of an upright rule x and y are
    exchanged. `dots` is how many dots of a leader were found, 0 for a rule; `thick` is how high they are."""

    x0: float
    x1: float
    a: float
    b: float
    dots: int = 0
    thick: float = 0.0

    def y(self, x: float) -> float:
        """Where the rule is at x."""
        return self.a + self.b * x

    @property
    def length(self) -> float:
        return self.x1 - self.x0

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return self.y((self.x0 + self.x1) / 2)


def frames(page: PageInk) -> list[Box]:
    """Frames as small as those of stamps on the upper half of a page, in working pixels."""
    high, wide = page.ink.shape
    upper = np.s_[: round(high * UPPER)]
    ink = np.asarray(page.ink[upper] | page.across[upper] | page.down[upper], np.uint8)
    across, down = rules(ink, WORK_DPI)
    if not across or not down:
        return []
    framed = (_framed(box, across, down, wide) for box in _clusters(across, down, ink.shape))
    found = [frame for frame in framed if frame is not None]
    return found if len(found) <= MOST_STAMPS else []


def rules(ink: Pixels, dpi: float) -> tuple[list[Rule], list[Rule]]:
    """The level and the upright rules in a picture of ink (255)."""
    # Text has no upright strokes as long: most pages are done here.
    down = _straight(np.ascontiguousarray(_pieces(ink, dpi, upright=True).T), ink.T, dpi)
    return (_straight(_pieces(ink, dpi, upright=False), ink, dpi), down) if down else ([], [])


def _pieces(ink: Pixels, dpi: float, *, upright: bool) -> Pixels:
    """The ink that runs on for a while one way and is thin the other way."""
    thick, piece = round(THIN * dpi) + 1, round(PIECE * dpi)
    along, through = ((piece, 1), (1, thick)) if upright else ((1, piece), (thick, 1))
    level = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(along, np.uint8))
    if not level.any():
        return np.asarray(level, np.uint8)
    return np.asarray(
        cv2.subtract(level, cv2.morphologyEx(level, cv2.MORPH_OPEN, np.ones(through, np.uint8))), np.uint8
    )


def _straight(pieces: Pixels, ink: Pixels, dpi: float) -> list[Rule]:
    """Level pieces as rules, followed in the ink as far as they go."""
    if not pieces.any():
        return []
    gap = round(BREAK * dpi)
    joined = cv2.dilate(pieces, np.ones((3, gap), np.uint8))
    marks = connected(np.asarray(joined, np.uint8))
    labels, stats = marks.labels, marks.stats
    found = []
    for label in np.flatnonzero(stats[:, cv2.CC_STAT_WIDTH] - gap >= LEAST_RULE * dpi).tolist():
        if label == 0:
            continue
        x, y, width, height = stats[label, :4].tolist()
        part = np.s_[y : y + height, x : x + width]
        rows, columns = np.nonzero((labels[part] == label) & (pieces[part] > 0))
        points = np.column_stack((columns + x, rows + y)).astype(np.float64)
        found.append(_followed(_fitted(points), ink, dpi))
    return found


def _fitted(points: Points) -> Rule:
    """The straight line through most of the points."""
    x, y = points[:, 0], points[:, 1]
    near = np.ones(len(x), np.bool_)
    a, b = float(y.mean()), 0.0
    for _ in range(2):
        centre = float(x[near].mean())
        b = float(np.polyfit(x[near] - centre, y[near], 1)[0]) if np.ptp(x[near]) > 10 else 0.0
        a = float(y[near].mean()) - b * centre
        off = np.abs(y - a - b * x)
        near = off <= max(1.5, 2 * float(np.median(off)))
    return Rule(float(x.min()), float(x.max()) + 1, a, b)


def _followed(rule: Rule, ink: Pixels, dpi: float) -> Rule:
    """The rule as far as there is ink on its line: letters that it crosses hide its thinness."""
    x = np.arange(ink.shape[1])
    slack = max(1, round(OFF * dpi))
    y = np.round(rule.a + rule.b * x).astype(int)
    on = np.zeros(len(x), np.bool_)
    for off in range(-slack, slack + 1):
        row = y + off
        inside = (row >= 0) & (row < ink.shape[0])
        on[inside] |= ink[row[inside], x[inside]] > 0
    window = round(BREAK * dpi) * 2
    share = np.convolve(on, np.ones(window) / window, mode="same")
    first, last = int(rule.x0), int(rule.x1) - 1
    while first > 0 and share[first - 1] >= INKED:
        first -= 1
    while last < len(x) - 1 and share[last + 1] >= INKED:
        last += 1
    return replace(rule, x0=float(first), x1=float(last + 1))


def _clusters(
    across: Sequence[Rule], down: Sequence[Rule], shape: tuple[int, ...]
) -> Iterator[tuple[int, int, int, int]]:
    """Boxes, as left, top, width and height, of rules that touch or nearly touch."""
    drawn = np.zeros(shape, np.uint8)
    for rule in across:
        cv2.line(drawn, *_ends(rule), (1,), 1)
    for rule in down:
        (y0, x0), (y1, x1) = _ends(rule)
        cv2.line(drawn, (x0, y0), (x1, y1), (1,), 1)
    near = round(JOINED * WORK_DPI)
    stats = connected(np.asarray(cv2.dilate(drawn, np.ones((near, near), np.uint8)), np.uint8)).stats
    for x, y, width, height, _ in stats[1:].tolist():
        yield x, y, width, height


def _ends(rule: Rule) -> tuple[tuple[int, int], tuple[int, int]]:
    return (round(rule.x0), round(rule.y(rule.x0))), (round(rule.x1), round(rule.y(rule.x1)))


def _framed(
    cluster: tuple[int, int, int, int], across: Sequence[Rule], down: Sequence[Rule], wide: int
) -> Box | None:
    """The frame that the rules within a box make, if any: two level sides and an upright one. The edge of
    the sheet may have cut the other one off, or be worn it away."""
    x, y, width, height = cluster
    least, most = ([round(s * WORK_DPI) for s in sizes] for sizes in (LEAST_FRAME, MOST_FRAME))
    if width < least[0] or height < least[1] or width > most[0] + LEAST_RULE * WORK_DPI:
        return None
    level = [r for r in across if x <= r.x0 and r.x1 <= x + width and y <= r.middle <= y + height]
    longest = max((r.length for r in level), default=0.0)
    sides = sorted((r for r in level if r.length >= COVERED * longest), key=lambda r: r.middle)
    if len(sides) < 2:
        return None
    top, bottom = sides[0], sides[-1]
    left, right = min(top.x0, bottom.x0), max(top.x1, bottom.x1)
    first, last = round(min(top.y(left), top.y(right))), round(max(bottom.y(left), bottom.y(right)))
    if not (least[0] <= right - left <= most[0] and least[1] <= last - first <= most[1]):
        return None
    upright = [r for r in down if left - 9 <= r.middle <= right + 9 and _within(r, first, last) >= COVERED]
    cut = left <= RIM * WORK_DPI or right >= wide - RIM * WORK_DPI
    at_side = [r for r in upright if min(r.middle - left, right - r.middle) < 0.06 * (right - left)]
    if not upright or not (cut or at_side):
        return None
    return Box(max(0, round(left)), max(0, first), round(right) + 1, last + 1)


def _within(rule: Rule, first: int, last: int) -> float:
    """The share of the height from first to last along which an upright rule runs."""
    return (min(rule.x1, last) - max(rule.x0, first)) / max(1, last - first)


def bare(page: PageInk) -> list[Box]:
    """Where leaders as short as those of stamps stand one below the other on the upper half of a page, in
    working pixels: a stamp without a frame, if there are its words."""
    m, dpi = page.marks, WORK_DPI
    dot = (m.width <= TOUCHING * dpi) & (m.height <= DOT[1] * dpi) & (m.y1 < UPPER * page.ink.shape[0])
    points = np.column_stack(((m.x0 + m.x1) / 2, (m.y0 + m.y1) / 2, m.height))[dot]
    rows = [
        row for row in _rows(points.astype(np.float64), page.ink.shape, dpi) if row.length < MOST_LEADER * dpi
    ]
    found: list[list[Rule]] = []
    for row in sorted(rows, key=lambda r: r.middle):
        below = [group for group in found if _below(row, group[-1], dpi)]
        if below:
            below[0].append(row)
        else:
            found.append([row])
    boxes = [_around(group) for group in found if len(group) > 1]
    return boxes if len(boxes) <= MOST_STAMPS else []


def _below(row: Rule, over: Rule, dpi: float) -> bool:
    """Whether a leader stands right below another; letters may hide the ends of both."""
    apart = row.middle - over.middle
    shared = min(row.x1, over.x1) - max(row.x0, over.x0)
    beside = shared > SHARED * min(row.length, over.length) and abs(row.x0 - over.x0) < RAGGED * dpi
    return SPACING[0] * dpi < apart < SPACING[1] * dpi and beside


def _around(rows: Sequence[Rule]) -> Box:
    first, last = min(r.x0 for r in rows), max(r.x1 for r in rows)
    return Box(round(first), round(rows[0].middle), round(last) + 1, round(rows[-1].middle) + 1)


def leaders(ink: Pixels, dpi: float) -> list[Rule]:
    """Rows of dots in a picture of ink (255), followed through the letters that they cross."""
    marks = connected(ink)
    wide, high = (marks.stats[:, side] / dpi for side in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT))
    dot = (np.minimum(wide, high) >= DOT[0]) & (wide <= TOUCHING) & (high <= DOT[1])
    dot[0] = False
    points = np.column_stack((marks.centres[dot], high[dot] * dpi))
    return [_dotted(row, ink, dpi) for row in _rows(points, ink.shape, dpi)]


def _rows(points: Points, shape: tuple[int, ...], dpi: float) -> list[Rule]:
    """Leaders among dots, given as x, y and height."""
    if len(points) < DOTS:
        return []
    x, y = (points[:, axis].astype(int) for axis in (0, 1))
    drawn = np.zeros(shape, np.uint8)
    drawn[y, x] = 1
    reach, slack = round(PITCH * dpi) | 1, max(1, round(LEVEL * dpi)) | 1
    labels = cv2.connectedComponents(cv2.dilate(drawn, np.ones((slack, reach), np.uint8)), connectivity=8)[1]
    at = labels[y, x]
    order = np.argsort(at, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(at[order])) + 1)
    pieces = [points[group] for group in groups if len(group) >= FEW_DOTS]
    if len(pieces) > MOST_PIECES:
        return []
    found = [
        replace(_fitted(row), dots=len(row), thick=float(np.percentile(row[:, 2], TALLER)))
        for row in _continued(pieces, dpi)
    ]
    return [row for row in found if row.dots >= DOTS and row.length >= LEAST_LEADER * dpi]


def _dotted(row: Rule, ink: Pixels, dpi: float) -> Rule:
    """The leader as far as ink and paper alternate on its line."""
    x = np.arange(ink.shape[1])
    y = np.clip(np.round(row.a + row.b * x).astype(int), 0, ink.shape[0] - 1)
    changes = np.abs(np.diff((ink[y, x] > 0).astype(np.int8), prepend=0))
    window = round(ALTERNATING * dpi)
    rate = np.convolve(changes, np.ones(window) / window, mode="same")
    usual = float(np.median(rate[int(row.x0) : int(row.x1) + 1]))
    first, last = int(row.x0), int(row.x1)
    while first > 0 and rate[first - 1] >= DOTTED[0] * usual:
        first -= 1
    while last < len(x) - 1 and rate[last + 1] >= DOTTED[1] * usual:
        last += 1
    return replace(row, x0=float(first), x1=float(last + 1))


def _continued(pieces: Sequence[Points], dpi: float) -> list[Points]:
    """Pieces of one leader that letters part, as one."""
    done: list[Points] = []
    for piece in sorted(pieces, key=lambda p: float(p[:, 0].min())):
        for place, row in enumerate(done):
            gap = piece[:, 0].min() - row[:, 0].max()
            short, long = sorted((piece, row), key=len)
            x, y = short[:, :2].mean(axis=0).tolist()
            if 0 < gap < LEADER_GAP * dpi and abs(_fitted(long).y(x) - y) < 2 * LEVEL * dpi:
                done[place] = np.concatenate((row, piece))
                break
        else:
            done.append(piece)
    return done
