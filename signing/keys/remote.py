"""Keys at remote signing services (Cloud Signature Consortium API 1.0.4 and 2): `csc:https://HOST/csc/v1?…`.

One authorisation by the holder covers as many documents as the service allows, so a batch is signed together.
What the holder gives for it (PIN, one-time password), and what the service makes of it (SAD), lives in memory
for as long as it is needed, and is neither written nor logged.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from urllib.parse import parse_qsl, urlsplit

from signing.cms.mechanisms import Mechanism, mechanism_for
from signing.identity import issued_by_others, usable_certificate
from signing.keys import csc_refusals as refusals
from signing.keys.csc_client import Access, Client, Reply, waited
from signing.keys.csc_credential import (
    DIGESTS,
    Activation,
    Credential,
    SignOrder,
    Version,
    algorithm,
)
from signing.keys.csc_oauth import MOST_HASHES, Leave, LeavePage, Visit, exchange, for_hashes, page_address
from signing.keys.csc_refusals import RemoteFailed
from signing.keys.csc_v1 import V1
from signing.keys.csc_v2 import V2
from signing.keys.signing_key import (
    Ask,
    KeyFailed,
    KeyUnavailable,
    Notice,
    Part,
    SigningKey,
    Token,
    unfit_key,
)

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
    client: Client
    access: Access
    credential: Credential
    pin: str | None = field(repr=False)
    once: list[str] = field(repr=False)  # one-time passwords that were not given yet
    leaves: list[Leave] = field(repr=False)  # what the holder brought from the page, not used yet
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
        hashes = _hashes(data, mechanism)
        done = 0
        try:
            for part in self._parts(hashes, mechanism, lambda: None):
                for value in self._waited(part):
                    yield value
                    done += 1
        except RemoteFailed as error:
            self._remember(error)
            for _ in hashes[done:]:
                yield _failed(error)

    def parts(
        self, data: Sequence[bytes], mechanism: Mechanism, notice: Notice
    ) -> Iterator[Part | KeyFailed]:
        try:
            yield from self._parts(_hashes(data, mechanism), mechanism, notice)
        except RemoteFailed as error:
            self._remember(error)
            yield _failed(error)

    def fetch(self, request: str) -> list[bytes] | None:
        """The values of what is `Later`; None where they are not there yet. Raises KeyFailed."""
        try:
            return self.service.fetch(request)
        except RemoteFailed as error:
            raise _failed(error) from error

    def close(self) -> None:
        """What was authorised is spent or expires."""

    def leave_for(self, data: Sequence[bytes], mechanism: Mechanism, visit: Visit) -> str:
        """Where the holder gives leave on a page of the service. Raises RemoteFailed."""
        if self.access.app is None:
            raise refusals.browser_only()
        hashes = _hashes(data[: self.most], mechanism)
        oid = DIGESTS[mechanism.digest] if self.service.names_digests else None
        wanted = {"credentialID": self.credential.id, "numSignatures": str(len(hashes))}
        if self.credential.bound:
            wanted |= for_hashes(hashes, oid)
        pages = self.client.pages(self.access.app)
        return page_address(pages, self.access.app, visit, "credential", wanted)

    @property
    def fresh_token(self) -> Token | None:
        return self.client.fresh

    @property
    def by_page(self) -> bool:
        return self.credential.by_page

    @property
    def most(self) -> int:
        """Signatures under one leave."""
        limited = self.credential.by_page and self.credential.bound
        return min(self.credential.most, MOST_HASHES) if limited else self.credential.most

    def _remember(self, error: RemoteFailed) -> None:
        if error.code in FINAL:
            self.refused.append(error)

    def _parts(self, hashes: Sequence[bytes], mechanism: Mechanism, notice: Notice) -> Iterator[Part]:
        if self.refused:
            raise self.refused[0]
        for together in _batches(hashes, self.most):
            service, sad = self._leave(together, mechanism)
            size = AT_ONCE if sad is not None else len(together)
            for page, part in enumerate(_batches(together, size)):
                if page:
                    assert sad is not None, "a token of the request signs all at once"
                    sad = service.extend(self.credential, part, mechanism.digest, sad)
                made = service.begin(self.credential, part, SignOrder(mechanism, sad, notice()))
                if isinstance(made, list) and len(made) != len(part):
                    raise refusals.strange_answer("signatures/signHash")
                yield made

    def _leave(self, hashes: Sequence[bytes], mechanism: Mechanism) -> tuple[Version, str | None]:
        """What leave to sign these is: activation data, or a token that the service is asked with."""
        if not self.credential.by_page:
            given = self._activation()
            return self.service, self.service.authorize(self.credential, hashes, mechanism.digest, given)
        if not self.leaves:
            raise refusals.leave_needed()
        token = self._token(self.leaves.pop())
        if token.kind == "SAD":
            return self.service, token.value
        return self.service.bearing(token.value), None

    def _token(self, leave: Leave) -> Token:
        assert self.access.app is not None, "whoever brings leave was sent for it"
        pages = self.client.pages(self.access.app)
        return exchange(self.client.fetcher, pages, self.access.app, leave)

    def _waited(self, part: Part) -> list[bytes]:
        if isinstance(part, list):
            return part
        found: list[list[bytes]] = []

        def ask() -> Reply:
            values = self.service.fetch(part.request)
            if values is not None and len(values) != part.count:
                raise refusals.strange_answer("signatures/signPolling")
            found.extend([values] if values is not None else [])
            return Reply({}, done=values is not None)

        waited(self.access, ask)
        return found[0]

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
        if credential.by_page and access.app is None:
            raise refusals.browser_only()
        certificate, *others = credential.certificates
        if not usable_certificate(certificate):
            raise unfit_key()
        algorithm(credential, mechanism_for(certificate, pss=pss))  # before the holder is asked for anything
    except RemoteFailed as error:
        raise KeyUnavailable(error.code, error.vi, error.en) from error
    once = [access.otp] if access.otp else []
    leaves = [access.leave] if access.leave is not None and access.leave.scope == "credential" else []
    raw = RemoteKey(service, client, access, credential, pin, once, leaves, ask)
    return SigningKey(certificate, issued_by_others(others), raw, pss)


def leave_page(reference: str, access: Access, data: Sequence[bytes], visit: Visit) -> LeavePage | None:
    """Where the holder of a `csc:` key goes next: to sign in, where the service wants that and we have no
    token of theirs, else to give leave for these; nowhere, where the key is activated otherwise. Raises
    KeyUnavailable."""
    try:
        try:
            key = open_remote(reference, None, replace(access, leave=None))
        except KeyUnavailable as error:
            if error.code != "csc-sign-in" or access.app is None:
                raise
            pages = Client.stranger(Reference.parse(reference).base, access).pages(access.app)
            return LeavePage(page_address(pages, access.app, visit, "service", {}), "service")
        assert isinstance(key.raw, RemoteKey), "opened as one"
        if not key.by_page:
            return None
        return LeavePage(key.raw.leave_for(data, key.mechanism, visit), "credential")
    except RemoteFailed as error:
        raise KeyUnavailable(error.code, error.vi, error.en) from error


def _hashes(data: Sequence[bytes], mechanism: Mechanism) -> list[bytes]:
    return [hashlib.new(mechanism.digest, one).digest() for one in data]


def _failed(error: RemoteFailed) -> KeyFailed:
    return KeyFailed(error.code, error.vi, error.en)


def _only(present: Sequence[str]) -> str:
    if len(present) != 1:
        raise refusals.no_credential(present)
    return present[0]


def _batches(hashes: Sequence[bytes], size: int) -> Iterator[list[bytes]]:
    left = iter(hashes)
    while batch := list(islice(left, size)):
        yield batch
