"""Who may do what to which record. Pure; the only place where this is decided."""

from enum import StrEnum

from app.people import Person, Role
from app.records import Record


class Right(StrEnum):
    RECEIVE = "receive"
    VIEW = "view"
    CONFIRM = "confirm"
    RETRY = "retry"
    SPLIT = "split"
    SIGN = "sign"
    SEAL = "seal"
    HISTORY = "history"
    ADMINISTER = "administer"


_CLERICAL = frozenset({Right.RECEIVE, Right.VIEW, Right.CONFIRM, Right.RETRY, Right.SPLIT, Right.HISTORY})
_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.CLERK: _CLERICAL | {Right.SEAL},  # the clerical office keeps the seal (Decree 30/2020, Art 32)
    Role.OFFICIAL: frozenset({Right.VIEW, Right.SIGN, Right.HISTORY}),
    Role.ARCHIVIST: _CLERICAL,
    Role.ADMIN: frozenset({Right.ADMINISTER, Right.HISTORY}),
}

#: Roles that see the records of every agency: the archive keeps for all, the administrator sees histories.
_EVERY_AGENCY = frozenset({Role.ARCHIVIST, Role.ADMIN})


class Forbidden(PermissionError):
    """This person may not do this."""

    def __init__(self, right: Right) -> None:
        super().__init__(f"not allowed: {right}")
        self.right = right


def may(person: Person, right: Right, record: Record | None = None) -> bool:
    """Whether the person has the right, and where a record is given, has it over that record."""
    if not person.active or right not in _RIGHTS[person.role]:
        return False
    return record is None or sees(person, record)


def require(person: Person, right: Right, record: Record | None = None) -> None:
    """Raises Forbidden unless the person may."""
    if not may(person, right, record):
        raise Forbidden(right)


def sees(person: Person, record: Record) -> bool:
    """Whether the person may know that the record exists."""
    scope = agency_scope(person)
    return scope is None or scope == record.agency


def agency_scope(person: Person) -> str | None:
    """The agency whose records the person sees; None for all."""
    return None if person.role in _EVERY_AGENCY else person.agency
