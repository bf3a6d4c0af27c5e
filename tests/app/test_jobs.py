"""Durable work: workers that die in the middle of a page lose nothing and double nothing."""

import os
import signal
import subprocess
import sys
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest

from app import splitting, workflow
from app.audit import Action
from app.jobs import DurableJobs
from app.ports import JobsUnavailable
from app.records import Query, Record, Status
from tests.app.workers import CLERK, Service, at_rest, kill, paper, read, serve, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PAGES = 6


@pytest.fixture(params=["embedded", "postgresql-s3"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Service:
    """A service on the embedded defaults, and one on PostgreSQL and S3."""
    data = tmp_path / "data"
    if request.param == "embedded":
        return serve(data, {})
    environment: dict[str, str] = dict(request.getfixturevalue("s3_environment"))
    environment["BANCHINH_DATABASE"] = request.getfixturevalue("postgres_url")
    return serve(data, environment)


def _receive(service: Service, file: BytesIO, name: str = "mau.tif") -> Record:
    return workflow.receive(service.services, CLERK, name, file).record


def _pages_done(service: Service, record: Record) -> int:
    return service.services.records.get(record.id).pages_done


def _assert_read_once(service: Service, record: Record, pages: int = PAGES) -> None:
    """Every page is there once, and its history tells of it once."""
    done = service.services.records.get(record.id)
    assert done.status is Status.AWAITING_REVIEW, service.log()[-3000:]
    assert [p.page.number for p in service.services.parts.pages(record.id)] == list(range(1, pages + 1))
    history = service.services.history.of(record.id)
    read = Counter(e.details["page"] for e in history if e.action is Action.PAGE_READ)
    assert read == Counter(range(1, pages + 1))
    actions = Counter(e.action for e in history)
    assert actions[Action.RECOGNISING] == actions[Action.RECOGNISED] == 1
    assert done.recognition
    assert done.searchable
    with service.services.objects.open(done.searchable) as pdf:
        assert pdf.read(5) == b"%PDF-"


def test_a_worker_killed_in_the_middle_of_a_page_loses_and_doubles_nothing(service: Service) -> None:
    record = _receive(service, paper(PAGES))
    with service.worker() as first:
        wait_until(lambda: 1 <= _pages_done(service, record) < PAGES, 90, "some pages read")
        kill(first)
    assert not at_rest(service, record)
    with service.worker():
        wait_until(lambda: at_rest(service, record), 120, "all read after the worker came back")
    _assert_read_once(service, record)


def test_the_work_of_a_worker_that_never_comes_back_is_taken_up(service: Service) -> None:
    with service.worker() as survivor, service.worker() as victim:
        wait_until(lambda: service.log().count("worker started") == 2, 60, "two workers")
        record = _receive(service, paper(PAGES))
        wait_until(lambda: 1 <= _pages_done(service, record) < PAGES, 90, "some pages read")
        kill(victim)
        wait_until(lambda: at_rest(service, record), 120, "all read by the other")
        assert survivor.poll() is None
    _assert_read_once(service, record)


def test_work_that_was_never_written_down_is_found(service: Service) -> None:
    """A service that dies between keeping the record and asking for its work."""

    class Dead:
        def recognise(self, record_id: str, attempt: int) -> None:
            raise JobsUnavailable("the process died here")

    from dataclasses import replace

    broken = replace(service.services, jobs=Dead())
    record = workflow.receive(broken, CLERK, "mau.tif", paper(1)).record
    assert record.status is Status.RECEIVED
    with service.worker():
        wait_until(lambda: at_rest(service, record), 90, "found by itself")
    _assert_read_once(service, record, pages=1)


def test_a_file_at_fault_is_refused_and_a_small_paper_overtakes_a_large_one(service: Service) -> None:
    large = _receive(service, paper(PAGES * 2, "BÁO CÁO"))
    broken = _receive(service, BytesIO(b"%PDF-1.4\nnothing of a document\n%%EOF"), "hong.pdf")
    small = _receive(service, paper(1, "THÔNG BÁO"))
    with service.worker():
        wait_until(lambda: at_rest(service, small), 120, "the small paper")
        assert not at_rest(service, large)
        wait_until(lambda: at_rest(service, broken) and at_rest(service, large), 180, "all")
    refused = service.services.records.get(broken.id)
    assert refused.status is Status.REFUSED
    assert refused.problem
    assert refused.problem.vi
    assert refused.problem.en
    _assert_read_once(service, large, pages=PAGES * 2)


def test_asking_twice_is_asking_once_and_a_retry_reads_anew(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = _receive(service, BytesIO(b"%PDF-1.4\nnothing of a document\n%%EOF"), "hong.pdf")
    for _ in range(3):
        service.services.jobs.recognise(record.id, 1)
    with service.worker():
        wait_until(lambda: at_rest(service, record), 60, "refused")
        retried = workflow.retry(service.services, CLERK, record.id)
        assert (retried.status, retried.attempt) == (Status.RECEIVED, 2)
        wait_until(lambda: at_rest(service, record), 60, "refused again")
    refusals = [
        e.details["attempt"] for e in service.services.history.of(record.id) if e.action is Action.REFUSED
    ]
    assert refusals == [1, 2]


def test_a_worker_told_to_stop_stops_and_leaves_its_work_to_the_next(service: Service) -> None:
    record = _receive(service, paper(PAGES))
    with service.worker() as first:
        wait_until(lambda: _pages_done(service, record) >= 1, 90, "a page read")
        first.terminate()
        assert first.wait(30) == 0
    with service.worker():
        wait_until(lambda: at_rest(service, record), 120, "all read by the next")
    _assert_read_once(service, record)


#: Splits a record in a process that dies, as by a power cut, once the second of three papers has its pages.
_DYING = """
import os, signal, sys
from app import splitting, wiring
from app.database import records
from app.settings import Settings
from tests.app.workers import CLERK

carried = []
def carry_pages(*given):
    carry(*given)
    carried.append(given)
    if len(carried) == 2:
        os.kill(os.getpid(), signal.SIGKILL)

carry, records.carry_pages = records.carry_pages, carry_pages
services = wiring.build(Settings())
record = services.records.get(sys.argv[1])
splitting.split(services, CLERK, record.id, record.version, [1, 2, 3])
"""


def test_a_split_that_dies_in_the_middle_leaves_the_one_record(service: Service) -> None:
    record = read(service, _receive(service, paper(3)))
    dying = subprocess.run(
        [sys.executable, "-c", _DYING, record.id], env={**os.environ, **service.environment}, timeout=60
    )
    assert dying.returncode == -signal.SIGKILL
    assert service.services.records.list(Query()).records == (record,)
    assert service.services.records.papers_of(record.id) == []
    assert len(splitting.split(service.services, CLERK, record.id, record.version, [1, 2, 3])) == 3


def test_a_split_scan_has_all_its_papers_whatever_dies(service: Service) -> None:
    whole = read(service, _receive(service, paper(PAGES)))
    texts = [kept.page.text for kept in service.services.parts.pages(whole.id)]
    made = splitting.split(service.services, CLERK, whole.id, whole.version, [1, 2, 4, 5])
    with service.worker() as first:
        wait_until(lambda: any(at_rest(service, one) for one in made), 90, "one paper ready")
        kill(first)
    with service.worker():
        wait_until(lambda: all(at_rest(service, one) for one in made), 120, "all after the worker came back")
    papers = service.services.records.papers_of(whole.id)
    assert {one.status for one in papers} == {Status.AWAITING_REVIEW}, service.log()[-3000:]
    held = [kept.page.text for one in papers for kept in service.services.parts.pages(one.id)]
    assert held == texts
    for one in papers:
        actions = Counter(event.action for event in service.services.history.of(one.id))
        assert actions == {Action.SPLIT: 1, Action.RECOGNISED: 1}


def test_work_cannot_be_written_down_without_its_tables(tmp_path: Path) -> None:
    jobs = DurableJobs(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    with pytest.raises(JobsUnavailable):
        jobs.recognise("0" * 32, 1)
