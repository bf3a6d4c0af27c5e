"""An entry with two values is never passed over: programs disagree on which of the two counts."""

from pathlib import Path

import pytest

from signing import presentation
from signing.keys import SigningKey
from signing.refusals import SigningRefused
from signing.report import Report
from signing.validation import validate
from tests.signing import handwritten as by_hand
from tests.signing.attacks import twice


def _judged(data: bytes, folder: Path, trust: Path) -> Report:
    path = folder / "judged.pdf"
    path.write_bytes(data)
    return validate(path, anchors=[trust])


@pytest.mark.parametrize("entry", twice.IN_THE_SIGNATURE)
def test_in_a_signature(entry: str, key: SigningKey, tmp_path: Path, trust: Path) -> None:
    report = _judged(twice.signed(key, twice.IN_THE_SIGNATURE[entry]).data, tmp_path, trust)
    assert report.verdict == "invalid"
    codes = {note.code for s in report.signatures for note in (s.reason, *s.warnings) if note}
    assert "entry-twice" in codes


@pytest.mark.parametrize("entry", twice.IN_THE_DOCUMENT)
def test_in_what_was_signed(entry: str, key: SigningKey, tmp_path: Path, trust: Path) -> None:
    report = _judged(twice.signed(key, twice.IN_THE_DOCUMENT[entry]).data, tmp_path, trust)
    assert report.verdict == "undetermined"
    (signature,) = report.signatures
    assert signature.reason
    assert signature.reason.code == "entry-twice"


@pytest.mark.parametrize("entry", twice.LATER)
def test_in_a_later_signature(entry: str, key: SigningKey, tmp_path: Path, trust: Path) -> None:
    assert _judged(twice.later_signature(key, b""), tmp_path, trust).verdict == "valid"
    report = _judged(twice.later_signature(key, twice.LATER[entry]), tmp_path, trust)
    assert report.verdict == "invalid"
    assert all(s.indication == "TOTAL-FAILED" for s in report.signatures)


@pytest.mark.parametrize("entry", twice.HARMLESS)
def test_the_same_value_twice_is_no_harm(entry: str, key: SigningKey, tmp_path: Path, trust: Path) -> None:
    assert _judged(twice.signed(key, twice.HARMLESS[entry]).data, tmp_path, trust).verdict == "valid"


def test_in_the_trailer(key: SigningKey, tmp_path: Path, trust: Path) -> None:
    """The last of them leads to another catalog."""
    document = by_hand.document()
    objects = by_hand.signing(document.size, by_hand.base())
    objects[42] = by_hand.base()[1]
    data = by_hand.signed(key, by_hand.updated(document, objects, trailer=b"/Root 42 0 R")).data
    assert _judged(data, tmp_path, trust).verdict != "valid"


@pytest.mark.parametrize(
    ("entries", "refused"),
    [(b"/Rotate 0/Rotate 90", "/Rotate"), (b"/Tabs/S/Tabs(/S)", "/Tabs"), (b"/Type/Page", "")],
)
def test_before_signing(entries: bytes, refused: str, tmp_path: Path) -> None:
    source = tmp_path / "source.pdf"
    held = by_hand.base()
    held[3] = by_hand.entry(held[3].replace(b"/Resources<</Font<</F1 5 0 R>>>>", b""), entries)
    source.write_bytes(by_hand.updated(by_hand.Written(by_hand.HEAD), held).data)
    if not refused:
        presentation.check(source)
        return
    with pytest.raises(SigningRefused) as error:
        presentation.check(source)
    assert error.value.code == "ambiguous"
    assert refused in error.value.vi
