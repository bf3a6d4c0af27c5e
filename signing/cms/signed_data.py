"""The CMS object of one signature (RFC 5652): who signed it, and whether its digest and its value are right.

The rules are pyHanko's; what differs is that certificates are told apart by their serial numbers before their
names are compared, that one which came before is not parsed again, and that attributes may stand in another
order than they were signed in.
"""

from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import suppress
from functools import lru_cache

from asn1crypto import cms, core, tsp, x509
from asn1crypto import parser as asn1_parser
from pyhanko.sign.general import (
    CMSExtractionError,
    CMSStructuralError,
    MultivaluedAttributeError,
    NonexistentAttributeError,
    SignedDataCerts,
    extract_signer_info,
    find_unique_cms_attribute,
    match_issuer_serial,
)
from pyhanko.sign.validation.errors import CMSAlgorithmProtectionError, SignatureValidationError
from pyhanko.sign.validation.generic_cms import (
    get_signing_cert_attr,
    validate_algorithm_protection,
)

from signing.cms.signature_values import Message, Uncheckable, digest_name, hash_of, is_right

MOST_CERTIFICATES = 256
CERTIFICATE = (0, 16)  # a SEQUENCE of the universal kind; every other choice has a tag of its own
SET = b"\x31"  # the universal tag, in place of the one that the attributes have in the object
Known = MutableMapping[bytes, x509.Certificate]  # by their DER


class CertificateAbsent(SignatureValidationError):
    """The signer's certificate is nowhere at hand."""


class CertificateMismatch(SignatureValidationError):
    """The certificate is not the one that the signature names."""


def certificates_of(
    signed_data: cms.SignedData, known: Known | None = None, besides: Sequence[x509.Certificate] = ()
) -> SignedDataCerts:
    """The signer's certificate and the others that came with it (EN 319 102-1, 5.2.3); those already `known`
    are given as they are. A signer's certificate that did not come with it is looked for in those `besides`,
    which nobody need have signed: it must be the one with which the value is right. Raises
    SignatureValidationError where there is none, or not the one that the signature names."""
    found = list(certificates_in(signed_data, {} if known is None else known))
    try:
        signer_info = extract_signer_info(signed_data)
    except CMSExtractionError as error:
        raise SignatureValidationError("not exactly one signer") from error
    brought = [c for c in found if _is_named(signer_info["sid"], c)]
    holders = brought or [c for c in besides if _is_named(signer_info["sid"], c)]
    if not holders:
        raise CertificateAbsent("signer certificate not included in signature")
    # authorities that gave one number twice are told apart by what the signature says of its certificate
    fitting = [c for c in holders if _fits(c, signer_info["signed_attrs"])]
    if not fitting:
        raise CertificateMismatch("the signing certificate attribute names another certificate")
    signer = fitting[-1] if brought else _whose_value(signer_info, fitting)
    return SignedDataCerts(signer, [c for c in found if c not in holders], [])


def _whose_value(signer_info: cms.SignerInfo, fitting: Sequence[x509.Certificate]) -> x509.Certificate:
    """Raises CertificateAbsent where it is none of them, or that cannot be told."""
    if not has_attributes(signer_info):
        if len({certificate.dump() for certificate in fitting}) > 1:
            raise CertificateAbsent("several certificates may be the signer's")
        return fitting[-1]
    for certificate in fitting:
        with suppress(Uncheckable, ValueError, TypeError):
            if _is_value_right(signer_info, certificate):
                return certificate
    raise CertificateAbsent("no certificate at hand is that of the value")


def has_attributes(signer_info: cms.SignerInfo) -> bool:
    """Is the value over attributes, and not over the content itself (RFC 5652, 5.4)?"""
    return signer_info["signed_attrs"] is not core.VOID


def integrity(
    signer_info: cms.SignerInfo, certificate: x509.Certificate, content_type: str, digest: bytes
) -> tuple[bool, bool]:
    """Whether the signature speaks of this digest, and whether its value is right. The certificate must come
    from `certificates_of`. Raises SignatureValidationError where the attributes contradict one another, and
    Uncheckable where the algorithm of the value is not known."""
    if not has_attributes(signer_info):
        message = Message(digest, digest_name(signer_info["digest_algorithm"]))
        right = _is_signed(signer_info, certificate, message)
        return right, right  # the value is over the content: which of the two is wrong cannot be told
    attributes = signer_info["signed_attrs"]
    _check_attributes(signer_info, attributes, content_type)
    return digest == _message_digest(attributes), _is_value_right(signer_info, certificate)


def _is_value_right(signer_info: cms.SignerInfo, certificate: x509.Certificate) -> bool:
    """Is the value over the attributes, made with the key of this certificate?"""
    messages = _as_signed(signer_info["signed_attrs"])
    return any(_is_signed(signer_info, certificate, Message(message)) for message in messages)


def _is_signed(signer_info: cms.SignerInfo, certificate: x509.Certificate, message: Message) -> bool:
    value, algorithm = signer_info["signature"].native, signer_info["signature_algorithm"]
    contextual = digest_name(signer_info["digest_algorithm"])
    return is_right(certificate.public_key, algorithm, value, message, contextual)


def bound(signed_data: cms.SignedData, *, within: bool) -> tuple[bytes, str] | None:
    """The digest of the document that a signature or timestamp has, and its algorithm; None where its value
    is over the document itself. `within`: the content is that digest, SHA-1 (adbe.pkcs7.sha1; ISO 32000-1,
    12.8.3.3). Raises PARSE_ERRORS."""
    content, signer_info = signed_data["encap_content_info"], signed_data["signer_infos"][0]
    if content["content_type"].native == "tst_info":
        imprint = content["content"].parsed["message_imprint"]
        return imprint["hashed_message"].native, digest_name(imprint["hash_algorithm"])
    if within:
        return bytes(content["content"].native), "sha1"
    if not has_attributes(signer_info):
        return None
    return _message_digest(signer_info["signed_attrs"]), digest_name(signer_info["digest_algorithm"])


def held(signed_data: cms.SignedData) -> bytes | None:
    """The content in the object, whatever kind it is said to be of; None where there is none. Raises
    ValueError."""
    content = signed_data["encap_content_info"]["content"]
    if content is core.VOID:
        return None
    octets = isinstance(content, core.OctetString | core.ParsableOctetString)
    return bytes(content if octets else content.contents)  # PKCS #7 puts what is no data there as it is


def _as_signed(attributes: cms.CMSAttributes) -> Iterator[bytes]:
    """The attributes as they stand, under their universal tag, and then as DER sorts them: RFC 5652, 5.4, has
    the latter signed, and of those who do not write them so some sign the one and some the other."""
    standing = SET + attributes.dump()[1:]
    yield standing
    ordered = asn1_parser.emit(0, 1, SET[0] & 31, b"".join(sorted(a.dump() for a in attributes)))
    if ordered != standing:
        yield bytes(ordered)


def certificates_in(signed_data: cms.SignedData, known: Known) -> Iterator[x509.Certificate]:
    """As they stand there: asn1crypto would build each of them first. Raises ValueError where there are more
    than anybody needs: each costs the reading of all that follow."""
    listed = signed_data["certificates"]
    left: bytes = b"" if listed is core.VOID else listed.contents
    for _ in range(MOST_CERTIFICATES):
        if not left:
            return
        kind, _, tag, *parts = asn1_parser.parse(left)
        der = b"".join(parts)
        if (kind, tag) == CERTIFICATE:
            if der not in known:
                known[der] = x509.Certificate.load(der)
            yield known[der]
        left = left[len(der) :]
    raise ValueError("more certificates than a signature can need")


def _is_named(identifier: cms.SignerIdentifier, certificate: x509.Certificate) -> bool:
    if identifier.name == "subject_key_identifier":
        return bool(certificate.key_identifier == identifier.chosen.native)
    return _same(identifier.chosen, certificate)


def _same(named: cms.IssuerAndSerialNumber | tsp.IssuerSerial, certificate: x509.Certificate) -> bool:
    """Comparing names by the rules for them is slow, and most are the same to the byte."""
    if named["serial_number"].native != certificate.serial_number:
        return False
    if named.contents in _shapes(certificate.dump()):
        return True
    issuer = named["issuer"]
    if isinstance(issuer, x509.GeneralNames) and (len(issuer) != 1 or issuer[0].name != "directory_name"):
        return False
    return bool(match_issuer_serial(named, certificate))


@lru_cache(maxsize=256)
def _shapes(der: bytes) -> tuple[bytes, bytes]:
    """The contents of both shapes in which a signature names a certificate."""
    certificate = x509.Certificate.load(der)
    issuer, number = certificate.issuer, certificate.serial_number
    directory_name = x509.GeneralName("directory_name", issuer)
    return (
        cms.IssuerAndSerialNumber({"issuer": issuer, "serial_number": number}).contents,
        tsp.IssuerSerial({"issuer": [directory_name], "serial_number": number}).contents,
    )


def names_issuer_wrongly(signer_info: cms.SignerInfo, certificate: x509.Certificate) -> bool:
    """Does the attribute signing-certificate name this certificate by its digest, and another issuer or
    number beside it (RFC 5035, 5.4)? The digest binds; some programs get the name wrong."""
    named = _signing_certificates(signer_info["signed_attrs"])
    told = [said for one in named if (said := one["certs"][0]["issuer_serial"])]
    return any(not _same(said, certificate) for said in told)


def _fits(signer: x509.Certificate, attributes: cms.CMSAttributes) -> bool:
    """The attributes signing-certificate, of either version, name this certificate first (RFC 5035, 5.4).
    Programs read the one or the other, so that of two both must."""
    return all(_names(one["certs"][0], signer) for one in _signing_certificates(attributes))


def _names(named: tsp.ESSCertID | tsp.ESSCertIDv2, signer: x509.Certificate) -> bool:
    v1 = isinstance(named, tsp.ESSCertID)
    digest = hash_of("sha1" if v1 else digest_name(named["hash_algorithm"]), signer.dump())
    return bool(named["cert_hash"].native == digest)


def _signing_certificates(
    attributes: cms.CMSAttributes,
) -> list[tsp.SigningCertificate | tsp.SigningCertificateV2]:
    """The attributes, read from copies: where one leaves out its digest algorithm, asn1crypto would write all
    attributes anew once it was read, in the order of DER, and the value is over them as they stand."""
    if attributes is core.VOID:
        return []
    found = []
    for kind in ("signing_certificate", "signing_certificate_v2"):
        named = [cms.CMSAttribute.load(a.dump()) for a in attributes if a["type"].native == kind]
        if named:
            found.append(get_signing_cert_attr(cms.CMSAttributes(named)))
    return found


def _message_digest(attributes: cms.CMSAttributes) -> bytes:
    try:
        return bytes(find_unique_cms_attribute(attributes, "message_digest").native)
    except (NonexistentAttributeError, MultivaluedAttributeError) as error:
        raise SignatureValidationError("no message digest, or several") from error


def _check_attributes(signer_info: cms.SignerInfo, attributes: cms.CMSAttributes, content_type: str) -> None:
    try:
        validate_algorithm_protection(
            attributes,
            claimed_digest_algorithm_obj=signer_info["digest_algorithm"],
            claimed_signature_algorithm_obj=signer_info["signature_algorithm"],
            claimed_mac_algorithm_obj=None,
        )
        found = find_unique_cms_attribute(attributes, "content_type").native
        told = sum(len(a["values"]) for a in attributes if a["type"].native == "signing_time")
    except (CMSStructuralError, CMSAlgorithmProtectionError) as error:
        raise SignatureValidationError(error.failure_message) from error
    except (NonexistentAttributeError, MultivaluedAttributeError) as error:
        raise SignatureValidationError("no content type, or several") from error
    if told > 1:
        raise SignatureValidationError("several signing times")  # RFC 5652, 11.3
    if found != content_type:
        raise SignatureValidationError(f"the content type is {found}")
