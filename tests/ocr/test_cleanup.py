"""Turning, levelling and the telling of blank pages."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from ocr.cleaning import cleanup
from tests.ocr import drawing

DPI = 150
PAGE = drawing.page(DPI)


def bgr(image: Image.Image) -> np.ndarray:
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


def ink(image: Image.Image) -> np.ndarray:
    return cleanup.strokes(cleanup.flat(bgr(image), DPI), DPI)


@settings(max_examples=10, deadline=None)
@given(st.floats(-7, 7))
def test_the_angle_that_levels_is_the_angle_of_the_scan_undone(angle: float) -> None:
    found = cleanup.skew(ink(drawing.scanned(PAGE, skew=angle)))
    assert found == pytest.approx(-angle, abs=0.15)


@pytest.mark.parametrize("angle", [-17.2, -10.4, 9.7, 12.3])
def test_steep_lines_are_levelled_where_a_phone_may_have_been_held_so(angle: float) -> None:
    marks = ink(PAGE.rotate(-angle, Image.Resampling.BICUBIC, fillcolor="white"))
    assert cleanup.skew(marks, photographed=True) == pytest.approx(-angle, abs=0.15)
    assert abs(cleanup.skew(marks)) < cleanup.LARGEST_SKEW


@pytest.mark.parametrize("angle", [-9.2, 0.0, 3.4])
def test_lines_as_a_scan_has_them_are_levelled_alike_in_photographs(angle: float) -> None:
    marks = ink(PAGE.rotate(-angle, Image.Resampling.BICUBIC, fillcolor="white"))
    assert cleanup.skew(marks, photographed=True) == cleanup.skew(marks)


@pytest.mark.parametrize("angle", [-4.3, 0.7, 2.1])
def test_ruled_lines_tell_the_skew_of_a_page_with_few_words(angle: float) -> None:
    page = Image.new("RGB", PAGE.size, "white")
    draw = ImageDraw.Draw(page)
    for row in range(5):
        draw.rectangle([150, 200 + 300 * row, 1100, 260 + 300 * row], outline="black", width=2)
        # Words that go up, as notes do, mislead the text lines.
        for step in range(5):
            draw.text((200 + 150 * step, 360 + 300 * row - 12 * step), "la", "black", font_size=22)
    flat = cleanup.flat(bgr(drawing.scanned(page, skew=angle)), DPI)
    assert cleanup.skew(np.maximum(*cleanup.strokes_and_rules(flat, DPI))) == pytest.approx(-angle, abs=0.1)


def test_levelling_keeps_the_size_of_the_sheet_and_fills_with_paper() -> None:
    page = bgr(drawing.scanned(PAGE, skew=2))
    level = cleanup.levelled(page, -2.0)
    assert level.shape == page.shape
    assert level[2, 2].min() > 150


def test_a_bilevel_page_stays_bilevel() -> None:
    page = np.asarray(PAGE.convert("1").convert("L"))
    assert set(np.unique(cleanup.levelled(page, 1.3, bilevel=True))) == {0, 255}


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turning_four_times_is_no_turn(turn: int) -> None:
    page = bgr(PAGE)
    turned = page
    for _ in range(4):
        turned = cleanup.turned(turned, turn)
    assert np.array_equal(turned, page)


def test_lines_that_run_down_are_told_from_lines_that_run_across() -> None:
    marks = ink(drawing.scanned(PAGE, skew=1.5))
    assert cleanup.lies_on_its_side(marks) < 0.6
    assert cleanup.lies_on_its_side(cleanup.turned(marks, 90)) > 1.6


def test_tone_marks_tell_which_way_is_up() -> None:
    marks = ink(PAGE)
    assert cleanup.heads_up(marks) > 1.15
    assert cleanup.heads_up(cleanup.turned(marks, 180)) < 0.9


def test_a_red_seal_and_uneven_light_go_and_black_text_stays() -> None:
    with_seal, without = (
        cleanup.flat(bgr(drawing.scanned(drawing.page(DPI, seal=seal))), DPI) for seal in (True, False)
    )
    assert np.percentile(with_seal, 50) > 240
    assert (with_seal < 100).mean() == pytest.approx((without < 100).mean(), rel=0.1)


def test_the_edge_of_a_shadow_leaves_no_band() -> None:
    paper = np.full((900, 900, 3), 230, np.float32)
    shade = np.ones((900, 900, 1), np.float32)
    shade[450:] = 0.4
    for blur in (3, 12, 40):
        soft = cv2.GaussianBlur(shade, (0, 0), blur)[:, :, None]
        flat = cleanup.flat((paper * soft).astype(np.uint8), DPI)
        assert flat.min() > 200, blur


def test_a_blank_back_has_less_on_it_than_a_short_note() -> None:
    note = PAGE.crop((0, 0, PAGE.width, DPI * 2))
    short = Image.new("RGB", PAGE.size, "white")
    short.paste(note, (0, 0))
    assert cleanup.covered(bgr(drawing.blank_back(DPI)), DPI) < 0.001
    assert cleanup.covered(bgr(short), DPI) > 0.006
