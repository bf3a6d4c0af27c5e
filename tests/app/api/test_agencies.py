"""Mergers of agencies, stated by an administrator on the page and over HTTP, as by the command line."""

from tests.app.front import ELSEWHERE, HERE, Desk

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
