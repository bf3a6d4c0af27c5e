"""One scan that holds several papers: split, joined, and nothing lost on the way."""

import json
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Pdf

from app import kinds, recognising, splitting, workflow
from app.access import Forbidden
from app.audit import Action, Event
from app.document_ports import ReadingFailed
from app.records import IllegalTransition, Query, Record, RecordChanged, RecordNotFound, Status
from app.splitting import SplitRefused
from tests.app.database.examples import a_page
from tests.app.front import Desk
from tests.app.workers import ARCHIVIST, CLERK, OFFICIAL, STRANGER, Service, copied, paper, read, serve

PAGES = 4


@pytest.fixture(scope="module")
def read_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a service with one scan of four pages that awaits review."""
    service = serve(tmp_path_factory.mktemp("read") / "data", {})
    read(service, workflow.receive(service.services, CLERK, "mau.tif", paper(PAGES)).record)
    return service.settings.data


@pytest.fixture
def service(read_once: Path, tmp_path: Path) -> Service:
    return copied(read_once, tmp_path / "data")


def scan(service: Service) -> Record:
    (record,) = service.services.records.list(Query()).records
    return record


def split(service: Service, record: Record, *first_pages: int) -> Sequence[Record]:
    return splitting.split(service.services, CLERK, record.id, record.version, first_pages)


def finished(service: Service, records: Sequence[Record]) -> list[Record]:
    """What a worker does: it finds every page read, and only finishes."""
    services = service.services
    for record in records:
        assert recognising.start_recognition(services, record.id, record.attempt) == record.pages_total
        assert recognising.unread_pages(services, record.id) == []
        recognising.finish_recognition(services, record.id, record.attempt)
    return [services.records.get(record.id) for record in records]


def texts(service: Service, record: Record) -> list[str]:
    return [kept.page.text for kept in service.services.parts.pages(record.id)]


def actions(service: Service, record: Record) -> list[Action]:
    return [event.action for event in service.services.history.of(record.id)]


@given(begun=st.sets(st.integers(2, 60)), pages=st.integers(1, 60))
def test_papers_have_every_page_once_wherever_they_begin(begun: set[int], pages: int) -> None:
    begins = [1, *sorted(number for number in begun if number <= pages)]
    ranges = splitting.partition(begins, pages)
    assert [number for first, last in ranges for number in range(first, last + 1)] == list(
        range(1, pages + 1)
    )
    assert [first for first, _ in ranges] == begins


@given(first_pages=st.lists(st.integers(-2, 8), max_size=6), pages=st.integers(0, 7))
def test_whatever_is_asked_is_a_partition_or_refused(first_pages: list[int], pages: int) -> None:
    legal = first_pages[:1] == [1] and all(a < b for a, b in pairwise([*first_pages, pages + 1]))
    if legal:
        assert len(splitting.partition(first_pages, pages)) == len(first_pages)
    else:
        with pytest.raises(SplitRefused) as refused:
            splitting.partition(first_pages, pages)
        assert refused.value.code == "first-pages"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(begun=st.sets(st.integers(2, 9), min_size=1), note=st.uuids())
def test_split_and_joined_again_is_as_it_was(desk: Desk, begun: set[int], note: object) -> None:
    services, clerk = desk.services, desk.services.people.get("clerk")
    record = desk.receive(data=f"%PDF-1.7 {note}".encode())
    for number in range(1, 10):
        event = Event(record.id, Action.PAGE_READ, "x", services.now())
        services.parts.keep_page(record.id, 1, a_page(number, f"trang {number}"), event)
    start = services.records.save(replace(record, status=Status.AWAITING_REVIEW, pages_total=9), [])
    pages = services.parts.pages(record.id)
    made = splitting.split(services, clerk, record.id, start.version, [1, *sorted(begun)])
    assert len(made) == len(begun) + 1
    held = [kept.page.text for paper in made for kept in services.parts.pages(paper.id)]
    assert held == [kept.page.text for kept in pages]
    assert {paper.digest for paper in made} == {start.digest}
    joined = splitting.join(services, clerk, record.id)
    assert joined == replace(start, version=start.version + 2)
    assert services.parts.pages(record.id) == pages
    assert {services.records.get(paper.id).status for paper in made} == {Status.JOINED}


def test_each_paper_is_a_record_of_its_own_pages_and_the_file_stays(service: Service, tmp_path: Path) -> None:
    services, whole = service.services, scan(service)
    made = finished(service, split(service, whole, 1, 3))
    assert [(one.status, one.pages_done) for one in made] == [(Status.AWAITING_REVIEW, 2)] * 2
    assert [texts(service, one) for one in made] == [texts(service, whole)[:2], texts(service, whole)[2:]]
    listed = services.records.list(Query()).records
    assert [one.id for one in listed] == [one.id for one in made], "in the order of their pages"
    for one in made:
        with workflow.download(services, CLERK, one.id, "original") as stored:
            assert stored.read() == paper(PAGES).getvalue()
        with (
            workflow.download(services, CLERK, one.id, "pdf") as stored,
            Pdf.open(BytesIO(stored.read())) as pdf,
        ):
            assert len(pdf.pages) == 2
    data = workflow.recognition(services, CLERK, made[1].id)
    assert data["source"]["part_of"] == {"record": whole.id, "first_page": 3, "last_page": 4, "file_pages": 4}
    assert [page["number"] for page in data["pages"]] == [1, 2]
    assert len(data["papers"]) == 1
    assert all((field["page"] or 1) <= 2 for field in data["fields"].values())
    found = services.records.list(Query(text='"Điều 3"')).records
    assert [one.id for one in found] == [made[1].id]
    reads = [
        event for one in made for event in services.history.of(one.id) if event.action is Action.PAGE_READ
    ]
    assert reads == [], "nothing was read anew"


def test_who_split_what_is_in_every_history(service: Service) -> None:
    whole = scan(service)
    made = split(service, whole, 1, 2, 4)
    event = service.services.history.of(whole.id)[-1]
    assert (event.action, event.actor) == (Action.SPLIT, CLERK.username)
    assert event.details == {"papers": 3, "first_pages": "1, 2, 4"}
    of_paper = service.services.history.of(made[1].id)[0]
    assert (of_paper.action, of_paper.actor) == (Action.SPLIT, CLERK.username)
    assert of_paper.details == {"record": whole.id, "pages": "2–3"}
    splitting.join(service.services, ARCHIVIST, whole.id)
    for record in (whole, *made):
        last = service.services.history.of(record.id)[-1]
        assert (last.action, last.actor) == (Action.JOINED, ARCHIVIST.username)


def test_a_scan_that_is_one_paper_is_understood_as_one(service: Service) -> None:
    services, before = service.services, scan(service)
    (same,) = split(service, before, 1)
    assert (same.id, same.status, same.attempt, same.one_paper) == (before.id, Status.RECOGNISING, 2, True)
    (done,) = finished(service, [same])
    assert done.status is Status.AWAITING_REVIEW
    assert done.searchable == before.searchable, "the same pages give the same copy"
    assert done.recognition
    with services.objects.open(done.recognition) as stored:
        papers = json.load(stored)["papers"]
    assert [(one["first_page"], one["last_page"]) for one in papers] == [(1, PAGES)]
    assert Action.ONE_PAPER in actions(service, done)
    assert len(split(service, done, 1, 2)) == 2, "who said so wrongly may still split"


def test_a_paper_that_failed_is_read_anew_from_its_own_pages(service: Service) -> None:
    services, whole = service.services, scan(service)
    second = split(service, whole, 1, 3)[1]
    recognising.fail(services, second.id, 1, ReadingFailed("died"))
    retried = workflow.retry(services, CLERK, second.id)
    assert read(service, retried).status is Status.AWAITING_REVIEW
    assert texts(service, second) == texts(service, whole)[2:]


def test_what_a_person_confirmed_is_not_joined(service: Service) -> None:
    services, whole = service.services, scan(service)
    made = finished(service, split(service, whole, 1, 3))
    workflow.confirm(services, CLERK, made[1].id, made[1].version, {"number": "16"})
    with pytest.raises(SplitRefused) as refused:
        splitting.join(services, CLERK, whole.id)
    assert refused.value.code == "papers-confirmed"
    assert "trang 3–4 đã được xác nhận" in refused.value.vi
    assert "the part on p. 3–4 has been confirmed" in refused.value.en
    assert [one.id for one in services.records.list(Query()).records] == [one.id for one in made]


def test_a_paper_of_a_confirmed_scan_has_to_be_confirmed_itself(service: Service) -> None:
    services, whole = service.services, scan(service)
    confirmed = workflow.confirm(services, CLERK, whole.id, whole.version, {"number": "15"})
    with pytest.raises(IllegalTransition):
        split(service, confirmed, 1)
    made = finished(service, split(service, confirmed, 1, 3))
    assert {one.status for one in made} == {Status.AWAITING_REVIEW}
    joined = splitting.join(services, CLERK, whole.id)
    assert (joined.status, joined.number) == (Status.AWAITING_REVIEW, "15")


def test_what_was_confirmed_outlives_a_split_a_join_and_another_kind(service: Service) -> None:
    services, whole = service.services, scan(service)
    confirmed = workflow.confirm(services, CLERK, whole.id, whole.version, {"number": "16"})
    split(service, confirmed, 1, 3)
    joined = splitting.join(services, CLERK, whole.id)
    (one,) = finished(service, split(service, joined, 1))
    said = kinds.say_kind(services, CLERK, one.id, one.version, "CT", left=[])
    (after,) = finished(service, [said])
    number = services.parts.fields(whole.id)["number"]
    assert (after.number, number.confirmed, number.confirmed_by) == ("16", "16", CLERK.username)
    assert after.kind is not None
    assert after.kind.code == "CT"


def test_the_kind_that_was_said_is_that_of_the_first_paper(service: Service) -> None:
    services, whole = service.services, scan(service)
    (said,) = finished(service, [kinds.say_kind(services, CLERK, whole.id, whole.version, "CT")])
    made = finished(service, split(service, said, 1, 3))
    assert [one.said_kind for one in made] == ["CT", None]
    assert [one.kind is not None and one.kind.code == "CT" for one in made] == [True, False]
    assert splitting.join(services, CLERK, whole.id).said_kind == "CT"


def test_what_cannot_be_split_is_left_as_it_is(service: Service) -> None:
    services, whole = service.services, scan(service)
    with pytest.raises(RecordChanged):
        splitting.split(services, CLERK, whole.id, whole.version - 1, [1, 2])
    with pytest.raises(Forbidden):
        splitting.split(services, OFFICIAL, whole.id, whole.version, [1, 2])
    with pytest.raises(RecordNotFound):
        splitting.split(services, STRANGER, whole.id, whole.version, [1, 2])
    with pytest.raises(IllegalTransition):
        splitting.join(services, CLERK, whole.id)
    fresh = workflow.receive(services, CLERK, "khac.tif", paper(2, "KHÁC")).record
    for begins in ([1], [1, 2]):
        with pytest.raises(IllegalTransition):
            splitting.split(services, CLERK, fresh.id, fresh.version, begins)
    assert services.records.get(whole.id).version == whole.version
    part = split(service, whole, 1, 2)[1]
    with pytest.raises(SplitRefused, match="split off already"):
        split(service, part, 1, 2)


def test_a_worker_that_comes_late_changes_no_joined_paper(service: Service) -> None:
    services, whole = service.services, scan(service)
    made = split(service, whole, 1, 3)
    splitting.join(services, CLERK, whole.id)
    for one in made:
        assert recognising.start_recognition(services, one.id, 1) == 0
        recognising.finish_recognition(services, one.id, 1)
        recognising.fail(services, one.id, 1, ReadingFailed("late"))
        assert services.records.get(one.id).status is Status.JOINED
