"""Right values of ordinary papers that look like doubtful ones, and are read all the same."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from ocr.fields.doubts import (
    is_remnant,
    is_torn,
    is_torn_name,
    misspells_phrase,
    misspells_place,
    names_oddly,
)
from ocr.fields.extraction import extract
from ocr.fields.forms import FORMS
from ocr.kinds.catalogue import catalogue
from ocr.kinds.classification import classify
from ocr.recognition import Box, Field, Page, Region, Word
from tests.ocr.letterheads import DOCUMENTS
from tests.ocr.test_fields import decision
from tests.ocr.test_fields_forms import sheet
from tests.ocr.typed import BODY, At, letterhead, page

DECISION = next(name for name, one in DOCUMENTS.items() if one.kind == "QĐ")


def fields_of(one: Page) -> Mapping[str, Field]:
    return extract([one], classify([one]))


def values(one: Page) -> dict[str, str | None]:
    return {name: field.value for name, field in fields_of(one).items() if field.state == "read"}


@pytest.mark.parametrize("name", ["VÕ VĂN AN", "CHÂU THỊ VÍ DỤ", "TRẦN THỊ VÍ DỤ"])
@pytest.mark.parametrize("colon", [":", ""])
def test_a_family_name_is_not_the_end_of_another_label(name: str, colon: str) -> None:
    criminal = sheet(
        "PHIẾU LÝ LỊCH TƯ PHÁP SỐ 1",
        f"1. Họ và tên{colon} {name}",
        "2. Giới tính: Nữ",
        "3. Ngày, tháng, năm sinh: 03/04/1992",
        "6. Họ và tên vợ: LÊ THỊ MẪU",
        "Ngày, tháng, năm sinh: 05/06/1993",
        "Tình trạng án tích: Không có án tích",
    )
    found = values(criminal)
    assert (found["full_name"], found["date_of_birth"]) == (name, "1992-04-03")
    born = sheet(
        "GIẤY KHAI SINH",
        f"Họ, chữ đệm, tên{colon} {name}",
        "Ngày, tháng, năm sinh: 03/04/2022",
        "Họ, chữ đệm, tên người mẹ: LÊ THỊ MẪU",
        "Ngày, tháng, năm sinh: 1993",
        "Quê quán: Xã Mẫu, tỉnh Ví Dụ",
    )
    found = values(born)
    assert (found["full_name"], found["date_of_birth"]) == (name, "2022-04-03")
    assert "hometown" not in found


def test_the_part_about_another_begins_below_the_first_ones() -> None:
    found = values(
        sheet(
            "TỜ KHAI",
            "Đề nghị cấp hộ chiếu phổ thông",
            "1. Họ và tên: TRẦN THỊ VÍ DỤ",
            "2. Ngày sinh: 03/04/1992",
            "3. Nơi thường trú: Xã Mẫu, tỉnh Ví Dụ",
            "Đề nghị cơ quan cấp cho người dưới đây:",
            "Số định danh cá nhân: 099192000002",
        )
    )
    assert (found["full_name"], found["date_of_birth"]) == ("TRẦN THỊ VÍ DỤ", "1992-04-03")
    assert "personal_id" not in found


def test_the_other_part_is_cut_off_where_the_first_is_not_on_the_page() -> None:
    found = values(
        sheet(
            "GIẤY KHAI SINH",
            "Họ, chữ đệm, tên người mẹ: LÊ THỊ MẪU",
            "Ngày, tháng, năm sinh: 1993",
            "Quê quán: Xã Mẫu, tỉnh Ví Dụ",
        )
    )
    assert "date_of_birth" not in found
    assert "hometown" not in found


def test_a_kind_says_once_where_the_part_about_another_begins() -> None:
    fields = catalogue()["giay-khai-sinh"].fields
    assert set(fields["mother_name"].labels) <= set(fields["full_name"].until)
    assert fields["mother_name"].until == ()


@pytest.mark.parametrize("spelling", ["Uỷ", "Ủy"])
def test_a_tone_over_either_vowel_is_right(spelling: str) -> None:
    assert not misspells_phrase(f"{spelling} ban nhân dân xã Mẫu")
    assert misspells_phrase("Uy ban nhân dân xã Mẫu")
    born = sheet(
        "GIẤY KHAI SINH",
        f"Nơi đăng ký khai sinh: {spelling} ban nhân dân xã Mẫu",
        "Giới tính: Nữ",
        "Quê quán:",
    )
    assert values(born)["registered_at"] == f"{spelling} ban nhân dân xã Mẫu"


@pytest.mark.parametrize(
    "place",
    [
        "Xã Đông Xuân, huyện Sóc Sơn, thành phố Hà Nội",
        "Nam Thanh, Nam Trực, Nam Định",
        "Xã Đông Thanh, huyện Lâm Hà, tỉnh Lâm Đồng",
        "Cam Thành, Cam Ranh, Khánh Hòa",
    ],
)
def test_a_commune_that_is_no_more_is_spelt_as_it_was(place: str) -> None:
    assert not misspells_place(place)
    seen = Word("Đông", Box(0, 0, 9, 9), 0.99, alternatives=("Đồng",))
    assert misspells_place("Xã Đông Xuân, huyện Sóc Sơn", [seen])
    assert misspells_place("xã Hoa Sen, tỉnh Nghê An")
    assert misspells_place("phường Hoàn Kiêm, TP. Hà Nội")


@pytest.mark.parametrize(
    ("year", "sure", "state"),
    [(2024, 0.995, "read"), (2026, 0.995, "handwritten"), (2024, 0.98, "handwritten")],
)
def test_the_issuer_of_a_paper_from_before_the_merger_may_be_a_former_commune(
    year: int, sure: float, state: str
) -> None:
    head = letterhead(
        date=f"Đông Xuân, ngày 05 tháng 3 năm {year}", issuer=("ỦY BAN NHÂN DÂN", "XÃ ĐÔNG XUÂN")
    )
    surer = [replace(line, sure=sure) for line in head]
    assert fields_of(page(*surer, *BODY))["issuer"].state == state


def test_common_words_are_no_misspelt_units() -> None:
    for value in (
        "cơ quan Công an xã Mẫu",
        "địa phương Hà Nội",
        "Trung tâm điều dưỡng Người có công",
        "phường Láng tp Hà Nội",
        "xã Mẫu ấp Bình Hòa",
        "phường Láng tp. Hà Nội",
    ):
        assert not names_oddly(value), value
    assert names_oddly("quan Ba Đình")
    died = sheet(
        "GIẤY BÁO TỬ", "Nơi chết: Bệnh viện Ví Dụ", "Nguyên nhân chết: Theo cơ quan Công an, đuối nước"
    )
    assert values(died)["cause"] == "Theo cơ quan Công an, đuối nước"


def test_a_letter_that_names_something_is_no_torn_word() -> None:
    for value in ("Viêm gan B", "Khu phố B", "KHU PHỐ C", "Cúm B"):
        assert not is_torn(value), value
    for value in ("Viêm gan d", "xã B", "phường H", "Lê L"):
        assert is_torn(value), value


def test_an_address_may_say_what_it_is_now() -> None:
    for text in (
        "xã Hòa Tiến, huyện Hòa Vang (nay là xã Hòa Tiến, thành phố Đà Nẵng)",
        "xã Mẫu, nay thuộc phường Ví Dụ",
        "Số 5 đường Kính Chủ, phường Mẫu",
    ):
        assert FORMS["place"](text) is not None, text
    assert FORMS["place"]("Nay tôi làm đơn này") is None
    assert FORMS["place"]("Kính đề nghị Ủy ban nhân dân xã Mẫu") is None


def test_families_with_short_names() -> None:
    for name in ("TRÁNG A SÁNG", "PHÀNG A CHÚ", "CỨ A DÊ", "CƯ A CHẢO", "A THUN", "DƯ VĂN MẪU", "Ô VĂN MẪU"):
        assert not is_torn_name(name), name
        words = [Word(text, Box(0, 0, 9, 9), 0.98) for text in name.split()]
        assert not is_torn_name(name, words)
        assert is_torn_name(name, [replace(words[0], confidence=0.95), *words[1:]])
        assert is_torn_name(name, [replace(words[0], alternatives=("LÝX",)), *words[1:]])


@pytest.mark.parametrize("text", ["B11", "B1 số tự động", "B1 số tự động, C", "A1, B2", "A1 B", "BE C1E"])
def test_classes_of_driving_licences(text: str) -> None:
    assert FORMS["class"](text) == text
    assert FORMS["class"](f"{text} x") is None


def test_nine_figures_are_an_older_number_where_the_label_allows_it() -> None:
    assert FORMS["personal-id"]("CMND/CCCD số 025123456 cấp ngày 01/02/2010") == "025123456"
    assert FORMS["personal-id"]("CCCD số 025123456") is None
    assert FORMS["personal-id"]("Giấy chứng minh nhân dân hoặc căn cước: 025123456") == "025123456"


def test_a_place_may_be_one_word() -> None:
    for value in ("Pháp", "TP.HCM", "Huế", "Xã Mẫu"):
        assert not is_remnant(value), value
        assert FORMS["place"](value) == value
    for value in ("Láng", "Hà", "tỉnh", "Residence"):
        assert is_remnant(value), value
    born = sheet("GIẤY KHAI SINH", "Giới tính: Nữ", "Nơi sinh: Pháp", "Quê quán: Láng")
    fields = fields_of(born)
    assert fields["place_of_birth"].value == "Pháp"
    assert fields["hometown"].state == "handwritten"
    assert values(replace(born, origin="text-layer"))["hometown"] == "Láng"


@pytest.mark.parametrize("under", ["(Ký, ghi rõ họ tên)", "(Chữ ký, dấu)", "Trang 1/2"])
def test_print_under_a_position_is_no_signer(under: str) -> None:
    lines = [line for line in decision() if line.y < 2400]
    block = [At(380, 2400, "Nơi nhận:"), At(1560, 2420, "CHỦ TỊCH"), At(1520, 2500, under)]
    fields = fields_of(page(*lines, *block))
    assert fields["signer"].state == "absent"
    assert fields["position"].value == "CHỦ TỊCH"
    signed = replace(page(*lines, *block), regions=(Region("signature", Box(1500, 2560, 1900, 2700), 0.8),))
    field = fields_of(signed)["signer"]
    assert (field.state, field.box) == ("handwritten", Box(1500, 2560, 1900, 2700))


@pytest.mark.parametrize(
    "name", ["Sùng Thị Giả", "Thào A Giả", "Đèo Văn Giả", "Lường Thị Giả", "Quàng Văn Giả", "Tẩn Mẩy Giả"]
)
def test_families_of_the_highlands_sign(name: str) -> None:
    found = fields_of(replace(DOCUMENTS["commune-report"], name=name).draw().page())
    assert (found["signer"].value, found["position"].value) == (name, "CHỦ TỊCH")


@pytest.mark.parametrize("name", ["Lương Thị Giả", "Lượng Thị Giả"])
def test_a_family_that_lost_its_marks_does_not(name: str) -> None:
    found = fields_of(replace(DOCUMENTS["commune-report"], name=name).draw().page())
    assert found["signer"].state == ("read" if name.startswith("Lương") else "handwritten")


@pytest.mark.parametrize(
    "issuer",
    [
        ("ỦY BAN NHÂN DÂN TỈNH VÍ DỤ", "VĂN PHÒNG"),
        ("BỘ Y TẾ", "VĂN PHÒNG"),
        ("ỦY BAN NHÂN DÂN", "TP. VÍ DỤ"),
        ("CÔNG AN", "TX MẪU ĐƠN"),
        ("HỘI ĐỒNG NHÂN DÂN", "P. MẪU ĐƠN"),
    ],
)
def test_an_office_and_a_unit_for_short_name_an_issuer(issuer: tuple[str, ...]) -> None:
    one = replace(DOCUMENTS[DECISION], issuer=issuer).draw().page()
    assert values(one)["issuer"] == " ".join(issuer)


@pytest.mark.parametrize("place", ["TP. Hồ Chí Minh", "TX. Ví Dụ", "Quận 1", "Phường 9"])
def test_a_place_with_a_unit_for_short_or_a_figure_is_whole(place: str) -> None:
    one = replace(DOCUMENTS[DECISION], date=f"{place}, ngày 05 tháng 3 năm 2024").draw().page()
    assert (values(one)["place"], values(one)["date"]) == (place, "2024-03-05")
