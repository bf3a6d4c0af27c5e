"""What was done to accounts, keys and seals, in the database; triggers refuse every change of it."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Engine, insert, select

from app.administration import Deed, Done
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
