"""Batches in both databases: a document, its record and its event change together; nothing settles twice."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.audit import Action, Event
from app.batches import (
    SILENCE,
    Batch,
    BatchNotFound,
    BatchStatus,
    Document,
    DocumentStatus,
    KeyKind,
    Prepared,
    PublicKey,
)
from app.database.repositories import Repositories
from app.records import Problem, Record, RecordChanged, Seal, Status
from tests.app.database.examples import NOW, a_record, an_event

KEY = PublicKey((b"\x30\x00", b"\x30\x01"), "ecdsa", "sha256")
WHY = Problem("code", "vì sao", "why")
PREPARED = Prepared(
    "a" * 64, '{"state": 1}', b"attributes", bytes(50_000) + b"tail", {"mark": "agency", "lookup": True}
)


def _batch(repositories: Repositories, count: int = 2, kind: KeyKind = KeyKind.OUTSIDE) -> Batch:
    records = []
    for number in range(count):
        one = a_record(id=f"r{number}", digest=f"{number:064x}", status=Status.CONFIRMED)
        records.append(repositories.records.add(one, an_event(one.id)))
    batch = Batch(
        "b1",
        "lanh-dao",
        kind,
        "Đồng ý",
        seal=True,
        begun_at=NOW,
        documents=tuple(Document(one.id, one.version, one.name) for one in records),
        key=KEY if kind is KeyKind.OUTSIDE else None,
    )
    repositories.batches.add(batch)
    return batch


def _signed(repositories: Repositories, record_id: str) -> tuple[Record, Event]:
    present = repositories.records.get(record_id)
    signed = replace(present, status=Status.SIGNED, signed="f" * 64, seal=Seal.AWAITING)
    return signed, an_event(record_id, Action.SIGNED)


def test_a_batch_is_given_back_as_it_was_kept(repositories: Repositories) -> None:
    batch = _batch(repositories)
    assert repositories.batches.get("b1") == batch
    assert [one.id for one in repositories.batches.unfinished()] == ["b1"]
    assert [one.id for one in repositories.batches.unfinished("lanh-dao")] == ["b1"]
    assert repositories.batches.unfinished("khac") == []
    with pytest.raises(BatchNotFound):
        repositories.batches.get("b2")


def test_a_document_goes_its_way(repositories: Repositories) -> None:
    batches = repositories.batches
    assert _batch(repositories, 1).status is BatchStatus.PREPARING
    batches.keep_values("b1", {"r0": b"too early"})
    batches.keep_prepared("b1", "r0", PREPARED)
    assert batches.get("b1").status is BatchStatus.AWAITING_VALUES
    assert batches.get("b1").documents[0].to_be_signed == b"attributes"
    assert batches.prepared("b1", "r0") == (PREPARED, None)
    batches.keep_prepared("b1", "r0", replace(PREPARED, update=b"again"))
    batches.keep_values("b1", {"r0": b"value", "none": b"of no document"})
    batches.keep_values("b1", {"r0": b"another"})
    assert batches.get("b1").status is BatchStatus.SIGNING
    assert batches.prepared("b1", "r0") == (PREPARED, b"value"), "the first of each counts"
    saved = batches.finish("b1", *_one_event(_signed(repositories, "r0")))
    assert (saved.status, saved.version) == (Status.SIGNED, 2)
    done = batches.get("b1")
    assert (done.status, done.documents[0].status) == (BatchStatus.DONE, DocumentStatus.SIGNED)
    assert done.documents[0].seal == "awaiting"
    assert batches.unfinished() == []
    with pytest.raises(LookupError):
        batches.prepared("b1", "r0")


def _one_event(signed: tuple[Record, Event]) -> tuple[Record, list[Event]]:
    return signed[0], [signed[1]]


def test_a_document_is_settled_once_and_with_its_record(repositories: Repositories) -> None:
    batches = repositories.batches
    _batch(repositories)
    first, told = _signed(repositories, "r0")
    batches.fail("b1", "r0", WHY, [an_event("r0", Action.SIGNING_REFUSED)])
    with pytest.raises(RecordChanged):
        batches.finish("b1", first, [told])
    assert repositories.records.get("r0").status is Status.CONFIRMED, "all of it, or nothing"
    second, told = _signed(repositories, "r1")
    batches.finish("b1", second, [told])
    batches.fail("b1", "r1", WHY, [an_event("r1", Action.SIGNING_REFUSED)])
    with pytest.raises(RecordChanged):
        batches.finish("b1", second, [told])
    documents = batches.get("b1").documents
    assert [(one.status, one.problem) for one in documents] == [
        (DocumentStatus.FAILED, WHY),
        (DocumentStatus.SIGNED, None),
    ]
    history = [[e.action for e in repositories.history.of(record_id)] for record_id in ("r0", "r1")]
    assert [actions[-1] for actions in history] == [Action.SIGNING_REFUSED, Action.SIGNED]
    assert [len(actions) for actions in history] == [2, 2]


def test_one_process_at_a_time_works_on_a_batch(repositories: Repositories) -> None:
    batches, later = repositories.batches, NOW + SILENCE
    batch = _batch(repositories, kind=KeyKind.ACCOUNT)
    assert batches.get(batch.id).interrupted(NOW), "nobody has begun"
    assert batches.claim("b1", "one", NOW)
    assert not batches.claim("b1", "two", NOW + SILENCE / 2)
    assert not batches.get("b1").interrupted(NOW + SILENCE / 2)
    assert batches.claim("b1", "one", NOW), "it says again that it lives"
    assert batches.get("b1").interrupted(later)
    assert batches.claim("b1", "two", later)
    batches.release("b1", "one")
    assert not batches.claim("b1", "three", later), "who lost it cannot give it back"
    batches.release("b1", "two")
    assert batches.claim("b1", "three", later)


def test_a_batch_is_forgotten_only_while_nothing_of_it_is_signed(repositories: Repositories) -> None:
    _batch(repositories)
    signed, told = _signed(repositories, "r0")
    repositories.batches.finish("b1", signed, [told])
    repositories.batches.drop("b1")
    assert repositories.batches.get("b1").counted(DocumentStatus.SIGNED) == 1
    other = replace(_other(repositories), id="b2")
    repositories.batches.add(other)
    repositories.batches.drop("b2")
    with pytest.raises(BatchNotFound):
        repositories.batches.get("b2")


def _other(repositories: Repositories) -> Batch:
    return replace(repositories.batches.get("b1"), documents=(Document("r1", 1, "mau.pdf"),))


def test_batches_are_forgotten_in_time(repositories: Repositories) -> None:
    _batch(repositories)
    repositories.batches.forget(NOW)
    assert repositories.batches.get("b1").documents
    repositories.batches.forget(NOW + timedelta(days=1))
    with pytest.raises(BatchNotFound):
        repositories.batches.get("b1")
    assert repositories.records.get("r0").status is Status.CONFIRMED


def test_every_signed_version_is_found_again(repositories: Repositories) -> None:
    one = a_record(id="r0", status=Status.CONFIRMED)
    kept = repositories.records.add(one, an_event("r0"))
    for digest in ("c" * 64, "d" * 64):
        kept = repositories.records.save(replace(kept, signed=digest), [])
    for digest in ("c" * 64, "d" * 64):
        found = repositories.records.find(digest)
        assert found is not None
        assert found.id == "r0"
    assert repositories.records.find("e" * 64) is None


def test_what_awaits_its_seal_and_what_weakens(repositories: Repositories) -> None:
    def kept(number: int, seal: Seal | None, until: datetime | None) -> None:
        one = a_record(
            id=f"r{number}",
            digest=f"{number:064x}",
            status=Status.SIGNED,
            received_at=NOW + timedelta(seconds=number),
            seal=seal,
            archive_until=until,
        )
        repositories.records.add(one, an_event(one.id))

    kept(0, Seal.AWAITING, None)
    kept(1, Seal.SEALED, NOW + timedelta(days=20))
    kept(2, None, NOW + timedelta(days=10))
    kept(3, Seal.AWAITING, NOW + timedelta(days=400))
    assert [one.id for one in repositories.records.awaiting_seal(9)] == ["r0", "r3"]
    assert [one.id for one in repositories.records.awaiting_seal(1)] == ["r0"]
    weak = repositories.records.weakening(NOW + timedelta(days=30), 9)
    assert [one.id for one in weak] == ["r2", "r1"], "the most urgent first"
    assert weak[0].archive_until == NOW + timedelta(days=10)


def test_no_agency_waits_for_the_seals_of_another(repositories: Repositories) -> None:
    """One whose key is gone has more that wait, and longer, than are tried at once."""
    for number in range(6):
        agency = "xa-mau" if number < 5 else "xa-khac"
        one = a_record(
            id=f"r{number}",
            agency=agency,
            digest=f"{number:064x}",
            status=Status.SIGNED,
            received_at=NOW + timedelta(seconds=number),
            seal=Seal.AWAITING,
        )
        repositories.records.add(one, an_event(one.id))
    assert [one.id for one in repositories.records.awaiting_seal(3)] == ["r0", "r5", "r1"]
