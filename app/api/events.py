"""Progress as server-sent events. Each event is a whole record, so that missing some does no harm."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from app import workflow
from app.api.callers import CallerOf, FrontOf
from app.api.schemas import RecordBody
from app.front.context import Front
from app.front.identity import Caller
from app.front.progress import MOST_STREAMS, TooManyStreams

router = APIRouter(tags=["progress"])

RETRY = "retry: 1000\n\n"
HEARTBEAT = ": still here\n\n"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
#: Records that one page shows and asks to hear of again.
_MOST_IDS = 200


@router.get("/records/{record_id}/events", response_class=StreamingResponse)
async def of_record(front: FrontOf, caller: CallerOf, record_id: str) -> StreamingResponse:
    """The record as it is now, then again whenever it changes."""
    await run_in_threadpool(workflow.view, front.services, caller.person, record_id)
    return _stream(front, caller, only=record_id)


@router.get("/events", response_class=StreamingResponse)
async def of_all(
    front: FrontOf, caller: CallerOf, ids: Annotated[str, Query(max_length=20_000)] = ""
) -> StreamingResponse:
    """All records being read that one may see, and those named in `ids` (divided by commas)."""
    wanted = [record_id for record_id in ids.split(",") if record_id][:_MOST_IDS]
    return _stream(front, caller, also=wanted)


def _stream(
    front: Front, caller: Caller, *, also: list[str] | None = None, only: str | None = None
) -> StreamingResponse:
    if front.feed.streams >= MOST_STREAMS:
        raise TooManyStreams
    return StreamingResponse(
        _events(front, caller, also or [], only), media_type="text/event-stream", headers=HEADERS
    )


async def _events(front: Front, caller: Caller, also: list[str], only: str | None) -> AsyncIterator[str]:
    yield RETRY
    with front.metrics.streams.track_inprogress():
        async for record in front.feed.watch(caller, also=also, only=only):
            if record is None:
                yield HEARTBEAT
            else:
                yield f"event: record\ndata: {RecordBody.of(record).model_dump_json()}\n\n"
