"""Connections to SQLite and PostgreSQL, and the transactions on them."""

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from psycopg.errors import UndefinedTable
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from app.database.tables import records, to_json

#: How long a writer waits for the writers before it.
_LOCK_SECONDS = 30
_CONNECT_SECONDS = 5
#: A web process answers on 40 threads; PostgreSQL takes 100 connections by default, of several processes.
_KEPT_CONNECTIONS = 10
_MORE_CONNECTIONS = 30
_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class DatabaseUnavailable(ConnectionError):
    """The database could not be reached or refused the work; trying again later may help. To the rooms above,
    which know nothing of databases, it is a ConnectionError."""


class SchemaOutdated(DatabaseUnavailable):
    """The tables are not those that this program needs."""


def connect(url: str) -> Engine:
    """An engine for a SQLite or PostgreSQL URL; no connection is made yet. Raises ValueError for others."""
    address = parsed(url)
    engine = _sqlite(address) if address.get_backend_name() == "sqlite" else _postgresql(address)
    event.listen(engine, "handle_error", _unavailable, retval=True)
    return engine


def parsed(url: str) -> URL:
    """The URL with the driver that is used. Raises ValueError for what is no such URL."""
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise ValueError("the database is not a SQLAlchemy URL, such as sqlite:///PATH") from error
    driver = _DRIVERS.get(address.get_backend_name())
    if driver is None:
        raise ValueError(f"{address.get_backend_name()} is not supported: use sqlite or postgresql")
    if driver == "sqlite" and (address.database or ":memory:") == ":memory:":
        raise ValueError("a database in memory would be lost: name a file, as in sqlite:///PATH")
    return address.set(drivername=driver)


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one state of the database from its first statement on."""
    with _pooled(engine) as connection, connection.begin():
        yield connection


@contextlib.contextmanager
def writing(engine: Engine, *, foreign_keys: bool = True) -> Iterator[Connection]:
    """A transaction that writes. On SQLite it takes the write lock at once: one that reads first and then
    finds that another has written could only fail. `foreign_keys` False lets SQLite make a table anew."""
    with (
        _pooled(engine) as connection,
        _heeding_foreign_keys(connection, foreign_keys),
        connection.execution_options(immediate=True).begin(),
    ):
        yield connection


@contextlib.contextmanager
def _heeding_foreign_keys(connection: Connection, heeded: bool) -> Iterator[None]:
    """SQLite turns the switch only between transactions: it goes past SQLAlchemy, which would begin one."""
    if heeded or connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def check(engine: Engine) -> None:
    """Raise DatabaseUnavailable unless the database answers now and has its tables."""
    with reading(engine) as connection:
        connection.execute(select(records.c.id).limit(1))


@contextlib.contextmanager
def _pooled(engine: Engine) -> Iterator[Connection]:
    try:
        connection = engine.connect()
    except PoolTimeout as error:
        raise DatabaseUnavailable("all connections to the database are busy; try again") from error
    with connection:
        yield connection


def _sqlite(address: URL) -> Engine:
    _make_file(Path(address.database or ""))
    engine = create_engine(
        address,
        json_serializer=to_json,
        pool_size=_KEPT_CONNECTIONS,
        max_overflow=_MORE_CONNECTIONS,
        pool_timeout=_LOCK_SECONDS,
        connect_args={"timeout": _LOCK_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_file(path: Path) -> None:
    """An empty file is an empty database; made here, it is closed to other accounts from the start."""
    try:
        path.absolute().parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise DatabaseUnavailable(f"cannot make or open the database {path}: {error.strerror}") from error


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite, not by the driver
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError:
            # The change to WAL does not wait for locks as other statements do.
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA trusted_schema=OFF")


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _postgresql(address: URL) -> Engine:
    return create_engine(
        address,
        json_serializer=to_json,
        pool_size=_KEPT_CONNECTIONS,
        max_overflow=_MORE_CONNECTIONS,
        pool_timeout=_LOCK_SECONDS,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": "banchinh",
            "options": f"-c lock_timeout={_LOCK_SECONDS}s -c timezone=UTC",
        },
    )


def _unavailable(context: ExceptionContext) -> DatabaseUnavailable | None:
    """Every failure to reach or to lock the database is one error to the rest of the service."""
    cause = context.original_exception
    known = context.sqlalchemy_exception
    if isinstance(cause, UndefinedTable) or "no such table" in str(cause):
        return SchemaOutdated("the database lacks tables: run `banchinh migrate`")
    # A plain DatabaseError is SQLite's word for a file that is damaged or no database.
    if isinstance(known, OperationalError | InterfaceError) or type(known) is DatabaseError:
        return DatabaseUnavailable(f"the database does not do its work: {cause}")
    return None
