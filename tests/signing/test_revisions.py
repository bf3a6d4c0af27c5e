"""The version that was signed, told apart from what came after it."""

import io
from pathlib import Path

import pikepdf
import pytest

from signing.revisions import NoSignedVersion, signed_length
from signing.validation import validate
from tests.signing.conftest import SignFile


def _field(path: Path, number: int = 0) -> str:
    return validate(path).signatures[number].field


def test_each_signature_has_a_version_of_its_own(sign_file: SignFile, trust: Path, tmp_path: Path) -> None:
    first = sign_file()
    second = sign_file(first)
    data = second.read_bytes()
    assert signed_length(second, _field(second, 1)) == len(data)
    length = signed_length(second, _field(second))
    version = tmp_path / "version.pdf"
    version.write_bytes(data[:length])
    report = validate(version, anchors=[trust])
    assert report.verdict == "valid"
    assert [s.coverage for s in report.signatures] == ["whole"]
    with pikepdf.open(io.BytesIO(data[:length])) as pdf:
        assert len(pdf.pages) == 2


def test_a_version_that_no_longer_matches_is_not_given(sign_file: SignFile, tmp_path: Path) -> None:
    signed = sign_file()
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(signed.read_bytes().replace(b"/Type", b"/Typo", 1))
    with pytest.raises(NoSignedVersion) as refused:
        signed_length(broken, _field(signed))
    assert refused.value.code == "no-signed-version"


@pytest.mark.parametrize("data", [b"", b"no document", b"%PDF-1.7\nrubbish"])
def test_rubbish_has_no_signed_version(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "rubbish.pdf"
    path.write_bytes(data)
    with pytest.raises(NoSignedVersion):
        signed_length(path, "Signature1")


def test_an_unknown_field_is_named(sign_file: SignFile) -> None:
    with pytest.raises(NoSignedVersion) as refused:
        signed_length(sign_file(), "không-có")
    assert refused.value.code == "no-such-signature"
    assert "không-có" in refused.value.vi
