"""Correcting words as a browser without scripts does it."""

import re
from dataclasses import replace

import pytest

from app.audit import Action, Event
from app.records import ReadPage, Record, Status
from app.web.words import words_said
from ocr.recognition import Box, Page, Word
from tests.app.front import Browser, Desk


def _doubtful(desk: Desk, **changes: object) -> Record:
    """A record with one page of three words, two of them doubtful."""
    record = desk.receive()
    words = (
        Word("Điều", Box(0, 0, 50, 20), 1.0),
        Word("đên", Box(60, 0, 110, 20), 0.9, alternatives=("đến", "đền")),
        Word("<nay>", Box(120, 0, 170, 20), 0.5),
    )
    page = Page(1, 1000, 1000, 100.0, 0, 0.0, "ocr", "1.png", text="Điều đên <nay>", words=words)
    event = Event(record.id, Action.PAGE_READ, "x", desk.services.now())
    desk.services.parts.keep_page(record.id, 1, ReadPage(page, record.digest), event)
    read = replace(desk.services.records.get(record.id), status=Status.AWAITING_REVIEW, pages_total=1)
    return desk.services.records.save(replace(read, **changes), [])  # type: ignore[arg-type]


def _form(browser: Browser, record: Record) -> dict[str, str]:
    """What the page would send as it is."""
    page = browser.client.get(f"/records/{record.id}").text
    form = re.search(r'<form id="words-form".*?</form>', page, re.DOTALL)
    assert form
    found = re.findall(r'name="([a-z0-9-]+)" value="([^"]*)"', form[0])
    return {name: value.replace("&lt;", "<").replace("&gt;", ">") for name, value in found if name != "csrf"}


def test_only_what_was_changed_or_gone_through_is_said() -> None:
    values = {"word-1": "đến", "read-1": "đên", "word-2": "nay", "read-2": "nay", "seen-2": ""}
    assert [(one.word, one.read, one.text) for one in words_said(values, 3)] == [(1, "đên", "đến")]
    assert [one.word for one in words_said(values | {"seen-2": "yes"}, 3)] == [1, 2]


def test_a_word_is_put_right_by_a_form(lite_desk: Desk) -> None:
    record, browser = _doubtful(lite_desk), lite_desk.browser("clerk")
    sent = _form(browser, record)
    assert (sent["word-1"], sent["read-2"]) == ("đên", "<nay>")
    address = f"/records/{record.id}/words?page=1"
    nothing = browser.submit(address, sent)
    assert (nothing.status_code, lite_desk.services.records.get(record.id)) == (303, record)
    answer = browser.submit(address, sent | {"word-1": "đến"})
    assert answer.headers["location"] == f"/records/{record.id}?page=1&done=words"
    kept = lite_desk.services.parts.page(record.id, 1)
    assert kept is not None
    assert kept.page.text == "Điều đến <nay>"
    assert lite_desk.services.records.get(record.id).status is Status.RECOGNISING
    assert "words-form" not in browser.client.get(f"/records/{record.id}").text, "while it is made anew"


@pytest.mark.parametrize(("change", "status"), [({"word-1": "a\u200bb"}, 422), ({"version": "1"}, 409)])
def test_what_was_typed_is_not_lost(lite_desk: Desk, change: dict[str, str], status: int) -> None:
    record, browser = _doubtful(lite_desk), lite_desk.browser("clerk")
    sent = _form(browser, record) | {"word-2": "này"} | change
    answer = browser.submit(f"/records/{record.id}/words?page=1", sent)
    assert answer.status_code == status
    assert 'value="này"' in answer.text
    assert 'role="alert"' in answer.text
    assert lite_desk.services.records.get(record.id) == record


def test_who_may_and_what_follows_is_said_before(lite_desk: Desk) -> None:
    record = _doubtful(lite_desk)
    clerk, address = lite_desk.browser("clerk").client, f"/records/{record.id}"
    assert "bản số hóa được làm lại" in clerk.get(address).text
    assert "words-form" in clerk.get(f"{address}/pages/1").text, "where a page is turned, too"
    assert "words-form" not in lite_desk.browser("official").client.get(address).text
    came = lite_desk.services.records.save(replace(record, digitally_signed=True), [])
    assert "giữ nguyên từng byte" in clerk.get(f"{address}/pages/1").text
    changed = replace(came, digitally_signed=False, status=Status.CONFIRMED)
    confirmed = lite_desk.services.records.save(changed, [])
    assert "hồ sơ trở lại chờ kiểm tra" in clerk.get(address).text
    copy = replace(confirmed, digitised=record.digest, digitised_by="clerk")
    lite_desk.services.records.save(copy, [])
    assert "đã được ký nên giữ nguyên" in clerk.get(address).text
    browser = lite_desk.browser("clerk")
    answer = browser.submit(f"{address}/words?page=1", _form(browser, record) | {"word-1": "đến"})
    assert answer.headers["location"].endswith("done=words_kept")
    assert lite_desk.services.records.get(record.id).status is Status.CONFIRMED
    assert "bản số hóa: đã ký nên giữ nguyên" in clerk.get(f"{address}/history").text
