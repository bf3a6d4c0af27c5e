"""Every page by keyboard alone: all that a mouse can do, and one always sees where one is."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app import workflow
from app.records import FieldValue, Record
from ocr.recognition import Box, Field
from tests.app.front import PASSWORD
from tests.app.workers import paper
from tests.e2e.keyboard import choosers, tab_to, wait_for, walk_by_tab
from tests.e2e.walk import House, look, scans, until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

WIDTHS = [1280, 360]


@pytest.fixture(params=WIDTHS)
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def _read(house: House) -> Record:
    """A record that awaits review."""
    return house.desk.read(house.desk.receive())


def _confirmed(house: House) -> Record:
    record = _read(house)
    clerk = house.desk.services.people.get("clerk")
    return workflow.confirm(house.desk.services, clerk, record.id, record.version, {"subject": "Về việc mẫu"})


def test_signing_in_and_out(browser: Browser, quiet_house: House, width: int) -> None:
    page = quiet_house.visit(browser, width)
    page.goto("/sign-in")
    walk_by_tab(page)
    page.goto("/sign-in")
    look(page)
    page.keyboard.type("clerk")
    page.keyboard.press("Tab")
    page.keyboard.type("sai")
    page.keyboard.press("Enter")
    expect(page.locator(".message.bad")).to_be_visible()
    look(page)
    page.keyboard.type(PASSWORD)  # the caret waits in the password, the name is kept
    page.keyboard.press("Enter")
    page.wait_for_url("**/records")
    tab_to(page, "form[action='/sign-out'] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in**")


def test_the_desk(browser: Browser, quiet_house: House, tmp_path: Path, width: int) -> None:
    """Papers go in, and the list is filtered and paged."""
    house = quiet_house
    for number in range(26):
        house.desk.receive(data=paper(1, f"QUYẾT ĐỊNH {number}").getvalue())
    page = house.sign_in(browser, "clerk", width)
    walk_by_tab(page)

    page.goto("/records")
    sent, opened = scans(tmp_path / "scans"), choosers(page)
    tab_to(page, "[name=dossier]")
    page.keyboard.type("H-9")
    tab_to(page, "#pick-files")
    page.keyboard.press("Space")
    wait_for(page, opened, 1).set_files([str(sent[0])])
    expect(page.locator("#queue-list li")).to_have_count(1)
    expect(page.locator("#queue-list .say")).not_to_have_text("đang gửi")  # it is durable before we leave
    page.keyboard.press("Tab")
    expect(page.locator("#pick-folder")).to_be_focused()
    page.keyboard.press("Enter")
    assert wait_for(page, opened, 2).element.get_attribute("id") == "folder"

    page.goto("/records")
    expect(page.locator("#records tbody tr")).to_have_count(25)
    tab_to(page, "a[rel=next]")
    page.keyboard.press("Enter")
    page.wait_for_url("**after=**")
    expect(page.locator("#records tbody tr")).to_have_count(2)
    walk_by_tab(page)

    tab_to(page, "[name=query]")
    page.keyboard.press("Tab")
    expect(page.locator("[name=status]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[name=status]")).not_to_have_value("")
    page.keyboard.press("Tab")
    expect(page.locator("[name=kind]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**status=**")
    tab_to(page, ".clear")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "status" not in url)
    tab_to(page, ".paper small a")
    page.keyboard.press("Enter")
    page.wait_for_url("**dossier=H-9")
    expect(page.locator("#records tbody tr")).to_have_count(1)


def test_enter_in_the_name_of_the_dossier_chooses_files(browser: Browser, quiet_house: House) -> None:
    page = quiet_house.sign_in(browser, "clerk")
    opened = choosers(page)
    tab_to(page, "[name=dossier]")
    page.keyboard.type("H-9")
    page.keyboard.press("Enter")
    wait_for(page, opened, 1)
    assert page.url.endswith("/records")


def test_a_search(browser: Browser, quiet_house: House, width: int) -> None:
    record = _confirmed(quiet_house)
    page = quiet_house.sign_in(browser, "clerk", width)
    tab_to(page, "[name=query]")
    page.keyboard.type("ve viec mau")
    page.keyboard.press("Enter")
    page.wait_for_url("**query=**")
    walk_by_tab(page)
    tab_to(page, ".paper > a")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/records/{record.id}")


def test_a_record(browser: Browser, quiet_house: House, width: int) -> None:
    """Its words, its page image, its history."""
    record = _read(quiet_house)
    page = quiet_house.sign_in(browser, "clerk", width)
    page.goto(f"/records/{record.id}")
    walk_by_tab(page)

    tab_to(page, "#words [data-word]")
    first = page.locator("#words .here")
    expect(first).to_be_focused()
    expect(page.locator("#sheet rect.here")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#words [data-word='1']")).to_be_focused()
    expect(page.locator("#sheet rect.here")).to_have_attribute("data-word", "1")
    page.keyboard.press("End")
    expect(page.locator("#words [data-word]").last).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Home")
    expect(page.locator("#words [data-word='0']")).to_be_focused()

    page.goto(f"/records/{record.id}")
    tab_to(page, "[data-zoom=in]")
    for _ in range(4):
        page.keyboard.press("Enter")
    tab_to(page, "#sheet-frame")
    page.keyboard.press("ArrowDown")
    until(page, "document.getElementById('sheet-frame').scrollTop > 0")

    page.goto(f"/records/{record.id}")
    tab_to(page, ".actions a[href$=history]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/history")
    walk_by_tab(page)


def test_handwriting(browser: Browser, quiet_house: House, width: int) -> None:
    """A guess is seen beside its picture, and is not confirmed before it is ticked."""
    desk, record = quiet_house.desk, _read(quiet_house)
    guess = FieldValue("number", Field("57", 0.97, 1, Box(200, 300, 260, 330), "handwritten"))
    record = desk.services.records.save(record, [], fields={"number": guess})
    page = quiet_house.sign_in(browser, "clerk", width)
    page.goto(f"/records/{record.id}")
    look(page)
    expect(page.locator("#field-number")).to_be_focused()
    expect(page.locator("[data-field=number] .cutout")).to_be_visible()
    walk_by_tab(page)
    page.goto(f"/records/{record.id}")
    look(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.bad")).to_contain_text("Chưa xác nhận")
    expect(page.locator("[name=compared-number]")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("51")
    expect(page.locator("[name=compared-number]")).to_be_hidden()  # what was typed needs no tick
    page.keyboard.press("Backspace")
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    expect(page.locator("[name=compared-number]")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.good")).to_contain_text("Đã xác nhận")


def test_signing(browser: Browser, quiet_house: House, tmp_path: Path, width: int) -> None:
    """From the inbox to the signed file, and its verdict."""
    record = _confirmed(quiet_house)
    page = quiet_house.sign_in(browser, "official", width)
    walk_by_tab(page)
    tab_to(page, ".papers a")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/records/{record.id}")
    walk_by_tab(page)
    page.goto(page.url)
    tab_to(page, "[name=passphrase]")
    page.keyboard.type(quiet_house.desk.authority.passphrase)
    page.keyboard.press("Tab")
    expect(page.locator("[name=reason]")).to_be_focused()
    tab_to(page, "#sign form button:not([type])")
    page.keyboard.press("Enter")
    expect(page.locator(".message.good")).to_contain_text("Đã ký số")
    walk_by_tab(page)
    tab_to(page, ".actions a[href$=pdf]")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "da-ky.pdf")
    _verdict(quiet_house.visit(browser, width), tmp_path / "da-ky.pdf")


def _verdict(page: Page, pdf: Path) -> None:
    opened = choosers(page)
    page.goto("/verify")
    walk_by_tab(page)
    page.goto("/verify")
    tab_to(page, "[name=file]")
    page.keyboard.press("Space")
    wait_for(page, opened, 1).set_files(str(pdf))
    tab_to(page, "#verify button")
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_be_focused()  # what one came for is read out first
    expect(page.locator(".verdict.info")).to_be_visible()
    walk_by_tab(page)
    tab_to(page, "details summary")
    page.keyboard.press("Enter")
    expect(page.locator("details pre")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("details pre")).to_be_focused()


def test_accounts(browser: Browser, quiet_house: House, width: int) -> None:
    """One is added, and one is changed."""
    page = quiet_house.sign_in(browser, "admin", width)
    walk_by_tab(page)
    page.goto("/people")
    tab_to(page, "form[action='/people'] [name=username]")
    for typed in ("nguoi-moi", "Nguyễn Thị Mới", None, None, "Chuyên viên", None, "mat-khau-moi-1"):
        if typed:
            page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".message.good")).to_be_visible()
    expect(page.locator(".people summary", has_text="nguoi-moi")).to_be_visible()
    tab_to(page, "details summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("details[open] [name=name]")).to_be_focused()
    walk_by_tab(page)
    tab_to(page, "details[open] [name=position]")
    page.keyboard.press("Control+A")
    page.keyboard.type("Trưởng phòng")
    page.keyboard.press("Enter")
    expect(page.locator(".message.good")).to_be_visible()
