"""Lines that were stretched to fill their measure, told from words that stand in columns.

Both have wide white between words. In a stretched line all of it is equally wide, the line ends where its
neighbours end, and the words above and below stand elsewhere; columns begin where those of other rows begin,
and white runs down between them. A span is the left and the right end of a word along its line, in any unit.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median

Span = tuple[float, float]
Row = Sequence[Span]

LEAST_WORDS = 4
EVEN = 1.6  # the widest white of a stretched line over its narrowest
WIDE = 1.0  # line heights of white from which a line is stretched
FLUSH = 1.5  # line heights by which its end may differ from its neighbours'
INDENT = 8.0  # line heights that it may begin further in
ROWS = 8  # looked at above and below
GUTTER = 1.0  # line heights of white that runs down between columns
GUTTER_ROWS = 6  # through how many rows it runs at least
OPEN = 0.6  # share of its white that other rows leave open where columns part
ALIGNED = 0.35  # line heights within which words begin, or end, one under another
MOST_ALIGNED = 0.6  # share of the words of a row of a table that do


def around(number: int, step: int, rows: int, parted: Callable[[int, int], bool]) -> list[int]:
    """Of that many rows those above (-1) or below (1) one, the nearest first, up to wide white: where one is
    `parted` from the next."""
    found: list[int] = []
    last, other = number, number + step
    while 0 <= other < rows and len(found) < ROWS and not parted(last, other):
        found.append(other)
        last, other = other, other + step
    return found


def joined(row: Row, above: Sequence[Row], below: Sequence[Row], height: float) -> list[bool]:
    """For the white after each word but the last, whether it is within a stretched line.

    `above` and `below` are the rows around, the nearest first. A row may hold parts of several columns.
    """
    found: list[bool] = []
    for part in _parts(row, [*above[:ROWS], *below[:ROWS]], height):
        reach = part[0][0] - FLUSH * height, part[-1][1] + FLUSH * height
        sides = [_between(rows, reach) for rows in (above, below)]
        found += [*_within(part, [rows for rows in sides if rows], height), False]
    return found[:-1]


def _parts(row: Row, around: Sequence[Row], height: float) -> Iterator[list[Span]]:
    """The row cut where white runs down through all rows around, and where its own is far wider than most."""
    cover = covered(span for other in around for span in other)
    gutters = [
        len(around) >= GUTTER_ROWS and hole((one[1], other[0]), cover) >= GUTTER * height
        for one, other in pairwise(row)
    ]
    for column in _cut(row, gutters):
        whites = [other[0] - one[1] for one, other in pairwise(column)]
        yield from _cut(column, [white > EVEN * median(whites) for white in whites])


def _cut(row: Row, at: Sequence[bool]) -> Iterator[list[Span]]:
    part = [row[0]]
    for span, cut in zip(row[1:], at, strict=True):
        if cut:
            yield part
            part = []
        part.append(span)
    yield part


def _between(rows: Sequence[Row], reach: Span) -> list[list[Span]]:
    """What of the rows, up to the first that has nothing there, is between two ends."""
    found: list[list[Span]] = []
    for row in rows[:ROWS]:
        inside = [span for span in row if span[1] > reach[0] and span[0] < reach[1]]
        if not inside:
            break
        found.append(inside)
    return found


def _within(row: Row, sides: Sequence[Sequence[Row]], height: float) -> list[bool]:
    whites = [(one[1], other[0]) for one, other in pairwise(row)]
    stretched = is_stretched(row, height) and any(_flush(row, rows[0], height) for rows in sides)
    if not stretched or any(_of_table(row, rows, height) for rows in sides):
        return [False] * len(whites)
    cover = covered(span for rows in sides for other in rows for span in other)
    return [hole(white, cover) <= OPEN * (white[1] - white[0]) for white in whites]


def is_stretched(row: Row, height: float) -> bool:
    """Whether the white between its words is wide, and equally wide everywhere."""
    whites = [other[0] - one[1] for one, other in pairwise(row)]
    if len(row) < LEAST_WORDS or min(whites) <= 0:
        return False
    return median(whites) > WIDE * height and max(whites) <= EVEN * min(whites)


def covered(spans: Iterable[Span]) -> list[Span]:
    """What the spans cover together, from left to right, as spans apart: told once for all the white of a
    row, as a picture of dirt has a thousand words a row, and each would look at those of sixteen rows."""
    found: list[Span] = []
    for x0, x1 in sorted(spans):
        if found and x0 <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], x1)
        else:
            found.append((x0, x1))
    return found


def hole(white: Span, cover: Sequence[Span]) -> float:
    """Of white from left to right, the widest part that nothing of what is `covered` spans."""
    left, right = white
    widest = 0.0
    for x0, x1 in cover[bisect_right(cover, left, key=lambda span: span[1]) :]:
        if x0 >= right:
            break
        widest = max(widest, x0 - left)
        left = x1
    return max(widest, right - left)


def _flush(row: Row, other: Row, height: float) -> bool:
    """Whether it fills the measure of a row next to it."""
    left, right = other[0][0], other[-1][1]
    begins = left - FLUSH * height < row[0][0] < left + INDENT * height
    return begins and abs(row[-1][1] - right) < FLUSH * height


def _of_table(row: Row, rows: Sequence[Row], height: float) -> bool:
    """Whether all words stand under those of the next row, or most under those of the next two: in
    stretched lines with as many words, as long ones, most do by chance."""
    shares = [_aligned(row, other, height) for other in rows[:2]]
    return shares[0] == 1 or (len(shares) > 1 and min(shares) > MOST_ALIGNED)


def _aligned(row: Row, other: Row, height: float) -> float:
    """The share of words that begin, end, or have their middle where those of the other row do."""
    near = ALIGNED * height
    begin = sum(any(abs(x0 - x) < near for x, _ in other) for x0, _ in row[1:])
    end = sum(any(abs(x1 - x) < near for _, x in other) for _, x1 in row[:-1])
    middle = sum(any(abs(sum(span) - sum(one)) < 2 * near for one in other) for span in row[1:])
    return max(begin, end, middle) / (len(row) - 1)
