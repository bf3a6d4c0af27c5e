"""What contradicts something else on the paper is said, and nothing is changed by it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from ocr.checks.crosschecks import check
from ocr.checks.machine_zone import check_digit, machine_zone
from ocr.fields.extraction import extract
from ocr.fields.spoken_dates import spoken_date
from ocr.kinds.classification import classify
from ocr.recognition import Box, Field, Kind
from tests.ocr.identity_papers import identity_card_2024
from tests.ocr.typed import At, page

LETTER = Kind("CV", "Công văn", 0.9, ".")


def read(**values: str) -> dict[str, Field]:
    return {name: Field(value, 0.9, 1, Box(0, 0, 9, 9), "read") for name, value in values.items()}


def codes(*kind: Kind, qr: Iterable[str] = (), **values: Any) -> set[str]:
    return {notice.code for notice in check((*kind, LETTER)[0], read(**values), [], qr)}


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Ngày mùng hai tháng một năm hai nghìn không trăm hai mươi sáu", "2026-01-02"),
        ("chín tháng mười hai năm hai nghìn không trăm linh tám", "2008-12-09"),
        ("ngày ba mươi mốt, tháng năm, năm một nghìn chín trăm chín mươi lăm", "1995-05-31"),
        ("ngày mười lăm tháng giêng năm một ngàn chín trăm tám tư", "1984-01-15"),
        ("ngày hai mươi tháng mười năm một nghìn chín trăm năm mươi", "1950-10-20"),
        ("ngày ba mươi tháng hai năm hai nghìn", None),
        ("ngày nào đó", None),
    ],
)
def test_dates_in_words(text: str, iso: str | None) -> None:
    assert spoken_date(text) == iso


def test_a_date_in_words_that_is_another_than_in_figures() -> None:
    words = "Ngày mùng ba tháng một năm hai nghìn không trăm hai mươi sáu"
    assert codes(date_of_birth="2026-01-02", date_of_birth_in_words=words) == {"date-words"}
    assert codes(date_of_birth="2026-01-03", date_of_birth_in_words=words) == set()


def test_a_personal_number_against_year_and_sex() -> None:
    fits = {"personal_id": "001190000123", "date_of_birth": "1990-05-06", "sex": "Nữ"}
    assert codes(**fits) == set()
    assert codes(**fits | {"date_of_birth": "1991-05-06"}) == {"personal-id-birth-year"}
    assert codes(**fits | {"sex": "Nam"}) == {"personal-id-sex"}
    assert codes(**fits | {"personal_id": "003190000123"}) == {"personal-id-province"}
    assert codes(personal_id="001205000123", date_of_birth="2005") == set()
    assert codes(husband_personal_id="001190000123") == {"personal-id-sex"}


def test_an_issuer_against_the_units_of_the_day() -> None:
    district = {"issuer": "ỦY BAN NHÂN DÂN HUYỆN GIẢ ĐỊNH"}
    assert codes(**district, date="2025-06-30") == set()
    assert codes(**district, date="2025-07-01") == {"issuer-district"}
    assert codes(issuer="ỦY BAN NHÂN DÂN TỈNH HÀ GIANG", date="2026-01-05") == {"issuer-province"}
    assert codes(issuer="ỦY BAN NHÂN DÂN PHƯỜNG BA ĐÌNH", date="2026-01-05", place="Ba Đình") == set()
    assert codes(issuer="ỦY BAN NHÂN DÂN PHƯỜNG BA ĐÌNH", place="Hoàn Kiếm") == {"issuer-place"}
    assert codes(issuer="ỦY BAN NHÂN DÂN XÃ KHÔNG CÓ", date="2026-01-05") == {"issuer-commune"}


@pytest.mark.parametrize(
    ("issuer", "day"),
    [
        ("ỦY BAN NHÂN DÂN TỈNH NGHỆ", "2019-05-06"),  # `AN` stood on a line of its own
        ("ỦY BAN NHÂN DÂN TỈNH HÀ GIANG", "2025-07-01"),
        ("SỞ Y TẾ TỈNH HÀ GIANG", "2026-01"),
        ("HỘI ĐỒNG NHÂN DÂN TỈNH BÌNH PHƯỚC", "2026"),
        ("BẢO HIỂM XÃ HỘI TỈNH THÁI BỈNHH", "2020-02-03"),
        ("ỦY BAN NHÂN DÂN THÀNH PHỐ THỦ ĐỨC", "2026-01-05"),
    ],
)
def test_a_province_that_is_none_on_the_day_of_the_paper(issuer: str, day: str) -> None:
    assert codes(issuer=issuer, date=day) == {"issuer-province"}


@pytest.mark.parametrize(
    "issuer",
    ["CÔNG AN XÃ KHÔNG CÓ", "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG PHƯỜNG BA ĐÍN", "UBND ĐẶC KHU KHÔNG CÓ"],
)
def test_a_commune_that_is_none_since_the_mergers(issuer: str) -> None:
    assert codes(issuer=issuer, date="2026-01-05") == {"issuer-commune"}
    assert codes(issuer=issuer, date="2025-06-30") == set(), "communes of that time are not known"


@pytest.mark.parametrize("day", ["2019-05-06", "2025-06-30", "2025-07", "2026-01-05"])
@pytest.mark.parametrize(
    "issuer",
    [
        "BỘ Y TẾ",
        "BỘ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI",
        "SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI",
        "VIỆN HÀN LÂM KHOA HỌC XÃ HỘI VIỆT NAM",
        "BẢO HIỂM XÃ HỘI VIỆT NAM",
        "BẢO HIỂM XÃ HỘI TỈNH NGHỆ AN",
        "UBND TỈNH HÀ TĨNH SỞ NỘI VỤ",
        "ỦY BAN NHÂN DÂN TỈNH ĐẮC LẮC",
        "ỦY BAN NHÂN DÂN THÀNH PHỐ HỒ CHÍ MINH",
        "SỞ TÀI CHÍNH THÀNH PHỐ HÀ NỘI PHÒNG ĐĂNG KÝ KINH DOANH",
        "CÔNG AN TỈNH PHÒNG HỒ SƠ NGHIỆP VỤ",
        "TỈNH ỦY VÍ DỤ",
        "ĐẢNG ỦY PHƯỜNG BA ĐÌNH",
        "CỤC THUẾ",
        "VPCP",
        "TẬP ĐOÀN DỆT MAY TỈNH GIẢ ĐỊNH",
        "CÔNG TY CỔ PHẦN CẤP NƯỚC TỈNH GIẢ ĐỊNH",
        "HỢP TÁC XÃ NÔNG NGHIỆP GIẢ ĐỊNH",
        "TRƯỜNG TIỂU HỌC XÃ GIẢ ĐỊNH",
        "BỆNH VIỆN ĐA KHOA TỈNH GIẢ ĐỊNH",
        "TRUNG TÂM ĐĂNG KIỂM PHƯƠNG TIỆN",
        "SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG",
        "BAN CHỈ ĐẠO CẤP TỈNH GIẢM NGHÈO",
    ],
)
def test_who_carries_no_name_of_a_unit_or_a_right_one_raises_no_alarm(issuer: str, day: str) -> None:
    assert codes(issuer=issuer, date=day) == set()


@pytest.mark.parametrize("issuer", ["ỦY BAN NHÂN DÂN", "UBND PHƯỜNG", "HỘI ĐỒNG NHÂN DÂN TỈNH"])
def test_a_council_of_nowhere_was_cut(issuer: str) -> None:
    assert codes(issuer=issuer, date="2019-05-06") == {"issuer-cut"}


@pytest.mark.parametrize(
    ("issuer", "place", "day"),
    [
        ("ỦY BAN NHÂN DÂN PHƯỜNG QUI NHƠN", "Quy Nhơn", "2026-02-03"),
        ("ỦY BAN NHÂN DÂN PHƯỜNG VĨ DẠ", "Vỹ Dạ", "2026-02-03"),
        ("ỦY BAN NHÂN DÂN XÃ QUẢN BẠ", "Quản Bạ", "2026-02-03"),
        ("ỦY BAN NHÂN DÂN PHƯỜNG 12", "Gò Vấp", "2019-05-06"),
        ("ỦY BAN NHÂN DÂN PHƯỜNG SÀI GÒN", "Thành phố Hồ Chí Minh", "2026-02-03"),
        ("ỦY BAN NHÂN DÂN PHƯỜNG BA ĐÌNH", "Hà Nội", "2026-02-03"),
        ("ỦY BAN NHÂN DÂN XÃ HOA SEN", "Huyện Giả Định", "2019-05-06"),
        ("TRẠM Y TẾ XÃ HOA SEN", "Hoa Sen", "2026-02-03"),
        ("ĐOÀN LUẬT SƯ TỈNH BÌNH DƯƠNG", "Bình Dương", "2026-02-03"),
        ("PHÒNG CÔNG CHỨNG SỐ 1 TỈNH BÌNH DƯƠNG", "Bình Dương", "2026-02-03"),
    ],
)
def test_an_odd_but_right_issuer_raises_no_alarm(issuer: str, place: str, day: str) -> None:
    assert codes(issuer=issuer, place=place, date=day) == set()


def test_a_district_is_known_by_its_marks() -> None:
    assert codes(issuer="ỦY BAN NHÂN DÂN QUẬN BA ĐÌNH", date="2026-02-03") == {"issuer-district"}


def test_a_symbol_against_kind_issuer_and_year() -> None:
    decision = Kind("QĐ", "Quyết định", 0.9, ".")
    assert codes(decision, symbol="QĐ-UBND", issuer="ỦY BAN NHÂN DÂN TỈNH VÍ DỤ") == set()
    assert codes(decision, symbol="TB-UBND") == {"symbol-kind"}
    assert codes(decision, symbol="QĐ-UBND", issuer="SỞ NỘI VỤ") == {"symbol-issuer"}
    assert codes(decision, symbol="2024/QĐ-HĐQT", date="2023-05-06") == {"symbol-year"}


def test_the_code_of_a_card_against_print() -> None:
    text = "001190000123|012345678|Nguyễn Thị Ví Dụ|01021990|Nữ|Tổ 5, Mẫu Đơn|20102021"
    fits = {"personal_id": "001190000123", "full_name": "NGUYỄN THỊ VÍ DỤ", "date_of_birth": "1990-02-01"}
    assert codes(qr=(text,), **fits) == set()
    assert codes(qr=(text,), **fits | {"date_of_birth": "1990-02-07"}) == {"qr-date-of-birth"}
    assert codes(qr=(text,), **fits | {"date_of_birth": "1990"}) == set()  # the year alone is printed
    assert codes(qr=("https://example.vn/abc",), **fits) == set()


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Nguyễn Thị Hoà Ví Dụ", set()),  # the mark of a tone has two places
        ("NGUYEN THI HOA VI DU", set()),  # some codes are written without any
        ("Nguyễn Thị Hóa Ví Dụ", {"qr-full-name"}),
        ("Nguyễn Thị Hoa Ví Dụ", {"qr-full-name"}),
    ],
)
def test_the_code_of_a_card_against_the_marks_of_a_name(name: str, found: set[str]) -> None:
    text = f"001190000123||{name}|01021990|Nữ|Tổ 5, Mẫu Đơn|20102021"
    assert codes(qr=(text,), full_name="NGUYỄN THỊ HÒA VÍ DỤ") == found


def test_the_check_digit_is_that_of_icao_9303() -> None:
    assert (check_digit("L898902C3"), check_digit("740812"), check_digit("120415")) == (6, 2, 9)


def zone(born: str) -> list[At]:
    rows = [
        f"IDVNM095000018{check_digit('095000018')}099095000018<<0",
        f"{born}{check_digit(born)}M350817{check_digit('350817')}VNM<<<<<<<<<<<2",
        "TRAN<<VAN<GIA<SU<<<<<<<<<<<<<<",
    ]
    return [At(100, 900 + 60 * i, row) for i, row in enumerate(rows)]


def test_the_lines_for_machines_against_print() -> None:
    card = page(*zone("950817"))
    found = machine_zone([card], date(2026, 1, 1))
    assert found is not None
    assert (found.personal_id, found.date_of_birth, found.sex) == ("099095000018", "1995-08-17", "Nam")
    printed = read(date_of_birth="1995-08-11", full_name="TRẦN VĂN GIẢ SỬ", sex="Nam")
    assert {n.code for n in check(LETTER, printed, [card])} == {"mrz-date-of-birth"}


def test_figures_in_a_name_of_the_machines_are_letters() -> None:
    card = page(*(At(line.x, line.y, line.text.replace("GIA<SU", "G1A<5U")) for line in zone("950817")))
    assert not check(LETTER, read(full_name="TRẦN VĂN GIẢ SỬ"), [card])


def test_a_zone_whose_check_digit_fails_accuses_nobody() -> None:
    card = page(*(At(line.x, line.y, line.text.replace("9508174", "9508114")) for line in zone("950817")))
    assert not check(LETTER, read(date_of_birth="1995-08-17"), [card])


def test_a_sound_card_raises_nothing_about_its_print() -> None:
    pages = [form.page(number) for number, form in enumerate(identity_card_2024()[0], 1)]
    kind = classify(pages)
    found = check(kind, extract(pages, kind), pages)
    assert {notice.code for notice in found} == {"personal-id-province"}  # no such province: it is fictional
    assert all(notice.vi.endswith(".") and notice.en.endswith(".") for notice in found)
