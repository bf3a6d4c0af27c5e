"""Agencies: the reference of the key that makes each one's seal, set by the administrator."""

from typing import Annotated

from fastapi import APIRouter, Query

from app import access
from app.agencies import LONGEST_NAME
from app.api.callers import CallerOf, FrontOf
from app.api.parameters import KNOWN_ONLY
from app.api.signing_schemas import AgenciesBody, AgencyBody, AgencyChangeBody, MergerBody, NameBody
from app.front.people import merge_agency, rename_agency, set_seal_key

router = APIRouter(prefix="/agencies", tags=["agencies"])

PresentName = Annotated[str | None, Query(max_length=LONGEST_NAME)]


@router.get("", dependencies=[KNOWN_ONLY])
def list_agencies(front: FrontOf, caller: CallerOf) -> AgenciesBody:
    access.require(caller.person, access.Right.ADMINISTER)
    found = front.services.agencies.list()
    return AgenciesBody(agencies=[AgencyBody.of(agency) for agency in found])


@router.patch("/{code}")
def change(front: FrontOf, caller: CallerOf, code: str, body: AgencyChangeBody) -> AgencyBody:
    """Set or remove the reference of the seal's key. What opens it is a setting of the service
    (SEAL_PASSPHRASES), never sent and never stored."""
    reference = (body.seal_key or "").strip() or None
    return AgencyBody.of(set_seal_key(front.services, caller.person, code, reference))


@router.put("/{code}/merger")
def merge(front: FrontOf, caller: CallerOf, code: str, body: MergerBody) -> AgencyBody:
    """State that an agency has become a part of another one. What it issued stays issued by it, and says
    "since … part of …"; its successor may revoke and replace that."""
    return AgencyBody.of(merge_agency(front.services, caller.person, code, body.into, body.since))


@router.delete("/{code}/merger")
def unmerge(front: FrontOf, caller: CallerOf, code: str) -> AgencyBody:
    """Take back what was stated."""
    return AgencyBody.of(merge_agency(front.services, caller.person, code, None, None))


@router.put("/{code}/name")
def rename(front: FrontOf, caller: CallerOf, code: str, body: NameBody) -> AgencyBody:
    """State that an agency has another name. What it issued before keeps the name of its day, and says
    "since … called …"; certificates with a name of before stay its own."""
    services = front.services
    changed = rename_agency(services, caller.person, code, body.name, body.since, present=body.present)
    return AgencyBody.of(changed)


@router.delete("/{code}/name")
def take_name_back(front: FrontOf, caller: CallerOf, code: str, present: PresentName = None) -> AgencyBody:
    """Take back the last renaming: the name of before it is the present one again. With `present`, the name
    that is taken back, a request that comes twice does it once; where the agency has another name it is
    refused with 409."""
    return AgencyBody.of(rename_agency(front.services, caller.person, code, None, None, present=present))
