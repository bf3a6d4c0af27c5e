"""Batches of documents to sign, in the database."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, delete, insert, or_, select, update

from app.audit import Event
from app.batches import (
    SILENCE,
    Batch,
    BatchNotFound,
    Document,
    DocumentStatus,
    KeyKind,
    Prepared,
    PublicKey,
)
from app.database.engine import reading, writing
from app.database.history import append_event
from app.database.records import SqlRecords
from app.database.rows import problem_row
from app.database.tables import batch_documents as documents
from app.database.tables import records
from app.database.tables import remote_operations as operations
from app.database.tables import signing_batches as batches
from app.marks import NO_WISH, NOTHING_OF_ITS_OWN, DocumentMark, MarkWish, SigningRole
from app.records import Problem, Record, RecordChanged

_OPEN = (DocumentStatus.WAITING.value, DocumentStatus.PREPARED.value)
#: Of a document that is signed or has failed nothing is kept but that.
_EMPTIED = {"source": None, "state": None, "to_be_signed": None, "draft": None, "value": None, "shows": None}


class SqlBatches:
    """app.batches.Batches."""

    def __init__(self, engine: Engine, of_records: SqlRecords) -> None:
        self._engine = engine
        self._records = of_records

    def add(self, batch: Batch) -> None:
        row = {
            "id": batch.id,
            "username": batch.username,
            "kind": batch.kind.value,
            "key": batch.key.to_json() if batch.key else None,
            "reason": batch.reason,
            "seal": batch.seal,
            "begun_at": batch.begun_at,
            "role": batch.role.value,
            "mark": batch.mark.to_json(),
        }
        with writing(self._engine) as connection:
            connection.execute(insert(batches), row)
            connection.execute(
                insert(documents),
                [_document_row(batch.id, place, one) for place, one in enumerate(batch.documents)],
            )

    def drop(self, batch_id: str) -> None:
        signed = select(documents.c.batch_id).where(documents.c.status == DocumentStatus.SIGNED.value)
        statement = delete(batches).where(batches.c.id == batch_id, batches.c.id.not_in(signed))
        with writing(self._engine) as connection:
            connection.execute(statement)

    def abandon(self, batch_id: str, problem: Problem, event_of: Callable[[str], Event]) -> None:
        row = {"status": DocumentStatus.FAILED.value, "problem": problem_row(problem), **_EMPTIED}
        open_ones = (documents.c.batch_id == batch_id, documents.c.status.in_(_OPEN))
        with writing(self._engine) as connection:
            closed = connection.execute(
                update(documents).where(*open_ones).values(row).returning(documents.c.record_id)
            )
            for record_id in sorted(closed.scalars()):
                append_event(connection, event_of(record_id))

    def forget(self, before: datetime) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(batches).where(batches.c.begun_at < before))

    def get(self, batch_id: str) -> Batch:
        with reading(self._engine) as connection:
            found = self._several(connection, select(batches).where(batches.c.id == batch_id))
        if not found:
            raise BatchNotFound(batch_id)
        return found[0]

    def unfinished(self, username: str | None = None) -> Sequence[Batch]:
        busy = select(documents.c.batch_id).where(documents.c.status.in_(_OPEN))
        query = select(batches).where(batches.c.id.in_(busy)).order_by(batches.c.begun_at, batches.c.id)
        if username is not None:
            query = query.where(batches.c.username == username)
        with reading(self._engine) as connection:
            return self._several(connection, query)

    def _several(self, connection: Connection, query: Select[Any]) -> list[Batch]:
        rows = connection.execute(query).mappings().all()
        columns = [documents.c[name] for name in ("batch_id", "record_id", "version", "name", "status")]
        columns += [
            documents.c.problem,
            documents.c.to_be_signed,
            documents.c.value,
            documents.c.mark,
            records.c.seal,
        ]
        each = (
            select(*columns)
            .join(records, records.c.id == documents.c.record_id)
            .where(documents.c.batch_id.in_([row["id"] for row in rows]))
            .order_by(documents.c.position)
        )
        of: dict[str, list[Document]] = {row["id"]: [] for row in rows}
        for row in connection.execute(each).mappings():
            of[row["batch_id"]].append(_document(row))
        named = (operations.c.batch.in_(of), operations.c.request.is_not(None))
        awaiting = select(operations.c.batch, operations.c.expires_at).where(*named)
        rows_of = connection.execute(awaiting.order_by(operations.c.expires_at)).all()
        until: dict[str, datetime] = {row.batch: row.expires_at for row in rows_of}
        return [_batch(row, of[row["id"]], until.get(row["id"])) for row in rows]

    def prepared(self, batch_id: str, record_id: str) -> tuple[Prepared, bytes | None]:
        query = select(documents).where(*_of(batch_id, record_id), documents.c.draft.is_not(None))
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise LookupError(f"nothing is prepared of {record_id}")
        update_bytes = zlib.decompress(row["draft"])
        prepared = Prepared(row["source"], row["state"], row["to_be_signed"], update_bytes, row["shows"])
        return prepared, row["value"]

    def keep_prepared(self, batch_id: str, record_id: str, prepared: Prepared) -> None:
        row = {
            "status": DocumentStatus.PREPARED.value,
            "source": prepared.source,
            "state": prepared.state,
            "to_be_signed": prepared.to_be_signed,
            "draft": zlib.compress(prepared.update),  # most of it is the room for the value: zeros
            "shows": None if prepared.shows is None else dict(prepared.shows),
        }
        waits = documents.c.status == DocumentStatus.WAITING.value
        with writing(self._engine) as connection:
            connection.execute(update(documents).where(*_of(batch_id, record_id), waits).values(row))

    def keep_values(self, batch_id: str, values: Mapping[str, bytes]) -> None:
        prepared = documents.c.status == DocumentStatus.PREPARED.value
        with writing(self._engine) as connection:
            for record_id, value in values.items():
                where = (*_of(batch_id, record_id), prepared, documents.c.value.is_(None))
                connection.execute(update(documents).where(*where).values(value=value))

    def fail(self, batch_id: str, record_id: str, problem: Problem, events: Sequence[Event]) -> None:
        row = {"status": DocumentStatus.FAILED.value, "problem": problem_row(problem), **_EMPTIED}
        with writing(self._engine) as connection:
            if self._close(connection, batch_id, record_id, row):
                for event in events:
                    append_event(connection, event)

    def finish(self, batch_id: str, record: Record, events: Sequence[Event]) -> Record:
        row = {"status": DocumentStatus.SIGNED.value, "problem": None, **_EMPTIED}
        with writing(self._engine) as connection:
            saved = self._records.save_within(connection, record, events)
            if not self._close(connection, batch_id, record.id, row):
                raise RecordChanged(f"the document {record.id} of the batch is settled already")
            return saved

    def _close(self, connection: Connection, batch_id: str, record_id: str, row: Mapping[str, Any]) -> bool:
        where = (*_of(batch_id, record_id), documents.c.status.in_(_OPEN))
        return connection.execute(update(documents).where(*where).values(row)).rowcount == 1

    def claim(self, batch_id: str, runner: str, now: datetime) -> bool:
        free = or_(
            batches.c.runner.is_(None), batches.c.runner == runner, batches.c.alive_at <= now - SILENCE
        )
        statement = update(batches).where(batches.c.id == batch_id, free)
        with writing(self._engine) as connection:
            return (
                connection.execute(statement.values(runner=runner, alive_at=now, problem=None)).rowcount == 1
            )

    def release(self, batch_id: str, runner: str, problem: Problem | None = None) -> None:
        mine = (batches.c.id == batch_id, batches.c.runner == runner)
        left = {"runner": None, "alive_at": None, "problem": problem_row(problem)}
        with writing(self._engine) as connection:
            connection.execute(update(batches).where(*mine).values(left))


def _of(batch_id: str, record_id: str) -> tuple[Any, Any]:
    return documents.c.batch_id == batch_id, documents.c.record_id == record_id


def _document_row(batch_id: str, position: int, document: Document) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "record_id": document.record,
        "position": position,
        "version": document.version,
        "name": document.name,
        "status": document.status.value,
        "problem": problem_row(document.problem),
        "mark": document.mark.to_json(),
    }


def _document(row: Mapping[Any, Any]) -> Document:
    return Document(
        record=row["record_id"],
        version=row["version"],
        name=row["name"],
        status=DocumentStatus(row["status"]),
        to_be_signed=row["to_be_signed"],
        valued=row["value"] is not None,
        problem=Problem(**row["problem"]) if row["problem"] else None,
        seal=row["seal"],
        mark=DocumentMark.from_json(row["mark"]) if row["mark"] else NOTHING_OF_ITS_OWN,
    )


def _batch(row: Mapping[Any, Any], of: Sequence[Document], awaits_until: datetime | None) -> Batch:
    return Batch(
        id=row["id"],
        username=row["username"],
        kind=KeyKind(row["kind"]),
        reason=row["reason"],
        seal=row["seal"],
        begun_at=row["begun_at"],
        documents=tuple(of),
        key=PublicKey.from_json(row["key"]) if row["key"] else None,
        alive_at=row["alive_at"],
        problem=Problem(**row["problem"]) if row["problem"] else None,
        role=SigningRole(row["role"]),
        mark=MarkWish.from_json(row["mark"]) if row["mark"] else NO_WISH,
        awaits_until=awaits_until,
    )
