"""Was this issued here, and does it still count? Open to everyone, without the file."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from app import register
from app.api.callers import FrontOf
from app.api.parameters import KNOWN_ONLY
from app.api.problems import Unprocessable
from app.api.schemas import LookupBody
from app.front.context import limit_public

router = APIRouter(tags=["verification"])


@router.get("/lookup", dependencies=[Depends(limit_public), KNOWN_ONLY])
def look_up(
    front: FrontOf,
    code: Annotated[
        str | None, Query(max_length=100, description="As printed; spaces and case are free.")
    ] = None,
    sha256: Annotated[str | None, Query(pattern="^[0-9a-fA-F]{64}$", description="Of the file.")] = None,
) -> LookupBody:
    """A signed record by its code, or by the digest of one of its files: its issuer, and whether it is in
    force, revoked or replaced. 404 where nothing that was signed here has it."""
    if (code is None) == (sha256 is None):
        raise Unprocessable(
            "code-or-sha256",
            "Hãy gửi đúng một trong hai: `code` hoặc `sha256`.",
            "Send exactly one of the two: `code` or `sha256`.",
        )
    if code is not None:
        return LookupBody.model_validate(register.by_code(front.services, code))
    return LookupBody.model_validate(register.by_digest(front.services, str(sha256).lower()))
