"""Was a certificate revoked? Judged from revocation lists and OCSP responses that are at hand and checked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from asn1crypto import keys, x509
from cryptography import x509 as pyca
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.report import RevocationStatus

FRESH_WITHOUT_END = timedelta(days=1)  # an answer that does not say until when it holds
DER = Encoding.DER
ISSUER_KEYS = (rsa.RSAPublicKey, ec.EllipticCurvePublicKey)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Revocation lists and OCSP responses in DER, from wherever: nothing in them is believed unchecked."""

    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one certificate. `time`: when it was revoked, or when the source was written."""

    certificate: x509.Certificate
    status: RevocationStatus
    source: str | None = None
    time: datetime | None = None
    key_compromised: bool = False


def standings(
    chain: Sequence[x509.Certificate], evidence: Evidence, moment: datetime, signed: datetime
) -> list[Standing]:
    """The standing of each certificate of a path but its anchor, whom nobody can revoke.

    A source counts when it is in force at `moment`, or was written after `signed`.
    """
    return [
        _standing(certificate, issuer, evidence, moment, signed) for certificate, issuer in pairwise(chain)
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


def _standing(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    evidence: Evidence,
    moment: datetime,
    signed: datetime,
) -> Standing:
    subject = pyca.load_der_x509_certificate(certificate.dump())
    authority = pyca.load_der_x509_certificate(issuer.dump())
    answers = [
        *_ocsp_answers(certificate, subject, authority, evidence.ocsps, moment, signed),
        *_crl_answers(certificate, subject, authority, evidence.crls, moment, signed),
    ]
    revoked = [a for a in answers if a.status == "revoked"]
    if revoked:
        return min(revoked, key=lambda a: a.time or moment)
    if answers:
        return max(answers, key=lambda a: a.time or signed)
    return Standing(certificate, "unknown" if declares(certificate) else "not-declared")


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


def _in_time(written: datetime, until: datetime | None, moment: datetime, signed: datetime) -> bool:
    """May an answer without a revocation be believed: is it of after the signature, or still in force?"""
    if written >= signed:
        return True
    return moment <= (until or written + FRESH_WITHOUT_END)


def _revoked_then(when: datetime, compromised: bool, moment: datetime) -> RevocationStatus:
    """What is revoked stays revoked, however old the source. A key that was compromised may have been so
    before it was reported; any other revocation counts from its day."""
    return "revoked" if compromised or when <= moment else "good"


def _crl_answers(
    certificate: x509.Certificate,
    subject: pyca.Certificate,
    issuer: pyca.Certificate,
    crls: Iterable[bytes],
    moment: datetime,
    signed: datetime,
) -> Iterable[Standing]:
    key = issuer.public_key()
    for der in crls:
        try:
            revocations = pyca.load_der_x509_crl(der)
            if revocations.issuer != subject.issuer or not _covers(revocations, subject):
                continue
            if not isinstance(key, ISSUER_KEYS) or not revocations.is_signature_valid(key):
                continue
            written, until = revocations.last_update_utc, revocations.next_update_utc
            entry = revocations.get_revoked_certificate_by_serial_number(subject.serial_number)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            continue
        if entry is not None:
            when, compromised = entry.revocation_date_utc, _compromised(entry)
            yield Standing(certificate, _revoked_then(when, compromised, moment), "crl", when, compromised)
        elif _in_time(written, until, moment, signed):
            yield Standing(certificate, "good", "crl", written)


def _covers(revocations: pyca.CertificateRevocationList, subject: pyca.Certificate) -> bool:
    """Does the list speak of certificates like this one? Partial and delta lists are not understood."""
    for extension in revocations.extensions:
        value = extension.value
        if isinstance(value, pyca.DeltaCRLIndicator):
            return False
        if isinstance(value, pyca.IssuingDistributionPoint):
            if value.indirect_crl or value.only_some_reasons or value.only_contains_attribute_certs:
                return False
            if value.only_contains_ca_certs and not _is_authority(subject):
                return False
            if value.only_contains_user_certs and _is_authority(subject):
                return False
        elif extension.critical:
            return False
    return True


def _is_authority(certificate: pyca.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(pyca.BasicConstraints).value.ca
    except pyca.ExtensionNotFound:
        return False


def _compromised(entry: pyca.RevokedCertificate) -> bool:
    try:
        reason = entry.extensions.get_extension_for_class(pyca.CRLReason).value.reason
    except pyca.ExtensionNotFound:
        return False
    return reason in (pyca.ReasonFlags.key_compromise, pyca.ReasonFlags.ca_compromise)


def _ocsp_answers(
    certificate: x509.Certificate,
    subject: pyca.Certificate,
    issuer: pyca.Certificate,
    responses: Iterable[bytes],
    moment: datetime,
    signed: datetime,
) -> Iterable[Standing]:
    for der in responses:
        try:
            response = ocsp.load_der_ocsp_response(der)
            if response.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
                continue
            if response.serial_number != subject.serial_number or not _speaks_for(response, issuer):
                continue
            written, until = response.this_update_utc, response.next_update_utc
            status, revoked_at = response.certificate_status, response.revocation_time_utc
            compromised = response.revocation_reason == pyca.ReasonFlags.key_compromise
        except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature):
            continue
        if status == ocsp.OCSPCertStatus.REVOKED:
            when = revoked_at or written
            yield Standing(certificate, _revoked_then(when, compromised, moment), "ocsp", when, compromised)
        elif status == ocsp.OCSPCertStatus.GOOD and _in_time(written, until, moment, signed):
            yield Standing(certificate, "good", "ocsp", written)


def _speaks_for(response: ocsp.OCSPResponse, issuer: pyca.Certificate) -> bool:
    """Signed by the issuer, or by a responder that the issuer certified for it (RFC 6960, 4.2.2.2)."""
    name, key = issuer.subject.public_bytes(), _key_bits(issuer)
    if _hash(name, response) != response.issuer_name_hash or _hash(key, response) != response.issuer_key_hash:
        return False
    for responder in [issuer, *response.certificates]:
        if responder != issuer and not _delegated(responder, issuer):
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


def _delegated(responder: pyca.Certificate, issuer: pyca.Certificate) -> bool:
    try:
        responder.verify_directly_issued_by(issuer)
        usage = responder.extensions.get_extension_for_class(pyca.ExtendedKeyUsage).value
    except (ValueError, TypeError, InvalidSignature, pyca.ExtensionNotFound):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in usage


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
