"""Keys on tokens and in security modules (PKCS#11), found by RFC 7512 references."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, cast, get_args
from urllib.parse import quote

import pkcs11
from asn1crypto import x509
from pkcs11 import Attribute, ObjectClass, TokenFlag, exceptions

from signing.cms.mechanisms import Mechanism, Scheme, mechanism_for
from signing.identity import issued_by_others, usable_certificate
from signing.keys import token_refusals as refusals
from signing.keys.pkcs11_uri import TokenUri
from signing.keys.signing_key import Ask, KeyUnavailable, SigningKey, unfit_key
from signing.keys.token_key import TokenKey, chosen
from signing.pki import certificates

Module: TypeAlias = Any  # the type of `pkcs11.lib`, which that package names only to type checkers


@dataclass(frozen=True, slots=True)
class _Pair:
    """A private key on the token, and its certificate where there is one."""

    private: pkcs11.SignMixin
    id: bytes
    label: str
    certificate: x509.Certificate | None
    certificate_label: str

    @property
    def name(self) -> str:
        held = f" ({certificates.holder(self.certificate)})" if self.certificate else ""
        return f"object={self.label or self.certificate_label};id={quote(self.id, safe='')}{held}"


def open_token(
    reference: str, pin: str | None, *, pss: bool = False, module: str = "", ask: Ask | None = None
) -> SigningKey:
    """The key that a `pkcs11:` reference names, in a session that lasts until it is closed. The PIN: `pin`,
    else out of the file that the reference names, else asked for; given to the token once and never again.
    `module`: of the device, where the reference names none. Raises KeyUnavailable."""
    uri = TokenUri.parse(reference)
    given = uri.pin() if uri.pin_source else pin
    with _telling():
        token = _token(uri, load(str(uri.module_path or module)))
        session, given = _logged_in(token, given, ask)
        try:
            pairs, found = _pairs(session)
            return _key(session, _named(uri, pairs), found, given, pss=pss)
        except BaseException:
            session.close()
            raise


def load(name: str) -> Module:
    """The module of a device. Raises KeyUnavailable."""
    if not name:
        raise refusals.no_module()
    if not Path(name).is_file():
        raise refusals.module_missing()
    try:
        return pkcs11.lib(name)
    except (exceptions.PKCS11Error, RuntimeError, OSError) as error:
        raise refusals.module_failed(name, str(error) or type(error).__name__) from error


def tokens(module: Module) -> list[pkcs11.Token]:
    """Those that are plugged in and initialised."""
    found = []
    for slot in module.get_slots(token_present=True):
        try:
            token = slot.get_token()
        except (exceptions.TokenNotRecognised, exceptions.TokenNotPresent, exceptions.DeviceRemoved):
            continue
        if token.flags & TokenFlag.TOKEN_INITIALIZED:
            found.append(token)
    return found


def describe(token: pkcs11.Token) -> str:
    return f"token={token.label};serial={token.serial.decode(errors='replace')}"


def lacks(token: pkcs11.Token) -> list[str]:
    """The ways of signing that a token does not offer."""
    offered = token.slot.get_mechanisms()
    return [scheme for scheme in get_args(Scheme) if chosen(Mechanism(scheme, "sha256"), offered) is None]


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except exceptions.PKCS11Error as error:
        raise refusals.token_failed(type(error).__name__) from error


def _token(uri: TokenUri, module: Module) -> pkcs11.Token:
    present = tokens(module)
    fitting = [token for token in present if _fits(uri, token)]
    if not fitting:
        raise refusals.no_token([describe(token) for token in present])
    if len(fitting) > 1:
        raise refusals.ambiguous_token([describe(token) for token in fitting])
    return fitting[0]


def _fits(uri: TokenUri, token: pkcs11.Token) -> bool:
    wanted = (
        (uri.token, token.label),
        (uri.manufacturer, token.manufacturer_id),
        (uri.serial, token.serial.decode(errors="replace")),
        (uri.model, token.model),
        (uri.slot_id, token.slot.slot_id),
    )
    return all(asked is None or asked == has for asked, has in wanted)


def _logged_in(token: pkcs11.Token, pin: str | None, ask: Ask | None) -> tuple[pkcs11.Session, str | None]:
    """A session, and the PIN that opened it. One wrong PIN is one try less of about three (F3.12), so it is
    given once."""
    if token.flags & TokenFlag.USER_PIN_LOCKED:
        raise refusals.locked(token.label)
    if token.flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH:
        return token.open(user_pin=pkcs11.PROTECTED_AUTH), None  # on the keys of the device itself
    if token.flags & TokenFlag.USER_PIN_FINAL_TRY:
        raise refusals.last_try(token.label)
    if not pin and ask is not None:
        pin = ask(f"PIN {token.label}")
    if not pin:
        raise refusals.pin_missing(token.label)
    try:
        return token.open(user_pin=pin), pin
    except exceptions.UserAlreadyLoggedIn as error:
        # another session of this process opened it: by that, any PIN would pass for the right one
        raise refusals.token_busy(token.label) from error
    except exceptions.PinLocked as error:
        raise refusals.locked(token.label) from error
    except (exceptions.PinIncorrect, exceptions.PinInvalid, exceptions.PinLenRange) as error:
        raise _after_wrong_pin(token) from error


def _after_wrong_pin(token: pkcs11.Token) -> KeyUnavailable:
    flags = token.slot.get_token().flags
    if flags & TokenFlag.USER_PIN_LOCKED:
        return refusals.locked(token.label)
    return refusals.wrong_pin(token.label, last=bool(flags & TokenFlag.USER_PIN_FINAL_TRY))


def _pairs(session: pkcs11.Session) -> tuple[list[_Pair], list[x509.Certificate]]:
    """The private keys with their certificates, which have the same CKA_ID; and all certificates."""
    held: dict[bytes, tuple[x509.Certificate, str]] = {}
    every = []
    for one in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
        certificate = _certificate(one)
        if certificate is not None:
            every.append(certificate)
            if _id(one):
                held[_id(one)] = certificate, _label(one)
    keys = session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})
    return [
        _Pair(cast(pkcs11.SignMixin, key), _id(key), _label(key), *held.get(_id(key), (None, "")))
        for key in keys
    ], every


def _id(one: pkcs11.Object) -> bytes:
    return bytes(_read(one, Attribute.ID) or b"")


def _label(one: pkcs11.Object) -> str:
    return str(_read(one, Attribute.LABEL) or "")


def _read(one: pkcs11.Object, attribute: Attribute) -> Any:
    try:
        return one[attribute]
    except (exceptions.AttributeTypeInvalid, exceptions.AttributeSensitive):
        return None


def _certificate(one: pkcs11.Object) -> x509.Certificate | None:
    try:
        certificate = x509.Certificate.load(bytes(_read(one, Attribute.VALUE) or b""))
        _ = certificate.public_key.algorithm, certificate.subject.native
    except (ValueError, TypeError, KeyError):
        return None  # of another kind, or damaged
    return certificate


def _named(uri: TokenUri, pairs: Sequence[_Pair]) -> _Pair:
    """The one key that the reference leaves; of several, the one that has a certificate for signing."""
    fitting = [
        pair
        for pair in pairs
        if (uri.id is None or pair.id == uri.id)
        and (uri.object is None or uri.object in (pair.label, pair.certificate_label))
    ]
    if len(fitting) > 1:
        may_sign = [p for p in fitting if p.certificate is not None and certificates.may_sign(p.certificate)]
        fitting = may_sign if len(may_sign) == 1 else fitting
    if not fitting:
        raise refusals.no_key([pair.name for pair in pairs])
    if len(fitting) > 1:
        raise refusals.ambiguous_key([pair.name for pair in fitting])
    return fitting[0]


def _key(
    session: pkcs11.Session, pair: _Pair, found: Sequence[x509.Certificate], pin: str | None, *, pss: bool
) -> SigningKey:
    if pair.certificate is None:
        raise refusals.no_certificate(pair.name)
    if not usable_certificate(pair.certificate):
        raise unfit_key()
    token, wanted = session.token, mechanism_for(pair.certificate, pss=pss)
    mechanism = chosen(wanted, token.slot.get_mechanisms())
    if mechanism is None:
        raise refusals.no_mechanism(token.label, wanted.scheme)
    each_time = bool(_read(cast(pkcs11.Object, pair.private), Attribute.ALWAYS_AUTHENTICATE))
    raw = TokenKey(session, pair.private, mechanism, pin if each_time else None)
    return SigningKey(pair.certificate, _chain(pair.certificate, found), raw, pss)


def _chain(certificate: x509.Certificate, found: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Those of the certificates that lead up from this one, by name; verifiers check more than names."""
    chain = [certificate]
    while above := next((c for c in found if c.subject == chain[-1].issuer and c not in chain), None):
        chain.append(above)
    return issued_by_others(chain[1:])
