"""What administrators do, in the database: rows are changed column by column, so that two who change one lose
nothing of each other; of what was done, triggers refuse every change."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Engine, insert, select

from app.administration import ChangedMeanwhile, Deed, Done
from app.database.engine import reading
from app.database.tables import administration


class SqlAdministration:
    """app.administration.Administration."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def newest(self, limit: int, before: int | None = None) -> Sequence[Done]:
        query = select(administration).order_by(administration.c.sequence.desc()).limit(limit)
        if before is not None:
            query = query.where(administration.c.sequence < before)
        with reading(self._engine) as connection:
            return [
                Done(**{**row, "action": Deed(row["action"])}) for row in connection.execute(query).mappings()
            ]


def change_row(
    connection: Connection, key: Column[Any], value: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> bool:
    """Change what differs between the two in the row of this key, which must still hold there what was read;
    what is alike is not touched. Whether there is such a row. Raises ChangedMeanwhile."""
    table = key.table
    changed = {name: now for name, now in after.items() if now != before[name]}
    one = table.update().where(key == value)
    for name in changed:
        one = one.where(table.c[name].is_not_distinct_from(before[name]))
    if changed and connection.execute(one.values(changed)).rowcount:
        return True
    if connection.execute(select(key).where(key == value)).first() is None:
        return False
    if changed:
        raise ChangedMeanwhile(f"{value}: {', '.join(sorted(changed))}")
    return True


def append_done(connection: Connection, deeds: Iterable[Done]) -> None:
    """Append within a transaction that does what they tell of."""
    rows = [
        {
            "subject": done.subject,
            "action": done.action.value,
            "actor": done.actor,
            "at": done.at,
            "details": dict(done.details),
        }
        for done in deeds
    ]
    if rows:
        connection.execute(insert(administration), rows)
