"""Signing keys by reference: opened for a batch, never stored."""

from signing import software
from signing.signing_key import KeyUnavailable, SigningKey

__all__ = ["KeyUnavailable", "SigningKey", "open_key"]


def open_key(reference: str, passphrase: str | None, *, pss: bool = False) -> SigningKey:
    """The key that `file:PATH` (PKCS#12) names. `pss`: an RSA key signs by RSASSA-PSS, not PKCS#1 v1.5.
    Raises KeyUnavailable."""
    scheme, _, rest = reference.partition(":")
    if scheme == "file" and rest:
        return software.open_pkcs12(rest, passphrase, pss=pss)
    if scheme == "pkcs11":
        raise KeyUnavailable(
            "pkcs11-not-supported",
            "Phiên bản này chưa ký được bằng thiết bị PKCS#11 (USB token, HSM). "
            "Hãy dùng tệp khóa: file:KHOA.p12.",
            "This version cannot sign with PKCS#11 devices (USB tokens, HSMs). Use a key file: file:KEY.p12.",
        )
    raise KeyUnavailable(
        "bad-reference",
        "Không hiểu tham chiếu khóa ký. Hãy ghi file:ĐƯỜNG_DẪN.p12.",
        "The key reference is not understood. Write file:PATH.p12.",
    )
