"""Verification, open to everyone."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from app.api.callers import FrontOf
from app.front.context import limit_public
from app.front.downloads import attachment, saved_as, stem_of, streamed
from app.front.verifying import shown_pages, signed_version, verify_request
from app.printed_report import printed
from signing.reports.etsi_report import etsi_xml

router = APIRouter(tags=["verification"])
PDF, XML = "application/pdf", "application/xml"


def _sending(**more: dict[str, Any]) -> dict[str, Any]:
    """The description of a request that sends a file and these other fields."""
    properties = {"file": {"type": "string", "format": "binary"}, **more}
    schema = {"type": "object", "required": list(properties), "properties": properties}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


@router.post(
    "/verify",
    dependencies=[Depends(limit_public)],
    openapi_extra=_sending(),
    responses={200: {"content": {kind: {"schema": {"type": "string"}} for kind in (PDF, XML)}}},
)
async def verify(request: Request, front: FrontOf) -> Any:
    """Is this document what was signed, by whom, when, and is it one of ours? Nothing sent is kept.
    The report is JSON; with `Accept: application/pdf` the printed report, with `Accept: application/xml`
    the one of ETSI TS 119 102-2."""
    report, name = await verify_request(front, request)
    wanted = request.headers.get("accept", "")
    if wanted.startswith(XML):
        return saved_as(f"{stem_of(name)}-bao-cao.xml", XML, etsi_xml(report))
    if wanted.startswith(PDF):
        content = await run_in_threadpool(printed, report, name)
        return saved_as(f"{stem_of(name)}-bao-cao.pdf", PDF, content)
    return report


@router.post(
    "/verify/signed-version",
    dependencies=[Depends(limit_public)],
    openapi_extra=_sending(field={"type": "string", "description": "`field` of a signature of the report"}),
    response_class=StreamingResponse,
)
async def version(request: Request, front: FrontOf) -> StreamingResponse:
    """The version of the file that one of its signatures covers: a PDF of its own. Nothing sent is kept."""
    stream, name = await signed_version(front, request)
    headers = {"Content-Disposition": attachment(f"{stem_of(name)}-ban-da-ky.pdf")}
    return streamed(stream, stream, headers, PDF)


@router.post(
    "/verify/changes",
    dependencies=[Depends(limit_public)],
    openapi_extra=_sending(field={"type": "string", "description": "`field` of a signature of the report"}),
)
async def changes(request: Request, front: FrontOf) -> dict[str, Any]:
    """The pages that changed since one of the signatures, in both versions (JPEG in base64), with their
    changed places in points from the top left corner, framed in the pictures. Where no page differs, or where
    what was signed no longer matches and nobody can tell what differs, `pages` is empty and `signature_page`
    is the page that the signature belongs to, with what that means. Nothing sent is kept."""
    _, _, field, shown = await shown_pages(front, request)
    return {"field": field, **shown}
