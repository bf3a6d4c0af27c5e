"""Remote signing services that make values later and call (CSC API v2, `response_uri`): a call is a reason to
ask, and nothing else."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from pydantic import SecretStr

from app import awaiting, batch_signing, remote_values, sealing
from app.audit import Action
from app.awaiting import NoticeRefused, Operation
from app.batch_signing import Consent
from app.batches import BatchStatus, DocumentStatus
from app.ports import NOTHING_GIVEN, KeyLost, Services, Unlock, UnlockedKey
from app.records import Problem, Record, Status
from app.sample.authority import Issuer, new_issuer
from signing.refusals import SigningRefused
from tests.app.batches import BATCHES, actions, asked, confirmed, with_settings
from tests.app.front import HERE, PASSWORD, Desk, open_desk
from tests.app.serving import served
from tests.servers.processes import free_ports
from tests.signing import csc_server
from tests.signing.conftest import NOW
from tests.signing.csc_server import Held, Service, call

PIN = "47110815"


@dataclass
class House:
    """A running service whose official has a key at a remote one, which calls it."""

    desk: Desk
    url: str
    remote: Service
    http: httpx.Client

    def begin(self, records: list[Record]) -> str:
        answer = self.http.post(BATCHES, json=asked(records, PIN))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def until(
        self, batch_id: str, holds: Callable[[dict[str, Any]], bool], seconds: float = 60
    ) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while not holds(batch := self.http.get(f"{BATCHES}/{batch_id}").json()):
            assert time.monotonic() < deadline, batch
            time.sleep(0.05)
        return dict(batch)


@pytest.fixture
def issuer() -> Issuer:
    return new_issuer(NOW, "ec")


@pytest.fixture
def remote(issuer: Issuer) -> Iterator[Service]:
    held = {"ec": Held(issuer.issue(NOW, algorithm="ec"), [issuer.issuing])}
    stranger = issuer.issue(NOW, algorithm="ec")
    with csc_server.serving(held, asynchronous=True, stranger=stranger) as service:
        yield service


def remote_desk(place: Path, remote: Service, **settings: object) -> Desk:
    desk = with_settings(
        open_desk(place),
        trust=place / "nobody",  # so that no authority is asked about the keys of the remote service
        fetch_allow="127.0.0.0/8",
        csc_hosts=urlsplit(remote.url("v2")).netloc,
        csc_token=SecretStr("token-of-tests"),
        **settings,
    )
    people = desk.services.people
    people.save(replace(people.get("official"), signing_key=f"csc:{remote.url('v2')}?credential=ec"))
    return desk


@contextmanager
def open_house(desk: Desk, remote: Service, *, called: bool = True) -> Iterator[House]:
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    desk = with_settings(desk, public_url=url if called else "")
    with served(desk, port), httpx.Client(base_url=url, timeout=30) as http:
        account = {"username": "official", "password": PASSWORD}
        token = http.post("/api/v1/tokens", json=account).json()["token"]
        http.headers["Authorization"] = f"Bearer {token}"
        yield House(desk, url, remote, http)


@pytest.fixture
def house(tmp_path: Path, remote: Service) -> Iterator[House]:
    with open_house(remote_desk(tmp_path / "data", remote), remote) as opened:
        yield opened


def _asks(remote: Service) -> int:
    return remote.calls("signatures/signPolling")


def test_a_call_brings_the_values_and_serves_once(house: House) -> None:
    house.remote.call_after = 1.0
    records = confirmed(house.desk.services, 3)
    batch = house.until(house.begin(records), lambda b: b["status"] == "done")
    assert (batch["signed"], batch["failed"]) == (3, 0)
    ((address, status),) = house.remote.called
    assert address.startswith(f"{house.url}{remote_values.NOTICE_PATH}")
    assert status == 204
    assert _asks(house.remote) == 2, "once at the beginning, once when it called: nothing in between"
    assert call(address, b"") == 404
    order = next(body for path, body in house.remote.asked if path.endswith("signHash"))
    assert order["response_uri"] == address
    assert all(actions(house.desk.services, one).count(Action.SIGNED) == 1 for one in records)


def test_what_a_call_says_counts_for_nothing(house: House) -> None:
    """Values in the call would be those of a stranger; what the service itself answers is embedded."""
    house.remote.call_after, house.remote.call_with = 0.5, b'{"signatures":["' + b"A" * 2_000_000 + b'"]}'
    batch = house.until(house.begin(confirmed(house.desk.services, 1)), lambda b: b["status"] == "done")
    assert batch["signed"] == 1


@pytest.mark.parametrize("fault", ["foreign", "value"])
def test_values_that_come_later_are_checked_as_all_are(house: House, fault: str) -> None:
    house.remote.call_after, house.remote.fault = 0.3, fault
    batch = house.until(house.begin(confirmed(house.desk.services, 1)), lambda b: b["status"] == "done")
    assert batch["failed"] == 1
    assert batch["documents"][0]["error"]["code"] == "foreign-value"


def test_nobody_else_can_call(house: House) -> None:
    house.remote.call_after = 0.0
    house.remote.may_call.clear()
    batch_id = house.begin(confirmed(house.desk.services, 1))
    house.until(batch_id, lambda _: _asks(house.remote) > 0)
    for guess in ("x", "A" * 43, "0" * 64):
        assert call(f"{house.url}{remote_values.NOTICE_PATH}{guess}", b"{}") == 404
    kept = house.desk.services.awaiting.of(batch_id, house.desk.services.now())
    assert call(f"{house.url}{remote_values.NOTICE_PATH}{kept[0].notice}", b"{}") == 404, (
        "a digest is no secret"
    )
    house.remote.may_call.set()
    assert house.until(batch_id, lambda b: b["status"] == "done")["signed"] == 1


def test_guesses_are_limited_by_address(tmp_path: Path, remote: Service) -> None:
    client = remote_desk(tmp_path / "data", remote).client(public_requests_a_minute=3)
    answers = [client.post(f"{remote_values.NOTICE_PATH}{n}").status_code for n in range(5)]
    assert answers == [404, 404, 404, 429, 429]


def test_without_a_public_address_nobody_is_asked_to_call(tmp_path: Path, remote: Service) -> None:
    remote.unready, remote.call_after = 1, 0.1
    with open_house(remote_desk(tmp_path / "data", remote), remote, called=False) as house:
        batch = house.until(house.begin(confirmed(house.desk.services, 2)), lambda b: b["status"] == "done")
    assert batch["signed"] == 2
    assert not remote.called
    assert all("response_uri" not in body for _, body in remote.asked)


def test_a_service_that_never_calls_is_asked(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_values, "ASK_AGAIN", timedelta(seconds=1))
    house.remote.unready = 1
    batch = house.until(house.begin(confirmed(house.desk.services, 2)), lambda b: b["status"] == "done")
    assert (batch["signed"], house.remote.called) == (2, [])


def test_a_service_that_cannot_answer_now_is_asked_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_values, "ASK_AGAIN", timedelta(seconds=0.5))
    house.remote.hiccups = 3
    batch = house.until(house.begin(confirmed(house.desk.services, 2)), lambda b: b["status"] == "done")
    assert (batch["signed"], batch["failed"], batch["error"]) == (2, 0, None)
    assert house.remote.calls("signHash") == 1


def test_call_and_question_at_once_settle_once(house: House) -> None:
    """As where two processes hear of it in the same moment."""
    services = house.desk.services
    house.remote.unready = 10**6
    records = confirmed(services, 2)
    batch_id = house.begin(records)
    house.until(batch_id, lambda _: _asks(house.remote) > 0)
    (operation,) = services.awaiting.of(batch_id, services.now())
    house.remote.waiting = {name: (0, shape) for name, (_, shape) in house.remote.waiting.items()}
    other = with_settings(house.desk).services  # another process over the same database
    with batch_signing.unlocked(other, other.batches.get(batch_id), NOTHING_GIVEN) as key:
        assert key is not None
        remote_values.collect(other, batch_id, key)
        remote_values.collect(other, batch_id, key)
    batch = house.until(batch_id, lambda b: not b["interrupted"] and b["status"] == "done")
    assert batch["signed"] == 2
    with pytest.raises(NoticeRefused):
        services.awaiting.arrive(operation.notice, services.now())
    for record in records:
        assert actions(services, record).count(Action.SIGNED) == 1
        assert services.records.get(record.id).version == record.version + 1


_KILLED = """
import os, signal, sys, time
from app import batch_signing, remote_values, wiring
from app.ports import Unlock
from app.settings import Settings
services = wiring.build(Settings())
batch = services.batches.get(sys.argv[1])
def stays():
    if services.awaiting.of(batch.id, services.now()):
        os.kill(os.getpid(), signal.SIGKILL)
    return True
with batch_signing.unlocked(services, batch, Unlock(os.environ["SECRET"])) as key:
    batch_signing.work_off(services, batch.id, key, 1, stays)
"""


@pytest.mark.parametrize("calls", [True, False])
def test_a_kill_between_order_and_values_costs_the_holder_nothing(
    tmp_path: Path, remote: Service, calls: bool
) -> None:
    """The service that starts again finds what was ordered, and takes it without PIN; with a call or
    without."""
    place = tmp_path / "data"
    desk = remote_desk(place, remote)
    services, records = desk.services, confirmed(desk.services, 3)
    consent = Consent({one.id: one.version for one in records}, "", seal=False)
    batch = batch_signing.begin(services, services.people.get("official"), consent)
    environment = {
        **os.environ,
        "BANCHINH_DATA": str(place),
        "BANCHINH_TRUST": str(place / "nobody"),
        "BANCHINH_FETCH_ALLOW": "127.0.0.0/8",
        "BANCHINH_CSC_HOSTS": urlsplit(remote.url("v2")).netloc,
        "BANCHINH_CSC_TOKEN": "token-of-tests",
        "BANCHINH_PUBLIC_URL": "http://127.0.0.1:1",
        "SECRET": PIN,
    }
    remote.unready = 10**6
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, batch.id], env=environment, timeout=60, check=False
    )
    assert killed.returncode == -9
    (operation,) = services.awaiting.of(batch.id, services.now())
    assert operation.records == tuple(one.id for one in records)
    asks = _asks(remote)
    with open_house(desk, remote) as house:
        house.until(batch.id, lambda _: _asks(remote) > asks)  # it is taken up, and not there yet
        remote.waiting = {name: (0, shape) for name, (_, shape) in remote.waiting.items()}
        if calls:
            order = next(body for path, body in remote.asked if path.endswith("signHash"))
            address = house.url + urlsplit(order["response_uri"]).path
            assert call(address, b"{}") == 204
        done = house.until(batch.id, lambda b: b["status"] == "done", 90)
    assert (done["signed"], done["failed"]) == (3, 0)
    assert remote.calls("credentials/authorize") == 1, "its holder was not asked again"
    for record in records:
        present = services.records.get(record.id)
        assert (present.status, present.version) == (Status.SIGNED, record.version + 1)


def test_who_is_late_is_still_heard(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run has given up; the holder confirms, the service calls, and the batch goes on by itself."""
    monkeypatch.setattr(remote_values, "_PATIENCE", timedelta(seconds=0.5))
    house.remote.call_after = 0.0
    house.remote.may_call.clear()
    batch_id = house.begin(confirmed(house.desk.services, 2))
    batch = house.until(batch_id, lambda b: b["interrupted"])
    assert batch["error"]["code"] == "csc-too-late"
    house.remote.may_call.set()
    assert house.until(batch_id, lambda b: b["status"] == "done")["signed"] == 2
    assert house.remote.calls("credentials/authorize") == 1


def test_a_batch_that_is_left_takes_no_values(house: House) -> None:
    house.remote.call_after = 0.0
    house.remote.may_call.clear()
    (record,) = confirmed(house.desk.services, 1)
    batch_id = house.begin([record])
    house.until(batch_id, lambda _: _asks(house.remote) > 0)
    assert house.http.delete(f"{BATCHES}/{batch_id}").json()["status"] == "done"
    house.remote.may_call.set()
    deadline = time.monotonic() + 60
    while not house.remote.called:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert house.remote.called[0][1] == 404
    assert house.desk.services.records.get(record.id).status is Status.CONFIRMED


def _without_looking(house: House, batch_id: str, seconds: float = 20) -> int:
    """How many are signed of a batch, once it is done, while nobody asks for it."""
    batches, deadline = house.desk.services.batches, time.monotonic() + seconds
    while (batch := batches.get(batch_id)).status is not BatchStatus.DONE:
        assert time.monotonic() < deadline, batch
        time.sleep(0.1)
    return batch.counted(DocumentStatus.SIGNED)


def _ready(remote: Service) -> None:
    remote.waiting = {name: (0, shape) for name, (_, shape) in remote.waiting.items()}


def _given_up(house: House, count: int) -> str:
    """A batch whose run has given up waiting for its holder."""
    house.remote.unready = 10**6
    batch_id = house.begin(confirmed(house.desk.services, count))
    batch = house.until(batch_id, lambda b: b["interrupted"])
    assert batch["error"]["code"] == "csc-too-late"
    return batch_id


def test_asking_goes_on_while_nobody_looks(
    tmp_path: Path, remote: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a public address, and after the run has given up."""
    monkeypatch.setattr(remote_values, "_PATIENCE", timedelta(seconds=0.5))
    monkeypatch.setattr(awaiting, "ASK_AGAIN", timedelta(seconds=0.5))
    monkeypatch.setattr(remote_values, "ASK_AGAIN", timedelta(seconds=0.5))
    monkeypatch.setattr(remote_values, "_ASK_LATE", timedelta(seconds=0.5))
    with open_house(remote_desk(tmp_path / "data", remote), remote, called=False) as house:
        batch_id, asks = _given_up(house, 2), _asks(remote)
        while _asks(remote) < asks + 2:
            time.sleep(0.1)
        house.until(batch_id, lambda b: (b["error"] or {}).get("code") == "csc-too-late")
        _ready(remote)
        assert _without_looking(house, batch_id) == 2
    assert remote.calls("credentials/authorize") == 1


def test_a_call_while_the_batch_is_being_left_is_heard(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_values, "_PATIENCE", timedelta(seconds=0.5))
    house.remote.unready = 10**6
    batches = house.desk.services.batches
    release, answered = batches.release, list[int]()

    def late(batch_id: str, runner: str, problem: Problem | None = None) -> None:
        if not answered:
            _ready(house.remote)
            order = next(body for path, body in house.remote.asked if path.endswith("signHash"))
            answered.append(call(order["response_uri"], b""))
        release(batch_id, runner, problem)

    monkeypatch.setattr(batches, "release", late)
    batch_id = house.begin(confirmed(house.desk.services, 1))
    assert _without_looking(house, batch_id, 10) == 1
    assert answered == [204]


def test_an_order_counts_until_another_is_taken(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PIN that is refused, and a service that cannot answer now, cost no values that are confirmed."""
    monkeypatch.setattr(remote_values, "_PATIENCE", timedelta(seconds=0.5))
    batch_id, services = _given_up(house, 2), house.desk.services
    house.remote.hiccups = 1
    house.http.post(f"{BATCHES}/{batch_id}/resume", json={"passphrase": "0000"})
    house.until(batch_id, lambda b: b["interrupted"] and b["error"]["code"] == "csc-wrong-secret")
    assert len(services.awaiting.of(batch_id, services.now())) == 1
    _ready(house.remote)
    order = next(body for path, body in house.remote.asked if path.endswith("signHash"))
    assert call(order["response_uri"], b"") == 204
    assert house.until(batch_id, lambda b: b["status"] == "done")["signed"] == 2


def test_fewer_values_than_records_are_a_strange_answer(house: House) -> None:
    house.remote.fault = "short"
    batch = house.until(house.begin(confirmed(house.desk.services, 2)), lambda b: b["error"] is not None)
    assert (batch["error"]["code"], batch["signed"], batch["failed"]) == ("csc-answer", 0, 0)


def test_guesses_reach_no_database(tmp_path: Path, remote: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, looked = remote_desk(tmp_path / "data", remote), list[str]()
    arrive = desk.services.awaiting.arrive

    def heard(notice: str, now: datetime) -> Operation:
        looked.append(notice)
        return arrive(notice, now)

    monkeypatch.setattr(desk.services.awaiting, "arrive", heard)
    client = desk.client(public_requests_a_minute=3)
    guesses = ["x", "A" * 43, "A" * 42 + "!", "B" * 43]
    answers = [client.post(f"{remote_values.NOTICE_PATH}{one}").status_code for one in guesses]
    assert (answers, len(looked)) == ([404, 404, 404, 429], 1)


def test_calls_that_serve_are_not_counted(
    tmp_path: Path, remote: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = remote_desk(tmp_path / "data", remote)
    services, (record,) = desk.services, confirmed(desk.services, 1)
    official = services.people.get("official")
    consent = Consent({record.id: record.version}, "", seal=False)
    batch, now = batch_signing.begin(services, official, consent), services.now()
    client = desk.client(public_requests_a_minute=1)
    for letter in "ABC":
        notice = hashlib.sha256((letter * 43).encode()).hexdigest()
        services.awaiting.open(Operation(notice, batch.id, (record.id,), now + timedelta(hours=1)), now)
        assert client.post(f"{remote_values.NOTICE_PATH}{letter * 43}").status_code == 204
    assert client.post(f"{remote_values.NOTICE_PATH}x").status_code == 404
    assert client.post(f"{remote_values.NOTICE_PATH}x").status_code == 429


def test_the_seal_is_not_opened_while_nothing_has_come(
    tmp_path: Path, remote: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_values, "_PATIENCE", timedelta(seconds=0.5))
    desk, opened = remote_desk(tmp_path / "data", remote), list[str]()
    services = desk.services
    agencies = services.agencies
    agencies.save(replace(agencies.get(HERE), seal_key="file:/nowhere.p12"))

    @contextmanager
    def counted(_: Services, agency: str) -> Iterator[UnlockedKey]:
        opened.append(agency)
        raise SigningRefused("key-failed", "", "")
        yield  # type: ignore[unreachable]

    remote.unready = 10**6
    (record,) = confirmed(services, 1)
    consent = Consent({record.id: record.version}, "", seal=True)
    batch = batch_signing.begin(services, services.people.get("official"), consent)
    with (
        batch_signing.unlocked(services, batch, Unlock(PIN)) as key,
        pytest.raises(KeyLost),
    ):
        batch_signing.work_off(services, batch.id, key, 1, lambda: True)
    (operation,) = services.awaiting.of(batch.id, services.now())
    services.awaiting.arrive(operation.notice, services.now())
    monkeypatch.setattr(sealing, "unlocked", counted)
    asks = _asks(remote)
    batch_signing.collect(services, batch.id, 1, lambda: True)
    assert (_asks(remote), opened) == (asks + 1, [])
