"""Which record a clerk looks at next."""

from app import access
from app.people import Person
from app.ports import Services
from app.records import Query, Record, Status


def next_to_review(services: Services, person: Person, record: Record) -> Record | None:
    """The record that awaits review after this one, as the desk lists them: down the list, and then from its
    top; those of the same dossier before others. None where no other awaits it. Raises Forbidden."""
    access.require(person, access.Right.VIEW)
    scope = access.agency_scope(person)
    awaiting = Query(statuses=frozenset({Status.AWAITING_REVIEW}), agency=scope)
    return services.records.following(awaiting, record)
