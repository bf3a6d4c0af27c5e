"""One word out of what several readers and the language say of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log

import numpy as np
from numpy.typing import NDArray

from ocr.language.language_model import LanguageModel
from ocr.language.orthography import is_abbreviation, is_misspelt
from ocr.language.writing import fold
from ocr.readers.line_reader import Emission, log_probabilities
from ocr.readers.readings import alternatives

#: A reader is never surer of itself than this: networks err with great certainty.
DOUBT = log(5e-4)
#: How much the language weighs beside the readers.
LANGUAGE = 0.8
#: What the language says of a number, a reference or a foreign word: about what a rare syllable gets.
UNJUDGED = -14.0
LEAST = -26.0
#: How likely all readers see no space between two words where there is one: bold headings are set narrowly.
MISSED_SPACE = log(0.05)
#: And how likely the next one too, where one was missed: the whole line is set so.
NEXT_SPACE = log(0.5)
#: How likely all leave out a letter where that makes no word: networks do so without any doubt.
MISSED_LETTER = log(0.05)
#: The one word of a single plain letter (`y tế`, `y sĩ`), which the counts take for that of a list.
LONE_WORD = "y"
#: How sure a word may be at most of which readers saw the same letters and other dots behind them.
LEADERS = 0.985
#: How likely a mark was lost or blurred into another on its way to all readers: the same ink misleads them.
LOST_MARK = log(1e-3)
#: Headings are set so narrowly that all their spaces may be missed: so many syllables, so many letters.
MOST_GLUED, LONGEST_GLUED, LONGEST_SYLLABLE = 6, 30, 7
MOST_PARTINGS = 60
#: Words with other marks that are tried beside what the readers propose.
MOST_VARIANTS = 12


@dataclass(frozen=True, slots=True)
class Sight:
    """What one reader saw of a word: frames [first, last) of its emission, and what it takes them for."""

    reader: str
    text: str
    emission: Emission
    first: int
    last: int
    weight: float = 1.0

    def proposals(self) -> list[str]:
        """What the frames may say, the likeliest first; never nothing."""
        found = [text for text, _ in alternatives(self.emission, self.first, self.last)]
        return found if self.text in found else [*found, self.text]

    def scores(self, texts: Sequence[str]) -> list[float]:
        """Natural logarithms of how likely each text is, as far as this reader can be trusted."""
        found = log_probabilities(self.emission, texts, self.first, self.last)
        best = max(found)
        # What is common to all texts, such as a frame of a neighbour, does not count.
        shift = best if best > -inf else 0.0
        return [self.weight * float(np.logaddexp(score - shift, DOUBT)) for score in found]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a word is taken for: the share of belief that it has among all that was considered."""

    text: str
    probability: float
    others: tuple[tuple[str, float], ...]
    readers: tuple[str, ...]  # whose own first choice it is


def choose(
    sights: Sequence[Sight], before: Sequence[str], after: Sequence[str], language: LanguageModel
) -> Choice:
    """The likeliest word between its neighbours."""
    firsts = {sight.reader: sight.proposals() for sight in sights}
    texts = _candidates(list(firsts.values()), language)
    totals = np.zeros(len(texts))
    for sight in sights:
        totals += sight.scores(texts)
    totals = _with_missed(texts, totals, language)
    totals = _with_lost_marks(texts, totals, language)
    totals += LANGUAGE * _said_of_all(texts, texts[int(totals.argmax())], (before, after), language)
    beliefs = np.exp(totals - totals.max())
    beliefs /= beliefs.sum()
    order = np.argsort(-beliefs)
    best = texts[order[0]]
    same = sum(float(beliefs[i]) for i in order if _but_leaders(texts[i]) == _but_leaders(best))
    return Choice(
        text=best,
        probability=max(float(beliefs[order[0]]), min(same, LEADERS)),
        others=tuple((texts[i], float(beliefs[i])) for i in order[1:4] if beliefs[i] > 0.01),
        readers=tuple(
            n for n, found in firsts.items() if found and _but_leaders(found[0]) == _but_leaders(best)
        ),
    )


def _but_leaders(text: str) -> str:
    """The word without the dots behind it, which forms set behind values and readers count otherwise."""
    return text.rstrip(".…") or text


def _with_missed(
    texts: Sequence[str], totals: NDArray[np.float64], language: LanguageModel
) -> NDArray[np.float64]:
    """The scores of all readers, those of words no lower than what all may have missed explains: the space
    between two, or a letter of one."""
    lifted = dict(zip(texts, totals, strict=True))
    for text, score in zip(texts, totals, strict=True):
        core, head, tail = _bare(text)
        for word, chance in _meant(core, language).items():
            whole = head + word + tail
            lifted[whole] = max(lifted.get(whole, -inf), score + chance)
    return np.array([lifted[text] for text in texts])


def _with_lost_marks(
    texts: Sequence[str], totals: NDArray[np.float64], language: LanguageModel
) -> NDArray[np.float64]:
    """The scores of all readers, those of a word of the language no lower than lost marks explain.

    Not of others, such as abbreviations: of these the language says nothing that weighs against `LÊ`.
    """
    best = texts[int(totals.argmax())]
    floor = totals.max()
    lifted = totals.copy()
    for place, text in enumerate(texts):
        changes = _marks_apart(text, best)
        if changes and language.is_judged(_bare(text)[0]):
            lifted[place] = max(lifted[place], floor + LOST_MARK * changes)
    return lifted


def _marks_apart(one: str, other: str) -> int:
    """The letters by whose marks alone two words differ; 0 where they differ otherwise."""
    if len(one) != len(other) or fold(one) != fold(other):
        return 0
    return sum(a != b for a, b in zip(one, other, strict=True))


def _candidates(proposals: Sequence[Sequence[str]], language: LanguageModel) -> list[str]:
    """What the readers propose, and what differs from their first choices in marks or by a space alone."""
    texts = dict.fromkeys(text for found in proposals for text in found)
    for found in proposals:
        for text in found[:1]:
            core, head, tail = _bare(text)
            near = (*language.variants(core)[:MOST_VARIANTS], *_meant(core, language))
            texts |= dict.fromkeys(head + word + tail for word in near)
    return list(texts)


def _meant(word: str, language: LanguageModel) -> dict[str, float]:
    """What a word that is none may be for, each with the logarithm of how likely all readers miss that."""
    parted = {text: MISSED_SPACE + NEXT_SPACE * (text.count(" ") - 1) for text in _split(word, language)}
    return parted | dict.fromkeys(_grown(word, language), MISSED_LETTER)


def _split(word: str, language: LanguageModel) -> tuple[str, ...]:
    """Words of the language where a reader missed the spaces between them: two, or as few as it takes."""
    if not is_misspelt(word if is_abbreviation(word) else word.lower()):
        return ()
    halves = ((word[:place], word[place:]) for place in range(1, len(word)))
    two = tuple(f"{a} {b}" for a, b in halves if _is_word(a, language) and _is_word(b, language))
    heading = word.isupper() and word.isalpha() and len(word) <= LONGEST_GLUED
    return two or (_parted(word, language) if heading else ())


def _parted(word: str, language: LanguageModel) -> tuple[str, ...]:
    """The word as three syllables and more, the fewest that it takes: `SỞNỘIVỤ`."""
    found = [("", word)]
    for _ in range(MOST_GLUED):
        found = [
            (f"{said} {rest[:place]}", rest[place:])
            for said, rest in found
            for place in range(1, min(len(rest), LONGEST_SYLLABLE) + 1)
            if _is_part(rest[:place], language)
        ][:MOST_PARTINGS]
        whole = tuple(said.strip() for said, rest in found if not rest)
        if whole:
            return whole[:MOST_VARIANTS]
    return ()


def _is_part(text: str, language: LanguageModel) -> bool:
    """Whether a syllable stands glued between others; a letter is no word."""
    if len(text) == 1:
        return text.casefold() == LONE_WORD
    return language.count(text) > 0 and not is_misspelt(text.lower())


def _is_word(text: str, language: LanguageModel) -> bool:
    return text.casefold() == LONE_WORD or language.count(text) > 0


def _grown(word: str, language: LanguageModel) -> tuple[str, ...]:
    """Words of the language where a reader left out a letter."""
    return language.grown(word)[:MOST_VARIANTS] if is_misspelt(word) else ()


def _bare(word: str) -> tuple[str, str, str]:
    """The word without the marks around it, and these."""
    start, end = 0, len(word)
    while start < end and not word[start].isalnum():
        start += 1
    while end > start and not word[end - 1].isalnum():
        end -= 1
    return word[start:end], word[:start], word[end:]


def _said_of_all(
    texts: Sequence[str], read: str, beside: tuple[Sequence[str], Sequence[str]], language: LanguageModel
) -> NDArray[np.float64]:
    """What the language says of each text. Whether there is a digit it does not say, but what was `read`."""
    said = {text: _said(text, *beside, language) for text in texts}
    return np.array([said[text] if _digits(text) == _digits(read) else said[read] for text in texts])


def _digits(text: str) -> bool:
    return any(c.isdigit() for c in text)


def _said(text: str, before: Sequence[str], after: Sequence[str], language: LanguageModel) -> float:
    """What the language says of one word, or of the words that a reader parts it into.

    What it says of a word holds what follows it, so that of several words the first speaks for the others.
    """
    words = text.split()
    total, spoken = 0.0, False
    for place, word in enumerate(words):
        core, _, _ = _bare(word)
        if len(words) > 1 and core.casefold() == LONE_WORD:
            continue  # the others speak for it
        if _meant(core, language):
            total += LEAST
        elif not language.is_judged(core):
            total += UNJUDGED
        elif not spoken:
            left, right = [*before, *words[:place]], [*words[place + 1 :], *after]
            total += max(language.logp(core, left[-2:], right[:2]), LEAST)
            spoken = True
    return total
