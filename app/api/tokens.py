"""Tokens for programs, and who one is."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from app.api.callers import CallerOf, FrontOf
from app.api.schemas import CredentialsBody, PersonBody, TokenBody
from app.front.context import sign_in
from app.front.identity import open_token

router = APIRouter(tags=["tokens"])


@router.post("/tokens", status_code=201)
async def create(request: Request, front: FrontOf, body: CredentialsBody) -> TokenBody:
    """A bearer token for a username and password."""
    person = await sign_in(request, body.username, body.password.get_secret_value())
    days = front.settings.token_days
    token, session = await run_in_threadpool(open_token, front.services, person, days)
    return TokenBody(token=token, expires_at=session.expires_at)


@router.delete("/tokens/current", status_code=204)
def revoke(front: FrontOf, caller: CallerOf) -> Response:
    """End the token (or session) that this request came with."""
    front.services.sessions.close(caller.session.token_digest)
    return Response(status_code=204)


@router.get("/me")
def me(caller: CallerOf) -> PersonBody:
    """The account of this token."""
    return PersonBody.of(caller.person)
