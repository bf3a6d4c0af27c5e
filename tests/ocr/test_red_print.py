"""Print in red: forms, titles of certificates, numbers of invoices, marked passages of drafts."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.limits import Limits
from ocr.reading import read_page
from ocr.recognition import Page
from tests.ocr import drawing, scoring

RED = (214, 30, 38)
BELOW = ("Hồ sơ nộp chậm phải có văn bản giải trình gửi kèm.", "Đoạn này do phòng chuyên môn bổ sung.")


def read(folder: Path, image: Image.Image, dpi: int = 300) -> Page:
    (folder / "scan.pdf").write_bytes(drawing.image_pdf([drawing.scanned(image, 0.4)], dpi, 70))
    return read_page(folder / "scan.pdf", 1, folder, Limits(), profile="fast")


def write(image: Image.Image, place: tuple[float, float], text: str, size: int = 13, dpi: int = 300) -> None:
    font = ImageFont.truetype(str(drawing.SERIF), round(size / 72 * dpi))
    ImageDraw.Draw(image).text((place[0] * dpi, place[1] * dpi), text, RED, font)


@pytest.mark.parametrize("seal", [False, True])
def test_lines_in_red_are_read_with_and_without_a_seal_on_the_page(tmp_path: Path, seal: bool) -> None:
    """They were left out, without a word, where no seal was found: the levels for reading show no red."""
    image = drawing.page(seal=seal)
    for row, line in enumerate(BELOW):
        write(image, (1.0, 7.0 + 0.27 * row), line)
    page = read(tmp_path, image)
    assert scoring.errors_of_lines([*drawing.text_lines(), *BELOW], page.text) < 0.01
    assert [region.kind for region in page.regions] == ["seal"] * seal


def test_a_title_and_a_number_in_red_are_read(tmp_path: Path) -> None:
    image = drawing.page(dpi=200)
    write(image, (2.2, 7.0), "GIẤY CHỨNG NHẬN MẪU", 20, 200)
    write(image, (5.5, 8.0), "0012345", 13, 200)
    write(image, (1.0, 9.0), "7", 13, 200)
    page = read(tmp_path, image, 200)
    assert "GIẤY CHỨNG NHẬN MẪU" in page.text.splitlines()
    assert {"0012345", "7"} <= set(page.text.splitlines())
    assert not page.regions


def test_a_seal_is_no_print(tmp_path: Path) -> None:
    with_seal = read(tmp_path, drawing.page(seal=True))
    assert scoring.errors_of_lines(drawing.text_lines(), with_seal.text) < 0.01
    assert "DẤU" not in with_seal.text
