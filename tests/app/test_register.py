"""The register: what the public learns of what was signed, and who may say that it counts no more."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app import register
from app.access import Forbidden
from app.agencies import Agency, FormerName
from app.audit import Action, Event
from app.codes import BadCode
from app.people import Person
from app.records import Record, RecordChanged, RecordNotFound, Status
from app.register import NotRegistered
from app.standing import Standing, StandingRefused
from ocr.recognition import Kind
from signing.reports.local_time import VIETNAM
from tests.app.database.examples import a_record
from tests.app.front import ELSEWHERE, HERE, Desk

DAY = date(2026, 3, 12)
NOW = datetime.now(UTC)
ALWAYS = {"state": "in-force", "since": None, "reason": None, "replaced_by": None}


def signed(desk: Desk, **changes: Any) -> Record:
    """A signed record of the desk's agency, without the bytes."""
    record = a_record(
        **{
            "agency": HERE,
            "status": Status.SIGNED,
            "signed": "f" * 64,
            "kind": Kind("QĐ", "Quyết định", 1.0, "x"),
            "number": "15",
            "symbol": "QĐ-UBND",
            "date": "2026-03-01",
            "subject": "Cấp đất cho ông Nguyễn Văn Mẫu",
            **changes,
        }
    )
    return desk.services.records.add(record, Event(record.id, Action.RECEIVED, "clerk", NOW))


def revoke(desk: Desk, record: Record, who: str = "official", **changes: Any) -> Record:
    wanted = {
        "version": record.version,
        "standing": Standing.REVOKED,
        "since": DAY,
        "reason": "Quyết định 12/QĐ-UBND",
        **changes,
    }
    person: Person = desk.services.people.get(who)
    return register.state(desk.services, person, record.id, **wanted)


def test_the_public_learns_no_more_than_it_needs(desk: Desk) -> None:
    record = signed(desk, number="001099012345", symbol=None)
    expected = {
        "code": record.code,
        "issuer": "ỦY BAN NHÂN DÂN XÃ MẪU",
        "now_called": None,
        "now_part_of": None,
        "status": "signed",
        "standing": ALWAYS,
        "file": "signed",
        "newer": False,
        "digitised": False,
        "kind": {"code": "QĐ", "name": "Quyết định"},
        "number": "0010••••••45",
        "date": "2026-03-01",
    }
    assert register.by_code(desk.services, record.code.lower().replace("-", " ")) == expected
    assert register.by_digest(desk.services, "f" * 64) == expected
    assert register.by_digest(desk.services, record.digest) == {**expected, "file": "original"}


def test_a_file_from_before_the_seal_is_a_signed_one_of_ours(lite_desk: Desk) -> None:
    record = signed(lite_desk, status=Status.CONFIRMED, signed=None)
    for digest in ("d" * 64, "e" * 64):
        record = replace(record, status=Status.SIGNED, signed=digest)
        record = lite_desk.services.records.save(record, [])
    found = register.by_digest(lite_desk.services, "d" * 64)
    assert found == {**register.by_digest(lite_desk.services, "e" * 64), "newer": True}
    assert (found["code"], found["file"]) == (record.code, "signed")
    known = register.registered(lite_desk.services, "d" * 64)
    assert known
    assert known["file"] == "signed"


def test_the_signature_of_who_digitised_certifies_nothing(lite_desk: Desk) -> None:
    """Neither alone nor, of that file, after the official has signed."""
    record = signed(lite_desk, status=Status.CONFIRMED, signed=None, digitised="d" * 64)
    known = register.registered(lite_desk.services, "d" * 64)
    assert known
    assert (known["file"], known["digitised"]) == ("digitised", False)
    with pytest.raises(NotRegistered):
        register.by_digest(lite_desk.services, "d" * 64)
    lite_desk.services.records.save(replace(record, status=Status.SIGNED, signed="e" * 64), [])
    found = register.by_digest(lite_desk.services, "d" * 64)
    assert (found["file"], found["digitised"]) == ("digitised", False)
    assert register.by_digest(lite_desk.services, "e" * 64)["file"] == "signed"


def test_a_digitised_file_from_before_its_timestamp_was_renewed(lite_desk: Desk) -> None:
    services = lite_desk.services
    record = signed(lite_desk, status=Status.CONFIRMED, signed=None)
    for digest in ("b" * 64, "c" * 64, "d" * 64):
        record = services.records.save(replace(record, digitised=digest), [])
    for digest, newer in (("b" * 64, True), ("d" * 64, False)):
        known = register.registered(services, digest)
        assert known
        assert (known["code"], known["file"], known["newer"]) == (record.code, "digitised", newer)
        with pytest.raises(NotRegistered):
            register.by_digest(services, digest)
    services.records.save(replace(record, status=Status.SIGNED, signed="e" * 64), [])
    for digest in ("b" * 64, "d" * 64):
        found = register.by_digest(services, digest)
        assert (found["file"], found["newer"], found["digitised"]) == ("digitised", True, False)


def test_a_digitised_file_that_was_split_since_is_not_followed_by_a_newer_one(lite_desk: Desk) -> None:
    services = lite_desk.services
    record = signed(lite_desk, status=Status.CONFIRMED, signed=None)
    record = services.records.save(replace(record, digitised="d" * 64), [])
    services.records.save(replace(record, digitised=None), [])  # as a split leaves it
    known = register.registered(services, "d" * 64)
    assert known
    assert (known["file"], known["newer"]) == ("digitised", False)


def test_what_was_added_to_a_file_makes_no_more_of_it(lite_desk: Desk) -> None:
    """A digitiser's file with something added is one by its digitiser, whatever the record has by now."""
    services = lite_desk.services
    record = signed(lite_desk, status=Status.CONFIRMED, signed=None)
    record = services.records.save(replace(record, digitised="d" * 64), [])
    known = register.extended(services, ["0" * 64, "d" * 64])
    assert known
    assert (known["file"], known["status"], known["digitised"]) == ("digitised", "confirmed", False)
    services.records.save(replace(record, status=Status.SIGNED, signed="e" * 64), [])
    for digests, file in ((["d"], "digitised"), (["d", "e"], "signed")):
        known = register.extended(services, [digest * 64 for digest in digests])
        assert known
        assert (known["file"], known["newer"]) == (file, file == "digitised")


def test_what_was_not_signed_was_not_issued(lite_desk: Desk) -> None:
    record = signed(lite_desk, status=Status.CONFIRMED, signed=None)
    with pytest.raises(NotRegistered):
        register.by_code(lite_desk.services, record.code)
    with pytest.raises(NotRegistered):
        register.by_digest(lite_desk.services, record.digest)
    with pytest.raises(NotRegistered):
        register.by_digest(lite_desk.services, "0" * 64)
    with pytest.raises(BadCode):
        register.by_code(lite_desk.services, record.id)


def test_state_and_event_come_together(desk: Desk) -> None:
    record = signed(desk)
    kept = revoke(desk, record, reason="  Cấp sai  cho số\n001099012345 ")
    assert kept.standing is Standing.REVOKED
    found = register.by_code(desk.services, record.code)["standing"]
    assert found == {
        "state": "revoked",
        "since": "2026-03-12",
        "reason": "Cấp sai cho số 0010••••••45",
        "replaced_by": None,
    }
    event = desk.services.history.of(record.id)[-1]
    assert (event.action, event.actor) == (Action.REVOKED, "official")
    assert event.details == {"since": "2026-03-12", "reason": "Cấp sai cho số 0010••••••45"}


def test_a_replacement_is_named_by_its_code_on_both_sides(desk: Desk) -> None:
    old, new = signed(desk), signed(desk, signed="e" * 64)
    revoke(desk, old, standing=Standing.REPLACED, replaced_by=new.code.lower())
    assert register.by_code(desk.services, old.code)["standing"]["replaced_by"] == new.code
    assert register.by_code(desk.services, new.code)["standing"] == ALWAYS
    last = desk.services.history.of(new.id)[-1]
    assert (last.action, last.details["replaces"]) == (Action.REPLACES, old.code)
    with pytest.raises(StandingRefused, match="in force"):
        revoke(desk, new, standing=Standing.REPLACED, replaced_by=old.code)


def test_a_mistake_is_mended_and_stays_in_the_history(desk: Desk) -> None:
    kept = revoke(desk, signed(desk))
    kept = revoke(desk, kept, standing=Standing.IN_FORCE, reason="Ghi nhầm hồ sơ")
    assert kept.standing is Standing.IN_FORCE
    assert register.by_code(desk.services, kept.code)["standing"]["state"] == "in-force"
    actions = [event.action for event in desk.services.history.of(kept.id)]
    assert actions[1:] == [Action.REVOKED, Action.IN_FORCE_AGAIN]


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("no-reason", {"reason": " \n"}),
        ("no-reason", {"reason": "x" * 301}),
        ("future", {"since": (NOW + timedelta(days=2)).date()}),
        ("no-change", {"standing": Standing.IN_FORCE}),
        ("no-successor", {"standing": Standing.REPLACED, "replaced_by": "7K3Q"}),
        ("no-successor", {"standing": Standing.REPLACED}),
    ],
)
def test_what_cannot_be_stated(lite_desk: Desk, code: str, changes: dict[str, Any]) -> None:
    record = signed(lite_desk)
    with pytest.raises(StandingRefused) as refused:
        revoke(lite_desk, record, **changes)
    assert refused.value.code == code
    assert lite_desk.services.standings.of(record.id) == []


def test_nothing_is_stated_of_what_is_not_signed_or_has_changed(lite_desk: Desk) -> None:
    record = signed(lite_desk, status=Status.CONFIRMED, signed=None)
    with pytest.raises(StandingRefused) as refused:
        revoke(lite_desk, record)
    assert refused.value.code == "not-signed"
    with pytest.raises(RecordChanged):
        revoke(lite_desk, signed(lite_desk), version=7)
    itself = signed(lite_desk)
    with pytest.raises(StandingRefused) as refused:
        revoke(lite_desk, itself, standing=Standing.REPLACED, replaced_by=itself.code)
    assert refused.value.code == "no-successor"


def test_only_the_issuer_states(lite_desk: Desk) -> None:
    record = signed(lite_desk)
    for who in ("clerk", "archivist", "admin"):
        with pytest.raises(Forbidden):
            revoke(lite_desk, record, who)
    with pytest.raises(RecordNotFound):
        revoke(lite_desk, record, "stranger")


def test_whoever_came_in_the_place_of_the_issuer_states(lite_desk: Desk) -> None:
    record, agencies = signed(lite_desk), lite_desk.services.agencies
    agencies.save(replace(agencies.get(HERE), merged_into="giua", merged_on=date(2025, 7, 1)))
    agencies.save(Agency("giua", "XÃ Ở GIỮA", merged_into=ELSEWHERE, merged_on=date(2026, 1, 1)))
    found = register.by_code(lite_desk.services, record.code)
    assert found["issuer"] == "ỦY BAN NHÂN DÂN XÃ MẪU"
    assert found["now_part_of"] == {"name": "ỦY BAN NHÂN DÂN XÃ KHÁC", "since": "2025-07-01"}
    assert revoke(lite_desk, record, "archivist").standing is Standing.REVOKED


def test_what_an_agency_issued_keeps_the_name_of_its_day(lite_desk: Desk) -> None:
    """Received under the first of three names, signed under the second (F3.11)."""
    services, agencies = lite_desk.services, lite_desk.services.agencies
    record = signed(lite_desk)
    services.records.save(record, [Event(record.id, Action.SIGNED, "official", NOW, {})])
    day = NOW.astimezone(VIETNAM).date()
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    assert record.received_at.date() < before
    agency = agencies.get(HERE)
    names = (FormerName("XÃ TRƯỚC", before), FormerName(agency.name, after))
    agencies.change(agency, replace(agency, name="PHƯỜNG SAU", former=names), [])
    found = register.by_code(services, record.code)
    assert found["issuer"] == "ỦY BAN NHÂN DÂN XÃ MẪU"
    assert found["now_called"] == {"name": "PHƯỜNG SAU", "since": after.isoformat()}
    renamed = agencies.get(HERE)
    agencies.change(renamed, replace(renamed, former=(FormerName("XÃ TRƯỚC", day),)), [])
    found = register.by_code(services, record.code)
    assert (found["issuer"], found["now_called"]) == ("PHƯỜNG SAU", None), "its day is the first of the name"
