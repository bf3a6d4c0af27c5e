"""Text that programs read and nobody sees is not signed; ordinary pages that look alike to a program are."""

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from fpdf import FPDF
from fpdf.enums import TextMode
from PIL import Image

from signing.keys.references import SigningKey
from signing.pades import SigningRefused, sign
from signing.shown import presentation, unseen_text
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


def words(what: str, *colour: int) -> Draw:
    def draw(pdf: FPDF) -> None:
        pdf.set_text_color(*colour)
        pdf.set_xy(30, 80)
        pdf.cell(0, 9, what)

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


def unseen_on_purpose(pdf: FPDF) -> None:
    with pdf.local_context(text_mode=TextMode.INVISIBLE):
        text(pdf)


def cutting(pdf: FPDF) -> None:
    with pdf.local_context(text_mode=TextMode.CLIP):
        text(pdf)


def cutting_out(pdf: FPDF) -> None:
    """Letters that are cut out of what is painted after them."""
    with pdf.local_context(text_mode=TextMode.CLIP):
        text(pdf)
        box(0, 30, 210, 30, 0, 0, 160)(pdf)


#: Of a page, from its upper left corner: 100 mm by 12.
STRIP = (25 / 210, 38 / 297, 125 / 210, 50 / 297)


def sum_of(amount: str, size: int = 13) -> Draw:
    def draw(pdf: FPDF) -> None:
        pdf.set_font_size(size)
        pdf.set_xy(30, 40)
        pdf.cell(0, 7, f"Số tiền {amount} đồng")

    return draw


def under_a_picture(amount: str, shown: str, size: int = 13) -> Draw:
    """A line of text under a picture of a part of a page, which shows the same line or another one."""

    def draw(pdf: FPDF) -> None:
        drawn = marked.picture_of(page_with(sum_of(shown, size)))
        left, top, right, bottom = (
            round(share * side) for share, side in zip(STRIP, drawn.size * 2, strict=True)
        )
        sum_of(amount, size)(pdf)
        pdf.image(drawn.crop((left, top, right, bottom)), STRIP[0] * 210, STRIP[1] * 297, 100, 12)

    return draw


UNSEEN: dict[str, tuple[tuple[Draw, ...], str]] = {
    "declared unseen, with no scan": ((unseen_on_purpose,), "Số tiền"),
    "declared unseen, beside a picture": ((unseen_on_purpose, picture(PAPER, 30, 100, 50, 20)), "Số tiền"),
    "cutting out nothing": ((cutting,), "Số tiền"),
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
    "under a picture of another figure": ((under_a_picture("1.273.845", "1.278.845"),), "3"),
    "under a picture of a comma for a stop": ((under_a_picture("1.273", "1,273", 11),), ""),
    "under a picture of a stop for a comma": ((under_a_picture("1,273", "1.273", 11),), ""),
    "in small print under a picture of another figure": ((under_a_picture("1260", "1268", 5),), "0"),
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


def under(part: float, *colour: int) -> Draw:
    """A cover that lets `part` of what is below through."""

    def draw(pdf: FPDF) -> None:
        with pdf.local_context(fill_opacity=1 - part):
            box(71, 40, 22, 7, *colour)(pdf)

    return draw


def cut_off(left: float, top: float, width: float, height: float) -> Draw:
    """The line of text through a window."""

    def draw(pdf: FPDF) -> None:
        with pdf.rect_clip(left, top, width, height):
            text(pdf)

    return draw


def lines(left: float, top: float, length: float, width: float, *colour: int) -> Draw:
    def draw(pdf: FPDF) -> None:
        pdf.set_draw_color(*colour)
        pdf.set_line_width(width)
        pdf.line(left, top, left + length, top)

    return draw


def said(pdf: FPDF) -> None:
    pdf.set_xy(30, 40)
    pdf.cell(0, 7, "Ông không đồng ý bán 1.000.000 m2 đất ở Đà Nẵng.")


def middle_of(word: str, before: str, share: tuple[float, float]) -> tuple[float, float]:
    """Where a part of the word begins on its line, and how wide it is, in millimetres."""
    pdf = FPDF(format="A4")
    pdf.add_font("body", fname=documents.FONT)
    pdf.set_font("body", size=13)
    left, width = 31 + pdf.get_string_width(before), pdf.get_string_width(word)
    return left + share[0] * width, (share[1] - share[0]) * width


def over(
    word: str, before: str, share: tuple[float, float] = (0, 1), rows: tuple[float, float] = (40, 7)
) -> Draw:
    """White over a part of a word: of its width, and of the line from a height on (millimetres)."""
    left, width = middle_of(word, before, share)
    return box(left, rows[0], width, rows[1], 255)


IN_PART: dict[str, tuple[tuple[Draw, ...], str]] = {
    "half a digit": ((figure, box(64.8, 40, 1.1, 7, 255)), "900.000"),
    "a part of a 1": ((said, over("1", "Ông không đồng ý bán ", (0, 0.45))), "1.000.000"),
    "a separator": ((said, over(".", "Ông không đồng ý bán 1", (0.1, 0.9), (43.4, 3))), "1.000.000"),
    "half a word": ((said, over("không", "Ông ", (0.5, 1))), "ng"),
    "the mark of a letter": ((said, over("ồ", "Ông không đ", rows=(40, 2.4))), "đồng"),
    "the bar of đ": ((said, over("đ", "Ông không đồng ý bán 1.000.000 m2 ", (0.75, 1.1), (40, 3.2))), "đất"),
    "washed out": ((text, under(0.1, 255)), "100.000"),
    "a picture over the lower half": ((text, picture(PAPER, 70, 43.5, 25, 9)), "100.000"),
    "a thick white line": ((text, lines(70, 42.5, 25, 1.4, 255)), "100.000"),
    "the window ends in a word": ((cut_off(30, 40, 46, 7),), "00 đồng"),
    "the window cuts through the line": ((cut_off(30, 43.6, 150, 7),), "Số"),
}


@pytest.mark.parametrize("name", IN_PART)
def test_what_is_seen_in_part_is_not_signed(name: str, tmp_path: Path, key: SigningKey) -> None:
    steps, told = IN_PART[name]
    source = tmp_path / "source.pdf"
    source.write_bytes(page_with(*steps))
    with pytest.raises(SigningRefused) as refused:
        sign(source, tmp_path / "signed.pdf", key, now=NOW)
    assert refused.value.code in ("covered-text", "unseen-text")
    assert told in refused.value.vi
    assert "Page 1" in refused.value.en
    assert not (tmp_path / "signed.pdf").exists()


def see_through(pdf: FPDF) -> None:
    with pdf.local_context(fill_opacity=0.3):
        box(71, 40, 22, 7, 255, 255, 0)(pdf)


def scan(pdf: FPDF) -> None:
    """The picture of a page with the same line of text."""
    drawn = marked.picture_of(page_with(text))
    pdf.image(drawn, 0, 0, 210, 297)


HONEST: dict[str, tuple[Draw, ...]] = {
    "plain": (text,),
    "cut out of a colour": (cutting_out,),
    "marked with a pen before": (box(71, 40, 22, 7, 255, 255, 0), text),
    "marked with a pen after": (text, see_through),
    "white on blue": (box(30, 80, 120, 9, 0, 0, 120), words("Tiêu đề bảng", 255)),
    "white ground first": (box(0, 0, 210, 297, 255), text),
    "underlined by a bar": (text, box(30, 45.8, 100, 0.4, 0)),
    "struck out": (text, lines(30, 43.5, 100, 0.35, 0)),
    "struck out in red": (text, lines(30, 43.5, 100, 0.35, 200, 0, 0)),
    "in a window with room": (cut_off(25, 38, 170, 12),),
    "white below the line": (text, box(30, 46.6, 100, 3, 255)),
    "a stamp's ring over it": (text, lambda pdf: pdf.ellipse(70, 30, 30, 30)),
    "twice, to look bold": (text, text),
    "reading under a scan": (unseen_on_purpose, scan),
    "reading over a scan": (scan, unseen_on_purpose),
    "reading painted under a scan": (text, scan),
    "under a picture of itself": (under_a_picture("1.273.845", "1.273.845"),),
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


def with_content(edit: Callable[[pikepdf.Pdf, bytes], bytes]) -> bytes:
    """The page of one line of text, its content written anew."""
    with pikepdf.open(io.BytesIO(page_with(text))) as pdf:
        page = pdf.pages[0]
        page.Contents = pdf.make_stream(edit(pdf, page.Contents.read_bytes()))
        pdf.save(target := io.BytesIO())
    return target.getvalue()


def blended(pdf: pikepdf.Pdf, content: bytes) -> bytes:
    """Black on white, by the lighter of the two."""
    pdf.pages[0].Resources.ExtGState = pikepdf.Dictionary(G=pikepdf.Dictionary(BM=pikepdf.Name.Lighten))
    return b"1 g 0 0 600 850 re f 0 g /G gs " + content


def masked(pdf: pikepdf.Pdf, content: bytes) -> bytes:
    """Through a mask that lets nothing through."""
    group = pikepdf.Dictionary(S=pikepdf.Name.Transparency, CS=pikepdf.Name.DeviceGray)
    mask = pdf.make_stream(b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 600, 850])
    mask.Group = group
    soft = pikepdf.Dictionary(S=pikepdf.Name.Luminosity, G=mask)
    pdf.pages[0].Resources.ExtGState = pikepdf.Dictionary(G=pikepdf.Dictionary(SMask=soft))
    return b"/G gs " + content


def hatched(pdf: pikepdf.Pdf, content: bytes) -> bytes:
    """Many white hairlines in one path."""
    lines = b"".join(b"190 %f m 270 %f l " % (y, y) for y in (700 + 0.4 * n for n in range(100)))
    return content + b" q 1 G 0.5 w " + lines + b"S Q"


def ring(_: pikepdf.Pdf, content: bytes) -> bytes:
    """Through a window with a hole, in which the sum stands."""
    window = b"0 0 600 850 re 200 690 60 60 re W* n "
    return b"q " + window + content + b" Q"


def corner(_: pikepdf.Pdf, content: bytes) -> bytes:
    """Through a window of three corners, which ends among the letters."""
    return b"q 0 0 m 0 800 l 330 700 l h W n " + content + b" Q"


@pytest.mark.parametrize("edit", [blended, masked, hatched, ring, corner])
def test_ways_of_painting_that_hide(edit: Callable[[pikepdf.Pdf, bytes], bytes], tmp_path: Path) -> None:
    source = tmp_path / "source.pdf"
    source.write_bytes(with_content(lambda _, content: content))
    assert unseen_text.find(source) is None
    source.write_bytes(with_content(edit))
    assert unseen_text.find(source)


@pytest.mark.parametrize(("shades", "found"), [(b"0 g", None), (b"1 g", "100"), (b"0 g 3 Tr", "100")])
def test_what_fields_show_is_looked_at(shades: bytes, found: str | None, tmp_path: Path) -> None:
    """White figures in the picture of a field, and such as are declared unseen."""
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
