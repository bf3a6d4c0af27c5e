"""Mail-room stamps over text: found, taken out for reading, and what they say apart from the sentences."""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.cleaning import cleanup
from ocr.engine import Pixels
from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.limits import Limits
from ocr.reading import read_page
from ocr.recognition import Box, Page, Region
from ocr.stamps import mail_room, regions
from tests.ocr import drawing, scoring, test_fields, test_regions, typed

BLACK, BLUE, RED = (15, 15, 15), (45, 60, 165), (200, 40, 50)
AT = (60, 1010)  # over the beginnings of lines of the body, whose margin is at 300
SIZE = (660, 268)


def page(
    colour: tuple[int, int, int] = BLACK,
    turn: float = 0.0,
    at: tuple[int, int] = AT,
    *,
    framed: bool = True,
) -> Image.Image:
    """The notice with a stamp pressed on it."""
    image, ink = drawing.page(), Image.new("L", (2481, 3507), 0)
    ink.paste(mark(framed).rotate(turn, Image.Resampling.BICUBIC, expand=True), at)
    share = np.asarray(ink, np.float32)[:, :, None] / 255
    pressed = np.asarray(image, np.float32) * (1 - share * (1 - np.asarray(colour, np.float32) / 255))
    return Image.fromarray(pressed.astype(np.uint8))


def mark(framed: bool = True) -> Image.Image:
    """What a mail room stamps: a frame or none, a cell with two words, three labels with dotted leaders."""
    image = Image.new("L", SIZE, 0)
    draw, (wide, high) = ImageDraw.Draw(image), SIZE
    large, small = (ImageFont.truetype(str(drawing.BOLD), points) for points in (50, 36))
    if framed:
        draw.rectangle([2, 2, wide - 3, high - 3], outline=255, width=5)
        draw.line([(150, 0), (150, high)], 255, 5)
    for row, text in enumerate(("CV", "ĐẾN")):
        draw.text((75, 40 + 90 * row), text, 255, large, anchor="ma")
    for row, text in enumerate(("Số:", "Ngày:", "Chuyển:")):
        y = 62 + 80 * row
        draw.text((164, y), text, 255, small, anchor="ls")
        for x in range(round(170 + small.getlength(text)), wide - 20, 10):
            draw.ellipse([x - 2.5, y - 4, x + 2.5, y + 1], fill=255)
    return image


def parts(image: Image.Image) -> tuple[Pixels, Pixels, tuple[Region, ...]]:
    pixels = np.ascontiguousarray(np.asarray(image)[:, :, ::-1])
    grey = cleanup.flat(pixels, 300)
    return pixels, grey, tuple(r for r in regions.find(pixels, grey, 300) if r.kind == "stamp")


@pytest.mark.parametrize("turn", [0.0, 2.5, -2.0])
@pytest.mark.parametrize("colour", [BLACK, BLUE, RED])
def test_a_stamp_over_text_is_found(colour: tuple[int, int, int], turn: float) -> None:
    (stamp,) = parts(page(colour, turn))[2]
    wide, high = mark().rotate(turn, expand=True).size
    expected = Box(AT[0], AT[1], AT[0] + wide, AT[1] + high)
    off = zip(stamp.box.to_json(), expected.to_json(), strict=True)
    assert all(abs(a - b) <= 40 for a, b in off), stamp


def test_leaders_beside_which_no_stamp_speaks_are_none(tmp_path: Path) -> None:
    image = drawing.page()
    font = ImageFont.truetype(str(drawing.SERIF), 50)
    for row, text in enumerate(("Họ tên: ..............", "Nơi sinh: ............", "Quê quán: ...........")):
        ImageDraw.Draw(image).text((300, 150 + 300 + 90 * row), text, "black", font)
    drawing.scanned(image).save(tmp_path / "page.png", dpi=(300, 300))
    read = read_page(tmp_path / "page.png", 1, tmp_path, Limits())
    assert read.regions == ()
    assert "Quê quán" in read.text


def test_a_screened_picture_has_no_leaders() -> None:
    dots = np.full((3507, 2481), 255, np.uint8)
    for y, x in np.ndindex(4, 4):
        dots[y::14, x::14] = 0
    start = time.process_time()
    assert not parts(Image.fromarray(dots).convert("RGB"))[2]
    assert time.process_time() - start < 10


def test_a_form_of_small_frames_has_no_stamps() -> None:
    image = drawing.page()
    for number in range(5):
        image.paste(page().crop((60, 1010, 720, 1278)), (800, 300 + 290 * number))
    assert not parts(image)[2]


def test_the_edge_of_the_sheet_may_cut_a_stamp() -> None:
    (stamp,) = parts(page(at=(-90, 1010)))[2]
    assert stamp.box.x0 < 10


@pytest.mark.parametrize("colour", [BLACK, BLUE, RED])
def test_text_under_a_stamp_stays_and_the_stamp_goes(colour: tuple[int, int, int]) -> None:
    pixels, grey, found = parts(page(colour))
    clean = np.asarray(drawing.page().convert("L"))
    text, (stamp,) = mail_room.taken_out(pixels, grey, found, 300)
    area = np.s_[AT[1] - 20 : AT[1] + SIZE[1] + 20, 0 : AT[0] + SIZE[0] + 40]
    lost = (clean[area] < 120) & (text[area] > 170)
    left = (clean[area] > 170) & (text[area] < 120)
    assert lost.sum() < 0.12 * (clean[area] < 120).sum()
    assert left.sum() < 0.15 * (grey[area] < 120).sum()
    beside = stamp.stamp[:, : 290 - stamp.place.x0]  # nothing but the stamp stands before the margin
    assert (beside < 120).sum() > 3000
    elsewhere = np.ones(grey.shape, np.bool_)
    elsewhere[stamp.place.y0 : stamp.place.y1, stamp.place.x0 : stamp.place.x1] = False
    assert (text[elsewhere] == grey[elsewhere]).all()


@pytest.mark.parametrize("framed", [True, False])
def test_what_a_stamp_says_is_in_no_sentence(tmp_path: Path, framed: bool) -> None:
    drawing.scanned(page(at=(60, 1010 if framed else 1060), framed=framed)).save(
        tmp_path / "page.png", dpi=(300, 300)
    )
    read = read_page(tmp_path / "page.png", 1, tmp_path, Limits())
    assert [region.kind for region in read.regions] == ["stamp"]
    assert scoring.errors_of_lines(drawing.text_lines(), read.text) < 0.02
    lines = read.text.splitlines()
    body = [line for line in lines if "chịu trách nhiệm" in line or "phân loại theo" in line]
    assert [line.split()[0] for line in body] == ["học", "ngày", "học", "ngày"]
    assert any("ĐẾN" in line or "Chuy" in line for line in lines[-5:])
    sentences = " ".join(lines[: lines.index(next(line for line in lines if "CV" in line))])
    assert "Chuyển" not in sentences
    assert "ĐẾN" not in sentences


@pytest.mark.parametrize("grey", [True, False])
def test_words_under_a_seal_are_sure_only_where_its_colour_parts_them(grey: bool, tmp_path: Path) -> None:
    image = drawing.page()
    font = ImageFont.truetype(str(drawing.BOLD), 54)
    ImageDraw.Draw(image).text((1475, 2600), "Nguyễn Văn Mẫu", "black", font, anchor="lm")
    sealed = test_regions.stamped(image, (60, 60, 60) if grey else test_regions.RED, (1300, 2600))
    picture = sealed.convert("L").point(lambda v: 255 * (v > 140)) if grey else sealed
    picture.save(tmp_path / "page.png", dpi=(300, 300))
    read = read_page(tmp_path / "page.png", 1, tmp_path, Limits())
    (line,) = {w.line for w in read.words if w.text == "Mẫu" and w.box.y0 > 2500}
    *under, middle_name, name = [w.confidence for w in read.words if w.line == line]
    assert (max(under) <= 0.9) == grey
    assert min(middle_name, name) > 0.9


def under_a_seal(colour: tuple[int, int, int], levels: str) -> Page:
    """A decision, typed, and the picture of a seal over the first letters of its signer's name."""
    sheet = typed.page(*test_fields.decision())
    paper = test_regions.stamped(Image.new("RGB", (sheet.width, sheet.height), "white"), colour, (1400, 2900))
    ImageDraw.Draw(paper).text((1500, 2880), "Trần Thị", "black", ImageFont.truetype(str(drawing.BOLD), 54))
    image = np.asarray(paper.convert(levels).convert("L" if levels == "1" else "RGB"))
    pixels = image if image.ndim == 2 else np.ascontiguousarray(image[:, :, ::-1])
    seal = Region("seal", Box(1188, 2688, 1612, 3112), 0.9)
    return replace(sheet, words=mail_room.doubted(sheet.words, pixels, [seal]), regions=(seal,))


@pytest.mark.parametrize(
    ("colour", "levels", "state"),
    [(BLACK, "1", "handwritten"), (BLACK, "RGB", "handwritten"), (RED, "RGB", "read"), (BLUE, "RGB", "read")],
)
def test_a_name_under_a_seal_without_colour_is_open(
    colour: tuple[int, int, int], levels: str, state: str
) -> None:
    sheet = under_a_seal(colour, levels)
    found = extract([sheet], classify([sheet]))
    assert found["signer"].state == state
    assert found["issuer"].state == "read"


def test_a_bilevel_page_with_a_seal_over_its_signer(tmp_path: Path) -> None:
    image = drawing.page()
    draw, bold = ImageDraw.Draw(image), ImageFont.truetype(str(drawing.BOLD), 54)
    draw.text((1720, 2700), "CHỦ TỊCH", "black", bold, anchor="ma")
    draw.text((1720, 3050), "Trần Thị Ví Dụ", "black", bold, anchor="ma")
    left = round(1720 - bold.getlength("Trần Thị Ví Dụ") / 2)
    image = test_regions.stamped(image, BLACK, (left - 206, 3075)).convert("1")
    image.save(tmp_path / "page.png", dpi=(300, 300))
    page = read_page(tmp_path / "page.png", 1, tmp_path, Limits())
    assert [region.kind for region in page.regions] == ["seal"]
    assert extract([page], classify([page]))["signer"].state == "handwritten"
