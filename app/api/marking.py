"""Marks before they are signed, and the images that they may show."""

from contextlib import AbstractContextManager, ExitStack
from typing import IO, Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from app import access, marking
from app.api.callers import CallerOf, FrontOf
from app.api.problems import Unprocessable
from app.api.signing_schemas import PreviewBody, SightBody, own_mark
from app.front.downloads import streamed
from app.front.uploads import one_image
from app.marks import SigningRole

router = APIRouter(tags=["signing"])

_IMAGE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "width": {"type": "number"},
                    },
                }
            }
        },
    }
}


@router.post("/records/{record_id}/mark-preview")
def preview(front: FrontOf, caller: CallerOf, record_id: str, body: PreviewBody) -> SightBody:
    """Where the mark would stand, were the record signed so now. Who sends its page and box as `place` when
    signing gets the mark there, or a refusal."""
    with front.drawings.place(caller.person.username):
        seen = marking.preview(
            front.services,
            caller.person,
            record_id,
            body.version,
            role=body.role,
            wish=body.mark.wish(caller.person),
            own=own_mark(body.place, body.reading_code),
            seal=body.seal,
        )
    return SightBody.of(seen)


@router.get("/records/{record_id}/signing-pages/{number}", response_class=StreamingResponse)
def page_to_sign(
    front: FrontOf,
    caller: CallerOf,
    record_id: str,
    number: int,
    role: Annotated[SigningRole, Query()] = SigningRole.OFFICIAL,
) -> StreamingResponse:
    """A picture (JPEG) of the page as it is to be signed, earlier marks included."""
    with front.drawings.place(caller.person.username):
        page = marking.page_to_sign(front.services, caller.person, record_id, number, role)
        return _picture(page, "image/jpeg")


@router.get("/me/signature-image", response_class=StreamingResponse)
def signature_image(front: FrontOf, caller: CallerOf) -> StreamingResponse:
    """The image (PNG) that one's own signature may show."""
    return _picture(marking.image(front.services, caller.person.signature_image), "image/png")


@router.put("/me/signature-image", status_code=204, openapi_extra=_IMAGE)
async def set_signature_image(request: Request, front: FrontOf, caller: CallerOf) -> Response:
    """Keep the image of one's own signature: blue ink, PNG or JPEG; what is on paper loses its ground.
    `width`: of the ink in millimetres, where the file does not say."""
    access.require(caller.person, access.Right.SIGN)

    def keep(file: IO[bytes], width: float | None) -> None:
        with front.drawings.place(caller.person.username):
            marking.set_image(front.services, caller.person, file, width)

    await _take(request, keep)
    return Response(status_code=204)


@router.delete("/me/signature-image", status_code=204)
def remove_signature_image(front: FrontOf, caller: CallerOf) -> Response:
    marking.remove_image(front.services, caller.person)
    return Response(status_code=204)


@router.get("/agencies/{code}/seal-image", response_class=StreamingResponse)
def seal_image(front: FrontOf, caller: CallerOf, code: str) -> StreamingResponse:
    """The image (PNG) that the seal of the agency shows over a signature with an image."""
    access.require(caller.person, access.Right.ADMINISTER)
    return _picture(marking.image(front.services, front.services.agencies.get(code).seal_image), "image/png")


@router.put("/agencies/{code}/seal-image", status_code=204, openapi_extra=_IMAGE)
async def set_seal_image(request: Request, front: FrontOf, caller: CallerOf, code: str) -> Response:
    """Keep the image of an agency's seal: red, in true size; PNG or JPEG, `width` in millimetres."""
    access.require(caller.person, access.Right.ADMINISTER)
    await run_in_threadpool(front.services.agencies.get, code)

    def keep(file: IO[bytes], width: float | None) -> None:
        with front.drawings.place(caller.person.username):
            marking.set_seal_image(front.services, caller.person, code, file, width)

    await _take(request, keep)
    return Response(status_code=204)


@router.delete("/agencies/{code}/seal-image", status_code=204)
def remove_seal_image(front: FrontOf, caller: CallerOf, code: str) -> Response:
    marking.remove_seal_image(front.services, caller.person, code)
    return Response(status_code=204)


async def _take(request: Request, keep: "marking.Keep") -> None:
    async with one_image(request) as form:
        if form.files and form.files[0].refusal:
            raise form.files[0].refusal
        if not form.files:
            raise Unprocessable(
                "no-file",
                "Yêu cầu không có ảnh nào. Hãy gửi một ảnh PNG hoặc JPEG trong phần `file`.",
                "The request holds no image. Send a PNG or JPEG in the part `file`.",
            )
        width = marking.width_of(form.fields.get("width", ""))
        await run_in_threadpool(keep, form.files[0].file, width)


def _picture(opened: AbstractContextManager[IO[bytes]], media_type: str) -> StreamingResponse:
    stack = ExitStack()
    with stack:
        stream = stack.enter_context(opened)
        return streamed(stream, stack.pop_all(), {"Cache-Control": "no-store"}, media_type)
