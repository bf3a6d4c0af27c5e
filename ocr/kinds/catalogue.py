"""The catalogue of paper kinds: `kinds.toml` as types."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

from ocr.language.writing import fold
from ocr.recognition import Kind

Group = Literal["administrative", "civil", "other"]

UNKNOWN = "unknown"
OTHER = "other"
OFFICIAL_LETTER = "CV"

#: The fields of every administrative document (Decree 30/2020 Art 8).
ADMINISTRATIVE_FIELDS = (
    "number",
    "symbol",
    "date",
    "place",
    "issuer",
    "type",
    "subject",
    "addressee",
    "signer",
    "position",
    "urgency",
)

#: Fields of every other paper, where printed, besides its own.
LETTERHEAD_FIELDS = ("number", "issuer", "signer", "position", "issued_on")

#: What the metadata of F1.5 ask of every paper, and which fields of a kind say it already.
ASKED_OF_ALL: Mapping[str, tuple[str, ...]] = {
    "holder_id": ("personal_id", "company_id", "wife_personal_id"),
    "validity": ("valid_until", "term"),
    "scope": ("purpose",),
}


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """How a field stands on the paper: its labels as printed, and the form of its value. `near` names the
    labels of the person whose field it is, where a paper has two people; `anywhere`: it may have no label;
    `wraps`: it goes on in the next line although the first is not full, as on cards; `until`: beginnings of
    the lines with which the part about somebody else begins; `rows`: what the row of it is called in a table
    of two people, as its labels are where there are none; `listed`: such papers have it, found or not."""

    labels: tuple[str, ...]
    form: str
    near: tuple[str, ...] = ()
    anywhere: bool = False
    wraps: bool = False
    until: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    listed: bool = True


@dataclass(frozen=True, slots=True)
class PaperKind:
    """One kind of the catalogue; `people` are the labels of those whom every such paper names, and `columns`
    what heads the column of each of them where they stand in a table. `asks`: how declarations name who asks
    (`requester`), the `person` it is about, one who is both (`oneself`), and `others`, neither. `within`: the
    code that its papers are given, where the contract has none of their own."""

    code: str
    name: str
    name_en: str
    group: Group
    titles: tuple[str, ...]
    symbols: tuple[str, ...]
    hints: tuple[str, ...] = ()
    machine_zone: tuple[str, ...] = ()
    letterhead: bool = True
    goes_on: bool = False
    certifies: bool = False
    qr_code: bool = False
    class_table: bool = False
    numbered_by: tuple[str, ...] = ()
    people: tuple[tuple[str, ...], ...] = ()
    columns: tuple[tuple[str, ...], ...] = ()
    asks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    within: str = ""
    fields: Mapping[str, FieldSpec] = field(default_factory=dict)


@cache
def catalogue() -> Mapping[str, PaperKind]:
    """Every kind by its code, in the order of the file."""
    return {entry["code"]: _kind(entry) for entry in _data()["kind"]}


def form_of(kind: Kind) -> PaperKind | None:
    """The entry of the catalogue whose fields a paper has: by its code, or its name where many share it."""
    named = (k for k in catalogue().values() if k.within == kind.code and k.name == kind.name)
    return next(named, catalogue().get(kind.code))


def asked_of(code: str) -> tuple[str, ...]:
    """The fields that papers of a kind have for the metadata of F1.5 alone."""
    own = catalogue()[code].fields if code in catalogue() else {}
    return tuple(name for name, others in ASKED_OF_ALL.items() if not any(x in own for x in others))


def fields_of(code: str) -> tuple[str, ...]:
    """The names of all fields that papers of a kind have, found on them or not; those of an administrative
    document where the catalogue has no such kind."""
    known = catalogue().get(code)
    if known is None or known.group != "civil":
        return (*ADMINISTRATIVE_FIELDS, *asked_of(code))
    return (*dict.fromkeys((*known.fields, *LETTERHEAD_FIELDS)), *asked_of(code))


def unlisted(code: str) -> frozenset[str]:
    """The fields of a kind that only some of its papers have: one that is absent is not asked for."""
    known = catalogue().get(code)
    return frozenset(name for name, spec in known.fields.items() if not spec.listed) if known else frozenset()


@cache
def stops() -> tuple[str, ...]:
    """Labels of no field that end the value before them."""
    return tuple(_data()["stops"])


@cache
def phrases() -> tuple[str, ...]:
    """Values that are the same words on every form, in their one spelling."""
    return tuple(_data()["phrases"])


@cache
def peoples() -> tuple[str, ...]:
    """The peoples of the country, in their one spelling."""
    return tuple(_data()["peoples"])


@cache
def countries() -> tuple[str, ...]:
    """The countries that papers name as a nationality, in their one spelling."""
    return tuple(_data()["countries"])


@cache
def relations() -> frozenset[str]:
    """The words that say what one person is to another, in small letters."""
    return frozenset(_data()["relations"])


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("kinds.toml").read_text(encoding="utf-8"))


def _kind(entry: Mapping[str, Any]) -> PaperKind:
    first = entry.get("first_part", {"fields": (), "until": ()})
    until = _labels(first["until"])
    return PaperKind(
        code=entry["code"],
        name=entry["name"],
        name_en=entry["name_en"],
        group=entry["group"],
        titles=tuple(entry["titles"]),
        symbols=tuple(entry["symbols"]),
        hints=tuple(entry.get("hints", ())),
        machine_zone=tuple(entry.get("machine_zone", ())),
        letterhead=entry.get("letterhead", True),
        goes_on=entry.get("goes_on", False),
        certifies=entry.get("certifies", False),
        qr_code=entry.get("qr_code", False),
        class_table=entry.get("class_table", False),
        numbered_by=tuple(entry.get("numbered_by", ())),
        people=tuple(_labels((text,)) for text in entry.get("people", ())),
        columns=tuple(_labels((text,)) for text in entry.get("columns", ())),
        within=entry.get("within", ""),
        asks={part: _labels(texts) for part, texts in entry.get("asks", {}).items()},
        fields={
            name: _field(spec, until if name in first["fields"] else ())
            for name, spec in entry.get("fields", {}).items()
        },
    )


def _field(spec: Mapping[str, Any], until: tuple[str, ...]) -> FieldSpec:
    return FieldSpec(
        _labels(spec["labels"]),
        spec["form"],
        _labels(spec.get("near", ())),
        spec.get("anywhere", False),
        spec.get("wraps", False),
        until,
        _labels(spec.get("rows", ())),
        spec.get("listed", True),
    )


def _labels(texts: Iterable[str]) -> tuple[str, ...]:
    """Labels as printed: a name in `shared` stands for all of those."""
    shared = _data()["shared"]
    return tuple(label for text in texts for label in shared.get(text, (text,)))


@cache
def kind_of_symbol(symbol: str) -> PaperKind | None:
    """The kind that a symbol such as `CT-UBND` speaks for, where it does."""
    parts = [fold(part) for part in symbol.replace("/", "-").split("-")]
    if parts[0].isdigit():  # the year, in `2024/QĐ-HĐQT`
        parts = parts[1:]
    spoken = [
        (known, kind)
        for kind in catalogue().values()
        for known in kind.symbols
        if fold(known) in parts[:1] or fold(known) == fold(symbol)
    ]
    # `ĐA` and `DA` differ by the stroke alone.
    exact = (kind for known, kind in spoken if known in re.split(r"[-/]", symbol))
    return next(exact, spoken[0][1] if spoken else None)
