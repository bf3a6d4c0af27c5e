"""Accounts and sessions in the database."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update

from app.administration import Done
from app.database.administration import append_done, change_row
from app.database.dialects import insert_new
from app.database.engine import reading, writing
from app.database.tables import people, sessions
from app.people import LastAdministrator, Person, PersonNotFound, Role, Session, UsernameTaken


class SqlPeople:
    """app.people.People."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, person: Person, deeds: Sequence[Done] = ()) -> None:
        with writing(self._engine) as connection:
            if not insert_new(connection, people, _row(person)):
                raise UsernameTaken(f"another account has the username {person.username}")
            append_done(connection, deeds)

    def get(self, username: str) -> Person:
        with reading(self._engine) as connection:
            row = connection.execute(select(people).where(people.c.username == username)).mappings().first()
        if row is None:
            raise PersonNotFound(f"no account has the username {username}")
        return _person(dict(row))

    def save(self, person: Person, deeds: Sequence[Done] = ()) -> None:
        with writing(self._engine) as connection:
            statement = update(people).where(people.c.username == person.username).values(_row(person))
            if connection.execute(statement).rowcount == 0:
                raise PersonNotFound(f"no account has the username {person.username}")
            append_done(connection, deeds)

    def change(self, before: Person, after: Person, deeds: Sequence[Done]) -> None:
        with writing(self._engine) as connection:
            less = not after.administers and (before.role, before.active) != (after.role, after.active)
            administrators = _administrators(connection) if less else frozenset()
            if not change_row(connection, people.c.username, before.username, _row(before), _row(after)):
                raise PersonNotFound(f"no account has the username {before.username}")
            if administrators == {before.username}:
                raise LastAdministrator
            append_done(connection, deeds)

    def set_image(self, username: str, digest: str | None, deeds: Sequence[Done]) -> None:
        with writing(self._engine) as connection:
            one = update(people).where(people.c.username == username, people.c.active)
            if connection.execute(one.values(signature_image=digest)).rowcount == 0:
                raise PersonNotFound(f"no active account has the username {username}")
            append_done(connection, deeds)

    def list(self) -> Sequence[Person]:
        with reading(self._engine) as connection:
            rows = connection.execute(select(people).order_by(people.c.username)).mappings()
            return [_person(dict(row)) for row in rows]


class SqlSessions:
    """app.people.Sessions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(self, session: Session) -> None:
        with writing(self._engine) as connection:
            # Whoever signs in clears away what has expired, so the table never grows for ever.
            connection.execute(delete(sessions).where(sessions.c.expires_at <= session.created_at))
            connection.execute(insert(sessions).values(asdict(session)))

    def find(self, token_digest: str, now: datetime) -> Session | None:
        query = select(sessions).where(sessions.c.token_digest == token_digest, sessions.c.expires_at > now)
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        return Session(**row) if row else None

    def close(self, token_digest: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.token_digest == token_digest))

    def close_all(self, username: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.username == username))


def _administrators(connection: Connection) -> AbstractSet[str]:
    """Who administers. Who takes that right from one of them meanwhile waits: two who took it from each other
    would leave none. It is asked of the rows, as what was read may be of an account that did not administer
    yet."""
    administrators = select(people.c.username).where(people.c.active, people.c.role == Role.ADMIN.value)
    locked = administrators.order_by(people.c.username).with_for_update()
    return frozenset(connection.execute(locked).scalars())


def _row(person: Person) -> dict[str, Any]:
    return asdict(person) | {"role": person.role.value}


def _person(row: dict[str, Any]) -> Person:
    return Person(**(row | {"role": Role(row["role"])}))
