"""What waits for a signature: the official's inbox, and copies of paper that their digitiser is to sign."""

from fastapi import APIRouter, Request, Response

from app import access
from app.batches import KeyKind
from app.front.context import MOST_LISTED, front_of, list_records
from app.front.identity import Caller
from app.marks import SigningRole
from app.records import Listing, Query, Status
from app.signable import RIGHTS
from app.web.forms import SignedIn
from app.web.rendering import page
from app.web.signing_parts import REACHING_THE_AGENT, sealing_agency

router = APIRouter(include_in_schema=False)

_RECENT = 10


@router.get("/inbox")
def inbox(request: Request, caller: SignedIn) -> Response:
    """Confirmed records that wait for an official, and what was signed of late."""
    return _page(request, caller, SigningRole.OFFICIAL)


@router.get("/digitising")
def digitising(request: Request, caller: SignedIn) -> Response:
    """Confirmed copies of paper that nobody has signed as their digitiser (F1.2)."""
    return _page(request, caller, SigningRole.DIGITISER)


def _page(request: Request, caller: Caller, role: SigningRole) -> Response:
    access.require(caller.person, RIGHTS[role])
    services, official = front_of(request).services, role is SigningRole.OFFICIAL
    waiting = Query(statuses=frozenset({Status.CONFIRMED}), limit=MOST_LISTED, digitisable=not official)
    signed = Query(statuses=frozenset({Status.SIGNED}), limit=_RECENT)
    # what an outside key began, only the page that has the key goes on with
    begun = services.batches.unfinished(caller.person.username)
    unfinished = [batch for batch in begun if batch.kind is KeyKind.ACCOUNT and batch.role is role]
    seals = official or access.may(caller.person, access.Right.SEAL)
    return page(
        request,
        "inbox.html",
        caller=caller,
        headers=REACHING_THE_AGENT,
        role=role.value,
        words="inbox" if official else "digitising",
        sealing_agency=sealing_agency(services, caller.person) if seals else "",
        unfinished=unfinished[0].id if unfinished else "",
        waiting=list_records(services, caller.person, waiting),
        signed=list_records(services, caller.person, signed) if official else Listing((), None),
    )
