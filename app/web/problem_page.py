"""What a person sees when something went wrong."""

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from app.web.rendering import language_of, page


def problem_page(
    request: Request, status: int, code: str, words: tuple[str, str], headers: Mapping[str, str]
) -> Response:
    """A page with the sentence of the problem; who is not signed in is sent to sign in and comes back."""
    if code == "not-signed-in":
        back = quote(request.url.path if request.method == "GET" else "/")
        return RedirectResponse(f"/sign-in?next={back}", 303)
    kept = {name: value for name, value in headers.items() if name != "WWW-Authenticate"}
    said = words[0] if language_of(request) == "vi" else words[1]
    return page(request, "problem.html", status=status, headers=kept, said=said, status_code=status)
