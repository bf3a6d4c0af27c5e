"""The text lines of a page, found without reading it, and their pictures for a line reader."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.cleaning.cleanup import scaled
from ocr.engine import Pixels
from ocr.layout import columns, line_grouping, page_ink, tables
from ocr.layout.line_fit import Group
from ocr.layout.page_ink import WORK_DPI
from ocr.marks import Ints, PageInk
from ocr.recognition import Box, Region

# In heights of a small letter: what every picture of a line shows, whether letters reach there or not.
ASCENT, DESCENT = 1.75, 0.6
MARGIN = 0.25
#: The same for the most that it shows: capitals with two marks end below it, and what a seal's rim joins to a
#: letter goes on.
HIGHEST, LOWEST = 2.5, 1.4
TALL = 3.2  # from there on a mark reaches into another line
BAND = (1.6, 0.3)  # above and below the baseline: what such a mark leaves to the other line
OWN = (1.9, 0.6)  # and what it keeps in its own
INSIDE = 0.8  # share of a line that lies in a stamp
GOES_ON = (0.6, 2.5)  # share of the height, and letter heights of gap, by which two pieces are one line
WIDEST = 32_000  # pixels of a line's picture: OpenCV bends pictures of at most 32,767
PIECE_GAP = 1.2  # letter heights of white that part two pieces of a line


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text, or the part of it that stands in one column or cell; pixels of the page picture.

    The baseline is at y = a + b·x + c·x². `pieces` are the runs of ink along the line, from and to x.
    `block` numbers what is set together: a paragraph, a column, a cell.
    """

    box: Box
    x_height: float
    baseline: tuple[float, float, float]
    pieces: tuple[tuple[int, int], ...]
    block: int
    #: Ink of others within the box, 255, at the working size; what `crop` leaves out.
    foreign: Pixels = field(compare=False, repr=False)

    def base(self, x: float) -> float:
        """Where the baseline is at x."""
        a, b, c = self.baseline
        return a + b * x + c * x * x


def find(grey: Pixels, dpi: float, ink: PageInk | None = None) -> tuple[TextLine, ...]:
    """The text lines of a flat, upright, level page (0 ink, 255 paper) in reading order.

    `ink` is what is seen of the page, where that is known.
    """
    page = ink or page_ink.find(grey, dpi)
    groups, owner = line_grouping.group(page)
    boxes = [_box(page, owner == number) for number in range(len(groups))]
    small = scaled(grey, dpi, WORK_DPI)
    ordered = _order(boxes, groups, tables.find(small, WORK_DPI))
    factor = grey.shape[1] / page.ink.shape[1], grey.shape[0] / page.ink.shape[0]
    owners = _owner_map(page, owner)
    _share_out(page, owners, groups, owner)
    made = _Lines(page, owner, owners, factor)
    return tuple(
        made.line(i, groups[i], boxes[i], block) for block, members in enumerate(ordered) for i in members
    )


def set_apart(lines: Sequence[TextLine], regions: Sequence[Region]) -> tuple[TextLine, ...]:
    """The lines with what a stamp or a seal says after all others, a block for each: it is no part of a
    sentence. One or two lines within a seal are text that it was pressed on, and stay."""
    last = max((line.block for line in lines), default=-1)
    rest, parts = list(lines), []
    for region in (r for r in regions if r.kind in ("stamp", "seal")):
        within = [region.box.share_of(line.box) > INSIDE for line in rest]
        others = [line for line, deep in zip(rest, within, strict=True) if not deep]
        inside = [
            line for line, deep in zip(rest, within, strict=True) if deep and not _goes_on(line, others)
        ]
        if not inside or (region.kind == "seal" and len(inside) < 3):
            continue
        last += 1
        rest = [line for line in rest if all(line is not i for i in inside)]
        parts += [replace(line, block=last) for line in inside]
    return (*rest, *parts)


def _goes_on(line: TextLine, others: Sequence[TextLine]) -> bool:
    """Whether a line is a piece of one that goes on beyond the rim of a seal."""
    top, bottom = line.box.y0, line.box.y1
    for other in others:
        shared = min(bottom, other.box.y1) - max(top, other.box.y0)
        apart = max(line.box.x0, other.box.x0) - min(line.box.x1, other.box.x1)
        if shared > GOES_ON[0] * min(bottom - top, other.box.y1 - other.box.y0) and (
            apart < GOES_ON[1] * line.x_height
        ):
            return True
    return False


def _box(page: PageInk, mine: NDArray[np.bool_]) -> Box:
    m = page.marks
    high, wide = page.ink.shape
    x0, y0 = int(m.x0[mine].min()) - 1, int(m.y0[mine].min()) - 1
    x1, y1 = int(m.x1[mine].max()) + 1, int(m.y1[mine].max()) + 1
    return Box(max(0, x0), max(0, y0), min(wide, x1), min(high, y1))


def _order(boxes: Sequence[Box], groups: Sequence[Group], found: Sequence[tables.Table]) -> list[list[int]]:
    """Blocks of lines in reading order; a table is read cell by cell."""
    cells = [cell for table in found for cell in table.cells]
    within = [_cell(box, cells) for box in boxes]
    free = [i for i, cell in enumerate(within) if cell < 0]
    bodies = [_body(boxes[i], groups[i]) for i in range(len(boxes))]
    # A table takes the place of one large box among the lines.
    arranged = columns.order([bodies[i] for i in free] + [table.box for table in found])
    first_cell = np.cumsum([0, *(len(table.cells) for table in found)])
    blocks: list[list[int]] = []
    for members in arranged:
        run: list[int] = []
        for m in members:
            if m < len(free):
                run.append(free[m])
                continue
            blocks.append(run)
            run = []
            number = m - len(free)
            for cell in range(first_cell[number], first_cell[number + 1]):
                inside = [i for i, c in enumerate(within) if c == cell]
                parts = columns.order([bodies[i] for i in inside]) if inside else []
                blocks.append([inside[i] for part in parts for i in part])
        blocks.append(run)
    return [block for block in blocks if block]


def _cell(box: Box, cells: Sequence[Box]) -> int:
    x, y = (box.x0 + box.x1) // 2, (box.y0 + box.y1) // 2
    return next((i for i, c in enumerate(cells) if c.x0 <= x < c.x1 and c.y0 <= y < c.y1), -1)


def _body(box: Box, g: Group) -> Box:
    """The box of a line without what reaches into its neighbours."""
    base = g.base_at((g.x0 + g.x1) / 2)
    return Box(box.x0, round(base - 1.5 * g.x_height), box.x1, max(round(base + 0.3 * g.x_height), 1))


def _owner_map(page: PageInk, owner: Ints) -> Ints:
    """For each pixel of ink the index of its line plus 2; 1 is nobody's, 0 is paper."""
    marks = page.marks
    table = np.ones(int(page.labels.max()) + 1, np.int32)
    table[0] = 0
    whole = marks.part == 0
    table[marks.label[whole]] = owner[whole] + 2
    owners = table[page.labels]
    for i in np.flatnonzero(~whole).tolist():
        area = np.s_[marks.y0[i] : marks.y1[i], marks.x0[i] : marks.x1[i]]
        owners[area][page.labels[area] == marks.label[i]] = owner[i] + 2
    return np.asarray(owners, np.int32)


def _share_out(page: PageInk, owners: Ints, groups: Sequence[Group], owner: Ints) -> None:
    """Give ink of tall marks to the lines in which it stands: the rim of a seal joins letters of several."""
    m = page.marks
    x_height = np.array([g.x_height for g in groups] or [0.0])
    tall = (m.part == 0) & (owner >= 0) & (m.height > TALL * x_height[owner])
    for i in np.flatnonzero(tall).tolist():
        area = np.s_[m.y0[i] : m.y1[i], m.x0[i] : m.x1[i]]
        x, y = np.arange(m.x0[i], m.x1[i])[None, :], np.arange(m.y0[i], m.y1[i])[:, None]
        own = groups[owner[i]]
        free = (page.labels[area] == m.label[i]) & ~_within(own, x, y, OWN)
        for j, g in enumerate(groups):
            if j != owner[i] and g.x0 < m.x1[i] and g.x1 > m.x0[i]:
                owners[area][free & _within(g, x, y, BAND)] = j + 2


def _within(g: Group, x: Ints, y: Ints, band: tuple[float, float]) -> NDArray[np.bool_]:
    """Which points are so near to the baseline of a line, in its small letters."""
    base = g.base(np.clip(x, g.x0, g.x1))
    beside = (x >= g.x0) & (x < g.x1)
    return np.asarray(
        beside & (y >= base - band[0] * g.x_height) & (y < base + band[1] * g.x_height), np.bool_
    )


@dataclass(frozen=True, slots=True)
class _Lines:
    """A page of whose ink it is known which line it belongs to: `owner` by mark, `owners` by pixel (see
    `_owner_map`); `factor` leads across and down from its working size to the page picture."""

    page: PageInk
    owner: Ints
    owners: Ints
    factor: tuple[float, float]

    def line(self, number: int, g: Group, box: Box, block: int) -> TextLine:
        """The line of this number, whose letters are `g`, as it is on the page picture."""
        fx, fy = self.factor
        a, b, c = g.baseline
        high, wide = self.page.ink.shape
        right, bottom = min(round(wide * fx), round(box.x1 * fx)), min(round(high * fy), round(box.y1 * fy))
        return TextLine(
            Box(int(box.x0 * fx), int(box.y0 * fy), right, bottom),
            g.x_height * fy,
            (a * fy, b * fy / fx, c * fy / fx**2),
            tuple((int(x0 * fx), round(x1 * fx)) for x0, x1 in self._pieces(number, g)),
            block,
            self._foreign(number, g, box),
        )

    def _pieces(self, number: int, g: Group) -> list[tuple[int, int]]:
        """The runs of ink along a line, from and to x, at the working size."""
        m, mine = self.page.marks, self.owner == number
        spans = sorted(zip(m.x0[mine].tolist(), m.x1[mine].tolist(), strict=True))
        runs = [list(spans[0])]
        for x0, x1 in spans[1:]:
            if x0 - runs[-1][1] > PIECE_GAP * g.height:
                runs.append([x0, x1])
            else:
                runs[-1][1] = max(runs[-1][1], x1)
        return [(x0, x1) for x0, x1 in runs]

    def _foreign(self, number: int, g: Group, box: Box) -> Pixels:
        """The ink of others in the picture of a line, 255."""
        page = self.page
        window = _window(box, (g.base_at(box.x0), g.base_at(box.x1)), g.x_height)
        ink, own, across, down = (_cut(m, window) for m in (page.ink, self.owners, page.across, page.down))
        x = np.arange(window.x0, window.x1)
        base = g.base(np.clip(x, g.x0, g.x1))[None, :]
        y = np.arange(window.y0, window.y1)[:, None]
        core = (y > base - 1.2 * g.x_height) & (y < base + 0.1 * g.x_height)
        mine = own == number + 2
        # A stroke that crosses the line cannot be told from its letters.
        others = (ink > 0) & ~mine & ~((own == 1) & core)
        strange = np.where(others | (across > 0) | (down > 0), np.uint8(255), np.uint8(0))
        return np.asarray(cv2.dilate(strange, np.ones((3, 3), np.uint8)) * ~mine, np.uint8)


def _window(line_box: Box, ends: Sequence[float], x_height: float) -> Box:
    """What the picture of a line shows: its box where letters may reach, the usual ascent and descent, and a
    margin. `ends`: where the baseline is at either end."""
    margin = MARGIN * x_height
    first, last = min(ends), max(ends)
    top = max(min(line_box.y0, first - ASCENT * x_height), first - HIGHEST * x_height)
    bottom = min(max(line_box.y1, last + DESCENT * x_height), last + LOWEST * x_height)
    return Box(
        round(line_box.x0 - 2 * margin),
        round(top - margin),
        round(line_box.x1 + 2 * margin),
        round(bottom + margin),
    )


def _cut(picture: NDArray[Any], window: Box, outside: int = 0) -> NDArray[Any]:
    """The part of the picture in the window, and what is `outside`."""
    high, wide = picture.shape[:2]
    inside = picture[max(0, window.y0) : max(0, window.y1), max(0, window.x0) : max(0, window.x1)]
    sides = [
        (max(0, -window.y0), max(0, window.y1 - high)),
        (max(0, -window.x0), max(0, window.x1 - wide)),
    ]
    return np.pad(inside, sides, constant_values=outside) if any(map(any, sides)) else inside


def window(line: TextLine) -> Box:
    """What the picture of a line shows of the page; it may reach beyond its edges."""
    return _window(line.box, (line.base(line.box.x0), line.base(line.box.x1)), line.x_height)


def crop(grey: Pixels, line: TextLine, height: int) -> Pixels:
    """The line alone on white, made straight, `height` pixels high; the width is in proportion."""
    shown = window(line)
    picture = _cut(grey, shown, outside=255)
    strange = cv2.resize(line.foreign, (picture.shape[1], picture.shape[0]), interpolation=cv2.INTER_NEAREST)
    return _resized(np.asarray(cv2.max(picture, strange), np.uint8), line, shown, height)


def _resized(picture: Pixels, line: TextLine, window: Box, height: int) -> Pixels:
    factor = height / picture.shape[0]
    across_factor = min(factor, WIDEST / picture.shape[1])
    width = max(1, round(picture.shape[1] * across_factor))
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    small = cv2.resize(picture, (width, height), interpolation=way)
    x = (np.arange(width) + 0.5) / across_factor + window.x0
    a, b, c = line.baseline
    drop = a + b * x + c * x * x
    drop = (drop - drop.mean()) * factor
    if np.abs(drop).max() < 0.5:
        return np.asarray(small, np.uint8)
    across = np.broadcast_to(np.arange(width, dtype=np.float32), (height, width)).copy()
    down = (np.arange(height)[:, None] + drop[None, :]).astype(np.float32)
    straight = cv2.remap(
        small, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=255
    )
    return np.asarray(straight, np.uint8)
