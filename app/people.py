"""The people of the service: accounts, roles, sessions and tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.administration import Done


class Role(StrEnum):
    CLERK = "clerk"
    OFFICIAL = "official"
    ARCHIVIST = "archivist"
    ADMIN = "admin"


class UsernameTaken(ValueError):
    """Another account has this username."""


class PersonNotFound(LookupError):
    """No such account."""


class LastAdministrator(ValueError):
    """Nobody could administer the service any more."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account. `agency` is an agency's code. `signing_key` is a reference to a key that the service does
    not hold (`file:PATH` or `pkcs11:…`), never the key. `signature_image`: the digest of the image that the
    person's signature may show; it proves nothing."""

    username: str
    name: str
    role: Role
    agency: str
    password_hash: str
    position: str | None = None
    signing_key: str | None = None
    active: bool = True
    signature_image: str | None = None

    @property
    def administers(self) -> bool:
        return self.active and self.role is Role.ADMIN


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser, or a program with a token. `token_digest` is the SHA-256 of the secret that the
    client holds; `csrf` is None for API tokens, which no browser sends by itself."""

    token_digest: str
    username: str
    csrf: str | None
    created_at: datetime
    expires_at: datetime


class People(Protocol):
    def add(self, person: Person, deeds: Sequence[Done] = ()) -> None:
        """Keep a new account, and what is told of it, together. Raises UsernameTaken."""
        ...

    def get(self, username: str) -> Person:
        """Raises PersonNotFound."""
        ...

    def save(self, person: Person, deeds: Sequence[Done] = ()) -> None:
        """Replace the account of that username, with what is told of it. Raises PersonNotFound."""
        ...

    def change(self, before: Person, after: Person, deeds: Sequence[Done]) -> None:
        """Keep what differs between the two, and nothing else: what others have changed since it was read
        stays. Raises PersonNotFound, ChangedMeanwhile where they changed the same, and LastAdministrator."""
        ...

    def set_image(self, username: str, digest: str | None, deeds: Sequence[Done]) -> None:
        """Set the image of a signature, and nothing else, of an account that is active. Raises
        PersonNotFound."""
        ...

    def list(self) -> Sequence[Person]: ...


class Sessions(Protocol):
    def open(self, session: Session) -> None: ...

    def find(self, token_digest: str, now: datetime) -> Session | None:
        """The session, or None where there is none or it has expired."""
        ...

    def close(self, token_digest: str) -> None: ...

    def close_all(self, username: str) -> None: ...
