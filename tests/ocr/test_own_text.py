"""A page by the text that its file holds: not where only a part of that text is what one sees."""

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont

from ocr.limits import Limits
from ocr.reading import read_page
from ocr.recognition import Page
from tests.ocr import drawing, scoring

#: Letters as the fonts of before Unicode have them: TCVN3 (TCVN 5712:1993, .VnTime) one byte each, VNI two.
TCVN3: dict[str, str] = dict(
    zip(
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ",
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ",
        strict=True,
    )
)
VNI: dict[str, str] = dict(
    zip(
        "áàạâấầậêếềệôốồộđ",
        [*re.findall("..", "aùaøaïaâaáaàaäeâeáeàeäoâoáoàoä"), "ñ"],
        strict=True,
    )
)


def tcvn3(letter: str) -> str:
    return TCVN3.get(letter.lower(), letter.lower())


def vni(letter: str) -> str:
    other = VNI.get(letter.lower())
    if other is None:
        return letter
    return str(other).upper() if letter.isupper() else str(other)


def without_marks(letter: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", letter) if not unicodedata.combining(c))


def typed(head: Path = drawing.BOLD, body: Path = drawing.SERIF, picture: Image.Image | None = None) -> bytes:
    """A typed notice: letterhead and title in one font, the rest in another; perhaps a picture under it."""
    pdf = FPDF(format="A4", unit="pt")
    pdf.add_font("head", fname=str(head))
    pdf.add_font("body", fname=str(body))
    pdf.add_page()
    pdf.set_font("head", size=13)
    for row, (left, right) in enumerate(drawing.HEADER):
        pdf.text(70, 70 + row * 20, left)
        pdf.text(300, 70 + row * 20, right)
    for row, line in enumerate(drawing.TITLE):
        pdf.text(70, 150 + row * 20, line)
    pdf.set_font("body", size=13)
    pdf.text(70, 110, drawing.NUMBER[0])
    pdf.text(300, 110, drawing.NUMBER[1])
    for row, line in enumerate(drawing.PARAGRAPHS * 2):
        pdf.text(70, 200 + row * 20, line)
    if picture is not None:
        pdf.image(picture, 70, 460, 455)
    return bytes(pdf.output())


def retold(path: Path, change: Callable[[str], str], font: str) -> None:
    """The same page to the eye, but the file says other letters of the glyphs of one font."""

    def one(entry: re.Match[str]) -> str:
        said = bytes.fromhex(entry[2]).decode("utf-16-be")
        return f"<{entry[1]}> <{change(said).encode('utf-16-be').hex()}>"

    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for held in pdf.objects:
            if not isinstance(held, pikepdf.Dictionary) or "/ToUnicode" not in held:
                continue
            if font in str(held.get("/BaseFont")):
                told = held.ToUnicode.read_bytes().decode()
                told = re.sub(r"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4,8})>(?=\s)", one, told)
                held.ToUnicode = pdf.make_stream(told.encode())
        pdf.save(path)


def read(folder: Path, pdf: bytes, change: Callable[[str], str] | None = None, font: str = "Bold") -> Page:
    (folder / "typed.pdf").write_bytes(pdf)
    if change is not None:
        retold(folder / "typed.pdf", change, font)
    return read_page(folder / "typed.pdf", 1, folder, Limits(), profile="fast")


def test_a_typed_page_keeps_its_text(tmp_path: Path) -> None:
    page = read(tmp_path, typed())
    assert page.origin == "text-layer"
    assert set(drawing.text_lines()) <= set(page.text.splitlines())


@pytest.mark.parametrize(
    "change", [tcvn3, vni, without_marks, lambda _: " "], ids=["TCVN3", "VNI", "bare", "none"]
)
def test_text_of_which_one_font_does_not_tell_its_letters_is_read_from_the_picture(
    tmp_path: Path, change: Callable[[str], str]
) -> None:
    """Most of the ink is in the other one, by which alone such a page was judged: headings in fonts of before
    Unicode over a text in a newer one are common."""
    page = read(tmp_path, typed(), change)
    assert page.origin == "ocr"
    assert scoring.errors_of_lines(drawing.text_lines(), page.text) < 0.01


def pictured(said: str) -> Image.Image:
    picture = Image.new("RGB", (1900, 140), (250, 250, 245))
    ImageDraw.Draw(picture).text((20, 30), said, "black", ImageFont.truetype(str(drawing.SERIF), 60))
    return drawing.scanned(picture)


def test_a_picture_of_text_among_typed_text_is_read_too(tmp_path: Path) -> None:
    said = "Bảng kinh phí kèm theo thông báo này do bộ phận kế toán lập."
    page = read(tmp_path, typed(picture=pictured(said)))
    assert scoring.errors_of_lines([*drawing.text_lines(), said], page.text) < 0.01


def test_a_logo_takes_no_letter_of_typed_text(tmp_path: Path) -> None:
    """Such a page was wholly read from its picture, where a key of letters that look alike is a guess."""
    pdf = FPDF(format="A4", unit="pt")
    pdf.add_font("body", fname=str(drawing.SERIF))
    pdf.add_page()
    pdf.set_font("body", size=13)
    for row, line in enumerate(drawing.PARAGRAPHS * 3):
        pdf.text(70, 160 + row * 20, line)
    keys = ("lI1lIl0OoO5S", "vvwVVrnmrnm", "xX0OqgQgIl1i")
    pdf.set_font("body", size=7)
    for row, key in enumerate(keys):
        pdf.text(70, 620 + row * 30, key)
    pdf.image(pictured("CÔNG TY CẤP NƯỚC MẪU ĐƠN"), 70, 60, 400)
    page = read(tmp_path, bytes(pdf.output()))
    assert "CÔNG TY CẤP NƯỚC MẪU ĐƠN" in page.text.splitlines()
    assert {*keys, *drawing.PARAGRAPHS} <= set(page.text.splitlines())


def test_a_slide_keeps_its_text(tmp_path: Path) -> None:
    """Light letters on a dark ground bore no text out."""
    pdf = FPDF(format=(720, 405), unit="pt")
    pdf.add_font("body", fname=str(drawing.SERIF))
    pdf.add_page()
    pdf.set_fill_color(20, 60, 120)
    pdf.rect(0, 0, 720, 405, "F")
    pdf.set_text_color(255, 255, 255)
    pdf.set_font("body", size=16)
    for row, line in enumerate(drawing.PARAGRAPHS):
        pdf.text(60, 100 + 40 * row, line)
    page = read(tmp_path, bytes(pdf.output()))
    assert page.origin == "text-layer"
    assert page.text.splitlines() == list(drawing.PARAGRAPHS)


def test_a_picture_without_words_among_typed_text_changes_nothing(tmp_path: Path) -> None:
    picture = Image.new("RGB", (1900, 700), "white")
    draw = ImageDraw.Draw(picture)
    for step in range(40):  # a drawing of many small strokes
        draw.ellipse([40 * step, 40, 40 * step + 24, 70 + 9 * (step % 7)], outline="black", width=4)
        draw.line([40 * step, 300, 40 * step + 30, 320 + 11 * (step % 5)], "black", 5)
    page = read(tmp_path, typed(picture=picture))
    assert page.origin == "text-layer"
    assert set(drawing.text_lines()) <= set(page.text.splitlines())
