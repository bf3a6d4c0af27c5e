"""Dates written in words: `Ngày mùng hai tháng một năm hai nghìn không trăm hai mươi sáu`."""

import re

from ocr.fields.dates import iso
from ocr.language.writing import fold

_UNITS = {
    "khong": 0,
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "tu": 4,
    "nam": 5,
    "lam": 5,
    "nham": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
}
#: The words of such a date, as they are spelt.
_SPELT = frozenset(
    (
        *("ngày", "tháng", "năm", "mùng", "mồng", "mươi", "mười", "mốt", "một", "hai", "ba", "bốn", "tư"),
        *("nhăm", "lăm", "sáu", "bảy", "bẩy", "tám", "chín", "không", "linh", "lẻ", "trăm", "nghìn"),
        *("ngàn", "giêng", "chạp"),
    )
)
_DATE = re.compile(
    r"(?:ngay\s+)?(?P<day>\w[\w\s]*?)\s*,?\s*thang\s+(?P<month>[\w\s]+?)\s*,?\s*nam\s+"
    r"(?P<year>(?:mot|hai)\s+(?:nghin|ngan)\b[\w\s]*)"
)
#: `tháng giêng` and `tháng chạp` are the first and the last.
_MONTHS = {"gieng": 1, "chap": 12}


def spoken_date(text: str) -> str | None:
    """The date in ISO 8601, or None where any part is not understood."""
    match = _DATE.search(fold(text).replace(",", " "))
    if match is None:
        return None
    day = _below_hundred(re.sub(r"^(?:mung|mong)\s+", "", match["day"]).split())
    month = _MONTHS.get(match["month"].strip()) or _below_hundred(match["month"].split())
    year = _year(match["year"].split())
    return iso(year, month, day) if day and month and year else None


def is_spelt(text: str) -> bool:
    """Whether every word is one of such a date with its marks: `mung ba` was `mùng ba`."""
    return all(word in _SPELT for word in re.findall(r"\w+", text.casefold()))


def _year(words: list[str]) -> int | None:
    """Thousands, hundreds, the rest; `linh` and `lẻ` stand for an empty ten."""
    thousands, rest = _UNITS[words[0]] * 1000, words[2:]
    hundreds = 0
    if len(rest) >= 2 and rest[1] == "tram":
        if rest[0] not in _UNITS:
            return None
        hundreds, rest = _UNITS[rest[0]] * 100, rest[2:]
    if rest[:1] in (["linh"], ["le"]):
        rest = rest[1:]
    low = _below_hundred(rest) if rest else 0
    return None if low is None else thousands + hundreds + low


def _below_hundred(words: list[str]) -> int | None:
    """`mười hai`, `hai mươi mốt`, `ba mươi`, `chín`."""
    if "muoi" not in words:
        said = [_UNITS.get(word) for word in words]
        if len(said) == 2 and None not in said:  # `tám tư` is 84
            return int(f"{said[0]}{said[1]}")
        return said[0] if len(said) == 1 else None
    at = words.index("muoi")
    tens = 1 if at == 0 else _UNITS.get(words[0], -1) if at == 1 else -1
    after = words[at + 1 :]
    ones = 0 if not after else _UNITS.get(after[0], -1) if len(after) == 1 else -1
    return None if tens < 0 or ones < 0 else tens * 10 + ones
