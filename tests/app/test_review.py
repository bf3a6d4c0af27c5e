"""What a person may confirm: every value that a paper truly has, and no date that is none."""

from datetime import UTC, datetime

import pytest

from app.records import FieldValue
from app.review import BadFieldValue, as_written, columns, confirmed
from app.sample import papers
from app.sample.papers import SamplePaper, all_papers
from ocr.kinds.catalogue import catalogue
from ocr.recognition import Field, Kind

NOW = datetime(2026, 11, 2, tzinfo=UTC)
ABSENT = Field(None, 0.0, None, None, "absent")


def fields(*names: str) -> dict[str, FieldValue]:
    return {name: FieldValue(name, ABSENT) for name in names}


@pytest.fixture(scope="module")
def drawn() -> dict[str, SamplePaper]:
    return {paper.name: paper for paper in all_papers()}


@pytest.mark.parametrize("name", [f"{name}.pdf" for name, *_ in papers._DRAWERS])  # not drawn to be listed
def test_what_a_paper_says_can_be_confirmed(drawn: dict[str, SamplePaper], name: str) -> None:
    paper = drawn[name]
    values = {name: str(value) for name, value in paper.truth.items()}
    after = confirmed(fields(*values), values, "clerk", NOW)
    assert {name: field.value for name, field in after.items()} == values


def test_a_field_is_checked_as_a_date_where_the_catalogue_reads_it_as_one() -> None:
    specs = {name: spec.form for kind in catalogue().values() for name, spec in kind.fields.items()}
    for name, form in specs.items():
        words = {name: "Phường Mẫu, thành phố Ví Dụ"}
        if form == "date" and name != "valid_until":
            with pytest.raises(BadFieldValue):
                confirmed(fields(name), words, "clerk", NOW)
        else:
            assert confirmed(fields(name), words, "clerk", NOW)[name].value == words[name]


def test_a_card_may_have_no_last_day() -> None:
    after = confirmed(fields("valid_until"), {"valid_until": "không thời hạn"}, "clerk", NOW)
    assert after["valid_until"].value == "không thời hạn"


@pytest.mark.parametrize(
    ("name", "given", "kept", "written"),
    [
        ("date", "7/2/2025", "2025-02-07", "07/02/2025"),
        ("date", "07.02.2025", "2025-02-07", "07/02/2025"),
        ("issued_on", "2-2025", "2025-02", "02/2025"),
        ("date_of_birth", "1990", "1990", "1990"),
        ("date", "2025-02-07", "2025-02-07", "07/02/2025"),
        ("valid_until", "1/5/2031", "2031-05-01", "01/05/2031"),
        ("valid_until", "không thời hạn - mãi", "không thời hạn - mãi", "không thời hạn - mãi"),
        ("number", "7/2/2025", "7/2/2025", "7/2/2025"),
    ],
)
def test_a_date_is_typed_and_shown_as_papers_write_it(name: str, given: str, kept: str, written: str) -> None:
    value = confirmed(fields(name), {name: given}, "clerk", NOW)[name].value
    assert value == kept
    assert as_written(name, value) == written


@pytest.mark.parametrize("given", ["31/2/2031", "13/2031"])
def test_a_day_that_cannot_be_is_refused_where_words_may_stand_too(given: str) -> None:
    with pytest.raises(BadFieldValue):
        confirmed(fields("valid_until"), {"valid_until": given}, "clerk", NOW)


def test_a_value_is_refused_by_the_name_that_people_know() -> None:
    with pytest.raises(BadFieldValue) as refused:
        confirmed(fields("date"), {"date": "31/2/2025"}, "clerk", NOW)
    assert refused.value.vi.startswith("“Ngày ban hành” phải là ngày dạng 15/03/2024")
    assert refused.value.en.startswith("“Date” must be a date")


def test_a_paper_without_a_subject_is_listed_by_whom_it_is_about() -> None:
    said = {"full_name": "NGUYỄN VĂN GIẢ ĐỊNH", "issued_on": "2026-01-14"}
    values = confirmed(fields("full_name", "issued_on"), said, "clerk", datetime(2026, 1, 15, tzinfo=UTC))
    found = columns(Kind("giay-khai-sinh", "Giấy khai sinh", 1.0, "x"), values)
    assert (found["subject"], found["date"]) == ("Giấy khai sinh: NGUYỄN VĂN GIẢ ĐỊNH", "2026-01-14")
    assert columns(Kind("giay-khai-sinh", "Giấy khai sinh", 1.0, "x"), fields("full_name"))["subject"] is None
