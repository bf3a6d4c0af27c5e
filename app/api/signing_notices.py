"""Calls of remote signing services: values that we wait for are there (CSC API v2, `response_uri`)."""

import asyncio
import contextlib
import re

import anyio.to_thread
from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from app import remote_values
from app.api.callers import FrontOf
from app.awaiting import NoticeRefused
from app.front.context import Front, address_of, limit_public

router = APIRouter(tags=["signing"])

#: Nothing of it is looked at; who sends more than 500 values would need is cut off.
_MOST_BYTES = 1024 * 1024
_SECONDS = 10.0
#: What secrets.token_urlsafe(32) looks like: anything else is refused without a look.
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


@router.post("/signing-notices/{secret}", status_code=204)
async def arrived(request: Request, front: FrontOf, secret: str) -> Response:
    """A remote signing service says that it has made values. Only the address counts, and it serves once:
    what was made is asked of the service, over our own connection, and checked as all values are."""
    limit_public(request)  # only calls that are for nothing count
    if not _SECRET.fullmatch(secret):
        raise NoticeRefused("no secret of ours")
    await anyio.to_thread.run_sync(_heard, front, secret)
    front.public.give_back(address_of(request))
    with contextlib.suppress(TimeoutError, ClientDisconnect):
        async with asyncio.timeout(_SECONDS):
            await _drain(request)
    return Response(status_code=204)


def _heard(front: Front, secret: str) -> None:
    batch = remote_values.arrived(front.services, secret)
    front.batches.heed(batch, worked_on=batch.worked_on(front.services.now()))


async def _drain(request: Request) -> None:
    """Take what is sent, so that the sender sees the answer, and forget it."""
    size = 0
    async for block in request.stream():
        size += len(block)
        if size > _MOST_BYTES:
            return
