"""What a person sees when something went wrong."""

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from app.web.rendering import page, said_in


def problem_page(
    request: Request, status: int, code: str, words: tuple[str, str], headers: Mapping[str, str]
) -> Response:
    """A page with the sentence of the problem; who is not signed in is sent to sign in and comes back."""
    if code == "not-signed-in":
        back = quote(request.url.path if request.method == "GET" else "/")
        return RedirectResponse(f"/sign-in?next={back}", 303)
    kept = {name: value for name, value in headers.items() if name != "WWW-Authenticate"}
    said = said_in(request, words[0], words[1])
    return page(request, "problem.html", status=status, headers=kept, said=said, status_code=status)
