"""Accounts, for administrators."""

from dataclasses import replace

from fastapi import APIRouter

from app.api.callers import CallerOf, FrontOf
from app.api.parameters import KNOWN_ONLY
from app.api.schemas import NewPersonBody, PeopleBody, PersonBody, PersonChangeBody
from app.front.people import add_person, change_person, list_people
from app.people import Person

router = APIRouter(prefix="/people", tags=["people"])


@router.get("", dependencies=[KNOWN_ONLY])
def everyone(front: FrontOf, caller: CallerOf) -> PeopleBody:
    """Every account."""
    return PeopleBody.of(list_people(front.services, caller.person))


@router.post("", status_code=201)
def add(front: FrontOf, caller: CallerOf, body: NewPersonBody) -> PersonBody:
    """Add an account."""
    person = Person(**body.model_dump(exclude={"password"}), password_hash="")
    return PersonBody.of(add_person(front.services, caller.person, person, body.password.get_secret_value()))


@router.patch("/{username}")
def change(front: FrontOf, caller: CallerOf, username: str, body: PersonChangeBody) -> PersonBody:
    """Change an account: role, name, key reference, password, or whether it is active. What is not named
    stays as it is, or as another administrator sets it meanwhile."""
    list_people(front.services, caller.person)  # whoever may not administer learns nothing of names
    person = front.services.people.get(username)
    changed = replace(person, **body.model_dump(exclude_none=True, exclude={"password"}))
    password = body.password.get_secret_value() if body.password else None
    return PersonBody.of(change_person(front.services, caller.person, person, changed, password))
