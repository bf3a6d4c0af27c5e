"""The catalogue of paper kinds: `kinds.toml` as types."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

from ocr.language import fold

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


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """How a field stands on the paper: its labels as printed, and the form of its value. `near` names the
    label of the person whose field it is, where a paper has two people; `anywhere`: it may have no label."""

    labels: tuple[str, ...]
    form: str
    near: str | None = None
    anywhere: bool = False


@dataclass(frozen=True, slots=True)
class PaperKind:
    """One kind of the catalogue."""

    code: str
    name: str
    name_en: str
    group: Group
    titles: tuple[str, ...]
    symbols: tuple[str, ...]
    hints: tuple[str, ...] = ()
    fields: Mapping[str, FieldSpec] = field(default_factory=dict)


@cache
def catalogue() -> Mapping[str, PaperKind]:
    """Every kind by its code, in the order of the file."""
    return {entry["code"]: _kind(entry) for entry in _data()["kind"]}


@cache
def stops() -> tuple[str, ...]:
    """Labels of no field that end the value before them."""
    return tuple(_data()["stops"])


def _data() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("ocr").joinpath("kinds.toml").read_text(encoding="utf-8"))


def _kind(entry: Mapping[str, Any]) -> PaperKind:
    return PaperKind(
        code=entry["code"],
        name=entry["name"],
        name_en=entry["name_en"],
        group=entry["group"],
        titles=tuple(entry["titles"]),
        symbols=tuple(entry["symbols"]),
        hints=tuple(entry.get("hints", ())),
        fields={
            name: FieldSpec(
                tuple(spec["labels"]), spec["form"], spec.get("near"), spec.get("anywhere", False)
            )
            for name, spec in entry.get("fields", {}).items()
        },
    )


@cache
def kind_of_symbol(symbol: str) -> PaperKind | None:
    """The kind that a symbol such as `CT-UBND` speaks for, where it does."""
    parts = [fold(part) for part in symbol.replace("/", "-").split("-")]
    for kind in catalogue().values():
        if any(fold(known) in parts[:1] or fold(known) == fold(symbol) for known in kind.symbols):
            return kind
    return None
