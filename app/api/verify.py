"""Verification, open to everyone."""

from typing import Any

from fastapi import APIRouter, Depends, Request

from app.api.callers import FrontOf
from app.front.context import limit_public
from app.front.verifying import verify_request

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
    report, _ = await verify_request(front, request)
    return report
