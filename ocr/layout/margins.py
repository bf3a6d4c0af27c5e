"""What stands in the margin beside a paragraph, such as a mail-room stamp, is no part of its lines."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np

from ocr.engine import Pixels
from ocr.layout.text_lines import TextLine, window
from ocr.recognition import Box

LEAST_LINES = 6  # of a block whose margin is looked for
SHARE = 0.4  # of its lines that begin there; the first lines of paragraphs are set in
ALIGNED = 0.7  # letter heights by which these may differ
LEAST_BESIDE = 4.5  # letter heights; a number or a letter that opens an item is narrower
SEARCH = (1.5, 0.4)  # letter heights before and behind the margin in which the cut may be
REACH = (2.3, 0.9)  # letter heights of capitals with two marks above the base line, and of a tail below
INDENT = 8.0  # letter heights by which first lines are set in at most; Decree 30/2020 asks for 1 to 1.27 cm
#: Letter heights of white before a word; letters of a word stand nearer to one another.
WORD_SPACE = 0.3
LEAST_BEGUN = 3  # lines with a word that begins at the margin, which tell that what is before it is no text
#: Letter heights beside the margin within which a word begins there.
AT_MARGIN = 0.4
INK = 160


def parted(lines: Sequence[TextLine], grey: Pixels) -> tuple[TextLine, ...]:
    """The lines, those cut in two that reach far out of the left margin of their block.

    What stood outside follows the block, as a block of its own; `block` numbers keep the order of the list.
    """
    result: list[TextLine] = []
    number = 0
    for _, members in groupby(lines, lambda line: line.block):
        inside, outside = _at_margin(list(members), grey)
        for block in (inside, outside):
            result += [replace(line, block=number) for line in block]
            number += bool(block)
    return tuple(result)


def _at_margin(block: list[TextLine], grey: Pixels) -> tuple[list[TextLine], list[TextLine]]:
    margin = _margin(block)
    if margin is not None:
        margin = _of_the_block(block, margin, grey)
    inside: list[TextLine] = []
    outside: list[TextLine] = []
    for line in block:
        if margin is None or not _reaches_out(line, margin):
            inside.append(line)
            continue
        beside, rest = _cut(line, _gap(line, margin, grey))
        outside.append(beside)
        inside.append(rest)
    return inside, outside


def _reaches_out(line: TextLine, margin: int) -> bool:
    return margin - line.box.x0 >= LEAST_BESIDE * line.x_height and line.box.x1 > margin


def _of_the_block(block: Sequence[TextLine], margin: int, grey: Pixels) -> int:
    """The margin, or the one further out where the lines at it are only set in, as the first lines of short
    paragraphs are: then the others begin one under another, and their words anywhere."""
    height = float(np.median([line.x_height for line in block]))
    out = [line for line in block if _reaches_out(line, margin) and margin - line.box.x0 <= INDENT * height]
    if not out:
        return margin
    lefts = np.array([line.box.x0 for line in out])
    own = int(np.median(lefts))
    apart = np.abs(lefts - own) > ALIGNED * height
    if 3 * apart.sum() > len(out):
        return margin
    # By chance a word begins there in one of five lines, so one or two tell nothing.
    beside = len(out) >= LEAST_BEGUN and all(_begins_at(line, margin, grey) for line in out)
    return margin if beside else own


def _begins_at(line: TextLine, margin: int, grey: Pixels) -> bool:
    """Whether a word of the line begins at the margin."""
    first, last = _searched(line, margin)
    base = round(line.base(margin))
    ink = (grey[max(0, base - round(line.x_height)) : base, first : last + 1] < INK).sum(axis=0)
    white = ink <= 1
    for start in range(max(0, round(margin - AT_MARGIN * line.x_height) - first), len(white)):
        space = white[max(0, start - round(WORD_SPACE * line.x_height)) : start]
        if not white[start] and len(space) and space.all():
            return True
    return False


def _margin(block: Sequence[TextLine]) -> int | None:
    """Where most lines of a block begin; None where they do not agree."""
    if len(block) < LEAST_LINES:
        return None
    near = ALIGNED * float(np.median([line.x_height for line in block]))
    lefts = np.array([line.box.x0 for line in block])
    agreeing = (np.abs(lefts[:, None] - lefts) <= near).sum(axis=1)
    best = int(agreeing.argmax())
    return int(lefts[best]) if agreeing[best] >= SHARE * len(block) else None


def _gap(line: TextLine, margin: int, grey: Pixels) -> int:
    """The column beside the margin with the least ink of this line."""
    first, last = _searched(line, margin)
    ink = (grey[line.box.y0 : line.box.y1, first : last + 1] < INK).sum(axis=0)
    least = np.flatnonzero(ink == ink.min())
    return first + int(least[-1])  # the nearest to the text


def _searched(line: TextLine, margin: int) -> tuple[int, int]:
    """The first and the last column in which the cut may be."""
    first = max(line.box.x0 + 1, round(margin - SEARCH[0] * line.x_height))
    return first, min(line.box.x1 - 1, round(margin + SEARCH[1] * line.x_height))


def _as_high_as_text(line: TextLine, x: int) -> Box:
    """The box of a line from x on, without the height that only what is beside it had."""
    ends = [line.base(x), line.base(line.box.x1)]
    top, bottom = min(ends) - REACH[0] * line.x_height, max(ends) + REACH[1] * line.x_height
    return Box(x, max(line.box.y0, round(top)), line.box.x1, min(line.box.y1, round(bottom)))


def _cut(line: TextLine, x: int) -> Iterator[TextLine]:
    whole = window(line)
    high, wide = line.foreign.shape
    scale_x, scale_y = wide / (whole.x1 - whole.x0), high / (whole.y1 - whole.y0)
    for box in (replace(line.box, x1=x), _as_high_as_text(line, x)):
        part = replace(line, box=box)
        shown = window(part)
        left, right = (max(0, round((x - whole.x0) * scale_x)) for x in (shown.x0, shown.x1))
        top, bottom = (max(0, round((y - whole.y0) * scale_y)) for y in (shown.y0, shown.y1))
        strange = line.foreign[top : max(top + 1, bottom), left : max(left + 1, right)]
        pieces = tuple((max(a, box.x0), min(b, box.x1)) for a, b in line.pieces if a < box.x1 and b > box.x0)
        yield replace(part, foreign=np.ascontiguousarray(strange), pieces=pieces)
