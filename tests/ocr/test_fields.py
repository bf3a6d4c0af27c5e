"""Fields of papers: what stands there, where it stands, and no value rather than a wrong one."""

import re
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.sample.papers import all_papers
from ocr.fields.dates import iso_date
from ocr.fields.extraction import extract
from ocr.fields.forms import FORMS, clean
from ocr.kinds.catalogue import ADMINISTRATIVE_FIELDS, catalogue, unlisted
from ocr.kinds.classification import classify
from ocr.language.writing import fold
from ocr.recognition import Box, Field, Kind, Origin, Page, Word
from tests.ocr.test_classification import pages
from tests.ocr.typed import BODY, At, born_digital, centred, letterhead, page

ISO = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def read(*lines: At, origin: Origin = "ocr") -> dict[str, Field]:
    one = [page(*lines, origin=origin)]
    return extract(one, classify(one))


def values(fields: dict[str, Field]) -> dict[str, str | None]:
    return {name: field.value for name, field in fields.items()}


def test_every_field_of_the_drawn_papers_is_read(tmp_path: Path) -> None:
    for paper in all_papers():
        written = born_digital(paper, tmp_path)
        found = extract(written, classify(written))
        assert {name: found[name].value for name in paper.truth} == dict(paper.truth), paper.name


def test_the_scribbled_number_and_day_are_open(tmp_path: Path) -> None:
    paper = next(p for p in all_papers() if p.name == "chi-thi.pdf")
    written = born_digital(paper, tmp_path)
    found = extract(written, classify(written))
    assert found["number"].state == found["date"].state == "handwritten"
    assert found["number"].value is None
    assert found["number"].box is not None
    assert found["date"].value == "2026-05"


def decision(**head: Any) -> list[At]:
    return [
        *letterhead(**head),
        centred(620, "QUYẾT ĐỊNH"),
        centred(690, "Về việc thành lập Tổ số hóa hồ sơ"),
        centred(750, "của Bộ phận một cửa phường Mẫu"),
        *BODY,
        At(400, 2500, "Nơi nhận:"),
        At(400, 2560, "- Như Điều 3;"),
        At(1600, 2500, "KT. CHỦ TỊCH"),
        At(1580, 2560, "PHÓ CHỦ TỊCH"),
        At(1560, 2900, "Trần Thị Ví Dụ"),
    ]


def test_a_printed_decision() -> None:
    found = read(*decision(number="15 /QĐ-UBND"))
    assert values(found) == {
        "number": "15",
        "symbol": "QĐ-UBND",
        "date": "2026-03-05",
        "place": "Phường Mẫu",
        "issuer": "ỦY BAN NHÂN DÂN PHƯỜNG MẪU",
        "type": "Quyết định",
        "subject": "Về việc thành lập Tổ số hóa hồ sơ của Bộ phận một cửa phường Mẫu",
        "addressee": None,
        "signer": "Trần Thị Ví Dụ",
        "position": "PHÓ CHỦ TỊCH",
        "urgency": None,
        "holder_id": None,
        "validity": None,
        "scope": None,
    }
    assert found["urgency"].state == found["addressee"].state == "absent"


@pytest.mark.parametrize("number", ["/QĐ-UBND", "...../QĐ-UBND", "#4 /QĐ-UBND", "đ@ /QĐ-UBND"])
def test_what_is_no_number_has_a_place_and_no_value(number: str) -> None:
    field = read(*decision(number=number))["number"]
    assert (field.value, field.state) == (None, "handwritten")
    assert field.box is not None
    assert field.page == 1


def with_number(*, tall: int, sure: float, gap: int) -> Field:
    """The number 84 beside its symbol: how tall, how sure and how far from `Số:`."""
    lines = [line for line in decision() if not line.text.startswith("Số:")]
    row = [
        At(450, 410, "Số:"),
        At(522 + gap, 410, "84", tall, sure),
        At(522 + 2 * gap + 2 * tall * 6 // 10, 410, "/QĐ-UBND"),
    ]
    return read(*lines, *row)["number"]


def test_a_number_is_read_only_where_it_looks_like_print() -> None:
    assert with_number(tall=40, sure=0.96, gap=12).state == "read"
    assert with_number(tall=58, sure=0.96, gap=12).state == "handwritten"
    assert with_number(tall=40, sure=0.6, gap=12).state == "handwritten"
    assert with_number(tall=40, sure=0.96, gap=60).state == "handwritten"


def test_a_number_set_with_its_symbol_is_print_unless_it_is_taller() -> None:
    assert read(*decision(number="15/TB-UBND"))["number"].value == "15"
    row = next(line for line in decision(number="15/TB-UBND") if line.text.startswith("Số:"))
    lines = [line for line in decision() if not line.text.startswith("Số:")]
    for taller, less_sure in ((50, 0.96), (40, 0.8)):
        number = At(row.x + 84, row.y, "15/TB-UBND", taller, less_sure)
        assert read(*lines, At(row.x, row.y, "Số:"), number)["number"].state == "handwritten"


def test_a_text_layer_is_believed() -> None:
    assert read(*decision(number="84/QĐ-UBND"), origin="text-layer")["number"].value == "84"


@pytest.mark.parametrize(
    ("text", "value", "state"),
    [
        ("Phường Mẫu, ngày tháng 3 năm 2026", "2026-03", "handwritten"),
        ("Phường Mẫu, ngày Ø3 tháng 4 năm 2018", "2018-04", "handwritten"),
        ("Phường Mẫu, ngàyà tháng 02 năm 2025", "2025-02", "handwritten"),
        ("Phường Mẫu, ngày — tháng TÌ năm 2024", "2024", "handwritten"),
        ("Phường Mẫu, ngày 31 tháng 02 năm 2025", "2025-02", "handwritten"),
        ("Phường Mẫu, ngày 28 tháng 02 năm 2025", "2025-02-28", "read"),
    ],
)
def test_dates_keep_the_precision_that_is_there(text: str, value: str, state: str) -> None:
    field = read(*decision(date=text))["date"]
    assert (field.value, field.state) == (value, state)


def test_marks_that_the_reader_lost_in_set_phrases_are_put_right() -> None:
    lines = [
        At(line.x, line.y, line.text.replace("PHƯỜNG", "PHUỜNG").replace("TỊCH", "TICH"))
        for line in decision()
    ]
    found = read(*lines)
    assert found["issuer"].value == "ỦY BAN NHÂN DÂN PHƯỜNG MẪU"
    assert found["position"].value == "PHÓ CHỦ TỊCH"


def test_a_torn_name_is_not_given() -> None:
    lines = [At(line.x, line.y, line.text.replace("Trần Thị Ví Dụ", "a Lê Ví Dụ")) for line in decision()]
    assert read(*lines)["signer"].value is None


def test_a_list_of_addressees() -> None:
    found = read(
        *letterhead("27/UBND-VX"),
        At(420, 480, "V/v góp ý dự thảo"),
        At(440, 530, "Kế hoạch năm 2026"),
        At(900, 700, "Kính gửi:"),
        At(1120, 760, "- Sở Nội vụ;"),
        At(1120, 820, "- Văn phòng Thành phố."),
        *BODY,
    )
    assert found["addressee"].value == "Sở Nội vụ; Văn phòng Thành phố"
    assert found["subject"].value == "V/v góp ý dự thảo Kế hoạch năm 2026"
    assert found["type"].value == "Công văn"


def test_urgency() -> None:
    assert read(*decision(), At(480, 500, "HỎA TỐC"))["urgency"].value == "HỎA TỐC"


def form(*lines: At, code: str) -> dict[str, str | None]:
    kind = catalogue()[code]
    fields = extract([page(*lines)], Kind(code, kind.name, 1.0, "."))
    return {name: field.value for name, field in fields.items() if field.state == "read"}


def test_labels_lead_to_their_values() -> None:
    assert form(
        At(300, 900, "Họ, chữ đệm, tên: NGUYỄN MINH THỬ"),
        At(300, 980, "Giới tính: Nam Dân tộc: Kinh Quốc tịch: Việt Nam"),
        At(300, 1060, "Ngày, tháng, năm sinh: 02/01/2026"),
        At(300, 1140, "Số định danh cá nhân: 099 226 000 123"),
        At(300, 1220, "Họ, chữ đệm, tên người mẹ: TRẦN THỊ THÍ NGHIỆM"),
        code="giay-khai-sinh",
    ) == {
        "full_name": "NGUYỄN MINH THỬ",
        "sex": "Nam",
        "ethnicity": "Kinh",
        "nationality": "Việt Nam",
        "date_of_birth": "2026-01-02",
        "personal_id": "099226000123",
        "mother_name": "TRẦN THỊ THÍ NGHIỆM",
    }


def test_leaders_empty_boxes_and_labels_are_no_values() -> None:
    assert (
        form(
            At(300, 900, "Họ, chữ đệm, tên: ........................"),
            At(300, 980, "Giới tính: ☐ Dân tộc: ………… Quốc tịch: ______"),
            At(300, 1060, "Ngày, tháng, năm sinh:"),
            At(300, 1140, "Nơi sinh: Quê quán:"),
            code="giay-khai-sinh",
        )
        == {}
    )


@pytest.mark.parametrize(
    "choice",
    [
        "Nam Nữ",
        "☐ Nam ☑ Nữ",
        "] Nam [x]Nữ",
        "Nam ] Nữ x",
        "Nam/Nữ",
        "Nam x",
        "Nam ☑",
        "[ ] Nam",
        "\uf0a8 Nam",
    ],
)
@pytest.mark.parametrize("origin", ["ocr", "text-layer"])
def test_of_boxes_to_tick_none_is_taken_for_the_value(choice: str, origin: Origin) -> None:
    kind = catalogue()["giay-khai-sinh"]
    sheet = replace(
        page(At(300, 980, f"Giới tính: {choice} Dân tộc: Kinh Quốc tịch: Việt Nam")), origin=origin
    )
    found = extract([sheet], Kind(kind.code, kind.name, 1.0, "."))
    told = origin == "text-layer" and choice == "☐ Nam ☑ Nữ"  # in a text nobody guessed the boxes
    assert (found["sex"].value, found["sex"].state == "read") == (("Nữ", True) if told else (None, False))
    assert (found["ethnicity"].value, found["nationality"].value) == ("Kinh", "Việt Nam")


def test_of_states_to_tick_none_is_taken_for_the_value() -> None:
    line = At(300, 980, "Tình trạng hôn nhân: ☐ Chưa kết hôn ☑ Đã ly hôn")
    assert "marital_status" not in form(line, code="giay-xac-nhan-tinh-trang-hon-nhan")


def test_a_purpose_goes_on_behind_the_birth_of_whom_it_names() -> None:
    found = form(
        At(300, 820, "Giới tính: Nam"),
        At(300, 900, "Giấy này được cấp để: kết hôn với bà Lê Thị Giả, sinh ngày 01/02/1999,"),
        At(300, 980, "số định danh 099199000001, tại xã Hoa Sen"),
        code="giay-xac-nhan-tinh-trang-hon-nhan",
    )
    purpose = "kết hôn với bà Lê Thị Giả, sinh ngày 01/02/1999, số định danh 099199000001, tại xã Hoa Sen"
    assert (found["purpose"], found["sex"]) == (purpose, "Nam")
    assert not {"date_of_birth", "personal_id"} & set(found)  # they are hers


def test_two_people_side_by_side_are_kept_apart() -> None:
    found = form(
        At(300, 900, "Họ, chữ đệm, tên vợ: PHẠM THỊ AN"),
        At(1400, 900, "Họ, chữ đệm, tên chồng: ĐỖ VĂN BA"),
        At(300, 980, "Ngày, tháng, năm sinh: 11/09/1999"),
        At(1400, 980, "Ngày, tháng, năm sinh: 30/04/1997"),
        code="giay-chung-nhan-ket-hon",
    )
    assert found["wife_date_of_birth"] == "1999-09-11"
    assert found["husband_date_of_birth"] == "1997-04-30"


def test_unsure_words_have_a_place_and_no_value() -> None:
    kind = catalogue()["giay-khai-sinh"]
    sheet = page(At(300, 900, "Họ, chữ đệm, tên:"), At(900, 900, "Nguyễn Minh Thử", sure=0.3))
    field = extract([sheet], Kind(kind.code, kind.name, 1.0, "."))["full_name"]
    assert (field.value, field.state) == (None, "handwritten")


@pytest.mark.parametrize(
    ("form_name", "text", "value"),
    [
        ("area", "1.234,5 m²", "1234.5"),
        ("money", "2.500.000.000 đồng", "2500000000"),
        ("count", "03 tầng", "3"),
        ("decimal", "11,4 m", "11.4"),
        ("personal-id", "CCCD 099199000001 cấp ngày", "099199000001"),
        ("personal-id", "0991990000", None),
        ("sex", "Nữ", "Nữ"),
        ("sex", "Năm 1990", None),
        ("sex", "Nam / Male", "Nam"),
        ("sex", "NAM / M", "Nam"),
        ("sex", "Nữ Quốc tịch Việt Nam", "Nữ"),
        ("name", "nguyễn văn a", None),
        ("text", "(Nhà ở riêng lẻ (xây dựng mới).", "Nhà ở riêng lẻ (xây dựng mới)"),
        ("text", "(Nhà ở riêng lẻ)", "Nhà ở riêng lẻ"),
        ("text", "Nhà ở riêng lẻ (xây", "Nhà ở riêng lẻ (xây"),
        ("year", "năm 2019", "2019"),
        ("serial", "CĐ 123456", "CĐ 123456"),
        ("serial", "BA 12345678", "BA 12345678"),
    ],
)
def test_values_have_a_form(form_name: str, text: str, value: str | None) -> None:
    assert FORMS[form_name](text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ngày 05 tháng 3 năm 2026", "2026-03-05"),
        ("5/3/2026", "2026-03-05"),
        ("05.03.2026", "2026-03-05"),
        ("05032026", "2026-03-05"),
        ("tháng 3 năm 2026", "2026-03"),
        ("1958", "1958"),
        ("31/02/2026", None),
        ("năm 1958 và 1960", None),
        ("không rõ", None),
    ],
)
def test_iso_dates(text: str, value: str | None) -> None:
    assert iso_date(text) == value


@given(st.dates(date(1850, 1, 1), date(2999, 12, 31)))
def test_a_date_written_is_a_date_read(day: date) -> None:
    assert iso_date(f"ngày {day.day:02d} tháng {day.month} năm {day.year}") in (day.isoformat(), None)
    if day.year < 2100:
        assert iso_date(f"{day.day:02d}/{day.month:02d}/{day.year}") == day.isoformat()


@given(st.text(max_size=60))
def test_cleaning_leaves_no_leaders(text: str) -> None:
    assert "..." not in clean(text)
    assert "…" not in clean(text)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=80, deadline=None)
@given(st.lists(pages, max_size=3), st.sampled_from(sorted(catalogue())))
def test_any_page_gives_the_fields_of_the_kind(read_pages: list[Page], code: str) -> None:
    kind = catalogue()[code]
    found = extract(read_pages, Kind(code, kind.name, 0.5, "."))
    wanted = {*kind.fields} - unlisted(code) if kind.group == "civil" else {*ADMINISTRATIVE_FIELDS}
    assert wanted <= set(found)
    text = fold("".join(w.text for p in read_pages for w in p.words)).replace(" ", "")
    for name, field in found.items():
        assert (field.state == "absent") == (field.page is None) == (field.box is None)
        if field.state != "read":
            assert field.value is None or ISO.fullmatch(field.value)
        elif catalogue()[code].fields.get(name) is None and name in ("number", "symbol", "place"):
            assert fold(field.value or "").replace(" ", "") in text
        if name in ("date", "issued_on") and field.value:
            assert ISO.fullmatch(field.value)


@pytest.mark.parametrize("text", ["KT. CHỦ TỊCH", "đ" * 100], ids=["titles", "long"])
def test_a_page_of_ten_thousand_words_takes_no_more_than_seconds(text: str) -> None:
    words = tuple(
        Word(text, Box(1300 + i % 7, 100 + i % 3000, 1340, 140 + i % 3000), 0.9, i) for i in range(12_000)
    )
    hostile = Page(1, 2480, 3508, 300.0, 0, 0.0, "text-layer", "x", "", words)
    start = time.process_time()
    for code in ("QĐ", "CV", "giay-khai-sinh"):
        classify([hostile])
        extract([hostile], Kind(code, code, 1.0, "."))
    assert time.process_time() - start < 40
