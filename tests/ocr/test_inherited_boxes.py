"""What a page inherits (ISO 32000-1, 7.7.3.4) it keeps where something lies over it."""

from pathlib import Path

import numpy as np
import pikepdf
import pytest

from ocr import pages
from ocr.limits import Limits


@pytest.mark.parametrize("box", [(0, 0, 595, 842), (20, 30, 1000, 500)])
def test_a_page_with_a_remark_keeps_the_size_that_it_inherits(tmp_path: Path, box: tuple[int, ...]) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    page = pdf.pages[0].obj
    del page.MediaBox
    pdf.Root.Pages.MediaBox = pikepdf.Array(box)
    left, bottom, right, top = box
    page.Contents = pdf.make_stream(f"0 g {left} {top - 40} 40 40 re f".encode())  # at the top left corner
    middle = [(left + right) / 2, (bottom + top) / 2]
    remark = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Square,
        Rect=[*middle, middle[0] + 50, middle[1] + 50],
        C=[1, 0, 0],
    )
    page.Annots = pdf.make_indirect(pikepdf.Array([remark]))
    pdf.save(tmp_path / "page.pdf")
    found = pages.picture(tmp_path / "page.pdf", 1, Limits())
    inches = [side / found.dpi * 72 for side in found.size]
    assert inches == pytest.approx([right - left, top - bottom], abs=1)
    assert found.pixels[5:120, 5:120].max() < 60
    assert np.asarray(found.pixels)[5:120, 250:400].min() > 200
