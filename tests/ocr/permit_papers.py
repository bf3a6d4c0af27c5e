"""Certificates of land, business and study, permits, forms: two layouts each, all of it fictional."""

from collections.abc import Mapping

from tests.ocr.desk_papers import Drawing, Truth
from tests.ocr.forms import A4, Form


def land_2014() -> tuple[list[Form], Truth]:
    cover, inside = Form(points=12), Form(points=12)
    cover.motto()
    cover.step(2)
    cover.heading("GIẤY CHỨNG NHẬN", points=22)
    cover.heading("QUYỀN SỬ DỤNG ĐẤT", "QUYỀN SỞ HỮU NHÀ Ở VÀ TÀI SẢN KHÁC GẮN LIỀN VỚI ĐẤT", points=14)
    cover.step(2)
    cover.say("I. Người sử dụng đất, chủ sở hữu nhà ở và tài sản khác gắn liền với đất", "b")
    cover.say("Ông: *ĐẶNG VĂN TÌNH HUỐNG*, năm sinh: 1960, CMND số: 212345679")
    cover.say("Địa chỉ thường trú: Thôn 1, xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ")
    cover.step(6)
    cover.put(150, "BX 123456", "b", 14)
    cover.step()
    inside.say("II. Thửa đất, nhà ở và tài sản khác gắn liền với đất", "b")
    inside.say("1. Thửa đất:")
    inside.beside((25, "a) Thửa đất số: 123,"), (90, "tờ bản đồ số: 45,"))
    inside.say("b) Địa chỉ: Thôn 1, xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ,")
    inside.say("c) Diện tích: 1.100,5 m², (bằng chữ: Một nghìn một trăm phẩy năm mét vuông),")
    inside.beside((25, "d) Hình thức sử dụng: riêng: 1.100,5 m²,"), (120, "chung: Không m²,"))
    inside.say("đ) Mục đích sử dụng: Đất ở tại nông thôn,")
    inside.say("e) Thời hạn sử dụng: Lâu dài,")
    inside.say("g) Nguồn gốc sử dụng: Nhà nước công nhận quyền sử dụng đất")
    inside.say("2. Nhà ở: -/-")
    inside.say("3. Công trình xây dựng khác: -/-")
    inside.put(110, "Giả Định, ngày 18 tháng 8 năm 2014", "i")
    inside.step()
    inside.signed(("TM. ỦY BAN NHÂN DÂN HUYỆN GIẢ ĐỊNH", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "Lê Thị Hư Cấu")
    inside.say("Số vào sổ cấp GCN: CH 00123")
    return [cover, inside], {
        "serial": "BX 123456",
        "registry_number": "CH 00123",
        "holder_name": "ĐẶNG VĂN TÌNH HUỐNG",
        "plot": "123",
        "map_sheet": "45",
        "area_m2": "1100.5",
        "land_use": "Đất ở tại nông thôn",
        "use_origin": "Nhà nước công nhận quyền sử dụng đất",
        "term": "Lâu dài",
        "address": "Thôn 1, xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ",
        "issued_on": "2014-08-18",
        "signer": "Lê Thị Hư Cấu",
        "position": "PHÓ CHỦ TỊCH",
    }


def land_2024() -> tuple[list[Form], Truth]:
    form = Form(points=12)
    form.motto()
    form.heading("GIẤY CHỨNG NHẬN", points=16)
    form.heading("QUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU TÀI SẢN GẮN LIỀN VỚI ĐẤT", points=13)
    form.say("1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất:", "b")
    form.say("Bà *TRẦN THỊ VÍ DỤ*, CCCD số: 099165000022")
    form.say("2. Thông tin thửa đất:", "b")
    form.beside((25, "a) Thửa đất số: 88;"), (90, "b) Tờ bản đồ số: 7;"))
    form.say("c) Diện tích: 96,2 m²;")
    form.say("d) Loại đất: Đất ở tại đô thị;")
    form.say("đ) Hình thức sử dụng đất: Sử dụng riêng;")
    form.say("e) Địa chỉ: Tổ 5, phường Mẫu Đơn, thành phố Ví Dụ;")
    form.say("g) Thời hạn: Lâu dài;")
    form.say("h) Nguồn gốc sử dụng đất: Nhận chuyển nhượng quyền sử dụng đất.")
    form.say("3. Thông tin tài sản gắn liền với đất: -/-", "b")
    form.put(115, "Ví Dụ, ngày 06 tháng 12 năm 2024", "i")
    form.step()
    form.signed(("CHI NHÁNH VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI", "GIÁM ĐỐC"), "Trần Văn Kiểm")
    form.say("Số vào sổ cấp Giấy chứng nhận: VP 04567")
    form.put(150, "AA 01234567", "b", 14)
    form.step()
    return [form], {
        "serial": "AA 01234567",
        "registry_number": "VP 04567",
        "holder_name": "Bà TRẦN THỊ VÍ DỤ",
        "plot": "88",
        "map_sheet": "7",
        "area_m2": "96.2",
        "land_use": "Đất ở tại đô thị",
        "use_form": "Sử dụng riêng",
        "use_origin": "Nhận chuyển nhượng quyền sử dụng đất",
        "term": "Lâu dài",
        "address": "Tổ 5, phường Mẫu Đơn, thành phố Ví Dụ",
        "issued_on": "2024-12-06",
        "signer": "Trần Văn Kiểm",
        "position": "GIÁM ĐỐC",
    }


def company() -> tuple[list[Form], Truth]:
    form = Form()
    form.letterhead(("SỞ KẾ HOẠCH VÀ ĐẦU TƯ TỈNH VÍ DỤ", "PHÒNG ĐĂNG KÝ KINH DOANH"), "", "")
    form.heading("GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP", points=14)
    form.heading("CÔNG TY TRÁCH NHIỆM HỮU HẠN MỘT THÀNH VIÊN", points=12)
    form.centred("Mã số doanh nghiệp: 0099999999", "b")
    form.step()
    form.centred("Đăng ký lần đầu: ngày 05 tháng 03 năm 2015", "i")
    form.step()
    form.centred("Đăng ký thay đổi lần thứ: 2, ngày 10 tháng 06 năm 2020", "i")
    form.step(1.5)
    form.say("1. Tên công ty", "b")
    form.say("Tên công ty viết bằng tiếng Việt: CÔNG TY TNHH MỘT THÀNH VIÊN VÍ DỤ")
    form.say("Tên công ty viết bằng tiếng nước ngoài: EXAMPLE COMPANY LIMITED")
    form.say("Tên công ty viết tắt: EXAMPLE CO., LTD")
    form.say("2. Địa chỉ trụ sở chính", "b")
    form.say("Số 1 đường Giả Định, Phường Mẫu Đơn, Thành phố Ví Dụ, Tỉnh Ví Dụ, Việt Nam")
    form.beside((25, "Điện thoại: 0999999999"), (110, "Fax:"))
    form.beside((25, "Email: mau@example.vn"), (110, "Website:"))
    form.say("3. Vốn điều lệ: 2.000.000.000 đồng", "b")
    form.say("Bằng chữ: Hai tỷ đồng")
    form.say("4. Thông tin về chủ sở hữu", "b")
    form.say("* Họ và tên: NGUYỄN VĂN MẪU".replace("* ", "- "))
    form.say("5. Người đại diện theo pháp luật của công ty", "b")
    form.beside((25, "- Họ và tên: TRẦN THỊ ĐẠI DIỆN"), (120, "Giới tính: Nữ"))
    form.say("Chức danh: Giám đốc")
    form.beside((25, "Sinh ngày: 01/01/1980"), (75, "Dân tộc: Kinh"), (120, "Quốc tịch: Việt Nam"))
    form.signed(("TRƯỞNG PHÒNG",), "Lê Thị Hư Cấu")
    return [form], {
        "company_name": "CÔNG TY TNHH MỘT THÀNH VIÊN VÍ DỤ",
        "company_id": "0099999999",
        "address": "Số 1 đường Giả Định, Phường Mẫu Đơn, Thành phố Ví Dụ, Tỉnh Ví Dụ, Việt Nam",
        "charter_capital_vnd": "2000000000",
        "owner_name": "NGUYỄN VĂN MẪU",
        "representative_name": "TRẦN THỊ ĐẠI DIỆN",
        "representative_date_of_birth": "1980-01-01",
        "first_registered_on": "2015-03-05",
        "issuer": "SỞ KẾ HOẠCH VÀ ĐẦU TƯ TỈNH VÍ DỤ PHÒNG ĐĂNG KÝ KINH DOANH",
        "signer": "Lê Thị Hư Cấu",
        "position": "TRƯỞNG PHÒNG",
    }


def company_shares() -> tuple[list[Form], Truth]:
    form = Form()
    form.letterhead(("SỞ TÀI CHÍNH THÀNH PHỐ VÍ DỤ", "PHÒNG ĐĂNG KÝ KINH DOANH"), "", "")
    form.heading("GIẤY CHỨNG NHẬN", "ĐĂNG KÝ DOANH NGHIỆP", points=14)
    form.heading("CÔNG TY CỔ PHẦN", points=13)
    form.centred("Mã số doanh nghiệp: 0088888888")
    form.step()
    form.centred("Đăng ký lần đầu, ngày 21 tháng 9 năm 2025", "i")
    form.step(1.5)
    form.say("1. Tên công ty: CÔNG TY CỔ PHẦN THÍ DỤ")
    form.say("2. Địa chỉ trụ sở chính: Số 9 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ, Việt Nam")
    form.say("3. Vốn điều lệ: 15.500.000.000 đồng (Bằng chữ: Mười lăm tỷ năm trăm triệu đồng)")
    form.say("Mệnh giá cổ phần: 10.000 đồng")
    form.say("4. Người đại diện theo pháp luật: Họ và tên: LƯƠNG VĂN GIẢ THUYẾT")
    form.signed(("KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG"), "Trần Văn Kiểm")
    return [form], {
        "company_name": "CÔNG TY CỔ PHẦN THÍ DỤ",
        "company_id": "0088888888",
        "address": "Số 9 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ, Việt Nam",
        "charter_capital_vnd": "15500000000",
        "representative_name": "LƯƠNG VĂN GIẢ THUYẾT",
        "first_registered_on": "2025-09-21",
        "issuer": "SỞ TÀI CHÍNH THÀNH PHỐ VÍ DỤ PHÒNG ĐĂNG KÝ KINH DOANH",
        "signer": "Trần Văn Kiểm",
        "position": "PHÓ TRƯỞNG PHÒNG",
    }


def building_permit() -> tuple[list[Form], Truth]:
    form = Form()
    form.letterhead(
        ("ỦY BAN NHÂN DÂN", "QUẬN GIẢ ĐỊNH"), "Số: 106/GPXD", "Giả Định, ngày 28 tháng 7 năm 2023"
    )
    form.heading("GIẤY PHÉP XÂY DỰNG", points=14)
    form.centred("(Sử dụng cho nhà ở riêng lẻ)", "i")
    form.step(1.4)
    form.say("1. Cấp cho: Ông Hồ Văn Kiểm Thử")
    form.say("Địa chỉ: Số 12 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ")
    form.say("2. Được phép xây dựng công trình: Nhà ở riêng lẻ")
    form.say("- Theo thiết kế có ký hiệu: KT-01")
    form.say("- Vị trí xây dựng: Thửa đất số 14, tờ bản đồ số 9, phường Mẫu Đơn, thành phố Ví Dụ")
    form.say("- Cốt nền xây dựng công trình: +0,45 m")
    form.say("- Mật độ xây dựng: 80%, hệ số sử dụng đất: 2,4")
    form.say("- Diện tích xây dựng tầng 1: 81,5 m²")
    form.say("- Tổng diện tích sàn: 245,5 m²")
    form.say("- Chiều cao công trình: 11,4 m; số tầng: 3 tầng")
    form.say("3. Giấy phép này có hiệu lực khởi công xây dựng trong thời hạn 12 tháng kể từ ngày cấp.")
    form.signed(("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "Lê Thị Hư Cấu", ("Như trên;", "Lưu: VT, QLĐT."))
    return [form], {
        "validity": "có hiệu lực khởi công xây dựng trong thời hạn 12 tháng kể từ ngày cấp",
        "number": "106",
        "holder_name": "Ông Hồ Văn Kiểm Thử",
        "works_name": "Nhà ở riêng lẻ",
        "address": "Thửa đất số 14, tờ bản đồ số 9, phường Mẫu Đơn, thành phố Ví Dụ",
        "floors": "3",
        "ground_level": "+0,45 m",
        "density_percent": "80",
        "floor_area_ratio": "2.4",
        "ground_floor_area_m2": "81.5",
        "floor_area_m2": "245.5",
        "height_m": "11.4",
        "issued_on": "2023-07-28",
        "issuer": "ỦY BAN NHÂN DÂN QUẬN GIẢ ĐỊNH",
        "signer": "Lê Thị Hư Cấu",
        "position": "PHÓ CHỦ TỊCH",
    }


def building_permit_of_department() -> tuple[list[Form], Truth]:
    form = Form()
    form.letterhead(("UBND TỈNH VÍ DỤ", "SỞ XÂY DỰNG"), "Số: 45/GPXD-SXD", "Ví Dụ, ngày 14 tháng 02 năm 2026")
    form.heading("GIẤY PHÉP XÂY DỰNG", points=14)
    form.say("1. Cấp cho: Công ty TNHH Một thành viên Ví Dụ")
    form.say("Địa chỉ trụ sở: Số 1 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ")
    form.say("2. Được phép xây dựng công trình theo những nội dung sau:")
    form.say("Tên công trình: Nhà kho số 2")
    form.say("Địa điểm xây dựng: Lô B5, Khu công nghiệp Hoa Sen, tỉnh Ví Dụ")
    form.say("Loại, cấp công trình: Công trình công nghiệp, cấp III")
    form.say("Tổng diện tích sàn (toàn công trình): 1.250 m²")
    form.say("Chiều cao công trình: 9,6 m; Số tầng: 1")
    form.signed(("GIÁM ĐỐC",), "Trần Văn Kiểm", ("Chủ đầu tư;", "Lưu: VT."))
    return [form], {
        "number": "45",
        "holder_name": "Công ty TNHH Một thành viên Ví Dụ",
        "works_name": "Nhà kho số 2",
        "address": "Lô B5, Khu công nghiệp Hoa Sen, tỉnh Ví Dụ",
        "floors": "1",
        "works_type_and_grade": "Công trình công nghiệp, cấp III",
        "floor_area_m2": "1250",
        "height_m": "9.6",
        "issued_on": "2026-02-14",
        "issuer": "UBND TỈNH VÍ DỤ SỞ XÂY DỰNG",
        "signer": "Trần Văn Kiểm",
        "position": "GIÁM ĐỐC",
    }


def school_diploma() -> tuple[list[Form], Truth]:
    form = Form((210, 148), points=12)
    form.motto()
    form.heading("GIÁM ĐỐC SỞ GIÁO DỤC VÀ ĐÀO TẠO", points=13)
    form.centred("cấp", "i")
    form.step()
    form.heading("BẰNG TỐT NGHIỆP TRUNG HỌC PHỔ THÔNG", points=15)
    form.say("Cho: *TÔ VĂN KHẢO NGHIỆM*")
    form.beside((25, "Ngày sinh: 22/10/2004"), (110, "Nơi sinh: Ví Dụ"))
    form.beside((25, "Giới tính: Nam"), (110, "Dân tộc: Kinh"))
    form.say("Học sinh trường: THPT Giả Định")
    form.beside((25, "Năm tốt nghiệp: 2022"), (110, "Xếp loại tốt nghiệp: Khá"))
    top = form.y
    form.signed(("GIÁM ĐỐC",), "Lê Thị Hư Cấu")
    form.y = top + 12
    form.say("Số hiệu: A 12345678")
    form.say("Số vào sổ gốc cấp bằng: 0456")
    return [form], {
        "serial": "A 12345678",
        "registry_number": "0456",
        "full_name": "TÔ VĂN KHẢO NGHIỆM",
        "date_of_birth": "2004-10-22",
        "grade": "Khá",
        "place_of_birth": "Ví Dụ",
        "ethnicity": "Kinh",
        "sex": "Nam",
        "year": "2022",
        "school": "THPT Giả Định",
        "signer": "Lê Thị Hư Cấu",
        "position": "GIÁM ĐỐC",
    }


def university_diploma() -> tuple[list[Form], Truth]:
    form = Form((297, 210), points=12)
    left, right = 0.27 * form.width, 0.73 * form.width
    for english, vietnamese in (
        ("SOCIALIST REPUBLIC OF VIETNAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("Independence - Freedom - Happiness", "Độc lập - Tự do - Hạnh phúc"),
        ("THE RECTOR OF EXAMPLE UNIVERSITY", "HIỆU TRƯỞNG TRƯỜNG ĐẠI HỌC VÍ DỤ"),
        ("has conferred", "cấp"),
        ("THE DEGREE OF BACHELOR", "BẰNG CỬ NHÂN"),
    ):
        form.centred(english, "b" if english.isupper() else "i", 12, left)
        form._line += 1
        form.centred(vietnamese, "b" if vietnamese.isupper() else "i", 12, right)
        form.step(1.3)
    for english, vietnamese in (
        ("Major: Law", "Ngành: Luật kinh tế"),
        ("Upon: Ms. Doan Thi Khao Sat", "Cho: *ĐOÀN THỊ KHẢO SÁT*"),
        ("Date of birth: 14 April 1999", "Ngày sinh: 14/04/1999"),
        ("Year of graduation: 2021", "Năm tốt nghiệp: 2021"),
        ("Degree classification: Very good", "Xếp loại tốt nghiệp: Giỏi"),
        ("Mode of study: Full-time", "Hình thức đào tạo: Chính quy"),
    ):
        form.beside((30, english), (170, vietnamese))
    form.put(180, "Ví Dụ, ngày 30 tháng 7 năm 2021", "i")
    form.step()
    form.signed(("HIỆU TRƯỞNG",), "PGS.TS. Trần Văn Kiểm")
    form.beside((30, "Reg. No: 789"), (170, "Số hiệu: QH 0098765"))
    form.beside((170, "Số vào sổ cấp bằng: 789/2021"))
    return [form], {
        "serial": "QH 0098765",
        "registry_number": "789/2021",
        "full_name": "ĐOÀN THỊ KHẢO SÁT",
        "date_of_birth": "1999-04-14",
        "grade": "Giỏi",
        "study_mode": "Chính quy",
        "major": "Luật kinh tế",
        "year": "2021",
        "school": "TRƯỜNG ĐẠI HỌC VÍ DỤ",
        "issued_on": "2021-07-30",
        "signer": "Trần Văn Kiểm",
        "position": "HIỆU TRƯỞNG",
    }


def household_book() -> tuple[list[Form], Truth]:
    form = Form((148, 210), points=12, margin=15)
    form.motto()
    form.step(2)
    form.heading("SỔ HỘ KHẨU", points=20)
    form.centred("Số: 420123456", "b")
    form.step(2)
    form.say("Họ và tên chủ hộ: *KIỀU THỊ THÍ NGHIỆM*")
    form.say("Nơi thường trú: Số 3 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ")
    form.signed(("TRƯỞNG CÔNG AN PHƯỜNG",), "Trần Văn Kiểm")
    return [form], {
        "number": "420123456",
        "holder_name": "KIỀU THỊ THÍ NGHIỆM",
        "address": "Số 3 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ",
        "signer": "Trần Văn Kiểm",
    }


def declaration() -> tuple[list[Form], Truth]:
    form = Form()
    form.motto()
    form.heading("TỜ KHAI ĐĂNG KÝ KHAI SINH", points=14)
    form.say("Kính gửi: Ủy ban nhân dân phường Mẫu Đơn", indent=30)
    form.say("Họ, chữ đệm, tên người yêu cầu: NGUYỄN VĂN ĐỐI CHỨNG")
    form.say("Ngày, tháng, năm sinh: 05/05/1996")
    form.say("Nơi cư trú: Số 1 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ")
    form.say("Giấy tờ tùy thân: Thẻ căn cước công dân số 099096000654")
    form.say("Quan hệ với người được khai sinh: Cha")
    form.say("Đề nghị cơ quan đăng ký khai sinh cho người dưới đây:")
    form.say("Họ, chữ đệm, tên: NGUYỄN MINH THƯ")
    form.say("Hồ sơ kèm theo: Giấy chứng sinh, bản sao Giấy chứng nhận kết hôn, Căn cước công dân")
    form.say("Tôi cam đoan nội dung đề nghị đăng ký khai sinh trên đây là đúng sự thật.")
    return [form], {
        "addressee": "Ủy ban nhân dân phường Mẫu Đơn",
        "full_name": "NGUYỄN MINH THƯ",
        "requester_name": "NGUYỄN VĂN ĐỐI CHỨNG",
        "requester_date_of_birth": "1996-05-05",
        "requester_personal_id": "099096000654",
        "requester_residence": "Số 1 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ",
        "requester_relation": "Cha",
    }


def application() -> tuple[list[Form], Truth]:
    form = Form()
    form.motto()
    form.heading("ĐƠN XIN XÁC NHẬN NƠI CƯ TRÚ", points=14)
    form.say("Kính gửi: Công an phường Mẫu Đơn", indent=30)
    form.say("Tôi tên là: Phan Thị Trình Bày")
    form.say("Sinh ngày: 17/07/1983")
    form.say("Số CCCD: 099183000023 cấp ngày 02/03/2021")
    form.say("Nơi thường trú: Tổ 2, phường Mẫu Đơn, thành phố Ví Dụ")
    form.say("Nay tôi làm đơn này kính đề nghị quý cơ quan xác nhận nơi cư trú của tôi.")
    return [form], {
        "addressee": "Công an phường Mẫu Đơn",
        "full_name": "Phan Thị Trình Bày",
        "date_of_birth": "1983-07-17",
        "personal_id": "099183000023",
        "residence": "Tổ 2, phường Mẫu Đơn, thành phố Ví Dụ",
    }


def certified_copy() -> tuple[list[Form], Truth]:
    form = Form(A4)
    form.y = 120
    form.heading("CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH", points=12)
    form.centred("Số chứng thực: 1502 Quyển số: 01/2026 - SCT/BS")
    form.step()
    form.centred("Ngày 05 tháng 3 năm 2026")
    form.step()
    form.signed(("CHỦ TỊCH",), "Lê Thị Hư Cấu")
    return [form], {
        "number": "1502",
        "book_number": "01/2026 - SCT/BS",
        "issued_on": "2026-03-05",
        "signer": "Lê Thị Hư Cấu",
        "position": "CHỦ TỊCH",
    }


PERMITS: Mapping[str, tuple[str, Drawing]] = {
    "land-2014": ("giay-chung-nhan-quyen-su-dung-dat", land_2014),
    "land-2024": ("giay-chung-nhan-quyen-su-dung-dat", land_2024),
    "company": ("giay-chung-nhan-dang-ky-doanh-nghiep", company),
    "company-shares": ("giay-chung-nhan-dang-ky-doanh-nghiep", company_shares),
    "building": ("giay-phep-xay-dung", building_permit),
    "building-department": ("giay-phep-xay-dung", building_permit_of_department),
    "school": ("bang-tot-nghiep", school_diploma),
    "university": ("bang-tot-nghiep", university_diploma),
    "household": ("so-ho-khau", household_book),
    "declaration": ("to-khai", declaration),
    "application": ("to-khai", application),
    "certified-copy": ("giay-chung-thuc-ban-sao", certified_copy),
}
