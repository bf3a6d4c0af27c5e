"""The pages of a remote signing service on which holders sign in and give leave: OAuth 2.0 authorization code
with PKCE, as CSC API 1.0.4 (8.3, 11.2, 11.3) and 2 (8.4, 11.2, 11.3) want it. It checks what such a server
must."""

import base64
import hashlib
import html
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

LIFE_SECONDS = 60.0
_MOST_STATE = 255


class BadVisit(Exception):
    """A visit that must not be sent back: nothing says that the address is the caller's (RFC 6749,
    4.1.2.1)."""


class TokenRefused(Exception):
    """RFC 6749, 5.2."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass(frozen=True)
class Asked:
    """What a holder is asked to give leave for."""

    scope: str
    redirect: str
    state: str
    challenge: str
    credential: str = ""
    number: int = 0
    hashes: frozenset[str] | None = None  # in base64, as signHash has them


@dataclass
class Pages:
    """`kind`: of the token that leave for a key is changed for, `SAD` or `Bearer`."""

    client: str = "banchinh-mau"
    secret: str | None = "bí mật của ứng dụng mẫu"
    redirects: tuple[str, ...] = ()
    kind: str = "SAD"
    codes: dict[str, tuple[Asked, float]] = field(default_factory=dict)
    visits: list[Mapping[str, str]] = field(default_factory=list)
    asked: dict[str, Asked] = field(default_factory=dict)  # by the number of the page that is shown

    def show(self, query: Mapping[str, str]) -> str:
        """The page of a visit. Raises BadVisit."""
        self.visits.append(dict(query))
        asked = self._asked(query)
        number = secrets.token_urlsafe(8)
        self.asked[number] = asked
        what = f"ký {asked.number} văn bản bằng khóa {asked.credential}" if asked.number else "đăng nhập"
        return (
            "<!doctype html><html lang='vi'><title>DỊCH VỤ MẪU</title><meta charset='utf-8'>"
            f"<h1>DỊCH VỤ MẪU</h1><p>{html.escape(what)}</p><form method='post' action='/oauth2/decide'>"
            f"<input type='hidden' name='page' value='{number}'>"
            "<button name='says' value='yes'>Đồng ý</button> <button name='says' value='no'>Từ "
            "chối</button></form>"
        )

    def decide(self, form: Mapping[str, str]) -> str:
        """Where the browser goes once the holder has said yes or no. Raises BadVisit."""
        asked = self.asked.pop(form.get("page", ""), None)
        if asked is None:
            raise BadVisit("no such page")
        if form.get("says") != "yes":
            return f"{asked.redirect}?{urlencode({'error': 'access_denied', 'state': asked.state})}"
        code = secrets.token_urlsafe(24)
        self.codes[code] = (asked, time.monotonic() + LIFE_SECONDS)
        return f"{asked.redirect}?{urlencode({'code': code, 'state': asked.state})}"

    def redeem(self, form: Mapping[str, str]) -> Asked:
        """What a code stands for; it serves once (RFC 6749, 4.1.2; RFC 7636, 4.6). Raises TokenRefused."""
        if form.get("grant_type") != "authorization_code":
            raise TokenRefused("unsupported_grant_type")
        if form.get("client_id") != self.client or form.get("client_secret") != self.secret:
            raise TokenRefused("invalid_client")
        asked, until = self.codes.pop(form.get("code", ""), (None, 0.0))
        if asked is None or time.monotonic() > until or form.get("redirect_uri") != asked.redirect:
            raise TokenRefused("invalid_grant")
        verifier = form.get("code_verifier", "")
        if not 43 <= len(verifier) <= 128 or _challenge(verifier) != asked.challenge:
            raise TokenRefused("invalid_grant")
        return asked

    def _asked(self, query: Mapping[str, str]) -> Asked:
        if query.get("client_id") != self.client or query.get("redirect_uri") not in self.redirects:
            raise BadVisit("unknown client_id or redirect_uri")
        if query.get("response_type") != "code" or query.get("code_challenge_method") != "S256":
            raise BadVisit("response_type or code_challenge_method")
        if not 0 < len(query.get("state", "")) <= _MOST_STATE or len(query.get("code_challenge", "")) != 43:
            raise BadVisit("state or code_challenge")
        scope = query.get("scope", "")
        asked = Asked(scope, query["redirect_uri"], query["state"], query["code_challenge"])
        if scope == "service":
            return asked
        if scope != "credential" or not query.get("credentialID") or int(query.get("numSignatures", "0")) < 1:
            raise BadVisit("scope, credentialID or numSignatures")
        said = query.get("hash") or query.get("hashes")
        hashes = frozenset(map(_as_base64, said.split(","))) if said else None
        if query.get("hashes") and not query.get("hashAlgorithmOID"):
            raise BadVisit("hashAlgorithmOID")
        number = int(query["numSignatures"])
        return Asked(scope, *_way(asked), query["credentialID"], number, hashes)


def _way(asked: Asked) -> tuple[str, str, str]:
    return asked.redirect, asked.state, asked.challenge


def _as_base64(said: str) -> str:
    data = base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))
    return base64.b64encode(data).decode()


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
