"""Agencies in the database."""

from collections.abc import Sequence
from dataclasses import asdict

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

    def set_image(self, code: str, digest: str | None, deeds: Sequence[Done]) -> None:
        with writing(self._engine) as connection:
            one = update(agencies).where(agencies.c.code == code)
            if connection.execute(one.values(seal_image=digest)).rowcount == 0:
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
