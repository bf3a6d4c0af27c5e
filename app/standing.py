"""Whether what was signed still counts: in force, revoked, or replaced by another signed record.

A statement is never changed; the last one counts. That it was stated by mistake is a statement too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from app.audit import Event


class Standing(StrEnum):
    """Whether a signed record counts; the words are part of the HTTP contract."""

    IN_FORCE = "in-force"
    REVOKED = "revoked"
    REPLACED = "replaced"


class StandingRefused(ValueError):
    """A statement that cannot be made so; says why, and what to do."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} — {en}")
        self.code = code
        self.vi = vi
        self.en = en


@dataclass(frozen=True, slots=True)
class Statement:
    """What was said of a signed record: `since` is the day from which it holds, `at` when it was said.
    `replaced_by` is the id of the record that counts instead, where there is one."""

    record_id: str
    standing: Standing
    since: date
    reason: str
    stated_by: str
    at: datetime
    replaced_by: str | None = None


class Standings(Protocol):
    """Every implementation passes tests/app/database/test_standings.py."""

    def state(self, statement: Statement, version: int, events: Sequence[Event]) -> None:
        """Keep the statement and the events, and give the record, which has this version, the next one; all
        of it holds, or none. Raises RecordNotFound, RecordChanged, and StandingRefused where the record that
        replaces it is not signed and in force (not-in-force) in that moment."""
        ...

    def of(self, record_id: str) -> Sequence[Statement]:
        """All that was said of a record, oldest first."""
        ...
