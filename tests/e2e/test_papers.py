"""A scan of several papers in a browser: a boundary is moved by keyboard, then every paper is there."""

import io

import pikepdf
import pytest
from playwright.sync_api import Browser, expect

from app import recognising
from app.sample.papers import paper
from app.sample.scans import as_scan
from tests.e2e.keyboard import tab_to, walk_by_tab
from tests.e2e.walk import House, fits, look

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def _stack() -> bytes:
    """A decision, a birth certificate with its blank back and a notice, scanned at once."""
    with pikepdf.new() as stack:
        for name in ("quyet-dinh", "giay-khai-sinh", "", "thong-bao"):
            if name:
                with pikepdf.open(io.BytesIO(as_scan(paper(name).pdf_bytes, dpi=150, skew=0.3))) as scan:
                    stack.pages.extend(scan.pages)
            else:
                stack.add_blank_page(page_size=(595, 842))
        target = io.BytesIO()
        stack.save(target)
    return target.getvalue()


def test_a_boundary_is_moved_and_the_papers_are_there(browser: Browser, quiet_house: House) -> None:
    desk = quiet_house.desk
    record = desk.read(desk.receive(data=_stack()))
    narrow = quiet_house.sign_in(browser, "clerk", 360)
    narrow.goto(f"/records/{record.id}")
    fits(narrow)
    page = quiet_house.sign_in(browser, "clerk")
    page.goto(f"/records/{record.id}")
    walk_by_tab(page)

    page.reload()
    look(page)
    button, begins = page.locator("#split-button"), [page.locator(f"[name=begins-{n}]") for n in (2, 3, 4)]
    expect(button).to_have_text("Tách thành 3 hồ sơ")
    expect(begins[0]).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(begins[1]).to_be_focused()
    page.keyboard.press("Space")  # the blank back a paper of its own: a mistake
    expect(button).to_have_text("Tách thành 4 hồ sơ")
    page.keyboard.press("Enter")  # does as Space does here, and sends nothing
    expect(button).to_have_text("Tách thành 3 hồ sơ")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    expect(begins[0]).not_to_be_checked()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(button).to_have_text("Đây là một giấy tờ")
    tab_to(page, "[type=reset]")
    page.keyboard.press("Enter")
    expect(button).to_have_text("Tách thành 3 hồ sơ")
    tab_to(page, "#split-button")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=split")
    expect(page.locator("#parts .papers li")).to_have_count(3)

    for one in desk.services.parts.unfinished():  # what the worker does; the page draws itself anew
        recognising.start_recognition(desk.services, one.id, one.attempt)
        recognising.finish_recognition(desk.services, one.id, one.attempt)
    expect(page.locator("#parts [data-status=awaiting-review]")).to_have_count(3)
    walk_by_tab(page)
    expect(page.locator("#parts li").nth(1)).to_contain_text("Giấy khai sinh")
    page.locator("#parts li a").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Họ và tên")).not_to_have_value("")
    expect(page.locator(".thumbs a")).to_have_count(2)
    fits(page)

    page.goto(f"/records/{record.id}")
    tab_to(page, "#parts form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=joined")
    expect(button).to_have_text("Tách thành 3 hồ sơ")
