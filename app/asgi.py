"""The web process: pages and API over the services it is given."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import TypedDict

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from app.api import routes as api
from app.api.problems import EXPECTED, answer_to
from app.front.context import Front
from app.front.health import router as health
from app.front.middleware import Faults, SecurityHeaders, Telemetry
from app.ports import Services
from app.settings import Settings
from app.web import pages as web
from app.web.problem_page import problem_page

log = logging.getLogger(__name__)


#: Written by `serve --sample` into DATA, and there as long as the accounts with these passwords are.
SAMPLE_ACCOUNTS = "sample-accounts.json"


class State(TypedDict):
    """What lives as long as the process."""

    front: Front


def create_app(
    services: Services, settings: Settings, *, sample: bool = False, confined: bool = True
) -> FastAPI:
    """The application. `sample`: the accounts and keys are fictional and unsafe; `confined`: untrusted files
    are read under bubblewrap. Either shows a red banner on every page when it is not as it should be."""
    sample = sample or (settings.data / SAMPLE_ACCOUNTS).exists()  # they stay when the service starts without
    front = Front.of(services, settings, sample=sample, confined=confined)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[State]:
        await run_in_threadpool(front.batches.take_up)
        front.batches.keep_looking()
        yield {"front": front}
        front.batches.stop()
        await front.feed.stop()

    app = FastAPI(
        title="Bản Chính",
        version=version("banchinh"),
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # it would load scripts of strangers
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.front = front
    for kind in EXPECTED:
        app.add_exception_handler(kind, _answer)
    app.include_router(health)
    app.include_router(api.router)
    web.mount(app)
    app.add_middleware(Faults, answer=_answer)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Telemetry, metrics=front.metrics)
    return app


async def _answer(request: Request, error: Exception) -> Response:
    answer = answer_to(error)
    if answer.status >= 500:
        log.error("answered %s", answer.code, exc_info=error)
    if request.url.path.startswith(("/api/", "/health/", "/metrics")):
        return answer.response()
    return problem_page(request, answer.status, answer.code, (answer.vi, answer.en), answer.headers)
