"""Values that a worn copy or another wording hid: who is signed for, a place whose comma is lost."""

import pytest

from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.recognition import Page
from tests.ocr.test_fields import decision
from tests.ocr.test_fields_forms import sheet
from tests.ocr.test_value_ends import said
from tests.ocr.typed import BODY, At, letterhead, page


def land_use(*signed: At, date: str = "Ví Dụ, ngày 14 tháng 11 năm 2010") -> Page:
    """A certificate of land use without a letterhead, signed by these lines."""
    return page(
        At(800, 200, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        At(1000, 270, "Độc lập - Tự do - Hạnh phúc"),
        At(1000, 500, "GIẤY CHỨNG NHẬN"),
        At(700, 570, "QUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU"),
        At(700, 640, "NHÀ Ở VÀ TÀI SẢN KHÁC GẮN LIỀN VỚI ĐẤT"),
        At(300, 900, "a) Thửa đất số: 717"),
        At(300, 970, "đ) Mục đích sử dụng: Đất chuyên trồng lúa nước (LUC)"),
        At(1400, 1500, date),
        *signed,
    )


def test_a_paper_without_a_letterhead_is_of_whom_its_signer_signs_for() -> None:
    name = At(1650, 2100, "Trần Văn Ví")
    signed = [At(1400, 1570, "TM. ỦY BAN NHÂN DÂN QUẬN MẪU"), At(1650, 1640, "CHỦ TỊCH"), name]
    assert said(land_use(*signed), "issuer") == ("ỦY BAN NHÂN DÂN QUẬN MẪU", "read")
    parted = [
        At(1400, 1570, "TM. ỦY BAN NHÂN DÂN"),
        At(1600, 1640, "QUẬN MẪU"),
        At(1650, 1710, "CHỦ TỊCH"),
        name,
    ]
    assert said(land_use(*parted), "issuer") == ("ỦY BAN NHÂN DÂN QUẬN MẪU", "read")
    office = "SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG TỈNH VÍ DỤ"
    body = [At(1250, 1570, office), At(1600, 1610, "KT. GIÁM ĐỐC"), At(1580, 1660, "PHÓ GIÁM ĐỐC"), name]
    assert said(land_use(*body), "issuer") == (office, "read")
    nobody = [At(1500, 1570, "TM. ỦY BAN NHÂN DÂN"), At(1650, 1640, "CHỦ TỊCH"), name]
    assert said(land_use(*nobody), "issuer") == (None, "absent")
    guessed = [At(1400, 1570, "TM. ỦY BAN NHÂN DÂN QUẬN MẪU", sure=0.6), At(1650, 1640, "CHỦ TỊCH"), name]
    assert said(land_use(*guessed), "issuer") == (None, "handwritten")


def test_the_body_of_a_position_is_told_with_its_unit_where_a_line_has_that() -> None:
    title = At(800, 400, "BẰNG TỐT NGHIỆP TRUNG HỌC PHỔ THÔNG")
    diploma = [title, At(300, 800, "Họ và tên: Lê Thị Ví"), At(300, 900, "Xếp loại: Khá")]
    signed = [
        At(1400, 1420, "Ví Dụ, ngày 5 tháng 6 năm 2010"),
        At(1400, 1500, "GIÁM ĐỐC SỞ GD-ĐT"),
        At(1500, 1800, "Trần Văn Ví"),
    ]
    assert said(page(*diploma, *signed), "issuer") == ("SỞ GD-ĐT", "read")
    for whole in ("SỞ GD-ĐT LÀO CAI", "SỞ GD-ĐT TỈNH LÀO CAI"):
        assert said(page(At(300, 200, whole), *diploma, *signed), "issuer") == (whole, "read")
    for more in ("SỞ GD-ĐT CẤP BẰNG", "SỞ GD-ĐT SỐ: 12/BC", "SỞ GD-ĐTC"):
        assert said(page(At(300, 200, more), *diploma, *signed), "issuer") == ("SỞ GD-ĐT", "read")


def test_a_bracket_of_a_value_stays_closed() -> None:
    assert said(land_use(), "land_use") == ("Đất chuyên trồng lúa nước (LUC)", "read")


def test_a_closing_date_may_have_lost_the_comma_of_its_place() -> None:
    assert said(land_use(date="Vĩnh Mẫu ngày 25 tháng 9 năm 2024"), "issued_on") == ("2024-09-25", "read")
    for other in ("Lập ngày 25 tháng 9 năm 2024", "Có hiệu lực từ ngày 25 tháng 9 năm 2024"):
        assert said(land_use(date=other), "issued_on") == (None, "absent"), other


def test_an_acting_head_signs_in_that_position() -> None:
    end = [At(1700, 2600, "Q. GIÁM ĐỐC"), At(1700, 3000, "Trần Văn Ví"), At(300, 2600, "Nơi nhận:")]
    one = page(*[line for line in decision() if line.y < 2500], *end)
    assert said(one, "position") == ("Q. GIÁM ĐỐC", "read")
    assert said(one, "signer") == ("Trần Văn Ví", "read")


def used_for(purpose: str, rest: str) -> Page:
    return page(
        *letterhead(number="654/UBND-XNTTHN"),
        At(700, 600, "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN"),
        At(300, 900, "Họ, chữ đệm, tên: LÊ THỊ VÍ"),
        At(300, 1000, f"Giấy này được sử dụng để: {purpose}"),
        At(300, 1060, rest),
    )


def test_what_a_paper_is_used_for_goes_on_behind_words_that_are_labels_elsewhere() -> None:
    rest = "Hàn Quốc, tại Ủy ban nhân dân phường Mẫu"
    full = "Kết hôn với ông NGUYỄN KIM VĂN MẪU, sinh năm 1984, quốc tịch"
    short = "Kết hôn với ông MẪU, sinh năm 1984, quốc tịch"
    for first in (full, short):
        assert said(used_for(first, rest), "purpose") == (f"{first} {rest}", "read")
    assert said(used_for(short, "Nơi cư trú: phường Mẫu"), "purpose") == (None, "handwritten")
    born = sheet("GIẤY KHAI SINH", "Giới tính: Nữ, Dân tộc: Kinh", "Quốc tịch: Việt Nam")
    assert said(born, "nationality") == ("Việt Nam", "read")


def test_an_urgency_of_which_a_reader_saw_one_word_in_small_letters_is_read() -> None:
    worn = page(*decision(), At(450, 480, "hòa TỐC"))
    assert extract([worn], classify([worn]))["urgency"].value == "HỎA TỐC"
    assert said(page(*decision(), At(450, 480, "khẩn")), "urgency") == (None, "absent")


@pytest.mark.parametrize(
    "issuer",
    [
        ("BAN NHÂN DÂN TỈNH VÍ DỤ", "SỞ TƯ PHÁP"),
        ("ỦY BAN NHÂN DÂN", "SỞ TƯ PHÁP"),
        ("ỦY BAN NHÂN DÂN XÃ SƠN TÂY", "THƯƠNG", "PHÒNG VĂN HÓA - XÃ HỘI"),
    ],
)
def test_an_issuer_that_lacks_a_word_or_a_mark_is_open(issuer: tuple[str, ...]) -> None:
    one = page(*letterhead(issuer=issuer), At(1100, 700, "QUYẾT ĐỊNH"), *BODY)
    assert said(one, "issuer") == (None, "handwritten")


def test_specks_before_a_line_of_a_subject_do_not_end_it() -> None:
    title = At(1100, 700, "QUYẾT ĐỊNH")
    about = At(700, 790, "Về việc cử công chức đi học lớp bồi dưỡng chuyên viên chính")
    rest = [At(1020, 860, "...", sure=0.5), At(1110, 860, "khóa IX")]
    one = page(*letterhead(), title, about, *rest, *BODY)
    words = [w for w in one.words if w.box.y0 == 860]
    assert [w.text for w in words] == ["...", "khóa", "IX"]
    assert said(one, "subject")[0] in (f"{about.text} khóa IX", None)


def test_a_subject_that_ends_where_a_number_is_to_follow_is_open() -> None:
    about = At(700, 790, "Về việc thu hồi Giấy chứng nhận quyền sử dụng đất số")
    one = page(*letterhead(), At(1100, 700, "QUYẾT ĐỊNH"), about, *BODY)
    assert said(one, "subject") == (None, "handwritten")


def test_a_household_registers_no_enterprise_and_its_number_is_no_subject() -> None:
    number = At(700, 780, "Mã số hộ kinh doanh: 8071234567")
    for title in (
        ("GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH",),
        ("GIẤY CHỨNG NHẬN", "ĐĂNG KÝ KINH DOANH HỘ KINH DOANH"),
    ):
        head = letterhead(issuer=("ỦY BAN NHÂN DÂN XÃ MẪU", "PHÒNG KINH TẾ"))[:-2]
        lines = [At(800, 600 + 60 * i, text) for i, text in enumerate(title)]
        one = page(*head, *lines, number, At(300, 900, "Tên hộ kinh doanh: HỘ KINH DOANH VÍ DỤ"))
        assert classify([one]).code == "other", title
        assert "subject" not in extract([one], classify([one]))


@pytest.mark.parametrize("form", ["Ông (bà)", "Ông/Bà:", "Ông (Bà):"])
def test_what_a_form_prints_before_a_holder_is_no_name(form: str) -> None:
    permit = sheet(
        "GIẤY PHÉP XÂY DỰNG", f"1. Cấp cho: {form} Kiên Sóc Ví", "2. Được phép xây dựng công trình: Nhà ở"
    )
    assert said(permit, "holder_name") == ("Kiên Sóc Ví", "read")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Ông: Trần Văn Ví Số CMND 067094000017", "Trần Văn Ví"),
        ("Ông: Trần Văn Ví, năm sinh: 1971", "Trần Văn Ví"),
        ("Ông: Trần Văn ví", None),
        ("Ông: Công ty cổ phần Mẫu", "Công ty cổ phần Mẫu"),
        ("Ông: Trần văn Ví", "Trần văn Ví"),
        ("Trường tiểu học Mẫu", "Trường tiểu học Mẫu"),
        ("Đoàn thanh niên", "Đoàn thanh niên"),
        ("Nguyễn thị ví", None),
    ],
)
def test_a_holder_has_a_name_and_no_number(line: str, name: str | None) -> None:
    first = "1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất:"
    one = sheet("GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT", first, line, "a) Thửa đất số: 717")
    assert said(one, "holder_name") == (name, "read" if name else "handwritten")


def test_the_day_over_a_signature_is_that_of_issue_and_no_day_of_registration() -> None:
    copy = sheet(
        "TRÍCH LỤC KẾT HÔN",
        "Họ, chữ đệm, tên vợ: LÊ THỊ VÍ",
        "Ngày, tháng, năm đăng ký: 27/07/2015",
        "Xã Mẫu, ngày 30 tháng 06 năm 2021",
    )
    assert said(copy, "issued_on") == ("2021-06-30", "read")


def test_an_urgency_beside_a_title_leaves_it_one() -> None:
    head = letterhead(number="138/CĐ-UBND")
    for urgent in ("KHẨN", "HOA TỐC", "OA TỐC"):
        one = page(
            *head, At(500, 620, urgent), At(1150, 630, "CÔNG ĐIỆN"), At(1000, 720, "Về việc mẫu"), *BODY
        )
        assert classify([one]).code == "CĐ", urgent


def test_what_answers_a_label_in_two_languages_is_no_title() -> None:
    card = page(
        At(300, 300, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        At(1000, 500, "Họ và tên / Full name", tall=30),
        At(1000, 550, "PI NĂNG VÍ", tall=60),
        At(1000, 700, "Nơi sinh / Place of birth", tall=30),
        At(1000, 750, "NINH THUẬN", tall=60),
    )
    assert classify([card]).code == "unknown"


@pytest.mark.parametrize(
    "body", ["Yêu cầu thủ trưởng các đơn vị báo cáo", "Thực hiện Công văn số 12/UBND-VP"]
)
def test_a_sentence_under_an_addressee_is_none(body: str) -> None:
    lines = [At(1000, 800, "Kính gửi: Sở Nội vụ tỉnh Ví Dụ"), At(1250, 870, body)]
    one = page(*letterhead(number="12/UBND-VP"), At(420, 480, "V/v góp ý dự thảo"), *lines, *BODY)
    assert said(one, "addressee")[0] == "Sở Nội vụ tỉnh Ví Dụ"


def test_marks_of_notes_are_no_part_of_a_value_and_a_province_is_whole() -> None:
    head = [*letterhead(number="12/UBND-VP"), At(420, 480, "V/v góp ý dự thảo")]
    noted = page(*head, At(1000, 800, "Kính gửi: (1) Sở Nội vụ tỉnh Ví Dụ"), *BODY)
    assert said(noted, "addressee") == ("Sở Nội vụ tỉnh Ví Dụ", "read")
    cut = page(*head, At(900, 800, "Kính gửi: Ủy ban nhân dân phường Mẫu, tỉnh Thừa Thiên"), *BODY)
    assert said(cut, "addressee") == (None, "handwritten")


def test_a_symbol_keeps_its_year_and_a_torn_place_is_open() -> None:
    agreed = page(*letterhead(number="27/HĐKT/VD-2026"), At(1100, 700, "HỢP ĐỒNG"), *BODY)
    assert said(agreed, "symbol") == ("HĐKT/VD-2026", "read")
    torn = letterhead(date="Cái B, ngày 05 tháng 3 năm 2026")
    assert said(page(*torn, At(1100, 700, "QUYẾT ĐỊNH"), *BODY), "place") == (None, "handwritten")


def test_an_invitation_is_no_part_of_its_subject() -> None:
    about = At(815, 790, "Họp bàn phương án giải phóng mặt bằng")
    invited = At(600, 860, "Trân trọng kính mời: Các phòng chuyên môn và các trường học.")
    one = page(*letterhead(number="22/GM-UBND"), At(1150, 700, "GIẤY MỜI"), about, invited, *BODY)
    assert said(one, "subject") == (about.text, "read")


def test_the_number_of_a_diploma_says_of_what_it_is() -> None:
    diploma = sheet("BẰNG TỐT NGHIỆP", "Họ và tên: LÊ THỊ VÍ", "Số hiệu: PTTH A315230")
    assert said(diploma, "serial") == ("PTTH A 315230", "read")


def test_labels_of_parents_as_older_certificates_have_them() -> None:
    born = sheet(
        "GIẤY KHAI SINH",
        "Họ và tên: ĐINH VÍ DỤ",
        "Nguyên quán: Xã Mẫu - tỉnh Thanh Hóa",
        "Họ tên cha: ĐINH VĂN MẪU",
        "Họ tên mẹ: LÊ THỊ MẪU",
        "Họ và tên người yêu cầu: Đinh Văn Mẫu",
    )
    names = ("full_name", "hometown", "father_name", "mother_name", "requester_name")
    said_of_all = [said(born, name)[0] for name in names]
    assert said_of_all == [
        "ĐINH VÍ DỤ",
        "Xã Mẫu - tỉnh Thanh Hóa",
        "ĐINH VĂN MẪU",
        "LÊ THỊ MẪU",
        "Đinh Văn Mẫu",
    ]


def test_a_position_that_a_seal_took_is_open_where_somebody_signs_for_somebody() -> None:
    end = [At(1600, 2500, "TM. ỦY BAN NHÂN DÂN"), At(1640, 2560, "Ủ TỊCH", sure=0.5)]
    one = page(*[line for line in decision() if line.y < 2500], At(300, 2500, "Nơi nhận:"), *end)
    assert said(one, "position") == (None, "handwritten")


def test_a_block_that_says_for_whom_is_open_where_a_seal_took_its_position() -> None:
    """The name stands: the position above it was not read, and its place is told."""
    signed = [At(1640, 1570, "KT. GIÁM ĐỐC"), At(1650, 2000, "Trần Văn Ví")]
    one = land_use(*signed)
    assert said(one, "position") == (None, "handwritten")
    assert said(one, "signer") == ("Trần Văn Ví", "read")


def test_who_confers_or_decides_over_the_text_is_no_signer() -> None:
    head = [At(1000, 270, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), At(1500, 400, "GIÁM ĐỐC")]
    confers = [At(1150, 450, "SỞ GIÁO DỤC VÀ ĐÀO TẠO VÍ DỤ"), At(1600, 510, "cấp")]
    diploma = page(
        *head, *confers, At(1200, 580, "BẰNG TỐT NGHIỆP THPT"), At(300, 800, "Họ và tên: LÊ THỊ VÍ")
    )
    assert said(diploma, "position") == (None, "absent")
    decides = [
        At(1100, 620, "QUYẾT ĐỊNH"),
        At(1000, 690, "Về việc mẫu"),
        At(1350, 1200, "HIỆU TRƯỞNG TRƯỜNG MẪU"),
    ]
    one = page(*letterhead(), *decides, *BODY, At(300, 2500, "Nơi nhận:"))
    assert said(one, "position")[0] is None


def test_what_stands_beside_a_signer_is_no_text_under_who_decides() -> None:
    left = [At(400, 2250, "Nơi nhận:"), At(400, 2600, "Xét duyệt của cấp trên")]
    signed = [At(1600, 2500, "Q.GIÁM ĐỐC"), At(1550, 2900, "Trần Văn Ví")]
    one = page(*letterhead(), At(1100, 700, "QUYẾT ĐỊNH"), *BODY, *left, *signed)
    assert said(one, "position") == ("Q.GIÁM ĐỐC", "read")


def test_a_place_that_lost_a_tone_or_its_end_and_a_position_for_a_name_are_open() -> None:
    lost = sheet("GIẤY KHAI SINH", "Họ và tên: LÊ THỊ VÍ", "Quê quán: Xã Mẫu - H. Bình Luc - tỉnh Hà Nam")
    assert said(lost, "hometown") == (None, "handwritten")
    for highlands in ("Plei Kop, xã Mẫu, tỉnh Ví Dụ", "Buôn Kop, xã Mẫu, tỉnh Đắk Lắk"):
        born = sheet("GIẤY KHAI SINH", "Họ và tên: LÊ THỊ VÍ", f"Quê quán: {highlands}")
        assert said(born, "hometown") == (highlands, "read")
    ends = sheet("GIẤY KHAI SINH", "Họ và tên: LÊ THỊ VÍ", "Quê quán: phường Sông Mẫu, thành phố")
    assert said(ends, "hometown") == (None, "handwritten")
    dotted = sheet("GIẤY KHAI SINH", "Họ và tên: LÊ THỊ VÍ", "Quê quán: xã Mẫu,. tỉnh Hà Nam")
    assert said(dotted, "hometown") == ("xã Mẫu, tỉnh Hà Nam", "read")
    named = sheet("GIẤY KHAI SINH", "Họ và tên: LÊ THỊ VÍ", "Người đi khai sinh", "CHỦ TỊCH")
    assert said(named, "requester_name")[0] is None


def test_an_addressee_goes_on_where_a_unit_has_no_name_yet() -> None:
    head = [*letterhead(number="12/UBND-VP"), At(420, 480, "V/v góp ý dự thảo")]
    first = At(700, 800, "Kính gửi: Ủy ban nhân dân phường Mẫu, thành phố")
    whole = page(*head, first, At(720, 870, "Ví Dụ, tỉnh Ví Dụ"), *BODY)
    assert said(whole, "addressee") == ("Ủy ban nhân dân phường Mẫu, thành phố Ví Dụ, tỉnh Ví Dụ", "read")
    assert said(page(*head, first, *BODY), "addressee") == (None, "handwritten")
    each = page(*head, At(700, 800, "Kính gửi: Ủy ban nhân dân các xã, phường"), *BODY)
    assert said(each, "addressee") == ("Ủy ban nhân dân các xã, phường", "read")


def test_an_agency_is_no_title_of_a_paper() -> None:
    head = [At(700, 200, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")]
    one = page(
        *head, At(300, 500, "Diện tích: 642 m²"), At(800, 900, "ỦY BAN NHÂN DÂN PHƯỜNG MẪU", tall=60), *BODY
    )
    assert classify([one]).code == "unknown"


def test_a_name_that_goes_on_under_its_label_in_capitals_is_whole() -> None:
    wed = page(
        At(700, 300, "GIẤY CHỨNG NHẬN KẾT HÔN"),
        At(300, 500, "Họ, chữ đệm, tên vợ: TRƯƠNG MẪU"),
        At(300, 594, "VÍ"),
        At(300, 690, "Sinh ngày: 02/11/1991"),
    )
    assert said(wed, "wife_name")[0] in ("TRƯƠNG MẪU VÍ", None)


def test_the_rest_of_a_commune_stands_beside_the_date() -> None:
    head = letterhead(issuer=("ỦY BAN NHÂN DÂN", "PHƯỜNG VÍ DỤ"), date="Ví Dụ Mới, ngày 05 tháng 3 năm 2026")
    one = page(*head, At(1100, 700, "QUYẾT ĐỊNH"), *BODY)
    assert said(one, "issuer") == (None, "handwritten")
    assert said(one, "place") == ("Ví Dụ Mới", "read")


def test_a_symbol_that_ends_in_one_letter_is_cut() -> None:
    assert said(page(*letterhead(number="15/QĐ-T"), At(1100, 700, "QUYẾT ĐỊNH"), *BODY), "symbol")[0] is None


def test_a_day_of_a_stamp_is_no_addressee() -> None:
    lines = [At(1000, 800, "Kính gửi: Trưởng các thôn, tổ dân phố"), At(1400, 850, "22/09/25")]
    one = page(*letterhead(number="12/UBND-VP"), At(420, 480, "V/v góp ý dự thảo"), *lines, *BODY)
    assert said(one, "addressee") == ("Trưởng các thôn, tổ dân phố", "read")


def test_who_confers_a_diploma_or_heads_the_police_is_the_issuer() -> None:
    head = [At(1000, 270, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), At(1500, 400, "GIÁM ĐỐC")]
    body = [
        At(1150, 450, "SỞ GIÁO DỤC VÀ ĐÀO TẠO VÍ DỤ"),
        At(1200, 500, "BẰNG TỐT NGHIỆP"),
        At(1200, 550, "THPT"),
    ]
    diploma = page(*head, *body, At(300, 800, "Họ và tên: LÊ THỊ VÍ"))
    assert said(diploma, "issuer") == ("SỞ GIÁO DỤC VÀ ĐÀO TẠO VÍ DỤ", "read")
    card = page(
        At(800, 300, "GIẤY CHỨNG MINH NHÂN DÂN"),
        At(700, 400, "Họ tên: LÊ THỊ VÍ"),
        At(1500, 900, "GIÁM ĐỐC CÔNG AN TỈNH VÍ DỤ"),
        At(1600, 1200, "Trần Văn Mẫu"),
    )
    assert said(card, "issuer") == ("CÔNG AN TỈNH VÍ DỤ", "read")


def test_a_subject_that_ends_in_a_year_is_no_date_and_the_end_of_a_commune_no_place() -> None:
    about = At(900, 690, "Về việc đẩy mạnh thu ngân sách những tháng cuối năm 2026")
    lines = [At(1150, 620, "CHỈ THỊ"), about]
    one = page(*letterhead(number="15/CT-UBND"), *lines, *BODY)
    assert said(one, "place") == ("Phường Mẫu", "read")
    assert said(one, "date") == ("2026-03-05", "read")
    head = letterhead(issuer=("ỦY BAN NHÂN DÂN", "XÃ VÍ DỤ"), date="Dụ, ngày 05 tháng 3 năm 2026")
    torn = page(*head, At(1100, 700, "QUYẾT ĐỊNH"), *BODY)
    assert said(torn, "place") == (None, "handwritten")


def test_what_is_left_of_a_seal_is_no_part_of_a_position() -> None:
    end = [At(1600, 2500, "PHÓ TRƯỞNG PHÒNG"), At(1770, 2545, "AN"), At(1650, 3000, "Trần Văn Ví")]
    one = page(*[line for line in decision() if line.y < 2500], At(300, 2500, "Nơi nhận:"), *end)
    assert said(one, "position")[0] in ("PHÓ TRƯỞNG PHÒNG", None)


def test_an_address_goes_on_to_its_province_where_dirt_widens_the_page() -> None:
    born = page(
        At(900, 300, "GIẤY KHAI SINH"),
        At(300, 500, "Họ và tên: LÊ THỊ VÍ"),
        At(300, 600, "Quê quán: Số 274/12 đường Mẫu, xã Phước Mẫu, huyện Dương"),
        At(300, 670, "Minh Châu, tỉnh Tây Ninh"),
        At(2300, 760, "g2g", sure=0.4),
    )
    whole = "Số 274/12 đường Mẫu, xã Phước Mẫu, huyện Dương Minh Châu, tỉnh Tây Ninh"
    assert said(born, "hometown") == (whole, "read")
