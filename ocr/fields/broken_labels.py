"""Labels that a narrow column has broken over two lines, put together on the first of them."""

from collections.abc import Sequence
from dataclasses import replace

from ocr.fields.labels import is_gap, set_words
from ocr.kinds.catalogue import PaperKind
from ocr.language.writing import fold_letters
from ocr.recognition import Box, Word
from ocr.structure.lines import Line, same_row

#: How far the second line stands under the first at most, and off its beginning, in heights of the first.
UNDER, OFF = 1.2, 0.6
#: Of fewer words the first line may be any line of text.
LEAST_WORDS = 2


def mended(every: Sequence[Line], kind: PaperKind) -> list[Line]:
    """The lines of a page; where one begins a label of the kind that the next at its left edge ends
    (`Họ, chữ đệm, tên người` and `mẹ:`), the whole label stands in the first, and what follows it stays."""
    found: list[Line | None] = list(every)
    for index, line in enumerate(every):
        if found[index] is None or len(line.words) < LEAST_WORDS:
            continue
        later = _next_at_edge(every, index)
        parts = _parts(line, every[later], set_words(kind.code)) if later is not None else None
        if later is None or parts is None:
            continue
        first, rest = parts
        below = every[later].words
        found[index] = Line(
            line.page,
            (*line.words[:first], *_moved(below[:rest], line.words[first - 1]), *line.words[first:]),
        )
        found[later] = Line(line.page, below[rest:]) if below[rest:] else None
    return [line for line in found if line is not None]


def _next_at_edge(every: Sequence[Line], index: int) -> int | None:
    """The line right under another that begins where it does."""
    line = every[index]
    for later in range(index + 1, min(index + 6, len(every))):
        other = every[later]
        if not same_row(other, line) and abs(other.box.x0 - line.box.x0) < OFF * line.height:
            return later if other.box.y0 - line.box.y1 < UNDER * line.height else None
    return None


def _parts(line: Line, below: Line, labels: frozenset[tuple[str, ...]]) -> tuple[int, int] | None:
    """How many words of each line make a label together: the most, and what ends them is a colon or the
    line."""
    upper, lower = ([fold_letters(w.text) for w in x.words] for x in (line, below))
    closed = next((i for i, w in enumerate(line.words) if w.text.endswith(":")), len(upper))
    ends = [i + 1 for i, w in enumerate(below.words) if w.text.endswith(":")][:1] or [len(lower)]
    for first in range(closed, LEAST_WORDS - 1, -1):
        if first < len(upper) and line.words[first].text[:1].islower() and not is_gap(line, first):
            continue  # a sentence that goes on: `Giấy này có giá trị sử dụng …`
        for rest in ends:
            if (*upper[:first], *lower[:rest]) in labels:
                return first, rest
    return None


def _moved(words: Sequence[Word], last: Word) -> list[Word]:
    """The words as if they stood at the end of another, without a width of their own."""
    edge = Box(last.box.x1, last.box.y0, last.box.x1, last.box.y1)
    return [replace(word, box=edge, line=last.line) for word in words]
