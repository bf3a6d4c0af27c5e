"""Words as one line reader reads them, and what else its frames could say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, log

import numpy as np

from ocr.line_reader import Char, Emission, decoded

UNLIKELY = log(1e-4)  # symbols below this are not followed, but for the likeliest of a frame
BEAM = 12  # prefixes kept from frame to frame


@dataclass(frozen=True, slots=True)
class WordReading:
    """One word: its characters, and the frames [first, last) up to the words beside it."""

    chars: tuple[Char, ...]
    first: int
    last: int

    @property
    def text(self) -> str:
        return "".join(char.text for char in self.chars)

    @property
    def probability(self) -> float:
        """The least of its characters': a word is as sure as its most doubtful letter."""
        return min(char.probability for char in self.chars)


def words_of(emission: Emission) -> list[WordReading]:
    """The words of a line, parted by what the reader took for spaces."""
    parts: list[list[Char]] = [[]]
    for char in decoded(emission):
        if char.text == " ":
            parts.append([])
        else:
            parts[-1].append(char)
    words = [part for part in parts if part]
    found: list[WordReading] = []
    for place, word in enumerate(words):
        first = (words[place - 1][-1].end + word[0].start + 1) // 2 if place else 0
        last = len(emission.log_probs)
        if place + 1 < len(words):
            last = (word[-1].end + words[place + 1][0].start + 1) // 2
        found.append(WordReading(tuple(word), first, last))
    return found


def alternatives(emission: Emission, first: int, last: int, most: int = 4) -> list[tuple[str, float]]:
    """The likeliest texts of frames [first, last) with the logarithms of their probabilities, best first.

    Prefix beam search (Hannun et al. 2014) over the symbols that any frame holds likely; spaces at the ends go.
    """
    beams: dict[str, tuple[float, float]] = {"": (0.0, -inf)}  # text: ending in a blank, ending in its last letter
    for likely in _likely(emission, first, last):
        grown: dict[str, tuple[float, float]] = {}
        for text, (blank, letter) in beams.items():
            whole = np.logaddexp(blank, letter)
            for symbol, score in likely:
                if not symbol:
                    _add(grown, text, whole + score, -inf)
                elif text.endswith(symbol):
                    _add(grown, text, -inf, letter + score)
                    _add(grown, text + symbol, -inf, blank + score)
                else:
                    _add(grown, text + symbol, -inf, whole + score)
        best = sorted(grown.items(), key=lambda item: -np.logaddexp(*item[1]))[:BEAM]
        beams = dict(best)
    found: dict[str, float] = {}
    for text, ends in beams.items():
        bare = text.strip()
        if bare:
            found[bare] = float(np.logaddexp(found.get(bare, -inf), np.logaddexp(*ends)))
    return sorted(found.items(), key=lambda item: -item[1])[:most]


def _likely(emission: Emission, first: int, last: int) -> Iterator[Sequence[tuple[str, float]]]:
    for frame in emission.log_probs[first:last]:
        places = np.flatnonzero(frame > UNLIKELY)
        best = places if len(places) else np.array([frame.argmax()])
        yield [(emission.alphabet[place], float(frame[place])) for place in best]


def _add(beams: dict[str, tuple[float, float]], text: str, blank: float, letter: float) -> None:
    before = beams.get(text, (-inf, -inf))
    beams[text] = (float(np.logaddexp(before[0], blank)), float(np.logaddexp(before[1], letter)))
