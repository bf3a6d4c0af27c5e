"""The nine metadata of a record (F1.5) as they count: what a person confirmed before what was read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.records import FieldValue
from ocr import metadata
from ocr.metadata import Metadatum
from ocr.recognition import Field, FieldState, Kind


@dataclass(frozen=True, slots=True)
class RecordMetadatum:
    """One of the nine, and whether a person has confirmed all that it was taken from."""

    name: str
    what: Metadatum
    confirmed: bool

    def to_json(self) -> dict[str, Any]:
        return {**self.what.to_json(), "confirmed": self.confirmed}


def metadata_of(kind: Kind | None, fields: Mapping[str, FieldValue]) -> list[RecordMetadatum]:
    """All nine, in the order of Circular 01/2023/TT-VPCP Art 9.2."""
    counted = {name: _counted(field) for name, field in fields.items()}
    found = []
    for name, what in metadata.metadata(kind, counted).items():
        parts = [fields[part] for part in what.fields]
        keyed = any(part.confirmed_at and part.confirmed != part.read.value for part in parts)
        confirmed = bool(parts) and all(part.confirmed_at for part in parts)
        found.append(RecordMetadatum(name, replace(what, origin="person") if keyed else what, confirmed))
    return found


def _counted(field: FieldValue) -> Field:
    """The field with the value that counts; what a person says is sure."""
    if field.confirmed_at is None:
        return replace(field.read, value=field.value)
    state: FieldState = "read" if field.confirmed else "absent"
    return replace(field.read, value=field.confirmed, confidence=1.0 if field.confirmed else 0.0, state=state)
