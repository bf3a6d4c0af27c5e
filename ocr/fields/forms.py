"""The forms that values of labelled fields have: what a value must look like to be taken at all."""

import re
from collections.abc import Callable, Mapping

from ocr.fields.dates import iso_date
from ocr.fields.doubts import is_remnant
from ocr.fields.spelling import is_whole_position
from ocr.fields.spoken_dates import spoken_date
from ocr.language.writing import distance, fold, is_syllable

_LEADERS = re.compile(r"[.…_·•]{3,}|[…_]{1,}|(?:\.\s){3,}\.?|[☐□▢]")
_EDGES = " \t:;,.-–—/|()"


def clean(text: str) -> str:
    """The text without dotted leaders and empty boxes, which are no values."""
    return re.sub(r"\s+", " ", _LEADERS.sub(" ", text)).strip(_EDGES)


#: What is left of the mark of the next item, as `g)` read as `ø`.
_TRAILING_ITEM = re.compile(r"(?<=[,;])\s+[^\W\d]{1,2}[).]?$")


def _text(text: str) -> str | None:
    text = _TRAILING_ITEM.sub("", text).strip(_EDGES)
    return text if len(text) >= 2 and any(c.isalnum() for c in text) else None


def _word(text: str) -> str | None:
    text = text.split("/")[0].strip()
    words = text.split()
    return text if 1 <= len(words) <= 4 and all(is_syllable(w.strip(",.")) for w in words) else None


def _name(text: str) -> str | None:
    words = re.split(r"[,;(]", text)[0].split()
    if not 2 <= len(words) <= 7 or not all(w[:1].isupper() and is_syllable(w) for w in words):
        return None
    return " ".join(words)


#: What may follow the name of a holder: who that is, not the name.
_AFTER_HOLDER = re.compile(
    r"[,;]?\s*\b(?:năm sinh|sinh năm|sinh ngày|số định danh|CMND|CCCD|căn cước|giấy chứng minh|hộ chiếu|"
    r"địa chỉ|và vợ|và chồng|mã số)\b.*$",
    re.IGNORECASE,
)


#: Words of sentences, which no address has but for `(nay là xã …)` and `đường Kính Chủ`.
_SPEECH = re.compile(
    r"\b(?:tôi|này|đề nghị|cam đoan|kính (?:gửi|đề nghị|mong|trình)|xin|nay(?! (?:là|thuộc)\b)|"
    r"tháng \d+ năm)\b",
    re.IGNORECASE,
)


def is_speech(text: str) -> bool:
    """Whether a text is a sentence or a date, as may stand under an empty label, and no name or place."""
    return bool(_SPEECH.search(text))


def _place(text: str) -> str | None:
    """A place: a lone word in small letters or of another language (`Residence`) is none."""
    stray = is_remnant(text) and (text.islower() or not is_syllable(text))
    return None if stray or is_speech(text) or is_whole_position(text) else _text(text)


def _moment(text: str) -> str | None:
    """A time of death: it has a year, which may have faded, stand under a stamp or on another line."""
    whole = re.search(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)", text) or spoken_date(text)
    torn = re.search(r"(?<!\d )(?<!\d)(?:giờ|phút)\b", text) and not spoken_date(text)
    return None if not whole or torn or not re.search(r"\d", text) else _text(text)


_CLASS = re.compile(r"A[1-4]?|B11|B1 ?số tự động|B[12]?|C1?|D[12]?|F[BCDE]|(?:B|C1?|D[12]?)E|[EF]")
_CLASSES = re.compile(rf"(?:{_CLASS.pattern})(?:[\s,;]+(?:{_CLASS.pattern}))*[\s,;]*")


def _class(text: str) -> str | None:
    """Classes of a driving licence (Circular 12/2017/TT-BGTVT Art 16, Circular 12/2025/TT-BCA); `B11` is what
    cards say for `B1 số tự động`."""
    return text if _CLASSES.fullmatch(text) else None


def _holder(text: str) -> str | None:
    name = _text(_AFTER_HOLDER.sub("", text).strip(_EDGES))
    return name if name and not name[0].islower() else None


_SEXES = {"nam": "Nam", "male": "Nam", "nu": "Nữ", "female": "Nữ"}


def _sex(text: str) -> str | None:
    """The sex that stands there; none where both do, with boxes to tick between them that readers may have
    taken for a letter each."""
    word = re.split(r"[^\w]", text, maxsplit=1)[0]
    if fold(word) == "nam" and word.casefold() != "nam":
        return None
    said = _SEXES.get(fold(word))
    others = [one for one in re.findall(r"\w+", text)[1:4] if len(one) > 1]
    other = _SEXES.get(fold(others[0])) if others else None
    return None if other not in (None, said) else said


def _personal_id(text: str) -> str | None:
    compact = re.sub(r"(?<=\d)[ .](?=\d)", "", text)
    match = re.search(r"(?<!\d)(\d{12}|\d{9})(?!\d)", compact)
    twelve = re.search(r"c[aă]n c[uư][oơớ]c|cccd|định danh", text, re.IGNORECASE)
    nine = re.search(r"cmnd|chứng minh", text, re.IGNORECASE)  # `CMND/CCCD số` may be followed by either
    if match is None or (len(match[1]) == 9 and twelve and not nine):
        return None
    return match[1]


def _twelve(text: str) -> str | None:
    found = _personal_id(text)
    return found if found and len(found) == 12 else None


def _number(text: str) -> str | None:
    match = re.match(r"(?:số\s*:?\s*)?(\d{1,8})(?![\d,])", text, re.IGNORECASE)
    if match is None or re.match(r"\s*/(?!(?:19|20)\d\d(?!\d))\s*\d|\s\d", text[match.end() :]):
        return None  # `2/2/2009` was 212/2009 by hand
    return match[1]


def _code(text: str) -> str | None:
    text = re.sub(r"^(?:No|Số)\s*[.:]+\s*(?=\d)", "", text)
    match = re.match(r"[A-ZĐ0-9][A-Za-zĐđ0-9./\-]{0,30}(?:\s\d{3,})*", text)
    if match is None or not any(c.isdigit() for c in match[0]):
        return None
    return match[0].strip("./-")


def _serial(text: str) -> str | None:
    match = re.search(r"\b([A-ZĐ]{1,2})\s?(\d{6,8})\b", text)
    return f"{match[1]} {match[2]}" if match else None


def _school(text: str) -> str | None:
    """The school that confers: `HIỆU TRƯỞNG TRƯỜNG ĐẠI HỌC …`."""
    match = re.search(r"\b(?:TRƯỜNG (?:ĐẠI HỌC|CAO ĐẲNG|TRUNG CẤP)|HỌC VIỆN|ĐẠI HỌC)\s.{3,}", text)
    if match is None or re.search(r"truong\W+truong\W*$", fold(text[: match.start()])):
        return None  # the second is the school's own, with a mark lost: `HIỆU TRƯỞNG TRƯƠNG ĐẠI HỌC`
    before = fold(text[: match.start()]).split()
    if match[0].startswith("ĐẠI") and before and distance(before[-1], "truong", 2) <= 2:
        return None  # its own first word was misread or lost: `HIỆU TRƯỞNG TRUUNG ĐẠI HỌC`
    return match[0]


def _company_id(text: str) -> str | None:
    """Ten digits, thirteen of a branch, twelve of a household since 2025; old ones may have letters."""
    found = _code(text)
    digits = re.sub(r"\D", "", found or "")
    return found if found and (len(digits) in (10, 12, 13) or any(c.isalpha() for c in found)) else None


def _serial_or_code(text: str) -> str | None:
    return _serial(text) or _code(text)


def _plain_number(text: str, *, whole: bool) -> str | None:
    match = re.search(r"\d{1,3}(?:[.\s]\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?", text)
    if match is None or re.match(r"[.,\s]*\d|[.,]\w", text[match.end() :]):
        return None  # `5, 75`, `12.50.3` and `8,m` are no one number
    digits = match[0].replace(" ", "")
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", digits):
        digits = digits.replace(".", "")
    digits = digits.replace(",", ".")
    if whole:
        return str(int(digits)) if digits.isdecimal() else None
    return digits


def _year(text: str) -> str | None:
    match = re.search(r"(?<!\d)((?:19|20)\d\d)(?!\d)", text)
    return match[1] if match else None


Forms = Mapping[str, Callable[[str], str | None]]

FORMS: Forms = {
    "text": _text,
    "word": _word,
    "name": _name,
    "holder": _holder,
    "sex": _sex,
    "date": iso_date,
    "personal-id": _personal_id,
    "personal-id-12": _twelve,
    "number": _number,
    "code": _code,
    "company-id": _company_id,
    "class": _class,
    "place": _place,
    "moment": _moment,
    "spoken-date": _text,
    "serial": _serial,
    "school": _text,
    "serial-or-code": _serial_or_code,
    "area": lambda text: _plain_number(text, whole=False),
    "decimal": lambda text: _plain_number(text, whole=False),
    "money": lambda text: _plain_number(text, whole=True),
    "count": lambda text: _plain_number(text, whole=True),
    "year": _year,
}

#: Forms that tell a value without a label otherwise than behind one.
FORMS_ALONE: Forms = {**FORMS, "school": _school}
