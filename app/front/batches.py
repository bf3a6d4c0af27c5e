"""Many files to verify in one request: received within bounds, verified one after the other, kept nowhere.

A batch may take no more than single requests could: each file spends one public request of its address, and
waits until there is one; one file at a time stands in the line of all who verify.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from app.front.context import Front, address_of
from app.front.rate_limits import TooManyRequests
from app.front.uploads import BadUpload, Upload, received
from app.front.verifying import verify_upload

#: 400 MiB over 10 Mbit/s, twice over. Who needs longer sends less at a time.
RECEIVE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of one file, counted from 1: a report of the contract, or the error that stopped it."""

    number: int
    name: str
    report: dict[str, Any] | None = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """The received files of a request. Its results are made as they are asked for: whoever stops asking, as
    when the client has left, ends it after the file that is being looked at."""

    front: Front
    address: str
    files: list[Upload]

    async def results(self) -> AsyncIterator[Verified]:
        for number, upload in enumerate(self.files, 1):
            if number > 1:  # the first was paid for by the request
                await self._paid()
            yield await self._verified(number, upload)
            upload.file.close()

    async def _verified(self, number: int, upload: Upload) -> Verified:
        try:
            return Verified(number, upload.name, await verify_upload(self.front, upload))
        except Exception as error:  # noqa: BLE001 one file's fault must not end the others; the edge tells it
            return Verified(number, upload.name, error=error)

    async def _paid(self) -> None:
        while True:
            try:
                return self.front.public.take(self.address)
            except TooManyRequests as error:
                await asyncio.sleep(error.retry_after)


@asynccontextmanager
async def received_batch(front: Front, request: Request) -> AsyncIterator[Batch]:
    """The files of a request. They vanish with the context. Raises BadUpload, TooManyFiles, RequestTooLarge,
    TooManyBatches."""
    address, settings = address_of(request), front.settings
    with front.verify_batches.place(address):
        receiving = received(
            request,
            settings.upload_bytes,
            most_files=settings.batch_files,
            most_bytes=settings.batch_bytes,
        )
        try:
            async with asyncio.timeout(RECEIVE_SECONDS):
                form = await receiving.__aenter__()
        except TimeoutError as error:
            raise BadUpload from error
        try:
            yield Batch(front, address, form.files)
        finally:
            await receiving.__aexit__(None, None, None)
