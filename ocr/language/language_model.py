"""How likely a word is between its neighbours: counts of official Vietnamese texts, three words at a time."""

import math
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

from ocr.language.language_file import load
from ocr.language.orthography import Shape, Token, TokenKind, key_fold, mark_changes, tokenise

DEFAULT: Final = Path(__file__).parents[1] / "counts" / "vietnamese.bin"

#: What every word gets that language has no say in: a number, a reference, an abbreviation, a foreign word.
NEUTRAL: Final = -10.0
#: What `doubtful` says of a word that no mark could change.
CERTAIN: Final = -30.0
#: A string that is no syllable, against a syllable that was never seen.
_BROKEN: Final = 4.0
#: How many capitalised words are as free of their neighbours as a name: within a sentence, and first in it.
_NAME_WITHIN: Final = 0.5
_NAME_FIRST: Final = 0.1
#: What each further mark that a reader would have to misread costs, beside the first.
_FURTHER_MARK: Final = 2.0
#: Words looked at on either side: more than a trigram reaches is of no use.
_REACH: Final = 2
_STEPS: Final = 2048
_CASE_STEPS: Final = 16

#: A word's number, and how likely it is a name.
Place = tuple[int, float]
#: Numbers of the words before, the word and how likely it is a name, the places after.
Window = tuple[list[int], int, float, list[Place]]


class LanguageModel:
    """Interpolated Kneser-Ney over syllables without case, a factor for case, and the words of names."""

    def __init__(self, path: Path = DEFAULT) -> None:
        header, arrays = load(path)
        self._first = len(header["classes"])
        self._keys: list[str] = header["keys"]
        self._bare = [key_fold(key) for key in self._keys]  # in their order
        self._surfaces: list[str] = [s.replace("ð", "đ") for s in header["surfaces"]]  # an old keyboard's đ
        self._ids = {key: i for i, key in enumerate((*header["classes"], *self._keys))}
        self._width = len(self._ids)
        self._unknown: float = header["unknown"]
        self._one, self._one_backoff = arrays["unigram"].data, arrays["unigram_backoff"].data
        self._two, self._three = arrays["bigram"].data, arrays["trigram"].data
        self._two_logp, self._two_backoff = (
            arrays["bigram_logp"].data,
            arrays["bigram_backoff"].data,
        )
        self._three_logp = arrays["trigram_logp"].data
        self._case, self._count = arrays["case"].data, arrays["count"].data
        self._name = arrays["name"].data
        self._others = lru_cache(maxsize=4096)(self._find_others)
        self._pair = lru_cache(maxsize=32768)(self._find_pair)

    # -- tokens ----------------------------------------------------------------------------------------------

    def _id(self, token: Token) -> int:
        """The word's number, that of its class, or -1 for a syllable that was never seen."""
        known = self._ids.get(token.key, -1) if token.key and token.kind is not TokenKind.ABBREVIATION else -1
        if known >= 0:
            return known
        return -1 if token.kind is TokenKind.SYLLABLE else self._ids[f"<{token.kind.name.lower()}>"]

    def is_judged(self, word: str) -> bool:
        """Whether language has a say in the word: a syllable, a broken one, or a word of a known name."""
        return self._is_judged(tokenise(word))

    def _is_judged(self, token: Token) -> bool:
        return token.kind in (TokenKind.SYLLABLE, TokenKind.BROKEN) or self._id(token) >= self._first

    def count(self, word: str) -> int:
        """How often the word stood in the texts (at most 65,535)."""
        i = self._id(tokenise(word))
        return self._count[i - self._first] if i >= self._first else 0

    def words(self) -> tuple[str, ...]:
        """Every known word in lower case, in the usual spelling."""
        return tuple(self._surfaces)

    # -- probabilities ---------------------------------------------------------------------------------------

    def _seek(self, table: Any, key: int) -> int:
        i = bisect_left(table, key)
        return i if i < len(table) and table[i] == key else -1

    def _find_pair(self, a: int, b: int) -> int:
        """The place of two words among the pairs, or -1."""
        return self._seek(self._two, a * self._width + b) if a >= 0 and b >= 0 else -1

    def _unigram(self, word: int) -> float:
        return -self._one[word] / _STEPS if word >= 0 else self._unknown

    def _bigram(self, a: int, word: int) -> float:
        if a < 0:
            return self._unigram(word)
        i = self._pair(a, word)
        if i >= 0:
            return -self._two_logp[i] / _STEPS
        return self._unigram(word) - self._one_backoff[a] / _STEPS

    def _trigram(self, a: int, b: int, word: int) -> float:
        context = self._pair(a, b)
        if context < 0:
            return self._bigram(b, word)
        i = self._seek(self._three, context * self._width + word) if word >= 0 else -1
        if i >= 0:
            return -self._three_logp[i] / _STEPS
        return self._bigram(b, word) - self._two_backoff[context] / _STEPS

    def _places(self, tokens: Sequence[Token], within: bool) -> list[Place]:
        """Number and share of names of each word; `within`: the first stands within a sentence."""
        places = []
        for token in tokens:
            if token.kind is not TokenKind.MARK:
                share = (_NAME_WITHIN if within else _NAME_FIRST) if token.shape is Shape.TITLE else 0.0
                places.append((self._id(token), share))
            within = not token.stops
        return places

    def logp(self, word: str, before: Sequence[str], after: Sequence[str] = ()) -> float:
        """Natural log of the probability of the word and the (at most two) words after it, given `before`.
        Without `after` it sums to at most 1 over all words. NEUTRAL for a word that is not judged."""
        token = tokenise(word)
        if not self._is_judged(token):
            return NEUTRAL
        return self._window(self._around(token, before, after))

    def _around(self, token: Token, before: Sequence[str], after: Sequence[str]) -> Window:
        words = [tokenise(w) for w in before[-2 * _REACH :]]
        row = [self._id(t) for t in words if t.kind is not TokenKind.MARK][-_REACH:]
        within = bool(words) and not words[-1].stops
        ((own, share),) = self._places((token,), within)
        right = self._places([tokenise(w) for w in after[: 2 * _REACH]], not token.stops)[:_REACH]
        return row, own, share, right

    def _window(self, window: Window) -> float:
        left, word, share, right = window
        broken = 0 <= word < self._first
        a, b = ([-1, -1, *left])[-2:]
        own = -1 if broken else word
        score = self._or_name(self._trigram(a, b, own), own, share) - (_BROKEN if broken else 0.0)
        a, b = b, own
        for following, named in right:
            score += self._or_name(self._trigram(a, b, following), following, named)
            a, b = b, following
        return score

    def _or_name(self, score: float, word: int, share: float) -> float:
        """The probability of a capitalised word, some of which are names, free of their neighbours."""
        if share == 0.0:
            return score
        name = -self._name[word] / _STEPS if word >= self._first else self._unknown
        return math.log((1 - share) * math.exp(score) + share * math.exp(name))

    def case_logp(self, word: str, before: Sequence[str]) -> float:
        """Natural log of the probability of the word's case (lower, capitalised, capitals), given the word
        and what stands before it; 0 for a word that is not judged."""
        token = tokenise(word)
        if not self._is_judged(token):
            return 0.0
        seen = [t for t in map(tokenise, before[-2 * _REACH :]) if t.kind is not TokenKind.MARK]
        return self._case_of(self._id(token), _case_context(seen), token.shape)

    def _case_of(self, word: int, context: int, shape: Shape) -> float:
        column = Shape.UPPER if shape is Shape.OTHER else shape
        return -self._case[max(word - self._first + 1, 0), context, int(column)] / _CASE_STEPS

    # -- candidates ------------------------------------------------------------------------------------------

    def _group(self, bare: str) -> range:
        """The keys of these bare letters."""
        return range(bisect_left(self._bare, bare), bisect_right(self._bare, bare))

    def _find_others(self, key: str) -> tuple[tuple[int, float], ...]:
        """The known words that differ from a key by marks alone, each with what its further marks cost."""
        group = ((i, self._keys[i]) for i in self._group(key_fold(key)))
        return tuple(
            (self._first + i, _FURTHER_MARK * (mark_changes(other, key) - 1))
            for i, other in group
            if other != key
        )

    def variants(self, word: str) -> tuple[str, ...]:
        """Every known word that differs from this one by marks alone, the commonest first, in its case."""
        token = tokenise(word)
        if not token.key or not self._is_judged(token):
            return ()
        group = self._group(key_fold(token.key))
        return tuple(_cased(self._surfaces[i], token.shape) for i in group if self._keys[i] != token.key)

    def grown(self, word: str) -> tuple[str, ...]:
        """Every known word that this one lacks one letter of, the commonest first, in its case."""
        shape = tokenise(word).shape
        found = self._lacking.get(unicodedata.normalize("NFC", word).casefold(), ())
        return tuple(_cased(surface, shape) for surface in found)

    @cached_property
    def _lacking(self) -> dict[str, list[str]]:
        """The known words by what is left of them without one letter, the commonest first."""
        found: dict[str, list[str]] = defaultdict(list)
        for _, surface in sorted(zip((-count for count in self._count), self._surfaces, strict=True)):
            for left in {surface[:at] + surface[at + 1 :] for at in range(len(surface))}:
                found[left].append(surface)
        return dict(found)

    def doubtful(self, words: Sequence[str]) -> list[float]:
        """For each word of a line, the natural log of the odds that a word with other marks is likelier;
        CERTAIN where no mark could change it."""
        tokens = [t for t in map(tokenise, words) if t.kind is not TokenKind.MARK]
        places = self._places(tokens, within=False)
        found = []
        for i, (token, (own, share)) in enumerate(zip(tokens, places, strict=True)):
            left = [number for number, _ in places[max(i - _REACH, 0) : i]]
            window = (left, own, share, places[i + 1 : i + 1 + _REACH])
            case = _case_context(tokens[max(i - 1, 0) : i])
            found.append(self._odds(token, window, case) if self._is_judged(token) else CERTAIN)
        rest = iter(found)
        return [CERTAIN if tokenise(w).kind is TokenKind.MARK else next(rest) for w in words]

    def odds(self, word: str, before: Sequence[str], after: Sequence[str] = ()) -> float:
        """What `doubtful` says, of one word."""
        token = tokenise(word)
        if not self._is_judged(token):
            return CERTAIN
        seen = [t for t in map(tokenise, before[-2 * _REACH :]) if t.kind is not TokenKind.MARK]
        return self._odds(token, self._around(token, before, after), _case_context(seen))

    def _odds(self, token: Token, window: Window, case: int) -> float:
        left, own, share, right = window
        scores = [
            self._window((left, other, share, right)) + self._case_of(other, case, token.shape) - cost
            for other, cost in self._others(token.key)
        ]
        if not scores:
            return CERTAIN
        return max(CERTAIN, _log_sum(scores) - self._window(window) - self._case_of(own, case, token.shape))


def _log_sum(logs: list[float]) -> float:
    top = max(logs)
    return top + math.log(sum(math.exp(x - top) for x in logs))


def _case_context(before: Sequence[Token]) -> int:
    """As `case_context` of the script that counts: nothing or a stop, or the case of the word before."""
    return 0 if not before or before[-1].stops else 1 + int(before[-1].shape)


def _cased(surface: str, shape: Shape) -> str:
    if shape is Shape.UPPER:
        return surface.upper()
    return surface.capitalize() if shape is Shape.TITLE else surface


@lru_cache(maxsize=1)
def vietnamese() -> LanguageModel:
    """The model that comes with the product, read once a process."""
    return LanguageModel()
