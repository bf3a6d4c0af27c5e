"""Records in the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Engine,
    Select,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    union,
    update,
)

from app.audit import Event
from app.database import cursors, numbering
from app.database.dialects import insert_new
from app.database.engine import reading, writing
from app.database.history import append_event
from app.database.parts import carry_pages, replace_pages
from app.database.rows import FIXED, field_of, field_row, record_of, record_row, select_fields, select_records
from app.database.search import search_index
from app.database.tables import LARGEST, records, signed_versions
from app.database.tables import fields as fields_table
from app.folding import Token, tokens
from app.records import (
    RETIRED,
    FieldValue,
    Listing,
    Numbered,
    Query,
    ReadPage,
    Record,
    RecordChanged,
    RecordNotFound,
    Seal,
)

_LONGEST_LISTING = 1000
#: Digests in one question; SQLite and PostgreSQL take some 32 000 values.
_MOST_ASKED = 1000
_FILES = (records.c.digest, records.c.searchable, records.c.digitised, records.c.signed)


class SqlRecords:
    """app.records.Records."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._search = search_index(engine.dialect.name)

    def add(self, record: Record, event: Event) -> Record:
        with writing(self._engine) as connection:
            new = insert_new(connection, records, record_row(record))
            if new:
                append_event(connection, event)
                self._search.put(connection, record.id, _head(record, ()), [])
            return self._one(
                connection,
                select_records().where(
                    records.c.agency == record.agency,
                    records.c.digest == record.digest,
                    records.c.whole.is_(None),
                ),
                record.id,
            )

    def get(self, record_id: str) -> Record:
        with reading(self._engine) as connection:
            return self._by_id(connection, record_id)

    def save(
        self,
        record: Record,
        events: Sequence[Event],
        *,
        fields: Mapping[str, FieldValue] | None = None,
        text: str | None = None,
        pages_of: int | None = None,
        pages: Sequence[ReadPage] = (),
    ) -> Record:
        # A long text takes a second to divide into words; nobody waits for that.
        body = None if text is None else tokens(text)
        with writing(self._engine) as connection:
            self._replace_with(connection, record, events)
            if pages_of is not None:
                carry_pages(connection, record.id, pages_of, record)
            replace_pages(connection, record, pages)
            if fields is not None:
                _replace_fields(connection, record.id, fields.values())
            kept = [field_of(row) for row in _mappings(connection, select_fields(record.id))]
            self._search.put(connection, record.id, _head(record, kept), body)
            return self._by_id(connection, record.id)

    def save_within(self, connection: Connection, record: Record, events: Sequence[Event]) -> Record:
        """As `save`, in a transaction that does something else too. What is searched for stays."""
        self._replace_with(connection, record, events)
        return self._by_id(connection, record.id)

    def split(self, whole: Record, papers: Sequence[Record], events: Sequence[Event]) -> Record:
        with writing(self._engine) as connection:
            for paper in papers:
                connection.execute(insert(records), record_row(paper))
                carry_pages(connection, whole.id, whole.attempt, paper)
                self._search.put(connection, paper.id, _head(paper, ()), [])
            self._replace(connection, whole)  # last: a trigger then looks at the papers
            for event in events:
                append_event(connection, event)
            return self._by_id(connection, whole.id)

    def join(
        self,
        whole: Record,
        papers: Sequence[Record],
        events: Sequence[Event],
        pages: Sequence[ReadPage] = (),
    ) -> Record:
        with writing(self._engine) as connection:
            for record in (whole, *papers):  # a trigger lets no paper go before the whole is back
                self._replace(connection, record)
            if pages:
                carry_pages(connection, whole.id, whole.attempt - 1, whole)
                replace_pages(connection, whole, pages)
            for event in events:
                append_event(connection, event)
            return self._by_id(connection, whole.id)

    def papers_of(self, record_id: str) -> Sequence[Record]:
        statement = select_records().where(records.c.whole == record_id, _active())
        with reading(self._engine) as connection:
            return [record_of(row) for row in _mappings(connection, statement.order_by(records.c.first_page))]

    def find(self, digest: str) -> Record | None:
        statement = (
            select_records()
            .where(or_(records.c.whole.is_(None), records.c.digest != digest), _has_digest(digest))
            .order_by(records.c.signed.is_not(None).desc(), records.c.received_at.desc())
            .order_by(records.c.id.desc())
            .limit(1)
        )
        with reading(self._engine) as connection:
            row = connection.execute(statement).mappings().first()
        return record_of(row) if row else None

    def signed_versions(self, record_id: str) -> Mapping[str, bool]:
        statement = select(signed_versions.c.digest, signed_versions.c.digitised)
        with reading(self._engine) as connection:
            found = connection.execute(statement.where(signed_versions.c.record_id == record_id))
            return {digest: bool(digitised) for digest, digitised in found}

    def signed_as(self, digests: Sequence[str]) -> tuple[Record, str] | None:
        with reading(self._engine) as connection:
            for end in range(len(digests), 0, -_MOST_ASKED):
                asked = {
                    digest: place for place, digest in enumerate(digests[max(0, end - _MOST_ASKED) : end])
                }
                found = connection.execute(_signed_with(asked)).all()
                if found:
                    digest, record_id = max(found, key=lambda row: asked[row[0]])
                    return self._by_id(connection, record_id), digest
        return None

    def coded(self, code: str) -> Record:
        with reading(self._engine) as connection:
            return self._one(connection, select_records().where(records.c.code == code), code)

    def list(self, query: Query) -> Listing:
        statement = self._filtered(query)
        if query.after is not None:
            place = cursors.read(query)
            statement = statement.where(tuple_(records.c.received_at, records.c.id) < place)
        limit = min(max(query.limit, 1), _LONGEST_LISTING)
        statement = statement.order_by(records.c.received_at.desc(), records.c.id.desc()).limit(limit + 1)
        with reading(self._engine) as connection:
            found = [record_of(row) for row in _mappings(connection, statement)]
        shown = tuple(found[:limit])
        return Listing(shown, cursors.write(query, shown[-1]) if len(found) > limit else None)

    def following(self, query: Query, record: Record) -> Record | None:
        place = tuple_(records.c.received_at, records.c.id)
        below = place < (record.received_at, record.id)
        beside = records.c.dossier == record.dossier  # IS NULL where it has none
        listed = self._filtered(query).where(records.c.id != record.id)
        listed = listed.order_by(records.c.received_at.desc(), records.c.id.desc()).limit(1)
        # each is one step in an index; none of the dossier is left where the last two are asked
        steps = (listed.where(beside, below), listed.where(beside), listed.where(below), listed)
        with reading(self._engine) as connection:
            found = (connection.execute(step).mappings().first() for step in steps)
            row = next((row for row in found if row is not None), None)
        return record_of(row) if row else None

    def out_of_order(self, place: Numbered, but: str) -> Record | None:
        found = self._of_issuer(place, numbering.out_of_order(place, but), 1)
        return found[0] if found else None

    def numbered_alike(self, place: Numbered, but: str) -> Sequence[Record]:
        return self._of_issuer(place, numbering.numbered_alike(place, but), _LONGEST_LISTING)

    def _of_issuer(self, place: Numbered, asked: Select[Any], most: int) -> Sequence[Record]:
        """Records of these issuers and ids, whose issuer has the words of that of the place."""
        words = _words(place.issuer)
        with reading(self._engine) as connection:
            rows = connection.execute(asked).all()
            spelled = {one for one in {issuer for issuer, _ in rows} if one and _words(one) == words}
            ids = [record_id for issuer, record_id in rows if issuer in spelled][:most]
            # one query for all: many papers of a year may have been read as number 1
            found = _mappings(connection, select_records().where(records.c.id.in_(ids))) if ids else []
        known = {record.id: record for record in map(record_of, found)}
        return [known[record_id] for record_id in ids]

    def awaiting_seal(self, limit: int) -> Sequence[Record]:
        turn = func.row_number().over(partition_by=records.c.agency, order_by=records.c.received_at)
        waiting = records.c.seal == Seal.AWAITING.value
        turns = select(records.c.id, turn.label("turn")).where(waiting).subquery()
        statement = select_records().join(turns, turns.c.id == records.c.id)
        with reading(self._engine) as connection:
            ordered = statement.order_by(turns.c.turn, records.c.received_at).limit(limit)
            rows = _mappings(connection, ordered)
            return [record_of(row) for row in rows]

    def weakening(self, before: datetime, limit: int) -> Sequence[Record]:
        statement = select_records().where(records.c.archive_until < before)
        with reading(self._engine) as connection:
            rows = _mappings(connection, statement.order_by(records.c.archive_until).limit(limit))
            return [record_of(row) for row in rows]

    def _filtered(self, query: Query) -> Select[Any]:
        statement = select_records()
        if query.agency is not None:
            statement = statement.where(records.c.agency == query.agency)
        if query.statuses:
            statement = statement.where(records.c.status.in_(sorted(query.statuses)))
        else:
            statement = statement.where(_active())
        if query.kind is not None:
            statement = statement.where(records.c.kind == query.kind)
        if query.digest is not None:
            statement = statement.where(_has_digest(query.digest))
        if query.dossier is not None:
            statement = statement.where(records.c.dossier == query.dossier)
        if query.digitisable:
            statement = statement.where(records.c.digitised.is_(None), records.c.digitally_signed.is_(False))
        if query.text.strip():
            statement = statement.where(*self._search.matching(query.text))
        return statement

    def _replace_with(self, connection: Connection, record: Record, events: Sequence[Event]) -> None:
        self._replace(connection, record)
        for event in events:
            append_event(connection, event)

    def _replace(self, connection: Connection, record: Record) -> None:
        """Give the record of that version what `record` has, and the next version. Raises RecordChanged."""
        saved = replace(record, version=record.version + 1)
        changes = {name: value for name, value in record_row(saved).items() if name not in FIXED}
        statement = update(records).where(records.c.id == record.id, records.c.version == record.version)
        possible = 0 < record.version < LARGEST
        if not possible or connection.execute(statement.values(changes)).rowcount == 0:
            self._by_id(connection, record.id)
            raise RecordChanged(f"record {record.id} was changed by somebody else; read it again")
        for digest, digitised in ((record.digitised, True), (record.signed, False)):
            if digest is not None:
                row = {"record_id": record.id, "digest": digest, "digitised": digitised}
                insert_new(connection, signed_versions, row)

    def _by_id(self, connection: Connection, record_id: str) -> Record:
        return self._one(connection, select_records().where(records.c.id == record_id), record_id)

    def _one(self, connection: Connection, statement: Select[Any], record_id: str) -> Record:
        row = connection.execute(statement).mappings().first()
        if row is None:
            raise RecordNotFound(record_id)
        return record_of(row)


def _words(issuer: str) -> list[str]:
    """Whatever its capitals and signs, but with its marks: Đông Xuân is not Đồng Xuân."""
    return [token.written for token in tokens(issuer)]


def _has_digest(digest: str) -> ColumnElement[bool]:
    """A file that somebody holds may be the received one or one that the service made of it."""
    earlier = select(signed_versions.c.record_id).where(signed_versions.c.digest == digest)
    of_today = (column == digest for column in _FILES)
    return or_(*of_today, records.c.id.in_(earlier))


def _signed_with(digests: Iterable[str]) -> CompoundSelect[Any]:
    """Digest and id of the records that have a signed file of one of these, or had one before a seal or a
    renewal."""
    asked = list(digests)
    earlier = select(signed_versions.c.digest, signed_versions.c.record_id)
    return union(
        earlier.where(signed_versions.c.digest.in_(asked)),
        select(records.c.signed, records.c.id).where(records.c.signed.in_(asked)),
    )


def _active() -> ColumnElement[bool]:
    """Holds its pages itself: neither split nor joined."""
    return records.c.status.not_in(sorted(RETIRED))


def _mappings(connection: Connection, statement: Select[Any]) -> Sequence[Mapping[str, object]]:
    return [dict(row) for row in connection.execute(statement).mappings()]


def _replace_fields(connection: Connection, record_id: str, values: Iterable[FieldValue]) -> None:
    connection.execute(delete(fields_table).where(fields_table.c.record_id == record_id))
    rows = [field_row(record_id, position, value) for position, value in enumerate(values)]
    if rows:
        connection.execute(insert(fields_table), rows)


def _head(record: Record, fields: Iterable[FieldValue]) -> Sequence[Token]:
    """The words that a record is found by besides the text of its pages."""
    number = f"{record.number or ''}/{record.symbol or ''}"
    parts = [record.name, number, record.date, record.kind.name if record.kind else None, record.subject]
    for value in fields:
        parts += [value.value, None if value.state == "handwritten" else value.read.value]
    return tokens("\n".join(part for part in parts if part))
