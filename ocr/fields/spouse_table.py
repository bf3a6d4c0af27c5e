"""A table of two people: a row for each thing that is asked, a column for each of the two, and no names in
the labels. Whose column a value stands in is told by the head of the column and by the strips without ink."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ocr.fields.labels import ITEM
from ocr.kinds.catalogue import PaperKind
from ocr.language.writing import distance, fold_letters
from ocr.recognition import Word
from ocr.structure.lines import Line, levels

#: How wide the strip between two columns is at least, in heights of a line.
STRIP = 0.5
#: How much wider it is than any other strip that no word of the table touches.
WIDER = 2.0
#: How far under a row of the table the next one stands at most, in heights of a line.
FAR = 4.0
#: How much farther from the next row the last line of a cell stands than from the line over it.
APART = 1.15
#: How far off the label the first line of a cell stands at most, in heights of a line.
LEVEL = 0.4
#: What tables of two people hold at least: rows with labels that are known.
LEAST_ROWS = 2

Strip = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Cell:
    """The words of a cell; not `sure` where nobody knows whether they are all of it, or whose they are."""

    words: tuple[Word, ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class SpouseTable:
    """From `top` to `bottom` of a page, in pixels; the cells by the number of the person, in the order of the
    kind's `columns`, and the letters of the label of their row."""

    top: int
    bottom: int
    cells: dict[tuple[int, str], Cell]

    def holds(self, line: Line) -> bool:
        """Whether a line stands in the table, where no label is another field's."""
        return self.top <= line.middle <= self.bottom


@dataclass(frozen=True, slots=True)
class _Row:
    """What stands on one level of the table: under the labels, and in each of the two columns."""

    line: Line
    parts: tuple[tuple[Word, ...], ...]

    def middle(self, part: int) -> float:
        return Line(self.line.page, self.parts[part]).middle


def spouse_table(every: Sequence[Line], kind: PaperKind) -> SpouseTable | None:
    """The table of the two people of a kind whose columns are headed by one each, where there is one."""
    for row in levels(every):
        heads = _heads(row, kind)
        if heads is None:
            continue
        left, right = sorted(heads, key=lambda head: head.box.x0)
        rows, strips = _body(every, left, right)
        sure = all(_is_exact(head, kind.columns[i]) for i, head in enumerate(heads)) and all(strips)
        edges = [_middle(strip) for strip in strips if strip]
        if not all(strips):
            edges = [left.box.x0 - left.height, (left.box.x1 + right.box.x0) / 2]
        order = (0, 1) if left is heads[0] else (1, 0)
        cells = _cells([_parted(row, edges) for row in rows], kind, order, sure=sure)
        if len({label for _, label in cells}) >= LEAST_ROWS:
            return SpouseTable(left.box.y0, max(row.box.y1 for row in rows), cells)
    return None


def _heads(row: Line, kind: PaperKind) -> tuple[Line, Line] | None:
    """The heads of the two columns where a row says nothing behind them: one each, letter for letter or with
    a slip of the reader."""
    pieces = _pieces(row)
    found = [[piece for piece in pieces if _is_near(piece, names)] for names in kind.columns]
    if len(found) != 2 or any(len(one) != 1 for one in found) or found[0] == found[1]:
        return None
    first, second = found[0][0], found[1][0]
    return (first, second) if {*pieces[-2:]} == {first, second} else None


def _pieces(row: Line) -> list[Line]:
    found: list[list[Word]] = []
    for word in row.words:
        if found and word.box.x0 - found[-1][-1].box.x1 < row.height:
            found[-1].append(word)
        else:
            found.append([word])
    return [Line(row.page, tuple(words)) for words in found]


def _letters(piece: Line) -> str:
    return "".join(fold_letters(word.text) for word in piece.words if not word.text.strip("()").isdigit())


def _is_exact(piece: Line, names: Sequence[str]) -> bool:
    """Whether the head of a column was read letter for letter."""
    return _letters(piece) in map(fold_letters, names)


def _is_near(piece: Line, names: Sequence[str]) -> bool:
    letters = _letters(piece)
    slips = 1 if len(letters) > 4 else 0
    return any(distance(letters, fold_letters(name), slips) <= slips for name in names)


def _body(every: Sequence[Line], left: Line, right: Line) -> tuple[list[Line], list[Strip | None]]:
    """The rows under the heads, and the strips before the two columns that no word of them touches, each None
    where it cannot be told. A row that leaves no strip is running text under the table."""
    last = left
    within = [(0.0, left.center), (left.center, right.center)]
    free: list[list[Strip]] = [[one] for one in within]
    rows: list[Line] = []
    for row in levels([line for line in every if line.middle > max(left.box.y1, right.box.y1)]):
        rest = [_without(strips, row.words) for strips in free]
        far = row.box.y0 - last.box.y1 > FAR * last.height
        if far or not all(any(b - a >= STRIP * row.height for a, b in strips) for strips in rest):
            break
        rows.append(row)
        last, free = row, rest
    if not rows:
        return [], [None, None]
    # What is before the labels is the margin.
    margin = min(word.box.x0 for row in rows for word in row.words)
    labels = [(a, b) for a, b in free[0] if a >= margin]
    return rows, [_widest(labels, left.height), _widest(free[1], left.height)]


def _without(strips: Sequence[Strip], words: Sequence[Word]) -> list[Strip]:
    for word in words:
        x0, x1 = word.box.x0, word.box.x1
        strips = [
            part
            for a, b in strips
            for part in ([(a, b)] if x1 <= a or x0 >= b else [(a, x0), (x1, b)])
            if part[0] < part[1]
        ]
    return list(strips)


def _widest(strips: Sequence[Strip], height: float) -> Strip | None:
    """The one strip that parts two columns; None where another is nearly as wide."""
    wide = sorted(strips, key=lambda strip: strip[0] - strip[1])
    if not wide or wide[0][1] - wide[0][0] < STRIP * height:
        return None
    others = [b - a for a, b in wide[1:]]
    return wide[0] if not others or wide[0][1] - wide[0][0] >= WIDER * others[0] else None


def _middle(strip: Strip) -> float:
    return (strip[0] + strip[1]) / 2


def _parted(row: Line, edges: Sequence[float]) -> _Row:
    places = [sum((word.box.x0 + word.box.x1) / 2 > edge for edge in edges) for word in row.words]
    return _Row(
        row,
        tuple(tuple(w for w, at in zip(row.words, places, strict=True) if at == part) for part in range(3)),
    )


def _cells(
    rows: Sequence[_Row], kind: PaperKind, order: Sequence[int], *, sure: bool
) -> dict[tuple[int, str], Cell]:
    """The cells of the rows whose label is known, of each label the first."""
    found: dict[tuple[int, str], Cell] = {}
    groups, wanted = list(_groups(rows)), _labels(kind)
    for index, group in enumerate(groups):
        label = _label(group, wanted)
        if label is None:
            continue
        below = groups[index + 1][0] if index + 1 < len(groups) else None
        over = groups[index - 1] if index else []
        for part in (1, 2):
            words = tuple(word for row in group for word in row.parts[part])
            whole = _is_whole(group, part, below) and (not over or _is_whole(over, part, group[0]))
            key = (order[part - 1], label)
            if key in found:  # two rows ask the same; where the first is empty, the other may be another's
                found[key] = Cell(found[key].words or words, sure=False)
            else:
                found[key] = Cell(words, sure=sure and whole)
    return {key: cell for key, cell in found.items() if cell.words}


def _groups(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """The rows of one label each, which may go on in small letters or in brackets; what stands over the first
    label is nobody's."""
    group: list[_Row] = []
    for row in rows:
        text = row.parts[0][0].text if row.parts[0] else ""
        if text and (text[0].isupper() or text[0].isdigit() or ITEM.fullmatch(text)):
            if group:
                yield group
            group = [row]
        elif group:
            group.append(row)
    if group:
        yield group


def _labels(kind: PaperKind) -> frozenset[str]:
    """What rows of such a table are called, folded to letters."""
    people = [set(group) for group in kind.people]
    asked = (spec for spec in kind.fields.values() if set(spec.near or spec.labels) in people)
    return frozenset(fold_letters(text) for spec in asked for text in spec.rows or spec.labels)


def _label(group: Sequence[_Row], wanted: frozenset[str]) -> str | None:
    """The letters of the label of a row that says nothing else but its number before and a note behind it."""
    said = [word.text for row in group for word in row.parts[0]]
    while said and (ITEM.fullmatch(said[0]) or said[0].isdigit()):
        said = said[1:]
    note = next((i for i, text in enumerate(said) if text.startswith(("(", ":"))), len(said))
    letters = fold_letters("".join(said[:note]))
    near = [label for label in wanted if distance(letters, label, len(label) // 8) <= len(label) // 8]
    return letters if letters in wanted else near[0] if len(near) == 1 else None


def _is_whole(group: Sequence[_Row], part: int, below: _Row | None) -> bool:
    """Whether all of a cell stands in these rows: its first line level with the label, its last one nearer to
    the line over it than to the next row."""
    filled = [row for row in group if row.parts[part]]
    if not filled:
        return True
    height = group[0].line.height
    if filled[0] is not group[0] or abs(filled[0].middle(part) - group[0].middle(0)) > LEVEL * height:
        return False
    if len(filled) == 1 or below is None:
        return True
    pitch = max(b.middle(part) - a.middle(part) for a, b in pairwise(filled))
    next_one = below.middle(part) if below.parts[part] else below.middle(0)
    return next_one - filled[-1].middle(part) > APART * pitch
