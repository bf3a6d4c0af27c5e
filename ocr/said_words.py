"""Words that the file itself says of a page that is read otherwise: those of remarks and marks of signatures.

They are known letter for letter, whatever their size and colour, while a reader takes red ones for a seal.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import cos, radians, sin

from ocr import reading_order, textlayer
from ocr.recognition import Box, Word

SAME = 0.5  # share of a read word that lies on such words: then it is one of them, read
BESIDE = 0.5  # share of the height that words of one line have in common at least
OVER = 0.2  # of a read word's width that such words may lie over, and stand beside it still


def levelled(words: Sequence[Word], turn: int, skew: float, width: int, height: int) -> tuple[Word, ...]:
    """The words of a page of `width` by `height` after it was turned by `turn` and then by `skew`, degrees
    clockwise: as `cleanup.turned` and `cleanup.levelled` do."""
    words = textlayer.turned(words, turn, width, height)
    if turn in (90, 270):
        width, height = height, width
    return tuple(replace(w, box=_moved(w.box, skew, width / 2, height / 2)) for w in words)


def _moved(box: Box, degrees: float, x: float, y: float) -> Box:
    """The box, as large as it was, where its middle is after a turn around a point."""
    across, down = (box.x0 + box.x1) / 2 - x, (box.y0 + box.y1) / 2 - y
    c, s = cos(radians(degrees)), sin(radians(degrees))
    dx, dy = round(c * across - s * down - across), round(s * across + c * down - down)
    x0, y0 = max(0, box.x0 + dx), max(0, box.y0 + dy)
    return Box(x0, y0, max(box.x1 + dx, x0 + 1), max(box.y1 + dy, y0 + 1))


def put_among(read: Sequence[Word], said: Sequence[Word]) -> tuple[Word, ...]:
    """The words that were read without those that are said too, and these instead: within the line where
    they fill a place, as a number after `Số:`, else after all others."""
    if not said:
        return tuple(read)
    lines: dict[int, list[Word]] = {}
    for word in read:
        if _covered(word.box, said) <= SAME:
            lines.setdefault(word.line, []).append(word)
    last = max(lines, default=-1)
    pieces: dict[int, list[Word]] = {}
    for word in reading_order.in_lines(said):
        pieces.setdefault(word.line, []).append(word)
    for piece in pieces.values():
        number = _line_of(piece, lines)
        if number is None:
            last += 1
            number = last
        line = lines.setdefault(number, [])
        line += (replace(word, line=number) for word in piece)
        line.sort(key=lambda word: word.box.x0)
    return tuple(word for line in lines.values() for word in line)


def _covered(box: Box, said: Sequence[Word]) -> float:
    shared = sum(_shared(box, word.box) for word in said)
    return shared / ((box.x1 - box.x0) * (box.y1 - box.y0))


def _shared(one: Box, other: Box) -> int:
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    return max(0, wide) * max(0, high)


def _line_of(piece: Sequence[Word], lines: dict[int, list[Word]]) -> int | None:
    """The line beside or within which a piece stands, as close as words stand."""
    found: list[tuple[int, int]] = []
    for number, line in lines.items():
        gap = min(_gap(piece[0].box, piece[-1].box, word.box) for word in line)
        if not any(_over(piece, word.box) for word in line):
            found.append((gap, number))
    high = min(word.box.y1 - word.box.y0 for word in piece)
    gap, number = min(found, default=(high * 1_000, -1))
    return number if gap <= reading_order.COLUMN_GAP * high else None


def _gap(first: Box, last: Box, word: Box) -> int:
    """The white between a piece and a word on its line; endless where it is on another."""
    high = min(first.y1 - first.y0, word.y1 - word.y0)
    shared = min(first.y1, word.y1) - max(first.y0, word.y0)
    if shared < BESIDE * high:
        return 1_000_000
    return max(word.x0 - last.x1, first.x0 - word.x1, 0)


def _over(piece: Sequence[Word], word: Box) -> bool:
    wide = min(piece[-1].box.x1, word.x1) - max(piece[0].box.x0, word.x0)
    return wide > OVER * (word.x1 - word.x0)
