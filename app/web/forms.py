"""What the forms of the pages send: small, bounded, and shown to have been meant."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from app.front.context import front_of
from app.front.identity import Caller, NotSignedIn, caller_of, check_meant, check_origin
from app.front.uploads import BadUpload, RequestTooLarge

_FORM_BYTES = 512 * 1024
#: A scan of 500 pages may be as many papers; of 1000 words that are said at once, each has three parts.
_FORM_FIELDS = 3200


@dataclass(frozen=True, slots=True)
class Posted:
    """A form that a signed-in person sent from our page."""

    caller: Caller
    values: Mapping[str, str]

    def get(self, name: str) -> str:
        return self.values.get(name, "").strip()


async def form_values(request: Request) -> dict[str, str]:
    """A URL-encoded form. Raises RequestTooLarge, BadUpload."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _FORM_BYTES:
            raise RequestTooLarge
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_FORM_FIELDS)
    except ValueError as error:
        raise BadUpload from error
    return dict(pairs)


def _signed_in(request: Request) -> Caller:
    """Raises NotSignedIn, which sends a browser to the sign-in page."""
    caller = caller_of(front_of(request).services, request)
    if caller is None:
        raise NotSignedIn
    return caller


async def _posted(request: Request) -> Posted:
    """Raises NotSignedIn, ForgedRequest."""
    caller = await run_in_threadpool(_signed_in, request)
    values = await form_values(request)
    check_meant(request, caller, values.pop("csrf", None))
    return Posted(caller, values)


async def _from_stranger(request: Request) -> Mapping[str, str]:
    """A form of somebody who is not signed in. Raises ForgedRequest."""
    check_origin(request)
    return await form_values(request)


SignedIn = Annotated[Caller, Depends(_signed_in)]
Submission = Annotated[Posted, Depends(_posted)]
StrangersForm = Annotated[Mapping[str, str], Depends(_from_stranger)]
