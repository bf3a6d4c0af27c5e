"""Real pages, stood in for by drawn ones, and the folders that tell what they say."""

import shutil
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from benchmarks.rendering import hard_pages
from benchmarks.sets import PageSet, page_bytes, real_pages


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A scan of two pages, a picture, and the truth of the scan's second page and of the picture."""
    folder = tmp_path / "data"
    for part in ("vn-scans", "vn-pages", "truths"):
        (folder / part).mkdir(parents=True)
    drawn = hard_pages(2, 3, tmp_path)
    shutil.copy(drawn.files[0], folder / "vn-scans" / "0a1b2c3d-letter.pdf")
    Image.new("L", (1240, 1754), 255).save(folder / "vn-pages" / "sheet.png", dpi=(150, 150))
    shutil.copy(drawn.truths[1], folder / "truths" / "0a1b2c3d-p2.gt.txt")
    (folder / "truths" / "sheet-p1.gt.txt").write_text("#block page\n", encoding="utf-8")
    return folder


def pages_of(data: Path, folder: Path) -> PageSet:
    folder.mkdir()
    pages = real_pages(data, folder, data / "truths")
    assert pages is not None
    return pages


def test_a_folder_of_truth_says_which_pages_are_read(data: Path, tmp_path: Path) -> None:
    pages = pages_of(data, tmp_path / "set")
    assert [truth.name for truth in pages.truths] == ["0a1b2c3d-p2.gt.txt", "sheet-p1.gt.txt"]
    joined, sheet = pages.files
    assert sheet == data / "vn-pages" / "sheet.png"
    scan = data / "vn-scans" / "0a1b2c3d-letter.pdf"
    with pikepdf.open(joined) as one, pikepdf.open(scan) as two:
        (page,) = one.pages
        pictures = [leaf.obj.Resources.XObject.image.read_raw_bytes() for leaf in (page, two.pages[1])]
        assert pictures[0] == pictures[1]
    assert pages.scans[1] == "grey 150 dpi"
    assert len(page_bytes(joined)) == 1


def test_pictures_stay_files_of_their_own(data: Path, tmp_path: Path) -> None:
    single = pages_of(data, tmp_path / "set").one_by_one(tmp_path)
    assert [file.suffix for file in single.files] == [".pdf", ".png"]


def test_without_truth_there_are_no_pages(data: Path, tmp_path: Path) -> None:
    assert real_pages(data, tmp_path) is None
