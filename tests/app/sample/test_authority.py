"""The sample authority: loudly unsafe, made once, and good for a whole walk of sign and verify."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from app.sample.authority import AGENCY, MARK, create
from signing.keys.references import open_key
from signing.pades import sign
from signing.validation import validate
from tests.signing import documents

NOW = datetime.now(UTC)


def test_it_is_made_once_and_signs_what_can_be_verified(tmp_path: Path) -> None:
    sample = create(tmp_path / "authority", NOW)
    again = create(tmp_path / "authority", NOW + timedelta(days=1))
    assert (again.passphrase, again.key_file.read_bytes()) == (
        sample.passphrase,
        sample.key_file.read_bytes(),
    )
    (tmp_path / "paper.pdf").write_bytes(documents.paper(1))
    key = open_key(sample.key_reference, sample.passphrase)
    sign(tmp_path / "paper.pdf", tmp_path / "signed.pdf", key, now=NOW)
    report = validate(tmp_path / "signed.pdf", anchors=[sample.trust])
    assert report.verdict == "valid"
    assert report.signatures[0].revocation.status == "good"


def test_it_says_that_it_is_unsafe_and_hides_its_secrets(tmp_path: Path) -> None:
    sample = create(tmp_path / "authority", NOW)
    for name in ("root.crt", "issuing.crt"):
        certificate = x509.load_pem_x509_certificate((sample.trust / name).read_bytes())
        assert MARK in certificate.subject.rfc4514_string()
    assert MARK in (sample.folder / "UNSAFE-SAMPLE.txt").read_text("utf-8")
    for secret in (sample.key_file, sample.folder / "official.passphrase"):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert sample.passphrase not in repr(sample)


def test_its_seal_opens_by_itself(tmp_path: Path) -> None:
    sample = create(tmp_path / "authority", NOW)
    assert sample.seal_reference
    assert open_key(sample.seal_reference, None).holder == AGENCY
    (sample.folder / "seal.p12").unlink()
    assert create(tmp_path / "authority", NOW).seal_reference is None, "of a folder that was made without one"
