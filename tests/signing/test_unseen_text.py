"""Text that programs read and nobody sees is not signed; ordinary pages that look alike to a program are."""

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from fpdf import FPDF
from fpdf.enums import TextMode
from PIL import Image

from signing import presentation, unseen_text
from signing.keys import SigningKey
from signing.pades import SigningRefused, sign
from tests.signing import documents, marked
from tests.signing.conftest import NOW

Draw = Callable[[FPDF], None]
PAPER = Image.new("RGB", (50, 20), "white")


def page_with(*steps: Draw) -> bytes:
    pdf = FPDF(format="A4")
    pdf.add_font("body", fname=documents.FONT)
    pdf.add_page()
    pdf.set_font("body", size=13)
    for step in steps:
        step(pdf)
    return bytes(pdf.output())


def text(pdf: FPDF) -> None:
    pdf.set_xy(30, 40)
    pdf.cell(0, 7, "Số tiền phải nộp là 100.000 đồng, hạn nộp ngày 30 tháng 11.")


def box(left: float, top: float, width: float, height: float, *colour: int) -> Draw:
    def draw(pdf: FPDF) -> None:
        pdf.set_fill_color(*colour)
        pdf.rect(left, top, width, height, style="F")

    return draw


def words(said: str, *colour: int) -> Draw:
    def draw(pdf: FPDF) -> None:
        pdf.set_text_color(*colour)
        pdf.set_xy(30, 80)
        pdf.cell(0, 9, said)

    return draw


def picture(image: Image.Image, left: float, top: float, width: float, height: float) -> Draw:
    return lambda pdf: pdf.image(image, left, top, width, height)


def cut_away(pdf: FPDF) -> None:
    with pdf.rect_clip(30, 100, 50, 10):
        words("Chữ bị cắt mất", 0)(pdf)


def figure(pdf: FPDF) -> None:
    """A 9 from 65 mm from the left edge on, 2.3 mm wide."""
    pdf.set_xy(30, 40)
    pdf.cell(0, 7, "Số tiền phải nộp là ")
    pdf.set_xy(64, 40)
    pdf.cell(0, 7, "900.000 đồng")


UNSEEN: dict[str, tuple[tuple[Draw, ...], str]] = {
    "white over it": ((text, box(71, 40, 22, 7, 255)), "đồng"),
    "black over it": ((text, box(71, 40, 22, 7, 0)), "đồng"),
    "other text on the cover": ((text, box(30, 40, 140, 7, 255), text), "Số tiền"),
    "one digit covered": ((figure, box(64.8, 40, 2.5, 7, 255)), "9"),
    "twice, and all covered": ((text, text, box(71, 40, 22, 7, 255)), "đồng"),
    "picture over it": ((text, picture(PAPER, 70, 39, 25, 9)), "đồng"),
    "whole page over it": ((text, picture(PAPER, 0, 0, 210, 297)), "Số tiền"),
    "white on white": ((text, words("Đồng ý chuyển nhượng", 255)), "Đồng"),
    "nearly white": ((text, words("Đồng ý chuyển nhượng", 250)), "Đồng"),
    "black on black": ((box(30, 80, 120, 9, 0), words("Chữ đen", 0)), "Chữ đen"),
    "cut away": ((text, cut_away), "Chữ bị cắt mất"),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_what_nobody_sees_is_not_signed(name: str, tmp_path: Path, key: SigningKey) -> None:
    steps, said = UNSEEN[name]
    if name == "other text on the cover":
        steps = (steps[0], steps[1], words("Số tiền phải nộp là 900.000 đồng", 0))
    source = tmp_path / "source.pdf"
    source.write_bytes(page_with(*steps))
    with pytest.raises(SigningRefused) as refused:
        sign(source, tmp_path / "signed.pdf", key, now=NOW)
    assert refused.value.code == "unseen-text"
    assert said in refused.value.vi
    assert "Page 1" in refused.value.en
    assert not (tmp_path / "signed.pdf").exists()


def see_through(pdf: FPDF) -> None:
    with pdf.local_context(fill_opacity=0.3):
        box(71, 40, 22, 7, 255, 255, 0)(pdf)


def unseen_on_purpose(pdf: FPDF) -> None:
    with pdf.local_context(text_mode=TextMode.INVISIBLE):
        text(pdf)


def scan(pdf: FPDF) -> None:
    """The picture of a page with the same line of text."""
    drawn = marked.picture_of(page_with(text))
    pdf.image(drawn, 0, 0, 210, 297)


HONEST: dict[str, tuple[Draw, ...]] = {
    "plain": (text,),
    "marked with a pen before": (box(71, 40, 22, 7, 255, 255, 0), text),
    "marked with a pen after": (text, see_through),
    "white on blue": (box(30, 80, 120, 9, 0, 0, 120), words("Tiêu đề bảng", 255)),
    "white ground first": (box(0, 0, 210, 297, 255), text),
    "underlined by a bar": (text, box(30, 45.8, 100, 0.4, 0)),
    "twice, to look bold": (text, text),
    "reading under a scan": (unseen_on_purpose, scan),
    "reading over a scan": (scan, unseen_on_purpose),
    "reading painted under a scan": (text, scan),
    "blanks in white": (text, words(". . .", 255)),
}


@pytest.mark.parametrize("name", HONEST)
def test_ordinary_pages_pass(name: str, tmp_path: Path) -> None:
    source = tmp_path / "source.pdf"
    source.write_bytes(page_with(*HONEST[name]))
    presentation.check(source)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_turned_pages_are_looked_at_as_they_lie(degrees: int, tmp_path: Path) -> None:
    source = tmp_path / "source.pdf"
    for steps, found in (((text,), False), ((text, box(71, 40, 22, 7, 255)), True)):
        source.write_bytes(marked.edited(page_with(*steps), marked.turned(degrees)))
        assert (unseen_text.find(source) is not None) == found


def test_forms_within_a_page_are_entered(tmp_path: Path) -> None:
    """The text in a form, the cover in another one that is moved over it."""
    source = tmp_path / "source.pdf"
    cover = page_with(box(71, 40, 22, 7, 255))
    for over in (True, False):
        with pikepdf.new() as pdf, pikepdf.open(io.BytesIO(page_with(text))) as below:
            pdf.add_blank_page(page_size=(595, 842))
            with pikepdf.open(io.BytesIO(cover)) as above:
                forms = {
                    "/T": pdf.copy_foreign(below.pages[0].as_form_xobject()),
                    "/C": pdf.copy_foreign(above.pages[0].as_form_xobject()),
                }
            pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(forms))
            moved = 0 if over else -200
            pdf.pages[0].Contents = pdf.make_stream(b"/T Do q 1 0 0 1 0 %d cm /C Do Q" % moved)
            pdf.save(source)
        assert (unseen_text.find(source) is not None) == over


@pytest.mark.parametrize(("shades", "found"), [(b"0 g", None), (b"1 g", "100"), (b"0 g 3 Tr", None)])
def test_what_fields_show_is_looked_at(shades: bytes, found: str | None, tmp_path: Path) -> None:
    """White figures in the picture of a field; text that is declared unseen is not this look's matter."""
    source = tmp_path / "source.pdf"
    with pikepdf.open(io.BytesIO(documents.form())) as pdf:
        shown = pdf.pages[0].Annots[0].AP.N
        shown.write(shades + b"\n" + shown.read_bytes())
        pdf.save(source)
    unseen = unseen_text.find(source)
    assert (unseen and unseen.text) == found


def test_a_field_that_covers_text_is_seen(tmp_path: Path) -> None:
    source = tmp_path / "source.pdf"
    with pikepdf.open(io.BytesIO(page_with(text))) as pdf:
        box = pdf.make_stream(
            b"1 g 0 0 62 20 re f",
            {"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Form, "/BBox": [0, 0, 62, 20]},
        )
        field = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Btn,
            T="nut",
            Ff=1 << 16,
            F=4,
            Rect=[202, 842 - 134, 264, 842 - 113],
            AP=pikepdf.Dictionary(N=box),
        )
        pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(field)])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([pdf.pages[0].Annots[0]]))
        pdf.save(source)
    unseen = unseen_text.find(source)
    assert unseen
    assert "000" in unseen.text
