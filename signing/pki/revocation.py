"""Revocation answers: what is asked of a certificate's issuer, where, and what an answer is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509
from cryptography import x509 as pyca

from signing.cms.signature_values import hash_of
from signing.reports.report import RevocationStatus, Want

HARMLESS_FOR_TOKENS = (
    pyca.ReasonFlags.unspecified,
    pyca.ReasonFlags.affiliation_changed,
    pyca.ReasonFlags.superseded,
    pyca.ReasonFlags.cessation_of_operation,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one source says of one certificate; its signature, its author and its scope were checked.

    `written` and `until` bound the time for which it speaks, `der` is the source itself, `digest` the digest
    algorithm of its signature, None where that hashes within. `revoked`: since when, with the reason
    where one is given; `invalid_since`: from when on the issuer holds the key to be known to others, or the
    certificate to be wrong, which may be long before (RFC 5280, 5.3.2). `responder`: who wrote it, where it
    was not the issuer."""

    source: Literal["crl", "ocsp"]
    written: datetime
    until: datetime
    der: bytes
    digest: str | None
    revoked: datetime | None = None
    reason: pyca.ReasonFlags | None = None
    invalid_since: datetime | None = None
    speaks_of_expired_since: datetime | None = None
    responder: x509.Certificate | None = None

    @property
    def unreliable_from(self) -> datetime | None:
        """From when on nothing that the key made counts, None where the certificate is not revoked."""
        if self.revoked is None or self.invalid_since is None:
            return self.revoked
        return min(self.revoked, self.invalid_since)

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
        since = self.unreliable_from
        return since is not None and stamped < since and self.reason in HARMLESS_FOR_TOKENS

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
        "issuer_key_hash": hash_of("sha1", hashed_key(issuer)),
        "serial_number": certificate.serial_number,
    }
    request = asn1_ocsp.OCSPRequest({"tbs_request": {"request_list": [{"req_cert": named}]}})
    return bytes(request.dump())


def declares(certificate: x509.Certificate) -> bool:
    """Does the issuer promise to tell, anywhere, whether this certificate is revoked?"""
    return bool(
        certificate.crl_distribution_points_value or certificate.ocsp_urls or certificate.freshest_crl_value
    )


def hashed_key(certificate: x509.Certificate) -> bytes:
    """The public key without its wrapping, as OCSP hashes it."""
    return bytes(certificate.public_key["public_key"].contents[1:])
