"""Attacks on what leads to an object are not valid, whichever of the readers of the world they deceive."""

from pathlib import Path

import pytest

from signing.keys.references import SigningKey
from signing.reports.report import Report
from signing.validation import validate
from tests.signing import handwritten as by_hand
from tests.signing.attacks import tables


def _judged(data: bytes, folder: Path, trust: Path) -> Report:
    path = folder / "judged.pdf"
    path.write_bytes(data)
    return validate(path, anchors=[trust])


@pytest.mark.parametrize("attack", tables.UPDATES)
def test_an_update_that_leads_elsewhere(attack: str, key: SigningKey, tmp_path: Path, trust: Path) -> None:
    once = tables.signed(key)
    assert _judged(once.data, tmp_path, trust).verdict == "valid"
    data = tables.UPDATES[attack](once)
    assert data.startswith(once.data)
    assert _judged(data, tmp_path, trust).verdict == "invalid"


@pytest.mark.parametrize("attack", tables.PREPARED)
def test_a_document_that_was_prepared(attack: str, key: SigningKey, tmp_path: Path, trust: Path) -> None:
    once, data = tables.PREPARED[attack](key)
    assert _judged(once.data, tmp_path, trust).verdict == "valid"
    assert data.startswith(once.data)
    assert _judged(data, tmp_path, trust).verdict == "invalid"


@pytest.mark.parametrize("spelling", tables.REMOVED)
def test_a_signature_that_was_taken_out(spelling: str, key: SigningKey, tmp_path: Path, trust: Path) -> None:
    once, data = tables.REMOVED[spelling](key)
    assert data.startswith(once.data)
    report = _judged(data, tmp_path, trust)
    assert report.verdict == "invalid"
    (signature,) = report.signatures
    assert signature.intact
    assert signature.reason
    assert signature.reason.code == "signature-removed"
    assert signature.signer


def test_a_signed_file_in_a_file_is_no_signature_that_was_taken_out(
    key: SigningKey, tmp_path: Path, trust: Path
) -> None:
    inner = tables.signed(key).data
    held = by_hand.base() | {6: by_hand.stream(inner, b"/Type/EmbeddedFile")}
    report = _judged(tables.signed(key, held).data, tmp_path, trust)
    assert report.verdict == "valid"


def test_two_values_in_one_room(key: SigningKey, tmp_path: Path, trust: Path) -> None:
    data = tables.second_value(tables.signed(key), tables.signed(key, value=b"/Reason(other)"))
    report = _judged(data, tmp_path, trust)
    assert report.verdict == "invalid"
    (signature,) = report.signatures
    assert signature.reason
    assert signature.reason.code == "gap-filled"
