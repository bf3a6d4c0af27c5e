"""The history of records in the database; triggers refuse every change of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Select, insert, select

from app.audit import Action, Event
from app.database.engine import reading, writing
from app.database.tables import events
from app.database.tables import records as records_table
from app.records import RecordNotFound


class SqlHistory:
    """app.audit.History."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def append(self, event: Event) -> Event:
        with writing(self._engine) as connection:
            known = connection.execute(
                select(records_table.c.id).where(records_table.c.id == event.record_id)
            ).first()
            if known is None:
                raise RecordNotFound(event.record_id)
            return append_event(connection, event)

    def of(self, record_id: str) -> Sequence[Event]:
        query = select(events).where(events.c.record_id == record_id).order_by(events.c.sequence)
        with reading(self._engine) as connection:
            return [_event(row) for row in connection.execute(query).mappings()]

    def first(self, record_id: str, action: Action) -> Event | None:
        return self._one(_of_kind(record_id, action).order_by(events.c.sequence))

    def last(self, record_id: str, action: Action, actor: str) -> Event | None:
        by_actor = _of_kind(record_id, action).where(events.c.actor == actor)
        return self._one(by_actor.order_by(events.c.sequence.desc()))

    def _one(self, query: Select[Any]) -> Event | None:
        with reading(self._engine) as connection:
            row = connection.execute(query.limit(1)).mappings().first()
        return _event(row) if row else None


def append_event(connection: Connection, event: Event) -> Event:
    """Append within a transaction that does something else too."""
    result = connection.execute(
        insert(events).returning(events.c.sequence),
        {
            "record_id": event.record_id,
            "action": event.action.value,
            "actor": event.actor,
            "at": event.at,
            "details": dict(event.details),
        },
    )
    return Event(event.record_id, event.action, event.actor, event.at, event.details, result.scalar_one())


def _of_kind(record_id: str, action: Action) -> Select[Any]:
    return select(events).where(events.c.record_id == record_id, events.c.action == action.value)


def _event(row: Mapping[Any, Any]) -> Event:
    return Event(
        record_id=row["record_id"],
        action=Action(row["action"]),
        actor=row["actor"],
        at=row["at"],
        details=row["details"],
        sequence=row["sequence"],
    )
