"""Scores text that was read against ground truth in blocks.

A truth file has lines `#block NAME`; blocks whose name ends in `-not-scored` are stamps, and `«x»` marks
handwriting. Each true line is aligned to its best place in the read text, so that the order in which columns
are read does not count.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SAME = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "\u00a0": " "})


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over one or many pages."""

    characters: int
    wrong_characters: int
    words: int
    missed_words: int

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.characters + other.characters,
            self.wrong_characters + other.wrong_characters,
            self.words + other.words,
            self.missed_words + other.missed_words,
        )


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text).translate(SAME)).strip()


@dataclass(frozen=True, slots=True)
class TrueLine:
    """A line of a truth file, plain, with its marks of handwriting; whether it counts."""

    text: str
    scored: bool


def truth_of(path: Path) -> list[TrueLine]:
    """Every line of every block."""
    lines, scored = [], True
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#block"):
            scored = not line.rstrip().endswith("not-scored")
        elif line.strip():
            lines.append(TrueLine(plain(line), scored))
    return lines


def true_lines(path: Path) -> list[str]:
    """The lines that count, with what is written by hand as if printed."""
    return [plain(re.sub("[«»]", "", line.text)) for line in truth_of(path) if line.scored]


def distance(line: str, read: str) -> int:
    """The least edits that make `line` a part of `read`."""
    letters = np.array([ord(c) for c in read], dtype=np.int32)
    index = np.arange(len(read) + 1, dtype=np.int32)
    previous = np.zeros(len(read) + 1, dtype=np.int32)
    for row, letter in enumerate(line, 1):
        current = np.empty_like(previous)
        current[0] = row
        current[1:] = np.minimum(previous[:-1] + (letters != ord(letter)), previous[1:] + 1)
        previous = np.minimum.accumulate(current - index) + index
    return int(previous.min())


def score(truth: Path, text: str) -> Score:
    lines, read = true_lines(truth), plain(text)
    wanted, got = Counter(" ".join(lines).split()), Counter(read.split())
    return Score(
        characters=sum(len(line) for line in lines),
        wrong_characters=sum(distance(line, read) for line in lines),
        words=wanted.total(),
        missed_words=(wanted - got).total(),
    )
