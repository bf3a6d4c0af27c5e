"""Signing keys by reference: opened for a batch, never stored."""

from signing.keys import software
from signing.keys.csc_client import Access
from signing.keys.csc_refusals import RemoteFailed
from signing.keys.pkcs11_uri import TokenUri
from signing.keys.remote import Reference, open_remote
from signing.keys.signing_key import Ask, KeyUnavailable, SigningKey

__all__ = ["Access", "Ask", "KeyUnavailable", "SigningKey", "check_reference", "open_key", "told_reference"]


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
        from signing.keys.pkcs11 import open_token  # loads a library that key files do not need

        return open_token(reference, passphrase, pss=pss, module=module, ask=ask)
    if scheme == "csc":
        return open_remote(reference, passphrase, access, pss=pss, ask=ask)
    raise _not_understood()


def check_reference(reference: str) -> None:
    """Raises KeyUnavailable where nothing can be meant by it, or where it holds a secret; opens nothing."""
    scheme, _, rest = reference.partition(":")
    if scheme == "pkcs11":
        TokenUri.parse(reference)
    elif scheme == "csc":
        try:
            Reference.parse(reference)
        except RemoteFailed as refused:
            raise KeyUnavailable(refused.code, refused.vi, refused.en) from None
    elif scheme != "file" or not rest:
        raise _not_understood()


def told_reference(reference: str | None) -> str | None:
    """The reference, if any, as a history may tell it for ever: of one that `check_reference` refuses, its
    kind alone; else without what follows the `?` of a token's (RFC 7512, 2.4)."""
    if not reference:
        return None
    try:
        check_reference(reference)
    except KeyUnavailable:
        return f"{reference.partition(':')[0]}:…" if reference.startswith(("pkcs11:", "csc:")) else "…"
    return reference.partition("?")[0] if reference.startswith("pkcs11:") else reference


def _not_understood() -> KeyUnavailable:
    return KeyUnavailable(
        "bad-reference",
        "Không hiểu tham chiếu khóa ký. Hãy ghi file:ĐƯỜNG_DẪN.p12, pkcs11:token=…;object=… "
        "hoặc csc:https://….",
        "The key reference is not understood. Write file:PATH.p12, pkcs11:token=…;object=… or csc:https://….",
    )
