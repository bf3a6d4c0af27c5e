"""What the record page does with words that were misread: a clerk says what they are."""

import re
from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app import corrections
from app.front.context import front_of
from app.records import IllegalTransition, RecordChanged, Status
from app.said_words import BadWord, WordSaid
from app.translations import LANGUAGES, text
from app.web.forms import Submission
from app.web.review import refused_answer, version_of

router = APIRouter(prefix="/records/{record_id}/words", include_in_schema=False)

_WORD = re.compile(r"word-([0-9]{1,6})")


def words_said(values: Mapping[str, str], page: int) -> list[WordSaid]:
    """The words that the form has other than as they were read, or that the person has gone through."""
    said = []
    for name, typed in values.items():
        match = _WORD.fullmatch(name)
        if match is None:
            continue
        read = values.get(f"read-{match[1]}", "")
        if typed.strip() != read or values.get(f"seen-{match[1]}"):
            said.append(WordSaid(page, int(match[1]), read, typed))
    return said


@router.post("")
def correct(request: Request, posted: Submission, record_id: str) -> Response:
    services, caller = front_of(request).services, posted.caller
    number = request.query_params.get("page", "")
    page = int(number) if number.isdecimal() and len(number) < 7 else 0
    said = words_said(posted.values, page)
    try:
        record = corrections.correct(services, caller.person, record_id, version_of(posted), said)
    except BadWord as error:
        words, status = (error.vi, error.en), 422
    except (RecordChanged, IllegalTransition):
        vi, en = (text("record.conflict", language) for language in LANGUAGES)
        words, status = (vi, en), 409
    else:
        done = "words" if record.status is Status.RECOGNISING else "words_kept"
        return RedirectResponse(
            f"/records/{record_id}?page={page}&done={done}" if said else f"/records/{record_id}", 303
        )
    return refused_answer(request, caller, record_id, *words, status, posted=posted.values)
