"""Days in a report are those of a calendar in Vietnam, as its times are: else they contradict one another."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.sample.authority import Issuer
from signing.reports import local_time
from signing.validation import validate
from tests.signing.conftest import MakeKey, SignFile

EVENING = datetime.now(UTC).replace(hour=20, minute=0, second=0, microsecond=0) - timedelta(days=2)


@pytest.mark.parametrize(
    ("moment", "day", "minute"),
    [
        (datetime(2026, 11, 27, 22, 53, tzinfo=UTC), "28/11/2026", "05:53 28/11/2026"),
        (
            datetime(2026, 11, 27, 16, 59, 59, tzinfo=UTC).replace(tzinfo=None),
            "27/11/2026",
            "23:59 27/11/2026",
        ),
        (datetime.max.replace(tzinfo=UTC), "31/12/9999", "23:59 31/12/9999"),
    ],
)
def test_moments(moment: datetime, day: str, minute: str) -> None:
    assert local_time.day(moment) == day
    assert local_time.minute(moment) == minute


def test_a_certificate_that_ends_in_the_evening_of_utc(
    issuer: Issuer, make_key: MakeKey, sign_file: SignFile, trust: Path
) -> None:
    """In the early morning here: the day before would be told as the end of what was signed after it."""
    issued = issuer.issue(EVENING - timedelta(days=1), algorithm="ec", ends=EVENING)
    key = make_key(issued=issued)
    signed = sign_file(key=key, now=EVENING - timedelta(hours=1))
    (found,) = validate(signed, anchors=[trust]).signatures
    assert found.reason
    assert found.reason.code == "expired-unproven"
    assert local_time.day(EVENING) in found.reason.text.vi
    assert f"{EVENING:%d/%m/%Y}" not in found.reason.text.vi
