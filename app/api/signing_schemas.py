"""What batches, seals and agencies look like over HTTP."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from app.agencies import Agency
from app.api.schemas import ProblemBody
from app.batches import MOST_DOCUMENTS, Batch, BatchStatus, Document, DocumentStatus, KeyKind, PublicKey
from signing.mechanisms import Digest, Scheme

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


class ShownRecord(BaseModel):
    """A record in the version that the person was shown."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(max_length=100)
    version: int


class AccountKeyBody(BaseModel):
    """The account's own key; the passphrase is used once and kept nowhere."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["account"]
    passphrase: SecretStr | None = Field(default=None, max_length=1000)


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
    model_config = ConfigDict(extra="forbid")

    records: list[ShownRecord] = Field(min_length=1, max_length=MOST_DOCUMENTS)
    reason: str = Field(default="", max_length=200)
    key: Annotated[AccountKeyBody | OutsideKeyBody, Field(discriminator="kind")]
    seal: bool = False

    def outside_key(self) -> PublicKey | None:
        if not isinstance(self.key, OutsideKeyBody):
            return None
        certificates = tuple(base64.b64decode(text) for text in self.key.certificates)
        return PublicKey(certificates, self.key.scheme, self.key.digest)

    def passphrase(self) -> str | None:
        return _secret(self.key.passphrase) if isinstance(self.key, AccountKeyBody) else None


class UnlockBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    passphrase: SecretStr | None = Field(default=None, max_length=1000)

    def secret(self) -> str | None:
        return _secret(self.passphrase)


def _secret(given: SecretStr | None) -> str | None:
    return given.get_secret_value() if given is not None else None


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
    """`version`: the one that the person saw; where it is given, no other is sealed."""

    model_config = ConfigDict(extra="forbid")

    version: int | None = None


class AgencyBody(BaseModel):
    """`seal_key` is a reference (`file:PATH`, `pkcs11:…`), never a key."""

    code: str
    name: str
    seal_key: str | None

    @classmethod
    def of(cls, agency: Agency) -> "AgencyBody":
        return cls(code=agency.code, name=agency.name, seal_key=agency.seal_key)


class AgenciesBody(BaseModel):
    agencies: list[AgencyBody]


class AgencyChangeBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seal_key: str | None = Field(max_length=1000)
