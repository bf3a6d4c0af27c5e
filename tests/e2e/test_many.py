"""Many documents dropped at once on the public page: one sentence each, and every report at hand."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.serving import served
from tests.app.verdict_files import VerdictFiles
from tests.e2e.test_verdicts import STATES, _picture
from tests.e2e.walk import House, fits, look, until

pytestmark = [pytest.mark.browser]


def _opened(house: House, browser: Browser, width: int) -> Page:
    page = house.visit(browser, width)
    page.goto("/verify")
    look(page)
    return page


def test_each_file_has_its_sentence_and_its_report(
    browser: Browser, house: House, files: VerdictFiles
) -> None:
    for width in (1280, 360):
        page = _opened(house, browser, width)
        page.set_input_files("input[name=file]", [str(files.folder / f"{state}.pdf") for state in STATES])
        page.get_by_role("button", name="Kiểm tra", exact=True).press("Enter")
        expect(page.locator("#many-sum")).to_have_text(f"Đã kiểm tra {len(STATES)}/{len(STATES)} tệp")
        for number, (state, (tone, sentence)) in enumerate(STATES.items()):
            row = page.locator(".outcomes tbody tr").nth(number)
            expect(row.get_by_role("rowheader")).to_have_text(f"{state}.pdf")
            expect(row.locator(f".outcome.{tone}")).to_contain_text(sentence)
            expect(row.locator(".outcome svg")).to_be_visible()
        fits(page)
        _picture(page, f"many-{width}")
        button = page.get_by_role("button", name=re.compile("Xem báo cáo – added.pdf"))
        button.press("Enter")
        expect(page.locator("#verdict")).to_be_focused()
        expect(page.locator("#verdict")).to_contain_text(STATES["added"][1])
        fits(page)
        with page.expect_download() as download:
            page.get_by_role("button", name="Xem bản đã ký").click()
        assert Path(download.value.path()).read_bytes() == files["valid"]
        page.get_by_role("button", name="Xem chỗ khác").press("Enter")
        expect(page.locator("#pictures img")).to_have_count(2)
        expect(page.locator("#pictures")).to_be_focused()
        until(page, "[...document.querySelectorAll('#pictures img')].every((one) => one.naturalWidth > 500)")
        fits(page)
        _picture(page, f"changes-{width}")
        page.get_by_role("button", name="Trở lại danh sách").press("Enter")
        expect(button).to_be_focused()


def test_a_folder_is_looked_through_and_work_can_be_stopped(
    browser: Browser, house: House, files: VerdictFiles, tmp_path: Path
) -> None:
    inside = tmp_path / "thu-muc" / "sau"
    inside.mkdir(parents=True)
    for number in range(12):
        (inside / f"{number:02}.pdf").write_bytes(files["valid"])
    (inside / "ghi-chu.txt").write_text("no document")
    page = _opened(house, browser, 1280)
    page.set_input_files("#folder", str(tmp_path / "thu-muc"))
    expect(page.locator(".outcomes tbody tr")).to_have_count(12)
    expect(page.locator(".outcomes tbody th").first).to_have_text(re.compile("thu-muc/sau/"))
    page.get_by_role("button", name="Dừng").press("Enter")
    expect(page.locator(".outcome").last).to_have_text("Đã dừng, chưa kiểm tra.")


def test_too_many_in_a_minute_are_waited_for(
    browser: Browser, house: House, files: VerdictFiles, tmp_path: Path
) -> None:
    slow = house.desk.settings.model_copy(update={"public_requests_a_minute": 20})
    desk = type(house.desk)(house.desk.services, slow, house.desk.authority)
    with served(desk) as address:
        page = _opened(House(desk, address, lambda: None), browser, 1280)
        paths = []
        for number in range(22):
            paths.append(tmp_path / f"{number}.pdf")
            paths[-1].write_bytes(files["unsigned"])
        page.set_input_files("input[name=file]", [str(path) for path in paths])
        page.get_by_role("button", name="Kiểm tra", exact=True).click()
        expect(page.locator("#many-sum")).to_have_text("Đã kiểm tra 22/22 tệp")
        expect(page.locator(".outcome.none")).to_have_count(22)
