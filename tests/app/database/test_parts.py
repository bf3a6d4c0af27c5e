"""Pages: kept once, counted truly, whoever sends them twice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from app.audit import Action
from app.database.engine import writing
from app.database.repositories import Repositories
from app.database.tables import pages
from app.outlines import outline_of
from app.records import RecordChanged, Status
from ocr.recognition import Notice
from tests.app.database.examples import a_page, add, an_event


def keep(repositories: Repositories, record_id: str, number: int, attempt: int = 1, text: str = "a") -> bool:
    event = an_event(record_id, Action.PAGE_READ, page=number)
    return repositories.parts.keep_page(record_id, attempt, a_page(number, text), event)


def test_pages_come_back_as_they_were_read_and_in_order(repositories: Repositories) -> None:
    record = add(repositories, pages_total=3)
    read = [a_page(number, f"Trang số {number}") for number in (3, 1, 2)]
    warned = replace(
        read[0].page, blank=True, blank_reason="only bleed-through", warnings=(Notice("c", "v", "e"),)
    )
    read[0] = replace(read[0], page=warned)
    for page in read:
        assert repositories.parts.keep_page(record.id, 1, page, an_event(record.id, Action.PAGE_READ))
    assert repositories.parts.pages(record.id) == sorted(read, key=lambda page: page.page.number)
    assert repositories.parts.page(record.id, 3) == read[0]
    for absent in (4, 0, -1, 2**31, 10**40):
        assert repositories.parts.page(record.id, absent) is None
    assert repositories.parts.page("nobody", 1) is None


def test_text_that_no_database_likes_is_kept_in_pages(repositories: Repositories) -> None:
    record = add(repositories)
    page = a_page(1, 'nul \0 surrogate \ud800 backslash \\u0000 quote " dấu')
    repositories.parts.keep_page(record.id, 1, page, an_event(record.id))
    assert repositories.parts.pages(record.id) == [page]


def test_a_page_is_kept_once(repositories: Repositories) -> None:
    record = add(repositories, pages_total=2)
    assert keep(repositories, record.id, 1, text="first")
    assert not keep(repositories, record.id, 1, text="again")
    assert repositories.parts.pages(record.id)[0].page.text == "first"
    assert repositories.records.get(record.id).pages_done == 1
    assert len(repositories.history.of(record.id)) == 2


def test_a_page_does_not_change_the_version(repositories: Repositories) -> None:
    record = add(repositories, pages_total=2)
    keep(repositories, record.id, 1)
    saved = repositories.records.save(record.moved(Status.RECOGNISING), [])
    assert (saved.version, saved.pages_done) == (2, 1)


def test_pages_that_many_keep_at_once_are_neither_lost_nor_doubled(repositories: Repositories) -> None:
    record = add(repositories, pages_total=10)
    with ThreadPoolExecutor(16) as pool:
        kept = list(pool.map(lambda n: keep(repositories, record.id, n), [n % 10 + 1 for n in range(80)]))
    assert kept.count(True) == 10
    assert [page.page.number for page in repositories.parts.pages(record.id)] == list(range(1, 11))
    assert repositories.records.get(record.id).pages_done == 10
    read = [event for event in repositories.history.of(record.id) if event.action is Action.PAGE_READ]
    assert sorted(int(event.details["page"] or 0) for event in read) == list(range(1, 11))


def test_a_new_attempt_begins_without_pages(repositories: Repositories) -> None:
    record = add(repositories, pages_total=1)
    keep(repositories, record.id, 1, text="first attempt")
    record = repositories.records.save(replace(record, attempt=2), [])
    assert record.pages_done == 0
    assert repositories.parts.pages(record.id) == []
    assert repositories.parts.page(record.id, 1) is None
    # A worker of the first attempt that wakes up late changes nothing of the second.
    assert not keep(repositories, record.id, 1, attempt=1, text="late")
    assert keep(repositories, record.id, 1, attempt=2, text="second attempt")
    assert [page.page.text for page in repositories.parts.pages(record.id)] == ["second attempt"]


def test_unfinished_records_are_those_that_a_worker_owes(repositories: Repositories) -> None:
    expected = set()
    for status in Status:
        record = add(repositories, status=status)
        if status in (Status.RECEIVED, Status.RECOGNISING):
            expected.add(record.id)
    assert {record.id for record in repositories.parts.unfinished()} == expected
    assert repositories.parts.count_unfinished() == len(expected)


def test_a_small_image_is_kept_once_for_every_attempt_with_its_page(repositories: Repositories) -> None:
    record = add(repositories, pages_total=1)
    keep(repositories, record.id, 1)
    page = repositories.parts.page(record.id, 1)
    assert page is not None
    anew = repositories.records.save(replace(record, attempt=2), [], pages_of=1)
    parts = repositories.parts
    parts.keep_thumbnail(record.id, 1, "another image", "0" * 64)
    assert parts.page(record.id, 1) == page
    for digest in ("a" * 64, "b" * 64):
        parts.keep_thumbnail(record.id, 1, page.image, digest)
    assert parts.page(record.id, 1) == replace(page, thumbnail="a" * 64)
    repositories.records.save(replace(anew, attempt=3), [], pages_of=1)
    assert parts.page(record.id, 1) == replace(page, thumbnail="a" * 64)


def test_pages_are_replaced_in_the_attempt_that_is_saved_alone(repositories: Repositories) -> None:
    record = add(repositories, pages_total=2)
    for number in (1, 2):
        keep(repositories, record.id, number, text="as read")
    first, second = repositories.parts.pages(record.id)
    said = replace(second, page=replace(second.page, text="as said"))
    anew = repositories.records.save(replace(record, attempt=2), [], pages_of=1, pages=[said])
    assert repositories.parts.pages(record.id) == [first, said]
    with pytest.raises(RecordChanged):
        repositories.records.save(replace(record, attempt=2), [], pages=[first])
    assert repositories.parts.pages(record.id) == [first, said]
    repositories.records.save(replace(anew, attempt=1), [])
    assert repositories.parts.pages(record.id) == [first, second], "what was read stays"


def test_lists_of_pages_are_told_without_their_words(repositories: Repositories) -> None:
    record = add(repositories, pages_total=3)
    for number, text in ((2, "hai từ"), (1, "một"), (3, "")):
        keep(repositories, record.id, number, text=text)
    parts = repositories.parts
    told = [outline_of(kept.page) for kept in parts.pages(record.id)]
    assert [one.doubts for one in told] == [1, 2, 0]
    assert parts.outlines(record.id) == told
    said = replace(parts.pages(record.id)[1], page=a_page(2, "ba từ mới").page)
    anew = repositories.records.save(replace(record, attempt=2), [], pages_of=1, pages=[said])
    assert [one.doubts for one in parts.outlines(record.id)] == [1, 3, 0]
    repositories.records.save(anew, [], pages=[a_page(3, "sửa")])
    assert [one.doubts for one in parts.outlines(record.id)] == [1, 3, 1]
    assert parts.outlines("nobody") == []


@pytest.mark.parametrize("before", [None, [0, 1, 1, 0, 7]])
def test_pages_that_were_read_before_there_were_outlines_get_theirs_once(
    repositories: Repositories, before: list[int] | None
) -> None:
    record = add(repositories, pages_total=60)
    for number in range(1, 61):
        keep(repositories, record.id, number, text="một hai")
    with writing(repositories.engine) as connection:
        connection.execute(update(pages).where(pages.c.number != 7).values(outline=before))
    told = [outline_of(kept.page) for kept in repositories.parts.pages(record.id)]
    with ThreadPoolExecutor(4) as clerks:  # who open the record in the same moment
        seen = list(clerks.map(lambda _: repositories.parts.outlines(record.id), range(4)))
    assert seen == [told] * 4
    with writing(repositories.engine) as connection:
        kept = connection.execute(select(pages.c.outline)).scalars().all()
    assert kept == [[1, 2480, 3508, 0, 2]] * 60
