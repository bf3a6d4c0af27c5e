"""Policies are data: which algorithms counted until when, and under which root a signature stands."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import pem, x509
from cryptography.hazmat.primitives.serialization import Encoding

from app.sample.authority import Issuer
from signing import policies
from signing.validation import validate
from tests.signing.conftest import SignFile
from tests.signing.test_hostile import SHARED, needs_shared


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(hour=12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "digest", "day", "acceptable"),
    [
        ("vn-official", "sha1", "2018-04-04", True),
        ("vn-official", "sha1", "2025-08-14", True),
        ("vn-official", "sha1", "2025-08-15", False),
        ("vn-public", "sha1", "2025-08-15", False),
        ("strict", "sha1", "2018-04-04", False),
        ("strict", "sha1", "2012-08-01", True),
        ("strict", "sha256", "2099-01-01", True),
        ("vn-official", "md5", "2018-01-01", False),
        ("strict", "never-heard-of", "1999-01-01", False),
    ],
)
def test_sunset_days(name: str, digest: str, day: str, acceptable: bool) -> None:
    assert (_day(day) <= policies.load(name).digest_end(digest)) == acceptable


@pytest.mark.parametrize("name", policies.NAMES)
def test_every_policy_says_by_what_right(name: str) -> None:
    told = policies.load(name).to_json()
    assert told["name"] == name
    assert told["version"]
    assert all(basis["vi"] and basis["en"] and basis["since"] for basis in told["legal_basis"])


def test_the_policy_is_chosen_by_the_anchor_or_by_name(sign_file: SignFile, trust: Path) -> None:
    signed = sign_file()
    report = validate(signed, anchors=[trust])
    assert report.policy["name"] == "strict"
    assert report.signatures[0].root is None, "the sample authority is neither root of Vietnam"
    assert validate(signed, anchors=[trust], policy="vn-official").policy["name"] == "vn-official"


def test_a_name_in_an_untrusted_certificate_chooses_nothing(issuer: Issuer) -> None:
    certificate = x509.Certificate.load(issuer.root.certificate.public_bytes(Encoding.DER))
    assert policies.choose(certificate).name == "strict"
    assert policies.choose(None).name == "strict"


@needs_shared
@pytest.mark.parametrize(("file", "name"), [("rootcag2.crt", "vn-official"), ("vnrca256.crt", "vn-public")])
def test_the_two_roots(file: str, name: str) -> None:
    data = (SHARED / "vn-ca" / file).read_bytes()
    der = pem.unarmor(data)[2] if pem.detect(data) else data
    anchor = x509.Certificate.load(der)
    assert policies.choose(anchor).name == name
    root = policies.load(name).root
    assert root is not None
    assert hashlib.sha256(der).hexdigest() in root.anchors


@needs_shared
def test_a_real_signature_of_2018_is_told_truthfully() -> None:
    """SHA-1, and no chain in the file: what is sound, what is old, what is missing, what would settle it."""
    scan = next((SHARED / "vn-scans").glob("c0df41cb*.pdf"))
    report = validate(scan, anchors=[SHARED / "vn-ca"])
    [signature] = report.signatures
    assert report.verdict == "undetermined"
    assert signature.intact
    steps = {step.name: step.outcome for step in signature.steps}
    assert steps["cryptography"] == "passed"
    assert (steps["path"], steps["algorithms"]) == ("undetermined", "undetermined")
    assert (steps["revocation"], steps["past"]) == ("not-checked", "not-checked")
    assert {note.code for note in signature.missing} == {"get-issuer", "get-resigned"}
    assert "Nội dung còn khớp với chữ ký" in report.summary.vi


@needs_shared
def test_a_real_signature_stands_under_the_official_root() -> None:
    scan = next((SHARED / "vn-scans").glob("7b3d726f*.pdf"))
    [signature] = validate(scan, anchors=[SHARED / "vn-ca"]).signatures
    assert signature.root is not None
    assert signature.root["code"] == "official"
    assert signature.policy is not None
    assert signature.policy["name"] == "vn-official"
