"""One scan that holds several papers: split into a record for each, and joined again."""

from fastapi import APIRouter

from app import splitting
from app.api.callers import CallerOf, FrontOf
from app.api.parameters import KNOWN_ONLY
from app.api.schemas import PapersBody, RecordBody, SplitBody
from app.front.context import Front
from app.front.identity import Caller

router = APIRouter(prefix="/records/{record_id}/papers", tags=["papers"])


@router.get("", dependencies=[KNOWN_ONLY])
def read(front: FrontOf, caller: CallerOf, record_id: str) -> PapersBody:
    """The records that hold the pages of this one. What the service proposes is in `papers` of its
    recognition."""
    return _papers(front, caller, record_id)


@router.post("", status_code=202)
def split(front: FrontOf, caller: CallerOf, record_id: str, body: SplitBody) -> PapersBody:
    """Make one record for each paper, of a record that awaits review or is confirmed; 409 where it has
    changed since it was looked at. Nothing is read anew; kind, fields and viewing copy of each follow as with
    every record. The received file stays whole, and its signature, where it has one, is on no part of it."""
    splitting.split(front.services, caller.person, record_id, body.version, body.first_pages)
    return _papers(front, caller, record_id)


@router.delete("")
def join(front: FrontOf, caller: CallerOf, record_id: str) -> PapersBody:
    """Make one record again of what was split, while none of its papers is confirmed (409)."""
    splitting.join(front.services, caller.person, record_id)
    return _papers(front, caller, record_id)


def _papers(front: Front, caller: Caller, record_id: str) -> PapersBody:
    record, found = splitting.papers(front.services, caller.person, record_id)
    return PapersBody(record=RecordBody.of(record), papers=[RecordBody.of(paper) for paper in found])
