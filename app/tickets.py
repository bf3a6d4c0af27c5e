"""Tickets by which a signing program of the signer's own machine fetches one document and returns it signed.

Such a program has no session here. Whoever holds the ticket may fetch the one document and send one file
back, for minutes; what comes back is judged by what it is, not by who brings it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.marks import SigningRole


class TicketRefused(PermissionError):
    """No such ticket, one that has expired, or one that was used."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """For one record in the `version` that `username` was shown; `seal`: the agency's is to follow.
    `token_digest` is the SHA-256 of the secret in the addresses that the program was given."""

    token_digest: str
    record: str
    version: int
    username: str
    expires_at: datetime
    seal: bool = False
    role: SigningRole = SigningRole.OFFICIAL


class Tickets(Protocol):
    """Keeps tickets. Every implementation passes tests/app/database/test_tickets.py."""

    def open(self, ticket: Ticket, now: datetime) -> None:
        """Keep a new ticket, and forget those that have expired."""
        ...

    def find(self, token_digest: str, now: datetime) -> Ticket:
        """A ticket that may still be used. Raises TicketRefused."""
        ...

    def spend(self, token_digest: str, now: datetime) -> Ticket:
        """As `find`; nobody finds it again. Of many who ask in the same moment one has it."""
        ...
