"""Verification, open to everyone."""

from typing import Any

from fastapi import APIRouter, Depends, Request

from app.api.callers import FrontOf
from app.api.problems import Unprocessable
from app.front.context import limit_public
from app.front.uploads import received
from app.front.verifying import verify_upload

router = APIRouter(tags=["verification"])

_SCHEMA: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


@router.post("/verify", dependencies=[Depends(limit_public)], openapi_extra=_SCHEMA)
async def verify(request: Request, front: FrontOf) -> dict[str, Any]:
    """Is this document what was signed, by whom, when, and is it one of ours? Nothing sent is kept."""
    async with received(request, front.spool, front.settings.upload_bytes) as form:
        if len(form.files) != 1:
            raise Unprocessable(
                "one-file",
                "Hãy gửi đúng một tệp trong phần `file`.",
                "Send exactly one file in the part `file`.",
            )
        return await verify_upload(front, form.files[0])
