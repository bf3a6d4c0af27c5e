"""Records and events of a fictional agency."""

import hashlib
import itertools
from datetime import UTC, datetime
from typing import Any

from app.audit import Action, Event
from app.database.repositories import Repositories
from app.records import ReadPage, Record, Status
from ocr.recognition import Box, Page, Word

NOW = datetime(2026, 11, 22, 8, 30, 15, 123456, tzinfo=UTC)
_numbers = itertools.count(1)


def a_record(**changes: Any) -> Record:
    """A record that was just received, unlike any other."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "id": f"record-{number:06}",
        "agency": "ubnd-binh-an",
        "digest": hashlib.sha256(str(number).encode()).hexdigest(),
        "name": f"scan-{number}.pdf",
        "media_type": "application/pdf",
        "size": 123_456,
        "status": Status.RECEIVED,
        "received_at": NOW,
        "received_by": "clerk",
    }
    return Record(**(values | changes))


def an_event(record_id: str, action: Action = Action.RECEIVED, **details: str | int | bool | None) -> Event:
    return Event(record_id, action, "clerk", NOW, details)


def add(repositories: Repositories, **changes: Any) -> Record:
    """Keep a new record."""
    record = a_record(**changes)
    return repositories.records.add(record, an_event(record.id))


def a_page(number: int, text: str = "Ủy ban nhân dân") -> ReadPage:
    words = tuple(
        Word(word, Box(10 * place, 20, 10 * place + 9, 40), 0.5, line=1)
        for place, word in enumerate(text.split())
    )
    page = Page(
        number=number,
        width=2480,
        height=3508,
        dpi=300.0,
        rotation=90,
        skew=-0.25,
        origin="ocr",
        image=f"page-{number}.png",
        text=text,
        words=words,
    )
    return ReadPage(page, hashlib.sha256(repr(text).encode()).hexdigest())
