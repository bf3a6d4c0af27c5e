"""Splitting and joining over HTTP: the contract."""

from io import BytesIO
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from app import recognising, verification
from app.ports import SigningOrder, Unlock
from app.records import Record
from tests.app.front import Desk, open_desk
from tests.app.workers import paper
from tests.signing.documents import paper as born_digital


@pytest.fixture(scope="module")
def read_scan(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Record]:
    """A desk with a scan of three pages that awaits review; each test leaves it so."""
    desk = open_desk(tmp_path_factory.mktemp("scan"))
    return desk, desk.read(desk.receive(data=paper(3).getvalue()))


def _split(clerk: TestClient, record_id: str, *first_pages: int) -> dict:  # type: ignore[type-arg]
    version = clerk.get(f"/api/v1/records/{record_id}").json()["version"]
    body = {"version": version, "first_pages": first_pages}
    answer = clerk.post(f"/api/v1/records/{record_id}/papers", json=body)
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def _finish(desk: Desk) -> None:
    for record in desk.services.parts.unfinished():
        recognising.start_recognition(desk.services, record.id, record.attempt)
        recognising.finish_recognition(desk.services, record.id, record.attempt)


def _signed(desk: Desk, folder: Path) -> bytes:
    """A born-digital PDF of two pages with a signature."""
    (folder / "plain.pdf").write_bytes(born_digital(2))
    services = desk.services
    with services.keys.unlock(desk.authority.key_reference, Unlock(desk.authority.passphrase)) as key:
        order = SigningOrder("none")
        services.signer.sign(folder / "plain.pdf", folder / "signed.pdf", order, key, services.now())
    return (folder / "signed.pdf").read_bytes()


def test_a_scan_is_split_and_joined_again(read_scan: tuple[Desk, Record]) -> None:
    desk, whole = read_scan
    clerk = desk.program("clerk")
    address = f"/api/v1/records/{whole.id}"
    alone = clerk.get(f"{address}/papers").json()
    assert [one["id"] for one in alone["papers"]] == [whole.id]
    body = _split(clerk, whole.id, 1, 2)
    assert (body["record"]["status"], [one["status"] for one in body["papers"]]) == (
        "split",
        ["recognising", "recognising"],
    )
    assert body["papers"][1]["part_of"] == {
        "record": whole.id,
        "first_page": 2,
        "last_page": 3,
        "file_pages": 3,
    }
    _finish(desk)
    ids = [one["id"] for one in body["papers"]]
    listed = clerk.get("/api/v1/records", params={"sha256": whole.digest}).json()["records"]
    assert [one["id"] for one in listed] == ids
    assert {one["status"] for one in listed} == {"awaiting-review"}
    divided = clerk.get("/api/v1/records", params={"status": "split"}).json()["records"]
    assert [one["id"] for one in divided] == [whole.id]
    for one in listed:
        original = clerk.get(f"/api/v1/records/{one['id']}/files/original")
        assert original.content == paper(3).getvalue()
    pdf = clerk.get(f"/api/v1/records/{ids[1]}/files/pdf")
    assert "trang-2-3.pdf" in pdf.headers["content-disposition"]
    large, small = (
        clerk.get(f"/api/v1/records/{ids[1]}/pages/2/image", params=size) for size in ({}, {"small": "yes"})
    )
    assert large.status_code == small.status_code == 200
    with Image.open(BytesIO(small.content)) as thumbnail:
        assert thumbnail.width == 200, "carried from the page of the whole file"
    assert clerk.get(f"/api/v1/records/{ids[1]}/pages/3/image").status_code == 404
    again = clerk.post("/api/v1/records", files={"file": ("quyet-dinh.pdf", paper(3).getvalue())}).json()
    assert (again["records"][0]["id"], again["records"][0]["again"]) == (whole.id, True)
    joined = clerk.delete(f"{address}/papers").json()
    assert [one["id"] for one in joined["papers"]] == [whole.id]
    assert joined["record"]["status"] == "awaiting-review"
    assert clerk.get(f"/api/v1/records/{ids[0]}").json()["status"] == "joined"


def test_what_is_refused_says_why_in_both_languages(lite_desk: Desk) -> None:
    whole = lite_desk.read(lite_desk.receive(data=paper(2).getvalue()))
    clerk = lite_desk.program("clerk")
    address = f"/api/v1/records/{whole.id}/papers"
    for begins in ([], [2], [1, 1], [1, 3], [2, 1], [0, 1], [1, 10**30]):
        answer = clerk.post(address, json={"version": whole.version, "first_pages": begins})
        assert (answer.status_code, answer.json()["code"]) == (422, "first-pages"), begins
    assert clerk.post(address, json={"version": 1}).json()["code"] == "invalid-request"
    stale = clerk.post(address, json={"version": whole.version - 1, "first_pages": [1, 2]})
    assert (stale.status_code, stale.json()["code"]) == (409, "record-changed")
    ids = [one["id"] for one in _split(clerk, whole.id, 1, 2)["papers"]]
    _finish(lite_desk)
    part = lite_desk.services.records.get(ids[0])
    nested = clerk.post(
        f"/api/v1/records/{part.id}/papers", json={"version": part.version, "first_pages": [1]}
    )
    assert (nested.status_code, nested.json()["code"]) == (409, "already-a-part")
    values = {"version": part.version, "values": {"number": "15"}}
    assert clerk.put(f"/api/v1/records/{part.id}/fields", json=values).status_code == 200
    late = clerk.delete(address)
    assert (late.status_code, late.json()["code"]) == (409, "papers-confirmed")
    assert "trang 1 đã được xác nhận" in late.json()["vi"]
    assert "the part on p. 1 has been confirmed" in late.json()["en"]


def test_a_part_of_a_signed_file_is_not_signed_and_the_file_stays_so(lite_desk: Desk, tmp_path: Path) -> None:
    services, sent = lite_desk.services, _signed(lite_desk, tmp_path)
    whole = lite_desk.read(lite_desk.receive(data=sent))
    assert whole.digitally_signed
    clerk = lite_desk.program("clerk")
    made = _split(clerk, whole.id, 1, 2)["papers"]
    _finish(lite_desk)
    for one in made:
        body = clerk.get(f"/api/v1/records/{one['id']}").json()
        assert (body["status"], body["digitally_signed"], body["signed"]) == ("awaiting-review", False, False)
        assert b"/ByteRange" not in clerk.get(f"/api/v1/records/{one['id']}/files/pdf").content
        assert clerk.get(f"/api/v1/records/{one['id']}/recognition").json()["signatures"] == []
        assert clerk.get(f"/api/v1/records/{one['id']}/files/original").content == sent
    (tmp_path / "master.pdf").write_bytes(clerk.get(f"/api/v1/records/{whole.id}/files/pdf").content)
    report = verification.verify(services, tmp_path / "master.pdf")
    assert report["verdict"] == "valid"
    assert report["document"]["registered"]["code"] == whole.code


def test_a_signed_file_that_is_one_paper_stays_signed(lite_desk: Desk, tmp_path: Path) -> None:
    whole = lite_desk.read(lite_desk.receive(data=_signed(lite_desk, tmp_path)))
    clerk = lite_desk.program("clerk")
    _split(clerk, whole.id, 1)
    _finish(lite_desk)
    body = clerk.get(f"/api/v1/records/{whole.id}").json()
    assert (body["status"], body["digitally_signed"], body["one_paper"]) == ("awaiting-review", True, True)
    assert len(clerk.get(f"/api/v1/records/{whole.id}/recognition").json()["signatures"]) == 1
