"""Heads set otherwise than Decree 30/2020 has it: mirrored, in one column, numbered under the title."""

import pytest

from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.recognition import Field, Origin
from tests.ocr.typed import BODY, At, centred, letterhead, page

MOTTO, WORDS = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
NUMBER, DATE = "Số: 15/QĐ-UBND", "Phường Mẫu, ngày 05 tháng 3 năm 2026"
TITLE = (centred(700, "QUYẾT ĐỊNH"), centred(780, "Về việc giao nhiệm vụ năm 2026"), *BODY)
READ = {
    "issuer": "ỦY BAN NHÂN DÂN PHƯỜNG MẪU",
    "number": "15",
    "symbol": "QĐ-UBND",
    "date": "2026-03-05",
    "place": "Phường Mẫu",
}
ORIGINS: list[Origin] = ["ocr", "text-layer"]


def fields(*lines: At, origin: Origin = "ocr") -> dict[str, Field]:
    one = page(*lines, origin=origin)
    return dict(extract([one], classify([one])))


def read(*lines: At, origin: Origin = "ocr") -> dict[str, str | None]:
    found = fields(*lines, origin=origin)
    return {name: found[name].value for name in READ if name in found and found[name].state == "read"}


def mirrored(*issuer: str) -> list[At]:
    lines = [At(200, 200, MOTTO), At(330, 270, WORDS)]
    return lines + [At(1500, 200 + 70 * i, text) for i, text in enumerate(issuer)]


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("numbered_on_the_left", [True, False])
def test_the_motto_may_stand_on_the_left(origin: Origin, numbered_on_the_left: bool) -> None:
    below = (NUMBER, DATE) if numbered_on_the_left else (DATE, NUMBER)
    row = [At(330, 400, below[0]), At(1350, 400, below[1])]
    head = mirrored("ỦY BAN NHÂN DÂN", "PHƯỜNG MẪU")
    assert read(*head, *row, *TITLE, origin=origin) == READ


@pytest.mark.parametrize("origin", ORIGINS)
def test_the_motto_is_never_who_issues(origin: Origin) -> None:
    head = [At(200, 200, MOTTO), At(330, 270, WORDS), At(330, 400, NUMBER), At(1350, 400, DATE)]
    assert "issuer" not in read(*head, *TITLE, origin=origin)


@pytest.mark.parametrize("beside", ["ẢNH", "GIẤY PHÉP LÁI XE", "MẪU SỐ 01", "CÔNG VĂN ĐẾN"])
def test_what_else_stands_beside_a_motto_on_the_left_is_no_agency(beside: str) -> None:
    found = read(*mirrored(beside), centred(700, "ĐƠN ĐỀ NGHỊ"), *BODY, origin="text-layer")
    assert not {"issuer", "number"} & set(found)


ABOVE = [
    At(950, 100, "ỦY BAN NHÂN DÂN"),
    At(1030, 170, "PHƯỜNG MẪU"),
    At(750, 260, MOTTO),
    At(900, 330, WORDS),
]
BELOW = [
    At(750, 100, MOTTO),
    At(900, 170, WORDS),
    At(950, 260, "ỦY BAN NHÂN DÂN"),
    At(1030, 330, "PHƯỜNG MẪU"),
]


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("head", [ABOVE, BELOW])
def test_agency_and_motto_may_stand_in_one_column(origin: Origin, head: list[At]) -> None:
    assert read(*head, At(400, 450, NUMBER), At(1250, 450, DATE), *TITLE, origin=origin) == READ


@pytest.mark.parametrize("title", ["SỔ HỘ KHẨU", "SỞ HỘ KHẨU", "TỜ KHAI", "ĐƠN ĐỀ NGHỊ", "QUYẾT ĐỊNH"])
def test_a_title_under_the_motto_is_no_agency(title: str) -> None:
    head = [At(750, 100, MOTTO), At(900, 170, WORDS), At(1000, 260, title)]
    assert "issuer" not in read(*head, *BODY, origin="text-layer")


def test_an_agency_that_may_go_on_in_its_title_is_left_open() -> None:
    assert "issuer" not in read(*BELOW, At(1000, 400, "QUYẾT ĐỊNH"), *BODY)


CENTRED = [At(750, 100, MOTTO), At(900, 170, WORDS)]
AGREED = [At(380, 900, "Hôm nay, ngày 05 tháng 3 năm 2024, tại phường Mẫu, chúng tôi gồm có:"), *BODY]


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize(
    ("title", "row", "symbol"),
    [
        ("HỢP ĐỒNG MUA BÁN HÀNG HÓA", "Số: 12/2024/HĐ-MB", "2024/HĐ-MB"),
        ("HỢP ĐỒNG LAO ĐỘNG", "Số: 12/HĐLĐ", "HĐLĐ"),
        ("HỢP ĐỒNG KINH TẾ", "(Số: 12/HĐKT/2024)", "HĐKT/2024"),
        ("HỢP ĐỒNG THUÊ NHÀ", "Số 12/2024/HĐTN", "2024/HĐTN"),
        ("BIÊN BẢN LÀM VIỆC", "Số: 12/BB-UBND", "BB-UBND"),
    ],
)
def test_a_number_may_stand_under_the_title(origin: Origin, title: str, row: str, symbol: str) -> None:
    lines = (*CENTRED, centred(350, title), centred(420, row), *AGREED)
    assert read(*lines, origin=origin) == {"number": "12", "symbol": symbol}
    assert fields(*lines, origin=origin)["subject"].state == "absent"


def test_a_number_under_the_title_leaves_the_letterhead_its_date_and_type() -> None:
    head = [
        At(400, 200, "ỦY BAN NHÂN DÂN"),
        At(1100, 200, MOTTO),
        At(430, 270, "PHƯỜNG MẪU"),
        At(1300, 270, WORDS),
    ]
    under = [At(1250, 400, DATE), centred(600, "QUYẾT ĐỊNH"), centred(670, NUMBER)]
    assert read(*head, *under, *BODY) == READ
    assert fields(*head, *under, *BODY)["type"].value == "Quyết định"


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_place_may_touch_its_date(origin: Origin) -> None:
    date = DATE.replace(", ngày", ",ngày")
    assert read(*letterhead(date=date), *TITLE, origin=origin) == READ


@pytest.mark.parametrize("origin", ORIGINS)
def test_place_and_date_may_stand_over_the_signature(origin: Origin) -> None:
    head = [At(200, 200, "UBND XÃ MẪU"), At(1100, 200, MOTTO), At(200, 300, "Số: 12/TTr-UB")]
    lines = [*head, centred(600, "TỜ TRÌNH"), *BODY]
    signed = [At(1500, 1980, "CHỦ TỊCH"), At(1480, 2300, "Trần Văn Ví")]
    over = fields(*lines, At(1250, 1900, DATE), *signed, origin=origin)
    assert (over["place"].value, over["date"].value) == (READ["place"], READ["date"])
    for other in (At(300, 1900, DATE.replace("Phường Mẫu", "Sở Mẫu")), At(1250, 1600, DATE)):
        apart = fields(*lines, other, *signed, origin=origin)
        assert (apart["place"].value, apart["date"].value) == (None, None)


@pytest.mark.parametrize(
    "row",
    ["Số: ....../2024/HĐ-MB", "Số: 12/2024/HĐ-MB ngày 5 tháng 3", "Số nhà 12/MB", "Số CMND/CCCD: 12/MB"],
)
def test_what_is_no_whole_number_under_a_title_is_not_stated(row: str) -> None:
    assert "number" not in read(*CENTRED, centred(350, "HỢP ĐỒNG MUA BÁN"), centred(420, row), *AGREED)


def test_what_a_mail_room_stamped_in_the_middle_is_not_the_papers_number() -> None:
    stamp = [centred(350, "CÔNG VĂN ĐẾN"), centred(420, "Số: 12/BB-UBND")]
    assert "number" not in read(*CENTRED, *stamp, *AGREED, origin="text-layer")


@pytest.mark.parametrize("motto", [MOTTO[4:], f"{MOTTO} SOCIALIST REPUBLIC OF VIETNAM"])
def test_a_motto_that_is_not_whole_or_not_alone_hides_nothing(motto: str) -> None:
    """Its words were asked for its place among the lines of mottos, of which there is none."""
    assert "issuer" not in read(centred(200, motto), centred(270, WORDS), *BODY)
