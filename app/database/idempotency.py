"""Idempotency keys in the database."""

from datetime import datetime

from sqlalchemy import Connection, Engine, delete, select

from app.database.dialects import insert_new
from app.database.engine import reading, writing
from app.database.tables import idempotency_keys
from app.idempotency import KeyReused


class SqlIdempotencyKeys:
    """app.idempotency.IdempotencyKeys."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, username: str, key: str, request: str) -> str | None:
        with reading(self._engine) as connection:
            return _answer(connection, username, key, request)

    def keep(self, username: str, key: str, request: str, response: str, now: datetime) -> str:
        row = {
            "username": username,
            "key": key,
            "request": request,
            "response": response,
            "kept_at": now,
        }
        with writing(self._engine) as connection:
            if insert_new(connection, idempotency_keys, row):
                return response
            return _answer(connection, username, key, request) or response

    def forget(self, before: datetime) -> int:
        with writing(self._engine) as connection:
            statement = delete(idempotency_keys).where(idempotency_keys.c.kept_at < before)
            return connection.execute(statement).rowcount


def _answer(connection: Connection, username: str, key: str, request: str) -> str | None:
    table = idempotency_keys
    query = select(table.c.request, table.c.response).where(table.c.username == username, table.c.key == key)
    row = connection.execute(query).first()
    if row is None:
        return None
    if row.request != request:
        raise KeyReused("this idempotency key came before with another request; use a new key")
    return str(row.response)
