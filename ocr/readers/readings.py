"""Words as one line reader reads them, and what else its frames could say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import zip_longest
from math import exp, inf, log, log1p

import numpy as np
from numpy.typing import NDArray

from ocr.engine import Pixels
from ocr.readers.line_reader import Char, Emission, decoded

INK = 160  # grey levels below which a column of a line's picture holds ink
#: Paper: what is no darker than this share of the line's darkest ink. Networks see letters in the grain of a
#: wide gap (`<·2C` at 0.02); of what a pencil or a worn stamp leaves nothing is as light.
GRAIN = 0.2
GUESSED = 0.5  # what is read with less is taken for nothing where there is paper only

UNLIKELY = log(1e-4)  # symbols below this are not followed, but for the likeliest of a frame
BEAM = 12  # prefixes kept from frame to frame


@dataclass(frozen=True, slots=True)
class WordReading:
    """One word: its characters, the frames [first, last) between the spaces beside it, and the columns
    [x0, x1) of the line's picture in which its ink stands."""

    chars: tuple[Char, ...]
    first: int
    last: int
    x0: int
    x1: int

    @property
    def text(self) -> str:
        return "".join(char.text for char in self.chars)

    @property
    def probability(self) -> float:
        """The least of its characters': a word is as sure as its most doubtful letter."""
        return min(char.probability for char in self.chars)


def words_of(emission: Emission, picture: Pixels) -> list[WordReading]:
    """The words of a line, parted by what the reader took for spaces; `picture` is what it was given."""
    found: list[WordReading] = []
    ink = np.asarray((picture < INK).any(axis=0), np.bool_)
    parts = _parted(decoded(emission), len(emission.log_probs))
    step, left = emission.step, 0
    paper = float(np.median(picture))
    lightest = paper - GRAIN * (paper - float(picture.min()))
    for (word, first, last), following in zip_longest(parts, parts[1:]):
        right = picture.shape[1]
        if following is not None:
            right = _middle_of_gap(ink, round(word[-1].start * step), round(following[0][0].end * step))
        dark = np.flatnonzero(ink[left:right])
        x0, x1 = (
            (left + int(dark[0]), left + int(dark[-1]) + 1) if len(dark) else (left, max(right, left + 1))
        )
        reading = WordReading(tuple(word), first, last, x0, x1)
        bare = not len(dark) and float(picture[:, left:right].min(initial=255)) > lightest
        if not bare or reading.probability >= GUESSED:
            found.append(reading)
        left = right
    return found


def _parted(chars: Sequence[Char], frames: int) -> list[tuple[list[Char], int, int]]:
    """The characters of each word, and its frames: from the end of the space before it to the next one."""
    parts: list[tuple[list[Char], int, int]] = []
    word: list[Char] = []
    first = 0
    for char in (*chars, Char(" ", frames, frames, 1.0)):
        if char.text != " ":
            word.append(char)
            continue
        if word:
            parts.append((word, first, char.start))
            word = []
        first = char.end
    return parts


def _middle_of_gap(ink: NDArray[np.bool_], start: int, stop: int) -> int:
    """The middle of the widest run of columns without ink; between two letters that touch, the middle."""
    best, middle, run = 0, (start + stop) // 2, 0
    for column, dark in enumerate((*ink[start:stop].tolist(), True), start):
        if not dark:
            run += 1
        else:
            if run > best:
                best, middle = run, column - (run + 1) // 2
            run = 0
    return middle


def alternatives(emission: Emission, first: int, last: int, most: int = 4) -> list[tuple[str, float]]:
    """The likeliest texts of frames [first, last) with the logarithms of their probabilities, best first.

    Prefix beam search (Hannun et al. 2014) over the symbols that a frame holds likely. Spaces at the ends go.
    """
    beams: dict[str, tuple[float, float]] = {
        "": (0.0, -inf)
    }  # text: ending in a blank, ending in its last letter
    for likely in _likely(emission, first, last):
        grown: dict[str, tuple[float, float]] = {}
        for text, (blank, letter) in beams.items():
            whole = _sum(blank, letter)
            for symbol, score in likely:
                if not symbol:
                    _add(grown, text, whole + score, -inf)
                elif text.endswith(symbol):
                    _add(grown, text, -inf, letter + score)
                    _add(grown, text + symbol, -inf, blank + score)
                else:
                    _add(grown, text + symbol, -inf, whole + score)
        beams = dict(nlargest(BEAM, grown.items(), key=_belief)) if len(grown) > BEAM else grown
    found: dict[str, float] = {}
    for text, ends in beams.items():
        bare = text.strip()
        if bare:
            found[bare] = _sum(found.get(bare, -inf), _sum(*ends))
    return sorted(found.items(), key=lambda item: -item[1])[:most]


def _likely(emission: Emission, first: int, last: int) -> Iterator[Sequence[tuple[str, float]]]:
    for frame in emission.log_probs[first:last]:
        places = np.flatnonzero(frame > UNLIKELY)
        best = places if len(places) else np.array([frame.argmax()])
        yield [(emission.alphabet[place], float(frame[place])) for place in best]


def _add(beams: dict[str, tuple[float, float]], text: str, blank: float, letter: float) -> None:
    before = beams.get(text)
    beams[text] = (blank, letter) if before is None else (_sum(before[0], blank), _sum(before[1], letter))


def _belief(item: tuple[str, tuple[float, float]]) -> float:
    return _sum(*item[1])


def _sum(one: float, other: float) -> float:
    """The logarithm of the sum of two probabilities; NumPy's takes ten times as long for single numbers."""
    more, less = (one, other) if one > other else (other, one)
    return more + log1p(exp(less - more)) if less > -inf else more
