"""Verifying a sent file, for everyone: a temporary file, a bounded number at once, a counted verdict."""

import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Any

import anyio.to_thread
from fastapi import Request

from app import verification
from app.document_ports import ReadingFailed
from app.front.context import Front, limit_public
from app.front.rate_limits import TooManyRequests
from app.front.uploads import RequestTooLarge, TooManyFiles, Upload, received
from app.settings import MEBIBYTE
from app.verdicts import field_to_show
from ocr.limits import Refusal, megabytes

#: An empty file is complete, and that it cannot be read is a verdict.
EMPTY = "empty"
#: What a form holds besides its file: boundaries, headers, a token.
_SLACK = MEBIBYTE


class NotOneFile(ValueError):
    """A request to verify that holds no file, or more than one."""


@asynccontextmanager
async def one_file(front: Front, request: Request) -> AsyncIterator[tuple[Upload, Mapping[str, str]]]:
    """The one file of the request, and its other fields. Nothing beyond one file of the full size is written
    to disk, and nothing stays. Raises NotOneFile, BadUpload and Refusal."""
    limit = front.settings.upload_bytes
    most = limit + _SLACK
    try:
        async with received(request, limit, most_files=1, most_bytes=most) as form:
            if len(form.files) != 1:
                raise NotOneFile
            yield form.files[0], form.fields
    except TooManyFiles as error:
        raise NotOneFile from error
    except RequestTooLarge as error:
        raise _too_large(limit) from error


async def verify_request(front: Front, request: Request) -> tuple[dict[str, Any], str]:
    """The report on the one file of the request, and its name. Raises as `one_file`."""
    async with one_file(front, request) as (upload, _):
        return await verify_upload(front, upload), upload.name


async def verify_and_show(
    front: Front, request: Request
) -> tuple[dict[str, Any], str, dict[str, Any] | None]:
    """As `verify_request`, and the pages of a refused file (as in `shown_pages`) where the request's
    `pictures` asks for them. They spend a public request of their own; without one left, or where they
    cannot be drawn, there are none, and the verdict stands alone."""
    async with one_file(front, request) as (upload, fields):
        report = await verify_upload(front, upload)
        field = field_to_show(report) if fields.get("pictures") else None
        shown = None if field is None else await _shown_if_can_be(front, request, upload, report, field)
        return report, upload.name, shown


async def _shown_if_can_be(
    front: Front, request: Request, upload: Upload, report: Mapping[str, Any], field: str
) -> dict[str, Any] | None:
    try:
        limit_public(request)
        return await anyio.to_thread.run_sync(_shown, front, upload, report, field, limiter=front.verifying)
    except (TooManyRequests, Refusal, ReadingFailed):
        return None


async def verify_upload(front: Front, upload: Upload, at: datetime | None = None) -> dict[str, Any]:
    """The verification report of the contract. Raises the upload's Refusal where it was over the limit."""
    if upload.refusal and upload.refusal.code != EMPTY:
        raise _refusal_of(front, upload.refusal)
    report = await anyio.to_thread.run_sync(_verify, front, upload, at, limiter=front.verifying)
    front.metrics.verified.labels(report["verdict"]).inc()
    return report


def _refusal_of(front: Front, refusal: Refusal) -> Refusal:
    """Who scans is told to split a large file; a signed one would lose its signatures by that."""
    return _too_large(front.settings.upload_bytes) if refusal.code == "too-large" else refusal


def _too_large(limit: int) -> Refusal:
    return Refusal(
        "too-large",
        f"Tệp nặng quá {megabytes(limit)} MB nên không kiểm tra được ở đây. Đừng tách hay nén lại tệp đã ký, "
        "chữ ký sẽ hỏng; hãy kiểm tra trên máy bằng lệnh banchinh verify, hoặc hỏi nơi phát hành.",
        f"The file is over {megabytes(limit)} MB and cannot be verified here. Do not split or compress a "
        "signed file, which would break its signatures; verify it by the command banchinh verify, or ask its "
        "issuer.",
    )


async def signed_version(front: Front, request: Request) -> tuple[IO[bytes], str]:
    """The version that the signature in the request's `field` covers, as a temporary file, and the name of
    the one that was sent. Raises as `one_file`, and Refusal where there is no such version."""
    async with one_file(front, request) as (upload, fields):
        if upload.refusal:
            raise _refusal_of(front, upload.refusal)
        field = fields.get("field", "")
        version = await anyio.to_thread.run_sync(_version, front, upload, field, limiter=front.verifying)
        return version, upload.name


async def shown_pages(front: Front, request: Request) -> tuple[dict[str, Any], str, str, dict[str, Any]]:
    """The report on the one file of the request, its name, the signature in the request's `field`, and
    pictures of the pages that changed since or else of its own (`signing.signature_page`). Raises as
    `one_file`, Refusal where there is no such signature, and ReadingFailed."""
    async with one_file(front, request) as (upload, fields):
        if upload.refusal:
            raise _refusal_of(front, upload.refusal)
        field = fields.get("field", "")
        report, shown = await anyio.to_thread.run_sync(
            _changes, front, upload, field, limiter=front.verifying
        )
        return report, upload.name, field, shown


def _changes(front: Front, upload: Upload, field: str) -> tuple[dict[str, Any], dict[str, Any]]:
    with _on_disk(upload) as source:
        report = verification.verify(front.services, source)
        return report, _pictured(front, source, report, field)


def _shown(front: Front, upload: Upload, report: Mapping[str, Any], field: str) -> dict[str, Any]:
    with _on_disk(upload) as source:
        return _pictured(front, source, report, field)


def _pictured(front: Front, source: Path, report: Mapping[str, Any], field: str) -> dict[str, Any]:
    compared = next((one["compared"] for one in report["signatures"] if one["field"] == field), None)
    return dict(front.services.verifier.shown_pages(source, field, places_of(report, field), compared))


def places_of(report: Mapping[str, Any], field: str) -> dict[int, list[list[float]]]:
    """The pages that changed after a signature, each with its changed places: those that break it, or else
    all."""
    after = [note for one in report["signatures"] if one["field"] == field for note in one["changes_after"]]
    breaking = [note for note in after if note in report["document"]["changes"]]
    places: dict[int, list[list[float]]] = {}
    for note in breaking or after:
        for page in note.get("pages", ()):
            places.setdefault(page, [])
        for area in note.get("areas", ()):
            places.setdefault(area["page"], []).append(area["box"])
    return places


def _verify(front: Front, upload: Upload, at: datetime | None) -> dict[str, Any]:
    with _on_disk(upload) as source:
        return verification.verify(front.services, source, at)


def _version(front: Front, upload: Upload, field: str) -> IO[bytes]:
    with _on_disk(upload) as source:
        left = front.services.verifier.signed_length(source, field)
        # unnamed: a killed process leaves nothing behind
        version = tempfile.TemporaryFile()  # noqa: SIM115  closed by who hands it out
        with source.open("rb") as whole:
            while left > 0 and (block := whole.read(min(left, MEBIBYTE))):
                version.write(block)
                left -= len(block)
    return version


@contextmanager
def _on_disk(upload: Upload) -> Iterator[Path]:
    """The upload under a name, for a child to read."""
    upload.file.seek(0)
    with tempfile.TemporaryDirectory(prefix="banchinh-verify-") as folder:
        source = Path(folder) / "document"
        with source.open("wb") as copy:
            copyfileobj(upload.file, copy)
        yield source
