"""Three questions, answered without accusing anybody."""

from typing import Any

import pytest

from signing.reports.questions import Answer, in_force, right_signer, whole

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
