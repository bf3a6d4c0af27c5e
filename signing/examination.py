"""The examination of one signature: what is known so far, and the steps that learn more.

The order of the steps is the recipe in validation.py. A step that finds a fault records it and goes on, so
that the report says everything; only what a later step cannot do without stops the examination.
"""

import mmap
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from asn1crypto import cms, x509
from pyhanko.pdf_utils.generic import parse_pdf_date
from pyhanko.sign.general import (
    MultivaluedAttributeError,
    NonexistentAttributeError,
    SignedDataCerts,
    find_unique_cms_attribute,
)
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    extract_self_reported_ts,
    validate_sig_integrity,
)
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing import algorithms, certificates, changes, paths, revocation, timestamps
from signing.notes import note
from signing.parsing import PARSE_ERRORS
from signing.report import Algorithm, Coverage, Indication, Note, Revocation, SignatureReport, Timestamp, Want
from signing.revocation import Evidence
from signing.signed_bytes import gap, only_padded, parse_range
from signing.trust import Trust

SUPPORTED = {"/adbe.pkcs7.detached", "/ETSI.CAdES.detached", "/ETSI.RFC3161"}
CLOCK_SKEW = timedelta(minutes=5)
PLAUSIBLE_YEARS = (1990, 2200)  # PDF has had dates since 1993; year 1 cannot even be shown in local time
NOT_CHECKED = Revocation("not-checked")


class Stop(Exception):
    """Nothing more can be learnt of this signature."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What all signatures of a document share. `proofs`: trusted document timestamps, as the revision that
    they cover and their time."""

    data: mmap.mmap | bytes
    trust: Trust
    evidence: Evidence
    moment: datetime
    others: Sequence[EmbeddedPdfSignature]
    history: changes.History
    stored_certificates: Sequence[x509.Certificate] = ()
    has_store: bool = False
    foreign_tail: bool = False
    proofs: Sequence[tuple[int, datetime]] = ()


@dataclass(slots=True)
class Examination:
    """One signature and what the steps found out about it."""

    name: str
    embedded: EmbeddedPdfSignature
    around: Circumstances
    intact: bool = False
    coverage: Coverage = "partial"
    certs: SignedDataCerts | None = None
    claimed: datetime | None = None
    best: datetime | None = None
    best_source: str | None = None
    path: paths.Path | None = None
    revocation: Revocation = NOT_CHECKED
    algorithm: Algorithm | None = None
    timestamps: list[Timestamp] = field(default_factory=list)
    after: changes.Changes = field(default_factory=changes.Changes)
    faults: list[tuple[str, Note]] = field(default_factory=list)  # TOTAL-FAILED
    doubts: list[tuple[str, Note]] = field(default_factory=list)  # INDETERMINATE
    missing: list[Note] = field(default_factory=list)
    wants: list[Want] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)

    @property
    def is_timestamp(self) -> bool:
        return bool(self.embedded.sig_object_type == "/DocTimeStamp")

    @property
    def subfilter(self) -> str | None:
        value = self.embedded.sig_object.get("/SubFilter")
        return str(value) if value is not None else None

    @property
    def certificate(self) -> x509.Certificate:
        if self.certs is None:
            raise Stop
        return self.certs.signer_cert

    @property
    def signed_at(self) -> datetime:
        """The time at which everything is judged: proven, or else the moment of checking."""
        return self.best or self.around.moment


def check_format(exam: Examination) -> None:
    """A kind that we know, and one that covers a document from its first byte but for its own value."""
    if exam.subfilter not in SUPPORTED:
        exam.doubts.append(("GENERIC", note("subfilter", subfilter=exam.subfilter)))
        raise Stop
    covered = parse_range([int(v) for v in exam.embedded.byte_range], len(exam.around.data))
    if covered is None:
        exam.faults.append(("FORMAT_FAILURE", note("byte-range")))
        return
    value = gap(exam.around.data, covered)
    if value is None or not value.startswith(exam.embedded.pkcs7_content[:64]):
        exam.faults.append(("FORMAT_FAILURE", note("contents-elsewhere")))
    elif not only_padded(value):
        exam.faults.append(("FORMAT_FAILURE", note("gap-filled")))


def check_coverage(exam: Examination) -> None:
    """Does the signature cover the whole file, or at least the whole version that was signed?"""
    covered = exam.embedded.evaluate_signature_coverage()
    if exam.faults:
        return
    names: dict[int, Coverage] = {3: "whole", 2: "revision"}
    exam.coverage = names.get(covered.value, "partial")
    if exam.coverage == "partial":
        exam.faults.append(("FORMAT_FAILURE", note("not-covered")))


def identify_certificate(exam: Examination) -> None:
    """The certificate that the signature names (EN 319 102-1, 5.2.3)."""
    try:
        exam.certs = extract_certs_for_validation(exam.embedded.signed_data)
    except SignatureValidationError as error:
        code = "certificate-mismatch" if "attribute" in str(error) else "no-signing-certificate"
        exam.doubts.append(("NO_SIGNING_CERTIFICATE_FOUND", note(code)))
        raise Stop from error
    if exam.subfilter == "/ETSI.CAdES.detached" and not _names_certificate(exam.embedded.signer_info):
        exam.doubts.append(("SIG_CONSTRAINTS_FAILURE", note("signing-certificate-attribute")))


def check_cryptography(exam: Examination) -> None:
    """The digest of the covered bytes, then the signature value (EN 319 102-1, 5.2.7)."""
    embedded = exam.embedded
    if exam.is_timestamp:
        digest_right, value_right = timestamps.integrity(embedded.signed_data, embedded.compute_digest)
    else:
        digest_right, value_right = validate_sig_integrity(
            embedded.signer_info,
            exam.certificate,
            expected_content_type="data",
            actual_digest=embedded.compute_digest(),
        )
    exam.intact = digest_right and value_right
    if not digest_right:
        exam.faults.append(("HASH_FAILURE", note("hash-failure")))
    elif not value_right:
        exam.faults.append(("SIG_CRYPTO_FAILURE", note("signature-failure")))


def establish_time(exam: Examination) -> None:
    """The claimed time, and the earliest time that a trusted timestamp proves."""
    around = exam.around
    if exam.is_timestamp:
        exam.claimed = timestamps.time_of(exam.embedded.signed_data)
    else:
        exam.claimed = _claimed(exam)
        _signature_timestamps(exam)
    proven = [t.time for t in exam.timestamps if t.trusted]
    proven += [time for revision, time in around.proofs if revision > exam.embedded.signed_revision]
    if proven:
        exam.best, exam.best_source = min(proven), "timestamp"
        return
    exam.best, exam.best_source = around.moment, "validation"
    if not exam.is_timestamp:
        exam.warnings.append(note("signer-clock"))
    if exam.claimed and exam.claimed > around.moment + CLOCK_SKEW:
        exam.warnings.append(note("time-in-future"))


def build_path(exam: Examination) -> None:
    """From the signer to a trust anchor, in force at signing (EN 319 102-1, 5.2.6)."""
    usage = "time_stamping" if exam.is_timestamp else None
    moment = exam.signed_at
    exam.path = _path(exam, moment, usage)
    if exam.path.problem in ("expired", "not-yet-valid"):
        _out_of_bounds(exam, usage)
    elif exam.path.problem == "no-chain":
        last = exam.path.chain[-1]
        issuer = certificates.issuer_label(last)
        exam.doubts.append(("NO_CERTIFICATE_CHAIN_FOUND", note("no-chain", issuer=issuer)))
        exam.missing.append(note("get-issuer", issuer=issuer))
        if urls := revocation.issuer_urls(last):
            exam.wants.append(Want("issuer", urls))
    elif exam.path.problem == "broken":
        exam.doubts.append(("CHAIN_CONSTRAINTS_FAILURE", note("chain-broken")))
    if not exam.is_timestamp and not certificates.may_sign(exam.certificate):
        exam.doubts.append(("CHAIN_CONSTRAINTS_FAILURE", note("certificate-unfit")))


def check_revocation(exam: Examination) -> None:
    """The standing of every certificate of the path (EN 319 102-1, 5.2.5)."""
    path = exam.path
    if path is None or path.anchor is None:
        return
    found = revocation.standings(path.chain, exam.around.evidence, exam.around.moment, exam.signed_at)
    for standing in found:
        if standing.status == "revoked":
            _revoked(exam, standing)
        elif standing.status == "unknown":
            _unknown(exam, standing.certificate, path.chain)
        elif standing.status == "not-declared":
            exam.warnings.append(note("revocation-not-declared"))
    order = ("revoked", "unknown")
    worst = next((s for status in order for s in found if s.status == status), found[0] if found else None)
    if worst is None:
        exam.revocation = Revocation("good", "trust-anchor")
    else:
        exam.revocation = Revocation(worst.status, worst.source, worst.time)


def check_algorithms(exam: Examination) -> None:
    """The algorithms, at the best signing time and today (EN 319 102-1, 5.2.8)."""
    judged = algorithms.judge(exam.embedded.signer_info, exam.certificate, exam.signed_at, exam.around.moment)
    exam.algorithm = judged
    name = f"{judged.digest.upper()}, {exam.certificate.public_key.algorithm.upper()} {judged.key_bits}"
    if not judged.acceptable_at_signing:
        exam.doubts.append(("CRYPTO_CONSTRAINTS_FAILURE_NO_POE", note("weak-algorithm", algorithm=name)))
        exam.missing.append(note("get-resigned"))
    elif not judged.acceptable_now:
        exam.warnings.append(note("weak-now", algorithm=name))
    for weak in algorithms.weak_links(exam.path.chain if exam.path else (), exam.signed_at):
        subject = certificates.holder(weak)
        exam.doubts.append(("CRYPTO_CONSTRAINTS_FAILURE_NO_POE", note("weak-chain", subject=subject)))


def check_changes(exam: Examination) -> None:
    """What was added after the signed version (changes.py)."""
    if exam.around.foreign_tail:
        exam.after = changes.Changes(forbidden=(note("bytes-after-end"),))
        exam.faults.append(("FORMAT_FAILURE", note("bytes-after-end")))
        return
    covered = parse_range([int(v) for v in exam.embedded.byte_range], len(exam.around.data))
    if exam.coverage != "revision" or covered is None:
        return
    exam.after = exam.around.history.after(exam.embedded, covered)
    exam.warnings += exam.after.warnings
    for change in exam.after.forbidden:
        exam.faults.append(("FORMAT_FAILURE", change))


def conclude(exam: Examination) -> SignatureReport:
    """Faults first, then doubts: the first of them is the reason, the others are warnings."""
    found = exam.faults + exam.doubts
    indication: Indication = (
        "TOTAL-FAILED" if exam.faults else "INDETERMINATE" if exam.doubts else "TOTAL-PASSED"
    )
    certificate = exam.certs.signer_cert if exam.certs else None
    path = exam.path
    anchor = path.anchor if path else None
    return SignatureReport(
        field=exam.name,
        indication=indication,
        sub_indication=found[0][0] if found else None,
        level=_level(exam),
        subfilter=exam.subfilter.lstrip("/") if exam.subfilter else None,
        intact=exam.intact,
        coverage=exam.coverage,
        signer=certificates.holder(certificate) if certificate else None,
        organisation=certificates.organisation(certificate) if certificate else None,
        claimed_time=exam.claimed,
        best_time=exam.best,
        best_time_source=exam.best_source,
        changes_after=exam.after.forbidden + exam.after.allowed,
        algorithm=exam.algorithm,
        certificate=certificates.describe(certificate) if certificate else None,
        chain=tuple(certificates.describe(c) for c in path.chain) if path else (),
        trust_anchor=certificates.name_text(anchor.subject) if anchor else None,
        revocation=exam.revocation,
        timestamps=tuple(exam.timestamps),
        warnings=tuple([n for _, n in found[1:]] + exam.warnings),
        reason=found[0][1] if found else None,
        missing=tuple(exam.missing),
        wants=tuple(exam.wants),
    )


def _names_certificate(signer_info: cms.SignerInfo) -> bool:
    for attribute in ("signing_certificate", "signing_certificate_v2"):
        try:
            find_unique_cms_attribute(signer_info["signed_attrs"], attribute)
        except (NonexistentAttributeError, MultivaluedAttributeError):
            continue
        return True
    return False


def _claimed(exam: Examination) -> datetime | None:
    """`/M` of the signature dictionary: many signers write local time as UTC into the CMS object."""
    inside = extract_self_reported_ts(exam.embedded.signer_info)
    try:
        outside = parse_pdf_date(exam.embedded.sig_object["/M"], strict=False)
    except PARSE_ERRORS:
        return inside
    if not PLAUSIBLE_YEARS[0] <= outside.year <= PLAUSIBLE_YEARS[1]:
        return inside
    if outside.tzinfo is None:
        return inside or outside.replace(tzinfo=exam.around.moment.tzinfo)
    if inside and abs(inside - outside) > CLOCK_SKEW:
        hours = (inside - outside).total_seconds() / 3600
        exam.warnings.append(note("signing-time-differs", hours=hours))
    return outside


def _signature_timestamps(exam: Examination) -> None:
    for stamp, chain in timestamps.of_signature(exam.embedded.signer_info):
        trusted = stamp.intact and _stamp_stands(exam, chain, stamp)
        exam.timestamps.append(Timestamp(stamp.time, stamp.authority, stamp.intact, trusted))
        if not stamp.intact:
            exam.doubts.append(("TIMESTAMP_ORDER_FAILURE", note("timestamp-broken")))
        elif not trusted:
            exam.warnings.append(note("timestamp-untrusted", authority=stamp.authority))


def _stamp_stands(exam: Examination, certs: Sequence[x509.Certificate], stamp: Timestamp) -> bool:
    """Its authority leads to an anchor, and was not revoked when it gave the stamp. Not known is not good."""
    trust, evidence = exam.around.trust, exam.around.evidence
    path = paths.build(certs[0], trust, certs[1:], stamp.time, extended_usage="time_stamping")
    if path.problem is not None:
        return False
    found = revocation.standings(path.chain, evidence, exam.around.moment, stamp.time)
    for standing in found:
        if standing.status == "unknown":
            exam.wants.append(_want(standing.certificate, path.chain))
    return all(s.status in ("good", "not-declared") or _revoked_later(s, stamp.time) for s in found)


def _revoked_later(standing: revocation.Standing, stamped: datetime) -> bool:
    """Revoked after the stamp was given, for a cause that does not reach back."""
    if standing.status != "revoked" or standing.key_compromised or standing.time is None:
        return False
    return standing.time > stamped


def _path(exam: Examination, moment: datetime, usage: str | None) -> paths.Path:
    found = [*(exam.certs.other_certs if exam.certs else ()), *exam.around.stored_certificates]
    return paths.build(exam.certificate, exam.around.trust, found, moment, extended_usage=usage)


def _out_of_bounds(exam: Examination, usage: str | None) -> None:
    """Not in force at the time that counts. Show the path as of the claimed time all the same."""
    certificate, claimed = exam.certificate, exam.claimed
    begins, ends = certificate.not_valid_before, certificate.not_valid_after
    days = {"begins": f"{begins:%d/%m/%Y}", "ends": f"{ends:%d/%m/%Y}"}
    said = exam.best if exam.best_source == "timestamp" else claimed
    if said and said > ends:
        exam.faults.append(("EXPIRED", note("expired-before", **days)))
    elif said and said < begins:
        exam.faults.append(("NOT_YET_VALID", note("not-yet-valid", **days)))
    else:
        exam.doubts.append(("OUT_OF_BOUNDS_NO_POE", note("expired-unproven", **days)))
        exam.missing.append(note("get-timestamp"))
    if claimed:
        then = _path(exam, claimed, usage)
        if then.problem is None:
            exam.path = then


def _revoked(exam: Examination, standing: revocation.Standing) -> None:
    subject, when = certificates.holder(standing.certificate), standing.time or exam.around.moment
    words = {"subject": subject, "day": f"{when:%d/%m/%Y}"}
    said = exam.best if exam.best_source == "timestamp" else exam.claimed
    if standing.key_compromised and exam.best_source != "timestamp":
        exam.doubts.append(("REVOKED_NO_POE", note("revoked-unproven", **words)))
    elif said and said >= when:
        exam.faults.append(("REVOKED", note("revoked-before", **words)))
    elif exam.best_source == "timestamp":
        exam.warnings.append(note("revoked-after", **words))
    else:
        exam.doubts.append(("REVOKED_NO_POE", note("revoked-unproven", **words)))
        exam.missing.append(note("get-timestamp"))


def _unknown(exam: Examination, certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> None:
    subject, issuer = certificates.holder(certificate), certificates.issuer_label(certificate)
    want = _want(certificate, chain)
    exam.wants.append(want)
    addresses = ", ".join((*want.ocsp_urls, *want.urls))
    exam.doubts.append(("TRY_LATER", note("revocation-unknown", subject=subject)))
    exam.missing.append(
        note(
            "get-revocation",
            issuer=issuer,
            address=f", lấy tại {addresses}" if addresses else "",
            address_en=f", to be had from {addresses}" if addresses else "",
        )
    )


def _want(certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> Want:
    lists, responders = revocation.pointers(certificate)
    above = chain[list(chain).index(certificate) + 1]
    return Want("revocation", lists, responders, revocation.question(certificate, above))


def _level(exam: Examination) -> str:
    if exam.is_timestamp:
        return "DocTimeStamp"
    stamped = bool(exam.timestamps)
    if exam.subfilter != "/ETSI.CAdES.detached":
        return "PKCS7-T" if stamped else "PKCS7-B"
    if not stamped:
        return "B-B"
    if not exam.around.has_store:
        return "B-T"
    archived = any(o.sig_object_type == "/DocTimeStamp" for o in exam.around.others)
    return "B-LTA" if archived else "B-LT"
