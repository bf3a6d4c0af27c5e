"""Numbers that are out of order or given twice, alike in both databases, and found in an index."""

import itertools
import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, insert, text

from app.database.repositories import Repositories
from app.database.rows import field_row, record_row
from app.database.tables import fields, records
from app.records import FieldValue, Numbered, Record, Status
from ocr.recognition import Field
from tests.app.database.examples import NOW, a_record

ISSUER = "ỦY BAN NHÂN DÂN XÃ MẪU"
_agencies = (f"agency-{number}" for number in itertools.count())


def keep(repositories: Repositories, papers: list[dict[str, Any]]) -> list[Record]:
    """Confirmed records with these columns, and with `issuer` where it is not ISSUER."""
    made, values = [], []
    for paper in papers:
        columns = {"status": Status.CONFIRMED, "symbol": "QĐ-UBND", "date": "2024-03-05", **paper}
        issuer = columns.pop("issuer", FieldValue("issuer", Field(ISSUER, 1.0, 1, None, "read")))
        record = a_record(**columns)
        made.append(record)
        values.append(field_row(record.id, 0, issuer))
    with repositories.engine.begin() as connection:
        connection.execute(insert(records), [record_row(record) for record in made])
        connection.execute(insert(fields), values)
    return made


def place_of(record: Record, issuer: str = ISSUER) -> Numbered:
    return Numbered(record.agency, issuer, record.symbol or "", int(record.number or 0), record.date or "")


def contradicted(repositories: Repositories, record: Record) -> str | None:
    found = repositories.records.out_of_order(place_of(record), but=record.id)
    return found.number if found else None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    numbers=st.lists(st.integers(1, 99_999), min_size=2, max_size=12, unique=True),
    days=st.lists(st.integers(0, 365), min_size=12, max_size=12),
    drawn=st.randoms(use_true_random=False),
)
def test_a_sequence_in_order_never_warns_and_one_swapped_pair_does(
    repositories: Repositories, numbers: list[int], days: list[int], drawn: random.Random
) -> None:
    """Whatever the length of the numbers and however many were given on one day."""
    agency = next(_agencies)
    dates = [(date(2024, 1, 1) + timedelta(days=day)).isoformat() for day in sorted(days)]
    papers = [
        {"agency": agency, "number": str(number), "date": day}
        for number, day in zip(sorted(numbers), dates, strict=False)
    ]
    received = drawn.sample(papers, len(papers))
    made = keep(repositories, received)
    for record in made:
        assert contradicted(repositories, record) is None
        assert repositories.records.numbered_alike(place_of(record), but=record.id) == []
    one, other = sorted(drawn.sample(made, 2), key=lambda record: int(record.number or 0))
    if one.date == other.date:
        return
    swapped = replace(one, number=other.number), replace(other, number=one.number)
    for record in swapped:
        repositories.records.save(record, [])
    for record in swapped:
        assert contradicted(repositories, record) is not None
    outside = [r for r in made if int(r.number or 0) < int(one.number or 0) and r.date < (one.date or "")]
    for record in outside:
        assert contradicted(repositories, record) is None, "what stands before both is in order"


def test_of_several_the_nearest_in_number_is_told(repositories: Repositories) -> None:
    papers = [{"number": n, "date": d} for n, d in (("9", "2024-04-01"), ("10", "2024-05-01"))]
    keep(repositories, [*papers, {"number": "0140", "date": "2024-01-02"}])
    placed = Numbered("ubnd-binh-an", ISSUER, "QĐ-UBND", 100, "2024-03-05")
    nearest = repositories.records.out_of_order(placed, but="")
    assert nearest is not None
    assert nearest.number == "0140"
    assert nearest.status is Status.CONFIRMED


@pytest.mark.parametrize(
    "other",
    [
        {"number": "15a"},
        {"number": None},
        {"number": ""},
        {"number": "1234567890"},
        {"number": "\u0661\u0665"},
        {"date": None},
        {"date": "2024-04"},
        {"date": "2024"},
        {"date": "2025-04-01"},
        {"date": "2023-04-01"},
        {"symbol": "CT-UBND"},
        {"symbol": None},
        {"agency": "another"},
        {"status": Status.AWAITING_REVIEW},
        {"status": Status.SPLIT},
        {"issuer": FieldValue("issuer", Field("ỦY BAN NHÂN DÂN XÃ KHÁC", 1.0, 1, None, "read"))},
        {"issuer": FieldValue("issuer", Field("ỦY BAN NHÂN DÂN XÃ MÀU", 1.0, 1, None, "read"))},
        {"issuer": FieldValue("issuer", Field(ISSUER, 0.0, 1, None, "handwritten"))},
        {"issuer": FieldValue("issuer", Field(ISSUER, 1.0, 1, None, "read"), None, "lan", NOW)},
    ],
    ids=repr,
)
def test_what_is_of_no_series_or_another_says_nothing(
    repositories: Repositories, other: dict[str, Any]
) -> None:
    """Each of them would contradict 100 of 5 March, or have its number."""
    keep(repositories, [{"number": "15", "date": "2024-04-01", **other}])
    placed = Numbered("ubnd-binh-an", ISSUER, "QĐ-UBND", 100, "2024-03-05")
    assert repositories.records.out_of_order(placed, but="") is None
    assert repositories.records.numbered_alike(replace(placed, number=15), but="") == []


def test_an_issuer_is_known_by_its_words(repositories: Repositories) -> None:
    said = FieldValue("issuer", Field("?", 0.1, 1, None, "read"), "Uỷ ban nhân dân xã Mẫu", "lan", NOW)
    far = {"number": "98", "date": "2024-06-01"}
    others = [
        {**far, "issuer": FieldValue("issuer", Field(f"XÃ {n}", 1.0, 1, None, "read"))} for n in range(40)
    ]
    made = keep(repositories, [*others, {"number": "0015", "date": "2024-04-01", "issuer": said}])
    placed = Numbered("ubnd-binh-an", ISSUER, "QĐ-UBND", 100, "2024-03-05")
    found = repositories.records.out_of_order(placed, but="")
    assert found == made[-1], "not those of other issuers, however near"
    assert repositories.records.numbered_alike(replace(placed, number=15), but="") == [found]
    assert repositories.records.numbered_alike(replace(placed, number=15), but=made[-1].id) == []


def test_all_of_one_number_are_asked_for_at_once(repositories: Repositories) -> None:
    """In the order of their ids, of each spelling of the issuer, with as many questions as for one."""
    spelled = FieldValue("issuer", Field("Uỷ ban nhân dân xã Mẫu", 1.0, 1, None, "read"))
    made = keep(repositories, [{"number": "1", **({"issuer": spelled} if n % 2 else {})} for n in range(30)])
    asked: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(repositories.engine, "before_cursor_execute", listen)
    found = repositories.records.numbered_alike(place_of(made[0]), but=made[0].id)
    event.remove(repositories.engine, "before_cursor_execute", listen)
    assert found == sorted(made[1:], key=lambda record: record.id)
    assert len([statement for statement in asked if "FROM records" in statement]) == 2


def test_a_series_is_found_in_an_index(repositories: Repositories) -> None:
    """Of 6000 records 120 are of the series: neither question reads the others."""
    papers = [
        {
            "number": str(number),
            "symbol": f"K{number % 50}-UBND",
            "date": f"20{10 + number % 10}-06-01",
            "agency": "large",
        }
        for number in range(6000)
    ]
    keep(repositories, papers)
    with repositories.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    asked: list[tuple[str, Any]] = []

    def listen(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    event.listen(repositories.engine, "before_cursor_execute", listen)
    placed = Numbered("large", ISSUER, "K7-UBND", 100_000, "2017-07-05")
    assert repositories.records.out_of_order(placed, but="") is None
    assert repositories.records.numbered_alike(placed, but="") == []
    event.remove(repositories.engine, "before_cursor_execute", listen)
    how = "EXPLAIN QUERY PLAN " if repositories.engine.dialect.name == "sqlite" else "EXPLAIN "
    questions = [one for one in asked if "FROM records" in one[0]]
    assert len(questions) == 2
    for statement, values in questions:
        with repositories.engine.connect() as connection:
            plan = "\n".join(str(row) for row in connection.exec_driver_sql(how + statement, values))
        assert "ix_records_agency_symbol_date" in plan, plan
        for slow in ("Seq Scan", "SCAN records", "SCAN fields"):
            assert slow not in plan, plan
