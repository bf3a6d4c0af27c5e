"""What was stated of signed records: kept with its event or not at all, and changed by nobody."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from app.audit import Action
from app.database.repositories import Repositories
from app.records import Query, Record, RecordChanged, RecordNotFound, Status
from app.standing import Standing, StandingRefused, Statement
from tests.app.database.examples import NOW, a_record, add, an_event

DAY = date(2026, 3, 12)
CHANGES = [
    "UPDATE standings SET reason = 'another'",
    "DELETE FROM standings",
    "UPDATE records SET code = 'another'",
]
SQLITE_CHANGES = [
    """INSERT OR REPLACE INTO standings (sequence, record_id, standing, since, reason, stated_by, at)
       SELECT sequence, record_id, 'in-force', since, reason, stated_by, at FROM standings"""
]
POSTGRESQL_CHANGES = [
    "TRUNCATE standings",
    "SET session_replication_role = replica; DELETE FROM standings",
    "SET session_replication_role = replica; UPDATE records SET code = 'another'",
]


def _signed(repositories: Repositories) -> Record:
    return add(repositories, status=Status.SIGNED, signed="a" * 64)


def _revoked(record: Record, standing: Standing = Standing.REVOKED, by: Record | None = None) -> Statement:
    return Statement(
        record.id, standing, DAY, "Quyết định 12/QĐ-UBND", "official", NOW, by.id if by else None
    )


def _state(repositories: Repositories, statement: Statement, version: int = 1) -> None:
    repositories.standings.state(statement, version, [an_event(statement.record_id, Action.REVOKED)])


def test_a_record_is_in_force_until_something_is_stated(repositories: Repositories) -> None:
    record = _signed(repositories)
    assert repositories.records.get(record.id).standing is Standing.IN_FORCE
    assert repositories.standings.of(record.id) == []
    statement = _revoked(record)
    _state(repositories, statement)
    kept = repositories.records.get(record.id)
    assert (kept.standing, kept.version) == (Standing.REVOKED, 2)
    assert repositories.standings.of(record.id) == [statement]
    assert [event.action for event in repositories.history.of(record.id)] == [Action.RECEIVED, Action.REVOKED]
    _state(repositories, replace(statement, standing=Standing.IN_FORCE), 2)
    assert repositories.records.get(record.id).standing is Standing.IN_FORCE
    assert len(repositories.standings.of(record.id)) == 2
    assert [one.standing for one in repositories.records.list(Query()).records] == [Standing.IN_FORCE]


def test_a_change_in_between_keeps_nothing(repositories: Repositories) -> None:
    record = _signed(repositories)
    with pytest.raises(RecordChanged):
        _state(repositories, _revoked(record), 7)
    with pytest.raises(RecordNotFound):
        _state(repositories, replace(_revoked(record), record_id="nobody"))
    assert repositories.standings.of(record.id) == []
    assert len(repositories.history.of(record.id)) == 1


def test_only_what_is_signed_and_in_force_replaces(repositories: Repositories) -> None:
    record, unsigned, gone, good = (
        _signed(repositories),
        add(repositories),
        _signed(repositories),
        _signed(repositories),
    )
    _state(repositories, _revoked(gone))
    for other in (unsigned, gone, a_record()):
        with pytest.raises(StandingRefused, match="in force"):
            _state(repositories, _revoked(record, Standing.REPLACED, other))
    _state(repositories, _revoked(record, Standing.REPLACED, good))
    assert repositories.standings.of(record.id)[-1].replaced_by == good.id


def test_two_that_would_replace_each_other_do_not_both(repositories: Repositories) -> None:
    for _ in range(5):
        one, other = _signed(repositories), _signed(repositories)
        statements = [
            _revoked(one, Standing.REPLACED, other),
            _revoked(other, Standing.REPLACED, one),
        ]

        def state(statement: Statement) -> bool:
            try:
                _state(repositories, statement)
            except StandingRefused:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(state, statements)) == [False, True]


def test_the_database_itself_wants_a_signature(engine: Engine, repositories: Repositories) -> None:
    unsigned, signed = add(repositories), _signed(repositories)
    for record, standing, by in (
        (unsigned, "revoked", "NULL"),
        (signed, "replaced", "NULL"),
        (signed, "replaced", f"'{signed.id}'"),
        (signed, "replaced", f"'{unsigned.id}'"),
        (signed, "revoked", f"'{unsigned.id}'"),
    ):
        statement = f"""
            INSERT INTO standings (record_id, standing, since, reason, stated_by, at, replaced_by)
            VALUES ('{record.id}', '{standing}', '2026-03-12', 'r', 'x', '2026-11-22 08:30:15', {by})"""
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(text(statement))


def _refused(engine: Engine, repositories: Repositories, statement: str) -> None:
    record = _signed(repositories)
    _state(repositories, _revoked(record))
    with (  # noqa: PT012 - the last of several statements is refused
        engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        pytest.raises(DBAPIError, match=r"was stated stays|printed stays"),
    ):
        for part in statement.split("; "):
            connection.execute(text(part))
    assert repositories.standings.of(record.id) == [_revoked(record)]
    assert repositories.records.coded(record.code).id == record.id


@pytest.mark.parametrize("statement", CHANGES)
def test_nothing_stated_is_changed(engine: Engine, repositories: Repositories, statement: str) -> None:
    _refused(engine, repositories, statement)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("statement", SQLITE_CHANGES)
def test_sqlite_refuses_its_own_ways(engine: Engine, repositories: Repositories, statement: str) -> None:
    _refused(engine, repositories, statement)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("statement", POSTGRESQL_CHANGES)
def test_postgresql_refuses_its_own_ways(engine: Engine, repositories: Repositories, statement: str) -> None:
    _refused(engine, repositories, statement)


def test_records_are_found_by_their_code_and_their_signed_bytes(repositories: Repositories) -> None:
    early, late = (add(repositories, status=Status.SIGNED, signed=c * 64) for c in "ab")
    assert repositories.records.coded(late.code) == late
    with pytest.raises(RecordNotFound):
        repositories.records.coded("7K3Q-9M2X-T8VD-4HZC")
    assert repositories.records.signed_as(["b" * 64, "a" * 64, "c" * 64]) == (early, "a" * 64)
    assert repositories.records.signed_as([late.digest]) is None
    assert repositories.records.signed_as([]) is None


def test_records_are_found_by_the_bytes_that_they_had_before_a_seal(repositories: Repositories) -> None:
    early, late = (add(repositories, status=Status.SIGNED, signed=None) for _ in range(2))
    for digest in ("a", "b"):
        early = repositories.records.save(replace(early, signed=digest * 64), [])
    late = repositories.records.save(replace(late, signed="c" * 64), [])
    signed_as = repositories.records.signed_as
    assert signed_as(["a" * 64]) == (early, "a" * 64)
    assert signed_as(["c" * 64, "a" * 64]) == (early, "a" * 64), "named last, though it is not of today"
    assert signed_as(["b" * 64, "a" * 64, "c" * 64]) == (late, "c" * 64)
    assert signed_as(["a" * 64, *(f"{n:064}" for n in range(70_000))]) == (early, "a" * 64), "of any number"
