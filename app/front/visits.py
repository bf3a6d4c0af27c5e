"""What a browser keeps while its person is at a page of a remote signing service: the secret that proves, on
the way back, that the visit was begun here (RFC 7636). It is kept nowhere else."""

from urllib.parse import urlsplit

from fastapi import Request, Response

from app.awaiting import VISIT_LASTS, NoticeRefused
from app.remote_values import visit_name
from app.settings import RETURN_PATH

_PREFIX = "banchinh_visit_"


def remembered(response: Response, name: str, kept: str, public_url: str) -> None:
    """`kept`: the verifier, a point, and from which kind of page of ours the person goes."""
    response.set_cookie(
        _PREFIX + name,
        kept,
        max_age=int(VISIT_LASTS.total_seconds()),
        path=RETURN_PATH,
        httponly=True,
        samesite="lax",  # the way back is a step from another site
        secure=urlsplit(public_url).scheme == "https",
    )


def verifier_of(request: Request, state: str) -> tuple[str, str]:
    """The verifier, and the kind of page. Raises NoticeRefused where the visit was not begun in this
    browser."""
    verifier, _, place = request.cookies.get(_PREFIX + visit_name(state), "").partition(".")
    if not verifier:
        raise NoticeRefused("not begun in this browser")
    return verifier, place


def forgotten(response: Response, state: str) -> Response:
    response.delete_cookie(_PREFIX + visit_name(state), path=RETURN_PATH)
    return response
