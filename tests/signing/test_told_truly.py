"""The first sentence tells no time that cannot be, and nothing that did not happen."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.sample.authority import Issuer
from signing.keys.references import SigningKey
from signing.reports.local_time import minute
from signing.reports.notes import note
from signing.reports.report import Report
from signing.summary import LATER
from signing.validation import validate
from tests.signing import handwritten as by_hand
from tests.signing import long_lived
from tests.signing.conftest import NOW

HOUR = timedelta(hours=1)


def _judged(data: bytes, folder: Path, trust: Path) -> Report:
    path = folder / "judged.pdf"
    path.write_bytes(data)
    return validate(path, anchors=[trust])


def _warnings(report: Report) -> list[str]:
    return [warning.code for signature in report.signatures for warning in signature.warnings]


def _stamped(issuer: Issuer, hours: int) -> bytes:
    """Stamped so many hours from the moment of signing, which is claimed and may be long after `NOW`."""
    stamper = issuer.issue(NOW, usage="timestamp")
    authority = long_lived.authority(issuer, stamper, datetime.now(UTC) + hours * HOUR)
    return long_lived.sign(issuer, issuer.issue(NOW, algorithm="ec"), authority, NOW)


def _archived(issuer: Issuer, data: bytes, hours: int) -> bytes:
    stamper = issuer.issue(NOW, usage="timestamp")
    return long_lived.archive(data, long_lived.authority(issuer, stamper, NOW + hours * HOUR))


@pytest.mark.parametrize("hours", [0, -3])
def test_a_claim_after_the_proven_time(hours: int, issuer: Issuer, tmp_path: Path, trust: Path) -> None:
    report = _judged(_stamped(issuer, hours), tmp_path, trust)
    assert report.verdict == "valid", report.summary.en
    assert ("claimed-after-timestamp" in _warnings(report)) == (hours < 0)
    claimed, proven = report.signatures[0].claimed_time, report.signatures[0].best_time
    assert claimed
    assert proven
    assert (f" trước {minute(proven)}" in report.summary.vi) == (hours < 0)
    assert (f" lúc {minute(claimed)}" in report.summary.vi) == (hours == 0)


@pytest.mark.parametrize(("first", "second", "told"), [(-2, -1, False), (-1, -3, True)])
def test_archive_timestamps_in_an_order_that_cannot_be(
    first: int, second: int, told: bool, issuer: Issuer, tmp_path: Path, trust: Path
) -> None:
    data = _archived(issuer, _archived(issuer, _stamped(issuer, -4), first), second)
    report = _judged(data, tmp_path, trust)
    assert report.verdict == "valid", report.summary.en
    assert ("timestamp-order" in _warnings(report)) == told


def _written(key: SigningKey, old: bytes, new: bytes) -> bytes:
    """A document that was signed with something else in the dictionary of its signature."""
    document = by_hand.document()
    objects = by_hand.signing(document.size, by_hand.base())
    objects[document.size + 1] = objects[document.size + 1].replace(old, new)
    return by_hand.signed(key, by_hand.updated(document, objects)).data


def test_a_time_that_has_not_come_is_not_told_as_that_of_signing(
    key: SigningKey, tmp_path: Path, trust: Path
) -> None:
    ahead = NOW + 480 * HOUR
    claim = b"/M(D:%sZ)" % ahead.strftime("%Y%m%d%H%M%S").encode()
    report = _judged(_written(key, by_hand.CLAIMED, claim), tmp_path, trust)
    assert report.verdict == "valid"
    assert "time-in-future" in _warnings(report)
    assert minute(ahead) not in report.summary.vi
    assert " lúc " not in report.summary.vi


@pytest.mark.parametrize("kind", [b"null", b"<</A 1>>", b"[/A]", b"/", b"(adbe.x)"])
def test_a_kind_that_is_none_is_told_as_the_file_has_it(
    kind: bytes, key: SigningKey, tmp_path: Path, trust: Path
) -> None:
    """It had been told as Python shows its own objects."""
    said = b"/SubFilter/ETSI.CAdES.detached"
    report = _judged(_written(key, said, b"/SubFilter " + kind), tmp_path, trust)
    assert report.verdict == "undetermined"
    reason = report.signatures[0].reason
    assert reason == note("subfilter", subfilter="adbe.x" if kind.startswith(b"(") else "–")


def test_stored_validation_data_is_no_signature(issuer: Issuer, tmp_path: Path, trust: Path) -> None:
    stored = long_lived.store(_stamped(issuer, 0), issuer, [issuer.revocation_list(NOW)])
    report = _judged(stored, tmp_path, trust)
    assert report.verdict == "valid"
    assert note("validation-data").text.vi in report.summary.vi
    assert LATER.vi not in report.summary.vi
    archived = _judged(_archived(issuer, stored, 0), tmp_path, trust)
    assert LATER.vi in archived.summary.vi
