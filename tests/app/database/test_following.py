"""The record that comes after one in a listing, alike in both databases, and found in an index."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from app.database.repositories import Repositories
from app.database.rows import record_row
from app.database.tables import records
from app.records import Query, Record, Status
from tests.app.database.examples import NOW, a_record, add

_AWAITING = Query(statuses=frozenset({Status.AWAITING_REVIEW}))
_SECOND = timedelta(seconds=1)


def _next_of_all(repositories: Repositories, query: Query, record: Record) -> Record | None:
    """What the contract says, worked out from the whole listing."""
    listed = repositories.records.list(replace(query, limit=1000)).records
    others = [one for one in listed if one.id != record.id]
    place = (record.received_at, record.id)
    others.sort(key=lambda one: (one.dossier != record.dossier, (one.received_at, one.id) > place))
    return others[0] if others else None


def test_it_is_the_next_down_the_list_its_dossier_first(repositories: Repositories) -> None:
    drawn = random.Random(1)
    made = [
        add(
            repositories,
            agency=drawn.choice(["a", "b"]),
            status=drawn.choice([Status.AWAITING_REVIEW, Status.CONFIRMED]),
            dossier=drawn.choice([None, "H-1", "H-2"]),
            received_at=NOW + drawn.randrange(9) * _SECOND,  # several of one moment
        )
        for _ in range(40)
    ]
    for query in (_AWAITING, replace(_AWAITING, agency="a"), Query(agency="b", dossier="H-1"), Query()):
        for record in made:
            found = repositories.records.following(query, record)
            assert found == _next_of_all(repositories, query, record)
    alone = add(repositories, agency="c", status=Status.AWAITING_REVIEW)
    assert repositories.records.following(replace(_AWAITING, agency="c"), alone) is None


def test_it_is_found_below_more_records_than_a_list_shows(repositories: Repositories) -> None:
    oldest = add(repositories, status=Status.AWAITING_REVIEW, received_at=NOW - _SECOND)
    last = add(repositories, status=Status.AWAITING_REVIEW, received_at=NOW, id="a")
    for _ in range(210):
        add(repositories, status=Status.AWAITING_REVIEW, received_at=NOW + _SECOND, dossier="H-1")
    assert repositories.records.following(_AWAITING, last) == oldest
    assert repositories.records.following(replace(_AWAITING, after="no cursor", limit=1), last) == oldest


@contextmanager
def _asked(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """The questions that go to the database meanwhile."""
    asked: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if "FROM records" in statement and not statement.startswith("EXPLAIN"):
            asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", keep)
    yield asked
    event.remove(engine, "before_cursor_execute", keep)


@pytest.mark.parametrize("agency", ["a", None])
def test_each_question_is_answered_from_an_index(repositories: Repositories, agency: str | None) -> None:
    """Of 4000 records half await review, of other dossiers: nothing sorts them, or reads them all."""
    engine, states = repositories.engine, (Status.CONFIRMED, Status.AWAITING_REVIEW)
    rows = [
        record_row(a_record(agency="a", status=states[number % 2], received_at=NOW + number * _SECOND))
        for number in range(4000)
    ]
    with engine.begin() as connection:
        connection.execute(records.insert(), rows)
        connection.execute(text("ANALYZE records"))
    awaiting: dict[str, Any] = {"agency": "a", "status": Status.AWAITING_REVIEW}
    record = add(repositories, received_at=NOW - _SECOND, dossier="H-1", **awaiting)
    with _asked(engine) as asked:
        found = repositories.records.following(replace(_AWAITING, agency=agency), record)
    assert found is not None
    assert (found.id, len(asked)) == (rows[-1]["id"], 4)
    how = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    for statement, values in asked:
        with engine.connect() as connection:
            plan = "\n".join(str(row) for row in connection.exec_driver_sql(how + statement, values))
        assert "ix_records_" in plan, plan
        for slow in ("Seq Scan on records", "SCAN records", "TEMP B-TREE"):
            assert slow not in plan.partition("CORRELATED")[0], plan
