"""A person says of what kind a paper is, and its fields are taken anew."""

from dataclasses import replace

from app.access import Right, require
from app.audit import Action
from app.people import Person
from app.ports import Services
from app.recognising import an_event
from app.records import Record, RecordChanged, Status
from app.review import BadFieldValue
from app.workflow import ask_for_reading, known
from ocr.kinds.catalogue import UNKNOWN, catalogue


def say_kind(services: Services, person: Person, record_id: str, version: int, code: str) -> Record:
    """The record, to be understood as a paper of this kind in a new attempt that begins with the pages of
    the last; nothing is read anew. Raises RecordNotFound, Forbidden, RecordChanged, IllegalTransition (it
    does not await review), BadFieldValue."""
    record = known(services, person, record_id)
    require(person, Right.CONFIRM, record)
    if record.version != version:
        raise RecordChanged(f"version {record.version}, not {version}")
    if code not in catalogue() or code == UNKNOWN:  # which nobody needs to say
        raise BadFieldValue(
            "kind", f"Không có loại giấy tờ “{code}”.", f"There is no kind of paper “{code}”."
        )
    anew = replace(record.moved(Status.RECOGNISING), attempt=record.attempt + 1, said_kind=code)
    event = an_event(services, record.id, Action.KIND_SAID, person.username, kind=code)
    saved = services.records.save(anew, [event], pages_of=record.attempt)
    ask_for_reading(services, saved)
    return saved
