"""One paper record walks the whole way, in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.codes import code_of
from tests.e2e.walk import House, drop, fits, locked, look, scans

pytestmark = [pytest.mark.browser]


@pytest.mark.timeout(900)
def test_the_whole_walk(browser: Browser, open_house: Callable[..., House], tmp_path: Path) -> None:
    _walk(browser, open_house(), tmp_path, 1280)


@pytest.mark.timeout(900)
def test_the_whole_walk_on_s3_and_postgresql_by_telephone(
    browser: Browser,
    open_house: Callable[..., House],
    tmp_path: Path,
    postgres_url: str,
    s3_environment: dict[str, str],
) -> None:
    """What is shown in a width knows nothing of what keeps it."""
    _walk(browser, open_house(BANCHINH_DATABASE=postgres_url, **s3_environment), tmp_path, 360)


def _walk(browser: Browser, house: House, folder: Path, width: int) -> None:
    clerk = house.sign_in(browser, "clerk", width)
    complaints: list[str] = []
    clerk.on("pageerror", lambda error: complaints.append(str(error)))
    clerk.on(
        "console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None
    )
    papers = scans(folder / "scans")
    drop(clerk, [*papers, papers[-1], locked(folder / "co-mat-khau.pdf")])
    expect(clerk.locator("#queue-sum")).to_contain_text("không đọc được 2")
    expect(clerk.locator("#queue .bad", has_text="không phải PDF")).to_be_visible()
    expect(clerk.locator("#queue .bad", has_text="Tệp có mật khẩu")).to_be_visible()
    expect(clerk.locator("#queue em")).to_have_count(1)  # the same file again, and its row is not left behind
    expect(clerk.locator("#records tbody tr")).to_have_count(4)
    fits(clerk)

    record = _confirm(clerk)
    _find(clerk)
    pdf = _sign(house, browser, record, folder, width)
    _verify(house, browser, pdf, record, width)
    assert complaints == []


def _confirm(page: Page) -> str:
    """By keyboard: from doubt to doubt, a value typed, confirmed. Gives the record's id."""
    page.get_by_role("link", name="Về việc thành lập").click()
    page.wait_for_selector("#fields")
    look(page)
    fits(page)
    word = page.locator("#words span[data-word]", has_text="QUYẾT").first
    word.click()
    expect(page.locator("#sheet rect.here")).to_have_count(1)
    expect(word).to_have_class("here")
    page.locator("#field-subject").focus()
    expect(page.locator("#marked-place")).to_be_visible()
    number = page.locator("#field-number")
    number.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("27")
    page.keyboard.press("Enter")
    expect(page.locator("#field-symbol")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("QĐ-UBND")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**done=confirmed")
    expect(page.locator(".message.good")).to_contain_text("Đã xác nhận")
    expect(number).to_have_value("27")
    expect(page.get_by_role("link", name="Kiểm tra hồ sơ kế tiếp")).to_be_focused()
    return page.url.split("/records/")[1].split("?")[0]


def _find(page: Page) -> None:
    """By words with and without tone marks, and by number."""
    for words in ("số hóa hồ sơ", "so hoa ho so", "27/QĐ-UBND", "thanh lap to so hoa"):
        page.goto("/records")
        look(page)
        page.get_by_role("searchbox").fill(words)
        page.keyboard.press("Enter")
        page.wait_for_url("**/records?query=**")
        expect(page.get_by_role("link", name="Về việc thành lập")).to_be_visible()
    page.goto("/records?query=khong-co-dau-dau")
    expect(page.locator(".empty")).to_be_visible()
    fits(page)


def _sign(house: House, browser: Browser, record: str, folder: Path, width: int) -> Path:
    page = house.sign_in(browser, "official", width)
    fits(page)
    page.locator(f'a[href="/records/{record}"]').click()
    page.wait_for_url(f"**/records/{record}")
    look(page)
    page.get_by_label("Mật khẩu khóa ký").fill("sai")
    page.keyboard.press("Enter")
    expect(page.locator(".message.bad")).to_contain_text("không đúng")
    look(page)
    page.get_by_label("Mật khẩu khóa ký").fill(house.desk.authority.passphrase)
    page.keyboard.press("Enter")
    expect(page.locator(".message.good")).to_contain_text("Đã ký số")
    fits(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Bản đã ký").click()
    download.value.save_as(folder / "da-ky.pdf")
    return folder / "da-ky.pdf"


def _verify(house: House, browser: Browser, pdf: Path, record: str, width: int) -> None:
    """Without an account."""
    page = house.visit(browser, width)
    page.goto("/verify")
    page.set_input_files("input[name=file]", str(pdf))
    page.get_by_role("button", name="Kiểm tra").click()
    expect(page.locator("#verdict")).to_contain_text(
        "Hợp lệ: bản số hóa từ giấy, ỦY BAN NHÂN DÂN XÃ MẪU xác nhận"
    )
    expect(page.locator(".verdict.info")).to_be_visible()
    expect(page.locator("main")).to_contain_text(code_of(record))
    fits(page)
    altered = pdf.with_name("da-sua.pdf")
    data = bytearray(pdf.read_bytes())
    data[len(data) // 3] ^= 1
    altered.write_bytes(data)
    page.set_input_files("input[name=file]", str(altered))
    page.get_by_role("button", name="Kiểm tra").click()
    expect(page.locator(".verdict.bad")).to_be_visible()
    fits(page)
