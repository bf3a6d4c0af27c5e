"""The searchable PDF: pictures, unseen text, and what makes it PDF/A-2u."""

import re
import shutil
import subprocess
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pdfplumber
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from ocr.limits import Limits
from ocr.recognition import Box, Page, Region, Said, Word
from ocr.sources import pages
from ocr.viewing_copy import compression, glyphless, make_glyphless, searchable
from tests import judges
from tests.ocr import drawing

DPI = 300.0
TEXT = "Nghị quyết số 15/2022/QĐ-UBND ngày 05 tháng 3 năm 2024 về đổi mới - sắp xếp"


def words(line: int = 0, top: int = 300, text: str = TEXT) -> list[Word]:
    """A line of words whose boxes are as high as their letters make them."""
    found, x = [], 250
    for index, word in enumerate(text.split()):
        width, rise = 24 * len(word), (index * 7) % 12
        found.append(Word(word, Box(x, top + rise, x + width, top + 48 - rise // 3), 0.9, line))
        x += width + 16
    return found


def page(folder: Path, number: int = 1, mode: str = "RGB", size: tuple[int, int] = (2480, 3508)) -> Page:
    image = np.full((size[1], size[0], 3), (235, 240, 245), np.uint8)
    image[200:260, 200:2000] = (30, 30, 160)
    pixels = image if mode == "RGB" else np.asarray(Image.fromarray(image).convert(mode).convert("L"))
    path = compression.write_page(pixels, DPI, mode == "1", folder / f"page-{number:04d}.x")
    found = tuple(words(0, 300) + words(1, 380) + words(2, 460))
    return Page(number, *size, DPI, 0, 0.0, "ocr", path.name, text="", words=found)


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(0.0, width) * max(0.0, height)
    areas = [(b[2] - b[0]) * (b[3] - b[1]) for b in (one, other)]
    return shared / (sum(areas) - shared)


def placed(read: Page) -> list[tuple[str, tuple[float, ...]]]:
    inch = read.dpi / 72
    return [(w.text, tuple(v / inch for v in (w.box.x0, w.box.y0, w.box.x1, w.box.y1))) for w in read.words]


def share_found(read: Page, seen: list[tuple[str, tuple[float, ...]]]) -> float:
    wanted = placed(read)
    hits = sum(any(t == text and overlap(box, b) >= 0.6 for t, b in seen) for text, box in wanted)
    return hits / len(wanted)


def test_a_viewer_finds_each_word_where_it_stands(tmp_path: Path) -> None:
    read = page(tmp_path)
    target = tmp_path / "out.pdf"
    searchable.write([read], tmp_path, target)
    with pdfplumber.open(target) as pdf:
        seen = [(w["text"], (w["x0"], w["top"], w["x1"], w["bottom"])) for w in pdf.pages[0].extract_words()]
    assert share_found(read, seen) >= 0.98


def test_words_of_two_columns_that_stand_close_are_no_word(tmp_path: Path) -> None:
    near = (
        Word("Cộng", Box(300, 300, 380, 340), 0.9, 0),
        Word("125.000", Box(386, 300, 520, 340), 0.9, 1),  # a point and a half away, in a line of its own
    )
    read = replace(page(tmp_path), words=near)
    searchable.write([read], tmp_path, tmp_path / "out.pdf")
    with pdfplumber.open(tmp_path / "out.pdf") as pdf:
        assert [word["text"] for word in pdf.pages[0].extract_words()] == ["Cộng", "125.000"]


def test_words_whose_boxes_touch_stay_words(tmp_path: Path) -> None:
    """As a pen's number is cut out of a line: a viewer gave `Số:4` and `4`."""
    boxes = [Box(322, 314, 377, 349), Box(377, 314, 413, 349), Box(411, 314, 560, 349)]
    texts = ("Số:", "44", "/CT-UBND")
    touching = tuple(Word(text, box, 0.9, 0) for text, box in zip(texts, boxes, strict=True))
    read = replace(page(tmp_path), dpi=200.0, words=touching)
    searchable.write([read], tmp_path, tmp_path / "out.pdf")
    with pdfplumber.open(tmp_path / "out.pdf") as pdf:
        seen = {w["text"]: (w["x0"], w["top"], w["x1"], w["bottom"]) for w in pdf.pages[0].extract_words()}
    assert all(overlap(box, seen[text]) > 0.6 for text, box in placed(read))


def written_page(folder: Path) -> Page:
    """A page of which a pen wrote all words but the last, `51` so that no two readers agree."""
    said = Said("57", 0.5, "clerk", "2026-11-28T00:00:00+00:00")
    written = (
        Word("51", Box(300, 300, 380, 340), 0.5, 0),
        Word("57", Box(400, 300, 480, 340), 0.85, 0),  # two readers agree
        Word("Mẫu", Box(500, 300, 600, 340), 0.5, 0),
        Word("58", Box(620, 300, 700, 340), 1.0, 0, said=said),
        Word("59", Box(900, 300, 980, 340), 0.5, 0),  # printed, and read badly
    )
    pen = Region("handwriting", Box(290, 290, 710, 350), 0.5)
    return replace(page(folder), words=written, regions=(pen,))


def test_figures_of_a_pen_on_which_nobody_agrees_have_a_place_and_no_text(tmp_path: Path) -> None:
    """They were copied and found in the viewing copy as if printed; left out, a paper of 70 words had too few
    of them in place."""
    searchable.write([written_page(tmp_path)], tmp_path, tmp_path / "out.pdf")
    others = ["57", "Mẫu", "58", "59"]
    with pdfplumber.open(tmp_path / "out.pdf") as pdf:
        assert [word["text"] for word in pdf.pages[0].extract_words()] == ["51", *others]
    with pypdfium2.PdfDocument(tmp_path / "out.pdf") as pdf:
        assert pdf[0].get_textpage().get_text_range().split() == ["…", *others]
    if shutil.which("pdftotext"):
        command = ("pdftotext", "-raw", tmp_path / "out.pdf", "-")
        copied = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert copied.split() == ["…", *others]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_another_viewer_finds_each_word_where_it_stands(tmp_path: Path) -> None:
    read = page(tmp_path)
    target = tmp_path / "out.pdf"
    searchable.write([read], tmp_path, target)
    boxes = subprocess.run(
        ["pdftotext", "-bbox", target, "-"], capture_output=True, text=True, check=True
    ).stdout
    pattern = r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>'
    seen = [(unescape(m[5]), tuple(float(v) for v in m.groups()[:4])) for m in re.finditer(pattern, boxes)]
    assert share_found(read, seen) >= 0.98
    text = subprocess.run(["pdftotext", target, "-"], capture_output=True, text=True, check=True).stdout
    assert TEXT in " ".join(text.split())


def test_a_phrase_is_found_and_copied_with_its_marks(tmp_path: Path) -> None:
    searchable.write([page(tmp_path)], tmp_path, tmp_path / "out.pdf")
    pdf = pypdfium2.PdfDocument(tmp_path / "out.pdf")
    text = pdf[0].get_textpage()
    assert text.search("Nghị quyết số 15/2022/QĐ-UBND ngày 05").get_next() is not None
    copied = text.get_text_range()
    assert copied == unicodedata.normalize("NFC", copied)
    assert TEXT in " ".join(copied.split())  # single letters and dashes too
    pdf.close()


def test_a_word_that_stands_under_itself_is_copied_twice(tmp_path: Path) -> None:
    """Surnames in a list, the same figure down a column: PDFium takes what is drawn twice for bold."""
    names = ("Nguyễn", "Nguyễn", "Nguyễn", "1", "1", "1")
    column = tuple(
        Word(n, Box(250, 300 + 55 * i, 250 + 24 * len(n), 348 + 55 * i), 1.0, i) for i, n in enumerate(names)
    )
    searchable.write([replace(page(tmp_path), words=column)], tmp_path, tmp_path / "out.pdf")
    pdf = pypdfium2.PdfDocument(tmp_path / "out.pdf")
    assert tuple(pdf[0].get_textpage().get_text_range().split()) == names


def test_the_text_is_not_seen(tmp_path: Path) -> None:
    read = page(tmp_path)
    searchable.write([read], tmp_path, tmp_path / "out.pdf")
    pdf = pypdfium2.PdfDocument(tmp_path / "out.pdf")
    shown = pdf[0].render(scale=1).to_numpy()
    pdf.close()
    assert shown[72:118, 60:].min() > 200


@pytest.mark.parametrize(
    ("mode", "coding"), [("RGB", "/DCTDecode"), ("L", "/DCTDecode"), ("1", "/CCITTFaxDecode")]
)
def test_every_kind_of_picture_looks_as_before(tmp_path: Path, mode: str, coding: str) -> None:
    read = page(tmp_path, mode=mode)
    searchable.write([read], tmp_path, tmp_path / "out.pdf")
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        filters = pdf.pages[0].Resources.XObject.I0.Filter
        assert (filters[-1] if isinstance(filters, pikepdf.Array) else filters) == coding
        assert [float(v) for v in pdf.pages[0].MediaBox] == pytest.approx([0, 0, 595.2, 841.92], abs=0.01)
    pdf = pypdfium2.PdfDocument(tmp_path / "out.pdf")
    shown = np.asarray(pdf[0].render(scale=1).to_pil().convert("L"), dtype=float)
    pdf.close()
    with Image.open(tmp_path / read.image) as image:
        before = np.asarray(image.convert("L").resize(shown.shape[::-1], Image.Resampling.BOX), dtype=float)
    assert np.abs(shown - before).mean() < 3


def mixed_page(folder: Path) -> Page:
    """A page that is packed in layers: paper, a seal, and ink in a stencil."""
    picture = drawing.scanned(drawing.page(200, seal=True))
    path = folder / "mixed-0001.jpg"
    picture.save(path, quality=compression.PAGE_QUALITY)
    return Page(1, *picture.size, 200.0, 0, 0.0, "ocr", path.name, words=tuple(words(0, 300)))


def test_ink_is_a_stencil_without_transparency(tmp_path: Path) -> None:
    searchable.write([mixed_page(tmp_path)], tmp_path, tmp_path / "out.pdf")
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        images = list(pdf.pages[0].Resources.XObject.values())
        assert [bool(image.get("/ImageMask", False)) for image in images] == [False, False, True]
        assert not any("/SMask" in image or "/Mask" in image for image in images)
        assert images[0].Width < images[2].Width / 1.8  # paper is coarse, ink is not


def draw_by_pdfium(pdf: Path, dpi: float, folder: Path) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as opened:
        return opened[0].render(scale=dpi / 72).to_pil().convert("RGB")


def draw_by_poppler(pdf: Path, dpi: float, folder: Path) -> Image.Image:
    if shutil.which("pdftoppm") is None:
        pytest.skip("poppler-utils is not installed")
    subprocess.run(["pdftoppm", "-r", f"{dpi}", "-singlefile", pdf, folder / "drawn"], check=True)
    return Image.open(folder / "drawn.ppm").convert("RGB")


@pytest.mark.parametrize("draw", [draw_by_pdfium, draw_by_poppler])
@pytest.mark.parametrize(
    ("size", "dpi"),
    [((827, 1169), 100.0), ((1239, 1753), 150.0), ((1240, 1754), 150.0), ((829, 1181), 100.0)],
)
def test_at_its_own_dpi_a_coarse_page_is_shown_dot_for_dot(
    tmp_path: Path, draw: Callable[[Path, float, Path], Image.Image], size: tuple[int, int], dpi: float
) -> None:
    grain = np.random.default_rng(3).integers(60, 220, (size[1], size[0], 3), dtype=np.uint8)
    path = compression.write_page(grain, dpi, False, tmp_path / "page-0001.x")
    searchable.write([Page(1, *size, dpi, 0, 0.0, "ocr", path.name)], tmp_path, tmp_path / "out.pdf")
    with Image.open(path) as image:
        master = np.asarray(image.convert("RGB"), dtype=int)
    shown = np.asarray(draw(tmp_path / "out.pdf", dpi, tmp_path), dtype=int)
    assert shown.shape == master.shape
    assert np.abs(shown - master).max() <= 3  # programs decode JPEG a little differently


@pytest.mark.parametrize("draw", [draw_by_pdfium, draw_by_poppler])
def test_at_its_own_dpi_a_bilevel_page_is_shown_dot_for_dot(
    tmp_path: Path, draw: Callable[[Path, float, Path], Image.Image]
) -> None:
    ink = np.where(np.random.default_rng(3).random((3507, 2481)) < 0.2, 0, 255).astype(np.uint8)
    path = compression.write_page(ink, DPI, True, tmp_path / "page-0001.x")
    searchable.write([Page(1, 2481, 3507, DPI, 0, 0.0, "ocr", path.name)], tmp_path, tmp_path / "out.pdf")
    shown = np.asarray(draw(tmp_path / "out.pdf", DPI, tmp_path).convert("L"))
    assert np.array_equal(shown, ink)


def test_an_outside_judge_finds_pdf_a_2u(tmp_path: Path) -> None:
    targets = []
    made = {"mixed": mixed_page, "written": written_page}
    for mode in ("RGB", "L", "1", *made):
        targets.append(tmp_path / f"{mode}.pdf")
        read = made[mode](tmp_path) if mode in made else page(tmp_path, mode=mode)
        searchable.write([read], tmp_path, targets[-1], title="Thông báo số 12/TB-UBND")
    assert judges.pdfa(targets) == [{"compliant": True, "failed": []}] * len(targets)


def test_the_same_pages_give_the_same_bytes(tmp_path: Path) -> None:
    read = page(tmp_path)
    for name in ("one.pdf", "two.pdf"):
        searchable.write([read], tmp_path, tmp_path / name)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_pages_of_several_parts_come_in_order(tmp_path: Path) -> None:
    total = searchable.PART * 2 + 3
    pages = [page(tmp_path, number, "1", (400 + number, 500)) for number in range(1, total + 1)]
    searchable.write(pages, tmp_path, tmp_path / "out.pdf")
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        widths = [round(float(p.MediaBox[2]) / 72 * DPI) for p in pdf.pages]
        fonts = {p.Resources.Font.F.objgen for p in pdf.pages}
    assert widths == [400 + number for number in range(1, total + 1)]
    assert len(fonts) == 1
    assert not list(tmp_path.glob("*/part-*.pdf"))


@pytest.mark.parametrize("size", [(2, 2), (20_000, 400), (3, 20_000), (20_000, 2)])
def test_odd_sheets_stay_within_what_pdf_a_allows(tmp_path: Path, size: tuple[int, int]) -> None:
    path = compression.write_page(
        np.full((size[1], size[0]), 255, np.uint8), 72.0, False, tmp_path / "page-0001.x"
    )
    searchable.write([Page(1, *size, 72.0, 0, 0.0, "ocr", path.name)], tmp_path, tmp_path / "out.pdf")
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        sides = [float(v) for v in pdf.pages[0].MediaBox][2:]
    assert all(3 <= side <= 14_400 for side in sides)
    with pdfplumber.open(tmp_path / "out.pdf") as read:
        (image,) = read.pages[0].images
    across, down = image["x1"] - image["x0"], image["bottom"] - image["top"]
    assert 0 < across <= sides[0]
    assert 0 < down <= sides[1]
    assert max(size) * min(across, down) == pytest.approx(min(size) * max(across, down), rel=0.1)


def test_letters_beyond_the_first_plane_survive(tmp_path: Path) -> None:
    path = compression.write_page(np.full((300, 900), 255, np.uint8), DPI, False, tmp_path / "page-0001.x")
    word = Word("𐐷ẩ", Box(50, 100, 250, 150), 0.9, 0)
    searchable.write(
        [Page(1, 900, 300, DPI, 0, 0.0, "ocr", path.name, words=(word,))], tmp_path, tmp_path / "o.pdf"
    )
    with pdfplumber.open(tmp_path / "o.pdf") as pdf:
        assert pdf.pages[0].extract_text() == "𐐷ẩ"


def test_the_viewing_copy_is_read_as_it_looks_not_by_its_stencil(tmp_path: Path) -> None:
    read = mixed_page(tmp_path)
    searchable.write([read], tmp_path, tmp_path / "out.pdf")
    picture = pages.picture(tmp_path / "out.pdf", 1, Limits())
    assert picture.dpi == pytest.approx(
        300, rel=0.01
    )  # of its stencil, which has two dots for one of the page
    red = picture.pixels[:, :, 2].astype(int) - picture.pixels[:, :, 1]
    assert np.count_nonzero(red > 80) > 1000


def test_the_font_is_the_one_that_is_drawn() -> None:
    assert glyphless.font_program() == make_glyphless.drawn()


def test_the_metadata_say_what_the_file_is_and_hold_any_title(tmp_path: Path) -> None:
    title = 'Số <1> & "2" của xã Mẫu Đơn {0}'
    searchable.write([page(tmp_path)], tmp_path, tmp_path / "out.pdf", f"{title}\x01\ud800")
    with pikepdf.open(tmp_path / "out.pdf") as pdf, pdf.open_metadata() as xmp:
        ET.fromstring(pdf.Root.Metadata.read_bytes())  # without pikepdf, which mends what it reads
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("2", "U")
        assert (xmp["dc:title"], xmp["dc:language"], xmp["dc:format"]) == (title, {"vi"}, "application/pdf")
