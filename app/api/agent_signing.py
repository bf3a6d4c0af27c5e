"""Signing by VGCA Sign Service on the signer's own machine (domain F3.12): its download and its upload."""

import asyncio
from contextlib import ExitStack
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from app import agent_signing
from app.api.callers import CallerOf, FrontOf
from app.api.problems import EXPECTED, answer_to
from app.api.schemas import AgentTicketBody, AgentUploadBody, SendOutBody
from app.front.batches import RECEIVE_SECONDS
from app.front.context import Front, limit_public
from app.front.downloads import attachment, streamed
from app.front.uploads import received
from app.settings import MEBIBYTE
from app.tickets import TicketRefused

router = APIRouter(tags=["signing"])

#: What the application calls the part that holds the signed file.
_PART = "uploadfile"
_TOO_SLOW = "Gửi quá lâu, hãy thử lại. / Sending took too long, try again."
#: It names the file it opens after the last part of the address, and takes PDF alone.
_NAME = "van-ban.pdf"
_SENT: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {_PART: {"type": "string", "format": "binary"}}}
            }
        },
    }
}


@router.post("/records/{record_id}/agent-signing", status_code=201)
def send_out(front: FrontOf, caller: CallerOf, record_id: str, body: SendOutBody) -> AgentTicketBody:
    """Addresses by which the signing application on the caller's own machine fetches the record's PDF in the
    version that was looked at, and returns it signed: for minutes, and for one return."""
    token, ends = agent_signing.send_out(
        front.services, caller.person, record_id, body.version, seal=body.seal, role=body.role
    )
    address = f"/api/v1/agent-signing/{token}"
    return AgentTicketBody(download=f"{address}/{_NAME}", upload=address, expires_at=ends)


@router.get("/agent-signing/{token}/" + _NAME, response_class=StreamingResponse)
def fetch(request: Request, front: FrontOf, token: str) -> StreamingResponse:
    """The PDF to sign. The ticket in the address is all that the application has."""
    stack = ExitStack()
    with stack:
        try:
            stream = stack.enter_context(agent_signing.document(front.services, token))
        except TicketRefused:
            limit_public(request)
            raise
        headers = {"Content-Disposition": attachment(_NAME)}
        return streamed(stream, stack.pop_all(), headers, "application/pdf")


@router.post("/agent-signing/{token}", openapi_extra=_SENT)
async def take_back(request: Request, front: FrontOf, token: str) -> AgentUploadBody:
    """Take the signed PDF. It is kept only where it is the one that was fetched, with one sound signature
    added and nothing else. The answer is the one that the application understands, also where it says no."""
    limit = front.settings.upload_bytes
    try:
        await _expected(request, front, token)
        async with (
            asyncio.timeout(RECEIVE_SECONDS),
            received(request, limit, most_files=1, most_bytes=limit + MEBIBYTE, part=_PART) as form,
        ):
            refusal = form.files[0].refusal if form.files else None
            if refusal:
                raise refusal
            if not form.files:
                return AgentUploadBody(Status=False, Message=f"Thiếu phần {_PART}. / No part {_PART}.")
            record = await anyio.to_thread.run_sync(
                agent_signing.take_back, front.services, token, form.files[0].file, limiter=front.verifying
            )
    except EXPECTED as error:
        answer = answer_to(error)
        return AgentUploadBody(Status=False, Message=f"{answer.vi} / {answer.en}")
    except TimeoutError:
        return AgentUploadBody(Status=False, Message=_TOO_SLOW)
    return AgentUploadBody(Status=True, FileName=_NAME, FileServer=f"/records/{record.id}")


async def _expected(request: Request, front: Front, token: str) -> None:
    """Nothing is received from whoever has no ticket. Raises as `agent_signing.check`."""
    try:
        await anyio.to_thread.run_sync(agent_signing.check, front.services, token)
    except TicketRefused:
        limit_public(request)
        raise
