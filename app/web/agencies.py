"""Agencies, for administrators: which key makes the seal and which image it shows, names, and mergers."""

from collections.abc import Callable
from datetime import date
from typing import IO

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from app import access, marking
from app.administration import ChangedMeanwhile
from app.agencies import AgencyNotFound, MergerToCome, NoMerger, NoRenaming
from app.front.context import front_of
from app.front.identity import Caller, check_meant
from app.front.people import merge_agency, rename_agency, set_seal_key
from app.front.uploads import one_image
from app.web.forms import Posted, SignedIn, Submission
from app.web.people import people_page
from signing.refusals import SigningRefused

router = APIRouter(prefix="/people/agencies/{code}", include_in_schema=False)

_DONE = "/people?done=1#seals"
#: Why no merger and no renaming is stated, and the sentence for it.
_UNSTATED: dict[type[Exception], str] = {
    AgencyNotFound: "people.no_agency",
    NoMerger: "people.no_merger",
    MergerToCome: "people.merger_to_come",
    NoRenaming: "people.no_renaming",
    ChangedMeanwhile: "people.changed_meanwhile",
    ValueError: "people.bad_day",
}


@router.post("/seal-key")
def seal_key(request: Request, posted: Submission, code: str) -> Response:
    try:
        set_seal_key(front_of(request).services, posted.caller.person, code, posted.get("seal_key") or None)
    except SigningRefused as refused:
        return people_page(request, posted.caller, refused=refused)
    return RedirectResponse(_DONE, 303)


@router.post("/merger")
def merger(request: Request, posted: Submission, code: str) -> Response:
    """An empty choice takes back what was stated."""
    services, admin, into = front_of(request).services, posted.caller.person, posted.get("into") or None
    return _stated(request, posted, lambda: merge_agency(services, admin, code, into, _since(posted)))


@router.post("/name")
def name(request: Request, posted: Submission, code: str) -> Response:
    wanted = posted.get("name")
    return _stated(request, posted, lambda: _rename(request, posted, code, wanted, _since(posted)))


@router.post("/name/removal")
def take_name_back(request: Request, posted: Submission, code: str) -> Response:
    return _stated(request, posted, lambda: _rename(request, posted, code, None, None))


@router.post("/seal-image")
async def seal_image(request: Request, caller: SignedIn, code: str) -> Response:
    access.require(caller.person, access.Right.ADMINISTER)
    async with one_image(request) as form:
        check_meant(request, caller, form.fields.get("csrf"))
        chosen = [upload for upload in form.files if upload.size]
        try:
            if not chosen:
                return await run_in_threadpool(people_page, request, caller, problem="people.no_image_file")
            if chosen[0].refusal:
                raise chosen[0].refusal
            width = marking.width_of(form.fields.get("width", ""))
            await run_in_threadpool(_keep, request, caller, code, chosen[0].file, width)
        except SigningRefused as refused:
            return await run_in_threadpool(people_page, request, caller, refused=refused)
    return RedirectResponse(_DONE, 303)


@router.post("/seal-image/removal")
def remove_seal_image(request: Request, posted: Submission, code: str) -> Response:
    marking.remove_seal_image(front_of(request).services, posted.caller.person, code)
    return RedirectResponse(_DONE, 303)


def _stated(request: Request, posted: Posted, state: Callable[[], object]) -> Response:
    """The accounts and agencies after something was stated of one, or why it was not."""
    try:
        state()
    except tuple(_UNSTATED) as error:
        return people_page(request, posted.caller, problem=_UNSTATED[type(error)])
    return RedirectResponse(_DONE, 303)


def _since(posted: Posted) -> date | None:
    """The day of the form; none where it is empty. Raises ValueError."""
    return date.fromisoformat(posted.get("since")) if posted.get("since") else None


def _rename(request: Request, posted: Posted, code: str, name: str | None, since: date | None) -> None:
    """As the form asks that was shown with the name the agency had."""
    services, admin = front_of(request).services, posted.caller.person
    rename_agency(services, admin, code, name, since, present=posted.values.get("was_name"))


def _keep(request: Request, caller: Caller, code: str, file: IO[bytes], width: float | None) -> None:
    front, person = front_of(request), caller.person
    with front.drawings.place(person.username):
        marking.set_seal_image(front.services, person, code, file, width)
