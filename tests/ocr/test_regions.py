"""Seals, stamps, signatures, photographs and codes drawn on a page are found; text alone gives none."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ocr.cleaning import cleanup
from ocr.engine import Pixels
from ocr.layout import text_lines
from ocr.recognition import Box, Region
from ocr.stamps import coloured_ink, regions
from tests.ocr import drawing

RED, BLUE = (205, 35, 45), (40, 60, 160)


def bgr(image: Image.Image) -> Pixels:
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


def found(image: Image.Image) -> list[Region]:
    pixels = bgr(image)
    return list(regions.find(pixels, cleanup.flat(pixels, 300), 300))


def stamped(image: Image.Image, colour: tuple[int, int, int], at: tuple[int, int]) -> Image.Image:
    """A round seal of 36 mm, its ink over the ink of the page."""
    ink = Image.new("RGB", image.size, "white")
    draw, font = ImageDraw.Draw(ink), ImageFont.truetype(str(drawing.BOLD), 44)
    x, y = at
    draw.ellipse([x - 212, y - 212, x + 212, y + 212], outline=colour, width=14)
    draw.ellipse([x - 150, y - 150, x + 150, y + 150], outline=colour, width=6)
    for number, letter in enumerate("ỦYBANMẪUĐƠN"):
        angle = number * 2 * np.pi / 11
        draw.text((x + 180 * np.cos(angle), y + 180 * np.sin(angle)), letter, colour, font, anchor="mm")
    draw.regular_polygon((x, y, 60), 5, fill=colour)
    ink = ink.filter(ImageFilter.GaussianBlur(1))
    product = np.asarray(image, np.float32) * np.asarray(ink, np.float32) / 255
    return Image.fromarray(product.astype(np.uint8))


def near(box: Box, expected: tuple[int, int, int, int], most: int = 20) -> bool:
    return all(abs(a - b) <= most for a, b in zip(box.to_json(), expected, strict=True))


def test_text_alone_gives_no_region() -> None:
    assert found(drawing.page()) == []
    assert found(drawing.table()[0]) == []


@pytest.mark.parametrize("colour", [(225, 60, 60), RED, (150, 30, 40)])
def test_red_seal(colour: tuple[int, int, int]) -> None:
    (seal,) = found(stamped(drawing.page(), colour, (1300, 2300)))
    assert seal.kind == "seal"
    assert near(seal.box, (1088, 2088, 1512, 2512))
    assert seal.confidence > 0.9


def test_seal_without_colour_is_found_by_its_rim() -> None:
    page = stamped(drawing.page(), (60, 60, 60), (1300, 2600)).convert("L").point(lambda v: 255 * (v > 140))
    (seal,) = found(page)
    assert seal.kind == "seal"
    assert near(seal.box, (1088, 2388, 1512, 2812), 40)


def test_what_shines_through_from_the_other_side_is_no_region() -> None:
    assert found(drawing.blank_back(300)) == []


def test_signatures_by_pen() -> None:
    for colour in (BLUE, (10, 10, 10)):
        image = drawing.page()
        points = [(1500 + 9 * t, 2700 + 90 * np.sin(t / 4) * (1 - t / 90)) for t in range(70)]
        ImageDraw.Draw(image).line([(float(x), float(y)) for x, y in points], colour, 9, "curve")
        assert {r.kind for r in found(image)} == {"signature"}, colour


def stamp(image: Image.Image, colour: tuple[int, int, int]) -> Box:
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(str(drawing.BOLD), 44)
    box = Box(200, 80, 950, 430)
    draw.rectangle(box.to_json(), outline=colour, width=6)
    draw.line([(200, 180), (950, 180)], colour, 5)
    for row, text in enumerate(("VĂN PHÒNG MẪU ĐƠN", "ĐẾN  Số: 415", "Ngày: 06/3/2024")):
        draw.text((240, 100 + 110 * row), text, colour, font)
    return box


@pytest.mark.parametrize("colour", [RED, BLUE, (0, 0, 0)])
def test_mail_room_stamp_is_a_block_of_its_own(colour: tuple[int, int, int]) -> None:
    image = Image.new("RGB", (2481, 3507), "white")
    image.paste(drawing.page().crop((0, 0, 2481, 3000)), (0, 400))
    box = stamp(image, colour)
    (region,) = found(image)
    assert region.kind == "stamp"
    assert near(region.box, tuple(box.to_json()), 30)
    lines = text_lines.find(np.asarray(image.convert("L")), 300)
    apart = text_lines.set_apart(lines, [region])
    assert len(apart) == len(lines)
    assert len({line.block for line in apart[-3:]}) == 1
    assert apart[-4].block != apart[-1].block
    assert all(line.box.y1 < 440 for line in apart[-3:])


def test_qr_code_and_photograph() -> None:
    image = drawing.page()
    cells = np.asarray(cv2.QRCodeEncoder.create().encode("https://example.vn/mau-don/12"), np.uint8)
    image.paste(Image.fromarray(cells).resize((300, 300), Image.Resampling.NEAREST), (1900, 2700))
    noise = np.random.default_rng(3).normal(0, 30, (500, 380))
    shade = cv2.GaussianBlur(noise, (0, 0), 9) * 6 + 130
    image.paste(Image.fromarray(np.clip(shade, 60, 190).astype(np.uint8)), (300, 2700))
    assert sorted(r.kind for r in found(image)) == ["photo", "qr"]


@pytest.mark.parametrize("colour", [(215, 40, 40), (140, 30, 45), (40, 60, 190)])
def test_seal_goes_and_text_under_it_stays(colour: tuple[int, int, int]) -> None:
    clean = drawing.page()
    pixels = bgr(drawing.scanned(stamped(clean, colour, (1300, 1700))))
    expected = cleanup.flat(bgr(drawing.scanned(clean)), 300)
    seen = cleanup.flat(coloured_ink.without_seals(pixels, coloured_ink.find(pixels, 300)), 300)
    area = np.s_[1488:1912, 1088:1512]
    assert np.mean((seen[area] < 150) != (expected[area] < 150)) < 0.01


def test_red_print_that_is_no_seal_stays_dark() -> None:
    image = Image.new("RGB", (2481, 3507), "white")
    font = ImageFont.truetype(str(drawing.BOLD), 80)
    ImageDraw.Draw(image).text((700, 600), "GIẤY CHỨNG NHẬN", RED, font)
    pixels = bgr(image)
    grey = cleanup.flat(coloured_ink.without_seals(pixels, coloured_ink.find(pixels, 300)), 300)
    assert len(text_lines.find(grey, 300)) == 1


def test_region_survives_json() -> None:
    region = Region("stamp", Box(1, 2, 3, 4), 0.75)
    assert Region.from_json(region.to_json()) == region


@pytest.mark.parametrize("light", [1.0, 0.6])
def test_a_framed_stamp_is_found_in_dim_light(light: float) -> None:
    page = drawing.page()
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(str(drawing.BOLD), 48)
    draw.rectangle([300, 900, 730, 1100], "white", (200, 30, 50), 6)
    draw.text((320, 930), "CÔNG VĂN ĐẾN", (200, 30, 50), font)
    (stamp,) = found(Image.fromarray((np.asarray(page) * light).astype(np.uint8)))
    assert stamp.kind == "stamp"
    assert near(stamp.box, (300, 900, 730, 1100))
