"""What a program of before had under way, when this one starts on its database."""

import zlib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, MetaData, insert, text
from sqlalchemy.exc import DBAPIError

from app.administration import Deed, Done
from app.agencies import Agency
from app.audit import Action
from app.batches import BatchStatus, DocumentStatus
from app.database.engine import connect, writing
from app.database.migrations import _config, migrate, pending
from app.database.repositories import Repositories, open_repositories
from app.marks import NO_WISH, NOTHING_OF_ITS_OWN, SigningRole
from app.people import Role
from app.records import Status
from tests.app.database.examples import NOW

HOUR = timedelta(hours=1)
_DRAFT = bytes(20_000) + b"%%EOF"
_RECORD: dict[str, Any] = {
    "agency": "a",
    "media_type": "application/pdf",
    "size": 1,
    "received_at": NOW,
    "received_by": "lan",
    "attempt": 1,
    "version": 3,
    "digitally_signed": False,
    "one_paper": False,
}
_PEOPLE = {"agency": "a", "password_hash": "hash", "active": True}
#: What stood in the tables at 0005, by their names.
_ROWS: Mapping[str, list[dict[str, Any]]] = {
    "agencies": [{"code": "a", "name": "XÃ MẪU", "seal_key": "file:/khoa/dau.p12"}],
    "people": [
        {**_PEOPLE, "username": "lan", "name": "Lan", "role": "clerk"},
        {
            **_PEOPLE,
            "username": "minh",
            "name": "Minh",
            "role": "official",
            "signing_key": "file:/khoa/minh.p12",
        },
    ],
    "records": [
        {
            **_RECORD,
            "id": "r1",
            "code": "AAAA",
            "digest": "d1",
            "name": "một.pdf",
            "status": "confirmed",
            "searchable": "d1",
        },
        {
            **_RECORD,
            "id": "r2",
            "code": "BBBB",
            "digest": "d2",
            "name": "hai.pdf",
            "status": "signed",
            "signed": "s2",
        },
    ],
    "fields": [
        {
            "record_id": "r1",
            "name": "number",
            "position": 0,
            "value": "15",
            "confidence": 0.9,
            "page": 1,
            "state": "read",
            "confirmed": "16",
            "confirmed_by": "lan",
            "confirmed_at": NOW,
        }
    ],
    "events": [
        {"record_id": "r1", "action": "received", "actor": "lan", "at": NOW, "details": {}},
        {"record_id": "r2", "action": "signed", "actor": "minh", "at": NOW, "details": {"sha256": "s2"}},
    ],
    "signing_batches": [
        {
            "id": "b1",
            "username": "minh",
            "kind": "outside",
            "key": {"certificates": ["3000"], "scheme": "ecdsa", "digest": "sha256"},
            "reason": "Theo đề nghị",
            "seal": True,
            "begun_at": NOW,
        }
    ],
    "batch_documents": [
        {
            "batch_id": "b1",
            "record_id": "r1",
            "position": 0,
            "version": 3,
            "name": "một.pdf",
            "status": "prepared",
            "source": "d1",
            "state": "{}",
            "to_be_signed": b"attributes",
            "draft": zlib.compress(_DRAFT),
        },
        {
            "batch_id": "b1",
            "record_id": "r2",
            "position": 1,
            "version": 2,
            "name": "hai.pdf",
            "status": "signed",
        },
    ],
    "tickets": [
        {
            "token_digest": "t1",
            "record": "r1",
            "version": 3,
            "username": "minh",
            "expires_at": NOW + HOUR,
            "seal": True,
        }
    ],
    "sessions": [
        {"token_digest": "s1", "username": "minh", "csrf": "c", "created_at": NOW, "expires_at": NOW + HOUR}
    ],
}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'banchinh.sqlite'}"
    return str(request.getfixturevalue("empty_postgres_url"))


def _as_it_was(engine: Engine, revision: str) -> None:
    """A database of that program, with something in every table that it had."""
    config = _config()
    with writing(engine, foreign_keys=False) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        tables = MetaData()
        tables.reflect(connection)
        for name, rows in _ROWS.items():
            for row in rows:
                connection.execute(insert(tables.tables[name]).values(row))


@pytest.fixture
def upgraded(url: str) -> Repositories:
    engine = connect(url)
    _as_it_was(engine, "0005")
    engine.dispose()
    assert pending(url)
    migrate(url)
    assert not pending(url)
    return open_repositories(url)


def test_what_was_under_way_goes_on(upgraded: Repositories) -> None:
    batch = upgraded.batches.get("b1")
    assert (batch.role, batch.mark, batch.reason, batch.seal) == (
        SigningRole.OFFICIAL,
        NO_WISH,
        "Theo đề nghị",
        True,
    )
    assert (batch.status, batch.awaits_until) == (BatchStatus.AWAITING_VALUES, None)
    assert [one.mark for one in batch.documents] == [NOTHING_OF_ITS_OWN] * 2
    assert [one.status for one in batch.documents] == [DocumentStatus.PREPARED, DocumentStatus.SIGNED]
    upgraded.batches.keep_values("b1", {"r1": b"value"})
    prepared, value = upgraded.batches.prepared("b1", "r1")
    assert (prepared.update, prepared.to_be_signed, prepared.shows, value) == (
        _DRAFT,
        b"attributes",
        None,
        b"value",
    )
    ticket = upgraded.tickets.spend("t1", NOW)
    assert (ticket.role, ticket.record, ticket.seal) == (SigningRole.OFFICIAL, "r1", True)
    assert upgraded.sessions.find("s1", NOW) is not None
    upgraded.close()


def _signings(record: str, **digests: str) -> list[dict[str, Any]]:
    """What the history tells of a record: a file for each action, named as in `action_1`."""
    told = [(name.partition("_")[0], digest) for name, digest in digests.items()]
    return [
        {"record_id": record, "action": action, "actor": "lan", "at": NOW, "details": {"sha256": digest}}
        for action, digest in told
    ]


#: What a program at 0007 had of copies that their digitisers signed; it forgot them as they were renewed.
_DIGITISED: Mapping[str, list[dict[str, Any]]] = {
    "records": [
        {
            **_RECORD,
            "id": "r3",
            "code": "CCCC",
            "digest": "d3",
            "name": "ba.pdf",
            "status": "confirmed",
            "digitised": "c3",
        },
        {
            **_RECORD,
            "id": "r4",
            "code": "DDDD",
            "digest": "d4",
            "name": "bốn.pdf",
            "status": "signed",
            "digitised": "b4",
            "signed": "u4",
        },
    ],
    "events": [
        *_signings("r3", digitised="a3", renewed_1="b3", renewed_2="c3"),
        *_signings("r4", digitised="a4", renewed_1="b4", signed="s4", sealed="t4", renewed_2="u4"),
    ],
    "signed_versions": [{"record_id": "r4", "digest": digest} for digest in ("b4", "s4", "t4", "u4")],
}


def test_files_of_digitisers_from_before_a_renewal_are_known_again(url: str) -> None:
    engine = connect(url)
    _as_it_was(engine, "0007")
    tables = MetaData()
    with writing(engine) as connection:
        tables.reflect(connection)
        for name, rows in _DIGITISED.items():
            connection.execute(insert(tables.tables[name]), rows)
    engine.dispose()
    migrate(url)
    upgraded = open_repositories(url)
    assert upgraded.records.signed_versions("r3") == dict.fromkeys(("a3", "b3", "c3"), True)
    own, others = dict.fromkeys(("a4", "b4"), True), dict.fromkeys(("s4", "t4", "u4"), False)
    assert upgraded.records.signed_versions("r4") == own | others
    upgraded.close()


def test_what_was_kept_is_kept(upgraded: Repositories) -> None:
    record, signed = upgraded.records.get("r1"), upgraded.records.get("r2")
    assert (record.status, record.version, record.digitised, record.digitised_by) == (
        Status.CONFIRMED,
        3,
        None,
        None,
    )
    assert (signed.status, signed.signed) == (Status.SIGNED, "s2")
    assert [event.action for event in upgraded.history.of("r2")] == [Action.SIGNED]
    number = upgraded.parts.fields("r1")["number"]
    assert (number.read.value, number.confirmed, number.asked_again) == ("15", "16", False)
    minh, agency = upgraded.people.get("minh"), upgraded.agencies.get("a")
    assert (minh.role, minh.signing_key, minh.signature_image) == (Role.OFFICIAL, "file:/khoa/minh.p12", None)
    assert agency == Agency("a", "XÃ MẪU", seal_key="file:/khoa/dau.p12")
    upgraded.close()


def test_what_administrators_do_from_now_on_is_told_for_ever(upgraded: Repositories) -> None:
    assert upgraded.administration.newest(9) == []
    done = Done("agency:a", Deed.SEAL_IMAGE_SET, "admin", NOW)
    upgraded.agencies.set_image("a", "digest", [done])
    assert [one.action for one in upgraded.administration.newest(9)] == [Deed.SEAL_IMAGE_SET]
    for statement in ("DELETE FROM administration", "UPDATE administration SET actor = 'x'"):
        with pytest.raises(DBAPIError), upgraded.engine.begin() as connection:
            connection.execute(text(statement))
    upgraded.close()


def test_a_broken_upgrade_leaves_what_was(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it holds, or nothing: the program of before finds its tables."""
    engine = connect(url)
    _as_it_was(engine, "0005")
    config = _config()

    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("no space left")

    def upgrade() -> None:
        with writing(engine, foreign_keys=False) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "0006")

    with monkeypatch.context() as patched:
        patched.setattr("alembic.op.create_table", breaks)
        with pytest.raises(RuntimeError):
            upgrade()
    tables = MetaData()
    with engine.connect() as connection:
        tables.reflect(connection)
        assert "administration" not in tables.tables
        assert "role" not in tables.tables["tickets"].c
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0005"
        assert connection.execute(text("SELECT count(*) FROM batch_documents")).scalar() == 2
    engine.dispose()
    migrate(url)
    assert not pending(url)
