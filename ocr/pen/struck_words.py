"""Words that a stroke goes through, as a pen strikes out what no longer holds, or a signature crosses:
readers see the letters under it all the same."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

import numpy as np

from ocr.engine import Pixels
from ocr.recognition import Box, Page, Region, Word
from ocr.structure.lines import Line, lines

#: Lines with more words are running text, in which nobody looks for a value.
MOST_WORDS = 14
# In heights of a capital:
#: From where to where above the feet of a line a stroke is looked for: over the round feet of small letters
#: and under their arches, where the columns between their stems are empty.
LOW, HIGH = 0.2, 0.55
LONGEST = 1.8  # a run of columns with ink that is longer than any letters make
LEAST = 1.2  # one that is long enough where it goes through all words behind a colon
GAP = 2.0  # the widest space between two words in which the stroke is looked for too
HANGING = 0.2  # how far letters hang below the line
MARKED = 0.72  # how tall a capital is, as a share of one with its mark
DARKER = 50  # levels by which the ink of a line must be darker than its paper
INK = 0.5  # of the way from paper to ink: what is darker than that is ink
STEP = 3  # dots of a line from one that is asked for paper and ink to the next
SURE = 0.6

_HANGS = re.compile(r"[gjpqyQ,;()]")


def found(page: Page, grey: Pixels) -> tuple[Region, ...]:
    """The places where a stroke goes through words; `grey` is the picture that was read."""
    told = [region.box for region in page.regions if region.kind in ("photo", "qr")]
    return tuple(
        Region("handwriting", box, SURE)
        for line in lines(page)
        if len(line.words) <= MOST_WORDS
        for box in _strokes(grey, line)
        if not any(box.shared(other) for other in told)
    )


def _strokes(grey: Pixels, line: Line) -> Iterator[Box]:
    words = [word for word in line.words if any(c.isalnum() for c in word.text)]
    if not words:
        return
    tall = median(capital(word) for word in words)
    whole = grey[max(0, line.box.y0) : line.box.y1 : STEP, max(0, line.box.x0) : line.box.x1 : STEP]
    paper, ink = (float(v) for v in np.percentile(whole, (90, 3))) if whole.size else (0.0, 0.0)
    if paper - ink < DARKER:
        return
    level = paper - INK * (paper - ink)
    inked = np.zeros(grey.shape[1] + 1, bool)
    for word, end in _with_gaps(words, tall):
        foot = word.box.y1 - (HANGING * tall if _HANGS.search(word.text) else 0)
        band = grey[max(0, round(foot - HIGH * tall)) : round(foot - LOW * tall), word.box.x0 : end]
        if band.size:
            inked[word.box.x0 : word.box.x0 + band.shape[1]] = (band < level).any(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], inked)).astype(np.int8)))
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=False):
        if end - start >= LONGEST * tall or (end - start >= LEAST * tall and _is_all(words, start, end)):
            yield Box(start, line.box.y0, end, line.box.y1)


def _with_gaps(words: Sequence[Word], tall: float) -> Iterator[tuple[Word, int]]:
    """Each word, and where it ends with the gap behind it."""
    for word, after in pairwise(words):
        near = 0 <= after.box.x0 - word.box.x1 < GAP * tall
        yield word, after.box.x0 if near else word.box.x1
    yield words[-1], words[-1].box.x1


def _is_all(words: Sequence[Word], start: int, end: int) -> bool:
    """Whether a stroke goes through the words behind the last colon before it, from one end to the other."""
    colons = [i for i, w in enumerate(words) if w.text.endswith(":") and w.box.x0 < start]
    own = [w for w in words[(colons[-1] + 1 if colons else 0) :] if not w.text.endswith(":")]
    if not own:
        return False
    spare = (own[0].box.y1 - own[0].box.y0) // 6
    return start <= own[0].box.x0 + spare and end >= own[-1].box.x1 - spare


def capital(word: Word) -> float:
    """About how tall a capital without marks is in the type of a word."""
    tall: float = word.box.y1 - word.box.y0
    marked = any(c.isupper() and unicodedata.normalize("NFD", c) != c for c in word.text)
    if _HANGS.search(word.text):
        tall /= 1 + HANGING
    return max(4.0, tall * (MARKED if marked else 1))
