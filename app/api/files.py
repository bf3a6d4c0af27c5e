"""The files of a record, served so that no browser runs or guesses at what a stranger sent."""

from collections.abc import Iterator
from contextlib import ExitStack
from os import SEEK_END
from typing import BinaryIO
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from app import workflow
from app.api.callers import CallerOf, FrontOf
from app.front.context import Front
from app.front.identity import Caller
from app.intake import file_name

router = APIRouter(prefix="/records/{record_id}", tags=["files"])

#: What may be named as it is; anything else goes out as bytes.
_KNOWN = frozenset({"application/pdf", "image/jpeg", "image/png", "image/tiff"})
#: Beside the headers of every answer: even opened by itself, the file may do nothing.
_SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_CHUNK = 256 * 1024
_PICTURES = ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


@router.get("/files/original", response_class=StreamingResponse)
def original(front: FrontOf, caller: CallerOf, record_id: str) -> StreamingResponse:
    """The bytes as they were received; of a part, those of the whole file."""
    record = workflow.view(front.services, caller.person, record_id)
    media_type = record.media_type if record.media_type in _KNOWN else "application/octet-stream"
    return _file(front, caller, record_id, "original", media_type, record.name)


@router.get("/files/pdf", response_class=StreamingResponse)
def pdf(front: FrontOf, caller: CallerOf, record_id: str) -> StreamingResponse:
    """The PDF that counts: signed where it is, else searchable PDF/A."""
    record = workflow.view(front.services, caller.person, record_id)
    stem = record.name.rpartition(".")[0] or record.name
    if record.part_of:
        stem += f"-trang-{record.part_of.first_page}-{record.part_of.last_page}"
    name = f"{stem}-da-ky.pdf" if record.signed else f"{stem}.pdf"
    return _file(front, caller, record_id, "pdf", "application/pdf", name)


@router.get("/pages/{number}/image", response_class=StreamingResponse)
def page_image(front: FrontOf, caller: CallerOf, record_id: str, number: int) -> StreamingResponse:
    """The image of a page as it was read: upright and level; word boxes are in its pixels."""
    return _file(front, caller, record_id, f"page-{number}", None, None)


def _file(
    front: Front, caller: Caller, record_id: str, what: str, media_type: str | None, name: str | None
) -> StreamingResponse:
    stack = ExitStack()
    with stack:
        stream = stack.enter_context(workflow.download(front.services, caller.person, record_id, what))
        size = stream.seek(0, SEEK_END)
        stream.seek(0)
        headers = {"Content-Length": str(size), "Content-Security-Policy": _SANDBOX}
        if name is None:
            head = stream.read(8)
            stream.seek(0)
            media_type = next((kind for magic, kind in _PICTURES if head.startswith(magic)), None)
            headers["Cache-Control"] = "private, max-age=300"
        else:
            headers["Content-Disposition"] = attachment(name)
        left_open = stack.pop_all()
    return StreamingResponse(
        _chunks(stream, left_open), headers=headers, media_type=media_type or "application/octet-stream"
    )


def _chunks(stream: BinaryIO, stack: ExitStack) -> Iterator[bytes]:
    with stack:
        while chunk := stream.read(_CHUNK):
            yield chunk


def attachment(name: str) -> str:
    """A Content-Disposition that saves under this name and can hold no other header (RFC 6266, RFC 8187)."""
    clean = file_name(name)
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " ._-()") else "_" for c in clean)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"
