"""A person says what a word of a paper is: the text of the record, its search and its viewing copy follow.

What the readers said stays beside it, and the rows of the attempt before stay as they were read. Copies that
somebody has signed stay too (docs/decisions/0022).
"""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import groupby

from app.access import Right, require
from app.audit import Action
from app.people import Person
from app.ports import Services
from app.recognising import an_event
from app.records import IllegalTransition, ReadPage, Record, RecordChanged, Status
from app.review import searchable_text
from app.workflow import ask_for_reading, known
from ocr.recognition import Page, Said, Word

_LONGEST = 100  # letters of a word; the longest of real pages is an address of a site
_CORRECTABLE = frozenset({Status.AWAITING_REVIEW, Status.CONFIRMED, Status.SIGNED})


@dataclass(frozen=True, slots=True)
class WordSaid:
    """Page and word are places: the page counted from 1, the word from 0 in the order of its page. `read` is
    the text that the person saw there, `text` what the paper says; the same where it was right."""

    page: int
    word: int
    read: str
    text: str


class BadWord(ValueError):
    """A word that is not there, or cannot be one: which, and what would do."""

    def __init__(self, said: WordSaid, vi: str, en: str) -> None:
        super().__init__(f"{vi} — {en}")
        self.page, self.word = said.page, said.word
        self.vi, self.en = vi, en


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
    the viewing copy. Else only text and search change. Raises RecordNotFound, Forbidden, RecordChanged,
    IllegalTransition (it is not read), BadWord."""
    record = known(services, person, record_id)
    require(person, Right.CONFIRM, record)
    if record.version != version:
        raise RecordChanged(f"version {record.version}, not {version}")
    if not correctable(record):
        raise IllegalTransition(record.status, Status.RECOGNISING)
    changed = _changed(services, person, record, said)
    if not changed:
        return record
    numbers = ", ".join(str(page.page.number) for page in changed)
    event = an_event(
        services, record_id, Action.WORDS_CORRECTED, person.username, words=len(said), on_pages=numbers
    )
    if not copy_signed(record):
        anew = replace(record.moved(Status.RECOGNISING), attempt=record.attempt + 1)
        saved = services.records.save(anew, [event], pages_of=record.attempt, pages=changed)
        ask_for_reading(services, saved)
        return saved
    event = replace(event, details={**event.details, "copy": "stays"})
    by_number = {page.page.number: page.page for page in changed}
    texts = [by_number.get(kept.page.number, kept.page).text for kept in services.parts.pages(record_id)]
    text = searchable_text(texts, services.parts.fields(record_id), record.kind)
    kept = replace(record, recognition=_recognition(services, record, by_number))
    return services.records.save(kept, [event], text=text, pages=changed)


def _changed(services: Services, person: Person, record: Record, said: Sequence[WordSaid]) -> list[ReadPage]:
    """Every page of which something was said, with these words."""
    of_page: dict[int, dict[int, WordSaid]] = defaultdict(dict)
    for one in said:
        of_page[one.page][one.word] = one
    now, changed = services.now().isoformat(), []
    for number, ones in sorted(of_page.items()):
        kept = services.parts.page(record.id, number)
        words = list(kept.page.words) if kept else []
        for place, one in ones.items():
            before = words[place] if 0 <= place < len(words) else None
            if before is None or before.text != one.read:
                raise BadWord(
                    one,
                    f"Trang {number} không có từ “{one.read[:_LONGEST]}” ở chỗ này. Hãy tải lại trang.",
                    f"Page {number} has no word “{one.read[:_LONGEST]}” in this place. Load it again.",
                )
            first = before.said or Said(before.text, before.confidence, "", "")
            words[place] = replace(
                before,
                text=_checked(one),
                confidence=1.0,
                said=replace(first, by=person.username, at=now),
            )
        assert kept is not None, "a page without words has none that was said"
        changed.append(replace(kept, page=_with_words(kept.page, words)))
    return changed


def _checked(said: WordSaid) -> str:
    text = unicodedata.normalize("NFC", said.text).strip()
    if not text or any(c.isspace() or unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in text):
        raise BadWord(
            said,
            f"Ở trang {said.page}, thay cho “{said.read}” phải là đúng một từ, không có dấu cách.",
            f"On page {said.page} there has to be one word without spaces in place of “{said.read}”.",
        )
    if len(text) > _LONGEST:
        raise BadWord(
            said,
            f"Ở trang {said.page}, từ thay cho “{said.read}” dài quá {_LONGEST} ký tự.",
            f"On page {said.page} the word in place of “{said.read}” has more than {_LONGEST} letters.",
        )
    return text


def _with_words(page: Page, words: Sequence[Word]) -> Page:
    """The page with these words in place of its own, in its text too, whose spaces and lines stay."""
    spoken = iter(words)
    if page.text.split() == [word.text for word in page.words]:
        text = re.sub(r"\S+", lambda _: next(spoken).text, page.text)
    else:  # of a program that joined them otherwise
        lines = groupby(words, key=lambda word: word.line)
        text = "\n".join(" ".join(word.text for word in line) for _, line in lines)
    return replace(page, words=tuple(words), text=text)


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
