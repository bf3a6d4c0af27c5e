"""Batches by keys at a remote signing service: their holder is asked once, and a wrong PIN is given once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from app import batch_signing
from app.audit import Action
from app.batch_signing import Consent
from app.batches import DocumentStatus
from app.ports import Unlock
from app.sample.authority import Issuer, new_issuer
from signing.refusals import SigningRefused
from tests.app.batches import BATCHES, asked, confirmed, done, until, with_settings
from tests.app.front import Desk, open_desk
from tests.signing import csc_server
from tests.signing.conftest import NOW
from tests.signing.csc_server import Held, Service

PIN, TOKEN = "47110815", "token-of-tests"


@pytest.fixture
def issuer() -> Issuer:
    return new_issuer(NOW, "ec")


@pytest.fixture
def service(issuer: Issuer) -> Iterator[Service]:
    held = {"ec": Held(issuer.issue(NOW, algorithm="ec"), [issuer.issuing])}
    with csc_server.serving(held) as served:
        yield served


@pytest.fixture(params=["v1", "v2"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, service: Service, issuer: Issuer) -> Desk:
    """A service whose official has a key at the remote service."""
    reference = f"csc:{service.url(request.param)}?credential=ec"
    opened = with_settings(
        open_desk(tmp_path / "data"),
        fetch_allow="127.0.0.0/8",
        csc_hosts=urlsplit(service.url(request.param)).netloc,
        csc_token=SecretStr(TOKEN),
    )
    opened.trust(issuer)
    people = opened.services.people
    people.save(replace(people.get("official"), signing_key=reference))
    return opened


def test_the_holder_is_asked_once_for_a_batch(desk: Desk, service: Service) -> None:
    official, records = desk.program("official"), confirmed(desk.services, 5)
    batch = done(official, official.post(BATCHES, json=asked(records, PIN)).json()["id"])
    assert (batch["signed"], batch["failed"]) == (5, 0)
    assert (service.calls("authorize"), service.calls("signHash")) == (1, 1)
    assert all(one["to_be_signed"] is None for one in batch["documents"])
    told = [e for e in desk.services.history.of(records[0].id) if e.action is Action.SIGNED]
    assert [(e.details["mark"], e.details["lookup"]) for e in told] == [("agency", True)], "as in the draft"


def test_a_wrong_pin_blames_no_document_and_is_given_once(desk: Desk, service: Service) -> None:
    official, records = desk.program("official"), confirmed(desk.services, 3)
    batch_id = official.post(BATCHES, json=asked(records, "0000")).json()["id"]
    batch = until(official, batch_id, lambda b: b["interrupted"] and b["error"] is not None)
    assert batch["error"]["code"] == "csc-wrong-secret"
    assert (batch["status"], batch["failed"]) == ("signing", 0)
    again = official.post(f"{BATCHES}/{batch_id}/resume", json={"passphrase": "0000"})
    assert (again.status_code, again.json()["code"]) == (422, "wrong-pin")
    assert service.held["ec"].wrong_pins == 1
    assert official.post(f"{BATCHES}/{batch_id}/resume", json={"passphrase": PIN}).status_code == 200
    batch = done(official, batch_id)
    assert (batch["signed"], batch["failed"], batch["error"]) == (3, 0, None)


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("csc:https://elsewhere.example/csc/v1?credential=ec", "csc-host"),
        ("csc:https://[broken", "csc-host"),
        ("pkcs11:token=a;object=b?module-path=/tmp/other.so", "reference-query"),
        ("pkcs11:token=a;object=b?pin-source=file:/etc/hostname", "reference-query"),
    ],
)
def test_a_reference_decides_neither_who_gets_the_access_nor_what_is_loaded(
    desk: Desk, service: Service, reference: str, code: str
) -> None:
    with pytest.raises(SigningRefused) as refused, desk.services.keys.unlock(reference, Unlock(PIN)):
        raise AssertionError("it must not open")
    assert refused.value.code == code
    assert service.calls("authorize") == 0


def test_one_record_is_signed_too(desk: Desk) -> None:
    (record,) = confirmed(desk.services, 1)
    signed = desk.program("official").post(
        f"/api/v1/records/{record.id}/signature", json={"passphrase": PIN, "version": record.version}
    )
    assert (signed.status_code, signed.json()["status"]) == (200, "signed"), signed.text


def test_values_that_came_are_not_asked_for_again(desk: Desk, service: Service) -> None:
    """As after a kill between their coming and the first that is embedded."""
    services, records = desk.services, confirmed(desk.services, 3)
    official = services.people.get("official")
    consent = Consent({one.id: one.version for one in records}, "", seal=False)
    batch = batch_signing.begin(services, official, consent)
    stops = iter([True] * 4 + [False] * 9)  # three are prepared, their holder is asked, and then it ends
    with batch_signing.unlocked(services, batch, Unlock(PIN)) as key:
        batch_signing.work_off(services, batch.id, key, 1, lambda: next(stops))
    left = services.batches.get(batch.id)
    assert [one.valued for one in left.documents] == [True] * 3
    with batch_signing.unlocked(services, batch, Unlock(PIN)) as key:
        batch_signing.work_off(services, batch.id, key, 1, lambda: True)
    assert services.batches.get(batch.id).counted(DocumentStatus.SIGNED) == 3
    assert service.calls("authorize") == 1


def test_a_one_time_password_comes_beside_the_pin(desk: Desk, service: Service) -> None:
    service.held["ec"].otp, service.held["ec"].passwords = "offline", ["123456"]
    official, records = desk.program("official"), confirmed(desk.services, 3)
    body = asked(records, PIN)
    body["key"]["one_time_password"] = "123456"
    batch = done(official, official.post(BATCHES, json=body).json()["id"])
    assert (batch["signed"], batch["failed"]) == (3, 0)


def test_one_that_the_service_sends_is_waited_for(desk: Desk, service: Service) -> None:
    service.held["ec"].otp = "online"
    official, records = desk.program("official"), confirmed(desk.services, 2)
    batch_id = official.post(BATCHES, json=asked(records, PIN)).json()["id"]
    batch = until(official, batch_id, lambda b: b["interrupted"] and b["error"] is not None)
    assert "OTP" in batch["error"]["vi"]
    given = {"passphrase": PIN, "one_time_password": service.sent[-1]}
    assert official.post(f"{BATCHES}/{batch_id}/resume", json=given).status_code == 200
    batch = done(official, batch_id)
    assert (batch["signed"], batch["failed"], batch["error"]) == (2, 0, None)
    assert len(service.sent) == 1, "what was sent is not made worthless by another"
