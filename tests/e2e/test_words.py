"""Doubtful words are put right by keyboard alone, one after the other."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.walk import House, fits, look

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]


def test_doubtful_words_are_put_right_by_keyboard(browser: Browser, quiet_house: House) -> None:
    desk = quiet_house.desk
    record = desk.read(desk.receive())
    page = quiet_house.sign_in(browser, "clerk")
    page.goto(f"/records/{record.id}")
    look(page)
    inputs = page.locator("#words-form .word-fix > input[id]")
    assert inputs.count() >= 2, "the sample has doubtful words"
    page.locator("#words .doubt").first.focus()
    page.keyboard.press("Enter")
    expect(inputs.first).to_be_focused()
    first = inputs.first.input_value()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert inputs.first.input_value() == first, "the arrows go round the readings"
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("banchinhword")
    page.reload()
    look(page)
    expect(inputs.first).to_have_value("banchinhword")
    inputs.first.focus()
    page.keyboard.press("Enter")
    expect(inputs.nth(1)).to_be_focused()
    expect(page.locator("#sheet rect.here")).to_have_count(1)
    page.keyboard.press("Enter")
    page.set_viewport_size({"width": 360, "height": 740})
    fits(page)
    inputs.nth(1).focus()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.keyboard.press("Control+Enter")
    expect(page.locator("#busy")).to_be_visible()
    after = desk.read(desk.services.records.get(record.id))
    assert after.status == "awaiting-review"
    kept = desk.services.parts.page(record.id, 1)
    assert kept is not None
    said = [word for word in kept.page.words if word.said]
    assert said[0].text == "banchinhword"
    assert len(said) == 2, "the second was right, and a person has said so"
    assert said[0].said is not None
    assert (said[0].said.read, said[0].said.by) == (first, "clerk")
    expect(page.locator("#words")).to_contain_text("banchinhword")
