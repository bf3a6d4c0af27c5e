"""The kind of a confirmed record is changed by keyboard: what that costs is said first."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.keyboard import tab_to
from tests.e2e.walk import House, fits, look

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def _choose(page: Page) -> None:
    """Another kind, by keyboard."""
    tab_to(page, ".kind-choice summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    for _ in range(100):
        if page.locator(".kind-choice select").input_value() == "giay-khai-sinh":
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#new-kind button")).to_be_focused()


def test_another_kind_is_asked_about_and_may_be_left(browser: Browser, quiet_house: House) -> None:
    desk = quiet_house.desk
    record = desk.read(desk.receive())
    program = desk.program("clerk")
    fields = program.get(f"/api/v1/records/{record.id}").json()["fields"]
    values = {name: field["value"] for name, field in fields.items()}
    sent = {"version": record.version, "values": values | {"signer": "Nguyễn Thị Mẫu"}}
    assert program.put(f"/api/v1/records/{record.id}/fields", json=sent).status_code == 200

    page = quiet_house.sign_in(browser, "clerk")
    page.goto(f"/records/{record.id}")
    look(page)
    _choose(page)
    expect(page.locator("#new-kind")).to_contain_text("Giấy khai sinh")
    expect(page.locator("#new-kind")).to_contain_text("chỉ còn trong lịch sử")
    page.set_viewport_size({"width": 360, "height": 740})
    fits(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    tab_to(page, "#new-kind a")
    page.keyboard.press("Enter")
    expect(page.locator("#new-kind")).to_have_count(0)
    assert desk.services.records.get(record.id).status == "confirmed", "nothing was done"

    _choose(page)
    page.keyboard.press("Enter")
    expect(page.locator("#busy")).to_be_visible()
    after = desk.read(desk.services.records.get(record.id))
    assert after.kind is not None
    assert after.kind.code == "giay-khai-sinh"
    expect(page.locator(".confirm-again")).to_have_count(2)  # asked again, and what was left behind
    expect(page.locator("#field-signer")).to_have_value("Nguyễn Thị Mẫu")
    page.goto(f"/records/{record.id}/history")
