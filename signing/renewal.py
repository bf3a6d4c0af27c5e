"""Archive timestamps that are renewed before the last one weakens (ETSI EN 319 142-1, 5.4.3 and 6.3).

What proves the time of a signature lasts as long as certificate and algorithms of the newest timestamp over
it. Before that ends, the document gets the evidence on that timestamp, and a new one over everything.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import cms
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing import long_term, policies, refusals, validation
from signing.evidence import stored_evidence, timestamps
from signing.evidence.fetching import Fetcher
from signing.evidence.tsa import Authorities, NoTimestamp
from signing.long_term import CertificateRevoked, EvidenceMissing, Subject
from signing.pdf import signature_fields
from signing.pdf.embedding import NotEmbedded
from signing.pdf.parsing import GIVES_UP, PARSE_ERRORS, Unreadable, open_pdf
from signing.pdf.signature_fields import covered_end
from signing.pdf.versions import Reader
from signing.pki.trust import Trust, load
from signing.reports.report import Report

LEVEL = "B-LTA"


@dataclass(frozen=True, slots=True)
class Renewal:
    """A document timestamp that was added, and when it weakens in its turn."""

    archive_until: datetime | None
    authority: str

    def to_json(self) -> dict[str, Any]:
        until = self.archive_until.isoformat() if self.archive_until else None
        return {"archive_until": until, "authority": self.authority}


@dataclass(frozen=True, slots=True)
class _Unprotected:
    """The newest document timestamp, where there is one, and the signatures that came after it."""

    stamp: EmbeddedPdfSignature | None
    signatures: tuple[EmbeddedPdfSignature, ...]

    def tokens(self) -> Iterator[cms.SignedData]:
        """The newest timestamps: each proves something that no later one does."""
        if self.stamp is not None:
            yield self.stamp.signed_data
        for signature in self.signatures:
            yield from extract_tst_data_iter(signature.signer_info, signed=False)


def weakens_at(document: Path) -> datetime | None:
    """When the first of the newest timestamps ends, by its authority's certificates and by the algorithms of
    the strictest policy; None where the document has no timestamp. Raises Unreadable."""
    try:
        with document.open("rb") as stream:
            ends = [_end(token) for token in _unprotected(open_pdf(stream)).tokens()]
    except PARSE_ERRORS as error:
        raise Unreadable("damaged") from error
    return min(ends, default=None)


def renew(
    source: Path,
    target: Path,
    *,
    now: datetime,
    tsa: str,
    fetcher: Fetcher | None = None,
    trust: Sequence[Path] = (),
    signers: bool = False,
) -> Renewal:
    """Write `target`: `source` with the evidence on its newest timestamps, and a new document timestamp. What
    is there already stays byte for byte. `signers`: evidence on signers without a timestamp, too. Raises
    SigningRefused; then there is no target."""
    authorities, trusted = Authorities.named(tsa, fetcher or Fetcher()), load(trust)
    if not authorities.urls:
        raise refusals.no_timestamp_authority(LEVEL)
    if not trusted.anchors:
        raise refusals.no_anchors(LEVEL)
    before = validation.validate(source, anchors=trust)
    if before.verdict in ("invalid", "unreadable"):
        raise refusals.unsound()
    shutil.copyfile(source, target)
    try:
        with _telling():
            used = _extended(target, authorities, trusted, now, signers=signers)
            made = Renewal(weakens_at(target), used)
        _check_no_worse(before, validation.validate(target, anchors=trust))
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return made


def _extended(target: Path, authorities: Authorities, trust: Trust, now: datetime, *, signers: bool) -> str:
    """Add evidence, timestamp, and the evidence on that; gives the address of the authority."""
    with target.open("rb") as stream:
        reader = open_pdf(stream)
        subjects, known = list(_subjects(reader, now if signers else None)), _stored(reader)
    _store(target, subjects, trust.helped_by(known), authorities, now)
    archival = long_term.timestamp(target, authorities)
    _store(target, [Subject.of_authority(archival)], trust, authorities, now)
    return archival.authority


def _store(
    target: Path, subjects: Sequence[Subject], trust: Trust, authorities: Authorities, now: datetime
) -> None:
    long_term.store(target, long_term.gather(subjects, trust, authorities.fetcher, now))


def _check_no_worse(before: Report, after: Report) -> None:
    """The new timestamp stands, and with it everything that stood. Raises SigningRefused."""
    worse = after.verdict == "invalid" or (before.verdict == "valid" and after.verdict != "valid")
    if worse or after.signatures[-1].indication != "TOTAL-PASSED":
        raise refusals.evidence_missing(LEVEL, ", ".join(s.signer or "?" for s in after.signatures))


def _unprotected(reader: Reader) -> _Unprotected:
    """Raises Unreadable where no signature that is there can be read."""
    size = reader.stream.seek(0, os.SEEK_END)
    found = signature_fields.collect(reader, size)
    if found.broken and not found.opened:
        raise Unreadable("damaged")
    placed = [(covered_end(one, size), one) for _, one in found.opened]
    stamps = [pair for pair in placed if pair[1].sig_object_type == "/DocTimeStamp"]
    covered, newest = max(stamps, key=lambda pair: pair[0], default=(-1, None))
    others = [pair for pair in placed if pair[1].sig_object_type != "/DocTimeStamp"]
    return _Unprotected(newest, tuple(one for end, one in others if end > covered))


def _subjects(reader: Reader, now: datetime | None) -> Iterator[Subject]:
    """Whose standing no timestamp covers yet: the authorities of the newest ones, and later signers; those
    without a timestamp of their own as of `now`, where it is given."""
    unprotected = _unprotected(reader)
    for token in unprotected.tokens():
        yield _subject(token, timestamps.time_of(token), "time_stamping")
    for signature in unprotected.signatures:
        stamped = [timestamps.time_of(t) for t in extract_tst_data_iter(signature.signer_info, signed=False)]
        at = min(stamped, default=now)
        if at is not None:
            yield _subject(signature.signed_data, at)


def _subject(signed: cms.SignedData, at: datetime, usage: str | None = None) -> Subject:
    found = extract_certs_for_validation(signed)
    return Subject(found.signer_cert, tuple(found.other_certs), at, usage)


def _stored(reader: Reader) -> Trust:
    """What the document brings already. It helps, and is checked like all else."""
    stored = stored_evidence.of_document(reader, ())
    return Trust(intermediates=tuple(stored.certificates), crls=tuple(stored.crls), ocsps=tuple(stored.ocsps))


def _end(token: cms.SignedData) -> datetime:
    """Until when a timestamp proves something by itself."""
    policy = policies.load("strict")
    found = extract_certs_for_validation(token)
    chain = (found.signer_cert, *(c for c in found.other_certs if c.subject != c.issuer))
    ends = [c.not_valid_after for c in chain]
    ends += [policy.certificate_end(c) for c in chain]
    ends += [policy.digest_end(digest) for digest in timestamps.digests(token)]
    end: datetime = min(ends)
    return end


@contextmanager
def _telling() -> Iterator[None]:
    """What goes wrong, as a refusal."""
    try:
        yield
    except NoTimestamp as error:
        raise refusals.timestamp_failed() from error
    except EvidenceMissing as error:
        raise refusals.evidence_missing(LEVEL, str(error)) from error
    except CertificateRevoked as error:
        raise refusals.revoked(str(error)) from error
    except (NotEmbedded, SignatureValidationError) as error:
        raise refusals.unsound() from error
    except GIVES_UP as error:
        raise refusals.damaged() from error
