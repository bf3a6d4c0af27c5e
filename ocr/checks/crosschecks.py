"""What on a paper contradicts something else on it: warnings for a person, never corrections."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ocr.checks.codes import CardCode, card_code
from ocr.checks.issuing_units import sounded, unit_notices
from ocr.checks.machine_zone import machine_zone
from ocr.fields.doubts import only_marks_differ
from ocr.fields.spoken_dates import spoken_date
from ocr.kinds.catalogue import OFFICIAL_LETTER, OTHER, UNKNOWN, kind_of_symbol
from ocr.language.places import MERGED, birth_provinces, provinces
from ocr.language.writing import fold, fold_letters
from ocr.recognition import Field, Kind, Notice, Page
from ocr.structure.shared_sheet import is_shared


@dataclass(frozen=True, slots=True)
class _Person:
    """The names of the fields that speak of one person; `sex` is what the role implies, where it does."""

    personal_id: str
    date_of_birth: str
    sex: str | None = None


_PEOPLE = (
    _Person("personal_id", "date_of_birth"),
    _Person("wife_personal_id", "wife_date_of_birth", "Nữ"),
    _Person("husband_personal_id", "husband_date_of_birth", "Nam"),
)
#: Names of units that no longer exist since the end of the district level.
_DISTRICTS = re.compile(r"(?:ỦY BAN|UỶ BAN|HỘI ĐỒNG) NHÂN DÂN (?:HUYỆN|QUẬN|THỊ XÃ|THỊ TRẤN)\b")
#: A council or committee of nowhere: the rest of its name was not seen.
_OF_NOWHERE = re.compile(
    r"(?:uy ban nhan dan|hoi dong nhan dan|ubnd|hdnd)"
    r"(?: (?:tinh|thanh pho|xa|phuong|dac khu|huyen|quan|thi xa|thi tran))?"
)
#: Units above a commune, which older papers and some new ones name as their place.
_ABOVE = re.compile(r"(?:quan|huyen|thi xa|thanh pho|tp|tinh)\b")
_COMMUNE = re.compile(r"^ỦY BAN NHÂN DÂN (?P<kind>XÃ|PHƯỜNG|ĐẶC KHU) (?P<name>.+)$")
#: Letters of a name from which the row for machines of a card may have no room for the rest (ICAO 9303).
LONG_NAME = 24
#: Kinds of which no symbol speaks: that of an official letter begins with the agency (`CT`: a tax office).
_WITHOUT_KIND = (OFFICIAL_LETTER, UNKNOWN, OTHER)
_UNITS = {"ubnd": "uy ban nhan dan", "hdnd": "hoi dong nhan dan"}


def check(
    kind: Kind,
    fields: Mapping[str, Field],
    pages: Sequence[Page],
    codes: Iterable[str] = (),
    today: date | None = None,
) -> tuple[Notice, ...]:
    """Every contradiction found between the values that were read, and with codes and lines for machines.

    `today` tells the century of two-digit years; the latest date of the paper where it is not given.
    """
    values = {
        name: field.value
        for name, field in fields.items()
        if field.value and (field.state == "read" or len(field.value) == 10)  # a whole date by hand
    }
    found = [
        *(_two_papers(page) for page in pages if is_shared(page)),
        *_in_words(values),
        *(notice for person in _PEOPLE for notice in _person(values, person)),
        *_issuer(values | _partial_dates(fields)),
        *_symbol(kind, values),
        *(notice for code in _codes_of(values, codes) for notice in _card_code(values, code)),
        *_machine(values, pages, today or _latest(values)),
    ]
    return tuple(dict.fromkeys(found))


def _two_papers(page: Page) -> Notice:
    return Notice(
        "two-papers",
        f"Trang {page.number} có từ hai giấy tờ trở lên; chỉ đọc giấy tờ đầu. Hãy quét riêng từng giấy tờ.",
        f"Page {page.number} holds two papers or more; only the first is read. Scan each by itself.",
    )


def _partial_dates(fields: Mapping[str, Field]) -> dict[str, str]:
    """Month and year are printed where a pen wrote the day alone."""
    names = ("date", "issued_on")
    return {name: field.value for name in names if (field := fields.get(name)) and field.value}


def _latest(values: Mapping[str, str]) -> date:
    """A day not before any printed one, from which two-digit years are counted back."""
    years = [int(m[0]) for name in ("issued_on", "date") if (m := re.match(r"\d{4}", values.get(name, "")))]
    return date(max(years, default=2026), 12, 31)


def _in_words(values: Mapping[str, str]) -> Iterator[Notice]:
    spoken = spoken_date(values.get("date_of_birth_in_words", ""))
    figures = values.get("date_of_birth")
    if spoken and figures and spoken != figures:
        yield _differs("date-words", "Ngày sinh bằng số", "bằng chữ", figures, spoken)


def _person(values: Mapping[str, str], person: _Person) -> Iterator[Notice]:
    number = values.get(person.personal_id, "")
    if not re.fullmatch(r"\d{12}", number):
        return
    if number[:3] not in birth_provinces() and int(number[:3]) < 100:
        yield Notice(
            "personal-id-province",
            f"Ba số đầu {number[:3]} của số định danh không phải mã tỉnh nào.",
            f"The first three digits {number[:3]} of the personal ID are the code of no province.",
        )
    year = 1900 + int(number[3]) // 2 * 100 + int(number[4:6])
    born = values.get(person.date_of_birth, "")[:4]
    if born and int(born) != year:
        yield Notice(
            "personal-id-birth-year",
            f"Số định danh ghi năm sinh {year}, trên giấy là {born}; số có thể đã được xác lập lại.",
            f"The personal ID says born in {year}, the paper says {born}; it may have been re-established.",
        )
    sex = person.sex or values.get("sex")
    stated = "Nữ" if int(number[3]) % 2 else "Nam"
    if sex and sex != stated:
        yield Notice(
            "personal-id-sex",
            f"Số định danh là của giới tính {stated}, trên giấy là {sex}; số có thể đã được xác lập lại.",
            f"The personal ID is of a {_english(stated)}, the paper says {_english(sex)}: "
            "it may have been re-established.",
        )


def _issuer(values: Mapping[str, str]) -> Iterator[Notice]:
    issuer = values.get("issuer", "").upper()
    day = values.get("date") or values.get("issued_on") or ""
    if len(day) == 10 and date.fromisoformat(day) >= MERGED:
        yield from _after_merger(issuer, day)
    yield from unit_notices(issuer, day)
    if _OF_NOWHERE.fullmatch(fold(issuer)):
        yield Notice(
            "issuer-cut",
            f"Cơ quan ban hành đọc được là “{issuer}”, thiếu tên đơn vị: cần đối chiếu.",
            f"The issuer was read as “{issuer}”, without the name of its unit: compare it.",
        )
    match, place = _COMMUNE.match(issuer), values.get("place", "")
    if match and place and not _is_of(match["name"], place, issuer):
        yield Notice(
            "issuer-place",
            f"Cơ quan ban hành là {issuer.title()}, nhưng nơi ban hành là {place}.",
            f"The issuer is {issuer.title()}, but the place is {place}.",
        )


def _is_of(name: str, place: str, issuer: str) -> bool:
    """Whether a commune may write at a place: its own, or the unit above it; a number is the name of many."""
    own, here = sounded(fold_letters(name)), sounded(fold_letters(place))
    if own in here or here in sounded(fold_letters(issuer)) or name.strip().isdigit():
        return True
    return bool(_ABOVE.match(fold(place))) or any(
        fold_letters(place) in provinces(e) for e in ("2008", "2025")
    )


def _after_merger(issuer: str, day: str) -> Iterator[Notice]:
    if _DISTRICTS.search(issuer):
        yield Notice(
            "issuer-district",
            f"Văn bản ngày {day}, nhưng cấp huyện không còn từ 01/7/2025.",
            f"The paper is of {day}, but districts ended on 1 July 2025.",
        )


def _symbol(kind: Kind, values: Mapping[str, str]) -> Iterator[Notice]:
    symbol, issuer = values.get("symbol", ""), fold(values.get("issuer", ""))
    spoken = kind_of_symbol(symbol) if symbol else None
    if spoken is not None and kind.code not in (spoken.code, *_WITHOUT_KIND):
        yield Notice(
            "symbol-kind",
            f"Ký hiệu {symbol} là của loại {spoken.name.lower()}, giấy tờ là {kind.name.lower()}.",
            f"The symbol {symbol} is of another kind ({spoken.name_en}) than the paper.",
        )
    for short, name in _UNITS.items():
        if issuer and short in re.split(r"[-/.]", fold(symbol)) and not re.search(rf"{name}|{short}", issuer):
            yield Notice(
                "symbol-issuer",
                f"Ký hiệu {symbol} là của {short.upper()}, cơ quan ban hành đọc được là {values['issuer']}.",
                f"The symbol {symbol} is of {short.upper()}, the issuer was read as {values['issuer']}.",
            )
    year, day = re.match(r"(\d{4})/", symbol), values.get("date", "")
    if year and day and year[1] != day[:4]:
        yield _differs("symbol-year", "Năm trong ký hiệu", "ngày ban hành", year[1], day[:4])


def _codes_of(values: Mapping[str, str], texts: Iterable[str]) -> list[CardCode]:
    """The codes of cards; of several the one with the number of the paper, where there is one."""
    every = [code for text in texts if (code := card_code(text)) is not None]
    return [code for code in every if code.personal_id == values.get("personal_id")] or every


def _card_code(values: Mapping[str, str], code: CardCode) -> Iterator[Notice]:
    said = {
        "personal_id": code.personal_id,
        "date_of_birth": code.date_of_birth,
        "sex": code.sex,
        "full_name": code.full_name,
        "issued_on": code.issued_on,
    }
    yield from _against_print(values, said, "qr", "mã QR")


def _machine(values: Mapping[str, str], pages: Sequence[Page], today: date) -> Iterator[Notice]:
    zone = machine_zone(pages, today)
    if zone is None:
        return
    said = {
        "number": zone.number,
        "personal_id": zone.personal_id,
        "date_of_birth": zone.date_of_birth,
        "sex": zone.sex,
        "valid_until": zone.valid_until,
        "full_name": zone.names,
    }
    yield from _against_print(values, said, "mrz", "dòng máy đọc")


def _against_print(
    values: Mapping[str, str], said: Mapping[str, str | None], code: str, where: str
) -> Iterator[Notice]:
    """Names are compared in capitals, and without marks where machines write none."""
    for name, value in said.items():
        printed = values.get(name)
        if printed and value and not _says(printed, value):
            yield _differs(f"{code}-{name.replace('_', '-')}", "Trên giấy", where, printed, value)


def _says(printed: str, value: str) -> bool:
    """Whether both say the same: a year alone of a date, and as much of a name as a row holds."""
    if re.match(r"\d{4}(?:-\d\d)*$", printed):
        return value.startswith(printed)
    if not value.isascii() and only_marks_differ(printed, value):
        return False  # the code of a card spells names as they are
    one, other = fold_letters(printed), fold_letters(value)
    return one == other or (len(other) >= LONG_NAME and one.startswith(other))


def _differs(code: str, here: str, there: str, one: str, other: str) -> Notice:
    return Notice(
        code,
        f"{here} là {one}, {there} là {other}: cần đối chiếu.",
        f"The paper says {one} and {other} of the same ({code}): compare them.",
    )


def _english(sex: str) -> str:
    return "man" if sex == "Nam" else "woman"
