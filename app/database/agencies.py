"""Agencies in the database."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select

from app.administration import Done
from app.agencies import Agency, AgencyNotFound, FormerName
from app.database.administration import append_done, change_row
from app.database.dialects import put
from app.database.engine import reading, writing
from app.database.tables import agencies, agency_names


class SqlAgencies:
    """app.agencies.Agencies."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, agency: Agency, deeds: Sequence[Done] = ()) -> None:
        with writing(self._engine) as connection:
            put(connection, agencies, _row(agency), ("code",))
            _keep_names(connection, agency)
            append_done(connection, deeds)

    def change(self, before: Agency, after: Agency, deeds: Sequence[Done]) -> None:
        with writing(self._engine) as connection:
            if not change_row(connection, agencies.c.code, before.code, _row(before), _row(after)):
                raise _absent(before.code)
            if after.former != before.former:  # the name differs too, so no other renaming came between
                _keep_names(connection, after)
            append_done(connection, deeds)

    def set_image(self, code: str, digest: str | None, deeds: Sequence[Done]) -> None:
        with writing(self._engine) as connection:
            one = agencies.update().where(agencies.c.code == code)
            if connection.execute(one.values(seal_image=digest)).rowcount == 0:
                raise _absent(code)
            append_done(connection, deeds)

    def get(self, code: str) -> Agency:
        with reading(self._engine) as connection:
            row = connection.execute(select(agencies).where(agencies.c.code == code)).mappings().first()
            if row is None:
                raise _absent(code)
            return Agency(**row, former=_former(connection, code)[code])

    def list(self) -> Sequence[Agency]:
        with reading(self._engine) as connection:
            former = _former(connection)
            rows = connection.execute(select(agencies).order_by(agencies.c.code)).mappings()
            return [Agency(**row, former=former[row["code"]]) for row in rows]


def _row(agency: Agency) -> dict[str, Any]:
    return {name: value for name, value in asdict(agency).items() if name != "former"}


def _keep_names(connection: Connection, agency: Agency) -> None:
    connection.execute(delete(agency_names).where(agency_names.c.agency == agency.code))
    for one in agency.former:
        connection.execute(insert(agency_names).values(agency=agency.code, until=one.until, name=one.name))


def _former(connection: Connection, code: str | None = None) -> dict[str, tuple[FormerName, ...]]:
    """The names of before of each agency, or of one."""
    wanted = select(agency_names).order_by(agency_names.c.agency, agency_names.c.until)
    found: dict[str, tuple[FormerName, ...]] = defaultdict(tuple)
    for row in connection.execute(wanted.where(agency_names.c.agency == code) if code else wanted):
        found[row.agency] += (FormerName(row.name, row.until),)
    return found


def _absent(code: str) -> AgencyNotFound:
    return AgencyNotFound(f"no agency has the code {code}")
