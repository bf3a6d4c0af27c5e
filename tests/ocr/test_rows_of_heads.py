"""What stands in one row of a head, over it or right under it, and is or is not a part of a value."""

import pytest

from ocr.kinds.classification import classify
from ocr.recognition import Page
from tests.ocr.test_value_ends import said
from tests.ocr.typed import BODY, At, centred, letterhead, page

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


def test_a_date_in_wide_type_keeps_its_place_whole() -> None:
    """Spaces of a typewriter are as wide as its letters, and the line may begin left of the motto."""
    head = letterhead(date="", number="12/QĐ-UBND")[:-1]
    typed = At(1060, 410, "Vĩnh Mẫu, ngày 10 tháng 02 năm 1987", gap=40)
    one = page(*head, typed, At(1000, 600, "QUYẾT ĐỊNH"), *BODY)
    assert said(one, "place") == ("Vĩnh Mẫu", "read")
    assert said(one, "issuer") == ("ỦY BAN NHÂN DÂN PHƯỜNG MẪU", "read")


def test_an_issuer_beside_the_date_is_not_cut_where_its_number_was_lost() -> None:
    names = ((400, "TÒA ÁN NHÂN DÂN"), (450, "TỈNH VÍ DỤ"), (400, "TÒA ÁN NHÂN DÂN"), (460, "HUYỆN MẪU"))
    head = [At(x, 200 + 60 * row, text) for row, (x, text) in enumerate(names)]
    motto = [
        At(1100, 200, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        At(1300, 260, "Độc lập - Tự do - Hạnh phúc"),
    ]
    date = At(1250, 325, "Mẫu, ngày 05 tháng 3 năm 2024")
    one = page(*head, *motto, date, At(1000, 700, "QUYẾT ĐỊNH"), *BODY)
    assert said(one, "issuer")[1] == "handwritten"


def test_an_issuer_that_goes_on_behind_its_line_is_open() -> None:
    head = letterhead(issuer=("BỘ MẪU", "GIẤY TỜ"))
    one = page(*head, At(580, 270, "PHÉP LÁI XE CƠ GIỚI ĐƯỜNG BỘ HẠNG"), At(1000, 700, "QUYẾT ĐỊNH"), *BODY)
    assert said(one, "issuer")[1] == "handwritten"


@pytest.mark.parametrize("about", ["(Về việc kiểm kê tài sản)", "Về việc kiểm kê tài sản"])
def test_a_subject_has_no_brackets_around_it_and_no_number_under_it(about: str) -> None:
    title, subject = At(1100, 600, "HỢP ĐỒNG"), At(900, 670, about)
    one = page(*letterhead(number="12/HĐ-UBND"), title, subject, At(1000, 740, "Số: 05/2021/HĐKT"), *BODY)
    assert said(one, "subject") == ("Về việc kiểm kê tài sản", "read")


def test_a_dot_alone_in_a_subject_is_dirt() -> None:
    about = [At(400, 480, "V/v thanh lý thiết bị hư ."), At(400, 530, "hỏng năm 2024")]
    one = page(*letterhead(number="12/UBND-VP"), *about, At(1000, 800, "Kính gửi: Sở Nội vụ"), *BODY)
    assert said(one, "subject") == ("V/v thanh lý thiết bị hư hỏng năm 2024", "read")


def signed(*lines: At) -> Page:
    start = [*letterhead(), At(1000, 600, "QUYẾT ĐỊNH"), *BODY]
    return page(*start, At(300, 2600, "Nơi nhận:"), *lines)


def test_a_family_keeps_its_name_where_another_has_its_letters() -> None:
    one = signed(At(1700, 2600, "CHỦ TỊCH"), At(1650, 3000, "Doãn Văn Ví"))
    assert said(one, "signer") == ("Doãn Văn Ví", "read")
    lost = signed(At(1700, 2600, "CHỦ TỊCH"), At(1650, 3000, "Đoan Văn Ví"))
    assert said(lost, "signer") == ("Đoàn Văn Ví", "read")


def test_a_position_may_end_in_what_an_office_is_called_for_short() -> None:
    first = At(1400, 2600, "GIÁM ĐỐC CHI NHÁNH VĂN PHÒNG")
    one = signed(first, At(1663, 2650, "ĐKĐĐ"), At(1680, 3000, "Trần Văn Ví"))
    assert said(one, "position") == ("GIÁM ĐỐC CHI NHÁNH VĂN PHÒNG ĐKĐĐ", "read")


def test_a_title_is_no_label_of_what_stands_under_it() -> None:
    state = At(300, 1100, "đến ngày 05/09/2011. Tình trạng hôn nhân: Chưa đăng ký kết hôn với ai")
    one = page(
        *letterhead(number="654/UBND-XNTTHN"),
        At(1000, 600, "GIẤY XÁC NHẬN"),
        At(920, 670, "TÌNH TRẠNG HÔN NHÂN"),
        At(900, 730, "ỦY BAN NHÂN DÂN PHƯỜNG MẪU"),
        At(300, 1000, "Họ, chữ đệm, tên: LÊ THỊ VÍ"),
        state,
    )
    assert said(one, "marital_status") == ("Chưa đăng ký kết hôn với ai", "read")


def test_a_stop_behind_the_number_of_a_unit_is_a_blotted_comma() -> None:
    for address, state in (("Thôn 8. Mẫu Đơn, Ví Dụ", "handwritten"), ("Thôn 8, Mẫu Đơn, Ví Dụ", "read")):
        born = page(
            At(800, 200, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            At(1000, 400, "GIẤY KHAI SINH"),
            At(300, 600, "Họ, chữ đệm, tên: LÊ THỊ VÍ"),
            At(300, 700, "Giới tính: Nữ"),
            At(300, 800, f"Quê quán: {address}"),
        )
        assert said(born, "hometown")[1] == state, address


def test_a_subject_that_ends_in_a_comma_lacks_its_end() -> None:
    cut = page(
        *letterhead(number="12/TY"), At(420, 480, "V/v quản lý,"), At(1000, 700, "Kính gửi: Sở Mẫu"), *BODY
    )
    assert said(cut, "subject") == (None, "handwritten")


@pytest.mark.parametrize(("end", "state"), [("chuyển đổi số", "read"), ("khu dân cư số", "handwritten")])
def test_what_is_digital_needs_no_number(end: str, state: str) -> None:
    about = f"V/v kế hoạch {end}"
    one = page(*letterhead(number="12/TY"), At(420, 480, about), At(1000, 700, "Kính gửi: Sở Mẫu"), *BODY)
    assert said(one, "subject") == (about if state == "read" else None, state)
    titled = page(
        *letterhead(number="12/KH-UBND"), centred(620, "KẾ HOẠCH"), centred(690, f"Triển khai {end}"), *BODY
    )
    assert said(titled, "subject")[1] == state


@pytest.mark.parametrize("stamp", ["CÔNG VĂN ĐẾN", "CÔNG VĂN ĐÊN"])
def test_the_title_of_a_stamp_ends_a_subject(stamp: str) -> None:
    lines = [ABOUT, At(420, 530, stamp), At(420, 575, "Số: 4560"), At(1000, 700, "Kính gửi: Sở Mẫu")]
    one = page(*letterhead(number="12/TY"), *lines, *BODY)
    assert said(one, "subject") == ("V/v kiểm kê tài sản", "read")
    told = page(*letterhead(number="12/TY"), ABOUT, At(420, 530, "và công văn đến"), lines[3], *BODY)
    assert said(told, "subject") == ("V/v kiểm kê tài sản và công văn đến", "read")


def test_whom_a_note_of_transfer_is_for_is_no_subject() -> None:
    to = centred(740, "Kính chuyển: Thanh tra huyện Mẫu")
    title, about = centred(600, "PHIẾU CHUYỂN"), centred(670, "Đơn thư của công dân")
    one = page(*letterhead(number="12/PC-UBND"), title, about, to, *BODY)
    assert said(one, "subject") == ("Đơn thư của công dân", "read")
    assert said(one, "addressee") == ("Thanh tra huyện Mẫu", "read")
    noted = page(At(400, 120, "Kính chuyển TCHC"), *letterhead(number="12/PC-UBND"), title, *BODY)
    assert said(noted, "addressee") == (None, "absent")


def test_a_name_with_two_spellings_in_one_value_is_open() -> None:
    second = At(1204, 760, "- Ông Lò Văn Ví, trú tại xã Hồ Gương")
    for school, state in (
        ("Trường Mẫu Ho Gương", "handwritten"),
        ("Trường Mẫu Hồ Gương", "read"),
        ("Trường Mẫu Hổ Gương", "read"),  # another
    ):
        one = letter(At(800, 700, "Kính gửi:"), At(1200, 700, f"- {school};"), second)
        assert said(one, "addressee")[1] == state


def test_the_marks_of_a_usual_position_are_put_right() -> None:
    one = signed(At(1600, 2600, "PHÓ TONG GIÁM ĐỐC"), At(1680, 3000, "Trần Văn Ví"))
    assert said(one, "position") == ("PHÓ TỔNG GIÁM ĐỐC", "read")


def test_who_made_a_record_is_no_prohibition() -> None:
    label = "13. Cấm đảm nhiệm chức vụ, thành lập, quản lý doanh nghiệp: Không"
    one = page(
        *letterhead(number="123/STP-LLTP"),
        At(900, 600, "PHIẾU LÝ LỊCH TƯ PHÁP SỐ 1"),
        At(300, 800, "1. Họ và tên: LÊ THỊ VÍ"),
        At(300, 900, "12. Tình trạng án tích: Không có án tích"),
        At(300, 1000, label),
        At(300, 1070, "Người lập phiếu"),
    )
    assert said(one, "prohibitions") == ("Không", "read")
