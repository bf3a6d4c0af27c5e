"""Letterheads that are set otherwise than Decree 30/2020 has it: mirrored, and in one column."""

import pytest

from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.recognition import Field, Origin
from tests.ocr.typed import BODY, At, centred, page

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
