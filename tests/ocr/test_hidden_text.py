"""A scan whose text lies unseen on its page is judged as strictly, however its picture lies there."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from fpdf import FPDF
from PIL import Image

from ocr.limits import Limits
from ocr.reading import read_page
from ocr.recognition import Page
from tests.ocr import drawing, scoring

DPI = 200
WIDTH, HEIGHT = 595.28, 841.89
STRIPS = 12
LINES = [*drawing.PARAGRAPHS * 2]
#: As a recognition may give it: each eighth word is another one.
WRONG = [
    " ".join("khảc" if (row + at) % 8 == 3 else word for at, word in enumerate(line.split()))
    for row, line in enumerate(LINES)
]


def sheet() -> FPDF:
    pdf = FPDF(format="A4", unit="pt")
    pdf.add_font("body", fname=str(drawing.SERIF))
    pdf.set_auto_page_break(False)
    pdf.add_page()
    pdf.set_font("body", size=13)
    return pdf


def put(pdf: FPDF, lines: Sequence[str], top: float = 100) -> None:
    for row, line in enumerate(lines):
        pdf.text(70, top + row * 20, line)


def scan(folder: Path) -> Image.Image:
    """The page of these lines as dots."""
    pdf = sheet()
    put(pdf, LINES)
    (folder / "drawn.pdf").write_bytes(bytes(pdf.output()))
    with pypdfium2.PdfDocument(folder / "drawn.pdf") as document:
        drawn: Image.Image = document[0].render(scale=DPI / 72).to_pil()
    return drawn.convert("L")


def in_strips(pdf: FPDF, picture: Image.Image) -> None:
    edges = [round(picture.height * strip / STRIPS) for strip in range(STRIPS + 1)]
    for top, bottom in pairwise(edges):
        part, scale = picture.crop((0, top, picture.width, bottom)), HEIGHT / picture.height
        pdf.image(part, 0, top * scale, WIDTH, (bottom - top) * scale)


def read(folder: Path, pdf: FPDF) -> Page:
    source = folder / "scan.pdf"
    source.write_bytes(bytes(pdf.output()))
    return read_page(source, 1, folder, Limits())


@pytest.mark.parametrize("under", [True, False], ids=["under the strips", "without ink"])
@pytest.mark.parametrize("right", [True, False])
def test_text_of_a_scan_in_strips_is_judged_as_that_of_any_scan(
    tmp_path: Path, under: bool, right: bool
) -> None:
    pdf, lines = sheet(), LINES if right else WRONG
    if under:
        put(pdf, lines)
    in_strips(pdf, scan(tmp_path))
    if not under:
        with pdf.local_context(text_mode="INVISIBLE"):
            put(pdf, lines)
    page = read(tmp_path, pdf)
    assert page.origin == ("text-layer" if right else "ocr")
    assert scoring.errors_of_lines(LINES, page.text) < 0.005


def test_what_was_recognised_in_a_picture_among_typed_text_is_not_typed(tmp_path: Path) -> None:
    pdf, head = sheet(), ["Trang này được gõ, ảnh bên dưới được quét từ giấy.", *drawing.PARAGRAPHS * 3]
    put(pdf, head, 60)
    part = scan(tmp_path).crop((0, round(85 / 72 * DPI), round(WIDTH / 72 * DPI), round(150 / 72 * DPI)))
    pdf.image(part, 0, 700, WIDTH)
    with pdf.local_context(text_mode="INVISIBLE"):
        put(pdf, WRONG[:3], 715)
    page = read(tmp_path, pdf)
    assert "khảc" not in page.text
    assert set(head) <= set(page.text.splitlines())
