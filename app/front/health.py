"""Is the process alive, can it work, and what has it counted?"""

import logging
from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from app.front.context import front_of
from app.telemetry import METRICS_TYPE
from storage.objects import StoreUnavailable

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)


@router.get("/health/live")
def live() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/health/ready")
def ready(request: Request) -> JSONResponse:
    """200 where database and object store answer; 503 names the one that does not."""
    services = front_of(request).services
    checks = {"database": _works(services.agencies.list), "objects": _works(services.objects.check)}
    well = all(checks.values())
    named = {name: "ok" if works else "unavailable" for name, works in checks.items()}
    return JSONResponse({"status": "ok" if well else "unavailable", "checks": named}, 200 if well else 503)


@router.get("/metrics")
def metrics(request: Request) -> Response:
    return Response(front_of(request).metrics.exposition(), media_type=METRICS_TYPE)


def _works(check: Callable[[], object]) -> bool:
    try:
        check()
    except (SQLAlchemyError, StoreUnavailable, OSError):
        log.exception("not ready")
        return False
    return True
