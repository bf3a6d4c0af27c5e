"""What a certification permits is told, and what only passes for it is stopped."""

import time
from pathlib import Path

import pytest

from signing.keys.references import SigningKey
from signing.reports.report import Report
from signing.summary import LATER
from signing.validation import validate
from tests.signing import handwritten as by_hand
from tests.signing.attacks import permitted


def _judged(data: bytes, folder: Path, trust: Path) -> Report:
    path = folder / "judged.pdf"
    path.write_bytes(data)
    return validate(path, anchors=[trust])


@pytest.mark.parametrize("attack", permitted.FORBIDDEN)
def test_what_passes_for_it(attack: str, key: SigningKey, trust: Path, tmp_path: Path) -> None:
    later = permitted.FORBIDDEN[attack]
    once = later.before(key)
    assert _judged(once.data, tmp_path, trust).verdict == "valid"
    report = _judged(later.after(once), tmp_path, trust)
    assert report.verdict == "invalid"
    assert later.code in [change.code for change in report.changes]


@pytest.mark.parametrize("change", permitted.TOLD)
def test_what_is_permitted(change: str, key: SigningKey, trust: Path, tmp_path: Path) -> None:
    later = permitted.TOLD[change]
    report = _judged(later.after(later.before(key)), tmp_path, trust)
    assert report.verdict == "valid", report.summary.en
    assert [change.code for change in report.changes if not change.code.startswith("value-")] == [later.code]
    assert LATER.en not in report.summary.en, "no signature and no timestamp came later"
    if later.code in ("form-filled", "comment-added", "comment-changed"):
        assert report.changes[0].text.vi in report.summary.vi


def test_titles_without_an_end_are_looked_through(key: SigningKey, trust: Path, tmp_path: Path) -> None:
    later = permitted.FORBIDDEN["another title"]
    packet = b"<dc:title>" * 200_000 + b"<" * 400_000 + b' title="' * 100_001
    objects = {permitted.XMP: by_hand.stream(packet, b"/Type/Metadata/Subtype/XML")}
    data = by_hand.updated(later.before(key), objects, trailer=permitted.TRAILER).data
    begun = time.process_time()
    assert _judged(data, tmp_path, trust).verdict == "invalid"
    assert time.process_time() - begun < 10
