"""Papers of the desk as they are printed, two layouts each, with people and places that do not exist."""

from collections.abc import Callable, Mapping

from tests.ocr.forms import BOOKLET, Form

Truth = Mapping[str, str]
Drawing = Callable[[], tuple[list[Form], Truth]]

HALL = "Ủy ban nhân dân phường Mẫu Đơn, thành phố Ví Dụ"
COMMUNE = ("ỦY BAN NHÂN DÂN", "PHƯỜNG MẪU ĐƠN")


def birth() -> tuple[list[Form], Truth]:
    form = Form()
    form.letterhead(COMMUNE, "Số: 57/2026", "")
    form.heading("GIẤY KHAI SINH", points=16)
    form.say("Họ, chữ đệm, tên: *NGUYỄN MINH THƯ*")
    form.say(
        "Ngày, tháng, năm sinh: 02/01/2026; ghi bằng chữ: Ngày mùng hai tháng một năm hai nghìn không trăm "
        "hai mươi sáu"
    )
    form.beside((25, "Giới tính: Nữ"), (80, "Dân tộc: Kinh"), (135, "Quốc tịch: Việt Nam"))
    form.say("Nơi sinh: Bệnh viện Đa khoa Ví Dụ, phường Mẫu Đơn, thành phố Ví Dụ")
    form.say("Quê quán: xã Hoa Sen, thành phố Ví Dụ")
    form.say("Số định danh cá nhân: 099326000123")
    for role, name, year in (("mẹ", "TRẦN THỊ THÍ NGHIỆM", 1998), ("cha", "NGUYỄN VĂN ĐỐI CHỨNG", 1996)):
        form.say(f"Họ, chữ đệm, tên người {role}: *{name}*")
        form.beside((25, f"Năm sinh: {year}"), (80, "Dân tộc: Kinh"), (135, "Quốc tịch: Việt Nam"))
        form.say("Nơi cư trú: Số 1 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ")
    form.say("Họ, chữ đệm, tên người đi khai sinh: NGUYỄN VĂN ĐỐI CHỨNG")
    form.say("Giấy tờ tùy thân: Thẻ căn cước công dân số 099096000654")
    form.say(f"Nơi đăng ký khai sinh: {HALL}")
    form.say("Ngày, tháng, năm đăng ký: 14/01/2026")
    form.signed(("NGƯỜI KÝ GIẤY KHAI SINH", "CHỦ TỊCH"), "Lê Thị Hư Cấu")
    return [form], {
        "number": "57",
        "full_name": "NGUYỄN MINH THƯ",
        "sex": "Nữ",
        "date_of_birth": "2026-01-02",
        "date_of_birth_in_words": "Ngày mùng hai tháng một năm hai nghìn không trăm hai mươi sáu",
        "place_of_birth": "Bệnh viện Đa khoa Ví Dụ, phường Mẫu Đơn, thành phố Ví Dụ",
        "ethnicity": "Kinh",
        "nationality": "Việt Nam",
        "hometown": "xã Hoa Sen, thành phố Ví Dụ",
        "personal_id": "099326000123",
        "mother_name": "TRẦN THỊ THÍ NGHIỆM",
        "mother_date_of_birth": "1998",
        "mother_ethnicity": "Kinh",
        "mother_nationality": "Việt Nam",
        "mother_residence": "Số 1 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ",
        "father_name": "NGUYỄN VĂN ĐỐI CHỨNG",
        "father_date_of_birth": "1996",
        "father_ethnicity": "Kinh",
        "father_nationality": "Việt Nam",
        "father_residence": "Số 1 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ",
        "requester_name": "NGUYỄN VĂN ĐỐI CHỨNG",
        "requester_personal_id": "099096000654",
        "registered_at": HALL,
        "issued_on": "2026-01-14",
        "issuer": " ".join(COMMUNE),
        "signer": "Lê Thị Hư Cấu",
        "position": "CHỦ TỊCH",
    }


def birth_before_2015() -> tuple[list[Form], Truth]:
    form = Form(BOOKLET, margin=20)
    form.motto()
    form.beside((130, "Số: 112"))
    form.beside((130, "Quyển số: 01/2008"))
    form.heading("GIẤY KHAI SINH", points=18)
    form.beside((20, "Họ và tên: *PHẠM GIA HUY*"), (125, "Giới tính: Nam"))
    form.say("Ngày, tháng, năm sinh: 09/12/2008")
    form.say("(Bằng chữ: Ngày chín tháng mười hai năm hai nghìn không trăm linh tám)")
    form.say("Nơi sinh: Trạm y tế xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ")
    form.beside((20, "Dân tộc: Kinh"), (100, "Quốc tịch: Việt Nam"))
    form.say("Quê quán: xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ")
    form.beside((20, "Họ và tên cha: PHẠM VĂN TÌNH HUỐNG"), (125, "Năm sinh: 1980"))
    form.beside((20, "Dân tộc: Kinh"), (100, "Quốc tịch: Việt Nam"))
    form.say("Nơi thường trú/tạm trú: Thôn 2, xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ")
    form.beside((20, "Họ và tên mẹ: LÊ THỊ MINH HỌA"), (125, "Năm sinh: 1983"))
    form.beside((20, "Dân tộc: Kinh"), (100, "Quốc tịch: Việt Nam"))
    form.say("Nơi thường trú/tạm trú: Thôn 2, xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ")
    form.say("Nơi đăng ký: UBND xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ")
    form.say("Ngày, tháng, năm đăng ký: 15/12/2008")
    form.say("Ghi chú: ....................................................")
    form.say("Họ và tên người đi khai sinh: PHẠM VĂN TÌNH HUỐNG")
    form.say("Quan hệ với người được khai sinh: Cha")
    form.signed(("NGƯỜI KÝ GIẤY KHAI SINH",), "Trần Văn Kiểm")
    return [form], {
        "number": "112",
        "book_number": "01/2008",
        "full_name": "PHẠM GIA HUY",
        "sex": "Nam",
        "date_of_birth": "2008-12-09",
        "date_of_birth_in_words": "Ngày chín tháng mười hai năm hai nghìn không trăm linh tám",
        "place_of_birth": "Trạm y tế xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ",
        "ethnicity": "Kinh",
        "nationality": "Việt Nam",
        "hometown": "xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ",
        "mother_name": "LÊ THỊ MINH HỌA",
        "mother_date_of_birth": "1983",
        "mother_ethnicity": "Kinh",
        "mother_nationality": "Việt Nam",
        "mother_residence": "Thôn 2, xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ",
        "father_name": "PHẠM VĂN TÌNH HUỐNG",
        "father_date_of_birth": "1980",
        "father_ethnicity": "Kinh",
        "father_nationality": "Việt Nam",
        "father_residence": "Thôn 2, xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ",
        "requester_name": "PHẠM VĂN TÌNH HUỐNG",
        "requester_relation": "Cha",
        "registered_at": "UBND xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ",
        "issued_on": "2008-12-15",
        "signer": "Trần Văn Kiểm",
    }


def marriage() -> tuple[list[Form], Truth]:
    form = Form()
    form.letterhead(COMMUNE, "Số: 12/2026", "")
    form.heading("GIẤY CHỨNG NHẬN KẾT HÔN", points=16)
    form.beside((25, "Họ, chữ đệm, tên vợ:"), (110, "Họ, chữ đệm, tên chồng:"))
    form.beside((25, "*PHẠM THỊ MINH HỌA*"), (110, "*ĐỖ VĂN TÌNH HUỐNG*"))
    form.beside((25, "Ngày, tháng, năm sinh: 11/09/1999"), (110, "Ngày, tháng, năm sinh: 30/04/1997"))
    form.beside((25, "Dân tộc: Tày"), (110, "Dân tộc: Kinh"))
    form.beside((25, "Quốc tịch: Việt Nam"), (110, "Quốc tịch: Việt Nam"))
    form.beside((25, "Nơi cư trú: phường Mẫu Đơn,"), (110, "Nơi cư trú: xã Hoa Sen,"))
    form.beside((25, "thành phố Ví Dụ"), (110, "thành phố Ví Dụ"))
    form.beside((25, "Giấy tờ tùy thân: Thẻ CCCD số"), (110, "Giấy tờ tùy thân: Thẻ CCCD số"))
    form.beside((25, "099199000321"), (110, "099097000654"))
    form.say(f"Nơi đăng ký kết hôn: {HALL}")
    form.say("Ngày, tháng, năm đăng ký: 22/02/2026")
    form.beside((40, "Vợ"), (140, "Chồng"))
    form.signed(("NGƯỜI KÝ GIẤY CHỨNG NHẬN KẾT HÔN", "PHÓ CHỦ TỊCH"), "Lê Thị Hư Cấu")
    return [form], {
        "number": "12",
        "wife_name": "PHẠM THỊ MINH HỌA",
        "wife_date_of_birth": "1999-09-11",
        "wife_personal_id": "099199000321",
        "wife_ethnicity": "Tày",
        "wife_nationality": "Việt Nam",
        "wife_residence": "phường Mẫu Đơn, thành phố Ví Dụ",
        "husband_name": "ĐỖ VĂN TÌNH HUỐNG",
        "husband_date_of_birth": "1997-04-30",
        "husband_personal_id": "099097000654",
        "husband_ethnicity": "Kinh",
        "husband_nationality": "Việt Nam",
        "husband_residence": "xã Hoa Sen, thành phố Ví Dụ",
        "registered_at": HALL,
        "issued_on": "2026-02-22",
        "issuer": " ".join(COMMUNE),
        "signer": "Lê Thị Hư Cấu",
        "position": "PHÓ CHỦ TỊCH",
    }


def marriage_extract() -> tuple[list[Form], Truth]:
    form = Form()
    form.letterhead(COMMUNE, "Số: 33/TLKH-BS", "Mẫu Đơn, ngày 05 tháng 3 năm 2026")
    form.heading("TRÍCH LỤC KẾT HÔN", "(BẢN SAO)", points=14)
    for role, name, born, number in (
        ("chồng", "ĐỖ VĂN TÌNH HUỐNG", "30/04/1997", "099097000654"),
        ("vợ", "PHẠM THỊ MINH HỌA", "11/09/1999", "099199000321"),
    ):
        form.say(f"Họ, chữ đệm, tên {role}: *{name}*")
        form.say(f"Ngày, tháng, năm sinh: {born}")
        form.beside((25, "Dân tộc: Kinh"), (110, "Quốc tịch: Việt Nam"))
        form.say("Nơi cư trú: Số 5 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ")
        form.say(f"Giấy tờ tùy thân: Thẻ căn cước công dân số {number}")
    form.say(f"Đăng ký kết hôn tại: {HALL}")
    form.say("Số 12 ngày 22 tháng 02 năm 2026")
    form.signed(("NGƯỜI KÝ TRÍCH LỤC", "CÔNG CHỨC TƯ PHÁP - HỘ TỊCH"), "Bùi Thị Tham Khảo")
    return [form], {
        "number": "33",
        "wife_name": "PHẠM THỊ MINH HỌA",
        "wife_date_of_birth": "1999-09-11",
        "wife_personal_id": "099199000321",
        "wife_ethnicity": "Kinh",
        "wife_nationality": "Việt Nam",
        "wife_residence": "Số 5 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ",
        "husband_name": "ĐỖ VĂN TÌNH HUỐNG",
        "husband_date_of_birth": "1997-04-30",
        "husband_personal_id": "099097000654",
        "husband_ethnicity": "Kinh",
        "husband_nationality": "Việt Nam",
        "husband_residence": "Số 5 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ",
        "registered_at": HALL,
        "issued_on": "2026-03-05",
        "issuer": " ".join(COMMUNE),
        "signer": "Bùi Thị Tham Khảo",
        "position": "CÔNG CHỨC TƯ PHÁP - HỘ TỊCH",
    }


def death_notice() -> tuple[list[Form], Truth]:
    form = Form()
    form.letterhead(
        ("SỞ Y TẾ VÍ DỤ", "BỆNH VIỆN ĐA KHOA"), "Số: 41/GBT-BV", "Ví Dụ, ngày 07 tháng 5 năm 2026"
    )
    form.heading("GIẤY BÁO TỬ", points=16)
    form.say("Bệnh viện Đa khoa Ví Dụ thông báo:")
    form.beside((25, "Họ, chữ đệm, tên người tử vong: *VŨ VĂN GIẢ ĐỊNH*"), (145, "Giới tính: Nam"))
    form.beside((25, "Ngày, tháng, năm sinh: 19/05/1941"), (110, "Dân tộc: Kinh"))
    form.say("Nơi thường trú, tạm trú: Số 9 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ")
    form.say("Mã số định danh cá nhân: 099041000111")
    form.say("Tử vong hồi: 04 giờ 15 phút, ngày 06 tháng 5 năm 2026")
    form.say("Nơi tử vong: Khoa Hồi sức, Bệnh viện Đa khoa Ví Dụ")
    form.say("Nguyên nhân tử vong: Nhồi máu cơ tim")
    form.say("Giấy báo tử này được cấp cho: Vũ Thị Minh Chứng")
    form.signed(("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), "Trần Văn Kiểm")
    return [form], {
        "personal_id": "099041000111",
        "number": "41",
        "deceased_name": "VŨ VĂN GIẢ ĐỊNH",
        "sex": "Nam",
        "date_of_birth": "1941-05-19",
        "ethnicity": "Kinh",
        "last_residence": "Số 9 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ",
        "death_time": "04 giờ 15 phút, ngày 06 tháng 5 năm 2026",
        "death_place": "Khoa Hồi sức, Bệnh viện Đa khoa Ví Dụ",
        "cause": "Nhồi máu cơ tim",
        "issued_on": "2026-05-07",
        "issuer": "SỞ Y TẾ VÍ DỤ BỆNH VIỆN ĐA KHOA",
        "signer": "Trần Văn Kiểm",
        "position": "PHÓ GIÁM ĐỐC",
    }


def death_notice_of_commune() -> tuple[list[Form], Truth]:
    form = Form()
    form.letterhead(COMMUNE, "Số: 08/UBND-GBT", "Mẫu Đơn, ngày 10 tháng 6 năm 2026")
    form.heading("GIẤY BÁO TỬ", points=16)
    form.say("Họ, chữ đệm, tên người chết: NGÔ THỊ TRƯỜNG HỢP")
    form.beside((25, "Ngày, tháng, năm sinh: 1938"), (110, "Giới tính: Nữ"))
    form.beside((25, "Dân tộc: Kinh"), (110, "Quốc tịch: Việt Nam"))
    form.say("Nơi cư trú cuối cùng: Số 3 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ")
    form.say("Đã chết vào lúc: 22 giờ 30 phút, ngày 09 tháng 6 năm 2026")
    form.say("Nơi chết: Tại nhà riêng, số 3 đường Giả Định, phường Mẫu Đơn")
    form.say("Nguyên nhân chết: Tuổi già")
    form.signed(("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "Lê Thị Hư Cấu")
    return [form], {
        "number": "08",
        "deceased_name": "NGÔ THỊ TRƯỜNG HỢP",
        "sex": "Nữ",
        "date_of_birth": "1938",
        "ethnicity": "Kinh",
        "nationality": "Việt Nam",
        "last_residence": "Số 3 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ",
        "death_time": "22 giờ 30 phút, ngày 09 tháng 6 năm 2026",
        "death_place": "Tại nhà riêng, số 3 đường Giả Định, phường Mẫu Đơn",
        "cause": "Tuổi già",
        "issued_on": "2026-06-10",
        "issuer": " ".join(COMMUNE),
        "signer": "Lê Thị Hư Cấu",
        "position": "PHÓ CHỦ TỊCH",
    }


def death_extract() -> tuple[list[Form], Truth]:
    form = Form()
    form.letterhead(COMMUNE, "Số: 33/TLKT-BS", "Mẫu Đơn, ngày 08 tháng 5 năm 2026")
    form.heading("TRÍCH LỤC KHAI TỬ", "(BẢN SAO)", points=14)
    form.say("Họ, chữ đệm, tên: *VŨ VĂN GIẢ ĐỊNH*")
    form.say("Ngày, tháng, năm sinh: 19/05/1941")
    form.beside((25, "Giới tính: Nam"), (80, "Dân tộc: Kinh"), (135, "Quốc tịch: Việt Nam"))
    form.say("Số định danh cá nhân: 099041000111")
    form.say("Giấy tờ tùy thân: Thẻ căn cước công dân số 099041000111")
    form.say(
        "Đã chết vào lúc: 04 giờ 15 phút, ngày 06 tháng 5 năm 2026; ghi bằng chữ: Ngày mùng sáu tháng năm "
        "năm hai nghìn không trăm hai mươi sáu"
    )
    form.say("Nơi chết: Bệnh viện Đa khoa Ví Dụ")
    form.say("Nguyên nhân chết: Nhồi máu cơ tim")
    form.say(f"Đã được đăng ký khai tử tại: {HALL}")
    form.say("Số 21 ngày 08 tháng 5 năm 2026")
    form.signed(("NGƯỜI KÝ TRÍCH LỤC", "CHỦ TỊCH"), "Lê Thị Hư Cấu")
    return [form], {
        "personal_id": "099041000111",
        "number": "33",
        "deceased_name": "VŨ VĂN GIẢ ĐỊNH",
        "sex": "Nam",
        "date_of_birth": "1941-05-19",
        "ethnicity": "Kinh",
        "nationality": "Việt Nam",
        "registered_at": HALL,
        "death_time": "04 giờ 15 phút, ngày 06 tháng 5 năm 2026",
        "death_place": "Bệnh viện Đa khoa Ví Dụ",
        "cause": "Nhồi máu cơ tim",
        "issued_on": "2026-05-08",
        "issuer": " ".join(COMMUNE),
        "signer": "Lê Thị Hư Cấu",
        "position": "CHỦ TỊCH",
    }


def death_certificate() -> tuple[list[Form], Truth]:
    form = Form(BOOKLET, margin=20)
    form.motto()
    form.beside((130, "Số: 19"))
    form.beside((130, "Quyển số: 01/2010"))
    form.heading("GIẤY CHỨNG TỬ", points=18)
    form.beside((20, "Họ và tên: *HỒ VĂN KIỂM THỬ*"), (125, "Giới tính: Nam"))
    form.say("Ngày, tháng, năm sinh: 04/02/1932")
    form.beside((20, "Dân tộc: Kinh"), (100, "Quốc tịch: Việt Nam"))
    form.say("Nơi thường trú/tạm trú cuối cùng: Thôn 2, xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ")
    form.say("Đã chết vào lúc: 7 giờ 00 phút, ngày 12 tháng 3 năm 2010")
    form.say("Nơi chết: Thôn 2, xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ")
    form.say("Nguyên nhân chết: Bệnh già")
    form.say("Nơi đăng ký: UBND xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ")
    form.say("Ngày, tháng, năm đăng ký: 15/3/2010")
    form.signed(("NGƯỜI KÝ GIẤY CHỨNG TỬ",), "Trần Văn Kiểm")
    return [form], {
        "number": "19",
        "book_number": "01/2010",
        "deceased_name": "HỒ VĂN KIỂM THỬ",
        "sex": "Nam",
        "date_of_birth": "1932-02-04",
        "ethnicity": "Kinh",
        "nationality": "Việt Nam",
        "last_residence": "Thôn 2, xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ",
        "registered_at": "UBND xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ",
        "death_time": "7 giờ 00 phút, ngày 12 tháng 3 năm 2010",
        "death_place": "Thôn 2, xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ",
        "cause": "Bệnh già",
        "issued_on": "2010-03-15",
        "signer": "Trần Văn Kiểm",
    }


def marital_status() -> tuple[list[Form], Truth]:
    form = Form()
    form.letterhead(COMMUNE, "Số: 84/UBND-XNTTHN", "Mẫu Đơn, ngày 17 tháng 3 năm 2026")
    form.heading("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", points=14)
    form.heading("ỦY BAN NHÂN DÂN PHƯỜNG MẪU ĐƠN", points=13)
    form.say(
        "Xét đề nghị của bà Bùi Thị Tham Khảo, về việc cấp Giấy xác nhận tình trạng hôn nhân cho bà Bùi Thị "
        "Tham Khảo,"
    )
    form.heading("XÁC NHẬN:", points=13)
    form.say("Họ, chữ đệm, tên: *BÙI THỊ THAM KHẢO*")
    form.say("Ngày, tháng, năm sinh: 25/12/2001")
    form.beside((25, "Giới tính: Nữ"), (80, "Dân tộc: Mường"), (135, "Quốc tịch: Việt Nam"))
    form.say("Giấy tờ tùy thân: Thẻ căn cước công dân số 099301000777, Cục Cảnh sát cấp ngày 01/02/2022")
    form.say("Nơi cư trú: Số 5 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ")
    form.say("Tình trạng hôn nhân: Hiện tại chưa đăng ký kết hôn với ai.")
    form.say("Giấy này được cấp để: làm thủ tục đăng ký kết hôn.")
    form.say("Giấy này có giá trị 06 tháng kể từ ngày cấp.")
    form.signed(("NGƯỜI KÝ GIẤY XÁC NHẬN", "CHỦ TỊCH"), "Lê Thị Hư Cấu")
    return [form], {
        "validity": "có giá trị 06 tháng kể từ ngày cấp",
        "number": "84",
        "full_name": "BÙI THỊ THAM KHẢO",
        "date_of_birth": "2001-12-25",
        "sex": "Nữ",
        "ethnicity": "Mường",
        "nationality": "Việt Nam",
        "personal_id": "099301000777",
        "residence": "Số 5 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ",
        "marital_status": "Hiện tại chưa đăng ký kết hôn với ai",
        "purpose": "làm thủ tục đăng ký kết hôn",
        "issued_on": "2026-03-17",
        "issuer": " ".join(COMMUNE),
        "signer": "Lê Thị Hư Cấu",
        "position": "CHỦ TỊCH",
    }


def marital_status_older() -> tuple[list[Form], Truth]:
    form = Form()
    form.letterhead(
        ("ỦY BAN NHÂN DÂN", "XÃ HOA SEN"), "Số: 102/UBND-XNTTHN", "Hoa Sen, ngày 11 tháng 10 năm 2016"
    )
    form.heading("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", points=14)
    form.say("Họ và tên: ĐINH VĂN VÍ DỤ")
    form.beside((25, "Ngày, tháng, năm sinh: 03/04/1988"), (110, "Giới tính: Nam"))
    form.beside((25, "Dân tộc: Kinh"), (110, "Quốc tịch: Việt Nam"))
    form.say("Số Giấy CMND/Hộ chiếu/Giấy tờ hợp lệ thay thế: 212345678")
    form.say("Nơi thường trú: Thôn 4, xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ")
    form.say("Trong thời gian cư trú tại xã Hoa Sen từ ngày 01/01/2006 đến nay.")
    form.say("Tình trạng hôn nhân: Đã ly hôn theo Quyết định số 12/2015/QĐST-HNGĐ, chưa kết hôn với ai")
    form.say("Giấy này được cấp để: bổ túc hồ sơ vay vốn ngân hàng")
    form.signed(("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "Trần Văn Kiểm")
    return [form], {
        "number": "102",
        "full_name": "ĐINH VĂN VÍ DỤ",
        "date_of_birth": "1988-04-03",
        "sex": "Nam",
        "ethnicity": "Kinh",
        "nationality": "Việt Nam",
        "residence_period": "xã Hoa Sen từ ngày 01/01/2006 đến nay",
        "personal_id": "212345678",
        "residence": "Thôn 4, xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ",
        "marital_status": "Đã ly hôn theo Quyết định số 12/2015/QĐST-HNGĐ, chưa kết hôn với ai",
        "purpose": "bổ túc hồ sơ vay vốn ngân hàng",
        "issued_on": "2016-10-11",
        "issuer": "ỦY BAN NHÂN DÂN XÃ HOA SEN",
        "signer": "Trần Văn Kiểm",
        "position": "CHỦ TỊCH",
    }


CIVIL_STATUS: Mapping[str, tuple[str, Drawing]] = {
    "birth": ("giay-khai-sinh", birth),
    "birth-2008": ("giay-khai-sinh", birth_before_2015),
    "marriage": ("giay-chung-nhan-ket-hon", marriage),
    "marriage-extract": ("giay-chung-nhan-ket-hon", marriage_extract),
    "death-notice": ("giay-bao-tu", death_notice),
    "death-notice-commune": ("giay-bao-tu", death_notice_of_commune),
    "death-extract": ("trich-luc-khai-tu", death_extract),
    "death-certificate": ("trich-luc-khai-tu", death_certificate),
    "marital-status": ("giay-xac-nhan-tinh-trang-hon-nhan", marital_status),
    "marital-status-2016": ("giay-xac-nhan-tinh-trang-hon-nhan", marital_status_older),
}
