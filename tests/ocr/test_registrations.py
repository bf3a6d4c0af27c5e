"""Registrations of enterprises and of household businesses: each person with what is under the heading."""

from dataclasses import replace

import pytest

from tests.ocr.test_fields_forms import read, sheet
from tests.ocr.typed import At, page

COMPANY = (
    "GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP",
    "Mã số doanh nghiệp: 0999000111",
    "1. Tên công ty viết bằng tiếng Việt: CÔNG TY TNHH VÍ DỤ",
    "2. Địa chỉ trụ sở chính: Số 1 đường Giả Định, phường Mẫu, tỉnh Ví Dụ",
    "3. Vốn điều lệ: 900.000.000 đồng",
)
OWNER = (
    "4. Thông tin về chủ sở hữu",
    "Họ và tên: LÊ THỊ MINH HỌA",
    "Sinh ngày: 11/09/1989",
    "Số giấy tờ pháp lý của cá nhân: 099189000321",
    "Địa chỉ thường trú: Thôn 2, xã Mẫu, tỉnh Ví Dụ",
)
REPRESENTATIVE = (
    "5. Người đại diện theo pháp luật của công ty",
    "Họ và tên: ĐỖ VĂN MẪU",
    "Sinh ngày: 30/04/1987",
    "Số giấy tờ pháp lý của cá nhân: 099087000654",
    "Địa chỉ thường trú: Tổ 5, phường Mẫu, tỉnh Ví Dụ",
)
BRANCH = (
    "6. Người đứng đầu chi nhánh",
    "Họ và tên: PHẠM VĂN KHÁC",
    "Sinh ngày: 01/01/1991",
    "Số giấy tờ pháp lý của cá nhân: 099091000777",
    "Địa chỉ thường trú: Tổ 9, phường Mẫu, tỉnh Ví Dụ",
)
OF_OWNER = {
    "owner_name": "LÊ THỊ MINH HỌA",
    "owner_date_of_birth": "1989-09-11",
    "owner_personal_id": "099189000321",
    "owner_residence": "Thôn 2, xã Mẫu, tỉnh Ví Dụ",
}
OF_REPRESENTATIVE = {
    "representative_name": "ĐỖ VĂN MẪU",
    "representative_date_of_birth": "1987-04-30",
    "representative_personal_id": "099087000654",
    "representative_residence": "Tổ 5, phường Mẫu, tỉnh Ví Dụ",
}


def people(*lines: str) -> dict[str, str | None]:
    code, found = read(sheet(*COMPANY, *lines))
    assert code == "giay-chung-nhan-dang-ky-doanh-nghiep"
    return {name: found[name] for name in (*OF_OWNER, *OF_REPRESENTATIVE) if name in found}


def test_owner_and_representative_are_read_apart() -> None:
    assert people(*OWNER, *REPRESENTATIVE, *BRANCH) == OF_OWNER | OF_REPRESENTATIVE


@pytest.mark.parametrize("missing", range(4))
def test_what_one_lacks_is_not_taken_from_the_next(missing: int) -> None:
    owner, representative = (
        [line for row, line in enumerate(lines) if row != missing + 1] for lines in (OWNER, REPRESENTATIVE)
    )
    gone = (list(OF_OWNER)[missing], list(OF_REPRESENTATIVE)[missing])
    expected = {n: v for n, v in (OF_OWNER | OF_REPRESENTATIVE).items() if n not in gone}
    assert people(*owner, *representative, *BRANCH) == expected


SECOND = ("* Họ và tên: PHẠM VĂN KHÁC", *BRANCH[2:])


@pytest.mark.parametrize("first", [REPRESENTATIVE, REPRESENTATIVE[:2]])
@pytest.mark.parametrize("marks", [("", ""), ("* ", "* "), ("5.1. ", "5.2. ")])
def test_of_two_representatives_none_is_told_for_the_other(
    first: tuple[str, ...], marks: tuple[str, str]
) -> None:
    """Where the first lacks something, it would be filled from the second."""
    both = (first[0], marks[0] + first[1], *first[2:], marks[1] + SECOND[0][2:], *SECOND[1:])
    assert people(*OWNER, *both) == OF_OWNER


def test_members_that_put_in_money_are_not_the_enterprises_representative() -> None:
    members = ("4. Danh sách thành viên góp vốn", *OWNER[1:], *SECOND)
    assert people(*members, *REPRESENTATIVE) == OF_REPRESENTATIVE


def test_a_table_of_representatives_names_no_one_alone() -> None:
    cells = (
        ("STT", "Họ và tên", "Chức danh"),
        ("1", "ĐỖ VĂN MẪU", "Giám đốc"),
        ("2", "LÊ THỊ MINH HỌA", "Chủ tịch"),
    )
    above = sheet(*COMPANY, REPRESENTATIVE[0])
    y = max(word.box.y1 for word in above.words) + 40
    table = page(
        *(
            At(x, y + 70 * row, text)
            for row, texts in enumerate(cells)
            for x, text in zip((300, 450, 1200), texts, strict=True)
        )
    )
    words = tuple(replace(word, line=90 + word.line) for word in table.words)
    _, found = read(replace(above, words=(*above.words, *words)))
    assert found["company_id"] == "0999000111"
    assert "representative_name" not in found


@pytest.mark.parametrize("number", ["Mã số hộ kinh doanh: 099189000321", "Số: 39D8594137"])
def test_a_household_business_is_read(number: str) -> None:
    code, found = read(
        sheet(
            "GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH",
            number,
            "Đăng ký lần đầu: ngày 20 tháng 06 năm 2023",
            "1. Tên hộ kinh doanh: TẠP HÓA VÍ DỤ",
            "2. Địa điểm kinh doanh",
            "Địa chỉ: Số 8 đường Giả Định, phường Mẫu, tỉnh Ví Dụ",
            "3. Ngành, nghề kinh doanh: Bán lẻ lương thực",
            "4. Vốn kinh doanh: 100.000.000 đồng",
            "5. Chủ hộ kinh doanh",
            *OWNER[1:],
            "6. Danh sách thành viên hộ gia đình",
            "Số định danh cá nhân: 099091000777",
        )
    )
    assert code == "other"
    expected = {
        "business_name": "TẠP HÓA VÍ DỤ",
        "business_id": number.split(": ")[1],
        "first_registered_on": "2023-06-20",
        "address": "Số 8 đường Giả Định, phường Mẫu, tỉnh Ví Dụ",
        "business_lines": "Bán lẻ lương thực",
        "capital_vnd": "100000000",
        "full_name": "LÊ THỊ MINH HỌA",
        "date_of_birth": "1989-09-11",
        "personal_id": "099189000321",
        "residence": "Thôn 2, xã Mẫu, tỉnh Ví Dụ",
    }
    assert {name: found.get(name) for name in expected} == expected
