"""Writes fictional letters of offices that do not exist, in the form the law gives them, from a seed.

The sentences are of our own making. Names, and a part of all other words, are drawn from the vocabulary of
official texts, the frequent ones more often: hardly two sentences are alike, rare words come up too, and not
everything is what a language model expects.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from string import Formatter

from ocr.language.language_model import vietnamese
from ocr.language.writing import is_syllable

KINDS = (
    ("THÔNG BÁO", "TB"),
    ("KẾ HOẠCH", "KH"),
    ("BÁO CÁO", "BC"),
    ("TỜ TRÌNH", "TTr"),
    ("QUYẾT ĐỊNH", "QĐ"),
    ("CHỈ THỊ", "CT"),
    ("GIẤY MỜI", "GM"),
)
OFFICES = ("UBND", "SNV", "STP", "SXD", "STC", "VP", "SGDĐT", "STNMT")
ROLES = ("CHỦ TỊCH", "PHÓ CHỦ TỊCH", "GIÁM ĐỐC", "CHÁNH VĂN PHÒNG", "TRƯỞNG PHÒNG")
SURNAMES = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Huỳnh",
    "Hoàng",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Đoàn",
    "Trịnh",
    "Lương",
    "Tạ",
)
PREAMBLES = (
    "Căn cứ Luật số {law} ngày {date} về {words};",
    "Căn cứ Nghị định số {decree} ngày {date} của Chính phủ quy định về {words};",
    "Căn cứ Thông tư số {circular} ngày {date} hướng dẫn thực hiện {words} và {words};",
    "Xét đề nghị của {head} tại Tờ trình số {reference} ngày {date},",
    "Thực hiện Công văn số {reference} ngày {date} của {unit} về việc {words},",
)
SENTENCES = (
    "Giao {unit} chủ trì, phối hợp với {unit} rà soát {words}, báo cáo kết quả trước ngày {date}.",
    "Yêu cầu {unit} khẩn trương khắc phục những tồn tại về {words} đã nêu tại Kết luận số {reference}.",
    "Ông {name}, sinh ngày {date}, thường trú tại {place}, được hỗ trợ {money} để {words}.",
    "Bà {name} và ông {name} đã nộp đủ lệ phí {money}; biên lai số {number} lập ngày {date}.",
    "Tổng kinh phí thực hiện là {money}, trong đó ngân sách tỉnh chiếm {percent}, phần còn lại do {words}.",
    "Trong quá trình thực hiện, nếu có vướng mắc về {words} thì phản ánh về {unit} để được hướng dẫn.",
    "Thời gian làm việc: từ {hour} đến {hour} các ngày trong tuần, điện thoại {phone}.",
    "Diện tích thửa đất số {number}, tờ bản đồ số {small} là {area} m2, tọa lạc tại {place}.",
    "Đến nay đã có {number} hồ sơ được số hóa, đạt {percent} so với chỉ tiêu được giao; còn lại {words}.",
    "Việc {words} phải bảo đảm công khai, minh bạch, đúng thẩm quyền và không gây phiền hà cho người dân.",
    "Theo khoản {small} Điều {small} Nghị định số {decree}, {words} thuộc trách nhiệm của {head}.",
    "Qua kiểm tra tại {place}, đoàn công tác ghi nhận {words}; tuy nhiên {words} vẫn chưa kịp thời.",
    "Đề nghị các cơ quan, đơn vị phổ biến nội dung này đến toàn thể cán bộ, công chức và {words}.",
    "Cử ông {name}, chức vụ {words}, tham gia lớp bồi dưỡng {words} tại {place} từ ngày {date}.",
    "Các hộ gia đình bị ảnh hưởng bởi {words} được xem xét miễn, giảm {percent} tiền thuê đất năm {year}.",
    "Bãi bỏ Quyết định số {reference} ngày {date} kể từ ngày văn bản này có hiệu lực thi hành.",
    "Hằng quý, {head} tổng hợp tình hình {words}, gửi về {unit} chậm nhất là ngày {small} tháng sau.",
    "Nghiêm cấm {words}, {words} dưới mọi hình thức; trường hợp vi phạm sẽ bị xử lý theo quy định.",
    "Căn cước số {identity} cấp ngày {date} cho {name}; mã số thuế {tax}.",
    "Mở rộng mô hình {words} ra {small} xã, phường; phấn đấu đến năm {year} có {percent} số thôn tham gia.",
)
PHRASES = (
    "cải cách thủ tục hành chính",
    "phòng cháy, chữa cháy và cứu nạn, cứu hộ",
    "số hóa hồ sơ lưu trữ lịch sử",
    "giải phóng mặt bằng các dự án trọng điểm",
    "bồi thường, hỗ trợ và tái định cư",
    "tiêm phòng dịch bệnh trên đàn gia súc, gia cầm",
    "xử lý rác thải sinh hoạt ở nông thôn",
    "tuyển dụng viên chức ngành giáo dục",
    "quyết toán vốn đầu tư công",
    "kiểm kê tài sản cố định",
    "bảo trì đường huyện và cầu dân sinh",
    "trợ cấp xã hội cho người cao tuổi",
    "cấp giấy phép khai thác nước dưới đất",
    "chuyển mục đích sử dụng đất trồng lúa",
    "thẩm định thiết kế bản vẽ thi công",
    "khen thưởng tập thể, cá nhân điển hình tiên tiến",
    "tiếp công dân và giải quyết khiếu nại, tố cáo",
    "an toàn thực phẩm tại bếp ăn tập thể",
    "bảo vệ rừng phòng hộ đầu nguồn",
    "ứng phó với bão, lũ, sạt lở bờ sông",
    "thu hút đầu tư vào cụm công nghiệp",
    "đào tạo nghề cho lao động nông thôn",
    "xóa nhà tạm, nhà dột nát",
    "chữ ký số và văn bản điện tử",
    "đấu giá quyền khai thác khoáng sản",
    "tổ chức lễ hội truyền thống",
    "khám sức khỏe nghĩa vụ quân sự",
    "bình đẳng giới và bảo vệ trẻ em",
    "sắp xếp, tinh gọn bộ máy",
    "chống lấn chiếm lòng đường, vỉa hè",
)
CHAOS = 0.35  # share of places filled with words that do not belong together
SUBJECTS = ("Về việc {words}", "Về việc {words} và {words}", "Tổ chức thực hiện {words} năm {year}")
RECIPIENTS = (
    "- Như trên;",
    "- {unit};",
    "- Chủ tịch, các Phó Chủ tịch;",
    "- {unit};",
    "- Lưu: VT, {initials}.",
)


@dataclass(frozen=True, slots=True)
class Letter:
    """The parts of a letter, top to bottom; paragraphs are not yet broken into lines."""

    issuer: tuple[str, ...]
    number: str
    date: str
    title: str
    subject: str
    preamble: tuple[str, ...]
    body: tuple[str, ...]
    recipients: tuple[str, ...]
    role: str
    signer: str
    seal: tuple[str, ...]


class Writer:
    """Makes letters; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        model = vietnamese()
        known = (word.replace("ð", "đ") for word in model.words())  # as some sources spell it
        self._words = [word for word in known if len(word) > 1 and is_syllable(word)]
        # By the square root of how often they occur: frequent words lead, rare ones are not left out.
        self._weights = list(accumulate(model.count(word) ** 0.5 + 0.3 for word in self._words))

    def letter(self, sentences: int) -> Letter:
        """A letter with so many sentences in its body."""
        choice = self._random
        title, abbreviation = choice.choice(KINDS)
        town = self._proper(2)
        body = [self._filled(sentence) for sentence in choice.choices(SENTENCES, k=sentences)]
        for place in range(0, sentences, 3):
            body[place] = f"{place // 3 + 1}. {body[place]}"
        return Letter(
            issuer=("ỦY BAN NHÂN DÂN", f"TỈNH {town.upper()}"),
            number=f"Số: {choice.randint(1, 999):02d}/{abbreviation}-{choice.choice(OFFICES)}",
            date=f"{town}, ngày {choice.randint(1, 31):02d} tháng {choice.randint(1, 12)} năm {self._year()}",
            title=title,
            subject=self._filled(choice.choice(SUBJECTS)),
            preamble=tuple(self._filled(line) for line in choice.sample(PREAMBLES, 3)),
            body=tuple(" ".join(body[place : place + 3]) for place in range(0, sentences, 3)),
            recipients=("Nơi nhận:", *(self._filled(line) for line in RECIPIENTS)),
            role=choice.choice(ROLES),
            signer=self._name(),
            seal=(f"TỈNH {town.upper()}", "VĂN PHÒNG"),
        )

    def _filled(self, template: str) -> str:
        """The template with each of its places filled anew."""
        parts = []
        for text, place, _, _ in Formatter().parse(template):
            parts.append(text)
            if place:
                parts.append(self._value(place))
        return "".join(parts)

    def _value(self, place: str) -> str:
        choice = self._random
        values: dict[str, Callable[[], str]] = {
            "words": self._topic,
            "name": self._name,
            "place": lambda: f"xã {self._proper(2)}, tỉnh {self._proper(2)}",
            "unit": lambda: (
                f"{choice.choice(('Sở', 'Phòng', 'Ban', 'Trung tâm'))} {self._proper(1)} "
                + " ".join(self._some(2))
            ),
            "head": lambda: (
                f"{choice.choice(('Giám đốc', 'Trưởng phòng', 'Chánh Văn phòng'))} {self._name()}"
            ),
            "date": self._date,
            "year": self._year,
            "law": lambda: f"{choice.randint(1, 99):02d}/{self._year()}/QH{choice.randint(12, 15)}",
            "decree": lambda: f"{choice.randint(1, 180):02d}/{self._year()}/NĐ-CP",
            "circular": lambda: (
                f"{choice.randint(1, 60):02d}/{self._year()}/TT-B{choice.choice(('TC', 'NV'))}"
            ),
            "reference": lambda: (
                f"{choice.randint(1, 4000):02d}/" + f"{choice.choice(KINDS)[1]}-{choice.choice(OFFICES)}"
            ),
            "money": lambda: f"{self._thousands(choice.randint(50, 90_000_000))} đồng",
            "percent": lambda: f"{choice.randint(0, 99)},{choice.randint(1, 9)}%",
            "number": lambda: self._thousands(choice.randint(1, 20_000)),
            "small": lambda: str(choice.randint(1, 30)),
            "hour": lambda: f"{choice.randint(7, 17)} giờ {choice.choice(('00', '15', '30', '45'))}",
            "phone": lambda: f"0{choice.randint(200, 299)}.{choice.randint(3_000_000, 3_999_999)}",
            "area": lambda: f"{choice.randint(40, 999)},{choice.randint(1, 9)}",
            "identity": lambda: f"0{choice.randint(10**10, 10**11 - 1)}",
            "tax": lambda: str(choice.randint(10**9, 10**10 - 1)),
            "initials": lambda: "".join(word[0] for word in self._some(3)).upper(),
        }
        return values[place]()

    def _some(self, count: int) -> list[str]:
        return self._random.choices(self._words, cum_weights=self._weights, k=count)

    def _topic(self) -> str:
        """What offices write about; and, where the language is no help to a reader, words in a row."""
        if self._random.random() < CHAOS:
            return " ".join(self._some(self._random.randint(3, 7)))
        return self._random.choice(PHRASES)

    def _proper(self, count: int) -> str:
        return " ".join(word.capitalize() for word in self._some(count))

    def _name(self) -> str:
        return f"{self._random.choice(SURNAMES)} {self._proper(2)}"

    def _year(self) -> str:
        return str(self._random.randint(1995, 2026))

    def _date(self) -> str:
        return f"{self._random.randint(1, 28):02d}/{self._random.randint(1, 12):02d}/{self._year()}"

    @staticmethod
    def _thousands(number: int) -> str:
        return f"{number:,}".replace(",", ".")
