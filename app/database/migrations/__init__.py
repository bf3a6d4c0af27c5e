"""Brings a database to the present schema, from code; two processes may start at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine, text

from app.database.engine import SchemaOutdated, connect, parsed, reading, writing

#: Any number that nothing else on the server uses: "BanChinh" in ASCII, cut to a signed 64-bit integer.
_LOCK = int.from_bytes(b"BanChinh", "big") & 0x7FFF_FFFF_FFFF_FFFF


def migrate(database: Engine | str) -> None:
    """Bring the database to the newest schema, in one transaction; a second process waits for the first.
    Raises SchemaOutdated where a newer program was here before, and DatabaseUnavailable."""
    if isinstance(database, str):
        engine = connect(database)
        try:
            migrate(engine)
        finally:
            engine.dispose()
        return
    config = _config()
    # SQLite's write lock, which `writing` takes, keeps a second process out by itself. A table of its that is
    # made anew is dropped first, which the rows that refer to it would forbid.
    with writing(database, foreign_keys=False) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise SchemaOutdated("a newer program changed this database: run that program") from error


def pending(url: str) -> bool:
    """Whether `migrate` would change this database. Makes none where there is none."""
    address = parsed(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        return True
    engine = connect(url)
    try:
        with reading(engine) as connection:
            present = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    return present != ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
