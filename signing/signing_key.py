"""The port for signing keys: what a key must be able to do, and its errors."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from asn1crypto import x509

from signing import certificates


class KeyUnavailable(Exception):
    """A key that cannot be used: says why and what to do."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} — {en}")
        self.code = code
        self.vi = vi
        self.en = en


class RawSigner(Protocol):
    """Turns bytes into a signature value; the key may be in memory, on a token or far away."""

    def sign(self, data: bytes, digest_algorithm: str) -> bytes:
        """RSA: PKCS#1 v1.5; elliptic curve: DER of r and s. `digest_algorithm` as `sha256`."""
        ...


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key ready to sign, its certificate, and the certificates between it and its root.

    Hold on to it while a batch lasts: opening an RSA key costs more than signing with it.
    """

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    raw: RawSigner = field(repr=False)

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
    def signature_bytes(self) -> int:
        """An upper bound for the length of one signature value."""
        public = self.certificate.public_key
        # r and s of an elliptic curve signature are wrapped in three DER headers
        return int(public.bit_size) // 8 + 8 if public.algorithm == "rsa" else int(public.bit_size) // 4 + 16


def issued_by_others(chain: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """A chain without its self-signed root: nobody trusts a root because a signature brought it."""
    return tuple(c for c in chain if c.subject != c.issuer)
