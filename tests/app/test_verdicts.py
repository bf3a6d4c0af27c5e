"""From a report to plain words: no accusation without evidence, no red for what is merely open."""

from typing import Any

import pytest

from app.masking import masked
from app.verdicts import sentence_after_title, short_name, signing_time, verdict_of, withdrawn
from app.wording import lead_of, title_of, with_standing
from signing.summary import LATER


def _signature(**changes: Any) -> dict[str, Any]:
    return {
        "level": "B-T",
        "intact": True,
        "coverage": "whole",
        "indication": "TOTAL-PASSED",
        "sub_indication": None,
        "trust_anchor": "CN=Gốc",
        "best_time_source": "timestamp",
        "best_time": "2026-01-01T00:00:00+00:00",
        "claimed_time": "2026-01-01T00:00:05+00:00",
        "revocation": {"status": "good"},
        "organisation": "Cơ quan Mẫu",
        "warnings": [],
        "changes_after": [],
        **changes,
    }


def _report(
    verdict: str,
    *signatures: dict[str, Any],
    changed: bool = False,
    registered: dict[str, Any] | None = None,
    problem: str | None = None,
) -> dict[str, Any]:
    document = {"changed_after_signing": changed, "changes": [], "registered": registered}
    said = {"code": problem} if problem else None
    return {"verdict": verdict, "signatures": list(signatures), "document": document, "problem": said}


def _noted(code: str) -> dict[str, Any]:
    return {"code": code, "message": {"vi": code, "en": code}}


IN_FORCE = {"state": "in-force"}
DIGITISED = {"issuer": "Xã Mẫu", "digitised": True, "standing": IN_FORCE}
DIGITISER_ONLY = {**DIGITISED, "digitised": False, "file": "digitised"}
REVOKED = {"state": "revoked", "since": "2026-03-12", "reason": "Quyết định 12.", "replaced_by": None}
REPLACED = {**REVOKED, "state": "replaced", "replaced_by": "X1"}
FAILED = {"indication": "TOTAL-FAILED"}
OPEN = {"indication": "INDETERMINATE"}


@pytest.mark.parametrize(
    ("report", "tone", "state", "replies"),
    [
        (_report("valid", _signature()), "good", "valid", "yes yes yes"),
        (
            _report("invalid", _signature(**FAILED, sub_indication="HASH_FAILURE", intact=False)),
            "bad",
            "bytes_differ",
            "no unknown yes",
        ),
        (
            _report(
                "invalid",
                _signature(**FAILED, sub_indication="FORMAT_FAILURE", intact=False, coverage="partial")
                | {"reason": _noted("cms-unreadable")},
            ),
            "bad",
            "unread",
            "unknown unknown yes",
        ),
        (
            _report("invalid", _signature(**FAILED, sub_indication="FORMAT_FAILURE", coverage="partial")),
            "bad",
            "partial",
            "no yes yes",
        ),
        (
            _report("invalid", _signature(**FAILED, sub_indication="FORMAT_FAILURE"), changed=True),
            "bad",
            "added",
            "no yes yes",
        ),
        (
            _report(
                "invalid", _signature(**FAILED, sub_indication="REVOKED", revocation={"status": "revoked"})
            ),
            "bad",
            "certificate",
            "yes yes no",
        ),
        (
            _report(
                "undetermined",
                _signature(**OPEN, sub_indication="NO_CERTIFICATE_CHAIN_FOUND", trust_anchor=None)
                | {"revocation": {"status": "not-checked"}},
            ),
            "unsure",
            "undetermined",
            "yes unknown unknown",
        ),
        (
            _report("undetermined", _signature(**OPEN, sub_indication="OUT_OF_BOUNDS_NO_POE")),
            "unsure",
            "undetermined",
            "yes yes unknown",
        ),
        (
            _report("valid", _signature(changes_after=[_noted("later-signature")])),
            "good",
            "valid",
            "yes yes yes",
        ),
        (
            _report(
                "valid", _signature(warnings=[_noted("revoked-after")], revocation={"status": "revoked"})
            ),
            "good",
            "revoked_later",
            "yes yes yes",
        ),
        (
            _report("valid", _signature(), registered=DIGITISED),
            "info",
            "digitised",
            "yes yes yes",
        ),
        (
            _report("valid", _signature(), registered=DIGITISER_ONLY),
            "info",
            "digitiser_only",
            "yes yes yes",
        ),
        (_report("unsigned"), "none", "unsigned", ""),
        (_report("unreadable", problem="damaged"), "none", "unreadable", ""),
        (_report("unreadable", problem="cannot-verify"), "none", "fault", ""),
    ],
)
def test_each_state_has_its_words(report: dict[str, Any], tone: str, state: str, replies: str) -> None:
    verdict = verdict_of(report)
    assert (verdict.tone, verdict.state) == (tone, state)
    assert " ".join(question.reply for question in verdict.questions) == replies


def test_a_digitised_paper_says_who_certified_it_and_when() -> None:
    report = _report("valid", _signature(), registered=DIGITISED)
    verdict = verdict_of(report)
    assert title_of(verdict, "vi") == "Hợp lệ: bản số hóa từ giấy, Xã Mẫu xác nhận ngày 01/01/2026."
    assert "Xã Mẫu" in title_of(verdict, "en")


@pytest.mark.parametrize("place", ["registered", "extends"])
def test_what_was_revoked_never_reads_as_plainly_valid(place: str) -> None:
    """Also where an added timestamp has made another file of it."""
    for standing, title in (
        (REVOKED, "Chữ ký hợp lệ, nhưng văn bản đã bị thu hồi từ ngày 12/03/2026."),
        (
            REPLACED,
            "Chữ ký hợp lệ, nhưng văn bản đã được thay thế từ ngày 12/03/2026 bằng văn bản mã X1.",
        ),
    ):
        report = _report("valid", _signature(changes_after=[_noted("later-signature")]))
        report["document"][place] = {**DIGITISED, "standing": standing}
        summary = {
            "vi": f"Hợp lệ: nguyên vẹn. Người ký: X. {LATER.vi}",  # stands below, among the notes
            "en": "Valid: whole. Signed by X.",
        }
        report["summary"] = with_standing(summary, standing)
        verdict = verdict_of(report)
        assert (verdict.tone, verdict.state) == ("withdrawn", standing["state"])
        assert title_of(verdict, "vi") == title
        assert lead_of(verdict, report, "vi") == "Lý do: Quyết định 12. Người ký: X."
        assert report["summary"]["vi"].startswith("Văn bản này đã ")
        assert report["summary"]["en"].startswith("This document was ")


def test_what_others_have_signed_is_not_said_to_be_its_digitisers_alone() -> None:
    """A document timestamp is nobody's signature."""
    stamp = _signature(level="DocTimeStamp")
    for added, state in (((), "digitiser_only"), ((stamp,), "digitiser_only"), ((_signature(),), "valid")):
        report = _report("valid", _signature(), *added)
        report["document"]["extends"] = DIGITISER_ONLY
        assert verdict_of(report).state == state


def test_what_was_revoked_and_is_not_settled_says_both() -> None:
    report = _report("undetermined", _signature(**OPEN), registered={**DIGITISED, "standing": REVOKED})
    assert verdict_of(report).state == "undetermined"
    assert withdrawn(report) == REVOKED


def test_what_came_later_is_noted_and_no_accusation() -> None:
    later = verdict_of(_report("valid", _signature(changes_after=[_noted("later-signature")])))
    assert later.notes == ("verify.note_more_signatures",)
    revoked = verdict_of(_report("valid", _signature(warnings=[_noted("revoked-after")])))
    assert revoked.notes == ("verify.note_revoked_later",)


def test_what_came_later_is_said_once() -> None:
    report = _report("valid", _signature(changes_after=[_noted("later-signature")]))
    report["summary"] = {
        "vi": f"Hợp lệ: nguyên vẹn. Người ký: X. {LATER.vi}",
        "en": f"Valid: whole. Signed by X. {LATER.en}",
    }
    assert lead_of(verdict_of(report), report, "vi") == "Người ký: X."
    assert lead_of(verdict_of(report), report, "en") == "Signed by X."


def test_a_later_revocation_is_noted_below_and_not_in_the_lead() -> None:
    report = _report(
        "valid", _signature(warnings=[_noted("revoked-after")], revocation={"status": "revoked"})
    )
    report["summary"] = {"vi": "Hợp lệ: nguyên vẹn. Người ký: X. revoked-after", "en": ""}
    assert lead_of(verdict_of(report), report, "vi") == "Người ký: X."


def test_why_a_certificate_was_not_in_force_is_said_without_the_verdict_again() -> None:
    reason = {"code": "revoked", "message": {"vi": "Đã bị thu hồi ngày 26/11/2026.", "en": "Revoked."}}
    report = _report("invalid", _signature(**FAILED, sub_indication="REVOKED", reason=reason))
    report["summary"] = {"vi": "Không hợp lệ: Đã bị thu hồi ngày 26/11/2026.", "en": "Invalid: Revoked."}
    assert lead_of(verdict_of(report), report, "vi") == "Đã bị thu hồi ngày 26/11/2026."


def test_a_later_signature_is_no_addition_where_a_certificate_was_revoked() -> None:
    """It is among the changes too, those that are allowed."""
    revoked = _signature(**FAILED, sub_indication="REVOKED", revocation={"status": "revoked"})
    report = _report("invalid", revoked, _signature())
    report["document"]["changes"] = [_noted("later-signature")]
    assert verdict_of(report).state == "certificate"


def test_the_pages_that_were_added_are_in_the_first_sentences() -> None:
    report = _report("invalid", _signature(**FAILED, sub_indication="FORMAT_FAILURE"), changed=True)
    report["summary"] = {"vi": "", "en": ""}
    said = "Bản đã ký còn trong tệp; phần thêm vào sau không được ký"
    assert lead_of(verdict_of(report), report, "vi") == f"{said}."
    report["document"]["changes"] = [
        {**_noted("page-content"), "pages": [3]},
        {**_noted("x"), "pages": [1, 3]},
    ]
    assert lead_of(verdict_of(report), report, "vi") == f"{said}: trang 1, 3."
    report["document"]["changes"].append({**_noted("later-signature"), "pages": [2]})  # signed by itself
    assert lead_of(verdict_of(report), report, "vi") == f"{said}: trang 1, 3."


def test_what_a_signature_leaves_out_was_not_added_later() -> None:
    uncovered = _signature(**FAILED, sub_indication="FORMAT_FAILURE", coverage="partial")
    verdict = verdict_of(_report("invalid", uncovered, changed=True))
    assert verdict.state == "partial"
    assert verdict.questions[0].why == "verify.intact_partial"


def test_what_is_not_settled_says_that_the_content_matches() -> None:
    reason = {"code": "no-chain", "message": {"vi": "Chưa rõ X.", "en": "X is open."}}
    report = _report("undetermined", _signature(**OPEN, reason=reason))
    report["summary"] = {"vi": "", "en": ""}
    assert lead_of(verdict_of(report), report, "vi") == "Chưa rõ X. Nội dung tệp còn khớp với chữ ký."
    report["signatures"][0]["intact"] = False
    assert lead_of(verdict_of(report), report, "vi") == "Chưa rõ X."


def test_what_was_not_asked_has_its_true_reason() -> None:
    lone = _signature(**OPEN, trust_anchor=None, revocation={"status": "not-checked"})
    rooted = _signature(**OPEN, revocation={"status": "unknown"})
    for signature, said in ((lone, "verify.unchecked_path"), (rooted, "verify.unchecked_revocation")):
        unchecked = verdict_of(_report("undetermined", signature)).unchecked
        assert [
            key for key in unchecked if key in ("verify.unchecked_path", "verify.unchecked_revocation")
        ] == [said]


def test_who_is_to_be_asked_is_named() -> None:
    assert verdict_of(_report("undetermined", _signature(**OPEN))).office == "Cơ quan Mẫu"
    assert verdict_of(_report("unsigned")).office is None


def test_a_claimed_time_is_never_shown_as_proven() -> None:
    claimed = _signature(best_time_source="validation", best_time="2030-01-01T00:00:00+00:00")
    assert signing_time(claimed) == ("2026-01-01T00:00:05+00:00", "verify.time_claimed")
    assert signing_time({**claimed, "claimed_time": None}) == (None, "verify.time_unsaid")
    assert signing_time(_signature()) == ("2026-01-01T00:00:00+00:00", "verify.time_trusted")
    assert "verify.note_claimed_time" in verdict_of(_report("valid", claimed)).notes


def test_timestamps_of_the_document_are_no_signers() -> None:
    stamp = _signature(level="DocTimeStamp", revocation={"status": "not-checked"})
    verdict = verdict_of(_report("valid", _signature(), stamp))
    assert [question.reply for question in verdict.questions] == ["yes", "yes", "yes"]
    assert "verify.note_more_signatures" in verdict.notes


def test_what_is_said_once_is_not_said_twice() -> None:
    assert sentence_after_title("valid", "Hợp lệ: nguyên vẹn. Người ký: X.") == "Người ký: X."
    assert sentence_after_title("undetermined", "Chưa: a. b.") == "Chưa: a. b."
    assert sentence_after_title("certificate", "Không hợp lệ: hết hạn.") == "Không hợp lệ: hết hạn."


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Common Name: Gốc A, Organization: B, Country: VN", "Gốc A"),
        ("CN=Gốc A, O=B", "Gốc A"),
        ("O=B", "O=B"),
    ],
)
def test_a_root_goes_by_its_name(subject: str, name: str) -> None:
    assert short_name(subject) == name


def test_personal_numbers_are_masked() -> None:
    assert masked("CCCD:001099012345, số 15/2026") == "CCCD:0010••••••45, số 15/2026"
    assert masked("CMND 123456789") == "CMND 1234•••89"
    assert masked("0" * 64) == "0" * 64


def test_where_pages_changed_title_and_answer_say_so_both() -> None:
    """A range that covers not all, and pages that are known to have got something: one of both is said."""
    report = _report(
        "invalid", _signature(**FAILED, sub_indication="FORMAT_FAILURE", coverage="partial"), changed=True
    )
    report["document"]["changes"] = [{**_noted("content-changed"), "pages": [2]}]
    verdict = verdict_of(report)
    assert (verdict.state, verdict.questions[0].why) == ("added", "verify.intact_added")
