"""Correcting words as a browser without scripts does it."""

import re
from dataclasses import replace

import pytest

from app.audit import Action, Event
from app.records import FieldValue, ReadPage, Record, Status
from app.said_words import WordSaid
from app.web.word_fixes import words_said
from ocr.recognition import Box, Field, Page, Word
from tests.app.front import Browser, Desk


def _doubtful(desk: Desk, pages: int = 1, **changes: object) -> Record:
    """A record with pages of three words, two of them doubtful."""
    record = desk.receive()
    words = (
        Word("Điều", Box(0, 0, 50, 20), 1.0),
        Word("đên", Box(60, 0, 110, 20), 0.9, alternatives=("đến", "đền")),
        Word("<nay>", Box(120, 0, 170, 20), 0.5),
    )
    event = Event(record.id, Action.PAGE_READ, "x", desk.services.now())
    for number in range(1, pages + 1):
        page = Page(number, 1000, 1000, 100.0, 0, 0.0, "ocr", "1.png", text="Điều đên <nay>", words=words)
        desk.services.parts.keep_page(record.id, 1, ReadPage(page, record.digest), event)
    read = replace(desk.services.records.get(record.id), status=Status.AWAITING_REVIEW, pages_total=pages)
    return desk.services.records.save(replace(read, **changes), [])  # type: ignore[arg-type]


def _form(browser: Browser, record: Record) -> dict[str, str]:
    """What the page would send as it is."""
    return _sent(browser.client.get(f"/records/{record.id}").text)


def _sent(page: str) -> dict[str, str]:
    form = re.search(r'<form id="words-form".*?</form>', page, re.DOTALL)
    assert form
    parts = re.sub(r"<input type=\"checkbox\"[^>]*>", "", form[0])
    found = re.findall(r'name="([a-z0-9-]+)" value="([^"]*)"', parts)
    return {name: value.replace("&lt;", "<").replace("&gt;", ">") for name, value in found if name != "csrf"}


def test_only_what_was_changed_or_gone_through_is_said() -> None:
    values = {"word-3-1": "đến", "read-3-1": "đên", "word-4-2": "nay", "read-4-2": "nay", "seen-4-2": ""}
    assert words_said(values) == [WordSaid(3, 1, "đên", "đến")]
    assert [one.word for one in words_said(values | {"seen-4-2": "yes"})] == [1, 2]
    assert words_said({"word-3-1": " ", "read-3-1": ";"}) == [WordSaid(3, 1, ";", " ")]


def test_a_word_is_joined_to_those_beside_it() -> None:
    values = {"word-1-5": "ào", "read-1-5": "ào", "before-1-5": "ch"}
    assert words_said(values) == [WordSaid(1, 4, "ch ào", "chào", 2)], "as they were read, without the space"
    both = values | {"after-1-5": "b", "word-1-5": "Chào bạ"}
    assert words_said(both) == [WordSaid(1, 4, "ch ào b", "Chào bạ", 3)]


def test_what_was_taken_out_is_put_back() -> None:
    values = {"out-2-0": "l", "was-2-0": "|", "out-2-1": " ", "was-2-1": ";"}
    assert words_said(values) == [WordSaid(2, 0, "|", "l", taken_out=True)]


def test_a_word_is_put_right_by_a_form(lite_desk: Desk) -> None:
    record, browser = _doubtful(lite_desk), lite_desk.browser("clerk")
    sent = _form(browser, record)
    assert (sent["word-1-1"], sent["read-1-2"]) == ("đên", "<nay>")
    address = f"/records/{record.id}/words?page=1"
    nothing = browser.submit(address, sent)
    assert (nothing.status_code, lite_desk.services.records.get(record.id)) == (303, record)
    answer = browser.submit(address, sent | {"word-1-1": "đến"})
    assert answer.headers["location"] == f"/records/{record.id}?page=1&done=words"
    kept = lite_desk.services.parts.page(record.id, 1)
    assert kept is not None
    assert kept.page.text == "Điều đến <nay>"
    assert lite_desk.services.records.get(record.id).status is Status.RECOGNISING
    assert "words-form" not in browser.client.get(f"/records/{record.id}").text, "while it is made anew"


@pytest.mark.parametrize(("change", "status"), [({"word-1-1": "a\u200bb"}, 422), ({"version": "1"}, 409)])
def test_what_was_typed_is_not_lost(lite_desk: Desk, change: dict[str, str], status: int) -> None:
    record, browser = _doubtful(lite_desk), lite_desk.browser("clerk")
    sent = _form(browser, record) | {"word-1-2": "này"} | change
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
    answer = browser.submit(f"{address}/words?page=1", _form(browser, record) | {"word-1-1": "đến"})
    assert answer.headers["location"].endswith("done=words_kept")
    assert lite_desk.services.records.get(record.id).status is Status.CONFIRMED
    assert "bản số hóa: đã ký nên giữ nguyên" in clerk.get(f"{address}/history").text


def test_the_worst_word_comes_first_and_words_go_by_themselves(lite_desk: Desk) -> None:
    record, browser = _doubtful(lite_desk), lite_desk.browser("clerk")
    page = browser.client.get(f"/records/{record.id}").text
    assert page.index('id="word-1-2"') < page.index('id="word-1-1"')
    assert 'name="before-1-1" value="Điều"' in page
    assert 'name="after-1-1" value="&lt;nay&gt;"' in page
    browser.submit(f"/records/{record.id}/words?page=1", _sent(page) | {"word-1-2": "", "word-1-1": "đ ến"})
    kept = lite_desk.services.parts.page(record.id, 1)
    assert kept is not None
    assert kept.page.text == "Điều đ ến"
    read = replace(lite_desk.services.records.get(record.id), status=Status.AWAITING_REVIEW)
    lite_desk.services.records.save(read, [])
    page = browser.client.get(f"/records/{record.id}").text
    assert "1 chỗ đã bỏ vì không phải chữ" in page
    browser.submit(f"/records/{record.id}/words?page=1", _sent(page) | {"out-1-0": "này"})
    kept = lite_desk.services.parts.page(record.id, 1)
    assert kept is not None
    assert (kept.page.text, kept.page.taken_out) == ("Điều đ ến này", ())


def test_any_word_is_found_and_corrected_without_scripts(lite_desk: Desk) -> None:
    record, browser = _doubtful(lite_desk, pages=2), lite_desk.browser("clerk")
    address = f"/records/{record.id}/words"
    sent = _form(browser, record)
    assert "word-1-0" not in sent, "nobody is asked about a word that the reader is sure of"
    found = browser.submit(f"{address}/turn?page=1", sent | {"word-1-1": "đến", "find": "dieu"}).text
    assert (_sent(found)["word-1-0"], _sent(found)["word-1-1"]) == ("Điều", "đến")
    asked = browser.submit(f"{address}?page=1", sent | {"find": "điều khác"}).text
    assert _sent(asked)["word-1-0"] == "Điều", "Enter in the field of what is looked for keeps nothing yet"
    none = browser.submit(f"{address}/turn?page=1", sent | {"find": "vắng"}).text
    assert "Không thấy từ “vắng” trên trang này." in none
    typed = _sent(found) | {"word-1-0": "Điểm"}
    page = browser.submit(f"{address}/turn?page=2", typed).text
    assert (_sent(page)["word-1-0"], _sent(page)["sure-1-0"]) == ("Điểm", "yes"), "carried to the next page"
    refused = browser.submit(f"{address}?page=1", typed | {"word-1-1": "a\u200bb"}).text
    assert _sent(refused)["word-1-0"] == "Điểm"
    assert browser.submit(f"{address}?page=2", _sent(page)).status_code == 303
    kept = lite_desk.services.parts.page(record.id, 1)
    assert kept is not None
    assert kept.page.text == "Điểm đến <nay>"


def test_a_page_without_doubts_is_correctable_too(lite_desk: Desk) -> None:
    record, clerk = _doubtful(lite_desk), lite_desk.browser("clerk").client
    kept = lite_desk.services.parts.page(record.id, 1)
    assert kept is not None
    sure = tuple(replace(word, confidence=1.0) for word in kept.page.words)
    pages = [replace(kept, page=replace(kept.page, words=sure))]
    lite_desk.services.records.save(record, [], pages=pages)
    page = clerk.get(f"/records/{record.id}").text
    assert "Sửa từ của trang này" in page
    assert "F2 hoặc Enter sửa từ" in page
    assert 'data-others=\'["\\u0111\\u1ebfn"' in page, "what else readers took it for"
    other = lite_desk.browser("official").client.get(f"/records/{record.id}").text
    assert "F2 hoặc Enter" not in other, "who may not correct is not told how"


def test_pages_follow_without_scripts_and_are_kept_at_once(lite_desk: Desk) -> None:
    record, browser = _doubtful(lite_desk, pages=3), lite_desk.browser("clerk")
    address, typed = f"/records/{record.id}/words", {}
    for number, following in ((1, 2), (2, 3), (3, 0)):
        path = f"{address}/turn?page={number}" if typed else f"/records/{record.id}"
        page = (browser.submit(path, typed) if typed else browser.client.get(path)).text
        assert (f'formaction="{address}/turn?page={following}"' in page) == bool(following), number
        assert f'<a href="/records/{record.id}?page=3"' in page, "leads away from the address of the form"
        typed = _sent(page) | {f"word-{number}-1": "đến"}
    bad = browser.submit(f"{address}?page=3", typed | {"word-1-1": "a\u200bb"})
    assert bad.status_code == 422
    assert 'id="word-1-1"' in bad.text, "the page of the word that cannot be"
    assert (_sent(bad.text)["word-2-1"], _sent(bad.text)["read-3-1"]) == ("đến", "đên")
    assert lite_desk.services.records.get(record.id) == record
    sent = browser.submit(f"{address}?page=3", typed)
    assert sent.headers["location"] == f"/records/{record.id}?page=3&done=words"
    assert [kept.page.text for kept in lite_desk.services.parts.pages(record.id)] == ["Điều đến <nay>"] * 3


def test_a_page_of_many_doubtful_words_is_sent_whole(lite_desk: Desk) -> None:
    record, browser = _doubtful(lite_desk), lite_desk.browser("clerk")
    words = tuple(Word(f"t{n}", Box(0, n, 9, n + 1), n / 1000, n) for n in range(400))
    page = Page(
        1, 1000, 1000, 100.0, 0, 0.0, "ocr", "1.png", text=" ".join(w.text for w in words), words=words
    )
    record = lite_desk.services.records.save(record, [], pages=[ReadPage(page, record.digest)])
    sent = _form(browser, record)
    assert sum(name.startswith("word-") for name in sent) == 150, "the worst first"
    typed = {name: "x" if name.startswith("word-") else value for name, value in sent.items()}
    assert browser.submit(f"/records/{record.id}/words?page=1", typed).status_code == 303
    kept = lite_desk.services.parts.page(record.id, 1)
    assert kept is not None
    assert [word.text for word in kept.page.words[148:152]] == ["x", "x", "t150", "t151"]


def _asked(desk: Desk) -> Record:
    """A record with a confirmed subject, a word of which was corrected afterwards."""
    record, now = _doubtful(desk), desk.services.now()
    read = Field("Điều đên", 0.9, 1, Box(0, 0, 110, 20), "read")
    fields = {
        "subject": FieldValue("subject", read, "Điều đên", "clerk", now),
        "issuer": FieldValue("issuer", Field(None, 0, None, None, "absent"), "XÃ MẪU", "clerk", now),
    }
    copy = replace(record, status=Status.CONFIRMED, digitised=record.digest, digitised_by="clerk")
    return desk.services.records.save(replace(copy, subject="Điều đên"), [], fields=fields)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({}, "Điều đên"),
        ({"take-subject": "yes"}, "Điều đến"),
        ({"take-subject": "yes", "field-subject": "Khác"}, "Khác"),
        ({"take-issuer": "yes"}, "Điều đên"),
    ],
)
def test_a_confirmed_value_is_asked_again_and_taken_by_a_tick(
    lite_desk: Desk, sent: dict[str, str], kept: str
) -> None:
    record, browser = _asked(lite_desk), lite_desk.browser("clerk")
    address = f"/records/{record.id}"
    assert "từ đã sửa, hỏi lại" not in browser.client.get(address).text
    browser.submit(f"{address}/words?page=1", _form(browser, record) | {"word-1-1": "đến"})
    page = browser.client.get(address).text
    again = re.search(r'<div class="again">.*?</div>', page, re.DOTALL)
    assert again
    said = " ".join(re.sub(r"<[^>]+>", " ", again[0]).split())
    assert "Đã xác nhận: Điều đên" in said
    assert "Nay đọc là: Điều đến" in said
    assert 'name="take-subject"' in again[0]
    assert page.count("từ đã sửa, hỏi lại") == 1
    assert ">Điều đên</textarea>" in page, "nothing changes by itself"
    version = str(lite_desk.services.records.get(record.id).version)
    values = {"version": version, "field-subject": "Điều đên", "field-issuer": "XÃ MẪU"} | sent
    assert browser.submit(f"{address}/fields", values).status_code == 303
    field = lite_desk.services.parts.fields(record.id)["subject"]
    assert (field.confirmed, field.asked_again) == (kept, False)
    assert lite_desk.services.records.get(record.id).subject == kept
    assert "từ đã sửa, hỏi lại" not in browser.client.get(address).text


def test_confirmed_values_without_a_field_any_more_are_named(lite_desk: Desk) -> None:
    record, clerk = _doubtful(lite_desk), lite_desk.browser("clerk").client
    assert "thành loại khác" not in clerk.get(f"/records/{record.id}").text
    details = {"kind": "giay-khai-sinh", "left_values": "subject, symbol"}
    told = Event(record.id, Action.RECOGNISED, "x", lite_desk.services.now(), details)
    lite_desk.services.history.append(told)
    page = " ".join(clerk.get(f"/records/{record.id}").text.split())
    assert "không còn ô cho giá trị đã xác nhận của: Trích yếu, Ký hiệu" in page
