"""What a person confirms of a paper: checking the values, and what follows from them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from app.metadata import metadata_of
from app.records import FieldValue
from app.translations import LANGUAGES, Language, text, texts
from ocr.kinds.catalogue import ADMINISTRATIVE_FIELDS, ASKED_OF_ALL
from ocr.recognition import Field, Kind, Page

_LONGEST = 2000  # letters; Letter 7197 allows 500 for a subject
#: `date_of_birth_in_words` and `registered_at`, a place, are no dates.
_DATES = re.compile(r"date|(.*_)?date_of_birth|.*_on")
_LAST_DAY = "valid_until"  # a date, or that there is none
#: Day, month and year in the order of Vietnamese papers; the first two may be left out.
_WRITTEN = re.compile(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])?(\d{4})")
_PARTIAL = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")
_NOT_READ = Field(None, 0.0, None, None, "absent")


class BadFieldValue(ValueError):
    """A value that a field cannot have: which field, and what would do."""

    def __init__(self, name: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} — {en}")
        self.name = name
        self.vi = vi
        self.en = en


def confirmed(
    before: Mapping[str, FieldValue], values: Mapping[str, str | None], username: str, now: datetime
) -> dict[str, FieldValue]:
    """The fields with what a person said; what was not shown stays as it is. Raises BadFieldValue."""
    if before and not values:
        raise BadFieldValue(
            "values",
            "Chưa có trường nào để xác nhận. Hãy gửi giá trị của mọi trường bạn đã xem.",
            "There is no field to confirm. Send a value for each field that you saw.",
        )
    after = dict(before)
    for name, given in values.items():
        field = before.get(name)
        if field is None:
            if name not in (*ADMINISTRATIVE_FIELDS, *ASKED_OF_ALL):
                raise BadFieldValue(
                    name, f"Không có trường “{name}” trong hồ sơ này.", f"This record has no field “{name}”."
                )
            field = FieldValue(name, _NOT_READ)
        after[name] = replace(
            field,
            confirmed=_checked(name, given),
            confirmed_by=username,
            confirmed_at=now,
            asked_again=False,
        )
    return after


def columns(kind: Kind | None, fields: Mapping[str, FieldValue]) -> dict[str, Any]:
    """What a list of records shows of the fields; of a paper without a subject, whose it is (F1.5)."""
    names = ("number", "symbol", "date", "subject")
    found = {name: fields[name].value if name in fields else None for name in names}
    if "subject" not in fields:
        summary = next(one.what for one in metadata_of(kind, fields) if one.name == "summary")
        found["subject"] = summary.value if summary.fields else None
    issued = fields.get("issued_on")  # what the papers of section 5 have for a date
    return found if "date" in fields or issued is None else {**found, "date": issued.value}


def searchable_text(pages: Iterable[Page], fields: Mapping[str, FieldValue], kind: Kind | None) -> str:
    """All by which the record is found: the nine metadata and the fields as they count, then the pages, but
    for figures of a pen that nobody has compared (docs/decisions/0023)."""
    values = [*(one.what.value for one in metadata_of(kind, fields)), *(f.value for f in fields.values())]
    return "\n".join([*(value for value in dict.fromkeys(values) if value), *map(_found_by, pages)])


def _found_by(page: Page) -> str:
    guessed = {place for place in page.uncompared if page.words[place].has_figure}
    if not guessed:
        return page.text
    return " ".join(word.text for place, word in enumerate(page.words) if place not in guessed)


def as_kept(name: str, given: str | None) -> str:
    """What a person gave for a field as it is kept: 15/3/2024 is the date 2024-03-15."""
    value = unicodedata.normalize("NFC", given or "").strip()
    written = _WRITTEN.fullmatch(value) if _may_be_date(name) else None
    if written is None:
        return value
    day, month, year = written.groups()
    return "-".join([year, *(part.zfill(2) for part in (month, day) if part)])


def as_written(name: str, kept: str | None) -> str:
    """The other way: what is kept of a field in the words of a paper, 2024-03-15 as 15/03/2024."""
    value = kept or ""
    return "/".join(reversed(value.split("-"))) if _may_be_date(name) and _is_date(value) else value


def _may_be_date(name: str) -> bool:
    return name == _LAST_DAY or _DATES.fullmatch(name) is not None


def _checked(name: str, given: str | None) -> str | None:
    typed = unicodedata.normalize("NFC", given or "").strip()
    value = as_kept(name, typed)
    if not value:
        return None
    vi, en = (field_words(language, name) for language in LANGUAGES)
    if len(value) > _LONGEST:
        raise BadFieldValue(
            name, f"“{vi}” dài quá {_LONGEST} ký tự.", f"“{en}” is longer than {_LONGEST} characters."
        )
    if any(unicodedata.category(c) == "Cc" and c != "\n" for c in value.replace("\r\n", "\n")):
        raise BadFieldValue(name, f"“{vi}” có ký tự điều khiển.", f"“{en}” holds control characters.")
    if (_DATES.fullmatch(name) or value != typed) and not _is_date(value):
        raise BadFieldValue(
            name,
            f"“{vi}” phải là ngày dạng 15/03/2024 (hoặc 03/2024, 2024).",
            f"“{en}” must be a date such as 15/03/2024 (or 03/2024, 2024), or 2024-03-15.",
        )
    return value


def field_words(language: Language, name: str) -> str:
    """What a field of a paper is called; a field of a kind that the catalogue forgot by its code."""
    key = f"field.{name}"
    return text(key, language) if key in texts() else name


def _is_date(value: str) -> bool:
    try:
        return bool(_PARTIAL.fullmatch(value)) or date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
