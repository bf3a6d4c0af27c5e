"""The date of a paper without a letterhead: on a line of its own, over the signature."""

import re
from collections.abc import Sequence

from ocr.confidence import LEAST_SURE
from ocr.fields.certification import without_certification
from ocr.fields.dates import iso, numeral
from ocr.fields.evidence import ABSENT, confirms, handwritten, proposed, read, seen_by_readers
from ocr.language.writing import fold, is_syllable
from ocr.recognition import Field, Page
from ocr.structure.lines import Line, lines, same_row

_CLOSING = re.compile(
    r"^(?P<place>(?!dang ky|cap ngay|sinh)[^\d:;]{0,48}?(?P<mark>[,.]\s?|\s))?"
    r"ngay\s?(?:/\s?date)?\s?(?P<day>[^a-z]{0,8}?)\s?,?\s?"
    r"thang\s?(?:/\s?month)?\s?(?P<month>[^a-z]{0,8}?)\s?,?\s?nam\s?(?:/\s?year)?\s?(?P<year>(?:19|20)\d\d)\W*$"
)
#: Words of a place whose comma has faded: `Vĩnh Thuận ngày …`, and no `Lập ngày`.
PLACED = range(2, 5)
#: What asks for a date without a colon: `Ngày, tháng, năm sinh`.
_LABEL = re.compile(r"\b(?:sinh|ngay (?:cap|dang ky)|het han)$")
#: How far under its label a date may stand, in heights of a line.
UNDER = 1.4
_PLACED = re.compile(r"^(?!ngay\b)[^\d:;]{2,48}[,.]\s?ngay\b.*\bthang\b.*\bnam\b")


def closing_date(pages: Sequence[Page]) -> Field:
    """The last such line of the paper; its day or month may be left to the pen."""
    for page in reversed(pages):
        line = closing_line(page)
        match = _CLOSING.match(line.folded) if line is not None else None
        if line is not None and match is not None:
            # A place has a capital: `phút, ngày 13 …` is what is left of another line.
            torn = match["place"] and not line.words[0].text[:1].isupper()
            return handwritten(page.number, line.box) if torn else _date(page, line, match)
    return ABSENT


def closing_line(page: Page) -> Line | None:
    """The last line of a page that is a place and a date, and answers no label; that of what certifies a copy
    only where nothing else stands on the page."""
    own = without_certification(page)
    every = lines(own if own.words else page)
    for line in reversed(every):
        if len(line.words) <= 16 and _is_placed(line) and not _answers(line, every):
            return line
    return None


def _is_placed(line: Line) -> bool:
    """Whether a line is a date, behind the name of a place where words are before it."""
    match = _CLOSING.match(line.folded)
    if match is None or match["place"] is None or match["mark"].strip():
        return match is not None
    before = [word.text for word in line.words[: match["place"].count(" ")]]
    return len(before) in PLACED and all(text[:1].isupper() and is_syllable(text) for text in before)


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
    day, month = (numeral(match[part]) for part in ("day", "month"))
    start = next((i for i, w in enumerate(line.words) if fold(w.text).startswith("ngay")), 0)
    words = line.words[start:]
    whole = iso(year, month, day) if month and day else None
    figures = [w.confidence for w in words if any(c.isdigit() for c in w.text)]
    sure = page.origin == "text-layer" or min(figures, default=0.0) >= LEAST_SURE
    seen = seen_by_readers(page, "closing-date")
    if whole and sure and confirms(seen, whole) and (seen is None or seen.printed):
        return read(whole, words, page.number)
    part = (iso(year, month) if month else None) or iso(year)
    return proposed(handwritten(page.number, line.box, part), seen)
