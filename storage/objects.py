"""The port for bytes at rest: stored once, addressed by their SHA-256, checked on every read."""

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object that is durable: its SHA-256 as 64 lowercase hex digits, and its size in bytes."""

    digest: str
    size: int


class ObjectMissing(LookupError):
    """No object with this digest is stored."""


class ObjectCorrupt(RuntimeError):
    """What is stored no longer has the digest that it is stored under."""


class StoreUnavailable(RuntimeError):
    """The store could not be reached or refused the work; trying again later may help."""


class ObjectStore(Protocol):
    """Keeps objects for ever. Every implementation passes tests/storage/test_objects.py."""

    def put(self, source: BinaryIO) -> StoredObject:
        """Store all that `source` gives. When this returns, the bytes survive a power cut.

        The same bytes twice are stored once. Raises StoreUnavailable; then nothing is half-stored.
        """
        ...

    def open(self, digest: str) -> AbstractContextManager[BinaryIO]:
        """A seekable binary file of the object, its digest already checked.

        Raises ObjectMissing, ObjectCorrupt, StoreUnavailable, or ValueError for what is no digest.
        """
        ...

    def stat(self, digest: str) -> StoredObject:
        """Digest and size, without reading the bytes. Raises as `open`, but never ObjectCorrupt."""
        ...

    def check(self) -> None:
        """Raise StoreUnavailable unless an object could be stored and read now."""
        ...
