"""Sheets that were photographed are found and set straight; scans are left as they are."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from ocr import reading
from ocr.cleaning import sheet
from ocr.limits import Limits
from ocr.picture import Picture
from ocr.sources import pages
from tests.ocr import drawing
from tests.ocr.readers import silent
from tests.ocr.scoring import errors_of_lines

FRAME = (1512, 2016)
DPI = 150
PAGE = drawing.page(DPI, seal=True)


def bgr(image: Image.Image) -> np.ndarray:
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


def seen(tilt: float, towards: float, turn: float, share: float = 0.86) -> np.ndarray:
    """Corners of an A4 sheet in the frame, tilted away in a direction and turned, all in degrees."""
    tilt, towards, turn = np.radians((tilt, towards, turn))
    leaning = cv2.Rodrigues(np.array([np.cos(towards), np.sin(towards), 0]) * tilt)[0]
    flat = np.array([(-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0)]) * (4.135, 5.845, 0)
    inches = flat @ (leaning @ cv2.Rodrigues(np.array([0, 0, turn]))[0]).T
    points = inches[:, :2] / (inches[:, 2:] + 16)
    spread = points.max(axis=0) - points.min(axis=0)
    points = (points - points.min(axis=0) - spread / 2) * (share * np.array(FRAME) / spread).min()
    return np.asarray(points + np.array(FRAME) / 2)


@settings(max_examples=25, deadline=None)
@given(st.floats(2, 20), st.floats(0, 360), st.floats(-8, 8), st.integers(30, 150), st.floats(0.45, 1))
def test_the_corners_of_a_photographed_sheet_are_found(
    tilt: float, towards: float, turn: float, table: int, shade: float
) -> None:
    corners = seen(tilt, towards, turn)
    photo = drawing.photographed(PAGE, corners, FRAME, table, shade)
    found = sheet.find(bgr(photo))
    assert found is not None
    assert np.abs(found - corners).max() < 4


@settings(max_examples=10, deadline=None)
@given(st.floats(5, 20), st.floats(0, 360), st.floats(-8, 8))
def test_a_photographed_a4_sheet_gets_its_proportions_and_dpi(
    tilt: float, towards: float, turn: float
) -> None:
    photo = drawing.photographed(PAGE, seen(tilt, towards, turn), FRAME)
    page = sheet.straightened(Picture(bgr(photo), 172, dpi_guessed=True))
    width, height = page.size
    assert height / width == pytest.approx(2**0.5, abs=0.01)
    assert height / page.dpi == pytest.approx(11.69, abs=0.05)
    # The marks of the page are where they are on the sheet.
    whole = cv2.resize(bgr(PAGE), page.size, interpolation=cv2.INTER_AREA)
    ink = [cv2.blur((p[:, :, 1] < 110).astype(np.float32), (25, 25)) for p in (whole, page.pixels)]
    assert np.corrcoef(ink[0].ravel(), ink[1].ravel())[0, 1] > 0.9


def test_a_photograph_is_read_as_a_scan_is(tmp_path: Path) -> None:
    photo = drawing.photographed(PAGE, seen(14, 200, 5), FRAME, shade=0.6)
    photo.save(tmp_path / "photo.jpg", quality=85, dpi=(72, 72))
    page = reading.read_page(tmp_path / "photo.jpg", 1, tmp_path, Limits())
    assert errors_of_lines(drawing.text_lines(), page.text) < 0.01
    assert page.height / page.dpi == pytest.approx(11.69, abs=0.05)
    with Image.open(tmp_path / page.image) as stored:
        assert stored.size == (page.width, page.height)
    assert not [r for r in page.regions if r.kind == "signature"]


def test_a_photographed_sheet_has_no_size_that_was_received(tmp_path: Path) -> None:
    """The picture had one; that PDF/A forbids it was not true."""
    photo = drawing.photographed(PAGE, seen(14, 200, 5), FRAME, shade=0.6)
    (tmp_path / "photo.pdf").write_bytes(drawing.image_pdf([photo], 172))
    page = reading.read_page(tmp_path / "photo.pdf", 1, tmp_path, Limits(), readers=silent())
    assert page.width / page.height == pytest.approx(2**-0.5, abs=0.01)
    assert "page-size" not in [notice.code for notice in page.warnings]


def certificate() -> Image.Image:
    """A page with a broad ornamented border, as certificates have, which runs into the edges of the paper."""
    image = Image.new("RGB", PAGE.size, (214, 170, 120))
    inner = PAGE.crop((80, 80, PAGE.width - 80, PAGE.height - 80))
    image.paste(inner, (80, 80))
    return image


def diploma() -> Image.Image:
    """The same in the proportions of a phone's picture."""
    return certificate().resize((1240, 1653))


def on_dark_glass(skew: float) -> Image.Image:
    """A small sheet scanned with the lid open."""
    glass = Image.new("RGB", PAGE.size, (25, 25, 25))
    glass.paste(PAGE.resize((PAGE.width * 3 // 4, PAGE.height * 3 // 4)), (90, 110))
    return glass.rotate(skew, Image.Resampling.BICUBIC, fillcolor=(25, 25, 25))


def tabled() -> Image.Image:
    image = PAGE.copy()
    ImageDraw.Draw(image).rectangle([100, 150, PAGE.width - 100, PAGE.height - 150], outline="black", width=4)
    return image


@pytest.mark.parametrize("skew", [0.0, 1.7, -6.0])
@pytest.mark.parametrize("guessed", [True, False])
@pytest.mark.parametrize("draw", [PAGE.copy, certificate, diploma, tabled, lambda: drawing.blank_back(DPI)])
def test_a_flat_scan_is_never_touched(draw: object, guessed: bool, skew: float) -> None:
    assert callable(draw)
    picture = Picture(bgr(drawing.scanned(draw(), skew=skew)), DPI, dpi_guessed=guessed)
    assert sheet.straightened(picture) is picture


@pytest.mark.parametrize("skew", [0.0, 1.7, -6.0])
def test_a_sheet_on_the_glass_of_a_scanner_keeps_the_size_of_its_page(skew: float) -> None:
    picture = Picture(bgr(on_dark_glass(skew)), DPI)
    assert sheet.straightened(picture) is picture


def test_what_a_program_drew_is_no_photograph() -> None:
    photo = Picture(bgr(drawing.photographed(PAGE, seen(15, 60, 4), FRAME)), 172, dpi_guessed=True)
    assert sheet.straightened(photo) is not photo
    drawn = replace(photo, drawn=True)
    assert sheet.straightened(drawn) is drawn


def test_a_page_tells_whether_a_program_drew_it(tmp_path: Path) -> None:
    for name, data in (("typed", drawing.born_digital()), ("scan", drawing.image_pdf([PAGE], DPI))):
        (tmp_path / name).write_bytes(data)
        assert pages.picture(tmp_path / name, 1, Limits()).drawn == (name == "typed")
