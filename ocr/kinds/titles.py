"""The line of a page that says what the paper is: where titles stand, and which of the catalogue one is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ocr.kinds import nature
from ocr.kinds.catalogue import PaperKind, catalogue
from ocr.language.writing import distance, fold_letters, is_syllable
from ocr.recognition import Page
from ocr.structure.letterhead import Letterhead, is_motto, is_urgency
from ocr.structure.lines import Line, same_row

#: The part of the page in which a title may begin.
TITLE_SHARE = 0.6
#: Lines in capitals that are tried as titles.
MOST_TITLES = 60
#: A reader that is this sure of a line in which every word is a syllable took no letter for another.
SURE_LINE = 0.85
#: Letters of a line from which it may be the beginning of a title.
LEAST_BEGUN = 12

#: Before the name of whom somebody signs for: `TM. ỦY BAN NHÂN DÂN`.
_AUTHORITY = re.compile(r"(?:tm|kt|tl|tuq|q)\s?[.,]")
#: A line that numbers a part of a paper: `Chương II`, `Phụ lục 1`.
_PART = re.compile(
    r"(phu luc|chuong|phan|muc|quyen|tieu muc)\s*(thu\s)?([ivxlc\d]{1,6}|nhat|hai|ba)?\s*[:.]?$"
)


@dataclass(frozen=True, slots=True)
class Title:
    """A line that says what the paper is. `text` is the title as the catalogue has it, `score` (0..1) how
    well the line matches that, and `whole` whether nothing follows it on the line."""

    kind: PaperKind
    line: Line
    score: float
    text: str
    whole: bool


def find_title(head: Letterhead, spoken: PaperKind | None = None) -> Title | None:
    """The first line of the page that is set as a title and is the title of a kind, unless a later one
    matches far better. `spoken` is the kind that the paper's symbol speaks for; its titles come first."""
    best: Title | None = None
    candidates = title_lines(head)[:MOST_TITLES]
    for index, line in enumerate(candidates):
        following = candidates[index + 1] if index + 1 < len(candidates) else None
        found = _match(line, following, spoken)
        if found is None or not _has_nature(found, head.page):
            continue
        if best is None or found.score > best.score + 0.1:
            best = found
        if best.score >= 0.9:
            return best
    return best or (_in_small_letters(head, spoken) if spoken else None)


def _in_small_letters(head: Letterhead, kind: PaperKind) -> Title | None:
    """A title that stands in small letters, alone in the middle, where the paper's symbol says the same:
    `Giấy giới thiệu` under `Số: 12/GGT`."""
    titles = {fold_letters(title): title for title in kind.titles}
    for line in head.lines:
        if line.letters in titles and line.text[:1].isupper() and _is_set_as_title(line, head):
            below = head.number is not None and line.middle > head.number.line.middle
            if below and line.box.y0 < TITLE_SHARE * head.page.height:
                return Title(kind, line, 0.94, titles[line.letters], whole=True)
    return None


def _has_nature(title: Title, page: Page) -> bool:
    """Whether a title that goes on is one: `GIẤY KHAI SINH VÀ NHỮNG ĐIỀU CẦN BIẾT` heads no certificate."""
    kind = title.kind
    if title.whole or kind.goes_on or kind.group == "administrative":
        return True
    return nature.parts_of(kind, page) >= nature.LEAST_PARTS


def title_lines(head: Letterhead) -> list[Line]:
    """Lines in capitals that may be titles: not of the letterhead, not the motto, alone and in the middle."""
    page = head.page
    issuer = head.issuer
    # A symbol stands in a letterhead, and the title under it; a bare number, and a symbol in the middle of
    # the page, may stand under the title.
    above = head.number is not None and head.number.symbol and head.number.under is None
    after = head.number.line.middle if head.number and above else 0
    return [
        line
        for index, line in enumerate(head.lines)
        if line.box.y0 < TITLE_SHARE * page.height
        and line.capitals
        and line.middle > after
        and len(line.letters) >= 4  # `ĐỀ ÁN`
        and line not in issuer
        and not is_motto(line)
        and not _AUTHORITY.match(line.folded)
        and _is_set_as_title(line, head)
        and not _heads_a_part(head.lines[:index], line)
    ]


def _is_set_as_title(line: Line, head: Letterhead) -> bool:
    """Whether the line is centred on the page with nothing beside it, or stands centred under the motto."""
    motto, page = head.motto, head.page
    if motto is not None and abs(line.center - motto.center) < 0.08 * (motto.box.x1 - motto.box.x0):
        return line.middle > motto.middle
    if not 0.3 * page.width < line.center < 0.72 * page.width:
        return False
    beside = (
        x
        for x in head.lines
        if x is not line and same_row(x, line) and len(x.letters) >= 4 and not is_urgency(x)
    )
    return not any(x.capitals for x in beside)


def _heads_a_part(above: Sequence[Line], line: Line) -> bool:
    """Whether the line names a chapter or an annex, not the paper: `Chương II`, `PHỤ LỤC` stand over it."""
    for other in reversed(above):
        if line.box.y0 - other.box.y1 > 1.6 * line.height:
            return False
        if not same_row(other, line):
            return bool(_PART.match(other.folded))
    return False


def _match(line: Line, following: Line | None, spoken: PaperKind | None) -> Title | None:
    """The title of the catalogue that a line is, alone or together with the line that follows it closely."""
    texts = [line.letters]
    if following is not None and following.box.y0 - line.box.y1 < 2 * line.height:
        texts.append(line.letters + following.letters)
    sure = line.confidence >= SURE_LINE and all(is_syllable(w.text) for w in line.words)
    found = [
        Title(kind, line, score + (0.02 if kind is spoken else 0.0), printed, _is_whole(letters, wanted))
        for letters in texts
        for kind, printed, wanted in _titles()
        if (score := _score(letters, wanted, sure)) > 0
    ]
    return max(found, key=lambda t: (t.score, len(t.text)), default=None)


@cache
def _titles() -> tuple[tuple[PaperKind, str, str], ...]:
    """Every title of the catalogue, as printed and as compared, the longest first."""
    every = [(kind, title, fold_letters(title)) for kind in catalogue().values() for title in kind.titles]
    return tuple(sorted(every, key=lambda entry: -len(entry[2])))


def _score(letters: str, wanted: str, sure: bool) -> float:
    """How well the letters of a line match those of a title, 0..1; 0 where they do not. In a line that was
    `sure`ly read no letter may differ: `HỘI ĐỒNG` is no `HỢP ĐỒNG`."""
    slips = 0 if letters == wanted else distance(letters, wanted, _slips(wanted))
    if slips <= _slips(wanted) and not (sure and slips):
        return 0.94 - 0.08 * slips
    if letters.startswith(wanted) and len(wanted) >= 5:
        return 0.9 if len(wanted) >= 8 else 0.8
    if len(wanted) >= 12 and not sure:
        begun = (letters[: len(wanted) + more] for more in (-1, 0, 1))  # a letter lost, misread or added
        return 0.8 if any(distance(one, wanted, 1) <= 1 for one in begun) else 0.0
    return 0.0


def _is_whole(letters: str, wanted: str) -> bool:
    """Whether a line that begins with a title holds nothing else."""
    return len(letters) <= len(wanted) + _slips(wanted)


def _slips(wanted: str) -> int:
    """How many letters of a title may be misread; none of a short one, as one letter makes it another."""
    return 0 if len(wanted) < 6 else min(3, len(wanted) // 6)


def is_beginning(line: Line, kind: PaperKind) -> bool:
    """Whether a line is the beginning of a title of the kind, whose rest was not read: `TỜ TRÌ`."""
    return any(fold_letters(title).startswith(line.letters) for title in kind.titles)


def kinds_of_part(line: Line) -> list[PaperKind]:
    """The kinds that have a title of which the line is the beginning or the end."""
    letters = line.letters
    if len(letters) < LEAST_BEGUN:
        return []
    return [k for k, _, wanted in _titles() if wanted.startswith(letters[:-1]) or wanted.endswith(letters)]
