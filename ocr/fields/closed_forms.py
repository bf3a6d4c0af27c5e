"""Forms of values that are one of few, or of one shape: what else stands there is left to a person."""

import re
from functools import cache

from ocr.fields.doubts import misspells_word
from ocr.kinds.catalogue import countries, peoples, relations
from ocr.language.writing import fold_letters

#: Number and year of a register book, and what it is of: `01/2008`, `01/2026 - SCT/BS`.
_BOOK = re.compile(r"\d{1,4}(?:\s?[/-]\s?\d{4})?(?:\s?-\s?[A-ZĐ]{2,4}(?:/[A-ZĐ]{2,4})?)?")
_PAGE = re.compile(r"\d{1,4}")
_PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)\s?%")
#: `xã Hoa Sen từ ngày 01/01/2006 đến nay`: a time without its end may go on elsewhere.
_PERIOD = re.compile(r"(?:.*\s)?từ\s.*\d.*\sđến\s(?:.*\s)?(?:(?:hiện )?nay|\S*(?:19|20)\d\d)", re.IGNORECASE)
#: Where a comma was read and a stop is left of what follows.
BLOTTED = re.compile(r",\s?\.")
_AREA = r"(?:\d[\d.,]*\s?m[²2]|không(?:\sm[²2])?)"
_USE = re.compile(
    rf"(?:(?:sử dụng )?(?:riêng|chung)|riêng:?\s{_AREA}\s?[;,:.]?\schung:?\s{_AREA})", re.IGNORECASE
)

_BOTH_USES = re.compile(r"\s?[;,:.]?\s(?=chung:?\s)", re.IGNORECASE)  # not within `Sử dụng chung`


def people(text: str) -> str | None:
    """A people of the country, in its own spelling: `Kin` and `Kính` are none."""
    known = fold_letters(text) in _letters(peoples()) and not re.search(r"[^\w\s'’-]", text)
    return text if known and not misspells_word(text) else None


def country(text: str) -> str | None:
    """A country as papers name it, of which citizens marry and have children here."""
    said = text.split("/")[0].strip()
    return said if said.casefold() in {one.casefold() for one in countries()} else None


def relation(text: str) -> str | None:
    """What somebody is to the person of the paper: `Cha`, `Mẹ đẻ`, `Em ruột`."""
    words = text.casefold().split()
    return text if 1 <= len(words) <= 4 and all(word in relations() for word in words) else None


def book(text: str) -> str | None:
    return text if _BOOK.fullmatch(text) else None


def page(text: str) -> str | None:
    return str(int(text)) if _PAGE.fullmatch(text) else None


def percent(text: str) -> str | None:
    """A share of a hundred as a plain number: `62,5%` is `62.5`."""
    match = _PERCENT.fullmatch(text)
    number = match[1].replace(",", ".") if match else ""
    return number if match and float(number) <= 100 else None


def period(text: str) -> str | None:
    return text if _PERIOD.fullmatch(text) and not BLOTTED.search(text) else None


def use(text: str) -> str | None:
    """Whether land is used alone or in common, and how much of it: both parts, or neither."""
    if not _USE.fullmatch(text):
        return None
    return _BOTH_USES.sub("; ", text.replace("m2", "m²"))


@cache
def _letters(known: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(fold_letters, known))
