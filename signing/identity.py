"""Who signs and how, without the key: enough to prepare a signature and to check its value."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from asn1crypto import algos, x509
from cryptography import x509 as pyca
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing.cms.mechanisms import HASHES, Mechanism
from signing.pki import certificates

MINIMUM_RSA_BITS = 2048  # Circular 15/2025/TT-BKHCN, Annex I
CURVES = ("secp256r1", "secp384r1", "secp521r1")


class ForeignValue(Exception):
    """A signature value that the certificate of its key does not confirm."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The certificate of a signer, the certificates between it and its root, and how the values are made."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    mechanism: Mechanism

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
        return int(public.bit_size) // 4 + 16 if public.algorithm == "ec" else int(public.bit_size) // 8 + 8

    def confirmed(self, data: bytes, value: bytes) -> bytes:
        """The value as a CMS object holds it, once the certificate confirms that its holder made it of the
        data. Devices and browsers give r and s of an elliptic curve bare (IEEE P1363); here they get their
        DER. Raises ForeignValue."""
        if self.mechanism.scheme == "ecdsa" and value[:1] != b"\x30":
            value = der_of(value)
        try:
            confirm(self.certificate, data, value, self.mechanism)
        except ForeignValue:
            if self.mechanism.scheme != "ecdsa":
                raise
            value = der_of(value)  # a bare r may begin as DER does
            confirm(self.certificate, data, value, self.mechanism)
        return value


def der_of(value: bytes) -> bytes:
    """ECDSA-Sig-Value (RFC 3279, 2.2.3) of r and s that stand one after the other. Raises ForeignValue."""
    if not value or len(value) % 2:
        raise ForeignValue("neither r and s of one length nor their DER")
    return bytes(algos.DSASignature.from_p1363(value).dump())


def confirm(certificate: x509.Certificate, data: bytes, value: bytes, mechanism: Mechanism) -> None:
    """Is this the value that the holder of the certificate makes of the data? Raises ForeignValue."""
    chosen = HASHES[mechanism.digest]
    try:
        public = _public_key(certificate.dump())
        if isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(value, data, ec.ECDSA(chosen))
        elif isinstance(public, rsa.RSAPublicKey):
            pss = mechanism.scheme == "rsassa_pss"
            public.verify(value, data, mechanism.pss() if pss else padding.PKCS1v15(), chosen)
        else:
            raise ForeignValue("a certificate of a kind that signs nothing here")
    except (InvalidSignature, UnsupportedAlgorithm, ValueError) as error:
        raise ForeignValue("the certificate does not confirm the value") from error


def usable(public: object) -> bool:
    """A kind of key that verifiers accept for documents of today."""
    if isinstance(public, rsa.RSAPublicKey):
        return public.key_size >= MINIMUM_RSA_BITS
    return isinstance(public, ec.EllipticCurvePublicKey) and public.curve.name in CURVES


@lru_cache(maxsize=64)
def _public_key(der: bytes) -> object:
    """Of a certificate; a batch asks for the same one again and again. Raises ValueError,
    UnsupportedAlgorithm."""
    return pyca.load_der_x509_certificate(der).public_key()


def readable(certificate: x509.Certificate) -> bool:
    """Is it a certificate at all? One that comes from elsewhere is not read before it is needed."""
    try:
        pyca.load_der_x509_certificate(certificate.dump())
        _ = certificate.subject.native, certificate.issuer.native, certificate.public_key.algorithm
    except (ValueError, TypeError, LookupError):
        return False
    return True


def usable_certificate(certificate: x509.Certificate) -> bool:
    """Is its key of such a kind?"""
    try:
        return usable(_public_key(certificate.dump()))
    except (UnsupportedAlgorithm, ValueError):
        return False


def issued_by_others(chain: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """A chain without its self-signed root: nobody trusts a root because a signature brought it."""
    return tuple(c for c in chain if c.subject != c.issuer)
