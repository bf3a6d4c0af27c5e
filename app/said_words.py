"""A page with words as a person says them: another text, parted, joined, taken out as none, or put back.

What readers had made of a word stays beside it in `said`, whatever became of it (docs/decisions/0022).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import groupby

from ocr.recognition import Box, Page, Said, Word

LONGEST = 100  # letters of a word; the longest of real pages is an address of a site
_MOST_PARTS = 20  # of one word; a line of glued capitals has fewer


@dataclass(frozen=True, slots=True)
class WordSaid:
    """Page and word are places: the page counted from 1, the word from 0 in the order of its page. `read` is
    the text that the person saw there, `text` what the paper says; the same where it was right, nothing where
    there is no word, several words where a space parts them.

    `words`: how many words of one line, from that place on, `text` stands for; `read` has all of them with a
    space between. `taken_out`: the place is in what was taken out of the page, and the word is put back."""

    page: int
    word: int
    read: str
    text: str
    words: int = 1
    taken_out: bool = False


class BadWord(ValueError):
    """A word that is not there, or cannot be one: which, and what would do."""

    def __init__(self, said: WordSaid, vi: str, en: str) -> None:
        super().__init__(f"{vi} — {en}")
        self.page, self.word = said.page, said.word
        self.vi, self.en = vi, en


def no_word(said: WordSaid) -> BadWord:
    """That nothing of the kind stands there."""
    return _bad(said, "không có ở chỗ này. Hãy tải lại trang.", "is not in this place. Load the page again.")


def _bad(said: WordSaid, vi: str, en: str) -> BadWord:
    seen = said.read[:LONGEST]
    return BadWord(said, f"Ở trang {said.page}, từ “{seen}” {vi}", f"On page {said.page}, “{seen}” {en}")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says it, and when (ISO 8601)."""

    username: str
    at: str

    def said(self, word: Word) -> Said:
        """That they said it of a word. What was read first stays: it is the reading, not the last word."""
        first = word.said or Said(word.text, word.confidence, "", "")
        return replace(first, by=self.username, at=self.at)


def with_words(page: Page, said: Sequence[WordSaid], speaker: Speaker) -> Page:
    """The page with these words. Raises BadWord."""
    words = dict(_runs(page, [one for one in said if not one.taken_out]))
    back = dict(_runs(page, [one for one in said if one.taken_out]))
    slots = _slots(page)
    out = [word for place, word in enumerate(page.taken_out) if place not in back]
    for first, (one, run) in sorted(words.items(), reverse=True):
        texts = _texts(one)
        if not texts:
            out += [replace(word, said=speaker.said(word)) for word in run]
        _replace(slots, first, len(run), _pieces(run, texts, speaker))
    for one, run in back.values():
        texts = _texts(one)
        if texts:
            _insert(slots, _pieces(run, texts, speaker))
        else:
            out += run
    out.sort(key=lambda word: (word.line, word.box.x0))
    return replace(
        page, words=tuple(slot.word for slot in slots), text=_text(page, slots), taken_out=tuple(out)
    )


def _runs(page: Page, said: Sequence[WordSaid]) -> Iterator[tuple[int, tuple[WordSaid, Sequence[Word]]]]:
    """The words of which each was said, by the place of the first."""
    taken: set[int] = set()
    for one in said:
        kept = page.taken_out if one.taken_out else page.words
        most = 1 if one.taken_out else len(kept)  # what was taken out need not stand side by side
        run = kept[one.word : one.word + one.words] if one.word >= 0 and 0 < one.words <= most else ()
        if not run or len(run) < one.words or " ".join(word.text for word in run) != one.read:
            raise no_word(one)
        if len({word.line for word in run}) > 1:
            raise _bad(
                one, "nằm trên hai dòng nên không nối thành một.", "stands in two lines and is not joined."
            )
        for place in range(one.word, one.word + one.words):
            if place in taken:
                raise _bad(
                    one,
                    "được sửa hai lần, hoặc đã nối với từ bên cạnh.",
                    "is said twice, or joined to its neighbour too.",
                )
            taken.add(place)
        yield one.word, (one, run)


def _texts(said: WordSaid) -> list[str]:
    """The words that a person typed, none where there is no word."""
    texts = unicodedata.normalize("NFC", said.text).split()
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for text in texts for c in text):
        raise _bad(
            said,
            "được thay bằng chữ có ký tự không nhìn thấy. Hãy gõ lại.",
            "is replaced by a text with unseen characters. Type it again.",
        )
    if len(texts) > _MOST_PARTS or any(len(text) > LONGEST for text in texts):
        raise _bad(
            said,
            f"được thay bằng chữ dài quá: tối đa {_MOST_PARTS} từ, mỗi từ {LONGEST} ký tự.",
            f"is replaced by too long a text: at most {_MOST_PARTS} words of {LONGEST} letters.",
        )
    return texts


def _pieces(run: Sequence[Word], texts: Sequence[str], speaker: Speaker) -> list[Word]:
    """The words of a run as a person says them: as many as there were keep their places."""
    if len(texts) == len(run):
        return [
            replace(word, text=text, confidence=1.0, said=speaker.said(word))
            for word, text in zip(run, texts, strict=True)
        ]
    sure = min(word.said.confidence if word.said else word.confidence for word in run)
    said = Said(" ".join(_read(run)), sure, speaker.username, speaker.at, max(1, len(texts)))
    place = reduce(Box.union, (word.box for word in run))
    return [
        Word(text, box, 1.0, run[0].line, said=said)
        for text, box in zip(texts, _shares(place, texts), strict=True)
    ]


def _read(run: Sequence[Word]) -> Iterator[str]:
    """What readers had made of these words; what several of them were parted from is there once."""
    before, left = "", 0
    for word in run:
        read, parts = (word.said.read, word.said.parts) if word.said else (word.text, 1)
        if left and read == before:
            left -= 1
            continue
        yield read
        before, left = read, parts - 1


def _shares(place: Box, texts: Sequence[str]) -> list[Box]:
    """The part of a place that each of several words has, by their letters, with a letter's width between."""
    units = sum(map(len, texts)) + len(texts) - 1
    wide, shares, at = place.x1 - place.x0, [], 0
    for text in texts:
        x0 = place.x0 + wide * at // units
        x1 = place.x0 + wide * (at + len(text)) // units
        shares.append(replace(place, x0=x0, x1=max(x0 + 1, x1)))
        at += len(text) + 1
    return shares


@dataclass(slots=True)
class _Slot:
    """A word, and what stands before it in the text of its page."""

    before: str
    word: Word


def _slots(page: Page) -> list[_Slot]:
    """The words with the spaces and lines of the text, which stay; of a program that joined words otherwise,
    those of the words' own lines."""
    parts = re.split(r"(\S+)", page.text)
    if parts[1::2] == [word.text for word in page.words]:
        return [_Slot(before, word) for before, word in zip(parts[::2], page.words, strict=False)]
    lines = [list(line) for _, line in groupby(page.words, key=lambda word: word.line)]
    return [
        _Slot(" " if at else "\n" if number else "", word)
        for number, line in enumerate(lines)
        for at, word in enumerate(line)
    ]


def _replace(slots: list[_Slot], first: int, count: int, words: Sequence[Word]) -> None:
    after = first + count
    before = slots[first].before
    slots[first:after] = [_Slot(" " if number else before, word) for number, word in enumerate(words)]
    if not words and first < len(slots):  # where a line or a paragraph began, the next word begins it
        own = slots[first].before
        gap = max(before, own, key=lambda one: (one.count("\n"), len(one)))
        slots[first].before = re.sub(r"[^\n]*$", own.rpartition("\n")[2], gap) if "\n" in own else gap


def _insert(slots: list[_Slot], words: Sequence[Word]) -> None:
    """Put words back into their line, or where that is gone into one of their own."""
    line, x0 = words[0].line, words[0].box.x0
    same = [place for place, slot in enumerate(slots) if slot.word.line == line]
    if same:
        place = next((one for one in same if slots[one].word.box.x0 > x0), same[-1] + 1)
    else:
        place = next((one for one, slot in enumerate(slots) if slot.word.line > line), len(slots))
    joins = place > 0 and slots[place - 1].word.line == line
    begins = place < len(slots) and slots[place].word.line == line
    before = " " if joins else slots[place].before if begins else "\n" if slots[:place] else ""
    if begins and not joins:
        slots[place].before = " "
    elif not joins and place < len(slots) and "\n" not in slots[place].before:
        slots[place].before = "\n"
    slots[place:place] = [_Slot(" " if number else before, word) for number, word in enumerate(words)]


def _text(page: Page, slots: Sequence[_Slot]) -> str:
    text = "".join(f"{slot.before}{slot.word.text}" for slot in slots)
    return text if page.text[:1].isspace() else text.lstrip()
