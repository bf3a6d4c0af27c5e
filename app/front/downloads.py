"""Handing out files so that no browser runs or guesses at what a stranger sent."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from os import SEEK_END
from typing import IO
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import StreamingResponse

from app.intake import file_name

#: Beside the headers of every answer: even opened by itself, the file may do nothing.
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_CHUNK = 256 * 1024


def streamed(
    stream: IO[bytes], closing: AbstractContextManager[object], headers: dict[str, str], media_type: str
) -> StreamingResponse:
    """The whole of a stream, which is closed with `closing` when all of it is sent."""
    size = stream.seek(0, SEEK_END)
    stream.seek(0)
    sent = {"Content-Length": str(size), "Content-Security-Policy": SANDBOX, **headers}
    return StreamingResponse(_chunks(stream, closing), headers=sent, media_type=media_type)


def saved_as(name: str, media_type: str, content: bytes) -> Response:
    """Content that a browser saves under this name."""
    headers = {"Content-Disposition": attachment(name), "Content-Security-Policy": SANDBOX}
    return Response(content, headers=headers, media_type=media_type)


def _chunks(stream: IO[bytes], closing: AbstractContextManager[object]) -> Iterator[bytes]:
    with closing:
        while chunk := stream.read(_CHUNK):
            yield chunk


def attachment(name: str) -> str:
    """A Content-Disposition that saves under this name and can hold no other header (RFC 6266, RFC 8187)."""
    clean = file_name(name)
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " ._-()") else "_" for c in clean)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"


def stem_of(name: str) -> str:
    """A file name without its ending."""
    return name.rpartition(".")[0] or name
