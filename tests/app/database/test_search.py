"""Finding records by words, and listing them, alike in both databases."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.database.repositories import Repositories
from app.records import FieldValue, Query, Record, Status
from ocr.recognition import Field, Kind
from tests.app.database.examples import NOW, a_record, add, an_event

DECISION = """
ỦY BAN NHÂN DÂN HUYỆN BÌNH AN — CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Số: 15/2022/QĐ-UBND. Về việc giao đất cho ông Đặng Văn Ngữ tại thôn Thuỷ Lợi; án phí 200.000 đồng.
"""
NOTICE = """
Thông báo số 7/TB-UBND về lịch tiếp công dân: thủ tục an sinh xã hội, hòa giải. Mr. O'Neill is away.
"""


@pytest.fixture
def find(repositories: Repositories) -> Callable[[str], set[str]]:
    """Two records, and which of them a query finds."""
    for name, body in (("decision", DECISION), ("notice", NOTICE)):
        record = add(repositories, id=name, name=f"{name}.pdf")
        repositories.records.save(record, [], text=body)
    return lambda query: {record.id for record in repositories.records.list(Query(text=query)).records}


BOTH = {"decision", "notice"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Đặng", {"decision"}),
        ("đặng văn ngữ", {"decision"}),
        ("dang van ngu", {"decision"}),
        ("DANG VAN NGU", {"decision"}),
        ("ngu dang", {"decision"}),
        ("đang", set()),  # other marks than the paper has
        ("giao dat", {"decision"}),
        ("giao đất", {"decision"}),
        ("giao đát", set()),
        ("án", {"decision"}),
        ("án ", {"decision"}),
        ("an ", BOTH),  # án and an
        ("ubnd", BOTH),
        ("xã hội", BOTH),
        ("xa hoi lich", {"notice"}),
        ("15/2022/QĐ-UBND", {"decision"}),
        ("15/2022/qd-ubnd", {"decision"}),
        ("15/2022/Q\u00d0-UBND", {"decision"}),  # the Icelandic letter, which old converters write for Đ
        ("2022/15/QĐ-UBND", set()),
        ("7/TB-UBND", {"notice"}),
        ("15/TB-UBND", set()),
        ('"nhân dân huyện"', {"decision"}),
        ('"huyện nhân dân"', set()),
        ('"nhan dan huyen"', {"decision"}),
        ('"nhân dan huyện"', {"decision"}),
        ('"nhân dàn huyện"', set()),
        ("“nhân dân huyện”", {"decision"}),
        ('"nhân dân" "bình an"', {"decision"}),
        ('"nhân dân', {"decision"}),
        ("thủy lợi", {"decision"}),
        ("thuỷ lợi", {"decision"}),
        ("hoà giải", {"notice"}),
        ("hòa giải", {"notice"}),
        ("hoà", BOTH),
        ("huyệ", {"decision"}),  # the last word is still being typed
        ("huye", {"decision"}),
        ("giao đấ", {"decision"}),
        ("15/2022/Q", {"decision"}),
        ("huye giao", set()),
        ('"huye"', set()),
        ("huye ", set()),
        ("decision", {"decision"}),
        ("decision.pdf", {"decision"}),
        ("o'neill", {"notice"}),
        ("200.000", {"decision"}),
        ("", BOTH),
        ("   ", BOTH),
        ("***", set()),
        ('"', set()),
        ("zzz", set()),
    ],
)
def test_queries_find_what_people_mean(find: Callable[[str], set[str]], query: str, found: set[str]) -> None:
    assert find(query) == found
    assert find(unicodedata.normalize("NFD", query)) == found


HOSTILE = [
    '" AND OR NOT NEAR(a, b) *',
    "written : a",
    "{head_written} : x",
    "a' <-> 'b' | !c & (d:*",
    "'); DROP TABLE search; --",
    "\\' \\ \\\\",
    "\0 nul \ud800",
    ":words0 :a %s %(a)s ?",
    "^a + b - c ~ d",
    "a" * 10_000,
    "từ " * 10_000,
    '"' * 999,
    "đ" * 100_000,
    "/".join("abc" * 1000),
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text() | st.text(alphabet="\"'\\*:()&|!<>-+^{}~ aAđĐ\0") | st.sampled_from(HOSTILE))
@example('"a"*')
def test_no_query_does_harm(repositories: Repositories, query: str) -> None:
    assert repositories.records.list(Query(text=query)).next is None


@pytest.mark.parametrize("query", HOSTILE)
def test_hostile_queries_are_only_words(find: Callable[[str], set[str]], query: str) -> None:
    assert find(query) == set()
    assert find("đặng") == {"decision"}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=80))
@example("\0 ' \\ : * \ud800 'a':1A,2B")
def test_any_text_can_be_kept_and_found(repositories: Repositories, text: str) -> None:
    record = add(repositories)
    repositories.records.save(record, [], text=text + " unforgettable")
    found = repositories.records.list(Query(text=f'"{text.replace(chr(34), " ")} unforgettable"', limit=500))
    assert record.id in {each.id for each in found.records}


def test_every_part_of_a_record_is_searched(repositories: Repositories) -> None:
    record = add(repositories, name="tờ trình.pdf")
    field = FieldValue("signer", Field("Lê Văn Đọc", 0.9, 1, None, "read"), "Lê Văn Độc", "clerk", NOW)
    saved = replace(
        record,
        number="99",
        symbol="QĐ-SGDĐT",
        subject="V/v mua sắm",
        kind=Kind("QĐ", "Quyết định", 0.9, "title"),
    )
    repositories.records.save(saved, [], fields={"signer": field}, text="thân bài")
    for query in ("tờ trình", "99/QĐ-SGDĐT", "mua sam", '"quyết định"', "Độc", "Đọc", "thân bài", "than doc"):
        assert repositories.records.list(Query(text=query)).records, query


def test_what_is_not_given_stays_and_what_is_given_replaces(repositories: Repositories) -> None:
    record = add(repositories)

    def found(query: str) -> bool:
        return bool(repositories.records.list(Query(text=query)).records)

    record = repositories.records.save(replace(record, subject="first"), [], text="body one")
    record = repositories.records.save(replace(record, subject="second"), [])
    assert (found("first"), found("second"), found('"body one"')) == (False, True, True)
    record = repositories.records.save(record, [], text="body two")
    assert (found("second"), found('"body one"'), found('"body two"')) == (True, False, True)
    repositories.records.save(record, [], text="")
    assert (found("second"), found('"body two"')) == (True, False)


def test_a_long_record_is_searched_to_its_end(repositories: Repositories) -> None:
    """Longer than a tsvector holds, in positions and in bytes; a phrase at every boundary is found."""
    record = add(repositories)
    words = [f"từ{number}" for number in range(60_000)]
    repositories.records.save(record, [], text=" ".join(words))
    for place in [*range(1900, 2100), 16_383, 40_000, 59_990]:
        phrase = '"' + " ".join(words[place : place + 8]) + '"'
        assert repositories.records.list(Query(text=phrase)).records, phrase
    assert repositories.records.list(Query(text="tu0 tu59999")).records
    assert not repositories.records.list(Query(text='"tu0 tu59999"')).records


def test_a_word_that_is_everywhere_is_found_in_every_place(repositories: Repositories) -> None:
    record = add(repositories)
    repositories.records.save(record, [], text="của nhà nước " * 5000 + "của cuối")
    assert repositories.records.list(Query(text='"của cuối"')).records


def test_filters(repositories: Repositories) -> None:
    kept = [
        add(repositories, agency=agency, status=status, dossier=dossier, kind=Kind(kind, kind, 1, ""))
        for agency in ("a", "b")
        for status in (Status.RECEIVED, Status.FAILED, Status.SIGNED)
        for dossier in (None, "HS-1")
        for kind in ("QĐ", "CV")
    ]

    def matches(query: Query, wanted: Callable[[Record], bool]) -> None:
        listed = repositories.records.list(replace(query, limit=100)).records
        assert {record.id for record in listed} == {record.id for record in kept if wanted(record)}

    matches(Query(), lambda record: True)
    matches(Query(agency="a"), lambda record: record.agency == "a")
    matches(Query(kind="CV"), lambda record: bool(record.kind and record.kind.code == "CV"))
    matches(Query(dossier="HS-1"), lambda record: record.dossier == "HS-1")
    matches(Query(digest=kept[3].digest), lambda record: record == kept[3])
    busy = frozenset({Status.RECEIVED, Status.FAILED})
    matches(Query(statuses=busy), lambda record: record.status in busy)
    matches(
        Query(text="scan", agency="b", statuses=busy, dossier="HS-1", kind="QĐ"),
        lambda record: (
            record.agency == "b"
            and record.status in busy
            and record.dossier == "HS-1"
            and bool(record.kind and record.kind.code == "QĐ")
        ),
    )
    for hostile in ("\0", "\ud800", "'"):
        for query in (
            Query(agency=hostile),
            Query(kind=hostile),
            Query(digest=hostile),
            Query(dossier=hostile),
        ):
            matches(query, lambda record: False)


def walk(repositories: Repositories, query: Query) -> list[str]:
    ids: list[str] = []
    while True:
        listing = repositories.records.list(query)
        ids += [record.id for record in listing.records]
        if listing.next is None:
            return ids
        query = replace(query, after=listing.next)


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
def test_pages_of_a_listing_show_each_record_once_newest_first(
    repositories: Repositories, limit: int
) -> None:
    # Many of one moment: the id then decides.
    records = [add(repositories, received_at=NOW + timedelta(seconds=n // 4)) for n in range(14)]
    expected = sorted(records, key=lambda record: (record.received_at, record.id), reverse=True)
    assert walk(repositories, Query(limit=limit)) == [record.id for record in expected]
    assert walk(repositories, Query(text="scan", limit=limit)) == [record.id for record in expected]


@pytest.mark.parametrize(("limit", "shown"), [(-5, 1), (0, 1), (2, 2), (10**40, 3)])
def test_any_limit_gives_a_listing(repositories: Repositories, limit: int, shown: int) -> None:
    for _ in range(3):
        add(repositories)
    assert len(repositories.records.list(Query(limit=limit)).records) == shown


def test_what_arrives_meanwhile_moves_nothing(repositories: Repositories) -> None:
    records = [add(repositories, received_at=NOW + timedelta(seconds=n)) for n in range(6)]
    first = repositories.records.list(Query(limit=3))
    add(repositories, received_at=NOW + timedelta(hours=1))
    rest = repositories.records.list(Query(limit=3, after=first.next))
    shown = [record.id for record in (*first.records, *rest.records)]
    assert shown == [record.id for record in reversed(records)]
    assert rest.next is None


@pytest.mark.parametrize(
    "cursor", ["", "garbage", "AAAA", "đ", "\0", "====", "A" * 10_000, "a b", "bm90IGEgY3Vyc29y"]
)
def test_a_cursor_that_nobody_gave_is_refused(repositories: Repositories, cursor: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        repositories.records.list(Query(after=cursor))


def test_a_cursor_belongs_to_its_listing(repositories: Repositories) -> None:
    for _ in range(4):
        add(repositories)
    cursor = repositories.records.list(Query(limit=2)).next
    assert cursor
    with pytest.raises(ValueError, match="cursor"):
        repositories.records.list(Query(limit=2, agency="other", after=cursor))
    with pytest.raises(ValueError, match="cursor"):
        repositories.records.list(Query(limit=2, after=cursor[:-1] + ("A" if cursor[-1] != "A" else "B")))
    assert len(repositories.records.list(Query(limit=5, after=cursor)).records) == 2


def test_a_record_is_found_by_its_name_as_soon_as_it_is_received(repositories: Repositories) -> None:
    record = a_record(name="Đơn xin xác nhận.pdf")
    repositories.records.add(record, an_event(record.id))
    assert repositories.records.list(Query(text="don xac nhan")).records == (record,)
