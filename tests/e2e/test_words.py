"""Doubtful words are put right by keyboard alone, one after the other and page after page."""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from app import corrections, workflow
from app.records import ReadPage, Record
from app.said_words import WordSaid
from app.sample.papers import paper
from app.sample.scans import as_scan
from ocr.recognition import Word
from tests.app.front import PASSWORD, Desk
from tests.e2e.walk import House, fits, look

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def _two_pages() -> bytes:
    scanned = (as_scan(paper("quyet-dinh").pdf_bytes, to="tiff", dpi=200, skew=0.4) for _ in range(2))
    first, second = (Image.open(BytesIO(scan)).convert("L") for scan in scanned)
    made = BytesIO()
    first.save(made, "TIFF", save_all=True, append_images=[second])
    return made.getvalue()


def _doubted(desk: Desk, counts: Sequence[int]) -> Record:
    """A scan whose pages have that many doubtful words each, from the first word on, each worse than the
    one before."""
    record = desk.read(desk.receive(data=_two_pages()))
    pages = [
        replace(kept, page=replace(kept.page, words=_with_doubts(kept, count)))
        for kept, count in zip(desk.services.parts.pages(record.id), counts, strict=True)
    ]
    return desk.services.records.save(record, [], pages=pages, fields={})  # nor where a pen wrote


def _with_doubts(kept: ReadPage, count: int) -> tuple[Word, ...]:
    others = ("mẫumột", "mẫuhai")
    return tuple(
        replace(word, confidence=0.9 - place / 200, alternatives=others)
        if place < count
        else replace(word, confidence=1.0)
        for place, word in enumerate(kept.page.words)
    )


def _current(page: Page) -> str:
    return page.locator("#words-form .word-fix.current .word-text").input_value()


def test_doubtful_words_are_put_right_by_keyboard(browser: Browser, quiet_house: House) -> None:
    desk = quiet_house.desk
    record = _doubted(desk, (70, 2))
    first, second = (kept.page.words for kept in desk.services.parts.pages(record.id))
    page = quiet_house.sign_in(browser, "clerk")
    page.goto(f"/records/{record.id}")
    look(page)
    shown = page.locator("#words-form .word-fix:visible")
    expect(shown).to_have_count(1)
    assert page.locator("#corrections").bounding_box()["height"] < 600, "70 words take no more than one"  # type: ignore[index]
    page.locator("#words .doubt").nth(69).focus()
    page.keyboard.press("Enter")
    field = page.locator("#word-1-69")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(field).to_have_value("mẫumột")
    page.keyboard.press("ArrowUp")
    expect(field).to_have_value(first[69].text)
    page.keyboard.press("Enter")
    expect(page.locator("#word-1-68")).to_be_focused()
    expect(page.locator(".fix-left")).to_contain_text("69/70")
    page.keyboard.type("mẫu tách")
    expect(page.locator(".becomes:visible")).to_contain_text("mẫu · tách")
    page.keyboard.press("Enter")
    page.keyboard.press("Delete")
    expect(page.locator("#word-1-67")).to_have_attribute("placeholder", "không có chữ")
    page.keyboard.press("Enter")
    page.reload()
    look(page)
    expect(page.locator(".fix-left")).to_contain_text("67/70")
    expect(page.locator("#word-1-68")).to_have_value("mẫu tách")
    assert _current(page) == first[66].text, "it goes on where it stood"
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        fits(page)
        page.locator(".fix-view").click()
        expect(shown).to_have_count(70)
        fits(page)
        assert page.locator("#corrections").bounding_box()["height"] < 900  # type: ignore[index]
        page.locator(".fix-view").click()
    page.locator(".word-fix.current .word-text").focus()
    for _ in range(67):
        page.keyboard.press("Enter")
    expect(page.locator("#word-2-1")).to_be_focused()
    page.keyboard.type("mẫutranghai")
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    expect(page.locator("#word-2-1")).to_have_value("mẫutranghai")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator(".fix-save")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#busy")).to_be_visible()
    after = desk.read(desk.services.records.get(record.id))
    assert after.status == "awaiting-review"
    kept = [one.page for one in desk.services.parts.pages(record.id)]
    assert len(kept[0].said) == 71, "all that were gone through, two of them of one"
    assert [word.text for word in kept[0].words[67:69]] == ["mẫu", "tách"]
    assert [word.text for word in kept[0].taken_out] == [first[67].text]
    assert [word.text for word in kept[1].words[:2]] == [second[0].text, "mẫutranghai"]
    expect(page.locator("#words")).to_contain_text("mẫutranghai")
    assert "page=2" in page.url, "where the last word was"


def test_words_are_joined_and_put_back(browser: Browser, quiet_house: House) -> None:
    desk = quiet_house.desk
    record = _doubted(desk, (3, 0))
    words = desk.services.parts.pages(record.id)[0].page.words
    assert words[1].line == words[0].line
    page = quiet_house.sign_in(browser, "clerk")
    page.goto(f"/records/{record.id}")
    look(page)
    page.locator("#word-1-2").focus()
    page.locator(".word-fix.current .fix-none").click()
    field = page.locator("#word-1-1")
    expect(field).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(field).to_have_value(words[0].text + words[1].text)
    expect(page.locator(".word-fix[data-fix='0'].joined")).to_have_count(1)
    field.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".fix-save")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#busy")).to_be_visible()
    desk.read(desk.services.records.get(record.id))
    kept = desk.services.parts.pages(record.id)[0].page
    assert kept.words[0].text == words[0].text + words[1].text
    expect(page.locator("#corrections .gone")).to_be_visible()
    page.locator("#corrections .gone > summary").click()  # closed, as a pen wrote on this page
    page.locator("#corrections .gone .word-text").fill("mẫulại")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#busy")).to_be_visible()
    desk.read(desk.services.records.get(record.id))
    assert desk.services.parts.pages(record.id)[0].page.words[1].text == "mẫulại"


def test_what_could_not_be_sent_is_still_there(browser: Browser, quiet_house: House) -> None:
    desk = quiet_house.desk
    record = _doubted(desk, (1, 1))
    page = quiet_house.sign_in(browser, "clerk")
    page.goto(f"/records/{record.id}")
    page.locator("#word-1-0").fill("mẫumột")
    page.locator(".fix-next").click()
    page.locator("#word-2-0").fill("mẫuhai")
    page.route("**/words?page=*", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.keyboard.press("Control+Enter")
    page.unroute("**/words?page=*")
    page.goto(f"/records/{record.id}?page=2")
    expect(page.locator("#word-2-0")).to_have_value("mẫuhai")
    page.locator("#word-2-0").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#busy")).to_be_visible()
    desk.read(desk.services.records.get(record.id))
    texts = [kept.page.words[0].text for kept in desk.services.parts.pages(record.id)]
    assert texts == ["mẫumột", "mẫuhai"]
    expect(page.locator("#busy")).to_have_count(
        0
    )  # the page comes anew by itself, which would end our own visit
    page.goto(f"/records/{record.id}?page=1")
    assert page.evaluate(f"sessionStorage.getItem('words-sent:{record.id}')") is None


def test_a_confirmed_value_is_asked_again_and_taken_by_a_key(browser: Browser, quiet_house: House) -> None:
    desk = quiet_house.desk
    record = desk.read(desk.receive())
    clerk, value = desk.services.people.get("clerk"), "16"
    number = desk.services.parts.fields(record.id)["number"].read.value
    assert number
    confirmed = workflow.confirm(desk.services, clerk, record.id, record.version, {"number": number})
    words = desk.services.parts.pages(record.id)[0].page.words
    place = next(n for n, word in enumerate(words) if word.text.startswith(f"{number}/"))
    changed = words[place].text.replace(number, value, 1)
    said = WordSaid(1, place, words[place].text, changed)
    desk.read(corrections.correct(desk.services, clerk, record.id, confirmed.version, [said]))
    page = quiet_house.sign_in(browser, "clerk")
    page.goto(f"/records/{record.id}")
    look(page)
    field, tick = page.locator("#field-number"), page.locator(".take input")
    expect(field).to_be_focused()
    expect(field).to_have_value(number)
    expect(page.locator(".field.doubtful .again")).to_contain_text(
        f"Đã xác nhận: {number}. Nay đọc là: {value}."
    )
    page.keyboard.press("F9")
    expect(field).to_have_value(value)
    expect(tick).to_be_checked()
    page.keyboard.press("F9")
    expect(field).to_have_value(number)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(field).to_have_value(value)
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        fits(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**done=confirmed")
    assert desk.services.parts.fields(record.id)["number"].confirmed == value
    expect(page.locator(".again")).to_have_count(0)


def test_without_scripts_it_is_a_list(browser: Browser, quiet_house: House) -> None:
    record = _doubted(quiet_house.desk, (70, 0))
    page = quiet_house.visit(browser, 360, java_script_enabled=False)
    page.goto("/")
    page.locator("[name=username]").fill("clerk")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/records")
    page.goto(f"/records/{record.id}")
    expect(page.locator(".word-fix:visible")).to_have_count(0)
    page.locator("#corrections > summary").click()
    expect(page.locator(".word-fix:visible")).to_have_count(70)
    expect(page.locator("#corrections .with-script:visible")).to_have_count(0)
    fits(page)
    page.locator("#word-1-69").fill("mẫukhôngscript")
    page.locator(".fix-save").click()
    page.wait_for_url("**done=words")
    kept = quiet_house.desk.services.parts.page(record.id, 1)
    assert kept is not None
    assert kept.page.words[69].text == "mẫukhôngscript"
