"""How land is used and whose it is besides, and how a building may stand: what a permit prints of it."""

from tests.ocr.test_fields_forms import read, sheet
from tests.ocr.typed import At, centred, page

LAND = ("GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT", "Ông: ĐẶNG VĂN MẪU, CMND số: 212345679")


def test_the_second_holder_is_the_one_below_the_first() -> None:
    code, found = read(sheet(*LAND, "và vợ là bà: LÊ THỊ MẪU, năm sinh: 1965", "Thửa đất số: 12"))
    assert code == "giay-chung-nhan-quyen-su-dung-dat"
    assert found["second_holder_name"] == "LÊ THỊ MẪU"
    assert found["holder_name"] == "ĐẶNG VĂN MẪU"
    assert "second_holder_name" not in read(sheet(*LAND, "Thửa đất số: 12"))[1]


def test_the_use_of_land_is_whole_or_open() -> None:
    rows = ("Thửa đất số: 12", "Tờ bản đồ số: 4", "Diện tích: 96 m²")
    found = read(sheet(*LAND, *rows, "Hình thức sử dụng: riêng: 96 m2; chung: không m2"))[1]
    assert found["use_form"] == "riêng: 96 m²; chung: không m²"
    assert "use_form" not in read(sheet(*LAND, *rows, "Hình thức sử dụng: riêng: 96 m; chung"))[1]


def test_the_area_of_one_of_several_parcels_is_not_the_papers() -> None:
    heads = [At(300, 700, "Số thửa"), At(800, 700, "Diện tích (m²)"), At(1500, 700, "Ghi chú")]
    first, second = [At(300, 780, "204"), At(800, 780, "300")], [At(300, 860, "207"), At(800, 860, "964")]
    title = [centred(300, "GIẤY CHỨNG NHẬN"), centred(370, "QUYỀN SỬ DỤNG ĐẤT")]
    assert read(page(*title, *heads, *first))[1]["area_m2"] == "300"
    assert "area_m2" not in read(page(*title, *heads, *first, *second))[1]


def test_a_value_beside_its_label_is_told_whatever_the_next_row_has() -> None:
    title = [centred(300, "GIẤY CHỨNG NHẬN"), centred(370, "QUYỀN SỬ DỤNG ĐẤT")]
    rows = [
        At(300, 700, "Diện tích:"),
        At(900, 700, "300 m²"),
        At(300, 780, "Khu phụ:"),
        At(900, 780, "120 m²"),
    ]
    assert read(page(*title, *rows))[1]["area_m2"] == "300"


def test_the_head_of_a_table_under_a_label_is_no_answer() -> None:
    """`Bản án số | Ngày tuyên` under `Tình trạng án tích` was told as the criminal record."""
    title = [centred(300, "PHIẾU LÝ LỊCH TƯ PHÁP SỐ 2"), At(300, 500, "Họ và tên: LÊ THỊ VÍ")]
    label, answer = At(300, 700, "Tình trạng án tích:"), At(400, 780, "Không có án tích")
    table = [At(400, 780, "Bản án số"), At(1300, 780, "Ngày tuyên")]
    assert read(page(*title, label, answer))[1]["criminal_record"] == answer.text
    assert "criminal_record" not in read(page(*title, label, *table))[1]
    for beside in ("Ngày sinh: 01/02/1990", "(theo cơ sở dữ liệu)"):  # the other column of a form
        assert read(page(*title, label, answer, At(1300, 780, beside)))[1]["criminal_record"] == answer.text


def test_how_a_building_may_stand() -> None:
    rows = (
        "GIẤY PHÉP XÂY DỰNG",
        "1. Cấp cho: Ông Hồ Văn Mẫu",
        "- Loại công trình: Nhà ở riêng lẻ",
        "- Cấp công trình: Cấp III",
        "- Cốt nền xây dựng: cao hơn vỉa hè 0,3 m",
        "- Chỉ giới xây dựng: cách tim đường 6 m",
        "- Mật độ xây dựng: 62,5%; hệ số sử dụng đất: 2,4",
        "- Diện tích xây dựng tầng 1: 81,5 m²; tổng diện tích sàn: 245,5 m²",
    )
    found = read(sheet(*rows))[1]
    names = (
        "works_type",
        "works_grade",
        "ground_level",
        "building_line",
        "density_percent",
        "floor_area_ratio",
    )
    assert [found[name] for name in (*names, "ground_floor_area_m2", "floor_area_m2")] == [
        "Nhà ở riêng lẻ",
        "Cấp III",
        "cao hơn vỉa hè 0,3 m",
        "cách tim đường 6 m",
        "62.5",
        "2.4",
        "81.5",
        "245.5",
    ]
    blurred = tuple(row.replace("vỉa", "via").replace("62,5%", "62,5") for row in rows)
    assert not {"ground_level", "density_percent"} & set(read(sheet(*blurred))[1])
