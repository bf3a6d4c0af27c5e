"""The verification report in plain words: sentence, shape and colour, and answers to three questions.

Pure: a report of the contract goes in, keys of texts come out. An accusation needs evidence: what only
shows a mismatch is never called forged, and what could not be settled is never shown in red.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Tone = Literal["good", "bad", "unsure", "none"]
Reply = Literal["yes", "no", "unknown"]

#: Sub-indications (ETSI EN 319 102-1) that speak of the certificate's validity at the time of signing.
_NOT_IN_FORCE = frozenset({"REVOKED", "EXPIRED", "NOT_YET_VALID", "REVOKED_NO_POE", "REVOKED_CA_NO_POE"})
_PERHAPS_NOT_IN_FORCE = frozenset({"OUT_OF_BOUNDS_NO_POE", "OUT_OF_BOUNDS_NOT_REVOKED", "REVOKED_NO_POE"})
_COMMON_NAME = re.compile(r"(?:Common Name: |CN=)(.+?)(?=, (?:[A-Z][A-Za-z ]+: |[A-Z]+=)|$)")
_WRONG_SIGNER = frozenset({"SIG_CONSTRAINTS_FAILURE", "CHAIN_CONSTRAINTS_FAILURE"})


@dataclass(frozen=True, slots=True)
class Question:
    """One question and its answer, each with the key of its words."""

    key: str
    reply: Reply
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the page shows. `state` names the texts `verify.STATE_title` and `verify.STATE_advice`."""

    tone: Tone
    state: str
    questions: tuple[Question, ...]
    notes: tuple[str, ...]
    unchecked: tuple[str, ...]


def sentence_after_title(state: str, summary: str) -> str:
    """The summary of a report without what the title has said already."""
    _, _, rest = summary.partition(". ")
    return summary if state == "undetermined" or not rest else rest


def short_name(subject: str) -> str:
    """The common name of a distinguished name, or all of it where it has none."""
    found = _COMMON_NAME.search(subject)
    return found[1].strip() if found else subject


def signing_time(signature: Mapping[str, Any]) -> tuple[str | None, bool]:
    """The time of signing as far as it is known, and whether a timestamp proves it."""
    if signature["best_time_source"] == "timestamp":
        return signature["best_time"], True
    return signature["claimed_time"], signature["level"] == "DocTimeStamp"


def verdict_of(report: Mapping[str, Any]) -> Verdict:
    """The report as a person reads it."""
    signatures = _signatures(report)
    tone, state = _state(report, signatures)
    questions = (
        (_intact(report, signatures), _signer(signatures), _in_force(signatures)) if signatures else ()
    )
    return Verdict(tone, state, questions, tuple(_notes(report, signatures)), tuple(_unchecked(signatures)))


def _signatures(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Signatures of people and agencies; document timestamps speak for themselves."""
    return [one for one in report["signatures"] if one.get("level") != "DocTimeStamp"]


def _state(report: Mapping[str, Any], signatures: Sequence[Mapping[str, Any]]) -> tuple[Tone, str]:
    verdict = report["verdict"]
    if verdict == "valid":
        return "good", "valid"
    if verdict == "unsigned":
        return "none", "unsigned"
    if verdict == "unreadable":
        return "none", "unreadable"
    if verdict == "undetermined":
        return "unsure", "undetermined"
    if any(not one["intact"] for one in signatures):
        return "bad", "bytes_differ"
    if report["document"]["changed_after_signing"] or report["document"]["changes"]:
        return "bad", "added"
    if any(one["sub_indication"] in _NOT_IN_FORCE for one in signatures):
        return "bad", "certificate"
    return "bad", "invalid"


def _intact(report: Mapping[str, Any], signatures: Sequence[Mapping[str, Any]]) -> Question:
    if any(not one["intact"] for one in signatures):
        return Question("verify.q_intact", "no", "verify.intact_no")
    if report["document"]["changed_after_signing"]:
        return Question("verify.q_intact", "no", "verify.intact_added")
    if any(one["coverage"] == "partial" for one in signatures):
        return Question("verify.q_intact", "no", "verify.intact_partial")
    return Question("verify.q_intact", "yes", "verify.intact_yes")


def _signer(signatures: Sequence[Mapping[str, Any]]) -> Question:
    if any(one["sub_indication"] in _WRONG_SIGNER for one in signatures):
        return Question("verify.q_signer", "no", "verify.signer_no")
    if all(one["trust_anchor"] for one in signatures):
        if all(one["intact"] for one in signatures):
            return Question("verify.q_signer", "yes", "verify.signer_yes")
        return Question("verify.q_signer", "unknown", "verify.signer_unbound")
    return Question("verify.q_signer", "unknown", "verify.signer_unknown")


def _in_force(signatures: Sequence[Mapping[str, Any]]) -> Question:
    subs = {one["sub_indication"] for one in signatures}
    failed = {one["sub_indication"] for one in signatures if one["indication"] == "TOTAL-FAILED"}
    if failed & _NOT_IN_FORCE:
        return Question("verify.q_force", "no", "verify.force_no")
    if subs & (_PERHAPS_NOT_IN_FORCE | _NOT_IN_FORCE):
        return Question("verify.q_force", "unknown", "verify.force_unknown_time")
    statuses = {one["revocation"]["status"] for one in signatures}
    if statuses == {"good"}:
        return Question("verify.q_force", "yes", "verify.force_yes")
    if all(one["indication"] == "TOTAL-PASSED" for one in signatures):
        return Question("verify.q_force", "yes", "verify.force_dates")
    return Question("verify.q_force", "unknown", "verify.force_unknown")


def _notes(report: Mapping[str, Any], signatures: Sequence[Mapping[str, Any]]) -> list[str]:
    notes = []
    if report["verdict"] == "valid":
        if len(report["signatures"]) > 1:
            notes.append("verify.note_more_signatures")
        if any(one["best_time_source"] != "timestamp" for one in signatures):
            notes.append("verify.note_claimed_time")
    return notes


def _unchecked(signatures: Sequence[Mapping[str, Any]]) -> list[str]:
    """What stays open whatever the verdict says."""
    open_questions = ["verify.unchecked_truth"]
    if any(one["revocation"]["status"] in ("unknown", "not-checked", "not-declared") for one in signatures):
        open_questions.append("verify.unchecked_revocation")
    if signatures:
        open_questions.append("verify.unchecked_power")
    else:
        open_questions.append("verify.unchecked_pictures")
    return open_questions
