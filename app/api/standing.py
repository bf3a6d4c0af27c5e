"""Whether a signed record is in force: said by its issuer, never unsaid."""

from fastapi import APIRouter

from app import register, workflow
from app.api.callers import CallerOf, FrontOf
from app.api.parameters import KNOWN_ONLY
from app.api.schemas import RecordBody, StandingBody, StandingsBody, StatementBody

router = APIRouter(prefix="/records/{record_id}/standing", tags=["records"])


@router.get("", dependencies=[KNOWN_ONLY])
def statements(front: FrontOf, caller: CallerOf, record_id: str) -> StandingsBody:
    """The code of the record for people outside, and all that was said of it, oldest first."""
    record = workflow.view(front.services, caller.person, record_id)
    said = front.services.standings.of(record.id)
    return StandingsBody(
        code=record.code,
        state=record.standing,
        statements=[
            StatementBody(
                **register.statement_json(front.services, one), stated_by=one.stated_by, stated_at=one.at
            )
            for one in said
        ],
    )


@router.post("")
def state(front: FrontOf, caller: CallerOf, record_id: str, body: StandingBody) -> RecordBody:
    """Revoke what was signed, say by its code which signed record replaced it, or that it is in force after
    all. For officials and archivists of the agency that issued it, and for archivists of the one of which
    that is a part now."""
    record = register.state(
        front.services,
        caller.person,
        record_id,
        body.version,
        body.state,
        since=body.since,
        reason=body.reason,
        replaced_by=body.replaced_by or "",
    )
    return RecordBody.of(record)
