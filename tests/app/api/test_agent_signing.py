"""The signing application fetches a document by a ticket and returns it signed, and nothing else is taken."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from app import agent_signing
from app.audit import Action
from app.records import IllegalTransition, Record, RecordChanged, Status
from app.sample.authority import new_issuer
from app.tickets import TicketRefused
from tests.app.batches import confirmed
from tests.app.front import Desk, open_desk
from tests.app.serving import served
from tests.signing_agent import Agent


@pytest.fixture
def record(lite_desk: Desk) -> Record:
    return confirmed(lite_desk.services, 1)[0]


@pytest.fixture
def address(lite_desk: Desk) -> Iterator[str]:
    with served(lite_desk) as address:
        yield address


@pytest.fixture
def agent(lite_desk: Desk) -> Agent:
    return Agent(lite_desk.authority.key_file, lite_desk.authority.passphrase)


def order_for(desk: Desk, address: str, record: Record) -> dict[str, Any]:
    answer = desk.program("official").post(
        f"/api/v1/records/{record.id}/agent-signing", json={"version": record.version}
    )
    assert answer.status_code == 201, answer.text
    ticket = answer.json()
    return {
        "FileName": address + ticket["download"],
        "FileUploadHandler": address + ticket["upload"],
        "SessionId": "",
        "JWTToken": "",
        "MetaData": [],
    }


def now_of(desk: Desk, record: Record) -> Record:
    return desk.services.records.get(record.id)


def test_what_the_application_signs_is_the_signed_record(
    lite_desk: Desk, record: Record, agent: Agent, address: str
) -> None:
    order = order_for(lite_desk, address, record)
    result = agent.obey(order)
    assert (result["Status"], result["FileServer"]) == (0, f"/records/{record.id}")
    signed = now_of(lite_desk, record)
    assert signed.status is Status.SIGNED
    pdf = lite_desk.program("official").get(f"/api/v1/records/{record.id}/files/pdf").content
    report = lite_desk.client().post("/api/v1/verify", files={"file": ("a.pdf", pdf)}).json()
    assert report["verdict"] == "valid"
    (event,) = [e for e in lite_desk.services.history.of(record.id) if e.action is Action.SIGNED]
    assert (event.actor, event.details["by"], event.details["level"]) == (
        "official",
        agent_signing.AGENT,
        "B-B",
    )
    again = agent.obey(order)  # the ticket is used up
    assert again["Status"] == 14
    late = lite_desk.client().post(
        order["FileUploadHandler"].removeprefix(address), files={"uploadfile": b"x"}
    )
    assert (late.json()["Status"], "Hãy bấm ký lại" in late.json()["Message"]) == (False, True)


def test_nothing_is_received_without_a_ticket(lite_desk: Desk, address: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        # a part that never comes: it is not waited for
        line.sendall(
            b"POST /api/v1/agent-signing/none HTTP/1.1\r\nHost: " + host.encode() + b"\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 90000000\r\n\r\n"
        )
        answer = line.recv(65536)
    assert b"200 OK" in answer.split(b"\r\n", 1)[0]


@pytest.mark.parametrize(
    ("alter", "said"),
    [
        (lambda data: data[: len(data) // 2], "không phải văn bản đã gửi đi"),
        (lambda data: data + b"\n% one more line\n", "không đúng"),
        (lambda data: b"%PDF-1.7 quite another", "không phải văn bản đã gửi đi"),
        (lambda data: data[:-4000] + bytes([data[-4000] ^ 1]) + data[-3999:], "Hãy"),
    ],
)
def test_anything_else_is_refused_and_changes_nothing(
    lite_desk: Desk, record: Record, agent: Agent, address: str, alter: Any, said: str
) -> None:
    agent.alter = alter
    result = agent.obey(order_for(lite_desk, address, record))
    assert result["Status"] == 28
    assert said in result["Message"]
    assert now_of(lite_desk, record) == record
    assert lite_desk.services.history.of(record.id)[-1].action is Action.SIGNING_REFUSED
    agent.alter = lambda data: data
    assert agent.obey(order_for(lite_desk, address, record))["Status"] == 0


def test_a_ticket_is_bound_to_record_version_person_and_minutes(lite_desk: Desk, record: Record) -> None:
    services = lite_desk.services
    official, clerk = services.people.get("official"), services.people.get("clerk")
    token, _ = agent_signing.send_out(services, official, record.id, record.version)
    later = replace(services, now=lambda: services.now() + agent_signing.LASTS + timedelta(seconds=1))
    for asked, secret in ((later, token), (services, "another")):
        with pytest.raises(TicketRefused), agent_signing.document(asked, secret):
            pass
        with pytest.raises(TicketRefused):
            agent_signing.take_back(asked, secret, BytesIO(b""))
    with pytest.raises(RecordChanged):
        agent_signing.send_out(services, official, record.id, record.version - 1)
    services.people.save(replace(official, role=clerk.role))  # who may not sign any more
    with pytest.raises(PermissionError), agent_signing.document(services, token):
        pass
    services.people.save(official)
    services.records.save(record, [])  # the person was shown another version
    with pytest.raises(RecordChanged), agent_signing.document(services, token):
        pass
    with pytest.raises(RecordChanged):
        agent_signing.take_back(services, token, BytesIO(b"%PDF"))


def test_a_signed_record_goes_out_no_more(
    lite_desk: Desk, record: Record, agent: Agent, address: str
) -> None:
    agent.obey(order_for(lite_desk, address, record))
    services = lite_desk.services
    with pytest.raises(IllegalTransition):
        agent_signing.send_out(services, services.people.get("official"), record.id, record.version)


def test_a_revoked_certificate_is_refused(tmp_path: Path) -> None:
    """Only the verifier knows: it has the revocation lists."""
    now = datetime.now(UTC)
    issuer = new_issuer(now, "ec")
    issued = issuer.issue(now - timedelta(days=9), algorithm="ec")
    trust, key_file = tmp_path / "trust", tmp_path / "key.p12"
    issuer.write_trust(trust, now)
    revoked = issuer.revocation_list(now, [(issued.certificate, now - timedelta(days=2))])
    (trust / "issuing.crl").write_bytes(revoked)
    key_file.write_bytes(issuer.bundle(issued, "mat-khau"))
    desk = open_desk(tmp_path / "data", trust=trust)
    (record,) = confirmed(desk.services, 1)
    with served(desk) as address:
        result = Agent(key_file, "mat-khau").obey(order_for(desk, address, record))
    assert result["Status"] == 28
    assert "thu hồi" in result["Message"]
    assert now_of(desk, record).status is Status.CONFIRMED
