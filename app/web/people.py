"""Accounts, for administrators."""

from dataclasses import replace
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app import access
from app.administration import ChangedMeanwhile, told_after
from app.agencies import AgencyNotFound
from app.front.context import front_of
from app.front.identity import Caller
from app.front.people import BadUsername, add_person, change_person, list_people
from app.passwords import WeakPassword
from app.people import LastAdministrator, Person, Role, UsernameTaken
from app.web.forms import Posted, SignedIn, Submission
from app.web.rendering import page, said_in
from signing.refusals import SigningRefused

_DEEDS = 50
router = APIRouter(prefix="/people", include_in_schema=False)

#: What an administrator can mend in the form, and the sentence for it.
_MENDABLE: dict[type[Exception], str] = {
    BadUsername: "people.bad_username",
    UsernameTaken: "people.username_taken",
    WeakPassword: "people.weak_password",
    AgencyNotFound: "people.no_agency",
    LastAdministrator: "people.last_administrator",
}


@router.get("")
def everyone(request: Request, caller: SignedIn, done: str = "", deeds: str | None = None) -> Response:
    return people_page(request, caller, done="people.saved" if done else None, after=deeds)


@router.post("")
def add(request: Request, posted: Submission) -> Response:
    person = Person(
        username=posted.get("username"),
        name=posted.get("name"),
        role=_role(posted),
        agency=posted.get("agency"),
        password_hash="",
        position=posted.get("position"),
        signing_key=posted.get("signing_key"),
    )
    typed = replace(person, signing_key=None)  # it may hold a PIN, which is not repeated
    services = front_of(request).services
    try:
        add_person(services, posted.caller.person, person, posted.values.get("password", ""))
    except tuple(_MENDABLE) as error:
        return people_page(request, posted.caller, problem=_MENDABLE[type(error)], typed=typed)
    except SigningRefused as refused:
        return people_page(request, posted.caller, refused=refused, typed=typed)
    return RedirectResponse("/people?done=1", 303)


@router.get("/history")
def history(caller: SignedIn, record: str) -> Response:
    """To the history of a record that an administrator knows by its code alone."""
    access.require(caller.person, access.Right.ADMINISTER)
    return RedirectResponse(f"/records/{quote(record.strip(), safe='')}/history", 303)


@router.post("/{username}")
def change(request: Request, posted: Submission, username: str) -> Response:
    services, admin = front_of(request).services, posted.caller.person
    list_people(services, admin)
    person = services.people.get(username)
    before = _as_shown(posted, person)
    changed = replace(
        before,
        name=posted.get("name") or before.name,
        role=_role(posted),
        position=posted.get("position") or None,
        signing_key=posted.get("signing_key") or None,
        active=posted.get("active") == "yes",
    )
    try:
        change_person(services, admin, before, changed, posted.values.get("password") or None)
    except ChangedMeanwhile:  # the form is filled anew with what stands now
        return people_page(request, posted.caller, problem="people.changed_meanwhile", opened=username)
    except tuple(_MENDABLE) as error:
        return people_page(request, posted.caller, problem=_MENDABLE[type(error)], edited=changed, was=before)
    except SigningRefused as refused:
        edited = replace(changed, signing_key=person.signing_key)
        return people_page(request, posted.caller, refused=refused, edited=edited, was=before)
    return RedirectResponse("/people?done=1", 303)


def _as_shown(posted: Posted, person: Person) -> Person:
    """The account as the form showed it, since when another administrator may have changed it. A form that
    does not say is of the account as it is."""
    if "was_role" not in posted.values:
        return person
    role = posted.get("was_role")
    return replace(
        person,
        name=posted.get("was_name"),
        role=Role(role) if role in set(Role) else person.role,
        position=posted.get("was_position") or None,
        signing_key=posted.get("was_signing_key") or None,
        active=posted.get("was_active") == "yes",
    )


def _role(posted: Posted) -> Role:
    """The chosen role; a form that names none asks for the one with the least rights."""
    given = posted.get("role")
    return Role(given) if given in set(Role) else Role.CLERK


def people_page(
    request: Request,
    caller: Caller,
    *,
    problem: str | None = None,
    typed: Person | None = None,
    edited: Person | None = None,
    was: Person | None = None,
    opened: str | None = None,
    done: str | None = None,
    refused: SigningRefused | None = None,
    after: str | None = None,
) -> Response:
    """The page. `problem` and `done` are keys of sentences. `typed` and `edited`: a new account and a known
    one as they were asked for, to be mended; `was`: the known one as the form showed it first. `opened`: the
    account of a form to look at. `after`: which deeds it tells."""
    services = front_of(request).services
    access.require(caller.person, access.Right.ADMINISTER)
    try:
        told = told_after(services.administration, after, _DEEDS)
    except ValueError:  # an address that somebody typed
        after, told = None, told_after(services.administration, None, _DEEDS)
    everybody = list_people(services, caller.person)
    return page(
        request,
        "people.html",
        caller=caller,
        status=422 if problem or refused else 200,
        people=[edited if edited and edited.username == one.username else one for one in everybody],
        shown={one.username: one for one in everybody} | ({was.username: was} if was else {}),
        opened=edited.username if edited else opened,
        agencies=services.agencies.list(),
        told=told,
        after=after,
        roles=list(Role),
        problem=problem,
        refused=said_in(request, refused.vi, refused.en) if refused else "",
        typed=typed,
        done=done,
    )
