"""Fictional documents to sign, verify and tamper with."""

import io
from functools import cache
from pathlib import Path

import pikepdf
from fpdf import FPDF

from signing.marks.typeface import FONTS

FONT = next(font for font in (FONTS[0], *FONTS[3:]) if Path(font).is_file())
TEXT = "ỦY BAN NHÂN DÂN PHƯỜNG MẪU\nQuyết định về việc thử nghiệm số hóa hồ sơ – Ngày 22 tháng 11 năm 2026\n"


@cache  # most tests sign one
def paper(pages: int = 2, *, compliance: str | None = "PDF/A-2u") -> bytes:
    """A document of A4 pages with Vietnamese text within the margins of Decree 30; PDF/A-2u by default."""
    pdf = FPDF(format="A4", enforce_compliance=compliance)
    pdf.add_font("body", fname=FONT)
    pdf.set_lang("vi")
    pdf.set_title("Quyết định mẫu")
    for number in range(pages):
        pdf.add_page()
        pdf.set_font("body", size=13)
        pdf.set_xy(30, 22)
        pdf.multi_cell(160, 7, f"Trang {number + 1}. {TEXT * 3}")
    return bytes(pdf.output())


@cache
def turned(rotation: int, size: tuple[float, float] = (595.0, 842.0)) -> bytes:
    """A page that viewers turn clockwise by `rotation`."""
    with pikepdf.open(io.BytesIO(paper(1))) as pdf:
        pdf.pages[0].Rotate = rotation
        pdf.pages[0].MediaBox = pikepdf.Array([0, 0, *size])
        target = io.BytesIO()
        pdf.save(target)
    return target.getvalue()


@cache
def form(shown: str = "100") -> bytes:
    """A document with a text field whose value is 100, and the picture of a value."""
    with pikepdf.open(io.BytesIO(paper(1, compliance=None))) as pdf:
        drawn = picture_of(pdf, shown)
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Tx,
                T="so_tien",
                V="100",
                AP=pikepdf.Dictionary(N=drawn),
                Rect=[100, 100, 300, 120],
                P=pdf.pages[0].obj,
                F=4,
            )
        )
        pdf.pages[0].Annots = pikepdf.Array([field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
        target = io.BytesIO()
        pdf.save(target)
    return target.getvalue()


def picture_of(pdf: pikepdf.Pdf, text: str) -> pikepdf.Object:
    """The appearance of a field of 200 by 20 points."""
    sheet = FPDF(unit="pt", format=(200, 20))
    sheet.add_font("body", fname=FONT)
    sheet.add_page()
    sheet.set_font("body", size=11)
    sheet.text(2, 15, text)
    with pikepdf.open(io.BytesIO(bytes(sheet.output()))) as drawn:
        return pdf.copy_foreign(drawn.pages[0].as_form_xobject())


@cache
def encrypted(user: str = "secret", owner: str = "owner") -> bytes:
    with pikepdf.open(io.BytesIO(paper(1, compliance=None))) as pdf:
        target = io.BytesIO()
        pdf.save(target, encryption=pikepdf.Encryption(owner=owner, user=user))
    return target.getvalue()
