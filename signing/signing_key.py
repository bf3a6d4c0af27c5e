"""The port for signing keys: what a key must be able to do, and its errors."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from asn1crypto import x509
from cryptography import x509 as pyca
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing import certificates

Scheme = Literal["rsassa_pkcs1v15", "rsassa_pss", "ecdsa"]
Digest = Literal["sha256", "sha384", "sha512"]

MINIMUM_RSA_BITS = 2048  # Circular 15/2025/TT-BKHCN, Annex I
CURVES = ("secp256r1", "secp384r1", "secp521r1")
HASHES: dict[Digest, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class KeyUnavailable(Exception):
    """A key that cannot be used: says why and what to do."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} — {en}")
        self.code = code
        self.vi = vi
        self.en = en


class KeyFailed(Exception):
    """A key that gave no signature value when it was asked for one."""


class ForeignValue(Exception):
    """A signature value that the certificate of its key does not confirm."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """How signature values are made. In RSASSA-PSS the salt is as long as the digest, and MGF1 uses the same
    hash function (RFC 4055, 3.1)."""

    scheme: Scheme
    digest: Digest

    @property
    def digest_size(self) -> int:
        return HASHES[self.digest].digest_size

    def pss(self) -> padding.PSS:
        chosen = HASHES[self.digest]
        return padding.PSS(padding.MGF1(chosen), chosen.digest_size)


class RawSigner(Protocol):
    """Turns bytes into a signature value; the key may be in memory, on a token or far away."""

    def sign(self, data: bytes, mechanism: Mechanism) -> bytes:
        """RSA: as long as the modulus; elliptic curve: DER of r and s. Raises KeyFailed."""
        ...


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key ready to sign, its certificate, and the certificates between it and its root. `pss`: an RSA key
    signs by RSASSA-PSS instead of PKCS#1 v1.5.

    Hold on to it while a batch lasts: opening an RSA key costs more than signing with it.
    """

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    raw: RawSigner = field(repr=False)
    pss: bool = False

    @property
    def holder(self) -> str:
        return certificates.holder(self.certificate)

    @property
    def organisation(self) -> str | None:
        return certificates.organisation(self.certificate)

    @property
    def serial(self) -> str:
        return certificates.serial(self.certificate)

    @property
    def mechanism(self) -> Mechanism:
        """On elliptic curves the digest is as strong as the curve (ETSI TS 119 312, 6.2)."""
        public = self.certificate.public_key
        if public.algorithm == "ec":
            bits = int(public.bit_size)
            return Mechanism("ecdsa", "sha256" if bits <= 256 else "sha384" if bits <= 384 else "sha512")
        only_pss = public.algorithm == "rsassa_pss"
        return Mechanism("rsassa_pss" if self.pss or only_pss else "rsassa_pkcs1v15", "sha256")

    @property
    def signature_bytes(self) -> int:
        """An upper bound for the length of one signature value."""
        public = self.certificate.public_key
        # r and s of an elliptic curve signature are wrapped in three DER headers
        return int(public.bit_size) // 4 + 16 if public.algorithm == "ec" else int(public.bit_size) // 8 + 8

    def sign(self, data: bytes) -> bytes:
        """A signature value that the key's own certificate confirms. Raises KeyFailed, ForeignValue."""
        value = self.raw.sign(data, self.mechanism)
        confirm(self.certificate, data, value, self.mechanism)
        return value


def confirm(certificate: x509.Certificate, data: bytes, value: bytes, mechanism: Mechanism) -> None:
    """Is this the value that the holder of the certificate makes of the data? Raises ForeignValue."""
    public = pyca.load_der_x509_certificate(certificate.dump()).public_key()
    chosen = HASHES[mechanism.digest]
    try:
        if isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(value, data, ec.ECDSA(chosen))
        elif isinstance(public, rsa.RSAPublicKey):
            pss = mechanism.scheme == "rsassa_pss"
            public.verify(value, data, mechanism.pss() if pss else padding.PKCS1v15(), chosen)
        else:
            raise ForeignValue("a certificate of a kind that signs nothing here")
    except InvalidSignature as error:
        raise ForeignValue("the certificate does not confirm the value") from error


def usable(public: object) -> bool:
    """A kind of key that verifiers accept for documents of today."""
    if isinstance(public, rsa.RSAPublicKey):
        return public.key_size >= MINIMUM_RSA_BITS
    return isinstance(public, ec.EllipticCurvePublicKey) and public.curve.name in CURVES


def unfit_key() -> KeyUnavailable:
    return KeyUnavailable(
        "unfit-key",
        "Loại khóa này không dùng được: cần RSA từ 2048 bit hoặc ECDSA P-256, P-384, P-521. "
        "Hãy xin cấp chứng thư mới.",
        "This kind of key cannot be used: RSA from 2048 bits or ECDSA P-256, P-384, P-521 is needed. "
        "Ask for a new certificate.",
    )


def issued_by_others(chain: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """A chain without its self-signed root: nobody trusts a root because a signature brought it."""
    return tuple(c for c in chain if c.subject != c.issuer)
