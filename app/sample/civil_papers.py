"""Fictional papers of civil status and building, with people who do not exist."""

from collections.abc import Mapping

from app.sample.drawing import AGENCY, Letterhead, Sheet

Truth = Mapping[str, str | None]

_REGISTRAR = "Lê Thị Hư Cấu"
_ISSUER = " ".join(AGENCY)
_HALL = "Ủy ban nhân dân phường Mẫu, Thành phố Ví Dụ"


def birth(sheet: Sheet) -> Truth:
    sheet.letterhead(Letterhead("2026", "57", "14", "01"))
    sheet.heading("GIẤY KHAI SINH")
    sheet.row(("Họ, chữ đệm, tên", "NGUYỄN MINH THỬ"))
    sheet.row(("Ngày, tháng, năm sinh", "02/01/2026"), ("ghi bằng chữ", "Ngày mùng hai tháng một"))
    sheet.row(("Giới tính", "Nam"), ("Dân tộc", "Kinh"), ("Quốc tịch", "Việt Nam"))
    sheet.row(("Nơi sinh", "Bệnh viện Đa khoa Ví Dụ, Thành phố Ví Dụ"))
    sheet.row(("Quê quán", "Phường Mẫu, Thành phố Ví Dụ"))
    sheet.row(("Số định danh cá nhân", "099226000123"))
    sheet.row(("Họ, chữ đệm, tên người mẹ", "TRẦN THỊ THÍ NGHIỆM"))
    sheet.row(("Năm sinh", "1998"), ("Dân tộc", "Kinh"), ("Quốc tịch", "Việt Nam"))
    sheet.row(("Nơi cư trú", "Số 1 đường Giả Định, phường Mẫu"))
    sheet.row(("Họ, chữ đệm, tên người cha", "NGUYỄN VĂN ĐỐI CHỨNG"))
    sheet.row(("Năm sinh", "1996"), ("Dân tộc", "Kinh"), ("Quốc tịch", "Việt Nam"))
    sheet.row(("Nơi cư trú", "Số 1 đường Giả Định, phường Mẫu"))
    sheet.row(("Họ, chữ đệm, tên người đi khai sinh", "NGUYỄN VĂN ĐỐI CHỨNG"))
    sheet.row(("Giấy tờ tùy thân", None))
    sheet.row(("Nơi đăng ký khai sinh", _HALL))
    sheet.row(("Ngày, tháng, năm đăng ký", "14/01/2026"))
    _signed(sheet, "NGƯỜI KÝ GIẤY KHAI SINH")
    return {
        "number": "57",
        "full_name": "NGUYỄN MINH THỬ",
        "sex": "Nam",
        "date_of_birth": "2026-01-02",
        "date_of_birth_in_words": "Ngày mùng hai tháng một",
        "place_of_birth": "Bệnh viện Đa khoa Ví Dụ, Thành phố Ví Dụ",
        "ethnicity": "Kinh",
        "nationality": "Việt Nam",
        "hometown": "Phường Mẫu, Thành phố Ví Dụ",
        "personal_id": "099226000123",
        "mother_name": "TRẦN THỊ THÍ NGHIỆM",
        "father_name": "NGUYỄN VĂN ĐỐI CHỨNG",
        "requester_name": "NGUYỄN VĂN ĐỐI CHỨNG",
        "registered_at": _HALL,
        "issued_on": "2026-01-14",
        "issuer": _ISSUER,
        "signer": _REGISTRAR,
        "position": "CHỦ TỊCH",
    }


def marriage(sheet: Sheet) -> Truth:
    sheet.letterhead(Letterhead("2026", "12", "22", "02"))
    sheet.heading("GIẤY CHỨNG NHẬN KẾT HÔN")
    sheet.row(("Họ, chữ đệm, tên vợ", "PHẠM THỊ MINH HỌA"), ("Họ, chữ đệm, tên chồng", "ĐỖ VĂN TÌNH HUỐNG"))
    sheet.row(("Ngày, tháng, năm sinh", "11/09/1999"), ("Ngày, tháng, năm sinh", "30/04/1997"))
    sheet.row(("Dân tộc", "Tày"), ("Dân tộc", "Kinh"))
    sheet.row(("Quốc tịch", "Việt Nam"), ("Quốc tịch", "Việt Nam"))
    sheet.row(("Nơi cư trú", "Phường Mẫu"), ("Nơi cư trú", "Phường Thử"))
    sheet.row(("Giấy tờ tùy thân", "CCCD 099199000321"), ("Giấy tờ tùy thân", "CCCD 099097000654"))
    sheet.row(("Nơi đăng ký kết hôn", _HALL))
    sheet.row(("Ngày, tháng, năm đăng ký", "22/02/2026"))
    _signed(sheet, "NGƯỜI KÝ GIẤY CHỨNG NHẬN KẾT HÔN")
    return {
        "number": "12",
        "wife_name": "PHẠM THỊ MINH HỌA",
        "wife_date_of_birth": "1999-09-11",
        "wife_personal_id": "099199000321",
        "husband_name": "ĐỖ VĂN TÌNH HUỐNG",
        "husband_date_of_birth": "1997-04-30",
        "husband_personal_id": "099097000654",
        "registered_at": _HALL,
        "issued_on": "2026-02-22",
        "issuer": _ISSUER,
        "signer": _REGISTRAR,
        "position": "CHỦ TỊCH",
    }


def death(sheet: Sheet) -> Truth:
    sheet.letterhead(Letterhead("TLKT", "33", "08", "5"))
    sheet.heading("TRÍCH LỤC KHAI TỬ")
    sheet.row(("Họ, chữ đệm, tên", "VŨ VĂN GIẢ ĐỊNH"))
    sheet.row(("Ngày, tháng, năm sinh", "19/05/1941"), ("Giới tính", "Nam"))
    sheet.row(("Dân tộc", "Kinh"), ("Quốc tịch", "Việt Nam"))
    sheet.row(("Nơi cư trú cuối cùng", "Số 9 đường Giả Định, phường Mẫu"))
    sheet.row(("Đã chết vào lúc", "04 giờ 15 phút, ngày 06 tháng 5 năm 2026"))
    sheet.row(("Nơi chết", "Tại nhà riêng, phường Mẫu"))
    sheet.row(("Nguyên nhân chết", "Tuổi già"))
    _signed(sheet, "NGƯỜI KÝ TRÍCH LỤC")
    return {
        "number": "33",
        "deceased_name": "VŨ VĂN GIẢ ĐỊNH",
        "sex": "Nam",
        "date_of_birth": "1941-05-19",
        "death_time": "04 giờ 15 phút, ngày 06 tháng 5 năm 2026",
        "death_place": "Tại nhà riêng, phường Mẫu",
        "cause": "Tuổi già",
        "issued_on": "2026-05-08",
        "issuer": _ISSUER,
        "signer": _REGISTRAR,
        "position": "CHỦ TỊCH",
    }


def marital_status(sheet: Sheet) -> Truth:
    sheet.letterhead(Letterhead("UBND-XNTTHN", "84", "17", "3"))
    sheet.heading("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN")
    sheet.row(("Họ, chữ đệm, tên", "BÙI THỊ THAM KHẢO"))
    sheet.row(("Ngày, tháng, năm sinh", "25/12/2001"), ("Giới tính", "Nữ"))
    sheet.row(("Dân tộc", "Mường"), ("Quốc tịch", "Việt Nam"))
    sheet.row(("Số định danh cá nhân", "099301000777"))
    sheet.row(("Nơi cư trú", "Số 5 đường Giả Định, phường Mẫu, Thành phố Ví Dụ"))
    sheet.row(("Tình trạng hôn nhân", "Hiện tại chưa đăng ký kết hôn với ai"))
    sheet.row(("Giấy này được cấp để", "đăng ký kết hôn"))
    _signed(sheet, "NGƯỜI KÝ GIẤY XÁC NHẬN")
    return {
        "number": "84",
        "full_name": "BÙI THỊ THAM KHẢO",
        "date_of_birth": "2001-12-25",
        "sex": "Nữ",
        "personal_id": "099301000777",
        "residence": "Số 5 đường Giả Định, phường Mẫu, Thành phố Ví Dụ",
        "marital_status": "Hiện tại chưa đăng ký kết hôn với ai",
        "purpose": "đăng ký kết hôn",
        "issued_on": "2026-03-17",
        "issuer": _ISSUER,
        "signer": _REGISTRAR,
        "position": "CHỦ TỊCH",
    }


def building_permit(sheet: Sheet) -> Truth:
    sheet.letterhead(Letterhead("GPXD", "106", "28", "7"))
    sheet.heading("GIẤY PHÉP XÂY DỰNG")
    sheet.row(("1. Cấp cho", "Ông Hồ Văn Kiểm Thử"))
    sheet.row(("2. Được phép xây dựng công trình", "Nhà ở riêng lẻ"))
    sheet.row(("Địa điểm xây dựng", "Số 12 đường Giả Định, phường Mẫu"))
    sheet.row(("Số tầng", "3"), ("Chiều cao công trình", "11,4 m"))
    sheet.row(("Tổng diện tích sàn", "245,5 m²"))
    sheet.row(("Mật độ xây dựng", None))
    _signed(sheet, "NGƯỜI KÝ GIẤY PHÉP")
    return {
        "number": "106",
        "holder_name": "Ông Hồ Văn Kiểm Thử",
        "works_name": "Nhà ở riêng lẻ",
        "address": "Số 12 đường Giả Định, phường Mẫu",
        "floors": "3",
        "floor_area_m2": "245.5",
        "height_m": "11.4",
        "issued_on": "2026-07-28",
        "issuer": _ISSUER,
        "signer": _REGISTRAR,
        "position": "CHỦ TỊCH",
    }


def declaration(sheet: Sheet) -> Truth:
    """A declaration that mentions a death notice and a personal number, and is neither."""
    sheet.face("B", 12.5)
    sheet.cell(0, 6, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", align="C", new_x="LMARGIN", new_y="NEXT")
    sheet.cell(0, 6, "Độc lập - Tự do - Hạnh phúc", align="C", new_x="LMARGIN", new_y="NEXT")
    sheet.heading("TỜ KHAI ĐĂNG KÝ KHAI TỬ")
    sheet.addressee([_HALL])
    sheet.row(("Họ, chữ đệm, tên người yêu cầu", "Vũ Thị Phỏng Đoán"))
    sheet.row(("Ngày, tháng, năm sinh", "03/08/1970"))
    sheet.row(("Nơi cư trú", "Số 9 đường Giả Định, phường Mẫu"))
    sheet.row(("Giấy tờ tùy thân", "CCCD số 099170000888"))
    sheet.row(("Quan hệ với người đã chết", "Con"))
    sheet.paragraphs(
        """
        Đề nghị cơ quan đăng ký khai tử cho người có tên dưới đây, kèm theo:
        """,
    )
    sheet.row(("GIẤY BÁO TỬ số", "14/GBT-BV ngày 06 tháng 5 năm 2026"))
    sheet.paragraphs(
        """
        Tôi cam đoan những nội dung khai trên đây là đúng sự thật.
        """,
    )
    return {
        "addressee": _HALL,
        "requester_name": "Vũ Thị Phỏng Đoán",
        "requester_date_of_birth": "1970-08-03",
        "requester_personal_id": "099170000888",
        "requester_residence": "Số 9 đường Giả Định, phường Mẫu",
        "requester_relation": "Con",
    }


def _signed(sheet: Sheet, role: str) -> None:
    sheet.closing(["Người yêu cầu;", "Lưu: VT."], [role, "CHỦ TỊCH"], _REGISTRAR)
