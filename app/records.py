"""A record: one uploaded paper on its way to a signed electronic original."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from app.audit import Event
from app.codes import code_of
from app.outlines import PageOutline
from app.standing import Standing
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
    SPLIT = "split"
    JOINED = "joined"


#: Every legal step. A record that failed may be tried again; a refused one is at the fault of its file, and
#: may be tried again too, since limits are settings. A confirmed record may be corrected until it is signed:
#: its values, its kind (`app.kinds`), or into how many papers it is split. A paper that was split off is
#: joined again while nobody has confirmed it (docs/decisions/0010).
TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    Status.RECEIVED: frozenset({Status.RECOGNISING, Status.REFUSED, Status.FAILED, Status.JOINED}),
    Status.RECOGNISING: frozenset({Status.AWAITING_REVIEW, Status.REFUSED, Status.FAILED, Status.JOINED}),
    Status.AWAITING_REVIEW: frozenset({Status.CONFIRMED, Status.RECOGNISING, Status.SPLIT, Status.JOINED}),
    Status.CONFIRMED: frozenset({Status.CONFIRMED, Status.SIGNED, Status.SPLIT, Status.RECOGNISING}),
    Status.SIGNED: frozenset(),
    Status.REFUSED: frozenset({Status.RECEIVED, Status.JOINED}),
    Status.FAILED: frozenset({Status.RECEIVED, Status.JOINED}),
    Status.SPLIT: frozenset({Status.AWAITING_REVIEW}),
    Status.JOINED: frozenset(),
}

#: Other records hold the pages of one in these; lists leave it out unless they are asked for it.
RETIRED = frozenset({Status.SPLIT, Status.JOINED})

#: No worker is busy with a record in one of these.
AT_REST = frozenset(Status) - {Status.RECEIVED, Status.RECOGNISING}


class Seal(StrEnum):
    """Where the agency's seal on a signed record stands; a record without one was not to have one yet."""

    AWAITING = "awaiting"
    SEALED = "sealed"


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
class PartOf:
    """Which pages of a received file a record holds, counted from 1, both ends included. `record` is the id
    of the one that was received and split; `file_pages` is how many pages the file has."""

    record: str
    first_page: int
    last_page: int
    file_pages: int

    @property
    def pages(self) -> int:
        """How many pages the record holds."""
        return self.last_page - self.first_page + 1

    def to_json(self) -> dict[str, str | int]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Record:
    """One paper. `digest` is the SHA-256 of the received bytes; `searchable`, `signed` and `recognition` are
    the digests of what was made of them. `attempt` counts the readings, from 1; `version` the changes.

    `digitised`: of the viewing copy with the signature of the one who digitised it, `digitised_by`.
    `archive_until`: when what proves the time of its signatures weakens, unless it is renewed before.

    A record that was split off has the bytes of the whole file and a `part_of`; its own pages count from 1.
    `one_paper`: a person has said that its pages are one paper; `said_kind`: that it is of this kind.
    `incomplete`: the file is damaged, and may have held more than could be read of it. `standing` is what was
    stated last, by `app.standing.Standings` alone.
    """

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
    digitised: str | None = None
    digitised_by: str | None = None
    problem: Problem | None = None
    part_of: PartOf | None = None
    one_paper: bool = False
    said_kind: str | None = None
    incomplete: bool = False
    standing: Standing = Standing.IN_FORCE
    seal: Seal | None = None
    archive_until: datetime | None = None

    @property
    def code(self) -> str:
        """The code by which people outside name the record."""
        return code_of(self.id)

    def moved(self, status: Status) -> "Record":
        """The same record in another state. Raises IllegalTransition."""
        if status not in TRANSITIONS[self.status]:
            raise IllegalTransition(self.status, status)
        return replace(self, status=status)

    def page_in_file(self, number: int) -> int:
        """Where a page of the record, counted from 1, stands in the received file."""
        return number + (self.part_of.first_page - 1 if self.part_of else 0)

    @property
    def pdf(self) -> str | None:
        """Digest of the PDF that a person gets: the signed one where there is one. A source that came
        digitally signed is given as it came, since anything else would break its signatures."""
        unsigned = self.digest if self.digitally_signed else self.searchable
        return self.signed or self.digitised or unsigned


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page of a record as it was read, and the digests of its page image and of a small one, which pages
    that were read before there were any lack until they are asked for (`app.thumbnails`)."""

    page: Page
    image: str
    thumbnail: str | None = None


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A field of a record: what was read stays beside what a person confirmed, and who, and when.

    `asked_again`: words were corrected since then, and it reads otherwise now; the person is to say which
    counts. Until they do, what they confirmed counts."""

    name: str
    read: Field
    confirmed: str | None = None
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
    asked_again: bool = False

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
        data["asked_again"] = self.asked_again
        return data


@dataclass(frozen=True, slots=True)
class Query:
    """What to list. `agency` None means every agency; no `statuses` mean all but RETIRED. Newest first;
    `after` continues a listing. `digitisable`: copies of paper without a digitiser's signature alone."""

    text: str = ""
    agency: str | None = None
    statuses: frozenset[Status] = frozenset()
    kind: str | None = None
    digest: str | None = None
    dossier: str | None = None
    after: str | None = None
    limit: int = 20
    digitisable: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """One screen of records, and the cursor of the next, or None at the end."""

    records: tuple[Record, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number in its series: what one issuer gave to papers of one symbol in the year of `date`, a whole day
    in ISO 8601, among the records of one agency."""

    agency: str
    issuer: str
    symbol: str
    number: int
    date: str


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
        pages_of: int | None = None,
        pages: Sequence[ReadPage] = (),
    ) -> Record:
        """Replace the record that has `record.version`, append the events, and where given replace its
        fields and its searchable text; the attempt that is saved begins with the pages of the attempt
        `pages_of`; `pages` take the places of those of their numbers. Gives it back with the next version.
        Raises RecordChanged."""
        ...

    def split(self, whole: Record, papers: Sequence[Record], events: Sequence[Event]) -> Record:
        """Keep `papers`, each with its pages of `whole`, and save `whole`, as `save` does. The database
        refuses papers that do not have each page of the whole once. Raises RecordChanged."""
        ...

    def join(
        self,
        whole: Record,
        papers: Sequence[Record],
        events: Sequence[Event],
        pages: Sequence[ReadPage] = (),
    ) -> Record:
        """Save `whole` and all that it was split into, as `save` does. Where there are `pages`, the attempt
        that is saved begins with those of the one before, these in their places. Raises RecordChanged."""
        ...

    def papers_of(self, record_id: str) -> Sequence[Record]:
        """The records into which this one is split now, in the order of their pages."""
        ...

    def find(self, digest: str) -> Record | None:
        """The record whose received, searchable or signed bytes have or had this digest, of whatever agency;
        a signed one before others, then the newest. The received bytes are those of the record that was
        received, not of its parts. None where the service never had these bytes."""
        ...

    def signed_versions(self, record_id: str) -> Mapping[str, bool]:
        """The digests of all signed files that a record ever had; True for those that its digitiser alone had
        signed."""
        ...

    def signed_as(self, digests: Sequence[str]) -> tuple[Record, str] | None:
        """The record whose signed bytes have or had one of these digests, and that digest; of several, the
        one that is named last."""
        ...

    def coded(self, code: str) -> Record:
        """The record of this code, as `app.codes` writes it. Raises RecordNotFound."""
        ...

    def list(self, query: Query) -> Listing:
        """Raises ValueError for a cursor that this listing never gave."""
        ...

    def following(self, query: Query, record: Record) -> Record | None:
        """The record after this one in the listing of the query, which need not list it: the next below it,
        else the first from its top; those of the same dossier (or, as it has none, of none) before others.
        `after` and `limit` of the query count for nothing. None where it lists no other."""
        ...

    def out_of_order(self, place: Numbered, but: str) -> Record | None:
        """A confirmed or signed record of the series, other than the one of the id `but`, that has a smaller
        number and a later day, or a greater number and an earlier day; of several the nearest in number.
        Issuers are compared by their words, with marks and without capitals; numbers that are no figures are
        in no series."""
        ...

    def numbered_alike(self, place: Numbered, but: str) -> Sequence[Record]:
        """The confirmed and signed records of the series, other than that one, with this very number."""
        ...

    def awaiting_seal(self, limit: int) -> Sequence[Record]:
        """Records whose seal is to follow: one of each agency, the oldest, then a second of each, and so on,
        so that no agency has to wait for the seals of another."""
        ...

    def weakening(self, before: datetime, limit: int) -> Sequence[Record]:
        """Records whose proof of time weakens before that moment, the most urgent first."""
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

    def outlines(self, record_id: str) -> Sequence[PageOutline]:
        """Those of the pages of the present attempt, in order: of a dossier of 500 the pages take seconds."""
        ...

    def keep_thumbnail(self, record_id: str, number: int, image: str, thumbnail: str) -> None:
        """Keep a small image of a page, of every attempt that has this page image; what is kept stays."""
        ...

    def fields(self, record_id: str) -> Mapping[str, FieldValue]: ...

    def count_unfinished(self) -> int: ...

    def unfinished(self) -> Sequence[Record]:
        """Records that some worker should be busy with."""
        ...
