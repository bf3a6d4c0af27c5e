"""Three questions, answered without accusing anybody."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509 as pyca

from app.sample.authority import Issuer
from signing.keys.references import SigningKey
from signing.reports.questions import Answer, in_force, right_signer, whole
from signing.reports.report import SignatureReport
from signing.summary import summarise
from signing.validation import validate
from tests.signing import handwritten as by_hand
from tests.signing.attacks import tables
from tests.signing.conftest import NOW

SOUND: dict[str, Any] = {
    "intact": True,
    "coverage": "whole",
    "indication": "TOTAL-PASSED",
    "sub_indication": None,
    "trust_anchor": "CN=Gốc Mẫu",
    "revocation": {"status": "good"},
}


@pytest.mark.parametrize(
    ("changes", "answers"),
    [
        ({}, ("yes", "yes", "yes")),
        ({"intact": False, "sub_indication": "HASH_FAILURE"}, ("no", "unknown", "yes")),
        ({"sub_indication": "FORMAT_FAILURE"}, ("no", "yes", "yes")),
        ({"intact": False, "sub_indication": "SIG_CRYPTO_FAILURE"}, ("unknown", "unknown", "yes")),
        ({"intact": False, "sub_indication": "GENERIC"}, ("unknown", "unknown", "yes")),
        ({"steps": [{"name": "changes", "outcome": "undetermined"}]}, ("unknown", "yes", "yes")),
        ({"trust_anchor": None, "sub_indication": "NO_CERTIFICATE_CHAIN_FOUND"}, ("yes", "unknown", "yes")),
        ({"sub_indication": "SIG_CONSTRAINTS_FAILURE"}, ("yes", "no", "yes")),
        ({"sub_indication": "REVOKED", "indication": "TOTAL-FAILED"}, ("yes", "yes", "no")),
        ({"sub_indication": "EXPIRED", "indication": "INDETERMINATE"}, ("yes", "yes", "unknown")),
        ({"revocation": {"status": "unknown"}, "indication": "INDETERMINATE"}, ("yes", "yes", "unknown")),
        ({"revocation": {"status": "not-declared"}}, ("yes", "yes", "yes")),
    ],
)
def test_the_answers(changes: dict[str, Any], answers: tuple[str, str, str]) -> None:
    signatures = [SOUND | changes]
    got = whole(signatures, changed_after_signing=False), right_signer(signatures), in_force(signatures)
    assert tuple(answer.reply for answer in got) == answers


def test_what_was_added_to_a_document_of_a_revoked_signer_leaves_it_not_whole(
    issuer: Issuer, key: SigningKey, trust: Path, tmp_path: Path
) -> None:
    """Who broke first is told first, and that must not hide what was done to the document since."""
    signed = tables.signed(key)
    changed = by_hand.updated(signed, {4: by_hand.stream(tables.OVERLAY)}).data
    holder = pyca.load_der_x509_certificate(key.certificate.dump())
    revoked = issuer.revocation_list(NOW, [(holder, NOW - timedelta(days=1))])
    (listed := tmp_path / "revoked.crl").write_bytes(revoked)
    (path := tmp_path / "changed.pdf").write_bytes(changed)
    report = validate(path, anchors=[trust, listed])
    (found,) = signatures = report.to_json()["signatures"]
    assert (found["sub_indication"], found["revocation"]["status"]) == ("REVOKED", "revoked")
    assert report.changed_after_signing
    assert whole(signatures, changed_after_signing=False) == Answer("no", "added")
    assert in_force(signatures).reply == "no"
    assert "khác so với lúc ký" in report.summary.vi
    assert report.signatures[0].reason is not None
    assert report.signatures[0].reason.text.vi in report.summary.vi


def test_what_was_added_to_the_document_leaves_it_not_whole() -> None:
    assert whole([SOUND], changed_after_signing=True) == Answer("no", "added")


def test_whose_issuer_is_not_known_was_not_asked() -> None:
    """ "The issuer could not be asked" would be untrue: nobody knows whom to ask."""
    lone = SOUND | {
        "trust_anchor": None,
        "indication": "INDETERMINATE",
        "sub_indication": "NO_CERTIFICATE_CHAIN_FOUND",
        "revocation": {"status": "not-checked"},
    }
    assert in_force([lone]) == Answer("unknown", "unknown_path")
    assert in_force([lone | {"trust_anchor": "CN=Gốc Mẫu"}]) == Answer("unknown", "unknown")


def test_a_crowd_of_signers_is_still_one_sentence() -> None:
    """25 signatures made a paragraph of 25 names."""
    named = ["A", "A", *(f"Người {number}" for number in range(20))]
    signatures = [_signed_by(name) for name in named]
    said = summarise("valid", signatures)
    assert said.vi.count("A lúc") == 1
    assert said.vi.count(" lúc ") == 6
    assert "và 15 chữ ký khác" in said.vi
    assert "and 15 more" in said.en


def _signed_by(name: str) -> SignatureReport:
    return SignatureReport(
        "", "TOTAL-PASSED", None, "B-B", None, intact=True, coverage="whole", signer=name, claimed_time=NOW
    )
