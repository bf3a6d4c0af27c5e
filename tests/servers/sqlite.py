"""SQLite databases as `banchinh migrate` leaves them: made once in this process, then copied."""

import atexit
import shutil
import sqlite3
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

from app import wiring
from app.settings import Settings


def migrated(file: Path) -> str:
    """Make a migrated, empty database there, unless there is one, and give its URL."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(_template(), file)
    return f"sqlite:///{file}"


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="banchinh-sqlite-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "banchinh.sqlite"
    wiring.migrate(Settings(data=folder, database=f"sqlite:///{file}"))
    with closing(sqlite3.connect(file)) as connection:  # what still stands beside the file is not copied
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file
