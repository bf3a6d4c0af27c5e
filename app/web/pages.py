"""All pages and their static files."""

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.web import (
    agencies,
    desk,
    inbox,
    lookup,
    people,
    review,
    sign_in,
    signing_return,
    splitting,
    standing,
    verify,
    words,
)
from app.web.rendering import STATIC, static_version

#: The worker that holds a person's key runs scripts of ours and reaches no address, not even this service.
_KEY_WORKER = "signing/key-worker.js"
_NO_WAY_OUT = "default-src 'none'; script-src 'self'"


class _ForEver(StaticFiles):
    """Files whose address changes with their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        if path == _KEY_WORKER:
            response.headers["Content-Security-Policy"] = _NO_WAY_OUT
        return response


def mount(app: FastAPI) -> None:
    """Add every page to the application."""
    for part in (
        sign_in,
        desk,
        review,
        splitting,
        words,
        standing,
        inbox,
        signing_return,
        verify,
        lookup,
        agencies,
        people,
    ):
        app.include_router(part.router)
    app.mount(f"/static/{static_version()}", _ForEver(directory=STATIC), name="static")
