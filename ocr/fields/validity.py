"""How long and how far a paper counts, where it says so of itself: F1.5, thời hạn and phạm vi hiệu lực."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ocr.fields.evidence import ABSENT, handwritten, if_sure, read
from ocr.fields.running_text import drops_letter
from ocr.fields.signatory import names_position
from ocr.language.writing import fold
from ocr.recognition import Field, Page, Word
from ocr.structure.lines import Line, lines, span

#: A sentence about the validity of a paper is short; what goes on is another.
MOST_WORDS = 30

_SAYS = re.compile(r"hiệu\s+lực|giá\s+trị", re.IGNORECASE)
_IN_FORCE = re.compile(r"co (?:hieu luc|gia tri)\b")
#: What tells a term from a use: `có giá trị sử dụng để …` is none.
_TERM = re.compile(r"\b(?:tu|den|thoi han|trong vong|thang|nam|ngay)\b")
_SCOPE = re.compile(r"\b(?:tren|trong) (?:pham vi|dia ban|toan quoc|ca nuoc|lanh tho)\b")
#: Before whom somebody signs for: `KT. GIÁM ĐỐC`, `K/T GIÁM ĐỐC`, `T/M UBND`.
_AUTHORITY = re.compile(r"(?:T/?M|K/?T|T/?L|TUQ|Q)\s?[.,]?\s(?=[A-ZĐÀ-Ỹ]{2})")
#: What follows is another matter: `…, được sử dụng để: kết hôn với …` is what for.
_ENDS = re.compile(r" (?:va|duoc su dung de|thay the|dong thoi|cac quy dinh|bai bo|neu|doi voi)\b")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """Words from `có hiệu lực` or `có giá trị` on, and the page."""

    words: tuple[Word, ...]
    page: int


def validity(pages: Sequence[Page], name: str) -> Field:
    """The term that the paper states of itself, as it is printed. `name`: of its kind."""
    for sentence in _sentences(pages, name):
        words = _until(sentence.words, _ENDS)
        words = _until(words, _SCOPE)
        if len(words) > 3 and _TERM.search(_folded(words[3:])):
            return _told(words, sentence.page, pages)
    return ABSENT


def scope(pages: Sequence[Page], name: str) -> Field:
    """Where the paper says that it counts, as it is printed."""
    for sentence in _sentences(pages, name):
        match = _SCOPE.search(_folded(sentence.words))
        if match is not None:
            start = _folded(sentence.words)[: match.start()].count(" ")
            words = _until(sentence.words[start:], _ENDS)
            return _told(words, sentence.page, pages)
    return ABSENT


def _told(words: Sequence[Word], number: int, pages: Sequence[Page]) -> Field:
    """The words as a value, or only their place where one of them may be another."""
    scanned = any(page.number == number and page.origin == "ocr" for page in pages)
    if scanned and drops_letter(words):
        return handwritten(number, span(words))
    return if_sure(read(_text(words), words, number))


def _sentences(pages: Sequence[Page], name: str) -> Iterator[_Sentence]:
    for page in pages:
        if not _SAYS.search(page.text):
            continue  # most pages of a long paper
        every = lines(page)
        words = tuple(word for line in every for word in line.words)
        signed = {id(line.words[0]) for line in every if _is_other(line)}
        folded = [fold(word.text).strip(".,;:()“”\"'") for word in words]
        for index in range(1, len(words) - 3):
            if folded[index] != "co" or not _IN_FORCE.match(" ".join(folded[index : index + 3])):
                continue
            if _speaks_of_itself(words, folded, index, fold(name)):
                yield _Sentence(_sentence(words[index : index + MOST_WORDS], signed), page.number)


def _is_other(line: Line) -> bool:
    """Whether a line under a sentence is who signs, for whom, or who gets the paper, and none of it."""
    over = (line.capitals and names_position(line)) or bool(_AUTHORITY.match(line.text))
    return over or (line.letters.startswith("noinhan") and line.text[:1].isupper())


def _speaks_of_itself(words: Sequence[Word], folded: Sequence[str], index: int, name: str) -> bool:
    """`Quyết định này có hiệu lực`, `Điều 3. Quyết định có hiệu lực`: never what is said of another paper."""
    if folded[index - 1] == "nay":
        return True
    for size in (2, 3, 4):
        start = index - size
        subject = " ".join(folded[max(0, start) : index])
        begins = start <= 0 or words[start - 1].text.endswith((".", ":", ";", ")"))
        if start >= 0 and begins and words[start].text[:1].isupper() and name.startswith(subject):
            return True
    return False


def _sentence(words: Sequence[Word], signed: Collection[int]) -> tuple[Word, ...]:
    """The words to the first stop, or to who signs and gets it (`signed`: the first words of such lines, by
    identity); a figure with a stop is a date or an item."""
    for index, word in enumerate(words):
        if id(word) in signed:
            return tuple(words[:index])
        if word.text.endswith((".", ";")) and not re.fullmatch(r"\d{1,2}\.", word.text):
            return tuple(words[: index + 1])
        if index and fold(word.text) == "dieu" and word.text[:1].isupper():
            return tuple(words[:index])
    return tuple(words)


def _until(words: Sequence[Word], pattern: re.Pattern[str]) -> tuple[Word, ...]:
    match = pattern.search(_folded(words))
    if match is None:
        return tuple(words)
    before = _folded(words)[: match.start()]
    return tuple(words[: len(before.split())])


def _folded(words: Sequence[Word]) -> str:
    return " ".join(fold(word.text) for word in words)


def _text(words: Sequence[Word]) -> str:
    """Without a bracket that was opened before it: `( Giấy này có giá trị đến hết ngày … )`."""
    said = " ".join(word.text for word in words).strip(" .,;:/")
    while said.endswith(")") and said.count("(") < said.count(")"):
        said = said[:-1].rstrip()
    return said
