"""What a mark, a field or a comment shows only to a pointer is looked at too: no drawn page shows it."""

from pathlib import Path

import pytest

from signing.keys.references import SigningKey
from signing.reports.report import Report
from signing.validation import validate
from tests.signing.attacks import faces


def _judged(data: bytes, folder: Path, trust: Path) -> Report:
    path = folder / "judged.pdf"
    path.write_bytes(data)
    return validate(path, anchors=[trust])


@pytest.mark.parametrize("picture", faces.FORBIDDEN)
@pytest.mark.parametrize("way", faces.WAYS)
def test_another_picture_is_a_change(
    way: str, picture: str, key: SigningKey, tmp_path: Path, trust: Path
) -> None:
    make, forbidden, _ = faces.WAYS[way]
    report = _judged(make(key, faces.FORBIDDEN[picture]), tmp_path, trust)
    assert report.verdict == "invalid"
    assert forbidden in [change.code for change in report.changes]


@pytest.mark.parametrize("picture", faces.ALLOWED)
@pytest.mark.parametrize("way", faces.WAYS)
def test_no_other_picture_is_none(
    way: str, picture: str, key: SigningKey, tmp_path: Path, trust: Path
) -> None:
    make, _, allowed = faces.WAYS[way]
    report = _judged(make(key, faces.ALLOWED[picture]), tmp_path, trust)
    assert report.verdict == "valid", [change.code for change in report.changes]
    assert allowed in [change.code for change in report.changes]


@pytest.mark.parametrize("flags", faces.FLAGS)
def test_flags_by_which_it_looks_otherwise(flags: str, key: SigningKey, tmp_path: Path, trust: Path) -> None:
    make, options, steady = faces.FLAGS[flags]
    report = _judged(make(key, faces.ONE, **options), tmp_path, trust)
    assert report.verdict == ("valid" if steady else "invalid")
    told = {"mark-turns", "comment-like-content"} & {change.code for change in report.changes}
    assert bool(told) == (not steady)
