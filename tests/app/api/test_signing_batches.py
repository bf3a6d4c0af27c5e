"""Batches over HTTP: one consent and one unlock, each document on its own, whoever holds the key."""

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from fastapi.testclient import TestClient

from app.audit import Action
from app.front import batch_runs
from app.records import Record, Seal, Status
from app.sample.authority import OFFICIAL, Issuer, new_issuer
from signing.validation import validate
from tests.app.batches import BATCHES, actions, asked, confirmed, done, outside, shown, until, value_of
from tests.app.front import HERE, Desk, open_desk
from tests.app.serving import served
from tests.signing import documents
from tests.signing.conftest import NOW

AGENCY_NAME = "ỦY BAN NHÂN DÂN XÃ MẪU"


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return new_issuer(NOW, "ec")


@pytest.fixture
def official(lite_desk: Desk, issuer: Issuer) -> TestClient:
    lite_desk.trust(issuer)
    return lite_desk.program("official")


def _signed_file(desk: Desk, record: Record, place: Path) -> Path:
    signed = desk.services.records.get(record.id).signed
    assert signed
    file = place / f"{signed}.pdf"
    with desk.services.objects.open(signed) as stored:
        file.write_bytes(stored.read())
    return file


def test_a_batch_is_signed_with_one_unlock(desk: Desk, tmp_path: Path) -> None:
    official = desk.program("official")
    records = confirmed(desk.services, 3)
    begun = official.post(BATCHES, json=asked(records, desk.authority.passphrase, reason="Đồng ý cấp"))
    assert begun.status_code == 201, begun.text
    batch = done(official, begun.json()["id"])
    assert (batch["total"], batch["signed"], batch["failed"]) == (3, 3, 0)
    assert [one["record"] for one in batch["documents"]] == [record.id for record in records]
    for record in records:
        assert desk.services.records.get(record.id).status is Status.SIGNED
        event = desk.services.history.of(record.id)[-1]
        assert (event.action, event.details["batch"]) == (Action.SIGNED, batch["id"])
        report = validate(_signed_file(desk, record, tmp_path), anchors=[desk.authority.trust])
        assert report.verdict == "valid"


def test_each_document_stands_alone(lite_desk: Desk, official: TestClient) -> None:
    services = lite_desk.services
    good, later = confirmed(services, 2)
    (broken,) = confirmed(services, 1, content=documents.encrypted())
    changed = services.records.save(later, [])
    request = asked([good, later, broken], lite_desk.authority.passphrase)
    batch = done(official, official.post(BATCHES, json=request).json()["id"])
    states = [(one["status"], (one["error"] or {}).get("code")) for one in batch["documents"]]
    assert states == [("signed", None), ("failed", "changed"), ("failed", "encrypted")]
    assert all({"vi", "en", "message"} <= set(one["error"]) for one in batch["documents"][1:])
    assert services.records.get(later.id) == changed, "what was not shown is not signed"
    assert actions(services, broken)[-1] is Action.SIGNING_REFUSED
    again = official.post(BATCHES, json=asked([good], lite_desk.authority.passphrase)).json()
    assert again["documents"][0]["error"]["code"] == "not-to-be-signed"


def test_a_wrong_passphrase_begins_nothing(lite_desk: Desk, official: TestClient) -> None:
    records = confirmed(lite_desk.services, 2)
    refused = official.post(BATCHES, json=asked(records, "sai"))
    assert (refused.status_code, refused.json()["code"]) == (422, "wrong-passphrase")
    assert official.get(BATCHES).json() == {"batches": []}
    assert actions(lite_desk.services, records[0])[-1] is Action.SIGNING_REFUSED
    assert "sai" not in json.dumps(lite_desk.services.history.of(records[0].id)[-1].details)


@pytest.mark.parametrize(
    ("algorithm", "scheme"),
    [("ec", "ecdsa"), ("rsa", "rsassa_pkcs1v15"), ("rsa", "rsassa_pss")],
)
def test_a_key_that_the_service_never_sees(
    desk: Desk, issuer: Issuer, algorithm: Any, scheme: str, tmp_path: Path
) -> None:
    official = desk.program("official")
    desk.trust(issuer)
    issued = issuer.issue(NOW, algorithm=algorithm)
    records = confirmed(desk.services, 3)
    request = {"records": shown(records), "key": outside(issued, issuer, scheme)}
    begun = official.post(BATCHES, json=request)
    assert (begun.status_code, begun.json()["status"]) == (201, "preparing")
    batch = until(official, begun.json()["id"], lambda b: b["status"] == "awaiting-values")
    values = [
        {"record": one["record"], "value": value_of(issued, one["to_be_signed"], scheme)}
        for one in reversed(batch["documents"])
    ]
    for part in (values[:1], values[1:]):
        answer = official.post(f"{BATCHES}/{batch['id']}/values", json={"values": part})
        assert answer.status_code == 200
    batch = done(official, batch["id"])
    assert (batch["signed"], batch["failed"]) == (3, 0)
    issuer.write_trust(tmp_path / "trust", NOW)
    for record in records:
        report = validate(_signed_file(desk, record, tmp_path), anchors=[tmp_path / "trust"])
        assert report.verdict == "valid"
        assert (
            report.signatures[0].signer
            == x509.Certificate.load(issued.certificate.public_bytes(Encoding.DER)).subject.native[
                "common_name"
            ]
        )


def test_a_foreign_value_is_refused_and_the_others_go_on(
    lite_desk: Desk, official: TestClient, issuer: Issuer
) -> None:
    issued, other = issuer.issue(NOW, algorithm="ec"), issuer.issue(NOW, algorithm="ec")
    records = confirmed(lite_desk.services, 3)
    request = {"records": shown(records), "key": outside(issued, issuer, "ecdsa")}
    batch_id = official.post(BATCHES, json=request).json()["id"]
    first, second, third = until(official, batch_id, lambda b: b["status"] == "awaiting-values")["documents"]
    values = [
        {"record": first["record"], "value": value_of(issued, first["to_be_signed"])},
        {"record": second["record"], "value": value_of(issued, third["to_be_signed"])},
        {"record": third["record"], "value": value_of(other, third["to_be_signed"])},
    ]
    official.post(f"{BATCHES}/{batch_id}/values", json={"values": values})
    batch = done(official, batch_id)
    codes = [(one["error"] or {}).get("code") for one in batch["documents"]]
    assert codes == [None, "foreign-value", "foreign-value"]
    assert lite_desk.services.records.get(third["record"]).status is Status.CONFIRMED


def test_a_record_that_changed_since_it_was_shown_takes_novalue_of(
    lite_desk: Desk, official: TestClient, issuer: Issuer
) -> None:
    issued = issuer.issue(NOW, algorithm="ec")
    (record,) = confirmed(lite_desk.services, 1)
    request = {"records": shown([record]), "key": outside(issued, issuer, "ecdsa")}
    batch_id = official.post(BATCHES, json=request).json()["id"]
    (one,) = until(official, batch_id, lambda b: b["status"] == "awaiting-values")["documents"]
    lite_desk.services.records.save(record, [])
    value = {"record": record.id, "value": value_of(issued, one["to_be_signed"])}
    official.post(f"{BATCHES}/{batch_id}/values", json={"values": [value]})
    assert done(official, batch_id)["documents"][0]["error"]["code"] == "changed"
    assert lite_desk.services.records.get(record.id).signed is None


def test_an_outside_certificate_that_may_not_sign_is_refused_at_once(
    lite_desk: Desk, official: TestClient, issuer: Issuer
) -> None:
    records = confirmed(lite_desk.services, 1)
    key = outside(issuer.issue(NOW, algorithm="ec", usage="encrypt"), issuer, "ecdsa")
    junk = {**key, "certificates": [base64.b64encode(b"junk").decode()]}
    for given, code in ((key, "certificate-unfit"), (junk, "not-a-certificate")):
        refused = official.post(BATCHES, json={"records": shown(records), "key": given})
        assert (refused.status_code, refused.json()["code"]) == (422, code)


def test_an_outside_certificate_of_unknown_standing_begins_nothing(
    lite_desk: Desk, official: TestClient, issuer: Issuer
) -> None:
    """What it signs nobody here could verify: the official learns it before, not the citizen after."""
    (record,) = confirmed(lite_desk.services, 1)
    stranger, withdrawn = new_issuer(NOW, "ec"), issuer.issue(NOW, algorithm="ec")
    revoked = issuer.revocation_list(NOW, [(withdrawn.certificate, NOW)])
    (lite_desk.settings.trust_folder / "revoked.crl").write_bytes(revoked)
    unknown = outside(stranger.issue(NOW, algorithm="ec"), stranger, "ecdsa")
    for key, code in (
        (unknown, "certificate-unknown"),
        (outside(withdrawn, issuer, "ecdsa"), "certificate-revoked"),
    ):
        refused = official.post(BATCHES, json={"records": shown([record]), "key": key})
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert official.get(BATCHES).json() == {"batches": []}
    quiet, folder = new_issuer(NOW, "ec"), lite_desk.settings.trust_folder
    others = set(folder.rglob("*.crl"))
    lite_desk.trust(quiet)
    for file in set(folder.rglob("*.crl")) - others:
        file.unlink()
    asked_nowhere = outside(quiet.issue(NOW, algorithm="ec"), quiet, "ecdsa")
    begun = official.post(BATCHES, json={"records": shown([record]), "key": asked_nowhere})
    assert begun.status_code == 201, "a certificate that names no place to ask passes, as it does verified"


def test_an_outside_certificate_that_is_revoked_before_its_values_come_signs_nothing(
    lite_desk: Desk, official: TestClient, issuer: Issuer
) -> None:
    issued = issuer.issue(NOW, algorithm="ec")
    records = confirmed(lite_desk.services, 2)
    request = {"records": shown(records), "key": outside(issued, issuer, "ecdsa")}
    batch_id = official.post(BATCHES, json=request).json()["id"]
    waiting = until(official, batch_id, lambda b: b["status"] == "awaiting-values")["documents"]
    revoked = issuer.revocation_list(NOW, [(issued.certificate, NOW)])
    (lite_desk.settings.trust_folder / "later.crl").write_bytes(revoked)
    values = [{"record": one["record"], "value": value_of(issued, one["to_be_signed"])} for one in waiting]
    official.post(f"{BATCHES}/{batch_id}/values", json={"values": values})
    batch = done(official, batch_id)
    assert [one["error"]["code"] for one in batch["documents"]] == ["certificate-revoked"] * 2
    assert lite_desk.services.records.get(records[0].id).signed is None


def test_a_certificate_of_somebody_else_signs_nothing(
    lite_desk: Desk, official: TestClient, issuer: Issuer, tmp_path: Path
) -> None:
    services, (record,) = lite_desk.services, confirmed(lite_desk.services, 1)
    other = outside(issuer.issue(NOW, algorithm="ec", name="Lê Văn Thử"), issuer, "ecdsa")
    refused = official.post(BATCHES, json={"records": shown([record]), "key": other})
    assert (refused.status_code, refused.json()["code"]) == (422, "other-holder")
    assert "Lê Văn Thử" in refused.json()["detail"]
    plain = outside(issuer.issue(NOW, algorithm="ec", name="NGUYEN VAN MAU"), issuer, "ecdsa")
    begun = official.post(BATCHES, json={"records": shown([record]), "key": plain})
    assert begun.status_code == 201, "names in certificates are often without marks"
    official.delete(f"{BATCHES}/{begun.json()['id']}")
    person, agency = services.people.get("official"), services.agencies.get(HERE)
    services.people.save(replace(person, name="Phạm Thị Thử"))
    signature = {"passphrase": lite_desk.authority.passphrase, "version": record.version}
    alone = official.post(f"/api/v1/records/{record.id}/signature", json=signature)
    assert (alone.status_code, alone.json()["code"]) == (422, "other-holder")
    services.people.save(person)
    assert official.post(f"/api/v1/records/{record.id}/signature", json=signature).status_code == 200
    (tmp_path / "seal.p12").write_bytes(issuer.bundle(issuer.issue(NOW, algorithm="ec"), None))
    services.agencies.save(replace(agency, seal_key=f"file:{tmp_path / 'seal.p12'}"))
    sealed = lite_desk.program("clerk").post(f"/api/v1/records/{record.id}/seal", json={})
    assert (sealed.status_code, sealed.json()["code"]) == (422, "other-agency")


def test_a_key_of_an_account_or_a_seal_of_unknown_standing_signs_nothing(
    lite_desk: Desk, official: TestClient, tmp_path: Path
) -> None:
    services, (record, other) = lite_desk.services, confirmed(lite_desk.services, 2)
    stranger, secret = new_issuer(NOW, "ec"), lite_desk.authority.passphrase
    for file, name, passphrase in (("official", OFFICIAL, secret), ("seal", AGENCY_NAME, None)):
        bundle = stranger.bundle(stranger.issue(NOW, algorithm="ec", name=name), passphrase)
        (tmp_path / f"{file}.p12").write_bytes(bundle)
    agency, person = services.agencies.get(HERE), services.people.get("official")
    services.agencies.save(replace(agency, seal_key=f"file:{tmp_path / 'seal.p12'}"))
    services.people.save(replace(person, signing_key=f"file:{tmp_path / 'official.p12'}"))
    alone = {"passphrase": secret, "version": record.version}
    for refused in (
        official.post(BATCHES, json=asked([record], secret)),
        official.post(f"/api/v1/records/{record.id}/signature", json=alone),
    ):
        assert (refused.status_code, refused.json()["code"]) == (422, "certificate-unknown")
    assert actions(services, record).count(Action.SIGNING_REFUSED) == 2
    services.people.save(person)
    batch = done(
        official, official.post(BATCHES, json=asked([record, other], secret, seal=True)).json()["id"]
    )
    assert (batch["signed"], services.records.get(record.id).seal) == (2, Seal.AWAITING)
    clerk, path = lite_desk.program("clerk"), f"/api/v1/records/{record.id}/seal"
    assert clerk.post(path, json={}).json()["code"] == "certificate-unknown"
    lite_desk.trust(stranger)
    assert clerk.post(path, json={}).json()["seal"] == "sealed"


def test_what_cannot_be_meant_is_refused(lite_desk: Desk, official: TestClient, issuer: Issuer) -> None:
    (record,) = confirmed(lite_desk.services, 1)
    (foreign,) = confirmed(lite_desk.services, 1, agency="xa-khac")
    passphrase = lite_desk.authority.passphrase
    key = outside(issuer.issue(NOW, algorithm="ec"), issuer, "ecdsa")
    cases = [
        (asked([record, record], passphrase), 422, "record-twice"),
        (asked([foreign], passphrase), 404, "record-not-found"),
        (asked([], passphrase), 422, "invalid-request"),
        (asked([record] * 501, passphrase), 422, "invalid-request"),
        (asked([record], passphrase, seal=True), 422, "no-seal-key"),
        ({"records": shown([record]), "key": {**key, "digest": "sha1"}}, 422, "invalid-request"),
    ]
    for request, status, code in cases:
        answer = official.post(BATCHES, json=request)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert passphrase not in answer.text
    batch_id = official.post(BATCHES, json={"records": shown([record]), "key": key}).json()["id"]
    assert official.post(f"{BATCHES}/{batch_id}/resume", json={}).json()["code"] == "other-kind-of-key"


def test_a_batch_is_its_persons_alone(lite_desk: Desk, official: TestClient, issuer: Issuer) -> None:
    key = outside(issuer.issue(NOW, algorithm="ec"), issuer, "ecdsa")
    records = confirmed(lite_desk.services, 1)
    batch_id = official.post(BATCHES, json={"records": shown(records), "key": key}).json()["id"]
    clerk = lite_desk.program("clerk")
    assert clerk.get(f"{BATCHES}/{batch_id}").json()["code"] == "batch-not-found"
    assert lite_desk.program("admin").get(f"{BATCHES}/{batch_id}").json()["code"] == "forbidden"
    assert clerk.post(BATCHES, json=asked(records, None)).json()["code"] == "forbidden"
    person = lite_desk.services.people.get("official")
    lite_desk.services.people.add(replace(person, username="official-2"))
    other = lite_desk.program("official-2")
    for path in ("", "/events"):
        assert other.get(f"{BATCHES}/{batch_id}{path}").json()["code"] == "batch-not-found"
    values = {"values": [{"record": records[0].id, "value": "AAAA"}]}
    assert other.post(f"{BATCHES}/{batch_id}/values", json=values).json()["code"] == "batch-not-found"
    assert other.get(BATCHES).json() == {"batches": []}
    until(official, batch_id, lambda b: b["status"] == "awaiting-values")
    (listed,) = official.get(BATCHES).json()["batches"]
    assert (listed["id"], listed["status"], listed["documents"]) == (batch_id, "awaiting-values", [])


def test_progress_is_told_live(tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "data")
    records = confirmed(desk.services, 4)
    with served(desk) as address, httpx.Client(base_url=address, timeout=60) as client:
        account = {"username": "official", "password": "mat-khau-thu-nghiem"}
        token = client.post("/api/v1/tokens", json=account).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        batch = client.post(BATCHES, json=asked(records, desk.authority.passphrase)).json()
        with client.stream("GET", f"{BATCHES}/{batch['id']}/events") as stream:
            told = [json.loads(line[6:]) for line in stream.iter_lines() if line.startswith("data: ")]
    assert told[-1]["status"] == "done", "the stream ends with the batch"
    assert told[-1]["signed"] == 4
    assert all(one["to_be_signed"] is None for state in told for one in state["documents"])
    assert records[0].agency == HERE


def test_too_many_who_watch_are_told_so(
    lite_desk: Desk, official: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = confirmed(lite_desk.services, 1)
    batch = official.post(BATCHES, json=asked(records, lite_desk.authority.passphrase)).json()
    done(official, batch["id"])
    monkeypatch.setattr(batch_runs, "MOST_STREAMS", 0)
    refused = official.get(f"{BATCHES}/{batch['id']}/events")
    assert (refused.status_code, refused.json()["code"]) == (503, "too-many-streams")
