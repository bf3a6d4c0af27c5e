"""The words of a page as the text panel shows them: lines, doubts, and what a stamp says set apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.outlines import doubtful_word
from app.records import FieldValue
from app.web.doubts import print_in
from ocr.recognition import Box, Page, Region, Word

#: Fewer lines within a seal are text that it was pressed on (`text_lines.py`); of a stamp, one is enough.
_LEAST_LINES = {"seal": 3, "stamp": 1}
_MOST_ALTERNATIVES = 4


@dataclass(frozen=True, slots=True)
class WordMark:
    """A word with its place, whether it is doubtful, and whether a pen wrote there; `starts_line` divides the
    text into lines, and `starts_stamp` what stamps say from the text of the paper."""

    word: Word
    doubtful: bool
    written: bool
    starts_line: bool
    starts_stamp: bool

    @property
    def cutout(self) -> Box:
        return cutout_of(self.word)

    @property
    def choices(self) -> tuple[str, ...]:
        """As it was read, then what else it may say."""
        return (self.word.text, *self.word.alternatives[:_MOST_ALTERNATIVES])

    @property
    def unshown(self) -> tuple[str, ...]:
        """What else a word says that nobody is asked about, for whoever corrects it all the same."""
        return () if self.doubtful else self.choices[1:]

    @property
    def others(self) -> str:
        """What else a doubtful word may say."""
        return " · ".join(self.word.alternatives[:_MOST_ALTERNATIVES]) if self.doubtful else ""


def cutout_of(word: Word) -> Box:
    """The part of the page that shows the word and a little beside it."""
    box = word.box
    beside = 2 * (box.y1 - box.y0)
    above = (box.y1 - box.y0) // 2
    return Box(max(0, box.x0 - beside), max(0, box.y0 - above), box.x1 + beside, box.y1 + above)


def word_marks(page: Page, fields: Iterable[FieldValue] = ()) -> list[WordMark]:
    """The words of a page of a record with these fields. What stands where a pen wrote, by the page or by a
    field, is always doubtful: readers of print are sure of themselves there, and often wrong."""
    written = [
        field.box
        for field in fields
        if field.box is not None and field.state == "handwritten" and field.read.page == page.number
        if not print_in(field, page)
    ]
    lines = [list(line) for _, line in groupby(page.words, key=lambda word: word.line)]
    stamped = len(lines) - _stamped(lines, page.regions)
    uncompared = {id(page.words[place]) for place in page.uncompared}
    pen = {
        id(word): id(word) in uncompared
        or (word.said is None and any(_overlap(word.box, box) for box in written))
        for word in page.words
    }
    return [
        WordMark(
            word,
            doubtful_word(word) or pen[id(word)],
            pen[id(word)],
            at == 0,
            at == 0 and number == stamped,
        )
        for number, line in enumerate(lines)
        for at, word in enumerate(line)
    ]


def _overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share a third of the narrower one, on the same row."""
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    down = min(one.y1, other.y1) - max(one.y0, other.y0)
    narrower = min(one.x1 - one.x0, other.x1 - other.x0)
    return across * 3 > narrower > 0 and down * 2 > min(one.y1 - one.y0, other.y1 - other.y0) > 0


def _stamped(lines: Sequence[Sequence[Word]], regions: Iterable[Region]) -> int:
    """How many of the last lines are what stamps and seals say."""
    within = [region for region in regions if region.kind in _LEAST_LINES]
    count = 0
    while True:
        best = max((_last_within(lines[: len(lines) - count], region) for region in within), default=0)
        if not best:
            return count
        count += best


def _last_within(lines: Sequence[Sequence[Word]], region: Region) -> int:
    """How many of the last lines stand in this region; 0 where they are too few to be its own."""
    count = 0
    for line in reversed(lines):
        if not all(_in(word, region) for word in line):
            break
        count += 1
    return count if count >= _LEAST_LINES[region.kind] else 0


def _in(word: Word, region: Region) -> bool:
    x, y = (word.box.x0 + word.box.x1) / 2, (word.box.y0 + word.box.y1) / 2
    return region.box.x0 <= x < region.box.x1 and region.box.y0 <= y < region.box.y1
