"""The ports that the walk of a record stands on, and the frozen bundle of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from app.agencies import Agencies
from app.audit import History
from app.copies import LocalCopies
from app.idempotency import IdempotencyKeys
from app.people import People, Sessions
from app.records import RecordParts, Records
from app.tickets import Tickets
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

    def pack(self, source: Path, page: Page, folder: Path) -> None:
        """Make the page image in `folder` small for viewing, which `finish` else does itself: for callers who
        have a processor to spare before the last page is read."""
        ...

    def finish(
        self, source: Path, pages: Sequence[Page], folder: Path, *, one_paper: bool = False
    ) -> Recognition:
        """Kind, fields and papers of the pages, whose images are in `folder`. Writes `folder/searchable.pdf`
        (PDF/A-2u) unless the source is a digitally signed PDF, which stays as it is. `one_paper` where a
        person says that these pages are one paper, perhaps a part of the file; then it is always written."""
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


class DocumentSigner(Protocol):
    def sign(self, source: Path, target: Path, order: SigningOrder, now: datetime) -> Mapping[str, Any]:
        """Sign `source` into `target`; gives {"signer", "organisation", "serial", "level"}.
        Raises `signing.refusals.SigningRefused`; then `target` does not exist."""
        ...


class DocumentVerifier(Protocol):
    def verify(self, source: Path, at: datetime | None = None, *, offline: bool = False) -> dict[str, Any]:
        """The verification report of the contract, less what only the register of records knows.
        Never raises for what the file holds: an unreadable file is a verdict."""
        ...

    def signed_length(self, source: Path, field: str) -> int:
        """How many bytes from its start are the version that the signature in `field` covers. Raises
        `ocr.limits.Refusal` where there is no such version, ReadingFailed where it was not looked at."""
        ...


class ReturnedDocuments(Protocol):
    """Documents that a program of the signer's own signs, before they go out and when they come back."""

    def check_before(self, source: Path) -> None:
        """Raises SigningRefused where the document must not be signed as it is."""
        ...

    def check_after(self, source: Path, returned: Path, now: datetime) -> Mapping[str, Any]:
        """The one signature that `returned` has beyond `source`, as `DocumentSigner.sign` gives it, with its
        "field". Raises SigningRefused where anything else differs, or it is not whole."""
        ...


class JobsUnavailable(RuntimeError):
    """The work could not be written down now; a worker finds the record by itself later."""


class Jobs(Protocol):
    """Durable work. Asking twice for the same attempt of a record is asking once."""

    def recognise(self, record_id: str, attempt: int) -> None:
        """Raises JobsUnavailable."""
        ...


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
    tickets: Tickets
    objects: ObjectStore
    reader: DocumentReader
    signer: DocumentSigner
    verifier: DocumentVerifier
    returned: ReturnedDocuments
    jobs: Jobs
    limits: Limits
    now: Callable[[], datetime]
    copies: LocalCopies = field(default_factory=LocalCopies)
