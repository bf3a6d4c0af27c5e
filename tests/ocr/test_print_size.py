"""A page of a size that no sheet with such letters has is read at the size of its print and keeps its own."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image

from app.sample.papers import paper
from app.sample.scans import as_scan
from ocr import print_size
from ocr.limits import Limits
from ocr.picture import Picture
from ocr.reading import finish, read_page
from ocr.recognition import Page
from ocr.sources import pages
from tests.ocr.readers import silent

SCAN_DPI = 200


@pytest.fixture(scope="module")
def scan() -> bytes:
    """A decision of one page as a JPEG."""
    return as_scan(paper("quyet-dinh").pdf_bytes, to="jpeg", dpi=SCAN_DPI)


def put_into_pdf(scan: bytes, points_a_dot: float, target: Path) -> tuple[float, float]:
    """A PDF in which each dot of a picture has so many points; its size."""
    width, height = Image.open(BytesIO(scan)).size
    across, down = width * points_a_dot, height * points_a_dot
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(across, down))
        picture = pdf.make_stream(scan)
        picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        picture.Width, picture.Height = width, height
        picture.ColorSpace, picture.BitsPerComponent = pikepdf.Name.DeviceRGB, 8
        picture.Filter = pikepdf.Name.DCTDecode
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=picture))
        page.obj.Contents = pdf.make_stream(f"{across} 0 0 {down} 0 0 cm /I Do".encode())
        pdf.save(target)
    return across, down


def read(scan: bytes, points_a_dot: float, folder: Path, *, aloud: bool) -> tuple[Page, tuple[float, float]]:
    folder.mkdir()
    size = put_into_pdf(scan, points_a_dot, folder / "source.pdf")
    page = read_page(folder / "source.pdf", 1, folder, Limits(), readers=None if aloud else silent())
    return page, size


def test_a_dot_may_be_a_point_and_the_page_is_read_alike(scan: bytes, tmp_path: Path) -> None:
    usual, _ = read(scan, 72 / SCAN_DPI, tmp_path / "usual", aloud=True)
    enlarged, size = read(scan, 1, tmp_path / "enlarged", aloud=True)
    assert (enlarged.text, enlarged.words) == (usual.text, usual.words)
    assert (usual.enlarged, enlarged.enlarged) == (1, pytest.approx(SCAN_DPI / 72, rel=0.01))
    assert enlarged.dpi == pytest.approx(usual.dpi, rel=0.01)
    told = enlarged.to_json()
    assert told["dpi"] == pytest.approx(72, rel=0.01), "that of the page, in which the copy's words lie"
    again = Page.from_json(told)
    assert (again.enlarged, again.dpi) == (enlarged.enlarged, pytest.approx(enlarged.dpi, abs=0.02))
    folder = tmp_path / "enlarged"
    finish(folder / "source.pdf", [enlarged], folder)
    with pikepdf.open(folder / "searchable.pdf") as copy:
        assert [float(side) for side in copy.pages[0].mediabox[2:]] == pytest.approx(size, abs=1)


@pytest.mark.parametrize("points_a_dot", [0.75, 1, 0.09])
def test_a_scan_is_found_at_its_own_dpi(scan: bytes, tmp_path: Path, points_a_dot: float) -> None:
    """Programs that put pictures into PDFs take 72 or 96 dots an inch where they know of none; or 800."""
    page, _ = read(scan, points_a_dot, tmp_path / "page", aloud=False)
    assert page.dpi == pytest.approx(SCAN_DPI, rel=0.01)
    assert page.warnings[0].code == "no-words"


def test_a_plan_with_small_letters_and_a_card_with_a_pattern_are_what_they_are(scan: bytes) -> None:
    letters = cv2.imdecode(np.frombuffer(scan, np.uint8), cv2.IMREAD_GRAYSCALE)
    plan = Picture(np.tile(letters, (3, 3)), SCAN_DPI)
    pattern = np.full((1276, 2022), 255, np.uint8)
    pattern[::9, ::9] = pattern[1::9, ::9] = pattern[2::9, ::9] = 0
    card = Picture(cv2.erode(pattern, np.ones((9, 9))), 600)
    small_print = Picture(letters[:1040, :1654], 720)
    drawing_sheet = Picture(np.full((6614, 4677), 240, np.uint8), 200)
    for picture in (plan, card, small_print, drawing_sheet, Picture(letters, SCAN_DPI)):
        assert print_size.settled(picture) is picture


def test_the_empty_back_of_an_enlarged_page_is_a_sheet_too() -> None:
    back = Picture(np.full((2339, 1654), 240, np.uint8), 72)
    assert print_size.settled(back) == replace(back, dpi=200)
    roll = Picture(np.full((9000, 600), 240, np.uint8), 72)
    assert print_size.settled(roll) is roll


def test_what_the_print_told_is_no_guess(scan: bytes) -> None:
    """Of a photograph's dots nobody knows the size, and less bending tells it from a scan."""
    letters = cv2.imdecode(np.frombuffer(scan, np.uint8), cv2.IMREAD_GRAYSCALE)
    strip = Picture(np.tile(letters, (3, 1)), 72, dpi_guessed=True)
    told = print_size.settled(strip)
    assert told.dpi > strip.dpi
    assert not told.dpi_guessed
    by_its_form = print_size.settled(Picture(letters, 72, dpi_guessed=True))
    assert (by_its_form.dpi, by_its_form.dpi_guessed) == (SCAN_DPI, True)


def test_no_page_is_larger_than_the_largest_sheet() -> None:
    """A blank page of 200 inches was to have 900 million dots at the resolution of its lines."""
    field = Picture(np.full((6324, 6324), 255, np.uint8), 6324 / 200)
    across = 6324 / print_size.settled(field).dpi * 25.4
    assert across == pytest.approx((1189 * 1682) ** 0.5, rel=0.01)


def test_a_tag_that_makes_no_sheet_is_not_believed(tmp_path: Path) -> None:
    """A4 at 300 dpi with a tag of 200 was a sheet of 31 by 45 cm."""
    for name, size, dpi in (("a4", (2480, 3508), 300), ("a3", (2339, 3307), 200), ("a2", (2480, 3508), 150)):
        tag = 200 if name == "a4" else dpi
        source = tmp_path / f"{name}.png"
        Image.new("L", size, 255).save(source, dpi=(tag, tag))
        assert pages.picture(source, 1, Limits()).dpi == pytest.approx(dpi, abs=0.1)
