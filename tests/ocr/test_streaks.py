"""Streaks of dust and folds go from under the text; what is print stays."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.cleaning import streaks
from ocr.engine import Pixels
from tests.ocr import drawing

DPI = 150


def page(*, rules: bool = False) -> Pixels:
    """Lines of text in colour, with a table's rules within the margins where asked."""
    sheet = Image.new("RGB", (1240, 1754), (240, 236, 220))
    draw = ImageDraw.Draw(sheet)
    for y in range(150, 1600, 40):
        draw.text((120, y), "Ủy ban nhân dân xã Thượng Giã báo cáo kết quả giải quyết", "black", FONT)
    for at in (100, 600, 1140) if rules else ():
        draw.line((at, 60, at, 1700), "black", 3)
        draw.line((60, at + 20, 1180, at + 20), "black", 3)
    return np.array(sheet)[..., ::-1].copy()


FONT = ImageFont.truetype(str(drawing.SERIF), 28)


@pytest.mark.parametrize("dark", [0.5, 0.8])
def test_a_streak_and_a_fold_are_lifted_to_the_paper(dark: float) -> None:
    clean = page()
    lined = clean.astype(float)
    lined[:, 500:503] *= dark
    lined[700:703] *= dark
    found = streaks.lifted(lined.astype(np.uint8), DPI)
    assert np.abs(found.astype(int) - clean).max() <= 6


def test_rules_of_a_table_and_a_dark_edge_stay() -> None:
    ruled = page(rules=True)
    ruled[:, :4] = 20
    assert streaks.lifted(ruled, DPI) is ruled


def test_a_grey_line_that_ends_within_the_margins_stays() -> None:
    lined = page()
    lined[100:1600, 300:303] //= 2
    assert streaks.lifted(lined, DPI) is lined


@pytest.mark.parametrize("size", [(8, 8), (40, 3000), (3000, 40)])
def test_strips_and_specks_are_pictures_too(size: tuple[int, int]) -> None:
    speck = np.full((*size, 3), 255, np.uint8)
    assert streaks.lifted(speck, DPI) is speck
