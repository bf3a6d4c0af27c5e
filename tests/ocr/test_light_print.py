"""Light print on dark ground: heads of tables, banners, headings of certificates."""

from itertools import chain
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr import reading
from ocr.cleaning import light_print
from ocr.limits import Limits
from ocr.recognition import Page
from tests.ocr import drawing, scoring

DPI = 200
HEADS = ("STT", "Tên hồ sơ lưu trữ", "Số trang", "Ghi chú")
ROWS = (
    ("1", "Sổ đăng ký khai sinh", "212", "Thiếu bìa"),
    ("2", "Sổ đăng ký kết hôn", "148", "Đủ"),
    ("3", "Hồ sơ đất đai", "96", "Đủ"),
)
EDGES = [round(x * DPI) for x in (1.0, 1.5, 4.2, 5.6, 7.2)]
TITLE = "TỔNG HỢP KẾT QUẢ SỐ HÓA NĂM 2025"
RED, BLUE, BLACK = (192, 0, 0), (31, 73, 125), (10, 10, 10)


def font(points: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(drawing.BOLD), round(points / 72 * DPI))


def table() -> Image.Image:
    """A notice with a yellow title on red and a ruled table whose head is white on blue."""
    image = banner(RED, (255, 235, 60), 6.3)
    draw = ImageDraw.Draw(image)
    for top, row in zip((6.9, 7.15, 7.4, 7.65), (HEADS, *ROWS), strict=True):
        head = row is HEADS
        for left, right, text in zip(EDGES, EDGES[1:], row, strict=False):
            box = (left, round(top * DPI), right, round((top + 0.25) * DPI))
            draw.rectangle(box, BLUE if head else None, BLUE if head else BLACK, 2)
            draw.text((left + 12, (box[1] + box[3]) / 2), text, "white" if head else BLACK, font(11), "lm")
    return image


def banner(
    ground: tuple[int, int, int], light: tuple[int, int, int], top: float, turn: int = 0
) -> Image.Image:
    """A notice with a title in a band from edge to edge at so many inches, turned by so many degrees."""
    image = drawing.page(DPI)
    band = Image.new("RGB", (image.width, 90), ground)
    ImageDraw.Draw(band).text((image.width / 2, 45), TITLE, light, font(16), "mm")
    image.paste(band.rotate(turn), (0, round(top * DPI)))
    return image


def read(folder: Path, image: Image.Image) -> Page:
    (folder / "scan.pdf").write_bytes(drawing.image_pdf([drawing.scanned(image, 0.4)], DPI, 70))
    return reading.read_page(folder / "scan.pdf", 1, folder, Limits(), profile="fast")


def test_a_title_and_the_head_of_a_table_are_read_in_their_places(tmp_path: Path) -> None:
    """They were left out without a word, as a dark band was divided by itself and its letters with it; or it
    was taken for a stamp, and its letters for dozens of words."""
    page = read(tmp_path, table())
    lines = [*drawing.text_lines(), TITLE, *HEADS, *chain(*ROWS)]
    assert scoring.errors_of_lines(lines, page.text) < 0.01
    assert len(page.words) == len(" ".join(lines).split())
    assert not page.regions
    assert not page.warnings
    found = [word for word in page.words if word.text == "trang"][-1].box
    assert EDGES[2] < found.x0 < found.x1 < EDGES[3]
    assert 6.9 * DPI - 4 < found.y0 < found.y1 < 7.15 * DPI + 4
    reading.finish(tmp_path / "scan.pdf", [page], tmp_path)
    with pypdfium2.PdfDocument(tmp_path / "searchable.pdf") as copy:
        left, right = (x * 72 / page.dpi for x in (found.x0 - 4, found.x1 + 4))
        top, bottom = (copy[0].get_height() - y * 72 / page.dpi for y in (found.y0 - 4, found.y1 + 4))
        assert copy[0].get_textpage().get_text_bounded(left, bottom, right, top).strip() == "trang"


def test_light_print_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    page = read(tmp_path, banner(BLUE, (255, 255, 255), 7.0, turn=180))
    assert scoring.errors_of_lines(drawing.text_lines(), page.text) < 0.01
    assert [notice.code for notice in page.warnings] == ["light-print"]


def test_a_page_with_nothing_but_light_print_that_cannot_be_read_is_not_blank(tmp_path: Path) -> None:
    image = Image.new("RGB", (1654, 2339), (250, 250, 248))
    band = Image.new("RGB", (900, 70), BLUE)
    ImageDraw.Draw(band).text((450, 35), "PHÔNG LƯU TRỮ SỐ 3", "white", font(18), "mm")
    image.paste(band.rotate(180), (170, 500))
    page = read(tmp_path, image)
    assert not page.blank
    assert "light-print" in [notice.code for notice in page.warnings]


def heavy() -> Image.Image:
    """A page with a heavy black title, whose letters leave less paper than white ones leave ground."""
    image = drawing.page(DPI)
    for offset in range(6):
        ImageDraw.Draw(image).text((300 + offset, 7 * DPI), "BÁO CÁO", "black", font(44))
    return image


def barred() -> Image.Image:
    """A page with words made black, and with bars of a code."""
    image = drawing.page(DPI)
    draw = ImageDraw.Draw(image)
    draw.rectangle([300, 1400, 700, 1440], fill=BLACK)
    for x in range(300, 900, 12):
        draw.rectangle([x, 1600, x + 4 + x % 5, 1700], fill=BLACK)
    return image


def latticed() -> Image.Image:
    """A page with a lattice of heavy lines, whose light cells are as high as letters and stand in rows."""
    image = drawing.page(DPI)
    draw = ImageDraw.Draw(image)
    draw.rectangle([300, 1400, 702, 1496], fill=BLACK)
    for x in range(307, 700, 18):
        for y in range(1407, 1490, 18):
            draw.rectangle([x, y, x + 10, y + 10], fill="white")
    return image


@pytest.mark.parametrize("draw", [lambda: drawing.page(DPI, seal=True), heavy, barred, latticed])
def test_other_dark_things_stay_as_they_are(draw: object) -> None:
    assert callable(draw)
    pixels = np.ascontiguousarray(np.asarray(draw())[:, :, ::-1])
    turned, places = light_print.turned_round(pixels, DPI)
    assert turned is pixels
    assert not places


def test_of_thousands_of_dark_places_so_many_are_turned_as_there_is_time_for() -> None:
    """A sheet of 120 million dots at 300 dpi has room for eight thousand, which would take 20 seconds."""
    sign = np.full((20, 40), 255, np.uint8)
    sign[2:16, 2:36] = 20
    for x in range(7, 32, 5):
        sign[5:13, x : x + 2] = 255
    _, places = light_print.turned_round(np.tile(sign, (25, 16)), 75)
    assert len(places) == light_print.MOST_PLACES
