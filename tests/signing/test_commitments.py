"""What a signature says besides is told: what the signer commits to, and what nobody checked."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.sample.authority import Issuer
from signing.reports.report import Note
from signing.steps.commitments import COMMITMENT, COUNTERSIGNATURE, KINDS, POLICY
from signing.validation import validate
from tests.signing.conftest import NOW
from tests.signing.odd_keys import der, oid, sequence
from tests.signing.odd_kinds import Makers, document
from tests.signing.odd_values import Value, and_also, attribute

Told = Callable[[Value], dict[str, Note]]


@pytest.fixture
def value(issuer: Issuer) -> Value:
    return Value(Makers(issuer, NOW).rsa())


@pytest.fixture
def told(trust: Path, tmp_path: Path) -> Told:
    def judge(value: Value) -> dict[str, Note]:
        path = tmp_path / "judged.pdf"
        path.write_bytes(document(value))
        (found,) = validate(path, anchors=[trust]).signatures
        assert found.indication == "TOTAL-PASSED"
        return {warning.code: warning for warning in found.warnings}

    return judge


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (("1",), None),  # origin
        (("5",), None),  # approval
        (("2", "5"), None),
        (("2",), "đã nhận được văn bản"),
        (("6",), "đã soạn ra văn bản"),
        (("4", "3"), "đã giao văn bản đến nơi nhận, đã gửi văn bản"),
        (("99",), f"{KINDS}99"),
    ],
)
def test_a_commitment_that_is_no_approval(
    kinds: tuple[str, ...], words: str | None, value: Value, told: Told
) -> None:
    made = and_also(attribute(COMMITMENT, *(sequence(oid(KINDS + kind)) for kind in kinds)))
    found = told(value.but(attributes=made)).get("commitment")
    assert (found is None) == (words is None)
    if found and words:
        assert words in found.text.vi


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (sequence(oid("1.3.4.5.9"), sequence()), "(1.3.4.5.9)"),
        (der(0x05), "(–)"),
        (sequence(der(0x05)), "(–)"),
    ],
)
def test_a_policy_that_nobody_read(policy: bytes, words: str, value: Value, told: Told) -> None:
    found = told(value.but(attributes=and_also(attribute(POLICY, policy))))
    assert words in found["signature-policy"].text.en


def test_a_countersignature_is_not_called_checked(value: Value, told: Told) -> None:
    """It is by nobody: the value of the signature itself, over something else."""
    assert "countersigned" not in told(value)
    upon = value.but(unsigned=lambda _: attribute(COUNTERSIGNATURE, value.signer(b"x")))
    assert "1" in told(upon)["countersigned"].text.en
