"""The second half of a signature: its value is checked and put in, its level is raised, and what came of it
is read back before it gets its name."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import cms, pem
from pyhanko.sign.validation.errors import SignatureValidationError

from signing import cades, long_term, refusals, standing, validation
from signing.cms import signed_data
from signing.evidence import tsa
from signing.evidence.fetching import Fetcher
from signing.evidence.tsa import Authorities, NoTimestamp, Token
from signing.identity import ForeignValue, Identity
from signing.long_term import CertificateRevoked, EvidenceMissing
from signing.pdf import embedding
from signing.pdf.embedding import Before, NotEmbedded
from signing.pdf.parsing import PARSE_ERRORS
from signing.pki.trust import Trust, load
from signing.prepared import Level, Prepared, SignatureSummary

LONG_TERM = ("B-LT", "B-LTA")


@dataclass(frozen=True, slots=True)
class Means:
    """What levels above B-B stand on: timestamp authorities, and what is trusted."""

    authorities: Authorities
    trust: Trust

    @classmethod
    def named(cls, tsa: str | None, fetcher: Fetcher | None, trust: Sequence[Path]) -> "Means":
        return cls(Authorities.named(tsa or "", fetcher or Fetcher()), load(trust))

    def check_standing(self, identity: Identity, now: datetime) -> None:
        """May this key sign now, by our own verifier (standing.py)? Raises SigningRefused."""
        standing.check(identity, self.trust, self.authorities.fetcher, now)

    def check(self, level: Level) -> None:
        """Raises SigningRefused where the level cannot be reached with them."""
        if level != "B-B" and not self.authorities.urls:
            raise refusals.no_timestamp_authority(level)
        if level in LONG_TERM and not self.trust.anchors:
            raise refusals.no_anchors(level)


def finish(
    prepared: Prepared, before: Before, draft: Path, value: bytes, means: Means, now: datetime
) -> SignatureSummary:
    """Make the draft the signed document, safe on the disk. `before`: of this draft, checked. Raises
    SigningRefused; then the draft is as it was before."""
    value = _checked(prepared, value)
    container, token = _container(prepared, value, means.authorities)
    try:
        with _telling():
            _embed(prepared, before, draft, container)
        if token and prepared.level in LONG_TERM:
            _make_lasting(prepared, draft, token, means, now)
            _check_level(prepared, draft, means.trust)
        if prepared.countersigns:
            _check_all_signatures(draft)
    except BaseException:
        with suppress(OSError):  # what is wrong with the disk was said already
            embedding.empty(draft, prepared.covered)
        raise
    sync(draft)
    return SignatureSummary.of(prepared)


def sync(path: Path) -> None:
    with path.open("rb+") as written:
        os.fsync(written.fileno())


def _checked(prepared: Prepared, value: bytes) -> bytes:
    try:
        return prepared.identity.confirmed(prepared.to_be_signed, value)
    except ForeignValue as error:
        raise refusals.foreign_value() from error


def _container(prepared: Prepared, value: bytes, authorities: Authorities) -> tuple[bytes, Token | None]:
    """The CMS object, and its timestamp from level B-T on."""
    if prepared.level == "B-B":
        return cades.signed_data(prepared.identity, prepared.to_be_signed, value), None
    try:
        token = authorities.stamp(tsa.imprint(value))
    except NoTimestamp as error:
        raise refusals.timestamp_failed() from error
    return cades.signed_data(prepared.identity, prepared.to_be_signed, value, token.der), token


@contextmanager
def _telling() -> Iterator[None]:
    """What goes wrong between the value and the document, as a refusal."""
    try:
        yield
    except (NotEmbedded, SignatureValidationError) as error:
        raise refusals.signature_unsound() from error
    except PARSE_ERRORS as error:
        raise refusals.signature_unsound() from error


def _embed(prepared: Prepared, before: Before, draft: Path, container: bytes) -> None:
    with draft.open("rb+") as stream:
        stream.truncate(prepared.covered.end)  # what an interrupted completion left behind goes
        embedding.fill(stream, prepared.covered, container)
    embedded, digest = embedding.read_back(draft, before, prepared.field, container)
    _check_signature(embedded.signer_info, digest, prepared.identity)


def _check_signature(signer_info: cms.SignerInfo, digest: bytes, identity: Identity) -> None:
    """Our own eyes on our own work: what a reader finds in the file is of this key, over this digest."""
    if not all(signed_data.integrity(signer_info, identity.certificate, "data", digest)):
        raise refusals.signature_unsound()


def _check_all_signatures(draft: Path) -> None:
    if validation.validate(draft).verdict == "invalid":
        raise refusals.breaks_earlier()


def _make_lasting(prepared: Prepared, draft: Path, token: Token, means: Means, now: datetime) -> None:
    """Store what proves the signature and its timestamps; from B-LTA on, a document timestamp over that."""
    signer = long_term.Subject.of_signer(prepared.identity, token)
    try:
        with _telling():
            _store_evidence(draft, [signer, long_term.Subject.of_authority(token)], means, now)
            if prepared.level == "B-LTA":
                # the one that answered before comes first: what proves it is stored already, and so covered
                archival = long_term.timestamp(draft, means.authorities.preferring(token.authority))
                _store_evidence(draft, [long_term.Subject.of_authority(archival)], means, now)
    except NoTimestamp as error:
        raise refusals.timestamp_failed() from error
    except EvidenceMissing as error:
        raise refusals.evidence_missing(prepared.level, str(error)) from error
    except CertificateRevoked as error:
        raise refusals.revoked(str(error)) from error


def _store_evidence(draft: Path, subjects: Sequence[long_term.Subject], means: Means, now: datetime) -> None:
    material = long_term.gather(subjects, means.trust, means.authorities.fetcher, now)
    long_term.store(draft, material)


def _check_level(prepared: Prepared, draft: Path, trust: Trust) -> None:
    """The level holds by what is in the file: the verifier is given the anchors and nothing else."""
    with tempfile.TemporaryDirectory(prefix=".signing-", dir=draft.parent) as folder:
        anchors = Path(folder, "anchors.pem")
        anchors.write_bytes(b"".join(pem.armor("CERTIFICATE", anchor.dump()) for anchor in trust.anchors))
        report = validation.validate(draft, anchors=[anchors])
    made = [s for s in report.signatures if s.field == prepared.field or s.level == "DocTimeStamp"]
    levels = {s.level for s in made} - {"DocTimeStamp"}
    told = [*(w for s in made for w in s.warnings), *(s.reason for s in made if s.reason)]
    if any(each.code == "timestamp-ahead" for each in told):
        raise refusals.clocks_differ(prepared.level)
    if levels != {prepared.level} or any(s.indication != "TOTAL-PASSED" for s in made):
        raise refusals.evidence_missing(prepared.level, prepared.identity.holder)
