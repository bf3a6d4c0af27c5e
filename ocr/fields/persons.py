"""Where what a paper says of one of its people stands: under that name, beside or above the other's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ocr.fields.labels import Label
from ocr.language.writing import distance, fold_letters
from ocr.recognition import Page, Word
from ocr.structure.lines import Line

#: How far under the name of a person something may stand that is about that person, in heights of the page.
REACH = 0.25
#: From how far apart two people stand beside each other, in widths of the page.
ASIDE = 0.2
#: How far off the row of one the other may stand then, in heights of a line.
LEVEL = 3.0
#: How far before the name of a person in one column a label may begin, in widths of the page.
HANGS_OUT = 0.15
#: How far two columns stand apart, and off their edges on a page that is not level, in heights of a line.
GUTTER = 1.5
#: How far before the edge of a column what stands in it may begin, in heights of a line.
SLACK = 0.5
#: What is more than the space between two words of a line, in its heights.
SPACE = 0.6
#: Of the letters of a label one in so many may be misread where it says that another person's part begins.
MISREAD = 3


@dataclass(frozen=True, slots=True)
class Part:
    """The part about one person: from a label on, up to row `end`, between `left` and `right` on the page,
    and down to `lowest`; from there up to `slack` before `edge` words may be of either. It is not `sure`
    where nobody knows where the next person's part begins. `in_column`: another person's stands beside it."""

    anchor: Label
    start: Word
    end: int
    left: float
    right: float
    edge: float
    slack: float
    lowest: float
    sure: bool
    in_column: bool

    def holds(self, label: Label, word: Word) -> bool:
        """Whether a label that begins with `word` stands in the part."""
        if not self.anchor.row <= label.row < self.end or label == self.anchor:
            return False
        beside = word.box.y0 < self.start.box.y1
        inside = self.left <= word.box.x0 < self.right
        return inside and word.box.y0 < self.lowest and (not beside or word.box.x0 > self.start.box.x0)

    def own(self, words: Sequence[Word]) -> list[Word]:
        """The words that do not stand in another person's column."""
        return [word for word in words if word.box.x0 < self.right]

    def is_sure_of(self, words: Sequence[Word]) -> bool:
        """Whether nothing between the columns makes it doubtful whose these words are."""
        between = self.edge - self.slack
        return self.sure and not any(
            word.box.x1 > self.edge if word.box.x0 < self.right else word.box.x0 < between for word in words
        )


def part_of(
    near: Iterable[str],
    people: Sequence[Sequence[str]],
    anchors: Iterable[str],
    labels: Sequence[Label],
    lines: Sequence[Line],
    page: Page,
) -> Part | None:
    """The part about the person whose labels are `near`; None where the page has no such label. It is
    not sure where one of the `people` that such papers always print has none.

    `near`, `people` and `anchors`, the labels of everybody, are folded to letters.
    """
    near = set(near)
    anchor = next((x for x in labels if x.letters in near), None)
    said = {x.letters for x in labels}
    needed = [set(group) for group in people] if any(near & set(group) for group in people) else []
    if anchor is None:
        return None
    sure = all(group & said for group in needed)
    start = _word(anchor, lines)
    others = set(anchors) - near
    height = lines[anchor.row].height
    rivals = [(x, _word(x, lines)) for x in labels if x.letters in others]
    level = [w.box.x0 for _, w in rivals if abs(w.box.y0 - start.box.y0) < LEVEL * height]
    gutter = GUTTER * height
    edge = min((x for x in level if x > start.box.x0 + ASIDE * page.width), default=page.width + gutter)
    right = edge - gutter
    beside = any(x < start.box.x0 - ASIDE * page.width for x in level)
    second = beside or start.box.x0 > 2 * ASIDE * page.width
    left = start.box.x0 - (gutter if second else HANGS_OUT * page.width)
    under = [x.row for x, w in rivals if x.row > anchor.row and left <= w.box.x0 < right]
    under += [
        row
        for row in range(anchor.row + 1, len(lines))
        if left <= lines[row].box.x0 < right
        and (_resembles(lines[row], others) or _names_somebody(lines[row], near))
    ]
    end = min(under, default=len(lines))
    return Part(
        anchor,
        start,
        end,
        left,
        right,
        edge,
        SLACK * height,
        start.box.y0 + REACH * page.height,
        sure,
        beside or edge < page.width,
    )


def parted(
    lines: Sequence[Line], labels: Sequence[Label], people: Sequence[Sequence[str]], page: Page
) -> list[Line]:
    """The lines, those cut that run through the columns of two people named beside each other."""
    named = [_word(x, lines) for group in people for x in labels if x.letters in group]
    named.sort(key=lambda word: word.box.x0)
    for first, second in pairwise(named):
        height = first.box.y1 - first.box.y0
        level = abs(first.box.y0 - second.box.y0) < LEVEL * height
        if level and second.box.x0 - first.box.x0 > ASIDE * page.width:
            top = min(first.box.y0, second.box.y0) - height
            return [
                part
                for line in lines
                for part in (
                    _cut_at(line, second.box.x0) if top < line.box.y0 < top + REACH * page.height else [line]
                )
            ]
    return list(lines)


def _cut_at(line: Line, edge: int) -> list[Line]:
    """The line in two where a word behind more than a space begins at the edge of a column."""
    for index, (before, word) in enumerate(pairwise(line.words), 1):
        near = abs(word.box.x0 - edge) < GUTTER * line.height
        if near and word.box.x0 - before.box.x1 > SPACE * line.height:
            return [Line(line.page, line.words[:index]), Line(line.page, line.words[index:])]
    return [line]


def _word(label: Label, lines: Sequence[Line]) -> Word:
    return lines[label.row].words[label.start]


def _names_somebody(line: Line, near: Iterable[str]) -> bool:
    """Whether a line begins like the label of a person (`Người đứng khai:`) and not with one of `near`."""
    said = _before_colon(line)
    letters = "".join(said)
    names = said[:1] == ["nguoi"] or (said[:1] == ["ho"] and "nguoi" in said)
    return names and not any(letters.startswith(own) for own in near)


def _before_colon(line: Line) -> list[str]:
    """The words of a label, folded to letters; those of the whole line where there is no colon."""
    colon = next((i for i, w in enumerate(line.words) if w.text.endswith(":")), None)
    return [fold_letters(w.text) for w in line.words[: colon + 1 if colon is not None else None]]


def _resembles(line: Line, others: Iterable[str]) -> bool:
    """Whether a line begins much like the label of another person, though it was not known for it."""
    said = _before_colon(line)
    beginnings = {"".join(said[:n]) for n in range(2, min(len(said), 8) + 1)}
    return any(
        distance(beginning, other, len(other) // MISREAD) <= len(other) // MISREAD
        for other in others
        for beginning in beginnings
        if abs(len(beginning) - len(other)) <= len(other) // MISREAD
    )
