"""Photographs of sheets that are bent, cut by the frame, or lie on something that looks like print."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr import off_paper, reading
from ocr.cleaning import bent, cleanup
from ocr.limits import Limits
from ocr.recognition import Box, Page, Word
from tests.ocr import drawing
from tests.ocr.scoring import errors_of_lines
from tests.ocr.test_sheet import bgr

DPI = 150
PAGE = drawing.page(DPI)


def wood(size: tuple[int, int]) -> np.ndarray:
    """A table with a grain that readers take for letters."""
    chance = np.random.default_rng(6)
    grain = cv2.resize(chance.normal(0, 26, (size[1] // 9, size[0] // 60)), size)
    fine = cv2.resize(chance.normal(0, 22, (size[1] // 4, size[0] // 14)), size)
    return np.clip(np.array((128, 92, 62)) + (grain + fine)[:, :, None], 0, 255)


def curled(depth: float, table: np.ndarray | None = None) -> Image.Image:
    """A sheet whose lines rise and fall by `depth` inches along the page, on a table, or alone."""
    image = np.asarray(PAGE, np.float32) * 0.92
    height, width = image.shape[:2]
    margin = 0 if table is None else 110
    size = (width + 2 * margin, height + 2 * margin)
    x, y = np.meshgrid(*(np.arange(n, dtype=np.float32) - margin for n in size))
    y = y - np.float32(depth * DPI) * np.cos(2.2 * np.pi * x / width).astype(np.float32)
    photo = cv2.remap(image, x, y, cv2.INTER_LINEAR, borderValue=(235, 235, 235))
    if table is not None:
        on = cv2.remap(np.ones((height, width), np.float32), x, y, cv2.INTER_LINEAR)[:, :, None]
        photo = photo * on + table * (1 - on)
    return Image.fromarray(np.clip(photo, 0, 255).astype(np.uint8))


def read(photo: Image.Image, folder: Path) -> Page:
    photo.save(folder / "photo.jpg", quality=88, dpi=(72, 72))
    return reading.read_page(folder / "photo.jpg", 1, folder, Limits())


def test_a_curled_sheet_on_wood_is_read_and_the_wood_is_not(tmp_path: Path) -> None:
    width, height = PAGE.size
    page = read(curled(0.06, wood((width + 220, height + 220))), tmp_path)
    lines = drawing.text_lines()
    assert errors_of_lines(lines, page.text) < 0.01
    assert len(page.words) <= len(" ".join(lines).split()) + 1


@pytest.mark.parametrize("depth", [0.08, 0.22])
def test_bent_lines_become_straight(depth: float) -> None:
    glance = cleanup.glance(bgr(curled(depth)), DPI)
    bend = bent.found(glance, DPI)
    assert bend is not None
    flat = bend.flattened(glance)
    upright = cleanup.glance(bgr(PAGE), DPI)

    def sharp(pixels: np.ndarray) -> float:
        return float(np.square(np.diff((pixels < 128).mean(axis=1))).sum())

    assert sharp(flat) > 0.25 * sharp(upright) > 4 * sharp(glance)


@pytest.mark.parametrize("skew", [0.0, 0.3])
@pytest.mark.parametrize(
    "draw", [lambda: PAGE, lambda: drawing.table(DPI)[0], lambda: drawing.blank_back(DPI)]
)
def test_the_lines_of_a_flat_page_are_left_as_they_are(draw: object, skew: float) -> None:
    assert callable(draw)
    scan = drawing.scanned(draw(), skew=skew)
    assert bent.found(cleanup.glance(bgr(scan), DPI), DPI) is None


def word(text: str, x: int, y: int, confidence: float = 0.99, line: int = 0) -> Word:
    return Word(text, Box(x, y, x + 60, y + 24), confidence, line)


def test_a_word_that_the_frame_cuts_is_not_sure() -> None:
    words = (word("2024", 0, 300), word("năm", 400, 300), word("ngà", 1180, 300), word("Số", 40, 40))
    told = off_paper.doubted(words, (1240, 1754), 0.0, DPI)
    assert [w.confidence >= 0.9 for w in told] == [False, True, False, True]
    assert [w.text for w in told] == [w.text for w in words]


def test_words_in_a_shadow_stay_and_marks_beside_the_paper_go() -> None:
    tone = np.full((640, 480), 230, np.uint8)
    tone[:, 240:] = 100  # the shadow of an arm
    tone[560:] = 60  # the table
    page = [word("phường", 80 + 90 * n, 100 + 60 * m, line=m) for m in range(6) for n in range(9)]
    page += [word("754/CV-UBND", 210, 700, 0.8, line=7)]  # over the edge of the shadow
    marks = [word("1l", 80 + 90 * n, 1200, 0.5, line=9) for n in range(4)]
    left = off_paper.left_out((*page, *marks), tone, (960, 1280))
    assert [w.text for w in left] == [w.text for w in page]


def test_text_on_dark_ground_is_no_grain() -> None:
    tone = np.full((640, 480), 230, np.uint8)
    tone[500:] = 60
    page = [word("phường", 80 + 90 * n, 100 + 60 * m, line=m) for m in range(6) for n in range(9)]
    said = [word(text, 80 + 90 * n, 1100, line=9) for n, text in enumerate(("người", "dân", "phường"))]
    assert len(off_paper.left_out((*page, *said), tone, (960, 1280))) == len(page) + 3


def test_the_sums_and_dates_of_a_table_in_a_shadow_are_read(tmp_path: Path) -> None:
    """They were left out, surely read as they were, where no word without a digit lay in the shadow."""
    draw = ImageDraw.Draw(image := Image.new("RGB", PAGE.size, "white"))
    font = ImageFont.truetype(str(drawing.SERIF), 25)
    rows = [
        (
            f"Hộ thứ {n} của phường",
            f"{n + 3:02d}/05/2024",
            f"{n + 11}/QĐ-VD",
            f"{n}.{530 - n}.000",
            f"{n + 50}",
        )
        for n in range(1, 23)
    ]
    for n, row in enumerate(rows):
        for x, text in zip((90, 560, 740, 920, 1120), row, strict=True):
            draw.text((x, 100 + 60 * n), text, "black", font)
    shade = np.zeros(PAGE.size[::-1], np.float32)
    shade[:, 500:] = 0.3
    lit = np.asarray(image, np.float32) * (1 - cv2.GaussianBlur(shade, (0, 0), 15)[:, :, None])
    page = read(Image.fromarray(lit.astype(np.uint8)), tmp_path)
    words = {word.text for word in page.words}
    assert not [text for row in rows for text in row[1:] if text not in words]
