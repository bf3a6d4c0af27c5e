"""The words that the form shows, doubtful ones and those a person asks for, and what is said of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from app.folding import fold
from app.said_words import WordSaid
from app.web.word_marks import WordMark, cutout_of
from ocr.recognition import Box, Page, Word

#: Of one page at a time, the worst first; the others come when these are done. A form has so many parts.
MOST = 150
#: What the form says of a word: see `_said`; `sure` that nobody was asked about it.
_PARTS = ("word", "read", "seen", "sure", "before", "after", "out", "was")
_NAME = re.compile(r"(word|read|seen|before|after|out|was)-([0-9]{1,6})-([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class WordFix:
    """A word and its neighbours in its line. `typed` and the rest are what a refused form held; `found` that
    the form asks for words like it."""

    page: int
    place: int
    mark: WordMark
    before: str | None
    after: str | None
    typed: str
    seen: bool = False
    joins_before: bool = False
    joins_after: bool = False
    found: bool = False

    @property
    def key(self) -> str:
        """What the names of its parts end in."""
        return f"{self.page}-{self.place}"

    @property
    def changed(self) -> bool:
        return self.typed != self.mark.word.text or self.seen or self.joins_before or self.joins_after


#: A row of the form before it is filled in, for any word that a person picks; `{…}` stand for its texts.
BLANK = WordFix(
    0,
    0,
    WordMark(Word("{word}", Box(0, 0, 1, 1), 1.0), False, False, False, False),
    "{before}",
    "{after}",
    "{word}",
)


@dataclass(frozen=True, slots=True)
class TakenOut:
    """A place that a person said has no word."""

    page: int
    place: int
    word: Word
    typed: str

    @property
    def key(self) -> str:
        return f"{self.page}-{self.place}"

    @property
    def cutout(self) -> Box:
        return cutout_of(self.word)


def word_fixes(number: int, marks: Sequence[WordMark], posted: Mapping[str, str]) -> list[WordFix]:
    """The doubtful words of a page, the worst first: those where a pen wrote, then by their confidence.
    Before them come those of which something was typed, or that `find` of the form asks for. What was typed
    stays where the same word stands there still."""
    wanted = frozenset(fold(posted.get("find", "")).split())
    all_of = (_fix(number, place, marks, posted, wanted) for place in range(len(marks)))
    fixes = [fix for fix in all_of if fix.mark.doubtful or fix.changed or fix.found]
    fixes.sort(
        key=lambda fix: (not fix.changed, not fix.found, not fix.mark.written, fix.mark.word.confidence)
    )
    return fixes[:MOST]


def _fix(
    number: int, place: int, marks: Sequence[WordMark], posted: Mapping[str, str], wanted: AbstractSet[str]
) -> WordFix:
    mark, key = marks[place], f"{number}-{place}"
    before = marks[place - 1].word if place else None
    after = marks[place + 1].word if place + 1 < len(marks) else None
    same = posted.get(f"read-{key}") == mark.word.text
    return WordFix(
        number,
        place,
        mark,
        before.text if before and before.line == mark.word.line else None,
        after.text if after and after.line == mark.word.line else None,
        posted.get(f"word-{key}", mark.word.text) if same else mark.word.text,
        same and bool(posted.get(f"seen-{key}")),
        same and before is not None and posted.get(f"before-{key}") == before.text,
        same and after is not None and posted.get(f"after-{key}") == after.text,
        bool(wanted) and not wanted.isdisjoint(fold(mark.word.text).split()),
    )


def taken_out(page: Page, posted: Mapping[str, str]) -> list[TakenOut]:
    """What was taken out of a page, to be put back where that was wrong."""
    return [
        TakenOut(page.number, place, word, posted.get(f"out-{page.number}-{place}", ""))
        for place, word in enumerate(page.taken_out)
    ]


def words_said(values: Mapping[str, str]) -> list[WordSaid]:
    """The words that a form has other than as they were read, or that the person has gone through. Two that
    are joined and left as they were are one word without a space."""
    return [said for said, _ in _said(values)]


def carried(values: Mapping[str, str], page: int) -> list[tuple[str, str]]:
    """What a form said of words of other pages than this one: they are sent with the last of them."""
    return [
        (name, values[name])
        for said, key in _said(values)
        if said.page != page
        for name in (f"{part}-{key}" for part in _PARTS)
        if values.get(name) is not None
    ]


def _said(values: Mapping[str, str]) -> Iterator[tuple[WordSaid, str]]:
    for name, typed in values.items():
        match = _NAME.fullmatch(name)
        if match is None or match[1] not in ("word", "out"):
            continue
        page, place, key = int(match[2]), int(match[3]), f"{match[2]}-{match[3]}"
        if match[1] == "out":
            if typed.strip():
                yield WordSaid(page, place, values.get(f"was-{key}", ""), typed, taken_out=True), key
            continue
        read = values.get(f"read-{key}", "")
        before, after = (values.get(f"{side}-{key}", "") for side in ("before", "after"))
        run = [word for word in (before, read, after) if word]
        text = "".join(run) if typed.strip() == read else typed
        if text.strip() != read or values.get(f"seen-{key}"):
            yield WordSaid(page, place - bool(before), " ".join(run), text, len(run)), key
