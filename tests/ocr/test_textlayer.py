"""The text that a PDF holds, however its letters are written down."""

import time
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from fpdf import FPDF

from ocr import textlayer
from ocr.limits import Limits
from ocr.reading import read_page
from ocr.recognition import Box, Word
from tests.ocr import drawing

CMAP = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Mau def /CMapType 2 def
1 begincodespacerange <00> <FF> endcodespacerange
3 beginbfchar <41> <D83DDE00> <42> <D83D> <43> <0110> endbfchar
endcmap CMapName currentdict /CMap defineresource pop end end"""
CONTENT = b"BT /F 24 Tf 72 700 Td (A) Tj 0 -60 Td (B) Tj 0 -60 Td (CA) Tj ET"


def _pdf() -> bytes:
    def stream(data: bytes) -> bytes:
        return b"<</Length %d>>stream\n%s\nendstream" % (len(data), data)

    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        stream(CONTENT),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
        stream(CMAP),
    ]
    objects = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, body) for n, body in enumerate(bodies, 1))
    return b"%PDF-1.7\n" + objects + b"trailer<</Root 1 0 R/Size 7>>\n%%EOF\n"


def test_letters_beyond_the_first_plane_are_whole_and_halves_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "mau.pdf").write_bytes(_pdf())
    document = pypdfium2.PdfDocument(tmp_path / "mau.pdf")
    layer = textlayer.of_page(document[0], 595, 842)
    document.close()
    words = [word.text for word in layer.words]
    assert words == ["\U0001f600", "\ufffd", "\u0110\U0001f600"]
    assert [word.encode("utf-8").decode("utf-8") for word in words] == words


@pytest.mark.parametrize("page_turn", [0, 90, 180, 270])
@pytest.mark.parametrize("content_turn", [0, 90, 180, 270])
@pytest.mark.parametrize("in_a_form", [False, True])
def test_the_turn_of_text_is_told_by_how_the_page_shows_it(
    tmp_path: Path, page_turn: int, content_turn: int, in_a_form: bool
) -> None:
    source = turned(tmp_path, content_turn, page_turn, in_a_form=in_a_form)
    with pypdfium2.PdfDocument(source) as document:
        page = document[0]
        width, height = (round(side) for side in page.get_size())
        layer = textlayer.of_page(page, width, height)
    assert layer.turn == (content_turn - page_turn) % 360


def test_a_page_that_lies_in_its_file_and_is_shown_upright_keeps_its_text(tmp_path: Path) -> None:
    page = read_page(turned(tmp_path, 90, 90, in_a_form=False), 1, tmp_path, Limits())
    assert (page.origin, page.rotation) == ("text-layer", 0)
    assert page.text.splitlines()[-1] == drawing.PARAGRAPHS[-1]


def turned(folder: Path, content: int, page: int, *, in_a_form: bool) -> Path:
    """Text that runs `content` degrees counterclockwise on a page that is shown turned clockwise."""
    path = folder / "turned.pdf"
    path.write_bytes(drawing.born_digital())
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        sheet = pdf.pages[0]
        wide, high = float(sheet.MediaBox[2]), float(sheet.MediaBox[3])
        matrix = {
            0: (1, 0, 0, 1, 0, 0),
            90: (0, 1, -1, 0, high, 0),
            180: (-1, 0, 0, -1, wide, high),
            270: (0, -1, 1, 0, 0, wide),
        }[content]
        moved = " ".join(map(str, matrix)).encode() + b" cm "
        if in_a_form:
            with pikepdf.open(BytesIO(drawing.born_digital())) as same:
                form = pdf.copy_foreign(same.pages[0].as_form_xobject())
            sheet.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
            sheet.obj.Contents = pdf.make_stream(moved + b"/X Do")
        else:
            sheet.contents_add(moved, prepend=True)
        sheet.obj.MediaBox = pikepdf.Array([0, 0, *((high, wide) if content in (90, 270) else (wide, high))])
        sheet.obj.Rotate = page
        pdf.save(path)
    return path


#: Fictional: an agreement of two towns, as a neighbour's office would type it.
RUSSIAN = (
    "Соглашение о сотрудничестве между двумя городами",
    "Стороны договорились обмениваться опытом работы с архивами",
    "и ежегодно сообщать друг другу о сделанном за минувший год.",
)


def typed(lines: Sequence[str], font: Path) -> bytes:
    pdf = FPDF(format="A4", unit="pt")
    pdf.add_page()
    pdf.add_font("typed", fname=font)
    pdf.set_font("typed", size=14)
    for number, line in enumerate(lines):
        pdf.text(72, 100 + 24 * number, line)
    return bytes(pdf.output())


def test_a_typed_page_in_letters_that_no_reader_knows_keeps_its_text(tmp_path: Path) -> None:
    (tmp_path / "doc.pdf").write_bytes(typed(RUSSIAN, drawing.SERIF))
    page = read_page(tmp_path / "doc.pdf", 1, tmp_path, Limits(), profile="fast")
    assert page.origin == "text-layer"
    assert page.text.splitlines() == list(RUSSIAN)


def row(texts: Sequence[str]) -> list[Word]:
    return [Word(text, Box(100 * n, 0, 100 * n + 90, 30), 0.9) for n, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("layer", "trusted"),
    [
        (["Hội", "đồng", "nhân", "dân"], True),
        (["Соглашение", "о", "дружбе", "городов"], True),
        (["关于", "档案", "管理", "的"], True),
        (["Соглашение", "đồng", "nhân", "dân"], True),
        (["Ђội", "Gồпg", "пhâп", "Gâп"], False),  # letters of two scripts in a word: glyphs, not letters
        (["Соглашение", "关于", "ສັນຍາ", "συμφωνία"], False),  # as many scripts as words: the same
        (["Hoi", "dong", "nhan", "dan"], False),
    ],
)
def test_a_layer_is_judged_by_the_words_that_a_reader_can_read(layer: list[str], trusted: bool) -> None:
    seen = row(["Hội", "đồng", "nhân", "dân"])
    assert textlayer.agrees(row(layer), seen, hidden=False) == trusted


def test_a_hidden_layer_is_judged_by_all_its_words() -> None:
    seen = row(["Hội", "đồng", "nhân", "dân"])
    assert not textlayer.agrees(row(["Соглашение", "о", "дружбе", "городов"]), seen, hidden=True)


def test_letters_that_only_look_like_those_of_vietnamese_become_these(tmp_path: Path) -> None:
    """Older fonts say Ƣ (U+01A2) of Ư, and older keyboards type the Icelandic Ð for Đ."""
    (tmp_path / "doc.pdf").write_bytes(
        typed(["Đƣợc lƣu trữ theo QÐ-UBND", "của ÐẢNG ỦY, Ðộc lập", "Sigurðsson"], drawing.SERIF)
    )
    with pypdfium2.PdfDocument(tmp_path / "doc.pdf") as document:
        words = [word.text for word in textlayer.of_page(document[0], 595, 842).words]
    assert words == [
        "Được",
        "lưu",
        "trữ",
        "theo",
        "QĐ-UBND",
        "của",
        "ĐẢNG",
        "ỦY,",
        "Độc",
        "lập",
        "Sigurðsson",
    ]


def test_words_heaped_on_one_place_are_told_in_time() -> None:
    """Eight thousand took two minutes, and a page may hold thirty thousand."""
    heap = [Word(f"chữ{n}", Box(10, 10, 60, 30), 1.0) for n in range(8_000)]
    started = time.process_time()
    assert len(textlayer.over_one_another(heap)) == len(heap)
    assert time.process_time() - started < 20
