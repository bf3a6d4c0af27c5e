"""What stands in one row of a head, over it or right under it, and is or is not a part of a value."""

import pytest

from ocr.kinds.classification import classify
from ocr.recognition import Page
from tests.ocr.test_value_ends import said
from tests.ocr.typed import BODY, At, letterhead, page

ABOUT = At(420, 480, "V/v kiểm kê tài sản")


def letter(*lines: At) -> Page:
    return page(*letterhead(number="12/UBND-VP"), ABOUT, *lines, *BODY)


@pytest.mark.parametrize("down", [0, 6, -6])
def test_the_first_of_a_list_may_stand_apart_from_kinh_gui_in_its_row(down: int) -> None:
    label, second = At(800, 700, "Kính gửi:"), At(1204, 760, "- Kho bạc Nhà nước Mẫu;")
    one = letter(label, At(1200, 700 + down, "- Sở Nội vụ tỉnh Ví Dụ;"), second)
    assert said(one, "addressee") == ("Sở Nội vụ tỉnh Ví Dụ; Kho bạc Nhà nước Mẫu", "read")


def test_a_note_over_an_issuer_is_no_line_of_it() -> None:
    noted = page(At(420, 130, "Giao Phòng Nội vụ xem"), *letterhead(), At(1000, 600, "QUYẾT ĐỊNH"), *BODY)
    assert said(noted, "issuer") == ("ỦY BAN NHÂN DÂN PHƯỜNG MẪU", "read")
    guessed = At(420, 130, "Giao Phòng Nội vụ xem", sure=0.7)
    doubted = page(guessed, *letterhead(), At(1000, 600, "QUYẾT ĐỊNH"), *BODY)
    assert said(doubted, "issuer") == (None, "handwritten")
    capitals = page(At(420, 130, "SỞ TƯ Pháp"), *letterhead(), At(1000, 600, "QUYẾT ĐỊNH"), *BODY)
    assert said(capitals, "issuer") == (None, "handwritten")


def test_a_comma_may_end_an_addressee_over_a_paragraph() -> None:
    to = At(1000, 1100, "Kính gửi: Các chi bộ trực thuộc,")
    wide = "Thời gian qua, mặc dù điều kiện thời tiết diễn biến phức tạp, các hộ dân"
    rest = At(380, 1300, "trên địa bàn đã tích cực hưởng ứng phong trào trồng cây, giữ gìn vệ")
    paragraph = [At(480, 1230, wide), rest]
    head = [*letterhead(number="12/UBND-VP"), ABOUT]
    assert said(page(*head, to, *paragraph), "addressee") == ("Các chi bộ trực thuộc", "read")
    short = [At(700, 1160, "Trường Mẫu"), paragraph[1]]
    assert said(page(*head, to, *short), "addressee")[1] == "handwritten"


def test_the_number_of_a_person_heads_no_paper() -> None:
    lines = (
        At(800, 200, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        At(1000, 270, "Độc lập - Tự do - Hạnh phúc"),
        At(1000, 430, "GIẤY ỦY QUYỀN"),
        At(300, 600, "Họ và tên: Lò Thị Ví"),
        At(300, 700, "Số CMND/CCCD: 040061000114 Ngày cấp: 13/01/2024"),
    )
    one = page(*lines, *BODY)
    assert classify([one]).code == "GUQ"
    assert said(one, "symbol") == (None, "absent")
