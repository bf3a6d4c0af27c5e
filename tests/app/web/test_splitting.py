"""A scan of several papers on its page: what is proposed, what a clerk makes of it, and the way back."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

import pytest

from app import workflow
from app.audit import Action, Event
from app.records import Record, Status
from app.web.splitting import first_pages
from tests.app.database.examples import a_page
from tests.app.front import Desk

PROPOSED = (
    {"first_page": 1, "last_page": 2, "kind": "CT", "reason": "Đầu tệp — the beginning", "confidence": 1},
    {
        "first_page": 3,
        "last_page": 3,
        "kind": "unknown",
        "reason": "Trang 3 có quốc hiệu — page 3 x",
        "confidence": 1,
    },
)


def _scan(desk: Desk, papers: Sequence[object] = PROPOSED, *, signed: bool = False) -> Record:
    """A scan of three pages that awaits review, with these proposals."""
    services, record = desk.services, desk.receive()
    for number in (1, 2, 3):
        event = Event(record.id, Action.PAGE_READ, "x", services.now())
        services.parts.keep_page(record.id, 1, a_page(number), event)
    kept = services.objects.put(BytesIO(json.dumps({"warnings": [], "papers": papers}).encode()))
    done = replace(
        services.records.get(record.id),
        status=Status.AWAITING_REVIEW,
        pages_total=3,
        recognition=kept.digest,
        digitally_signed=signed,
    )
    return services.records.save(done, [])


def _begun(page: str) -> list[tuple[str, bool]]:
    boxes = re.findall(r'<input type="checkbox" name="begins-(\d+)" value="yes"( checked)?>', page)
    return [(number, bool(checked)) for number, checked in boxes]


def test_the_proposals_stand_between_the_pages(lite_desk: Desk) -> None:
    record, client = _scan(lite_desk), lite_desk.browser("clerk").client
    page = client.get(f"/records/{record.id}").text
    assert "Tệp này có vẻ gồm 2 giấy tờ" in page
    assert re.search(r'<details class="card split" id="split" open>', page)
    assert _begun(page) == [("2", False), ("3", True)]
    assert "gồm 2 giấy tờ: hãy tách" in page, "beside the button that confirms"
    assert page.count('class="leaf"') == 3
    assert "Chỉ thị <small>Đầu tệp</small>" in page
    assert "Chưa rõ loại <small>Trang 3 có quốc hiệu</small>" in page
    assert "<small>page 3 x</small>" in client.get(f"/records/{record.id}?lang=en").text


def test_a_scan_that_seems_one_paper_may_still_be_split(lite_desk: Desk) -> None:
    record = _scan(lite_desk, PROPOSED[:1])
    page = lite_desk.browser("clerk").client.get(f"/records/{record.id}").text
    assert '<details class="card split" id="split">' in page, "and says nothing of it until it is opened"
    assert _begun(page) == [("2", False), ("3", False)]
    assert 'name="one"' not in page


def test_who_may_not_split_sees_what_is_proposed(lite_desk: Desk) -> None:
    record = _scan(lite_desk)
    page = lite_desk.browser("official").client.get(f"/records/{record.id}").text
    assert "Trang 1–2: Chỉ thị" in page
    assert 'id="split"' not in page
    assert lite_desk.browser("official").submit(f"/records/{record.id}/papers").status_code == 403


def test_accepting_moving_and_joining_again(lite_desk: Desk) -> None:
    record, browser = _scan(lite_desk), lite_desk.browser("clerk")
    address = f"/records/{record.id}"
    sent = {"version": str(record.version), "begins-2": "yes"}  # the clerk moved the boundary of page 3
    answer = browser.submit(f"{address}/papers", sent)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{address}?done=split")
    page = browser.client.get(answer.headers["location"]).text
    assert "đã được tách thành 2 hồ sơ" in page
    assert ("trang 1 / 3" in page, "trang 2–3 / 3" in page) == (True, True)
    assert 'id="fields"' not in page
    made = lite_desk.services.records.papers_of(record.id)
    for one in made:
        assert f'href="/records/{one.id}"' in page
        assert f'<a href="{address}">' in browser.client.get(f"/records/{one.id}").text
    desk = browser.client.get("/records").text
    assert "trang 2–3 / 3" in desk
    assert f'href="{address}"' not in desk
    assert browser.submit(f"{address}/papers", sent).status_code == 409
    assert browser.submit(f"{address}/papers/join").headers["location"] == f"{address}?done=joined"
    assert "Xem hồ sơ của cả tệp" in browser.client.get(f"/records/{made[0].id}").text
    assert _begun(browser.client.get(address).text) == [("2", False), ("3", True)], "as it was proposed"
    history = browser.client.get(f"{address}/history").text
    assert "Tách hồ sơ" in history
    assert "Gộp lại" in history


def test_one_paper_is_said_once(lite_desk: Desk) -> None:
    record, browser = _scan(lite_desk), lite_desk.browser("clerk")
    sent = {"version": str(record.version), "begins-3": "yes", "one": "yes"}
    answer = browser.submit(f"/records/{record.id}/papers", sent)
    assert answer.headers["location"].endswith("done=one_paper")
    after = lite_desk.services.records.get(record.id)
    assert (after.status, after.one_paper, after.pages_done) == (Status.RECOGNISING, True, 3)


def test_what_is_refused_is_said_on_the_page(lite_desk: Desk) -> None:
    services, record, browser = lite_desk.services, _scan(lite_desk), lite_desk.browser("clerk")
    address, sent = f"/records/{record.id}/papers", {"version": str(record.version), "begins-3": "yes"}
    stale = browser.submit(address, {**sent, "version": "1"})
    assert (stale.status_code, "nên chưa được tách" in stale.text) == (409, True)
    beyond = browser.submit(address, {**sent, "begins-9": "yes"})
    assert (beyond.status_code, "không quá trang 3" in beyond.text) == (409, True)
    browser.submit(address, sent)
    first = services.records.papers_of(record.id)[0]
    ready = services.records.save(replace(first, status=Status.AWAITING_REVIEW), [])
    workflow.confirm(services, services.people.get("clerk"), first.id, ready.version, {"number": "1"})
    page = browser.client.get(f"/records/{record.id}").text
    assert "Không gộp lại được nữa vì đã có phần được xác nhận hoặc ký." in page
    assert 'papers/join"' not in page
    late = browser.submit(f"{address}/join")
    assert (late.status_code, "phần ở trang 1–2 đã được xác nhận" in late.text) == (409, True)


def test_a_part_of_a_signed_file_is_said_to_be_none(lite_desk: Desk) -> None:
    record, browser = _scan(lite_desk, signed=True), lite_desk.browser("clerk")
    page = browser.client.get(f"/records/{record.id}").text
    assert "các phần tách ra không mang chữ ký đó" in page
    browser.submit(f"/records/{record.id}/papers", {"version": str(record.version), "begins-2": "yes"})
    part = lite_desk.services.records.papers_of(record.id)[0]
    page = browser.client.get(f"/records/{part.id}").text
    assert "là một phần của một tệp đã ký số" in page
    assert "Tệp này đã có chữ ký số khi gửi đến" not in page


@pytest.mark.parametrize(
    ("values", "pages"),
    [
        ({}, [1]),
        ({"begins-5": "yes", "begins-3": "yes", "version": "1"}, [1, 3, 5]),
        ({"begins-5": "yes", "one": "yes"}, [1]),
        ({"begins-x": "yes", "begins-": "yes", "begins-9999999": "yes", "xbegins-3": "yes"}, [1]),
    ],
)
def test_what_the_form_says(values: dict[str, str], pages: list[int]) -> None:
    assert first_pages(values) == pages
