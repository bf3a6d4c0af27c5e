"""Administering accounts: added, changed, never deleted, since histories name them."""

import re
from dataclasses import replace

from app import access, passwords
from app.people import Person, Role
from app.ports import Services

USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
LONGEST_TEXT = 200


class BadUsername(ValueError):
    """A username that would be confused with another, or cannot be typed everywhere."""


class LastAdministrator(ValueError):
    """Nobody could administer the service any more."""


def list_people(services: Services, admin: Person) -> list[Person]:
    """Every account. Raises Forbidden."""
    access.require(admin, access.Right.ADMINISTER)
    return sorted(services.people.list(), key=lambda person: person.username)


def add_person(services: Services, admin: Person, person: Person, password: str) -> Person:
    """Add an account with this password. Raises Forbidden, BadUsername, WeakPassword, AgencyNotFound,
    UsernameTaken."""
    access.require(admin, access.Right.ADMINISTER)
    if not USERNAME.fullmatch(person.username):
        raise BadUsername(person.username)
    services.agencies.get(person.agency)
    added = replace(_bounded(person), password_hash=passwords.hashed(password))
    services.people.add(added)
    return added


def change_person(services: Services, admin: Person, changed: Person, password: str | None = None) -> Person:
    """Keep a changed account; its sessions end where that takes something away. Raises Forbidden,
    PersonNotFound, WeakPassword, LastAdministrator."""
    access.require(admin, access.Right.ADMINISTER)
    before = services.people.get(changed.username)
    if _administers(before) and not _administers(changed) and _administrators(services) == 1:
        raise LastAdministrator
    if password:
        changed = replace(changed, password_hash=passwords.hashed(password))
    services.people.save(_bounded(changed))
    if password or changed.role is not before.role or not changed.active:
        services.sessions.close_all(changed.username)
    return changed


def _administers(person: Person) -> bool:
    return person.active and person.role is Role.ADMIN


def _administrators(services: Services) -> int:
    return sum(_administers(person) for person in services.people.list())


def _bounded(person: Person) -> Person:
    return replace(
        person,
        name=person.name.strip()[:LONGEST_TEXT] or person.username,
        position=(person.position or "").strip()[:LONGEST_TEXT] or None,
        signing_key=(person.signing_key or "").strip() or None,
    )
