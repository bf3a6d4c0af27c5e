"""Query parameters that a route does not know are refused: a filter that was misspelt filtered nothing."""

from collections.abc import Iterator
from difflib import get_close_matches

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from app.api.problems import Unprocessable

_MOST_NAMED = 5
_LONGEST_NAME = 40


def _known_only(request: Request) -> None:
    """Raises Unprocessable (unknown-parameter), with the name that is nearest."""
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    known = list(_known(route.dependant))
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in known]
    if not unknown:
        return
    names = ", ".join(f"`{name[:_LONGEST_NAME]}`" for name in unknown[:_MOST_NAMED])
    (nearest,) = get_close_matches(unknown[0], known, 1) or [""]
    taken = ", ".join(f"`{name}`" for name in known)
    raise Unprocessable(
        "unknown-parameter",
        f"Địa chỉ này không có tham số {names}. "
        + (f"Có phải `{nearest}`? " if nearest else "")
        + (f"Các tham số: {taken}." if known else "Địa chỉ này không nhận tham số nào."),
        f"This address has no parameter {names}. "
        + (f"Did you mean `{nearest}`? " if nearest else "")
        + (f"It takes {taken}." if known else "It takes none."),
    )


def _known(part: Dependant) -> Iterator[str]:
    yield from (field.alias for field in part.query_params)
    for needed in part.dependencies:
        yield from _known(needed)


#: For routes that give lists.
KNOWN_ONLY = Depends(_known_only)
