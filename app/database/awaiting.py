"""What batches wait for from remote signing services, in the database."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Engine, delete, insert, select, update

from app.awaiting import HolderVisit, NoticeRefused, Operation
from app.database.engine import reading, writing
from app.database.tables import holder_visits as visits
from app.database.tables import remote_operations as operations


class SqlAwaiting:
    """app.awaiting.Awaiting."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(self, operation: Operation, now: datetime) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(operations).where(operations.c.expires_at <= now))
            row = {**asdict(operation), "records": list(operation.records)}
            connection.execute(insert(operations).values(row))

    def named(self, notice: str, request: str, records: Sequence[str]) -> None:
        self._set(notice, request=request, records=list(records))

    def arrive(self, notice: str, now: datetime) -> Operation:
        fresh = (
            operations.c.notice == notice,
            operations.c.expires_at > now,
            operations.c.arrived_at.is_(None),
        )
        with reading(self._engine) as connection:  # whoever guesses keeps nobody from writing
            if connection.execute(select(operations.c.notice).where(*fresh)).first() is None:
                raise NoticeRefused("unknown, expired or used")
        # the clocks of two machines differ, and what has called is to be asked, whenever it was asked before
        heard = {"arrived_at": now, "asked_at": None}
        with writing(self._engine) as connection:
            if connection.execute(update(operations).where(*fresh).values(heard)).rowcount == 0:
                raise NoticeRefused("unknown, expired or used")
            query = select(operations).where(operations.c.notice == notice)
            return _operation(dict(connection.execute(query).mappings().one()))

    def asked(self, notice: str, now: datetime) -> None:
        self._set(notice, asked_at=now)

    def _set(self, notice: str, **values: object) -> None:
        with writing(self._engine) as connection:
            connection.execute(update(operations).where(operations.c.notice == notice).values(values))

    def close(self, notice: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(operations).where(operations.c.notice == notice))

    def drop(self, batch_id: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(operations).where(operations.c.batch == batch_id))
            connection.execute(delete(visits).where(visits.c.batch == batch_id))

    def of(self, batch_id: str, now: datetime) -> Sequence[Operation]:
        query = (
            select(operations)
            .where(
                operations.c.batch == batch_id,
                operations.c.request.is_not(None),
                operations.c.expires_at > now,
            )
            .order_by(operations.c.expires_at, operations.c.notice)
        )
        with reading(self._engine) as connection:
            return [_operation(dict(row)) for row in connection.execute(query).mappings()]

    def leave_for(self, visit: HolderVisit, now: datetime) -> None:
        with writing(self._engine) as connection:
            over = (visits.c.expires_at <= now) | (visits.c.batch == visit.batch)
            connection.execute(delete(visits).where(over))
            connection.execute(insert(visits).values(asdict(visit)))

    def come_back(self, state: str, now: datetime) -> HolderVisit:
        query = select(visits).where(visits.c.state == state, visits.c.expires_at > now)
        with writing(self._engine) as connection:
            row = connection.execute(query).mappings().first()
            gone = connection.execute(delete(visits).where(visits.c.state == state))
            if row is None or gone.rowcount == 0:  # unknown, or somebody was faster
                raise NoticeRefused("unknown, expired or used")
            return HolderVisit(**row)


def _operation(row: dict[str, object]) -> Operation:
    return Operation(**{**row, "records": tuple(row["records"])})  # type: ignore[arg-type]
