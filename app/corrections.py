"""A person says what a word of a paper is: the text of the record, its search and its viewing copy follow.

What the readers said stays beside it, and the rows of the attempt before stay as they were read. Copies that
somebody has signed stay too (docs/decisions/0022).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO

from app.access import Right, require
from app.asked_again import touched
from app.audit import Action
from app.people import Person
from app.ports import Services
from app.recognising import an_event
from app.records import FieldValue, IllegalTransition, ReadPage, Record, RecordChanged, Status
from app.review import searchable_text
from app.said_words import Speaker, WordSaid, no_word, with_words
from app.workflow import ask_for_reading, known
from ocr.recognition import Page

_CORRECTABLE = frozenset({Status.AWAITING_REVIEW, Status.CONFIRMED, Status.SIGNED})


def correctable(record: Record) -> bool:
    """Whether its words can be said: it was read, and nobody is at it."""
    return record.status in _CORRECTABLE


def copy_signed(record: Record) -> bool:
    """Whether somebody has signed the viewing copy, so that no other takes its place."""
    return record.digitised is not None or record.signed is not None


def correct(
    services: Services, person: Person, record_id: str, version: int, said: Sequence[WordSaid]
) -> Record:
    """The record with these words. Where nothing of it is signed it is understood anew from them, as after
    another kind: it awaits review, values that were confirmed are to be confirmed again, and the worker makes
    the viewing copy. Else only text and search change. Confirmed values that no longer say what stands in
    their place are asked again (`app.asked_again`). Raises RecordNotFound, Forbidden, RecordChanged,
    IllegalTransition (it is not read), BadWord."""
    record = known(services, person, record_id)
    require(person, Right.CONFIRM, record)
    if record.version != version:
        raise RecordChanged(f"version {record.version}, not {version}")
    if not correctable(record):
        raise IllegalTransition(record.status, Status.RECOGNISING)
    seen = _seen(services, record, said)
    changed = _changed(services, person, seen, said)
    if not changed:
        return record
    event = an_event(services, record_id, Action.WORDS_CORRECTED, person.username, **_told(said))
    by_number = {page.page.number: page.page for page in changed}
    before = services.parts.fields(record_id)
    fields = touched(before, {number: kept.page for number, kept in seen.items()}, by_number)
    if not copy_signed(record):
        anew = replace(record.moved(Status.RECOGNISING), attempt=record.attempt + 1)
        saved = services.records.save(
            anew, [event], fields=_marked(before, fields), pages_of=record.attempt, pages=changed
        )
        ask_for_reading(services, saved)
        return saved
    again = ", ".join(name for name, field in fields.items() if field.asked_again)
    event = replace(
        event, details={**event.details, "copy": "stays", **({"asked_again": again} if again else {})}
    )
    pages = [by_number.get(kept.page.number, kept.page) for kept in services.parts.pages(record_id)]
    text = searchable_text(pages, fields, record.kind)
    kept = replace(record, recognition=_recognition(services, record, by_number))
    return services.records.save(kept, [event], fields=fields, text=text, pages=changed)


def _marked(before: Mapping[str, FieldValue], fields: Mapping[str, FieldValue]) -> dict[str, FieldValue]:
    """The fields as they were read, which the reader soon does anew, with whom to ask again."""
    return {name: replace(field, asked_again=fields[name].asked_again) for name, field in before.items()}


def _seen(services: Services, record: Record, said: Sequence[WordSaid]) -> dict[int, ReadPage]:
    """Every page of which something was said as it was, by its number; of a dossier all take seconds."""
    seen: dict[int, ReadPage] = {}
    for one in said:
        kept = seen.get(one.page) or services.parts.page(record.id, one.page)
        if kept is None:
            raise no_word(one)
        seen[one.page] = kept
    return seen


def _changed(
    services: Services, person: Person, seen: Mapping[int, ReadPage], said: Sequence[WordSaid]
) -> list[ReadPage]:
    """The same pages with these words."""
    speaker = Speaker(person.username, services.now().isoformat())
    return [
        replace(kept, page=with_words(kept.page, [one for one in said if one.page == number], speaker))
        for number, kept in sorted(seen.items())
    ]


def _told(said: Sequence[WordSaid]) -> dict[str, str | int]:
    """What the history says of it: how many and where, and no word of the paper."""
    numbers = ", ".join(map(str, sorted({one.page for one in said})))
    gone = sum(not one.taken_out and not one.text.strip() for one in said)
    return {"words": len(said), "on_pages": numbers, **({"taken_out": gone} if gone else {})}


def _recognition(services: Services, record: Record, pages: Mapping[int, Page]) -> str | None:
    """Digest of what was recognised, with these pages in place of its own."""
    if record.recognition is None:
        return None
    with services.objects.open(record.recognition) as stored:
        data = json.load(stored)
    data["pages"] = [
        pages[page["number"]].to_json() if page["number"] in pages else page for page in data["pages"]
    ]
    return services.objects.put(BytesIO(json.dumps(data, ensure_ascii=False).encode())).digest
