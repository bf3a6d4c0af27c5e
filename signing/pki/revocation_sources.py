"""Revocation lists and OCSP responses, and what they say of a certificate once they are checked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Literal

from asn1crypto import algos, x509
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto.core import GeneralizedTime
from cryptography import x509 as pyca
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from signing.cms.signature_values import Message, Uncheckable, certificate_digest, hash_of, is_right
from signing.pki.certificates import issued, said_twice
from signing.pki.revocation import Answer, hashed_key

CLOCK_SKEW = timedelta(minutes=5)  # clocks of honest authorities differ
FOR_EVER = datetime.max.replace(tzinfo=UTC)
FRESH_WITHOUT_END = timedelta(days=1)  # an answer that does not say until when it holds
DER = Encoding.DER
EXPIRED_CERTS_ON_CRL = pyca.ObjectIdentifier("2.5.29.60")
#: What lists and answers may raise that are not as they should be; anybody may put one into a file.
UNREADABLE: tuple[type[Exception], ...] = (
    *(ValueError, TypeError, KeyError, UnsupportedAlgorithm, Uncheckable),
    *(pyca.InvalidVersion, pyca.DuplicateExtension, pyca.UnsupportedGeneralNameType),
)
CRITICAL = b"\x01\x01\xff\x04"  # the end of `critical TRUE`, and the value after it
UNDERSTOOD = (pyca.CRLReason, pyca.InvalidityDate)  # a CertificateIssuer is of indirect lists alone
ARCHIVE_CUTOFF = pyca.ObjectIdentifier("1.3.6.1.5.5.7.48.1.6")


@dataclass(frozen=True)
class Sources:
    """Revocation lists and OCSP responses in DER, from wherever: nothing in them is believed unchecked. Each
    is read once, and what they say of a certificate is found once, however many signatures ask."""

    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    _said: dict[tuple[bytes, bytes], tuple[Answer, ...]] = field(default_factory=dict, compare=False)

    def answers(self, certificate: x509.Certificate, issuer: x509.Certificate) -> tuple[Answer, ...]:
        """All that they say of a certificate and may say."""
        key = certificate.sha256, issuer.sha256
        if key not in self._said:
            answered = _ocsp_answers(certificate, issuer, self._responses)
            self._said[key] = (
                *(one for one in answered if not self._is_refuted(one, issuer)),
                *_crl_answers(certificate, issuer, self._lists),
            )
        return self._said[key]

    def _is_refuted(self, answer: Answer, issuer: x509.Certificate) -> bool:
        """Does a list revoke its responder, from before it answered or as one whose key others had? They may
        date an answer as they like. Where none is at hand its standing is not asked."""
        if answer.responder is None or answer.revoked is not None:
            return False  # that a certificate is revoked is believed of anybody who may have said it
        said = _crl_answers(answer.responder, issuer, self._lists)
        return any(
            one.unreliable_from is not None and (one.compromised or one.unreliable_from <= answer.written)
            for one in said
        )

    @cached_property
    def _lists(self) -> list["_List"]:
        return [read for der in self.crls if (read := _list(der)) is not None]

    @cached_property
    def _responses(self) -> list["_Response"]:
        return [read for der in self.ocsps if (read := _response(der)) is not None]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sources at hand. `existed`: when each is proven to have existed already, where a timestamp proves
    it. `gathered`: when they were at hand; what says to be written later has a wrong date."""

    sources: Sources = field(default_factory=Sources)
    existed: Mapping[bytes, datetime] = field(default_factory=dict)
    gathered: datetime = FOR_EVER

    def is_ahead(self, said: datetime) -> bool:
        """Is it a time that had not come yet?"""
        return said - CLOCK_SKEW > self.gathered


@dataclass(slots=True)
class _List:
    """A revocation list: the name of its author in DER, and the algorithm by which it was signed."""

    der: bytes
    author: bytes
    made: algos.SignedDigestAlgorithm
    _loaded: pyca.CertificateRevocationList | None = None
    _right: dict[bytes, bool] = field(default_factory=dict)

    @property
    def demands(self) -> bool:
        """Has an entry an extension that must be understood and is not? Then the list settles nothing of any
        certificate (RFC 5280, 5.3). Entries are many, so they are looked at only where one has any such."""
        if CRITICAL not in self.der:
            return False
        inside = asn1_crl.CertificateList.load(self.der)["tbs_cert_list"]
        return CRITICAL in (inside["revoked_certificates"].contents or b"") and any(
            extension.critical and not isinstance(extension.value, UNDERSTOOD)
            for entry in self.revocations
            for extension in entry.extensions
        )

    @property
    def revocations(self) -> pyca.CertificateRevocationList:
        if self._loaded is None:
            self._loaded = pyca.load_der_x509_crl(self.der)
        return self._loaded

    def is_by(self, issuer: x509.Certificate) -> bool:
        """Is this its signature? Raises Uncheckable."""
        key = issuer.sha256
        if key not in self._right:
            value, message = self.revocations.signature, self.revocations.tbs_certlist_bytes
            self._right[key] = _right(issuer, self.made, value, message)
        return self._right[key]


def _list(der: bytes) -> _List | None:
    """None where it cannot be read."""
    try:
        listed = asn1_crl.CertificateList.load(der)
        return _List(der, listed["tbs_cert_list"]["issuer"].dump(), listed["signature_algorithm"])
    except UNREADABLE:
        return None


def _crl_answers(
    subject: x509.Certificate, issuer: x509.Certificate, lists: Iterable[_List]
) -> Iterator[Answer]:
    if not _may_sign_lists(issuer):
        return
    name = issuer.subject.dump()
    for listed in lists:
        try:
            if not _agree(listed.author, name) or not listed.is_by(issuer):
                continue
            answer = _said_by(listed, subject)
        except UNREADABLE:
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


def _said_by(listed: _List, subject: x509.Certificate) -> Answer | None:
    """What a list says of a certificate. One that is partial (delta, some reasons, other certificates) says
    something of those that it names only; an indirect one, whose entries are of other issuers, nothing."""
    revocations = listed.revocations
    scope = "named" if listed.demands else _scope(revocations, subject)
    entry = revocations.get_revoked_certificate_by_serial_number(subject.serial_number)
    if scope == "none" or (scope == "named" and entry is None):
        return None
    written = revocations.last_update_utc
    found = Answer(
        source="crl",
        written=written,
        until=revocations.next_update_utc or written + FRESH_WITHOUT_END,
        der=listed.der,
        digest=certificate_digest(listed.made),
        speaks_of_expired_since=_expired_since(revocations),
    )
    if entry is None:
        return found
    reason = _reason(entry)
    if reason == pyca.ReasonFlags.remove_from_crl:
        return None
    since = _invalid_since(entry.extensions)
    return replace(found, revoked=entry.revocation_date_utc, reason=reason, invalid_since=since)


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


def _invalid_since(extensions: pyca.Extensions) -> datetime | None:
    try:
        return extensions.get_extension_for_class(pyca.InvalidityDate).value.invalidity_date_utc
    except pyca.ExtensionNotFound:
        return None


@dataclass(frozen=True, slots=True)
class _Response:
    """An OCSP response that answers, and the algorithm by which it was signed."""

    der: bytes
    answer: ocsp.OCSPResponse
    made: algos.SignedDigestAlgorithm


def _response(der: bytes) -> _Response | None:
    """None where it cannot be read, or answers nothing."""
    try:
        answer = ocsp.load_der_ocsp_response(der)
        if answer.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
            return None
        return _Response(der, answer, _answer_algorithm(der))
    except UNREADABLE:
        return None


def _ocsp_answers(
    subject: x509.Certificate, issuer: x509.Certificate, responses: Iterable[_Response]
) -> Iterator[Answer]:
    for response in responses:
        try:
            if response.answer.serial_number != subject.serial_number:
                continue
            status = response.answer.certificate_status
            if status == ocsp.OCSPCertStatus.UNKNOWN:
                continue
            if status == ocsp.OCSPCertStatus.GOOD and _demands(response.answer):
                continue
            author = _author(response.answer, issuer, response.made)
            if author is None:
                continue
            answer = _answered(response)
            yield answer if author is issuer else replace(answer, responder=author)
        except UNREADABLE:
            continue


def _answer_algorithm(der: bytes) -> algos.SignedDigestAlgorithm:
    return asn1_ocsp.OCSPResponse.load(der)["response_bytes"]["response"].parsed["signature_algorithm"]


def _demands(answer: ocsp.OCSPResponse) -> bool:
    """Has it an extension that must be understood and is not (RFC 6960, 4.4)?"""
    return any(
        extension.critical
        and not isinstance(extension.value, (pyca.OCSPNonce, *UNDERSTOOD))
        and extension.oid != ARCHIVE_CUTOFF
        for extension in (*answer.extensions, *answer.single_extensions)
    )


def _answered(response: _Response) -> Answer:
    answer = response.answer
    written = answer.this_update_utc
    revoked = answer.certificate_status == ocsp.OCSPCertStatus.REVOKED
    return Answer(
        source="ocsp",
        written=written,
        until=answer.next_update_utc or written + FRESH_WITHOUT_END,
        der=response.der,
        digest=certificate_digest(response.made),
        revoked=(answer.revocation_time_utc or written) if revoked else None,
        reason=answer.revocation_reason if revoked else None,
        invalid_since=_invalid_since(answer.single_extensions) if revoked else None,
        speaks_of_expired_since=_archive_cutoff(answer),
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
    if hash_of(hashed, hashed_key(issuer)) != response.issuer_key_hash:
        return None
    carried = [x509.Certificate.load(one.public_bytes(DER)) for one in response.certificates]
    for responder in [issuer, *carried]:
        if responder is not issuer and not _delegated(responder, issuer, response.this_update_utc):
            continue
        if _signed_by(response, responder, made):
            return responder
    return None


def _delegated(responder: x509.Certificate, issuer: x509.Certificate, moment: datetime) -> bool:
    """Certified by the issuer itself for this use, and in force when it answered (RFC 6960, 4.2.2.2)."""
    if said_twice(responder) or not responder.not_valid_before <= moment <= responder.not_valid_after:
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
