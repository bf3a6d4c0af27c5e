"""The clerk's desk as a browser without scripts gets it: what is said of each record."""

import re
from dataclasses import replace

from app.records import Problem, Record, Status
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
