"""A word that the reader was sure of, and that is wrong, is put right where a person reads it."""

from dataclasses import replace
from json import dumps

import pytest
from playwright.sync_api import Browser, Route, expect

from app.records import Record
from tests.app.front import Desk
from tests.e2e.walk import House, fits, look

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def _read(desk: Desk, doubtful: int) -> Record:
    """A scan of which the first words are doubtful, and the reader is sure of all others."""
    record = desk.read(desk.receive())
    (kept,) = desk.services.parts.pages(record.id)
    words = tuple(
        replace(word, confidence=0.5 if place < doubtful else 1.0)
        for place, word in enumerate(kept.page.words)
    )
    pages = [replace(kept, page=replace(kept.page, words=words))]
    return desk.services.records.save(record, [], pages=pages, fields={})


def _texts(desk: Desk, record: Record) -> list[str]:
    (kept,) = desk.services.parts.pages(record.id)
    return [word.text for word in kept.page.words]


def test_a_word_is_corrected_by_keyboard_where_nothing_is_doubtful(
    browser: Browser, quiet_house: House
) -> None:
    desk = quiet_house.desk
    record = _read(desk, 0)
    before = _texts(desk, record)
    page = quiet_house.sign_in(browser, "clerk", 360)
    page.goto(f"/records/{record.id}")
    look(page)
    words = page.locator("#words [data-word]")
    expect(page.locator(".fix-save")).to_be_hidden()
    words.nth(0).focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("F2")
    field, picture = page.locator("#word-1-5"), page.locator(".word-fix.current .cutout")
    expect(field).to_be_focused()
    expect(field).to_have_value(before[5])
    expect(picture).to_be_in_viewport()
    height = page.locator("#sheet rect.here").bounding_box()["height"]  # type: ignore[index]
    shown = page.locator(".word-fix.current .cutout rect").bounding_box()["height"]  # type: ignore[index]
    assert shown > 2 * height, "larger than on the page"
    fits(page)
    page.keyboard.type("mẫusai")
    page.keyboard.press("Escape")
    expect(words.nth(5)).to_be_focused()
    expect(page.locator(".word-fix")).to_have_count(0)
    page.keyboard.press("Enter")
    page.keyboard.type("mẫuđúng")
    page.keyboard.press("Enter")
    expect(words.nth(5)).to_be_focused()
    expect(words.nth(5)).to_have_attribute("data-said", "→ mẫuđúng")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("F2")
    page.keyboard.type("mẫubỏ")
    page.keyboard.press("Enter")
    page.reload()
    look(page)
    expect(page.locator(".fix-left")).to_contain_text("2 từ đã xem, chưa lưu")
    words.nth(6).focus()
    page.keyboard.press("F2")
    expect(page.locator("#word-1-6")).to_have_value("mẫubỏ")
    page.locator(".word-fix.current .fix-undo").focus()
    page.keyboard.press("Space")
    expect(words.nth(6)).to_be_focused()
    expect(page.locator(".fix-left")).to_contain_text("1 từ đã xem, chưa lưu")
    fits(page)
    page.locator(".fix-save").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#busy")).to_be_visible()
    desk.read(desk.services.records.get(record.id))
    assert _texts(desk, record) == [*before[:5], "mẫuđúng", *before[6:]]
    expect(words.nth(5)).to_have_text("mẫuđúng")


def test_a_word_is_corrected_by_touch_beside_doubtful_ones(browser: Browser, quiet_house: House) -> None:
    desk = quiet_house.desk
    record = _read(desk, 1)
    before = _texts(desk, record)
    page = quiet_house.sign_in(browser, "clerk", 360, has_touch=True)
    page.goto(f"/records/{record.id}")
    look(page)
    page.locator("#words [data-word]").nth(8).tap()
    offer = page.locator("#word-bar .word-edit")
    expect(offer).to_be_in_viewport()
    expect(offer).to_have_text(f"Sửa “{before[8]}” F2")
    offer.tap()
    expect(page.locator("#word-1-8")).to_be_focused()
    expect(offer).to_be_hidden()
    page.locator("#word-1-8").fill("mẫu tám")
    expect(page.locator(".becomes:visible")).to_contain_text("mẫu · tám")
    page.keyboard.press("Enter")
    expect(page.locator(".fix-left")).to_have_text("Còn 1/1 từ · 1 từ đã xem, chưa lưu")
    keep = page.locator(".word-keep")
    expect(keep).to_have_text("Lưu 1 từ đã xem")
    expect(keep).to_be_in_viewport()
    fits(page)
    page.locator("#sheet rect[data-word='9']").tap()
    expect(page.locator("#words [data-word='9'].here")).to_be_in_viewport()
    offer.tap()
    expect(page.locator("#word-1-9")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#word-1-9")).to_have_value(before[9] + before[10])
    page.locator("#word-1-9").focus()
    fits(page)
    page.keyboard.press("Enter")
    expect(keep).to_have_text("Lưu 2 từ đã xem")
    keep.tap()
    expect(page.locator("#busy")).to_be_visible()
    desk.read(desk.services.records.get(record.id))
    assert _texts(desk, record) == [*before[:8], "mẫu", "tám", before[9] + before[10], *before[11:]]


def test_nothing_is_confirmed_before_corrected_words_are_kept(browser: Browser, quiet_house: House) -> None:
    record = _read(quiet_house.desk, 0)
    page = quiet_house.sign_in(browser, "clerk")
    page.goto(f"/records/{record.id}")
    look(page)
    page.locator("#words [data-word]").nth(3).dblclick()
    page.keyboard.type("mẫuba")
    page.keyboard.press("Enter")
    page.locator("#field-subject").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".fix-save")).to_be_focused()
    assert quiet_house.desk.services.records.get(record.id) == record
    page.keyboard.press("Control+Enter")
    expect(page.locator("#busy")).to_be_visible()


def test_who_is_not_let_confirm_sees_why_on_a_page_without_words_to_go_through(
    browser: Browser, quiet_house: House
) -> None:
    """The words wait on another page; the button of this one's form is hidden: nothing seemed to happen."""
    record = _read(quiet_house.desk, 0)
    page = quiet_house.sign_in(browser, "clerk")
    page.goto(f"/records/{record.id}")
    look(page)
    waiting = {"2-0": {"version": str(record.version), "word": "mẫuhai", "read": "mẫu", "sure": "yes"}}
    page.evaluate(
        "([key, words]) => sessionStorage.setItem(key, words)", [f"words:{record.id}", dumps(waiting)]
    )
    page.reload()
    look(page)
    expect(page.locator(".fix-save")).to_be_hidden()
    page.locator("#field-subject").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".word-keep")).to_be_focused()
    assert quiet_house.desk.services.records.get(record.id) == record


def test_what_is_typed_before_the_script_runs_stays_where_it_is(browser: Browser, quiet_house: House) -> None:
    """The script took the caret to the first field, in the middle of a word."""
    record = _read(quiet_house.desk, 0)
    page = quiet_house.sign_in(browser, "clerk")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/record.js", hold)
    page.goto(f"/records/{record.id}", wait_until="commit")
    field = page.locator("#field-subject")
    field.focus()
    page.keyboard.type("gõ sớm")
    (script,) = held
    script.continue_()
    expect(page.locator("#marks")).to_be_visible()
    page.keyboard.type(", gõ tiếp")
    expect(field).to_have_value("gõ sớm, gõ tiếp")
    page.unroute("**/record.js")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(field).to_have_value("gõ sớm, gõ tiếp")
