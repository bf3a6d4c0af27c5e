"""The one statement that SQLAlchemy spells differently for each database."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert the row, or do nothing where it is there already; whether it was inserted."""
    if connection.dialect.name == "sqlite":
        lite = sqlite.insert(table).values(**row).on_conflict_do_nothing()
        return connection.execute(lite).rowcount == 1
    post = postgresql.insert(table).values(**row).on_conflict_do_nothing()
    return connection.execute(post).rowcount == 1


def put(connection: Connection, table: Table, row: Mapping[str, Any], unique: Sequence[str]) -> None:
    """Insert the row, or replace the one that has the same unique columns."""
    changed = {name: value for name, value in row.items() if name not in unique}
    if connection.dialect.name == "sqlite":
        lite = sqlite.insert(table).values(**row)
        connection.execute(lite.on_conflict_do_update(index_elements=unique, set_=changed))
    else:
        post = postgresql.insert(table).values(**row)
        connection.execute(post.on_conflict_do_update(index_elements=unique, set_=changed))
