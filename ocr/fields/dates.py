"""Dates as Vietnamese papers write them, to ISO 8601 with the precision that is there."""

import re
from datetime import date

from ocr.language.writing import fold

_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?((?:1[89]|20)\d\d)(?!\d)")
_IN_WORDS = re.compile(
    r"(?:ngay|sinh ngay)?\s*[:.]?\s*(\d{1,2})\s*,?\s*thang\s*(\d{1,2})\s*,?\s*nam\s*((?:1[89]|20)\d\d)(?!\d)"
)
_MONTH_YEAR = re.compile(r"thang\s*(\d{1,2})\s*,?\s*nam\s*((?:1[89]|20)\d\d)(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(\d{2})(\d{2})((?:19|20)\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:18|19|20)\d\d)(?!\d)")


def iso_date(text: str) -> str | None:
    """The first date of the text in ISO 8601, or None. A year or a month alone stays a year or a month."""
    folded = fold(text)
    for pattern in (_NUMERIC, _IN_WORDS, _COMPACT):
        match = pattern.search(folded)
        if match:
            return iso(int(match[3]), int(match[2]), int(match[1]))
    match = _MONTH_YEAR.search(folded)
    if match:
        return iso(int(match[2]), int(match[1]))
    years = _YEAR.findall(folded)
    # Other figures beside a year are a day and a month that were not understood.
    return years[0] if len(years) == 1 and len(re.findall(r"\d+", folded)) == 1 else None


def iso(year: int, month: int | None = None, day: int | None = None) -> str | None:
    """`2024`, `2024-03` or `2024-03-15`; None for what no calendar has."""
    if not 1800 <= year <= 2999:
        return None
    if month is None:
        return f"{year:04d}"
    if not 1 <= month <= 12:
        return None
    if day is None:
        return f"{year:04d}-{month:02d}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def numeral(text: str) -> int | None:
    """The one or two figures of a day or a month, marks around them left out; None for anything else."""
    text = text.strip(" .,:;")
    return int(text) if re.fullmatch(r"\d{1,2}", text) else None
