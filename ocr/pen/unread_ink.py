"""Ink in a row of words that belongs to none of them. A pen, a stamp or dirt may have taken a letter or a
word there, so that the words beside it, or in whose box it lies, are only a part of what was printed."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from statistics import median

import cv2
import numpy as np

from ocr.connected import connected
from ocr.layout.page_ink import WORK_DPI
from ocr.marks import Ints, PageInk
from ocr.pen.struck_words import capital
from ocr.recognition import Box, Page, Region, Word
from ocr.structure.lines import Line, lines

# In heights of a word:
AROUND = 0.12  # how far out of its box its own ink may lie
BESIDE = 1.0  # how far before and behind a line ink is looked for
LEAST_HEIGHT = 0.3  # of ink that is a letter's, and no leader's or speck's
#: The least ink in a row, in squares of the height of a word. Of 3,443 right values of 470 worn drawn pages 7
#: have so much, and 7 of 27 wrong ones.
LEAST_INK = 0.05
#: Widths of letters in Times, which Decree 30/2020 asks for, by their groups; others are half an em wide.
_WIDTHS = {
    letter: width
    for letters, width in (
        (".,;:/", 0.26),
        ("ijltfrI()-", 0.3),
        ("sJ", 0.39),
        ("acezđ", 0.45),
        ("LTEPSF", 0.59),
        ("ACDGHKNOQUVXYwBRZĐ", 0.7),
        ("mMW", 0.85),
    )
    for letter in letters
}
#: A word has other ink in its box where it is so many times as wide as its letters are, and so many heights
#: of a word wider. Of some 28,000 words of real and drawn pages (Times, a typewriter, no serifs) nine were:
#: four had the box behind them, others leaders, a pen's figure, and capitals misread.
WIDER = 1.35
LEAST_WIDER = 0.8
#: So many words of a line tell how wide its letters usually are.
LEAST_WORDS = 3
#: Only words of letters and of marks that leaders do not stretch are asked.
_PLAIN = re.compile(r"[\w.,;:/()“”-]*[^\W_][^\W_][\w.,;:/()“”-]*")
SURE = 0.6  # how likely such ink is what a region of kind `unread` says
WITHIN = 0.6  # share of such ink in a photograph, a code or a seal, from which it is what is left of that


def found(page: Page, ink: PageInk) -> tuple[Region, ...]:
    """The places in the rows of words where nobody read the ink; `ink` is that of what was read."""
    scale = WORK_DPI / page.dpi
    rest = ink.ink.copy()
    for word in page.words:
        spare = max(1.0, AROUND * (word.box.y1 - word.box.y0) * scale)
        x0, y0 = (max(0, round(side * scale - spare)) for side in (word.box.x0, word.box.y0))
        rest[y0 : round(word.box.y1 * scale + spare), x0 : round(word.box.x1 * scale + spare)] = 0
    marks = connected(rest) if rest.any() else None
    every = lines(page)
    beside = (box for line in every if marks for box in _beside(line, marks.labels, marks.stats, scale))
    told = [region.box for region in page.regions if region.kind in ("photo", "qr", "seal")]
    return tuple(
        Region("unread", box, SURE)
        for box in (*beside, *_too_wide(every, ink, scale))
        if not any(other.share_of(box) > WITHIN for other in told)
    )


def _beside(line: Line, labels: Ints, stats: Ints, scale: float) -> Iterator[Box]:
    """The ink of marks that reach into the row of a line."""
    tall = median(word.box.y1 - word.box.y0 for word in line.words) * scale
    left = max(0, round(line.box.x0 * scale - BESIDE * tall))
    top, right = max(0, round(line.box.y0 * scale)), round(line.box.x1 * scale + BESIDE * tall)
    row = labels[top : round(line.box.y1 * scale), left:right]
    for number in np.unique(row[row > 0]).tolist():
        if stats[number, cv2.CC_STAT_HEIGHT] < LEAST_HEIGHT * tall:
            continue
        rows, columns = np.nonzero(row == number)
        if len(rows) >= LEAST_INK * tall * tall:
            x0, y0 = left + int(columns.min()), top + int(rows.min())
            x1, y1 = left + int(columns.max()) + 1, top + int(rows.max()) + 1
            yield Box(*(round(side / scale) for side in (x0, y0, x1, y1)))


def _too_wide(every: Sequence[Line], ink: PageInk, scale: float) -> Iterator[Box]:
    """The words that are far wider than the others of their line for their letters and not set larger: other
    ink, of a box to tick or of a pen, is taken for theirs. `every`: the lines of a page. Leaders are low."""
    judged = [words for line in every if len(words := [w for w in line.words if _is_plain(w)]) >= LEAST_WORDS]
    measure = min((_in_times, _typed), key=lambda one: _uneven(one, judged))
    for words in judged:
        tall, size = median(w.box.y1 - w.box.y0 for w in words), median(map(capital, words))
        usual = median(_width(w) / measure(w.text) for w in words)
        for word in words:
            own, larger = usual * measure(word.text), capital(word) / size  # the latter is told roughly
            least = max(own * max(WIDER, larger**2), own + LEAST_WIDER * tall)
            if _width(word) > least and _without_leaders(word.box, ink, scale) > least:
                yield word.box


def _without_leaders(box: Box, ink: PageInk, scale: float) -> float:
    """How wide the ink of a word is from its first tall mark to its last, in pixels of the page."""
    x0, y0, x1, y1 = (round(side * scale) for side in (box.x0, box.y0, box.x1, box.y1))
    cut = np.ascontiguousarray(ink.ink[y0:y1, x0:x1])
    stats = connected(cut).stats[1:] if cut.size else ()
    tall = [mark for mark in stats if mark[cv2.CC_STAT_HEIGHT] >= LEAST_HEIGHT * (y1 - y0)]
    if not tall:
        return 0.0
    left = min(int(mark[cv2.CC_STAT_LEFT]) for mark in tall)
    right = max(int(mark[cv2.CC_STAT_LEFT] + mark[cv2.CC_STAT_WIDTH]) for mark in tall)
    return (right - left) / scale


def _is_plain(word: Word) -> bool:
    return ".." not in word.text and bool(_PLAIN.fullmatch(word.text))


def _uneven(measure: Callable[[str], float], judged: Sequence[Sequence[Word]]) -> float:
    """How far half of the words depart from the usual width of their line, by a measure of their letters."""
    off = [0.0]
    for words in judged:
        wide = [_width(word) / measure(word.text) for word in words]
        off += [abs(one / median(wide) - 1) for one in wide]
    return median(off)


def _width(word: Word) -> int:
    return word.box.x1 - word.box.x0


def _in_times(text: str) -> float:
    plain = unicodedata.normalize("NFD", text)
    return sum(_WIDTHS.get(c, 0.5) for c in plain if not unicodedata.combining(c))


def _typed(text: str) -> float:
    return float(len(text))
