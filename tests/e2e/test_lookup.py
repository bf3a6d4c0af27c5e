"""Looking a document up as a person does who holds a print of it, and revoking it as its issuer does."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from app.standing import Standing
from tests.app.test_register import revoke, signed
from tests.e2e.test_verdicts import _picture
from tests.e2e.walk import House, fits, look

pytestmark = [pytest.mark.browser]


def test_a_code_is_typed_and_answered(browser: Browser, quiet_house: House) -> None:
    desk = quiet_house.desk
    good = signed(desk)
    old, gone = signed(desk, signed="e" * 64), signed(desk, signed="d" * 64)
    revoke(desk, gone)
    revoke(desk, old, standing=Standing.REPLACED, replaced_by=good.code)
    for width in (1280, 360):
        page = quiet_house.visit(browser, width)
        for record, tone, sentence in (
            (good, "good", "Có trong sổ, còn hiệu lực."),
            (old, "withdrawn", "Đã được thay thế từ ngày 12/03/2026."),
            (gone, "withdrawn", "Đã bị thu hồi từ ngày 12/03/2026."),
        ):
            page.goto("/lookup")
            look(page)
            page.get_by_label("Mã tra cứu").focus()
            page.keyboard.type(record.code.lower().replace("-", " "))
            page.keyboard.press("Enter")
            expect(page.locator(f".verdict.{tone}")).to_be_visible()
            expect(page.locator("#verdict")).to_have_text(sentence)
            expect(page.locator("#verdict")).to_be_focused()
            assert "Nguyễn" not in page.locator("main").inner_text()
            fits(page)
            _picture(page, f"lookup-{sentence.split()[1]}-{tone}-{width}")
        page.goto("/lookup?code=7K3Q")
        expect(page.get_by_role("alert")).to_contain_text("Mã gõ chưa đúng")
        fits(page)
        _picture(page, f"lookup-wrong-{width}")
        page.goto("/lookup?code=" + "0" * 64)
        expect(page.locator(".verdict.none")).to_be_visible()
        fits(page)
        _picture(page, f"lookup-missing-{width}")


def test_only_the_digest_of_a_file_leaves_the_browser(
    browser: Browser, quiet_house: House, tmp_path: Path
) -> None:
    record = quiet_house.desk.receive()
    path, page = tmp_path / "a.pdf", quiet_house.visit(browser)
    with quiet_house.desk.services.objects.open(record.digest) as stored:
        path.write_bytes(stored.read())
    page.goto("/lookup")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    page.set_input_files("#counted", str(path))
    expect(page.locator(".verdict.none")).to_be_visible()  # received, and never signed
    assert page.url.endswith(f"/lookup?sha256={record.digest}")
    assert not [one for one in sent if not one.startswith("GET ")]


def test_an_official_revokes_and_mends_it(browser: Browser, quiet_house: House) -> None:
    record = signed(quiet_house.desk)
    other = signed(quiet_house.desk, signed="e" * 64)
    for width in (1280, 360):
        page = quiet_house.sign_in(browser, "official", width)
        page.goto(f"/records/{record.id}")
        look(page)
        page.get_by_text(re.compile("Thu hồi hoặc thay thế|Ghi lại tình trạng")).press("Enter")
        page.get_by_label("Thay thế bằng văn bản khác").check()
        page.get_by_label("Mã của văn bản thay thế").fill("sai mã")
        page.get_by_label("Lý do").fill("Quyết định 12/QĐ-UBND ngày 12/03/2026")
        fits(page)
        _picture(page, f"standing-form-{width}")
        page.get_by_role("button", name="Ghi tình trạng").click()
        expect(page.get_by_role("alert").filter(has_text="Không có hồ sơ nào mang mã")).to_be_visible()
        expect(page.get_by_label("Lý do")).to_have_value("Quyết định 12/QĐ-UBND ngày 12/03/2026")
        page.get_by_label("Mã của văn bản thay thế").fill(other.code)
        page.get_by_role("button", name="Ghi tình trạng").click()
        expect(page.locator(".standing .message")).to_contain_text(f"bằng văn bản mã {other.code}")
        fits(page)
        _picture(page, f"standing-replaced-{width}")
        page.get_by_text("Ghi lại tình trạng").press("Enter")
        page.get_by_label("Vẫn còn hiệu lực").check()
        page.get_by_label("Lý do").fill("Ghi nhầm hồ sơ")
        page.get_by_role("button", name="Ghi tình trạng").click()
        expect(page.locator(".standing .message")).to_have_count(0)
        page.goto(f"/records/{record.id}/history")
        fits(page)
        _picture(page, f"standing-history-{width}")
