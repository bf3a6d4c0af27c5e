"""Pages of any size keep it in the viewing copy, or it is said that they cannot."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array

from ocr.limits import Limits
from ocr.reading import finish, read_page
from ocr.recognition import Notice, Page
from tests import judges
from tests.ocr import drawing
from tests.ocr.readers import silent

Size = tuple[float, float]
A4 = (595.0, 842.0)


def sizes(notices: Sequence[Notice]) -> list[Notice]:
    """The notices but for the one that nothing was read, as silent readers read nothing."""
    return [notice for notice in notices if notice.code != "no-words"]


def copied(folder: Path, size: Size, unit: float = 1.0) -> tuple[Page, Path]:
    """A page with a blue field, of that many units of so many points, and its copy."""
    folder.mkdir()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        page = pdf.pages[0].obj
        page.MediaBox = Array([0, 0, *size])
        if unit != 1:
            page.UserUnit = unit
        field = "0 0 1 rg {} {} {} {} re f".format(*(side * part for part in (0.2, 0.3) for side in size))
        page.Contents = pdf.make_stream(field.encode())
        pdf.save(folder / "source.pdf")
    read = read_page(folder / "source.pdf", 1, folder, Limits(), readers=silent())
    finish(folder / "source.pdf", [read], folder)
    return read, folder / "searchable.pdf"


def size_of(copy: Path) -> Size:
    with pikepdf.open(copy) as pdf:
        page = pdf.pages[0].obj
        unit = float(page.get("/UserUnit", 1))
        return float(page.MediaBox[2]) * unit, float(page.MediaBox[3]) * unit


@pytest.mark.parametrize(
    ("size", "unit"),
    [((3, 3), 1), ((60, 40), 2), ((300, 9.5), 1), ((14_400, 120.7), 1), ((20_000, 300), 1), ((9_000, 90), 4)],
)
def test_a_page_keeps_its_size(tmp_path: Path, size: Size, unit: float) -> None:
    page, copy = copied(tmp_path / "page", size, unit)
    true = tuple(side * unit for side in size)
    assert size_of(copy) == pytest.approx(true, abs=1)
    assert (page.width / page.dpi * 72, page.height / page.dpi * 72) == pytest.approx(true, abs=1)
    assert sizes(page.warnings) == []


def test_a_page_that_pdf_a_forbids_is_larger_and_says_so(tmp_path: Path) -> None:
    page, copy = copied(tmp_path / "page", (1, 1))
    assert size_of(copy) == pytest.approx((3, 3), abs=0.1)
    (notice,) = sizes(page.warnings)
    assert notice.code == "page-size"
    assert "0,4 × 0,4 mm" in notice.vi
    assert "0.4 × 0.4 mm" in notice.en


def test_tiny_and_huge_copies_are_pdf_a_2u(tmp_path: Path) -> None:
    sizes: list[tuple[Size, float]] = [((1, 1), 1), ((3, 3), 1), ((14_400, 120), 1), ((20_000, 300), 1)]
    copies = [copied(tmp_path / str(index), *each)[1] for index, each in enumerate(sizes)]
    assert judges.pdfa(copies) == [{"compliant": True, "failed": []}] * len(copies)


@pytest.mark.parametrize("unit", [10, 1000, 1e6])
def test_units_that_make_a_sheet_larger_than_any_are_told_and_not_read(tmp_path: Path, unit: float) -> None:
    """Such a page was drawn at 64 dpi and enlarged to 220 megapixels, or no page at all."""
    page, copy = copied(tmp_path / "page", A4, unit)
    assert page.dpi == pytest.approx(300, abs=1)
    assert size_of(copy) == pytest.approx(A4, abs=1)
    assert [notice.code for notice in sizes(page.warnings)] == ([] if unit > 75_000 else ["page-size"])


@pytest.mark.parametrize(("unit", "dpi"), [(2, 75), (4, 150)])
def test_units_that_make_a_scan_too_coarse_to_read_are_told_and_not_read(
    tmp_path: Path, unit: float, dpi: float
) -> None:
    with pikepdf.open(BytesIO(drawing.image_pdf([drawing.page(150)], 150))) as pdf:
        pdf.pages[0].obj.UserUnit = unit
        pdf.save(tmp_path / "scan.pdf")
    read = read_page(tmp_path / "scan.pdf", 1, tmp_path, Limits(), readers=silent())
    assert read.dpi / read.enlarged == pytest.approx(dpi, abs=0.5)
    assert [notice.code for notice in sizes(read.warnings)] == (["page-size"] if dpi == 150 else [])


def test_the_sizes_of_many_pages_are_told_once(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        for _ in range(3):
            pdf.add_blank_page()
            pdf.pages[-1].obj.MediaBox = Array([0, 0, 1, 1])
        pdf.save(tmp_path / "small.pdf")
    read = [
        read_page(tmp_path / "small.pdf", number, tmp_path, Limits(), readers=silent())
        for number in (1, 2, 3)
    ]
    (told,) = sizes(finish(tmp_path / "small.pdf", read, tmp_path).warnings)
    assert told.code == "page-size"
    assert "trang 1–3" in told.vi
    assert "each of the pages 1–3" in told.en
