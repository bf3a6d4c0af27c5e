"""How signature values are made: padding or curve, and digest."""

from dataclasses import dataclass
from typing import Literal

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

Scheme = Literal["rsassa_pkcs1v15", "rsassa_pss", "ecdsa"]
Digest = Literal["sha256", "sha384", "sha512"]

HASHES: dict[Digest, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_KINDS: dict[Scheme, tuple[str, ...]] = {
    "rsassa_pkcs1v15": ("rsa",),
    "rsassa_pss": ("rsa", "rsassa_pss"),
    "ecdsa": ("ec",),
}


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

    def fits(self, certificate: x509.Certificate) -> bool:
        """Can a key of this certificate make values in this way? One for RSASSA-PSS alone makes no others."""
        kind = str(certificate.public_key.algorithm)
        return kind in _KINDS[self.scheme]


def mechanism_for(certificate: x509.Certificate, *, pss: bool = False) -> Mechanism:
    """On elliptic curves the digest is as strong as the curve (ETSI TS 119 312, 6.2). `pss`: an RSA key signs
    by RSASSA-PSS instead of PKCS#1 v1.5."""
    public = certificate.public_key
    if public.algorithm == "ec":
        bits = int(public.bit_size)
        return Mechanism("ecdsa", "sha256" if bits <= 256 else "sha384" if bits <= 384 else "sha512")
    only_pss = public.algorithm == "rsassa_pss"
    return Mechanism("rsassa_pss" if pss or only_pss else "rsassa_pkcs1v15", "sha256")
