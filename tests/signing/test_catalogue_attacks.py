"""Attacks beside the content of a page are not valid, or told where they change nothing that was signed."""

from pathlib import Path

import pytest

from signing.keys.references import SigningKey
from signing.reports.report import Report
from signing.validation import validate
from tests.signing.attacks import catalogue
from tests.signing.handwritten import Written


@pytest.fixture(scope="module")
def once(key: SigningKey) -> Written:
    return catalogue.signed(key)


def _judged(data: bytes, folder: Path, trust: Path) -> Report:
    path = folder / "judged.pdf"
    path.write_bytes(data)
    return validate(path, anchors=[trust])


def test_the_document_as_it_was_signed(once: Written, tmp_path: Path, trust: Path) -> None:
    assert _judged(once.data, tmp_path, trust).verdict == "valid"


@pytest.mark.parametrize("attack", catalogue.FORBIDDEN)
def test_what_is_no_addition(attack: str, once: Written, tmp_path: Path, trust: Path) -> None:
    data = catalogue.FORBIDDEN[attack](once)
    assert data.startswith(once.data)
    report = _judged(data, tmp_path, trust)
    assert report.verdict == "invalid"
    assert report.changes, "what changed is named"


@pytest.mark.parametrize("change", catalogue.TOLD)
def test_what_is_told(change: str, once: Written, tmp_path: Path, trust: Path) -> None:
    attack, code = catalogue.TOLD[change]
    report = _judged(attack(once), tmp_path, trust)
    assert report.verdict == "valid"
    assert code in {found.code for found in report.changes}


def test_a_font_that_nothing_lacked(key: SigningKey, tmp_path: Path, trust: Path) -> None:
    assert _judged(catalogue.lent_unused_font(key), tmp_path, trust).verdict == "valid"


@pytest.mark.parametrize("attack", catalogue.PREPARED)
def test_what_was_prepared(attack: str, key: SigningKey, tmp_path: Path, trust: Path) -> None:
    made, code = catalogue.PREPARED[attack]
    once, data = made(key)
    assert _judged(once.data, tmp_path, trust).verdict == "valid"
    assert data.startswith(once.data)
    report = _judged(data, tmp_path, trust)
    assert report.verdict == "invalid"
    assert code in {found.code for found in report.changes}
