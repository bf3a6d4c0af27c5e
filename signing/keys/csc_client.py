"""Talking to a remote signing service (Cloud Signature Consortium API): JSON over guarded POST requests."""

import base64
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from signing.evidence.fetching import Fetcher, FetchFailed
from signing.keys import csc_refusals as refusals
from signing.keys.csc_oauth import App, Leave, exchange
from signing.keys.signing_key import Token

SECONDS = 60.0  # a service may ask the holder of the key before it answers
BYTES = 5_000_000  # 1,000 values of RSA-4096 take 0.7 MB
ERROR = re.compile(r"[a-z_]{1,40}")
# What error codes mean (v1.0.4, 11; v2, 11), then what descriptions that the specifications give mean
CODES: dict[str, Callable[[], refusals.RemoteFailed]] = {
    "invalid_pin": refusals.wrong_secret,
    "invalid_otp": refusals.wrong_secret,
    "invalid_authentication_data": refusals.wrong_secret,
    "access_denied": refusals.denied,
    "invalid_token": refusals.access_refused,
    "authentication_error": refusals.access_refused,
}
DESCRIPTIONS: dict[str, Callable[[], refusals.RemoteFailed]] = {
    "sad expired": refusals.expired,
    "credential locked": refusals.disabled,
    "is disabled": refusals.disabled,
    "otp is invalid": refusals.wrong_secret,
    "pin is invalid": refusals.wrong_secret,
}


@dataclass(frozen=True, slots=True)
class Access:
    """The way to a service: the guarded fetcher, and either a token (OAuth 2.0) or a name and password.
    `otp`: a one-time password, where it is known beforehand. `waiting` is called once when a person must
    confirm elsewhere. `app`: how the service knows us, where a holder can be sent to its page in a browser,
    and `leave`: what the holder brought from there. Nothing of it is kept beyond the process or written
    anywhere."""

    fetcher: Fetcher
    token: str | None = field(default=None, repr=False)
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    otp: str | None = field(default=None, repr=False)
    app: App | None = None
    leave: Leave | None = None
    waiting: Callable[[], None] = field(default=lambda: None, repr=False)
    wait_seconds: float = 300.0
    poll_seconds: float = 2.0


@dataclass(frozen=True, slots=True)
class Reply:
    """The object that a service answered. `done`: False where it is still at it (202)."""

    values: Mapping[str, Any] = field(repr=False)
    done: bool = True


@dataclass(frozen=True, slots=True)
class Client:
    """A service at its base address (`https://HOST/csc/v1`), with the token of a session. `fresh`: that
    token, where the holder's leave was changed for it just now."""

    base: str
    fetcher: Fetcher
    token: str | None = field(default=None, repr=False)
    fresh: Token | None = None

    @classmethod
    def of(cls, base: str, access: Access) -> "Client":
        """Signed in. Raises RemoteFailed."""
        client = cls.stranger(base, access)
        token = (access.token or "").strip()  # one out of a file often ends with a line break
        if token:
            return replace(client, token=token)
        if access.user and access.password is not None:
            return client.logged_in(access.user, access.password)
        if access.app is None:
            raise refusals.no_access()
        if access.leave is None or access.leave.scope != "service":
            raise refusals.sign_in_needed()
        fresh = exchange(client.fetcher, client.pages(access.app), access.app, access.leave)
        return replace(client, token=fresh.value, fresh=fresh)

    @classmethod
    def stranger(cls, base: str, access: Access) -> "Client":
        """Not signed in."""
        fetcher = replace(access.fetcher, seconds=max(SECONDS, access.fetcher.seconds), limit=BYTES)
        return cls(base.rstrip("/"), fetcher)

    def logged_in(self, user: str, password: str) -> "Client":
        """With a name and a password. Raises RemoteFailed."""
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        answer = self._post("auth/login", {"rememberMe": False}, f"Basic {pair}").values
        return replace(self, token=text(answer, "access_token", "auth/login"))

    def pages(self, app: App) -> str:
        """Where the service says that its pages for holders are (`oauth2` of `info`: v1.0.4 and v2, 11.1).
        Raises RemoteFailed, also where the operator does not know that host, or the way there is in the open:
        our secret would go there."""
        base = text(self._post("info", {}, None).values, "oauth2", "info").rstrip("/")
        app.check(base)
        url = urlsplit(base)
        if url.scheme == "http" and not self.fetcher.names(url.hostname or ""):
            raise refusals.open_page(url.netloc)
        return base

    def ask(self, method: str, values: Mapping[str, Any]) -> Reply:
        """Raises RemoteFailed."""
        return self._post(method, values, f"Bearer {self.token}")

    def poll(self, method: str, values: Mapping[str, Any]) -> Reply:
        """As `ask`, of something that the service is at: not done, where it cannot say so now. Raises
        RemoteFailed."""
        try:
            return self.ask(method, values)
        except refusals.RemoteFailed as error:
            if not error.passing:
                raise
            return Reply({}, done=False)

    def _post(self, method: str, values: Mapping[str, Any], authorization: str | None) -> Reply:
        headers = {"Content-Type": "application/json"}
        if authorization is not None:
            headers["Authorization"] = authorization
        body = json.dumps({name: value for name, value in values.items() if value is not None}).encode()
        try:
            answer = self.fetcher.exchange(f"{self.base}/{method}", body, headers)
        except FetchFailed as error:
            raise refusals.unreachable(str(error)) from error
        if answer.status == 204:
            return Reply({})
        shape = _object(answer.body)
        if answer.status in (200, 202):
            if shape is None:
                raise refusals.strange_answer(method)
            return Reply(shape, done=answer.status == 200)
        if shape is not None and shape.get("error") == "accepted_request":
            return Reply({}, done=False)  # v2, 11.12: not done yet, with another status at some services
        raise _meaning(answer.status, shape or {})


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        shape = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return shape if isinstance(shape, dict) else None


def _meaning(status: int, shape: Mapping[str, Any]) -> refusals.RemoteFailed:
    if status == 401:
        return refusals.access_refused()
    code, described = str(shape.get("error", "")), str(shape.get("error_description", "")).lower()
    for words, refusal in DESCRIPTIONS.items():
        if words in described:
            return refusal()
    if code in CODES:
        return CODES[code]()
    told = code if ERROR.fullmatch(code) else f"HTTP {status}"
    return refusals.failed(told, passing=status == 429 or status >= 500)


def waited(access: Access, ask: Callable[[], Reply]) -> Reply:
    """The answer, when it is there: the holder of the key may have to confirm first. Raises RemoteFailed."""
    deadline = time.monotonic() + access.wait_seconds
    told = False
    while not (reply := ask()).done:
        if time.monotonic() >= deadline:
            raise refusals.too_late(access.wait_seconds)
        if not told:
            access.waiting()
            told = True
        time.sleep(access.poll_seconds)
    return reply


def text(values: Mapping[str, Any], name: str, method: str) -> str:
    """A string that must be there. Raises RemoteFailed."""
    value = values.get(name)
    if not isinstance(value, str) or not value:
        raise refusals.strange_answer(method)
    return value


def byte_strings(values: Mapping[str, Any], name: str, method: str) -> list[bytes]:
    """An array of base64 strings that must be there. Raises RemoteFailed."""
    found = values.get(name)
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise refusals.strange_answer(method)
    try:
        return [base64.b64decode(one) for one in found]
    except ValueError as error:
        raise refusals.strange_answer(method) from error
