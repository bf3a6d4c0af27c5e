"""A number beside those that were confirmed: what is offered, and what is warned of and stays."""

import html
import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest

from app import workflow
from app.audit import Action, Event
from app.records import FieldValue, ReadPage, Record, Status
from app.standing import Standing, Statement
from ocr.recognition import Box, Field, Kind, Page, Recognition
from tests.app.front import Desk, decision

ISSUER = "ỦY BAN NHÂN DÂN XÃ MẪU"
PLACE = Box(200, 100, 260, 130)
_files = itertools.count()


def printed(value: str | None) -> Field:
    return Field(value, 1.0, 1, PLACE, "read") if value else Field(None, 0.0, None, None, "absent")


def guessed(value: str) -> Field:
    return Field(value, 0.97, 1, PLACE, "handwritten")


def read(desk: Desk, number: Field, day: str | Field | None, **others: str | Field | None) -> Record:
    """A record that awaits review, with these fields as they were read."""
    services = desk.services
    record = desk.receive(data=decision() + f"\n% {next(_files)}\n".encode())
    page = Page(1, 1000, 1400, 100.0, 0, 0.0, "ocr", "page-1.png")
    event = Event(record.id, Action.PAGE_READ, "x", services.now())
    services.parts.keep_page(record.id, 1, ReadPage(page, record.digest), event)
    given = {"symbol": "QĐ-UBND", "date": day, "issuer": ISSUER, "subject": None, **others}
    fields = {"number": number}
    fields |= {name: one if isinstance(one, Field) else printed(one) for name, one in given.items()}
    kind = Kind("QĐ", "Quyết định", 1.0, "x")
    kept = json.dumps(Recognition((page,), kind, fields).to_json()).encode()
    done = replace(
        services.records.get(record.id),
        status=Status.AWAITING_REVIEW,
        kind=kind,
        recognition=services.objects.put(BytesIO(kept)).digest,
        pages_total=1,
    )
    return services.records.save(done, [], fields={name: FieldValue(name, f) for name, f in fields.items()})


def confirm(desk: Desk, record: Record, **changes: str) -> Record:
    """Confirmed by the clerk as it is offered, but for these values."""
    values = {name: field.offered for name, field in desk.services.parts.fields(record.id).items()}
    clerk = desk.services.people.get("clerk")
    return workflow.confirm(desk.services, clerk, record.id, record.version, {**values, **changes})


def given(desk: Desk, number: str, day: str, **others: str | Field | None) -> Record:
    """A record that was confirmed."""
    return confirm(desk, read(desk, printed(number), day, **others))


def told(desk: Desk, record: Record) -> tuple[dict[str, Any], list[Mapping[str, str]]]:
    """The number, and the warnings, as a program is told them."""
    program = desk.program("clerk")
    fields = program.get(f"/api/v1/records/{record.id}").json()["fields"]
    recognition = program.get(f"/api/v1/records/{record.id}/recognition").json()
    if fields["number"]["state"] == "handwritten" and not fields["number"]["confirmed"]:
        assert recognition["fields"]["number"]["value"] == fields["number"]["read"]
    return fields["number"], recognition["warnings"]


def row(desk: Desk, record: Record) -> str:
    """The number on the review page."""
    page = desk.browser("clerk").client.get(f"/records/{record.id}").text
    found = re.search(r'data-field="number".*?(?=<div class="(?:field|confirm))', page, re.DOTALL)
    assert found
    return html.unescape(found[0])


def test_a_guess_that_is_out_of_order_is_not_offered(desk: Desk) -> None:
    neighbour = given(desk, "60", "2024-03-01")
    record = read(desk, guessed("57"), "2024-03-05")
    number, warnings = told(desk, record)
    assert (number["state"], number["value"], number["read"], number["confidence"]) == (
        "handwritten",
        None,
        None,
        0.0,
    )
    assert number["box"] == PLACE.to_json()
    (warning,) = warnings
    assert warning["code"] == "number-withheld"
    for text in (warning["vi"], warning["en"]):
        assert neighbour.code in text
        assert "60/QĐ-UBND" in text
        assert "01/03/2024" in text
        assert "57" not in text.replace(neighbour.code, ""), "that would be to offer it"
    shown = row(desk, record)
    assert 'value=""' in shown
    assert 'class="cutout"' in shown
    assert warning["vi"] in shown
    assert f'href="/records/{neighbour.id}"' in shown
    assert "Không đọc được, để trống" in shown, "which is not done by oversight"


def test_a_guess_that_fits_is_offered_and_one_that_fits_again_too(desk: Desk) -> None:
    given(desk, "50", "2024-03-01")
    neighbour = given(desk, "56", "2024-03-09")
    record = read(desk, guessed("57"), "2024-03-05")
    assert told(desk, record)[0]["read"] is None
    confirm(desk, neighbour, number="66")
    number, warnings = told(desk, record)
    assert (number["read"], number["value"], warnings) == ("57", None, [])
    assert 'value="57"' in row(desk, record)


def test_who_reads_the_number_from_the_picture_types_it(desk: Desk) -> None:
    given(desk, "60", "2024-03-01")
    record = read(desk, guessed("57"), "2024-03-05")
    assert 'name="withheld-number"' in row(desk, record)
    sent = {"version": str(record.version), "field-number": "057", "withheld-number": "yes"}
    browser = desk.browser("clerk")
    empty = browser.submit(f"/records/{record.id}/fields", {**sent, "field-number": ""})
    assert empty.status_code == 422
    assert "có chữ trên giấy mà còn trống" in empty.text
    assert browser.submit(f"/records/{record.id}/fields", sent).status_code == 303
    assert desk.services.records.get(record.id).number == "057"
    (warning,) = told(desk, record)[1]
    assert warning["code"] == "number-order"
    assert warning["vi"].startswith("Số 057/QĐ-UBND ngày 05/03/2024 trái thứ tự"), "as it is written"


def test_a_form_that_a_guess_had_filled_in_before_does_not_confirm_it(lite_desk: Desk) -> None:
    record = read(lite_desk, guessed("57"), "2024-03-05")
    given(lite_desk, "60", "2024-03-01")
    sent = {"version": str(record.version), "field-number": "57"}
    refused = lite_desk.browser("clerk").submit(f"/records/{record.id}/fields", sent)
    assert refused.status_code == 422
    assert 'value="57"' not in refused.text
    assert 'name="withheld-number"' in refused.text


@pytest.mark.parametrize(("typed", "ticked"), [("59", {}), ("57", {"compared-number": "yes"})])
def test_what_was_typed_or_compared_before_the_guess_was_withheld_is_not_lost(
    lite_desk: Desk, typed: str, ticked: dict[str, str]
) -> None:
    """Another field was refused, and a neighbour confirmed meanwhile: the form came back without it."""
    record = read(lite_desk, guessed("57"), "2024-03-05")
    given(lite_desk, "60", "2024-03-01")
    sent = {"version": str(record.version), "field-number": typed, "field-date": "hôm qua", **ticked}
    refused = lite_desk.browser("clerk").submit(f"/records/{record.id}/fields", sent)
    assert refused.status_code == 422
    assert f'value="{typed}"' in refused.text
    assert 'name="withheld-number"' in refused.text


def test_a_printed_number_is_warned_of_and_stays(desk: Desk) -> None:
    neighbour = given(desk, "60", "2024-03-01")
    record = read(desk, printed("57"), "2024-03-05")
    number, (warning,) = told(desk, record)
    assert (number["value"], number["state"], warning["code"]) == ("57", "read", "number-order")
    assert neighbour.code in warning["message"]
    shown = row(desk, record)
    assert 'value="57"' in shown
    assert warning["vi"] in shown
    english = desk.browser("clerk").client.get(f"/records/{record.id}?lang=en").text
    assert warning["en"] in html.unescape(english) or warning["vi"] in html.unescape(english)


def test_both_are_warned_once_both_are_confirmed_whatever_was_read(desk: Desk) -> None:
    first = given(desk, "60", "2024-03-01")
    second = confirm(desk, read(desk, printed("67"), "2024-03-05"), number="57")
    for record, other in ((first, second), (second, first)):
        (warning,) = told(desk, record)[1]
        assert warning["code"] == "number-order"
        assert other.code in warning["message"]
        assert warning["vi"] in row(desk, record)
    assert desk.services.records.get(second.id).number == "57"
    confirm(desk, second, number="67")
    for record in (first, second):
        assert told(desk, record)[1] == []


def test_a_number_that_another_paper_has_is_warned_of(desk: Desk) -> None:
    first = given(desk, "15", "2024-03-01", subject="Về việc thứ nhất")
    same = read(desk, printed("015"), "2024-03-01", subject="VỀ VIỆC THỨ NHẤT")
    assert told(desk, same)[1] == [], "the same paper, scanned twice"
    another = read(desk, printed("15"), "2024-03-01", subject="Về việc thứ hai")
    (warning,) = told(desk, another)[1]
    assert warning["code"] == "number-repeated"
    assert first.code in warning["message"]
    assert warning["vi"] in row(desk, another)
    later = read(desk, printed("15"), "2024-05-01", subject="Về việc thứ nhất")
    assert told(desk, later)[1][0]["code"] == "number-repeated"
    guess = read(desk, guessed("15"), "2024-05-01")
    number, (withheld,) = told(desk, guess)
    assert (number["read"], withheld["code"]) == (None, "number-withheld")


def test_one_that_was_put_in_place_of_another_may_have_its_number(lite_desk: Desk) -> None:
    old, new = (
        given(lite_desk, "15", "2024-03-01", subject=f"Bản {word}") for word in ("thứ nhất", "sửa lại")
    )
    assert [w["code"] for w in told(lite_desk, new)[1]] == ["number-repeated"]
    services = lite_desk.services
    old, new = (
        services.records.save(replace(record, status=Status.SIGNED, signed=f"{place}" * 64), [])
        for place, record in enumerate((old, new))
    )
    stated = Statement(old.id, Standing.REPLACED, date(2024, 4, 1), "x", "official", services.now(), new.id)
    services.standings.state(stated, old.version, [])
    for record in (old, new):
        assert told(lite_desk, record)[1] == []


@pytest.mark.parametrize(
    ("number", "day", "others"),
    [
        (printed("57a"), "2024-03-05", {}),
        (guessed("57a"), "2024-03-05", {}),
        (printed("57"), None, {}),
        (printed("57"), "2024-03", {}),
        (guessed("57"), "2024", {}),
        (printed("57"), "2024-03-05", {"symbol": "CT-UBND"}),
        (printed("57"), "2024-03-05", {"symbol": None}),
        (printed("57"), "2024-03-05", {"issuer": "ỦY BAN NHÂN DÂN XÃ KHÁC"}),
        (printed("57"), "2024-03-05", {"issuer": None}),
        (printed("57"), "2025-03-05", {}),
        (printed("60"), "2023-03-05", {}),
    ],
)
def test_nothing_is_said_where_nothing_can_be(
    lite_desk: Desk, number: Field, day: str | None, others: dict[str, str | None]
) -> None:
    given(lite_desk, "60", "2024-03-01")
    record = read(lite_desk, number, day, **others)
    shown, warnings = told(lite_desk, record)
    assert (shown["read"], warnings) == (number.value, [])


def test_a_guess_at_the_day_is_not_offered_where_the_number_is_printed(desk: Desk) -> None:
    neighbour = given(desk, "60", "2024-03-01")
    record = read(desk, printed("57"), guessed("2024-03-05"))
    program = desk.program("clerk")
    day = program.get(f"/api/v1/records/{record.id}").json()["fields"]["date"]
    assert (day["state"], day["value"], day["read"]) == ("handwritten", None, None)
    number, (warning,) = told(desk, record)
    assert (number["value"], warning["code"]) == ("57", "date-withheld")
    assert neighbour.code in warning["message"]
    shown = desk.browser("clerk").client.get(f"/records/{record.id}").text
    assert 'name="withheld-date"' in shown
    assert warning["vi"] in html.unescape(shown)
    early = read(desk, printed("57"), guessed("2024-02-05"))
    assert program.get(f"/api/v1/records/{early.id}").json()["fields"]["date"]["read"] == "2024-02-05"
    both = read(desk, guessed("57"), guessed("2024-03-05"))
    assert [w["code"] for w in told(desk, both)[1]] == ["number-withheld"]
    taken = read(desk, printed("60"), guessed("2024-03-05"))
    assert [w["code"] for w in told(desk, taken)[1]] == ["number-repeated"]


def test_a_paper_that_was_really_read_is_warned_of(desk: Desk) -> None:
    record = desk.read(desk.receive())
    fields = desk.services.parts.fields(record.id)
    number, day, symbol, issuer = (fields[name].value for name in ("number", "date", "symbol", "issuer"))
    assert number
    assert day
    assert "number-order" not in {warning["code"] for warning in told(desk, record)[1]}
    before = f"{day[:4]}-01-01"
    neighbour = given(desk, str(int(number) + 100), before, symbol=symbol, issuer=issuer)
    assert "number-order" in {warning["code"] for warning in told(desk, record)[1]}
    assert neighbour.code in row(desk, record)
