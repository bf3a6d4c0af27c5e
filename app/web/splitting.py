"""What the record page does with a scan of several papers: splits it, and joins it again."""

import re
from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app import splitting, workflow
from app.front.context import front_of
from app.front.identity import Caller
from app.records import IllegalTransition, RecordChanged, Status
from app.splitting import SplitRefused
from app.web.forms import Submission
from app.web.review import Message, record_answer, said_in, version_of

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
        return _refused(request, caller, record_id, error)
    except (RecordChanged, IllegalTransition):
        words = said_in(
            request,
            "Hồ sơ đã thay đổi từ khi bạn mở nên chưa được tách. Đây là bản mới nhất: hãy xem lại rồi tách.",
            "The record has changed since you opened it, so it is not split. This is the latest: look at it "
            "again, then split it.",
        )
        record = workflow.view(services, caller.person, record_id)
        return record_answer(request, caller, record, status=409, message=Message("bad", words))
    done = "split" if made[0].part_of else "one_paper"
    return RedirectResponse(f"/records/{record_id}?done={done}", 303)


@router.post("/join")
def join(request: Request, posted: Submission, record_id: str) -> Response:
    services, caller = front_of(request).services, posted.caller
    try:
        splitting.join(services, caller.person, record_id)
    except SplitRefused as error:
        return _refused(request, caller, record_id, error)
    except (RecordChanged, IllegalTransition):  # a paper was just finished, or somebody else joined them
        record = workflow.view(services, caller.person, record_id)
        if record.status is Status.SPLIT:
            words = said_in(
                request,
                "Một phần vừa thay đổi nên chưa gộp lại. Hãy thử lại.",
                "A part has just changed, so they are not joined. Try again.",
            )
            return record_answer(request, caller, record, status=409, message=Message("bad", words))
        return RedirectResponse(f"/records/{record_id}", 303)
    return RedirectResponse(f"/records/{record_id}?done=joined", 303)


def _refused(request: Request, caller: Caller, record_id: str, error: SplitRefused) -> Response:
    record = workflow.view(front_of(request).services, caller.person, record_id)
    message = Message("bad", said_in(request, error.vi, error.en))
    return record_answer(request, caller, record, status=409, message=message)
