"""What a scanner shows around a sheet disturbs nothing."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr import reading
from ocr.cleaning import scanner_edges
from ocr.limits import Limits
from ocr.recognition import Page
from tests.ocr import drawing, scoring

DPI = 150
FONT = ImageFont.truetype(str(drawing.SERIF), round(14 * DPI / 72))
INSIDE = (18, 125)  # grey levels of the inside of a scanner and of a grey lid


def scanned(sheet: Image.Image, inside: int, skew: float, reach: float = 0.25) -> Image.Image:
    """The sheet moved by some inches over the glass of a scanner whose lid is open."""
    turn = {"angle": -skew, "resample": Image.Resampling.BICUBIC}
    cover = Image.new("L", sheet.size, 255).rotate(**turn)
    glass = Image.new("RGB", sheet.size, (inside,) * 3)
    glass.paste(sheet.rotate(**turn), (round(reach * DPI), round(-reach * DPI / 2)), cover)
    pixels = np.asarray(glass, np.float32) + np.random.default_rng(1).normal(0, 5, (*sheet.size[::-1], 1))
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def read(folder: Path, image: Image.Image) -> Page:
    image.save(folder / "scan.png", dpi=(DPI, DPI))
    return reading.read_page(folder / "scan.png", 1, folder, Limits())


@pytest.mark.parametrize("bilevel", [False, True])
@pytest.mark.parametrize(("inside", "skew"), [(INSIDE[0], 0.0), (INSIDE[0], 2.5), (INSIDE[1], -2.5)])
def test_dark_edges_are_neither_read_nor_cut(tmp_path: Path, inside: int, skew: float, bilevel: bool) -> None:
    scan = scanned(drawing.page(DPI), inside, skew)
    if bilevel:
        scan = scan.convert("L").point(lambda level: 255 * (level > 150)).convert("1")
    page = read(tmp_path, scan)
    assert scoring.errors_of_lines(drawing.text_lines(), page.text) < 0.01
    assert len(page.words) == len(" ".join(drawing.text_lines()).split())
    assert page.skew == pytest.approx(-skew, abs=0.1)
    assert (page.width, page.height) == scan.size
    with Image.open(tmp_path / page.image) as stored:
        kept = np.asarray(stored.convert("L"))
    assert kept[page.height // 2, 12] < 150  # as received


@pytest.mark.parametrize("inside", INSIDE)
def test_a_blank_sheet_on_dark_glass_is_blank(tmp_path: Path, inside: int) -> None:
    page = read(
        tmp_path, scanned(Image.new("RGB", drawing.page(DPI).size, (244, 243, 240)), inside, 2.0, 0.8)
    )
    assert page.blank


def bgr(image: Image.Image) -> np.ndarray:
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


def shaded() -> Image.Image:
    """A page whose left third lies in deep shadow, as near the spine of a book, and has text in it."""
    pixels = np.asarray(drawing.page(DPI), np.float32)
    shade = np.ones((1, pixels.shape[1], 1), np.float32)
    shade[:, : pixels.shape[1] // 3] = 0.35
    return Image.fromarray((pixels * shade).astype(np.uint8))


def headed() -> Image.Image:
    """A page with a coloured bar that runs into its edges."""
    image = drawing.page(DPI)
    ImageDraw.Draw(image).rectangle([0, 0, image.width, 150], fill=(200, 30, 40))
    return image


def hardly_written(light: float) -> Image.Image:
    """A page whose lower third lies in an even shadow and bears nothing but its number."""
    image = drawing.page(DPI)
    ImageDraw.Draw(image).text((image.width // 2, image.height - 150), "2", "black", FONT)
    pixels = np.asarray(image, np.float32)
    pixels[-image.height // 3 :] *= light
    return Image.fromarray(pixels.astype(np.uint8))


@pytest.mark.parametrize("light", [0.3, 0.45, 0.58])
def test_a_single_letter_in_a_shadow_is_not_taken_for_a_scanner(light: float) -> None:
    pixels = bgr(hardly_written(light))
    assert scanner_edges.whitened(pixels, DPI) is pixels


@pytest.mark.parametrize("grey", [20, 60, 110])
def test_a_dark_band_of_white_print_is_not_taken_for_a_scanner(grey: int) -> None:
    image = drawing.page(DPI)
    draw = ImageDraw.Draw(image)
    draw.rectangle([0, image.height - 130, image.width, image.height], fill=(grey,) * 3)
    draw.text((200, image.height - 80), "TỔNG HỢP KẾT QUẢ NĂM 2025", "white", FONT)
    pixels = bgr(image)
    assert scanner_edges.whitened(pixels, DPI) is pixels


@pytest.mark.parametrize("draw", [lambda: drawing.page(DPI), shaded, headed])
def test_what_bears_text_or_colour_stays(draw: object) -> None:
    assert callable(draw)
    pixels = bgr(draw())
    assert scanner_edges.whitened(pixels, DPI) is pixels
