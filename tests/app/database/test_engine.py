"""Connecting, migrating and failing: databases that are new, old, absent or gone."""

import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from app.audit import Action
from app.database.engine import DatabaseUnavailable, SchemaOutdated, connect, reading, writing
from app.database.migrations import _config, migrate, pending
from app.database.repositories import Repositories, open_repositories
from app.database.tables import metadata
from app.records import Query
from tests.app.database.examples import a_record, add, an_event
from tests.servers.postgresql import PostgresqlServer
from tests.servers.processes import free_ports

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new folder' / 'banchinh.sqlite'}"
    return str(request.getfixturevalue("empty_postgres_url"))


def test_a_new_database_is_migrated_once(empty_url: str) -> None:
    assert pending(empty_url)
    migrate(empty_url)
    assert not pending(empty_url)
    migrate(empty_url)
    assert not pending(empty_url)


def test_asking_makes_no_file(tmp_path: Path) -> None:
    assert pending(f"sqlite:///{tmp_path / 'absent' / 'banchinh.sqlite'}")
    assert not (tmp_path / "absent").exists()


def test_processes_that_start_at_once_migrate_once(empty_url: str) -> None:
    code = f"from app.database.migrations import migrate; migrate({empty_url!r})"
    starts = [
        subprocess.Popen([sys.executable, "-c", code], cwd=REPOSITORY, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert [(start.communicate()[1], start.returncode) for start in starts] == [("", 0)] * 4
    assert not pending(empty_url)


def test_the_migrations_make_the_tables_that_the_program_uses(empty_url: str) -> None:
    migrate(empty_url)
    engine = connect(empty_url)
    with engine.connect() as connection:
        options = {
            "compare_type": False,  # Text and our types above it are one to the databases
            "include_name": lambda name, kind, _: kind != "table" or not (name or "").startswith("search"),
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_what_an_older_program_kept_stays(empty_url: str) -> None:
    """SQLite makes the table of records anew for the second schema: rows refer to it, triggers guard it."""
    engine = connect(empty_url)
    config = _config()
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in (
            """INSERT INTO records (id, agency, digest, name, media_type, size, status, received_at,
                                    received_by, attempt, version, digitally_signed)
               VALUES ('r1', 'a', 'd', 'cũ.pdf', 'application/pdf', 1, 'awaiting-review',
                       '2026-11-22 08:30:15.123456', 'clerk', 1, 1, FALSE)""",
            """INSERT INTO events (record_id, action, actor, at, details)
               VALUES ('r1', 'received', 'clerk', '2026-11-22 08:30:15.123456', '{}')""",
            """INSERT INTO pages (record_id, attempt, number, image, recognition)
               VALUES ('r1', 1, 1, 'i', '{}')""",
        ):
            connection.execute(text(statement))
    assert pending(empty_url)
    migrate(empty_url)
    repositories = open_repositories(empty_url)
    kept = repositories.records.get("r1")
    assert (kept.name, kept.pages_done, kept.part_of, kept.one_paper) == ("cũ.pdf", 1, None, False)
    assert [event.action for event in repositories.history.of("r1")] == [Action.RECEIVED]
    assert repositories.records.coded(kept.code) == kept
    again = a_record(agency="a", digest="d")
    assert repositories.records.add(again, an_event(again.id)) == kept
    later = add(repositories)
    assert {record.id for record in repositories.records.list(Query()).records} == {"r1", later.id}
    for statement in ("DELETE FROM records", "UPDATE records SET digest = 'x'", "DELETE FROM events"):
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(text(statement))
    repositories.close()
    engine.dispose()


def test_a_database_without_tables_says_what_to_do(empty_url: str) -> None:
    repositories = open_repositories(empty_url)
    for attempt in (repositories.check, lambda: repositories.records.list(Query())):
        with pytest.raises(SchemaOutdated, match="banchinh migrate"):
            attempt()
    repositories.close()


def test_a_database_of_a_newer_program_is_left_alone(database_url: str, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert pending(database_url)
    with pytest.raises(SchemaOutdated, match="newer"):
        migrate(database_url)


@pytest.mark.parametrize("url", ["mysql://a/b", "no url", "sqlite://", "sqlite:///:memory:", ""])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"sqlite:///PATH|use sqlite or postgresql"):
        connect(url)


def test_sqlite_keeps_what_it_has_answered(sqlite_url: str, tmp_path: Path) -> None:
    engine = connect(sqlite_url)
    with engine.connect() as connection:
        read = [
            connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")
        ]
        keys = connection.execute(text("PRAGMA foreign_keys")).scalar()
    assert (read, keys) == (["wal", 2], 1)
    assert (tmp_path / "banchinh.sqlite").stat().st_mode & 0o077 == 0
    engine.dispose()


def test_a_server_that_is_not_there_is_told_within_seconds() -> None:
    repositories = open_repositories(f"postgresql://nobody:x@127.0.0.1:{free_ports(1)[0]}/none")
    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable):
        repositories.check()
    with pytest.raises(DatabaseUnavailable):
        repositories.records.list(Query())
    assert time.monotonic() - began < 10


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"this is not a database" * 1000)
    repositories = open_repositories(f"sqlite:///{tmp_path / 'file'}")
    with pytest.raises(DatabaseUnavailable, match="not a database"):
        repositories.check()
    with pytest.raises(DatabaseUnavailable, match="cannot make or open"):
        open_repositories(f"sqlite:///{tmp_path / 'file' / 'banchinh.sqlite'}")


def test_the_password_stays_out_of_messages() -> None:
    repositories = open_repositories(f"postgresql://u:topsecret@127.0.0.1:{free_ports(1)[0]}/none")
    assert "topsecret" not in repr(repositories)
    with pytest.raises(DatabaseUnavailable) as caught:
        repositories.check()
    assert "topsecret" not in str(caught.value)


def test_a_writer_waits_for_the_writer_before_it(repositories: Repositories) -> None:
    record = a_record()
    held = threading.Event()

    def hold() -> None:
        with writing(repositories.engine) as connection:
            connection.execute(text("UPDATE people SET name = name"))
            held.set()
            time.sleep(1)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    repositories.records.add(record, an_event(record.id))
    holder.join()
    assert repositories.records.get(record.id) == record


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_readers_do_not_wait_for_a_writer(repositories: Repositories) -> None:
    record = add(repositories)
    with writing(repositories.engine) as connection:
        connection.execute(text("UPDATE records SET subject = 'unfinished'"))
        assert repositories.records.get(record.id).subject is None


def test_forty_threads_have_a_connection_each(repositories: Repositories) -> None:
    record = add(repositories)
    together = threading.Barrier(40, timeout=20)

    def read(_number: int) -> str:
        with reading(repositories.engine) as connection:
            together.wait()
            return str(connection.execute(text("SELECT id FROM records")).scalar())

    with ThreadPoolExecutor(40) as pool:
        assert set(pool.map(read, range(40))) == {record.id}


WRITER = """
import sys
from app.database.repositories import open_repositories
from tests.app.database.examples import a_record, an_event
repositories = open_repositories(sys.argv[1])
while True:
    record = a_record()
    repositories.records.add(record, an_event(record.id))
    print(record.id, flush=True)
"""


@pytest.mark.slow
def test_what_was_answered_survives_kill_9(database_url: str) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, database_url], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout
    answered = [writer.stdout.readline().strip() for _ in range(50)]
    writer.kill()
    answered += [line.strip() for line in writer.stdout.read().splitlines(keepends=True) if line[-1] == "\n"]
    writer.wait()
    writer.stdout.close()
    repositories = open_repositories(database_url)
    for record_id in answered:
        assert repositories.records.get(record_id).id == record_id
        assert len(repositories.history.of(record_id)) == 1
    repositories.close()


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_server_that_comes_back_is_used_again(
    repositories: Repositories, postgresql_server: PostgresqlServer
) -> None:
    record = add(repositories)
    try:
        postgresql_server.kill()
        with pytest.raises(DatabaseUnavailable):
            repositories.records.get(record.id)
    finally:
        postgresql_server.start()
    assert repositories.records.get(record.id) == record
    repositories.check()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_backup_taken_meanwhile_is_whole(repositories: Repositories, tmp_path: Path) -> None:
    record = add(repositories)
    source = sqlite3.connect(repositories.engine.url.database or "")
    source.execute("VACUUM INTO ?", (str(tmp_path / "backup.sqlite"),))
    source.close()
    backup = open_repositories(f"sqlite:///{tmp_path / 'backup.sqlite'}")
    assert backup.records.list(Query(text="scan")).records == (record,)
    backup.close()
