"""Pale print is read; what shines through from the other side of a sheet is not."""

from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from ocr import page_notices
from ocr.limits import Limits
from ocr.reading import finish, read_page
from ocr.recognition import Recognition
from tests.ocr import drawing, scoring

LIMITS = Limits()


def pale(image: Image.Image, contrast: float) -> Image.Image:
    """The scan with this share of its ink."""
    pixels = np.asarray(image, dtype=np.float32)
    grain = np.random.default_rng(3).normal(0, 3, (*pixels.shape[:2], 1))
    return Image.fromarray((255 - (255 - pixels) * contrast + grain).clip(0, 255).astype(np.uint8))


def read(folder: Path, images: list[Image.Image], dpi: int) -> Recognition:
    source = folder / "scan.pdf"
    source.write_bytes(drawing.image_pdf(images, dpi))
    pages = [read_page(source, number + 1, folder, LIMITS, profile="fast") for number in range(len(images))]
    return finish(source, pages, folder)


@pytest.mark.parametrize(("dpi", "contrast"), [(300, 0.15), (200, 0.4), (150, 0.25)])
def test_pale_print_is_read_and_said_to_be_pale(tmp_path: Path, dpi: int, contrast: float) -> None:
    """Before, not a word of any of these was seen, and all but the darkest counted as blank."""
    scan = drawing.scanned(drawing.page(dpi, seal=True), 1.3)
    found = read(tmp_path, [pale(scan, contrast)], dpi)
    page = found.pages[0]
    assert scoring.errors_of_lines(drawing.text_lines(), page.text) < 0.02
    assert not page.blank
    assert found.kind.code == "TB"
    assert "pale" in [notice.code for notice in found.warnings]
    assert any("trang 1 " in notice.vi for notice in found.warnings)


def test_the_picture_that_is_kept_is_as_pale_as_the_paper_and_whole_in_the_viewing_copy(
    tmp_path: Path,
) -> None:
    scan = pale(drawing.scanned(drawing.page(300, seal=True)), 0.2)
    page = read(tmp_path, [scan], 300).pages[0]
    with Image.open(tmp_path / page.image) as kept:
        assert kept.mode == "RGB"  # its seal is still red
        assert np.percentile(np.asarray(kept), 0.5) > 150
    copy = tmp_path / "again"
    copy.mkdir()
    again = read_page(tmp_path / "searchable.pdf", 1, copy, LIMITS, profile="fast")
    assert scoring.character_errors(page.text, again.text) < 0.01


@pytest.mark.parametrize("contrast", [0.1, 0.25])
def test_what_shines_through_a_blank_back_is_not_read(tmp_path: Path, contrast: float) -> None:
    front = drawing.page(300, seal=True)
    back = ImageOps.mirror(front).filter(ImageFilter.GaussianBlur(2))
    page = read(tmp_path, [pale(drawing.scanned(back), contrast)], 300).pages[0]
    assert page.blank
    assert page.blank_reason
    assert page.words == ()
    assert page.warnings == ()


def test_no_page_is_lost_between_pale_and_clear_ones(tmp_path: Path) -> None:
    scan = drawing.scanned(drawing.page(150))
    found = read(tmp_path, [scan, pale(scan, 0.3), pale(scan, 0.3)], 150)
    assert [page.blank for page in found.pages] == [False] * 3
    assert [notice.vi for notice in found.warnings if "trang 2–3" in notice.vi]
    with pikepdf.open(tmp_path / "searchable.pdf") as pdf:
        assert len(pdf.pages) == 3


@pytest.mark.parametrize("bilevel", [True, False])
def test_a_negative_is_read_and_kept_as_it_is(tmp_path: Path, bilevel: bool) -> None:
    """As microfilms give it. Before, its paper counted as the inside of a scanner."""
    grey = ImageOps.invert(drawing.scanned(drawing.page(300), 0.8).convert("L"))
    source = tmp_path / "film.png"
    (grey.point(lambda level: 255 * (level > 110)).convert("1") if bilevel else grey).save(
        source, dpi=(300, 300)
    )
    page = read_page(source, 1, tmp_path, LIMITS, profile="fast")
    assert scoring.errors_of_lines(drawing.text_lines(), page.text) < 0.02
    with Image.open(tmp_path / page.image) as kept:
        assert np.median(np.asarray(kept.convert("L"))) < 60


def test_a_black_sheet_with_a_line_on_it_is_not_blank(tmp_path: Path) -> None:
    """Before, so few letters made no sense, and a sheet in one colour counted as blank."""
    sheet = Image.new("L", (2480, 3508), 10)
    font = ImageFont.truetype(str(drawing.SERIF), 60)
    ImageDraw.Draw(sheet).text((300, 400), "Hồ sơ đất đai", fill=250, font=font)
    sheet.save(tmp_path / "film.png", dpi=(300, 300))
    page = read_page(tmp_path / "film.png", 1, tmp_path, LIMITS, profile="fast")
    assert page.text == "Hồ sơ đất đai"
    assert not page.blank


def test_a_black_sheet_with_dirt_on_it_says_nothing(tmp_path: Path) -> None:
    chance = np.random.default_rng(5)
    sheet = chance.normal(12, 6, (1754, 1240)).clip(0, 255)
    for x, y, size in chance.integers((40, 40, 2), (1200, 1700, 12), (60, 3)):
        sheet[y : y + size, x : x + size // 2 + 1] = 240
    Image.fromarray(sheet.astype(np.uint8)).save(tmp_path / "lid.png", dpi=(150, 150))
    page = read_page(tmp_path / "lid.png", 1, tmp_path, LIMITS, profile="fast")
    assert not any(len(word.text) > 2 for word in page.words)


def test_clear_print_is_not_pale_whatever_shines_through_it(tmp_path: Path) -> None:
    """Its back has more letters than it has, and the copy of a pale page is many times larger."""
    front = np.asarray(drawing.page(300))
    front = np.where(np.arange(len(front))[:, None, None] < 0.28 * len(front), front, 255)
    back = np.asarray(ImageOps.mirror(drawing.page(300)).filter(ImageFilter.GaussianBlur(2)))
    both = np.minimum(front, 255 - (255.0 - back) * 0.22).astype(np.uint8)
    page = read(tmp_path, [drawing.scanned(Image.fromarray(both))], 300).pages[0]
    assert page_notices.PALE not in page.warnings
    assert page.text.startswith("ỦY BAN NHÂN DÂN")
    assert (tmp_path / "searchable.pdf").stat().st_size < 150_000
