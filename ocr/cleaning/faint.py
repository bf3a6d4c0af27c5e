"""Pages so pale that no limit between ink and paper sees their letters: carbon copies, faded dossiers.

What shines through from the other side of a sheet is as pale. So a page is strengthened to be read, and what
is read is kept only where it makes sense (`convincing`). The picture that is kept is not strengthened.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from ocr.cleaning.cleanup import background_of, red
from ocr.connected import connected
from ocr.engine import Pixels
from ocr.recognition import Word

DARK, DARK_SHARE = 90, 0.01  # grey levels over the paper's 255; the share of dots so dark that settles it
FAINTEST = 12  # levels below the paper under which letters drown in its grain
GRAIN = 4.0  # standard deviations of the grain of the paper that a letter must differ by
LETTER = (6, 60)  # height of a letter in a glance: 3 mm of small print to capitals of 30 pt
FEWEST = 40  # letters; fewer are dirt
PALE, WANTED = 120, 60  # the level of letters above which they are strengthened, and what they get
MIDDLE, NEGATIVE = 110, 0.7  # the level between light and dark; the share of dark dots of a negative
SURE = 0.9  # the confidence of a word that makes sense
SURE_SHARE = 0.6  # how much of the text must have it
FEWEST_OF_WORD, ALL_SURE = 3, 0.95  # letters of the only word of a negative, and how much of so little
ALL_DARK = 0.95  # of its dots


def strengthened(pixels: Pixels, dpi: float, seen: Pixels) -> Pixels:
    """The page with its ink as dark as ink is and white paper; itself where its ink is dark enough. `seen`: a
    glance at it (cleanup.glance)."""
    level = _level(seen)
    if level is None:
        return pixels
    stretch = 255 - (255 - np.arange(256)) * (255 - WANTED) / (255 - level)
    table = stretch.clip(0, 255).astype(np.uint8)
    if pixels.ndim == 2:
        return _stronger(pixels, dpi, table)
    planes = [_stronger(np.ascontiguousarray(pixels[:, :, n]), dpi, table) for n in range(3)]
    return np.dstack(planes)


def positive(pixels: Pixels) -> Pixels:
    """The page dark on light: a negative, as microfilms give it, turned round; itself where it is none."""
    if dark(pixels) < NEGATIVE:
        return pixels
    return cv2.bitwise_not(pixels).astype(np.uint8, copy=False)


def dark(pixels: Pixels) -> float:
    """The share of its dots that are dark."""
    return float(np.mean(red(pixels)[::5, ::5] < MIDDLE))


def convincing(words: Sequence[Word], *, was_dark: float = 0.0) -> bool:
    """Whether what was read of a strengthened page is writing. One that `was_dark` all over and turned round
    may say no more than a word, if that is sure: nothing shines through it, and it is no card on a desk."""
    letters = sum(len(word.text) for word in words)
    sure = sum(len(word.text) for word in words if word.confidence >= SURE)
    if was_dark >= ALL_DARK and any(sum(map(str.isalnum, word.text)) >= FEWEST_OF_WORD for word in words):
        return sure >= (SURE_SHARE if letters >= FEWEST else ALL_SURE) * letters
    return letters >= FEWEST and sure >= SURE_SHARE * letters


def _level(grey: Pixels) -> float | None:
    """The usual level of the darkest dots of a page's letters, over paper of 255; None where it is not pale.

    A page with clear letters is not, whatever shines through it or is printed behind them.
    """
    if np.count_nonzero(grey < DARK) > DARK_SHARE * grey.size:
        return None
    paper = float(np.median(grey))
    grain = 1.48 * float(np.median(np.abs(grey[::3, ::3].astype(np.float32) - paper)))
    limit = paper - max(FAINTEST, GRAIN * grain)
    ink = cv2.threshold(grey, limit, 255, cv2.THRESH_BINARY_INV)[1]
    marks = connected(ink.astype(np.uint8, copy=False))
    high = marks.stats[1:, cv2.CC_STAT_HEIGHT]
    letters = np.flatnonzero((high >= LETTER[0]) & (high <= LETTER[1])) + 1
    darkest = np.full(len(marks.stats), 255, np.uint8)
    np.minimum.at(darkest, marks.labels.ravel(), grey.ravel())
    pale = darkest[letters][darkest[letters] > PALE]
    if len(pale) < FEWEST or len(letters) - len(pale) >= FEWEST:
        return None
    return float(np.median(pale))


def _stronger(plane: Pixels, dpi: float, table: Pixels) -> Pixels:
    even = cv2.divide(plane, background_of(plane, dpi), scale=255)
    return cv2.LUT(even, table).astype(np.uint8, copy=False)
