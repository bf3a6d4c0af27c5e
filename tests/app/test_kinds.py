"""A person says of what kind a paper is: its fields are taken anew, and nothing else is."""

from dataclasses import replace
from pathlib import Path

import pytest

from app import kinds, recognising, workflow
from app.access import Forbidden
from app.audit import Action
from app.records import IllegalTransition, RecordChanged, Status
from app.review import BadFieldValue
from tests.app.workers import CLERK, OFFICIAL, paper, read, serve


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
    done = services.records.save(replace(after, status=Status.CONFIRMED), [])
    with pytest.raises(IllegalTransition):
        kinds.say_kind(services, CLERK, record.id, done.version, "QĐ")
