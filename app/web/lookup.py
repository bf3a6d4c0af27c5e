"""The public page that looks a document up by code or digest: no account, no file, no more than needed."""

import re
from typing import Any

from fastapi import APIRouter, Request, Response

from app import register
from app.codes import BadCode
from app.front.context import front_of, limit_public
from app.front.identity import caller_of
from app.front.rate_limits import TooManyRequests
from app.register import NotRegistered
from app.translations import text
from app.web.rendering import language_of, page

router = APIRouter(include_in_schema=False)

_DIGEST = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)
_LONGEST = 200
#: What stands before a code that was copied with its label, or as the address of its page.
_TOLD_BEFORE = re.compile(r"^.*[:=/]\s*", re.DOTALL)
_IN_ADDRESS = re.compile(r"[?&]code=([^&#\s]+)")


def _without_label(given: str) -> str:
    address = _IN_ADDRESS.search(given)
    return address[1] if address else _TOLD_BEFORE.sub("", given.rstrip("/: "))


@router.get("/lookup")
def look_up(request: Request, code: str = "", sha256: str = "") -> Response:
    asked = _without_label((code or sha256).strip())[:_LONGEST]
    if not asked:
        return _page(request)
    language = language_of(request)
    try:
        limit_public(request)
        digest = _DIGEST.fullmatch("".join(asked.split()))
        services = front_of(request).services
        found = (
            register.by_digest(services, digest[0].lower()) if digest else register.by_code(services, asked)
        )
    except TooManyRequests as error:
        problem = text("verify.too_often", language, seconds=error.retry_after)
        return _page(request, asked, problem=problem, status=429, retry_after=error.retry_after)
    except BadCode:
        return _page(request, asked, problem=text("lookup.bad_code", language), status=422)
    except NotRegistered:
        return _page(request, asked, missing=True, status=404)
    return _page(request, asked, found=found)


def _page(
    request: Request,
    asked: str = "",
    *,
    found: dict[str, Any] | None = None,
    missing: bool = False,
    problem: str | None = None,
    status: int = 200,
    retry_after: int = 0,
) -> Response:
    return page(
        request,
        "lookup.html",
        caller=caller_of(front_of(request).services, request),
        status=status,
        headers={"Retry-After": str(retry_after)} if retry_after else None,
        asked=asked,
        found=found,
        missing=missing,
        problem=problem,
    )
