"""Which records contradict the number of another: asked of one series, from its index."""

from typing import Any

from sqlalchemy import Integer, Select, and_, case, cast, func, or_, select

from app.database.tables import fields, records
from app.records import Numbered, Status

_COUNTED = sorted({Status.CONFIRMED.value, Status.SIGNED.value})
_LONGEST = 9  # figures; what is longer is no number of a year, and no Integer
_DAY = len("2026-03-05")


def out_of_order(place: Numbered, but: str) -> Select[Any]:
    """Issuer and id: of each spelling of an issuer the record nearest in number that has a smaller number
    and a later day, or a greater number and an earlier day."""
    number = _number()
    wrong = or_(
        and_(number < place.number, records.c.date > place.date),
        and_(number > place.number, records.c.date < place.date),
    )
    distance = func.abs(number - place.number)
    turn = func.row_number().over(partition_by=_issuer(), order_by=(distance, records.c.id))
    found = _series(place, but).add_columns(distance.label("distance"), turn.label("turn"))
    nearest = found.where(wrong).subquery()
    return (
        select(nearest.c.issuer, nearest.c.id)
        .where(nearest.c.turn == 1)
        .order_by(nearest.c.distance, nearest.c.id)
    )


def numbered_alike(place: Numbered, but: str) -> Select[Any]:
    """Issuer and id of every record of the series, of whatever issuer, that has this number."""
    return _series(place, but).where(_number() == place.number).order_by(records.c.id)


def _series(place: Numbered, but: str) -> Select[Any]:
    """Confirmed and signed records of the agency with this symbol and a whole date of this year."""
    year = place.date[:4]
    return (
        select(_issuer().label("issuer"), records.c.id)
        .join(fields, and_(fields.c.record_id == records.c.id, fields.c.name == "issuer"))
        .where(
            records.c.agency == place.agency,
            records.c.symbol == place.symbol,
            records.c.date.between(f"{year}-01-01", f"{year}-12-31"),
            func.length(records.c.date) == _DAY,
            records.c.status.in_(_COUNTED),
            records.c.id != but,
        )
    )


def _issuer() -> Any:
    """What counts of the issuer, as `app.records.FieldValue.value` says it."""
    return case(
        (fields.c.confirmed_at.is_not(None), fields.c.confirmed),
        (fields.c.state == "read", fields.c.value),
    )


def _number() -> Any:
    """The number where it is figures alone, else NULL; neither database is asked to convert anything else."""
    figures = and_(
        func.ltrim(records.c.number, "0123456789") == "",
        func.length(records.c.number).between(1, _LONGEST),
    )
    return case((figures, cast(records.c.number, Integer)))
