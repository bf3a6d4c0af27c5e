"""What a typed page holds and does not show, or shows otherwise than it tells."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fpdf import FPDF

from ocr.limits import Limits
from ocr.reading import read_page
from ocr.recognition import Page
from tests.ocr import drawing
from tests.ocr.test_own_text import retold, tcvn3

UNSEEN = "Dòng này không ai thấy trên giấy"
Draw = Callable[[FPDF], None]


def typed(draw: Draw, lines: list[str] | None = None) -> FPDF:
    """A typed page, and what is drawn after its text at the foot of it."""
    pdf = FPDF(format="A4", unit="pt")
    pdf.add_font("head", fname=str(drawing.BOLD))
    pdf.add_font("body", fname=str(drawing.SERIF))
    pdf.add_page()
    pdf.set_font("body", size=13)
    for row, line in enumerate(lines or [*drawing.PARAGRAPHS * 2]):
        pdf.text(70, 100 + row * 20, line)
    draw(pdf)
    return pdf


def read(folder: Path, pdf: FPDF, change: Callable[[str], str] | None = None, font: str = "Bold") -> Page:
    source = folder / "typed.pdf"
    source.write_bytes(bytes(pdf.output()))
    if change:
        retold(source, change, font)
    return read_page(source, 1, folder, Limits())


def white(pdf: FPDF) -> None:
    pdf.set_text_color(255)
    pdf.text(70, 700, UNSEEN)


def under_a_patch(pdf: FPDF) -> None:
    pdf.text(70, 700, UNSEEN)
    pdf.set_fill_color(255)
    pdf.rect(60, 680, 400, 30, style="F")


def without_ink(pdf: FPDF) -> None:
    with pdf.local_context(text_mode="INVISIBLE"):
        pdf.text(70, 700, UNSEEN)


def cut_away(pdf: FPDF) -> None:
    with pdf.rect_clip(x=10, y=10, w=20, h=20):
        pdf.text(70, 700, UNSEEN)


@pytest.mark.parametrize("draw", [white, under_a_patch, without_ink, cut_away])
def test_what_nobody_sees_on_a_typed_page_is_no_part_of_its_text(tmp_path: Path, draw: Draw) -> None:
    page = read(tmp_path, typed(draw))
    assert page.origin == "text-layer"
    assert page.text.splitlines() == [*drawing.PARAGRAPHS * 2]


def test_of_a_number_over_another_the_one_that_is_seen_is_read(tmp_path: Path) -> None:
    def patched(pdf: FPDF) -> None:
        before = 70 + pdf.get_string_width("Tổng số tiền là ")
        pdf.text(70, 700, "Tổng số tiền là 1.260.000.000 đồng")
        pdf.set_fill_color(255)
        pdf.rect(before - 1, 686, pdf.get_string_width("1.260.000.000") + 2, 18, style="F")
        pdf.text(before, 700, "7.890.000.000")

    page = read(tmp_path, typed(patched))
    assert page.text.splitlines() == [*drawing.PARAGRAPHS * 2, "Tổng số tiền là 7.890.000.000 đồng"]


def test_a_font_that_tells_other_digits_is_not_believed(tmp_path: Path) -> None:
    lines = [f"Số tiền của hộ thứ {row} là 18.{row}50.000 đồng và 81.100 đồng" for row in range(2, 9)]
    page = read(
        tmp_path, typed(lambda _: None, lines), lambda c: {"1": "7", "8": "3"}.get(c, c), "LiberationSerif"
    )
    assert page.origin == "ocr"
    assert page.text.splitlines() == lines


def test_a_hyphen_that_its_font_calls_soft_is_kept(tmp_path: Path) -> None:
    lines = ["Số: 147/TB-UBND", "Độc lập - Tự do - Hạnh phúc", *drawing.PARAGRAPHS]
    page = read(
        tmp_path, typed(lambda _: None, lines), lambda c: "\u00ad" if c == "-" else c, "LiberationSerif"
    )
    assert (page.origin, page.text.splitlines()) == ("text-layer", lines)


def test_two_words_of_an_old_font_are_enough_to_read_the_page(tmp_path: Path) -> None:
    def title(pdf: FPDF) -> None:
        pdf.set_font("head", size=14)
        pdf.text(250, 60, "QUYẾT ĐỊNH")

    page = read(tmp_path, typed(title), lambda c: "§" if c == "Đ" else tcvn3(c).upper())
    assert page.origin == "ocr"
    assert page.text.splitlines()[0] == "QUYẾT ĐỊNH"


def test_a_word_across_the_lines_is_told_last(tmp_path: Path) -> None:
    def watermark(pdf: FPDF) -> None:
        with pdf.rotation(45, 250, 250), pdf.local_context(fill_opacity=0.25):
            pdf.set_font("head", size=70)
            pdf.text(150, 270, "NHÁP")

    page = read(tmp_path, typed(watermark))
    assert page.text.splitlines() == [*drawing.PARAGRAPHS * 2, "NHÁP"]


def test_letters_that_only_clip_what_is_drawn_through_them_are_text(tmp_path: Path) -> None:
    """As letters are that are filled with a shading; a title of a few of them was left out."""

    def shaded(pdf: FPDF) -> None:
        with pdf.local_context(text_mode="CLIP"):
            pdf.text(70, 700, "MẪU SỐ 7")
            pdf.set_fill_color(160, 20, 20)
            pdf.rect(60, 680, 400, 30, style="F")

    page = read(tmp_path, typed(shaded))
    assert page.text.splitlines() == [*drawing.PARAGRAPHS * 2, "MẪU SỐ 7"]
