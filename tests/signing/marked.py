"""Fictional pages to mark, images of signatures and seals of nobody, and looks at what was drawn."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
from fpdf import FPDF
from PIL import Image, ImageDraw

from tests.signing.documents import FONT

NAME = "Trần Thị Mẫu"
DARK_EDGE = 5.0  # millimetres of a scan that are black
Box = tuple[float, float, float, float]


def decision(*, name: str = NAME, gap: float = 30, size: tuple[float, float] = (210, 297)) -> bytes:
    """Two pages as Decree 30 lays them out, PDF/A-2u; the second ends with title, `gap` mm of paper, name."""
    width, height = size
    pdf = FPDF(format=size, enforce_compliance="PDF/A-2u")
    pdf.add_font("body", fname=FONT)
    pdf.set_lang("vi")
    pdf.set_title("Quyết định mẫu")
    pdf.set_auto_page_break(False)
    for number in range(2):
        pdf.add_page()
        pdf.set_font("body", size=13)
        pdf.set_xy(30, 20)
        pdf.multi_cell(50, 6, "ỦY BAN NHÂN DÂN\nPHƯỜNG MẪU", align="C")
        pdf.set_xy(30, 50)
        pdf.multi_cell(width - 45, 7, "Quyết định về việc thử nghiệm số hóa hồ sơ. " * 8)
        if number:
            pdf.set_xy(width - 95, height / 2)
            pdf.multi_cell(80, 6, "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH", align="C")
            pdf.set_xy(width - 95, height / 2 + 12 + gap)
            pdf.multi_cell(80, 6, name, align="C")
    return bytes(pdf.output())


def covered_all_over() -> bytes:
    """A page with letters from edge to edge."""
    pdf = FPDF(format="A4", enforce_compliance="PDF/A-2u")
    pdf.add_font("body", fname=FONT)
    pdf.set_title("Trang kín chữ")
    pdf.set_margins(0, 0, 0)
    pdf.set_auto_page_break(False)
    pdf.add_page()
    pdf.set_font("body", size=10)
    pdf.multi_cell(210, 4, "Trang này kín chữ từ mép này sang mép kia. " * 300)
    return bytes(pdf.output())


def scan(dpi: int = 150) -> bytes:
    """A page as a scanner brings it: yellowish, with noise, dust, a dark left edge and a stamp in red."""
    page = picture_of(decision(), dpi)
    drawn = ImageDraw.Draw(page)
    unit = dpi / 25.4
    drawn.rectangle((60 * unit, 3 * unit, 95 * unit, 12 * unit), outline="#c02030", width=3)
    drawn.rectangle((0, 0, DARK_EDGE * unit, page.height), fill="#101010")
    random = np.random.default_rng(7)
    pixels = np.asarray(page).astype(int) * np.array([245, 240, 225]) // 255
    pixels += random.normal(0, 4, pixels.shape).astype(int)
    for row, column in zip(*(random.integers(0, side, 300) for side in pixels.shape[:2]), strict=True):
        pixels[row, column] = 60
    image = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    pdf = FPDF(format=(210, 297))
    pdf.set_margins(0, 0, 0)
    pdf.add_page()
    pdf.image(image, 0, 0, 210, 297)
    return bytes(pdf.output())


def edited(data: bytes, edit: Callable[[pikepdf.Page], None]) -> bytes:
    """The document with every page changed."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            edit(page)
        pdf.save(target := io.BytesIO())
    return target.getvalue()


def turned(degrees: int) -> Callable[[pikepdf.Page], None]:
    def edit(page: pikepdf.Page) -> None:
        page.Rotate = degrees

    return edit


def cropped(page: pikepdf.Page) -> None:
    page.MediaBox = [-100, -50, 700, 900]
    page.CropBox = [10, 5, 585, 830]


def in_half_units(page: pikepdf.Page) -> None:
    """The same page in units of two points (UserUnit)."""
    page.contents_add(b"q 0.5 0 0 0.5 0 0 cm", prepend=True)
    page.contents_add(b"Q")
    page.MediaBox = [0, 0, 297.5, 421]
    page.UserUnit = 2


def signature_image(colour: str = "#1428a0", dpi: float = 457) -> bytes:
    """A pen's stroke; 900 pixels, so 50 mm at the default resolution."""
    image = Image.new("RGBA", (900, 360))
    time = np.linspace(0, 1, 400)
    heights = 180 + 150 * np.sin(22 * time) * np.exp(-1.2 * time)
    ImageDraw.Draw(image).line(list(zip(900 * time, heights, strict=True)), fill=colour, width=9)
    return _png(image, dpi)


def seal_image(dpi: float = 600) -> bytes:
    """Two circles; 850 pixels, so 36 mm at the default resolution."""
    image = Image.new("RGBA", (850, 850))
    drawn = ImageDraw.Draw(image)
    drawn.ellipse((0, 0, 849, 849), outline="#d2141e", width=14)
    drawn.ellipse((190, 190, 660, 660), outline="#d2141e", width=7)
    return _png(image, dpi)


def opaque_image() -> bytes:
    return _png(Image.new("RGBA", (400, 100), "#1428a0"), 254)


def _png(image: Image.Image, dpi: float) -> bytes:
    image.save(target := io.BytesIO(), "PNG", dpi=(dpi, dpi))
    return target.getvalue()


def picture(file: Path, page: int = 0, dpi: float = 100) -> Image.Image:
    """The page as a viewer shows it, marks included."""
    with pdfium.PdfDocument(file) as pdf:
        pdf.init_forms()
        drawn: Image.Image = pdf[page].render(scale=dpi / 72).to_pil().convert("RGB")
    return drawn


def picture_of(data: bytes, dpi: float = 150) -> Image.Image:
    """The first page of a document, as a scanner would take it."""
    with pdfium.PdfDocument(data) as pdf:
        drawn: Image.Image = pdf[0].render(scale=dpi / 72).to_pil().convert("RGB")
    return drawn


def boxes(file: Path, page: int = 0) -> list[Box]:
    """The rectangles of the marks on a page, in user space."""
    with pikepdf.open(file) as pdf:
        notes = pdf.pages[page].get("/Annots", pikepdf.Array())
        found = [tuple(float(v) for v in note.Rect) for note in notes]
    return [(x0, y0, x1, y1) for x0, y0, x1, y1 in found]


def new_ink(before: Path, after: Path, page: int = 0, dpi: float = 100) -> np.ndarray:
    """Which pixels a signature has darkened, and which of these were dark already (rows, columns, 2)."""
    old, new = (np.asarray(picture(file, page, dpi)).min(axis=2).astype(int) for file in (before, after))
    return np.dstack([old - new > 60, (old < 150) & (np.abs(old - new) > 60)])
