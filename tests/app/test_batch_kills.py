"""Batches whose process is killed: what was signed stays, the rest goes on, and nothing is signed twice."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import SecretStr

from app import batch_signing, sealing, wiring
from app.audit import Action
from app.batch_signing import Consent
from app.batches import SILENCE, DocumentStatus, PublicKey
from app.database import batches as sql_batches
from app.database import records as sql_records
from app.ports import Unlock
from app.records import Record, Seal, Status
from app.sample.authority import OFFICIAL, Issued, new_issuer
from app.settings import Settings
from signing.validation import validate
from tests.app.batches import BATCHES, actions, asked, confirmed, outside, shown, value_of, with_settings
from tests.app.commands.test_serve import serving
from tests.app.front import HERE, PASSWORD, Desk, open_desk
from tests.servers.processes import free_ports
from tests.signing.conftest import NOW

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

MANY = 40


class Client:
    """The official at a service that may be killed and started again."""

    def __init__(self, port: int) -> None:
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
        account = {"username": "official", "password": PASSWORD}
        token = self._http.post("/api/v1/tokens", json=account).json()["token"]
        self._http.headers["Authorization"] = f"Bearer {token}"

    def begin(self, request: dict[str, Any]) -> dict[str, Any]:
        answer = self._http.post(BATCHES, json=request)
        assert answer.status_code == 201, answer.text
        batch: dict[str, Any] = answer.json()
        return batch

    def batch(self, batch_id: str) -> dict[str, Any]:
        batch: dict[str, Any] = self._http.get(f"{BATCHES}/{batch_id}").json()
        return batch

    def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return self._http.post(f"{BATCHES}/{path}", json=body)

    def until(self, batch_id: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        deadline = time.monotonic() + 120
        while not holds(batch := self.batch(batch_id)):
            assert time.monotonic() < deadline, batch
            time.sleep(0.1)
        return batch


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(tmp_path / "data")


def _assert_signed_once(desk: Desk, records: list[Record], place: Path) -> None:
    for record in records:
        present = desk.services.records.get(record.id)
        assert (present.status, present.version) == (Status.SIGNED, record.version + 1)
        assert actions(desk.services, record).count(Action.SIGNED) == 1
        file = place / "signed.pdf"
        with desk.services.objects.open(str(present.signed)) as stored:
            file.write_bytes(stored.read())
        assert len(validate(file).signatures) == 1


def test_a_killed_batch_asks_for_the_unlock_again_and_goes_on(desk: Desk, tmp_path: Path) -> None:
    records, (port,) = confirmed(desk.services, MANY), free_ports(1)
    passphrase = desk.authority.passphrase
    with serving(desk.settings.data, port, "--no-worker"):
        client = Client(port)
        batch_id = client.begin(asked(records, passphrase))["id"]
        client.until(batch_id, lambda batch: 0 < batch["signed"] < MANY)
    killed = desk.services.batches.get(batch_id)
    assert 0 < killed.counted(DocumentStatus.SIGNED) < MANY
    with serving(desk.settings.data, port, "--no-worker"):
        client = Client(port)
        waits = client.until(batch_id, lambda batch: bool(batch["interrupted"]))
        assert waits["signed"] == killed.counted(DocumentStatus.SIGNED), "nothing is signed without an unlock"
        assert client.post(f"{batch_id}/resume", {"passphrase": "sai"}).json()["code"] == "wrong-passphrase"
        assert client.post(f"{batch_id}/resume", {"passphrase": passphrase}).status_code == 200
        assert client.post(f"{batch_id}/resume", {"passphrase": passphrase}).status_code in (200, 409)
        batch = client.until(batch_id, lambda batch: batch["status"] == "done")
    assert (batch["signed"], batch["failed"]) == (MANY, 0)
    _assert_signed_once(desk, records, tmp_path)
    stored = (desk.settings.data / "banchinh.sqlite").read_bytes()
    log = (tmp_path / "serve.log").read_bytes()
    assert passphrase.encode() not in stored + log, "nothing secret is kept"


def test_a_killed_batch_of_an_outside_key_goes_on_by_itself(desk: Desk, tmp_path: Path) -> None:
    issuer = new_issuer(NOW, "ec")
    issued = issuer.issue(NOW, algorithm="ec")
    desk.trust(issuer)
    records, (port,) = confirmed(desk.services, MANY), free_ports(1)
    with serving(desk.settings.data, port, "--no-worker"):
        client = Client(port)
        request = {"records": shown(records), "key": outside(issued, issuer, "ecdsa")}
        batch_id = client.begin(request)["id"]
        client.until(batch_id, lambda b: any(d["status"] == "prepared" for d in b["documents"]))
    time.sleep(SILENCE.total_seconds())
    with serving(desk.settings.data, port, "--no-worker"):
        client = Client(port)
        batch = client.until(batch_id, lambda batch: batch["status"] == "awaiting-values")
        values = [
            {"record": one["record"], "value": value_of(issued, one["to_be_signed"])}
            for one in batch["documents"]
        ]
        assert client.post(f"{batch_id}/values", {"values": values}).status_code == 200
        client.until(batch_id, lambda batch: 0 < batch["signed"] < MANY)
    time.sleep(SILENCE.total_seconds())
    with serving(desk.settings.data, port, "--no-worker"):
        batch = Client(port).until(batch_id, lambda batch: batch["status"] == "done")
    assert (batch["signed"], batch["failed"]) == (MANY, 0)
    _assert_signed_once(desk, records, tmp_path)


#: Forks those who die: to load what each needs takes a second.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])


def _die(batch_id: str, step: str, secret: str, environment: Mapping[str, str]) -> None:
    """Work a batch off in a process that dies, as by a power cut, at the step that is named."""

    def dying(*_given: object, **_more: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    os.environ.update(environment)
    services = wiring.build(Settings())
    if step == "after the object":
        sql_batches.SqlBatches.finish = dying
    elif step == "in the transaction":
        sql_batches.SqlBatches._close = dying
    elif step == "before the event":
        sql_records.append_event = dying
    elif step == "before the seal":
        sealing.seal_with = dying
    elif step == "seal kept, not told":
        save = sql_records.SqlRecords.save
        sql_records.SqlRecords.save = lambda *given, **more: (save(*given, **more), dying())
    batch = services.batches.get(batch_id)
    with batch_signing.unlocked(services, batch, Unlock(secret)) as key:
        batch_signing.work_off(services, batch_id, key, 1, lambda: True)


@pytest.mark.parametrize(
    ("step", "status", "sealed"),
    [
        ("after the object", Status.CONFIRMED, None),
        ("in the transaction", Status.CONFIRMED, None),
        ("before the event", Status.CONFIRMED, None),
        ("before the seal", Status.SIGNED, Seal.AWAITING),
        ("seal kept, not told", Status.SIGNED, Seal.SEALED),
    ],
)
@pytest.mark.parametrize(("database", "kind"), [("sqlite_url", "outside"), ("postgres_url", "account")])
def test_a_kill_between_two_steps(
    tmp_path: Path,
    request: pytest.FixtureRequest,
    database: str,
    kind: str,
    step: str,
    status: Status,
    sealed: Seal | None,
) -> None:
    """Each step with each database and with each kind of key. What both kinds do in each database is shown
    by tests/app/api/test_signing_batches.py."""
    database_url: str = request.getfixturevalue(database)
    desk = open_desk(tmp_path / "data", database_url)
    services, secret = desk.services, desk.authority.passphrase
    agency = services.agencies.get(HERE)
    seal_key = desk.authority.key_reference
    services.agencies.save(replace(agency, name=OFFICIAL, seal_key=seal_key))  # whom it names
    desk = with_settings(desk, seal_passphrases={HERE: SecretStr(secret)})
    services = desk.services
    issuer = new_issuer(NOW, "ec")
    issued = issuer.issue(NOW, algorithm="ec")
    desk.trust(issuer)
    key = _public(issued) if kind == "outside" else None
    (record,) = confirmed(services, 1)
    consent = Consent({record.id: record.version}, "", seal=True, key=key)
    batch = batch_signing.begin(services, services.people.get("official"), consent)
    if kind == "outside":
        batch_signing.work_off(services, batch.id, None, 1, lambda: True)
        (document,) = services.batches.get(batch.id).documents
        assert isinstance(issued.key, ec.EllipticCurvePrivateKey)
        value = issued.key.sign(document.to_be_signed or b"", ec.ECDSA(hashes.SHA256()))
        services.batches.keep_values(batch.id, {record.id: value})
    environment = {
        "BANCHINH_DATA": str(desk.settings.data),
        "BANCHINH_DATABASE": database_url,
        "BANCHINH_SEAL_PASSPHRASES": f'{{"{HERE}": "{secret}"}}',
    }
    dying = _FORKS.Process(target=_die, args=(batch.id, step, secret, environment))
    dying.start()
    dying.join(120)
    assert dying.exitcode == -signal.SIGKILL
    present = services.records.get(record.id)
    assert (present.status, present.seal) == (status, sealed)
    told = actions(services, record)
    assert (Action.SIGNED in told) is (status is Status.SIGNED), "record and event change together"
    assert (Action.SEALED in told) is (sealed is Seal.SEALED)
    (document,) = services.batches.get(batch.id).documents
    assert (document.status is DocumentStatus.SIGNED) is (status is Status.SIGNED)
    _go_on(desk, batch.id, record)
    assert services.records.get(record.id).seal is Seal.SEALED
    told = actions(services, record)
    assert (told.count(Action.SIGNED), told.count(Action.SEALED)) == (1, 1)


def _go_on(desk: Desk, batch_id: str, record: Record) -> None:
    """What a restarted service does: the batch goes on, and the worker looks after the seal."""
    batch = desk.services.batches.get(batch_id)
    with batch_signing.unlocked(desk.services, batch, Unlock(desk.authority.passphrase)) as key:
        batch_signing.work_off(desk.services, batch_id, key, 1, lambda: True)
    sealing.seal_awaiting(desk.services, record.id)


def _public(issued: Issued) -> PublicKey:
    return PublicKey((issued.certificate.public_bytes(Encoding.DER),), "ecdsa", "sha256")
