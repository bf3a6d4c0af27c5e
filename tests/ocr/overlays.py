"""Scans with something over them: remarks, stamps and marks of signatures, as programs put them there."""

from collections.abc import Sequence
from io import BytesIO

import pikepdf
from fpdf import FPDF
from pikepdf import Array, Dictionary, Name, Object, Pdf
from PIL import Image

from tests.ocr import drawing

PRINT, HIDDEN, NO_VIEW = 4, 2, 32  # flags (ISO 32000-1, table 165)
RED, BLUE, BLACK = (200, 0, 0), (0, 0, 200), (0, 0, 0)
Rect = tuple[float, float, float, float]  # left, bottom, right, top, in points


def scan(dpi: int = 200, *, bilevel: bool = False, image: Image.Image | None = None) -> Pdf:
    """A scanned notice; its lower half is empty."""
    page = image or drawing.scanned(drawing.page(dpi))
    if not bilevel:
        return pikepdf.open(BytesIO(drawing.image_pdf([page], dpi)))
    out = BytesIO()
    page.convert("1", dither=Image.Dither.NONE).save(out, "PDF", resolution=dpi)
    return pikepdf.open(out)


def shown(
    pdf: Pdf, lines: Sequence[str], size: tuple[float, float], ink: tuple[int, ...], *, filled: bool = False
) -> Object:
    """An appearance of lines of text, on white where it is `filled`."""
    drawn = FPDF(format=size, unit="pt")
    drawn.set_margin(0)
    drawn.add_font("Serif", fname=str(drawing.SERIF))
    drawn.add_page()
    if filled:
        drawn.set_fill_color(255, 255, 255)
        drawn.rect(0, 0, *size, style="F")
    drawn.set_text_color(*ink)
    high = size[1] / max(len(lines), 1)
    drawn.set_font("Serif", size=0.72 * high)
    for row, line in enumerate(lines):
        drawn.text(2, 0.8 * high + row * high, line)
    with pikepdf.open(BytesIO(bytes(drawn.output()))) as made:
        return pdf.copy_foreign(made.pages[0].as_form_xobject())


def add(pdf: Pdf, kind: str, rect: Rect, appearance: Object | None = None, **about: object) -> None:
    """An annotation on the first page."""
    made = Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=Array(rect), **about)
    if appearance is not None:
        made.AP = Dictionary(N=appearance)
    page = pdf.pages[0].obj
    if "/Annots" not in page:
        page.Annots = Array()
    page.Annots.append(pdf.make_indirect(made))
    if kind == "Widget":
        if "/AcroForm" not in pdf.Root:
            pdf.Root.AcroForm = Dictionary(Fields=Array())
        pdf.Root.AcroForm.Fields.append(page.Annots[-1])


def say(pdf: Pdf, rect: Rect, *lines: str, ink: tuple[int, ...] = BLUE, **about: object) -> None:
    """A remark of lines of text, or what else `kind` says."""
    size = (rect[2] - rect[0], rect[3] - rect[1])
    kind = str(about.pop("kind", "FreeText"))
    appearance = shown(pdf, lines, size, ink, filled=bool(about.pop("filled", False)))
    add(pdf, kind, rect, appearance, **{"F": PRINT, **about})


def pictured(pdf: Pdf, image: Image.Image) -> Object:
    """An appearance that is a picture."""
    drawn = FPDF(format=(image.width, image.height), unit="pt")
    drawn.set_margin(0)
    drawn.add_page()
    drawn.image(image, 0, 0, image.width, image.height)
    with pikepdf.open(BytesIO(bytes(drawn.output()))) as made:
        return pdf.copy_foreign(made.pages[0].as_form_xobject())
