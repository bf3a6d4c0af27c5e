"""The doubtful words of a page as the form shows them, and what a person says in it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.said_words import WordSaid
from app.web.word_marks import WordMark, cutout_of
from ocr.recognition import Box, Page, Word

#: Of one page at a time, the worst first; the others come when these are done. A form has so many parts.
MOST = 150
_NAME = re.compile(r"(word|read|seen|before|after|out|was)-([0-9]{1,6})-([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class WordFix:
    """A doubtful word and its neighbours in its line. `typed` and the rest are what a refused form held."""

    page: int
    place: int
    mark: WordMark
    before: str | None
    after: str | None
    typed: str
    seen: bool = False
    joins_before: bool = False
    joins_after: bool = False

    @property
    def key(self) -> str:
        """What the names of its parts end in."""
        return f"{self.page}-{self.place}"

    @property
    def changed(self) -> bool:
        return self.typed != self.mark.word.text or self.seen or self.joins_before or self.joins_after


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
    """The doubtful words of a page, the worst first: those where a pen wrote, then by their confidence. What
    was typed stays where the same word stands there still."""
    fixes = []
    for place, mark in enumerate(marks):
        if not mark.doubtful:
            continue
        key, line = f"{number}-{place}", mark.word.line
        before = marks[place - 1].word if place else None
        after = marks[place + 1].word if place + 1 < len(marks) else None
        same = posted.get(f"read-{key}") == mark.word.text
        fixes.append(
            WordFix(
                number,
                place,
                mark,
                before.text if before and before.line == line else None,
                after.text if after and after.line == line else None,
                posted.get(f"word-{key}", mark.word.text) if same else mark.word.text,
                same and bool(posted.get(f"seen-{key}")),
                same and before is not None and posted.get(f"before-{key}") == before.text,
                same and after is not None and posted.get(f"after-{key}") == after.text,
            )
        )
    fixes.sort(key=lambda fix: (not fix.changed, not fix.mark.written, fix.mark.word.confidence))
    return fixes[:MOST]


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
        for name in (f"{part}-{key}" for part in ("word", "read", "seen", "before", "after", "out", "was"))
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
