"""What was said of signed records, in the database; triggers refuse every change of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from app.audit import Event
from app.database.engine import reading, writing
from app.database.history import append_event
from app.database.rows import standing_of
from app.database.tables import records, standings
from app.records import RecordChanged, RecordNotFound, Status
from app.standing import Standing, StandingRefused, Statement


class SqlStandings:
    """app.standing.Standings."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def state(self, statement: Statement, version: int, events: Sequence[Event]) -> None:
        with writing(self._engine) as connection:
            found = _locked(connection, {statement.record_id, statement.replaced_by} - {None})
            if statement.record_id not in found:
                raise RecordNotFound(statement.record_id)
            if found[statement.record_id]["version"] != version:
                raise RecordChanged(
                    f"record {statement.record_id} was changed by somebody else; read it again"
                )
            if statement.replaced_by is not None:
                _check_successor(found.get(statement.replaced_by))
            connection.execute(insert(standings), _row(statement))
            changed = update(records).where(records.c.id == statement.record_id)
            connection.execute(changed.values(version=version + 1))
            for event in events:
                append_event(connection, event)

    def of(self, record_id: str) -> Sequence[Statement]:
        query = select(standings).where(standings.c.record_id == record_id).order_by(standings.c.sequence)
        with reading(self._engine) as connection:
            return [_statement(row) for row in connection.execute(query).mappings()]


def _locked(connection: Connection, ids: set[str | None]) -> Mapping[str, Mapping[Any, Any]]:
    """The records, kept from change until the end of the transaction; always locked in the same order, so
    that two that would replace each other wait and do not block each other."""
    query = select(records.c.id, records.c.version, records.c.status).where(records.c.id.in_(ids))
    rows = connection.execute(query.order_by(records.c.id).with_for_update()).mappings().all()
    # what is in force is read after the locks are held: PostgreSQL would show it as of before them
    present = select(records.c.id, standing_of()).where(records.c.id.in_(ids))
    now = {row["id"]: row["standing"] for row in connection.execute(present).mappings()}
    return {row["id"]: {**row, "standing": now[row["id"]]} for row in rows}


def _check_successor(found: Mapping[Any, Any] | None) -> None:
    """Raises StandingRefused."""
    if (
        found is None
        or found["status"] != Status.SIGNED
        or found["standing"] not in (None, Standing.IN_FORCE)
    ):
        raise StandingRefused(
            "not-in-force",
            "Văn bản thay thế phải là hồ sơ đã ký và còn hiệu lực. Hãy kiểm tra lại mã rồi ghi lại.",
            "What replaces it has to be a signed record that is in force. Look at its code, then try again.",
        )


def _row(statement: Statement) -> dict[str, Any]:
    return {
        "record_id": statement.record_id,
        "standing": statement.standing.value,
        "since": statement.since,
        "reason": statement.reason,
        "stated_by": statement.stated_by,
        "at": statement.at,
        "replaced_by": statement.replaced_by,
    }


def _statement(row: Mapping[Any, Any]) -> Statement:
    return Statement(
        record_id=row["record_id"],
        standing=Standing(row["standing"]),
        since=row["since"],
        reason=row["reason"],
        stated_by=row["stated_by"],
        at=row["at"],
        replaced_by=row["replaced_by"],
    )
