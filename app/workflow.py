"""The walk of a record: receive → recognise → confirm → sign, one function a step.

Plain functions over a frozen bundle of ports. They know nothing of HTTP, SQL or the job engine; `jobs.py`
makes the steps durable, so each may run again after a crash and must then change nothing twice.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from app.agencies import Agencies
from app.audit import History
from app.idempotency import IdempotencyKeys
from app.people import People, Person, Sessions
from app.records import FieldValue, Record, RecordParts, Records
from ocr.limits import Limits
from ocr.recognition import Inspection, Page, Recognition
from storage.objects import ObjectStore


class ReadingFailed(RuntimeError):
    """The reader died or ran out of time or memory for a cause that may not lie in the file."""


class DocumentReader(Protocol):
    """Reads untrusted files, each call within limits and apart from this process.

    Raises `ocr.limits.Refusal` where the file is at fault, ReadingFailed where it may not be.
    """

    def inspect(self, source: Path) -> Inspection: ...

    def read_page(self, source: Path, number: int, folder: Path) -> Page:
        """Read page `number` (from 1) and write its page image into `folder` under `Page.image`."""
        ...

    def finish(self, source: Path, pages: Sequence[Page], folder: Path) -> Recognition:
        """Kind, fields and papers of the pages, whose images are in `folder`. Writes `folder/searchable.pdf`
        (PDF/A-2u) unless the source is a digitally signed PDF, which stays as it is."""
        ...


@dataclass(frozen=True, slots=True)
class SigningOrder:
    """What an official asks for. `key` is a reference; `passphrase` is used once and kept nowhere."""

    key: str
    passphrase: str | None
    appearance: str = "agency"  # none | person | agency
    signer_name: str = ""
    agency_name: str = ""
    reason: str = ""
    level: str = "B-B"


class SigningRefused(Exception):
    """A signature that was not made: says why and what to do."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} — {en}")
        self.code = code
        self.vi = vi
        self.en = en


class DocumentSigner(Protocol):
    def sign(self, source: Path, target: Path, order: SigningOrder, now: datetime) -> Mapping[str, Any]:
        """Sign `source` into `target`; gives {"signer", "organisation", "serial", "level"}.
        Raises SigningRefused; then `target` does not exist."""
        ...


class DocumentVerifier(Protocol):
    def verify(self, source: Path, at: datetime | None = None) -> dict[str, Any]:
        """The verification report of the contract, less what only the register of records knows.
        Never raises for what the file holds: an unreadable file is a verdict."""
        ...


class Jobs(Protocol):
    """Durable work. Asking twice for the same attempt of a record is asking once."""

    def recognise(self, record_id: str, attempt: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that the service stands on; built by `wiring.py` alone."""

    records: Records
    parts: RecordParts
    history: History
    people: People
    sessions: Sessions
    agencies: Agencies
    idempotency: IdempotencyKeys
    objects: ObjectStore
    reader: DocumentReader
    signer: DocumentSigner
    verifier: DocumentVerifier
    jobs: Jobs
    limits: Limits
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one received file."""

    record: Record
    again: bool  # the agency sent these very bytes before; `record` is the one it has


def receive(
    services: Services, person: Person, name: str, source: BinaryIO, dossier: str | None = None
) -> Receipt:
    """Make the received bytes durable, then the record, then its work. Raises Forbidden, Refusal (empty,
    too-large, not-a-document: by its first bytes) and StoreUnavailable; then no record exists."""
    raise NotImplementedError


def retry(services: Services, person: Person, record_id: str) -> Record:
    """Read a failed or refused record anew. Raises RecordNotFound, Forbidden, IllegalTransition."""
    raise NotImplementedError


def start_recognition(services: Services, record_id: str, attempt: int) -> int:
    """Look into the file; gives the number of pages, or 0 where it was refused."""
    raise NotImplementedError


def read_page(services: Services, record_id: str, attempt: int, number: int) -> None:
    """Read one page and keep it with its image."""
    raise NotImplementedError


def finish_recognition(services: Services, record_id: str, attempt: int) -> None:
    """Kind, fields, searchable PDF; the record awaits review."""
    raise NotImplementedError


def fail(services: Services, record_id: str, attempt: int, error: BaseException) -> None:
    """Record that reading ended badly: refused for the file's fault, failed otherwise."""
    raise NotImplementedError


def confirm(
    services: Services, person: Person, record_id: str, version: int, values: Mapping[str, str | None]
) -> Record:
    """Keep what a person says the fields are, beside what was read. `values` has a value for each field
    that the person saw; None or "" means that the paper does not have it. Raises RecordNotFound, Forbidden,
    IllegalTransition, RecordChanged, BadFieldValue."""
    raise NotImplementedError


def sign(
    services: Services, person: Person, record_id: str, passphrase: str | None, reason: str = ""
) -> Record:
    """Sign the record's PDF with the person's key; status, event and object change together.
    Raises RecordNotFound, Forbidden, IllegalTransition, SigningRefused."""
    raise NotImplementedError


def view(services: Services, person: Person, record_id: str) -> Record:
    """The record, where the person may see it. Raises RecordNotFound otherwise."""
    raise NotImplementedError


def fields(services: Services, person: Person, record_id: str) -> Mapping[str, FieldValue]:
    raise NotImplementedError


def recognition(services: Services, person: Person, record_id: str) -> dict[str, Any]:
    """The JSON of the contract, with the source. Raises RecordNotFound."""
    raise NotImplementedError


def download(
    services: Services, person: Person, record_id: str, what: str
) -> AbstractContextManager[BinaryIO]:
    """`original`, `pdf` or `page-N` of a record; kept in its history. Raises RecordNotFound."""
    raise NotImplementedError


def history_of(services: Services, person: Person, record_id: str) -> Sequence[Any]:
    raise NotImplementedError
