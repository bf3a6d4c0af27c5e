"""The history of a record: what happened, when, by whom. Append-only; the database refuses all else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Action(StrEnum):
    """Everything that can happen to a record."""

    RECEIVED = "received"
    SENT_AGAIN = "sent-again"
    RECOGNISING = "recognising"
    PAGE_READ = "page-read"
    RECOGNISED = "recognised"
    REFUSED = "refused"
    FAILED = "failed"
    RETRIED = "retried"
    VIEWED = "viewed"
    DOWNLOADED = "downloaded"
    SPLIT = "split"
    JOINED = "joined"
    ONE_PAPER = "one-paper"
    KIND_SAID = "kind-said"
    WORDS_CORRECTED = "words-corrected"
    CORRECTED = "corrected"
    CONFIRMED = "confirmed"
    DIGITISED = "digitised"
    SIGNED = "signed"
    SIGNING_REFUSED = "signing-refused"
    SIGNING_ABANDONED = "signing-abandoned"
    REVOKED = "revoked"
    REPLACED = "replaced"
    REPLACES = "replaces"
    IN_FORCE_AGAIN = "in-force-again"
    SEALED = "sealed"
    SEAL_FAILED = "seal-failed"
    RENEWED = "renewed"
    RENEWAL_FAILED = "renewal-failed"


#: The actor of what no person did.
SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `actor` is a username or SERVICE; `details` are short JSON values, without
    personal data. `sequence` is given by the history and grows."""

    record_id: str
    action: Action
    actor: str
    at: datetime
    details: Mapping[str, str | int | bool | None] = field(default_factory=dict)
    sequence: int | None = None


class History(Protocol):
    """Reads and extends the history. There is no way to change it."""

    def append(self, event: Event) -> Event: ...

    def of(self, record_id: str) -> Sequence[Event]:
        """All events of a record, oldest first."""
        ...

    def first(self, record_id: str, action: Action) -> Event | None:
        """The oldest event of this kind, without a look at the others."""
        ...

    def last(self, record_id: str, action: Action, actor: str) -> Event | None:
        """The newest event of this kind by this actor."""
        ...
