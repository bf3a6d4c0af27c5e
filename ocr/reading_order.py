"""Words in reading order, numbered by line, each with a box of its own."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby, pairwise
from statistics import median

from ocr.confidence import LEAST_SURE
from ocr.layout import stretched
from ocr.layout.columns import numbered
from ocr.recognition import Box, Word

COLUMN_GAP = 1.7  # line heights; a wider gap parts columns, justified text stays below it
DIRT = 0.3  # confidence below which a mark without a letter or digit is dirt
NEXT_LINE = 2.2  # line heights from line to line of what is set together
DOUBTFUL = 0.6  # confidence below which a word was guessed: it gives way to a surer one in its place
ONE_PLACE = 0.3  # share of the smaller of two boxes that lies on the other
#: A mark is a line of one word, of so many letters at most, that was guessed or is one of these strokes. A
#: page is dirty where so many of its lines, and such a share of them, are marks.
LONGEST_MARK = 2
STROKES = frozenset("1lItiíì|[](){}/\\!;:.,'\"-–—_~^…°")
LEAST_DIRT = 12
DIRTY = 0.25
#: So near to a sure word of its row a mark is no dirt: one that was guessed, and one that was not; in heights
#: of the word.
NEAR = (1.0, 4.0)
#: A mark is a cell of a table where so many others are under or over it: as tall (a share of the taller one),
#: their middles no further off its own, in heights of the taller one. Each stands level with a sure word, its
#: middle no further off, in heights of the word. On drawn tables all but one mark in thirty are such, on 13
#: pages of dirt one in eighteen.
LEAST_CELLS = 2
AS_TALL = 0.75
OFF_COLUMN = 0.5
OFF_ROW = 0.35
#: Width by height of two papers side by side, where their gutter may lie and the least of it, as shares of
#: the width (two margins; columns of a table are closer); words on each, and the least height that they take.
BROAD, GUTTER, LEAST_GUTTER, LEAST_FACING, FACING_TALL = 1.15, (0.4, 0.6), 0.06, 30, 0.5
LEAST_RULED = 3  # rules across a gutter, from which it is a column of a table; two may be edges of papers
SPACE = 0.12  # line heights; the least gap that is left between two words


def not_over_another(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words but for doubtful ones that lie on a surer one. Printed words never stand in one place, but
    strokes of pens, photographs and paintings are read as if they did. Leaders count as no word here, since a
    pen writes on them.
    """
    gone: set[int] = set()
    surest_first = sorted(range(len(words)), key=lambda i: words[i].confidence, reverse=True)
    rank = {i: place for place, i in enumerate(surest_first)}
    places = [sorted(pair, key=rank.__getitem__) for pair in _in_one_place(words)]
    for surer, less in sorted(places, key=lambda pair: rank[pair[0]]):  # what goes takes no other with it
        if surer not in gone and _says(words[surer]):
            gone.add(less)
    return tuple(word for i, word in enumerate(words) if i not in gone)


def without_dirt(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words, on a page full of dirt without what the dirt was taken for: marks, and lines of which every
    word was guessed, unless a sure word stands near in their row, as beside the number of a row or a tick, or
    they stand in the columns of a table, as grades and quantities do.
    """
    lines = _by_line(words)
    marks = [line[0] for line in lines if len(line) == 1 and len(line[0].text) <= LONGEST_MARK]
    alike = [w for w in marks if w.confidence < LEAST_SURE or w.text in STROKES]
    least = max(LEAST_DIRT, DIRTY * len(lines))
    if len(alike) < least:
        return tuple(words)
    in_table = cells(marks, words)
    alike = [mark for mark in alike if id(mark) not in in_table]
    if len(alike) < least:
        return tuple(words)
    sure = [word for word in words if word.confidence >= LEAST_SURE and len(word.text) > LONGEST_MARK]
    guessed = [word for line in lines for word in line if all(w.confidence < DOUBTFUL for w in line)]
    dirt = (*alike, *(word for word in guessed if id(word) not in in_table))
    gone = {id(word) for word in dirt if not any(_beside(word, other) for other in sure)}
    return tuple(word for word in words if id(word) not in gone)


def cells(marks: Sequence[Word], words: Sequence[Word]) -> set[int]:
    """Which marks, by identity, stand in the rows and columns of a table: level with a sure word that no
    stroke is taken for, and under or over others so. Dirt stands anywhere, or in a streak of any size."""
    told = [w for w in words if w.confidence >= LEAST_SURE and w.text not in STROKES]
    rows = [(w, _down(w), OFF_ROW * _tall(w)) for w in told]
    level = [m for m in marks if any(abs(_down(m) - y) < off and w is not m for w, y, off in rows)]
    level.sort(key=_across)
    others: Counter[int] = Counter()
    for index, mark in enumerate(level):
        for other in level[index + 1 :]:
            off, tallest = _across(other) - _across(mark), max(_tall(mark), _tall(other))
            if off >= OFF_COLUMN * _tall(mark) / AS_TALL:  # none further on is in its column and as tall
                break
            alike = min(_tall(mark), _tall(other)) > AS_TALL * tallest
            if alike and off < OFF_COLUMN * tallest and abs(_down(mark) - _down(other)) > tallest:
                others.update((id(mark), id(other)))
    return {key for key, count in others.items() if count >= LEAST_CELLS}


def _tall(word: Word) -> int:
    return word.box.y1 - word.box.y0


def _down(word: Word) -> float:
    return (word.box.y0 + word.box.y1) / 2


def _across(word: Word) -> float:
    return (word.box.x0 + word.box.x1) / 2


def _beside(mark: Word, word: Word) -> bool:
    """Whether a word stands in the row of a mark, as near as a column is, or a space if guessed."""
    tall, near = _tall(word), NEAR[mark.confidence >= DOUBTFUL]
    level = abs(_down(mark) - _down(word)) < tall
    return level and max(mark.box.x0 - word.box.x1, word.box.x0 - mark.box.x1) < near * tall


def _in_one_place(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """The pairs of words, by index, of which one lies on the other and one is doubtful."""
    ordered = sorted(range(len(words)), key=lambda i: words[i].box.y0)
    for place, i in enumerate(ordered):
        one = words[i]
        for j in ordered[place + 1 :]:
            other = words[j]
            if other.box.y0 >= one.box.y1:
                break
            doubtful = min(one.confidence, other.confidence) < DOUBTFUL
            if doubtful and max(one.box.share_of(other.box), other.box.share_of(one.box)) > ONE_PLACE:
                yield i, j


def _says(word: Word) -> bool:
    return any(c.isalnum() for c in word.text)


def tidied(words: Sequence[Word]) -> tuple[Word, ...]:
    """Words as an engine gave them, lines numbered from 0, without the marks that rules and dirt leave.

    Boxes of one line no longer overlap, and a dash is as high as its line: what is marked can be seen.
    """
    clean = [w for w in words if w.confidence >= DIRT or _says(w)]
    return tuple(w for number, line in enumerate(_by_line(clean)) for w in _tidied_line(line, number))


def _tidied_line(line: Sequence[Word], number: int) -> Iterator[Word]:
    top, bottom = (
        round(median(values)) for values in zip(*((w.box.y0, w.box.y1) for w in line), strict=True)
    )
    space = max(1, round(SPACE * (bottom - top)))
    for index, word in enumerate(line):
        box = word.box
        following = line[index + 1].box if index + 1 < len(line) else None
        if following is not None and box.x0 + space < following.x0 <= box.x1:
            box = Box(box.x0, box.y0, following.x0 - space, box.y1)
        if not _says(word) and box.y1 - box.y0 < bottom - top:
            box = Box(box.x0, min(box.y0, top), box.x1, max(box.y1, bottom))
        yield replace(word, box=box, line=number)


def _by_line(words: Sequence[Word]) -> list[list[Word]]:
    lines: dict[int, list[Word]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    return list(lines.values())


def in_lines(words: Iterable[Word]) -> tuple[Word, ...]:
    """Words in reading order, numbered by line: rows from top to bottom, cut where columns part."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=_down):
        row = rows[-1] if rows else []
        if row and _overlap(row, word) > 0.5:
            row.append(word)
        else:
            rows.append([word])
    rows = [sorted(row, key=lambda w: w.box.x0) for row in rows]
    segments = [s for number, row in enumerate(rows) for s in _cut(row, _stretched(rows, number))]
    ordered = _by_column(segments)
    return tuple(replace(w, line=line) for line, segment in enumerate(ordered) for w in segment)


def _overlap(row: Sequence[Word], word: Word) -> float:
    top, bottom = median(w.box.y0 for w in row), median(w.box.y1 for w in row)
    shared = min(bottom, word.box.y1) - max(top, word.box.y0)
    return shared / max(1.0, min(bottom - top, _tall(word)))


def _stretched(rows: Sequence[Sequence[Word]], number: int) -> list[bool]:
    """For the white after each word of a row but the last, whether it is within a stretched line."""
    row, height = _spans(rows[number]), _height(rows[number])
    if all(other[0] - one[1] <= COLUMN_GAP * height for one, other in pairwise(row)):
        return [False] * (len(row) - 1)
    above, below = (
        [_spans(rows[i]) for i in stretched.around(number, step, len(rows), partial(_parted, rows))]
        for step in (-1, 1)
    )
    return stretched.joined(row, above, below, height)


def _parted(rows: Sequence[Sequence[Word]], one: int, other: int) -> bool:
    apart = abs(_middle(rows[other]) - _middle(rows[one]))
    return apart > NEXT_LINE * max(_height(rows[one]), _height(rows[other]))


def _spans(row: Sequence[Word]) -> list[stretched.Span]:
    return [(float(w.box.x0), float(w.box.x1)) for w in row]


def _height(row: Sequence[Word]) -> float:
    return median(map(_tall, row))


def _middle(row: Sequence[Word]) -> float:
    return median(w.box.y0 + w.box.y1 for w in row) / 2


def _cut(row: Sequence[Word], stretched_at: Sequence[bool]) -> Iterator[list[Word]]:
    widest = COLUMN_GAP * _height(row)
    segment = [row[0]]
    for (one, word), within in zip(pairwise(row), stretched_at, strict=True):
        if word.box.x0 - one.box.x1 > widest and not within:
            yield segment
            segment = []
        segment.append(word)
    yield segment


def _by_column(segments: Sequence[list[Word]]) -> list[list[Word]]:
    """Where rows stand side by side in columns for several rows, the left column comes first."""
    ordered: list[list[Word]] = []
    band: list[list[Word]] = []
    for segment in segments:
        box = _span(segment)
        if (band and any(_side_by_side(box, _span(other)) for other in band)) or (
            band and _within_band(box, band)
        ):
            band.append(segment)
        else:
            ordered += _columns(band)
            band = [segment]
    return ordered + _columns(band)


def _span(segment: Sequence[Word]) -> Box:
    box = segment[0].box
    for word in segment[1:]:
        box = box.union(word.box)
    return box


def _side_by_side(one: Box, other: Box) -> bool:
    shared = min(one.y1, other.y1) - max(one.y0, other.y0)
    return shared > 0.4 * min(one.y1 - one.y0, other.y1 - other.y0) and (
        one.x0 >= other.x1 or other.x0 >= one.x1
    )


def _within_band(box: Box, band: Sequence[list[Word]]) -> bool:
    """Under a band of columns, close by, and under one column only."""
    if len(band) < 2:
        return False
    boxes = [_span(s) for s in band]
    height = median(b.y1 - b.y0 for b in boxes)
    columns = _grouped(boxes)
    touched = [c for c in columns if min(box.x1, c.x1) > max(box.x0, c.x0)]
    return len(columns) > 1 and len(touched) == 1 and box.y0 - max(b.y1 for b in boxes) < 1.5 * height


def _grouped(boxes: Sequence[Box]) -> list[Box]:
    columns: list[Box] = []
    for box in sorted(boxes, key=lambda b: b.x0):
        if columns and box.x0 < columns[-1].x1:
            columns[-1] = columns[-1].union(box)
        else:
            columns.append(box)
    return columns


def _columns(band: Sequence[list[Word]]) -> list[list[Word]]:
    boxes = [_span(segment) for segment in band]
    columns = [
        [i for i, box in enumerate(boxes) if column.x0 <= box.x0 < column.x1] for column in _grouped(boxes)
    ]
    height = median(box.y1 - box.y0 for box in boxes) if boxes else 0
    return [band[i] for column in numbered(boxes, columns, height) for i in sorted(column)]


def by_sheet(words: Sequence[Word], sheets: Sequence[Box]) -> tuple[Word, ...]:
    """The words of one sheet after those of another, lines numbered from 0, where several lie on a page: from
    the top down, and from the left among those that are side by side. A word between them is of the nearest.
    """
    if not sheets:
        return tuple(words)
    ordered = [band for row in _columns_of(sheets) for band in row]
    lines: dict[tuple[int, int], list[Word]] = {}
    for word in words:
        x, y = _across(word), _down(word)
        of = min(range(len(ordered)), key=lambda n: _away(ordered[n], x, y))
        lines.setdefault((of, word.line), []).append(word)
    keys = sorted(lines, key=lambda key: key[0])  # the order of lines within each stays
    return tuple(replace(word, line=number) for number, key in enumerate(keys) for word in lines[key])


def facing(words: Sequence[Word], size: tuple[int, int], rules: Sequence[Box] = ()) -> tuple[Box, ...]:
    """The two halves of a broad page (`size`: width and height) that nothing crosses, with text from top to
    bottom on both, as of papers that touch and of an open book; nothing where it is one.

    `rules` run across the page: those of a table cross a column that has no word in it.
    """
    width, height = size
    if width < BROAD * height:
        return ()
    low, high = (round(share * width) for share in GUTTER)
    crossed = [False] * (high - low)
    for word in words:
        if word.confidence >= DOUBTFUL:
            for x in range(max(low, word.box.x0), min(high, word.box.x1)):
                crossed[x - low] = True
    least, start = LEAST_GUTTER * width, low
    middle = 0
    for over, run in groupby(crossed):
        wide = len(list(run))
        if not over and wide >= least:
            least, middle = wide, start + wide // 2
        start += wide
    if not middle or sum(rule.x0 <= middle < rule.x1 for rule in rules) >= LEAST_RULED:
        return ()
    halves = (Box(0, 0, middle, height), Box(middle, 0, width, height))
    for half in halves:
        tops = [word.box.y0 for word in words if half.x0 <= _across(word) < half.x1]
        if len(tops) < LEAST_FACING or max(tops) - min(tops) < FACING_TALL * height:
            return ()
    return halves


def _columns_of(sheets: Sequence[Box]) -> list[list[Box]]:
    """Rows of sheets that are side by side, each from the left."""
    rows: list[list[Box]] = []
    for sheet in sorted(sheets, key=lambda box: box.y0):
        row = next((row for row in rows if any(_side_by_side(sheet, other) for other in row)), None)
        if row is None:
            rows.append([sheet])
        else:
            row.append(sheet)
    return [sorted(row, key=lambda box: box.x0) for row in rows]


def _away(box: Box, x: float, y: float) -> float:
    return max(box.x0 - x, x - box.x1, 0) + max(box.y0 - y, y - box.y1, 0)


def text_of(words: Sequence[Word]) -> str:
    """The words as text, a line of the page a line of the text."""
    return "\n".join(" ".join(w.text for w in line) for line in _by_line(words))
