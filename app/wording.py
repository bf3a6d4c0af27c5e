"""A verdict in sentences: what the page, the printed report and the batch say alike."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.translations import Language, text
from app.verdicts import Verdict, sentence_after_title
from signing.summary import VIETNAM


def title_of(verdict: Verdict, language: Language) -> str:
    """The one sentence."""
    values = {**verdict.values, "time": day(verdict.values["time"])} if verdict.values else {}
    return text(f"verify.{verdict.state}_title", language, **values)


def lead_of(verdict: Verdict, report: Mapping[str, Any], language: Language) -> str:
    """What follows the title: who signed and when, or what is wrong."""
    if verdict.state == "added":
        return text("verify.added_lead", language)
    if verdict.state == "undetermined":
        reasons = [one["reason"]["message"][language] for one in report["signatures"] if one["reason"]]
        return " ".join(dict.fromkeys(reasons)) or str(report["summary"][language])
    return sentence_after_title(verdict.state, report["summary"][language])


def moment(at: datetime | str | None) -> str:
    """A time as clocks in Vietnam show it."""
    return f"{_in_vietnam(at):%H:%M %d/%m/%Y}" if at else "—"


def day(at: datetime | str | None) -> str:
    """The day of a time, by the calendar of Vietnam."""
    return f"{_in_vietnam(at):%d/%m/%Y}" if at else "—"


def _in_vietnam(at: datetime | str) -> datetime:
    known = datetime.fromisoformat(at) if isinstance(at, str) else at
    return (known if known.tzinfo else known.replace(tzinfo=UTC)).astimezone(VIETNAM)
