"""What a person confirms of a paper: checking the values, and what follows from them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from app.metadata import metadata_of
from app.records import FieldValue
from ocr.kinds.catalogue import ADMINISTRATIVE_FIELDS, ASKED_OF_ALL
from ocr.recognition import Field, Kind

_LONGEST = 2000  # letters; Letter 7197 allows 500 for a subject
#: `date_of_birth_in_words` and `registered_at`, a place, are no dates; `valid_until` may say that there is
#: no last day.
_DATES = re.compile(r"date|(.*_)?date_of_birth|.*_on")
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
        after[name] = replace(field, confirmed=_checked(name, given), confirmed_by=username, confirmed_at=now)
    return after


def columns(fields: Mapping[str, FieldValue]) -> dict[str, Any]:
    """What a list of records shows of the fields."""
    names = ("number", "symbol", "date", "subject")
    found = {name: fields[name].value if name in fields else None for name in names}
    issued = fields.get("issued_on")  # what the papers of section 5 have for a date
    return found if "date" in fields or issued is None else {**found, "date": issued.value}


def searchable_text(pages: Iterable[str], fields: Mapping[str, FieldValue], kind: Kind | None) -> str:
    """All by which the record is found: the nine metadata and the fields as they count, then the pages."""
    values = [*(one.what.value for one in metadata_of(kind, fields)), *(f.value for f in fields.values())]
    return "\n".join([*(value for value in dict.fromkeys(values) if value), *pages])


def _checked(name: str, given: str | None) -> str | None:
    value = unicodedata.normalize("NFC", given or "").strip()
    if not value:
        return None
    if len(value) > _LONGEST:
        raise BadFieldValue(
            name, f"“{name}” dài quá {_LONGEST} ký tự.", f"“{name}” is longer than {_LONGEST} characters."
        )
    if any(unicodedata.category(c) == "Cc" and c != "\n" for c in value.replace("\r\n", "\n")):
        raise BadFieldValue(name, f"“{name}” có ký tự điều khiển.", f"“{name}” holds control characters.")
    if _DATES.fullmatch(name) and not _is_date(value):
        raise BadFieldValue(
            name,
            f"“{name}” phải là ngày dạng 2024-03-15 (hoặc 2024-03, 2024).",
            f"“{name}” must be a date such as 2024-03-15 (or 2024-03, 2024).",
        )
    return value


def _is_date(value: str) -> bool:
    try:
        return bool(_PARTIAL.fullmatch(value)) or date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
