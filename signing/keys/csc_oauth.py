"""Leave that the holder of a remote key gives on the service's own page (OAuth 2.0 authorization code with
PKCE: RFC 6749, RFC 7636; CSC API v1.0.4, 8.3 and 11.2, v2, 8.4 and 11.2).

The browser takes the holder to the page and brings a code back, which serves once, for us alone and only with
what we kept (the verifier). The token it is changed for lives in memory, and is neither written nor logged.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from signing.evidence.fetching import Fetcher, FetchFailed
from signing.keys import csc_refusals as refusals
from signing.keys.signing_key import Token

Scope = Literal["service", "credential"]
#: Hashes in one address: it stays below 5 kB, which every server takes.
MOST_HASHES = 100
_LONGEST = 8192


@dataclass(frozen=True, slots=True)
class App:
    """How the service knows us: as it registered us, with the address that holders return to. `hosts`: where
    our secret may go."""

    client: str
    secret: str | None = field(repr=False)
    redirect: str
    hosts: frozenset[str]

    def check(self, base: str) -> None:
        """Raises RemoteFailed unless pages at this address are of a known host."""
        try:
            url = urlsplit(base)
        except ValueError:
            raise refusals.strange_answer("info") from None
        if url.scheme not in ("http", "https") or url.netloc.lower() not in self.hosts:
            raise refusals.foreign_page(url.netloc)


@dataclass(frozen=True, slots=True)
class Leave:
    """What a holder brought back from the page."""

    scope: Scope
    code: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Visit:
    """A holder's way to the page and back: what the page gives back unchanged, what the verifier hashes to,
    and the language that the holder reads."""

    state: str = field(repr=False)
    challenge: str
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class LeavePage:
    """Where the browser of a key's holder goes: to sign in (`service`) or to give leave (`credential`)."""

    address: str = field(repr=False)
    scope: Scope


def new_verifier() -> str:
    """The secret that goes with a visit (RFC 7636, 4.1): 256 bits in 43 characters."""
    return secrets.token_urlsafe(32)


def challenge_of(verifier: str) -> str:
    """RFC 7636, 4.2, method S256."""
    return base64url(hashlib.sha256(verifier.encode()).digest())


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def page_address(pages: str, app: App, visit: Visit, scope: Scope, wanted: Mapping[str, str]) -> str:
    """Where the browser goes."""
    query = {
        "response_type": "code",
        "client_id": app.client,
        "redirect_uri": app.redirect,
        "scope": scope,
        "state": visit.state,
        "code_challenge": visit.challenge,
        "code_challenge_method": "S256",
        "lang": visit.language,
        **wanted,
    }
    return f"{pages}/oauth2/authorize?{urlencode(query)}"


def for_hashes(hashes: Sequence[bytes], digest_oid: str | None) -> dict[str, str]:
    """The hashes that the holder gives leave for, with commas between them. `digest_oid`: v2 alone, which has
    another name for the hashes, too."""
    said = ",".join(map(base64url, hashes))
    return {"hashes": said, "hashAlgorithmOID": digest_oid} if digest_oid else {"hash": said}


def exchange(fetcher: Fetcher, pages: str, app: App, leave: Leave) -> Token:
    """Change the code for a token (RFC 6749, 4.1.3). Raises RemoteFailed."""
    given = {
        "grant_type": "authorization_code",
        "code": leave.code,
        "client_id": app.client,
        "redirect_uri": app.redirect,
        "code_verifier": leave.verifier,
        **({"client_secret": app.secret} if app.secret else {}),
    }
    kind = "application/x-www-form-urlencoded"
    try:
        answer = fetcher.exchange(f"{pages}/oauth2/token", urlencode(given).encode(), {"Content-Type": kind})
    except FetchFailed as error:
        raise refusals.unreachable(str(error)) from error
    try:
        shape = json.loads(answer.body)
    except (ValueError, RecursionError):
        shape = None
    if not isinstance(shape, dict):
        raise refusals.strange_answer("oauth2/token")
    if answer.status != 200:
        raise refusals.leave_refused(answer.status, str(shape.get("error", "")))
    return _token(leave.scope, shape)


def _token(scope: Scope, shape: Mapping[str, Any]) -> Token:
    value, seconds = shape.get("access_token"), shape.get("expires_in", 3600)
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST or not value.isascii():
        raise refusals.strange_answer("oauth2/token")
    if not isinstance(seconds, int | float) or seconds <= 0:
        raise refusals.strange_answer("oauth2/token")
    of_key = scope == "credential" and str(shape.get("token_type", "")).upper() == "SAD"
    return Token("SAD" if of_key else "Bearer", value, int(min(seconds, 86_400)))
