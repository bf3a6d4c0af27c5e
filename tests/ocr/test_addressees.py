"""Lists of whom a paper is sent to, behind `Kính gửi:`."""

from dataclasses import replace

import pytest

from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.recognition import Field, Origin
from tests.ocr.typed import BODY, At, centred, letterhead, page

A, B = "Sở Nội vụ tỉnh Ví Dụ", "Sở Tài chính tỉnh Ví Dụ"


def addressee(*rows: tuple[int, str], origin: Origin = "ocr") -> Field:
    """Whom a paper is sent to that has these lines, each with where it begins, under its title."""
    one = page(
        *letterhead("15/TTr-UBND"),
        centred(600, "TỜ TRÌNH"),
        centred(680, "Về việc giao nhiệm vụ năm 2026"),
        *(At(x, 820 + 70 * row, text) for row, (x, text) in enumerate(rows)),
        *(replace(line, y=line.y + 200) for line in BODY),
        origin=origin,
    )
    return extract([one], classify([one]))["addressee"]


@pytest.mark.parametrize("origin", ["ocr", "text-layer"])
@pytest.mark.parametrize(
    "rows",
    [
        [(700, "Kính gửi:"), (900, f"- {A};"), (900, f"- {B}.")],
        [(700, "Kính gửi:"), (900, f"1. {A};"), (900, f"2. {B}.")],
        [(700, "Kính gửi:"), (900, f"1) {A}"), (900, f"2) {B}")],
        [(500, f"Kính gửi: 1. {A}"), (700, f"2. {B}")],
        [(500, f"Kính gửi: 1. {A}; 2. {B}")],
        [(500, "Kính gửi:"), (700, "1. Sở Nội vụ"), (760, "tỉnh Ví Dụ;"), (700, f"2. {B}.")],
    ],
)
def test_each_of_a_list_is_told_without_its_mark(rows: list[tuple[int, str]], origin: Origin) -> None:
    assert addressee(*rows, origin=origin).value == f"{A}; {B}"


@pytest.mark.parametrize("origin", ["ocr", "text-layer"])
def test_the_first_of_a_numbered_list_alone_is_not_all_of_it(origin: Origin) -> None:
    rows = [(700, "Kính gửi:"), (900, f"1. {A}"), (480, "Thực hiện chỉ đạo của tỉnh Ví Dụ năm 2026")]
    assert addressee(*rows, origin=origin).state == "handwritten"


@pytest.mark.parametrize("number", ["1.", "2."])
def test_a_numbered_paragraph_under_one_addressee_is_no_second(number: str) -> None:
    body = f"{number} Tình hình chung của phường Mẫu năm 2026"
    assert addressee((500, f"Kính gửi: {A}"), (480, body)).value == A


def test_the_number_of_a_ward_begins_no_addressee() -> None:
    wards = "UBND Quận 1", "UBND Phường 3. Mẫu"
    rows = [(700, "Kính gửi:"), (900, f"1. {wards[0]};"), (900, f"2. {wards[1]}")]
    assert addressee(*rows, origin="text-layer").value == "; ".join(wards)


@pytest.mark.parametrize("origin", ["ocr", "text-layer"])
def test_one_that_goes_on_at_the_margin_in_a_small_letter_is_whole(origin: Origin) -> None:
    rows = [
        (420, "Kính gửi: Các cơ quan, doanh nghiệp, tổ chức có"),
        (420, "sử dụng lao động tại tỉnh Ví Dụ"),
    ]
    whole = "Các cơ quan, doanh nghiệp, tổ chức có sử dụng lao động tại tỉnh Ví Dụ"
    assert addressee(*rows, origin=origin).value == whole
    for below in (
        "Sở nhận được đơn của tỉnh Ví Dụ",
        "đồng gửi: Chi cục Ví Dụ",
        "đồng kính gửi Chi cục Ví Dụ",
        "v/v đăng ký chỉ tiêu của tỉnh Ví Dụ",
        "tôi tên là Trần Văn Ví, trú tại tỉnh Ví Dụ",
        "o Phòng Nội vụ",
    ):
        assert addressee((420, f"Kính gửi: {A}"), (420, below), origin=origin).value == A
