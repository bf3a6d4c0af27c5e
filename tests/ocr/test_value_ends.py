"""A value that goes on elsewhere, or that is not the label's own, is not stated as read."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from ocr.fields.doubts import (
    cuts_province,
    has_lone_consonant,
    is_garbled,
    is_part_of_phrase,
    lacks_something,
    lacks_vowel,
    misspells_phrase,
    misspells_unit,
    misspells_word,
    names_oddly,
)
from ocr.fields.extraction import extract
from ocr.fields.forms import FORMS, FORMS_ALONE
from ocr.fields.running_text import is_misread
from ocr.fields.spelling import usual_position
from ocr.kinds.classification import classify
from ocr.recognition import Field, Page
from tests.ocr.forms import Form
from tests.ocr.test_fields_forms import sheet
from tests.ocr.typed import BODY, At, centred, letterhead, page, words_of


def fields_of(one: Page) -> Mapping[str, Field]:
    return extract([one], classify([one]))


def said(one: Page, name: str) -> tuple[str | None, str]:
    field = fields_of(one)[name]
    return field.value, field.state


def test_a_country_or_people_that_was_cut_or_misspelt_is_open() -> None:
    for value in ("Việt", "Viêt Nam", "Tay", "Mương", "Sán", "Hà"):
        assert misspells_word(value), value
    for value in ("Việt Nam", "Tày", "Mường", "Sán Dìu", "Ê Đê", "Lào", "Hoa Kỳ", "H'Mông"):
        assert not misspells_word(value), value
    for value in ("Ê-đê", "Êđê", "Ba-na", "Gia-rai", "Cơ-ho", "Xtiêng", "Hmông", "Bru-Vân Kiều"):
        assert not misspells_word(value), value
        assert not is_garbled(value), value
    born = sheet("GIẤY KHAI SINH", "Giới tính: Nữ", "Dân tộc: Tay", "Quốc tịch: Việt", "Quê quán:")
    assert [said(born, name) for name in ("ethnicity", "nationality")] == [(None, "handwritten")] * 2


def test_the_day_of_birth_is_not_the_day_of_issue() -> None:
    died = sheet("GIẤY BÁO TỬ", "Họ và tên: TRẦN VĂN VÍ", "Ngày, tháng, năm sinh", "ngày 02 tháng 6 năm 1985")
    assert said(died, "issued_on") == (None, "absent")
    assert said(died, "date_of_birth") == ("1985-06-02", "read")
    diploma = sheet(
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "BẰNG TỐT NGHIỆP", "Ngày sinh: ngày 25 tháng 11 năm 1990"
    )
    assert said(diploma, "issued_on") == (None, "absent")
    signed = sheet("BẰNG TỐT NGHIỆP", "Ngày sinh: 25/11/1990", "Ví Dụ, ngày 02 tháng 4 năm 2012")
    assert said(signed, "issued_on") == ("2012-04-02", "read")


@pytest.mark.parametrize("name", ["PHẠM CÔNG SỞ", "PHẠM THỊ SÓ", "NGUYỄN BÁ"])
def test_a_name_may_end_in_the_letters_of_a_label(name: str) -> None:
    died = sheet("GIẤY BÁO TỬ", "Họ, chữ đệm, tên người chết", name, "Nguyên nhân chết: Tuổi già")
    assert said(died, "deceased_name") == (name, "read")


def test_the_rest_of_a_broken_label_is_no_value() -> None:
    wed = sheet(
        "GIẤY CHỨNG NHẬN KẾT HÔN",
        "Họ, chữ đệm, tên vợ: LÊ THỊ MẪU",
        "Họ, chữ đệm, tên chồng: TRẦN VĂN VÍ",
        "Nơi đăng ký",
        "kết hôn: UBND xã Hoa Sen, tỉnh Ví Dụ",
    )
    assert said(wed, "registered_at")[0] in (None, "UBND xã Hoa Sen, tỉnh Ví Dụ")


def test_words_left_over_under_a_full_line_leave_its_value_open() -> None:
    before = ("GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP", "Mã số doanh nghiệp: 0099999999")
    name = "Tên công ty viết bằng tiếng Việt: CÔNG TY TNHH VẬN TẢI VÍ DỤ HẢI"
    whole = sheet(*before, name, "Vốn điều lệ: 1.000.000.000 đồng")
    assert said(whole, "company_name") == ("CÔNG TY TNHH VẬN TẢI VÍ DỤ HẢI", "read")
    more = words_of(At(300, 540, "ÂU"), 99)
    assert said(replace(whole, words=(*whole.words, *more)), "company_name") == (None, "handwritten")


def test_what_no_syllable_is_was_misread() -> None:
    for value in ("THPT Nauvẫn Trãi", "xã Trưởnc Sơn"):
        assert is_garbled(value), value
    for value in (
        "Buôn Ma Thuột, Đắk Lắk",
        "Krông Pắc",
        "Uỷ ban",
        "THPT Lò Văn Hặc",
        "Smith Johnson",
        "12/3",
    ):
        assert not is_garbled(value), value


def test_a_consonant_alone_is_what_is_left_of_a_name() -> None:
    assert all(map(has_lone_consonant, ("Bà Dương M Ánh", "Bà Trần Thị H ương")))
    assert not any(map(has_lone_consonant, ("Ông Lý A Ví", "Y Blin", "Ngô Ô", "Lê Ý")))
    land = sheet(
        "GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT", "Tên người sử dụng đất: Bà Dương M Ánh", "Thửa đất số: 5"
    )
    assert said(land, "holder_name") == (None, "handwritten")
    assert said(replace(land, origin="text-layer"), "holder_name") == ("Bà Dương M Ánh", "read")


@pytest.mark.parametrize("name", ["H Hà Êban", "Y Thắng Niê", "H' Mai Byă", "Siu H Nga", "Đinh R' Hiệp"])
def test_names_of_the_highlands_are_whole(name: str) -> None:
    land = sheet("GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT", f"Tên người sử dụng đất: Bà {name}", "Thửa đất số: 5")
    assert said(land, "holder_name") == (f"Bà {name}", "read")


@pytest.mark.parametrize("below", ["Điện thoại: 0205 3888", "II. Tài sản"])
def test_a_line_that_says_what_it_is_is_no_rest_of_the_value_above(below: str) -> None:
    place = "Số 12 đường Trần Phú, phường Đông Kinh, thành phố Lạng Sơn, tỉnh Lạng Sơn"
    company = sheet(
        "GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP",
        "Tên công ty viết bằng tiếng Việt: CÔNG TY TNHH VÍ DỤ HẢI SƠN",
        f"Địa chỉ trụ sở chính: {place}",
        below,
    )
    assert said(company, "address") == (place, "read")


def test_how_much_land_of_a_kind_there_is_is_no_label() -> None:
    land = sheet(
        "GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT",
        "Thửa đất số: 5",
        "Mục đích sử dụng: Đất ở: 60 m2; đất trồng cây lâu năm: 140 m2",
        "Thời hạn sử dụng: Lâu dài",
    )
    assert said(land, "land_use")[1] == "read"


@pytest.mark.parametrize(("word", "state"), [("mùng", "read"), ("mung", "handwritten")])
def test_a_date_in_words_is_spelt_with_its_marks(word: str, state: str) -> None:
    born = sheet("GIẤY KHAI SINH", f"Ghi bằng chữ: Ngày {word} ba tháng tư năm hai nghìn không trăm linh bẩy")
    assert fields_of(born)["date_of_birth_in_words"].state == state


def test_a_slash_within_a_value_stays_where_it_is() -> None:
    status = "Có vợ/chồng đã chết, chưa đăng ký kết hôn mới"
    single = sheet("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", f"Tình trạng hôn nhân: {status}", "Giới tính: Nam")
    assert said(single, "marital_status") == (status, "read")


def test_a_small_letter_after_a_shortened_unit_and_a_stop_for_a_comma_are_odd() -> None:
    for value in ("X. Chiềng Cơi, H. Sóc Sơn, T. sơn La", "phường Bãi Cháy, thành phố Sơn La. tỉnh Sơn La"):
        assert names_oddly(value), value
    for value in (
        "X. Chiềng Cơi, T. Sơn La",
        "P. Mẫu Đơn, TP. Ví Dụ",
        "Q. 5, TP. HCM",
        "xã Mẫu, tỉnh Ví Dụ.",
    ):
        assert not names_oddly(value), value


def test_a_number_that_was_torn_is_none() -> None:
    for text in ("5, 75 m", "12.50.3 m", "7 .14 m", "8,m"):
        assert FORMS["decimal"](text) is None, text
    for text, value in (("5,75 m", "5.75"), ("1.165 m²", "1165"), ("9.800,5 m2", "9800.5"), ("3 tầng", "3")):
        assert FORMS["decimal"](text) == value


@pytest.mark.parametrize(
    ("issuer", "state"),
    [("XÃ CAM LÝ", "handwritten"), ("THỊ TRẤN CẨM LY", "handwritten"), ("XÃ CẨM LÝ", "read")],
)
def test_issuer_and_place_do_not_differ_by_marks_alone(issuer: str, state: str) -> None:
    head = letterhead(date="Cẩm Lý, ngày 14 tháng 7 năm 2022", issuer=("ỦY BAN NHÂN DÂN", issuer))
    fields = fields_of(page(*(replace(line, sure=0.995) for line in head), *BODY))
    assert [fields[name].state for name in ("issuer", "place")] == [state, state]


def test_one_person_is_not_spelt_in_two_ways() -> None:
    born = ("GIẤY KHAI SINH", "Giới tính: Nữ", "Họ, chữ đệm, tên người cha: TRẦN MẠNH VÍ")
    once = "Họ, chữ đệm, tên người yêu cầu: TRẦN MANH VÍ"
    assert said(sheet(*born), "father_name") == ("TRẦN MẠNH VÍ", "read")
    assert said(sheet(*born, once), "father_name") == (None, "handwritten")
    child = sheet(born[0], "Họ, chữ đệm, tên: TRẦN MẠNH VỊ", *born[1:])
    names = [said(child, name) for name in ("full_name", "father_name")]
    assert names == [("TRẦN MẠNH VỊ", "read"), ("TRẦN MẠNH VÍ", "read")]


def test_an_issuer_under_a_line_that_was_not_understood_is_open() -> None:
    head = [replace(line, sure=0.97) for line in letterhead(issuer=("UBND TỈNH VÍ DỤ", "SỞ TƯ PHÁP"))]
    assert said(page(*head, *BODY), "issuer") == ("UBND TỈNH VÍ DỤ SỞ TƯ PHÁP", "read")
    torn = replace(head[0], text="UBND tỉnh Vi DU")
    assert said(page(torn, *head[1:], *BODY), "issuer") == (None, "handwritten")


def test_running_text_with_a_misread_word_is_open() -> None:
    words = words_of(At(0, 0, "Tổ chức Đại hội Thê dục thể thao lần thứ IX"), 0)
    assert not is_misread(words)
    assert is_misread([replace(w, alternatives=("Thể",)) if w.text == "Thê" else w for w in words])
    assert misspells_unit("Sở Nội vụ tính Đắk Lắk")
    assert not misspells_unit("Sở Nội vụ tỉnh Đắk Lắk, cơ quan Thuế")


def test_a_time_of_death_has_its_hour() -> None:
    assert FORMS["moment"]("6 giờ 07 phút ngày 20/04/2011") == "6 giờ 07 phút ngày 20/04/2011"
    assert FORMS["moment"]("giờ 07 phút ngày 20/04/2011") is None
    assert FORMS["moment"]("06 giờ phút ngày 20/04/2011") is None


def test_the_number_of_a_company_is_whole() -> None:
    for text in ("5656457892", "0101234567-001", "45A8001234"):
        assert FORMS["company-id"](text) == text
    assert FORMS["company-id"]("56457892") is None


def test_a_school_keeps_its_first_word() -> None:
    conferred = FORMS_ALONE["school"]
    assert conferred("HIỆU TRƯỞNG TRƯỜNG ĐẠI HỌC VÍ DỤ") == "TRƯỜNG ĐẠI HỌC VÍ DỤ"
    assert conferred("HIỆU TRƯỞNG TRƯƠNG ĐẠI HỌC VÍ DỤ") is None


def test_a_part_of_a_set_phrase_was_cut() -> None:
    for value in ("Không có", "trồng cây lâu năm", "Lâu", "Không có án ích"):
        assert is_part_of_phrase(value), value
    assert misspells_phrase("Khả")
    assert not misspells_phrase("Suy giảm khả năng, khống chế")
    for value in ("Không có án tích", "Đất ở", "Không", "Chưa đăng ký kết hôn", "Tai nạn", "Đuối nước"):
        assert not is_part_of_phrase(value), value


def test_a_value_may_begin_with_the_last_word_of_a_label() -> None:
    land = sheet("GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT", "Thửa đất số: 5", "Mục đích sử dụng Đất trồng lúa")
    assert said(land, "land_use") in (("Đất trồng lúa", "read"), (None, "handwritten"))


def test_addresses_are_whole_and_spelt_as_names() -> None:
    for value in ("Xã Lũng Cú, tỉnh sơn La", "Xóm Mới, phường DT An, tỉnh Hà Tĩnh"):
        assert names_oddly(value), value
    for value in ("huyện đảo Lý Sơn", "phường Dĩ An, TP. HCM", "phố cổ Hội An", "xã A Ngo, tỉnh Ví Dụ"):
        assert not names_oddly(value), value
    for value in ("Thửa đất số 4, tờ bản đồ số , xã Mẫu", "xã Mẫu, thành phố Sơn La tỉnh Hà Tĩnh"):
        assert lacks_something(value), value
    for value in ("phường Láng quận Ba Đình", "UBND xã Mẫu, tỉnh Ví Dụ", "Số 5 đường xã Đàn, phường Mẫu"):
        assert not lacks_something(value), value
    assert cuts_province("Xã Tân Kỳ, tỉnh Bà Rịa")
    assert not cuts_province("Xã Tân Kỳ, tỉnh Bà Rịa - Vũng Tàu")
    assert not cuts_province("Xã Tân Kỳ, tỉnh Ví Dụ")
    assert cuts_province("xã Mẫu, tỉnh Phó Yên")
    assert not cuts_province("xã Mẫu, tỉnh Đắc Nông")


def test_capitals_right_under_a_name_in_capitals_leave_it_open() -> None:
    died = sheet("GIẤY BÁO TỬ", "Họ và tên: VƯƠNG BÍCH KHÁNH", "Full name", "Ngày sinh: 24/12/1923")
    rest = words_of(At(700, 460, "THUẬN"), 99)
    assert said(died, "deceased_name") == ("VƯƠNG BÍCH KHÁNH", "read")
    assert said(replace(died, words=(*died.words, *rest)), "deceased_name") == (None, "handwritten")


def test_an_issuer_is_made_of_words_and_does_not_run_into_the_motto() -> None:
    def of(*issuer: str) -> tuple[str | None, str]:
        head = (replace(line, sure=0.97) for line in letterhead(issuer=issuer))
        return said(page(*head, *BODY), "issuer")

    assert of("UBND TỈNH VÍ DỤ", "SỞ XÂY DỰNG")[1] == "read"
    assert of("CÔNG TY CP VNG")[1] == of("PHÒNG GD&ĐT")[1] == "read"
    assert of("0CGPXDSNĐ")[1] != "read"
    assert of("ỦY BAN NHÂN DÂN")[1] != "read"
    long = [replace(line, sure=0.97) for line in letterhead(issuer=("BỘ TƯ PHÁP",))]
    over = At(200, 270, "CỤC HỘ TỊCH, QUỐC TỊCH, CHỨNG THỰĐộc lập - Tự do - Hạnh phúc", sure=0.97)
    crowded = [line for line in long if not line.text.startswith("Độc lập")]
    assert said(page(*crowded[:2], over, *crowded[2:], *BODY), "issuer")[1] != "read"


def test_a_stray_letter_is_no_part_of_a_position() -> None:
    assert usual_position("Y PHÓ CHỦ TỊCH") == "PHÓ CHỦ TỊCH"
    assert usual_position("P CHỦ TỊCH") == "P CHỦ TỊCH"


def test_the_wide_spaces_of_a_typewriter_begin_no_label() -> None:
    one = sheet("PHIẾU LÝ LỊCH TƯ PHÁP SỐ 1", "1. Họ và tên: TRẦN VĂN VÍ", "2. Giới tính: Nam")
    typed = At(300, 540, "11. Tình trạng án tích: Đã được xóa án tích", gap=48)
    with_wide = replace(one, words=(*one.words, *words_of(typed, 99)))
    assert said(with_wide, "criminal_record") == ("Đã được xóa án tích", "read")


def test_a_position_is_no_place() -> None:
    assert FORMS["place"]("PHÓ CHỦ TỊCH") is None
    assert FORMS["place"]("Xã Mẫu") == "Xã Mẫu"


@pytest.mark.parametrize("value", ["UBND THNH PHỐ VÍ DỤ", "Trà My, Nghĩa Lộ, Thai Bnh"])
def test_a_word_that_lacks_its_vowel_is_not_believed(value: str) -> None:
    assert lacks_vowel(value)


@pytest.mark.parametrize("value", ["CÔNG TY TNHH VÍ DỤ", "SỞ GD&ĐT", "VPĐKĐĐ, THPT, BCH", "Mau Co., Ltd"])
def test_what_is_short_for_something_lacks_no_vowel(value: str) -> None:
    assert not lacks_vowel(value)


def test_what_asks_for_something_else_is_no_end_of_a_place() -> None:
    one = sheet(
        "TRÍCH LỤC KẾT HÔN",
        "Nơi đăng ký kết hôn: Ủy ban nhân dân xã Mẫu, tỉnh Ví Dụ",
        "Đăng ký kết hôn số: 72/2023; Quyển số: 01/2023; ngày 26 tháng 6 năm",
        "2023",
    )
    assert said(one, "registered_at") == ("Ủy ban nhân dân xã Mẫu, tỉnh Ví Dụ", "read")


def test_the_name_of_a_certificate_in_a_sentence_ends_no_part() -> None:
    one = sheet(
        "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
        "Xét đề nghị của bà Lê Thị Minh Họa, về việc cấp Giấy xác nhận",
        "tình trạng hôn nhân",
        "Họ, chữ đệm, tên: Lê Thị Minh Họa",
        "Ngày, tháng, năm sinh: 05/12/1987",
        "Tình trạng hôn nhân: Chưa đăng ký kết hôn với ai.",
    )
    assert said(one, "full_name") == ("Lê Thị Minh Họa", "read")
    assert said(one, "date_of_birth") == ("1987-12-05", "read")


@pytest.mark.parametrize("indent", [0.0, 10.0, 12.7])
def test_a_name_of_a_company_goes_on_at_the_margin(indent: float) -> None:
    """Paragraphs begin indented, and what goes on from them begins at the margin."""
    name = "CÔNG TY TRÁCH NHIỆM HỮU HẠN MỘT THÀNH VIÊN NÔNG SẢN MẪU KIỂM THỬ"
    form = Form()
    form.motto()
    form.heading("GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP")
    form.say("Mã số doanh nghiệp: 0999999998", indent=indent)
    form.say("1. Tên công ty", indent=indent)
    form.say(f"Tên công ty viết bằng tiếng Việt: {name}", indent=indent)
    form.say("Tên công ty viết bằng tiếng nước ngoài: MAU COMPANY LIMITED", indent=indent)
    form.say("2. Địa chỉ trụ sở chính: Số 1 đường Mẫu, phường Mẫu, tỉnh Nghệ An", indent=indent)
    assert said(form.page(), "company_name") == (name, "read")


@pytest.mark.parametrize(("name", "state"), [("VĨNH NGƯƠN", "read"), ("VĨNH NGƯUN", "handwritten")])
def test_an_issuer_with_a_word_that_is_none_is_open(name: str, state: str) -> None:
    lines = letterhead("15/TB-THCS", issuer=("UBND PHƯỜNG MẪU", f"TRƯỜNG TRUNG HỌC CƠ SỞ {name}"))
    assert fields_of(page(*lines, At(1100, 700, "THÔNG BÁO"), *BODY))["issuer"].state == state


def test_a_date_in_words_is_read_to_its_end_under_that_in_figures() -> None:
    """It stands behind a gap and goes on at the margin: the year was stated as 2000."""
    form = Form(points=11)
    form.motto()
    form.heading("GIẤY KHAI SINH")
    form.say("Họ, chữ đệm, tên: Trần Thị Ví Dụ")
    in_words = "ghi bằng chữ: Ngày mồng ba, tháng mười hai, năm hai nghìn"
    form.beside((form.margin, "Ngày, tháng, năm sinh: 03/12/2018"), (92, in_words))
    form.say("không trăm mười tám")
    form.say("Giới tính: Nữ  Dân tộc: Kinh  Quốc tịch: Việt Nam")
    form.say("Họ, chữ đệm, tên người mẹ: Lê Thị Mẫu")
    form.say("Họ, chữ đệm, tên người cha: Trần Văn Mẫu")
    whole = "Ngày mồng ba, tháng mười hai, năm hai nghìn không trăm mười tám"
    assert said(form.page(), "date_of_birth_in_words") == (whole, "read")


def test_a_sentence_is_no_broken_label() -> None:
    """`Giấy này có giá trị` and `sử dụng để:` make a label, but not over the words between them."""
    single = sheet(
        "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
        "Họ và tên: TRẦN VĂN VÍ",
        "Giấy này có giá trị sử dụng trong thời hạn 06 tháng kể từ ngày cấp, được",
        "sử dụng để: Bổ túc hồ sơ.",
    )
    assert "thời hạn" not in (said(single, "purpose")[0] or "")


def test_the_first_item_is_no_part_of_the_subject() -> None:
    title = (centred(500, "THÔNG CÁO"), centred(570, "Kiểm tra công tác phòng cháy tại các cơ sở"))
    body = (
        At(380, 650, "1. Các phòng, ban chuyên môn khẩn trương rà soát nội dung thuộc lĩnh vực"),
        At(380, 720, "phụ trách, tổng hợp số liệu theo đề cương gửi kèm công văn này."),
        At(380, 790, "2. Giao Văn phòng chủ trì theo dõi, đôn đốc, kịp thời báo cáo vướng mắc."),
    )
    assert "Các phòng" not in (said(page(*letterhead(), *title, *body), "subject")[0] or "")


@pytest.mark.parametrize(
    ("line", "issuer"),
    [("Sở VĂN HÓA VÀ THỂ THAO", "SỞ VĂN HÓA VÀ THỂ THAO"), ("CÔNG TY TNHH TM&DVAN PHÁT", None)],
)
def test_an_issuer_is_in_capitals_and_not_glued(line: str, issuer: str | None) -> None:
    lines = letterhead("15/TB-VP", issuer=("UBND TỈNH VÍ DỤ", line))
    value = said(page(*lines, At(1100, 700, "THÔNG BÁO"), *BODY), "issuer")[0]
    assert (value and value.removeprefix("UBND TỈNH VÍ DỤ ")) == issuer


def test_an_ampersand_is_a_part_of_a_name() -> None:
    """It was taken for what readers make of a rule."""
    name = "CÔNG TY TNHH DỊCH VỤ & DU LỊCH MẪU"
    form = Form()
    form.motto()
    form.heading("GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP")
    form.say("Mã số doanh nghiệp: 0999999998")
    form.say(f"Tên công ty viết bằng tiếng Việt: {name}")
    form.say("Địa chỉ trụ sở chính: Số 1 đường Mẫu, phường Mẫu, tỉnh Nghệ An")
    assert said(form.page(), "company_name") == (name, "read")
