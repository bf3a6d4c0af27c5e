"""The clerk's desk as a browser without scripts gets it: what is said of each record."""

import re
from dataclasses import replace

from app import splitting
from app.audit import Action, Event
from app.records import Problem, Record, Status
from app.web.review_queue import next_to_review
from ocr.recognition import Kind
from tests.app.batches import confirmed
from tests.app.database.examples import a_page
from tests.app.front import Desk


def _row(page: str, record: Record) -> str:
    found = re.search(rf'<tr data-record="{record.id}".*?</tr>', page, re.DOTALL)
    assert found is not None
    return found[0]


def test_a_row_says_why_a_file_was_refused_and_that_one_is_damaged(lite_desk: Desk) -> None:
    services, client = lite_desk.services, lite_desk.browser("clerk").client
    locked = Problem("encrypted", "Tệp có mật khẩu.", "The file has a password.")
    refused = services.records.save(
        replace(lite_desk.receive(data=b"%PDF-1"), status=Status.REFUSED, problem=locked), []
    )
    kept = replace(lite_desk.receive(data=b"%PDF-2"), status=Status.AWAITING_REVIEW, incomplete=True)
    damaged = services.records.save(kept, [])
    page = client.get("/records").text
    assert "Tệp có mật khẩu." in _row(page, refused)
    assert "có thể thiếu trang" in _row(page, damaged)
    assert "có thể thiếu trang" not in _row(page, refused)
    assert "The file has a password." in _row(client.get("/records?lang=en").text, refused)
    assert lite_desk.program("clerk").get(f"/api/v1/records/{damaged.id}").json()["incomplete"] is True


def test_people_are_called_by_their_names(lite_desk: Desk) -> None:
    record = lite_desk.receive()
    clerk, admin = lite_desk.browser("clerk").client, lite_desk.browser("admin")
    person = lite_desk.services.people.get("clerk")
    agency = lite_desk.services.agencies.get(person.agency).name
    assert f"<small>{person.name}</small>" in _row(clerk.get("/records").text, record)
    assert f"{person.name} (clerk)" in admin.client.get(f"/records/{record.id}/history").text
    people = admin.client.get("/people").text
    assert "Chưa có thay đổi nào." in people
    assert f"<span>{agency}</span>" in people
    admin.submit("/people/clerk", {"name": person.name, "role": "archivist", "active": "yes"})
    assert f"<span>{person.name} (clerk)</span>" in admin.client.get("/people").text


def test_the_next_record_is_down_the_list_then_from_its_top(lite_desk: Desk) -> None:
    services, browser = lite_desk.services, lite_desk.browser("clerk")
    oldest, middle, newest = (
        services.records.save(
            replace(lite_desk.receive(data=b"%PDF-" + name), status=Status.AWAITING_REVIEW), []
        )
        for name in (b"1", b"2", b"3")
    )
    for record, following in ((newest, middle), (middle, oldest), (oldest, newest)):
        assert next_to_review(services, services.people.get("clerk"), record) == following
    dossier = services.records.save(replace(oldest, dossier="H-1"), [])
    beside = services.records.save(replace(newest, dossier="H-1"), [])
    assert next_to_review(services, services.people.get("clerk"), dossier) == beside
    page = browser.client.get(f"/records/{middle.id}").text
    assert f'<a href="/records/{oldest.id}">' in page
    values = {"version": str(middle.version), "field-number": "7"}
    page = browser.client.get(browser.submit(f"/records/{middle.id}/fields", values).headers["location"]).text
    assert f'href="/records/{oldest.id}" autofocus' in page
    assert "kế tiếp" not in lite_desk.browser("official").client.get(f"/records/{middle.id}").text


def test_an_empty_inbox_says_what_comes_next(lite_desk: Desk) -> None:
    for account, path in (("official", "/inbox"), ("clerk", "/digitising")):
        assert 'href="/records?status=awaiting-review"' in lite_desk.browser(account).client.get(path).text


def test_a_reading_code_names_the_paper_and_not_whom_it_is_about(lite_desk: Desk) -> None:
    """Who holds a copy reads the code below its mark with any telephone."""
    (record,) = confirmed(lite_desk.services, 1)
    kind = Kind("giay-khai-sinh", "Giấy khai sinh", 1.0, "x")
    about = replace(record, kind=kind, subject="Giấy khai sinh: NGUYỄN VĂN GIẢ ĐỊNH")
    lite_desk.services.records.save(about, [])
    client = lite_desk.browser("clerk").client
    for path in ("/digitising", f"/records/{record.id}"):
        assert 'name="code-paper" value="Giấy khai sinh"' in client.get(path).text


def test_a_copy_that_its_digitiser_signed_is_told_from_one_that_waits(lite_desk: Desk) -> None:
    (record,) = confirmed(lite_desk.services, 1)
    client = lite_desk.browser("clerk").client
    assert "người số hóa đã ký" not in _row(client.get("/records").text, record)
    lite_desk.services.records.save(replace(record, digitised=record.pdf, digitised_by="clerk"), [])
    assert "người số hóa đã ký" in _row(client.get("/records").text, record)
    assert 'class="digitised"' in client.get(f"/records/{record.id}").text


def test_what_is_said_of_a_row_ends_in_no_dot(lite_desk: Desk) -> None:
    services, client = lite_desk.services, lite_desk.browser("clerk").client
    record = lite_desk.receive()
    page = a_page(1)
    for number in (1, 2):
        event = Event(record.id, Action.PAGE_READ, "x", services.now())
        kept = replace(page, page=replace(page.page, number=number))
        services.parts.keep_page(record.id, 1, kept, event)
    read = services.records.save(replace(record, status=Status.AWAITING_REVIEW, pages_total=2), [])
    clerk = services.people.get("clerk")
    part = splitting.split(services, clerk, record.id, read.version, [1, 2])[1]

    def said() -> str:
        small = re.search("<small>(.*?)</small>", _row(client.get("/records").text, part))
        return re.sub("<[^>]+>", "", small[1]) if small else ""

    assert said() == "trang 2 / 2"
    services.records.save(replace(part, dossier="H-1 <b>"), [])
    assert said() == "trang 2 / 2 · H-1 &lt;b&gt;"


def test_a_history_tells_how_many_fields_and_which(lite_desk: Desk) -> None:
    record, services = lite_desk.receive(), lite_desk.services
    for action, fields in ((Action.CORRECTED, "number, signer"), (Action.CONFIRMED, 11)):
        services.history.append(Event(record.id, action, "clerk", services.now(), {"fields": fields}))
    history = lite_desk.browser("clerk").client.get(f"/records/{record.id}/history").text
    assert "số ô: 11" in history
    assert "ô: Số, Người ký" in history
