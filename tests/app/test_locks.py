"""Locks by which workers know who lives: held by one, freed by death."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from app.locks import FolderLocks, LockLost, Locks, SessionLocks

HOLDER = """
import sys, time
from pathlib import Path
from app.locks import FolderLocks, SessionLocks
locks = SessionLocks(sys.argv[1]) if "://" in sys.argv[1] else FolderLocks(Path(sys.argv[1]))
print(locks.take(7), flush=True)
time.sleep(60)
"""


@pytest.fixture(params=["folder", "session"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path)
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def opened(place: str) -> Callable[[], Locks]:
    if "://" in place:
        return lambda: SessionLocks(place)
    return lambda: FolderLocks(Path(place))


def test_a_lock_has_one_holder(opened: Callable[[], Locks]) -> None:
    first, second = opened(), opened()
    assert first.take(1)
    assert first.take(1)
    assert not second.take(1)
    assert second.take(2)
    first.release(1)
    assert second.take(1)


def test_the_lock_of_a_killed_process_is_free(place: str, opened: Callable[[], Locks]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, place],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env=dict(os.environ),
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"True\n"
        locks = opened()
        assert not locks.take(7)
        holder.kill()
        holder.wait()
    assert any(locks.take(7) for _ in range(50))


def test_a_session_that_broke_takes_its_locks_again(postgres_url: str) -> None:
    locks = SessionLocks(postgres_url)
    assert locks.take(1)
    _break_sessions(postgres_url)
    with pytest.raises(ConnectionError):
        locks.keep()
    locks.keep()
    assert not SessionLocks(postgres_url).take(1)


def test_a_lock_that_another_took_meanwhile_is_lost(postgres_url: str) -> None:
    locks, other = SessionLocks(postgres_url), SessionLocks(postgres_url)
    assert locks.take(1)
    _break_sessions(postgres_url)
    assert other.take(1)
    with pytest.raises(ConnectionError):
        locks.keep()
    with pytest.raises(LockLost):
        locks.keep()


def _break_sessions(url: str) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        connection.execute(text(f"{others} AND datname = current_database()"))
    engine.dispose()
