"""What the record page does with a scan of several papers: splits it, and joins it again."""

import re
from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app import splitting, workflow
from app.front.context import front_of
from app.records import IllegalTransition, RecordChanged, Status
from app.splitting import SplitRefused
from app.web.forms import Submission
from app.web.review import changed_answer, refused_answer, version_of

router = APIRouter(prefix="/records/{record_id}/papers", include_in_schema=False)

_BEGINS = re.compile(r"begins-([0-9]{1,6})")


def first_pages(values: Mapping[str, str]) -> list[int]:
    """The pages that the form says a paper begins with; the first page always does."""
    if values.get("one"):
        return [1]
    begun = (int(match[1]) for name in values if (match := _BEGINS.fullmatch(name)))
    return sorted({1, *begun})


@router.post("")
def split(request: Request, posted: Submission, record_id: str) -> Response:
    services, caller = front_of(request).services, posted.caller
    starts = first_pages(posted.values)
    try:
        made = splitting.split(services, caller.person, record_id, version_of(posted), starts)
    except SplitRefused as error:
        return refused_answer(request, caller, record_id, error.vi, error.en, 409)
    except (RecordChanged, IllegalTransition):
        return changed_answer(request, caller, record_id, "splitting")
    done = "split" if made[0].part_of else "one_paper"
    return RedirectResponse(f"/records/{record_id}?done={done}", 303)


@router.post("/join")
def join(request: Request, posted: Submission, record_id: str) -> Response:
    services, caller = front_of(request).services, posted.caller
    try:
        splitting.join(services, caller.person, record_id)
    except SplitRefused as error:
        return refused_answer(request, caller, record_id, error.vi, error.en, 409)
    except (RecordChanged, IllegalTransition):  # a paper was just finished, or somebody else joined them
        record = workflow.view(services, caller.person, record_id)
        if record.status is Status.SPLIT:
            return changed_answer(request, caller, record_id, "joining")
        return RedirectResponse(f"/records/{record_id}", 303)
    return RedirectResponse(f"/records/{record_id}?done=joined", 303)
