"""A verdict in sentences: what the page, the printed report and the batch say alike."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.standing import Standing
from app.translations import LANGUAGES, Language, text
from app.verdicts import Verdict, changed_pages, sentence_after_title
from signing.reports.local_time import VIETNAM
from signing.summary import LATER


def title_of(verdict: Verdict, language: Language) -> str:
    """The one sentence."""
    values = {**verdict.values, "time": day(verdict.values["time"])} if verdict.values else {}
    return text(f"verify.{verdict.state}_title", language, **values)


def standing_words(standing: Mapping[str, Any]) -> Mapping[Language, str] | None:
    """What became of a signed document, in one sentence and its reason; None where it is in force.
    `standing`: as the register tells it."""
    if standing["state"] == Standing.IN_FORCE:
        return None
    return {language: _standing_words(standing, language) for language in LANGUAGES}


def _standing_words(standing: Mapping[str, Any], language: Language) -> str:
    since, code = day(standing["since"]), standing["replaced_by"]
    said = text(f"standing.is_{standing['state']}", language, since=since, code=code)
    return f"{said} {text('standing.because', language, reason=standing['reason'].rstrip('.'))}"


def with_standing(summary: Mapping[str, str], standing: Mapping[str, Any]) -> dict[str, str]:
    """The summary of a report on a document that is known to be withdrawn, or as it was."""
    said = standing_words(standing)
    if said is None:
        return dict(summary)
    return {
        language: f"{said[language]} {text('standing.signature', language)} {summary[language]}"
        for language in LANGUAGES
    }


def _of_signature(summary: str, language: Language) -> str:
    """The summary without what `with_standing` added."""
    return summary.rpartition(f" {text('standing.signature', language)} ")[2]


def lead_of(verdict: Verdict, report: Mapping[str, Any], language: Language) -> str:
    """What follows the title: who signed and when, or what is wrong."""
    summary = _of_signature(report["summary"][language], language)
    if verdict.tone == "withdrawn":
        because = text("standing.because", language, reason=verdict.values["reason"].rstrip("."))
        said = sentence_after_title(verdict.state, summary)
        return f"{because} {_without_notes(said, verdict, report, language)}"
    if verdict.state == "added":
        pages = ", ".join(map(str, changed_pages(report)))
        return text("verify.added_lead_pages" if pages else "verify.added_lead", language, pages=pages)
    if verdict.state in ("undetermined", "certificate"):
        reasons = [one["reason"]["message"][language] for one in report["signatures"] if one["reason"]]
        if reasons and verdict.state == "undetermined" and all(one["intact"] for one in report["signatures"]):
            alone = all(one["level"] == "DocTimeStamp" for one in report["signatures"])
            reasons.append(text(f"verify.still_matches{'_stamp' if alone else ''}", language))
        return " ".join(dict.fromkeys(reasons)) or summary
    return _without_notes(sentence_after_title(verdict.state, summary), verdict, report, language)


def _without_notes(lead: str, verdict: Verdict, report: Mapping[str, Any], language: Language) -> str:
    """Notes that the summary ends with stand by themselves below it."""
    if "verify.note_more_signatures" in verdict.notes:
        lead = lead.removesuffix(f" {LATER.vi if language == 'vi' else LATER.en}")
    if "verify.note_revoked_later" in verdict.notes:
        warnings = (warning for one in report["signatures"] for warning in one["warnings"])
        for warning in warnings:
            if warning["code"] == "revoked-after":
                lead = lead.removesuffix(f" {warning['message'][language]}")
    return lead


def moment(at: datetime | str | None) -> str:
    """A time as clocks in Vietnam show it."""
    return f"{_in_vietnam(at):%H:%M %d/%m/%Y}" if at else "—"


def day(at: datetime | str | None) -> str:
    """The day of a time, by the calendar of Vietnam."""
    return f"{_in_vietnam(at):%d/%m/%Y}" if at else "—"


def _in_vietnam(at: datetime | str) -> datetime:
    known = datetime.fromisoformat(at) if isinstance(at, str) else at
    return (known if known.tzinfo else known.replace(tzinfo=UTC)).astimezone(VIETNAM)
