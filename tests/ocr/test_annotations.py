"""What lies over a scan is seen, read and found in its viewing copy, as a viewer shows the file."""

from itertools import chain
from pathlib import Path

import numpy as np
import pdfplumber
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw, ImageFont

from ocr.limits import Limits
from ocr.reading import finish, read_page
from ocr.recognition import Page
from ocr.sources import pages
from tests import judges
from tests.ocr import drawing, overlays
from tests.ocr.overlays import BLACK, HIDDEN, NO_VIEW, PRINT, RED
from tests.ocr.test_searchable import share_found

REMARK, SCREEN, UNSEEN, ONLY_PRINTED = ((90.0, float(y), 330.0, float(y) + 16) for y in (260, 230, 200, 170))
SIGNATURE = (320.0, 90.0, 540.0, 150.0)
FONT = ImageFont.truetype(str(drawing.BOLD), 36)  # 13 points at 200 dpi
SIGNED = (
    "Ký bởi: ỦY BAN NHÂN DÂN TỈNH MẪU ĐƠN",
    "Email: vanthu@maudon.example",
    "Cơ quan: Văn phòng Ủy ban nhân dân",
    "Thời gian ký: 05/03/2024 08:15:22 +07:00",
)


def marked(dpi: int = 200, *, bilevel: bool = False, turn: int = 0) -> pikepdf.Pdf:
    """A scan with a remark, one not printed, two unseen ones, strokes, and the mark of a signature."""
    pdf = overlays.scan(dpi, bilevel=bilevel)
    overlays.say(pdf, REMARK, "Đã nhận 4471 tại bộ phận một cửa")
    overlays.say(pdf, SCREEN, "Chỉ trên màn hình 5582", F=0)
    overlays.say(pdf, UNSEEN, "Không thấy 6693", F=HIDDEN | PRINT)
    overlays.say(pdf, ONLY_PRINTED, "Chỉ khi in 7704", F=NO_VIEW | PRINT)
    overlays.say(pdf, SIGNATURE, *SIGNED, ink=RED, kind="Widget", FT=Name.Sig, T=pikepdf.String("ký"), F=132)
    strokes = Array([Array([340, 210, 380, 255, 420, 210, 460, 255])])
    overlays.add(
        pdf, "Ink", (330, 200, 480, 260), F=PRINT, InkList=strokes, C=Array([1, 0, 0]), BS=Dictionary(W=3)
    )
    pdf.pages[0].obj.Rotate = turn
    return pdf


def saved(pdf: pikepdf.Pdf, folder: Path) -> Path:
    path = folder / "source.pdf"
    pdf.save(path)
    return path


def viewed(source: Path, size: tuple[int, int], *, annotations: bool) -> np.ndarray:
    """The page as pdfium shows it on a screen."""
    with pypdfium2.PdfDocument(source) as pdf:
        pdf.init_forms()
        page = pdf[0]
        scale = max(size) / max(page.get_size())
        image = page.render(scale=scale, draw_annots=annotations, may_draw_forms=annotations).to_pil()
        return np.asarray(image.convert("RGB").resize(size), np.int16)


@pytest.mark.parametrize(("bilevel", "turn"), [(False, 0), (True, 0), (False, 90)])
def test_the_picture_shows_what_a_viewer_shows_and_is_the_scan_elsewhere(
    tmp_path: Path, bilevel: bool, turn: int
) -> None:
    source = saved(marked(bilevel=bilevel, turn=turn), tmp_path)
    picture = pages.picture(source, 1, Limits())
    seen = viewed(source, picture.size, annotations=True)
    apart = np.abs(seen - viewed(source, picture.size, annotations=False))
    over = apart.max(axis=2) > 8
    pixels = picture.pixels[:, :, ::-1].astype(np.int16)
    assert np.count_nonzero(over) > 3000
    assert np.abs(pixels - seen)[over].mean() < 0.3 * apart[over].mean()  # both soften edges

    bare = saved(overlays.scan(bilevel=bilevel), tmp_path)
    scan = np.rot90(pages.picture(bare, 1, Limits()).pixels, -turn // 90)
    scan = np.repeat(scan[:, :, None], 3, 2) if scan.ndim == 2 else scan[:, :, ::-1]
    far = np.ones(over.shape, bool)
    for y, x in np.argwhere(over):
        far[max(0, y - 3) : y + 4, max(0, x - 3) : x + 4] = False
    assert (pixels == scan)[far].all()


def test_a_black_and_white_scan_stays_so_under_black_marks_only(tmp_path: Path) -> None:
    for ink, grey in ((BLACK, False), (RED, False), ((150, 150, 150), True)):
        pdf = overlays.scan(300, bilevel=True)
        overlays.say(pdf, REMARK, "Đã nhận tại bộ phận một cửa", ink=ink)
        picture = pages.picture(saved(pdf, tmp_path), 1, Limits())
        assert picture.bilevel == (ink == BLACK)
        assert (picture.pixels.ndim == 2) == (ink == BLACK or grey)
        assert set(np.unique(picture.pixels)) == {0, 255} or not picture.bilevel


def digitised(pdf: pikepdf.Pdf, folder: Path) -> tuple[Page, Path]:
    page = read_page(saved(pdf, folder), 1, folder, Limits())
    finish(folder / "source.pdf", [page], folder, one_paper=True)
    return page, folder / "searchable.pdf"


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Page, Path]]:
    skewed = drawing.scanned(drawing.page(200), skew=1.5)
    crooked = overlays.scan(200, image=skewed)
    overlays.say(crooked, REMARK, "Đã nhận 4471 tại bộ phận một cửa")
    overlays.say(crooked, SIGNATURE, *SIGNED, ink=RED, kind="Stamp")
    overlays.say(crooked, SCREEN, "Chỉ trên màn hình 5582", F=0)
    sorts = [marked(), marked(100), marked(300, bilevel=True), marked(turn=90), crooked]
    return [digitised(pdf, tmp_path_factory.mktemp("copy")) for pdf in sorts]


def test_the_words_are_exact_whatever_their_size_and_colour(copies: list[tuple[Page, Path]]) -> None:
    for page, _ in copies:
        lines = page.text.splitlines()
        for line in ("Đã nhận 4471 tại bộ phận một cửa", "Chỉ trên màn hình 5582", *SIGNED):
            assert lines.count(line) == 1, page.text
        assert "6693" not in page.text
        assert "7704" not in page.text


def test_the_copies_are_pdf_a_2u_with_the_words_in_their_place(copies: list[tuple[Page, Path]]) -> None:
    assert judges.pdfa([copy for _, copy in copies]) == [{"compliant": True, "failed": []}] * len(copies)
    for page, copy in copies:
        with pdfplumber.open(copy) as pdf:
            seen = [
                (word["text"], (word["x0"], word["top"], word["x1"], word["bottom"]))
                for word in pdf.pages[0].extract_words()
            ]
        assert share_found(page, seen) >= 0.98


def test_the_copies_show_the_marks_under_their_words(copies: list[tuple[Page, Path]]) -> None:
    for page, copy in copies:
        with pypdfium2.PdfDocument(copy) as pdf:
            shown = pdf[0].render(scale=page.dpi / 72).to_numpy().astype(np.int16)
        spread = shown.max(axis=2) - shown.min(axis=2)
        for word in page.words:
            if word.text in ("4471", "5582", "08:15:22"):
                box = word.box
                assert (spread[box.y0 : box.y1, box.x0 : box.x1] > 60).sum() > 20, (word, copy)


def test_a_number_that_a_field_fills_stands_in_its_line(tmp_path: Path) -> None:
    image = drawing.page(200)
    draw = ImageDraw.Draw(image)
    number = "Số: 12/TB-UBND"
    # the place of the number, as it is left open for it
    left = round(2.1 * 200 - draw.textlength(number, FONT) / 2)
    first, second = (round(left + draw.textlength(part, FONT)) for part in ("Số: ", "Số: 12"))
    top = round((0.8 + 2 * 0.27) * 200)
    draw.rectangle([first, top - 4, second - 2, top + 44], fill="white")
    pdf = overlays.scan(200, image=drawing.scanned(image))
    x0, x1, y = first * 0.36, second * 0.36, 841.9 - (top + 40) * 0.36
    overlays.say(pdf, (x0 - 2, y, x1 + 4, y + 15), "87", ink=BLACK, kind="Widget", FT=Name.Sig, F=132)
    page, _ = digitised(pdf, tmp_path)
    assert "Số: 87/TB-UBND" in page.text.replace("87 /", "87/")


def test_a_layer_that_hides_gets_the_words_and_goes_where_a_mark_holds_none(tmp_path: Path) -> None:
    """A viewer's search finds what a stamp says, also where it is a picture without words."""
    read, copy = digitised(overlays.scan(200), tmp_path)
    assert read.origin == "ocr"
    with pikepdf.open(copy) as pdf:
        overlays.say(pdf, REMARK, "Đã nhận 4471 tại bộ phận một cửa")
        page = read_page(saved(pdf, tmp_path), 1, tmp_path, Limits())
        assert page.origin == "text-layer"
        assert "Đã nhận 4471 tại bộ phận một cửa" in page.text.splitlines()
        stamp = Image.new("RGB", (600, 80), "white")
        ImageDraw.Draw(stamp).text((20, 10), "SAO Y 5582", "black", FONT)
        form = overlays.pictured(pdf, stamp)
        overlays.add(pdf, "Stamp", (90, 180, 290, 207), form, F=PRINT)
        page = read_page(saved(pdf, tmp_path), 1, tmp_path, Limits())
        assert page.origin == "ocr"
        assert "SAO Y 5582" in page.text.splitlines()


def test_what_cannot_be_seen_is_not_said(tmp_path: Path) -> None:
    pdf = overlays.scan(200)
    overlays.say(pdf, REMARK, "Chữ trắng trên giấy trắng", ink=(255, 255, 255))
    overlays.add(pdf, "Widget", (0, 0, 0, 0), FT=Name.Sig, F=132)
    plain = overlays.scan(200, image=drawing.page(200))
    overlays.say(plain, REMARK, "Chữ trắng 4471", ink=(255, 255, 255))
    assert "4471" not in digitised(plain, tmp_path)[0].text


def test_marks_side_by_side_are_told_one_after_another(tmp_path: Path) -> None:
    pdf = overlays.scan(200)
    overlays.say(pdf, (60, 800, 280, 838), *SIGNED[:3], ink=BLACK, kind="Widget", FT=Name.Sig, F=132)
    overlays.say(pdf, (300, 798, 540, 840), *SIGNED[1:], kind="Widget", FT=Name.Sig, F=132)
    bare = digitised(overlays.scan(200), tmp_path)[0].text
    lines = digitised(pdf, tmp_path)[0].text.splitlines()
    assert "\n".join(lines[:-6]) == bare
    assert sorted((lines[-6:-3], lines[-3:])) == sorted((list(SIGNED[:3]), list(SIGNED[1:])))


def test_what_a_mark_covers_is_not_read(tmp_path: Path) -> None:
    pdf = overlays.scan(200)
    line = drawing.PARAGRAPHS[0]
    top = 842 - 72 * (0.8 + 3 * 0.27 + 0.3 + 2 * 0.27 + 0.2)
    overlays.say(pdf, (65, top - 16, 540, top), "Đã che 4471", filled=True)
    text = digitised(pdf, tmp_path)[0].text
    assert "Đã che 4471" in text
    assert text.count(line) == 1  # of the two that the page has


def test_remarks_on_a_page_that_was_never_paper_are_text(tmp_path: Path) -> None:
    path = tmp_path / "source.pdf"
    path.write_bytes(drawing.born_digital())
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        overlays.say(pdf, REMARK, "Đã nhận 4471 tại bộ phận một cửa")
        overlays.say(pdf, ONLY_PRINTED, "Chỉ khi in 7704", F=NO_VIEW | PRINT)
        page, _ = digitised(pdf, tmp_path)
    assert page.origin == "text-layer"
    assert "Đã nhận 4471 tại bộ phận một cửa" in page.text
    assert "7704" not in page.text


def test_of_thousands_of_marks_those_that_are_hidden_stay_so_and_the_rest_is_seen(tmp_path: Path) -> None:
    """Beyond 2,000 what is only printed was drawn, and words in other places were not."""
    pdf = overlays.scan()
    page = pdf.pages[0].obj
    strokes = Array([Array([100, 300, 110, 305])])
    mark = Dictionary(
        Type=Name.Annot, Subtype=Name.Ink, Rect=Array([95, 295, 115, 310]), F=PRINT, InkList=strokes
    )
    page.Annots = Array([pdf.make_indirect(mark)] * 2_000)
    overlays.say(pdf, ONLY_PRINTED, "Chỉ khi in 7704", F=NO_VIEW | PRINT)
    overlays.say(pdf, SCREEN, "Chỉ trên màn hình 5582", F=0)
    picture = pages.picture(saved(pdf, tmp_path), 1, Limits())
    assert " ".join(word.text for word in chain(*picture.annotated)) == "Chỉ trên màn hình 5582"
    bare = pages.picture(saved(overlays.scan(), tmp_path), 1, Limits())
    scale = picture.dpi / 72
    for place, seen in ((SCREEN, True), (ONLY_PRINTED, False)):
        left, right = (round(x * scale) for x in (place[0], place[2]))
        top, bottom = (picture.size[1] - round(y * scale) for y in (place[3], place[1]))
        shown = picture.pixels[top:bottom, left:right, 1].astype(int)
        assert (np.abs(shown - bare.pixels[top:bottom, left:right, 1]).max() > 60) == seen
