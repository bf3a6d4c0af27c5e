"""Reading whole papers: from a file to pages, kind, fields and a searchable PDF."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import ModuleType

import numpy as np
import pikepdf
import pytest
from PIL import Image

from ocr.engine import EngineMissing
from ocr.limits import Limits
from ocr.readers import asternet, banchinh_reader, ppocr
from ocr.readers.profiles import standard
from ocr.readers.recogniser import Profile
from ocr.reading import finish, inspect, read_page
from ocr.recognition import Page, Recognition
from tests.ocr import drawing, scoring
from tests.ocr.readers import silent

LIMITS = Limits()


def read(folder: Path, name: str, data: bytes) -> Recognition:
    source = folder / name
    source.write_bytes(data)
    found = inspect(source, LIMITS)
    pages = [read_page(source, n, folder, LIMITS) for n in range(1, found.pages + 1)]
    for page in pages:
        consistent(page, folder)
    return finish(source, pages, folder)


def consistent(page: Page, folder: Path) -> None:
    """What holds for every page, whatever is on it."""
    with Image.open(folder / page.image) as image:
        assert image.size == (page.width, page.height)
    assert page.rotation in (0, 90, 180, 270)
    assert Page.from_json(page.to_json()).words == page.words
    assert page.text.split() == [w.text for w in page.words]
    for word in page.words:
        assert 0 <= word.box.x0 < word.box.x1 <= page.width
        assert 0 <= word.box.y0 < word.box.y1 <= page.height


def png(image: Image.Image, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, "PNG", **options)
    return out.getvalue()


def test_a_crooked_scan_with_a_seal_is_read_almost_without_error(tmp_path: Path) -> None:
    image = drawing.scanned(drawing.page(300, seal=True), skew=1.4)
    result = read(tmp_path, "scan.png", png(image, dpi=(300, 300)))
    page = result.pages[0]
    assert scoring.errors_of_lines(drawing.text_lines(), page.text) < 0.02
    assert page.skew == pytest.approx(-1.4, abs=0.15)
    assert (page.origin, page.rotation, page.blank) == ("ocr", 0, False)
    assert page.dpi == pytest.approx(300, abs=1)
    assert result.kind.code == "TB"
    assert result.papers[0].first_page == result.papers[0].last_page == 1


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lies_is_set_upright(tmp_path: Path, turn: int) -> None:
    lying = drawing.scanned(drawing.page(200)).rotate(turn, expand=True)  # anticlockwise
    page = read(tmp_path, "lying.png", png(lying, dpi=(200, 200))).pages[0]
    assert page.rotation == turn
    assert page.height > page.width
    assert scoring.errors_of_lines(drawing.text_lines(), page.text) < 0.04


def test_without_tesseract_a_page_is_read_and_says_that_its_turn_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    standard.cache_clear()
    upright = read(tmp_path, "upright.png", png(drawing.page(200), dpi=(200, 200)))
    lying = read(tmp_path, "lying.png", png(drawing.page(200).rotate(180), dpi=(200, 200)))
    page = lying.pages[0]
    several = [upright.pages[0], *(replace(page, number=number) for number in (2, 3, 5))]
    assert scoring.errors_of_lines(drawing.text_lines(), upright.pages[0].text) < 0.04
    assert "turn-unknown" not in [notice.code for notice in upright.warnings]
    assert [notice.code for notice in lying.warnings] == ["turn-unknown"]
    assert "Không biết trang 1 có" in lying.warnings[0].vi
    warnings = finish(tmp_path / "lying.png", several, tmp_path).warnings
    (told,) = (notice for notice in warnings if notice.code == "turn-unknown")
    assert "Không biết trang 2–3, 5 có" in told.vi
    assert "each of the pages 2–3, 5 is turned" in told.en


@pytest.mark.parametrize("profile", ["fast", "default"])
@pytest.mark.parametrize("missing", [banchinh_reader, asternet, ppocr])
def test_without_one_of_the_readers_a_page_is_read_and_says_so(
    tmp_path: Path, missing: ModuleType, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missing.WEIGHTS, "path", tmp_path / "nowhere.onnx")
    standard.cache_clear()
    (tmp_path / "page.png").write_bytes(png(drawing.page(200), dpi=(200, 200)))
    page = read_page(tmp_path / "page.png", 1, tmp_path, LIMITS, profile=profile)
    standard.cache_clear()
    assert scoring.errors_of_lines(drawing.text_lines(), page.text) < 0.02
    asked = profile == "default" or missing is banchinh_reader
    assert [notice.code for notice in page.warnings] == ["readers-missing"] * asked
    assert missing is not banchinh_reader or all(word.confidence < 0.99 for word in page.words)


def test_where_nobody_can_read_it_is_said_who_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for reader in (banchinh_reader, asternet):
        monkeypatch.setattr(reader.WEIGHTS, "path", tmp_path / "nowhere.onnx")
    standard.cache_clear()
    with pytest.raises(EngineMissing, match=r"nowhere\.onnx không đọc được.* / cannot be read"):
        standard("fast")


@pytest.mark.parametrize("dpi", [100, 150])
def test_coarse_scans_are_read(tmp_path: Path, dpi: int) -> None:
    page = read(tmp_path, "coarse.png", png(drawing.scanned(drawing.page(dpi)))).pages[0]
    assert page.dpi == pytest.approx(dpi, rel=0.01)
    assert scoring.errors_of_lines(drawing.text_lines(), page.text) < 0.06


def test_a_bilevel_scan_stays_bilevel(tmp_path: Path) -> None:
    out = BytesIO()
    drawing.page(300).convert("1").save(out, "TIFF", compression="group4", dpi=(300, 300))
    page = read(tmp_path, "fax.tif", out.getvalue()).pages[0]
    assert page.image.endswith(".png")
    with Image.open(tmp_path / page.image) as image:
        assert image.mode == "1"
    assert scoring.errors_of_lines(drawing.text_lines(), page.text) < 0.02


def test_blank_backs_are_marked_and_kept(tmp_path: Path) -> None:
    images = [drawing.scanned(drawing.page(150)), drawing.blank_back(150), drawing.scanned(drawing.page(150))]
    pages = read(tmp_path, "duplex.pdf", drawing.image_pdf(images, 150)).pages
    assert [page.blank for page in pages] == [False, True, False]
    assert pages[1].blank_reason
    assert pages[1].words == pages[1].warnings == ()
    with pikepdf.open(tmp_path / "searchable.pdf") as pdf:
        assert len(pdf.pages) == 3


def test_a_photograph_is_not_blank(tmp_path: Path) -> None:
    field = np.random.default_rng(3).normal(120, 30, (600, 500, 3)).clip(0, 255).astype(np.uint8)
    sheet = Image.new("RGB", (1240, 1754), "white")
    sheet.paste(Image.fromarray(field), (300, 500))
    source = tmp_path / "photo.png"
    sheet.save(source)
    page = read_page(source, 1, tmp_path, LIMITS, readers=silent())
    assert not page.blank
    assert [notice.code for notice in page.warnings] == ["no-words"]


def test_cells_of_a_table_are_read_one_after_another(tmp_path: Path) -> None:
    image, lines = drawing.table(300)
    page = read(tmp_path, "table.png", png(image, dpi=(300, 300))).pages[0]
    got = page.text.splitlines()
    # Each line of a cell is a line of the text, and cells come in the order of rows.
    assert sum(scoring.character_errors(line, page.text) < 0.1 for line in lines) == len(lines)
    assert [line.split()[0] for line in got] == [line.split()[0] for line in lines]


# Text layers


def test_the_text_of_a_born_digital_file_is_taken_exactly(tmp_path: Path) -> None:
    page = read(tmp_path, "word.pdf", drawing.born_digital()).pages[0]
    assert page.origin == "text-layer"
    assert scoring.errors_of_lines(drawing.text_lines(), page.text) == 0
    assert all(word.confidence == 1 for word in page.words)


def test_the_columns_of_a_header_are_kept_apart(tmp_path: Path) -> None:
    text = read(tmp_path, "word.pdf", drawing.born_digital()).pages[0].text
    assert "ỦY BAN NHÂN DÂN\nTỈNH MẪU ĐƠN\nSố: 12/TB-UBND\n" in text


def over_a_scan(layer: Callable[[str], str]) -> bytes:
    """A scan with a hidden text layer: the true lines, changed by `layer`."""
    picture = drawing.scanned(drawing.page(200))
    pdf = drawing.FPDF(format=(picture.width * 0.36, picture.height * 0.36), unit="pt")
    pdf.add_font("Serif", fname=str(drawing.SERIF))
    pdf.set_margin(0)
    pdf.set_auto_page_break(False)
    pdf.add_page()
    pdf.set_font("Serif", size=13)
    with pdf.local_context(text_mode="INVISIBLE"):
        centred = [
            (x, 0.8 + 0.27 * n, t)
            for n, row in enumerate((*drawing.HEADER, drawing.NUMBER))
            for x, t in zip((2.1, 5.6), row, strict=True)
        ]
        centred += [(drawing.A4[0] / 2, 1.91 + 0.27 * n, t) for n, t in enumerate(drawing.TITLE)]
        for x, top, text in centred:
            pdf.text(x * 72 - pdf.get_string_width(text) / 2, top * 72 + 13, layer(text))
        y = (0.8 + 3 * 0.27 + 0.3 + 2 * 0.27 + 0.2) * 72 + 13
        for row, line in enumerate(drawing.PARAGRAPHS * 2):
            pdf.text(72, y + row * 0.27 * 72, layer(line))
    pdf.image(picture, 0, 0, pdf.w, pdf.h)
    return bytes(pdf.output())


def test_a_hidden_layer_that_agrees_with_the_picture_is_used(tmp_path: Path) -> None:
    page = read(tmp_path, "good.pdf", over_a_scan(lambda line: line)).pages[0]
    assert page.origin == "text-layer"


def test_a_hidden_layer_that_leaves_out_lines_is_read_anew(tmp_path: Path) -> None:
    heads = {cell for row in (*drawing.HEADER, drawing.NUMBER, drawing.TITLE) for cell in row}
    source = over_a_scan(lambda line: "" if line in heads else line)
    page = read(tmp_path, "part.pdf", source).pages[0]
    assert page.origin == "ocr"
    assert "ỦY BAN NHÂN DÂN" in page.text


def test_a_hidden_layer_without_tone_marks_is_read_anew(tmp_path: Path) -> None:
    from ocr.language.writing import fold

    page = read(tmp_path, "bad.pdf", over_a_scan(fold)).pages[0]
    assert page.origin == "ocr"
    assert scoring.errors_of_lines(list(drawing.PARAGRAPHS), page.text) < 0.04


def test_a_layer_that_says_something_else_than_the_picture_is_read_anew(tmp_path: Path) -> None:
    page = read(tmp_path, "other.pdf", over_a_scan(lambda line: line[::-1])).pages[0]
    assert page.origin == "ocr"


def test_what_we_wrote_is_read_back_from_its_text(tmp_path: Path) -> None:
    image = drawing.scanned(drawing.page(300))
    first = read(tmp_path, "scan.png", png(image, dpi=(300, 300))).pages[0]
    again = read(tmp_path, "again.pdf", (tmp_path / "searchable.pdf").read_bytes()).pages[0]
    assert again.origin == "text-layer"
    assert sorted(w.text for w in again.words) == sorted(w.text for w in first.words)


def test_what_a_signature_field_shows_is_part_of_the_text(tmp_path: Path) -> None:
    page = read(tmp_path, "field.pdf", with_field_appearance("2468")).pages[0]
    assert page.origin == "text-layer"
    assert "2468" in page.text


def with_field_appearance(text: str) -> bytes:
    """A born-digital file with a widget whose appearance shows `text` under the last line."""
    out = BytesIO()
    with pikepdf.open(BytesIO(drawing.born_digital())) as pdf:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        form = pdf.make_stream(f"BT /F 13 Tf 2 4 Td ({text}) Tj ET".encode())
        form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        form.BBox = pikepdf.Array([0, 0, 80, 20])
        form.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        widget = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Sig,
            T=pikepdf.String("Số"),
            F=4,
            Rect=pikepdf.Array([70, 200, 150, 220]),
            AP=pikepdf.Dictionary(N=form),
        )
        entry = pdf.make_indirect(widget)
        pdf.pages[0].obj.Annots = pikepdf.Array([entry])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([entry]))
        pdf.save(out)
    return out.getvalue()


# What must not be touched, and what must not be lost


def test_a_signed_file_is_never_written_anew(tmp_path: Path) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(drawing.born_digital())) as pdf:
        value = pikepdf.Dictionary(Type=pikepdf.Name.Sig, ByteRange=pikepdf.Array([0, 1, 2, 3]))
        field = pikepdf.Dictionary(
            FT=pikepdf.Name.Sig, T=pikepdf.String("Chữ ký"), V=pdf.make_indirect(value)
        )
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([pdf.make_indirect(field)]))
        pdf.save(out)
    result = read(tmp_path, "signed.pdf", out.getvalue())
    assert result.pages[0].words
    assert not (tmp_path / "searchable.pdf").exists()


def test_a_damaged_page_among_sound_ones_keeps_its_place(tmp_path: Path) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(drawing.born_digital(3))) as pdf:
        pdf.pages[1].obj.MediaBox = pikepdf.Array([0, 0, 0, 0])
        pdf.pages[1].obj.CropBox = pikepdf.Array([0, 0, 0, 0])
        pdf.pages[1].obj.Type = pikepdf.Name.Nonsense
        pdf.save(out)
    result = read(tmp_path, "part.pdf", out.getvalue())
    assert [page.number for page in result.pages] == [1, 2, 3]
    assert result.pages[0].words
    assert result.pages[2].words


def test_the_order_in_which_pages_are_read_does_not_matter(tmp_path: Path) -> None:
    source = tmp_path / "two.pdf"
    source.write_bytes(drawing.born_digital(2))
    pages = [read_page(source, number, tmp_path, LIMITS) for number in (2, 1)]
    assert [page.number for page in finish(source, pages, tmp_path).pages] == [1, 2]
