"""Verifying a sent file, for everyone: a temporary file, a bounded number at once, a counted verdict."""

import tempfile
from datetime import datetime
from pathlib import Path
from shutil import copyfileobj
from typing import Any

import anyio.to_thread

from app import verification
from app.front.context import Front
from app.front.uploads import Upload

#: An empty file is complete, and that it cannot be read is a verdict.
EMPTY = "empty"


async def verify_upload(front: Front, upload: Upload, at: datetime | None = None) -> dict[str, Any]:
    """The verification report of the contract. Raises the upload's Refusal where it was over the limit."""
    if upload.refusal and upload.refusal.code != EMPTY:
        raise upload.refusal
    report = await anyio.to_thread.run_sync(_verify, front, upload, at, limiter=front.verifying)
    front.metrics.verified.labels(report["verdict"]).inc()
    return report


def _verify(front: Front, upload: Upload, at: datetime | None) -> dict[str, Any]:
    upload.file.seek(0)
    with tempfile.TemporaryDirectory(dir=front.spool) as folder:
        source = Path(folder) / "document"
        with source.open("wb") as copy:
            copyfileobj(upload.file, copy)
        return verification.verify(front.services, source, at)
