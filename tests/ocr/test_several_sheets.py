"""Several sheets in one photograph, and a sheet on a pattern."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr import reading, reading_order
from ocr.cleaning import other_sheets, sheet
from ocr.limits import Limits
from ocr.picture import Picture
from ocr.recognition import Box, Page, Word
from tests.ocr import drawing
from tests.ocr.scoring import errors_of_lines
from tests.ocr.test_sheet import bgr, seen

DPI = 150
PAGE = drawing.page(DPI)
CARD = ("THẺ HỘI VIÊN", "Họ và tên: LÊ THỊ MẪU", "Số thẻ: 0123 4567", "Có giá trị đến năm 2031")


def card() -> Image.Image:
    image = Image.new("RGB", (506, 319), (236, 240, 238))
    font = ImageFont.truetype(str(drawing.BOLD), 25)
    for number, line in enumerate(CARD):
        ImageDraw.Draw(image).text((40, 40 + 60 * number), line, "black", font)
    return image


BROWN, LIGHT = (120, 92, 70), (215, 210, 206)


def table(
    size: tuple[int, int], *things: tuple[Image.Image, tuple[int, int]], colour: tuple[int, ...] = BROWN
) -> Image.Image:
    """Sheets on a table, seen from straight above."""
    image = Image.new("RGB", size, colour)
    for thing, place in things:
        image.paste(thing, place)
    return image


def aslant(image: Image.Image, colour: tuple[int, ...] = BROWN) -> Image.Image:
    """The same seen by a phone that is held a little to one side."""
    width, height = image.size
    whole = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    shape = np.array([(0.03, 0.01), (0.97, 0), (1, 1), (0, 0.98)]) * (width, height)
    way = cv2.getPerspectiveTransform(whole, shape.astype(np.float32))
    warped = cv2.warpPerspective(np.asarray(image), way, image.size, borderValue=colour)
    noise = np.random.default_rng(4).normal(0, 3, warped.shape)
    return Image.fromarray(np.clip(cv2.GaussianBlur(warped, (0, 0), 0.7) + noise, 0, 255).astype(np.uint8))


def read(photo: Image.Image, folder: Path) -> Page:
    photo.save(folder / "photo.jpg", quality=88, dpi=(72, 72))
    return reading.read_page(folder / "photo.jpg", 1, folder, Limits())


def test_a_card_beside_a_sheet_is_read_after_it(tmp_path: Path) -> None:
    """It was lost without a word where the sheet alone was set straight."""
    page = read(aslant(table((1560, 2330), (PAGE, (150, 70)), (card(), (480, 1900)))), tmp_path)
    assert errors_of_lines([*drawing.text_lines(), *CARD], page.text) < 0.01
    assert page.text.index("THẺ HỘI VIÊN") > page.text.index(drawing.PARAGRAPHS[0][:20])
    assert [notice.code for notice in page.warnings] == ["several-sheets"]


def test_a_card_on_a_light_table_is_found() -> None:
    """All of a table nearly as light as paper was one shape, and the card in it was lost without a word."""
    things = ((PAGE, (150, 70)), (card().rotate(24, expand=True, fillcolor=LIGHT), (1500, 900)))
    photo = aslant(table((2160, 1960), *things, colour=LIGHT), LIGHT)
    page = sheet.straightened(Picture(bgr(photo), 172, dpi_guessed=True))
    assert len(page.sheets) == 2
    sizes = [((box.x1 - box.x0) / page.dpi, (box.y1 - box.y0) / page.dpi) for box in page.sheets]
    assert sizes[0] == pytest.approx((8.27, 11.69), abs=0.1)
    assert sizes[1] == pytest.approx((506 / DPI, 319 / DPI), abs=0.15)


def test_a_light_table_is_no_sheet() -> None:
    """An even one lay beside the paper as a second sheet, and the paper on it was read once more."""
    photo = aslant(table((2160, 1960), (PAGE, (150, 70)), colour=LIGHT), LIGHT)
    page = sheet.straightened(Picture(bgr(photo), 172, dpi_guessed=True))
    assert not page.sheets
    assert page.size[0] / page.dpi == pytest.approx(8.27, abs=0.1)


def test_two_sheets_side_by_side_are_read_one_after_the_other(tmp_path: Path) -> None:
    other = PAGE.copy()
    ImageDraw.Draw(other).rectangle((0, 0, other.width, 560), fill="white")  # without the head
    page = read(aslant(table((2760, 1960), (PAGE, (90, 100)), (other, (1420, 80)))), tmp_path)
    lines = [*drawing.text_lines(), *drawing.PARAGRAPHS * 2]
    assert errors_of_lines(lines, page.text) < 0.01
    first, last = (page.text.splitlines()[n] for n in (0, -1))
    assert first == drawing.HEADER[0][0]
    assert last.startswith(drawing.PARAGRAPHS[-1][:20])
    assert "several-sheets" in [notice.code for notice in page.warnings]


@pytest.mark.parametrize("check", [75, 90])
def test_a_sheet_is_found_on_a_checked_cloth(check: int) -> None:
    """Its stripes made larger sheets, which were taken."""
    corners = seen(12, 130, 2, share=0.78)
    photo = np.array(drawing.photographed(PAGE, corners, (1512, 2016)))
    y, x = np.mgrid[0:2016, 0:1512] // check % 2
    cloth = np.stack((225 - 20 * (x + y), 190 - 60 * (x + y), 190 - 60 * (x + y)), axis=-1)
    mask = np.zeros(photo.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, np.rint(corners).astype(np.int32), 1)
    photo[mask == 0] = cloth[mask == 0]
    found = sheet.find(bgr(Image.fromarray(photo)))
    assert found is not None
    assert np.abs(found - corners).max() < 6


def half(x: int, paper: str) -> list[Word]:
    """Thirty lines of two words on one half of a broad page, whose left edge is at `x`."""
    return [
        Word(f"{paper}{n}", Box(x + 40 + 200 * (n % 2), y, x + 220 + 200 * (n % 2), y + 20), 0.99, n // 2)
        for n, y in ((n, 40 + 30 * (n // 2)) for n in range(60))
    ]


def test_papers_that_touch_are_read_one_after_the_other() -> None:
    """Lines at one height were read as one, across both."""
    rows = sorted((*half(0, "a"), *half(700, "b")), key=lambda w: w.line)
    halves = reading_order.facing(rows, (1400, 1000))
    assert len(halves) == 2
    told = reading_order.by_sheet(rows, halves)
    assert [w.text for w in told] == [f"{paper}{n}" for paper in "ab" for n in range(60)]
    assert [w.line for w in told] == [n // 2 for n in range(120)]


def test_a_broad_page_with_a_line_across_is_one() -> None:
    title = Word("QUYẾT ĐỊNH", Box(600, 5, 800, 25), 0.99, 99)
    assert not reading_order.facing([*half(0, "a"), *half(700, "b"), title], (1400, 1000))
    assert not reading_order.facing([*half(0, "a"), *half(700, "b")], (1400, 1300))


def test_a_table_with_an_empty_column_in_the_middle_is_one_page() -> None:
    """Its rows were torn: all names came first, then all sums."""
    rules = [Box(40, y, 1360, y + 3) for y in range(30, 930, 30)]
    words = [*half(0, "a"), *half(700, "b")]
    assert reading_order.facing(words, (1400, 1000), rules[:2])
    assert not reading_order.facing(words, (1400, 1000), rules)


def test_the_rows_of_a_ruled_landscape_table_stay_together(tmp_path: Path) -> None:
    draw = ImageDraw.Draw(image := Image.new("RGB", (1754, 1240), "white"))
    font = ImageFont.truetype(str(drawing.SERIF), 25)
    places = (90, 165, 450, 660, 1035, 1260, 1470, 1665)
    rows = [
        (f"{n}", "Lê Thị Mẫu", f"{n}/05/1986", "", f"{n}.500.000", f"{n}/GM-VD", "Đồi Gió")
        for n in range(11, 31)
    ]
    for n, row in enumerate(rows):
        for x, text in zip(places, row, strict=False):
            draw.text((x + 9, 90 + 51 * n), text, "black", font)
    for n in range(len(rows) + 1):
        draw.line((90, 81 + 51 * n, 1665, 81 + 51 * n), "black", 2)
    for x in places:
        draw.line((x, 81, x, 81 + 51 * len(rows)), "black", 2)
    page = read(image, tmp_path)
    assert page.text.index("11.500.000") < page.text.index("30/05/1986")


def test_a_notice_on_the_wall_makes_no_page_of_metres() -> None:
    """In the plane of a sheet that was taken aslant it is 60,000 pixels high: the page was lost."""
    pixels = np.full((1280, 960, 3), 90, np.uint8)
    cv2.rectangle(pixels, (300, 40), (660, 220), (230, 230, 230), -1)
    for row in range(80, 220, 35):
        cv2.putText(pixels, "MAU GIAY TO SO 12", (310, row), 0, 0.9, (20, 20, 20), 2)
    first = np.array([(150, 300), (330, 300), (420, 600), (60, 600)], np.float64)
    cv2.fillConvexPoly(pixels, np.rint(2 * first).astype(np.int32), (230, 230, 230))
    tone = cv2.morphologyEx(pixels[::2, ::2, 0], cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    flat = np.array([(0, 0), (1240, 0), (1240, 1754), (0, 1754)], np.float32)
    way = cv2.getPerspectiveTransform((2 * first).astype(np.float32), flat)
    found = other_sheets.find(pixels, tone.astype(np.uint8), first, way, DPI)
    page, boxes = other_sheets.together((other_sheets.Part(bgr(PAGE), 0, 0), *found), DPI)
    assert len(boxes) == 2
    assert page.size < 4 * bgr(PAGE).size
