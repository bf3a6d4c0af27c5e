"""Administering accounts: added, changed, never deleted, since histories name them."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from app import access, passwords
from app.administration import Deed, Done
from app.agencies import Agency, state_merger, state_name
from app.people import Person
from app.ports import Services
from signing.keys.references import KeyUnavailable, check_reference, told_reference
from signing.refusals import SigningRefused

USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
LONGEST_TEXT = 200


class BadUsername(ValueError):
    """A username that would be confused with another, or cannot be typed everywhere."""


def list_people(services: Services, admin: Person) -> list[Person]:
    """Every account. Raises Forbidden."""
    access.require(admin, access.Right.ADMINISTER)
    return sorted(services.people.list(), key=lambda person: person.username)


def add_person(services: Services, admin: Person, person: Person, password: str) -> Person:
    """Add an account with this password. Raises Forbidden, BadUsername, WeakPassword, AgencyNotFound,
    UsernameTaken, SigningRefused for a key that cannot be meant."""
    access.require(admin, access.Right.ADMINISTER)
    if not USERNAME.fullmatch(person.username):
        raise BadUsername(person.username)
    services.agencies.get(person.agency)
    _check(person.signing_key)
    added = replace(_bounded(person), password_hash=passwords.hashed(password))
    about = {"role": added.role.value, "agency": added.agency}
    deeds = [_done(services, admin, added, Deed.ACCOUNT_ADDED, about)]
    services.people.add(added, deeds + _keys_changed(services, admin, None, added))
    return added


def change_person(
    services: Services, admin: Person, before: Person, changed: Person, password: str | None = None
) -> Person:
    """Keep what differs between an account as it was read and as it is wanted, which leaves alone what others
    change meanwhile; its sessions end where that takes something away. Raises Forbidden, PersonNotFound,
    ChangedMeanwhile, WeakPassword, LastAdministrator, SigningRefused for a key that cannot be meant."""
    access.require(admin, access.Right.ADMINISTER)
    if changed.signing_key != before.signing_key:
        _check(changed.signing_key)
    if password:
        changed = replace(changed, password_hash=passwords.hashed(password))
    changed = _bounded(changed)
    services.people.change(before, changed, _deeds(services, admin, before, changed))
    if password or changed.role is not before.role or not changed.active:
        services.sessions.close_all(changed.username)
    return services.people.get(changed.username)


def set_seal_key(services: Services, admin: Person, code: str, reference: str | None) -> Agency:
    """Set or remove the reference of the key of an agency's seal. Raises Forbidden, AgencyNotFound,
    SigningRefused."""
    access.require(admin, access.Right.ADMINISTER)
    _check(reference)
    before = services.agencies.get(code)
    changed = replace(before, seal_key=reference)
    if changed != before:
        deed = Deed.SEAL_KEY_SET if reference else Deed.SEAL_KEY_REMOVED
        told = {"before": told_reference(before.seal_key), "now": told_reference(reference)}
        done = Done(f"agency:{code}", deed, admin.username, services.now(), told)
        services.agencies.change(before, changed, [done])
    return changed


def merge_agency(
    services: Services, admin: Person, code: str, into: str | None, since: date | None
) -> Agency:
    """State that an agency became a part of another one, or take that back with None (F4.7). Raises
    Forbidden, AgencyNotFound, NoMerger, MergerToCome."""
    access.require(admin, access.Right.ADMINISTER)
    return state_merger(services.agencies, code, into, since, admin.username, services.now())


def rename_agency(
    services: Services,
    admin: Person,
    code: str,
    name: str | None,
    since: date | None,
    *,
    present: str | None = None,
) -> Agency:
    """State that an agency has another name, or take the last one back with None (F3.11), where it still has
    the `present` one, if given. Raises Forbidden, AgencyNotFound, NoRenaming, ChangedMeanwhile."""
    access.require(admin, access.Right.ADMINISTER)
    now = services.now()
    return state_name(services.agencies, code, name, since, admin.username, now, present=present)


def _deeds(services: Services, admin: Person, before: Person, after: Person) -> list[Done]:
    """What changed, without names or passwords."""
    told: dict[str, str | bool | None] = {}
    if after.role is not before.role:
        told["role"] = after.role.value
    if after.active != before.active:
        told["active"] = after.active
    if after.password_hash != before.password_hash:
        told["password"] = True
    if (after.name, after.position) != (before.name, before.position):
        told["name"] = True
    deeds = [_done(services, admin, after, Deed.ACCOUNT_CHANGED, told)] if told else []
    return deeds + _keys_changed(services, admin, before.signing_key, after)


def _keys_changed(services: Services, admin: Person, before: str | None, after: Person) -> list[Done]:
    if after.signing_key == before:
        return []
    deed = Deed.KEY_SET if after.signing_key else Deed.KEY_REMOVED
    told = {"before": told_reference(before), "now": told_reference(after.signing_key)}
    return [_done(services, admin, after, deed, told)]


def _check(reference: str | None) -> None:
    """Raises SigningRefused. What is refused here is in no table: it may hold a secret."""
    wanted = (reference or "").strip()
    try:
        if wanted:
            check_reference(wanted)
    except KeyUnavailable as refused:
        raise SigningRefused(refused.code, refused.vi, refused.en) from None


def _done(
    services: Services,
    admin: Person,
    person: Person,
    deed: Deed,
    told: Mapping[str, str | bool | None],
) -> Done:
    return Done(f"person:{person.username}", deed, admin.username, services.now(), told)


def _bounded(person: Person) -> Person:
    return replace(
        person,
        name=person.name.strip()[:LONGEST_TEXT] or person.username,
        position=(person.position or "").strip()[:LONGEST_TEXT] or None,
        signing_key=(person.signing_key or "").strip() or None,
    )
