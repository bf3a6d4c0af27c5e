"""Many documents verified in one request, open to everyone, told as they are done."""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import anyio
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.api.callers import FrontOf
from app.api.problems import Unprocessable, answer_to
from app.front.batches import Batch, Verified, received_batch
from app.front.context import limit_public

router = APIRouter(tags=["verification"])
log = logging.getLogger(__name__)

EVENTS, LINES = "text/event-stream", "application/x-ndjson"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
#: A file may take a minute, and proxies give up on a silent answer before.
_SILENCE_SECONDS = 10.0
_SENDING: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "array", "items": {"type": "string", "format": "binary"}}
                    },
                }
            }
        },
    }
}


class _Closing(StreamingResponse):
    """An answer that closes what it is made of, also where the client left before its first byte."""

    def __init__(self, content: AsyncIterator[str], stack: AsyncExitStack, media_type: str) -> None:
        super().__init__(content, headers=_HEADERS, media_type=media_type)
        self._stack = stack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await self._stack.aclose()


@router.post(
    "/verify-batches",
    dependencies=[Depends(limit_public)],
    openapi_extra=_SENDING,
    response_class=Response,
    responses={200: {"content": {kind: {"schema": {"type": "string"}} for kind in (EVENTS, LINES)}}},
)
async def verify_batch(request: Request, front: FrontOf) -> Response:
    """Verify many files (`file`), in their order. Each is told as soon as it is done, as the command line
    does: `{"input", …report}`, or `{"input", "error"}` for one that was not looked at. With
    `Accept: text/event-stream` as events `report`, between `progress` (`{"done", "total"}`) and a last `end`
    (`{"total", "verdicts"}`); else as one JSON line a file. Nothing sent is kept; leaving ends it."""
    async with AsyncExitStack() as stack:
        batch = await stack.enter_async_context(received_batch(front, request))
        if not batch.files:
            raise Unprocessable(
                "no-file",
                "Yêu cầu không có tệp nào. Hãy gửi ít nhất một tệp trong phần `file`.",
                "The request holds no file. Send at least one in the part `file`.",
            )
        events = request.headers.get("accept", "").startswith(EVENTS)
        content = _events(batch) if events else _lines(batch)
        return _Closing(content, stack.pop_all(), EVENTS if events else LINES)
    raise AssertionError("unreachable")  # the stack swallows nothing


async def _lines(batch: Batch) -> AsyncIterator[str]:
    async for one in batch.results():
        yield json.dumps(_told(one), ensure_ascii=False) + "\n"


async def _events(batch: Batch) -> AsyncIterator[str]:
    total, verdicts = len(batch.files), Counter[str]()
    yield _event("progress", {"done": 0, "total": total})
    async for one in _with_signs_of_life(batch.results()):
        if one is None:
            yield ": still here\n\n"
            continue
        told = _told(one)
        verdicts[told.get("verdict", "error")] += 1
        yield _event("report", told)
        yield _event("progress", {"done": one.number, "total": total})
    yield _event("end", {"total": total, "verdicts": dict(verdicts)})


async def _with_signs_of_life(results: AsyncIterator[Verified]) -> AsyncIterator[Verified | None]:
    """The results, and None whenever the next one is long in coming."""
    while True:
        coming = asyncio.ensure_future(anext(results, None))
        try:
            while not (await asyncio.wait({coming}, timeout=_SILENCE_SECONDS))[0]:
                yield None
        finally:
            coming.cancel()  # where the client has left; what a thread is at goes on to its end
            with anyio.CancelScope(shield=True):
                await asyncio.wait({coming})
        result = coming.result()
        if result is None:
            return
        yield result


def _told(one: Verified) -> dict[str, Any]:
    if one.report is not None:
        return {"input": one.name, **one.report}
    answer = answer_to(one.error or RuntimeError("no report"))
    if answer.status >= 500:
        log.error("answered %s in a batch", answer.code, exc_info=one.error)
    return {"input": one.name, "error": answer.to_json()}


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
