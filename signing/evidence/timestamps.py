"""RFC 3161 timestamps: what they prove of a signature."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import cms, tsp, x509
from pyhanko.sign.general import find_cms_attribute_iter
from pyhanko.sign.validation.errors import SignatureValidationError

from signing.cms import signed_data
from signing.cms.signature_values import Uncheckable, digest_name, hash_of, value_digest
from signing.cms.signed_data import CertificateAbsent, Known, certificates_of
from signing.pdf.parsing import PARSE_ERRORS
from signing.pki import certificates
from signing.reports.notes import note
from signing.reports.report import Note

CENTURY = timedelta(days=36525)  # whatever is less exact than this is not exact at all


@dataclass(frozen=True, slots=True)
class Stamp:
    """A timestamp token over a signature value, not yet trusted. `chain`: the authority's certificate, then
    the others that it brings; `digests`: the algorithms on which its binding rests; `sha256`: that of
    the token; `unchecked`: why it could not be checked; `accuracy`: by how much the time may be wrong."""

    time: datetime
    authority: str
    intact: bool
    chain: tuple[x509.Certificate, ...]
    digests: tuple[str, ...]
    sha256: str | None = None
    unchecked: Note | None = None
    accuracy: timedelta = timedelta()


def of_signature(
    signer_info: cms.SignerInfo, known: Known, besides: Sequence[x509.Certificate] = ()
) -> Iterator[Stamp | None]:
    """Each timestamp over the signature value; None for what cannot be read as one. A token need not bring
    its authority's certificate (RFC 3161, 2.4.1, certReq): then it is looked for in those `besides`. Raises
    PARSE_ERRORS where the attributes themselves cannot be read."""
    value = signer_info["signature"].native
    for token in find_cms_attribute_iter(signer_info["unsigned_attrs"], "signature_time_stamp_token"):
        try:
            yield _stamp(token["content"], value, known, besides)
        except PARSE_ERRORS:
            yield None


def _stamp(token: cms.SignedData, value: bytes, known: Known, besides: Sequence[x509.Certificate]) -> Stamp:
    chain: tuple[x509.Certificate, ...] = ()
    authority, right, unchecked = "?", False, None
    try:
        found = certificates_of(token, known, besides)
        chain, authority = (found.signer_cert, *found.other_certs), certificates.holder(found.signer_cert)
        right = all(integrity(token, lambda name: hash_of(name, value), found.signer_cert))
    except Uncheckable as error:
        unchecked = note("timestamp-uncheckable", authority=authority, algorithm=error.algorithm)
    except CertificateAbsent:
        unchecked = note("timestamp-anonymous")
    except SignatureValidationError:
        right = False
    sha256 = hashlib.sha256(token.dump()).hexdigest()
    made = time_of(token)
    return Stamp(made, authority, right, chain, digests(token), sha256, unchecked, accuracy_of(token))


def digests(token: cms.SignedData) -> tuple[str, ...]:
    """The digests on which a token rests: over what is stamped, over what it says, and of its own value."""
    imprint = digest_name(_info(token)["message_imprint"]["hash_algorithm"])
    signer_info = token["signer_infos"][0]
    own = digest_name(signer_info["digest_algorithm"])
    return imprint, own, value_digest(signer_info["signature_algorithm"], own)


def time_of(token: cms.SignedData) -> datetime:
    time: datetime = _info(token)["gen_time"].native
    return time


def accuracy_of(token: cms.SignedData) -> timedelta:
    """By how much the time may be too early or too late, as the token says itself (RFC 3161, 2.4.2)."""
    said = _info(token)["accuracy"].native or {}
    parts = zip(("seconds", "millis", "micros"), (1_000_000, 1000, 1), strict=True)
    micros = sum(unit * max(0, said.get(part) or 0) for part, unit in parts)
    return min(timedelta(microseconds=min(micros, 10**18)), CENTURY)


def integrity(
    token: cms.SignedData, imprint: Callable[[str], bytes], signer: x509.Certificate | None = None
) -> tuple[bool, bool]:
    """Whether the token speaks of these bytes, and whether its own signature is right; by the certificate of
    its `signer`, where that is known already. Raises SignatureValidationError and Uncheckable."""
    info = _info(token)
    stamped = info["message_imprint"]
    algorithm = digest_name(stamped["hash_algorithm"])
    speaks = stamped["hashed_message"].native == imprint(algorithm)
    signer_info = token["signer_infos"][0]
    digest = hash_of(
        digest_name(signer_info["digest_algorithm"]), bytes(token["encap_content_info"]["content"])
    )
    certificate = signer or certificates_of(token).signer_cert
    digest_right, value_right = signed_data.integrity(signer_info, certificate, "tst_info", digest)
    return bool(speaks and digest_right), bool(value_right)


def _info(token: cms.SignedData) -> tsp.TSTInfo:
    info = token["encap_content_info"]["content"].parsed
    if not isinstance(info, tsp.TSTInfo):
        raise TypeError("not a timestamp token")
    return info
