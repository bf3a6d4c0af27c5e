"""Keys in PKCS#12 files, held in memory while a batch is signed."""

from dataclasses import dataclass
from pathlib import Path

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from signing.signing_key import KeyUnavailable, SigningKey, issued_by_others

MINIMUM_RSA_BITS = 2048  # Circular 15/2025/TT-BKHCN, Annex I
CURVES = ("secp256r1", "secp384r1", "secp521r1")
HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


@dataclass(frozen=True, slots=True)
class SoftwareKey:
    """A private key in memory."""

    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    def sign(self, data: bytes, digest_algorithm: str) -> bytes:
        chosen = HASHES[digest_algorithm]
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(data, padding.PKCS1v15(), chosen)
        return self.private.sign(data, ec.ECDSA(chosen))


def open_pkcs12(name: str, passphrase: str | None) -> SigningKey:
    """Raises KeyUnavailable."""
    bundle = _load(_read(Path(name)), passphrase)
    private = bundle.key
    if private is None or bundle.cert is None:
        raise KeyUnavailable(
            "no-private-key",
            "Tệp khóa không có khóa bí mật kèm chứng thư. Hãy xuất lại tệp .p12 có cả khóa bí mật.",
            "The key file holds no private key with its certificate. "
            "Export the .p12 again with the private key.",
        )
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or not _strong(private):
        raise KeyUnavailable(
            "unfit-key",
            "Loại khóa này không dùng được: cần RSA từ 2048 bit hoặc ECDSA P-256, P-384, P-521. "
            "Hãy xin cấp chứng thư mới.",
            "This kind of key cannot be used: RSA from 2048 bits or ECDSA P-256, P-384, P-521 is needed. "
            "Ask for a new certificate.",
        )
    certificate = _certificate(bundle.cert.certificate.public_bytes(Encoding.DER))
    others = [_certificate(c.certificate.public_bytes(Encoding.DER)) for c in bundle.additional_certs]
    return SigningKey(certificate, issued_by_others(others), SoftwareKey(private))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeyUnavailable(
            "key-not-found",
            f"Không mở được tệp khóa {path.name}. Hãy kiểm tra đường dẫn và quyền đọc.",
            f"The key file {path.name} cannot be opened. Check the path and the right to read it.",
        ) from error


def _load(data: bytes, passphrase: str | None) -> pkcs12.PKCS12KeyAndCertificates:
    try:
        return pkcs12.load_pkcs12(data, passphrase.encode() if passphrase is not None else None)
    except ValueError as error:
        if "password" in str(error).lower():
            raise KeyUnavailable(
                "wrong-passphrase",
                "Mật khẩu của tệp khóa không đúng. Hãy nhập lại.",
                "The passphrase of the key file is wrong. Enter it again.",
            ) from error
        raise KeyUnavailable(
            "not-a-key-file",
            "Tệp khóa không phải PKCS#12 (.p12, .pfx) hoặc đã hỏng. Hãy xuất lại tệp khóa.",
            "The key file is not PKCS#12 (.p12, .pfx) or is damaged. Export the key file again.",
        ) from error


def _strong(private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bool:
    if isinstance(private, rsa.RSAPrivateKey):
        return private.key_size >= MINIMUM_RSA_BITS
    return private.curve.name in CURVES


def _certificate(der: bytes) -> x509.Certificate:
    return x509.Certificate.load(der)
