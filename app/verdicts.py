"""The verification report in plain words: sentence, shape and colour, and answers to three questions.

Pure: a report of the contract goes in, keys of texts come out. An accusation needs evidence: what only
shows a mismatch is never called forged, and what could not be settled is never shown in red.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.standing import Standing
from signing.reports import questions
from signing.reports.questions import Answer, Reply

Tone = Literal["good", "info", "withdrawn", "bad", "unsure", "none"]

#: Why a file could not be read, where the cause lies in the service and not in the file (notes.toml).
_FAULTS_OF_THE_SERVICE = frozenset({"cannot-verify"})
#: Sub-indications (ETSI EN 319 102-1) that an authority which answers again, or is added, may settle.
_SETTLED_BY_WAITING = frozenset(
    {"NO_CERTIFICATE_CHAIN_FOUND", "CERTIFICATE_CHAIN_GENERAL_FAILURE", "TRY_LATER"}
)
_NOT_ASKED = frozenset({"unknown", "not-checked", "not-declared"})
#: The states of an invalid file by why it is not what was signed.
_NOT_WHOLE = {"no": "bytes_differ", "partial": "partial", "added": "added"}
_SIGNED_LATER = frozenset({"later-signature", "later-timestamp"})
_LATER = _SIGNED_LATER | {"validation-data"}

_COMMON_NAME = re.compile(r"(?:Common Name: |CN=)(.+?)(?=, (?:[A-Z][A-Za-z ]+: |[A-Z]+=)|$)")


@dataclass(frozen=True, slots=True)
class Question:
    """One question and its answer, each with the key of its words."""

    key: str
    reply: Reply
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is shown. `state` names the texts `verify.STATE_title` and `verify.STATE_advice`, `values`
    fill in the title; `office` is whom to ask, where the signatures name one."""

    tone: Tone
    state: str
    values: Mapping[str, str]
    questions: tuple[Question, ...]
    notes: tuple[str, ...]
    unchecked: tuple[str, ...]
    office: str | None


def sentence_after_title(state: str, summary: str) -> str:
    """The summary of a report without what the title has said already."""
    _, _, rest = summary.partition(". ")
    return summary if state == "undetermined" or not rest else rest


def short_name(subject: str) -> str:
    """The common name of a distinguished name, or all of it where it has none."""
    found = _COMMON_NAME.search(subject)
    return found[1].strip() if found else subject


def signing_time(signature: Mapping[str, Any]) -> tuple[str | None, str]:
    """The time of signing as far as it is known, and the key of the words that say by whose clock."""
    if signature["best_time_source"] == "timestamp":
        return signature["best_time"], "verify.time_trusted"
    if signature["claimed_time"] is None:
        return None, "verify.time_unsaid"
    stamp = signature["level"] == "DocTimeStamp"
    return signature["claimed_time"], "verify.time_trusted" if stamp else "verify.time_claimed"


def known_of(report: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the register of this service knows of the document: of this very file, or of the one that it
    extends."""
    known: Mapping[str, Any] | None = report["document"]["registered"] or report["document"].get("extends")
    return known


def may_settle(report: Mapping[str, Any]) -> bool:
    """Is it worth while to check the same file again in some minutes?"""
    if report["verdict"] == "undetermined":
        return any(one["sub_indication"] in _SETTLED_BY_WAITING for one in report["signatures"])
    return verdict_of(report).state == "fault"


def changed_pages(report: Mapping[str, Any]) -> tuple[int, ...]:
    """The pages on which something was added that nobody signed, as far as they are known."""
    unsigned = [note for note in report["document"]["changes"] if note["code"] not in _LATER]
    return tuple(sorted({page for note in unsigned for page in note.get("pages", ())}))


def field_to_show(report: Mapping[str, Any]) -> str | None:
    """The signature of which a refused file is shown at once: the last of a person or an agency that
    failed, where the document is not known to be whole. What came after it is not signed by anybody."""
    if report["verdict"] != "invalid" or _whole(report, _signatures(report)).reply == "yes":
        return None
    failed = [one for one in _signatures(report) if one["indication"] == "TOTAL-FAILED" and one["field"]]
    return failed[-1]["field"] if failed else None


def shows_own_page(report: Mapping[str, Any], signature: Mapping[str, Any]) -> bool:
    """Is the page of this signature worth a look, for want of pages that are known to differ? Where it failed
    and the document is not known to be whole: a certificate that failed is to be seen on no page."""
    failed = signature["indication"] == "TOTAL-FAILED" and bool(signature["field"])
    return failed and not _compares(signature) and _whole(report, _signatures(report)).reply != "yes"


def _compares(signature: Mapping[str, Any]) -> bool:
    """Does it cover a version of its own, with something after it?"""
    return bool(signature["intact"] and signature["coverage"] == "revision" and signature["changes_after"])


def advice_of(verdict: Verdict, report: Mapping[str, Any]) -> str:
    """The key of what to do. Where the lead says it already of this kind of file, no more than that."""
    problem = report["problem"]["code"] if report["problem"] else ""
    told = problem in ("empty", "encrypted", "bytes-before") or problem.startswith("is-")
    return "verify.unreadable_told_advice" if told else f"verify.{verdict.state}_advice"


def withdrawn(report: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The standing of a document that is no longer in force by the register of this service."""
    known = known_of(report)
    standing: Mapping[str, Any] = known["standing"] if known else {"state": Standing.IN_FORCE}
    return None if standing["state"] == Standing.IN_FORCE else standing


def verdict_of(report: Mapping[str, Any]) -> Verdict:
    """The report as a person reads it."""
    signatures = _signatures(report)
    tone, state = _state(report, signatures)
    asked = tuple(_questions(report, signatures)) if signatures else ()
    return Verdict(
        tone,
        state,
        _values(report, signatures, state),
        asked,
        tuple(_notes(report, signatures)),
        tuple(_unchecked(report, signatures)),
        next((one["organisation"] for one in signatures if one["organisation"]), None),
    )


def _signatures(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Signatures of people and agencies; document timestamps speak for themselves."""
    return [one for one in report["signatures"] if one.get("level") != "DocTimeStamp"]


def _state(report: Mapping[str, Any], signatures: Sequence[Mapping[str, Any]]) -> tuple[Tone, str]:
    match report["verdict"]:
        case "valid":
            return _valid_state(report, signatures)
        case "invalid":
            return "bad", _invalid_state(report, signatures)
        case "undetermined":
            return "unsure", "undetermined"
        case "unsigned":
            return "none", "unsigned"
    problem = report.get("problem") or {}
    return "none", "fault" if problem.get("code") in _FAULTS_OF_THE_SERVICE else "unreadable"


def _valid_state(report: Mapping[str, Any], signatures: Sequence[Mapping[str, Any]]) -> tuple[Tone, str]:
    """What was revoked since never reads as plainly valid, and a digitised paper never goes by the words of a
    born-digital original."""
    if gone := withdrawn(report):
        return "withdrawn", str(gone["state"])
    registered, known = report["document"]["registered"], known_of(report)
    if registered and registered.get("digitised"):
        return "info", "digitised"
    if known and known.get("file") == "digitised" and (registered or len(signatures) == 1):
        return "info", "digitiser_only"
    if _codes(signatures, "warnings") & {"revoked-after"}:
        return "good", "revoked_later"
    return "good", "valid"


def _invalid_state(report: Mapping[str, Any], signatures: Sequence[Mapping[str, Any]]) -> str:
    """By the answer to the first question, so that title and answer never contradict each other."""
    answer = _whole(report, signatures)
    if answer.reply == "no":
        return _NOT_WHOLE[answer.why]
    if any(one["sub_indication"] in questions.NOT_IN_FORCE for one in signatures):
        return "certificate"
    return "unread" if answer.why == "unread" else "invalid"


def _whole(report: Mapping[str, Any], signatures: Sequence[Mapping[str, Any]]) -> Answer:
    changed = report["document"]["changed_after_signing"]
    return questions.whole(
        signatures, changed_after_signing=changed, pages_changed=bool(changed and changed_pages(report))
    )


def _values(report: Mapping[str, Any], signatures: Sequence[Mapping[str, Any]], state: str) -> dict[str, str]:
    """What fills in the title: since when it is not in force and why; who certified the copy, and when."""
    gone = withdrawn(report)
    if gone and state == gone["state"]:
        return {"time": gone["since"], "reason": gone["reason"], "code": gone["replaced_by"] or ""}
    if state != "digitised":
        return {}
    times = [time for one in signatures if (time := signing_time(one)[0])]
    return {"issuer": report["document"]["registered"]["issuer"], "time": max(times, default="")}


def _codes(signatures: Sequence[Mapping[str, Any]], part: str) -> set[str]:
    return {note["code"] for one in signatures for note in one[part]}


def _questions(report: Mapping[str, Any], signatures: Sequence[Mapping[str, Any]]) -> list[Question]:
    answers = {
        "intact": _whole(report, signatures),
        "signer": questions.right_signer(signatures),
        "force": questions.in_force(signatures),
    }
    return [_question(name, answer) for name, answer in answers.items()]


def _question(name: str, answer: Answer) -> Question:
    return Question(f"verify.q_{name}", answer.reply, f"verify.{name}_{answer.why}")


def _notes(report: Mapping[str, Any], signatures: Sequence[Mapping[str, Any]]) -> list[str]:
    notes = []
    if report["verdict"] == "valid":
        if len(report["signatures"]) > 1 or _codes(signatures, "changes_after") & _SIGNED_LATER:
            notes.append("verify.note_more_signatures")
        if _codes(signatures, "warnings") & {"revoked-after"}:
            notes.append("verify.note_revoked_later")
        if any(one["best_time_source"] != "timestamp" for one in signatures):
            notes.append("verify.note_claimed_time")
    return notes


def _unchecked(report: Mapping[str, Any], signatures: Sequence[Mapping[str, Any]]) -> list[str]:
    """What stays open whatever the verdict says."""
    open_questions = ["verify.unchecked_truth"]
    unasked = [one for one in signatures if one["revocation"]["status"] in _NOT_ASKED]
    if any(one["trust_anchor"] for one in unasked):
        open_questions.append("verify.unchecked_revocation")
    if not all(one["trust_anchor"] for one in unasked):
        open_questions.append("verify.unchecked_path")
    if signatures:
        open_questions.append("verify.unchecked_power")
    elif report["verdict"] == "unreadable":
        open_questions.append("verify.unchecked_everything")
    else:
        open_questions.append("verify.unchecked_pictures")
    return open_questions
