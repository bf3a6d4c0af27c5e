"""How much may be under way, in all and for one address or one person."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

#: Batches under way in this process, each with its files on disk, and of them for one address: whoever sends
#: slowly or much takes no place from others.
MOST_BATCHES = 8
MOST_OF_ONE = 2

#: Drawings of one person, those that wait for their turn included: a page of the service asks for two at
#: once, and a browser holds no more than six connections.
MOST_DRAWINGS_OF_ONE = 6


class TooManyBatches(RuntimeError):
    """Try again when another batch is done."""


@dataclass(slots=True)
class BatchPlaces:
    """Who has a batch under way. Used in one event loop."""

    _taken: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """Raises TooManyBatches."""
        if self._taken.total() >= MOST_BATCHES or self._taken[address] >= MOST_OF_ONE:
            raise TooManyBatches
        self._taken[address] += 1
        try:
            yield
        finally:
            self._taken[address] -= 1
            if not self._taken[address]:
                del self._taken[address]


class TooManyDrawings(RuntimeError):
    """Try again when one of one's own is done."""


class DrawingPlaces:
    """Who has marks, pages and images drawn by a confined child while they wait. Used by many threads."""

    def __init__(self, at_once: int) -> None:
        self._turns = threading.BoundedSemaphore(at_once)
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    def taken(self, username: str) -> int:
        """How many of a person are under way or wait."""
        with self._lock:
            return self._taken[username]

    @contextmanager
    def place(self, username: str) -> Iterator[None]:
        """Waits for its turn. Raises TooManyDrawings, at once."""
        with self._lock:
            if self._taken[username] >= MOST_DRAWINGS_OF_ONE:
                raise TooManyDrawings
            self._taken[username] += 1
        try:
            with self._turns:
                yield
        finally:
            with self._lock:
                self._taken[username] -= 1
                if not self._taken[username]:
                    del self._taken[username]
