"""Keys at remote signing services (Cloud Signature Consortium API 1.0.4 and 2): `csc:https://HOST/csc/v1?…`.

One authorisation by the holder covers as many documents as the service allows, so a batch is signed together.
What the holder gives for it (PIN, one-time password), and what the service makes of it (SAD), lives in memory
for as long as it is needed, and is neither written nor logged.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import parse_qsl, urlsplit

from signing import csc_refusals as refusals
from signing.csc_client import Access, Client
from signing.csc_credential import Activation, Credential, Version, algorithm
from signing.csc_refusals import RemoteFailed
from signing.csc_v1 import V1
from signing.csc_v2 import V2
from signing.identity import issued_by_others, usable_certificate
from signing.mechanisms import Mechanism, mechanism_for
from signing.signing_key import Ask, KeyFailed, KeyUnavailable, SigningKey, unfit_key

AT_ONCE = 50  # hashes in one request: what is signed goes on to be completed while the next are asked for
QUERY = ("credential", "mode")
FINAL = ("csc-wrong-secret", "csc-disabled", "csc-denied")


@dataclass(frozen=True, slots=True)
class Reference:
    """Where the service is, and which of its keys is meant."""

    base: str
    version: str
    credential: str | None
    mode: str | None

    @classmethod
    def parse(cls, reference: str) -> "Reference":
        """Raises RemoteFailed."""
        try:
            url = urlsplit(reference.partition(":")[2])
        except ValueError as error:
            raise refusals.bad_reference("https://") from error
        version = url.path.rstrip("/").rpartition("/")[2]
        if url.scheme not in ("http", "https") or not url.hostname or url.username or url.fragment:
            raise refusals.bad_reference(f"{url.scheme}://{url.hostname or ''}")
        if version not in ("v1", "v2"):
            raise refusals.bad_reference(url.path)
        named = parse_qsl(url.query, keep_blank_values=True)
        for name, _ in named:
            if name not in QUERY:
                raise refusals.bad_reference(name)
        found = dict(named)
        if found.get("mode") not in (None, "sync", "async"):
            raise refusals.bad_reference(f"mode={found['mode']}")
        base = f"{url.scheme}://{url.netloc}{url.path}"
        return cls(base, version, found.get("credential") or None, found.get("mode"))


@dataclass(frozen=True, slots=True)
class RemoteKey:
    """A RawSigner that signs many at once."""

    service: Version
    credential: Credential
    pin: str | None = field(repr=False)
    once: list[str] = field(repr=False)  # one-time passwords that were not given yet
    ask: Ask | None = field(repr=False)
    refused: list[RemoteFailed] = field(default_factory=list, repr=False)

    def sign(self, data: bytes, mechanism: Mechanism) -> bytes:
        value = next(self.sign_all([data], mechanism))
        if isinstance(value, KeyFailed):
            raise value
        return value

    def sign_all(self, data: Sequence[bytes], mechanism: Mechanism) -> Iterator[bytes | KeyFailed]:
        """A value for each, in their order, under as few authorisations as the service allows. After a
        failure nothing more is asked for; after a refusal never again, for a wrong PIN given thrice locks."""
        hashes = [hashlib.new(mechanism.digest, one).digest() for one in data]
        done = 0
        try:
            if self.refused:
                raise self.refused[0]
            for value in self._signed(hashes, mechanism):
                yield value
                done += 1
        except RemoteFailed as error:
            if error.code in FINAL:
                self.refused.append(error)
            for _ in hashes[done:]:
                yield KeyFailed(error.code, error.vi, error.en)

    def close(self) -> None:
        """What was authorised is spent or expires."""

    def _signed(self, hashes: Sequence[bytes], mechanism: Mechanism) -> Iterator[bytes]:
        for together in _batches(hashes, self.credential.most):
            given = self._activation()
            sad = self.service.authorize(self.credential, together, mechanism.digest, given)
            for page, part in enumerate(_batches(together, AT_ONCE)):
                if page:
                    sad = self.service.extend(self.credential, part, mechanism.digest, sad)
                values = self.service.sign(self.credential, part, mechanism, sad)
                if len(values) != len(part):
                    raise refusals.strange_answer("signatures/signHash")
                yield from values

    def _activation(self) -> Activation:
        pin = self._secret("PIN", self.pin) if self.credential.pin else None
        if self.credential.otp == "none":
            return Activation(pin)
        if self.credential.otp == "online" and not self.once:  # what is at hand came of an earlier challenge
            self.service.challenge(self.credential)
        return Activation(pin, self._secret("OTP", self.once.pop() if self.once else None))

    def _secret(self, name: str, known: str | None) -> str:
        given = known or (self.ask(f"{name} {self.credential.id}") if self.ask is not None else None)
        if not given:
            raise refusals.secret_missing(name)
        return given


def open_remote(
    reference: str, pin: str | None, access: Access | None, *, pss: bool = False, ask: Ask | None = None
) -> SigningKey:
    """The key that a `csc:` reference names. `pin`: the holder's, else asked for. Raises KeyUnavailable."""
    try:
        parsed = Reference.parse(reference)
        if access is None:
            raise refusals.no_access()
        client = Client.of(parsed.base, access)
        service: Version = V1(client) if parsed.version == "v1" else V2.of(client, access, parsed.mode)
        credential = service.credential(parsed.credential or _only(service.credentials()))
        certificate, *others = credential.certificates
        if not usable_certificate(certificate):
            raise unfit_key()
        algorithm(credential, mechanism_for(certificate, pss=pss))  # before the holder is asked for anything
    except RemoteFailed as error:
        raise KeyUnavailable(error.code, error.vi, error.en) from error
    raw = RemoteKey(service, credential, pin, [access.otp] if access.otp else [], ask)
    return SigningKey(certificate, issued_by_others(others), raw, pss)


def _only(present: Sequence[str]) -> str:
    if len(present) != 1:
        raise refusals.no_credential(present)
    return present[0]


def _batches(hashes: Sequence[bytes], size: int) -> Iterator[list[bytes]]:
    left = iter(hashes)
    while batch := list(islice(left, size)):
        yield batch
