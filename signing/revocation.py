"""What revocation lists and OCSP responses say of a certificate, once they are checked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from asn1crypto import algos, x509
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto.core import GeneralizedTime
from cryptography import x509 as pyca
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from signing.certificates import issued
from signing.report import RevocationStatus, Want
from signing.signature_values import Message, Uncheckable, certificate_digest, hash_of, is_right

FRESH_WITHOUT_END = timedelta(days=1)  # an answer that does not say until when it holds
DER = Encoding.DER
HARMLESS_FOR_TOKENS = (
    pyca.ReasonFlags.unspecified,
    pyca.ReasonFlags.affiliation_changed,
    pyca.ReasonFlags.superseded,
    pyca.ReasonFlags.cessation_of_operation,
)
EXPIRED_CERTS_ON_CRL = pyca.ObjectIdentifier("2.5.29.60")
ARCHIVE_CUTOFF = pyca.ObjectIdentifier("1.3.6.1.5.5.7.48.1.6")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Revocation lists and OCSP responses in DER, from wherever: nothing in them is believed unchecked.
    `existed`: when each is proven to have existed already, where a timestamp proves it."""

    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    existed: Mapping[bytes, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one source says of one certificate; its signature, its author and its scope were checked.

    `written` and `until` bound the time for which it speaks, `der` is the source itself, `digest` the digest
    algorithm of its signature, None where that hashes within. `revoked`: since when, with the reason
    where one is given. `responder`: who wrote it, where it was not the issuer."""

    source: Literal["crl", "ocsp"]
    written: datetime
    until: datetime
    der: bytes
    digest: str | None
    revoked: datetime | None = None
    reason: pyca.ReasonFlags | None = None
    speaks_of_expired_since: datetime | None = None
    responder: x509.Certificate | None = None

    @property
    def compromised(self) -> bool:
        """A key that was compromised may have been so before anybody noticed."""
        return self.reason in (pyca.ReasonFlags.key_compromise, pyca.ReasonFlags.ca_compromise)

    @property
    def on_hold(self) -> bool:
        """Suspended, which may be taken back."""
        return self.reason == pyca.ReasonFlags.certificate_hold

    def spares(self, stamped: datetime) -> bool:
        """Do timestamps given before the revocation stay good? Only for these causes (RFC 3161, 4)."""
        return self.revoked is not None and stamped < self.revoked and self.reason in HARMLESS_FOR_TOKENS

    def speaks_of(self, certificate: x509.Certificate) -> bool:
        """Lists forget certificates that have expired: what was written later says nothing of this one,
        unless it says that it keeps them (ExpiredCertsOnCRL, OCSP archive cutoff). Nor does what was written
        before there was this one, however long it is in force."""
        kept = self.speaks_of_expired_since
        ends: datetime = certificate.not_valid_after
        in_time = self.written <= ends or (kept is not None and kept <= ends)
        return in_time and bool(certificate.not_valid_before <= self.written)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one certificate. `time`: when it was revoked, or when the source was written."""

    certificate: x509.Certificate
    status: RevocationStatus
    answer: Answer | None = None

    @property
    def source(self) -> str | None:
        return self.answer.source if self.answer else None

    @property
    def time(self) -> datetime | None:
        return (self.answer.revoked or self.answer.written) if self.answer else None


def answers(certificate: x509.Certificate, issuer: x509.Certificate, evidence: Evidence) -> list[Answer]:
    """All that the evidence says of a certificate and may say."""
    return [
        *_ocsp_answers(certificate, issuer, evidence.ocsps),
        *_crl_answers(certificate, issuer, evidence.crls),
    ]


def pointers(certificate: x509.Certificate) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Where the issuer says that the standing can be asked: revocation lists, and OCSP responders."""
    lists = [point.url for point in certificate.crl_distribution_points if point.url]
    return tuple(str(url) for url in lists), tuple(str(url) for url in certificate.ocsp_urls)


def issuer_urls(certificate: x509.Certificate) -> tuple[str, ...]:
    """Where the certificate says that its issuer's certificate can be had."""
    access = certificate.authority_information_access_value
    if access is None:
        return ()
    found = [a["access_location"] for a in access if a["access_method"].native == "ca_issuers"]
    return tuple(str(a.native) for a in found if a.name == "uniform_resource_identifier")


def want(certificate: x509.Certificate, issuer: x509.Certificate) -> Want:
    """What would tell the standing of a certificate."""
    lists, responders = pointers(certificate)
    return Want("revocation", lists, responders, question(certificate, issuer))


def question(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """The OCSP request for a certificate. SHA-1 only names the issuer here, and every responder knows it."""
    named = {
        "hash_algorithm": {"algorithm": "sha1"},
        "issuer_name_hash": hash_of("sha1", issuer.subject.dump()),
        "issuer_key_hash": hash_of("sha1", _key_bits(issuer)),
        "serial_number": certificate.serial_number,
    }
    request = asn1_ocsp.OCSPRequest({"tbs_request": {"request_list": [{"req_cert": named}]}})
    return bytes(request.dump())


def declares(certificate: x509.Certificate) -> bool:
    """Does the issuer promise to tell, anywhere, whether this certificate is revoked?"""
    return bool(
        certificate.crl_distribution_points_value or certificate.ocsp_urls or certificate.freshest_crl_value
    )


def _crl_answers(
    subject: x509.Certificate, issuer: x509.Certificate, crls: Iterable[bytes]
) -> Iterator[Answer]:
    if not _may_sign_lists(issuer):
        return
    for der in crls:
        try:
            listed = asn1_crl.CertificateList.load(der)
            if not _same_name(listed["tbs_cert_list"]["issuer"], issuer.subject):
                continue
            revocations = pyca.load_der_x509_crl(der)
            made = listed["signature_algorithm"]
            if not _right(issuer, made, revocations.signature, revocations.tbs_certlist_bytes):
                continue
            answer = _said_by(revocations, subject, der, certificate_digest(made))
        except (ValueError, TypeError, UnsupportedAlgorithm, Uncheckable):
            continue
        if answer is not None:
            yield answer


def _same_name(one: x509.Name, other: x509.Name) -> bool:
    return _agree(one.dump(), other.dump())


@lru_cache(1000)
def _agree(one: bytes, other: bytes) -> bool:
    """Whether two names are the same. The rules for names are slow, and each signature asks again."""
    return one == other or bool(x509.Name.load(one) == x509.Name.load(other))


def _right(
    author: x509.Certificate, algorithm: algos.SignedDigestAlgorithm, value: bytes, message: bytes
) -> bool:
    """Is this the author's signature? Raises Uncheckable."""
    return is_right(author.public_key, algorithm, value, Message(message), "")


def _said_by(
    revocations: pyca.CertificateRevocationList, subject: x509.Certificate, der: bytes, digest: str | None
) -> Answer | None:
    """What a list says of a certificate. One that is partial (delta, some reasons, other certificates) says
    something of those that it names only; an indirect one, whose entries are of other issuers, nothing."""
    scope = _scope(revocations, subject)
    entry = revocations.get_revoked_certificate_by_serial_number(subject.serial_number)
    if scope == "none" or (scope == "named" and entry is None):
        return None
    written = revocations.last_update_utc
    found = Answer(
        source="crl",
        written=written,
        until=revocations.next_update_utc or written + FRESH_WITHOUT_END,
        der=der,
        digest=digest,
        speaks_of_expired_since=_expired_since(revocations),
    )
    if entry is None:
        return found
    reason = _reason(entry)
    if reason == pyca.ReasonFlags.remove_from_crl:
        return None
    return replace(found, revoked=entry.revocation_date_utc, reason=reason)


def _scope(
    revocations: pyca.CertificateRevocationList, subject: x509.Certificate
) -> Literal["all", "named", "none"]:
    """Does the list speak of all certificates like this one, of those alone that it names, or of none?"""
    scope: Literal["all", "named", "none"] = "all"
    for extension in revocations.extensions:
        value = extension.value
        if isinstance(value, pyca.DeltaCRLIndicator):
            scope = "named"
        elif isinstance(value, pyca.IssuingDistributionPoint):
            if value.indirect_crl or value.only_contains_attribute_certs:
                return "none"
            if value.only_some_reasons or not _of_kind(value, subject) or not _at_point(value, subject):
                scope = "named"
        elif extension.critical:
            return "none"
    return scope


def _of_kind(point: pyca.IssuingDistributionPoint, subject: x509.Certificate) -> bool:
    authority = bool(subject.ca)
    return not (point.only_contains_ca_certs and not authority) and not (
        point.only_contains_user_certs and authority
    )


def _at_point(point: pyca.IssuingDistributionPoint, subject: x509.Certificate) -> bool:
    """One list of several names its place, and the certificate must name the same (RFC 5280, 6.3.3): to the
    byte, as asn1crypto would write addresses otherwise than they stand."""
    if point.relative_name is not None:
        return False
    if point.full_name is None:
        return True
    written = asn1_crl.IssuingDistributionPoint.load(point.public_bytes())
    named = {place.dump() for one in subject.crl_distribution_points_value or () for place in _places(one)}
    return any(place.dump() in named for place in _places(written))


def _places(point: x509.DistributionPoint | asn1_crl.IssuingDistributionPoint) -> x509.GeneralNames:
    named = point["distribution_point"]
    return named.chosen if named and named.name == "full_name" else ()


def _may_sign_lists(issuer: x509.Certificate) -> bool:
    usage = issuer.key_usage_value
    return usage is None or "crl_sign" in usage.native


def _expired_since(revocations: pyca.CertificateRevocationList) -> datetime | None:
    """The extension ExpiredCertsOnCRL (X.509, 9.5.2.8): the list keeps those that expired since then."""
    try:
        found = revocations.extensions.get_extension_for_oid(EXPIRED_CERTS_ON_CRL).value
    except pyca.ExtensionNotFound:
        return None
    if not isinstance(found, pyca.UnrecognizedExtension):
        return None
    moment: datetime = GeneralizedTime.load(found.value, strict=True).native
    return moment


def _reason(entry: pyca.RevokedCertificate) -> pyca.ReasonFlags | None:
    try:
        return entry.extensions.get_extension_for_class(pyca.CRLReason).value.reason
    except pyca.ExtensionNotFound:
        return None


def _ocsp_answers(
    subject: x509.Certificate, issuer: x509.Certificate, responses: Iterable[bytes]
) -> Iterator[Answer]:
    for der in responses:
        try:
            response = ocsp.load_der_ocsp_response(der)
            if response.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
                continue
            made = _answer_algorithm(der)
            author = _author(response, issuer, made)
            if response.serial_number != subject.serial_number or author is None:
                continue
            if response.certificate_status == ocsp.OCSPCertStatus.UNKNOWN:
                continue
            answer = _answered(response, der, certificate_digest(made))
            yield answer if author is issuer else replace(answer, responder=author)
        except (ValueError, TypeError, KeyError, UnsupportedAlgorithm, Uncheckable):
            continue


def _answer_algorithm(der: bytes) -> algos.SignedDigestAlgorithm:
    return asn1_ocsp.OCSPResponse.load(der)["response_bytes"]["response"].parsed["signature_algorithm"]


def _answered(response: ocsp.OCSPResponse, der: bytes, digest: str | None) -> Answer:
    written = response.this_update_utc
    revoked = response.certificate_status == ocsp.OCSPCertStatus.REVOKED
    return Answer(
        source="ocsp",
        written=written,
        until=response.next_update_utc or written + FRESH_WITHOUT_END,
        der=der,
        digest=digest,
        revoked=(response.revocation_time_utc or written) if revoked else None,
        reason=response.revocation_reason if revoked else None,
        speaks_of_expired_since=_archive_cutoff(response),
    )


def _archive_cutoff(response: ocsp.OCSPResponse) -> datetime | None:
    """The responder keeps what expired since then (RFC 6960, 4.4.4)."""
    for extension in response.single_extensions:
        if extension.oid == ARCHIVE_CUTOFF and isinstance(extension.value, pyca.UnrecognizedExtension):
            moment: datetime = GeneralizedTime.load(extension.value.value, strict=True).native
            return moment
    return None


def _author(
    response: ocsp.OCSPResponse, issuer: x509.Certificate, made: algos.SignedDigestAlgorithm
) -> x509.Certificate | None:
    """Who signed it: the issuer, or a responder that the issuer certified for it (RFC 6960, 4.2.2.2)."""
    hashed = response.hash_algorithm.name.replace("-", "_")
    if hash_of(hashed, issuer.subject.dump()) != response.issuer_name_hash:
        return None
    if hash_of(hashed, _key_bits(issuer)) != response.issuer_key_hash:
        return None
    carried = [x509.Certificate.load(one.public_bytes(DER)) for one in response.certificates]
    for responder in [issuer, *carried]:
        if responder is not issuer and not _delegated(responder, issuer, response.this_update_utc):
            continue
        if _signed_by(response, responder, made):
            return responder
    return None


def _key_bits(certificate: x509.Certificate) -> bytes:
    """The public key without its wrapping, as OCSP hashes it."""
    return bytes(certificate.public_key["public_key"].contents[1:])


def _delegated(responder: x509.Certificate, issuer: x509.Certificate, moment: datetime) -> bool:
    """Certified by the issuer itself for this use, and in force when it answered (RFC 6960, 4.2.2.2)."""
    if not responder.not_valid_before <= moment <= responder.not_valid_after:
        return False
    granted = responder.extended_key_usage_value
    if granted is None or "ocsp_signing" not in granted.native:
        return False
    return _same_name(responder.issuer, issuer.subject) and issued(issuer, responder)


def _signed_by(
    response: ocsp.OCSPResponse, responder: x509.Certificate, made: algos.SignedDigestAlgorithm
) -> bool:
    try:
        return _right(responder, made, response.signature, response.tbs_response_bytes)
    except Uncheckable:
        return False
