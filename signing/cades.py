"""The CMS object of a PAdES signature (RFC 5652, ETSI EN 319 122-1 and 319 142-1).

Written in DER as it stands: certificates and names go in byte for byte as they came, and nothing is encoded
twice. That is the difference between one millisecond a signature and fifty.
"""

import hashlib
from collections.abc import Iterable
from functools import cache

from asn1crypto import algos, core, x509

from signing.cms.mechanisms import Mechanism
from signing.identity import Identity

SEQUENCE, SET, OCTET_STRING = 0x30, 0x31, 0x04
CONTEXT_0, CONTEXT_1 = 0xA0, 0xA1
TIMESTAMP_WRAPPING = 64  # bytes of the attribute around a token, and of lengths that grow with it
VERSION_1 = b"\x02\x01\x01"
SIGNED_ATTRIBUTES = CONTEXT_0  # [0] IMPLICIT, where they stand; signed as a SET OF (RFC 5652, 5.4)


def _oid(dotted: str) -> bytes:
    return bytes(core.ObjectIdentifier(dotted).dump())


DATA = _oid("1.2.840.113549.1.7.1")
SIGNED_DATA = _oid("1.2.840.113549.1.7.2")
CONTENT_TYPE = _oid("1.2.840.113549.1.9.3")
MESSAGE_DIGEST = _oid("1.2.840.113549.1.9.4")
SIGNING_CERTIFICATE_V2 = _oid("1.2.840.113549.1.9.16.2.47")
SIGNATURE_TIMESTAMP = _oid("1.2.840.113549.1.9.16.2.14")
ALGORITHM_PROTECTION = _oid("1.2.840.113549.1.9.52")


def signed_attributes(digest: bytes, signer: Identity) -> bytes:
    """What the key signs, in DER: the digest of the document, which certificate, and by which algorithms.
    No signing time: in PAdES it stands in the signature dictionary (EN 319 142-1, 6.3)."""
    digest_algorithm, signature_algorithm = _algorithms(signer.mechanism)
    protection = _der(SEQUENCE, digest_algorithm, _der(CONTEXT_1, _inside(signature_algorithm)))
    return _set(
        SET,
        [
            _attribute(CONTENT_TYPE, DATA),
            _attribute(MESSAGE_DIGEST, _der(OCTET_STRING, digest)),
            _attribute(SIGNING_CERTIFICATE_V2, _certificate_reference(signer.certificate)),
            _attribute(ALGORITHM_PROTECTION, protection),  # RFC 6211
        ],
    )


def signed_data(signer: Identity, attributes: bytes, value: bytes, timestamp: bytes | None = None) -> bytes:
    """The CMS object, in DER. `attributes`: of `signed_attributes`; `value`: what the key made of them;
    `timestamp`: an RFC 3161 token over the value."""
    digest_algorithm, signature_algorithm = _algorithms(signer.mechanism)
    certificates = [signer.certificate.dump(), *(c.dump() for c in signer.chain)]
    unsigned = [_der(CONTEXT_1, _attribute(SIGNATURE_TIMESTAMP, timestamp))] if timestamp else []
    information = _der(
        SEQUENCE,
        VERSION_1,
        _issuer_and_serial(signer.certificate),
        digest_algorithm,
        _der(SIGNED_ATTRIBUTES, _inside(attributes)),
        signature_algorithm,
        _der(OCTET_STRING, value),
        *unsigned,
    )
    content = _der(
        SEQUENCE,
        VERSION_1,
        _der(SET, digest_algorithm),
        _der(SEQUENCE, DATA),
        _set(CONTEXT_0, certificates),
        _der(SET, information),
    )
    return _der(SEQUENCE, SIGNED_DATA, _der(CONTEXT_0, content))


@cache
def _algorithms(mechanism: Mechanism) -> tuple[bytes, bytes]:
    """The identifiers of the digest and of the signature algorithm."""
    digest = algos.DigestAlgorithm({"algorithm": mechanism.digest})
    if mechanism.scheme == "rsassa_pss":
        parameters = algos.RSASSAPSSParams(
            {
                "hash_algorithm": digest,
                "mask_gen_algorithm": algos.MaskGenAlgorithm({"algorithm": "mgf1", "parameters": digest}),
                "salt_length": mechanism.digest_size,
            }
        )
        signature = algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})
    else:
        kind = "ecdsa" if mechanism.scheme == "ecdsa" else "rsa"
        signature = algos.SignedDigestAlgorithm({"algorithm": f"{mechanism.digest}_{kind}"})
    return bytes(digest.dump()), bytes(signature.dump())


def _certificate_reference(certificate: x509.Certificate) -> bytes:
    """SigningCertificateV2 (RFC 5035) by SHA-256, its default, which DER leaves out."""
    name = _der(0xA4, certificate["tbs_certificate"]["issuer"].dump())  # GeneralName: directoryName
    serial = certificate["tbs_certificate"]["serial_number"].dump()
    identity = _der(
        SEQUENCE,
        _der(OCTET_STRING, hashlib.sha256(certificate.dump()).digest()),
        _der(SEQUENCE, _der(SEQUENCE, name), serial),
    )
    return _der(SEQUENCE, _der(SEQUENCE, identity))


def _issuer_and_serial(certificate: x509.Certificate) -> bytes:
    signed_part = certificate["tbs_certificate"]
    return _der(SEQUENCE, signed_part["issuer"].dump(), signed_part["serial_number"].dump())


def _attribute(kind: bytes, value: bytes) -> bytes:
    return _der(SEQUENCE, kind, _der(SET, value))


def _set(tag: int, parts: Iterable[bytes]) -> bytes:
    """DER sorts what a SET OF holds (X.690, 11.6)."""
    return _der(tag, *sorted(parts))


def _der(tag: int, *parts: bytes) -> bytes:
    """Tag, length and value (X.690, 8.1)."""
    value = b"".join(parts)
    if len(value) < 0x80:
        return bytes((tag, len(value))) + value
    length = len(value).to_bytes((len(value).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + value


def _inside(der: bytes) -> bytes:
    """The value without its tag and length."""
    return der[2 + (der[1] & 0x7F if der[1] & 0x80 else 0) :]
