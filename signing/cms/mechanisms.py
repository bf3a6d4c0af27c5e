"""How signature values are made: padding or curve, and digest."""

from dataclasses import dataclass
from typing import Any, Literal

from asn1crypto import algos, keys, x509
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
        """Can a key of this certificate make values in this way? One for RSASSA-PSS alone makes no others,
        and may name the digests and the shortest salt of its values (RFC 4055, 3.3)."""
        public = certificate.public_key
        limits = _limits(public)
        return str(public.algorithm) in _KINDS[self.scheme] and (limits is None or self._within(limits))

    def _within(self, limits: Any) -> bool:
        digests = limits["hash_algorithm"], limits["mask_gen_algorithm"]["parameters"]
        named = {str(digest["algorithm"].native) for digest in digests}
        return named == {self.digest} and int(limits["salt_length"].native) <= self.digest_size


def mechanism_for(certificate: x509.Certificate, *, pss: bool = False) -> Mechanism:
    """On elliptic curves the digest is as strong as the curve (ETSI TS 119 312, 6.2). `pss`: an RSA key signs
    by RSASSA-PSS instead of PKCS#1 v1.5, by the digest that its certificate may demand."""
    public = certificate.public_key
    if public.algorithm == "ec":
        bits = int(public.bit_size)
        return Mechanism("ecdsa", "sha256" if bits <= 256 else "sha384" if bits <= 384 else "sha512")
    only_pss, limits = public.algorithm == "rsassa_pss", _limits(public)
    wanted = None if limits is None else str(limits["hash_algorithm"]["algorithm"].native)
    chosen: Digest = next((digest for digest in HASHES if digest == wanted), "sha256")
    return Mechanism("rsassa_pss" if pss or only_pss else "rsassa_pkcs1v15", chosen)


def _limits(public: keys.PublicKeyInfo) -> Any:
    """The parameters of a key for RSASSA-PSS alone; None where it has none."""
    given = public["algorithm"]["parameters"] if public.algorithm == "rsassa_pss" else None
    return given if isinstance(given, algos.RSASSAPSSParams) else None
