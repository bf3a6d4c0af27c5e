"""Records in both databases: what is kept, what is refused, and what many do at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import IntegrityError

from app.audit import Action
from app.database.repositories import Repositories
from app.records import (
    FieldValue,
    IllegalTransition,
    Problem,
    Query,
    Record,
    RecordChanged,
    RecordNotFound,
    Status,
)
from ocr.recognition import Box, Field, Kind
from tests.app.database.examples import NOW, a_page, a_record, add, an_event


def test_a_record_is_given_back_as_it_was_added(repositories: Repositories) -> None:
    record = a_record(
        name="Quyết định số 15.pdf",
        size=2**40,
        dossier="HS-2026/01",
        pages_total=3,
        digitally_signed=True,
        kind=Kind("QĐ", "Quyết định", 0.75, "the title says so"),
        number="15",
        symbol="QĐ-UBND",
        date="2026-03",
        subject="V/v phê duyệt",
        recognition="a" * 64,
        searchable="b" * 64,
        signed="c" * 64,
        problem=Problem("damaged", "Tệp hỏng", "The file is damaged"),
    )
    assert repositories.records.add(record, an_event(record.id)) == record
    assert repositories.records.get(record.id) == record
    assert [event.action for event in repositories.history.of(record.id)] == [Action.RECEIVED]


def test_times_are_one_moment_whatever_their_zone(repositories: Repositories) -> None:
    hanoi = datetime(2026, 11, 22, 15, 30, tzinfo=timezone(timedelta(hours=7)))
    record = add(repositories, received_at=hanoi)
    assert repositories.records.get(record.id).received_at == hanoi
    assert repositories.records.get(record.id).received_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "name", ["a\0b.pdf", "lone \ud800 surrogate.pdf", "'; DROP TABLE records; --", "𠮷 😀"]
)
def test_hostile_names_are_kept_without_harm(repositories: Repositories, name: str) -> None:
    record = add(repositories, name=name)
    kept = repositories.records.get(record.id).name
    assert kept == name.replace("\0", "\ufffd").replace("\ud800", "\ufffd")
    assert repositories.records.list(Query()).records == (repositories.records.get(record.id),)


def test_a_record_that_is_not_there(repositories: Repositories) -> None:
    with pytest.raises(RecordNotFound):
        repositories.records.get("nobody")
    with pytest.raises(RecordNotFound):
        repositories.records.get("no\0body")
    with pytest.raises(RecordNotFound):
        repositories.records.save(a_record(), [])
    with pytest.raises(RecordNotFound):
        repositories.history.append(an_event("nobody"))
    with pytest.raises(RecordNotFound):
        repositories.parts.keep_page("nobody", 1, a_page(1), an_event("nobody"))
    assert repositories.parts.pages("nobody") == []
    assert repositories.parts.fields("nobody") == {}


def test_the_same_bytes_for_one_agency_are_one_record(repositories: Repositories) -> None:
    first = add(repositories)
    second = a_record(digest=first.digest, name="another name.pdf")
    assert repositories.records.add(second, an_event(second.id)) == first
    assert repositories.records.add(first, an_event(first.id)) == first
    assert len(repositories.history.of(first.id)) == 1
    assert repositories.history.of(second.id) == []
    with pytest.raises(RecordNotFound):
        repositories.records.get(second.id)


def test_the_same_bytes_for_two_agencies_are_two_records(repositories: Repositories) -> None:
    first = add(repositories)
    assert add(repositories, digest=first.digest, agency="ubnd-an-phu").id != first.id


def test_sixteen_who_send_the_same_bytes_at_once_get_one_record(repositories: Repositories) -> None:
    rounds = [a_record().digest for _ in range(10)]
    tries = [a_record(digest=digest) for digest in rounds for _ in range(16)]
    with ThreadPoolExecutor(16) as pool:
        got = list(pool.map(lambda record: repositories.records.add(record, an_event(record.id)), tries))
    for digest in rounds:
        ids = {record.id for record in got if record.digest == digest}
        assert len(ids) == 1
        assert [event.action for event in repositories.history.of(ids.pop())] == [Action.RECEIVED]
    assert len(repositories.records.list(Query(limit=100)).records) == len(rounds)


def test_an_id_is_never_given_twice(repositories: Repositories) -> None:
    first = add(repositories)
    other = a_record(id=first.id)
    with pytest.raises((IntegrityError, RecordNotFound)):
        repositories.records.add(other, an_event(other.id))
    assert repositories.records.get(first.id) == first
    assert len(repositories.history.of(first.id)) == 1


def test_a_step_is_kept_with_its_events(repositories: Repositories) -> None:
    record = add(repositories)
    events = [an_event(record.id, Action.RECOGNISING), an_event(record.id, Action.VIEWED, pages=2)]
    saved = repositories.records.save(replace(record.moved(Status.RECOGNISING), pages_total=2), events)
    assert saved == replace(record, status=Status.RECOGNISING, pages_total=2, version=2)
    assert repositories.records.get(record.id) == saved
    kept = repositories.history.of(record.id)
    assert [event.action for event in kept] == [Action.RECEIVED, Action.RECOGNISING, Action.VIEWED]
    assert kept[-1].details == {"pages": 2}


def test_every_legal_step_is_kept_and_no_other(repositories: Repositories) -> None:
    record = add(repositories)
    for status in (Status.FAILED, Status.RECEIVED, Status.RECOGNISING, Status.AWAITING_REVIEW):
        record = repositories.records.save(record.moved(status), [])
    for status in (Status.CONFIRMED, Status.CONFIRMED, Status.SIGNED):
        record = repositories.records.save(record.moved(status), [])
    assert repositories.records.get(record.id).status is Status.SIGNED
    assert record.version == 8
    for status in Status:
        with pytest.raises(IllegalTransition):
            record.moved(status)


def test_who_saves_what_another_changed_is_refused(repositories: Repositories) -> None:
    record = add(repositories)
    repositories.records.save(replace(record, subject="first"), [])
    with pytest.raises(RecordChanged):
        repositories.records.save(
            replace(record, subject="second"), [an_event(record.id, Action.CORRECTED)], text="second"
        )
    assert repositories.records.get(record.id).subject == "first"
    assert len(repositories.history.of(record.id)) == 1
    assert repositories.records.list(Query(text="second")).records == ()


@pytest.mark.parametrize("version", [0, -1, 2**31 - 1, 2**31, 10**40])
def test_a_version_that_cannot_be_is_refused(repositories: Repositories, version: int) -> None:
    record = add(repositories)
    with pytest.raises(RecordChanged):
        repositories.records.save(replace(record, version=version), [])
    assert repositories.records.get(record.id) == record


def test_of_sixteen_who_save_at_once_one_wins(repositories: Repositories) -> None:
    record = add(repositories)

    def save(number: int) -> Record | None:
        try:
            event = an_event(record.id, Action.CORRECTED, number=number)
            return repositories.records.save(replace(record, subject=str(number)), [event])
        except RecordChanged:
            return None

    with ThreadPoolExecutor(16) as pool:
        winners = [saved for saved in pool.map(save, range(16)) if saved]
    assert winners == [repositories.records.get(record.id)]
    assert len(repositories.history.of(record.id)) == 2


def test_a_save_that_fails_half_way_changes_nothing(repositories: Repositories) -> None:
    record = add(repositories)
    with pytest.raises(IntegrityError):
        repositories.records.save(
            replace(record, subject="changed"), [an_event(record.id), an_event("nobody")], text="changed"
        )
    assert repositories.records.get(record.id) == record
    assert len(repositories.history.of(record.id)) == 1
    assert repositories.records.list(Query(text="changed")).records == ()


def test_what_was_received_cannot_be_saved_over(repositories: Repositories) -> None:
    record = add(repositories)
    changed = replace(
        record, agency="other", digest="f" * 64, received_by="other", received_at=NOW.replace(day=1)
    )
    saved = repositories.records.save(changed, [])
    assert saved == replace(record, version=2)


def test_fields_keep_what_was_read_beside_what_was_confirmed(repositories: Repositories) -> None:
    record = add(repositories)
    fields = {
        "number": FieldValue("number", Field("15", 0.123456789, 1, Box(1, 2, 3, 4), "read")),
        "date": FieldValue(
            "date", Field(None, 0.0, 1, Box(5, 6, 7, 8), "handwritten"), "2026-03-01", "clerk", NOW
        ),
        "addressee": FieldValue(
            "addressee", Field(None, 0.0, None, None, "absent"), None, "clerk", NOW, asked_again=True
        ),
    }
    repositories.records.save(record, [], fields=fields)
    kept = repositories.parts.fields(record.id)
    assert kept == fields
    assert list(kept) == list(fields)
    fewer = {"number": replace(fields["number"], confirmed="16", confirmed_by="clerk", confirmed_at=NOW)}
    record = repositories.records.get(record.id)
    record = repositories.records.save(record, [], fields=fewer)
    assert repositories.parts.fields(record.id) == fewer
    repositories.records.save(record, [])
    assert repositories.parts.fields(record.id) == fewer


def test_a_record_is_found_by_any_of_its_digests(repositories: Repositories) -> None:
    plain = add(repositories, searchable="1" * 64)
    assert repositories.records.find(plain.digest) == plain
    assert repositories.records.find("1" * 64) == plain
    assert repositories.records.find("2" * 64) is None
    signed = add(repositories, agency="other", digest=plain.digest, signed="2" * 64)
    newer = add(repositories, agency="third", digest=plain.digest, received_at=NOW + timedelta(days=1))
    assert repositories.records.find("2" * 64) == signed
    assert repositories.records.find(plain.digest) == signed
    assert repositories.records.find("1" * 64) == plain
    assert newer in repositories.records.list(Query(digest=plain.digest)).records


def test_the_database_answers(repositories: Repositories) -> None:
    repositories.check()
