"""What batches wait for from remote signing services, in both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from app.awaiting import ASK_AGAIN, HolderVisit, NoticeRefused, Operation
from app.batches import Batch, Document, KeyKind
from app.database.repositories import Repositories
from app.people import Person, Role
from tests.app.database.examples import NOW, add

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def batch(repositories: Repositories) -> Batch:
    repositories.people.add(Person("minh", "Trần Minh", Role.OFFICIAL, "a", "hash"))
    record = add(repositories)
    document = Document(record.id, record.version, record.name)
    made = Batch("b1", "minh", KeyKind.ACCOUNT, "", False, NOW, (document,))
    repositories.batches.add(made)
    return made


@pytest.fixture
def operation(repositories: Repositories, batch: Batch) -> Operation:
    made = Operation("notice", batch.id, (batch.documents[0].record, "another"), NOW + HOUR)
    repositories.awaiting.open(made, NOW)
    return made


def test_what_the_service_has_not_named_is_not_asked_for(
    repositories: Repositories, operation: Operation
) -> None:
    assert repositories.awaiting.of(operation.batch, NOW) == []
    assert repositories.batches.get(operation.batch).awaits_until is None
    repositories.awaiting.named("notice", "R-1", operation.records[:1])
    (found,) = repositories.awaiting.of(operation.batch, NOW)
    assert found == replace(operation, request="R-1", records=operation.records[:1])
    assert repositories.batches.get(operation.batch).awaits_until == NOW + HOUR
    assert repositories.awaiting.of(operation.batch, NOW + HOUR) == []
    repositories.awaiting.close("notice")
    assert repositories.awaiting.of(operation.batch, NOW) == []


def test_of_many_calls_one_is_heard(repositories: Repositories, operation: Operation) -> None:
    def call(_: int) -> str | None:
        try:
            return repositories.awaiting.arrive("notice", NOW).batch
        except NoticeRefused:
            return None

    with ThreadPoolExecutor(8) as pool:
        assert [got for got in pool.map(call, range(8)) if got] == [operation.batch]


@pytest.mark.parametrize(("notice", "after"), [("another", timedelta(0)), ("notice", HOUR)])
def test_a_call_for_nothing_is_refused(
    repositories: Repositories, operation: Operation, notice: str, after: timedelta
) -> None:
    with pytest.raises(NoticeRefused):
        repositories.awaiting.arrive(notice, operation.expires_at - HOUR + after)


def test_a_call_is_a_reason_to_ask_once(repositories: Repositories, operation: Operation) -> None:
    awaiting = repositories.awaiting
    awaiting.named("notice", "R-1", operation.records)
    awaiting.asked("notice", NOW)
    assert not _due(repositories, NOW + SECOND)
    awaiting.arrive("notice", NOW + SECOND)
    assert _due(repositories, NOW + SECOND)
    awaiting.asked("notice", NOW + 2 * SECOND)
    assert not _due(repositories, NOW + 3 * SECOND), "a call that came too early is no reason to hurry"
    assert _due(repositories, NOW + 2 * SECOND + ASK_AGAIN)


def test_a_call_counts_whatever_the_clocks_say(repositories: Repositories, operation: Operation) -> None:
    awaiting = repositories.awaiting
    awaiting.named("notice", "R-1", operation.records)
    awaiting.asked("notice", NOW + 2 * SECOND)  # by a machine whose clock is ahead
    awaiting.arrive("notice", NOW + SECOND)
    assert _due(repositories, NOW + 2 * SECOND)


def _due(repositories: Repositories, now: object) -> bool:
    (found,) = repositories.awaiting.of("b1", NOW)
    return found.due(now)  # type: ignore[arg-type]


def test_a_holder_comes_back_once_and_only_from_the_last_visit(
    repositories: Repositories, batch: Batch
) -> None:
    first, second = (HolderVisit(state, batch.id, "credential", NOW + HOUR) for state in ("s1", "s2"))
    repositories.awaiting.leave_for(first, NOW)
    repositories.awaiting.leave_for(second, NOW)
    for state, moment in (("s1", NOW), ("unknown", NOW), ("s2", NOW + HOUR)):
        with pytest.raises(NoticeRefused):
            repositories.awaiting.come_back(state, moment)
    repositories.awaiting.leave_for(second, NOW)

    def back(_: int) -> HolderVisit | None:
        try:
            return repositories.awaiting.come_back("s2", NOW)
        except NoticeRefused:
            return None

    with ThreadPoolExecutor(8) as pool:
        assert [got for got in pool.map(back, range(8)) if got] == [second]


def test_a_batch_that_is_left_waits_for_nothing(repositories: Repositories, operation: Operation) -> None:
    awaiting = repositories.awaiting
    awaiting.named("notice", "R-1", operation.records)
    awaiting.leave_for(HolderVisit("s1", operation.batch, "service", NOW + HOUR), NOW)
    awaiting.drop(operation.batch)
    assert awaiting.of(operation.batch, NOW) == []
    for ask in (lambda: awaiting.arrive("notice", NOW), lambda: awaiting.come_back("s1", NOW)):
        with pytest.raises(NoticeRefused):
            ask()
