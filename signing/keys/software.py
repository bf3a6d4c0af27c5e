"""Keys in PKCS#12 files, held in memory while a batch is signed."""

from dataclasses import dataclass
from pathlib import Path

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from signing.cms.mechanisms import HASHES, Mechanism
from signing.identity import issued_by_others, usable
from signing.keys.signing_key import KeyUnavailable, SigningKey, unfit_key


@dataclass(frozen=True, slots=True)
class SoftwareKey:
    """A private key in memory."""

    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    def sign(self, data: bytes, mechanism: Mechanism) -> bytes:
        chosen = HASHES[mechanism.digest]
        if isinstance(self.private, ec.EllipticCurvePrivateKey):
            return self.private.sign(data, ec.ECDSA(chosen))
        pss = mechanism.scheme == "rsassa_pss"
        return self.private.sign(data, mechanism.pss() if pss else padding.PKCS1v15(), chosen)

    def close(self) -> None:
        """Memory lets go of it by itself."""


def open_pkcs12(name: str, passphrase: str | None, *, pss: bool = False) -> SigningKey:
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
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise unfit_key()
    if not usable(private.public_key()):
        raise unfit_key()
    certificate = _certificate(bundle.cert.certificate.public_bytes(Encoding.DER))
    others = [_certificate(c.certificate.public_bytes(Encoding.DER)) for c in bundle.additional_certs]
    return SigningKey(certificate, issued_by_others(others), SoftwareKey(private), pss)


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
            if not passphrase:
                raise KeyUnavailable(
                    "no-passphrase",
                    "Chưa nhập mật khẩu khóa ký. Hãy nhập mật khẩu rồi ký lại.",
                    "No passphrase was given for the key. Enter it and sign again.",
                ) from error
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


def _certificate(der: bytes) -> x509.Certificate:
    return x509.Certificate.load(der)
