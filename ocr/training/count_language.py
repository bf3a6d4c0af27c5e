"""Makes `ocr/counts/vietnamese.bin`, the derived counts of Vietnamese official texts, from folders of texts.

    python -m ocr.training.count_language --official FOLDER --general FOLDER --general-weight 0.3 \
        --units UNITS.json --names FILE --word-list FILE --out ocr/counts/vietnamese.bin

Of the texts nothing is kept but how few words follow each other; `ocr/counts/README.md` has the sources.
Equal input gives equal bytes.
"""

import argparse
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ocr.language.language_file import pack
from ocr.language.orthography import Shape, Token, TokenKind, key_fold, tokenise
from ocr.training.language_text import lines_of, place_names

#: What stands for a word that is not judged, in the place of its spelling; the start of a paragraph is first.
CLASSES = ("<s>", *(f"<{kind.name.lower()}>" for kind in TokenKind if kind is not TokenKind.SYLLABLE))
START = 0
CASE_CONTEXTS = 5
_SHAPES = 3

#: Kneser and Ney's absolute discount, near n1 / (n1 + 2 n2) of these texts for every order.
DISCOUNT = 0.75
#: A trigram seen once says little and takes most of the space.
LEAST_TRIGRAM = 1.5
#: Of the mass that words never counted share, what goes to spellings that are in no list either.
UNKNOWN_SHARE = 0.1
#: About how many further spellings the grammar of syllables allows.
UNLISTED_SYLLABLES = 10_000
#: How many counted words one shape of a word, or one name, must outweigh.
_CASE_PRIOR = 4.0
#: A log-probability is stored as a whole number of these, rounded away from zero, so that sums stay below 1.
STEPS = 2048
CASE_STEPS = 16

#: A word that is in no list of names may be one all the same.
NAME_FLOOR = 0.5

Gram = tuple[int, ...]
Symbols = tuple[str, ...]


@dataclass
class Counts:
    """What was counted, by spelling; a paragraph counts with its weight."""

    words: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    surfaces: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    cases: defaultdict[tuple[str, int, int], float] = field(default_factory=lambda: defaultdict(float))
    bigrams: defaultdict[Symbols, float] = field(default_factory=lambda: defaultdict(float))
    trigrams: defaultdict[Symbols, float] = field(default_factory=lambda: defaultdict(float))
    names: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    listed: dict[str, int] = field(default_factory=dict)

    def add_line(self, line: str, weight: float) -> None:
        """Counts one paragraph."""
        row = ["<s>"]
        previous: Token | None = None
        for word in line.split():
            token = tokenise(word)
            if token.kind is TokenKind.MARK:
                continue
            row.append(self._symbol(token))
            if token.kind is TokenKind.SYLLABLE:
                self._add_word(word, token, case_context(previous), weight)
            previous = token
        for i in range(1, len(row)):
            self.bigrams[tuple(row[i - 1 : i + 1])] += weight
            if i > 1:
                self.trigrams[tuple(row[i - 2 : i + 1])] += weight

    def _symbol(self, token: Token) -> str:
        if token.kind is TokenKind.SYLLABLE or token.key in self.names:
            return token.key
        return f"<{token.kind.name.lower()}>"

    def _add_word(self, word: str, token: Token, context: int, weight: float) -> None:
        self.words[token.key] += weight
        if token.shape is not Shape.OTHER:
            self.cases[token.key, context, int(token.shape)] += weight
        letters = "".join(c for c in word if c.isalpha()).lower()
        if tokenise(letters).key == token.key:
            self.surfaces[token.key][letters] += 1

    def add_name(self, name: str, weight: float) -> None:
        """Counts a name of a place or a person: its words are known, and follow each other."""
        tokens = [tokenise(w) for w in name.replace("-", " ").split()]
        keys = [t.key for t in tokens if t.key and t.kind is not TokenKind.ABBREVIATION]
        for word, token in zip(name.replace("-", " ").split(), tokens, strict=True):
            if token.key and token.kind is not TokenKind.ABBREVIATION and token.shape is Shape.TITLE:
                self.names[token.key] += 1
                for context in (Shape.LOWER, Shape.TITLE):
                    self.cases[token.key, 1 + int(context), int(token.shape)] += weight
                self.surfaces[token.key][word.lower()] += 1
        for gram in pairwise(keys):
            self.bigrams[gram] += weight
        for gram3 in zip(keys, keys[1:], keys[2:], strict=False):
            self.trigrams[gram3] += weight

    def add_listed(self, words: Iterable[str]) -> None:
        """Takes the syllables of a word list, the commonest first."""
        for word in words:
            token = tokenise(word)
            if token.kind is TokenKind.SYLLABLE and token.key not in self.listed:
                self.listed[token.key] = len(self.listed)
                self.surfaces[token.key][word.lower()] += 0


def case_context(previous: Token | None) -> int:
    """What the case of the next word depends on: nothing or a stop; a word in lower case, capitalised, in
    capitals; anything else."""
    if previous is None or previous.stops:
        return 0
    return 1 + int(previous.shape)


class Vocabulary:
    """Every known spelling: the classes first, then by bare letters and falling count, so that the words that
    differ by marks alone stand together."""

    def __init__(self, counts: Counts) -> None:
        keys = set(counts.words) | set(counts.names) | set(counts.listed)
        rank = {k: counts.listed.get(k, len(counts.listed)) for k in keys}
        self.keys = sorted(keys, key=lambda k: (key_fold(k), -counts.words[k], rank[k], k))
        self.ids = {k: i for i, k in enumerate([*CLASSES, *self.keys])}

    def __len__(self) -> int:
        return len(self.ids)

    def gram(self, symbols: Symbols) -> Gram | None:
        """The numbers of an n-gram's words, or None where one is unknown."""
        row = tuple(self.ids.get(s, -1) for s in symbols)
        return None if -1 in row else row


@dataclass
class Order:
    """One order of the model: probability and back-off weight of each n-gram that is kept."""

    probability: dict[Gram, float]
    backoff: dict[Gram, float]


def unigrams(
    bigrams: dict[Gram, float], counts: Counts, vocabulary: Vocabulary
) -> tuple[np.ndarray[Any, Any], float]:
    """Probability of each word by how many words it follows, and of one unlisted spelling."""
    continuation = np.zeros(len(vocabulary))
    for (_, word), weight in bigrams.items():
        continuation[word] += min(weight, 1.0)
    continuation[START] = 0.0
    floor = np.zeros(len(vocabulary))
    for key in vocabulary.keys:
        floor[vocabulary.ids[key]] = 1.0 / (counts.listed.get(key, len(counts.listed)) + 100.0)
    floor[1 : len(CLASSES)] = floor.max() if len(vocabulary.keys) else 1.0
    floor *= (1.0 - UNKNOWN_SHARE) / floor.sum()
    kept = np.maximum(continuation - DISCOUNT, 0.0)
    total = max(continuation.sum(), 1e-9)
    spare = 1.0 - kept.sum() / total
    return kept / total + spare * floor, spare * UNKNOWN_SHARE / UNLISTED_SYLLABLES


def higher(grams: dict[Gram, float], kept: dict[Gram, float], lower: Any) -> Order:
    """Interpolated Kneser-Ney over the n-grams `kept`; `lower` gives the probability of a shorter one."""
    totals: defaultdict[Gram, float] = defaultdict(float)
    held: defaultdict[Gram, float] = defaultdict(float)
    for gram, count in grams.items():
        totals[gram[:-1]] += count
    for gram, count in kept.items():
        held[gram[:-1]] += max(count - DISCOUNT, 0.0)
    backoff = {context: 1.0 - held[context] / totals[context] for context in sorted(held)}
    probability = {
        gram: max(count - DISCOUNT, 0.0) / totals[gram[:-1]] + backoff[gram[:-1]] * lower(gram[1:])
        for gram, count in sorted(kept.items())
    }
    return Order(probability, backoff)


def continuations(trigrams: dict[Gram, float], bigrams: dict[Gram, float]) -> dict[Gram, float]:
    """How many different words each bigram follows; one that opens a paragraph keeps its own count."""
    result: defaultdict[Gram, float] = defaultdict(float)
    for gram, count in trigrams.items():
        result[gram[1:]] += min(count, 1.0)
    for gram, count in bigrams.items():
        if gram not in result:
            result[gram] = min(count, 1.0)
    return dict(result)


def _numbered(counter: dict[Symbols, float], vocabulary: Vocabulary) -> dict[Gram, float]:
    rows = ((vocabulary.gram(symbols), count) for symbols, count in counter.items())
    return {gram: count for gram, count in rows if gram is not None}


def _steps(
    probabilities: Sequence[float] | np.ndarray[Any, Any], steps: int, kind: type
) -> np.ndarray[Any, Any]:
    logs = -np.log(np.maximum(np.asarray(probabilities, dtype=np.float64), 1e-300))
    return np.minimum(np.ceil(logs * steps - 1e-9), np.iinfo(kind).max).astype(kind)


def tables(counts: Counts) -> dict[str, Any]:
    """The header and arrays of the file."""
    vocabulary = Vocabulary(counts)
    width = len(vocabulary)
    tri = _numbered(counts.trigrams, vocabulary)
    bi = continuations(tri, _numbered(counts.bigrams, vocabulary))
    one, unknown = unigrams(bi, counts, vocabulary)
    two = higher(bi, bi, lambda gram: one[gram[0]])
    three = higher(
        tri, {g: c for g, c in tri.items() if c > LEAST_TRIGRAM}, lambda gram: two.probability[gram]
    )
    pairs = list(two.probability)
    place = {gram: i for i, gram in enumerate(pairs)}
    surfaces = [_surface(counts, key) for key in vocabulary.keys]
    return {
        "header": {
            "classes": list(CLASSES),
            "keys": vocabulary.keys,
            "surfaces": surfaces,
            "unknown": math.log(unknown),
        },
        "arrays": {
            "unigram": _steps(one, STEPS, np.uint16),
            "unigram_backoff": _steps([two.backoff.get((w,), 1.0) for w in range(width)], STEPS, np.uint16),
            "bigram": np.array([a * width + b for a, b in pairs], np.uint32),
            "bigram_logp": _steps(list(two.probability.values()), STEPS, np.uint16),
            "bigram_backoff": _steps([three.backoff.get(g, 1.0) for g in pairs], STEPS, np.uint16),
            "trigram": np.array([place[g[:2]] * width + g[2] for g in three.probability], np.uint64),
            "trigram_logp": _steps(list(three.probability.values()), STEPS, np.uint16),
            "case": case_table(counts, vocabulary),
            "count": np.array([min(round(counts.words[k]), 65535) for k in vocabulary.keys], np.uint16),
            "name": name_table(counts, vocabulary),
        },
    }


def _surface(counts: Counts, key: str) -> str:
    spelt = counts.surfaces[key]
    return min(spelt, key=lambda s: (-spelt[s], s))


def case_table(counts: Counts, vocabulary: Vocabulary) -> np.ndarray[Any, Any]:
    """Log-probability of lower, capitalised and capitals, by word and context; row 0 is of any word."""
    seen = np.zeros((len(vocabulary.keys) + 1, CASE_CONTEXTS, _SHAPES))
    first = len(CLASSES) - 1
    for (key, context, shape), count in counts.cases.items():
        seen[vocabulary.ids[key] - first, context, shape] += count
    overall = seen.sum(axis=0) + 1.0
    seen[0] = overall * 1e6
    prior = overall / overall.sum(axis=1, keepdims=True)
    shares = (seen + _CASE_PRIOR * prior) / (seen.sum(axis=2, keepdims=True) + _CASE_PRIOR)
    return _steps(shares, CASE_STEPS, np.uint8)


def name_table(counts: Counts, vocabulary: Vocabulary) -> np.ndarray[Any, Any]:
    """Log-probability of each word among the words of names; a word of none has the floor of one."""
    seen = np.array([0.0] * len(CLASSES) + [counts.names[k] + NAME_FLOOR for k in vocabulary.keys])
    return _steps(seen / max(seen.sum(), 1.0), STEPS, np.uint16)


def _sources(arguments: argparse.Namespace) -> Iterator[tuple[Path, float]]:
    for folder in arguments.official:
        yield folder, 1.0
    for folder in arguments.general:
        yield folder, arguments.general_weight


def count(arguments: argparse.Namespace) -> Counts:
    """Counts all that the arguments name."""
    counts = Counts()
    if arguments.units:
        for name in place_names(json.loads(arguments.units.read_text("utf-8"))):
            counts.add_name(name, arguments.name_weight)
    for path in arguments.names:
        for name in path.read_text("utf-8").splitlines():
            counts.add_name(name, arguments.name_weight)
    if arguments.word_list:
        counts.add_listed(arguments.word_list.read_text("utf-8").splitlines())
    for folder, weight in _sources(arguments):
        for line in lines_of(folder):
            counts.add_line(line, weight)
    return counts


def arguments_of(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Counts the language of official texts")
    parser.add_argument("--official", type=Path, action="append", default=[], metavar="FOLDER")
    parser.add_argument("--general", type=Path, action="append", default=[], metavar="FOLDER")
    parser.add_argument("--general-weight", type=float, default=0.3)
    parser.add_argument("--units", type=Path, metavar="JSON")
    parser.add_argument("--names", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--name-weight", type=float, default=0.5)
    parser.add_argument("--word-list", type=Path, metavar="FILE")
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Counts and writes the file."""
    arguments = arguments_of(argv)
    made = tables(count(arguments))
    arguments.out.write_bytes(pack(made["header"], made["arrays"]))


if __name__ == "__main__":
    main()
