"""What revocation lists and OCSP responses say of a certificate, once they are checked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from asn1crypto import keys, x509
from asn1crypto.core import GeneralizedTime
from cryptography import x509 as pyca
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.report import RevocationStatus, Want

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
ISSUER_KEYS = (rsa.RSAPublicKey, ec.EllipticCurvePublicKey)


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
    algorithm of its signature. `revoked`: since when, with the reason where one is given."""

    source: Literal["crl", "ocsp"]
    written: datetime
    until: datetime
    der: bytes
    digest: str
    revoked: datetime | None = None
    reason: pyca.ReasonFlags | None = None
    speaks_of_expired_since: datetime | None = None

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
        unless it says that it keeps them (ExpiredCertsOnCRL, OCSP archive cutoff)."""
        kept = self.speaks_of_expired_since
        ends: datetime = certificate.not_valid_after
        return self.written <= ends or (kept is not None and kept <= ends)


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
    subject = pyca.load_der_x509_certificate(certificate.dump())
    authority = pyca.load_der_x509_certificate(issuer.dump())
    return [
        *_ocsp_answers(subject, authority, evidence.ocsps),
        *_crl_answers(subject, authority, evidence.crls),
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
    subject = pyca.load_der_x509_certificate(certificate.dump())
    authority = pyca.load_der_x509_certificate(issuer.dump())
    builder = ocsp.OCSPRequestBuilder().add_certificate(subject, authority, hashes.SHA1())  # noqa: S303
    return builder.build().public_bytes(DER)


def declares(certificate: x509.Certificate) -> bool:
    """Does the issuer promise to tell, anywhere, whether this certificate is revoked?"""
    return bool(
        certificate.crl_distribution_points_value or certificate.ocsp_urls or certificate.freshest_crl_value
    )


def _crl_answers(
    subject: pyca.Certificate, issuer: pyca.Certificate, crls: Iterable[bytes]
) -> Iterator[Answer]:
    key = issuer.public_key()
    if not isinstance(key, ISSUER_KEYS) or not _may_sign_lists(issuer):
        return
    for der in crls:
        try:
            revocations = pyca.load_der_x509_crl(der)
            if revocations.issuer != subject.issuer or not revocations.is_signature_valid(key):
                continue
            answer = _said_by(revocations, subject, der)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            continue
        if answer is not None:
            yield answer


def _said_by(
    revocations: pyca.CertificateRevocationList, subject: pyca.Certificate, der: bytes
) -> Answer | None:
    """What a list says of a certificate. One that is partial (delta, some reasons, other certificates) says
    something of those that it names only; an indirect one, whose entries are of other issuers, nothing."""
    scope = _scope(revocations, subject)
    entry = revocations.get_revoked_certificate_by_serial_number(subject.serial_number)
    if scope == "none" or (scope == "named" and entry is None):
        return None
    written = revocations.last_update_utc
    chosen = revocations.signature_hash_algorithm
    found = Answer(
        source="crl",
        written=written,
        until=revocations.next_update_utc or written + FRESH_WITHOUT_END,
        der=der,
        digest=chosen.name if chosen else "",
        speaks_of_expired_since=_expired_since(revocations),
    )
    if entry is None:
        return found
    reason = _reason(entry)
    if reason == pyca.ReasonFlags.remove_from_crl:
        return None
    return replace(found, revoked=entry.revocation_date_utc, reason=reason)


def _scope(
    revocations: pyca.CertificateRevocationList, subject: pyca.Certificate
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


def _of_kind(point: pyca.IssuingDistributionPoint, subject: pyca.Certificate) -> bool:
    authority = _is_authority(subject)
    return not (point.only_contains_ca_certs and not authority) and not (
        point.only_contains_user_certs and authority
    )


def _at_point(point: pyca.IssuingDistributionPoint, subject: pyca.Certificate) -> bool:
    """One list of several names its place, and the certificate must name the same (RFC 5280, 6.3.3)."""
    if point.relative_name is not None:
        return False
    if point.full_name is None:
        return True
    try:
        named = subject.extensions.get_extension_for_class(pyca.CRLDistributionPoints).value
    except pyca.ExtensionNotFound:
        return False
    return any(set(place.full_name or ()) & set(point.full_name) for place in named)


def _may_sign_lists(issuer: pyca.Certificate) -> bool:
    try:
        return issuer.extensions.get_extension_for_class(pyca.KeyUsage).value.crl_sign
    except pyca.ExtensionNotFound:
        return True


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


def _is_authority(certificate: pyca.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(pyca.BasicConstraints).value.ca
    except pyca.ExtensionNotFound:
        return False


def _reason(entry: pyca.RevokedCertificate) -> pyca.ReasonFlags | None:
    try:
        return entry.extensions.get_extension_for_class(pyca.CRLReason).value.reason
    except pyca.ExtensionNotFound:
        return None


def _ocsp_answers(
    subject: pyca.Certificate, issuer: pyca.Certificate, responses: Iterable[bytes]
) -> Iterator[Answer]:
    for der in responses:
        try:
            response = ocsp.load_der_ocsp_response(der)
            if response.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
                continue
            if response.serial_number != subject.serial_number or not _speaks_for(response, issuer):
                continue
            if response.certificate_status == ocsp.OCSPCertStatus.UNKNOWN:
                continue
            yield _answered(response, der)
        except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature):
            continue


def _answered(response: ocsp.OCSPResponse, der: bytes) -> Answer:
    written, chosen = response.this_update_utc, response.signature_hash_algorithm
    revoked = response.certificate_status == ocsp.OCSPCertStatus.REVOKED
    return Answer(
        source="ocsp",
        written=written,
        until=response.next_update_utc or written + FRESH_WITHOUT_END,
        der=der,
        digest=chosen.name if chosen else "",
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


def _speaks_for(response: ocsp.OCSPResponse, issuer: pyca.Certificate) -> bool:
    """Signed by the issuer, or by a responder that the issuer certified for it (RFC 6960, 4.2.2.2)."""
    name, key = issuer.subject.public_bytes(), _key_bits(issuer)
    if _hash(name, response) != response.issuer_name_hash or _hash(key, response) != response.issuer_key_hash:
        return False
    for responder in [issuer, *response.certificates]:
        if responder != issuer and not _delegated(responder, issuer, response.this_update_utc):
            continue
        if _signed_by(response, responder):
            return True
    return False


def _key_bits(certificate: pyca.Certificate) -> bytes:
    """The public key without its wrapping, as OCSP hashes it."""
    info = keys.PublicKeyInfo.load(
        certificate.public_key().public_bytes(DER, PublicFormat.SubjectPublicKeyInfo)
    )
    return bytes(info["public_key"].contents[1:])


def _hash(data: bytes, response: ocsp.OCSPResponse) -> bytes:
    digest = hashes.Hash(response.hash_algorithm)
    digest.update(data)
    return digest.finalize()


def _delegated(responder: pyca.Certificate, issuer: pyca.Certificate, moment: datetime) -> bool:
    """Certified by the issuer itself for this use, and in force when it answered (RFC 6960, 4.2.2.2)."""
    if not responder.not_valid_before_utc <= moment <= responder.not_valid_after_utc:
        return False
    try:
        responder.verify_directly_issued_by(issuer)
        granted = responder.extensions.get_extension_for_class(pyca.ExtendedKeyUsage).value
    except (ValueError, TypeError, InvalidSignature, pyca.ExtensionNotFound):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in granted


def _signed_by(response: ocsp.OCSPResponse, responder: pyca.Certificate) -> bool:
    key, chosen = responder.public_key(), response.signature_hash_algorithm
    try:
        if isinstance(key, rsa.RSAPublicKey) and chosen is not None:
            key.verify(response.signature, response.tbs_response_bytes, padding.PKCS1v15(), chosen)
        elif isinstance(key, ec.EllipticCurvePublicKey) and chosen is not None:
            key.verify(response.signature, response.tbs_response_bytes, ec.ECDSA(chosen))
        else:
            return False
    except InvalidSignature:
        return False
    return True
