"""The nine metadata of every digitised paper (Circular 01/2023/TT-VPCP Art 9.2; F1.5), of kind and fields."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from ocr.kinds.catalogue import OTHER, UNKNOWN, catalogue
from ocr.recognition import Box, Field, FieldState, Kind, Recognition

#: Where a value comes from: read off the paper; the catalogue of kinds, by the kind that was recognised; put
#: together of values that were read; a person who keyed it in; or nowhere yet.
ValueOrigin = Literal["paper", "catalogue", "composed", "person", "none"]

#: In the order of the Circular.
METADATA = (
    "paper_code",
    "holder_id",
    "paper_name",
    "number_and_symbol",
    "issued_on",
    "issuer",
    "summary",
    "validity",
    "scope",
)

#: The fields that answer for each, the first that says anything; two people of one paper both count.
_ANSWERS: Mapping[str, tuple[str, ...]] = {
    "holder_id": ("personal_id", "company_id", "wife_personal_id", "husband_personal_id", "holder_id"),
    "issued_on": ("date", "issued_on", "first_registered_on"),
    "issuer": ("issuer", "school", "registered_at"),
    "validity": ("valid_until", "term", "validity"),
    "scope": ("scope", "purpose"),
}
#: What numbers a paper without a symbol, after what its kind is `numbered_by`.
_NUMBERS = ("number", "serial", "registry_number", "business_id")
#: Whom or what a paper without a subject is about.
_ABOUT = (
    ("wife_name", "husband_name"),
    ("deceased_name",),
    ("company_name",),
    ("business_name",),
    ("works_name",),
    ("full_name",),
    ("holder_name",),
)
#: The Party writes the kind before the slash: `12-QĐ/TU`.
_OF_THE_PARTY = re.compile(r"[A-ZĐ][A-Za-zĐđ]{0,4}/(?:.*[-/])?[A-ZĐ]{0,5}(?:TW|TU|HU|ĐU|QU|ThU)")


_HEAD_OF = re.compile(r"(?:CỤC TRƯỞNG|GIÁM ĐỐC|HIỆU TRƯỞNG)\s+(?P<agency>(?!PHÓ\b)\S.{3,})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Metadatum:
    """One of the nine: its value, where it stands if it was read off the paper, and `fields`, which it was
    taken from. `box` in pixels of the page image; of a value made of several, the first one's."""

    value: str | None
    confidence: float
    page: int | None
    box: Box | None
    state: FieldState
    origin: ValueOrigin
    fields: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "confidence": round(self.confidence, 4),
            "box": self.box.to_json() if self.box else None,
            "fields": list(self.fields),
        }


def described(read: Recognition) -> dict[str, Any]:
    """The JSON of everything that was read from a file, with the metadata of its first paper."""
    found = metadata(read.kind, read.fields)
    return {**read.to_json(), "metadata": {name: what.to_json() for name, what in found.items()}}


def metadata(kind: Kind | None, fields: Mapping[str, Field]) -> dict[str, Metadatum]:
    """All nine, in their order; what the paper does not say is `absent`, and of origin `none`."""
    found = {
        "paper_code": _of_catalogue(kind, kind.code if kind else None),
        "paper_name": _name(kind, fields),
        "number_and_symbol": _number(kind, fields),
        "summary": _summary(kind, fields),
        **{name: _answer(fields, answers) for name, answers in _ANSWERS.items()},
    }
    if found["issuer"].state == "absent":
        found["issuer"] = _agency(fields.get("position"))
    return {name: found[name] for name in METADATA}


_NOTHING = Metadatum(None, 0.0, None, None, "absent", "none")


def _of_catalogue(kind: Kind | None, value: str | None) -> Metadatum:
    if kind is None or kind.code == UNKNOWN:
        return _NOTHING
    return Metadatum(value, kind.confidence, kind.page, kind.box, "read", "catalogue")


def _name(kind: Kind | None, fields: Mapping[str, Field]) -> Metadatum:
    """The name in the catalogue, unless the paper's own title is known better than that."""
    title = fields.get("type")
    if title is not None and title.value and (kind is None or title.value != kind.name):
        return _taken({"type": title})
    return _NOTHING if kind is None or kind.code == OTHER else _of_catalogue(kind, kind.name)


def _answer(fields: Mapping[str, Field], answers: Sequence[str]) -> Metadatum:
    said = {name: fields[name] for name in answers if name in fields and fields[name].state != "absent"}
    valued = {name: field for name, field in said.items() if field.value}
    couple = {name: field for name, field in valued.items() if name.startswith(("wife_", "husband_"))}
    if len(couple) > 1:
        return _taken(couple)
    first = next(iter(valued or said), None)
    return _taken({first: said[first]}) if first is not None else _NOTHING


def _number(kind: Kind | None, fields: Mapping[str, Field]) -> Metadatum:
    number, symbol = fields.get("number"), fields.get("symbol")
    if number is not None and symbol is not None and symbol.value:
        if not number.value:  # the symbol alone is no number of a paper
            return _taken({"number": number if number.state != "absent" else _open(symbol), "symbol": symbol})
        return _taken({"number": number, "symbol": symbol}, joint=joint(symbol.value))
    known = catalogue().get(kind.code) if kind else None
    return _answer(fields, (*(known.numbered_by if known else ()), *_NUMBERS))


def _agency(position: Field | None) -> Metadatum:
    """Of a paper without a letterhead, whose head signs it: `CỤC TRƯỞNG CỤC …`."""
    match = _HEAD_OF.search(position.value) if position and position.value else None
    if position is None or match is None:
        return _NOTHING
    return replace(_taken({"position": position}), value=match["agency"], origin="composed")


def joint(symbol: str) -> str:
    """What stands between a number and this symbol: `15/QĐ-UBND`, but `12-QĐ/TU`."""
    return "-" if _OF_THE_PARTY.fullmatch(symbol) else "/"


def _open(symbol: Field) -> Field:
    return Field(None, 0.0, symbol.page, symbol.box, "handwritten")


def _summary(kind: Kind | None, fields: Mapping[str, Field]) -> Metadatum:
    """The subject; of a paper without one, its name and whom it is about."""
    subject = fields.get("subject")
    if subject is not None and subject.state != "absent":
        return _taken({"subject": subject})
    for names in _ABOUT:
        about = {name: fields[name] for name in names if name in fields and fields[name].value}
        if about and kind is not None and kind.code not in (UNKNOWN, OTHER):
            found = _taken(about)
            sure = min(found.confidence, kind.confidence)
            said = f"{kind.name}: {found.value}"
            return replace(found, value=said, confidence=sure, origin="composed")
    if kind is None or "subject" in fields or any(name in fields for names in _ABOUT for name in names):
        return _NOTHING
    return _of_catalogue(kind, kind.name)  # a certification is about the copy that it stands on


def _taken(parts: Mapping[str, Field], joint: str = "; ") -> Metadatum:
    """As sure as the least sure part, and without a value where a part has none."""
    values = [field.value for field in parts.values()]
    least = min(parts.values(), key=lambda field: (field.state == "read", field.confidence))
    placed = next((field for field in parts.values() if field.box), least)
    return Metadatum(
        joint.join(value for value in values if value) if all(values) else None,
        least.confidence,
        placed.page,
        placed.box,
        least.state,
        "composed" if len(parts) > 1 and joint == "; " and all(values) else "paper",
        tuple(parts),
    )
