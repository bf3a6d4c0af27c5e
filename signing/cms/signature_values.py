"""The arithmetic of a signature value: by which algorithm it says to be made, and whether it is right.

What is not known here, or cannot be computed, is `Uncheckable` and never wrong. Whether an algorithm is
strong enough is asked elsewhere (policies). The kinds are those that EU DSS computes, and some more.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from asn1crypto import algos, keys
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, mldsa, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature

Scheme = Literal["rsa", "pss", "ecdsa", "plain-ecdsa", "dsa", "pure"]
NIST, RSADSI, BSI = "2.16.840.1.101.3.4", "1.2.840.113549", "0.4.0.127.0.7.1.1.4.1"
NULL = b"\x05\x00"

#: By their numbers: the names in asn1crypto lack some.
DIGESTS = {
    f"{RSADSI}.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "1.3.36.3.2.1": "ripemd160",
    f"{NIST}.2.1": "sha256",
    f"{NIST}.2.2": "sha384",
    f"{NIST}.2.3": "sha512",
    f"{NIST}.2.4": "sha224",
    f"{NIST}.2.5": "sha512_224",
    f"{NIST}.2.6": "sha512_256",
    f"{NIST}.2.7": "sha3_224",
    f"{NIST}.2.8": "sha3_256",
    f"{NIST}.2.9": "sha3_384",
    f"{NIST}.2.10": "sha3_512",
    f"{NIST}.2.12": "shake256",  # of 64 bytes (RFC 8702, 3.1; RFC 8419, 2.3)
}
#: The scheme, and the digest where the number names it (RFC 3279, 4055, 5758, 8419, 9688; BSI TR-03111).
METHODS: dict[str, tuple[Scheme, str | None]] = {
    f"{RSADSI}.1.1.1": ("rsa", None),
    f"{RSADSI}.1.1.4": ("rsa", "md5"),
    f"{RSADSI}.1.1.5": ("rsa", "sha1"),
    "1.3.14.3.2.29": ("rsa", "sha1"),
    f"{RSADSI}.1.1.11": ("rsa", "sha256"),
    f"{RSADSI}.1.1.12": ("rsa", "sha384"),
    f"{RSADSI}.1.1.13": ("rsa", "sha512"),
    f"{RSADSI}.1.1.14": ("rsa", "sha224"),
    f"{RSADSI}.1.1.15": ("rsa", "sha512_224"),
    f"{RSADSI}.1.1.16": ("rsa", "sha512_256"),
    "1.3.36.3.3.1.2": ("rsa", "ripemd160"),
    f"{NIST}.3.13": ("rsa", "sha3_224"),
    f"{NIST}.3.14": ("rsa", "sha3_256"),
    f"{NIST}.3.15": ("rsa", "sha3_384"),
    f"{NIST}.3.16": ("rsa", "sha3_512"),
    f"{RSADSI}.1.1.10": ("pss", None),
    "1.2.840.10045.2.1": ("ecdsa", None),
    "1.2.840.10045.4": ("ecdsa", None),
    "1.2.840.10045.4.1": ("ecdsa", "sha1"),
    "1.2.840.10045.4.3.1": ("ecdsa", "sha224"),
    "1.2.840.10045.4.3.2": ("ecdsa", "sha256"),
    "1.2.840.10045.4.3.3": ("ecdsa", "sha384"),
    "1.2.840.10045.4.3.4": ("ecdsa", "sha512"),
    f"{NIST}.3.9": ("ecdsa", "sha3_224"),
    f"{NIST}.3.10": ("ecdsa", "sha3_256"),
    f"{NIST}.3.11": ("ecdsa", "sha3_384"),
    f"{NIST}.3.12": ("ecdsa", "sha3_512"),
    f"{BSI}.1": ("plain-ecdsa", "sha1"),
    f"{BSI}.2": ("plain-ecdsa", "sha224"),
    f"{BSI}.3": ("plain-ecdsa", "sha256"),
    f"{BSI}.4": ("plain-ecdsa", "sha384"),
    f"{BSI}.5": ("plain-ecdsa", "sha512"),
    "1.2.840.10040.4.1": ("dsa", None),
    "1.2.840.10040.4.3": ("dsa", "sha1"),
    f"{NIST}.3.1": ("dsa", "sha224"),
    f"{NIST}.3.2": ("dsa", "sha256"),
    f"{NIST}.3.3": ("dsa", "sha384"),
    f"{NIST}.3.4": ("dsa", "sha512"),
    "1.3.101.112": ("pure", None),
    "1.3.101.113": ("pure", None),
    f"{NIST}.3.17": ("pure", None),
    f"{NIST}.3.18": ("pure", None),
    f"{NIST}.3.19": ("pure", None),
}
EDWARDS = {"ed25519": 253, "ed448": 446}  # of the order of the base point (RFC 8032, 5.1 and 5.2)
PURE: dict[str, type] = {
    "1.3.101.112": ed25519.Ed25519PublicKey,
    "1.3.101.113": ed448.Ed448PublicKey,
    f"{NIST}.3.17": mldsa.MLDSA44PublicKey,
    f"{NIST}.3.18": mldsa.MLDSA65PublicKey,
    f"{NIST}.3.19": mldsa.MLDSA87PublicKey,
}


class Uncheckable(Exception):
    """An algorithm or a key that cannot be computed with here; `algorithm` names it."""

    def __init__(self, algorithm: str) -> None:
        super().__init__(algorithm)
        self.algorithm = algorithm


@dataclass(frozen=True, slots=True)
class Message:
    """What was signed: its bytes, or only its digest by `hashed`, where a value is over a long content."""

    data: bytes
    hashed: str | None = None

    def digest(self, name: str) -> bytes:
        """Raises ValueError where another digest is asked for than the one that is known."""
        if self.hashed is None:
            return hash_of(name, self.data)
        if name != self.hashed:
            raise ValueError("the value is over another digest than the one that is named")
        return self.data


def digest_name(algorithm: algos.DigestAlgorithm | algos.SignedDigestAlgorithm) -> str:
    """The digest that an AlgorithmIdentifier names; some name a signature algorithm in the place of its
    digest. What is not known is told by its number."""
    dotted = str(algorithm["algorithm"].dotted)
    named = METHODS.get(dotted, ("rsa", None))[1]
    return DIGESTS.get(dotted) or named or str(algorithm["algorithm"].native)


def digest_value(digest: Any) -> bytes:
    """Its value; 64 bytes of those whose length is free (RFC 8702, 3.1)."""
    return bytes(digest.digest(64) if digest.name.startswith("shake") else digest.digest())


def hash_of(name: str, data: bytes) -> bytes:
    """Raises ValueError where the digest is not known."""
    return digest_value(hashlib.new(name, data, usedforsecurity=False))


def value_digest(algorithm: algos.SignedDigestAlgorithm, contextual: str) -> str:
    """The digest on which a value rests, which may be another than that over the content (`contextual`)."""
    scheme, digest = METHODS.get(str(algorithm["algorithm"].dotted), ("rsa", None))
    if scheme == "pss":
        return digest_name(algorithm["parameters"]["hash_algorithm"])
    return digest or contextual


def certificate_digest(algorithm: algos.SignedDigestAlgorithm) -> str | None:
    """The digest by which a certificate was signed; None where the algorithm hashes within. Raises
    Uncheckable."""
    scheme, _ = _method(algorithm)
    return None if scheme == "pure" else value_digest(algorithm, "")


def key_bits(key: keys.PublicKeyInfo) -> int:
    """How long a key is, as policies count it: the modulus, or the order of the curve. Raises Uncheckable."""
    if key.algorithm in ("rsa", "rsassa_pss"):
        return int(key["public_key"].parsed["modulus"].native).bit_length()
    if key.algorithm == "dsa":
        return int(key["algorithm"]["parameters"]["p"].native).bit_length()
    if key.algorithm == "ec":
        return int(_public(key.dump(), key).key_size)
    return EDWARDS.get(str(key.algorithm), 8 * len(bytes(key["public_key"])))


def is_right(
    key: keys.PublicKeyInfo,
    algorithm: algos.SignedDigestAlgorithm,
    value: bytes,
    message: Message,
    contextual: str,
) -> bool:
    """Was the value made over the message by this key? Raises Uncheckable, also where the parts are not what
    the algorithm needs."""
    scheme, _ = _method(algorithm)
    try:
        digest = value_digest(algorithm, contextual)
        loaded = _loaded(key, algorithm)
        return _CHECKS[scheme](loaded, algorithm, value, message, digest)
    except InvalidSignature:
        return False
    except (ValueError, TypeError, LookupError, UnsupportedAlgorithm) as error:
        raise Uncheckable(str(algorithm["algorithm"].native)) from error


def named_digest(key: keys.PublicKeyInfo, value: bytes) -> str:
    """The digest that a PKCS#1 v1.5 value names itself, as asn1crypto calls it; SHA-1 where it is not by this
    key, so that it is told as wrong. Raises TypeError where the key is of another kind, and Uncheckable."""
    loaded = _public(key.dump(), key)
    if not isinstance(loaded, rsa.RSAPublicKey):
        raise TypeError("the value needs an RSA key")
    try:
        found = loaded.recover_data_from_signature(value, padding.PKCS1v15(), None)
    except InvalidSignature:
        return "sha1"
    return str(algos.DigestInfo.load(found)["digest_algorithm"]["algorithm"].native)


def _method(algorithm: algos.SignedDigestAlgorithm) -> tuple[Scheme, str | None]:
    dotted = str(algorithm["algorithm"].dotted)
    if dotted not in METHODS:
        raise Uncheckable(dotted)
    return METHODS[dotted]


def _loaded(key: keys.PublicKeyInfo, algorithm: algos.SignedDigestAlgorithm) -> Any:
    """The key. One for RSASSA-PSS alone makes no other values, and may limit how it makes these (RFC 4055,
    1.2 and 3.3)."""
    der = key.dump()
    if key.algorithm == "rsassa_pss":
        if _method(algorithm)[0] != "pss" or not _within_limits(key["algorithm"]["parameters"], algorithm):
            raise ValueError("the key is for other parameters")
        bare = keys.PublicKeyInfo.load(der)
        bare["algorithm"] = {"algorithm": "rsa"}
        der = bare.dump()
    return _public(der, key)


def _public(der: bytes, key: keys.PublicKeyInfo) -> Any:
    try:
        return serialization.load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Uncheckable(str(key["algorithm"]["algorithm"].native)) from error


def _within_limits(limits: Any, algorithm: algos.SignedDigestAlgorithm) -> bool:
    if not isinstance(limits, algos.RSASSAPSSParams):
        return True
    made = algorithm["parameters"]
    if not isinstance(made, algos.RSASSAPSSParams):
        return False
    same = all(made[part].native == limits[part].native for part in ("hash_algorithm", "mask_gen_algorithm"))
    return same and int(made["salt_length"].native) >= int(limits["salt_length"].native)


def _rsa(key: Any, _: Any, value: bytes, message: Message, digest: str) -> bool:
    """The digest with its name must be all that the value holds, NULL or not (RFC 8017, A.2.4)."""
    if not isinstance(key, rsa.RSAPublicKey):
        return False
    found = key.recover_data_from_signature(value, padding.PKCS1v15(), None)
    number = next((dotted for dotted, name in DIGESTS.items() if name == digest), None)
    if number is None:
        raise Uncheckable(digest or "rsa")  # the algorithm of a certificate must name its digest
    hashed = message.digest(digest)
    identifier = algos.DigestAlgorithmId(number).dump()
    return found in [_digest_info(identifier + end, hashed) for end in (NULL, b"")]


def _digest_info(identifier: bytes, hashed: bytes) -> bytes:
    inside = bytes((0x30, len(identifier))) + identifier + bytes((0x04, len(hashed))) + hashed
    return bytes((0x30, len(inside))) + inside


def _pss(key: Any, algorithm: Any, value: bytes, message: Message, digest: str) -> bool:
    parameters = algorithm["parameters"]
    if not isinstance(key, rsa.RSAPublicKey):
        return False
    mask = parameters["mask_gen_algorithm"]
    if mask["algorithm"].native != "mgf1":
        raise Uncheckable(str(mask["algorithm"].native))
    how = padding.PSS(
        padding.MGF1(_hash(digest_name(mask["parameters"]))), int(parameters["salt_length"].native)
    )
    key.verify(value, message.digest(digest), how, Prehashed(_hash(digest)))
    return True


def _ecdsa(key: Any, _: Any, value: bytes, message: Message, digest: str) -> bool:
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    key.verify(value, message.digest(digest), ec.ECDSA(Prehashed(_hash(digest))))
    return True


def _plain_ecdsa(key: Any, algorithm: Any, value: bytes, message: Message, digest: str) -> bool:
    """r and s one after the other, without DER (BSI TR-03111, 5.2.1.1)."""
    half = len(value) // 2
    if len(value) % 2 or not half:
        return False
    r, s = int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big")
    return _ecdsa(key, algorithm, encode_dss_signature(r, s), message, digest)


def _dsa(key: Any, _: Any, value: bytes, message: Message, digest: str) -> bool:
    if not isinstance(key, dsa.DSAPublicKey):
        return False
    key.verify(value, message.digest(digest), Prehashed(_hash(digest)))
    return True


def _pure(key: Any, algorithm: Any, value: bytes, message: Message, _: str) -> bool:
    """Algorithms that hash within (RFC 8419, RFC 9882): they need the message itself."""
    dotted = str(algorithm["algorithm"].dotted)
    if message.hashed is not None:
        raise Uncheckable(str(algorithm["algorithm"].native))
    if not isinstance(key, PURE[dotted]):
        return False
    key.verify(value, message.data)  # type: ignore[attr-defined]
    return True


def _hash(name: str) -> hashes.HashAlgorithm:
    made = getattr(hashes, name.upper(), None) if name in DIGESTS.values() else None
    if made is None or name.startswith("shake"):
        raise Uncheckable(name)
    chosen: hashes.HashAlgorithm = made()
    return chosen


_CHECKS: dict[Scheme, Callable[[Any, Any, bytes, Message, str], bool]] = {
    "rsa": _rsa,
    "pss": _pss,
    "ecdsa": _ecdsa,
    "plain-ecdsa": _plain_ecdsa,
    "dsa": _dsa,
    "pure": _pure,
}
