"""Mergers and new names of agencies, stated on the page and over HTTP, as by the command line."""

from tests.app.front import ELSEWHERE, HERE, Desk

NAME = f"/api/v1/agencies/{ELSEWHERE}/name"
MERGER = f"/api/v1/agencies/{ELSEWHERE}/merger"


def test_a_merger_is_stated_told_and_taken_back(lite_desk: Desk) -> None:
    admin = lite_desk.program("admin")
    stated = admin.put(MERGER, json={"into": HERE, "since": "2025-07-01"})
    assert (stated.status_code, stated.json()["merged_into"], stated.json()["merged_on"]) == (
        200,
        HERE,
        "2025-07-01",
    )
    cases = [
        (f"/api/v1/agencies/{HERE}/merger", {"into": ELSEWHERE}, "no-merger"),
        (MERGER, {"into": ELSEWHERE}, "no-merger"),
        (MERGER, {"into": HERE, "since": "2099-01-01"}, "merger-to-come"),
        (MERGER, {"into": "khong-co"}, "agency-not-found"),
        (MERGER, {"into": ""}, "invalid-request"),
    ]
    for address, body, code in cases:
        refused = admin.put(address, json=body)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert admin.put(MERGER, json={"into": HERE, "since": "2025-07-01"}).status_code == 200
    assert admin.delete(MERGER).json()["merged_into"] is None
    told = [one["action"] for one in admin.get("/api/v1/administration").json()["deeds"]]
    assert told == ["merger-removed", "agency-merged"], "the same said twice is told once"


def test_a_merger_is_stated_on_the_page(lite_desk: Desk) -> None:
    browser = lite_desk.browser("admin")
    address = f"/people/agencies/{ELSEWHERE}/merger"
    done = browser.submit(address, {"into": HERE, "since": "2025-07-01"})
    assert done.status_code == 303
    page = browser.client.get("/people").text
    assert "từ 01/07/2025 thuộc ỦY BAN NHÂN DÂN XÃ MẪU" in page
    for since, said in (("2099-01-01", "Chưa tới ngày sáp nhập"), ("hôm qua", "Ngày ghi chưa đúng")):
        refused = browser.submit(address, {"into": HERE, "since": since})
        assert (refused.status_code, said in refused.text) == (422, True)
    assert browser.submit(address, {"into": "", "since": ""}).status_code == 303
    assert lite_desk.services.agencies.get(ELSEWHERE).merged_into is None


def test_a_renaming_is_stated_told_and_taken_back(lite_desk: Desk) -> None:
    admin = lite_desk.program("admin")
    old = lite_desk.services.agencies.get(ELSEWHERE).name
    first = admin.put(NAME, json={"name": " XÃ  MỚI ", "since": "2025-07-01"})
    assert (first.status_code, first.json()["name"]) == (200, "XÃ MỚI")
    assert admin.put(NAME, json={"name": "PHƯỜNG MỚI", "since": "2026-03-01"}).json()["former_names"] == [
        {"name": old, "until": "2025-07-01"},
        {"name": "XÃ MỚI", "until": "2026-03-01"},
    ]
    cases = [
        ({"name": "PHƯỜNG MỚI"}, "no-renaming"),
        ({"name": "KHÁC", "since": "2026-03-01"}, "no-renaming"),
        ({"name": "KHÁC", "since": "2099-01-01"}, "no-renaming"),
        ({"name": "  "}, "no-renaming"),
        ({"name": ""}, "invalid-request"),
        ({"name": "X" * 201}, "invalid-request"),
    ]
    for body, code in cases:
        refused = admin.put(NAME, json=body)
        assert (refused.status_code, refused.json()["code"]) == (422, code), body
    last = {"present": "PHƯỜNG MỚI"}
    assert admin.put(NAME, json={"name": "KHÁC", "present": "XÃ MỚI"}).json()["code"] == "changed-meanwhile"
    assert admin.delete(NAME, params=last).json()["name"] == "XÃ MỚI"
    again = admin.delete(NAME, params=last)
    assert (again.status_code, again.json()["code"]) == (409, "changed-meanwhile"), "not one renaming more"
    assert admin.delete(NAME).json()["former_names"] == []
    assert admin.delete(NAME).json()["code"] == "no-renaming"
    agency = lite_desk.services.agencies.get(ELSEWHERE)
    assert (agency.name, agency.former) == (old, ())
    told = [one["action"] for one in admin.get("/api/v1/administration").json()["deeds"]]
    assert told == ["renaming-removed"] * 2 + ["agency-renamed"] * 2


def test_a_renaming_is_stated_on_the_page(lite_desk: Desk) -> None:
    browser = lite_desk.browser("admin")
    address = f"/people/agencies/{ELSEWHERE}/name"
    old = lite_desk.services.agencies.get(ELSEWHERE).name
    done = browser.submit(address, {"name": "PHƯỜNG MỚI", "since": "2025-07-01"})
    assert done.status_code == 303
    page = browser.client.get("/people").text
    assert f"đến trước 01/07/2025: {old}" in page
    assert "Đổi tên cơ quan" in page
    for since, said in (("2099-01-01", "một ngày đã tới"), ("hôm qua", "Ngày ghi chưa đúng")):
        refused = browser.submit(address, {"name": "KHÁC", "since": since})
        assert (refused.status_code, said in refused.text) == (422, True)
    assert browser.submit(f"{address}/removal", {}).status_code == 303
    assert lite_desk.services.agencies.get(ELSEWHERE).name == old
    assert browser.submit(f"{address}/removal", {}).status_code == 422


def test_a_form_of_before_another_renaming_renames_nothing(lite_desk: Desk) -> None:
    """Sent as it was shown, it took the name of before as a new one, and taking back went one further."""
    browser, agencies = lite_desk.browser("admin"), lite_desk.services.agencies
    address = f"/people/agencies/{ELSEWHERE}/name"
    old = agencies.get(ELSEWHERE).name
    for name, since in (("XÃ MỚI", "2025-07-01"), ("PHƯỜNG MỚI", "2026-03-01")):
        assert f'name="was_name" value="{agencies.get(ELSEWHERE).name}"' in browser.client.get("/people").text
        shown = {"was_name": agencies.get(ELSEWHERE).name}
        assert browser.submit(address, {**shown, "name": name, "since": since}).status_code == 303
    late = [
        (address, {"was_name": old, "name": old, "since": ""}),
        (f"{address}/removal", {"was_name": "XÃ MỚI"}),
    ]
    for where, form in late:
        refused = browser.submit(where, form)
        assert (refused.status_code, "Quản trị viên khác vừa sửa đúng mục này" in refused.text) == (422, True)
    assert agencies.get(ELSEWHERE).name == "PHƯỜNG MỚI"
    assert browser.submit(f"{address}/removal", {"was_name": "PHƯỜNG MỚI"}).status_code == 303
    assert agencies.get(ELSEWHERE).name == "XÃ MỚI"
