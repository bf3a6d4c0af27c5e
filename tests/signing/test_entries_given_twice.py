"""An entry with two values is never passed over: programs disagree on which of the two counts."""

from pathlib import Path

import pytest

from signing.keys.references import SigningKey
from signing.refusals import SigningRefused
from signing.reports.report import Report
from signing.shown import presentation
from signing.validation import validate
from tests.signing import handwritten as by_hand
from tests.signing.attacks import twice
from tests.signing.attacks.tables import in_order


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


@pytest.mark.parametrize(("more", "verdict"), [(b"", "valid"), (b"/Rotate 90", "undetermined")])
def test_one_number_twice_in_an_object_stream(
    more: bytes, verdict: str, key: SigningKey, tmp_path: Path, trust: Path
) -> None:
    tree = by_hand.base()[2]
    second = by_hand.entry(tree, more) if more else tree
    document = in_order(by_hand.document(), 2, second)
    source = tmp_path / "source.pdf"
    source.write_bytes(document.data)
    with pytest.raises(SigningRefused) as error:
        presentation.check(source)  # its font is not in the file either
    assert error.value.code == ("font-not-embedded" if verdict == "valid" else "ambiguous")
    signed = by_hand.signed(key, by_hand.updated(document, by_hand.signing(document.size, by_hand.base())))
    report = _judged(signed.data, tmp_path, trust)
    assert report.verdict == verdict
    reasons = [s.reason.code for s in report.signatures if s.reason]
    assert reasons == ([] if verdict == "valid" else ["entry-twice"])
    later = _judged(in_order(signed, 2, second).data, tmp_path, trust)
    assert later.verdict == ("valid" if verdict == "valid" else "invalid")


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


def test_before_signing_in_a_later_generation(tmp_path: Path) -> None:
    held = by_hand.base()
    held[3] = by_hand.entry(held[3], b"/Rotate 0/Rotate 90")
    data = by_hand.updated(by_hand.Written(by_hand.HEAD), held).data
    row = data.index(b"xref\n0 6\n") + len(b"xref\n0 6\n") + 3 * 20 + 11
    data = data[:row] + b"00001" + data[row + 5 :]
    source = tmp_path / "source.pdf"
    source.write_bytes(data.replace(b"3 0 obj", b"3 1 obj").replace(b"Kids[3 0 R]", b"Kids[3 1 R]"))
    with pytest.raises(SigningRefused) as error:
        presentation.check(source)
    assert error.value.code == "ambiguous"


def test_before_signing_in_an_object_that_only_others_find(tmp_path: Path) -> None:
    """The table leads beside the page; they search the whole file for it."""
    held = by_hand.base()
    held[3] = by_hand.entry(held[3], b"/Rotate 0/Rotate 90")
    data = by_hand.updated(by_hand.Written(by_hand.HEAD), held).data
    place = b"%010d" % data.index(b"3 0 obj")
    source = tmp_path / "source.pdf"
    source.write_bytes(data.replace(place, b"%010d" % (int(place) + 2)))
    with pytest.raises(SigningRefused) as error:
        presentation.check(source)
    assert error.value.code == "ambiguous"


def _signed_again(key: SigningKey, held: dict[int, bytes], **later: bytes) -> bytes:
    """A document that was signed and then again; in the second update stand objects anew."""
    document = by_hand.updated(by_hand.Written(by_hand.HEAD), held)
    once = by_hand.signed(key, by_hand.updated(document, by_hand.signing(document.size, held)))
    objects = by_hand.signing(once.size, held, [document.size])
    return by_hand.signed(
        key, by_hand.updated(once, objects | {int(n[1:]): b for n, b in later.items()})
    ).data


def test_in_what_only_the_comparison_reads(key: SigningKey, tmp_path: Path, trust: Path) -> None:
    held = by_hand.base()
    held[5] = by_hand.entry(held[5], b"/BaseFont/Symbol")
    report = _judged(_signed_again(key, held), tmp_path, trust)
    assert report.verdict == "undetermined"
    for signature in report.signatures:
        assert signature.reason
        assert signature.reason.code == "entry-twice"


def test_in_what_only_the_signed_version_has(key: SigningKey, tmp_path: Path, trust: Path) -> None:
    held = by_hand.base(catalog=b"/Metadata 6 0 R")
    held[6] = by_hand.stream(b"<x:xmpmeta/>", b"/Type/Metadata/Subtype/XML")
    assert _judged(_signed_again(key, held, o6=held[6]), tmp_path, trust).verdict == "valid"
    twice_there = held | {6: held[6].replace(b"/Subtype/XML", b"/Subtype/XML/Subtype/Other")}
    report = _judged(_signed_again(key, twice_there, o6=held[6]), tmp_path, trust)
    first = report.signatures[0]
    assert first.indication == "INDETERMINATE"
    assert first.reason
    assert first.reason.code == "entry-twice"
