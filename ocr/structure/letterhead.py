"""The head of a paper as Decree 30/2020 lays it out: issuer and number on the left, motto and date right."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from statistics import median

from ocr.language.writing import distance, fold_letters, is_syllable
from ocr.recognition import Page
from ocr.structure.lines import MOST_PAGES, Line, lines, one_line, same_row, without_stamps
from ocr.structure.number_row import NumberRow, may_be_symbol, number_row, row_under_title

MOTTO = "conghoaxahoichunghiavietnam"
SUB_MOTTO = "doclaptudohanhphuc"

#: The part of the page in which a letterhead may stand; incoming-mail stamps push it down.
HEAD_SHARE = 0.45

#: What mail rooms stamp above their own number and day.
STAMP_TITLES = ("congvanden", "vanbanden", "congvandi", "vanbandi")

#: Decree 30/2020, Annex I: how urgent a paper is, by its letters.
URGENCIES = {
    "hoatoc": "HỎA TỐC",
    "hoatochengio": "HỎA TỐC HẸN GIỜ",
    "thuongkhan": "THƯỢNG KHẨN",
    "khan": "KHẨN",
}

#: What else stands in capitals over a letterhead, or under the name of an enterprise in one.
_SAID_OF_PAPER = re.compile(r"(?:duthao(?:lan)?\w{0,4}|(?:toi|tuyet)mat|luuhanhnoibo)")
_SECRET = re.compile(r"\W*MẬT\W*")
_CONTACT = re.compile(
    r"\d{5}|(?:\d{3}[ .]){2}|^\W*số \d+\w? (?:đường|phố|ngõ|[A-ZĐ])|"
    r"^\W*(?:đ/?t|đ/?c|tel|fax|mst|mã số thuế|e-?mail|website|hotline|địa chỉ|điện thoại)\s*[:.]",
    re.IGNORECASE,
)

#: How far to the right the motto of a mirrored letterhead ends at most, as a share of the page.
MIRRORED = 0.52
#: How far off the middle of the page the motto stands at most, as a share of it, where the letterhead is one
#: column; how far off the motto's middle the issuer stands then, in heights of a line.
AMID, ASTRAY = 0.08, 1.5
#: Between the motto and the issuer in one column at most; between two lines of its name at most, and from it
#: to what is no part of it at least; in heights of a line.
LEVEL_APART, CLOSE, FAR = 3.0, 1.2, 1.7
#: What the name of a body begins with. `SỞ` alone is no such word: readers see it in `SỔ HỘ KHẨU`.
_BODY = re.compile(
    r"(?:uy ban nhan dan|ubnd|hoi dong nhan dan|cong an|cong ty|toa an nhan dan|vien kiem sat|chi cuc|cuc|"
    r"so (?:noi vu|tu phap|tai|xay dung|giao|y te|cong thuong|nong|khoa|van hoa|lao dong|ke hoach|du lich)|"
    r"truong (?:mam non|tieu hoc|trung|cao dang|dai hoc|thcs|thpt))\b"
)
#: What a title begins with that may stand as close under an issuer as a line of its name.
_TITLE = re.compile(
    r"(?:quyet dinh|nghi quyet|chi thi|thong bao|to trinh|bao cao|bien ban|hop dong|ke hoach|giay|don|phieu|"
    r"trich luc|to khai|so ho|bang|the|chung)\b"
)

#: How far over the date the number stands at most, in heights of a line.
OVER_DATE = 1.5

#: Spaces of a line that tell how wide they usually are.
MANY_SPACES = 3

_LABELLED_NUMBER = re.compile(r"S\S{1,2}\s*:\s*\S*\d")
#: A label asks for this date: `Ngày sinh: ngày 25 tháng 11 năm 1990`.
_ASKED_FOR = re.compile(r":\W*ngay\b|\b(?:sinh|dang ky|lan dau|lan thu)\W*ngay\b|\bngay sinh\b")
#: In figures alone it has a place before it: `Ngày: 5/3/2024` is what a stamp says.
_DATE_IN_FIGURES = re.compile(
    r"^[^\W\d][^\d:;]{1,46}[,.]\s?ngay\s?\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?(?:19|20)\d\d\W*$"
)
_DATE = re.compile(r"n\s?a\s?m\s?\.?\s*(?P<year>(?:19|20)\d\d)")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The parts of the head of a page that were found; `split` is where the right column begins. `mirrored`:
    the motto stands on the left, and who issues on the right."""

    page: Page
    lines: tuple[Line, ...]
    split: float
    motto: Line | None
    number: NumberRow | None
    date: Line | None
    mirrored: bool = False

    def left(self, line: Line) -> bool:
        """Whether a line stands in the column of who issues: the left one but where it is mirrored."""
        if self.mirrored:
            return line.box.x0 > self.split - 0.02 * self.page.width
        return line.center < self.split and line.box.x1 < self.split + 0.08 * self.page.width

    @property
    def issuer(self) -> list[Line]:
        """The lines of the issuing agency: in capitals, on the left, from the motto's row to the number's; or
        in one column with the motto."""
        stacked = stacked_issuer(self.lines, self.motto, self.page)
        if stacked:
            return stacked
        end = self.number.line.middle if self.number else None
        if self.number is not None and self.number.under is not None:
            end = self.number.under.box.y0
        if end is None:
            end = self.date.middle + 1 if self.date else None
        if end is None and self.motto is None:
            return []
        start = self.motto.box.y0 - 1.2 * self.motto.height if self.motto else 0.0
        stop = end if end is not None else start + 7 * (self.motto.height if self.motto else 1)
        block = [
            line
            for line in self.lines
            if self.left(line)
            and start <= line.middle < stop
            and _is_issuer(line)
            and not self._numbers(line)
        ]
        block = _without_outsiders(block)
        # In a right column a title may stand, or where a photo belongs.
        return block if not self.mirrored or (block and _BODY.match(block[0].folded)) else []

    @property
    def is_crowded(self) -> bool:
        """Whether the issuer's name runs into the motto, so that neither can be told from the other."""
        motto = self.motto
        if motto is None or self.mirrored or not motto.box.x0 < 0.25 * self.page.width < motto.center:
            return False
        words = [fold_letters(word.text) for word in motto.words]
        glued = not fold_near(motto.letters, MOTTO) or ("hoa" in words and words.index("hoa") > 1)
        return glued or any(self.left(line) and same_row(line, motto) for line in self.issuer)

    def _numbers(self, line: Line) -> bool:
        """Whether the line is the number's: by its place, or by its look right over the date."""
        if self.number is not None:
            return same_row(line, self.number.line)
        if self.date is None:
            return False
        near = 0 <= self.date.box.y0 - line.box.y1 < OVER_DATE * line.height
        return same_row(line, self.date) or (near and may_be_symbol(line.text))


def _is_issuer(line: Line) -> bool:
    letters = [c for c in line.text if c.isalpha()]
    numbers = _LABELLED_NUMBER.match(line.text)
    stamped = any(fold_near(line.letters, title) for title in STAMP_TITLES)
    said = stamped or numbers or is_said_of_paper(line) or is_contact(line) or is_motto(line)
    # The end of a long name may be a line of its own: `TỈNH NGHỆ` and `AN`.
    says = len(letters) >= 3 or (line.confidence >= 0.95 and len(letters) == 2 and is_syllable(line.text))
    return says and line.capitals and line.confidence >= 0.3 and not said


def is_said_of_paper(line: Line) -> bool:
    """Whether a line says something of the whole paper: `DỰ THẢO`, `DỰ THẢO LẦN 2`, `HỎA TỐC`, `TỐI MẬT`."""
    said = _SAID_OF_PAPER.fullmatch(line.letters) or _SECRET.fullmatch(line.text)
    return bool(said) or is_urgency(line)


def is_contact(line: Line) -> bool:
    """Whether a line says where an issuer can be reached: `ĐT: 0999.000.111 - MST: 0999000111`."""
    return bool(_CONTACT.search(line.text))


def _without_outsiders(block: Sequence[Line]) -> list[Line]:
    """The block without lines that stand far above the rest, as stamps and signature marks do."""
    kept: list[Line] = []
    for line in reversed(block):
        if kept and kept[-1].box.y0 - line.box.y1 > 2.2 * line.height:
            break
        kept.append(line)
    return kept[::-1]


def is_urgency(line: Line) -> bool:
    """Whether a line says how urgent a paper is, a letter lost or misread as under a stamp's frame."""
    slips = {known: 0 if len(known) < 5 else 1 for known in URGENCIES}
    return any(distance(line.letters, known, most) <= most for known, most in slips.items())


def fold_near(letters: str, wanted: str) -> bool:
    """Whether folded letters are the wanted ones, but for one slip in eight letters."""
    limit = len(wanted) // 8 + 1
    return distance(letters, wanted, limit) <= limit


def is_motto(line: Line) -> bool:
    """Whether the line is the national motto or the words under it."""
    return fold_near(line.letters, MOTTO) or fold_near(line.letters, SUB_MOTTO)


@lru_cache(maxsize=MOST_PAGES)
def letterhead(page: Page) -> Letterhead:
    """The head of a page, with whatever of it can be found."""
    every = _parted(lines(without_stamps(page)))
    top = [line for line in every if line.box.y0 < HEAD_SHARE * page.height]
    motto = next((line for line in top if fold_near(line.letters, MOTTO)), None)
    if motto is None:
        motto = next((line for line in top if MOTTO[4:20] in line.letters and line.capitals), None)
    mirrored = motto is not None and _is_mirrored(motto, top, page)
    split = (
        motto.box.x0 - 0.5 * motto.height if motto and motto.box.x0 > 0.25 * page.width else 0.47 * page.width
    )
    if motto is not None and mirrored:
        split = motto.box.x1 + 0.5 * motto.height
    if motto is not None:
        every = tuple(part for line in every for part in _at_split(line, split, motto))
        top = [line for line in every if line.box.y0 < HEAD_SHARE * page.height]
    number = number_row(top, split, motto)
    if number is None and mirrored:
        number = number_row([line for line in top if line.box.x0 >= split], page.width, motto)
        if number is not None and number.symbol is None:
            number = None  # `MẪU SỐ 01` of a form
    number = _under_title(top, motto, number, page) or number
    date = _date_line(top, motto, number, split, mirrored=mirrored)
    return Letterhead(page, every, split, motto, number, date, mirrored)


def _under_title(
    top: Sequence[Line], motto: Line | None, number: NumberRow | None, page: Page
) -> NumberRow | None:
    """The row that numbers the paper under its title, where none over it does. What stands under the motto's
    words or the name of an agency in one column is under no title, nor is what a mail room stamped."""
    row = row_under_title(top, page.width)
    if row is None or row.under is None or (number is not None and number.line.middle < row.line.middle):
        return None
    over = row.under
    named = over in stacked_issuer(top, motto, page) or is_motto(over)
    stamped = any(fold_near(over.letters, title) for title in STAMP_TITLES)
    return None if named or stamped else row


def _is_mirrored(motto: Line, top: Sequence[Line], page: Page) -> bool:
    """Whether the motto stands whole in the left column, and lines in capitals level with it in the right."""
    if motto.box.x1 > MIRRORED * page.width or not fold_near(motto.letters, MOTTO):
        return False
    beside = (line for line in top if line.box.x0 > motto.box.x1 and _is_issuer(line))
    return any(abs(line.middle - motto.middle) < 2 * motto.height for line in beside)


def stacked_issuer(every: Sequence[Line], motto: Line | None, page: Page) -> list[Line]:
    """The agency that stands over the motto, or under its second line, in one column in the middle of the
    page: lines in capitals that begin with what bodies are called, with nothing close to them that may go on
    with the name. None where the head has two columns."""
    if motto is None or abs(motto.center - page.width / 2) > AMID * page.width:
        return []
    if any(same_row(line, motto) and line is not motto for line in every):
        return []
    mottos = [line for line in every if is_motto(line) and abs(line.middle - motto.middle) < 3 * motto.height]
    if not mottos:
        return []  # only a part of it was read, or more stands on its line
    others = [line for line in every if line not in mottos and not is_said_of_paper(line)]
    above = [line for line in others if line.middle < motto.middle]
    below = [line for line in others if line.middle > mottos[-1].middle]
    found = [_close_block(above[::-1], mottos[0])[::-1], _close_block(below, mottos[-1])]
    named = [
        block
        for block in found
        if block
        and all(_is_issuer(x) and abs(x.center - motto.center) < ASTRAY * motto.height for x in block)
        and _BODY.match(block[0].folded)
        and not any(_TITLE.match(line.folded) for line in block)
    ]
    return named[0] if len(named) == 1 else []


def _close_block(nearest: Sequence[Line], motto: Line) -> list[Line]:
    """The lines next to the motto that stand closely together, the nearest first; none where the next one is
    neither close nor far, so that nobody knows whether it goes on with them."""
    block: list[Line] = []
    for line in nearest:
        first, second = sorted((line, block[-1] if block else motto), key=lambda x: x.middle)
        gap = (second.box.y0 - first.box.y1) / motto.height
        if gap > (FAR if block else LEVEL_APART):
            break
        if block and gap > CLOSE:
            return []
        block.append(line)
    return block


def _parted(every: Sequence[Line]) -> tuple[Line, ...]:
    """The lines, those cut that run from the issuer's name into the motto."""
    found: list[Line] = []
    for line in every:
        words = [fold_letters(w.text) for w in line.words]
        at = next(
            (i for i in range(len(words) - 4) if words[i].endswith("cong") and words[i + 1] == "hoa"), None
        )
        if at is None:
            found.append(line)
        else:
            found.extend(_cut_at(line, at) if words[at] == "cong" else _cut_within(line, at))
    return tuple(found)


def _cut_within(line: Line, index: int) -> list[Line]:
    """The line cut within a word such as `ANCỘNG`, before its last four letters."""
    word = line.words[index]
    cut = round(word.box.x1 - (word.box.x1 - word.box.x0) * 4 / len(word.text))
    name = replace(word, text=word.text[:-4], box=replace(word.box, x1=cut))
    motto = replace(word, text=word.text[-4:], box=replace(word.box, x0=cut))
    return [
        Line(line.page, (*line.words[:index], name)),
        Line(line.page, (motto, *line.words[index + 1 :])),
    ]


def _at_split(line: Line, split: float, motto: Line) -> list[Line]:
    """A line of the head that crosses into the right column, cut at its widest gap near the split."""
    if line.box.y0 > motto.box.y1 + 6 * motto.height or not line.box.x0 < split < line.box.x1:
        return [line]
    gaps = [
        (after.box.x0 - before.box.x1, index)
        for index, (before, after) in enumerate(pairwise(line.words), 1)
        if abs((before.box.x1 + after.box.x0) / 2 - split) < 4 * motto.height
    ]
    widest, at = max(gaps, default=(0, 0))
    spaces = [after.box.x0 - before.box.x1 for before, after in pairwise(line.words)]
    usual = median(spaces) if len(spaces) > MANY_SPACES else 0  # a typewriter's are as wide as its letters
    return _cut_at(line, at if widest >= max(0.9 * line.height, 1.5 * usual) else 0)


def _cut_at(line: Line, index: int) -> list[Line]:
    if index == 0:
        return [line]
    return [Line(line.page, line.words[:index]), Line(line.page, line.words[index:])]


def _date_line(
    top: Sequence[Line], motto: Line | None, number: NumberRow | None, split: float, *, mirrored: bool
) -> Line | None:
    """The line `<place>, ngày … tháng … năm …` of the head: beside the number or under the motto."""
    candidates = [line for line in top if _is_date_line(line)]
    if number is not None and number.under is not None:
        candidates = [c for c in candidates if c.middle < number.under.middle]
        number = None
    if number is not None:
        beside = [c for c in candidates if abs(c.middle - number.line.middle) < 4 * c.height]
        nearest = min(beside, key=lambda c: abs(c.middle - number.line.middle), default=None)
        if nearest is not None and mirrored and nearest.box.x0 < split:
            split = 0.0
        return _whole_row(nearest, top, split) if nearest else None
    if motto is not None:
        under = [
            c
            for c in candidates
            if 0 < c.middle - motto.middle < 8 * motto.height
            and c.center > motto.box.x0
            and not any(_says(x, c) for x in top)
        ]
        return under[0] if under else None
    return None


def _says(line: Line, date: Line) -> bool:
    """Whether a date is said in the running text before it, which is no part of a head in capitals. A date
    that begins with a name stands by itself, far from a number that nobody understood: `Mẫu Đơn, ngày …`."""
    if line is date or line.capitals or not same_row(line, date) or line.box.x1 > date.box.x0:
        return False
    first = date.words[0].text
    apart = date.box.x0 - line.box.x1 > OVER_DATE * date.height
    if apart and first[:1].isupper() and fold_letters(first) != "ngay":
        return False
    return any(len(w.text) > 1 and w.text.isalpha() for w in line.words)


def _whole_row(line: Line, top: Sequence[Line], split: float) -> Line:
    """The date with what stands before it on its row: a day left open for the pen parts the two."""
    row = [x for x in top if same_row(x, line) and split < x.box.x0 <= line.box.x0]
    return one_line(row) if row else line


def _is_date_line(line: Line) -> bool:
    text = line.folded
    if _DATE_IN_FIGURES.match(text) and not _ASKED_FOR.search(text) and line.words[0].text[:1].isupper():
        return True
    if len(line.words) > 14 or not _DATE.search(text) or _ASKED_FOR.search(text):
        return False
    if re.match(r"\W*(?:ve viec|v/v)\b", text):
        return False  # `Về việc đẩy mạnh thu ngân sách những tháng cuối năm 2026`
    return "thang" in text.replace(" ", "") or "ngay" in text


def subject_start(head: Letterhead) -> Line | None:
    """The line `V/v …` in the left column under the number."""
    if head.number is None:
        return None
    row = head.number.line
    below = [
        line
        for line in head.lines
        if line.middle > row.middle + 0.5 * row.height
        and line.box.y0 - row.box.y1 < 5 * row.height
        and line.box.x0 < head.split
    ]
    for line in below:
        if line.letters.startswith(("vv", "veviec")) and line.words[0].text[:1] in "VvWw":
            return line
    return None
