"""Words of annotations, such as remarks and the marks of signatures, on a page that is read from its picture.

The file tells them letter for letter, whatever their size and colour; a reader takes red ones for a seal.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from math import cos, radians, sin

from ocr import reading_order, textlayer
from ocr.recognition import Box, Handwriting, Word

SAME = 0.5  # a word read from the picture that lies on such words by more than this share is one of them
BESIDE = 0.5  # share of the height that words of one line have in common at least
OVER = 0.2  # of a read word's width that such words may lie over, and stand beside it still

#: The words of each annotation of a page.
Annotated = tuple[tuple[Word, ...], ...]


def turned(annotated: Annotated, turn: int, width: int, height: int) -> Annotated:
    """The words of a page of `width` by `height` after a turn by quarters, as `cleanup.turned` does."""
    return tuple(textlayer.turned(words, turn, width, height) for words in annotated)


def levelled(annotated: Annotated, turn: int, skew: float, size: tuple[int, int]) -> Annotated:
    """The words of a page of that size after it was turned by `turn` and then by `skew`, degrees clockwise:
    as `cleanup.turned` and `cleanup.levelled` do."""
    wide, high = size[::-1] if turn in (90, 270) else size
    return tuple(
        tuple(replace(word, box=_moved(word.box, skew, wide / 2, high / 2)) for word in words)
        for words in turned(annotated, turn, *size)
    )


def levelled_boxes(boxes: Sequence[Box], turn: int, skew: float, size: tuple[int, int]) -> tuple[Box, ...]:
    """Boxes on a page of that size, where they are after the same turns."""
    words = tuple(Word("", box, 1.0, 0) for box in boxes)
    return tuple(word.box for word in levelled((words,), turn, skew, size)[0])


def _moved(box: Box, degrees: float, x: float, y: float) -> Box:
    """The box, as large as it was, where its middle is after a turn around a point."""
    across, down = (box.x0 + box.x1) / 2 - x, (box.y0 + box.y1) / 2 - y
    c, s = cos(radians(degrees)), sin(radians(degrees))
    dx, dy = round(c * across - s * down - across), round(s * across + c * down - down)
    x0, y0 = max(0, box.x0 + dx), max(0, box.y0 + dy)
    return Box(x0, y0, max(box.x1 + dx, x0 + 1), max(box.y1 + dy, y0 + 1))


def without(read: Sequence[Word], annotated: Annotated) -> tuple[Word, ...]:
    """The words that were read, but for those that are read from the ink of an annotation."""
    every = list(chain(*annotated))
    return tuple(word for word in read if _covered(word.box, every) <= SAME)


def not_filled(found: Sequence[Handwriting], annotated: Annotated) -> tuple[Handwriting, ...]:
    """The places for the pen that no annotation fills."""
    every = list(chain(*annotated))
    return tuple(place for place in found if not _covered(place.box, every))


def put_among(read: Sequence[Word], annotated: Annotated) -> tuple[Word, ...]:
    """The words that were read with those of annotations. An annotation of one line joins the lines whose gap
    it fills, as a number does after `Số:`; one of several lines comes after all others, line by line."""
    lines: dict[int, list[Word]] = {}
    for word in read:
        lines.setdefault(word.line, []).append(word)
    for words in annotated:
        pieces: dict[int, list[Word]] = {}
        for word in reading_order.in_lines(words):
            pieces.setdefault(word.line, []).append(word)
        for piece in pieces.values():
            beside = _beside(piece, lines) if len(pieces) == 1 else []
            number = beside[0] if beside else max(lines, default=-1) + 1
            filled = [*piece, *chain(*(lines.pop(other) for other in beside[1:])), *lines.get(number, ())]
            filled.sort(key=lambda word: word.box.x0)
            lines[number] = [replace(word, line=number) for word in filled]
    return tuple(word for line in lines.values() for word in line)


def of_several_lines(annotated: Annotated) -> Annotated:
    """The annotations that have more than one line of words."""
    return tuple(words for words in annotated if len({w.line for w in reading_order.in_lines(words)}) > 1)


def _covered(box: Box, annotated: Sequence[Word]) -> float:
    return sum(word.box.share_of(box) for word in annotated)


def _beside(piece: Sequence[Word], lines: dict[int, list[Word]]) -> list[int]:
    """The lines beside which a piece stands, as close as words stand."""
    most = reading_order.COLUMN_GAP * min(word.box.y1 - word.box.y0 for word in piece)
    return [
        number
        for number, line in lines.items()
        if min(_gap(piece[0].box, piece[-1].box, word.box) for word in line) <= most
        and not any(_over(piece, word.box) for word in line)
    ]


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
