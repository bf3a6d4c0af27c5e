"""PAdES signatures: made by incremental update, checked, and only then given their name."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal

from asn1crypto import cms, pem, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import read_certification_data

from signing import (
    cades,
    certificates,
    embedding,
    long_term,
    presentation,
    refusals,
    tsa,
    validation,
    visible,
)
from signing.appearance import Appearance, MarkImpossible
from signing.embedding import Before, NotEmbedded
from signing.fetching import Fetcher
from signing.long_term import CertificateRevoked, EvidenceMissing
from signing.parsing import PARSE_ERRORS
from signing.refusals import SigningRefused
from signing.signing_key import ForeignValue, KeyFailed, SigningKey
from signing.trust import Trust, load
from signing.tsa import Authorities, NoTimestamp, Token

Level = Literal["B-B", "B-T", "B-LT", "B-LTA"]
LONG_TERM = ("B-LT", "B-LTA")
SYNC_EARLY_BYTES = 4_000_000  # from here on the disk takes longer than one more sync costs (5 ms)

__all__ = ["Appearance", "Level", "SignatureSummary", "SigningRefused", "sign"]


@dataclass(frozen=True, slots=True)
class SignatureSummary:
    """A signature that was made."""

    field: str
    signer: str
    organisation: str | None
    serial: str
    level: Level
    signed_at: datetime

    def to_json(self) -> dict[str, Any]:
        return {
            "field": self.field,
            "signer": self.signer,
            "organisation": self.organisation,
            "serial": self.serial,
            "level": self.level,
            "signed_at": self.signed_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class _Order:
    """What is asked for, the same for every step."""

    key: SigningKey
    appearance: Appearance | None
    reason: str
    location: str
    now: datetime
    level: Level
    authorities: Authorities
    trust: Trust


@dataclass(frozen=True, slots=True)
class _Made:
    """A signature in the draft: the name of its field, and its timestamp from level B-T on."""

    field: str
    token: Token | None


def sign(
    source: Path,
    target: Path,
    key: SigningKey,
    *,
    appearance: Appearance | None = None,
    reason: str = "",
    location: str = "",
    now: datetime,
    level: Level = "B-B",
    tsa: str | None = None,
    fetcher: Fetcher | None = None,
    trust: Sequence[Path] = (),
) -> SignatureSummary:
    """Sign `source` into `target`, always by incremental update. `tsa`: addresses of timestamp authorities,
    separated by commas, asked in this order through `fetcher`. `trust`: files and folders of anchors and
    evidence (trust.py), which levels B-LT and B-LTA stand on. Raises SigningRefused; then `target` is as it
    was before."""
    authorities = Authorities.named(tsa or "", fetcher or Fetcher())
    order = _Order(key, appearance, reason, location, now, level, authorities, load(trust))
    _check_order(order)
    with tempfile.TemporaryDirectory(prefix=".signing-", dir=target.parent) as folder:
        draft = Path(folder, "draft.pdf")
        before = _take(source, draft, key)
        signed = before.marked or _shows_signatures(draft)
        if signed:
            _check_earlier_signatures(source)
        presentation.check(source)
        made = _add_signature(draft, before, order)
        if made.token and level in LONG_TERM:
            _make_lasting(draft, made.token, order)
            _check_level(draft, made.field, order)
        if signed and validation.validate(draft).verdict == "invalid":
            raise refusals.signature_unsound()
        _sync(draft)
        draft.replace(target)
    return SignatureSummary(made.field, key.holder, key.organisation, key.serial, level, now)


def _check_order(order: _Order) -> None:
    if order.level != "B-B" and not order.authorities.urls:
        raise refusals.no_timestamp_authority(order.level)
    if order.level in LONG_TERM and not order.trust.anchors:
        raise refusals.no_anchors(order.level)
    certificate: x509.Certificate = order.key.certificate
    if not certificates.in_force(certificate, order.now):
        begins, ends = certificate.not_valid_before, certificate.not_valid_after
        raise refusals.not_in_force(f"{begins:%d/%m/%Y}", f"{ends:%d/%m/%Y}")
    if not certificates.may_sign(certificate):
        raise refusals.unfit_certificate()


def _take(source: Path, draft: Path, key: SigningKey) -> Before:
    """Copy the document to the draft, and look at it meanwhile: it is hashed while the disk writes."""
    with ThreadPoolExecutor(1) as pool:
        copied = pool.submit(_copy, source, draft)
        try:
            before = Before.of(source, key.mechanism.digest)
            copied.result()
        except OSError as error:
            raise refusals.not_copied(str(error.strerror)) from error
    return before


def _copy(source: Path, draft: Path) -> None:
    shutil.copyfile(source, draft)
    if draft.stat().st_size > SYNC_EARLY_BYTES:
        _sync(draft)


def _sync(path: Path) -> None:
    with path.open("rb+") as written:
        os.fsync(written.fileno())


def _shows_signatures(draft: Path) -> bool:
    """Is a signature field filled? Its marks may be written so that no search of the bytes finds them."""
    try:
        with draft.open("rb") as stream:
            return any(enumerate_sig_fields(PdfFileReader(stream, strict=False), filled_status=True))
    except PARSE_ERRORS:
        return False  # an encrypted or damaged document is refused when it is opened to be signed


def _check_earlier_signatures(source: Path) -> None:
    """Nothing that is broken already is signed over."""
    report = validation.validate(source)
    if report.problem is not None:
        raise refusals.encrypted() if report.problem.code == "encrypted" else refusals.not_a_pdf()
    if report.verdict == "invalid":
        raise refusals.unsound()


def _add_signature(draft: Path, before: Before, order: _Order) -> _Made:
    """Sign the draft, a copy of what was there before."""
    try:
        with draft.open("rb+") as stream:
            writer = _open(stream)
            field = embedding.free_name(writer.prev, "Signature")
            spec, mark = visible.field_and_mark(writer.prev, draft, field, order.appearance, order.now)
            value = SignatureObject(
                timestamp=order.now,
                subfilter=SigSeedSubFilter.PADES,
                reason=order.reason or None,
                location=order.location or None,
                bytes_reserved=_reserve(order),
            )
            room = embedding.make_room(stream, writer, before, spec, value, mark)
            container, token = _container(room.digest, order)
            embedding.fill(stream, room, container)
        embedded, digest = embedding.read_back(draft, before, field, container)
        _check_signature(embedded.signer_info, digest, order.key)
    except MarkImpossible as error:
        raise SigningRefused(error.code, error.vi, error.en) from error
    except NoTimestamp as error:
        raise refusals.timestamp_failed() from error
    except KeyFailed as error:
        raise refusals.key_failed() from error
    except (ForeignValue, NotEmbedded) as error:
        raise refusals.signature_unsound() from error
    except PARSE_ERRORS as error:
        raise refusals.not_a_pdf() from error
    return _Made(field, token)


def _container(digest: bytes, order: _Order) -> tuple[bytes, Token | None]:
    """The CMS object over a document of this digest, and its timestamp from level B-T on."""
    attributes = cades.signed_attributes(digest, order.key)
    value = order.key.sign(attributes)
    if order.level == "B-B":
        return cades.signed_data(order.key, attributes, value), None
    token = order.authorities.stamp(tsa.imprint(value))
    return cades.signed_data(order.key, attributes, value, token.der), token


def _make_lasting(draft: Path, token: Token, order: _Order) -> None:
    """Store what proves the signature and its timestamps; from B-LTA on, a document timestamp over that."""
    subjects = [long_term.Subject.of_signer(order.key, token), long_term.Subject.of_authority(token)]
    try:
        _store_evidence(draft, subjects, order)
        if order.level == "B-LTA":
            # the one that answered before comes first: what proves it is stored already, and so covered
            archival = long_term.timestamp(draft, order.authorities.preferring(token.authority))
            _store_evidence(draft, [long_term.Subject.of_authority(archival)], order)
    except NoTimestamp as error:
        raise refusals.timestamp_failed() from error
    except EvidenceMissing as error:
        raise refusals.evidence_missing(order.level, str(error)) from error
    except CertificateRevoked as error:
        raise refusals.revoked(str(error)) from error
    except NotEmbedded as error:
        raise refusals.signature_unsound() from error
    except PARSE_ERRORS as error:
        raise refusals.signature_unsound() from error


def _store_evidence(draft: Path, subjects: Sequence[long_term.Subject], order: _Order) -> None:
    material = long_term.gather(subjects, order.trust, order.authorities.fetcher, order.now)
    long_term.store(draft, material)


def _check_level(draft: Path, field: str, order: _Order) -> None:
    """The level holds by what is in the file: the verifier is given the anchors and nothing else."""
    anchors = draft.with_name("anchors.pem")
    anchors.write_bytes(b"".join(pem.armor("CERTIFICATE", anchor.dump()) for anchor in order.trust.anchors))
    report = validation.validate(draft, anchors=[anchors])
    made = [s for s in report.signatures if s.field == field or s.level == "DocTimeStamp"]
    levels = {s.level for s in made} - {"DocTimeStamp"}
    if levels != {order.level} or any(s.indication != "TOTAL-PASSED" for s in made):
        raise refusals.evidence_missing(order.level, order.key.holder)


def _check_signature(signer_info: cms.SignerInfo, digest: bytes, key: SigningKey) -> None:
    """Our own eyes on our own work: what a reader finds in the file is of this key, over this digest."""
    try:
        sound = validate_sig_integrity(
            signer_info, key.certificate, expected_content_type="data", actual_digest=digest
        )
    except SignatureValidationError as error:
        raise refusals.signature_unsound() from error
    if not all(sound):
        raise refusals.signature_unsound()


def _open(stream: BinaryIO) -> IncrementalPdfFileWriter:
    writer = IncrementalPdfFileWriter(stream, strict=False)
    if writer.prev.encrypted:
        raise refusals.encrypted()
    # A certified document allows signatures in the fields it came with at most, and we would add one.
    if read_certification_data(writer.prev) is not None:
        raise refusals.locked()
    return writer


def _reserve(order: _Order) -> int:
    """Hex digits to reserve: those of the CMS object with the longest value that the key can make."""
    key = order.key
    attributes = cades.signed_attributes(bytes(key.mechanism.digest_size), key)
    largest = cades.signed_data(key, attributes, bytes(key.signature_bytes))
    timestamp = 0 if order.level == "B-B" else tsa.TOKEN_BYTES + cades.TIMESTAMP_WRAPPING
    return 2 * (len(largest) + timestamp)
