"""Looking up over HTTP, by anybody, and stating what became of a record, by its issuer."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from app.agencies import FormerName
from ocr.checks.codes import codes_of
from tests.app.batches import confirmed, with_settings
from tests.app.front import ELSEWHERE, HERE, Desk
from tests.app.test_register import revoke, signed
from tests.signing import marked

STATEMENT = {"state": "revoked", "since": "2026-03-12", "reason": "Quyết định 12/QĐ-UBND"}


def test_anybody_looks_up(lite_desk: Desk) -> None:
    record, client = signed(lite_desk), lite_desk.client()
    for asked in ({"code": record.code.lower()}, {"sha256": "F" * 64}):
        answer = client.get("/api/v1/lookup", params=asked)
        assert answer.status_code == 200, answer.text
        assert answer.json()["code"] == record.code
        assert answer.json()["number"] == "15/QĐ-UBND"
        assert "Nguyễn" not in answer.text
        assert record.id not in answer.text
        assert answer.headers["cache-control"] == "no-store"


def test_what_is_asked_wrongly_says_what_to_do(lite_desk: Desk) -> None:
    client, code = lite_desk.client(), signed(lite_desk).code
    swapped = code[1] + code[0] + code[2:]
    for asked, status, problem in (
        ({}, 422, "code-or-sha256"),
        ({"code": code, "sha256": "0" * 64}, 422, "code-or-sha256"),
        ({"code": swapped}, 422 if swapped != code else 200, "bad-code"),
        ({"code": "7K3Q"}, 422, "bad-code"),
        ({"sha256": "0" * 64}, 404, "not-registered"),
        ({"sha256": "0"}, 422, "invalid-request"),
    ):
        answer = client.get("/api/v1/lookup", params=asked)
        assert (answer.status_code, answer.json().get("code")) == (status, problem), asked
        assert answer.json()["vi"]


def test_looking_up_is_limited_as_verifying_is(lite_desk: Desk) -> None:
    client = lite_desk.client(public_requests_a_minute=2)
    answers = [client.get("/api/v1/lookup", params={"code": "7K3Q"}).status_code for _ in range(3)]
    assert answers == [422, 422, 429]
    page = client.get("/lookup", params={"code": "7K3Q"})
    assert page.status_code == 429
    assert page.headers["retry-after"]
    assert client.get("/lookup").status_code == 200


def test_the_issuer_states_what_became_of_it(lite_desk: Desk) -> None:
    old, new = signed(lite_desk), signed(lite_desk, signed="e" * 64)
    program, address = lite_desk.program("official"), f"/api/v1/records/{old.id}/standing"
    assert program.get(address).json() == {"code": old.code, "state": "in-force", "statements": []}
    answer = program.post(
        address, json={**STATEMENT, "state": "replaced", "replaced_by": new.code, "version": old.version}
    )
    assert answer.status_code == 200, answer.text
    assert (answer.json()["standing"], answer.json()["version"]) == ("replaced", old.version + 1)
    (said,) = program.get(address).json()["statements"]
    assert said["stated_by"] == "official"
    assert said["replaced_by"] == new.code
    public = lite_desk.client().get("/api/v1/lookup", params={"code": old.code})
    assert public.json()["standing"] == {
        "state": "replaced",
        "since": "2026-03-12",
        "reason": "Quyết định 12/QĐ-UBND",
        "replaced_by": new.code,
    }
    assert "official" not in public.text
    again = program.post(address, json={**STATEMENT, "version": old.version})
    assert (again.status_code, again.json()["code"]) == (409, "record-changed")
    wrong = {**STATEMENT, "state": "in-force", "version": new.version}
    refused = program.post(f"/api/v1/records/{new.id}/standing", json=wrong)
    assert (refused.status_code, refused.json()["code"]) == (409, "no-change")


def test_what_was_revoked_is_not_called_valid_for_a_merger(lite_desk: Desk) -> None:
    agencies = lite_desk.services.agencies
    record = revoke(lite_desk, signed(lite_desk))
    merged = replace(agencies.get(HERE), merged_into=ELSEWHERE, merged_on=date(2025, 7, 1))
    agencies.save(merged)
    page = lite_desk.client().get("/lookup", params={"code": record.code}).text
    assert "Từ ngày 01/07/2025, cơ quan này thuộc" in page
    assert "Không dùng văn bản này nữa" in page
    assert "còn giá trị" not in page


def test_the_page_tells_the_name_of_the_day_and_the_present_one(lite_desk: Desk) -> None:
    agencies = lite_desk.services.agencies
    record, agency = signed(lite_desk), agencies.get(HERE)
    since = lite_desk.services.now().date() + timedelta(days=2)  # as one looks at it days later
    agencies.save(replace(agency, name="PHƯỜNG SAU", former=(FormerName(agency.name, since),)))
    client, found = lite_desk.client(), {"code": record.code}
    page = client.get("/lookup", params=found).text
    assert agency.name in page
    assert f"Từ ngày {since:%d/%m/%Y}, cơ quan này mang tên PHƯỜNG SAU" in page
    said = client.get("/api/v1/lookup", params=found).json()
    assert (said["issuer"], said["now_called"]["name"]) == (agency.name, "PHƯỜNG SAU")


def test_the_page_looks_up(lite_desk: Desk) -> None:
    record, client = signed(lite_desk), lite_desk.client()
    page = client.get("/lookup", params={"code": record.code}).text
    assert "Có trong sổ, còn hiệu lực." in page
    assert "15/QĐ-UBND" in page
    assert "Nguyễn" not in page
    revoke(lite_desk, record)
    page = client.get("/lookup", params={"code": record.code}).text
    assert "Đã bị thu hồi từ ngày 12/03/2026." in page
    assert "Lý do: Quyết định 12/QĐ-UBND." in page
    for copied in (f"Mã tra cứu: {record.code}", f"https://ho-so.example/lookup?code={record.code}"):
        assert client.get("/lookup", params={"code": copied}).text.count(record.code) > 1
    missing = client.get("/lookup", params={"code": "0" * 64})
    assert (missing.status_code, "Không có trong sổ" in missing.text) == (404, True)
    wrong = client.get("/lookup", params={"code": "<b>7K3Q"})
    assert wrong.status_code == 422
    assert "Mã gõ chưa đúng" in wrong.text
    assert "<b>7K3Q" not in wrong.text


def test_the_record_page_states_it(lite_desk: Desk) -> None:
    record, browser = signed(lite_desk), lite_desk.browser("official")
    page = browser.client.get(f"/records/{record.id}").text
    assert record.code in page
    assert "Thu hồi hoặc thay thế" in page
    address = f"/records/{record.id}/standing"
    typed = {**STATEMENT, "version": str(record.version)}
    for wrong, words in (
        ({"since": "12/3"}, "Ngày chưa đúng"),
        ({"state": "x"}, "Hãy chọn tình trạng"),
        ({"reason": ""}, "Cần ghi lý do"),
    ):
        answer = browser.submit(address, {**typed, **wrong})
        assert answer.status_code == 422
        assert words in answer.text
        assert "Quyết định 12/QĐ-UBND" in answer.text or "reason" in wrong
    assert browser.submit(address, typed).headers["location"].endswith("?done=stated")
    page = browser.client.get(f"/records/{record.id}").text
    assert "Văn bản này đã bị thu hồi từ ngày 12/03/2026." in page
    assert 'data-standing="revoked"' in page
    late = browser.submit(address, typed)
    assert late.status_code == 409
    assert "tình trạng chưa được ghi" in late.text
    assert "Thu hồi hoặc thay thế" not in lite_desk.browser("clerk").client.get(f"/records/{record.id}").text


def test_a_telephone_is_led_from_the_paper_to_its_look_up(lite_desk: Desk, tmp_path: Path) -> None:
    """The code on the paper holds the public address of the service and the look-up code, nothing else."""
    desk = with_settings(lite_desk, public_url="https://banchinh.example")
    (record,) = confirmed(desk.services, 1)
    body = {"passphrase": desk.authority.passphrase, "version": record.version}
    official = desk.program("official")
    assert official.post(f"/api/v1/records/{record.id}/signature", json=body).status_code == 200
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(official.get(f"/api/v1/records/{record.id}/files/pdf").content)
    marked.picture(signed, dpi=150).save(tmp_path / "page.png")
    (address,) = codes_of(tmp_path / "page.png")
    assert address == f"https://banchinh.example/lookup?code={record.code}"
    page = desk.client().get(address.removeprefix("https://banchinh.example"))
    assert (page.status_code, record.code in page.text) == (200, True)
    (plain,) = confirmed(lite_desk.services, 1)
    body["version"] = plain.version
    official = lite_desk.program("official")
    assert official.post(f"/api/v1/records/{plain.id}/signature", json=body).status_code == 200
    signed.write_bytes(official.get(f"/api/v1/records/{plain.id}/files/pdf").content)
    marked.picture(signed, dpi=150).save(tmp_path / "page.png")
    assert codes_of(tmp_path / "page.png") == (), "without an address there is nowhere to lead to"
