"""Passwords: argon2 hashes, and checks that take the same time whether or not the account exists."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: NIST SP 800-63B section 5.1.1 asks for 8; we ask for more, as there is no second factor.
SHORTEST = 10
#: Longer input is no password, only work for the hash.
LONGEST = 200

_HASHER = PasswordHasher()  # argon2id with the parameters of RFC 9106, the low-memory choice


class WeakPassword(ValueError):
    """A password that is too short, or too long to be one."""


def hashed(password: str) -> str:
    """The argon2id hash of a new password. Raises WeakPassword."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(f"a password has {SHORTEST} to {LONGEST} characters")
    return _HASHER.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether it is the password; `None` (no such account) costs as much time as a wrong one."""
    if len(password) > LONGEST:
        return False
    try:
        _HASHER.verify(password_hash or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(secrets.token_urlsafe(32))
