"""Administrative documents of all kinds of bodies, new and old, that do not exist."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.ocr.forms import MOTTO, SUB_MOTTO, Form

BODY = (
    (
        "Thực hiện chủ trương rà soát hồ sơ lưu trữ, cơ quan đã giao các bộ phận chuyên môn kiểm tra, phân "
        "loại toàn bộ tài liệu hình thành trong những năm qua và gửi kết quả về bộ phận tổng hợp."
    ),
    (
        "Các đơn vị chịu trách nhiệm về tính chính xác của tài liệu đã gửi; khi phát hiện sai sót phải "
        "báo cáo ngay để kịp thời xử lý. Nếu có vướng mắc thì phản ánh về bộ phận tiếp nhận."
    ),
)


@dataclass(frozen=True)
class Document:
    """One document by its boxes; `motto` is what stands in the right corner."""

    kind: str
    issuer: tuple[str, ...]
    number: str
    date: str
    title: str = ""
    about: tuple[str, ...] = ()
    addressee: str = ""
    titles: tuple[str, ...] = ()
    name: str = ""
    motto: tuple[str, ...] = (MOTTO, SUB_MOTTO)
    urgency: str = ""
    truth: Mapping[str, str] = field(default_factory=dict)

    def draw(self) -> Form:
        form = Form(points=13.5)
        self._head(form, 0.28 * form.width, 0.7 * form.width)
        self._title(form)
        for text in BODY:
            form.say(text, indent=12)
        form.signed(self.titles, self.name, ("Như trên;", "Lưu: VT."))
        return form

    def _head(self, form: Form, left: float, right: float) -> None:
        for index in range(max(len(self.issuer), len(self.motto))):
            if index < len(self.issuer):
                form.centred(self.issuer[index], "b" if index == len(self.issuer) - 1 else "", 12.5, left)
                form._line += 1
            if index < len(self.motto):
                form.centred(self.motto[index], "b", 12.5, right)
            form.step(1, 12.5)
        form.step(0.5)
        form.centred(self.number, "", 13, left)
        form._line += 1
        form.centred(self.date, "i", 13.5, right)
        form.step(1.1)
        if self.addressee and not self.title:
            for line in self.about:
                form.centred(line, "", 12, left)
                form.step(1, 12)
        if self.urgency:
            form.centred(self.urgency, "b", 13, left)
            form.step(1.2)
        form.step(0.8)

    def _title(self, form: Form) -> None:
        if self.title:
            form.heading(self.title, points=14)
            for line in self.about:
                form.centred(line, "b", 14)
                form.step(1, 14)
            form.step(0.6)
        if self.addressee:
            form.centred(f"Kính gửi: {self.addressee}")
            form.step(1.6)


DOCUMENTS: Mapping[str, Document] = {
    "district-decision": Document(
        "QĐ",
        ("ỦY BAN NHÂN DÂN", "HUYỆN GIẢ ĐỊNH"),
        "Số: 1507/QĐ-UBND",
        "Giả Định, ngày 05 tháng 9 năm 2019",
        "QUYẾT ĐỊNH",
        ("Về việc phê duyệt kế hoạch rà soát hồ sơ lưu trữ", "trên địa bàn huyện Giả Định"),
        "",
        ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
        "Trần Văn Kiểm",
        truth={"subject": "Về việc phê duyệt kế hoạch rà soát hồ sơ lưu trữ trên địa bàn huyện Giả Định"},
    ),
    "commune-report": Document(
        "BC",
        ("ỦY BAN NHÂN DÂN", "XÃ HOA SEN"),
        "Số: 08/BC-UBND",
        "Hoa Sen, ngày 12 tháng 01 năm 2026",
        "BÁO CÁO",
        ("Kết quả công tác tháng 12 năm 2025",),
        "",
        ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
        "Lê Thị Hư Cấu",
        truth={"subject": "Kết quả công tác tháng 12 năm 2025"},
    ),
    "department-letter": Document(
        "CV",
        ("UBND TỈNH VÍ DỤ", "SỞ NỘI VỤ"),
        "Số: 234/SNV-VTLT",
        "Ví Dụ, ngày 17 tháng 10 năm 2023",
        "",
        ("V/v hướng dẫn rà soát", "hồ sơ lưu trữ năm 2023"),
        "Các phòng chuyên môn thuộc Sở",
        ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
        "Bùi Thị Tham Khảo",
        truth={"subject": "V/v hướng dẫn rà soát hồ sơ lưu trữ năm 2023"},
    ),
    "ministry-plan": Document(
        "KH",
        ("BỘ NỘI VỤ",),
        "Số: 4102/KH-BNV",
        "Hà Nội, ngày 28 tháng 7 năm 2022",
        "KẾ HOẠCH",
        ("Triển khai công tác văn thư, lưu trữ năm 2022",),
        "",
        ("KT. BỘ TRƯỞNG", "THỨ TRƯỞNG"),
        "Ngô Văn Trường Hợp",
        truth={"subject": "Triển khai công tác văn thư, lưu trữ năm 2022"},
    ),
    "party-conclusion": Document(
        "TB",
        ("TỈNH ỦY VÍ DỤ", "*"),
        "Số 412-TB/TU",
        "Ví Dụ, ngày 06 tháng 11 năm 2024",
        "THÔNG BÁO",
        ("kết luận của Ban Thường vụ Tỉnh ủy",),
        "",
        ("T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ"),
        "Đinh Văn Ví Dụ",
        ("ĐẢNG CỘNG SẢN VIỆT NAM",),
        truth={"issuer": "TỈNH ỦY VÍ DỤ", "subject": "kết luận của Ban Thường vụ Tỉnh ủy"},
    ),
    "party-letter": Document(
        "CV",
        ("ĐẢNG BỘ TỈNH VÍ DỤ", "HUYỆN ỦY GIẢ ĐỊNH", "*"),
        "Số 77-CV/HU",
        "Giả Định, ngày 21 tháng 4 năm 2021",
        "",
        ("V/v chuẩn bị hội nghị",),
        "Các chi bộ, đảng bộ trực thuộc",
        ("T/L BAN THƯỜNG VỤ", "CHÁNH VĂN PHÒNG"),
        "Phan Thị Trình Bày",
        ("ĐẢNG CỘNG SẢN VIỆT NAM",),
        truth={"issuer": "ĐẢNG BỘ TỈNH VÍ DỤ HUYỆN ỦY GIẢ ĐỊNH", "subject": "V/v chuẩn bị hội nghị"},
    ),
    "front-programme": Document(
        "CTr",
        ("ỦY BAN MTTQ VIỆT NAM TỈNH VÍ DỤ", "BAN THƯỜNG TRỰC"),
        "Số: 15/CTr-MTTQ-BTT",
        "Ví Dụ, ngày 03 tháng 3 năm 2025",
        "CHƯƠNG TRÌNH",
        ("Phối hợp và thống nhất hành động năm 2025",),
        "",
        ("TM. BAN THƯỜNG TRỰC", "CHỦ TỊCH"),
        "Mai Thị Dẫn Chứng",
        truth={"subject": "Phối hợp và thống nhất hành động năm 2025"},
    ),
    "court-notice": Document(
        "TB",
        ("TÒA ÁN NHÂN DÂN", "HUYỆN GIẢ ĐỊNH"),
        "Số: 31/2023/TB-TLVA",
        "Giả Định, ngày 14 tháng 6 năm 2023",
        "THÔNG BÁO",
        ("Về việc thụ lý vụ án",),
        "",
        ("THẨM PHÁN",),
        "Từ Văn Thực Nghiệm",
        truth={"symbol": "2023/TB-TLVA", "position": "THẨM PHÁN", "subject": "Về việc thụ lý vụ án"},
    ),
    "school-submission": Document(
        "TTr",
        ("PHÒNG GD&ĐT HUYỆN GIẢ ĐỊNH", "TRƯỜNG THCS HOA SEN"),
        "Số: 19/TTr-THCSHS",
        "Hoa Sen, ngày 30 tháng 8 năm 2018",
        "TỜ TRÌNH",
        ("Về việc xin kinh phí sửa chữa phòng học",),
        "Phòng Giáo dục và Đào tạo huyện Giả Định",
        ("HIỆU TRƯỞNG",),
        "Kiều Thị Thí Nghiệm",
        truth={"subject": "Về việc xin kinh phí sửa chữa phòng học"},
    ),
    "company-decision": Document(
        "QĐ",
        ("CÔNG TY CỔ PHẦN VÍ DỤ", "HỘI ĐỒNG QUẢN TRỊ"),
        "Số: 06/2024/QĐ-HĐQT",
        "Ví Dụ, ngày 20 tháng 12 năm 2024",
        "QUYẾT ĐỊNH",
        ("Về việc bổ nhiệm Giám đốc chi nhánh",),
        "",
        ("TM. HỘI ĐỒNG QUẢN TRỊ", "CHỦ TỊCH"),
        "Lương Văn Giả Thuyết",
        truth={"symbol": "2024/QĐ-HĐQT", "subject": "Về việc bổ nhiệm Giám đốc chi nhánh"},
    ),
    "company-letter": Document(
        "CV",
        ("CÔNG TY TNHH MỘT THÀNH VIÊN", "CẤP NƯỚC VÍ DỤ"),
        "Số: 112/CV-CNVD",
        "Ví Dụ, ngày 02 tháng 5 năm 2017",
        "",
        ("V/v tạm ngừng cấp nước",),
        "Ủy ban nhân dân các phường",
        ("GIÁM ĐỐC",),
        "Cao Văn Minh Họa",
        truth={"subject": "V/v tạm ngừng cấp nước"},
    ),
    "invitation": Document(
        "GM",
        ("ỦY BAN NHÂN DÂN", "PHƯỜNG MẪU ĐƠN"),
        "Số: 45/GM-UBND",
        "Mẫu Đơn, ngày 11 tháng 02 năm 2026",
        "GIẤY MỜI",
        ("Dự họp về công tác lưu trữ",),
        "Ông Hồ Văn Kiểm Thử",
        ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"),
        "Huỳnh Thị Thí Dụ",
        urgency="KHẨN",
        truth={"urgency": "KHẨN", "subject": "Dự họp về công tác lưu trữ"},
    ),
    "telegram": Document(
        "CĐ",
        ("CHỦ TỊCH ỦY BAN NHÂN DÂN", "TỈNH VÍ DỤ"),
        "Số: 03/CĐ-UBND",
        "Ví Dụ, ngày 26 tháng 9 năm 2022",
        "CÔNG ĐIỆN",
        ("Về việc chủ động ứng phó với mưa lớn",),
        "",
        ("CHỦ TỊCH",),
        "Võ Thị Kiểm Thử",
        urgency="HỎA TỐC",
        truth={"urgency": "HỎA TỐC", "subject": "Về việc chủ động ứng phó với mưa lớn"},
    ),
    "directive-2005": Document(
        "CT",
        ("ỦY BAN NHÂN DÂN", "TỈNH VÍ DỤ"),
        "Số: 12/2005/CT-UB",
        "Ví Dụ, ngày 08 tháng 11 năm 2005",
        "CHỈ THỊ CỦA ỦY BAN NHÂN DÂN TỈNH VÍ DỤ",
        ("V/v tăng cường công tác lưu trữ",),
        "",
        ("TM. UBND TỈNH VÍ DỤ", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
        "Đoàn Thị Khảo Sát",
        ("CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM", SUB_MOTTO),
        truth={"symbol": "2005/CT-UB", "subject": "V/v tăng cường công tác lưu trữ"},
    ),
    "letter-of-congratulation": Document(
        "thu-cong",
        ("CHỦ TỊCH", "ỦY BAN NHÂN DÂN TỈNH VÍ DỤ"),
        "",
        "Ví Dụ, ngày 20 tháng 11 năm 2023",
        "THƯ CHÚC MỪNG",
        ("Nhân kỷ niệm ngày Nhà giáo Việt Nam",),
        "Các thầy giáo, cô giáo",
        ("CHỦ TỊCH",),
        "Trần Văn Kiểm",
        truth={"subject": "Nhân kỷ niệm ngày Nhà giáo Việt Nam"},
    ),
    "letter-of-the-chairman": Document(
        "thu-cong",
        ("ỦY BAN NHÂN DÂN", "TỈNH VÍ DỤ"),
        "",
        "Ví Dụ, ngày 02 tháng 9 năm 2025",
        "THƯ CÔNG",
        ("Về việc cảm ơn các đơn vị đã giúp đỡ",),
        "",
        ("CHỦ TỊCH",),
        "Lê Thị Hư Cấu",
        truth={"subject": "Về việc cảm ơn các đơn vị đã giúp đỡ"},
    ),
    "council-resolution": Document(
        "NQ",
        ("HỘI ĐỒNG NHÂN DÂN", "TỈNH VÍ DỤ"),
        "Số: 27/NQ-HĐND",
        "Ví Dụ, ngày 10 tháng 12 năm 2020",
        "NGHỊ QUYẾT",
        ("Về chương trình giám sát năm 2021",),
        "",
        ("CHỦ TỊCH",),
        "Phạm Gia Huy",
        truth={"subject": "Về chương trình giám sát năm 2021"},
    ),
}


def truth(document: Document) -> Mapping[str, str]:
    """What every field of the document is; those it does not have are left out."""
    number, _, symbol = document.number.removeprefix("Số").lstrip(": ").partition("/")
    if "-" in number:
        number, _, kind = number.partition("-")
        symbol = f"{kind}/{symbol}"
    place, _, date = document.date.partition(", ngày ")
    day, month, year = (int(part) for part in date.replace(" tháng ", " ").replace(" năm ", " ").split())
    numbered = {"number": number, "symbol": symbol} if document.number else {}
    own = {
        **numbered,
        "place": place,
        "date": f"{year:04d}-{month:02d}-{day:02d}",
        "issuer": " ".join(document.issuer),
        "signer": document.name,
        "position": document.titles[-1],
    }
    addressed = {"addressee": document.addressee} if document.addressee else {}
    return {**own, **addressed, **document.truth}


def drawings() -> Sequence[tuple[str, str, Callable[[], Form], Mapping[str, str]]]:
    return [(name, one.kind, one.draw, truth(one)) for name, one in DOCUMENTS.items()]
