"""Which record a clerk looks at next."""

from app.front.context import MOST_LISTED, list_records
from app.people import Person
from app.ports import Services
from app.records import Query, Record, Status


def next_to_review(services: Services, person: Person, record: Record) -> Record | None:
    """The record that awaits review after this one, as the desk lists them: down the list, and then from its
    top; those of the same dossier before others. None where no other awaits it."""
    awaiting = Query(statuses=frozenset({Status.AWAITING_REVIEW}), limit=MOST_LISTED)
    listed = list_records(services, person, awaiting).records
    place = (record.received_at, record.id)
    others = sorted(
        (one for one in listed if one.id != record.id),
        key=lambda one: (one.dossier != record.dossier, (one.received_at, one.id) > place),
    )
    return others[0] if others else None
