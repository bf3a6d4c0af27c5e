"""Values that a person confirmed, and whose words were corrected afterwards: the person is asked again.

What was confirmed stays until they say otherwise; nothing takes its place by itself (docs/decisions/0022).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from app.records import FieldValue
from app.review import as_written
from ocr.recognition import Box, Field, Page, Word

_WITHIN = 0.5  # of a word lies in the place of the value that it is a part of


def touched(
    fields: Mapping[str, FieldValue], before: Mapping[int, Page], after: Mapping[int, Page]
) -> dict[str, FieldValue]:
    """The fields, those that a person confirmed marked to be asked again where a word in their place changed
    and what stands there does not say what was confirmed. `before` and `after` are the corrected pages by
    their numbers. What is read of them is told as far as the words alone tell it: of a value that is a piece
    of its words; dates and sums are understood by the reader only."""
    return {name: _touched(field, before, after) for name, field in fields.items()}


def _touched(field: FieldValue, before: Mapping[int, Page], after: Mapping[int, Page]) -> FieldValue:
    page = field.read.page
    if field.confirmed_at is None or field.box is None or page is None or page not in after:
        return field
    was, now = (list(words_in(pages[page], field.box)) for pages in (before, after))
    if [word.text for word in was] == [word.text for word in now]:
        return field
    text = " ".join(word.text for word in now)
    value = _read_now(field.read.value, " ".join(word.text for word in was), text)
    read = field.read if value is None else replace(field.read, value=value or None)
    agrees = _says(text, field) or (value is not None and value == (field.confirmed or ""))
    return replace(field, read=read, asked_again=not agrees)


def words_in(page: Page, place: Box) -> Iterable[Word]:
    """The words of a page that stand in a place."""
    return (word for word in page.words if place.share_of(word.box) > _WITHIN)


def carried(
    before: Mapping[str, FieldValue], read: Mapping[str, Field]
) -> tuple[dict[str, FieldValue], dict[str, FieldValue]]:
    """The fields as they were read anew, each with what a person had confirmed of it before, which is to be
    confirmed again, and is asked again where it reads otherwise now; and what a person had confirmed of
    fields that the paper has no longer."""
    said = {name: field for name, field in before.items() if field.confirmed_at is not None}
    fields = {
        name: read_anew(said[name], field) if name in said else FieldValue(name, field)
        for name, field in read.items()
    }
    return fields, {name: field for name, field in said.items() if name not in fields}


def read_anew(before: FieldValue, read: Field) -> FieldValue:
    """A confirmed value as it was read anew: to be asked again where it reads otherwise than it did, and than
    was confirmed. Of a value that nobody can read, the words in its place have said it."""
    asked = before.asked_again or read.value != before.read.value
    unread = read.value is None and before.read.value is None
    return replace(before, read=read, asked_again=asked and (unread or read.value != before.confirmed))


def _read_now(value: str | None, was: str, now: str) -> str | None:
    """What a value that is a piece of the words reads now; None where that cannot be told."""
    if not value or was.count(value) != 1:
        return None
    head, _, tail = was.partition(value)
    if not now.startswith(head) or not now.endswith(tail) or len(now) < len(head) + len(tail):
        return None
    return now[len(head) : len(now) - len(tail)].strip()


def _says(text: str, field: FieldValue) -> bool:
    """Whether the words say what was confirmed: as it is written, or a date in its numbers."""
    confirmed = field.confirmed or ""
    if confirmed and f" {confirmed} " in f" {text} ":
        return True
    numbers = re.findall(r"\d+", as_written(field.name, confirmed))
    dated = as_written(field.name, confirmed) != confirmed
    return dated and {int(n) for n in numbers} <= {int(n) for n in re.findall(r"\d+", text)}
