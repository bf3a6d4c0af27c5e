"""Batches: documents that a person signs with one consent and one unlock; each stands alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from app.audit import Event
from app.marks import NO_WISH, NOTHING_OF_ITS_OWN, DocumentMark, MarkWish, SigningRole
from app.records import Problem, Record
from signing.cms.mechanisms import Digest, Scheme

#: Documents of one consent. Who has more to sign consents again.
MOST_DOCUMENTS = 500
#: A process that works on a batch says so this often at least; one that is silent for longer is gone.
SILENCE = timedelta(seconds=10)


class BatchNotFound(LookupError):
    """No such batch, or none of this person's."""


class BatchBusy(RuntimeError):
    """Another process works on the batch, or has died so lately that nobody can tell yet."""


class NotThatKind(ValueError):
    """Values for a batch that an account's key signs, or an unlock for one that an outside key signs."""


class KeyKind(StrEnum):
    """Where the key is; the words are part of the HTTP contract."""

    ACCOUNT = "account"
    OUTSIDE = "outside"


class DocumentStatus(StrEnum):
    """Where a document of a batch stands; the words are part of the HTTP contract."""

    WAITING = "waiting"
    PREPARED = "prepared"
    SIGNED = "signed"
    FAILED = "failed"


class BatchStatus(StrEnum):
    """Where a batch stands: what its documents make of it."""

    PREPARING = "preparing"
    AWAITING_VALUES = "awaiting-values"
    SIGNING = "signing"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What the service knows of a key: certificates in DER, the signer's first, and how values are made."""

    certificates: tuple[bytes, ...]
    scheme: Scheme
    digest: Digest

    def to_json(self) -> dict[str, Any]:
        return {
            "certificates": [der.hex() for der in self.certificates],
            "scheme": self.scheme,
            "digest": self.digest,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "PublicKey":
        certificates = tuple(bytes.fromhex(der) for der in data["certificates"])
        return cls(certificates, data["scheme"], data["digest"])


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document with room for its signature. `update`: what the draft has after the bytes of the document
    `source` (a digest); `state`: what signing needs to go on, in JSON; `to_be_signed`: what the key signs;
    `shows`: what the history tells of the mark that is in the draft; None in what was prepared before that
    was kept."""

    source: str
    state: str
    to_be_signed: bytes
    update: bytes
    shows: Mapping[str, str | int] | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A record in a batch, in the `version` that the person was shown. `valued`: an outside key's value has
    come and is not embedded yet; `seal`: as in the record."""

    record: str
    version: int
    name: str
    status: DocumentStatus = DocumentStatus.WAITING
    to_be_signed: bytes | None = None
    valued: bool = False
    problem: Problem | None = None
    seal: str | None = None
    mark: DocumentMark = NOTHING_OF_ITS_OWN


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents in the order that the person gave. `key` is None for an account's own key. `alive_at` is when
    a process that works on it last said so; `problem` is why the last one left it. `awaits_until`:
    values that a remote service makes, with nothing more from the person, may come so long."""

    id: str
    username: str
    kind: KeyKind
    reason: str
    seal: bool
    begun_at: datetime
    documents: tuple[Document, ...]
    key: PublicKey | None = None
    alive_at: datetime | None = None
    problem: Problem | None = None
    role: SigningRole = SigningRole.OFFICIAL
    mark: MarkWish = NO_WISH
    awaits_until: datetime | None = None

    @property
    def status(self) -> BatchStatus:
        of = {document.status for document in self.documents}
        if self.kind is KeyKind.ACCOUNT:
            still = of & {DocumentStatus.WAITING, DocumentStatus.PREPARED}
            return BatchStatus.SIGNING if still else BatchStatus.DONE
        if DocumentStatus.WAITING in of:
            return BatchStatus.PREPARING
        if any(document.valued for document in self.documents):
            return BatchStatus.SIGNING
        return BatchStatus.AWAITING_VALUES if DocumentStatus.PREPARED in of else BatchStatus.DONE

    def counted(self, status: DocumentStatus) -> int:
        return sum(document.status is status for document in self.documents)

    def worked_on(self, now: datetime) -> bool:
        """Whether a process lives that works on it."""
        return self.alive_at is not None and now - self.alive_at < SILENCE

    def interrupted(self, now: datetime) -> bool:
        """Whether it waits for its key to be unlocked again."""
        unfinished = self.kind is KeyKind.ACCOUNT and self.status is BatchStatus.SIGNING
        return unfinished and not self.coming(now) and not self.worked_on(now)

    def coming(self, now: datetime) -> bool:
        """Whether an account's batch that nobody works on goes on by itself."""
        awaits = self.awaits_until is not None and now < self.awaits_until
        return self.problem is None and (awaits or any(one.valued for one in self.documents))

    def has_work(self) -> bool:
        """Whether the service can go on by itself, with nothing more from the person but an unlock."""
        return self.status in (BatchStatus.PREPARING, BatchStatus.SIGNING)


class Batches(Protocol):
    """Keeps batches. Each method is one transaction: all of it holds, or none. Nothing secret is kept.

    Every implementation passes tests/app/database/test_batches.py.
    """

    def add(self, batch: Batch) -> None: ...

    def drop(self, batch_id: str) -> None:
        """Forget a batch of which nothing was signed."""
        ...

    def abandon(self, batch_id: str, problem: Problem, event_of: Callable[[str], Event]) -> None:
        """Give up all documents that are neither signed nor failed, for that reason, each with the event of
        its record; what was prepared of them is forgotten."""
        ...

    def forget(self, before: datetime) -> None:
        """Batches that were begun before that moment. What became of their records is in these."""
        ...

    def get(self, batch_id: str) -> Batch:
        """Raises BatchNotFound."""
        ...

    def unfinished(self, username: str | None = None) -> Sequence[Batch]:
        """Those with documents that are neither signed nor failed, the oldest first."""
        ...

    def prepared(self, batch_id: str, record_id: str) -> tuple[Prepared, bytes | None]:
        """What is kept of a prepared document, and the value that has come for it. Raises LookupError."""
        ...

    def keep_prepared(self, batch_id: str, record_id: str, prepared: Prepared) -> None:
        """Of a document that waits; of another, nothing happens."""
        ...

    def keep_values(self, batch_id: str, values: Mapping[str, bytes]) -> None:
        """By record, of documents that are prepared and have none; of others, nothing happens."""
        ...

    def fail(self, batch_id: str, record_id: str, problem: Problem, events: Sequence[Event]) -> None:
        """Of a document that is neither signed nor failed; of others, nothing happens."""
        ...

    def finish(self, batch_id: str, record: Record, events: Sequence[Event]) -> Record:
        """Save the record as `Records.save` does, and its document as signed. Raises RecordChanged, also
        where the document is signed or failed already."""
        ...

    def claim(self, batch_id: str, runner: str, now: datetime) -> bool:
        """Say that `runner` works on the batch; False where another one that lives does."""
        ...

    def release(self, batch_id: str, runner: str, problem: Problem | None = None) -> None:
        """Say that `runner` has left the batch, and why, unless all was well."""
        ...
