"""Tickets of signing programs in the database."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select

from app.database.engine import reading, writing
from app.database.tables import tickets
from app.marks import SigningRole
from app.tickets import Ticket, TicketRefused


class SqlTickets:
    """app.tickets.Tickets."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(self, ticket: Ticket, now: datetime) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(tickets).where(tickets.c.expires_at <= now))
            connection.execute(insert(tickets).values(asdict(ticket)))

    def find(self, token_digest: str, now: datetime) -> Ticket:
        with reading(self._engine) as connection:
            return _found(connection, token_digest, now)

    def spend(self, token_digest: str, now: datetime) -> Ticket:
        with writing(self._engine) as connection:
            ticket = _found(connection, token_digest, now)
            gone = connection.execute(delete(tickets).where(tickets.c.token_digest == token_digest))
            if gone.rowcount == 0:  # somebody was faster
                raise TicketRefused("used")
            return ticket


def _found(connection: Connection, token_digest: str, now: datetime) -> Ticket:
    query = select(tickets).where(tickets.c.token_digest == token_digest, tickets.c.expires_at > now)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise TicketRefused("unknown, expired or used")
    return Ticket(**{**row, "role": SigningRole(row["role"])})
