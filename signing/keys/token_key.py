"""A private key on a token, signing hashes in one session that lasts for a batch."""

import hashlib
import threading
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field

import pkcs11
from asn1crypto import algos
from pkcs11 import MGF, exceptions
from pkcs11 import Mechanism as Cryptoki

from signing.cms.mechanisms import Digest, Mechanism
from signing.identity import ForeignValue, der_of
from signing.keys import token_refusals as refusals

HASHED: dict[Digest, Cryptoki] = {
    "sha256": Cryptoki.SHA256,
    "sha384": Cryptoki.SHA384,
    "sha512": Cryptoki.SHA512,
}
MASKS: dict[Digest, MGF] = {"sha256": MGF.SHA256, "sha384": MGF.SHA384, "sha512": MGF.SHA512}
HASHING_RSA: dict[Digest, Cryptoki] = {
    "sha256": Cryptoki.SHA256_RSA_PKCS,
    "sha384": Cryptoki.SHA384_RSA_PKCS,
    "sha512": Cryptoki.SHA512_RSA_PKCS,
}
HASHING_PSS: dict[Digest, Cryptoki] = {
    "sha256": Cryptoki.SHA256_RSA_PKCS_PSS,
    "sha384": Cryptoki.SHA384_RSA_PKCS_PSS,
    "sha512": Cryptoki.SHA512_RSA_PKCS_PSS,
}
GONE = (
    exceptions.DeviceRemoved,
    exceptions.DeviceError,
    exceptions.TokenNotPresent,
    exceptions.TokenNotRecognised,
    exceptions.SessionHandleInvalid,
    exceptions.SessionClosed,
    exceptions.SlotIDInvalid,
    exceptions.ObjectHandleInvalid,
    exceptions.KeyHandleInvalid,
    exceptions.UserNotLoggedIn,
)


def chosen(mechanism: Mechanism, offered: AbstractSet[object]) -> Cryptoki | None:
    """The token's mechanism: it gets the hash where it takes one, since few tokens hash elliptic curves and
    none is fast at it; else it gets the data."""
    if mechanism.scheme == "ecdsa":
        wanted = [Cryptoki.ECDSA]
    elif mechanism.scheme == "rsassa_pss":
        wanted = [Cryptoki.RSA_PKCS_PSS, HASHING_PSS[mechanism.digest]]
    else:
        wanted = [Cryptoki.RSA_PKCS, HASHING_RSA[mechanism.digest]]
    return next((one for one in wanted if one in offered), None)


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A RawSigner. `pin` is kept only for a key that wants it before each signature
    (CKA_ALWAYS_AUTHENTICATE)."""

    session: pkcs11.Session = field(repr=False)
    private: pkcs11.SignMixin = field(repr=False)
    mechanism: Cryptoki
    pin: str | None = field(default=None, repr=False)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def sign(self, data: bytes, mechanism: Mechanism) -> bytes:
        parameters = None
        if mechanism.scheme == "rsassa_pss":
            parameters = (HASHED[mechanism.digest], MASKS[mechanism.digest], mechanism.digest_size)
        more = {"pin": self.pin} if self.pin is not None else {}
        try:
            with self.lock:  # a session does one thing at a time
                value = self.private.sign(
                    self._input(data, mechanism),
                    mechanism=self.mechanism,
                    mechanism_param=parameters,
                    **more,
                )
            return der_of(value) if mechanism.scheme == "ecdsa" else value
        except GONE as error:
            raise refusals.gone() from error
        except (exceptions.PKCS11Error, ForeignValue) as error:
            raise refusals.refused(type(error).__name__) from error

    def close(self) -> None:
        with suppress(exceptions.PKCS11Error):  # pulled out already
            self.session.close()

    def _input(self, data: bytes, mechanism: Mechanism) -> bytes:
        digest = hashlib.new(mechanism.digest, data).digest()
        if self.mechanism in (Cryptoki.ECDSA, Cryptoki.RSA_PKCS_PSS):
            return digest
        if self.mechanism == Cryptoki.RSA_PKCS:  # the token pads, and no more (RFC 8017, 9.2)
            return bytes(
                algos.DigestInfo(
                    {"digest_algorithm": {"algorithm": mechanism.digest}, "digest": digest}
                ).dump()
            )
        return data
