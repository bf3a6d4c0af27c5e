"""The forms that values of labelled fields have: what a value must look like to be taken at all."""

import re
from collections.abc import Callable, Mapping

from ocr.fields import closed_forms
from ocr.fields.dates import iso_date
from ocr.fields.doubts import is_remnant
from ocr.fields.spelling import is_whole_position
from ocr.fields.spoken_dates import spoken_date
from ocr.language.writing import distance, fold, is_family_name, is_syllable

_LEADERS = re.compile(r"[.…_·•]{3,}|[…_]{1,}|(?:\.\s){3,}\.?|[☐□▢]")
_NOTE = re.compile(r"^\W*\(?\d{1,2}\)\s?(?=[^\W\d_])")
_EDGES = " \t:;,.-–—/|()"


def clean(text: str) -> str:
    """The text without dotted leaders, empty boxes and the mark of a note, which are no values."""
    said = re.sub(r",\.(?=\s)", ",", _LEADERS.sub(" ", without_note(text)))  # a leader behind a comma
    return _stripped(re.sub(r"\s+", " ", said))


def without_note(text: str) -> str:
    """The text without the mark of a note before it: `(1) Ủy ban nhân dân …`."""
    return _NOTE.sub("", text)


def _stripped(text: str) -> str:
    """The text without marks around it; a bracket that closes one within stays: `Nhà ở (xây dựng mới)`."""
    bare = text.strip(_EDGES)
    closed = bare.count("(") > bare.count(")") and text[text.rindex(bare) + len(bare) :].startswith(")")
    return f"{bare})" if closed else bare


#: What is left of the mark of the next item, as `g)` read as `ø`.
_TRAILING_ITEM = re.compile(r"(?<=[,;])\s+[^\W\d]{1,2}[).]?$")


def _text(text: str) -> str | None:
    text = _stripped(_TRAILING_ITEM.sub("", text))
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


#: What a form prints before the name of a holder, to strike out one of: no part of it.
_EITHER = re.compile(r"^ông\s?[(/]\s?bà\s?\)?\s?:?\s?", re.IGNORECASE)
_TITLED = re.compile(r"^(?:hộ )?(?:ông|bà):? (?=\S)", re.IGNORECASE)
#: Words behind the family in the name of a person.
LONGEST_REST = 3
#: What may follow the name of a holder: who that is, not the name.
_AFTER_HOLDER = re.compile(
    r"[,;]?\s*\b(?:số (?=CMND|CCCD|căn|giấy|hộ chiếu)|(?:năm sinh|sinh năm|sinh ngày|số định danh|CMND|CCCD|"
    r"căn cước|giấy chứng minh|hộ chiếu|địa chỉ|và vợ|và chồng|mã số|số$)\b).*$",
    re.IGNORECASE,
)


#: Words of sentences, which no address has but for `(nay là xã …)` and `đường Kính Chủ`.
_SPEECH = re.compile(
    r"\b(?:tôi|này|đề nghị|cam đoan|kính (?:gửi|đề nghị|mong|trình)|xin|nay(?! (?:là|thuộc)\b)|"
    r"tháng \d+ năm)\b",
    re.IGNORECASE,
)


_UNIT_ALONE = re.compile(r"(?P<before>\S+), (?:tỉnh|thành phố|thị xã|xã|phường|huyện|quận)$", re.IGNORECASE)


def ends_in_unit(text: str) -> bool:
    """Whether a text ends in a unit without its name (`phường Mẫu, thành phố`), and not in those of a list
    (`các xã, phường`)."""
    alone = _UNIT_ALONE.search(text)
    return bool(alone and alone["before"][0].isupper())


#: Streets and quarters, which have a name or a number behind them.
_STREET_ALONE = re.compile(r"\b(?:phố|đường|ngõ|hẻm|thôn|xóm|ấp|buôn|khóm|số)$", re.IGNORECASE)


def breaks_off(text: str) -> bool:
    """Whether an address ends before the name it announces (`Số 12 phố`), or has a blot for a mark."""
    return bool(_STREET_ALONE.search(text) or closed_forms.BLOTTED.search(text))


def is_speech(text: str) -> bool:
    """Whether a text is a sentence or a date, as may stand under an empty label, and no name or place."""
    return bool(_SPEECH.search(text))


def _place(text: str) -> str | None:
    """A place: a lone word in small letters or of another language (`Residence`) is none."""
    stray = is_remnant(text) and (text.islower() or not is_syllable(text))
    return None if stray or is_speech(text) or is_whole_position(text) else _text(text)


#: A unit in the midst of an address, which a comma or a dash parts from what is before it.
_UNPARTED = re.compile(
    r"(?<![,;–-])\s(?:xã|phường|thị trấn|quận|huyện|thị xã|thành phố|tỉnh|[PXHQ]\.|TP\.)\s(?=[\dA-ZĐÂĂÊÔƠƯ])"
)


def _dwelling(text: str) -> str | None:
    """Where somebody lives; not where one of several commas was lost: `phường 7 quận 8, TP. …`."""
    place = _place(text)
    return None if place is None or ("," in place and _UNPARTED.search(place)) else place


def _office(text: str) -> str | None:
    """Where something was registered, without number and day of it: `…, số 19, ngày 15/09/2024`."""
    return _place(re.sub(r"[,;]?\s+(?:số|ngày)\s*:?\s?\d.*$", "", text, flags=re.IGNORECASE))


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
    name = _text(_AFTER_HOLDER.sub("", _EITHER.sub("", text)).strip(_EDGES))
    if name is None or name[0].islower():
        return None
    return None if _lost_capital(_TITLED.sub("", name)) else name


#: What some write small within a name.
_MIDDLE = frozenset(("thị", "văn"))


def _lost_capital(name: str) -> bool:
    """Whether a person's name has lost a capital: `Quách Khắc ước`, and not `Trần văn Mẫu`. What is small but
    for its first word is the name of a body (`Đoàn thanh niên`), and so is a school's."""
    first, *rest = name.split()
    small = [word for word in rest if word[0].islower()]
    if not small or first == "Trường" or not is_family_name(first) or len(rest) > LONGEST_REST:
        return False
    body = len(small) == len(rest) > 1 and not _MIDDLE & {*small}
    return not body and not ({*small} <= _MIDDLE and rest[-1] not in _MIDDLE)


#: Printed sexes of which one is to be ticked or struck out, and the mark of a pen behind one.
_BOTH_SEXES = re.compile(r"\bnam\b.*\bn[ữưũu]\b|\bn[ữưũu]\b.*\bnam\b", re.IGNORECASE)
_TICKED = re.compile(r"\w+\W+[xv](?!\w)", re.IGNORECASE)


def _sex(text: str) -> str | None:
    """The sex that stands there; none where both do, with boxes to tick between them that readers may have
    taken for a letter each."""
    if _BOTH_SEXES.search(re.sub(r"(?i)\bviệt\s+nam\b", "", text)) or _TICKED.match(text):
        return None
    word = re.split(r"[^\w]", text, maxsplit=1)[0]
    if fold(word) == "nam":
        return "Nam" if word.casefold() == "nam" else None
    return {"male": "Nam", "nu": "Nữ", "female": "Nữ"}.get(fold(word))


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
    """As `PTTH A 315230` on diplomas: what the number is of stands before its letters."""
    serial, of = _serial(text), re.match(r"[A-ZĐ]{3,6}(?= ?[A-ZĐ]{1,2} ?\d)", text)
    return f"{of[0]} {serial}" if serial and of else serial or _code(text)


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
    "people": closed_forms.people,
    "country": closed_forms.country,
    "relation": closed_forms.relation,
    "book": closed_forms.book,
    "page": closed_forms.page,
    "percent": closed_forms.percent,
    "period": closed_forms.period,
    "use": closed_forms.use,
    "measure": _text,
    "dwelling": _dwelling,
    "office": _office,
}

#: Forms that tell a value without a label otherwise than behind one.
FORMS_ALONE: Forms = {**FORMS, "school": _school}
