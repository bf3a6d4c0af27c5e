"""The verification page in each of its states, as a person without an account sees it."""

import os
import shutil
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from app import workflow
from app.records import Record
from signing.summary import unreadable
from tests.app.front import HERE, Desk, open_desk
from tests.app.serving import served
from tests.app.test_register import revoke
from tests.app.verdict_files import VerdictFiles
from tests.e2e.walk import House, fits, look, until

pytestmark = [pytest.mark.browser]

#: State of the file: the class of the verdict, and how its one sentence begins.
STATES = {
    "valid": ("good", "Hợp lệ: văn bản còn nguyên vẹn từ khi ký."),
    "later": ("good", "Hợp lệ: văn bản còn nguyên vẹn từ khi ký."),
    "revoked_later": ("good", "Hợp lệ: ký khi chứng thư còn hiệu lực"),
    "added": ("bad", "Không hợp lệ: có phần được thêm vào sau khi ký."),
    "bytes_differ": ("bad", "Không hợp lệ: tệp không còn khớp với chữ ký."),
    "certificate": ("bad", "Không hợp lệ: chứng thư của người ký không còn hiệu lực lúc ký."),
    "undetermined": ("unsure", "Chưa kết luận được. Đây không phải là kết luận văn bản sai."),
    "unsigned": ("none", "Tệp này không có chữ ký số."),
    "unreadable": ("none", "Không đọc được tệp này."),
}
#: Words that accuse: a mismatch is no evidence of a crime.
ACCUSATIONS = ("giả mạo", "tampered", "forged", "gian lận")


def test_each_state_has_its_words_shape_and_colour(
    browser: Browser, house: House, files: VerdictFiles, tmp_path: Path
) -> None:
    for width in (1280, 360):
        page = house.visit(browser, width)
        for state, (tone, sentence) in STATES.items():
            _verify(page, files.folder / f"{state}.pdf")
            expect(page.locator(f".verdict.{tone}")).to_be_visible()
            expect(page.locator("#verdict")).to_contain_text(sentence)
            expect(page.locator("#verdict")).to_be_focused()
            expect(page.locator(".verdict .shape svg")).to_be_visible()  # a shape beside the colour
            said = page.locator("main").inner_text().lower()
            assert not [word for word in ACCUSATIONS if word in said], state
            fits(page)
            _picture(page, f"{state}-{width}")


def test_a_refused_file_is_shown_with_its_page(
    browser: Browser, house: House, files: VerdictFiles, tmp_path: Path
) -> None:
    """One byte changed, and bytes after the end: nobody can say which page differs, or none does."""
    signed = files["later"]
    byte = signed.index(b"\nstream") + 40
    changed, longer = tmp_path / "one-byte.pdf", tmp_path / "longer.pdf"
    changed.write_bytes(signed[:byte] + bytes([signed[byte] ^ 1]) + signed[byte + 1 :])
    longer.write_bytes(signed + b"\n% rubbish that nobody signed")
    for width in (1280, 360):
        page = house.visit(browser, width)
        for path, button, said in (
            (changed, "Xem trang của chữ ký", "không ai nói được trang nào đã khác"),
            (longer, "Xem chỗ khác", "không trang nào trong số đó hiển thị khác"),
        ):
            _verify(page, path)
            expect(page.locator(".verdict.bad")).to_be_visible()
            expect(page.locator("#verdict")).to_be_focused()
            expect(page.locator("#pictures img")).to_have_count(1)  # at once
            fits(page)
            page.get_by_role("button", name=button).last.press("Enter")  # the seal has a mark on the page
            expect(page.locator("#pictures")).to_be_focused()
            expect(page.locator("#pictures")).to_contain_text(said)
            expect(page.locator("#pictures img")).to_have_count(1)
            until(page, "document.querySelector('#pictures img').naturalWidth > 500")
            fits(page)
            _picture(page, f"{path.stem}-{width}")


def test_a_digitised_paper_and_a_fault_of_the_service(browser: Browser, tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "data")
    record = _signed(desk)
    assert record.signed
    paper, broken = tmp_path / "ban-so-hoa.pdf", _Broken()
    with desk.services.objects.open(record.signed) as stored:
        paper.write_bytes(stored.read())
    failing = Desk(replace(desk.services, verifier=broken), desk.settings, desk.authority)
    for width in (1280, 360):
        for shown, tone, sentence in (
            (desk, "info", "Hợp lệ: bản số hóa từ giấy, ỦY BAN NHÂN DÂN XÃ MẪU xác nhận ngày"),
            (failing, "none", "Lỗi của hệ thống, không phải của văn bản."),
        ):
            with served(shown) as address:
                page = House(shown, address, lambda: None).visit(browser, width)
                _verify(page, paper)
                expect(page.locator(f".verdict.{tone}")).to_be_visible()
                expect(page.locator("#verdict")).to_contain_text(sentence)
                fits(page)
                _picture(page, f"{tone}-{width}")
                page.context.close()


def test_a_revoked_document_is_never_green(browser: Browser, tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "data")
    record, path = _signed(desk), tmp_path / "ban-da-ky.pdf"
    assert record.signed
    with desk.services.objects.open(record.signed) as stored:
        path.write_bytes(stored.read())
    revoke(desk, record)
    with served(desk) as address:
        for width in (1280, 360):
            page = House(desk, address, lambda: None).visit(browser, width)
            _verify(page, path)
            expect(page.locator(".verdict.withdrawn")).to_be_visible()
            expect(page.locator("#verdict")).to_have_text(
                "Chữ ký hợp lệ, nhưng văn bản đã bị thu hồi từ ngày 12/03/2026."
            )
            expect(page.locator(".verdict")).to_contain_text("Lý do: Quyết định 12/QĐ-UBND.")
            fits(page)
            _picture(page, f"revoked-{width}")


def test_what_may_settle_is_checked_again_by_itself(
    browser: Browser, files: VerdictFiles, tmp_path: Path
) -> None:
    """The authority's certificates are added while the page is open: nobody need choose the file again."""
    trust = tmp_path / "trust"
    trust.mkdir()
    desk = open_desk(tmp_path / "data", trust=trust)
    with served(desk) as address:
        page = House(desk, address, lambda: None).visit(browser)
        page.goto("/verify")
        look(page)
        page.clock.install()  # not before: it takes away by what `look` knows that the page is seen
        _send(page, files.folder / "valid.pdf")
        expect(page.locator(".verdict.unsure")).to_be_visible()
        expect(page.locator("[data-recheck]")).to_have_text(
            "Hãy để trang này mở: trong một giờ tới, cứ 5 phút trang tự kiểm tra lại và báo khi có kết luận."
        )
        with page.expect_response("**/verify"):
            page.clock.fast_forward("05:01")
        expect(page.locator(".verdict.unsure")).to_be_visible()  # still, and it goes on
        shutil.copytree(files.trust, trust, dirs_exist_ok=True)
        page.wait_for_timeout(1000)
        page.evaluate(_HIDE, True)
        sent = _requests(page)
        page.clock.fast_forward("05:01")
        with page.expect_request("**/health/live"):  # had the file been sent before it, it was heard of too
            page.evaluate("fetch('/health/live').then(() => null)")
        assert [request.url.rpartition("/")[2] for request in sent] == ["live"]  # nobody looks
        with page.expect_response("**/verify"):
            page.evaluate(_HIDE, False)
        expect(page.locator(".verdict.good")).to_be_visible()
        expect(page.locator("#verdict")).to_be_focused()
        expect(page.locator("[data-recheck]")).to_have_count(0)


def test_a_forgotten_page_sends_its_file_no_more(
    browser: Browser, files: VerdictFiles, tmp_path: Path
) -> None:
    desk = open_desk(tmp_path / "data")
    with served(desk) as address:
        page = House(desk, address, lambda: None).visit(browser)
        page.goto("/verify")
        look(page)
        page.clock.install()
        _send(page, files.folder / "valid.pdf")
        expect(page.locator("[data-recheck]")).to_be_visible()
        sent, end = _requests(page), time.monotonic() + 120
        while page.locator("[data-recheck]").is_visible():  # until it has asked as often as it will
            page.clock.fast_forward("05:01")
            page.wait_for_timeout(50)
            assert time.monotonic() < end, len(sent)
        for _ in range(5):
            page.clock.fast_forward("05:01")
        with page.expect_request("**/health/live"):  # had they been sent before it, they were heard of too
            page.evaluate("fetch('/health/live').then(() => null)")
        assert [request.url.rpartition("/")[2] for request in sent] == ["verify"] * 12 + ["live"]


def _requests(page: Page) -> list[Request]:
    """What a page asks for from now on."""
    sent: list[Request] = []

    def note(request: Request) -> None:
        sent.append(request)

    page.on("request", note)
    return sent


#: Makes a page think that its tab is hidden, or seen again.
_HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def _verify(page: Page, file: Path) -> None:
    page.goto("/verify")
    look(page)
    _send(page, file)


def _send(page: Page, file: Path) -> None:
    page.set_input_files("input[name=file]", str(file))
    page.get_by_role("button", name="Kiểm tra", exact=True).click()
    expect(page.locator("#verdict")).to_be_visible()


def _signed(desk: Desk) -> Record:
    record = desk.read(desk.receive())
    services = desk.services
    record = workflow.confirm(
        services, services.people.get("clerk"), record.id, record.version, {"subject": "Việc mẫu"}
    )
    assert record.agency == HERE
    return workflow.sign(services, services.people.get("official"), record.id, desk.authority.passphrase)


def _picture(page: Page, name: str) -> None:
    """Kept where somebody wants to look at them."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


class _Broken:
    """A verifier whose child died."""

    def verify(self, source: Path, at: datetime | None = None, *, offline: bool = False) -> dict[str, Any]:
        return unreadable("0" * 64, "cannot-verify", datetime.now(UTC)).to_json()
