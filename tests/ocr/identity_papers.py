"""Cards, certificates and permits as they are printed, two layouts each, with people who do not exist."""

from collections.abc import Mapping

from tests.ocr.desk_papers import Drawing, Truth
from tests.ocr.forms import CARD, MOTTO, SUB_MOTTO, Form


def _card(points: float = 7) -> Form:
    form = Form(CARD, points=points, margin=28, dpi=600)
    form.y, form.sans = 3, True
    return form


def identity_card_2021() -> tuple[list[Form], Truth]:
    form = _card()
    for text, style in (
        (MOTTO, "b"),
        (SUB_MOTTO, "b"),
        ("CĂN CƯỚC CÔNG DÂN", "b"),
        ("Citizen Identity Card", ""),
    ):
        form.centred(text, style, 8 if text.startswith("CĂN") else 6.5, 50)
        form.step()
    form.step(0.5)
    form.put(28, "Số / No.: *099190000017*", "", 8)
    form.step(1.2)
    form.say("Họ và tên / Full name:")
    form.say("*NGUYỄN THỊ VÍ DỤ*")
    form.say("Ngày sinh / Date of birth: *01/02/1990*")
    form.beside((28, "Giới tính / Sex: *Nữ*"), (50, "Quốc tịch / Nationality: *Việt Nam*"))
    form.say("Quê quán / Place of origin:")
    form.say("*Hoa Sen, Giả Định, Ví Dụ*")
    form.say("Nơi thường trú / Place of residence: *Tổ 5*")
    form.say("*Mẫu Đơn, thành phố Ví Dụ*")
    form.put(3, "Có giá trị đến: 01/02/2030", "", 5.5)
    form.step()
    return [form], {
        "personal_id": "099190000017",
        "full_name": "NGUYỄN THỊ VÍ DỤ",
        "date_of_birth": "1990-02-01",
        "sex": "Nữ",
        "nationality": "Việt Nam",
        "hometown": "Hoa Sen, Giả Định, Ví Dụ",
        "residence": "Tổ 5 Mẫu Đơn, thành phố Ví Dụ",
        "valid_until": "2030-02-01",
    }


def identity_card_2024() -> tuple[list[Form], Truth]:
    front, back = _card(), _card()
    for text in (MOTTO, SUB_MOTTO, "CĂN CƯỚC", "IDENTITY CARD"):
        front.centred(text, "b", 8 if text == "CĂN CƯỚC" else 6.5, 50)
        front.step()
    front.step(0.4)
    front.say("Số định danh cá nhân / Personal identification number:")
    front.put(28, "*099095000018*", "", 9)
    front.step(1.4)
    front.say("Họ, chữ đệm và tên khai sinh / Full name:")
    front.say("*TRẦN VĂN GIẢ SỬ*")
    front.beside((28, "Ngày, tháng, năm sinh / Date of birth:"), (68, "Giới tính / Sex:"))
    front.beside((28, "*17/08/1995*"), (68, "*Nam*"))
    front.say("Quốc tịch / Nationality:")
    front.say("*Việt Nam*")
    back.margin = 5
    back.say("Nơi cư trú / Place of residence:")
    back.say("*Số 8 đường Giả Định, Mẫu Đơn, Ví Dụ*")
    back.say("Nơi đăng ký khai sinh / Place of birth:")
    back.say("*Hoa Sen, Ví Dụ*")
    back.beside(
        (5, "Ngày, tháng, năm cấp / Date of issue:"), (50, "Ngày, tháng, năm hết hạn / Date of expiry:")
    )
    back.beside((5, "*20/10/2024*"), (50, "*17/08/2035*"))
    back.put(50, "BỘ CÔNG AN / MINISTRY OF PUBLIC SECURITY", "", 5.5)
    back.step(2.5)
    for line in (
        "IDVNM0950000181099095000018<<0",
        "9508174M3508179VNM<<<<<<<<<<<2",
        "TRAN<<VAN<GIA<SU<<<<<<<<<<<<<<",
    ):
        back.put(5, line, "m", 9)
        back.step(1, 9)
    return [front, back], {
        "personal_id": "099095000018",
        "full_name": "TRẦN VĂN GIẢ SỬ",
        "date_of_birth": "1995-08-17",
        "sex": "Nam",
        "nationality": "Việt Nam",
        "residence": "Số 8 đường Giả Định, Mẫu Đơn, Ví Dụ",
        "birth_registered_at": "Hoa Sen, Ví Dụ",
        "valid_until": "2035-08-17",
        "issued_on": "2024-10-20",
    }


def identity_card_9_digits() -> tuple[list[Form], Truth]:
    front, back = _card(8), _card(8)
    front.sans = back.sans = False
    for text in (MOTTO, SUB_MOTTO, "GIẤY CHỨNG MINH NHÂN DÂN"):
        front.centred(text, "b", 9 if text.startswith("GIẤY") else 7, 50)
        front.step()
    front.put(40, "SỐ *212345678*", "", 10)
    front.step(1.5)
    front.say("Họ tên: LÝ THỊ MINH CHỨNG")
    front.say("Sinh ngày: 05-06-1975")
    front.say("Nguyên quán: Hoa Sen, Giả Định, Ví Dụ")
    front.say("Nơi ĐKHK thường trú: Mẫu Đơn, Thành phố Ví Dụ")
    back.beside((10, "Dân tộc: Kinh"), (50, "Tôn giáo: Không"))
    back.say("DẤU VẾT RIÊNG VÀ DỊ HÌNH")
    back.say("Nốt ruồi cách 1cm dưới mép trái")
    back.say("Ngày 15 tháng 07 năm 2009")
    back.put(30, "GIÁM ĐỐC CA TỈNH VÍ DỤ", "b")
    back.step(3)
    back.put(38, "Trần Văn Kiểm")
    back.step()
    return [front, back], {
        "personal_id": "212345678",
        "full_name": "LÝ THỊ MINH CHỨNG",
        "date_of_birth": "1975-06-05",
        "ethnicity": "Kinh",
        "hometown": "Hoa Sen, Giả Định, Ví Dụ",
        "residence": "Mẫu Đơn, Thành phố Ví Dụ",
        "issued_on": "2009-07-15",
    }


def passport() -> tuple[list[Form], Truth]:
    form = Form((125, 88), points=7.5, margin=40, dpi=400)
    form.y, form.sans = 4, True
    form.put(5, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM / SOCIALIST REPUBLIC OF VIET NAM", "b", 6)
    form.step(1.2)
    form.beside((5, "HỘ CHIẾU"), (40, "Loại / Type"), (60, "Mã số / Code"), (85, "Số hộ chiếu / Passport N°"))
    form.beside((5, "PASSPORT"), (40, "*P*"), (60, "*VNM*"), (85, "*C1234567*"))
    form.say("Họ và tên / Full name")
    form.say("*VÕ THỊ KIỂM THỬ*")
    form.say("Quốc tịch / Nationality")
    form.say("*VIỆT NAM / VIETNAMESE*")
    form.beside((40, "Ngày sinh / Date of birth"), (85, "Nơi sinh / Place of birth"))
    form.beside((40, "*23 / 11 / 1987*"), (85, "*VÍ DỤ*"))
    form.beside((40, "Giới tính / Sex"), (85, "Số GCMND / ID card N°"))
    form.beside((40, "*NỮ / F*"), (85, "*099187000019*"))
    form.beside((40, "Ngày cấp / Date of issue"), (85, "Có giá trị đến / Date of expiry"))
    form.beside((40, "*12 / 01 / 2021*"), (85, "*12 / 01 / 2031*"))
    form.say("Nơi cấp / Place of issue")
    form.say("*Cục Quản lý xuất nhập cảnh*")
    form.step(0.6)
    for line in (
        "P<VNMVO<<THI<KIEM<THU<<<<<<<<<<<<<<<<<<<<<<<",
        "C1234567<4VNM8711238F3101121099187000019<<32",
    ):
        form.put(5, line, "m", 9.5)
        form.step(1, 9.5)
    return [form], {
        "number": "C1234567",
        "personal_id": "099187000019",
        "full_name": "VÕ THỊ KIỂM THỬ",
        "date_of_birth": "1987-11-23",
        "sex": "Nữ",
        "nationality": "VIỆT NAM",
        "valid_until": "2031-01-12",
        "issued_on": "2021-01-12",
    }


def driving_licence() -> tuple[list[Form], Truth]:
    form = _card(7.5)
    form.margin = 26
    form.put(3, "BỘ GTVT", "b", 6)
    form.put(30, MOTTO, "b", 6)
    form.step()
    form.centred(SUB_MOTTO, "b", 6, 54)
    form.step(1.3)
    form.centred("GIẤY PHÉP LÁI XE / DRIVER'S LICENSE", "b", 8, 54)
    form.step(1.4)
    form.put(36, "Số/No: *990123456789*", "", 9)
    form.step(1.5)
    form.say("Họ tên/Full name: *CAO VĂN MINH HỌA*")
    form.say("Ngày sinh/Date of Birth: *03/04/1992*")
    form.say("Quốc tịch/Nationality: *VIỆT NAM*")
    form.say("Nơi cư trú/Address: *P. Mẫu Đơn, TP. Ví Dụ*")
    form.put(48, "Ví Dụ, ngày/date 12 tháng/month 05 năm/year 2022", "i", 5)
    form.step()
    form.beside((4, "Hạng/Class: *B2*"), (52, "PHÓ GIÁM ĐỐC"))
    form.step(2)
    form.beside((4, "Có giá trị đến/Expires: 12/05/2032"), (55, "Trần Văn Kiểm"))
    return [form], {
        "number": "990123456789",
        "full_name": "CAO VĂN MINH HỌA",
        "date_of_birth": "1992-04-03",
        "nationality": "VIỆT NAM",
        "residence": "P. Mẫu Đơn, TP. Ví Dụ",
        "class": "B2",
        "valid_until": "2032-05-12",
        "issued_on": "2022-05-12",
    }


def driving_licence_2025() -> tuple[list[Form], Truth]:
    form = _card(7)
    form.put(4, "BỘ CÔNG AN", "b", 6)
    form.put(32, MOTTO, "b", 5.8)
    form.step()
    form.centred(SUB_MOTTO, "b", 6, 55)
    form.step(1.3)
    form.centred("GIẤY PHÉP LÁI XE", "b", 9, 55)
    form.step(1.3)
    form.centred("DRIVING LICENSE", "", 6.5, 55)
    form.step(1.2)
    form.say("Số/No.: *990987654321*")
    form.say("Họ và tên/Full name:")
    form.say("*HUỲNH THỊ THÍ DỤ*")
    form.say("Ngày sinh/Date of birth: *30/09/1985*")
    form.say("Quốc tịch/Nationality: *Việt Nam*")
    form.say("Nơi cư trú/Residence: *Xã Hoa Sen, thành phố Ví Dụ*")
    form.beside((28, "Hạng/Class: *A1*"), (55, "Ngày cấp/Issued: *02/04/2025*"))
    form.say("Có giá trị đến/Expires: *Không thời hạn*")
    return [form], {
        "number": "990987654321",
        "full_name": "HUỲNH THỊ THÍ DỤ",
        "date_of_birth": "1985-09-30",
        "nationality": "Việt Nam",
        "residence": "Xã Hoa Sen, thành phố Ví Dụ",
        "class": "A1",
        "issued_on": "2025-04-02",
    }


def criminal_record() -> tuple[list[Form], Truth]:
    form = Form()
    form.letterhead(
        ("ỦY BAN NHÂN DÂN TỈNH VÍ DỤ", "SỞ TƯ PHÁP"), "Số: 1234/STP-LLTP", "Ví Dụ, ngày 20 tháng 11 năm 2023"
    )
    form.heading("PHIẾU LÝ LỊCH TƯ PHÁP SỐ 1", points=14)
    form.say("Căn cứ Luật Lý lịch tư pháp ngày 17 tháng 6 năm 2009;")
    form.heading("XÁC NHẬN:", points=13)
    form.beside((25, "1. Họ và tên: *MAI THỊ DẪN CHỨNG*"), (135, "2. Giới tính: Nữ"))
    form.say("3. Ngày, tháng, năm sinh: 08/03/1994")
    form.say("4. Nơi sinh: Giả Định, Ví Dụ")
    form.say("5. Quốc tịch: Việt Nam")
    form.say("6. Nơi thường trú: Số 7 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ")
    form.say("7. Nơi tạm trú: .......................")
    form.say("8. Giấy CMND/Hộ chiếu: Thẻ CCCD Số: 099194000020")
    form.say("Cấp ngày: 01/01/2022 Tại: Cục Cảnh sát quản lý hành chính về trật tự xã hội")
    form.say("9. Tình trạng án tích: Không có án tích")
    form.say("10. Thông tin về cấm đảm nhiệm chức vụ, thành lập, quản lý doanh nghiệp: Không")
    form.signed(("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), "Lê Thị Hư Cấu")
    return [form], {
        "number": "1234",
        "full_name": "MAI THỊ DẪN CHỨNG",
        "sex": "Nữ",
        "date_of_birth": "1994-03-08",
        "place_of_birth": "Giả Định, Ví Dụ",
        "personal_id": "099194000020",
        "nationality": "Việt Nam",
        "residence": "Số 7 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ",
        "prohibitions": "Không",
        "criminal_record": "Không có án tích",
        "issued_on": "2023-11-20",
        "issuer": "ỦY BAN NHÂN DÂN TỈNH VÍ DỤ SỞ TƯ PHÁP",
        "signer": "Lê Thị Hư Cấu",
        "position": "PHÓ GIÁM ĐỐC",
    }


def criminal_record_2026() -> tuple[list[Form], Truth]:
    form = Form()
    form.letterhead(
        ("CÔNG AN TỈNH VÍ DỤ", "PHÒNG HỒ SƠ NGHIỆP VỤ"), "Số: 77/PHS-LLTP", "Ví Dụ, ngày 09 tháng 7 năm 2026"
    )
    form.heading("PHIẾU LÝ LỊCH TƯ PHÁP SỐ 2", points=14)
    form.say("1. Họ, chữ đệm, tên: *TỪ VĂN THỰC NGHIỆM*")
    form.say("2. Giới tính: Nam")
    form.say("3. Ngày, tháng, năm sinh: 12/12/1979")
    form.say("4. Nơi sinh: Mẫu Đơn, Ví Dụ")
    form.say("5. Quốc tịch: Việt Nam")
    form.say("6. Số định danh cá nhân: 099079000021")
    form.say("7. Nơi cư trú: Số 2 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ")
    form.say("8. Họ và tên cha: Từ Văn Đối Chiếu")
    form.say("9. Họ và tên mẹ: Đoàn Thị Khảo Sát")
    form.say("10. Tình trạng án tích: Không có án tích")
    form.signed(("TRƯỞNG PHÒNG",), "Trần Văn Kiểm")
    return [form], {
        "number": "77",
        "full_name": "TỪ VĂN THỰC NGHIỆM",
        "sex": "Nam",
        "date_of_birth": "1979-12-12",
        "place_of_birth": "Mẫu Đơn, Ví Dụ",
        "personal_id": "099079000021",
        "nationality": "Việt Nam",
        "residence": "Số 2 đường Giả Định, phường Mẫu Đơn, thành phố Ví Dụ",
        "father_name": "Từ Văn Đối Chiếu",
        "mother_name": "Đoàn Thị Khảo Sát",
        "criminal_record": "Không có án tích",
        "issued_on": "2026-07-09",
        "issuer": "CÔNG AN TỈNH VÍ DỤ PHÒNG HỒ SƠ NGHIỆP VỤ",
        "signer": "Trần Văn Kiểm",
        "position": "TRƯỞNG PHÒNG",
    }


IDENTITY: Mapping[str, tuple[str, Drawing]] = {
    "card-2021": ("can-cuoc", identity_card_2021),
    "card-2024": ("can-cuoc", identity_card_2024),
    "card-9-digits": ("chung-minh-nhan-dan", identity_card_9_digits),
    "passport": ("ho-chieu", passport),
    "licence": ("giay-phep-lai-xe", driving_licence),
    "licence-2025": ("giay-phep-lai-xe", driving_licence_2025),
    "criminal-record": ("phieu-ly-lich-tu-phap", criminal_record),
    "criminal-record-2026": ("phieu-ly-lich-tu-phap", criminal_record_2026),
}
