"""What a batch waits for from a remote signing service: values that come later, or the holder who comes back
from its page. Each is known by a secret in an address, of which only the digest is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

#: An operation is asked about this often while the service may call us, and when nobody waits in its stead.
ASK_AGAIN = timedelta(seconds=15)
#: How long a holder may be at the service's page.
VISIT_LASTS = timedelta(minutes=15)


class NoticeRefused(LookupError):
    """No such address, one that has expired, or one that was used."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Values of `records` of a batch, in this order, that the service makes and calls `request`; None until
    it has said that. `notice`: the SHA-256 of the secret in the address that it may call; `arrived_at`: it
    has."""

    notice: str
    batch: str
    records: tuple[str, ...]
    expires_at: datetime
    request: str | None = None
    asked_at: datetime | None = None
    arrived_at: datetime | None = None

    @property
    def called(self) -> bool:
        """Whether the service has called since it was asked."""
        return self.arrived_at is not None and self.asked_at is None

    def due(self, now: datetime, after: timedelta = ASK_AGAIN) -> bool:
        """Whether the service is to be asked now."""
        return self.asked_at is None or now - self.asked_at >= after


@dataclass(frozen=True, slots=True)
class HolderVisit:
    """The holder of a batch's key is at the service's page, to sign in (`service`) or to give leave
    (`credential`). `state`: the SHA-256 of what the page gives back."""

    state: str
    batch: str
    scope: str
    expires_at: datetime


class Awaiting(Protocol):
    """Keeps what is waited for. Each method is one transaction. Every implementation passes
    tests/app/database/test_awaiting.py."""

    def open(self, operation: Operation, now: datetime) -> None:
        """Keep it before the service is asked, and forget what has expired."""
        ...

    def named(self, notice: str, request: str, records: Sequence[str]) -> None:
        """The service has taken the order, for these records, and calls it `request`."""
        ...

    def arrive(self, notice: str, now: datetime) -> Operation:
        """The service has called, and counts as not asked since; of many calls one is heard. Raises
        NoticeRefused."""
        ...

    def asked(self, notice: str, now: datetime) -> None:
        """The service was asked about it at that moment."""
        ...

    def close(self, notice: str) -> None:
        """Nothing more is waited for."""
        ...

    def drop(self, batch_id: str) -> None:
        """Nothing more is waited for by a batch."""
        ...

    def of(self, batch_id: str, now: datetime) -> Sequence[Operation]:
        """What a batch waits for and the service has a name for, the oldest first."""
        ...

    def leave_for(self, visit: HolderVisit, now: datetime) -> None:
        """The holder goes to the page; an earlier visit of the batch counts no more."""
        ...

    def come_back(self, state: str, now: datetime) -> HolderVisit:
        """The holder is back; nobody comes back twice. Raises NoticeRefused."""
        ...
