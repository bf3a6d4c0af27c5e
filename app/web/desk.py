"""The clerk's desk: papers go in, and every record is found again."""

from dataclasses import replace
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from app import access
from app.front.context import front_of, list_records
from app.front.identity import Caller, check_meant
from app.front.receiving import Outcome, receive_all
from app.front.uploads import received
from app.records import Listing, Query, Status
from app.web.forms import SignedIn
from app.web.rendering import page
from ocr.kinds.catalogue import catalogue
from ocr.limits import megabytes

router = APIRouter(include_in_schema=False)

_A_SCREEN = 25


@router.get("/records")
def desk(request: Request, caller: SignedIn) -> Response:
    return _desk(request, caller, [])


@router.post("/records")
async def send(request: Request, caller: SignedIn) -> Response:
    """The form of a browser without scripts; others use the API, one file at a time."""
    access.require(caller.person, access.Right.RECEIVE)
    front = front_of(request)
    async with received(request, front.settings.upload_bytes) as form:
        check_meant(request, caller, form.fields.get("csrf"))
        dossier = form.fields.get("dossier", "").strip()[:100] or None
        outcomes = await run_in_threadpool(
            receive_all, front.services, front.metrics, caller.person, form.files, dossier
        )
    return await run_in_threadpool(_desk, request, caller, outcomes)


def _desk(request: Request, caller: Caller, outcomes: list[Outcome]) -> Response:
    wanted = _query(request)
    problem = None
    try:
        listing = list_records(front_of(request).services, caller.person, wanted)
    except ValueError:  # a cursor of another listing, in an address that somebody kept
        listing, problem = Listing((), None), "desk.bad_cursor"
    return page(
        request,
        "desk.html",
        caller=caller,
        listing=listing,
        outcomes=outcomes,
        problem=problem,
        wanted=wanted,
        chosen_status=next(iter(wanted.statuses), ""),
        statuses=list(Status),
        kinds=catalogue().values(),
        next_page=_address(replace(wanted, after=listing.next)) if listing.next else None,
        first_page=_address(replace(wanted, after=None)) if wanted.after else None,
        upload_megabytes=megabytes(front_of(request).settings.upload_bytes),
    )


def _query(request: Request) -> Query:
    given = request.query_params if request.method == "GET" else {}
    status = given.get("status", "")
    return Query(
        text=given.get("query", "")[:500],
        statuses=frozenset({Status(status)}) if status in set(Status) else frozenset(),
        kind=given.get("kind") or None,
        dossier=given.get("dossier", "")[:100] or None,
        after=given.get("after") or None,
        limit=_A_SCREEN,
    )


def _address(query: Query) -> str:
    values = {
        "query": query.text,
        "status": next(iter(query.statuses), ""),
        "kind": query.kind,
        "dossier": query.dossier,
        "after": query.after,
    }
    return "/records?" + urlencode({name: value for name, value in values.items() if value})
