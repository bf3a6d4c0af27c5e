"""What a certificate of marital status says of somebody's former spouse is never said of that person."""

import pytest

from tests.ocr.test_fields_forms import read, sheet

TITLE = ("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",)
PERSON = (
    "Họ, chữ đệm, tên: ĐỖ VĂN MẪU",
    "Ngày, tháng, năm sinh: 30/04/1987",
    "Giới tính: Nam",
    "Nơi cư trú: Tổ 5, phường Mẫu, thành phố Ví Dụ",
    "Giấy tờ tùy thân: Căn cước số 099087000654",
)
WIDOWER = (
    "Tình trạng hôn nhân: Vợ đã chết",
    "Họ và tên: LÊ THỊ MINH HỌA",
    "Ngày sinh: 11/09/1989",
    "Số định danh cá nhân: 099189000321",
    "Nơi cư trú: Thôn 2, xã Mẫu, tỉnh Ví Dụ",
    "Giấy báo tử số 12 cấp ngày 03/02/2023",
)
DIVORCED = (
    "Tình trạng hôn nhân: Đã ly hôn với bà Lê Thị Minh Họa, sinh ngày 11/09/1989,",
    "Số định danh cá nhân: 099189000321, Nơi cư trú: Thôn 2, xã Mẫu, tỉnh Ví Dụ,",
    "theo Bản án số 12/2020/HNGĐ-ST ngày 04/05/2020",
)
OWN = {
    "full_name": "ĐỖ VĂN MẪU",
    "date_of_birth": "1987-04-30",
    "sex": "Nam",
    "residence": "Tổ 5, phường Mẫu, thành phố Ví Dụ",
    "personal_id": "099087000654",
}
PURPOSE = "Giấy này được cấp để: Đăng ký kết hôn"


def certificate(*lines: str) -> dict[str, str | None]:
    code, found = read(sheet(*lines))
    assert code == "giay-xac-nhan-tinh-trang-hon-nhan"
    return {name: found[name] for name in (*OWN, "purpose") if name in found}


@pytest.mark.parametrize("status", [WIDOWER, DIVORCED])
@pytest.mark.parametrize("missing", range(5))
def test_what_the_paper_does_not_say_of_its_person_is_not_taken_from_the_spouse(
    status: tuple[str, ...], missing: int
) -> None:
    said = [line for row, line in enumerate(PERSON) if row != missing]
    found = certificate(*TITLE, *said, *status, PURPOSE)
    expected = {
        name: value for row, (name, value) in enumerate(zip(OWN, OWN.values(), strict=True)) if row != missing
    }
    assert found == {**expected, "purpose": "Đăng ký kết hôn"}


@pytest.mark.parametrize(
    "title",
    [
        TITLE,
        ("GIẤY XÁC NHẬN", "TÌNH TRẠNG HÔN NHÂN"),
        ("ỦY BAN NHÂN DÂN PHƯỜNG MẪU", *TITLE),
        (*TITLE, "TÌNH TRẠNG HÔN NHÂN"),
    ],
)
def test_words_of_a_title_are_no_label(title: tuple[str, ...]) -> None:
    """`Tình trạng hôn nhân` ends the part of the person; in the title it ended that before it began."""
    found = certificate(*title, "Xét đề nghị của ông Đỗ Văn Mẫu", *PERSON, *WIDOWER, PURPOSE)
    assert found == {**OWN, "purpose": "Đăng ký kết hôn"}


def test_a_status_that_goes_on_behind_labels_is_open() -> None:
    """It ended at `Số định danh cá nhân` of the spouse, and was stated without the judgement."""
    found = read(sheet(*TITLE, *PERSON, *DIVORCED, PURPOSE))[1]
    assert "marital_status" not in found
    found = read(sheet(*TITLE, *PERSON, "Tình trạng hôn nhân: Chưa đăng ký kết hôn", PURPOSE))[1]
    assert found["marital_status"] == "Chưa đăng ký kết hôn"
