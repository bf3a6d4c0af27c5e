"""Verifying a sent file, for everyone: a temporary file, a bounded number at once, a counted verdict."""

import tempfile
from datetime import datetime
from pathlib import Path
from shutil import copyfileobj
from typing import Any

import anyio.to_thread
from fastapi import Request

from app import verification
from app.front.context import Front
from app.front.uploads import RequestTooLarge, TooManyFiles, Upload, received
from app.settings import MEBIBYTE
from ocr.limits import too_large

#: An empty file is complete, and that it cannot be read is a verdict.
EMPTY = "empty"
#: What a form holds besides its file: boundaries, headers, a token.
_SLACK = MEBIBYTE


class NotOneFile(ValueError):
    """A request to verify that holds no file, or more than one."""


async def verify_request(front: Front, request: Request) -> tuple[dict[str, Any], str]:
    """The report on the one file of the request, and its name. Nothing beyond one file of the full size is
    written to disk. Raises NotOneFile, BadUpload and Refusal."""
    limit = front.settings.upload_bytes
    most = limit + _SLACK
    try:
        async with received(request, limit, most_files=1, most_bytes=most) as form:
            if len(form.files) != 1:
                raise NotOneFile
            return await verify_upload(front, form.files[0]), form.files[0].name
    except TooManyFiles as error:
        raise NotOneFile from error
    except RequestTooLarge as error:
        raise too_large(most, limit) from error


async def verify_upload(front: Front, upload: Upload, at: datetime | None = None) -> dict[str, Any]:
    """The verification report of the contract. Raises the upload's Refusal where it was over the limit."""
    if upload.refusal and upload.refusal.code != EMPTY:
        raise upload.refusal
    report = await anyio.to_thread.run_sync(_verify, front, upload, at, limiter=front.verifying)
    front.metrics.verified.labels(report["verdict"]).inc()
    return report


def _verify(front: Front, upload: Upload, at: datetime | None) -> dict[str, Any]:
    upload.file.seek(0)
    with tempfile.TemporaryDirectory(prefix="banchinh-verify-") as folder:
        source = Path(folder) / "document"
        with source.open("wb") as copy:
            copyfileobj(upload.file, copy)
        return verification.verify(front.services, source, at)
