"""Agencies: who receives and issues records; an agency that was merged names its successor (F4.7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


class AgencyNotFound(LookupError):
    """No such agency."""


@dataclass(frozen=True, slots=True)
class Agency:
    """`code` is short and stays; `merged_into` is the code of the successor since `merged_on`. `seal_key`
    refers to the agency's own key (`file:PATH` or `pkcs11:…`) and is never the key."""

    code: str
    name: str
    parent: str | None = None
    merged_into: str | None = None
    merged_on: date | None = None
    seal_key: str | None = None


class Agencies(Protocol):
    def save(self, agency: Agency) -> None: ...

    def get(self, code: str) -> Agency:
        """Raises AgencyNotFound."""
        ...

    def list(self) -> Sequence[Agency]: ...
