"""Print in red: forms, titles of certificates, numbers of invoices, marked passages of drafts."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.limits import Limits
from ocr.reading import read_page
from ocr.recognition import Page
from ocr.stamps import red_print
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


def worn_seal(center: tuple[int, int]) -> Image.Image:
    """The page at 300 dpi with a seal over its text, of which the rim is in pieces as small as letters."""
    page = drawing.page(300)
    seal = Image.new("RGB", page.size, "white")
    draw = ImageDraw.Draw(seal)
    for radius, width in ((210, 9), (195, 3)):
        draw.ellipse([c + side * radius for side in (-1, 1) for c in center], outline=RED, width=width)
    font = ImageFont.truetype(str(drawing.BOLD), 30)
    around = "ỦY BAN NHÂN DÂN PHƯỜNG MẪU ĐƠN * TỈNH MẪU ĐƠN *"
    for number, letter in enumerate(around):
        angle = 360 * number / len(around)
        mark = Image.new("L", (60, 60), 0)
        ImageDraw.Draw(mark).text((30, 30), letter, 255, font, anchor="mm")
        x, y = (c + 168 * f(np.radians(angle)) for c, f in zip(center, (np.cos, np.sin), strict=True))
        seal.paste(RED, (round(x) - 30, round(y) - 30), mark.rotate(-angle - 90))
    draw.regular_polygon((*center, 30), 5, fill=RED)
    pixels = np.array(seal)
    gone = np.random.default_rng(3).random((pixels.shape[0] // 8 + 1, pixels.shape[1] // 8 + 1)) < 0.35
    pixels[np.kron(gone, np.ones((8, 8), bool))[: pixels.shape[0], : pixels.shape[1]]] = 255
    return Image.fromarray(np.minimum(np.asarray(page), pixels))


def test_a_worn_seal_is_no_print(tmp_path: Path) -> None:
    """Its pieces were taken for letters: no seal was found, and the text under it was read with them."""
    page = read(tmp_path, worn_seal((1100, 1250)))
    assert [region.kind for region in page.regions] == ["seal"]
    assert scoring.errors_of_lines(drawing.text_lines(), page.text) < 0.01


def test_the_star_of_a_seal_is_no_print() -> None:
    """What is left of a seal whose ring is worn away would darken the letters under it."""
    image = drawing.page(300)
    ImageDraw.Draw(image).regular_polygon((1100, 1250, 40), 5, fill=RED)
    pixels = np.ascontiguousarray(np.asarray(image)[:, :, ::-1])
    grey = np.asarray(image.convert("L"))
    assert red_print.shown(pixels, grey, 300) is grey
