"""A desk over each kind of database, and one with a record that was read."""

from pathlib import Path

import pytest

from app.records import Record
from tests.app.front import Desk, open_desk


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Desk:
    return open_desk(tmp_path / "data", database_url)


@pytest.fixture
def lite_desk(sqlite_url: str, tmp_path: Path) -> Desk:
    """For what does not touch the database's own ways."""
    return open_desk(tmp_path / "data", sqlite_url)


@pytest.fixture(scope="module")
def read_desk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Record]:
    """A desk with one record that awaits review, for tests that leave it so."""
    desk = open_desk(tmp_path_factory.mktemp("read"))
    return desk, desk.read(desk.receive())
