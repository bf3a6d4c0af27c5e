"""The examination of one signature: what is known so far, and the steps that learn more.

The order of the steps is the recipe in validation.py. A step that finds a fault records it and goes on, so
that the report says everything; only what a later step cannot do without stops the examination.
"""

import hashlib
import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from asn1crypto import cms, x509
from pyhanko.pdf_utils.generic import Reference
from pyhanko.sign.general import (
    MultivaluedAttributeError,
    NonexistentAttributeError,
    find_unique_cms_attribute,
)
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing import policies
from signing.cms import bare_values, signed_data
from signing.cms.signature_values import Uncheckable, digest_name, hash_of
from signing.comparison import changes
from signing.evidence import stored_evidence, timestamps
from signing.pdf import encrypted_room
from signing.pdf.parsing import PARSE_ERRORS
from signing.pdf.signature_fields import covered_end
from signing.pdf.signed_bytes import (
    Digests,
    SignedRange,
    gap,
    holds_another,
    missing,
    only_padded,
    parse_range,
)
from signing.pki import certificates
from signing.pki.revocation import declares
from signing.pki.revocation_sources import Evidence
from signing.reports.notes import note
from signing.reports.plain_text import shown
from signing.reports.report import (
    CertificateStanding,
    Coverage,
    Indication,
    Note,
    Outcome,
    SignatureReport,
    Step,
    Timestamp,
)
from signing.steps import commitments
from signing.steps.certificate_case import CertificateCase, Stop, Surroundings

SUPPORTED = {
    "/adbe.pkcs7.detached",
    "/adbe.pkcs7.sha1",
    "/adbe.x509.rsa_sha1",
    "/ETSI.CAdES.detached",
    "/ETSI.RFC3161",
}
WITHIN = "/adbe.pkcs7.sha1"  # a signature over the SHA-1 of the covered bytes (ISO 32000-1, 12.8.3.3)


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof of existence: the first `end` bytes of the file existed at `time`. They are the version whose
    last update is `revision`."""

    end: int
    revision: int
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances(Surroundings):
    """What all signatures of a document share. `proofs`: what the document timestamps prove that stand;
    `open_stamps`: how far the other ones cover the file (bytes)."""

    data: mmap.mmap | bytes
    others: Sequence[EmbeddedPdfSignature]
    history: changes.History
    digests: Digests
    known: signed_data.Known
    descriptions: certificates.Descriptions = field(default_factory=certificates.Descriptions)
    #: In the document or known here: for signatures that bring none.
    elsewhere: Sequence[x509.Certificate] = ()
    foreign_tail: bool = False
    pages_agreed: bool = True  # by all nodes of the page tree
    proofs: Sequence[Proof] = ()
    open_stamps: Sequence[int] = ()


@dataclass(slots=True, kw_only=True)
class Examination(CertificateCase):
    """One signature and what the steps found out about it."""

    name: str
    embedded: EmbeddedPdfSignature
    around: Circumstances
    shaped: bool = False  # the range leaves out the value of this signature and nothing else
    intact: bool = False
    coverage: Coverage = "partial"
    timestamps: list[Timestamp] = field(default_factory=list)
    stamped_by: list[datetime] = field(default_factory=list)  # as those prove that are trusted
    after: changes.Changes = field(default_factory=changes.Changes)
    stopped: bool = False

    @property
    def signer_info(self) -> cms.SignerInfo:
        return self.embedded.signer_info

    @property
    def is_timestamp(self) -> bool:
        return bool(self.embedded.sig_object_type == "/DocTimeStamp")

    @property
    def further_digests(self) -> Sequence[str]:
        if self.subfilter == WITHIN:
            return ("sha1",)
        return timestamps.digests(self.embedded.signed_data)[:1] if self.is_timestamp else ()

    @property
    def evidence(self) -> Evidence:
        """The evidence at hand; what came inside this signature existed when the signature did."""
        evidence = self.around.evidence
        if not self.proven:
            return evidence
        inside = dict.fromkeys(stored_evidence.inside(self.embedded).all, self.signed_at)
        return replace(evidence, existed={**inside, **evidence.existed})

    @property
    def covered(self) -> SignedRange | None:
        """The signed range, where it is of the one shape that we allow."""
        return parse_range([int(v) for v in self.embedded.byte_range], len(self.around.data))

    def digest(self, algorithm: str) -> bytes:
        """The digest of the bytes that the signature covers."""
        if (covered := self.covered) is not None:
            return self.around.digests.covered(algorithm, covered)
        return bytes(self.embedded.compute_digest(algorithm))

    @property
    def subfilter(self) -> str | None:
        value = self.embedded.sig_object.get("/SubFilter")
        return str(value) if isinstance(value, str) and value.strip("/") else None

    @property
    def proofs(self) -> list[Proof]:
        """Those of document timestamps that cover all of this signature. By bytes: an object in an object
        stream seems to be of an earlier revision than the stream that now holds it."""
        covered = self.covered
        return [p for p in self.around.proofs if covered is not None and p.end >= covered.end]

    @property
    def archived_at(self) -> datetime | None:
        """The earliest time that a later document timestamp proves for all of this signature."""
        return min((p.time for p in self.proofs), default=None)


def check_format(exam: Examination) -> None:
    """A kind that we know, and one that covers a document from its first byte but for its own value."""
    if exam.subfilter not in SUPPORTED:
        exam.doubts.append(
            ("SIG_CONSTRAINTS_FAILURE", note("subfilter", subfilter=shown(exam.subfilter or "–")))
        )
    covered = exam.covered
    if covered is None:
        lost = missing(list(exam.embedded.byte_range), len(exam.around.data))
        why = note("cut-short", count=lost) if lost else note("byte-range")
        exam.faults.append(("FORMAT_FAILURE", why))
        return
    value = gap(exam.around.data, covered)
    if value is None or value != exam.embedded.pkcs7_content:
        exam.faults.append(("FORMAT_FAILURE", note("contents-elsewhere")))
    elif holds_another(value):
        exam.faults.append(("FORMAT_FAILURE", note("gap-filled")))
    else:
        exam.shaped = True
        if not only_padded(value) and not encrypted_room.only_zeros(exam.embedded.sig_object, value):
            exam.doubts.append(("GENERIC", note("gap-not-empty")))
    _check_entries(exam, covered)
    if not exam.around.pages_agreed:
        exam.doubts.append(("GENERIC", note("pages-uncertain")))


def _check_entries(exam: Examination, covered: SignedRange) -> None:
    """Has what was signed, or the signature itself, entries with two values?"""
    signed, later = exam.around.history.given_twice(exam.embedded.signed_revision, covered.end)
    places = (node.container_ref for node in (exam.embedded.sig_field, exam.embedded.sig_object))
    own = {(place.idnum, place.generation) for place in places if isinstance(place, Reference)}
    if of_its_own := [one for one in (*signed, *later) if one.of in own]:
        exam.faults.append(("FORMAT_FAILURE", changes.entry_twice(of_its_own)))
    elif signed:
        exam.doubts.append(("GENERIC", changes.entry_twice(signed)))


def check_coverage(exam: Examination) -> None:
    """Does the signature cover the whole file, or at least the whole version that was signed?"""
    covered = exam.covered
    if exam.faults or covered is None:
        exam.say("not-checked", "step-needs-earlier")
    elif not exam.around.history.ends_with(exam.embedded.signed_revision, covered.end):
        exam.faults.append(("FORMAT_FAILURE", note("not-covered")))
    else:
        exam.coverage = "whole" if covered.end == len(exam.around.data) else "revision"


def identify_certificate(exam: Examination) -> None:
    """The certificate that the signature names (EN 319 102-1, 5.2.3)."""
    try:
        exam.certs = signed_data.certificates_of(
            exam.embedded.signed_data, exam.around.known, exam.around.elsewhere
        )
    except SignatureValidationError as error:
        mismatch = isinstance(error, signed_data.CertificateMismatch)
        code = "certificate-mismatch" if mismatch else "no-signing-certificate"
        exam.doubts.append(("NO_SIGNING_CERTIFICATE_FOUND", note(code)))
        raise Stop from error
    if exam.subfilter == "/ETSI.CAdES.detached" and not _names_certificate(exam.embedded.signer_info):
        exam.doubts.append(("SIG_CONSTRAINTS_FAILURE", note("signing-certificate-attribute")))
    if signed_data.names_issuer_wrongly(exam.embedded.signer_info, exam.certs.signer_cert):
        exam.warnings.append(note("issuer-named-otherwise"))
    if not exam.is_timestamp:
        exam.warnings += commitments.notes(exam.embedded.signer_info)


def check_cryptography(exam: Examination) -> None:
    """The digest of the covered bytes, then the signature value (EN 319 102-1, 5.2.7)."""
    try:
        digest_right, value_right = _integrity(exam)
    except Uncheckable as error:
        exam.doubts.append(("GENERIC", note("algorithm-unknown", algorithm=error.algorithm)))
        return
    except SignatureValidationError:
        exam.doubts.append(("GENERIC", note("cms-contradicts")))
        return
    exam.intact = digest_right and value_right and exam.shaped
    # what an unknown kind commits to may be something else than what was compared
    wrong = exam.faults if exam.subfilter in SUPPORTED else exam.doubts
    if not digest_right:
        wrong.append(("HASH_FAILURE", note("hash-failure")))
    elif not value_right:
        wrong.append(("SIG_CRYPTO_FAILURE", note("signature-failure")))


def _integrity(exam: Examination) -> tuple[bool, bool]:
    """Raises Uncheckable, and SignatureValidationError where the value contradicts itself."""
    embedded = exam.embedded
    if not signed_data.has_attributes(embedded.signer_info) and exam.around.data[:1] == signed_data.SET:
        # what somebody once signed as attributes must not pass for a document of his
        raise SignatureValidationError("the document may be the attributes of another signature")
    if exam.is_timestamp:
        return timestamps.integrity(embedded.signed_data, exam.digest, exam.certificate)
    algorithm = digest_name(embedded.signer_info["digest_algorithm"])
    content = signed_data.held(embedded.signed_data)
    if exam.subfilter == WITHIN:
        if content is None:
            raise SignatureValidationError("it holds no digest")
        digest, speaks = hash_of(algorithm, content), content == exam.digest("sha1")
    else:
        digest, speaks = exam.digest(algorithm), True
    digest_right, value_right = signed_data.integrity(embedded.signer_info, exam.certificate, "data", digest)
    if digest_right and content is not None and hash_of(algorithm, content) != digest:
        # by RFC 5652, 5.4, what it holds is what is signed; ISO 32000-2, 12.8.3.3, wants nothing there
        raise SignatureValidationError("it holds something else than it signs")
    return speaks and digest_right, value_right


def check_changes(exam: Examination) -> None:
    """What was added after the signed version (changes.py)."""
    if exam.around.foreign_tail:
        exam.after = changes.Changes(forbidden=(note("bytes-after-end"),))
        exam.faults.append(("FORMAT_FAILURE", note("bytes-after-end")))
        return
    covered = exam.covered
    if exam.coverage == "partial" or covered is None:
        exam.say("not-checked", "step-needs-earlier")
        return
    if exam.coverage == "whole":
        exam.say("passed", "nothing-after")
        return
    exam.after = exam.around.history.after(exam.embedded, covered)
    exam.warnings += exam.after.warnings
    for change in exam.after.forbidden:
        exam.faults.append(("FORMAT_FAILURE", change))
    told = {doubt.code for _, doubt in exam.doubts}
    exam.doubts += [("GENERIC", doubt) for doubt in exam.after.doubts if doubt.code not in told]


def conclude(exam: Examination, steps: Sequence[Step]) -> SignatureReport:
    """The verdict: faults first, then doubts: the first is the reason, the others are warnings."""
    found = exam.faults + exam.doubts
    indication: Indication = (
        "TOTAL-FAILED" if exam.faults else "INDETERMINATE" if exam.doubts else "TOTAL-PASSED"
    )
    certificate = exam.certs.signer_cert if exam.certs else None
    path = exam.path
    anchor = path.anchor if path else None
    describe = exam.around.descriptions.of
    return SignatureReport(
        field=exam.name,
        indication=indication,
        sub_indication=found[0][0] if found else None,
        level=_level(exam),
        subfilter=exam.subfilter.lstrip("/") if exam.subfilter else None,
        intact=exam.intact,
        coverage=exam.coverage,
        signed_length=exam.covered.end if exam.coverage != "partial" and exam.covered else None,
        signer=certificates.holder(certificate) if certificate else None,
        organisation=certificates.organisation(certificate) if certificate else None,
        claimed_time=exam.claimed,
        best_time=exam.best,
        best_time_source=exam.best_source,
        changes_after=exam.after.forbidden + exam.after.allowed,
        compared=exam.after.compared,
        algorithm=exam.algorithm,
        certificate=describe(certificate) if certificate else None,
        chain=tuple(map(describe, path.chain)) if path else (),
        trust_anchor=certificates.name_text(anchor.subject) if anchor else None,
        root=root.to_json() if (root := policies.root_of(anchor)) else None,
        policy=exam.policy.to_json(),
        revocation=exam.revocation,
        revocations=tuple(_standings(exam)),
        signature_value=exam.embedded.signer_info["signature"].native,
        cms_sha256=hashlib.sha256(exam.embedded.pkcs7_content).hexdigest(),
        timestamps=tuple(exam.timestamps),
        warnings=tuple([n for _, n in found[1:]] + exam.warnings),
        reason=found[0][1] if found else None,
        missing=tuple(exam.missing),
        wants=tuple(exam.wants),
        steps=(*steps, verdict_step(indication, found[0][1] if found else None)),
    )


def _standings(exam: Examination) -> Iterator[CertificateStanding]:
    for standing in exam.slid.standings if exam.slid else ():
        answer = standing.answer
        yield CertificateStanding(
            standing.certificate.sha256.hex(),
            standing.status,
            standing.source,
            standing.time,
            hashlib.sha256(answer.der).hexdigest() if answer else None,
            answer.reason.value if answer and answer.reason else None,
        )


def verdict_step(indication: Indication, reason: Note | None) -> Step:
    """The last step of the list."""
    outcomes: dict[Indication, Outcome] = {
        "TOTAL-PASSED": "passed",
        "TOTAL-FAILED": "failed",
        "INDETERMINATE": "undetermined",
    }
    return Step(12, "verdict", outcomes[indication], reason)


def _names_certificate(signer_info: cms.SignerInfo) -> bool:
    for attribute in ("signing_certificate", "signing_certificate_v2"):
        try:
            find_unique_cms_attribute(signer_info["signed_attrs"], attribute)
        except (NonexistentAttributeError, MultivaluedAttributeError):
            continue
        return True
    return False


def _level(exam: Examination) -> str:
    if exam.is_timestamp:
        return "DocTimeStamp"
    if exam.subfilter == bare_values.SUBFILTER:
        return "PKCS1"
    later = _later_stamps(exam)
    stamped = bool(exam.timestamps or later)
    if exam.subfilter != "/ETSI.CAdES.detached":
        return "PKCS7-T" if stamped else "PKCS7-B"
    if not stamped:
        return "B-B"
    if not _stores_standing(exam):
        return "B-T"
    return "B-LTA" if any(_stores(exam, stamp) for stamp in later) else "B-LT"


def _stores_standing(exam: Examination) -> bool:
    """Does the document store what tells of the signer's certificate, unless nothing tells of it at all?"""
    stored, certificate = exam.around.stored, exam.certs.signer_cert if exam.certs else None
    if not stored.has_store or certificate is None:
        return False
    return not declares(certificate) or stored.speaks_of(certificate)


def _later_stamps(exam: Examination) -> list[EmbeddedPdfSignature]:
    """The document timestamps that cover all of this signature."""
    size, covered = len(exam.around.data), exam.covered
    stamps = [one for one in exam.around.others if one.sig_object_type == "/DocTimeStamp"]
    return [one for one in stamps if covered is not None and covered.end < covered_end(one, size)]


def _stores(exam: Examination, stamp: EmbeddedPdfSignature) -> bool:
    """Does the timestamp cover validation data too (EN 319 142-1, 6.3)?"""
    try:
        return "/DSS" in exam.around.history.reader.get_historical_root(stamp.signed_revision)
    except PARSE_ERRORS:
        return False
