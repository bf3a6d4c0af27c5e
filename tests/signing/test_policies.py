"""Policies are data: which algorithms counted until when, and under which root a signature stands."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import pem, x509
from cryptography.hazmat.primitives.serialization import Encoding

from app.sample.authority import Issuer, new_issuer
from signing import policies
from signing.evidence.fetching import Fetcher
from signing.reports import questions
from signing.validation import validate
from tests.signing.conftest import NOW, MakeKey, SignFile
from tests.signing.responders import serving, timestamp_answer
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
    for name in policies.NAMES:
        assert validate(signed, anchors=[trust], policy=name).policy["name"] == name


@pytest.mark.parametrize("name", ["vn-official", "vn-public"])
def test_a_policy_with_a_root_takes_no_other_root(name: str, sign_file: SignFile, trust: Path) -> None:
    """It had been `valid` under that name."""
    report = validate(signed := sign_file(), anchors=[trust], policy=name)
    [signature] = report.signatures
    assert report.verdict == "undetermined"
    assert (signature.indication, signature.sub_indication) == ("INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND")
    assert signature.intact
    assert signature.trust_anchor, "which trusted root it has is told all the same"
    root = policies.load(name).root
    assert root is not None
    assert root.text.vi in report.summary.vi
    assert [note.code for note in signature.missing] == ["get-other-policy"]
    assert "«strict»" in signature.missing[0].text.vi
    assert questions.right_signer(report.to_json()["signatures"]).why == "other_root"
    for taken in (None, "strict"):
        assert validate(signed, anchors=[trust], policy=taken).verdict == "valid"


def test_a_signature_under_the_root_of_the_policy_is_taken(
    make_key: MakeKey,
    sign_file: SignFile,
    issuer: Issuer,
    trust: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A root that the administrator confirmed and that names itself so; the time is of another root."""
    monkeypatch.setattr("app.sample.authority.MARK", "Ban Co yeu Chinh phu")
    official = new_issuer(NOW, "ec")
    official.write_trust(tmp_path / "official", NOW)
    key = make_key(by=official)
    with serving() as responder:
        stamping = issuer.issue(NOW, name="TSA MẪU", usage="timestamp")
        responder.answers["/tsa"] = timestamp_answer(issuer, stamping, NOW)
        means = {"tsa": responder.url("/tsa"), "fetcher": Fetcher.allowing("127.0.0.0/8")}
        for level in ("B-T", "B-LTA"):
            signed = sign_file(key=key, level=level, trust=[trust, tmp_path / "official"], **means)
            for name, verdict in (("vn-official", "valid"), ("vn-public", "undetermined")):
                report = validate(signed, anchors=[trust, tmp_path / "official"], policy=name)
                assert report.verdict == verdict, (level, name, report.summary.en)
                assert report.signatures[0].best_time_source == "timestamp"
            assert "vn-official" in report.signatures[0].missing[0].text.en


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
    for name, codes in (("vn-official", set()), ("vn-public", {"get-other-policy"})):
        [asked] = validate(scan, anchors=[SHARED / "vn-ca"], policy=name).signatures
        assert {note.code for note in asked.missing} & {"get-other-policy"} == codes
