"""The verification report in plain words: sentence, shape and colour, and answers to three questions.

Pure: a report of the contract goes in, keys of texts come out. An accusation needs evidence: what only
shows a mismatch is never called forged, and what could not be settled is never shown in red.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from signing import questions
from signing.questions import Answer, Reply

Tone = Literal["good", "bad", "unsure", "none"]

_COMMON_NAME = re.compile(r"(?:Common Name: |CN=)(.+?)(?=, (?:[A-Z][A-Za-z ]+: |[A-Z]+=)|$)")


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
    asked = tuple(_questions(report, signatures)) if signatures else ()
    return Verdict(tone, state, asked, tuple(_notes(report, signatures)), tuple(_unchecked(signatures)))


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
    if any(one["sub_indication"] in questions.NOT_IN_FORCE for one in signatures):
        return "bad", "certificate"
    return "bad", "invalid"


def _questions(report: Mapping[str, Any], signatures: Sequence[Mapping[str, Any]]) -> list[Question]:
    changed = report["document"]["changed_after_signing"]
    answers = {
        "intact": questions.whole(signatures, changed_after_signing=changed),
        "signer": questions.right_signer(signatures),
        "force": questions.in_force(signatures),
    }
    return [_question(name, answer) for name, answer in answers.items()]


def _question(name: str, answer: Answer) -> Question:
    return Question(f"verify.q_{name}", answer.reply, f"verify.{name}_{answer.why}")


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
