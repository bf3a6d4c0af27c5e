"""Labels of civil papers as other offices print them."""

import pytest

from tests.ocr.test_fields_forms import read, sheet

STATUS = (
    "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
    "Họ, chữ đệm, tên: ĐỖ VĂN MẪU",
    "Ngày, tháng, năm sinh: 01/02/1990",
    "Nơi cư trú: Thôn 1, xã Mẫu, tỉnh Ví Dụ",
    "Tình trạng hôn nhân: Chưa đăng ký kết hôn với ai",
)
MARRIAGE = (
    "GIẤY CHỨNG NHẬN KẾT HÔN",
    "Họ, chữ đệm, tên vợ: LÊ THỊ VÍ DỤ",
    "Ngày, tháng, năm sinh: 01/02/1990",
    "Họ, chữ đệm, tên chồng: ĐỖ VĂN MẪU",
    "Ngày, tháng, năm sinh: 01/02/1991",
)


@pytest.mark.parametrize(
    "before",
    [
        "Giấy này được cấp để:",
        "Giấy này được sử dụng để:",
        "Giấy xác nhận này được sử dụng để:",
        "Giấy này có giá trị đến hết ngày 05 tháng 9 năm 2026, được sử dụng để:",
        "Giấy này có giá trị trong 06 tháng, kể từ ngày cấp, được sử dụng để",
    ],
)
def test_what_a_confirmation_is_used_for(before: str) -> None:
    _, found = read(sheet(*STATUS, f"{before} Mua bán nhà đất."))
    assert found["purpose"] == "Mua bán nhà đất"
    assert found["marital_status"] == "Chưa đăng ký kết hôn với ai"


@pytest.mark.parametrize("end", ["không được sử dụng để kết hôn.", "và không được cấp để kết hôn."])
def test_what_it_is_not_used_for_is_no_purpose(end: str) -> None:
    _, found = read(sheet(*STATUS, f"Giấy này có giá trị 06 tháng, {end}"))
    assert "purpose" not in found


@pytest.mark.parametrize("label", ["Đăng ký kết hôn số", "Số đăng ký kết hôn"])
def test_the_number_of_a_marriage_in_the_register(label: str) -> None:
    _, found = read(sheet(*MARRIAGE, f"{label}: 72"))
    assert found["registration_number"] == "72"


def test_a_number_with_its_day_behind_it_is_left_open() -> None:
    _, found = read(sheet(*MARRIAGE, "Đăng ký kết hôn số 72 ngày 05 tháng 3 năm 2024"))
    assert "registration_number" not in found


@pytest.mark.parametrize("first", ["", "O ", "○ ", "( ) ", "0 "])
@pytest.mark.parametrize("second", [" ", " X ", " ● ", " (x) ", " / "])
def test_answers_of_which_one_is_to_be_marked_are_none(first: str, second: str) -> None:
    _, found = read(sheet(*STATUS[:4], f"Tình trạng hôn nhân: {first}Chưa kết hôn{second}Đã kết hôn"))
    assert "marital_status" not in found
    assert found["full_name"] == "ĐỖ VĂN MẪU"


def test_an_answer_that_says_what_was_and_what_is_is_read() -> None:
    status = "Đã ly hôn, hiện tại chưa đăng ký kết hôn với ai"
    _, found = read(sheet(*STATUS[:4], f"Tình trạng hôn nhân: {status}"))
    assert found["marital_status"] == status
