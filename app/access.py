"""Who may do what to which record. Pure; the only place where this is decided."""

from collections.abc import Collection
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
    DIGITISE = "digitise"
    WITHDRAW = "withdraw"
    SEAL = "seal"
    HISTORY = "history"
    ADMINISTER = "administer"


_CLERICAL = frozenset(
    {
        Right.RECEIVE,
        Right.VIEW,
        Right.CONFIRM,
        Right.RETRY,
        Right.SPLIT,
        Right.HISTORY,
        Right.DIGITISE,
    }
)
_RIGHTS: dict[Role, frozenset[Right]] = {
    # the clerical office keeps the seal (Decree 30/2020, Art 32)
    Role.CLERK: _CLERICAL | {Right.SEAL},
    Role.OFFICIAL: frozenset({Right.VIEW, Right.SIGN, Right.WITHDRAW, Right.HISTORY}),
    Role.ARCHIVIST: _CLERICAL | {Right.WITHDRAW},
    Role.ADMIN: frozenset({Right.ADMINISTER, Right.HISTORY}),
}

#: What only the issuer of a record may do, or who has come in its place.
_OF_THE_ISSUER = frozenset({Right.WITHDRAW})

#: Roles that see the records of every agency: the archive keeps for all, the administrator sees histories.
_EVERY_AGENCY = frozenset({Role.ARCHIVIST, Role.ADMIN})


class Forbidden(PermissionError):
    """This person may not do this."""

    def __init__(self, right: Right) -> None:
        super().__init__(f"not allowed: {right}")
        self.right = right


def may(
    person: Person, right: Right, record: Record | None = None, heirs: Collection[str] = frozenset()
) -> bool:
    """Whether the person has the right, and where a record is given, has it over that record. `heirs`: codes
    of the agencies of which the record's agency has become a part."""
    if not person.active or right not in _RIGHTS[person.role]:
        return False
    if record is None:
        return True
    issuing = right not in _OF_THE_ISSUER or person.agency == record.agency or person.agency in heirs
    return issuing and sees(person, record)


def require(
    person: Person, right: Right, record: Record | None = None, heirs: Collection[str] = frozenset()
) -> None:
    """Raises Forbidden unless the person may."""
    if not may(person, right, record, heirs):
        raise Forbidden(right)


def sees(person: Person, record: Record) -> bool:
    """Whether the person may know that the record exists."""
    scope = agency_scope(person)
    return scope is None or scope == record.agency


def agency_scope(person: Person) -> str | None:
    """The agency whose records the person sees; None for all."""
    return None if person.role in _EVERY_AGENCY else person.agency
