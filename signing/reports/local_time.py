"""Moments as people in Vietnam read them; certificates, lists and timestamps say them in UTC."""

from datetime import UTC, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))  # F2.13: the time zone is part of what is shown


def day(moment: datetime) -> str:
    """The day on a calendar in Vietnam, so that it does not contradict a time beside it; one without a zone
    is in UTC."""
    return f"{_local(moment):%d/%m/%Y}"


def minute(moment: datetime) -> str:
    return f"{_local(moment):%H:%M %d/%m/%Y}"


def _local(moment: datetime) -> datetime:
    """The last hours of the last year that can be told have no other zone."""
    told = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return told.astimezone(VIETNAM)
    except OverflowError:
        return told
