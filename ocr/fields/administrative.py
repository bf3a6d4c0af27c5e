"""The fields of administrative documents, from their places in the layout of Decree 30/2020."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ocr.fields.dates import iso, numeral
from ocr.fields.doubts import is_garbled, is_glued, is_guessed, lacks_marks, misspells_place
from ocr.fields.evidence import (
    ABSENT,
    PRINTED_CONFIDENCE,
    confirms,
    digit_height,
    handwritten,
    is_printed,
    proposed,
    read,
    read_lines,
    seen_by_readers,
)
from ocr.fields.spelling import spelt
from ocr.fields.tones import lost_tone
from ocr.language.places import MERGED
from ocr.language.writing import fold, is_syllable
from ocr.recognition import Box, Field, Kind, Page, Word
from ocr.structure.letterhead import URGENCIES, Letterhead, is_contact, is_motto, is_said_of_paper
from ocr.structure.lines import Line, lines, same_row, span
from ocr.structure.number_row import NumberRow

#: Readers are less sure of a word like `15/QĐ-UBND` as a whole; digits in one word with the symbol stand
#: closer to it than a pen writes.
GLUED_CONFIDENCE = 0.85

NOTED = 0.95  # how sure a line over a head is that is believed to be somebody's note
TOUCHING = 0.7  # how close what goes on from a line stands behind it, in heights of the line
LONGEST_SHORT = 5  # letters of what agencies and companies are called for short: `TNHH`, `VKSND`
SHORT_NAME = 4  # letters of an issuer's abbreviation that say which it is
#: What no agency is called without the name of its unit, but for an office, which may be another body's.
_NOBODY = ("uybannhandan", "ubnd", "hoidongnhandan", "hdnd", "vanphong", "congan")
_OFFICE = "vanphong"
#: Before the name of a unit, in capitals.
OF_UNIT = re.compile(r"\b(?:TỈNH|THÀNH PHỐ|THỊ XÃ|THỊ TRẤN|XÃ|PHƯỜNG|ĐẶC KHU|HUYỆN|QUẬN)\s")
#: The same, and short for it, as under `ỦY BAN NHÂN DÂN`: `TP. …`, `TX …`, `P. …`.
_UNIT = re.compile(rf"{OF_UNIT.pattern}|TPHCM\b|(?:TP|TX|TT)[. ]|[PQHX]\.")
_SHORT_UNIT = re.compile(r"(?:TP|TX|TT|[PQHX])\.", re.IGNORECASE)
_OF_COMMUNE = re.compile(r"\b(?:XÃ|PHƯỜNG|THỊ TRẤN) ((?!HỘI\b)[^\d-]+)$")
_NUMBER = re.compile(r"\d{1,6}[a-zđ]?")
#: A number without a symbol, or one that was not understood, has its label all the same: `số: 283`.
_NUMBERED = re.compile(r"[Ss$]\S{1,2}\s?:")
#: A numeral in a name may be written otherwise in a symbol: `CHI NHÁNH KHU VỰC IV` is `CNKV4`.
_NUMERAL = re.compile(r"[IVX]+|\d+")
#: A date in figures: `5/3/2024`.
_FIGURES = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-]((?:19|20)\d\d)[.,;]?")
_DATE = re.compile(r"(?P<day>.*?)th?ang(?P<month>.*?)nam[ .:]*(?P<year>(?:19|20)\d\d)")


def number(head: Letterhead) -> Field:
    """The digits before the slash. Only print is read; what a pen wrote has a place, and a value where
    independent readers of the picture agree."""
    row = head.number
    if row is None:
        return ABSENT
    seen = seen_by_readers(head.page, "number")
    digits = re.sub(r"\s", "", row.digits)
    word = _number_word(row)
    # Where three readers say the same and the ink is set as print, the first of them need not be sure.
    same = seen is not None and seen.printed and seen.value == digits
    printed = word is not None and (same or _number_is_printed(head.page, row, word))
    if word is not None and printed and _NUMBER.fullmatch(digits) and confirms(seen, digits):
        return read(digits, [word], head.page.number)
    return proposed(handwritten(head.page.number, row.gap), seen)


def _number_word(row: NumberRow) -> Word | None:
    """The one word that holds the digits, alone or with the label or the symbol."""
    holders = [w for w in (row.label if row.rest else None, *row.before) if w is not None]
    first = row.symbol_words[0] if row.symbol_words else None
    if first is not None and first is not row.label and re.match(r"\d.*/", first.text):
        holders.append(first)
    return holders[0] if len(holders) == 1 else None


def _number_is_printed(page: Page, row: NumberRow, word: Word) -> bool:
    if page.origin == "text-layer":
        return True
    if word is row.label:
        return False
    if word in row.before:
        return is_printed(word, page, row.label, row.symbol_words[0] if row.symbol_words else None)
    usual = digit_height(page)
    tall = word.box.y1 - word.box.y0
    most = 1.3 if "Q" in word.text else 1.15  # the tail of Q hangs below
    return (
        word.confidence >= GLUED_CONFIDENCE
        and 0.8 * usual <= tall <= most * usual
        and word.box.x0 - row.label.box.x1 <= 0.75 * usual
    )


def symbol(head: Letterhead) -> Field:
    row = head.number
    if row is None:
        return ABSENT
    if row.torn:
        return handwritten(head.page.number, span([*row.before, *row.symbol_words]))
    if row.symbol is None:
        torn = any(c.isalpha() for w in row.before for c in w.text)
        return handwritten(head.page.number, span(row.before)) if torn else ABSENT
    cut = len(re.split(r"[-/]", row.symbol)[-1]) == 1  # no unit is called by one letter
    if _holds_year(head, row) or (head.page.origin == "ocr" and (cut or _misspells_issuer(head, row.symbol))):
        return handwritten(head.page.number, span([*row.before, *row.symbol_words]))
    return read(row.symbol, row.symbol_words, head.page.number)


def _misspells_issuer(head: Letterhead, symbol: str) -> bool:
    """Whether a part of the symbol is one letter off what the issuer's name begins its words with: `SINMT` of
    a Sở Tài nguyên và Môi trường."""
    for first in range(len(head.issuer)):
        words = re.findall(r"\w+", " ".join(line.text for line in head.issuer[first:]))
        every = [
            "".join("?" if _NUMERAL.fullmatch(w) else fold(w[0]) for w in words if w != left)
            for left in ("VÀ", "")
        ]
        parts = [fold(part) for part in re.split(r"[-/]", symbol)]
        slips = [
            sum(b not in (a, "?") for a, b in zip(part, short, strict=True))
            for part in parts
            for short in every
            if len(part) == len(short) >= SHORT_NAME
        ]
        if 1 in slips:
            return 0 not in slips
    return False


def _holds_year(head: Letterhead, row: NumberRow) -> bool:
    """Whether the figures before the slash end in the year of the date: a pen may hide a slash before it."""
    year = re.search(r"(?:19|20)\d\d", head.date.text if head.date else "")
    digits = re.sub(r"\D", "", row.digits)
    return year is not None and len(digits) > 4 and digits.endswith(year[0])


def place_and_date(head: Letterhead) -> tuple[Field, Field]:
    """`Quảng Ngãi, ngày 15 tháng 3 năm 2024`: the place, and the date as far as it is printed."""
    if head.date is None:
        return ABSENT, ABSENT
    line = _parted(head.date)
    cut = next((i for i, w in enumerate(line.words) if fold(w.text).startswith(("ngay", "nga"))), None)
    first = [(i, w.text) for i, w in enumerate(line.words[:7])]
    commas = [i for i, text in first if text.endswith(",")]
    commas += [i for i, text in first if text.endswith(".") and not _SHORT_UNIT.fullmatch(text)]
    if commas:  # `TP. Hồ Chí Minh, ngày …` has its comma behind
        cut = commas[0] + 1
    before = line.words[:cut] if cut else ()
    name = " ".join(w.text for w in before).strip(" ,.;")
    place = read(name, before, line.page) if before and any(c.isalpha() for c in name) else ABSENT
    last = name.split()[-1:]
    if place.state == "read" and not (name[0].isupper() and (len(last[0]) > 1 or last[0].isdigit())):
        place = handwritten(line.page, span(before))  # the rest of a place
    return place, _date(head.page, line, line.words[cut or 0 :])


def _parted(line: Line) -> Line:
    """The line with `Cai,ngày`, as some type it, as two words, each with its share of the box."""
    words: list[Word] = []
    for word in line.words:
        comma = word.text.find(",") + 1
        if not 1 < comma < len(word.text) or fold(word.text[comma:]) != "ngay":
            words.append(word)
            continue
        edge = round(word.box.x0 + (word.box.x1 - word.box.x0) * comma / len(word.text))
        words.append(replace(word, text=word.text[:comma], box=replace(word.box, x1=edge)))
        words.append(replace(word, text=word.text[comma:], box=replace(word.box, x0=edge)))
    return Line(line.page, tuple(words))


def _date(page: Page, line: Line, words: Sequence[Word]) -> Field:
    letters, owners = _folded_with_owners(words)
    match = _DATE.search(letters)
    if match is None:
        return _date_in_figures(page, line, words)
    seen = seen_by_readers(page, "date")
    year = int(match["year"])
    if not _is_whole(_words_of(match, "year", words, owners), match["year"], page, PRINTED_CONFIDENCE):
        return proposed(handwritten(line.page, line.box), seen)
    day_words = _words_of(match, "day", words, owners)
    month_words = _words_of(match, "month", words, owners)
    month = numeral(match["month"])
    if month is not None and not _is_whole(month_words, match["month"], page, 0.7):
        month = None
    day = numeral(re.sub(r"^.*?ng\s?ay", "", match["day"]))
    span_words = [*words[min(owners[match.start()], len(words) - 1) :]]
    if month is not None and day is not None and _day_is_printed(page, words, day_words):
        whole = iso(year, month, day)
        if whole and confirms(seen, whole) and (seen is None or seen.printed):
            return read(whole, span_words, line.page)
    part = (iso(year, month) if month else None) or iso(year)
    return proposed(handwritten(line.page, _hole(line, words, owners, match), part), seen)


def _date_in_figures(page: Page, line: Line, words: Sequence[Word]) -> Field:
    """`ngày 5/3/2024`: print where it is one sure word, as close to `ngày` and as tall as print is; else
    only its place is given, as a pen may have filled it in."""
    figures = [index for index, word in enumerate(words) if any(c.isdigit() for c in word.text)]
    if not figures:
        return ABSENT
    word = words[figures[0]]
    match = _FIGURES.fullmatch(word.text)
    whole = iso(int(match[3]), int(match[2]), int(match[1])) if match else None
    before = words[figures[0] - 1] if figures[0] else None
    if whole and len(figures) == 1 and is_printed(word, page, before, None):
        return read(whole, words[max(figures[0] - 1, 0) :], line.page)
    return handwritten(line.page, span([words[index] for index in figures]))


def _hole(line: Line, words: Sequence[Word], owners: Sequence[int], match: re.Match[str]) -> Box:
    """Where the day stands: from the end of `ngày` to the beginning of `tháng`."""
    month_word = words[owners[match.end("day")]]
    before = [w for w in words if w.box.x1 <= month_word.box.x0 and fold(w.text).startswith("ng")]
    start = before[-1].box.x1 if before else line.box.x0
    end = month_word.box.x0
    if end <= start:
        return line.box
    return Box(start, line.box.y0, end, line.box.y1)


def _folded_with_owners(words: Sequence[Word]) -> tuple[str, list[int]]:
    """The folded text of words, and for each of its characters the word that it came from."""
    letters: list[str] = []
    owners: list[int] = []
    for index, word in enumerate(words):
        for char in fold(word.text) + " ":
            letters.append(char)
            owners.append(index)
    return "".join(letters), owners


def _words_of(match: re.Match[str], group: str, words: Sequence[Word], owners: Sequence[int]) -> list[Word]:
    text = match[group]
    start = match.start(group) + len(text) - len(text.lstrip())
    end = match.end(group) - (len(text) - len(text.rstrip()))
    return [words[i] for i in sorted({owners[k] for k in range(start, end)})] if end > start else []


def _is_whole(words: Sequence[Word], text: str, page: Page, least: float) -> bool:
    """Whether the numeral is a word of its own, and the reader was not guessing."""
    if page.origin == "text-layer":
        return True
    return (
        len(words) == 1
        and fold(words[0].text).strip(" .,") == text.strip(" .,")
        and words[0].confidence >= least
    )


def _day_is_printed(page: Page, words: Sequence[Word], day_words: Sequence[Word]) -> bool:
    if page.origin == "text-layer":
        return True
    numerals = [w for w in day_words if re.fullmatch(r"\d{1,2}", w.text.strip(".,"))]
    if len(numerals) != 1 or numerals[0] is not day_words[-1]:
        return False
    index = list(words).index(numerals[0])
    before = words[index - 1] if index else None
    after = words[index + 1] if index + 1 < len(words) else None
    return is_printed(numerals[0], page, before, after)


def issuer(head: Letterhead) -> Field:
    if head.is_crowded and head.motto is not None:
        return handwritten(head.page.number, span([w for x in (head.motto, *head.issuer) for w in x.words]))
    words = [word for line in head.issuer for word in line.words]
    value = " ".join(spelt(_capitalised(line).lstrip("-–— ")) for line in head.issuer)
    today = _is_of_today(head)
    if (
        words
        and head.page.origin == "ocr"
        and (
            is_guessed(words)
            or any(misspells_place(unit, words, current=today) for unit in units_of(head.issuer))
            or _lacks_line(head)
            or not _names_somebody(value)
            or is_garbled(value)
            or lost_tone(value)
            or is_glued(value)
            or lacks_marks(value)
            or _lacks_unit(head.issuer)
        )
    ):
        return handwritten(head.page.number, span(words))
    return read_lines(head.issuer, value)


def _capitalised(line: Line) -> str:
    """The text of a line of an issuer, of which the first word may be read in small letters: `Sở VĂN HÓA`."""
    first, *rest = line.text.split(" ")
    return line.text.upper() if first.istitle() and rest and all(w.isupper() for w in rest) else line.text


def units_of(issuer: Sequence[Line]) -> list[str]:
    """The names of the units in the lines of an issuer, each the last of its line, and each with the line
    under it, as one may go on there: `XÃ SƠN TÂY`, `THƯỢNG`."""
    found = []
    for line, below in zip(issuer, (*issuer[1:], None), strict=False):
        *head, name = OF_UNIT.split(line.text)
        if head:
            found += [name, f"{name} {below.text}"] if below else [name]
    return found


def is_cut_commune(issuer: str, place: str) -> bool:
    """Whether the commune of an issuer is the beginning of the place beside the date: `PHƯỜNG ĐIỆN BIÊN`, and
    `Điện Biên Phủ`."""
    own, other = _commune(issuer), fold(place).split()
    return bool(own) and len(other) > len(own) and other[: len(own)] == own


def is_cut_place(issuer: str, place: str) -> bool:
    """Whether the place beside the date is the end of the issuer's commune: `Trung` of `XÃ SƠN TRUNG`."""
    own, other = _commune(issuer), fold(place).split()
    return bool(other) and len(own) > len(other) and own[-len(other) :] == other


def _commune(issuer: str) -> list[str]:
    """The folded words of the name of the commune that an issuer ends in; none where it ends otherwise."""
    match = _OF_COMMUNE.search(issuer)
    return fold(match[1]).split() if match else []


def _lacks_unit(issuer: Sequence[Line]) -> bool:
    """Whether a line that is nobody without a unit has none in it or under it, or its first word is lost:
    `ỦY BAN NHÂN DÂN` over `SỞ …`, `BAN NHÂN DÂN TỈNH …`. An office is of whom the other lines name."""
    below = (*issuer[1:], None)
    named = [line is not None and bool(_UNIT.match(f"{spelt(line.text.upper())} ")) for line in below]
    return any(
        (line.letters in _NOBODY and not (has_unit or (line.letters == _OFFICE and len(issuer) > 1)))
        or line.letters.startswith("bannhandan")
        for line, has_unit in zip(issuer, named, strict=False)
    )


def _names_somebody(value: str) -> bool:
    """Whether most words of an issuer are words or, beside words, short for some (`CÔNG TY CP VNG`):
    `0CGPXDSNĐ` is a symbol that was torn."""
    words = [word.strip(".,-–") for word in re.split(r"[\s&]+", value)]  # `GD&ĐT`
    said = [is_syllable(word) or word in ("UBND", "HĐND") for word in words]
    short = [word.isalpha() and len(word) <= LONGEST_SHORT for word in words]
    return any(said) and 2 * sum(map(max, said, short)) > len(words)


def _lacks_line(head: Letterhead) -> bool:
    """Whether a line right over the issuer's was not understood, or one beside them runs into the motto."""
    first, last = head.issuer[0], head.issuer[-1]
    for line in head.lines:
        if line in head.issuer or len(line.letters) < 4 or is_said_of_paper(line) or _is_note(line):
            continue
        under = line.box.x0 < first.box.x1 and line.box.x1 > first.box.x0
        over = -0.3 * first.height < first.box.y0 - line.box.y1 < 1.2 * first.height
        beside = first.box.y0 < line.middle < last.box.y1 + 1.5 * last.height
        wide = line.box.x0 < head.split - 2 * line.height and line.box.x1 > head.split + 2 * line.height
        if under and ((over and head.left(line)) or (beside and wide)):
            return True
    return _goes_on_under(head, last) or any(_touches(head, line) for line in head.issuer)


def _touches(head: Letterhead, line: Line) -> bool:
    """Whether something stands so close behind a line of an issuer that it goes on there: `GIẤY PHÉP LÁI`."""
    return any(
        same_row(other, line) and line.box.x0 < other.box.x0 < line.box.x1 + TOUCHING * line.height
        for other in head.lines
        if other not in (*head.issuer, head.motto, head.date) and sum(c.isalpha() for c in other.text) > 1
        if not is_motto(other)
    )


def _is_note(line: Line) -> bool:
    """Whether a line was read surely and is set in small letters, as notes at the edge are and no issuer is:
    `Giao Phòng Nội vụ`."""
    small = sum(word.text.islower() or word.text.istitle() for word in line.words)
    return len(line.words) > 1 and 2 * small > len(line.words) and line.confidence >= NOTED


def _goes_on_under(head: Letterhead, last: Line) -> bool:
    """Whether a line was not understood that stands in the middle under the issuer's last, above the number
    or the date: its name may end there."""
    end = min(
        (row.box.y0 for row in (head.number and head.number.line, head.date) if row),
        default=last.box.y1 + 2 * last.height,
    )
    if head.number is None and any(_is_next(head, last, line) for line in head.lines):
        return True
    return any(
        line.middle > last.box.y1
        and line.box.y1 <= end + 0.3 * last.height
        and line.box.y0 - last.box.y1 < last.height
        and line.height > 0.6 * last.height
        and abs(line.center - last.center) < last.height
        and sum(c.isalpha() for c in line.text) > 1
        and not _NUMBERED.match(line.text)
        and not is_contact(line)
        for line in head.lines
        if line not in head.issuer
    )


def _is_next(head: Letterhead, last: Line, line: Line) -> bool:
    """Whether a line in capitals goes on with an issuer beside or under the date, which ends the block where
    nobody knows the row of the number."""
    near = line.middle > last.middle and line.box.y0 - last.box.y1 < last.height
    letters = line.capitals and len(line.letters) > 1 and not any(c.isdigit() for c in line.text)
    return near and letters and head.left(line) and abs(line.center - last.center) < last.height


def _is_of_today(head: Letterhead) -> bool:
    """Whether the paper is surely dated since the communes are what they are."""
    date = place_and_date(head)[1].value or ""
    year = re.search(r"(?:19|20)\d\d", head.date.text if head.date else "")
    return date >= MERGED.isoformat() if len(date) == 10 else bool(year and int(year[0]) > MERGED.year)


def type_of(kind: Kind) -> Field:
    """The name of the type, at the place that says so."""
    if kind.box is None:
        return ABSENT
    return Field(kind.name, round(kind.confidence, 4), kind.page, kind.box, "read")


def urgency(head: Letterhead) -> Field:
    """Printed or stamped, as one of the words that the law has for it: frames leave marks beside them."""
    for line in lines(head.page):
        framed = line.capitals or (len(line.words) > 1 and any(word.text.isupper() for word in line.words))
        if line.box.y0 < 0.5 * head.page.height and line.letters in URGENCIES and framed:
            return read_lines([line], URGENCIES[line.letters])
    return ABSENT
