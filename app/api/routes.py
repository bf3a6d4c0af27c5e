"""All routes of the HTTP interface."""

from fastapi import APIRouter

from app.api import (
    administration,
    agencies,
    agent_signing,
    events,
    files,
    lookup,
    marking,
    papers,
    people,
    records,
    signing_batches,
    signing_notices,
    standing,
    tokens,
    verify,
    verify_batches,
)

#: Answers that any route may give, for the description of the interface.
_PROBLEMS = {
    status: {"description": text, "content": {"application/problem+json": {}}}
    for status, text in (
        (401, "Not signed in"),
        (403, "Not allowed"),
        (404, "No such record, or none that one may see"),
        (409, "Changed since it was read, or not in a state that allows this"),
        (413, "Too large"),
        (415, "Not a document"),
        (422, "Cannot be meant"),
        (429, "Too many requests"),
        (503, "Try again later"),
    )
}

router = APIRouter(prefix="/api/v1", responses=_PROBLEMS)  # type: ignore[arg-type]
# the fixed addresses stand before those with a record's id
for part in (
    tokens,
    events,
    records,
    papers,
    standing,
    files,
    signing_batches,
    signing_notices,
    agent_signing,
    marking,
    people,
    agencies,
    administration,
    verify,
    verify_batches,
    lookup,
):
    router.include_router(part.router)
