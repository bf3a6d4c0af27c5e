"""The viewing copies of every sort of page, made as `digitise` makes them and judged from outside."""

import unicodedata
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pdfplumber
import pikepdf
import pytest
from fpdf import FPDF
from PIL import Image

from ocr.limits import Limits
from ocr.reading import finish, inspect, read_page
from ocr.recognition import Page
from tests import judges
from tests.ocr import drawing
from tests.ocr.test_searchable import share_found

A4 = (595.3, 841.9)
UNSQUARE = (575.0, 821.0)
STRIP = (400.0, 72.0)


@dataclass(frozen=True)
class Copy:
    pages: tuple[Page, ...]
    pdf: Path


def turned(degrees: int) -> bytes:
    image = drawing.scanned(drawing.page(200, seal=True), skew=1.1).rotate(degrees, expand=True)
    return drawing.image_pdf([image], 200)


def table() -> bytes:
    return drawing.image_pdf([drawing.scanned(drawing.table(300)[0])], 300)


def coarse() -> bytes:
    return drawing.image_pdf([drawing.scanned(drawing.page(100), skew=-0.7)], 100)


def bilevel() -> bytes:
    out = BytesIO()
    page = drawing.scanned(drawing.page(300)).convert("1", dither=Image.Dither.NONE)
    page.save(out, "PDF", resolution=300)
    return out.getvalue()


def unsquare() -> bytes:
    """As scanners stretch a page: 297 dots an inch across and 301 down."""
    pdf = FPDF(format=UNSQUARE, unit="pt")
    pdf.add_page()
    pdf.set_margin(0)
    page = drawing.scanned(drawing.page(300)).resize((2400, 3425)).convert("1", dither=Image.Dither.NONE)
    pdf.image(page, 0, 0, *UNSQUARE)
    return bytes(pdf.output())


def larger() -> bytes:
    """A picture of which the page shows all but a rim, above and to the right."""
    pdf = FPDF(format=A4, unit="pt")
    pdf.set_margin(0)
    pdf.add_page()
    pdf.image(drawing.scanned(drawing.page(200)), 0, -6, A4[0] + 4, A4[1] + 6)
    return bytes(pdf.output())


def strip() -> bytes:
    """A low picture on a page that is higher."""
    pdf = FPDF(format=STRIP[::-1], unit="pt", orientation="landscape")
    pdf.set_margin(0)
    pdf.add_page()
    pdf.image(drawing.scanned(drawing.page(200)).crop((0, 400, 1654, 607)), 0, 11, 400, 50)
    return bytes(pdf.output())


def photograph() -> bytes:
    corners = np.array([(190, 160), (1560, 230), (1650, 2330), (110, 2250)], np.float64)
    out = BytesIO()
    drawing.photographed(drawing.page(200), corners, (1800, 2500)).save(out, "JPEG", quality=88)
    return out.getvalue()


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Copy]:
    sources = {
        "quarter turn": turned(90),
        "upside down": turned(180),
        "three quarters": turned(270),
        "landscape table": table(),
        "100 dpi": coarse(),
        "bilevel": bilevel(),
        "dots not square": unsquare(),
        "picture larger than its page": larger(),
        "picture lower than its page": strip(),
        "photograph": photograph(),
        "born digital": drawing.born_digital(2),
    }
    made = {}
    for name, data in sources.items():
        folder = tmp_path_factory.mktemp(name.replace(" ", "-"))
        source = folder / "source.pdf"
        source.write_bytes(data)
        made[name] = digitised(source, folder)
    return made


def digitised(source: Path, folder: Path) -> Copy:
    count = inspect(source, Limits()).pages
    read = tuple(read_page(source, number, folder, Limits()) for number in range(1, count + 1))
    finish(source, read, folder)
    return Copy(read, folder / "searchable.pdf")


def test_every_copy_is_pdf_a_2u(copies: dict[str, Copy]) -> None:
    verdicts = judges.pdfa([copy.pdf for copy in copies.values()])
    assert verdicts == [{"compliant": True, "failed": []}] * len(copies)


SIZES = {"dots not square": UNSQUARE, "picture lower than its page": tuple(sorted(STRIP))}


def test_every_sheet_keeps_its_size(copies: dict[str, Copy]) -> None:
    for name, copy in copies.items():
        with pikepdf.open(copy.pdf) as pdf:
            for page in pdf.pages:
                sides = sorted(float(side) for side in page.MediaBox[2:])
                assert sides == pytest.approx(SIZES.get(name, A4), abs=1.0), name


def test_no_copy_has_letters_in_the_place_of_others(copies: dict[str, Copy]) -> None:
    for copy in copies.values():
        with pikepdf.open(copy.pdf) as pdf:
            filters = [str(item.get("/Filter")) for item in pdf.objects if isinstance(item, pikepdf.Stream)]
        assert filters
        assert not any("JBIG2" in each for each in filters)


def test_words_are_found_in_their_place_and_copied_composed(copies: dict[str, Copy]) -> None:
    for name, copy in copies.items():
        with pdfplumber.open(copy.pdf) as pdf:
            for read, page in zip(copy.pages, pdf.pages, strict=True):
                assert len(read.words) > (5 if name in SIZES else 15), name
                seen = [
                    (word["text"], (word["x0"], word["top"], word["x1"], word["bottom"]))
                    for word in page.extract_words()
                ]
                assert share_found(read, seen) >= 0.98, name
                text = page.extract_text()
                assert text == unicodedata.normalize("NFC", text), name
