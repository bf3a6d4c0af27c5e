"""The recipe: each step by its number with its outcome; what was not checked is never called checked."""

from dataclasses import replace
from pathlib import Path

from signing.keys.signing_key import SigningKey
from signing.reports.report import Report, Step
from signing.validation import validate
from tests.signing import handwritten as by_hand
from tests.signing.conftest import MakeKey, SignFile

NAMES = {
    1: "format",
    2: "signed-bytes",
    3: "signing-certificate",
    4: "path",
    5: "revocation",
    6: "cryptography",
    7: "algorithms",
    8: "time",
    9: "past",
    10: "long-term",
    11: "changes",
    12: "verdict",
}


def _steps(report: Report, signature: int = 0) -> dict[str, Step]:
    return {step.name: step for step in report.signatures[signature].steps}


def test_every_step_is_told_by_number_and_name(sign_file: SignFile, trust: Path) -> None:
    steps = validate(sign_file(), anchors=[trust]).to_json()["signatures"][0]["steps"]
    assert [(s["number"], s["name"]) for s in steps] == list(NAMES.items())
    assert {s["outcome"] for s in steps} <= {"passed", "not-checked"}
    assert all(set(s) == {"number", "name", "outcome", "note"} for s in steps)


def test_what_a_missing_root_leaves_open_is_not_called_checked(sign_file: SignFile) -> None:
    steps = _steps(validate(sign_file()))
    assert steps["cryptography"].outcome == "passed"
    assert steps["path"].outcome == "undetermined"
    assert steps["revocation"].outcome == "not-checked"
    assert steps["verdict"].outcome == "undetermined"
    assert all(step.note for step in steps.values() if step.outcome != "passed")


def test_a_flipped_byte_fails_in_cryptography_and_in_the_verdict(
    sign_file: SignFile, trust: Path, tmp_path: Path
) -> None:
    data = bytearray(sign_file().read_bytes())
    data[400] ^= 1
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(data)
    steps = _steps(validate(broken, anchors=[trust]))
    assert (steps["cryptography"].outcome, steps["verdict"].outcome) == ("failed", "failed")
    assert steps["path"].outcome == "passed", "the other steps say what they found all the same"


def test_a_kind_that_is_not_known_is_never_valid(key: SigningKey, trust: Path, tmp_path: Path) -> None:
    """What it commits to is not known, though its value may be right."""
    draft = by_hand.updated(by_hand.document(), by_hand.signing(6, by_hand.base()))
    other = draft.data.replace(b"/ETSI.CAdES.detached", b"/ETSI.CAdES.detaches")
    strange = tmp_path / "strange.pdf"
    strange.write_bytes(by_hand.signed(key, replace(draft, data=other)).data)
    report = validate(strange, anchors=[trust])
    assert report.verdict == "undetermined"
    assert report.signatures[0].intact
    steps = _steps(report)
    assert steps["format"].outcome == "undetermined"
    assert steps["cryptography"].outcome == "passed"


def test_revocation_that_was_not_asked_is_undetermined(
    make_key: MakeKey, sign_file: SignFile, trust: Path
) -> None:
    signed = sign_file(key=make_key(crl_url="http://crl.example.invalid/x.crl"))
    steps = _steps(validate(signed, anchors=[trust / "root.crt"]))
    assert steps["revocation"].outcome == "undetermined"
    assert steps["verdict"].outcome == "undetermined"
