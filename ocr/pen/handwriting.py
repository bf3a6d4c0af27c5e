"""Number and date of a letterhead, where a pen may have filled them in: found in the picture, proposed only
where two independent readers agree and the calendar allows it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import cv2
import numpy as np

from ocr.connected import connected
from ocr.engine import Pixels
from ocr.fields.closing import closing_line
from ocr.fields.dates import iso
from ocr.language.writing import fold
from ocr.readers.line_reader import Char, Emission, LineReader, decoded, log_probabilities
from ocr.recognition import Box, Handwriting, HandwritingPart, Page, Word
from ocr.structure.letterhead import letterhead
from ocr.structure.lines import Line, span
from ocr.structure.number_row import NumberRow

#: Margins around a row that are read, in heights of the row: a reading that depends on the margin is none.
MARGINS = (0.45, 0.25)
#: Least probability of each digit of a number in every reading; below, a stroke was guessed.
LEAST_DIGIT = 0.8
#: Least share of the likeliest day among all days of the month, in every reading.
LEAST_DAY = 0.85
#: How far print departs from the height and the base line of the print beside it, in heights of a capital.
PRINT_SLACK = 0.08
#: The same where all readers agree on a date: of 45 drawn dates in worn print 15 are beyond the
#: first and 5 beyond this, of 7 in a pen's hand all are.
AGREED_SLACK = 0.17
#: Marks lower than this, in heights of the box, are points, dashes and dirt.
LEAST_MARK = 0.35

_NUMBER = re.compile(
    r"^\W*s(?:o|[06](?=\s*[:.;]))?\s*[:.;,]*\s*(?P<value>\d{1,5}[a-d]?)\s*(?:[/il|]|[-–]\s*[a-z])"
)
_DATE = re.compile(
    r"n\s?g\s?a?\s?y(?P<day>[^\n]{0,12}?)\s?th[aâ]?n[gq]\s?(?P<month>\d{1,2})\s?n\w{0,2}m?\s?(?P<year>(?:19|20)\d\d)"
)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one reader made of one crop, and how sure the least sure part of it is."""

    value: str
    sure: float
    spelt: bool  # whether the reader's own likeliest text says so, without the help of the calendar
    whole: bool = True  # a day in two figures, as Decree 30/2020 asks; beside one another may be unseen


def find(grey: Pixels, page: Page, readers: Sequence[LineReader]) -> tuple[Handwriting, ...]:
    """What stands in the places for number and date of a letterhead, and for the date over a signature.

    `grey` is the picture that the words of `page` were read from: the page's pixels, dark ink on white. With
    fewer than two readers nothing is proposed. Raises EngineMissing where a reader is not installed.
    """
    head = letterhead(page)
    found = []
    if head.number is not None and (head.number.symbol_words or _has_year(head.number)):
        found.append(_number(grey, head.number, readers))
    if head.date is not None:
        found.append(_date(grey, head.date, readers, "date"))
    elif closing := closing_line(page):
        found.append(_date(grey, closing, readers, "closing-date"))
    return tuple(found)


def _has_year(row: NumberRow) -> bool:
    """Whether a year stands behind the number of a register, as a symbol does: `Số: 57/2026`."""
    return any(re.search(r"/(?:19|20)\d\d$", word.text) for word in (row.label, *row.before))


def _number(grey: Pixels, row: NumberRow, readers: Sequence[LineReader]) -> Handwriting:
    whole = span([row.label, *row.before, *row.symbol_words])
    said = _readings(grey, whole, readers, _as_number)
    settled = _settled(Handwriting("number", row.gap, None, 0.0, printed=True), said)
    figures = len(settled.value or re.sub(r"\W", "", row.digits)) or 1
    shaped = is_print(grey, span([*row.symbol_words, *row.before]).union(row.gap), figures)
    return replace(settled, printed=settled.printed and shaped)


def _date(grey: Pixels, line: Line, readers: Sequence[LineReader], part: HandwritingPart) -> Handwriting:
    said = _readings(grey, line.box, readers, _as_date)
    settled = _settled(Handwriting(part, line.box, None, 0.0, printed=True), said)
    slack = PRINT_SLACK if settled.value is None else AGREED_SLACK
    printed = settled.printed and _day_is_print(grey, line.words, slack)
    if not printed and not any(reading.whole for reading in said if reading is not None):
        return replace(settled, value=None, confidence=0.0, printed=False)
    return replace(settled, printed=printed)


def _day_is_print(grey: Pixels, words: Sequence[Word], slack: float) -> bool:
    """Whether the figures of day and month are set as those of the year are."""
    folded = [fold(word.text) for word in words]
    opens = [i for i, text in enumerate(folded) if re.match(r"n\s?g\s?a?\s?y", text)]
    months = [i for i, text in enumerate(folded) if re.search(r"th[a ]?n[gq]", text)]
    years = [word for word, text in zip(words, folded, strict=True) if re.search(r"(?:19|20)\d\d", text)]
    if not opens or not months or not years or opens[0] >= months[0] - 1:
        return False  # glued words: where the day stands cannot be told
    beside = _tall_marks(grey, _eased(years[-1].box))
    month = [words[i] for i in range(months[0] + 1, len(words)) if folded[i].isdigit()]
    for figures in (words[opens[0] + 1 : months[0]], month[:1]):
        here = _tall_marks(grey, _eased(span(figures))) if figures else []
        if here and len(beside) > 1 and not _alike(here, beside, slack):
            return False  # without figures nothing speaks against print
    return True


def _eased(box: Box) -> Box:
    spare = (box.y1 - box.y0) // 3
    return Box(box.x0, max(0, box.y0 - spare), box.x1, box.y1 + spare)


def _settled(place: Handwriting, readings: Sequence[_Reading | None]) -> Handwriting:
    """With a value where both readers have one, no reading differs, and all but one crop gave one."""
    if not readings:
        return place
    said = [r for r in readings if r is not None]
    half = len(readings) // 2
    both = any(readings[:half]) and any(readings[half:])
    if not both or not _agree(readings) or not any(r.spelt for r in said):
        return replace(place, printed=False)
    return replace(place, value=said[0].value, confidence=round(min(r.sure for r in said), 4))


def _readings(
    grey: Pixels, box: Box, readers: Sequence[LineReader], understood: Callable[[Emission], _Reading | None]
) -> list[_Reading | None]:
    """Every reader on every crop, up to where it is plain that they do not agree; none where there are fewer
    than two readers."""
    if len(readers) < 2:
        return []
    tall = box.y1 - box.y0
    found: list[_Reading | None] = []
    for reader in readers:
        for margin in MARGINS:
            (emission,) = reader.read([_crop(grey, box, round(margin * tall))])
            found.append(understood(emission))
            if not _agree(found):
                return found
    return found


def _agree(readings: Sequence[_Reading | None]) -> bool:
    """Whether no reading differs, and all but one crop gave one."""
    said = [r for r in readings if r is not None]
    return len({r.value for r in said}) <= 1 and len(said) >= len(readings) - 1


def _crop(grey: Pixels, box: Box, margin: int) -> Pixels:
    top, left = max(0, box.y0 - margin), max(0, box.x0 - 2 * margin)
    return np.ascontiguousarray(grey[top : box.y1 + margin, left : box.x1 + 2 * margin])


def _as_number(emission: Emission) -> _Reading | None:
    chars = decoded(emission)
    match = _NUMBER.match(_folded(chars))
    if match is None:
        return None
    digits = chars[match.start("value") : match.end("value")]
    sure = min(c.probability for c in digits)
    nothing = not int(match["value"].strip("abcd"))
    return None if nothing or sure < LEAST_DIGIT else _Reading(match["value"], sure, spelt=True)


def _as_date(emission: Emission) -> _Reading | None:
    """Day, month and year as one date; the day is the likeliest of those that the month has."""
    chars = decoded(emission)
    match = _DATE.search(_folded(chars))
    if match is None:
        return None
    year, month = int(match["year"]), int(match["month"])
    days = [day for day in range(1, 32) if iso(year, month, day)]
    first, last = chars[match.start("day") - 1].end, _frame_of_month_word(chars, match)
    if not days or first >= last:
        return None
    scores = _day_scores(emission, days, first, last)
    best = int(np.argmax(scores))
    share = float(np.exp(scores[best] - np.logaddexp.reduce(scores)))
    month_and_year = (i for part in ("month", "year") for i in range(*match.span(part)))
    sure = min(share, *(chars[i].probability for i in month_and_year))
    if share < LEAST_DAY or sure < LEAST_DIGIT:
        return None
    # A bracket beside a figure is a stroke that was not understood: `2(` may be 20.
    spelt = re.fullmatch(r"[\s.,]*0?(\d{1,2})[\s.,]*", match["day"])
    value = iso(year, month, days[best])
    assert value is not None
    whole = len(re.findall(r"\d", match["day"])) == 2
    return _Reading(value, sure, bool(spelt and int(spelt[1]) == days[best]), whole)


def _frame_of_month_word(chars: Sequence[Char], match: re.Match[str]) -> int:
    """The frame in which `tháng` begins."""
    start = match.end("day")
    while start < len(chars) and chars[start].text.isspace():
        start += 1
    return chars[start].start


def _day_scores(emission: Emission, days: Sequence[int], first: int, last: int) -> list[float]:
    """The logarithm of the probability of each day, with or without a nought and spaces around it."""
    spellings = [
        (index, f"{before}{text}{after}")
        for index, day in enumerate(days)
        for text in {str(day), f"{day:02d}"}
        for before, after in product(("", " "), repeat=2)
    ]
    scores = log_probabilities(emission, [text for _, text in spellings], first, last)
    summed = np.full(len(days), -np.inf)
    for (index, _), score in zip(spellings, scores, strict=True):
        summed[index] = np.logaddexp(summed[index], score)
    return list(np.maximum(summed, -1e9))


def _folded(chars: Sequence[Char]) -> str:
    """The text without marks and case, one letter a character, so that places in it are places in `chars`."""
    return "".join((fold(c.text) or " ")[:1] for c in chars)


def is_print(grey: Pixels, row: Box, figures: int) -> bool:
    """Whether the first `figures` marks of a row are print: as tall as what follows, on its base line."""
    marks = _tall_marks(grey, _eased(row))
    here, beside = marks[:figures], marks[figures:]
    return len(here) == figures and len(beside) > 1 and _alike(here, beside)


def stands_out(grey: Pixels, box: Box, figures: int) -> bool:
    """Whether the first `figures` marks of a word such as `57/2026` are not set as those behind its slash."""
    marks = _tall_marks(grey, _eased(box))
    here, beside = marks[:figures], marks[figures + 1 :]
    return len(beside) > 1 and not _alike(here, beside, AGREED_SLACK)


def _alike(
    here: Sequence[tuple[int, int]], beside: Sequence[tuple[int, int]], slack: float = PRINT_SLACK
) -> bool:
    """Whether marks, as height and lower edge, are those of one line of print."""
    tall, base = (float(np.median(values)) for values in zip(*beside, strict=True))
    most = max(1.5, slack * tall)
    return all(abs(height - tall) <= most and abs(bottom - base) <= most for height, bottom in here)


def _tall_marks(grey: Pixels, box: Box) -> list[tuple[int, int]]:
    """Height and lower edge of the marks of a box that may be digits or capitals, from left to right."""
    cut = grey[box.y0 : box.y1, box.x0 : box.x1]
    if cut.size == 0:
        return []
    _, ink = cv2.threshold(cut, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    stats = connected(np.asarray(ink, np.uint8)).stats
    left, top, tall = cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP, cv2.CC_STAT_HEIGHT
    high = [mark for mark in stats[1:] if mark[tall] >= LEAST_MARK * (box.y1 - box.y0)]
    return [(int(m[tall]), int(m[top] + m[tall])) for m in sorted(high, key=lambda mark: int(mark[left]))]
