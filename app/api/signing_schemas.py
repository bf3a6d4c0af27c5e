"""What batches, seals and agencies look like over HTTP."""

import base64
import binascii
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

from app.administration import Deed, Done
from app.agencies import LONGEST_NAME, Agency
from app.api.schemas import ProblemBody
from app.batches import MOST_DOCUMENTS, Batch, BatchStatus, Document, DocumentStatus, KeyKind, PublicKey
from app.marks import DocumentMark, MarkKind, MarkWish, Place, SigningRole
from app.ordering import wished
from app.people import Person
from app.ports import Unlock
from app.records import Problem
from signing.cms.mechanisms import Digest, Scheme
from signing.marks.appearance import ReadingCode

#: An RSA value of 16,384 bits has 2,048 bytes, and its base64 2,732 characters.
_LONGEST_VALUE = 4096
#: A certificate of a state agency takes 2 kB.
_LONGEST_CERTIFICATE = 20_000


def _base64(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    return text


Base64 = Annotated[str, AfterValidator(_base64)]


Millimetres = Annotated[float, Field(ge=0, le=5000)]


class PlaceBody(BaseModel):
    """Where a mark stands: a page, counted from 1, and millimetres from its top left corner as it is read, of
    a corner (left, top: it may move by 15 mm to where there is room) or of a box (left, top, right, bottom)
    to stand in, such as a preview gave."""

    model_config = ConfigDict(extra="forbid")

    page: int | None = Field(default=None, ge=1, le=100_000)
    at: list[Millimetres] | None = None

    @field_validator("at")
    @classmethod
    def _corner_or_box(cls, at: list[float] | None) -> list[float] | None:
        if at is not None and (
            len(at) not in (2, 4) or (len(at) == 4 and (at[0] >= at[2] or at[1] >= at[3]))
        ):
            raise ValueError("left, top or left, top, right, bottom")
        return at

    def place(self) -> Place:
        return Place(self.page, tuple(self.at) if self.at else None)


class ReadingCodeBody(BaseModel):
    """What the QR code of a digitised paper tells (Circular 01/2023/TT-VPCP): the codes of the dossier, of
    the procedure and of the person who has it done, and the name of the paper."""

    model_config = ConfigDict(extra="forbid")

    dossier: str = Field(min_length=1, max_length=100)
    procedure: str = Field(min_length=1, max_length=100)
    person: str = Field(min_length=1, max_length=100)
    paper: str = Field(min_length=1, max_length=200)


class MarkBody(BaseModel):
    """What an official's signature shows. Without a `kind` it is the person's name where the seal follows,
    and else the agency's. `form`: of a `copy`. `image`: the person's own image, for `person`. `elsewhere`: a
    page without room may give way to the next that has some."""

    model_config = ConfigDict(extra="forbid")

    kind: MarkKind | None = None
    form: Literal["sao-y", "sao-luc", "trich-sao"] | None = None
    image: bool = False
    elsewhere: bool = True

    @model_validator(mode="after")
    def _fits(self) -> "MarkBody":
        if (self.kind == "copy") != (self.form is not None):
            raise ValueError("a copy, and nothing else, has a form")
        if self.image and self.kind not in (None, "person"):
            raise ValueError("only a person's mark shows an image")
        return self

    def wish(self, person: Person) -> MarkWish:
        """Raises SigningRefused."""
        wish = MarkWish(self.kind, self.form or "", elsewhere=self.elsewhere)
        return wished(person, wish, image=self.image)


class ShownRecord(BaseModel):
    """A record in the version that the person was shown, and where its mark stands. `reading_code`: below a
    digitiser's mark."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(max_length=100)
    version: int
    place: PlaceBody = PlaceBody()
    reading_code: ReadingCodeBody | None = None

    def own(self) -> DocumentMark:
        return own_mark(self.place, self.reading_code)


def own_mark(place: PlaceBody, code: ReadingCodeBody | None) -> DocumentMark:
    return DocumentMark(place.place(), ReadingCode(**code.model_dump()) if code else None)


class PreviewBody(BaseModel):
    """What would be signed, in the version that the person was shown."""

    model_config = ConfigDict(extra="forbid")

    version: int
    role: SigningRole = SigningRole.OFFICIAL
    mark: MarkBody = MarkBody()
    place: PlaceBody = PlaceBody()
    reading_code: ReadingCodeBody | None = None
    seal: bool = False


class SealSightBody(BaseModel):
    """The image of the seal that will lie over the mark: as `box` and `picture` of the mark."""

    box: list[float]
    picture: str


class SightBody(BaseModel):
    """Where the mark would stand: `box` and `size` of the page in millimetres from its top left corner;
    `picture`: a PNG of the mark in base64. Without room neither: `error` says so, and `free_page` has room,
    where there is one."""

    page: int
    pages: int
    size: list[float]
    box: list[float] | None
    picture: str | None
    error: ProblemBody | None
    free_page: int | None
    seal: SealSightBody | None

    @classmethod
    def of(cls, seen: Mapping[str, Any]) -> "SightBody":
        picture, problem, seal = seen["picture"], seen["problem"], seen["seal"]
        return cls(
            page=seen["page"],
            pages=seen["pages"],
            size=seen["size"],
            box=seen["box"],
            picture=_picture(picture) if picture else None,
            error=ProblemBody.of(Problem(**problem)) if problem else None,
            free_page=seen["free"],
            seal=SealSightBody(box=seal["box"], picture=_picture(seal["picture"])) if seal else None,
        )


def _picture(found: str) -> str:
    return base64.b64encode(bytes.fromhex(found)).decode()


class UnlockBody(BaseModel):
    """What opens an account's key, used once and kept nowhere: the passphrase or PIN, and the one-time
    password that a remote service asks its holder for."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    passphrase: SecretStr | None = Field(default=None, max_length=1000)
    one_time_password: SecretStr | None = Field(default=None, max_length=100)

    def secret(self) -> Unlock:
        return Unlock(_secret(self.passphrase), _secret(self.one_time_password))


def _secret(given: SecretStr | None) -> str | None:
    return given.get_secret_value() if given is not None else None


class VisitBody(BaseModel):
    """`language`: of the page that the holder is sent to. `place`: which of our pages follows, that of the
    (first) record or that of all that wait."""

    model_config = ConfigDict(extra="forbid")

    language: Literal["vi", "en"] = "vi"
    place: Literal["record", "list"] = "list"


class LeavePageBody(BaseModel):
    """Where the browser of the key's holder goes; null where the batch goes on without. The answer sets a
    cookie that must be there on the way back."""

    address: str | None


class AccountKeyBody(UnlockBody):
    """The account's own key."""

    kind: Literal["account"]


class OutsideKeyBody(BaseModel):
    """A key that the service never sees: its certificates in DER, the signer's first, and how it signs."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["outside"]
    certificates: list[Annotated[Base64, Field(max_length=_LONGEST_CERTIFICATE)]] = Field(
        min_length=1, max_length=10
    )
    scheme: Scheme
    digest: Digest


class NewBatchBody(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    records: list[ShownRecord] = Field(min_length=1, max_length=MOST_DOCUMENTS)
    reason: str = Field(default="", max_length=200)
    key: Annotated[AccountKeyBody | OutsideKeyBody, Field(discriminator="kind")]
    seal: bool = False
    role: SigningRole = SigningRole.OFFICIAL
    mark: MarkBody = MarkBody()

    def outside_key(self) -> PublicKey | None:
        if not isinstance(self.key, OutsideKeyBody):
            return None
        certificates = tuple(base64.b64decode(text) for text in self.key.certificates)
        return PublicKey(certificates, self.key.scheme, self.key.digest)

    def secret(self) -> Unlock:
        return self.key.secret() if isinstance(self.key, AccountKeyBody) else Unlock()


class SignBody(UnlockBody):
    """`version`: the one that the person saw; where it is given, no other is signed."""

    version: int | None = None
    reason: str = Field(default="", max_length=200)
    mark: MarkBody = MarkBody()
    place: PlaceBody = PlaceBody()


class ValueBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    record: str = Field(max_length=100)
    value: Annotated[Base64, Field(min_length=1, max_length=_LONGEST_VALUE)]


class ValuesBody(BaseModel):
    """Signature values: RSA as long as the modulus, elliptic curve as DER of r and s, or the two bare."""

    model_config = ConfigDict(extra="forbid")

    values: list[ValueBody] = Field(min_length=1, max_length=MOST_DOCUMENTS)

    def by_record(self) -> dict[str, bytes]:
        return {one.record: base64.b64decode(one.value) for one in self.values}


class DocumentBody(BaseModel):
    """A document of a batch. `to_be_signed`: the signed attributes in DER and base64, that an outside
    key hashes and signs; null before it is prepared and after a value has come. `seal`: null, `awaiting` or
    `sealed`."""

    record: str
    version: int
    name: str
    status: DocumentStatus
    to_be_signed: str | None
    error: ProblemBody | None
    seal: str | None

    @classmethod
    def of(cls, document: Document, *, to_be_signed: bool) -> "DocumentBody":
        asked = document.to_be_signed if to_be_signed and not document.valued else None
        return cls(
            record=document.record,
            version=document.version,
            name=document.name,
            status=document.status,
            to_be_signed=base64.b64encode(asked).decode() if asked else None,
            error=ProblemBody.of(document.problem) if document.problem else None,
            seal=document.seal,
        )


class BatchBody(BaseModel):
    """A batch. `interrupted`: it waits for its key to be unlocked again (`/resume`); `error`: why it was
    left, where its key is the cause."""

    id: str
    status: BatchStatus
    interrupted: bool
    kind: str
    role: SigningRole
    seal: bool
    begun_at: datetime
    error: ProblemBody | None
    total: int
    signed: int
    failed: int
    documents: list[DocumentBody]

    @classmethod
    def of(
        cls, batch: Batch, now: datetime, *, documents: bool = True, to_be_signed: bool = True
    ) -> "BatchBody":
        shown, outside = batch.documents if documents else (), batch.kind is KeyKind.OUTSIDE
        return cls(
            id=batch.id,
            status=batch.status,
            interrupted=batch.interrupted(now),
            kind=batch.kind,
            role=batch.role,
            seal=batch.seal,
            begun_at=batch.begun_at,
            error=ProblemBody.of(batch.problem) if batch.problem else None,
            total=len(batch.documents),
            signed=batch.counted(DocumentStatus.SIGNED),
            failed=batch.counted(DocumentStatus.FAILED),
            documents=[DocumentBody.of(one, to_be_signed=to_be_signed and outside) for one in shown],
        )


class BatchesBody(BaseModel):
    batches: list[BatchBody]


class SealBody(BaseModel):
    """`version`: the one that the person saw; where it is given, no other is sealed. `visible`: the seal
    shows a mark, which a document without room on any page cannot have."""

    model_config = ConfigDict(extra="forbid")

    version: int | None = None
    visible: bool = True


class FormerNameBody(BaseModel):
    """A name that an agency had; `until`: the first day of the one that followed."""

    name: str
    until: date


class AgencyBody(BaseModel):
    """`seal_key` is a reference (`file:PATH`, `pkcs11:…`), never a key. `seal_image`: there is one.
    `merged_into`: the code of the agency of which it has become a part, since `merged_on`. `former_names`: of
    before, the oldest first."""

    code: str
    name: str
    seal_key: str | None
    seal_image: bool
    merged_into: str | None
    merged_on: date | None
    former_names: list[FormerNameBody]

    @classmethod
    def of(cls, agency: Agency) -> "AgencyBody":
        return cls(
            code=agency.code,
            name=agency.name,
            seal_key=agency.seal_key,
            seal_image=agency.seal_image is not None,
            merged_into=agency.merged_into,
            merged_on=agency.merged_on,
            former_names=[FormerNameBody(name=one.name, until=one.until) for one in agency.former],
        )


class AgenciesBody(BaseModel):
    agencies: list[AgencyBody]


class DoneBody(BaseModel):
    """A deed of an administrator. `subject`: `person:USERNAME` or `agency:CODE`."""

    sequence: int
    subject: str
    action: Deed
    actor: str
    at: datetime
    details: dict[str, str | bool | None]

    @classmethod
    def of(cls, done: Done) -> "DoneBody":
        return cls(
            sequence=done.sequence or 0,
            subject=done.subject,
            action=done.action,
            actor=done.actor,
            at=done.at,
            details=dict(done.details),
        )


class AdministrationBody(BaseModel):
    deeds: list[DoneBody]
    next: str | None


class NameBody(BaseModel):
    """`since`: the first day of the name, today where none is given. `present`: the name that it follows,
    refused with 409 where the agency has another one by now."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    since: date | None = None
    present: str | None = Field(default=None, max_length=LONGEST_NAME)


class MergerBody(BaseModel):
    """`into`: the code of the successor. `since`: the day, today where none is given."""

    model_config = ConfigDict(extra="forbid")

    into: str = Field(min_length=1, max_length=200)
    since: date | None = None


class AgencyChangeBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seal_key: str | None = Field(max_length=1000)
