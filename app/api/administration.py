"""What was done to accounts, keys and seals, for administrators."""

from typing import Annotated

from fastapi import APIRouter, Query

from app import access
from app.administration import told_after
from app.api.callers import CallerOf, FrontOf
from app.api.parameters import KNOWN_ONLY
from app.api.problems import bad_cursor
from app.api.signing_schemas import AdministrationBody, DoneBody

router = APIRouter(prefix="/administration", tags=["people"])

_MOST_DEEDS = 500


@router.get("", dependencies=[KNOWN_ONLY])
def administration(
    front: FrontOf,
    caller: CallerOf,
    after: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=_MOST_DEEDS)] = 100,
) -> AdministrationBody:
    """What was done to accounts, keys and seals, the newest first; never changed."""
    access.require(caller.person, access.Right.ADMINISTER)
    try:
        told = told_after(front.services.administration, after, limit)
    except ValueError as error:
        raise bad_cursor() from error
    return AdministrationBody(deeds=[DoneBody.of(done) for done in told.deeds], next=told.next)
