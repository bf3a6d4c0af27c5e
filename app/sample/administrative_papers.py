"""Fictional administrative documents of Phường Mẫu."""

from collections.abc import Mapping, Sequence

from app.sample.drawing import AGENCY, PLACE, Letterhead, Sheet

Truth = Mapping[str, str | None]

CHAIR = "Nguyễn Văn Mẫu"
DEPUTY = "Trần Thị Ví Dụ"
ISSUER = " ".join(AGENCY)
_ARCHIVE = "Lưu: VT."


def decision(sheet: Sheet) -> Truth:
    head = Letterhead("QĐ-UBND", "15", "05", "3")
    about = ("Về việc thành lập Tổ số hóa hồ sơ", "của Bộ phận một cửa phường Mẫu")
    sheet.letterhead(head)
    sheet.heading("QUYẾT ĐỊNH", about)
    sheet.face("B", 13.5)
    sheet.cell(0, 8, "CHỦ TỊCH ỦY BAN NHÂN DÂN PHƯỜNG MẪU", align="C", new_x="LMARGIN", new_y="NEXT")
    sheet.paragraphs(
        """
        Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;

        Căn cứ Nghị định số 118/2025/NĐ-CP ngày 09 tháng 6 năm 2025 của Chính phủ về thực hiện
        thủ tục hành chính theo cơ chế một cửa, một cửa liên thông;

        Theo đề nghị của Trung tâm Phục vụ hành chính công phường Mẫu.
        """,
        "I",
    )
    sheet.face("B", 13.5)
    sheet.cell(0, 8, "QUYẾT ĐỊNH:", align="C", new_x="LMARGIN", new_y="NEXT")
    sheet.paragraphs(
        """
        Điều 1. Thành lập Tổ số hóa hồ sơ của Bộ phận một cửa phường Mẫu gồm bảy thành viên do
        ông Lê Văn Thử làm Tổ trưởng.

        Điều 2. Tổ số hóa có nhiệm vụ sao chụp, bóc tách dữ liệu, ký số và lưu trữ kết quả giải
        quyết thủ tục hành chính đúng quy trình; bảo đảm số bản sao bằng số bản chính.

        Điều 3. Quyết định này có hiệu lực kể từ ngày ký. Các bộ phận có liên quan và các thành
        viên có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này./.
        """,
    )
    sheet.closing(["Như Điều 3;", "Đảng ủy phường;", _ARCHIVE], ["CHỦ TỊCH"], CHAIR)
    return _truth(head, "Quyết định", about, position="CHỦ TỊCH", signer=CHAIR)


def letter(sheet: Sheet) -> Truth:
    about = "V/v góp ý dự thảo Kế hoạch số hóa sổ hộ tịch năm 2026"
    head = Letterhead("UBND-VX", "27", "12", "02", about=about)
    addressees = ("Sở Nội vụ Thành phố Ví Dụ", "Văn phòng Thành phố Ví Dụ")
    sheet.letterhead(head)
    sheet.addressee(addressees)
    sheet.paragraphs(
        """
        Thực hiện đề nghị tại Công văn số 205/SNV-VTLT ngày 03 tháng 02 năm 2026 về việc lấy ý
        kiến đối với dự thảo Kế hoạch số hóa sổ hộ tịch, Ủy ban nhân dân phường Mẫu có ý kiến
        như sau:

        Thống nhất với mục tiêu, phạm vi và lộ trình nêu trong dự thảo. Đề nghị bổ sung kinh phí
        thuê hai máy quét khổ A3 và quy định rõ trách nhiệm kiểm tra bản quét trước khi ký số.

        Ủy ban nhân dân phường Mẫu kính gửi quý cơ quan tổng hợp./.
        """,
    )
    titles = ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
    sheet.closing(["Như trên;", "Chủ tịch phường;", _ARCHIVE], titles, DEPUTY)
    truth = _truth(head, "Công văn", (about,), position="PHÓ CHỦ TỊCH", signer=DEPUTY)
    return {**truth, "addressee": "; ".join(addressees)}


def submission(sheet: Sheet) -> Truth:
    head = Letterhead("TTr-UBND", "08", "20", "01")
    about = ("Về việc phê duyệt kinh phí tạo lập", "cơ sở dữ liệu hồ sơ điện tử năm 2026")
    sheet.letterhead(head)
    sheet.heading("TỜ TRÌNH", about)
    sheet.addressee(["Hội đồng nhân dân phường Mẫu"])
    sheet.paragraphs(
        """
        Căn cứ nhu cầu lưu trữ hồ sơ của Bộ phận một cửa, Ủy ban nhân dân phường kính trình Hội
        đồng nhân dân phường xem xét, phê duyệt kinh phí tạo lập cơ sở dữ liệu hồ sơ điện tử với
        tổng số tiền 120.000.000 đồng từ nguồn ngân sách phường.

        Kinh phí dùng để chỉnh lý, quét và kiểm tra 45.000 trang tài liệu hình thành từ năm 1995
        đến nay.

        Kính trình Hội đồng nhân dân phường xem xét, quyết định./.
        """,
    )
    sheet.closing(["Như trên;", "Công chức tài chính;", _ARCHIVE], ["CHỦ TỊCH"], CHAIR)
    truth = _truth(head, "Tờ trình", about, position="CHỦ TỊCH", signer=CHAIR)
    return {**truth, "addressee": "Hội đồng nhân dân phường Mẫu"}


def notice(sheet: Sheet) -> Truth:
    head = Letterhead("TB-UBND", "112", "09", "4")
    about = ("Về việc tiếp nhận hồ sơ vào sáng thứ Bảy", "tại Trung tâm Phục vụ hành chính công")
    sheet.letterhead(head)
    sheet.heading("THÔNG BÁO", about)
    sheet.paragraphs(
        """
        Ủy ban nhân dân phường Mẫu thông báo: kể từ ngày 18 tháng 4 năm 2026, Trung tâm Phục vụ
        hành chính công tiếp nhận hồ sơ vào sáng thứ Bảy hằng tuần, từ 7 giờ 30 phút đến 11 giờ
        30 phút.

        Người dân nhận kết quả điện tử có thể kiểm tra chữ ký số trên trang tra cứu công khai,
        không phải nộp lại bản giấy./.
        """,
    )
    sheet.closing(
        ["Các tổ dân phố;", "Trang thông tin điện tử;", _ARCHIVE], ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"], DEPUTY
    )
    return _truth(head, "Thông báo", about, position="PHÓ CHỦ TỊCH", signer=DEPUTY)


def report(sheet: Sheet) -> Truth:
    """Signed on its first page; then a landscape table, and the blank back of that sheet."""
    head = Letterhead("BC-UBND", "41", "30", "6")
    about = ("Kết quả số hóa hồ sơ sáu tháng đầu năm 2026",)
    sheet.letterhead(head)
    sheet.heading("BÁO CÁO", about)
    sheet.paragraphs(
        """
        Trong sáu tháng đầu năm, phường đã tiếp nhận 2.350 hồ sơ, số hóa 2.214 hồ sơ, đạt 94,2
        phần trăm. Số liệu theo từng lĩnh vực nêu tại Phụ lục kèm theo.

        Phương hướng sáu tháng cuối năm: hoàn thành số hóa sổ hộ tịch, kiểm tra chất lượng bản
        quét mỗi tuần và công khai tỷ lệ bản quét phải làm lại./.
        """,
    )
    sheet.closing(["Sở Nội vụ;", _ARCHIVE], ["CHỦ TỊCH"], CHAIR)
    sheet.add_page(orientation="landscape")
    sheet.face("B", 13.5)
    sheet.cell(0, 8, "PHỤ LỤC", align="C", new_x="LMARGIN", new_y="NEXT")
    sheet.cell(0, 8, "Kết quả số hóa theo lĩnh vực", align="C", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(4)
    sheet.grid(
        ["STT", "Lĩnh vực", "Tiếp nhận", "Đã số hóa", "Đã ký số", "Làm lại", "Ghi chú"],
        [
            ["1", "Hộ tịch", "820", "811", "811", "6", ""],
            ["2", "Đất đai", "604", "540", "533", "21", "Chờ bản vẽ"],
            ["3", "Xây dựng", "215", "207", "207", "3", ""],
            ["4", "Chứng thực", "498", "451", "451", "0", ""],
            ["5", "Bảo trợ xã hội", "213", "205", "204", "2", ""],
        ],
        [16, 62, 34, 34, 34, 30, 40],
    )
    sheet.blank_page()
    return _truth(head, "Báo cáo", about, position="CHỦ TỊCH", signer=CHAIR)


def directive(sheet: Sheet) -> Truth:
    """Number and day are scribbled in by hand, as on nearly every paper of an office."""
    head = Letterhead("CT-UBND", None, None, "5")
    about = ("Về việc tăng cường kỷ luật, kỷ cương", "trong giải quyết thủ tục hành chính")
    sheet.letterhead(head)
    sheet.heading("CHỈ THỊ", about)
    sheet.paragraphs(
        """
        Thời gian qua, việc giải quyết thủ tục hành chính trên địa bàn phường có nhiều chuyển
        biến. Tuy nhiên, vẫn còn hồ sơ trả kết quả chậm mà không xin lỗi người dân. Chủ tịch Ủy
        ban nhân dân phường yêu cầu các bộ phận thực hiện ngay những việc sau đây:

        1. Không yêu cầu người dân nộp lại giấy tờ đã được số hóa.

        2. Ký số kết quả trong ngày làm việc; ghi rõ lý do bằng văn bản khi trả lại hồ sơ.

        Yêu cầu các bộ phận nghiêm túc thực hiện Chỉ thị này./.
        """,
    )
    sheet.closing(["Các bộ phận;", _ARCHIVE], ["CHỦ TỊCH"], CHAIR)
    return _truth(head, "Chỉ thị", about, position="CHỦ TỊCH", signer=CHAIR)


def plan(sheet: Sheet) -> Truth:
    head = Letterhead("KH-UBND", "19", "16", "10")
    about = ("Kiểm tra, đối chiếu bản quét sổ hộ tịch quý IV năm 2026",)
    sheet.letterhead(head)
    sheet.heading("KẾ HOẠCH", about)
    sheet.paragraphs(
        """
        I. MỤC ĐÍCH

        Bảo đảm mọi bản quét khớp với bản chính, đủ trang, đúng thứ tự; phát hiện và quét lại
        trang mờ.

        II. NỘI DUNG

        Mỗi tuần chọn ngẫu nhiên năm mươi hồ sơ, đối chiếu từng trường dữ liệu với bản giấy, ghi
        biên bản và sửa chữa trong ba ngày làm việc./.
        """,
    )
    sheet.closing(["Công chức hộ tịch;", _ARCHIVE], ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"], DEPUTY)
    return _truth(head, "Kế hoạch", about, position="PHÓ CHỦ TỊCH", signer=DEPUTY)


def invitation(sheet: Sheet) -> Truth:
    head = Letterhead("GM-UBND", "66", "02", "11")
    about = ("Họp giao ban công tác số hóa hồ sơ",)
    sheet.letterhead(head)
    sheet.heading("GIẤY MỜI", about)
    sheet.paragraphs(
        """
        Ủy ban nhân dân phường Mẫu trân trọng kính mời các ông, bà phụ trách bộ phận dự họp giao
        ban công tác số hóa hồ sơ vào lúc 8 giờ 00 phút, ngày 06 tháng 11 năm 2026 tại phòng họp
        số 2.

        Đề nghị các ông, bà chuẩn bị số liệu và đến dự đúng giờ./.
        """,
    )
    titles = ["TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"]
    sheet.closing(["Như trên;", _ARCHIVE], titles, "Phạm Thị Thí Điểm")
    return _truth(head, "Giấy mời", about, position="CHÁNH VĂN PHÒNG", signer="Phạm Thị Thí Điểm")


def _truth(
    head: Letterhead, name: str, about: Sequence[str], *, position: str, signer: str
) -> dict[str, str | None]:
    month = f"{head.year}-{int(head.month):02d}"
    return {
        "number": head.number,
        "symbol": head.symbol,
        "date": f"{month}-{int(head.day):02d}" if head.day else month,
        "place": PLACE,
        "issuer": ISSUER,
        "type": name,
        "subject": " ".join(about),
        "addressee": None,
        "signer": signer,
        "position": position,
        "urgency": None,
    }
