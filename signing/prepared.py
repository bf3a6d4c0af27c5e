"""Signatures on their way: what is asked for, what was made ready to be signed, and what came of it."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from asn1crypto import x509

from signing import refusals
from signing.cms.mechanisms import Mechanism
from signing.identity import Identity, usable_certificate
from signing.marks.appearance import Appearance
from signing.pdf.signed_bytes import SignedRange
from signing.pki import certificates
from signing.reports.local_time import day

Level = Literal["B-B", "B-T", "B-LT", "B-LTA"]


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for, whoever holds the key."""

    identity: Identity
    appearance: Appearance | None
    reason: str
    location: str
    now: datetime
    level: Level


@dataclass(frozen=True, slots=True)
class Prepared:
    """A draft with a signature that lacks nothing but its value. Holds no secret, and everything that the
    other half of the work needs: it may be done by another process, days later.

    `to_be_signed`: the signed attributes in DER (RFC 5652, 5.4), which the key hashes and signs.
    `document_digest`: of the bytes that the signature covers. `before`: bytes that stood there before.
    `countersigns`: the document held signatures already."""

    field: str
    identity: Identity
    level: Level
    signed_at: datetime
    to_be_signed: bytes
    document_digest: bytes
    covered: SignedRange
    before: int
    countersigns: bool

    @property
    def digest(self) -> bytes:
        """The hash of `to_be_signed`, for devices and services that sign hashes."""
        return hashlib.new(self.mechanism.digest, self.to_be_signed).digest()

    @property
    def mechanism(self) -> Mechanism:
        return self.identity.mechanism

    def to_json(self) -> dict[str, Any]:
        every = (self.identity.certificate, *self.identity.chain)
        return {
            "field": self.field,
            "certificates": [_text(certificate.dump()) for certificate in every],
            "scheme": self.mechanism.scheme,
            "digest": self.mechanism.digest,
            "level": self.level,
            "signed_at": self.signed_at.isoformat(),
            "to_be_signed": _text(self.to_be_signed),
            "document_digest": _text(self.document_digest),
            "covered": [self.covered.first_end, self.covered.second_start, self.covered.end],
            "before": self.before,
            "countersigns": self.countersigns,
        }

    @classmethod
    def from_json(cls, shape: dict[str, Any]) -> "Prepared":
        """Raises KeyError, TypeError and ValueError for another shape."""
        certificate, *chain = [x509.Certificate.load(_bytes(text)) for text in shape["certificates"]]
        return cls(
            field=shape["field"],
            identity=Identity(certificate, tuple(chain), Mechanism(shape["scheme"], shape["digest"])),
            level=shape["level"],
            signed_at=datetime.fromisoformat(shape["signed_at"]),
            to_be_signed=_bytes(shape["to_be_signed"]),
            document_digest=_bytes(shape["document_digest"]),
            covered=SignedRange(*shape["covered"]),
            before=shape["before"],
            countersigns=shape["countersigns"],
        )


@dataclass(frozen=True, slots=True)
class SignatureSummary:
    """A signature that was made."""

    field: str
    signer: str
    organisation: str | None
    serial: str
    level: Level
    signed_at: datetime

    @classmethod
    def of(cls, prepared: Prepared) -> "SignatureSummary":
        who = prepared.identity
        return cls(
            prepared.field, who.holder, who.organisation, who.serial, prepared.level, prepared.signed_at
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "field": self.field,
            "signer": self.signer,
            "organisation": self.organisation,
            "serial": self.serial,
            "level": self.level,
            "signed_at": self.signed_at.isoformat(),
        }


def check_signer(identity: Identity, now: datetime) -> None:
    """Before anything is signed with a certificate (Decree 68/2024, Art 29; F3.2). Raises SigningRefused."""
    certificate = identity.certificate
    if not certificates.in_force(certificate, now):
        begins, ends = certificate.not_valid_before, certificate.not_valid_after
        raise refusals.not_in_force(day(begins), day(ends))
    if not certificates.may_sign(certificate):
        raise refusals.unfit_certificate()
    if not usable_certificate(certificate) or not identity.mechanism.fits(certificate):
        raise refusals.unfit_mechanism()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
