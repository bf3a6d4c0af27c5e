"""A record: one uploaded paper on its way to a signed electronic original."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from app.audit import Event
from ocr.recognition import Box, Field, FieldState, Kind, Page


class Status(StrEnum):
    """Where a record stands; the words are part of the HTTP contract."""

    RECEIVED = "received"
    RECOGNISING = "recognising"
    AWAITING_REVIEW = "awaiting-review"
    CONFIRMED = "confirmed"
    SIGNED = "signed"
    REFUSED = "refused"
    FAILED = "failed"


#: Every legal step. A record that failed may be tried again; a refused one is at the fault of its file, and
#: may be tried again too, since limits are settings. A confirmed record may be corrected until it is signed.
TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    Status.RECEIVED: frozenset({Status.RECOGNISING, Status.REFUSED, Status.FAILED}),
    Status.RECOGNISING: frozenset({Status.AWAITING_REVIEW, Status.REFUSED, Status.FAILED}),
    Status.AWAITING_REVIEW: frozenset({Status.CONFIRMED}),
    Status.CONFIRMED: frozenset({Status.CONFIRMED, Status.SIGNED}),
    Status.SIGNED: frozenset(),
    Status.REFUSED: frozenset({Status.RECEIVED}),
    Status.FAILED: frozenset({Status.RECEIVED}),
}

#: No worker is busy with a record in one of these.
AT_REST = frozenset(Status) - {Status.RECEIVED, Status.RECOGNISING}


class RecordNotFound(LookupError):
    """No such record, or none that this person may know of."""


class NotReady(RecordNotFound):
    """The record does not have this part, since it has not been read to its end."""


class IllegalTransition(ValueError):
    """The record is not in a state that allows this step."""

    def __init__(self, present: Status, wanted: Status) -> None:
        super().__init__(f"a record that is {present} cannot become {wanted}")
        self.present = present
        self.wanted = wanted


class RecordChanged(RuntimeError):
    """Somebody else changed the record since it was read; read it again."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a record was refused or failed, in both languages."""

    code: str
    vi: str
    en: str

    def to_json(self) -> dict[str, str]:
        return {"code": self.code, "message": f"{self.vi} — {self.en}", "vi": self.vi, "en": self.en}


@dataclass(frozen=True, slots=True)
class Record:
    """One paper. `digest` is the SHA-256 of the received bytes; `searchable`, `signed` and `recognition` are
    the digests of what was made of them. `attempt` counts the readings, from 1; `version` the changes."""

    id: str
    agency: str
    digest: str
    name: str
    media_type: str
    size: int
    status: Status
    received_at: datetime
    received_by: str
    dossier: str | None = None
    attempt: int = 1
    version: int = 1
    pages_done: int = 0
    pages_total: int | None = None
    digitally_signed: bool = False
    kind: Kind | None = None
    number: str | None = None
    symbol: str | None = None
    date: str | None = None
    subject: str | None = None
    recognition: str | None = None
    searchable: str | None = None
    signed: str | None = None
    problem: Problem | None = None

    def moved(self, status: Status) -> "Record":
        """The same record in another state. Raises IllegalTransition."""
        if status not in TRANSITIONS[self.status]:
            raise IllegalTransition(self.status, status)
        return replace(self, status=status)

    @property
    def pdf(self) -> str | None:
        """Digest of the PDF that a person gets: the signed one where there is one. A source that came
        digitally signed is given as it came, since anything else would break its signatures."""
        return self.signed or (self.digest if self.digitally_signed else self.searchable)


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page of a record as it was read, and the digest of its page image."""

    page: Page
    image: str


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A field of a record: what was read stays beside what a person confirmed, and who, and when."""

    name: str
    read: Field
    confirmed: str | None = None
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None

    @property
    def value(self) -> str | None:
        """What counts: the confirmed value, or else the read one; a guess at handwriting does not count."""
        return None if self.proposed else self.offered

    @property
    def offered(self) -> str | None:
        """What a person is shown to begin with: the confirmed value, or else the read or guessed one."""
        return self.confirmed if self.confirmed_at else self.read.value

    @property
    def proposed(self) -> bool:
        """Whether what is offered is a guess at handwriting. The printed part of a date that a pen was to
        complete is none: it has no confidence of its own."""
        guessed = self.state == "handwritten" and self.read.confidence > 0 and self.read.value is not None
        return guessed and self.confirmed_at is None

    @property
    def state(self) -> FieldState:
        return self.read.state

    @property
    def box(self) -> Box | None:
        return self.read.box

    def to_json(self) -> dict[str, Any]:
        data = self.read.to_json()
        data["read"] = self.read.value
        data["value"] = self.value
        data["confirmed"] = self.confirmed_at is not None
        data["confirmed_by"] = self.confirmed_by
        data["confirmed_at"] = self.confirmed_at.isoformat() if self.confirmed_at else None
        return data


@dataclass(frozen=True, slots=True)
class Query:
    """What to list. `agency` None means every agency. Newest first; `after` continues a listing."""

    text: str = ""
    agency: str | None = None
    statuses: frozenset[Status] = frozenset()
    kind: str | None = None
    digest: str | None = None
    dossier: str | None = None
    after: str | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Listing:
    """One screen of records, and the cursor of the next, or None at the end."""

    records: tuple[Record, ...]
    next: str | None


class Records(Protocol):
    """Keeps records with their history. Each method is one transaction: all of it holds, or none.

    Every implementation passes tests/app/database/test_records.py.
    """

    def add(self, record: Record, event: Event) -> Record:
        """Keep a new record, or give back the one that the agency already has of these bytes."""
        ...

    def get(self, record_id: str) -> Record:
        """Raises RecordNotFound. `pages_done` is counted from the pages that are kept."""
        ...

    def save(
        self,
        record: Record,
        events: Sequence[Event],
        *,
        fields: Mapping[str, FieldValue] | None = None,
        text: str | None = None,
    ) -> Record:
        """Replace the record that has `record.version`, append the events, and where given replace its
        fields and its searchable text. Gives it back with the next version. Raises RecordChanged."""
        ...

    def find(self, digest: str) -> Record | None:
        """The record whose received, searchable or signed bytes have this digest, of whatever agency; a
        signed one before others, then the newest. None where the service never had these bytes."""
        ...

    def list(self, query: Query) -> Listing:
        """Raises ValueError for a cursor that this listing never gave."""
        ...


class RecordParts(Protocol):
    """The pages and fields of a record."""

    def keep_page(self, record_id: str, attempt: int, page: ReadPage, event: Event) -> bool:
        """Keep a page; False, and nothing happens, where that page of that attempt is kept already."""
        ...

    def pages(self, record_id: str) -> Sequence[ReadPage]:
        """The pages of the present attempt that are kept, in order."""
        ...

    def page(self, record_id: str, number: int) -> ReadPage | None:
        """One page of the present attempt, where it is kept."""
        ...

    def fields(self, record_id: str) -> Mapping[str, FieldValue]: ...

    def count_unfinished(self) -> int: ...

    def unfinished(self) -> Sequence[Record]:
        """Records that some worker should be busy with."""
        ...
