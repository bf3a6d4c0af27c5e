"""Does a number fit among those that its issuer gave before and after it?

Numbers of one issuer and symbol rise with the date within a year (Decree 30/2020, Art. 15). A guess at
handwriting that does not fit is not offered; what was read or confirmed is warned of, and stays.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from app.folding import fold
from app.ports import Services
from app.records import FieldValue, Numbered, Record, Status
from app.review import as_written
from app.standing import Standing
from ocr.recognition import Notice

#: Codes of notices: a later number of an earlier day or the other way, and a number that another paper has.
ORDER, REPEATED = "number-order", "number-repeated"
#: Of a guess that is not offered since it would be one of these, by the name of its field.
WITHHELD = {"number": "number-withheld", "date": "date-withheld"}
#: What was counted in the order of the year; letters (`15a`) have come between afterwards.
_COUNTED = re.compile(r"[0-9]{1,9}")
_WEIGHED = frozenset({Status.AWAITING_REVIEW, Status.CONFIRMED, Status.SIGNED})


@dataclass(frozen=True, slots=True)
class Weighed:
    """The fields of a record as they may be offered beside those that were confirmed; what is to be said of
    its number, with the id of the record that it names; and the field whose guess is not offered."""

    fields: Mapping[str, FieldValue]
    about: Mapping[Notice, str] = field(default_factory=dict)
    withheld: str | None = None

    @property
    def notices(self) -> tuple[Notice, ...]:
        return tuple(self.about)


def weighed(services: Services, record: Record) -> Weighed:
    """As things stand in this moment: what is confirmed later counts from then on, and what is taken back
    counts no more. Nothing is said without a plain number, a whole date, a symbol and an issuer. A number
    that is a guess is withheld for whatever it contradicts; a day that is one, where the number is none and
    they are out of order."""
    fields = services.parts.fields(record.id)
    place = _place(record, fields)
    if place is None:
        return Weighed(fields)
    repeated = _repeating(services, record, fields, place)
    disordered = services.records.out_of_order(place, but=record.id)
    written = fields["number"].offered or ""
    guess = next((name for name in ("number", "date") if fields[name].proposed), None)
    contradicts = (repeated if guess == "number" else None) or disordered
    about = {_repeated(written, place, repeated): repeated.id} if repeated and guess != "number" else {}
    if guess is None or contradicts is None:
        return Weighed(
            fields, about | ({_disordered(written, place, disordered): disordered.id} if disordered else {})
        )
    read = replace(fields[guess].read, value=None, confidence=0.0)
    about[_withheld(guess, contradicts)] = contradicts.id
    return Weighed({**fields, guess: replace(fields[guess], read=read)}, about, guess)


def _place(record: Record, fields: Mapping[str, FieldValue]) -> Numbered | None:
    """Where the number stands that the person is shown, with the day that they are shown."""
    if record.status not in _WEIGHED:
        return None
    number, issued = (fields[name].offered if name in fields else None for name in ("number", "date"))
    symbol, issuer = (fields[name].value if name in fields else None for name in ("symbol", "issuer"))
    if not (number and issued and symbol and issuer) or not _COUNTED.fullmatch(number):
        return None
    return Numbered(record.agency, issuer, symbol, int(number), issued) if _is_day(issued) else None


def _repeating(
    services: Services, record: Record, fields: Mapping[str, FieldValue], place: Numbered
) -> Record | None:
    alike = services.records.numbered_alike(place, but=record.id)
    return next((other for other in alike if not _same_paper(services, record, fields, other)), None)


def _same_paper(services: Services, record: Record, fields: Mapping[str, FieldValue], other: Record) -> bool:
    """Whether two records of one number are of one paper: scanned twice, or one in place of the other."""
    if record.standing is Standing.REPLACED or other.standing is Standing.REPLACED:
        replaced = {
            (one.id, said[-1].replaced_by)
            for one in (record, other)
            if (said := services.standings.of(one.id))
        }
        if {(record.id, other.id), (other.id, record.id)} & replaced:
            return True
    subject = fields["subject"].value if "subject" in fields else None
    same_day = fields["date"].offered == other.date
    return same_day and bool(subject) and fold(subject or "") == fold(other.subject or "")


def _repeated(number: str, place: Numbered, other: Record) -> Notice:
    return Notice(
        REPEATED,
        f"Số {number}/{place.symbol} của năm {place.date[:4]} đã có ở {_named(other)}. Mỗi số chỉ cấp "
        "một lần trong năm: hãy đối chiếu cả hai.",
        f"Number {number}/{place.symbol} of {place.date[:4]} stands on {_named_en(other)} too. A "
        "number is given once a year: compare both.",
    )


def _disordered(number: str, place: Numbered, other: Record) -> Notice:
    day = as_written("date", place.date)
    return Notice(
        ORDER,
        f"Số {number}/{place.symbol} ngày {day} trái thứ tự với {_named(other)}. Trong năm, số tăng "
        "theo ngày: hãy đối chiếu số và ngày của cả hai.",
        f"Number {number}/{place.symbol} of {day} is out of order beside {_named_en(other)}. Within a "
        "year numbers rise with the date: compare number and date of both.",
    )


def _withheld(name: str, other: Record) -> Notice:
    """It does not say the guess, which would be to offer it."""
    vi, en = {"number": ("số", "number"), "date": ("ngày", "date")}[name]
    return Notice(
        WITHHELD[name],
        f"Máy có đoán {vi} viết tay nhưng không điền, vì trái với số và ngày của {_named(other)}. "
        f"Hãy xem hình và nhập {vi}.",
        f"A guess at the handwritten {en} is not offered, as number and date of {_named_en(other)} "
        f"contradict it. Look at the picture and type the {en}.",
    )


def _named(other: Record) -> str:
    day = as_written("date", other.date)
    return f"hồ sơ {other.code} “{other.name}” (số {other.number}/{other.symbol}, ngày {day})"


def _named_en(other: Record) -> str:
    day = as_written("date", other.date)
    return f"record {other.code} “{other.name}” (number {other.number}/{other.symbol}, {day})"


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
