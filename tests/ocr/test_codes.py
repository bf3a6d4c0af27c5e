"""QR codes are read from page pictures: those of cards, and those of the sheets that part papers."""

from pathlib import Path

import numpy as np
import zxingcpp
from PIL import Image

from ocr.checks.codes import card_code, codes_of
from ocr.recognition import Page
from ocr.understanding import understand
from tests.ocr.letterheads import DOCUMENTS
from tests.ocr.typed import HEIGHT, WIDTH


def separator(folder: Path, text: str) -> Path:
    """A sheet with a code of 5 cm in the middle, as an office prints it."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    drawn = Image.fromarray(np.array(zxingcpp.write_barcode_to_image(code))).resize((590, 590), 0)
    sheet = Image.new("L", (WIDTH, HEIGHT), 250)
    sheet.paste(drawn, (900, 1400))
    sheet.save(folder / "sheet.png")
    return folder / "sheet.png"


def test_codes_are_read_from_a_page(tmp_path: Path) -> None:
    assert codes_of(separator(tmp_path, "HỒ SƠ 12")) == ("HỒ SƠ 12",)
    assert codes_of(tmp_path / "absent.png") == ()


def test_a_card_code_is_told_by_its_cells_and_not_by_their_order() -> None:
    found = card_code("001190000123||Nguyễn Thị Ví Dụ|01021990|Nữ|Tổ 5, Mẫu Đơn|20102021||")
    assert found is not None
    assert (found.full_name, found.sex) == ("Nguyễn Thị Ví Dụ", "Nữ")
    assert (found.date_of_birth, found.issued_on) == ("1990-02-01", "2021-10-20")
    assert card_code("001190000123") is None


def test_a_separator_parts_two_papers_of_one_scan(tmp_path: Path) -> None:
    picture = separator(tmp_path, "NEXT")
    sheets = [DOCUMENTS[name].draw().page(number) for name, number in (("telegram", 1), ("invitation", 3))]
    parting = Page(2, WIDTH, HEIGHT, 300.0, 0, 0.0, "ocr", picture.name)
    found = understand([sheets[0], parting, sheets[1]], tmp_path)
    assert [(paper.first_page, paper.last_page, paper.kind) for paper in found.papers] == [
        (1, 1, "CĐ"),
        (3, 3, "GM"),
    ]
    assert found.kind.code == "CĐ"
    assert found.fields["number"].value == "03"
