"""Reads pages: our own reader first, another where it or the language doubts, one result by evidence."""

import re
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import groupby
from math import exp, log
from typing import Literal

import numpy as np

from ocr.confidence import GUESSED, Source, calibrated
from ocr.engine import Pixels, Reader
from ocr.language.language_model import LanguageModel
from ocr.language.orthography import as_printed, is_abbreviation, is_misspelt
from ocr.language.writing import fold
from ocr.layout import margins, text_lines
from ocr.layout.text_lines import TextLine
from ocr.marks import PageInk
from ocr.readers import list_dashes
from ocr.readers.fusion import Choice, Sight, choose
from ocr.readers.line_reader import Emission, LineReader, decoded, text_of
from ocr.readers.readings import INK, WordReading, words_of
from ocr.recognition import Box, Region, Word

Profile = Literal["fast", "default", "thorough"]

LINE_HEIGHT = 64  # pixels of a line's picture: what a line of 13 points has at 300 dpi
MARGIN = 7  # pixels of a line's picture around a word that is read again: half a space
#: The part of a narrow word that must lie on the one before it for the two to be the same ink.
LEAST_SHARED = 0.3
#: Natural log of the odds that a word is wrong, above which it is looked at again.
DOUBTFUL = {"fast": log(0.02), "default": log(0.02), "thorough": -100.0}
#: How far the language can move these odds.
LANGUAGE_REACH = 5.0
#: How far a word that is none of Vietnamese moves them, or one in no official text where there is somebody to
#: ask: every reader is asked, and the language.
MISSPELT = 10.0
LONGEST_ABBREVIATION = 6
#: A word that nobody doubted, and another reader read otherwise: where both and the language together leave
#: it at UPHELD or more it is as sure as CONTESTED. 78 of 80 such words of 200 worn pages were right.
UPHELD, CONTESTED = 0.9, 0.95
#: A letter alone on its line is never surer: readers agree on one in dirt and in the ink of seals too.
LONE_LETTER = 0.8
#: Heights of a small letter by which a small and a capital letter may be wide, and those that are wider.
WIDEST_LETTER = (1.45, 2.0)
WIDE_LETTERS = frozenset("mwMW")
SURE_OF_ZONE = 0.95  # a row for machines; its check digits say more
#: Such a row, and what the first reader makes of one.
MACHINE_ZONE = re.compile(r"[A-Z0-9<]{28,46}")
LIKE_MACHINE_ZONE = re.compile(r"(?=(?:.*[-<=>]){2})(?=.*\d|.*[-<=>]{4})[A-Z0-9<«c=>-]{26,50}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A line as the first reader reads it, and for each word the natural log of the odds that it is wrong."""

    line: TextLine
    picture: Pixels
    emission: Emission
    words: tuple[WordReading, ...]
    odds: tuple[float, ...]

    @property
    def joined(self) -> str:
        """Its words without the spaces."""
        return "".join(word.text for word in self.words)

    @property
    def x_height(self) -> float:
        """The height of its small letters in its picture."""
        return _x_height(self.picture, self.line)

    def box(self, word: WordReading) -> Box:
        """Where a word stands on the page."""
        window = text_lines.window(self.line)
        scale = (window.y1 - window.y0) / self.picture.shape[0]
        rows = np.flatnonzero((self.picture[:, word.x0 : word.x1] < INK).any(axis=1))
        top, bottom = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, self.picture.shape[0])
        x0, x1 = window.x0 + word.x0 * scale, window.x0 + word.x1 * scale
        middle = (self.line.base(window.x0) + self.line.base(window.x1)) / 2
        y = window.y0 + self.line.base((x0 + x1) / 2) - middle
        x0, y0 = max(0, round(x0)), max(0, round(y + top * scale))
        return Box(x0, y0, max(round(x1), x0 + 1), max(round(y + bottom * scale), y0 + 1))


@dataclass(frozen=True, slots=True)
class Span:
    """Words [first, last) of a draft that are read again together."""

    draft: Draft
    first: int
    last: int

    @property
    def left(self) -> int:
        return max(0, self.draft.words[self.first].x0 - MARGIN)

    @property
    def picture(self) -> Pixels:
        right = self.draft.words[self.last - 1].x1 + MARGIN
        return np.ascontiguousarray(self.draft.picture[:, self.left : right])


@dataclass(frozen=True)
class Recogniser:
    """The readers at hand, and how much of a page the second one is asked for."""

    first: LineReader
    second: LineReader | None
    language: LanguageModel
    profile: Profile
    compass: Reader  # who is asked for the turn of a page
    figures: LineReader | None = None  # who knows digits and capitals best, and no marks
    trust: Callable[[float, Source], float] = calibrated  # from belief to confidence

    def check(self) -> str:
        """Who reads first."""
        return self.first.check()

    def turn(self, picture: Pixels, dpi: float) -> tuple[int, float]:
        """As the port Reader says."""
        return self.compass.turn(picture, dpi)

    def read(
        self, picture: Pixels, dpi: float, *, apart: Sequence[Region] = (), ink: PageInk | None = None
    ) -> tuple[Word, ...]:
        """As the port Reader says."""
        found = margins.parted(text_lines.find(picture, dpi, ink), picture)
        lines = text_lines.set_apart(found, apart)
        pictures = [text_lines.crop(picture, line, LINE_HEIGHT) for line in lines]
        seen = self.first.read(pictures)
        drafts = [self._draft(*parts) for parts in zip(lines, pictures, seen, strict=True)]
        drafts = [draft for draft in drafts if draft.words]
        again = self._second_sights(drafts)
        zones = self._machine_zones(drafts)
        return tuple(
            word
            for number, (draft, sights) in enumerate(zip(drafts, again, strict=True))
            for word in ((zones[number],) if number in zones else self._finished(draft, number, sights))
        )

    def _machine_zones(self, drafts: Sequence[Draft]) -> dict[int, Word]:
        """The lines for machines (ICAO 9303), by number of their draft. The first reader knows no `<`."""
        if self.figures is None:
            return {}
        likely = [i for i, draft in enumerate(drafts) if LIKE_MACHINE_ZONE.fullmatch(draft.joined)]
        seen = self.figures.read([drafts[i].picture for i in likely])
        found = {}
        for number, emission in zip(likely, seen, strict=True):
            text = text_of(decoded(emission)).replace(" ", "")
            if MACHINE_ZONE.fullmatch(text):
                box = reduce(Box.union, (drafts[number].box(word) for word in drafts[number].words))
                found[number] = Word(text, box, SURE_OF_ZONE, number, (self.figures.name,))
        return found

    def _draft(self, line: TextLine, picture: Pixels, emission: Emission) -> Draft:
        x_height = _x_height(picture, line)
        words = list_dashes.set_off(words_of(emission, picture), picture, x_height)
        said = self.language.doubtful([word.text for word in words])
        odds = []
        for word, language in zip(words, said, strict=True):
            unsure = min(max(1 - word.probability, 1e-5), 1 - 1e-5)
            moved = MISSPELT if _too_wide(word, x_height) else self._moved(word.text, language)
            odds.append(log(unsure / (1 - unsure)) + moved)
        return Draft(line, picture, emission, words, tuple(odds))

    def _moved(self, word: str, odds: float) -> float:
        """How far the language moves the odds that a word is wrong; `odds` speak for one with other marks."""
        # Words in capitals pass for abbreviations, which have no marks: `SỞY` is two words.
        if is_misspelt(word.lower() if word.isupper() and not is_abbreviation(word) else word):
            return MISSPELT
        if self._is_strange(word):
            return LANGUAGE_REACH if self.second is None else MISSPELT
        return min(max(odds, -LANGUAGE_REACH), LANGUAGE_REACH) if self.language.is_judged(word) else 0.0

    def _is_strange(self, word: str) -> bool:
        """Whether no official text has the word: networks drop letters without any doubt."""
        core = word.strip(string.punctuation + "“”‘’–•…")
        short = is_abbreviation(core) and len(core) <= LONGEST_ABBREVIATION
        return core.isalpha() and len(core) > 1 and not short and not self.language.count(core)

    def _second_sights(self, drafts: Sequence[Draft]) -> list[dict[int, tuple[Sight, ...]]]:
        """What other readers see of the words that they are asked for, by draft and place of the word."""
        found: list[dict[int, tuple[Sight, ...]]] = [{} for _ in drafts]
        if self.profile == "fast":
            return found
        spans = [(number, span) for number, draft in enumerate(drafts) for span in self._spans(draft)]
        figures = [(number, one) for number, span in spans for one in _with_digits(span)]
        for reader, asked in ((self.second, spans), (self.figures, figures)):
            if reader is None:
                continue
            seen = reader.read([span.picture for _, span in asked])
            for (number, span), emission in zip(asked, seen, strict=True):
                for place, sight in _placed(span, emission, reader.name).items():
                    found[number][place] = (*found[number].get(place, ()), sight)
        return found

    def _spans(self, draft: Draft) -> Iterator[Span]:
        """The doubtful words, each with the word on either side: alone, the second reader errs more."""
        limit = DOUBTFUL[self.profile]
        doubtful = {place for place, odds in enumerate(draft.odds) if odds > limit}
        asked = [bool({place - 1, place, place + 1} & doubtful) for place in range(len(draft.words))]
        for wanted, run in groupby(range(len(asked)), asked.__getitem__):
            places = list(run)
            if wanted:
                yield Span(draft, places[0], places[-1] + 1)

    def _finished(self, draft: Draft, number: int, again: Mapping[int, tuple[Sight, ...]]) -> Iterator[Word]:
        texts = [word.text for word in draft.words]
        for place, reading in enumerate(draft.words):
            seen = again.get(place, ())
            if draft.odds[place] > DOUBTFUL[self.profile]:
                choice, sure = self._chosen(draft, place, seen, texts)
            elif any(_otherwise(reading.text, sight) for sight in seen):
                choice, sure = self._contested(draft, place, seen, texts)
            else:
                choice = Choice(reading.text, 1 / (1 + exp(draft.odds[place])), (), (self.first.name,))
                sure = self.trust(choice.probability, "once")
            if len(texts) == 1 and len(choice.text) == 1 and choice.text.isalpha():
                sure = min(sure, LONE_LETTER)
            if len(choice.text) == 1 and _too_wide(reading, draft.x_height):
                sure = min(sure, GUESSED)
            texts[place] = choice.text
            others = tuple(text for text, _ in choice.others)
            printed = as_printed(choice.text, next(iter(texts[place + 1 :]), ""))
            for text, box in _words_within(printed, draft.box(reading)):
                yield Word(text, box, sure, number, choice.readers, others)

    def _chosen(
        self, draft: Draft, place: int, seen: Sequence[Sight], texts: Sequence[str]
    ) -> tuple[Choice, float]:
        """What a word is taken for by all who saw it, between its neighbours, and how sure that is."""
        own = draft.words[place]
        sights = [Sight(self.first.name, own.text, draft.emission, own.first, own.last), *seen]
        before, after = texts[max(0, place - 2) : place], texts[place + 1 : place + 3]
        choice = choose(sights, before, after, self.language)
        return choice, self.trust(choice.probability, "agree" if len(choice.readers) > 1 else "differ")

    def _contested(
        self, draft: Draft, place: int, seen: Sequence[Sight], texts: Sequence[str]
    ) -> tuple[Choice, float]:
        """The same of a word that nobody doubted until a reader, asked about a neighbour, read another."""
        choice, sure = self._chosen(draft, place, seen, texts)
        own = draft.words[place].text
        if choice.text == own:
            return choice, max(sure, CONTESTED) if sure >= UPHELD else sure
        if any(choice.text == sight.text for sight in seen):
            return choice, sure
        # What nobody read as it stands is no better than what the surer of them did.
        return Choice(own, choice.probability, choice.others, (self.first.name,)), min(sure, GUESSED)


def _x_height(picture: Pixels, line: TextLine) -> float:
    """The height of the small letters of a line in its picture."""
    shown = text_lines.window(line)
    return float(line.x_height * picture.shape[0] / (shown.y1 - shown.y0))


def _too_wide(word: WordReading, x_height: float) -> bool:
    """Whether a lone letter stands on the ink of two, as `sổ` was read `s`."""
    if len(word.text) != 1 or not word.text.isalpha() or word.text in WIDE_LETTERS:
        return False
    return word.x1 - word.x0 > WIDEST_LETTER[word.text.isupper()] * x_height


def _otherwise(text: str, sight: Sight) -> bool:
    """Whether another reader, asked about a neighbour, read other letters or figures in a word that nobody
    doubted. One that does not know a sign of it (`m²`) says nothing, nor does one that parts it."""
    if " " in sight.text or not set(text) <= set(sight.emission.alphabet):
        return False
    own, other = (re.sub(r"[\W_]+", " ", said.casefold()).strip() for said in (text, sight.text))
    return bool(own and other) and own != other


def _with_digits(span: Span) -> Iterator[Span]:
    """The words of a span that hold digits, and no letters that only Vietnamese has."""
    for place in range(span.first, span.last):
        text = span.draft.words[place].text
        if any(c.isdigit() for c in text) and fold(text) == text.lower().replace("đ", "d"):
            yield Span(span.draft, place, place + 1)


def _words_within(text: str, box: Box) -> Iterator[tuple[str, Box]]:
    """The word in its box; or several, where a space was missed, each with its share of the box."""
    words = text.split()
    letter = (box.x1 - box.x0) / len(" ".join(words))
    x = float(box.x0)
    for word in words:
        end = x + len(word) * letter
        yield word, Box(round(x), box.y0, max(round(end), round(x) + 1), box.y1)
        x = end + letter


def _placed(span: Span, emission: Emission, reader: str) -> dict[int, Sight]:
    """The words of a second reading, each at the word of the draft on which it stands."""
    found: dict[int, Sight] = {}
    for places, mine in _together(span, words_of(emission, span.picture)):
        chars = [char for word in mine for char in word.chars]
        sizes = [len(span.draft.words[place].chars) for place in places]
        apart = [len(word.chars) - size for word, size in zip(mine, sizes, strict=False)]
        if len(places) == 1:
            text = " ".join(word.text for word in mine)
            found[places[0]] = Sight(reader, text, emission, mine[0].first, mine[-1].last)
        elif len(chars) == sum(sizes) and any((*apart, len(mine) - len(places))):
            # They part the same letters otherwise: each word of the draft gets its share of them.
            for place, size in zip(places, sizes, strict=True):
                own, chars = chars[:size], chars[size:]
                found[place] = Sight(reader, text_of(own), emission, own[0].start, own[-1].end)
        elif len(mine) == len(places) and all(-1 <= more <= 1 for more in apart):
            for place, word in zip(places, mine, strict=True):
                found[place] = Sight(reader, word.text, emission, word.first, word.last)
    return found


def _together(span: Span, seen: Sequence[WordReading]) -> Iterator[tuple[list[int], list[WordReading]]]:
    """Words of the draft, and the words of another reading that stand on the same ink: most often one on one,
    but where spaces are narrow one reader has two words for the other's one."""
    drafted = enumerate(span.draft.words[span.first : span.last], span.first)
    every: list[tuple[int, int, int | WordReading]] = [(w.x0, w.x1, place) for place, w in drafted]
    every += [(span.left + word.x0, span.left + word.x1, word) for word in seen]
    places: list[int] = []
    mine: list[WordReading] = []
    end = 0
    for x0, x1, word in sorted(every, key=lambda part: part[:2]):
        if end - x0 < min(MARGIN, LEAST_SHARED * (x1 - x0)):
            if places and mine:
                yield places, mine
            places, mine, end = [], [], x1
        if isinstance(word, int):
            places.append(word)
        else:
            mine.append(word)
        end = max(end, x1)
    if places and mine:
        yield places, mine
