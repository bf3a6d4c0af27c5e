"""A person says of what kind a paper is: its fields are taken anew, and nothing else is."""

from dataclasses import replace
from pathlib import Path

import pytest

from app import kinds, recognising, splitting, workflow
from app.access import Forbidden
from app.audit import Action
from app.records import IllegalTransition, Query, Record, RecordChanged, RecordNotFound, Status
from app.review import BadFieldValue
from tests.app.workers import ARCHIVIST, CLERK, OFFICIAL, STRANGER, Service, paper, read, serve


def test_a_kind_that_was_not_told_is_said_by_the_clerk(tmp_path: Path) -> None:
    service = serve(tmp_path / "data", {})
    services = service.services
    record = read(service, workflow.receive(services, CLERK, "mau.tif", paper(1)).record)
    with pytest.raises(Forbidden):
        kinds.say_kind(services, OFFICIAL, record.id, record.version, "giay-khai-sinh")
    with pytest.raises(RecordChanged):
        kinds.say_kind(services, CLERK, record.id, record.version - 1, "giay-khai-sinh")
    for nothing in ("giay-la", "unknown"):
        with pytest.raises(BadFieldValue):
            kinds.say_kind(services, CLERK, record.id, record.version, nothing)
    said = kinds.say_kind(services, CLERK, record.id, record.version, "giay-khai-sinh")
    assert (said.status, said.attempt, said.pages_done) == (Status.RECOGNISING, 2, 1)
    recognising.finish_recognition(services, record.id, 2)
    after = services.records.get(record.id)
    assert after.kind is not None
    assert (after.status, after.kind.code, after.kind.confidence) == (
        Status.AWAITING_REVIEW,
        "giay-khai-sinh",
        1.0,
    )
    assert after.searchable == record.searchable, "the same pages give the same copy"
    assert {"full_name", "date_of_birth", "mother_name"} <= set(services.parts.fields(record.id))
    assert Action.KIND_SAID in [event.action for event in services.history.of(record.id)]


@pytest.fixture
def confirmed(tmp_path: Path) -> tuple[Service, Record]:
    """A decision with three confirmed values, one of which is that the paper has none."""
    service = serve(tmp_path / "data", {})
    services = service.services
    record = read(service, workflow.receive(services, CLERK, "mau.tif", paper(1)).record)
    values = {"number": "16", "subject": "Kế hoạch mẫu", "signer": ""}
    return service, workflow.confirm(services, CLERK, record.id, record.version, values)


def test_another_kind_of_a_confirmed_record_says_first_what_it_costs(
    confirmed: tuple[Service, Record],
) -> None:
    record, services = confirmed[1], confirmed[0].services
    assert record.kind is not None
    for left in (None, [], ["number"]):
        with pytest.raises(kinds.ConsequenceUnsaid) as unsaid:
            kinds.say_kind(services, CLERK, record.id, record.version, "giay-khai-sinh", left=left)
        assert unsaid.value.consequence == kinds.Consequence(("number",), ("subject",))
    assert services.records.get(record.id) == record, "nothing was done yet"
    said = kinds.say_kind(services, CLERK, record.id, record.version, "giay-khai-sinh", left=["subject"])
    assert said.status is Status.RECOGNISING
    with pytest.raises(IllegalTransition):
        workflow.confirm(services, CLERK, record.id, said.version, {"number": "17"})
    recognising.finish_recognition(services, record.id, said.attempt)
    recognising.finish_recognition(services, record.id, said.attempt)  # as after a crash
    after, fields = services.records.get(record.id), services.parts.fields(record.id)
    assert (after.status, after.number) == (Status.AWAITING_REVIEW, "16")
    assert (fields["number"].value, fields["number"].confirmed_by) == ("16", CLERK.username)
    assert fields["number"].read.value != "16", "what was read stays beside it"
    assert (fields["signer"].value, fields["signer"].confirmed_by) == (None, CLERK.username)
    assert "subject" not in fields
    told = [event.details for event in services.history.of(record.id) if "left_values" in event.details]
    assert [(one["kept_values"], one["left_values"]) for one in told] == [("number", "subject")]
    assert "Kế hoạch mẫu" not in str(services.history.of(record.id)), "no value is in the history itself"
    (kept,) = workflow.left_values(services, CLERK, record.id)
    assert (kept["former_kind"], kept["fields"]["subject"]["value"]) == (record.kind.code, "Kế hoạch mẫu")
    assert kept["fields"]["subject"]["confirmed_by"] == CLERK.username
    with pytest.raises(RecordNotFound):
        workflow.left_values(services, STRANGER, record.id)
    assert [one.id for one in services.records.list(Query(text="16")).records] == [record.id]
    again = workflow.confirm(services, CLERK, record.id, after.version, {"number": "16"})
    assert again.status is Status.CONFIRMED


def test_a_part_that_is_given_a_kind_is_not_read_anew(confirmed: tuple[Service, Record]) -> None:
    services = confirmed[0].services
    whole = read(confirmed[0], workflow.receive(services, CLERK, "hai.tif", paper(2)).record)
    part = splitting.split(services, CLERK, whole.id, whole.version, [1, 2])[1]
    recognising.finish_recognition(services, part.id, part.attempt)
    before = services.records.get(part.id)
    said = kinds.say_kind(services, CLERK, part.id, before.version, "CT")
    assert (said.pages_done, recognising.unread_pages(services, part.id)) == (1, [])


def test_of_two_who_change_a_record_one_is_told(confirmed: tuple[Service, Record]) -> None:
    record, services = confirmed[1], confirmed[0].services
    kinds.say_kind(services, CLERK, record.id, record.version, "CT", left=[])
    with pytest.raises(RecordChanged):
        kinds.say_kind(services, ARCHIVIST, record.id, record.version, "TB", left=[])
    with pytest.raises(RecordChanged):
        workflow.confirm(services, ARCHIVIST, record.id, record.version, {"number": "17"})
    assert services.records.get(record.id).said_kind == "CT"


def test_the_kind_of_what_is_signed_stays(confirmed: tuple[Service, Record]) -> None:
    record, services = confirmed[1], confirmed[0].services
    copy = services.records.save(replace(record, digitised=record.searchable, digitised_by="x"), [])
    with pytest.raises(kinds.KindFixed):
        kinds.say_kind(services, CLERK, record.id, copy.version, "CT", left=[])
    signed = services.records.save(replace(copy, status=Status.SIGNED, signed=record.searchable), [])
    with pytest.raises(kinds.KindFixed):
        kinds.say_kind(services, CLERK, record.id, signed.version, "CT", left=[])
    assert services.records.get(record.id) == signed
