"""The files of a record, served so that no browser runs or guesses at what a stranger sent."""

from contextlib import ExitStack, suppress

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from app import thumbnails, workflow
from app.api.callers import CallerOf, FrontOf
from app.document_ports import ReadingFailed
from app.front.context import Front
from app.front.downloads import attachment, stem_of, streamed
from app.front.identity import Caller
from app.front.places import TooManyDrawings

router = APIRouter(prefix="/records/{record_id}", tags=["files"])

#: What may be named as it is; anything else goes out as bytes.
_KNOWN = frozenset({"application/pdf", "image/jpeg", "image/png", "image/tiff"})
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
    stem = stem_of(record.name)
    if record.part_of:
        stem += f"-trang-{record.part_of.first_page}-{record.part_of.last_page}"
    name = f"{stem}-da-ky.pdf" if record.signed else f"{stem}.pdf"
    return _file(front, caller, record_id, "pdf", "application/pdf", name)


@router.get("/pages/{number}/image", response_class=StreamingResponse)
def page_image(
    front: FrontOf, caller: CallerOf, record_id: str, number: int, *, small: bool = False
) -> StreamingResponse:
    """The image of a page as it was read: upright and level; word boxes are in its pixels. `small`: one for
    lists of pages; the whole one where the small one could not be made now."""
    if small and thumbnails.lacks_one(front.services, caller.person, record_id, number):
        with suppress(TooManyDrawings, ReadingFailed), front.drawings.place(caller.person.username):
            thumbnails.make(front.services, caller.person, record_id, number)
    return _file(front, caller, record_id, f"page-{number}{'-small' if small else ''}", None, None)


def _file(
    front: Front, caller: Caller, record_id: str, what: str, media_type: str | None, name: str | None
) -> StreamingResponse:
    stack = ExitStack()
    with stack:
        stream = stack.enter_context(workflow.download(front.services, caller.person, record_id, what))
        if name is None:
            head = stream.read(8)
            media_type = next((kind for magic, kind in _PICTURES if head.startswith(magic)), None)
            headers = {"Cache-Control": "private, max-age=300"}
        else:
            headers = {"Content-Disposition": attachment(name)}
        return streamed(stream, stack.pop_all(), headers, media_type or "application/octet-stream")
