"""Fixtures that every test may use: real databases and real object stores, empty for each test."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Engine

from app import wiring
from app.database.engine import connect
from app.database.repositories import Repositories, open_repositories
from app.scratch import Scratch
from app.settings import Settings
from storage.filesystem import FolderStore
from storage.objects import ObjectStore
from storage.s3 import S3Store
from tests.scheduling import pytest_collection_modifyitems, pytest_xdist_make_scheduler  # noqa: F401  hooks
from tests.servers import sqlite
from tests.servers.postgresql import PostgresqlServer
from tests.servers.processes import ServerMissing
from tests.servers.seaweedfs import SeaweedfsServer

Server = TypeVar("Server", PostgresqlServer, SeaweedfsServer)
_TEMPLATE = "banchinh_template"


def pytest_configure(config: pytest.Config) -> None:
    """All temporary files of a run lie in one folder, which the next run clears if this one is killed; what
    pytest itself keeps for who looks at a failure stays where it was."""
    if hasattr(config, "workerinput"):
        return  # the process that started us has set it
    machine = tempfile.gettempdir()
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", machine)
    root = Path(machine) / f"banchinh-tests-{os.getuid()}"
    scratch = Scratch(root)
    for folder in (root, scratch.folder):
        folder.chmod(0o711)  # PostgreSQL runs as somebody else
    os.environ["TMPDIR"] = str(scratch.folder)
    scratch.use()

    def close() -> None:
        os.environ["TMPDIR"] = machine
        scratch.close()

    config.add_cleanup(close)


@pytest.fixture(scope="session")
def servers_folder() -> Iterator[Path]:
    """A folder with a short name (sockets) that other accounts may enter (PostgreSQL's)."""
    folder = Path(tempfile.mkdtemp(prefix="banchinh-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_server(servers_folder: Path) -> Iterator[PostgresqlServer]:
    """A cluster of this test process, with a migrated template to copy."""
    server = _started(PostgresqlServer, servers_folder / "postgresql")
    wiring.migrate(Settings(data=servers_folder, database=server.create(_TEMPLATE)))
    yield server
    server.kill()


@pytest.fixture(scope="session")
def s3_server(servers_folder: Path) -> Iterator[SeaweedfsServer]:
    """An S3 store of this test process."""
    server = _started(SeaweedfsServer, servers_folder / "seaweedfs")
    yield server
    server.kill()


@pytest.fixture
def postgres_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """A migrated, empty PostgreSQL database."""
    name = f"test_{uuid.uuid4().hex}"
    yield postgresql_server.create(name, _TEMPLATE)
    postgresql_server.drop(name)


@pytest.fixture
def empty_postgres_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """A PostgreSQL database without any table."""
    name = f"test_{uuid.uuid4().hex}"
    yield postgresql_server.create(name)
    postgresql_server.drop(name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A migrated, empty SQLite database."""
    return sqlite.migrated(tmp_path / "banchinh.sqlite")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database of each kind."""
    name = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    return str(request.getfixturevalue(name))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = connect(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def repositories(database_url: str) -> Iterator[Repositories]:
    """The repositories over an empty database of each kind."""
    opened = open_repositories(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def s3_bucket(s3_server: SeaweedfsServer) -> str:
    """One bucket for every test of this process: each costs the server much; tests take a prefix."""
    s3_server.client().make_bucket("banchinh-tests")
    return "banchinh-tests"


@pytest.fixture
def same_s3_store(s3_server: SeaweedfsServer, s3_bucket: str) -> Callable[[], S3Store]:
    """Opens an S3 store, at first empty, each time anew."""
    prefix = uuid.uuid4().hex
    keys = (s3_server.access_key, s3_server.secret_key)
    return lambda: S3Store(s3_server.endpoint, s3_bucket, *keys, secure=False, prefix=prefix)


@pytest.fixture
def s3_store(same_s3_store: Callable[[], S3Store]) -> S3Store:
    """An empty S3 store."""
    return same_s3_store()


@pytest.fixture
def s3_environment(s3_server: SeaweedfsServer) -> dict[str, str]:
    """The settings of a service that keeps its objects in a bucket of its own."""
    return {
        "BANCHINH_OBJECTS": s3_server.url(f"test-{uuid.uuid4().hex}"),
        "BANCHINH_S3_ACCESS_KEY": s3_server.access_key,
        "BANCHINH_S3_SECRET_KEY": s3_server.secret_key,
    }


@pytest.fixture(params=["file", "s3"])
def objects_environment(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The settings of a service for each kind of store."""
    if request.param == "file":
        return {"BANCHINH_OBJECTS": f"file:{tmp_path / 'objects'}"}
    environment: dict[str, str] = request.getfixturevalue("s3_environment")
    return environment


@pytest.fixture
def objects_url(objects_environment: dict[str, str]) -> str:
    """The OBJECTS setting for each kind of store; the keys of S3 are in `objects_environment`."""
    return objects_environment["BANCHINH_OBJECTS"]


@pytest.fixture(params=["file", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """An empty store of each kind."""
    if request.param == "file":
        return FolderStore(tmp_path / "objects")
    store: S3Store = request.getfixturevalue("s3_store")
    return store


def _started(server: Callable[[Path], Server], home: Path) -> Server:
    """The server, or a visible skip where its program is missing; in CI nothing may be missing."""
    home.mkdir(mode=0o711)
    try:
        return server(home)
    except ServerMissing as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
