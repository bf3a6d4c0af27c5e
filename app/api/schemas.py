"""The shapes of the HTTP interface."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from app.audit import Event
from app.marks import SigningRole
from app.metadata import metadata_of
from app.people import Person, Role
from app.records import FieldValue, Problem, Record, Seal, Status
from app.standing import Standing


class ProblemBody(BaseModel):
    """Why a file was refused or its reading failed."""

    code: str
    message: str
    vi: str
    en: str

    @classmethod
    def of(cls, problem: Problem) -> "ProblemBody":
        return cls(**problem.to_json())


class KindBody(BaseModel):
    code: str
    name: str
    confidence: float
    reason: str


class PartOfBody(BaseModel):
    """Which pages of a received file a record holds, counted from 1; `record` is the one that was split."""

    record: str
    first_page: int
    last_page: int
    file_pages: int


class RecordBody(BaseModel):
    """A record as lists and progress show it. `sha256`, `bytes` and `media_type` are those of the received
    file, also where the record is a part of it. `code` names the record to people outside. `one_paper`: a
    person has said that its pages are one; `said_kind`: that it is of this kind. `incomplete`: the file is
    damaged, and may have held more than could be read of it. `digitised_by`: who signed the copy as its
    digitiser. `seal`: where the agency's seal on the record stands."""

    id: str
    code: str
    status: Status
    standing: Standing
    name: str
    sha256: str
    media_type: str
    bytes: int
    agency: str
    dossier: str | None
    received_at: datetime
    received_by: str
    version: int
    attempt: int
    pages_done: int
    pages_total: int | None
    digitally_signed: bool
    signed: bool
    digitised_by: str | None
    seal: Seal | None
    kind: KindBody | None
    number: str | None
    symbol: str | None
    date: str | None
    subject: str | None
    part_of: PartOfBody | None
    one_paper: bool
    said_kind: str | None
    incomplete: bool
    error: ProblemBody | None

    @classmethod
    def of(cls, record: Record) -> "RecordBody":
        return cls(**_record(record))


class RecordWithFields(RecordBody):
    """One record with its fields: what was read beside what was confirmed, by whom and when. `metadata`: the
    nine of Circular 01/2023 Art 9.2, with `origin`, where each comes from: paper, catalogue, composed (of
    `fields`), person, none."""

    fields: dict[str, dict[str, Any]]
    metadata: dict[str, dict[str, Any]]

    @classmethod
    def with_fields(cls, record: Record, fields: Mapping[str, FieldValue]) -> "RecordWithFields":
        return cls(
            **_record(record),
            fields={name: value.to_json() for name, value in fields.items()},
            metadata={one.name: one.to_json() for one in metadata_of(record.kind, fields)},
        )


def _record(record: Record) -> dict[str, Any]:
    return {
        "id": record.id,
        "code": record.code,
        "status": record.status,
        "standing": record.standing,
        "name": record.name,
        "sha256": record.digest,
        "media_type": record.media_type,
        "bytes": record.size,
        "agency": record.agency,
        "dossier": record.dossier,
        "received_at": record.received_at,
        "received_by": record.received_by,
        "version": record.version,
        "attempt": record.attempt,
        "pages_done": record.pages_done,
        "pages_total": record.pages_total,
        "digitally_signed": record.digitally_signed,
        "signed": record.signed is not None,
        "digitised_by": record.digitised_by,
        "seal": record.seal,
        "kind": record.kind.to_json() if record.kind else None,
        "number": record.number,
        "symbol": record.symbol,
        "date": record.date,
        "subject": record.subject,
        "part_of": record.part_of.to_json() if record.part_of else None,
        "one_paper": record.one_paper,
        "said_kind": record.said_kind,
        "incomplete": record.incomplete,
        "error": record.problem.to_json() if record.problem else None,
    }


class SendOutBody(BaseModel):
    """`version`: the one that the person saw; `seal`: the agency's seal is to follow."""

    model_config = ConfigDict(extra="forbid")

    version: int
    seal: bool = False
    role: SigningRole = SigningRole.OFFICIAL


class AgentTicketBody(BaseModel):
    """Where the signing application fetches the PDF and returns it signed, until when."""

    download: str
    upload: str
    expires_at: datetime


class AgentUploadBody(BaseModel):
    """What VGCA Sign Service expects of an upload handler; the names are its own."""

    Status: bool
    Message: str = ""
    FileName: str = ""
    FileServer: str = ""


class ListingBody(BaseModel):
    records: list[RecordBody]
    next: str | None = Field(description="Cursor of the next screen for `after`, or null at the end.")


class ReceivedBody(BaseModel):
    """One file that is durable now. `again`: the agency sent these very bytes before."""

    id: str
    status: Status
    sha256: str
    again: bool
    name: str


class RefusedBody(BaseModel):
    name: str
    error: ProblemBody


class UploadBody(BaseModel):
    records: list[ReceivedBody]
    refused: list[RefusedBody]


class SplitBody(BaseModel):
    """The first page of each paper, from 1 upwards; `[1]` says that it is one paper. `version`: the one that
    the person saw."""

    model_config = ConfigDict(extra="forbid")

    version: int
    first_pages: list[int] = Field(max_length=10_000)


class PapersBody(BaseModel):
    """A record and the records that hold its pages, in their order: itself, or what it was split into."""

    record: RecordBody
    papers: list[RecordBody]


class SaidKindBody(BaseModel):
    """The code of the kind that a person says the paper is of. `version`: the one that the person saw;
    `left`: where values were confirmed, the fields of which the person knows that the kind does not have
    them (the answer 409 `values-confirmed` lists them)."""

    model_config = ConfigDict(extra="forbid")

    version: int
    code: str = Field(max_length=100)
    left: list[str] | None = Field(default=None, max_length=200)


class WordSaidBody(BaseModel):
    """What a word of a page is. `page` counts from 1, `word` from 0 in the `words` of the page; `read` is its
    text as it was seen, `text` what the paper says there: a space parts it into several, and an empty one
    says that there is no word. `words`: how many of one line, from that one on, `text` stands for, `read` all
    of them with spaces. `taken_out`: `word` counts in the `taken_out` of the page, and is put back."""

    model_config = ConfigDict(extra="forbid")

    page: int = Field(ge=1)
    word: int = Field(ge=0)
    read: str = Field(max_length=2000)
    text: str = Field(max_length=2000)
    words: int = Field(default=1, ge=1, le=20)
    taken_out: bool = False


class WordsBody(BaseModel):
    """Words that a person has compared with the paper. `version`: the one that the person saw."""

    model_config = ConfigDict(extra="forbid")

    version: int
    words: list[WordSaidBody] = Field(min_length=1, max_length=1000)


class ConfirmBody(BaseModel):
    """The values that a person says the fields have; null or "" where the paper does not have the field."""

    model_config = ConfigDict(extra="forbid")

    version: int
    values: dict[str, str | None] = Field(max_length=100)


class StandingBody(BaseModel):
    """What became of a signed record, since which day and why. `replaced_by`: the code of the signed record
    that counts instead, for `replaced` alone. `version`: the one that the person saw. The reason is told to
    everybody: no names or numbers of citizens."""

    model_config = ConfigDict(extra="forbid")

    version: int
    state: Standing
    since: date
    reason: str = Field(max_length=2000)
    replaced_by: str | None = Field(default=None, max_length=100)


class PublicStandingBody(BaseModel):
    """`since`, `reason` and `replaced_by` (a code) are absent of what was always in force."""

    state: Standing
    since: date | None = None
    reason: str | None = None
    replaced_by: str | None = None


class StatementBody(PublicStandingBody):
    stated_by: str
    stated_at: datetime


class StandingsBody(BaseModel):
    code: str
    state: Standing
    statements: list[StatementBody]


class SuccessorBody(BaseModel):
    """The agency of which the issuer is a part now, since that day."""

    name: str
    since: date | None


class PresentNameBody(BaseModel):
    """What the issuer is called now, since that day, where it had another name when it issued the record."""

    name: str
    since: date


class PublicKindBody(BaseModel):
    code: str
    name: str


class LookupBody(BaseModel):
    """What anybody may know of what was signed here. `file`: which file of the record has the digest asked
    for; `newer`: whether it has one that was signed since, or whose timestamp was renewed. `digitised`: a
    copy of a paper, not an electronic original."""

    code: str
    issuer: str
    now_called: PresentNameBody | None
    now_part_of: SuccessorBody | None
    standing: PublicStandingBody
    file: str
    newer: bool
    digitised: bool
    kind: PublicKindBody | None
    number: str | None
    date: str | None


class EventBody(BaseModel):
    sequence: int | None
    action: str
    actor: str
    at: datetime
    details: dict[str, str | int | bool | None]

    @classmethod
    def of(cls, event: Event) -> "EventBody":
        return cls(
            sequence=event.sequence,
            action=event.action,
            actor=event.actor,
            at=event.at,
            details=dict(event.details),
        )


class HistoryBody(BaseModel):
    events: list[EventBody]


class CredentialsBody(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    username: str = Field(max_length=100)
    password: SecretStr = Field(max_length=1000)


class TokenBody(BaseModel):
    token: str
    expires_at: datetime


class PersonBody(BaseModel):
    """An account, without its password hash. The signing key is a reference, never a key."""

    username: str
    name: str
    role: Role
    agency: str
    position: str | None
    signing_key: str | None
    active: bool

    @classmethod
    def of(cls, person: Person) -> "PersonBody":
        return cls(
            username=person.username,
            name=person.name,
            role=person.role,
            agency=person.agency,
            position=person.position,
            signing_key=person.signing_key,
            active=person.active,
        )


class PeopleBody(BaseModel):
    people: list[PersonBody]

    @classmethod
    def of(cls, people: Sequence[Person]) -> "PeopleBody":
        return cls(people=[PersonBody.of(person) for person in people])


class NewPersonBody(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    username: str
    name: str
    role: Role
    agency: str
    password: SecretStr
    position: str | None = None
    signing_key: str | None = None


class PersonChangeBody(BaseModel):
    """What to change of an account; what is left out stays."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: str | None = None
    role: Role | None = None
    position: str | None = None
    signing_key: str | None = None
    active: bool | None = None
    password: SecretStr | None = None
