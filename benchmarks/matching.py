"""Tells of each word that was read whether it is right, by ground truth without places.

Each true line is aligned to its best place in the words of the page, the longest first, and takes the words
it finds there. A word is right where it is exactly one true word; one that was glued or parted is wrong.
Words that no true line takes, those of blocks that do not count, and those on handwriting are left out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from heapq import heapify, heappop, heappush
from itertools import count, groupby
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.scoring import TrueLine, plain, truth_of
from ocr.recognition import Word

FARTHEST = 0.5  # share of a line's characters: with more edits, the line was not read at all
FARTHEST_PIECE = 0.34  # the same for a piece of a line, which is more easily found where it does not stand
LONG_ENOUGH = 25  # characters in one place, after which the rest of the line may be anything
SHORTEST = 3  # characters of a piece that is looked for
TAKEN = 0  # stands where a character was that another line took
Letters = npt.NDArray[np.int32]


class Fate(Enum):
    """What became of a word."""

    RIGHT = "right"
    WRONG = "wrong"
    UNKNOWN = "unknown"  # no true line takes it
    EXCLUDED = "excluded"  # handwriting, or a block that does not count


@dataclass(frozen=True, slots=True)
class Verdict:
    """A word, its fate, and what stands there in truth as far as that is known."""

    word: Word
    fate: Fate
    truth: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A true word: characters [first, last) of its line."""

    first: int
    last: int
    written: bool  # by hand


@dataclass(frozen=True, slots=True)
class Stream:
    """The words of a page as one string with spaces, and the span of each in it."""

    letters: Letters
    spans: tuple[tuple[int, int], ...]
    lines: tuple[int, ...]


def judge(truth: Path, words: Sequence[Word]) -> list[Verdict]:
    """A verdict a word, in their order."""
    texts = [plain(word.text) for word in words]
    stream = _stream(texts, [word.line for word in words])
    found: dict[int, Verdict] = {}
    numbers = count()
    left = [(-len(line.text), next(numbers), line, FARTHEST) for line in truth_of(truth)]
    heapify(left)
    while left:
        _, _, line, farthest = heappop(left)
        taken, rest = _taken(line, stream, farthest)
        for place, fate, true in taken:
            found[place] = Verdict(words[place], fate, true)
            first, last = stream.spans[place]
            stream.letters[first:last] = TAKEN
        for piece in rest:
            heappush(left, (-len(piece.text), next(numbers), piece, FARTHEST_PIECE))
    return [found.get(place, Verdict(word, Fate.UNKNOWN)) for place, word in enumerate(words)]


def _stream(texts: Sequence[str], lines: Sequence[int]) -> Stream:
    spans, at = [], 0
    for text in texts:
        spans.append((at, at + len(text)))
        at += len(text) + 1
    letters = np.array([ord(c) for c in " ".join(texts)], dtype=np.int32)
    return Stream(letters, tuple(spans), tuple(lines))


def tokens(line: str) -> tuple[str, list[Token]]:
    """A true line without its marks of handwriting, and its words; a mark parts words as a space does."""
    text, found, written = "", [], False
    for part in re.split("([«»])", line):
        if part in ("«", "»"):
            written = part == "«"
            continue
        start = len(text)
        found += [Token(start + m.start(), start + m.end(), written) for m in re.finditer(r"\S+", part)]
        text += part
    return text, found


def aligned(line: str, read: Letters) -> tuple[int, list[int]]:
    """The least edits that make `line` a part of `read`, and the place in it of each character or -1."""
    wanted = np.array([ord(c) for c in line], dtype=np.int32)
    index = np.arange(len(read) + 1, dtype=np.int32)
    table = np.zeros((len(wanted) + 1, len(read) + 1), dtype=np.int32)
    for row, letter in enumerate(wanted, 1):
        table[row, 0] = row
        table[row, 1:] = np.minimum(table[row - 1, :-1] + (read != letter), table[row - 1, 1:] + 1)
        table[row] = np.minimum.accumulate(table[row] - index) + index
    # The last of equal ends, so that a misread last word is taken rather than thought missing.
    row, column = len(wanted), int(np.flatnonzero(table[-1] == table[-1].min())[-1])
    places = [-1] * row
    while row:
        here = table[row, column]
        if column and table[row - 1, column - 1] + (read[column - 1] != wanted[row - 1]) == here:
            row, column = row - 1, column - 1
            places[row] = column
        elif table[row - 1, column] + 1 == here:
            row -= 1
        else:
            column -= 1
    return int(table[-1].min()), places


def _taken(
    line: TrueLine, stream: Stream, farthest: float
) -> tuple[list[tuple[int, Fate, str]], list[TrueLine]]:
    """The words that a true line takes: place, fate and true text; and pieces of it that took none.

    Where lines were broken, their pieces stand apart: what was not found beside the rest is looked for alone.
    """
    text, true_words = tokens(line.text)
    distance, places = aligned(text, stream.letters)
    part = _densest(text, places, stream)
    if distance > farthest * len(text) and len(part) < LONG_ENOUGH:
        return [], []
    origin = {place: index for index, place in enumerate(places) if place >= 0}
    taken, covered = [], set()
    for place in _claimed(text, origin, part, stream):
        first, last = stream.spans[place]
        under = [origin[at] for at in range(first, last) if at in origin]
        mine = [t for t in true_words if any(t.first <= index < t.last for index in under)]
        covered.update(mine)
        true = " ".join(text[token.first : token.last] for token in mine)
        if not line.scored or any(token.written for token in mine):
            fate = Fate.EXCLUDED
        else:
            right = len(mine) == 1 and true == _read(stream, place)
            fate = Fate.RIGHT if right else Fate.WRONG
        taken.append((place, fate, true))
    return taken, _pieces(text, true_words, covered, line.scored) if taken else []


def _pieces(text: str, true_words: Sequence[Token], covered: set[Token], scored: bool) -> list[TrueLine]:
    """Runs of true words that no word was found for."""
    pieces = []
    for lost, run in groupby(true_words, lambda token: token not in covered):
        parts = [f"«{text[t.first : t.last]}»" if t.written else text[t.first : t.last] for t in run]
        piece = " ".join(parts)
        if lost and len(piece) >= SHORTEST:
            pieces.append(TrueLine(piece, scored))
    return pieces


def _densest(text: str, places: Sequence[int], stream: Stream) -> range:
    """The part of a true line that stands where it was aligned, without ends that only happened to fit."""
    best, start, total, most, before = range(0), 0, 0, 0, -1
    for index, place in enumerate(places):
        same = place >= 0 and ord(text[index]) == stream.letters[place]
        total += (text[index] != " ") if same else -1
        if place >= 0:
            total -= max(0, place - before - 1) if before >= 0 else 0
            before = place
        if total <= 0:
            start, total, before = index + 1, 0, -1
        elif total > most:
            best, most = range(start, index + 1), total
    return best


def _claimed(text: str, origin: dict[int, int], part: range, stream: Stream) -> list[int]:
    """Words at least half of which is the line's, and what stands on the same lines between and beside."""
    half, touched = [], []
    for place, (first, last) in enumerate(stream.spans):
        if stream.letters[first] == TAKEN:
            continue
        under = [at for at in range(first, last) if at in origin]
        same = sum(origin[at] in part and ord(text[origin[at]]) == stream.letters[at] for at in under)
        if same * 2 >= last - first:
            half.append(place)
        if under:
            touched.append(place)
    if not half:
        return []
    ours = {stream.lines[place] for place in half}
    free = (p for p in range(half[0], half[-1] + 1) if stream.letters[stream.spans[p][0]] != TAKEN)
    return sorted(p for p in {*free, *touched} if stream.lines[p] in ours)


def _read(stream: Stream, place: int) -> str:
    first, last = stream.spans[place]
    return "".join(chr(letter) for letter in stream.letters[first:last])
