"""The ports that the walk of a record stands on, and the frozen bundle of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from app.administration import Administration
from app.agencies import Agencies
from app.audit import History
from app.awaiting import Awaiting
from app.batches import Batches, PublicKey
from app.copies import LocalCopies
from app.document_ports import DocumentReader, DocumentVerifier, PagePictures
from app.holders import Holder
from app.idempotency import IdempotencyKeys
from app.people import People, Sessions
from app.records import RecordParts, Records
from app.standing import Standings
from app.tickets import Tickets
from ocr.limits import Limits
from signing.keys.csc_oauth import Leave, LeavePage, Visit
from signing.keys.signing_key import Later
from signing.refusals import SigningRefused
from storage.objects import ObjectStore


@dataclass(frozen=True, slots=True)
class SigningOrder:
    """What a signature is to say and to look like. `followed`: another one follows at once, and brings what
    keeps both for years."""

    appearance: str = "agency"  # none | person | agency
    signer_name: str = ""
    agency_name: str = ""
    reason: str = ""
    #: A signing.marks.appearance.Appearance as JSON, instead of `appearance`.
    mark: Mapping[str, Any] | None = None
    followed: bool = False

    @property
    def shows(self) -> Mapping[str, str | int]:
        """What the history tells of the mark; its page where that was chosen, or shown and agreed to."""
        mark = self.mark or {"kind": self.appearance}
        told: dict[str, str | int] = {"mark": mark.get("form") or mark["kind"]}
        told |= {"page": mark["page"]} if mark.get("page") else {}
        return told | {name: True for name in ("image", "lookup") if mark.get(name)}


class SignerFailed(SigningRefused):
    """The signer died or ran out of time or memory for a cause that may not lie in the document."""


class KeyLost(SigningRefused):
    """A key that was open and makes no more values: no document is at fault."""


@dataclass(frozen=True, slots=True)
class Unlock:
    """What opens a key, kept nowhere: passphrase or PIN, the one-time password that some remote services ask
    for besides (CSC API, `otp`), and the leave that its holder brought from a page of such a service.
    `holder`: whose key it is, where that is a person."""

    secret: str | None = field(default=None, repr=False)
    once: str | None = field(default=None, repr=False)
    leave: Leave | None = field(default=None, repr=False)
    holder: str = ""


#: For keys that open by themselves.
NOTHING_GIVEN = Unlock()


class UnlockedKey(Protocol):
    """A key that is open for one piece of work. Any thread may use it."""

    @property
    def public(self) -> PublicKey: ...

    @property
    def together(self) -> bool:
        """Whether its holder is asked once for many values, as at remote signing services."""
        ...

    def sign(self, data: bytes) -> bytes:
        """A signature value. Raises KeyLost."""
        ...

    @property
    def by_page(self) -> bool:
        """Whether its holder gives leave on a page of a remote service, for every run anew."""
        ...

    def parts(
        self, data: Sequence[bytes], notice: Callable[[], str | None]
    ) -> Iterator[Sequence[bytes] | Later]:
        """Of a key that signs `together`: values for some of these at a time, in their order. Whoever asks
        for the next part has waited for what is `Later`. `notice`: an address that the service may call then,
        or none. Raises KeyLost."""
        ...

    def fetch(self, request: str) -> Sequence[bytes] | None:
        """The values of what is `Later`; None where they are not there yet. Raises KeyLost."""
        ...


class SigningKeys(Protocol):
    def unlock(self, reference: str, given: Unlock) -> AbstractContextManager[UnlockedKey]:
        """Open a key for the time of the context, in a process of its own that sees no document and ends with
        it: the same thread must leave that entered. Raises SigningRefused."""
        ...

    def leave_page(
        self, reference: str, holder: str, data: Sequence[bytes], visit: Visit
    ) -> LeavePage | None:
        """Where the holder of a remote key goes next, so that these can be signed; None where no page of the
        service is needed. Raises SigningRefused."""
        ...


class DocumentSigner(Protocol):
    """Signs in two steps; untrusted documents are looked into apart from this process, and no key is where
    that happens. Raises SigningRefused, SignerFailed; then nothing was written."""

    def check(self, key: PublicKey, now: datetime) -> Holder:
        """Whether a key of which only this is known may sign documents: certificate in force, issued for
        signatures and, where anybody is trusted here, such that the verifier would accept it (F3.3); and a
        mechanism that fits it. Gives whom the certificate names."""
        ...

    def sign(
        self, source: Path, target: Path, order: SigningOrder, key: UnlockedKey, now: datetime
    ) -> Mapping[str, Any]:
        """Both steps with a key that is open. Gives what `complete` gives."""
        ...

    def prepare(
        self, source: Path, draft: Path, order: SigningOrder, key: PublicKey, now: datetime
    ) -> tuple[str, bytes]:
        """Write `draft`, the document with room for a signature; gives the state for the other step, and what
        the key is to sign, which is computed here from the bytes of the draft."""
        ...

    def complete(
        self, source: Path, draft: Path, target: Path, state: str, value: bytes, now: datetime
    ) -> Mapping[str, Any]:
        """Write `target`: the draft with the signature value, at the level that the settings demand; gives
        {"signer", "organisation", "serial", "level", "archive_until"}. `draft` stays."""
        ...

    def preview(
        self, source: Path, order: SigningOrder, now: datetime, seal: Mapping[str, Any] | None = None
    ) -> Mapping[str, Any]:
        """Where the mark would stand, as `signing.marks.preview.Preview` says it in JSON. `seal`: a
        signing.marks.appearance.Appearance as JSON, of the seal that will lie over it."""
        ...

    def draw_page(self, source: Path, number: int, target: Path) -> None:
        """Write `target`: page `number` (from 1) of the document as it is to be signed, as JPEG."""
        ...

    def ink(self, source: Path, target: Path, kind: str, width: float | None) -> None:
        """Write `target`: the transparent PNG of a signature (kind `person`) or a seal (`agency`) that the
        picture `source` shows; `width` in millimetres where the file does not say."""
        ...

    def raise_level(
        self, source: Path, target: Path, now: datetime, *, followed: bool
    ) -> Mapping[str, Any] | None:
        """Write `target`: the document, whose newest signature is another program's, at the level that the
        settings demand; gives {"level", "archive_until"}. None, and no target, where that is B-B."""
        ...

    def renew(self, source: Path, target: Path, now: datetime) -> Mapping[str, Any]:
        """Write `target`: the document with the evidence that its signatures need and a new document
        timestamp over it; gives {"archive_until", "authority"}."""
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

    def seal(self, record_id: str, turn: int) -> None:
        """Try a seal that is awaited; asking twice in one turn is asking once. Raises JobsUnavailable."""
        ...

    def renew(self, record_id: str, digest: str, night: date) -> None:
        """Renew the archive timestamp of a record's signed file, once a night. Raises JobsUnavailable."""
        ...


SealSecret = Callable[[str], str | None]  # by the code of an agency


def no_secret(_agency: str) -> str | None:
    """Seals whose keys open by themselves."""
    return None


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that the service stands on; built by `wiring.py` alone."""

    records: Records
    parts: RecordParts
    history: History
    standings: Standings
    people: People
    sessions: Sessions
    agencies: Agencies
    administration: Administration
    idempotency: IdempotencyKeys
    tickets: Tickets
    awaiting: Awaiting
    objects: ObjectStore
    reader: DocumentReader
    pictures: PagePictures
    batches: Batches
    keys: SigningKeys
    signer: DocumentSigner
    verifier: DocumentVerifier
    returned: ReturnedDocuments
    jobs: Jobs
    limits: Limits
    now: Callable[[], datetime]
    seal_secret: SealSecret = no_secret
    public_url: str = ""
    copies: LocalCopies = field(default_factory=LocalCopies)
