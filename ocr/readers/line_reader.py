"""The port for what reads single lines of text, and how its answer is decoded and scored."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ocr.engine import Pixels

BLANK = ""  # the symbol with which CTC parts two letters that are alike, and fills what holds no letter


@dataclass(frozen=True, slots=True)
class Emission:
    """What a line reader saw.

    `log_probs` holds natural logarithms of probabilities, shape [frames, len(alphabet)]; each frame sums
    to 1. Symbol 0 of the alphabet is the CTC blank, the others are single characters in NFC. Frame i is about
    the pixels [i * step, (i + 1) * step) of the line picture as it was given, before the reader's scaling.
    """

    log_probs: NDArray[np.float32]
    alphabet: tuple[str, ...]
    step: float


class LineReader(Protocol):
    """Reads pictures of single lines. Every implementation passes tests/ocr/test_line_reader.py."""

    @property
    def name(self) -> str:
        """What the reader is called in reports."""
        ...

    def check(self) -> str:
        """The name and version of the reader. Raises EngineMissing, which says what to install."""
        ...

    def read(self, lines: Sequence[Pixels]) -> list[Emission]:
        """One emission a line, in their order.

        A line is grey (height, width), dark ink on white, level, of any size; one without pixels has no
        frames.
        Raises EngineMissing.
        """
        ...


@dataclass(frozen=True, slots=True)
class Char:
    """One character as decoded: NFC, the frames [start, end) that say it, its highest probability there."""

    text: str
    start: int
    end: int
    probability: float


def decoded(emission: Emission) -> list[Char]:
    """The characters of the likeliest symbol of each frame, repeats joined and blanks dropped."""
    if not len(emission.log_probs):
        return []
    best = emission.log_probs.argmax(axis=1)
    starts = np.flatnonzero(np.diff(best, prepend=-1))
    tops = np.exp(np.maximum.reduceat(emission.log_probs.max(axis=1), starts))
    runs = zip(
        best[starts].tolist(), starts.tolist(), [*starts[1:].tolist(), len(best)], tops.tolist(), strict=True
    )
    return [
        Char(emission.alphabet[symbol], start, end, min(top, 1.0))
        for symbol, start, end, top in runs
        if symbol
    ]


def text_of(chars: Sequence[Char]) -> str:
    """The characters as one text."""
    return "".join(char.text for char in chars)


def log_probabilities(
    emission: Emission, texts: Sequence[str], first_frame: int, last_frame: int
) -> list[float]:
    """For each text the logarithm of the probability that the frames [first_frame, last_frame) say that and
    nothing else; several cost little more than one.

    Minus infinity where the alphabet lacks a character of it, or where there are too few frames for it.
    """
    if not 0 <= first_frame <= last_frame <= len(emission.log_probs):
        raise ValueError(f"frames {first_frame} to {last_frame} of {len(emission.log_probs)}")
    places = _places(emission.alphabet)
    spelt = [[places.get(c, -1) for c in unicodedata.normalize("NFC", text)] for text in texts]
    known = [i for i, symbols in enumerate(spelt) if -1 not in symbols]
    scores = [-np.inf] * len(texts)
    if known:
        frames = emission.log_probs[first_frame:last_frame]
        for i, score in zip(known, _forward(frames, [spelt[i] for i in known]), strict=True):
            scores[i] = float(score)
    return scores


@lru_cache(maxsize=16)
def _places(alphabet: tuple[str, ...]) -> dict[str, int]:
    return {symbol: place for place, symbol in enumerate(alphabet) if place}


def _forward(frames: NDArray[np.float32], spelt: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """The CTC forward algorithm (Graves et al. 2006, section 4.1) over all states of all texts at once."""
    longest = 2 * max(len(symbols) for symbols in spelt) + 1
    states = np.zeros((len(spelt), longest), np.intp)  # blank, letter, blank, letter, …, blank
    for row, symbols in zip(states, spelt, strict=True):
        row[1 : 2 * len(symbols) : 2] = symbols
    # A letter may follow the letter before it without a blank between, unless they are alike.
    skips = np.zeros(states.shape, bool)
    skips[:, 3::2] = states[:, 3::2] != states[:, 1:-2:2]
    barred = np.where(skips, 0.0, -np.inf)
    scores = np.full((len(spelt), longest + 2), -np.inf)  # two states before the first, never reached
    scores[:, 2] = 0.0  # as if a blank had gone before
    for number, frame in enumerate(frames):
        come = np.logaddexp(scores[:, 2:], scores[:, 1:-1])
        if number:
            come = np.logaddexp(come, scores[:, :-2] + barred)
        scores[:, 2:] = come + frame[states]
    ends = 2 + 2 * np.array([len(symbols) for symbols in spelt])
    rows = np.arange(len(spelt))
    through_blank = scores[rows, ends]
    on_letter = np.where(ends > 2, scores[rows, ends - 1], -np.inf)
    return np.asarray(np.logaddexp(through_blank, on_letter), dtype=np.float64)
