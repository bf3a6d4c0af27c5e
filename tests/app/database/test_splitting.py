"""Records that are parts of a file: the databases keep every page in exactly one of them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from app.audit import Action
from app.database.repositories import Repositories
from app.records import PartOf, Query, Record, RecordChanged, Status
from tests.app.database.examples import a_page, a_record, add, an_event


def whole_of(repositories: Repositories, pages: int) -> Record:
    record = add(repositories, status=Status.AWAITING_REVIEW, pages_total=pages, searchable="5" * 64)
    for number in range(1, pages + 1):
        page = a_page(number, f"trang {number}")
        repositories.parts.keep_page(record.id, 1, page, an_event(record.id, Action.PAGE_READ))
    return repositories.records.get(record.id)


def paper(whole: Record, first: int, last: int) -> Record:
    part = PartOf(whole.id, first, last, whole.pages_total or 0)
    return a_record(
        digest=whole.digest, status=Status.RECOGNISING, pages_total=part.pages, part_of=part, one_paper=True
    )


def split(repositories: Repositories, whole: Record, ranges: Sequence[tuple[int, int]]) -> list[Record]:
    papers = [paper(whole, first, last) for first, last in ranges]
    repositories.records.split(whole.moved(Status.SPLIT), papers, [an_event(whole.id, Action.SPLIT)])
    return papers


def test_each_paper_has_its_pages_and_the_listing_shows_papers(repositories: Repositories) -> None:
    whole = whole_of(repositories, 5)
    made = split(repositories, whole, [(1, 2), (3, 3), (4, 5)])
    records, parts = repositories.records, repositories.parts
    assert [one.id for one in records.papers_of(whole.id)] == [one.id for one in made]
    assert records.get(made[2].id) == replace(made[2], pages_done=2)
    read = [[(kept.page.number, kept.page.text) for kept in parts.pages(one.id)] for one in made]
    assert read == [[(1, "trang 1"), (2, "trang 2")], [(1, "trang 3")], [(1, "trang 4"), (2, "trang 5")]]
    assert {one.id for one in records.list(Query()).records} == {one.id for one in made}
    assert [one.id for one in records.list(Query(statuses=frozenset({Status.SPLIT}))).records] == [whole.id]
    for digest in (whole.digest, whole.searchable or ""):
        found = records.find(digest)
        assert found is not None
        assert found.id == whole.id, "the file is that of the record which was received"
    again = a_record(digest=whole.digest)
    assert records.add(again, an_event(again.id)).id == whole.id


@pytest.mark.parametrize(
    "ranges",
    [
        [],
        [(1, 2), (4, 5)],
        [(1, 3), (3, 5)],
        [(1, 3), (4, 4)],
        [(2, 3), (4, 5)],
        [(1, 3), (3, 3), (5, 5)],
        [(0, 2), (4, 5)],
        [(1, 2), (3, 6)],
        [(1, 6), (5, 4)],
    ],
)
def test_a_division_that_loses_or_doubles_a_page_is_refused(
    repositories: Repositories, ranges: list[tuple[int, int]]
) -> None:
    whole = whole_of(repositories, 5)
    with pytest.raises(DBAPIError, match="exactly one paper"):
        split(repositories, whole, ranges)
    assert repositories.records.get(whole.id) == whole
    assert repositories.records.list(Query()).records == (whole,)
    assert repositories.records.papers_of(whole.id) == []


def test_what_another_changed_is_not_split(repositories: Repositories) -> None:
    whole = whole_of(repositories, 2)
    repositories.records.save(replace(whole, subject="x"), [])
    with pytest.raises(RecordChanged):
        split(repositories, whole, [(1, 1), (2, 2)])
    assert repositories.records.papers_of(whole.id) == []


def test_joined_papers_are_gone_and_the_whole_is_as_before(repositories: Repositories) -> None:
    whole = whole_of(repositories, 3)
    split(repositories, whole, [(1, 1), (2, 3)])
    made, divided = repositories.records.papers_of(whole.id), repositories.records.get(whole.id)
    joined = [one.moved(Status.JOINED) for one in made]
    with pytest.raises(RecordChanged):
        repositories.records.join(divided, [replace(one, version=7) for one in joined], [])
    assert repositories.records.papers_of(whole.id) == made
    repositories.records.join(divided.moved(Status.AWAITING_REVIEW), joined, [])
    assert repositories.records.get(whole.id) == replace(whole, version=whole.version + 2)
    assert [one.id for one in repositories.records.list(Query()).records] == [whole.id]
    again = split(repositories, repositories.records.get(whole.id), [(1, 2), (3, 3)])
    assert [one.id for one in repositories.records.papers_of(whole.id)] == [one.id for one in again]


def test_the_whole_has_the_pages_that_were_corrected_in_its_papers(repositories: Repositories) -> None:
    whole = whole_of(repositories, 2)
    split(repositories, whole, [(1, 1), (2, 2)])
    made, divided = repositories.records.papers_of(whole.id), repositories.records.get(whole.id)
    anew = replace(divided.moved(Status.AWAITING_REVIEW).moved(Status.RECOGNISING), attempt=2)
    gone = [one.moved(Status.JOINED) for one in made]
    joined = repositories.records.join(anew, gone, [], [a_page(2, "trang sửa")])
    assert (joined.status, joined.attempt, joined.pages_done) == (Status.RECOGNISING, 2, 2)
    kept = [one.page.text for one in repositories.parts.pages(whole.id)]
    assert kept == ["trang 1", "trang sửa"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records SET status = 'joined' WHERE first_page = 1",
        "UPDATE records SET last_page = 2 WHERE first_page = 1",
        "UPDATE records SET whole = NULL WHERE first_page = 1",
        "UPDATE records SET file_pages = 9 WHERE first_page = 1",
        """INSERT INTO records (id, agency, digest, name, media_type, size, status, received_at, received_by,
                                attempt, version, digitally_signed, whole, first_page, last_page, file_pages)
           SELECT 'another', agency, digest, name, media_type, size, status, received_at, received_by,
                  attempt, version, digitally_signed, whole, first_page, last_page, file_pages
           FROM records WHERE first_page = 1""",
    ],
)
def test_no_page_of_a_divided_file_is_lost_or_doubled_later(
    engine: Engine, repositories: Repositories, statement: str
) -> None:
    whole = whole_of(repositories, 3)
    split(repositories, whole, [(1, 1), (2, 3)])
    made = repositories.records.papers_of(whole.id)
    with (
        pytest.raises(DBAPIError, match=r"exactly one paper|as it was received"),
        engine.begin() as connection,
    ):
        connection.execute(text(statement))
    assert repositories.records.papers_of(whole.id) == made


def test_a_new_attempt_may_begin_with_the_pages_of_the_last(repositories: Repositories) -> None:
    record = whole_of(repositories, 2)
    before = repositories.parts.pages(record.id)
    anew = replace(record.moved(Status.RECOGNISING), attempt=2, one_paper=True)
    saved = repositories.records.save(anew, [], pages_of=1)
    assert (saved.pages_done, saved.one_paper) == (2, True)
    assert repositories.parts.pages(record.id) == before
