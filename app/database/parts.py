"""The pages and fields of records in the database."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, func, insert, literal, select, update

from app.audit import Event
from app.database.dialects import insert_new
from app.database.engine import reading, writing
from app.database.history import append_event
from app.database.rows import (
    field_of,
    kept_outline,
    outline_row,
    page_of,
    page_row,
    record_of,
    select_fields,
    select_records,
)
from app.database.tables import LARGEST, String, pages, records
from app.outlines import PageOutline, outline_of
from app.records import AT_REST, FieldValue, ReadPage, Record, RecordNotFound, Status

#: Pages that get their outlines in one transaction; meanwhile others of SQLite wait.
_AT_ONCE = 25
_BUSY = sorted(set(Status) - AT_REST)


class SqlRecordParts:
    """app.records.RecordParts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep_page(self, record_id: str, attempt: int, page: ReadPage, event: Event) -> bool:
        with writing(self._engine) as connection:
            if connection.execute(select(records.c.id).where(records.c.id == record_id)).first() is None:
                raise RecordNotFound(record_id)
            row = page_row(record_id, attempt, page)
            if not insert_new(connection, pages, row):
                return False
            append_event(connection, event)
            return True

    def pages(self, record_id: str) -> Sequence[ReadPage]:
        query = _present(record_id).order_by(pages.c.number)
        with reading(self._engine) as connection:
            return [page_of(row) for row in connection.execute(query).mappings()]

    def page(self, record_id: str, number: int) -> ReadPage | None:
        if not 0 < number <= LARGEST:
            return None
        query = _present(record_id).where(pages.c.number == number)
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        return page_of(row) if row else None

    def outlines(self, record_id: str) -> Sequence[PageOutline]:
        query = _present(record_id, pages.c.number, pages.c.outline).order_by(pages.c.number)
        with reading(self._engine) as connection:
            rows = [(row.number, kept_outline(row.number, row.outline)) for row in connection.execute(query)]
        missing = [number for number, kept in rows if kept is None]
        made = {
            outline.number: outline
            for start in range(0, len(missing), _AT_ONCE)
            for outline in self._outlined(record_id, missing[start : start + _AT_ONCE])
        }
        return [kept or made[number] for number, kept in rows if kept or number in made]

    def _outlined(self, record_id: str, numbers: Sequence[int]) -> Sequence[PageOutline]:
        """Outlines of pages that have none, made and kept; the pages stay as they are meanwhile."""
        query = _present(record_id).where(pages.c.number.in_(numbers)).with_for_update(of=pages)
        with writing(self._engine) as connection:
            found = connection.execute(query).mappings().all()
            outlines = [outline_of(page_of(row).page) for row in found]
            for row, outline in zip(found, outlines, strict=True):
                place = (pages.c[name] == row[name] for name in ("record_id", "attempt", "number"))
                connection.execute(update(pages).where(*place).values(outline=outline_row(outline)))
        return outlines

    def keep_thumbnail(self, record_id: str, number: int, image: str, thumbnail: str) -> None:
        of_page = (pages.c.record_id == record_id, pages.c.number == number, pages.c.image == image)
        with writing(self._engine) as connection:
            missing = update(pages).where(*of_page, pages.c.thumbnail.is_(None))
            connection.execute(missing.values(thumbnail=thumbnail))

    def fields(self, record_id: str) -> Mapping[str, FieldValue]:
        with reading(self._engine) as connection:
            rows = connection.execute(select_fields(record_id)).mappings()
            return {row["name"]: field_of(row) for row in rows}

    def count_unfinished(self) -> int:
        query = select(func.count()).select_from(records).where(records.c.status.in_(_BUSY))
        with reading(self._engine) as connection:
            return connection.execute(query).scalar_one()

    def unfinished(self) -> Sequence[Record]:
        query = select_records().where(records.c.status.in_(_BUSY))
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(records.c.received_at, records.c.id)).mappings()
            return [record_of(row) for row in rows]


def carry_pages(connection: Connection, record_id: str, attempt: int, target: Record) -> None:
    """The present attempt of `target` begins with its pages of another attempt, or of the record that it is
    part of. The database copies them by itself: of a thick file they are tens of megabytes of words."""
    part = target.part_of if record_id != target.id else None  # its own pages count from 1 already
    query = select(
        literal(target.id, String),
        literal(target.attempt),
        pages.c.number - (part.first_page - 1 if part else 0),
        pages.c.image,
        pages.c.recognition,
        pages.c.thumbnail,
        pages.c.outline,
    ).where(pages.c.record_id == record_id, pages.c.attempt == attempt)
    if part is not None:
        query = query.where(pages.c.number.between(part.first_page, part.last_page))
    columns = ["record_id", "attempt", "number", "image", "recognition", "thumbnail", "outline"]
    connection.execute(insert(pages).from_select(columns, query))


def replace_pages(connection: Connection, record: Record, changed: Sequence[ReadPage]) -> None:
    """What is recognised of these pages of the present attempt; their images stay."""
    for page in changed:
        row = page_row(record.id, record.attempt, page)
        place = (pages.c[name] == row[name] for name in ("record_id", "attempt", "number"))
        read = {name: row[name] for name in ("recognition", "outline")}
        connection.execute(update(pages).where(*place).values(read))


def _present(record_id: str, *columns: ColumnElement[Any]) -> Select[Any]:
    """The pages of the present attempt: these columns of them, or all."""
    same = (pages.c.record_id == records.c.id) & (pages.c.attempt == records.c.attempt)
    return (
        select(*columns or (pages,)).select_from(pages).join(records, same).where(records.c.id == record_id)
    )
