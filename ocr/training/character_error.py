"""Wrong characters: how many must be changed, left out or put in to make the truth of what was read."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

# A dash that is as short as a hyphen in its font is one to every reader.
_DASHES = str.maketrans("–", "-")


@dataclass(frozen=True, slots=True)
class Score:
    """Characters that are wrong, of how many."""

    wrong: int
    of: int

    @property
    def share(self) -> float:
        return self.wrong / max(1, self.of)


def score(truth: str, read: str) -> Score:
    """How well one line was read."""
    return Score(int(Levenshtein.distance(truth.translate(_DASHES), read.translate(_DASHES))), len(truth))


def total(scores: Iterable[Score]) -> Score:
    """Many lines as one."""
    kept = list(scores)
    return Score(sum(s.wrong for s in kept), sum(s.of for s in kept))


def similarity(a: str, b: str) -> float:
    """From 0 (nothing alike) to 1 (the same)."""
    return float(Levenshtein.normalized_similarity(a, b))
