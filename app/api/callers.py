"""What a route needs of its caller."""

from typing import Annotated

from fastapi import Depends, Request

from app.front.context import Front, front_of
from app.front.identity import CSRF_HEADER, Caller, NotSignedIn, caller_of, check_meant


def _caller(request: Request) -> Caller:
    """Whoever is signed in, by bearer token, or cookie and CSRF header. Raises NotSignedIn, ForgedRequest."""
    caller = caller_of(front_of(request).services, request)
    if caller is None:
        raise NotSignedIn
    check_meant(request, caller, request.headers.get(CSRF_HEADER))
    return caller


FrontOf = Annotated[Front, Depends(front_of)]
CallerOf = Annotated[Caller, Depends(_caller)]
