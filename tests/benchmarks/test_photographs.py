"""Photographs that benchmarks make themselves."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.photographs import FRAME, SENT_SIDE, SHOTS, photographed, photographs
from benchmarks.scoring import true_lines


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_paper_is_within_the_corners_and_the_table_without(shot: object) -> None:
    sheet = np.full((1754, 1240, 3), 255, np.uint8)
    pixels, corners = photographed(sheet, shot, np.random.default_rng(1))  # type: ignore[arg-type]
    middle = corners.mean(axis=0)
    assert (corners > 0).all()
    assert (corners < FRAME).all()
    for corner in corners:
        inner, outer = (np.rint(corner + share * (middle - corner)).astype(int) for share in (0.05, -0.03))
        assert pixels[inner[1], inner[0]].astype(int).sum() > pixels[outer[1], outer[0]].astype(int).sum()


def test_a_messenger_makes_a_photograph_smaller(tmp_path: Path) -> None:
    pages = photographs(2, 3, tmp_path)
    sides = []
    for file in pages.files:
        with Image.open(file) as image:
            sides.append(max(image.size))
    assert sides == [max(FRAME), SENT_SIDE]
    assert all("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in true_lines(truth) for truth in pages.truths)
