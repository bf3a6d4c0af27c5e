"""The date of a paper without a letterhead: on a line of its own, over the signature."""

import re
from collections.abc import Sequence

from ocr.fields.dates import iso
from ocr.fields.evidence import ABSENT, handwritten, read
from ocr.kinds.lines import Line, lines, same_row
from ocr.language.writing import fold
from ocr.recognition import Field, Page

_CLOSING = re.compile(
    r"^(?P<place>(?!dang ky|cap ngay|sinh)[^\d:;]{0,48}[,.]\s?)?"
    r"ngay\s?(?:/\s?date)?\s?(?P<day>[^a-z]{0,8}?)\s?,?\s?"
    r"thang\s?(?:/\s?month)?\s?(?P<month>[^a-z]{0,8}?)\s?,?\s?nam\s?(?:/\s?year)?\s?(?P<year>(?:19|20)\d\d)\W*$"
)
#: What asks for a date without a colon: `Ngày, tháng, năm sinh`.
_LABEL = re.compile(r"\b(?:sinh|ngay (?:cap|dang ky)|het han)$")
#: How far under its label a date may stand, in heights of a line.
UNDER = 1.4
_PLACED = re.compile(r"^(?!ngay\b)[^\d:;]{2,48}[,.]\s?ngay\b.*\bthang\b.*\bnam\b")


def closing_date(pages: Sequence[Page]) -> Field:
    """The last such line of the paper; its day or month may be left to the pen."""
    for page in reversed(pages):
        every = lines(page)
        for line in reversed(every):
            match = _CLOSING.match(line.folded) if len(line.words) <= 16 else None
            if match is not None and not _answers(line, every):
                # A place has a capital: `phút, ngày 13 …` is what is left of another line.
                torn = match["place"] and not line.words[0].text[:1].isupper()
                return handwritten(page.number, line.box) if torn else _date(page, line, match)
    return ABSENT


def _answers(line: Line, every: Sequence[Line]) -> bool:
    """Whether a label asks for the date: on the line's left, or right above it (`Ngày sinh`)."""
    for other in every:
        if other.letters == "noinhan":  # it stands beside the signature
            continue
        beside = same_row(other, line) and other.box.x1 <= line.box.x0
        above = (
            other.box.y1 <= line.middle
            and line.box.y0 - other.box.y1 < UNDER * line.height
            and abs(other.box.x0 - line.box.x0) < 2 * line.height
        )
        if (beside or above) and (other.text.endswith(":") or _LABEL.search(other.folded)):
            return True
    return False


def is_closing(line: Line) -> bool:
    """Whether a line is the place and date over a signature, its figures and translations left out."""
    return bool(_PLACED.match(line.folded))


def _date(page: Page, line: Line, match: re.Match[str]) -> Field:
    year = int(match["year"])
    day, month = (_numeral(match[part]) for part in ("day", "month"))
    start = next((i for i, w in enumerate(line.words) if fold(w.text).startswith("ngay")), 0)
    words = line.words[start:]
    whole = iso(year, month, day) if month and day else None
    sure = page.origin == "text-layer" or min(w.confidence for w in words) >= 0.6
    if whole and sure:
        return read(whole, words, page.number)
    part = (iso(year, month) if month else None) or iso(year)
    return handwritten(page.number, line.box, part)


def _numeral(text: str) -> int | None:
    text = text.strip(" .,:;")
    return int(text) if re.fullmatch(r"\d{1,2}", text) else None
