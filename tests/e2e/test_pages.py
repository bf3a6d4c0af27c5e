"""What only a browser shows: a lost connection, no scripts, a dropped folder, every page at every width."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.app.front import PASSWORD, decision
from tests.app.serving import served
from tests.e2e.walk import READING_SECONDS, House, fits, scans
from tests.ocr import drawing

pytestmark = [pytest.mark.browser]


@pytest.mark.timeout(600)
def test_progress_survives_a_restart_of_the_server(
    browser: Browser, open_house: Callable[..., House], tmp_path: Path
) -> None:
    house = open_house()
    page = house.sign_in(browser, "clerk")
    page.set_input_files("#files", [str(scans(tmp_path / "scans")[0])])
    expect(page.locator("#queue-list li")).to_have_count(1)
    expect(page.locator("#queue-list .say")).not_to_have_text("đang gửi")
    house.stop()
    page.wait_for_timeout(1500)
    with served(house.desk, int(house.address.rsplit(":", 1)[1])):
        expect(page.locator("#queue-sum")).to_contain_text("1/1", timeout=READING_SECONDS * 1000)


@pytest.mark.timeout(600)
def test_a_folder_goes_in(browser: Browser, open_house: Callable[..., House], tmp_path: Path) -> None:
    scans(tmp_path / "ho-so")
    (tmp_path / "ho-so" / "ghi-chu.txt").write_text("not a scan")
    drawing.page(100).save(tmp_path / "ho-so" / "tin-nhan.WEBP")  # phones send them, and none was taken
    page = open_house().sign_in(browser, "clerk")
    page.set_input_files("#folder", str(tmp_path / "ho-so"))
    expect(page.locator("#queue-list li")).to_have_count(5)
    expect(page.locator("#queue-sum")).to_contain_text("5/5", timeout=READING_SECONDS * 1000)


@pytest.mark.timeout(600)
def test_everything_works_without_scripts(browser: Browser, open_house: Callable[..., House]) -> None:
    house = open_house()
    page = house.visit(browser, java_script_enabled=False)
    page.goto("/sign-in")
    page.get_by_label("Tên đăng nhập").fill("clerk")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    sent = {"name": "quyết định.pdf", "mimeType": "application/pdf", "buffer": decision()}
    page.set_input_files("input[name=file]", [sent])  # type: ignore[list-item]
    page.get_by_role("button", name="Gửi").click()
    expect(page.locator("[aria-labelledby=outcome-title]")).to_contain_text("quyết định.pdf")
    for _ in range(READING_SECONDS):
        page.goto("/records")
        if page.locator('[data-at="awaiting-review"]').count():
            break
        page.wait_for_timeout(1000)
    page.locator(".paper a").first.click()
    page.get_by_label("Trích yếu").fill("Gõ tay")
    page.get_by_role("button", name="Xác nhận").click()
    expect(page.locator(".message.good")).to_be_visible()
    expect(page.get_by_label("Trích yếu")).to_have_value("Gõ tay")


def test_every_page_fits_and_can_be_seen_in_the_dark(
    browser: Browser, open_house: Callable[..., House]
) -> None:
    house = open_house()
    for account, addresses in (
        ("clerk", ("/records", "/verify", "/nothing")),
        ("official", ("/inbox", "/records")),
        ("admin", ("/people",)),
    ):
        page = house.sign_in(browser, account, 360)
        page.emulate_media(color_scheme="dark")
        for address in addresses:
            page.goto(address)
            fits(page)
            ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert ground == "rgb(17, 22, 29)"
