"""Forms and cards of the desk as they are printed, with people who do not exist."""

from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.recognition import Field, Page
from tests.ocr.typed import At, page


def card(*lines: str, step: int = 42) -> Page:
    """A card at 300 dpi: its lines from top to bottom, titles in the middle; `step` from line to line."""
    placed = []
    for index, text in enumerate(lines):
        width = sum(len(word) * 14 + 8 for word in text.split())
        placed.append(At((1010 - width) // 2 if text.isupper() else 330, 20 + step * index, text, 24, gap=8))
    return page(*placed, width=1010, height=640)


def sheet(*lines: str) -> Page:
    """An A4 form: its lines from top to bottom, titles in the middle."""
    placed = []
    for index, text in enumerate(lines):
        width = sum(len(word) * 24 + 14 for word in text.split())
        placed.append(At((2480 - width) // 2 if text.isupper() else 300, 300 + 80 * index, text))
    return page(*placed)


def read(one: Page) -> tuple[str, dict[str, str | None]]:
    kind = classify([one])
    fields: dict[str, Field] = extract([one], kind)
    return kind.code, {name: field.value for name, field in fields.items() if field.state == "read"}


def test_identity_card() -> None:
    assert read(
        card(
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc",
            "CĂN CƯỚC CÔNG DÂN",
            "Citizen Identity Card",
            "Số / No.: 099190000001",
            "Họ và tên / Full name:",
            "NGUYỄN VĂN MẪU",
            "Ngày sinh / Date of birth: 01/02/1990",
            "Giới tính / Sex: Nam Quốc tịch / Nationality: Việt Nam",
            "Quê quán / Place of origin:",
            "Phường Mẫu, Thành phố Ví Dụ",
            "Nơi thường trú / Place of residence: Số 1",
            "đường Giả Định, Phường Mẫu",
            "Có giá trị đến: 01/02/2030",
        )
    ) == (
        "can-cuoc",
        {
            "personal_id": "099190000001",
            "full_name": "NGUYỄN VĂN MẪU",
            "date_of_birth": "1990-02-01",
            "sex": "Nam",
            "nationality": "Việt Nam",
            "hometown": "Phường Mẫu, Thành phố Ví Dụ",
            "residence": "Số 1 đường Giả Định, Phường Mẫu",
            "valid_until": "2030-02-01",
        },
    )


def test_driving_licence() -> None:
    code, found = read(
        card(
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "GIẤY PHÉP LÁI XE",
            "Số/No: 990123456789",
            "Họ tên/Full name: TRẦN THỊ VÍ DỤ",
            "Ngày sinh/Date of Birth: 03/04/1992",
            "Quốc tịch/Nationality: VIỆT NAM",
            "Nơi cư trú/Address: Phường Mẫu, Thành phố Ví Dụ",
            "Hạng/Class: B2",
            "Có giá trị đến/Expires: 03/04/2032",
        )
    )
    assert code == "giay-phep-lai-xe"
    assert found == {
        "number": "990123456789",
        "full_name": "TRẦN THỊ VÍ DỤ",
        "date_of_birth": "1992-04-03",
        "nationality": "VIỆT NAM",
        "residence": "Phường Mẫu, Thành phố Ví Dụ",
        "class": "B2",
        "valid_until": "2032-04-03",
    }


def test_land_certificate() -> None:
    code, found = read(
        sheet(
            "GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT",
            "1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất: Bà Trần Thị Ví Dụ",
            "2. Thông tin thửa đất:",
            "Thửa đất số: 123; Tờ bản đồ số: 45;",
            "Diện tích: 1.100,5 m² (bằng chữ: Một nghìn một trăm phẩy năm mét vuông)",
            "Loại đất: Đất ở tại đô thị; Hình thức sử dụng đất: Sử dụng riêng",
            "Thời hạn sử dụng: Lâu dài",
            "Địa chỉ: Phường Mẫu, Thành phố Ví Dụ",
            "Số vào sổ cấp Giấy chứng nhận: CN00012",
            "AA 01234567",
        )
    )
    assert code == "giay-chung-nhan-quyen-su-dung-dat"
    assert found == {
        "serial": "AA 01234567",
        "registry_number": "CN00012",
        "holder_name": "Bà Trần Thị Ví Dụ",
        "plot": "123",
        "map_sheet": "45",
        "area_m2": "1100.5",
        "land_use": "Đất ở tại đô thị",
        "use_form": "Sử dụng riêng",
        "term": "Lâu dài",
        "address": "Phường Mẫu, Thành phố Ví Dụ",
    }


def test_business_registration() -> None:
    code, found = read(
        sheet(
            "GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP",
            "Mã số doanh nghiệp: 0099999999",
            "Đăng ký lần đầu, ngày 05 tháng 03 năm 2015",
            "1. Tên công ty",
            "Tên công ty viết bằng tiếng Việt: CÔNG TY TNHH VÍ DỤ",
            "Tên công ty viết bằng tiếng nước ngoài: EXAMPLE COMPANY LIMITED",
            "2. Địa chỉ trụ sở chính: Số 1 đường Giả Định, Phường Mẫu",
            "Điện thoại: 0999999999 Email: mau@example.vn",
            "3. Vốn điều lệ: 2.000.000.000 đồng",
            "4. Người đại diện theo pháp luật của công ty",
            "* Họ và tên: NGUYỄN VĂN MẪU Giới tính: Nam",
        )
    )
    assert code == "giay-chung-nhan-dang-ky-doanh-nghiep"
    assert found == {
        "company_name": "CÔNG TY TNHH VÍ DỤ",
        "company_id": "0099999999",
        "address": "Số 1 đường Giả Định, Phường Mẫu",
        "charter_capital_vnd": "2000000000",
        "representative_name": "NGUYỄN VĂN MẪU",
        "first_registered_on": "2015-03-05",
    }


def test_diploma() -> None:
    code, found = read(
        sheet(
            "BẰNG TỐT NGHIỆP TRUNG HỌC PHỔ THÔNG",
            "Cho: NGUYỄN VĂN MẪU",
            "Ngày sinh: 01/02/2000 Nơi sinh: Thành phố Ví Dụ",
            "Học sinh trường: THPT Ví Dụ",
            "Năm tốt nghiệp: 2018",
            "Xếp loại tốt nghiệp: Khá",
            "Số hiệu: B 1234567",
            "Số vào sổ cấp bằng: 123/2018",
        )
    )
    assert code == "bang-tot-nghiep"
    assert found == {
        "serial": "B 1234567",
        "registry_number": "123/2018",
        "full_name": "NGUYỄN VĂN MẪU",
        "date_of_birth": "2000-02-01",
        "place_of_birth": "Thành phố Ví Dụ",
        "grade": "Khá",
        "year": "2018",
        "school": "THPT Ví Dụ",
    }


def test_criminal_record_certificate() -> None:
    code, found = read(
        sheet(
            "PHIẾU LÝ LỊCH TƯ PHÁP SỐ 1",
            "1. Họ và tên: TRẦN THỊ VÍ DỤ",
            "2. Giới tính: Nữ",
            "3. Ngày, tháng, năm sinh: 03/04/1992",
            "4. Nơi sinh: Thành phố Ví Dụ",
            "5. Quốc tịch: Việt Nam",
            "6. Giấy tờ tùy thân: 099192000002 Cấp ngày: 01/01/2022",
            "Tình trạng án tích: Không có án tích",
        )
    )
    assert code == "phieu-ly-lich-tu-phap"
    assert found == {
        "full_name": "TRẦN THỊ VÍ DỤ",
        "sex": "Nữ",
        "date_of_birth": "1992-04-03",
        "place_of_birth": "Thành phố Ví Dụ",
        "personal_id": "099192000002",
        "nationality": "Việt Nam",
        "criminal_record": "Không có án tích",
    }


def test_death_notice() -> None:
    code, found = read(
        sheet(
            "GIẤY BÁO TỬ",
            "Họ, chữ đệm, tên người chết: VŨ VĂN GIẢ ĐỊNH Giới tính: Nam",
            "Ngày, tháng, năm sinh: 1941",
            "Đã chết vào lúc: 04 giờ 15 phút, ngày 06 tháng 5 năm 2026",
            "Nơi chết: Bệnh viện Đa khoa Ví Dụ",
            "Nguyên nhân chết: Bệnh lý",
        )
    )
    assert code == "giay-bao-tu"
    assert found == {
        "deceased_name": "VŨ VĂN GIẢ ĐỊNH",
        "sex": "Nam",
        "date_of_birth": "1941",
        "death_time": "04 giờ 15 phút, ngày 06 tháng 5 năm 2026",
        "death_place": "Bệnh viện Đa khoa Ví Dụ",
        "cause": "Bệnh lý",
    }


def test_a_day_under_its_label_is_told_where_another_label_has_its_day_below() -> None:
    found = read(
        card(
            "CĂN CƯỚC",
            *("Nơi cư trú / Place of residence", "Phường Mẫu, Thành phố Ví Dụ"),
            *("Ngày, tháng, năm cấp / Date of issue", "01/02/2024"),
            *("Ngày, tháng, năm hết hạn / Date of expiry", "01/02/2034"),
            step=33,
        )
    )[1]
    assert (found["issued_on"], found["valid_until"]) == ("2024-02-01", "2034-02-01")


def test_a_slash_read_with_the_label_does_not_hide_its_translation() -> None:
    _, fields = read(
        card(
            "CĂN CƯỚC CÔNG DÂN",
            "Citizen Identity Card",
            "Số / No.: 099190000001",
            "Nơi thường trú/ Place f residence: Số 1",
            "đường Giả Định, Phường Mẫu",
        )
    )
    assert fields["residence"] == "Số 1 đường Giả Định, Phường Mẫu"
