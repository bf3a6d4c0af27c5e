"""Idempotency keys: a request that a program sends twice is answered once."""

from datetime import datetime
from typing import Protocol


class KeyReused(ValueError):
    """This idempotency key came before with another request; use a new key for a new request."""


class IdempotencyKeys(Protocol):
    """Remembers the answer to each request that carried a key. Keys of different people never meet."""

    def find(self, username: str, key: str, request: str) -> str | None:
        """The answer (JSON) that was given to this request, whose digest is `request`, or None.
        Raises KeyReused where the key came with another request."""
        ...

    def keep(self, username: str, key: str, request: str, response: str, now: datetime) -> str:
        """Remember the answer; gives back the one that counts, which is the first that was kept.
        Raises KeyReused as `find`."""
        ...

    def forget(self, before: datetime) -> int:
        """Remove the keys kept before a time; gives how many."""
        ...
