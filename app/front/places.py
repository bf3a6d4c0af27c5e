"""How many batches may be under way, in all and for one address."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

#: Batches under way in this process, each with its files on disk, and of them for one address: whoever sends
#: slowly or much takes no place from others.
MOST_BATCHES = 8
MOST_OF_ONE = 2


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
