"""Who is calling: sign-in, the session cookie or bearer token, and protection against forged requests."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from urllib.parse import urlsplit

from fastapi import Request

from app import passwords
from app.people import Person, PersonNotFound, Session
from app.ports import Services

COOKIE = "banchinh_session"
CSRF_HEADER = "X-CSRF-Token"
UNSAFE_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class NotSignedIn(PermissionError):
    """Nobody, or somebody whose session has ended."""


class WrongPassword(PermissionError):
    """No such account, a wrong password, or an account that is no longer active: not told apart."""


class ForgedRequest(PermissionError):
    """A request that the signed-in browser was not shown to have meant."""


class Lifetimes(Protocol):
    @property
    def session_hours(self) -> float: ...
    @property
    def token_days(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Caller:
    """A person who is signed in, and by which session."""

    person: Person
    session: Session

    @property
    def csrf(self) -> str:
        return self.session.csrf or ""


def authenticate(services: Services, username: str, password: str) -> Person:
    """The active person of that name and password. Raises WrongPassword. Takes a fifth of a second."""
    try:
        person = services.people.get(username)
    except PersonNotFound:
        person = None
    right = passwords.matches(person.password_hash if person else None, password)
    if person is None or not right or not person.active:
        raise WrongPassword
    return person


def open_session(services: Services, person: Person, hours: float) -> tuple[str, Session]:
    """A session for a browser, and the secret that its cookie holds."""
    return _open(services, person, timedelta(hours=hours), secrets.token_urlsafe(32))


def open_token(services: Services, person: Person, days: float) -> tuple[str, Session]:
    """A session for a program, and its token."""
    return _open(services, person, timedelta(days=days), None)


def _open(services: Services, person: Person, lasts: timedelta, csrf: str | None) -> tuple[str, Session]:
    secret = secrets.token_urlsafe(32)
    now = services.now()
    session = Session(digest_of(secret), person.username, csrf, now, now + lasts)
    services.sessions.open(session)
    return secret, session


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def caller_of(services: Services, request: Request) -> Caller | None:
    """Who calls, by bearer token or cookie; None for nobody."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _find(services, token.strip(), by_token=True)
    return _find(services, request.cookies.get(COOKIE, ""), by_token=False)


def _find(services: Services, secret: str, *, by_token: bool) -> Caller | None:
    session = services.sessions.find(digest_of(secret), services.now()) if secret else None
    # a token put into a cookie would escape the check against forged requests
    if session is None or (session.csrf is None) is not by_token:
        return None
    try:
        person = services.people.get(session.username)
    except PersonNotFound:
        return None
    return Caller(person, session) if person.active else None


def still_valid(services: Services, caller: Caller) -> bool:
    """Whether the session goes on and the person is still active; for connections that stay open."""
    if services.sessions.find(caller.session.token_digest, services.now()) is None:
        return False
    try:
        return services.people.get(caller.person.username).active
    except PersonNotFound:
        return False


def check_meant(request: Request, caller: Caller, given: str | None) -> None:
    """Refuse an unsafe request that another site may have made the browser send. Raises ForgedRequest."""
    if request.method not in UNSAFE_METHODS or caller.session.csrf is None:
        return
    check_origin(request)
    if not given or not secrets.compare_digest(given.encode(), caller.session.csrf.encode()):
        raise ForgedRequest


def check_origin(request: Request) -> None:
    """Refuse what a page of another site sends; browsers name that site. Raises ForgedRequest."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise ForgedRequest
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise ForgedRequest
