"""Words that were read beside the paper of a photograph, and words that its frame cuts through.

Grain of wood, cloth, fingers and the edge of the paper itself are read as letters where the sheet was not
found and set straight. Nothing is cropped, so that no text is lost: what was read is judged by the ground
under it.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from ocr.confidence import LEAST_SURE
from ocr.engine import Pixels
from ocr.language.language_model import vietnamese
from ocr.reading_order import cells
from ocr.recognition import Word

WORD = 3  # letters and digits of a word that no stroke is taken for
AT_ONCE = 256  # words compared with all sure ones; a newspaper has thousands
NEAR = 20  # sure words around a word, one of which lies on the same paper, lit or in a shadow
DARKER = 0.85  # of the ground of such a word: paper that is no darker than its light falls off
EDGE = 0.75  # of the lightest ground under a word: within one word only the edge of paper is as steep
MARGIN = 1  # pixels of the small picture around a word
OFF, SAYS = 0.5, 0.5  # share of a line that is off paper; and that is words all the same
CUT = 0.012  # inches from the rim of the picture: a letter that reaches it is cut
CUT_SURE = 0.55  # what a word that is cut is sure of at most


def left_out(words: Sequence[Word], tone: Pixels, size: tuple[int, int]) -> tuple[Word, ...]:
    """The words but for lines that lie beside the paper and are no words.

    `tone`: the picture of that `size` (width and height), small and without text. A line goes where more
    than half of it lies on darker ground than the sure words near it, or over the edge of such ground. What
    was surely read stays wherever it lies: a shadow may lie on nothing but the sums and dates of a table.
    """
    if not words:
        return ()
    low, high, ground = _grounds(words, tone, size)
    read = np.array([_is_read(w) for w in words])
    off = ~_on_paper(words, ground, low, read & (low >= EDGE * high)) & ~read
    sure = [w for w, is_off in zip(words, off, strict=True) if is_off and w.confidence >= LEAST_SURE]
    in_table = cells(sure, words)
    lines: dict[int, list[int]] = {}
    for index, word in enumerate(words):
        lines.setdefault(word.line, []).append(index)
    gone: set[int] = set()
    for of_line in lines.values():
        says = float(np.mean([_says(words[i]) for i in of_line]))
        lost = [i for i in of_line if off[i] and id(words[i]) not in in_table]
        more = len(of_line) > 1 or _letters(words[of_line[0]]) >= WORD
        if len(lost) > OFF * len(of_line) and not (says > SAYS and more):
            gone.update(lost)
    return tuple(word for index, word in enumerate(words) if index not in gone)


def _says(word: Word) -> bool:
    """Whether it is surely a word of the language, or a number."""
    known = word.text.isdigit() or vietnamese().count(word.text) > 0
    return known and word.confidence >= LEAST_SURE and _letters(word) > 1


def _is_read(word: Word) -> bool:
    """Whether it was surely read and is no row of like strokes, as grain has them: a name, a sum, a date."""
    signs = [c for c in word.text.casefold() if c.isalnum()]
    return word.confidence >= LEAST_SURE and len(signs) >= WORD and len(set(signs)) > 1


def _letters(word: Word) -> int:
    return sum(c.isalnum() for c in word.text)


def _grounds(words: Sequence[Word], tone: Pixels, size: tuple[int, int]) -> tuple[NDArray[np.float64], ...]:
    """The darkest, the lightest and the middle ground under each word."""
    x, y = tone.shape[1] / size[0], tone.shape[0] / size[1]
    found = []
    for word in words:
        x0, y0 = max(0, int(word.box.x0 * x) - MARGIN), max(0, int(word.box.y0 * y) - MARGIN)
        under = tone[y0 : int(word.box.y1 * y) + 1 + MARGIN, x0 : int(word.box.x1 * x) + 1 + MARGIN]
        found.append(np.percentile(under, (10, 90, 50)) if under.size else np.full(3, 255.0))
    return tuple(np.array(found).T)


def _on_paper(
    words: Sequence[Word], ground: NDArray[np.float64], low: NDArray[np.float64], sure: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Whether one of the nearest sure words lies on ground that is no lighter than the darkest under a word:
    both sides of the edge of a shadow have such words, the edge of the paper has them on one."""
    if not sure.any():
        return np.ones(len(words), np.bool_)
    middle = np.array([((w.box.x0 + w.box.x1) / 2, (w.box.y0 + w.box.y1) / 2) for w in words])
    found = []
    for first in range(0, len(words), AT_ONCE):
        part = np.s_[first : first + AT_ONCE]
        away = np.hypot(*np.moveaxis(middle[part, None] - middle[None, sure], -1, 0))
        near = np.argpartition(away, min(NEAR, away.shape[1]) - 1, axis=1)[:, :NEAR]
        found.append((DARKER * ground[sure][near] <= low[part, None]).any(axis=1))
    return np.concatenate(found)


def doubted(words: Sequence[Word], size: tuple[int, int], skew: float, dpi: float) -> tuple[Word, ...]:
    """The words, and none of them sure that the rim of the picture cuts: half a word may be another, and half
    a number is one.

    `size`: width and height of the picture, which was levelled by `skew` degrees clockwise.
    """
    width, height = size
    c, s = cos(radians(skew)), sin(radians(skew))
    least = CUT * dpi
    told = []
    for word in words:
        box = word.box
        x, y = (box.x0 + box.x1) / 2 - width / 2, (box.y0 + box.y1) / 2 - height / 2
        across, down = (box.x1 - box.x0) / 2, (box.y1 - box.y0) / 2
        at = [(x - across, y), (x + across, y), (x, y - down), (x, y + down)]
        received = [(c * a + s * b + width / 2, c * b - s * a + height / 2) for a, b in at]
        cut = any(a < least or a > width - least or b < least or b > height - least for a, b in received)
        told.append(replace(word, confidence=min(word.confidence, CUT_SURE)) if cut else word)
    return tuple(told)
