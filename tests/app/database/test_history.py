"""The history: it grows, and the database itself refuses everything else."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.audit import Action, Event
from app.database.repositories import Repositories
from tests.app.database.examples import NOW, add, an_event

CHANGES = [
    "UPDATE events SET actor = 'somebody else'",
    "UPDATE events SET sequence = sequence + 1000",
    "DELETE FROM events",
    "DELETE FROM records",
    "UPDATE records SET id = 'another'",
    "UPDATE records SET digest = 'another'",
    "UPDATE records SET received_by = 'somebody else'",
    "UPDATE records SET received_at = '2000-01-01 00:00:00.000000'",
]
SQLITE_CHANGES = [
    "INSERT OR REPLACE INTO events SELECT sequence, record_id, action, 'other', at, details FROM events",
    "UPDATE OR REPLACE events SET sequence = 1",
    "PRAGMA foreign_keys = OFF; DELETE FROM records",
]
POSTGRESQL_CHANGES = [
    "TRUNCATE events",
    "TRUNCATE records CASCADE",
    "SET session_replication_role = replica; DELETE FROM events",
    "SET session_replication_role = replica; DELETE FROM records",
    """INSERT INTO events OVERRIDING SYSTEM VALUE SELECT * FROM events
       ON CONFLICT (sequence) DO UPDATE SET actor = 'other'""",
]


def test_events_come_back_oldest_first_with_growing_numbers(repositories: Repositories) -> None:
    record = add(repositories)
    details: dict[str, str | int | bool | None] = {"name": "Đặng", "pages": 3, "whole": True, "reason": None}
    appended = [
        repositories.history.append(Event(record.id, action, "clerk", NOW, details)) for action in Action
    ]
    kept = repositories.history.of(record.id)
    assert kept[1:] == appended
    numbers = [event.sequence or 0 for event in kept]
    assert numbers == sorted(set(numbers))
    assert numbers[0] > 0


def test_histories_do_not_mix(repositories: Repositories) -> None:
    first, second = add(repositories), add(repositories)
    repositories.history.append(an_event(first.id, Action.VIEWED))
    assert [event.action for event in repositories.history.of(second.id)] == [Action.RECEIVED]


def test_the_first_event_of_a_kind_is_found_by_an_index(engine: Engine, repositories: Repositories) -> None:
    """Whoever verifies asks for it: a record that was looked at often must not make that slow."""
    record, other = add(repositories), add(repositories)
    repositories.history.append(an_event(other.id, Action.SIGNED, n=0))
    for action in (Action.VIEWED, Action.SIGNED, Action.VIEWED, Action.SIGNED):
        repositories.history.append(an_event(record.id, action))
    received, viewed, signed, *_ = repositories.history.of(record.id)
    first = repositories.history.first
    assert first(record.id, Action.SIGNED) == signed
    assert first(record.id, Action.VIEWED) == viewed
    assert first(record.id, Action.RECEIVED) == received
    assert first(record.id, Action.SEALED) is None
    indexes = inspect(engine).get_indexes("events")
    assert ["record_id", "action", "sequence"] in [index["column_names"] for index in indexes]


def test_the_last_event_of_a_kind_is_that_of_its_actor(repositories: Repositories) -> None:
    """A record of many pages has an event for each of them, which nobody who looks at it need wait for."""
    record, other = add(repositories), add(repositories)
    for of, actor in ((record, "clerk"), (record, "clerk"), (record, "official"), (other, "clerk")):
        repositories.history.append(Event(of.id, Action.VIEWED, actor, NOW))
    repositories.history.append(an_event(record.id, Action.DOWNLOADED))
    _, _, second, by_official, _ = repositories.history.of(record.id)
    last = repositories.history.last
    assert last(record.id, Action.VIEWED, "clerk") == second
    assert last(record.id, Action.VIEWED, "official") == by_official
    assert last(record.id, Action.VIEWED, "archivist") is None
    assert last(record.id, Action.SIGNED, "clerk") is None


def test_no_event_is_lost_when_many_append(repositories: Repositories) -> None:
    record = add(repositories)
    with ThreadPoolExecutor(16) as pool:
        events = list(pool.map(lambda n: repositories.history.append(an_event(record.id, n=n)), range(64)))
    assert len({event.sequence for event in events}) == 64
    assert len(repositories.history.of(record.id)) == 65


def refused(engine: Engine, repositories: Repositories, statement: str) -> None:
    record = add(repositories)
    before = repositories.history.of(record.id)
    with (  # noqa: PT012 - the last of several statements is refused
        engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        pytest.raises(DBAPIError, match=r"append-only|history stays|as it was received|updated to DEFAULT"),
    ):
        for part in statement.split("; "):
            connection.execute(text(part))
    assert repositories.history.of(record.id) == before
    assert repositories.records.get(record.id) == record


@pytest.mark.parametrize("statement", CHANGES)
def test_both_databases_refuse_to_change_the_history(
    engine: Engine, repositories: Repositories, statement: str
) -> None:
    refused(engine, repositories, statement)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("statement", SQLITE_CHANGES)
def test_sqlite_refuses_its_own_ways(engine: Engine, repositories: Repositories, statement: str) -> None:
    refused(engine, repositories, statement)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("statement", POSTGRESQL_CHANGES)
def test_postgresql_refuses_its_own_ways(engine: Engine, repositories: Repositories, statement: str) -> None:
    refused(engine, repositories, statement)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_replaces_no_record(engine: Engine, repositories: Repositories) -> None:
    record = add(repositories)
    replacing = """
        INSERT OR REPLACE INTO records (id, agency, digest, name, media_type, size, status, received_at,
                                        received_by, attempt, version, digitally_signed)
        SELECT id, agency, {}, media_type, size, status, received_at, received_by, 1, 1, 0 FROM records"""
    with engine.begin() as connection:
        connection.execute(text(replacing.format("digest, 'other'")))
    assert repositories.records.get(record.id) == record
    with pytest.raises(IntegrityError, match="history stays"), engine.begin() as connection:
        connection.execute(text(replacing.format("'other', name")))
    assert repositories.records.get(record.id) == record
