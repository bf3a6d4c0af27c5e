"""Lines of a page as they stand on paper: words set in rows, and rows cut where columns part."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import groupby
from statistics import median

from ocr.language.writing import fold, fold_letters, is_capitals
from ocr.recognition import Box, Page, Word
from ocr.structure.stamp_words import is_stamped

#: A gap wider than this many line heights parts two columns; justified text stays below it.
COLUMN_GAP = 1.7

#: Beyond these nothing is a page of print: a dense A3 table has 4,000 words.
MOST_WORDS = 6_000
LONGEST_WORD = 120

#: Of how many pages the lines are kept: kind, fields and papers all ask for those of the same pages.
MOST_PAGES = 64


@dataclass(frozen=True)
class Line:
    """Words of one row with no column gap between them, left to right."""

    page: int
    words: tuple[Word, ...]

    @cached_property
    def text(self) -> str:
        return " ".join(w.text for w in self.words)

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    @cached_property
    def letters(self) -> str:
        return fold_letters(self.text)

    @cached_property
    def box(self) -> Box:
        return span(self.words)

    @cached_property
    def height(self) -> float:
        """The usual height of a word of this line."""
        return median(w.box.y1 - w.box.y0 for w in self.words)

    @property
    def center(self) -> float:
        return (self.box.x0 + self.box.x1) / 2

    @cached_property
    def middle(self) -> float:
        """The height on the page of the middle of its words."""
        return median((w.box.y0 + w.box.y1) / 2 for w in self.words)

    @property
    def confidence(self) -> float:
        return sum(w.confidence for w in self.words) / len(self.words)

    @cached_property
    def capitals(self) -> bool:
        return is_capitals(self.text)


def span(words: Sequence[Word]) -> Box:
    """The smallest box that holds all the words."""
    box = words[0].box
    for word in words[1:]:
        box = box.union(word.box)
    return box


@lru_cache(maxsize=MOST_PAGES)
def lines(page: Page) -> tuple[Line, ...]:
    """The lines of a page from top to bottom, those of one row from left to right.

    The reader's own lines are the start: they follow the slope of the paper. They are cut at column gaps,
    and pieces that stand close together on one row are joined, as a number filled in by a signature field is
    another line to the reader than the `Số:` before it.
    """
    by_line: dict[int, list[Word]] = defaultdict(list)
    for word in page.words[:MOST_WORDS]:
        if len(word.text) <= LONGEST_WORD and not _is_speck(word.text):
            by_line[word.line].append(word)
    pieces = [
        Line(page.number, tuple(piece))
        for words in by_line.values()
        for piece in _cut(sorted(words, key=lambda w: w.box.x0))
    ]
    pieces.sort(key=lambda piece: (piece.middle, piece.box.x0))
    return tuple(_in_rows(_join_neighbours(pieces)))


@lru_cache(maxsize=MOST_PAGES)
def without_stamps(page: Page) -> Page:
    """The page without what its mail-room stamps say, which is no part of the paper.

    The words of stamps are read after all others, so they are the last lines; print under a stamp is not
    among those. What a frame in black holds stays unless it says what stamps say: it may be a box of a
    form. A page that says nothing else, as a back with a certification, keeps its words.
    """
    stamps = [region for region in page.regions if region.kind == "stamp"]
    said: dict[int, list[Word]] = {}
    for _, line in groupby(reversed(page.words), key=lambda word: word.line):
        words = list(line)[::-1]
        stamp = next((i for i, region in enumerate(stamps) if _holds(region.box, span(words))), None)
        if stamp is None:
            break
        said[stamp] = words + said.get(stamp, [])
    gone = {id(word) for i, words in said.items() if is_stamped(stamps[i], words) for word in words}
    kept = tuple(word for word in page.words if id(word) not in gone)
    return replace(page, words=kept) if gone and kept else page


def _holds(place: Box, box: Box) -> bool:
    """Whether a box lies in a place, give or take half its height."""
    spare = (box.y1 - box.y0) // 2
    return (
        place.x0 - spare <= box.x0
        and box.x1 <= place.x1 + spare
        and place.y0 - spare <= box.y0
        and box.y1 <= place.y1 + spare
    )


def _is_speck(text: str) -> bool:
    """Whether a word is what readers make of rules and dirt; such would bridge the gap between columns."""
    return not any(c.isalnum() or c in "-–—+*•./…:;,()&" for c in text)


def _cut(words: Sequence[Word]) -> Iterator[list[Word]]:
    tall = max(median(w.box.y1 - w.box.y0 for w in words), 1)
    current = [words[0]]
    for word in words[1:]:
        if word.box.x0 - current[-1].box.x1 > COLUMN_GAP * tall:
            yield current
            current = []
        current.append(word)
    yield current


def _join_neighbours(pieces: Sequence[Line]) -> list[Line]:
    found: list[Line] = []
    for piece in pieces:
        for index in range(len(found) - 1, max(-1, len(found) - 12), -1):
            if _touch(found[index], piece):
                words = sorted((*found[index].words, *piece.words), key=lambda w: w.box.x0)
                found[index] = Line(piece.page, tuple(words))
                break
        else:
            found.append(piece)
    return found


def _touch(a: Line, b: Line) -> bool:
    if abs(a.middle - b.middle) > 0.45 * max(a.height, b.height):
        return False
    gap = max(a.box.x0, b.box.x0) - min(a.box.x1, b.box.x1)
    return 0 <= gap <= COLUMN_GAP * min(a.height, b.height)


def same_row(a: Line, b: Line) -> bool:
    """Whether two lines stand beside each other."""
    return abs(a.middle - b.middle) <= 0.6 * max(a.height, b.height)


def levels(every: Iterable[Line]) -> list[Line]:
    """Everything on one level of the page as one line, from top to bottom, for lines in that order."""
    rows: list[list[Line]] = []
    for line in every:
        if rows and same_row(rows[-1][0], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [one_line(row) for row in rows]


def one_line(row: Sequence[Line]) -> Line:
    """The words of lines that stand beside one another as one line."""
    return Line(row[0].page, tuple(sorted((w for line in row for w in line.words), key=lambda w: w.box.x0)))


def _is_under(a: Line, b: Line) -> bool:
    """Whether one of two lines that share their height stands under the other, as titles set closely do."""
    shared = min(a.box.x1, b.box.x1) - max(a.box.x0, b.box.x0)
    return 2 * shared > min(a.box.x1 - a.box.x0, b.box.x1 - b.box.x0)


def _in_rows(pieces: Sequence[Line]) -> list[Line]:
    ordered: list[Line] = []
    row: list[Line] = []
    for piece in sorted(pieces, key=lambda p: p.middle):
        if row and (not same_row(row[0], piece) or any(_is_under(piece, one) for one in row)):
            ordered.extend(sorted(row, key=lambda p: p.box.x0))
            row = []
        row.append(piece)
    return ordered + sorted(row, key=lambda p: p.box.x0)


def joined(parts: Iterable[Line]) -> str:
    """The text of several lines as one."""
    return " ".join(part.text for part in parts)


def body_margins(page_lines: Sequence[Line]) -> tuple[float, float]:
    """The left and right edges of the running text of a page; of one without text no room at all."""
    if not page_lines:
        return 0.0, 0.0
    long = [line for line in page_lines if len(line.words) >= 6]
    if not long:
        long = list(page_lines)
    lefts = sorted(line.box.x0 for line in long)
    rights = sorted(line.box.x1 for line in long)
    return float(lefts[len(lefts) // 5]), float(rights[-(len(rights) // 5) - 1])


def usual_height(page_lines: Sequence[Line]) -> float:
    """The usual height of a line of the page."""
    return median([line.height for line in page_lines]) if page_lines else 1.0
