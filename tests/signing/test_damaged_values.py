"""A later signature whose value is damaged is told, in the report and in its sentence, however well the first
one stands."""

from collections.abc import Callable
from pathlib import Path

import pytest

from signing.keys.references import SigningKey
from signing.reports.report import Report
from signing.validation import validate
from tests.signing import handwritten as by_hand
from tests.signing.handwritten import Written

Damage = Callable[[bytes], bytes]


@pytest.fixture
def once(key: SigningKey) -> Written:
    document = by_hand.document()
    return by_hand.signed(key, by_hand.updated(document, by_hand.signing(document.size, by_hand.base())))


@pytest.fixture
def twice(key: SigningKey, once: Written) -> bytes:
    objects = by_hand.signing(once.size, by_hand.base(), [once.size - 3])
    return by_hand.signed(key, by_hand.updated(once, objects)).data


@pytest.fixture
def unlisted(key: SigningKey, once: Written) -> bytes:
    """A second signature that no field of the form leads to."""
    value = {once.size: by_hand.signature()}
    return by_hand.signed(key, by_hand.updated(once, value)).data


def _judge(data: bytes, folder: Path, trust: Path) -> Report:
    path = folder / "damaged.pdf"
    path.write_bytes(data)
    return validate(path, anchors=[trust])


def _value(data: bytes) -> tuple[int, int]:
    start = data.rindex(b"/Contents <") + len(b"/Contents <")
    return start, data.index(b">", start)


def zeros(data: bytes) -> bytes:
    start, end = _value(data)
    return data[:start] + b"0" * (end - start) + data[end:]


def garbage(data: bytes) -> bytes:
    start, end = _value(data)
    return data[:start] + b"AB" * ((end - start) // 2) + data[end:]


def no_digits(data: bytes) -> bytes:
    start, _ = _value(data)
    return data[: start + 100] + b"GHI" + data[start + 103 :]


def no_contents(data: bytes) -> bytes:
    return data[: data.rindex(b"/Contents <")] + b"/Xontents <" + data[_value(data)[0] :]


def no_range(data: bytes) -> bytes:
    place = data.rindex(b"/ByteRange")
    return data[:place] + b"/XyteRange" + data[place + 10 :]


def missing(data: bytes) -> bytes:
    """The field leads to an object that is not there."""
    place = data.rindex(b"/V ") + 3
    return data[:place] + b"99" + data[place + 2 :]


@pytest.mark.parametrize("damage", [zeros, garbage, no_digits, no_contents, no_range])
def test_a_damaged_second_signature_is_told(
    damage: Damage, twice: bytes, trust: Path, tmp_path: Path
) -> None:
    assert _judge(twice, tmp_path, trust).verdict == "valid"
    report = _judge(damage(twice), tmp_path, trust)
    assert report.verdict == "invalid"
    assert {"Signature1", "Signature2"} <= {s.field for s in report.signatures}
    for text in (report.summary.vi, report.summary.en):
        assert "Signature1" in text
        assert "Signature2" in text


@pytest.mark.parametrize("damage", [zeros, garbage])
def test_damage_to_a_value_is_not_said_to_be_one_to_the_document(
    damage: Damage, twice: bytes, trust: Path, tmp_path: Path
) -> None:
    report = _judge(damage(twice), tmp_path, trust)
    assert report.signatures[0].indication == "TOTAL-PASSED"
    assert report.summary.vi.startswith("Không hợp lệ: có chữ ký bị hỏng.")


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (bytes, "signature-removed"),
        (zeros, "signature-wrecked"),
        (garbage, "signature-wrecked"),
        (no_digits, "signature-wrecked"),
    ],
)
def test_a_signature_that_no_field_leads_to_is_told(
    damage: Damage, code: str, unlisted: bytes, trust: Path, tmp_path: Path
) -> None:
    report = _judge(damage(unlisted), tmp_path, trust)
    assert report.verdict == "invalid"
    told = [s.reason.code for s in report.signatures if s.reason]
    assert code in told
    assert report.signatures[0].indication == "TOTAL-PASSED"


def test_a_field_that_leads_nowhere_is_no_signature_but_what_it_lost_is_told(
    twice: bytes, trust: Path, tmp_path: Path
) -> None:
    report = _judge(missing(twice), tmp_path, trust)
    assert report.verdict == "invalid"
    assert "signature-removed" in {s.reason.code for s in report.signatures if s.reason}


def test_a_field_without_a_name_is_told(key: SigningKey, trust: Path, tmp_path: Path) -> None:
    document = by_hand.document()
    objects = by_hand.signing(document.size, by_hand.base())
    objects[document.size] = objects[document.size].replace(b"/T(Signature1)", b"")
    report = _judge(by_hand.signed(key, by_hand.updated(document, objects)).data, tmp_path, trust)
    assert [s.indication for s in report.signatures] == ["TOTAL-PASSED"]


def test_a_value_may_stand_in_its_field(key: SigningKey, trust: Path, tmp_path: Path) -> None:
    document = by_hand.document()
    objects = by_hand.signing(document.size, by_hand.base())
    value = objects.pop(document.size + 1)
    reference = b"/V %d 0 R" % (document.size + 1)
    objects[document.size] = objects[document.size].replace(reference, b"/V " + value)
    report = _judge(by_hand.signed(key, by_hand.updated(document, objects)).data, tmp_path, trust)
    assert report.verdict == "valid"
