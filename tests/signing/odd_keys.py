"""Keys and certificates of every kind that signs PDF somewhere, odd encodings included: made by hand, so that
what a library would refuse to write can be written."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import core, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature

from app.sample.authority import Issuer

Private = (
    rsa.RSAPrivateKey
    | ec.EllipticCurvePrivateKey
    | dsa.DSAPrivateKey
    | ed25519.Ed25519PrivateKey
    | ed448.Ed448PrivateKey
)
NULL = b"\x05\x00"
NIST = "2.16.840.1.101.3.4"
DIGESTS = {
    "md5": "1.2.840.113549.2.5",
    "sha1": "1.3.14.3.2.26",
    "ripemd160": "1.3.36.3.2.1",
    "sha256": f"{NIST}.2.1",
    "sha384": f"{NIST}.2.2",
    "sha512": f"{NIST}.2.3",
    "sha224": f"{NIST}.2.4",
    "sha512_224": f"{NIST}.2.5",
    "sha512_256": f"{NIST}.2.6",
    "sha3_224": f"{NIST}.2.7",
    "sha3_256": f"{NIST}.2.8",
    "sha3_384": f"{NIST}.2.9",
    "sha3_512": f"{NIST}.2.10",
    "shake256": f"{NIST}.2.12",
}
RSA = {
    "": "1.2.840.113549.1.1.1",
    "md5": "1.2.840.113549.1.1.4",
    "sha1": "1.2.840.113549.1.1.5",
    "sha256": "1.2.840.113549.1.1.11",
    "sha384": "1.2.840.113549.1.1.12",
    "sha512": "1.2.840.113549.1.1.13",
    "sha224": "1.2.840.113549.1.1.14",
    "sha512_224": "1.2.840.113549.1.1.15",
    "sha512_256": "1.2.840.113549.1.1.16",
    "ripemd160": "1.3.36.3.3.1.2",
    "sha3_224": f"{NIST}.3.13",
    "sha3_256": f"{NIST}.3.14",
    "sha3_384": f"{NIST}.3.15",
    "sha3_512": f"{NIST}.3.16",
}
ECDSA = {
    "": "1.2.840.10045.2.1",
    "sha1": "1.2.840.10045.4.1",
    "sha224": "1.2.840.10045.4.3.1",
    "sha256": "1.2.840.10045.4.3.2",
    "sha384": "1.2.840.10045.4.3.3",
    "sha512": "1.2.840.10045.4.3.4",
    "sha3_256": f"{NIST}.3.10",
    "sha3_384": f"{NIST}.3.11",
    "sha3_512": f"{NIST}.3.12",
}
PLAIN_ECDSA = {  # BSI TR-03111, 5.2.1.1
    "sha1": "0.4.0.127.0.7.1.1.4.1.1",
    "sha256": "0.4.0.127.0.7.1.1.4.1.3",
    "sha384": "0.4.0.127.0.7.1.1.4.1.4",
    "sha512": "0.4.0.127.0.7.1.1.4.1.5",
}
DSA = {"": "1.2.840.10040.4.1", "sha1": "1.2.840.10040.4.3", "sha256": f"{NIST}.3.2"}
PSS = "1.2.840.113549.1.1.10"


def der(tag: int, *parts: bytes) -> bytes:
    """Tag, length and value (X.690, 8.1)."""
    value = b"".join(parts)
    if len(value) < 0x80:
        return bytes((tag, len(value))) + value
    length = len(value).to_bytes((len(value).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + value


def sequence(*parts: bytes) -> bytes:
    return der(0x30, *parts)


def oid(dotted: str) -> bytes:
    return bytes(core.ObjectIdentifier(dotted).dump())


def algorithm(dotted: str, parameters: bytes = b"") -> bytes:
    """AlgorithmIdentifier."""
    return sequence(oid(dotted), parameters)


def digest_of(name: str, data: bytes) -> bytes:
    made = hashlib.new(name, data)
    return made.digest(64) if name.startswith("shake") else made.digest()  # type: ignore[call-arg]


@dataclass(frozen=True)
class Maker:
    """Who signs: makes a value over a message, and the AlgorithmIdentifier that says how."""

    certificate: x509.Certificate
    said: bytes
    sign: Callable[[bytes], bytes]
    digest: str = "sha256"
    above: tuple[bytes, ...] = ()  # certificates of the authorities
    digest_said: bytes | None = None  # the digest algorithm in the object, where it is not the plain one


def certificate(
    issuer: Issuer,
    key: Private,
    now: datetime,
    *,
    public: bytes | None = None,
    serial: bytes = b"",
    subject: bytes | None = None,
    dates: bytes | None = None,
    issued_by: bytes | None = None,
    extensions: tuple[bytes, ...] | None = None,
    version: bytes = b"\x02",
    algorithms: tuple[bytes, bytes] | None = None,
) -> x509.Certificate:
    """A certificate of the issuing authority. Each of its parts may be given as it is to stand there: the
    public key, the number (its content), the names, the validity, the extensions, the version, the algorithm
    within and without."""
    above = x509.Certificate.load(issuer.issuing.certificate.public_bytes(serialization.Encoding.DER))
    plain = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    by, said = algorithms or (algorithm(ECDSA["sha256"]),) * 2
    listed = (key_usage(), key_identifier(plain)) if extensions is None else extensions
    signed = sequence(
        der(0xA0, der(0x02, version)) if version != b"\x00" else b"",
        der(0x02, serial or bytes((1, *hashlib.sha256(plain).digest()[:15]))),
        by,
        issued_by or above.subject.dump(),
        dates or validity(now),
        subject or name(b"\x0c", "Nguyễn Văn Mẫu".encode()),
        public or plain,
        der(0xA3, sequence(*listed)) if listed else b"",
    )
    signing_key = issuer.issuing.key
    if isinstance(signing_key, rsa.RSAPrivateKey):
        value = rsa_value(signing_key, "sha256", signed)
    else:
        assert isinstance(signing_key, ec.EllipticCurvePrivateKey)
        value = signing_key.sign(signed, ec.ECDSA(hashes.SHA256()))
    return x509.Certificate.load(sequence(signed, said, der(0x03, b"\x00", value)))


def validity(now: datetime) -> bytes:
    begins, ends = now - timedelta(days=1), now + timedelta(days=700)
    return sequence(*(der(0x17, f"{moment:%y%m%d%H%M%SZ}".encode()) for moment in (begins, ends)))


def name(kind: bytes, common: bytes) -> bytes:
    """A name of a country and of a common name in this kind of string (its tag)."""
    country = sequence(oid("2.5.4.6"), der(0x13, b"VN"))
    return sequence(der(0x31, country), der(0x31, sequence(oid("2.5.4.3"), der(kind[0], common))))


def extension(dotted: str, value: bytes, *, critical: bool = False) -> bytes:
    return sequence(oid(dotted), b"\x01\x01\xff" if critical else b"", der(0x04, value))


def key_usage() -> bytes:
    """digitalSignature and nonRepudiation."""
    return extension("2.5.29.15", b"\x03\x02\x06\xc0", critical=True)


def key_identifier(public: bytes) -> bytes:
    return extension("2.5.29.14", der(0x04, hashlib.sha1(public, usedforsecurity=False).digest()))


# --- values


def rsa_value(key: rsa.RSAPrivateKey, digest: str, message: bytes, null: bytes = NULL) -> bytes:
    """RSASSA-PKCS1-v1_5 (RFC 8017, 8.2), for any digest."""
    said = sequence(algorithm(DIGESTS[digest], null), der(0x04, digest_of(digest, message)))
    size = key.key_size // 8
    block = b"\x00\x01" + b"\xff" * (size - 3 - len(said)) + b"\x00" + said
    numbers = key.private_numbers()
    return pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n).to_bytes(size, "big")


def pss_parameters(digest: str, mask: str, salt: int) -> bytes:
    """RSASSA-PSS-params (RFC 8017, A.2.3)."""
    mask_by = algorithm("1.2.840.113549.1.1.8", algorithm(DIGESTS[mask], NULL))
    return sequence(
        der(0xA0, algorithm(DIGESTS[digest], NULL)), der(0xA1, mask_by), der(0xA2, der(0x02, bytes((salt,))))
    )


def library_digest(name: str) -> hashes.HashAlgorithm:
    found: hashes.HashAlgorithm = getattr(hashes, name.upper())()
    return found


def pss_value(key: rsa.RSAPrivateKey, digest: str, mask: str, salt: int, message: bytes) -> bytes:
    how = padding.PSS(padding.MGF1(library_digest(mask)), salt)
    return key.sign(message, how, library_digest(digest))


def ecdsa_value(key: ec.EllipticCurvePrivateKey, digest: str, message: bytes) -> bytes:
    return key.sign(digest_of(digest, message), ec.ECDSA(Prehashed(library_digest(digest))))


def plain_ecdsa_value(key: ec.EllipticCurvePrivateKey, digest: str, message: bytes) -> bytes:
    """r and s one after the other (BSI TR-03111, 5.2.1.1)."""
    size = (key.key_size + 7) // 8
    return b"".join(
        part.to_bytes(size, "big") for part in decode_dss_signature(ecdsa_value(key, digest, message))
    )
