"""The white after the dash that opens an item of a list: a reader may miss it, the picture does not."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ocr.engine import Pixels
from ocr.readers.readings import INK, WordReading

DASHES = "-–—+"
#: Heights of a small letter: white that is a space. Letters are set 0.1 to 0.25 apart, words at least 0.4;
#: a dash with a word right behind it has a tenth more than letters have.
SPACE = 0.4
LONGEST = 1.5  # heights of a small letter: what is wider is no dash


def set_off(words: Sequence[WordReading], picture: Pixels, x_height: float) -> tuple[WordReading, ...]:
    """The words of a line, the first in two where white parts its dash from the letter behind it.

    `x_height` is that of the picture.
    """
    if not words or len(words[0].chars) < 2:
        return tuple(words)
    first, rest = words[0], tuple(words[1:])
    dash, letter = first.chars[:2]
    if dash.text not in DASHES or not letter.text.isalpha():
        return (first, *rest)
    ink = np.flatnonzero((picture[:, first.x0 : first.x1] < INK).any(axis=0)) + first.x0
    breaks = np.flatnonzero(np.diff(ink) > SPACE * x_height)
    if not len(breaks) or ink[breaks[0]] - first.x0 > LONGEST * x_height:
        return (first, *rest)
    end, start = int(ink[breaks[0]]) + 1, int(ink[breaks[0] + 1])
    alone = replace(first, chars=(dash,), last=dash.end, x1=end)
    return (alone, replace(first, chars=first.chars[1:], first=dash.end, x0=start), *rest)
