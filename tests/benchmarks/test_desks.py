"""Photographs on desks that benchmarks make themselves."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks import desks, lenses
from benchmarks.scoring import true_lines, truth_of


def test_a_ray_meets_the_desk_where_its_point_is_seen() -> None:
    paper = lenses.Paper(np.zeros((3508, 2481, 3), np.uint8))
    lens = lenses.Lens([paper], np.random.default_rng(1))
    at = lens.desk(lambda points: np.zeros(points.shape[:2]))
    row, column = 100, 150
    expected = (column * lenses.STEP, row * lenses.STEP)
    assert lens.pixels(at[row, column][None])[0] == pytest.approx(expected, abs=1e-6)
    assert (lens.pixels(paper.corners()) > 0).all()
    assert (lens.pixels(paper.corners()) < lens.frame).all()


def test_a_curled_paper_covers_less_of_the_desk() -> None:
    paper = lenses.Paper(np.zeros((3508, 2481, 3), np.uint8), curl=(0.6, 0.6, 0.0, 0.0))
    across = np.array([(-4.0, 0.0), (4.0, 0.0)])
    curled, flat = (one.seen(across)[0] for one in (paper, replace(paper, curl=(0.0, 0.6, 0.0, 0.0))))
    assert np.ptp(flat[:, 0]) == pytest.approx(8.0, abs=1e-3)
    assert 8.05 < np.ptp(curled[:, 0]) < 8.5


def test_all_papers_have_their_truth_and_those_below_do_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = {scene.beside: replace(scene, sent=True) for scene in desks.SCENES if scene.beside}
    monkeypatch.setattr(desks, "SCENES", tuple(kinds[kind] for kind in ("sheet", "stack", "card")))
    pages = desks.desk_photographs(3, 1, tmp_path)
    headed = [
        [line.text for line in truth_of(truth)].count("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
        for truth in pages.truths
    ]
    counted = [true_lines(truth).count("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") for truth in pages.truths]
    assert headed == [2, 4, 1]
    assert counted == [2, 1, 1]
    assert "THẺ CÁN BỘ" in true_lines(pages.truths[2])
    with Image.open(pages.files[0]) as wide:
        assert max(wide.size) == desks.SENT_SIDE
        assert wide.width > wide.height
