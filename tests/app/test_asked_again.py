"""Confirmed values whose words were corrected afterwards: the person is asked again, and decides."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.asked_again import carried, touched
from app.records import FieldValue
from app.review import confirmed
from ocr.recognition import Box, Field, Page, Word

NOW = datetime(2031, 2, 3, tzinfo=UTC)
PLACE = Box(0, 0, 300, 20)


def page(*texts: str) -> Page:
    words = [Word(text, Box(60 * n, 0, 60 * n + 50, 20), 0.9, 0) for n, text in enumerate(texts)]
    return Page(1, 1000, 1000, 100.0, 0, 0.0, "ocr", "1.png", text=" ".join(texts), words=tuple(words))


def value(
    read: str | None, said: str | None, name: str = "full_name", *, place: Box | None = PLACE
) -> FieldValue:
    return FieldValue(name, Field(read, 0.9, 1, place, "read"), said, "lan", NOW)


def after(field: FieldValue, before: Page, now: Page) -> FieldValue:
    return touched({field.name: field}, {1: before}, {1: now})[field.name]


def test_a_word_in_the_place_of_a_confirmed_value_asks_again() -> None:
    before = page("Tên:", "Nguyền", "Văn", "Mẫu", "x", "Nơi")
    asked = after(
        value("Nguyền Văn Mẫu", "Nguyền Văn Mẫu"), before, page("Tên:", "Nguyễn", "Văn", "Mẫu", "x")
    )
    assert (asked.asked_again, asked.confirmed, asked.value) == (True, "Nguyền Văn Mẫu", "Nguyền Văn Mẫu")
    assert asked.read.value == "Nguyễn Văn Mẫu"
    assert asked.to_json()["asked_again"] is True
    again = after(asked, page("Tên:", "Nguyễn", "Văn", "Mẫu"), page("Tên:", "Nguyền", "Văn", "Mẫu"))
    assert not again.asked_again, "as was confirmed"
    said = confirmed({"full_name": asked}, {"full_name": "Nguyễn Văn Mẫu"}, "minh", NOW)["full_name"]
    assert (said.asked_again, said.confirmed) == (False, "Nguyễn Văn Mẫu")


@pytest.mark.parametrize(
    ("field", "was", "now"),
    [
        (value("Nguyền", "Nguyễn"), ("Nguyền",), ("Nguyễn",)),
        (value(None, "Nguyễn"), ("Nguyền",), ("Nguyễn",)),
        (value("2024-03-05", "2024-03-15", "date"), ("ngày", "5", "tháng"), ("ngày", "15/03/2024")),
        (value("Mẫu", "Mẫu", place=None), ("Mẫu",), ("Mầu",)),
        (value("Mẫu", "Mẫu", place=Box(500, 0, 600, 20)), ("Mẫu",), ("Mầu",)),
        (value("Mẫu", "Mẫu"), ("Mẫu",), ("Mẫu",)),
        (replace(value("Mẫu", None), confirmed_at=None), ("Mẫu",), ("Mầu",)),
    ],
)
def test_nobody_is_asked_of_what_says_what_was_confirmed(
    field: FieldValue, was: tuple[str, ...], now: tuple[str, ...]
) -> None:
    told = after(field, page(*was), page(*now))
    assert not told.asked_again
    assert told.confirmed == field.confirmed


def test_a_date_that_the_words_contradict_is_asked_and_not_guessed() -> None:
    field = value("2024-03-15", "2024-03-15", "date")
    told = after(field, page("ngày", "15", "tháng", "3", "2024"), page("ngày", "16", "tháng", "3", "2024"))
    assert (told.asked_again, told.read.value) == (True, "2024-03-15")


def test_a_value_that_reads_otherwise_than_before_and_than_was_confirmed_asks_again() -> None:
    def anew(before: FieldValue, read: str | None) -> bool:
        fields, left = carried({"full_name": before}, {"full_name": replace(before.read, value=read)})
        assert left == {}
        assert fields["full_name"].confirmed == before.confirmed
        return fields["full_name"].asked_again

    assert anew(value("Mẫu", "Mẫu"), "Mầu")
    assert anew(value("Mẫu", "Mẫu"), None)
    assert not anew(value("Mẩu", "Mẫu"), "Mẩu"), "as it was when it was confirmed"
    assert not anew(value("Mẩu", "Mẫu"), "Mẫu")
    marked = replace(value("Mẩu", "Mẫu"), asked_again=True)
    assert anew(marked, "Mẩu"), "until it was answered"
    assert not anew(marked, "Mẫu")
    assert anew(replace(value(None, "Mẫu"), asked_again=True), None), "the words said it"
