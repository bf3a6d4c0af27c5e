"""Records over HTTP: the contract."""

import asyncio
import hashlib
from io import BytesIO

import httpx
import pytest
from pikepdf import Pdf

from app import recognising
from app.api.events import HEARTBEAT
from app.front import identity, progress
from app.records import Record
from ocr.metadata import METADATA
from tests.app.front import Desk
from tests.app.serving import served
from tests.app.workers import paper


def _pdf(note: str = "") -> bytes:
    document = Pdf.new()
    document.add_blank_page()
    document.docinfo["/Title"] = note or "mẫu"
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def test_files_are_answered_one_by_one(desk: Desk) -> None:
    clerk = desk.program("clerk")
    good, other = _pdf("một"), paper(1).getvalue()
    sent = [
        ("file", ("một.pdf", good, "application/pdf")),
        ("file", ("rỗng.pdf", b"", "application/pdf")),
        ("file", ("hai.tif", other, "image/tiff")),
        ("file", ("ghi chú.txt", b"hello", "text/plain")),
    ]
    answer = clerk.post("/api/v1/records", files=sent, data={"dossier": "H-1"})
    assert answer.status_code == 202
    body = answer.json()
    assert [r["sha256"] for r in body["records"]] == [hashlib.sha256(b).hexdigest() for b in (good, other)]
    assert {r["status"] for r in body["records"]} == {"received"}
    assert [r["again"] for r in body["records"]] == [False, False]
    assert [(r["name"], r["error"]["code"]) for r in body["refused"]] == [
        ("rỗng.pdf", "empty"),
        ("ghi chú.txt", "not-a-document"),
    ]
    assert all(r["error"]["vi"] and r["error"]["en"] for r in body["refused"])
    again = clerk.post("/api/v1/records", files=sent[:1]).json()["records"][0]
    assert (again["again"], again["id"]) == (True, body["records"][0]["id"])
    listed = clerk.get("/api/v1/records", params={"dossier": "H-1"}).json()
    assert {r["id"] for r in listed["records"]} == {r["id"] for r in body["records"]}


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [(b"", 422, "empty"), (b"hello", 415, "not-a-document"), (b"%PDF" + b"x" * 70_000, 413, "too-large")],
)
def test_when_every_file_is_refused_it_is_a_problem(
    lite_desk: Desk, content: bytes, status: int, code: str
) -> None:
    clerk = lite_desk.program("clerk", upload_bytes=65_536)
    answer = clerk.post("/api/v1/records", files={"file": ("a.pdf", content)})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["refused"][0]["name"] == "a.pdf"
    assert clerk.get("/api/v1/records").json()["records"] == []


def test_the_limit_holds_for_each_file(lite_desk: Desk) -> None:
    clerk = lite_desk.program("clerk", upload_bytes=65_536)
    sent = [("file", (f"{n}.pdf", _pdf(str(n)))) for n in range(5)]
    sent.insert(2, ("file", ("lớn.pdf", b"%PDF" + b"x" * 100_000)))
    body = clerk.post("/api/v1/records", files=sent).json()
    assert len(body["records"]) == 5
    assert [r["error"]["code"] for r in body["refused"]] == ["too-large"]


def test_a_request_far_over_all_limits_is_cut_off(lite_desk: Desk) -> None:
    clerk = lite_desk.program("clerk", upload_bytes=1000)
    answer = clerk.post("/api/v1/records", files={"file": ("a.pdf", b"%PDF" + b"x" * 200_000)})
    assert (answer.status_code, answer.json()["code"]) == (413, "request-too-large")


@pytest.mark.parametrize(
    "body", [b"", b"--x\r\n", b"nonsense", b"--x\r\nContent-Disposition: form-data\r\n\r\nab"]
)
def test_a_broken_form_is_refused(lite_desk: Desk, body: bytes) -> None:
    clerk = lite_desk.program("clerk")
    answer = clerk.post(
        "/api/v1/records", content=body, headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-upload")


def test_a_request_without_file_says_so(lite_desk: Desk) -> None:
    answer = lite_desk.program("clerk").post("/api/v1/records", files={"dossier": (None, "x")})
    assert (answer.status_code, answer.json()["code"]) == (422, "no-file")


def test_an_idempotency_key_gives_the_first_answer(desk: Desk) -> None:
    clerk = desk.program("clerk")
    key = {"Idempotency-Key": "một-lần".encode().hex()}
    files = {"file": ("a.pdf", _pdf())}
    first = clerk.post("/api/v1/records", files=files, headers=key)
    second = clerk.post("/api/v1/records", files=files, headers=key)
    assert first.status_code == second.status_code == 202
    assert first.json() == second.json()
    assert second.json()["records"][0]["again"] is False
    other = clerk.post("/api/v1/records", files={"file": ("b.pdf", _pdf("b"))}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    bad = clerk.post("/api/v1/records", files=files, headers={"Idempotency-Key": "x" * 201})
    assert bad.json()["code"] == "bad-idempotency-key"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\hồ sơ\\văn bản.pdf", "văn bản.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("x" * 500 + ".pdf", "x" * 196 + ".pdf"),
        ('"><script>alert(1)</script>.pdf', "script>.pdf"),
    ],
)
def test_hostile_names_are_tamed(lite_desk: Desk, given: str, kept: str) -> None:
    clerk = lite_desk.program("clerk")
    boundary = "b0undary"
    quoted = given.replace('"', '\\"')
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{quoted}"\r\n\r\n'
    body = head.encode() + _pdf(given[:5].replace("\x00", "")) + f"\r\n--{boundary}--\r\n".encode()
    answer = clerk.post(
        "/api/v1/records",
        content=body,
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )
    assert answer.status_code == 202, answer.text
    record = answer.json()["records"][0]
    assert record["name"] == kept
    sent = clerk.get(f"/api/v1/records/{record['id']}/files/original")
    disposition = sent.headers["content-disposition"]
    assert disposition.startswith("attachment; filename=")
    assert disposition.isascii()
    assert "\n" not in disposition
    assert "sandbox" in sent.headers["content-security-policy"]


def test_a_record_that_was_read(read_desk: tuple[Desk, Record]) -> None:
    desk, record = read_desk
    clerk = desk.program("clerk")
    body = clerk.get(f"/api/v1/records/{record.id}").json()
    assert (body["status"], body["pages_done"], body["pages_total"]) == ("awaiting-review", 1, 1)
    assert body["error"] is None
    assert set(body["fields"]["symbol"]) >= {
        "value",
        "confidence",
        "page",
        "box",
        "state",
        "read",
        "confirmed",
    }
    read = clerk.get(f"/api/v1/records/{record.id}/recognition").json()
    assert read["source"]["sha256"] == record.digest
    assert tuple(body["metadata"]) == tuple(read["metadata"]) == METADATA
    kind = body["metadata"]["paper_code"]
    assert (kind["value"], kind["origin"], kind["confirmed"]) == (record.kind.code, "catalogue", False)
    assert read["pages"][0]["words"]
    pdf = clerk.get(f"/api/v1/records/{record.id}/files/pdf")
    assert pdf.content.startswith(b"%PDF")
    assert pdf.headers["content-type"] == "application/pdf"
    image = clerk.get(f"/api/v1/records/{record.id}/pages/1/image")
    assert image.headers["content-type"] in ("image/png", "image/jpeg")
    assert clerk.get(f"/api/v1/records/{record.id}/pages/2/image").status_code == 404
    assert (
        clerk.get("/api/v1/records", params={"query": "so hoa ho so"}).json()["records"][0]["id"] == record.id
    )
    assert clerk.get("/api/v1/records", params={"sha256": record.digest}).json()["records"]
    assert clerk.get("/api/v1/records", params={"status": ["signed"]}).json()["records"] == []
    actions = [e["action"] for e in clerk.get(f"/api/v1/records/{record.id}/history").json()["events"]]
    assert actions[0] == "received"
    assert {"recognised", "viewed", "downloaded"} <= set(actions)


def test_progress_is_a_stream_of_whole_records(read_desk: tuple[Desk, Record]) -> None:
    desk, record = read_desk
    with served(desk) as address:
        token = desk.program("clerk").headers["Authorization"]
        url = f"{address}/api/v1/records/{record.id}/events"
        with httpx.stream("GET", url, headers={"Authorization": token}, timeout=60) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            lines = stream.iter_lines()
            data = next(line for line in lines if line.startswith("data: "))
    assert f'"id":"{record.id}"' in data
    assert '"status":"awaiting-review"' in data


def test_nobody_hears_of_records_that_they_may_not_see(
    read_desk: tuple[Desk, Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, record = read_desk
    monkeypatch.setattr(progress, "HEARTBEAT_SECONDS", 0.1)  # the first comes after all that one may hear of
    with served(desk) as address:
        for account, hears in (("clerk", True), ("archivist", True), ("stranger", False), ("admin", False)):
            token = desk.program(account).headers["Authorization"]
            url, heard = f"{address}/api/v1/events?ids={record.id}", ""
            with httpx.stream("GET", url, headers={"Authorization": token}, timeout=60) as stream:
                for line in stream.iter_lines():
                    heard += line
                    if record.id in heard or HEARTBEAT.strip() in heard:
                        break
            assert record.id in heard or HEARTBEAT.strip() in heard, (
                "the stream ended before it said anything"
            )
            assert (record.id in heard) is hears, account


def test_the_metadata_of_a_record_are_keyed_in_where_paper_does_not_say_them(desk: Desk) -> None:
    record = desk.read(desk.receive())
    clerk = desk.program("clerk")
    address = f"/api/v1/records/{record.id}"
    values = {"number": "715", "symbol": "QĐ-UBND", "holder_id": "000.99.88.G77", "scope": "Phường Ví Dụ"}
    sent = clerk.put(f"{address}/fields", json={"version": record.version, "values": values})
    assert sent.status_code == 200, sent.text
    found = clerk.get(address).json()["metadata"]
    holder = found["holder_id"]
    assert (holder["value"], holder["origin"], holder["confirmed"]) == ("000.99.88.G77", "person", True)
    assert (holder["page"], holder["box"]) == (None, None)
    assert found["number_and_symbol"]["value"] == "715/QĐ-UBND"
    for query in ("000.99.88.G77", "715/QĐ-UBND", "phuong vi du", found["paper_name"]["value"]):
        listed = clerk.get("/api/v1/records", params={"query": query}).json()["records"]
        assert [one["id"] for one in listed] == [record.id], query


def test_confirm_sign_verify(desk: Desk) -> None:
    record = desk.read(desk.receive())
    clerk, official = desk.program("clerk"), desk.program("official")
    address = f"/api/v1/records/{record.id}"
    too_early = official.post(f"{address}/signature", json={"passphrase": "x"})
    assert (too_early.status_code, too_early.json()["code"]) == (409, "illegal-transition")
    values = {"number": "15", "symbol": "QĐ-UBND", "date": "2026-11-22", "subject": "Kế hoạch mẫu"}
    confirmed = clerk.put(f"{address}/fields", json={"version": record.version, "values": values})
    assert confirmed.status_code == 200, confirmed.text
    body = confirmed.json()
    assert body["status"] == "confirmed"
    assert body["fields"]["subject"]["value"] == "Kế hoạch mẫu"
    assert body["fields"]["subject"]["confirmed_by"] == "clerk"
    assert "read" in body["fields"]["subject"]
    late = clerk.put(f"{address}/fields", json={"version": record.version, "values": values})
    assert (late.status_code, late.json()["code"]) == (409, "record-changed")
    wrong = clerk.post(f"{address}/fields", json={"version": body["version"], "values": {"date": "hôm qua"}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "bad-field-value")
    assert wrong.json()["field"] == "date"
    assert official.post(f"{address}/signature", json={"passphrase": "sai"}).status_code == 422
    right = {"passphrase": desk.authority.passphrase}
    unseen = official.post(f"{address}/signature", json={**right, "version": record.version})
    assert (unseen.status_code, unseen.json()["code"]) == (409, "record-changed")
    signed = official.post(f"{address}/signature", json={**right, "version": body["version"]})
    assert signed.status_code == 200, signed.text
    assert (signed.json()["status"], signed.json()["signed"]) == ("signed", True)
    pdf = official.get(f"{address}/files/pdf").content
    report = desk.client().post("/api/v1/verify", files={"file": ("a.pdf", pdf)}).json()
    assert report["document"]["registered"]["code"] == record.code
    assert report["signatures"][0]["intact"] is True
    assert clerk.post(f"{address}/retry").status_code == 409


def test_what_is_not_read_yet_is_said_to_be_so(lite_desk: Desk) -> None:
    record = lite_desk.receive()
    clerk = lite_desk.program("clerk")
    for part in ("recognition", "files/pdf", "pages/1/image"):
        answer = clerk.get(f"/api/v1/records/{record.id}/{part}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not-ready"), part
    assert clerk.get("/api/v1/records/x/files/pdf").json()["code"] == "record-not-found"


def test_confirming_nothing_is_no_confirmation(lite_desk: Desk) -> None:
    record = lite_desk.read(lite_desk.receive())
    address = f"/api/v1/records/{record.id}/fields"
    answer = lite_desk.program("clerk").put(address, json={"version": record.version, "values": {}})
    assert (answer.status_code, answer.json()["field"]) == (422, "values")
    assert lite_desk.services.records.get(record.id).version == record.version


def test_a_stream_ends_with_its_session_though_news_never_pause(
    lite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "HEARTBEAT_SECONDS", 1.0)
    services = lite_desk.services
    person = services.people.get("clerk")
    _, session = identity.open_token(services, person, 1.0)

    async def listen() -> int:
        feed, heard = progress.ProgressFeed(services), 0
        await asyncio.to_thread(lite_desk.receive, "clerk", _pdf("0"))
        async for record in feed.watch(identity.Caller(person, session)):
            assert record is not None
            heard += 1
            if heard == 1:
                services.sessions.close(session.token_digest)
            await asyncio.to_thread(lite_desk.receive, "clerk", _pdf(str(heard)))
        await feed.stop()
        return heard

    assert asyncio.run(asyncio.wait_for(listen(), 30)) > 1


def test_a_failed_record_is_tried_again(desk: Desk) -> None:
    record = desk.receive(data=b"%PDF-1.7 nothing that could be read")
    clerk = desk.program("clerk")
    recognising.start_recognition(desk.services, record.id, 1)
    body = clerk.get(f"/api/v1/records/{record.id}").json()
    assert body["status"] == "refused"
    assert body["error"]["vi"]
    assert body["error"]["en"]
    again = clerk.post(f"/api/v1/records/{record.id}/retry")
    assert (again.status_code, again.json()["status"], again.json()["attempt"]) == (202, "received", 2)


def test_a_listing_goes_on_where_it_ended(desk: Desk) -> None:
    clerk = desk.program("clerk")
    ids = [desk.receive(data=_pdf(str(n))).id for n in range(5)]
    first = clerk.get("/api/v1/records", params={"limit": 3}).json()
    rest = clerk.get("/api/v1/records", params={"limit": 3, "after": first["next"]}).json()
    assert {r["id"] for r in first["records"] + rest["records"]} == set(ids)
    assert rest["next"] is None
    bad = clerk.get("/api/v1/records", params={"after": "nonsense"})
    assert (bad.status_code, bad.json()["code"]) == (422, "bad-cursor")
