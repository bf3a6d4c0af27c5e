"""What the record page does with words that were misread: a clerk says what they are."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app import corrections, workflow
from app.front.context import front_of
from app.records import IllegalTransition, RecordChanged, Status
from app.said_words import BadWord
from app.translations import LANGUAGES, text
from app.web.forms import Submission
from app.web.review import record_answer, refused_answer, version_of
from app.web.word_fixes import words_said

router = APIRouter(prefix="/records/{record_id}/words", include_in_schema=False)


@router.post("")
def correct(request: Request, posted: Submission, record_id: str) -> Response:
    services, caller = front_of(request).services, posted.caller
    if posted.get("find").strip():  # Enter in that field: nothing is kept before its words were shown
        return turn(request, posted, record_id)
    number = request.query_params.get("page", "")
    page = int(number) if number.isdecimal() and len(number) < 7 else 0
    said = words_said(posted.values)
    try:
        record = corrections.correct(services, caller.person, record_id, version_of(posted), said)
    except BadWord as error:
        words, status, page = (error.vi, error.en), 422, error.page
    except (RecordChanged, IllegalTransition):
        vi, en = (text("record.conflict", language) for language in LANGUAGES)
        words, status = (vi, en), 409
    else:
        done = "words" if record.status is Status.RECOGNISING else "words_kept"
        return RedirectResponse(
            f"/records/{record_id}?page={page}&done={done}" if said else f"/records/{record_id}", 303
        )
    return refused_answer(request, caller, record_id, *words, status, posted=posted.values, show=page)


@router.post("/turn")
def turn(request: Request, posted: Submission, record_id: str) -> Response:
    """The next page with doubtful words, or other words of this one, for a browser without scripts: what was
    said is carried along, and sent with the rest."""
    record = workflow.view(front_of(request).services, posted.caller.person, record_id)
    return record_answer(request, posted.caller, record, posted=posted.values)
