"""The port for signing keys: what a key must be able to do, and its errors."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from asn1crypto import x509

from signing.cms.mechanisms import Mechanism, mechanism_for
from signing.identity import Identity

Ask = Callable[[str], str | None]
"""Asks the person for the secret of this name; None where nobody can be asked."""
Notice = Callable[[], str | None]
"""Gives an address that a remote service may call once values that come later are there, or none."""


@dataclass(frozen=True, slots=True)
class Later:
    """The service is at so many values; `request` is what it calls that."""

    request: str
    count: int


@dataclass(frozen=True, slots=True)
class Token:
    """What a leave was changed for. `kind`: `SAD` stands in the order, `Bearer` in the head of the request
    (v1.0.4 and v2, 11.3). `seconds`: how long it holds."""

    kind: Literal["SAD", "Bearer"]
    value: str = field(repr=False)
    seconds: int


Part = list[bytes] | Later


class KeyUnavailable(Exception):
    """A key that cannot be used: says why and what to do."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} — {en}")
        self.code = code
        self.vi = vi
        self.en = en


class KeyFailed(Exception):
    """A key that gave no signature value when it was asked for one: says why and what to do."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} — {en}")
        self.code = code
        self.vi = vi
        self.en = en


class RawSigner(Protocol):
    """Turns bytes into a signature value; the key may be in memory, on a token or far away."""

    def sign(self, data: bytes, mechanism: Mechanism) -> bytes:
        """RSA: as long as the modulus; elliptic curve: DER of r and s. Raises KeyFailed."""
        ...

    def close(self) -> None:
        """Let go of the key: of a session with a token, say."""
        ...


@runtime_checkable
class ManySigner(RawSigner, Protocol):
    """One that signs many at once, after one leave of its holder."""

    def sign_all(self, data: Sequence[bytes], mechanism: Mechanism) -> Iterator["bytes | KeyFailed"]:
        """A value, or why there is none, for each in turn."""
        ...

    def parts(
        self, data: Sequence[bytes], mechanism: Mechanism, notice: Notice
    ) -> Iterator["Part | KeyFailed"]:
        """As `sign_all`, but many values at a time, or what to `fetch` them by where they come later; whoever
        asks for the next part has waited for that. A failure is the last."""
        ...

    def fetch(self, request: str) -> list[bytes] | None:
        """The values of what is `Later`; None where they are not there yet. Raises KeyFailed."""
        ...


@runtime_checkable
class HeldElsewhere(Protocol):
    """A key at a service that may want its holder on a page of its own."""

    @property
    def fresh_token(self) -> Token | None:
        """The service's token, where leave was changed for it as the key was opened."""
        ...

    @property
    def by_page(self) -> bool:
        """Whether its holder gives leave on a page of the service."""
        ...


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key ready to sign, its certificate, and the certificates between it and its root. `pss`: an RSA key
    signs by RSASSA-PSS instead of PKCS#1 v1.5.

    Hold on to it while a batch lasts: opening an RSA key costs more than signing with it.
    """

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    raw: RawSigner = field(repr=False)
    pss: bool = False

    @property
    def identity(self) -> Identity:
        return Identity(self.certificate, self.chain, self.mechanism)

    @property
    def holder(self) -> str:
        return self.identity.holder

    @property
    def organisation(self) -> str | None:
        return self.identity.organisation

    @property
    def mechanism(self) -> Mechanism:
        return mechanism_for(self.certificate, pss=self.pss)

    @property
    def signature_bytes(self) -> int:
        """An upper bound for the length of one signature value."""
        return self.identity.signature_bytes

    def sign(self, data: bytes) -> bytes:
        """A signature value that the key's own certificate confirms. Raises KeyFailed, ForeignValue."""
        return self.identity.confirmed(data, self.raw.sign(data, self.mechanism))

    @property
    def signs_many(self) -> bool:
        """Do documents that are signed together ask less of the holder than one after the other?"""
        return isinstance(self.raw, ManySigner)

    def sign_all(self, data: Sequence[bytes]) -> Iterator[bytes | KeyFailed]:
        """As `ManySigner`; not yet confirmed by the certificate."""
        return self._many.sign_all(data, self.mechanism)

    def parts(self, data: Sequence[bytes], notice: Notice) -> Iterator[Part | KeyFailed]:
        """As `ManySigner`; not yet confirmed by the certificate."""
        return self._many.parts(data, self.mechanism, notice)

    def fetch(self, request: str) -> list[bytes] | None:
        """As `ManySigner`; not yet confirmed by the certificate."""
        return self._many.fetch(request)

    @property
    def fresh_token(self) -> Token | None:
        return self.raw.fresh_token if isinstance(self.raw, HeldElsewhere) else None

    @property
    def by_page(self) -> bool:
        return isinstance(self.raw, HeldElsewhere) and self.raw.by_page

    @property
    def _many(self) -> ManySigner:
        if not isinstance(self.raw, ManySigner):
            raise TypeError("a key that signs one after the other")
        return self.raw

    def close(self) -> None:
        """After the batch; what is not closed ends with the process."""
        self.raw.close()


def unfit_key() -> KeyUnavailable:
    return KeyUnavailable(
        "unfit-key",
        "Loại khóa này không dùng được: cần RSA từ 2048 bit hoặc ECDSA P-256, P-384, P-521. "
        "Hãy xin cấp chứng thư mới.",
        "This kind of key cannot be used: RSA from 2048 bits or ECDSA P-256, P-384, P-521 is needed. "
        "Ask for a new certificate.",
    )
