"""The official's inbox: confirmed records that wait for a signature, and what was signed of late."""

from fastapi import APIRouter, Request, Response

from app import access
from app.batches import KeyKind
from app.front.context import MOST_LISTED, front_of, list_records
from app.records import Query, Status
from app.web.forms import SignedIn
from app.web.rendering import page
from app.web.signing_parts import REACHING_THE_AGENT, sealing_agency

router = APIRouter(include_in_schema=False)


@router.get("/inbox")
def inbox(request: Request, caller: SignedIn) -> Response:
    access.require(caller.person, access.Right.SIGN)
    services = front_of(request).services
    waiting = Query(statuses=frozenset({Status.CONFIRMED}), limit=MOST_LISTED)
    signed = Query(statuses=frozenset({Status.SIGNED}), limit=10)
    # what an outside key began, only the page that has the key goes on with
    begun = services.batches.unfinished(caller.person.username)
    unfinished = [batch for batch in begun if batch.kind is KeyKind.ACCOUNT]
    return page(
        request,
        "inbox.html",
        caller=caller,
        headers=REACHING_THE_AGENT,
        sealing_agency=sealing_agency(services, caller.person),
        unfinished=unfinished[0].id if unfinished else "",
        waiting=list_records(services, caller.person, waiting),
        signed=list_records(services, caller.person, signed),
    )
