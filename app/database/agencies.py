"""Agencies in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Engine, select, update

from app.administration import Done
from app.agencies import Agency, AgencyNotFound
from app.database.administration import append_done
from app.database.dialects import put
from app.database.engine import reading, writing
from app.database.tables import agencies


class SqlAgencies:
    """app.agencies.Agencies."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, agency: Agency, deeds: Sequence[Done] = ()) -> None:
        with writing(self._engine) as connection:
            put(connection, agencies, asdict(agency), ("code",))
            append_done(connection, deeds)

    def change(self, before: Agency, after: Agency, deeds: Sequence[Done]) -> None:
        was = asdict(before)
        self._set(before.code, {part: now for part, now in asdict(after).items() if now != was[part]}, deeds)

    def set_image(self, code: str, digest: str | None, deeds: Sequence[Done]) -> None:
        self._set(code, {"seal_image": digest}, deeds)

    def _set(self, code: str, values: Mapping[str, Any], deeds: Sequence[Done]) -> None:
        with writing(self._engine) as connection:
            one = update(agencies).where(agencies.c.code == code)
            if values and connection.execute(one.values(values)).rowcount == 0:
                raise AgencyNotFound(f"no agency has the code {code}")
            append_done(connection, deeds)

    def get(self, code: str) -> Agency:
        with reading(self._engine) as connection:
            row = connection.execute(select(agencies).where(agencies.c.code == code)).mappings().first()
        if row is None:
            raise AgencyNotFound(f"no agency has the code {code}")
        return Agency(**row)

    def list(self) -> Sequence[Agency]:
        with reading(self._engine) as connection:
            rows = connection.execute(select(agencies).order_by(agencies.c.code)).mappings()
            return [Agency(**row) for row in rows]
