"""Files that people send: streamed to unnamed files on disk, each held to its limit while it comes in."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import IO

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool

from app.intake import NAMELESS, file_name
from app.settings import MEBIBYTE
from ocr.limits import Refusal, empty, too_large

#: Files in one request; a folder is sent by the page one request a file, so this is for programs and for
#: browsers without JavaScript.
MOST_FILES = 100
#: One request may hold this many files of the full size before it is cut off.
MOST_FULL_FILES = 20
#: signing/marks/appearance.toml, [images]: larger images of signatures and seals are refused there, in words.
LARGEST_IMAGE = 5 * MEBIBYTE
#: A form field that is no file: a dossier code, a token.
FIELD_BYTES = 64 * 1024
#: Headers of one part; RFC 7578 needs three short lines.
HEADER_BYTES = 16 * 1024


class BadUpload(ValueError):
    """A request that is no multipart form, or breaks off."""


class RequestTooLarge(ValueError):
    """The request as a whole is larger than any that could be meant."""


class TooManyFiles(RequestTooLarge):
    """More files than this request may hold."""


@dataclass(slots=True)
class Upload:
    """A received file, at its beginning; or why it was refused while it came in."""

    name: str
    file: IO[bytes]
    size: int = 0
    refusal: Refusal | None = None


@dataclass(slots=True)
class Form:
    """A received form."""

    files: list[Upload] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)


def one_image(request: Request) -> AbstractAsyncContextManager[Form]:
    """The form of a request with the image of a signature or seal. Raises as `received`."""
    return received(request, LARGEST_IMAGE, most_files=1, most_bytes=LARGEST_IMAGE + MEBIBYTE)


@asynccontextmanager
async def received(
    request: Request,
    limit: int,
    *,
    most_files: int = MOST_FILES,
    most_bytes: int | None = None,
    part: str = "file",
) -> AsyncIterator[Form]:
    """The form of a request with its files named `part`, each held to `limit` and the request to
    `most_bytes`. Its files vanish with the context. Raises BadUpload, TooManyFiles, RequestTooLarge."""
    boundary = _boundary(request)
    receiver = _Receiver(limit, most_files, most_bytes or MOST_FULL_FILES * limit, part)
    try:
        await receiver.read(request, boundary)
        yield receiver.form
    finally:
        for upload in receiver.opened:
            upload.file.close()


def _boundary(request: Request) -> bytes:
    media_type, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if media_type != b"multipart/form-data" or not 1 <= len(boundary) <= 70:  # RFC 2046 section 5.1.1
        raise BadUpload
    return boundary


class _Receiver:
    """Takes the callbacks of the parser, which runs in a thread, one chunk at a time."""

    def __init__(self, limit: int, most_files: int, most_bytes: int, part: str) -> None:
        self.form = Form()
        self._part = part
        self.opened: list[Upload] = []
        self._limit = limit
        self._most_files = most_files
        self._most_bytes = most_bytes
        self._header_name = b""
        self._header_value = b""
        self._disposition = b""
        self._field = ""
        self._data = b""
        self._upload: Upload | None = None
        self._complete = False

    async def read(self, request: Request, boundary: bytes) -> None:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begins,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value_comes,
                "on_header_end": self._header_ends,
                "on_headers_finished": self._headers_finish,
                "on_part_data": self._part_data,
                "on_part_end": self._part_ends,
                "on_end": self._form_ends,
            },
        )
        total = 0
        try:
            async for chunk in request.stream():
                total += len(chunk)
                if total > self._most_bytes:
                    raise RequestTooLarge
                await run_in_threadpool(parser.write, chunk)
            parser.finalize()
        except FormParserError as error:
            raise BadUpload from error
        if not self._complete:
            raise BadUpload

    def _part_begins(self) -> None:
        self._disposition = b""
        self._field = ""
        self._data = b""
        self._upload = None

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]
        self._bound_header()

    def _header_value_comes(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]
        self._bound_header()

    def _bound_header(self) -> None:
        if len(self._header_name) + len(self._header_value) > HEADER_BYTES:
            raise BadUpload

    def _header_ends(self) -> None:
        if self._header_name.lower() == b"content-disposition":
            self._disposition = self._header_value
        self._header_name = self._header_value = b""

    def _headers_finish(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._field = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" not in options:
            if len(self.form.fields) >= MOST_FILES:
                raise BadUpload
            return
        if len(self.opened) >= self._most_files:
            raise TooManyFiles
        name = file_name(options[b"filename"].decode("utf-8", "replace"))
        # unnamed: a killed process leaves nothing behind
        self._upload = Upload(name, tempfile.TemporaryFile())  # noqa: SIM115  closed by `received`
        self.opened.append(self._upload)

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        upload = self._upload
        if upload is None:
            self._data += data[start:end]
            if len(self._data) > FIELD_BYTES:
                raise BadUpload
            return
        upload.size += end - start
        if upload.size <= self._limit:
            upload.file.write(data[start:end])
        elif upload.refusal is None:
            upload.file.truncate(0)

    def _part_ends(self) -> None:
        upload = self._upload
        if upload is None:
            self.form.fields[self._field] = self._data.decode("utf-8", "replace")
            return
        if upload.size > self._limit:
            upload.refusal = too_large(upload.size, self._limit)
        elif upload.size == 0:
            upload.refusal = empty()
        upload.file.seek(0)
        # a browser sends a nameless, empty file where none was chosen
        if self._field == self._part and (upload.size or upload.name != NAMELESS):
            self.form.files.append(upload)

    def _form_ends(self) -> None:
        self._complete = True
