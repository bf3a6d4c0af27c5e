"""Signing in and out."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from app.front import context, identity
from app.front.context import front_of
from app.front.identity import COOKIE, WrongPassword
from app.front.rate_limits import TooManyRequests
from app.people import Person
from app.web.forms import StrangersForm, Submission
from app.web.rendering import home_of, page

router = APIRouter(include_in_schema=False)


@router.get("/")
def start(request: Request) -> Response:
    caller = identity.caller_of(front_of(request).services, request)
    if caller is None:
        return page(request, "sign_in.html", problem=None, username="", next_page="", wait=0)
    return RedirectResponse(home_of(caller), 303)


@router.get("/sign-in")
def form(request: Request, next: str = "") -> Response:  # noqa: A002  the name in the address
    return page(request, "sign_in.html", problem=None, username="", next_page=_local(next), wait=0)


@router.post("/sign-in")
async def sign_in(request: Request, form: StrangersForm) -> Response:
    username, next_page = form.get("username", ""), _local(form.get("next", ""))
    problem, status, wait = "sign_in.wrong", 401, 0
    try:
        person = await context.sign_in(request, username, form.get("password", ""))
    except WrongPassword:
        pass
    except TooManyRequests as error:
        problem, status, wait = "sign_in.too_often", 429, error.retry_after
    else:
        return await run_in_threadpool(_signed_in, request, person, next_page)
    return page(
        request,
        "sign_in.html",
        status=status,
        headers={"Retry-After": str(wait)} if wait else None,
        problem=problem,
        username=username[:100],
        next_page=next_page,
        wait=wait,
    )


@router.post("/sign-out")
def sign_out(request: Request, posted: Submission) -> Response:
    front_of(request).services.sessions.close(posted.caller.session.token_digest)
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(COOKIE)
    return response


def _signed_in(request: Request, person: Person, next_page: str) -> Response:
    front = front_of(request)
    old = request.cookies.get(COOKIE)
    if old:
        front.services.sessions.close(identity.digest_of(old))
    secret, session = identity.open_session(front.services, person, front.settings.session_hours)
    home = next_page or home_of(identity.Caller(person, session))
    response = RedirectResponse(home, 303)
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(front.settings.session_hours * 3600),
        httponly=True,
        samesite="lax",
        secure=front.settings.secure_cookies,
    )
    return response


def _local(address: str) -> str:
    """The address where it is a path of ours; else nothing, so that no stranger can send people elsewhere."""
    plain = all(c.isprintable() and c not in "\\ " for c in address)
    return address if plain and address.startswith("/") and not address.startswith("//") else ""
