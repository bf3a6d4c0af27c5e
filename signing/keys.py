"""Signing keys by reference: opened for a batch, never stored."""

from signing import software
from signing.csc_client import Access
from signing.remote import open_remote
from signing.signing_key import Ask, KeyUnavailable, SigningKey

__all__ = ["Access", "Ask", "KeyUnavailable", "SigningKey", "open_key"]


def open_key(
    reference: str,
    passphrase: str | None,
    *,
    pss: bool = False,
    module: str = "",
    ask: Ask | None = None,
    access: Access | None = None,
) -> SigningKey:
    """The key that `file:PATH` (PKCS#12), `pkcs11:…` (RFC 7512) or `csc:https://HOST/csc/v1?credential=ID`
    (a remote signing service) names. `passphrase`: or the PIN; where a key needs one and it is absent, `ask`
    is. `pss`: an RSA key signs by RSASSA-PSS, not PKCS#1 v1.5. `module`: the PKCS#11 module where the
    reference names none. `access`: to the remote service. Raises KeyUnavailable."""
    scheme, _, rest = reference.partition(":")
    if scheme == "file" and rest:
        return software.open_pkcs12(rest, passphrase, pss=pss)
    if scheme == "pkcs11":
        from signing.pkcs11 import open_token  # loads a library that key files do not need

        return open_token(reference, passphrase, pss=pss, module=module, ask=ask)
    if scheme == "csc":
        return open_remote(reference, passphrase, access, pss=pss, ask=ask)
    raise KeyUnavailable(
        "bad-reference",
        "Không hiểu tham chiếu khóa ký. Hãy ghi file:ĐƯỜNG_DẪN.p12, pkcs11:token=…;object=… "
        "hoặc csc:https://….",
        "The key reference is not understood. Write file:PATH.p12, pkcs11:token=…;object=… or csc:https://….",
    )
