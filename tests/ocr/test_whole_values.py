"""Values that are broken over lines are whole or open, and text beside them is none of theirs."""

from dataclasses import replace

import pytest

from ocr.fields.doubts import is_another_family, lacks_marks
from ocr.fields.extraction import extract
from ocr.fields.tones import lacks_tone
from ocr.kinds.classification import classify
from ocr.recognition import Box, Page, Region
from tests.ocr.test_value_ends import fields_of, said
from tests.ocr.typed import BODY, At, centred, letterhead, page, words_of


def submission(*lines: At, number: str = "19/TTr-UBND") -> Page:
    return page(*letterhead(number=number), *lines)


def test_a_symbol_goes_on_under_its_dash() -> None:
    head = letterhead(number="1964/TTr-")
    row = next(line for line in head if line.text.startswith("Số"))
    rest = At(row.x + 60, row.y + 60, "KTHTĐT")
    title = At(1100, 700, "TỜ TRÌNH")
    whole = page(*head, rest, title, *BODY)
    assert said(whole, "symbol") == ("TTr-KTHTĐT", "read")
    assert said(page(*head, title, *BODY), "symbol") == (None, "handwritten")


def test_a_paragraph_under_a_title_is_no_subject() -> None:
    title = At(1000, 700, "GIẤY NGHỈ PHÉP")
    first = At(
        390, 800, "Phòng Kinh tế cho phép: Ông Nguyễn Văn Mẫu, chuyên viên, được nghỉ phép năm từ ngày"
    )
    items = [
        At(300, 870, "02 tháng 3"),
        At(390, 940, "Chức vụ: Chuyên viên của Phòng Kinh tế phường Mẫu"),
        At(390, 1010, "Giấy này có giá trị đến hết ngày 20 tháng 4 năm 2026."),
    ]
    one = submission(title, first, *items, number="08/GNP-UBND")
    assert said(one, "subject") == (None, "absent")
    alone = At(390, 800, "Phòng Kinh tế cho phép: Ông Nguyễn Văn Mẫu, chuyên viên")
    assert said(submission(title, alone, *items[1:], number="08/GNP-UBND"), "subject") == (None, "absent")


def test_a_subject_has_the_number_that_it_ends_in() -> None:
    title = At(1100, 700, "TỜ TRÌNH")
    first = At(600, 790, "Về việc xét tuyển lao động hợp đồng theo Nghị định số")
    whole = submission(title, first, At(1020, 860, "111/2022/NĐ-CP"), *BODY)
    about = "Về việc xét tuyển lao động hợp đồng theo Nghị định số 111/2022/NĐ-CP"
    assert said(whole, "subject") == (about, "read")
    assert said(submission(title, first, *BODY), "subject") == (None, "handwritten")


def test_a_label_that_a_column_breaks_is_whole() -> None:
    born = page(
        At(1000, 300, "GIẤY KHAI SINH"),
        At(300, 500, "Mã số định danh cá"),
        At(1100, 500, "067217839320"),
        At(300, 570, "nhân:"),
        At(300, 650, "Họ, chữ đệm, tên người LÊ THỊ VÍ"),
        At(300, 720, "mẹ:"),
        At(300, 800, "Họ, chữ đệm, tên người"),
        At(1100, 800, "Nguyễn Văn Mẫu"),
        At(300, 870, "đi khai sinh:"),
        At(300, 950, "Giấy tờ tùy thân:"),
        At(1100, 950, "CCCD số 093174211170"),
    )
    found = {name: field.value for name, field in extract([born], classify([born])).items()}
    assert found["personal_id"] == "067217839320"
    assert found["mother_name"] == "LÊ THỊ VÍ"
    assert found["requester_name"] == "Nguyễn Văn Mẫu"


def test_a_value_in_a_column_of_its_own_goes_on_under_itself() -> None:
    born = page(
        At(1000, 300, "GIẤY KHAI SINH"),
        At(300, 500, "Nơi đăng ký:"),
        At(900, 500, "Ủy ban nhân dân phường Sao Đỏ, thành phố"),
        At(900, 570, "Chí Linh, tỉnh Hải Dương"),
        At(300, 700, "Ngày, tháng, năm đăng ký: 20/06/2014"),
    )
    office = "Ủy ban nhân dân phường Sao Đỏ, thành phố Chí Linh, tỉnh Hải Dương"
    assert said(born, "registered_at") == (office, "read")


def test_a_position_may_end_on_the_next_line() -> None:
    def signed(*titles: str) -> Page:
        block = [At(1750 - 12 * len(t), 2000 + 50 * i, t, gap=4) for i, t in enumerate(titles)]
        title = At(1100, 700, "TỜ TRÌNH")
        return submission(title, *BODY, *block, At(1560, 2500, "Nguyễn Văn Mẫu"))

    whole = signed("TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG HÀNH", "CHÍNH")
    assert said(whole, "position") == ("TRƯỞNG PHÒNG HÀNH CHÍNH", "read")
    assert said(signed("HIỆU TRƯỞNG", "TRƯỜNG ĐẠI HỌC MẪU"), "position")[0] == "HIỆU TRƯỞNG"


def test_the_date_beside_the_recipients_is_the_paper_s() -> None:
    died = page(
        At(1000, 300, "GIẤY BÁO TỬ"),
        At(300, 500, "Họ, chữ đệm, tên người chết: TRẦN VĂN VÍ"),
        At(420, 600, "phút, ngày 13 tháng 06 năm 2018"),
        At(300, 900, "Nơi nhận:"),
        At(1300, 900, "Sa Lý, ngày 14 tháng 06 năm 2018"),
    )
    assert said(died, "issued_on") == ("2018-06-14", "read")
    torn = page(At(1000, 300, "GIẤY BÁO TỬ"), At(420, 600, "phút, ngày 13 tháng 06 năm 2018"))
    assert said(torn, "issued_on") == (None, "handwritten")


def test_a_line_under_the_issuer_that_was_not_understood_leaves_it_open() -> None:
    head = letterhead(issuer=("SỞ GIÁO DỤC", "TRƯỜNG THPT LƯƠNG VĂN"))
    last = next(line for line in head if line.text.startswith("TRƯỜNG"))
    number = next(line for line in head if line.text.startswith("Số"))
    stray = At(last.x + 220, (last.y + number.y) // 2 + 5, "TụY", sure=0.36, tall=30)
    title = At(1100, 700, "TỜ TRÌNH")
    assert said(page(*head, stray, title, *BODY), "issuer") == (None, "handwritten")
    assert said(page(*head, title, *BODY), "issuer")[1] == "read"


@pytest.mark.parametrize("number", ["số: 283", "Số: 86/2019", "số: 3561 Đc/N No"])
def test_a_number_without_a_symbol_takes_nothing_from_the_head(number: str) -> None:
    """Registers number with a year; a pen may leave no symbol. The issuer was open and the date absent."""
    head = [replace(x, text=number) if x.text.startswith("Số") else x for x in letterhead()]
    paper = page(*head, At(1100, 700, "TỜ TRÌNH"), *BODY)
    assert said(paper, "issuer") == ("ỦY BAN NHÂN DÂN PHƯỜNG MẪU", "read")
    assert said(paper, "date") == ("2026-03-05", "read")
    assert said(paper, "place") == ("Phường Mẫu", "read")


def test_a_house_number_is_no_number_of_a_paper() -> None:
    permit = page(
        At(1000, 300, "GIẤY PHÉP XÂY DỰNG"),
        At(300, 500, "Cấp cho: Ông Nguyễn Văn Mẫu"),
        At(300, 570, "Địa chỉ thường trú: số 12"),
        At(300, 640, "Tên công trình: Nhà ở riêng lẻ"),
    )
    assert said(permit, "number") == (None, "absent")


@pytest.mark.parametrize(("sure", "dpi", "state"), [(0.97, 300.0, "handwritten"), (0.99, 300.0, "read")])
def test_a_signature_may_hide_a_letter(sure: float, dpi: float, state: str) -> None:
    title = At(1100, 700, "TỜ TRÌNH")
    one = submission(title, *BODY, At(1600, 2000, "GIÁM ĐỐC"), At(1560, 2300, "Kiều Mạ Tường", sure=sure))
    box = Box(1500, 2100, 1800, 2320)
    signed = replace(one, dpi=dpi, regions=(*one.regions, Region("signature", box, 0.9)))
    assert said(signed, "signer")[1] == state


def test_a_new_identity_card_is_one() -> None:
    card = page(
        At(1000, 300, "CĂN CƯỚC"),
        At(800, 400, "Số định danh cá nhân/ Personal identification number: 060163089681"),
        At(800, 460, "Họ, chữ đệm và tên khai sinh / Full name:"),
        At(800, 510, "LÒ THỊ VÍ DỤ"),
        At(800, 570, "Ngày, tháng, năm sinh/ Date of birth: 20/11/1963"),
        At(800, 630, "Giới tính/ Sex: Nữ"),
    )
    assert classify([card]).code == "can-cuoc"
    assert fields_of(card)["personal_id"].value == "060163089681"


def test_a_stopped_syllable_of_a_name_has_a_tone() -> None:
    for name in ("Phùng Ngoc Sương", "TRẦN ĐƯC VÍ", "Lê Bich Mẫu"):
        assert lacks_tone(name), name
    for name in ("Phùng Ngọc Sương", "Trần Đức Ví", "Y Phok Niê", "Vũ Trường Giang", "Lê Ích Mẫu"):
        assert not lacks_tone(name), name
    born = page(At(1000, 300, "GIẤY KHAI SINH"), At(300, 500, "Họ, chữ đệm, tên: Phùng Ngoc Sương"))
    assert said(born, "full_name") == (None, "handwritten")
    named = page(At(1000, 300, "GIẤY KHAI SINH"), At(300, 500, "Họ, chữ đệm, tên: Vũ Trường Giang"))
    assert said(named, "full_name") == ("Vũ Trường Giang", "read")


def test_capitals_that_are_no_syllable_have_lost_their_marks() -> None:
    assert lacks_marks("HỌC VIỆN NÔNG NGHIỆP MIEN TRUNG")
    for name in ("CÔNG TY TNHH INOX VINA", "VKSND TỈNH MẪU", "NGÂN HÀNG VIETCOMBANK", "TRƯỜNG THPT"):
        assert not lacks_marks(name), name
    head = letterhead(issuer=("UBND TỈNH MẪU", "VIỆN NÔNG NGHIEP MẪU"))
    assert said(page(*head, At(1100, 700, "TỜ TRÌNH"), *BODY), "issuer") == (None, "handwritten")


@pytest.mark.parametrize(
    ("symbol", "state"), [("TTr-SINMT", "handwritten"), ("TTr-STNMT", "read"), ("TTr-STNVMT", "read")]
)
def test_a_symbol_is_short_for_its_issuer(symbol: str, state: str) -> None:
    head = letterhead(number=f"15/{symbol}", issuer=("UBND TỈNH MẪU", "SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG"))
    assert said(page(*head, At(1100, 700, "TỜ TRÌNH"), *BODY), "symbol")[1] == state


def test_a_numeral_of_the_issuer_is_written_otherwise_in_a_symbol() -> None:
    head = letterhead(number="22/PC-CNKV4", issuer=("VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI", "CHI NHÁNH KHU VỰC IV"))
    assert said(page(*head, At(1100, 700, "TỜ TRÌNH"), *BODY), "symbol") == ("PC-CNKV4", "read")


def test_a_subject_that_says_so_may_begin_where_paragraphs_do() -> None:
    subject = At(390, 790, "V/v thu hồi đất để thực hiện dự án nâng cấp tuyến đường liên xã Mẫu")
    end = words_of(subject, 0)[-1].box.x1
    title = At((subject.x + end) // 2 - 95, 700, "HƯỚNG DẪN")
    long = "được giao cho các phòng chuyên môn của phường theo đúng kế hoạch đã được duyệt"
    items = [At(390, 900 + 140 * i, f"{i + 1}. {'Nội dung của việc này ' * 2}") for i in range(3)]
    rest = [At(300, 970 + 140 * i, long) for i in range(3)]
    body = [line for two in zip(items, rest, strict=True) for line in two]
    paper = submission(title, subject, *body, number="1/HD-UBND")
    assert said(paper, "subject") == (subject.text, "read")


def test_a_letter_is_no_place() -> None:
    head = letterhead(date="a, ngày 05 tháng 3 năm 2026")
    assert said(page(*head, At(1100, 700, "TỜ TRÌNH"), *BODY), "place") == (None, "handwritten")


def test_what_a_stamp_says_beside_a_subject_does_not_end_it() -> None:
    title = centred(700, "TỜ TRÌNH")
    stamp = At(480, 862, "Chyen", sure=0.7, tall=34)
    lines = [centred(790, "Về việc cấp phép khai thác nước cho Hợp tác xã"), stamp]
    one = submission(title, *lines, centred(860, "Dịch vụ Tân Lập"), *BODY)
    about = "Về việc cấp phép khai thác nước cho Hợp tác xã Dịch vụ Tân Lập"
    assert said(one, "subject") == (about, "read")


def test_an_address_on_a_card_goes_on() -> None:
    card = page(
        At(1000, 300, "GIẤY PHÉP LÁI XE"),
        At(700, 400, "Số/No: 571634169240"),
        At(700, 460, "Họ tên/ Full name: THÁI VÍ DỤ"),
        At(700, 520, "Nơi cư trú/ Address: Bản Nà Tấu, xã Mê Pu, huyện Đức"),
        At(700, 570, "Linh, tỉnh Bình Thuận"),
        At(700, 630, "Hạng/ Class: B1"),
    )
    assert said(card, "residence") == ("Bản Nà Tấu, xã Mê Pu, huyện Đức Linh, tỉnh Bình Thuận", "read")


def test_a_family_with_marks_that_none_has_was_misread() -> None:
    words = words_of(At(0, 0, "Cáo Thị Mẫu"), 0)
    assert not is_another_family(words)
    assert is_another_family([replace(words[0], alternatives=("Cao",)), *words[1:]])
    known = words_of(At(0, 0, "Bùi Thị Mẫu"), 0)
    assert not is_another_family([replace(known[0], alternatives=("Bủi",)), *known[1:]])


def test_the_mark_of_a_capital_below_is_no_line_of_a_subject() -> None:
    title = centred(700, "TỜ TRÌNH")
    lines = [centred(790, "Về việc cấp phép khai thác nước cho Hợp tác xã"), centred(850, "2", tall=15)]
    one = submission(title, *lines, centred(872, "BỘ VĂN HÓA, THỂ THAO VÀ DU LỊCH"), *BODY)
    assert said(one, "subject") == ("Về việc cấp phép khai thác nước cho Hợp tác xã", "read")


def test_the_hour_of_a_death_has_two_labels() -> None:
    for label in ("Đã chết vào lúc", "Đã chết lúc"):
        died = page(
            At(1000, 300, "GIẤY BÁO TỬ"),
            At(300, 500, f"{label}: 10 giờ 31 phút, ngày 15 tháng 08 năm 2021"),
            At(300, 570, "Nguyên nhân chết: Tuổi già"),
        )
        assert said(died, "death_time") == ("10 giờ 31 phút, ngày 15 tháng 08 năm 2021", "read")


def test_an_hour_without_its_day_is_no_time_of_death() -> None:
    died = page(At(1000, 300, "GIẤY BÁO TỬ"), At(300, 500, "Đã chết vào lúc: 02 giờ"))
    assert said(died, "death_time") == (None, "handwritten")
