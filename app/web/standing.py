"""States on the record page that what was signed is revoked, replaced, or in force after all."""

from datetime import date

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app import register
from app.front.context import front_of
from app.records import RecordChanged
from app.standing import Standing, StandingRefused
from app.translations import LANGUAGES, text
from app.web.forms import Posted, Submission
from app.web.review import changed_answer, refused_answer, version_of

router = APIRouter(prefix="/records/{record_id}/standing", include_in_schema=False)


@router.post("")
def state(request: Request, posted: Submission, record_id: str) -> Response:
    services, caller = front_of(request).services, posted.caller
    try:
        register.state(
            services,
            caller.person,
            record_id,
            version_of(posted),
            _state(posted),
            since=_day(posted),
            reason=posted.get("reason"),
            replaced_by=posted.get("replaced_by"),
        )
    except StandingRefused as error:
        return refused_answer(request, caller, record_id, error.vi, error.en, 422, posted=posted.values)
    except RecordChanged:
        return changed_answer(request, caller, record_id, "stating")
    return RedirectResponse(f"/records/{record_id}?done=stated", 303)


def _state(posted: Posted) -> Standing:
    """Raises StandingRefused."""
    try:
        return Standing(posted.get("state"))
    except ValueError as error:
        raise StandingRefused("no-state", *(text("standing.no_state", one) for one in LANGUAGES)) from error


def _day(posted: Posted) -> date:
    """Raises StandingRefused."""
    try:
        return date.fromisoformat(posted.get("since"))
    except ValueError as error:
        raise StandingRefused("bad-date", *(text("standing.bad_date", one) for one in LANGUAGES)) from error
