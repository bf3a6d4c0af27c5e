"""What a page inherits (ISO 32000-1, 7.7.3.4) it keeps where something lies over it."""

from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Dictionary, Name

from ocr.limits import Limits
from ocr.sources import pages


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


@pytest.fixture
def lending(tmp_path: Path) -> Path:
    """A page with a remark and a field that nobody drew yet, and a black bar on a layer that is off. The font
    and the layer stand two levels up in the page tree."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    page, top = pdf.pages[0].obj, pdf.Root.Pages
    bold = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Courier-Bold")))
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="hidden"))
    pdf.Root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary(OFF=[layer]))
    middle = pdf.make_indirect(Dictionary(Type=Name.Pages, Kids=[page], Count=1, Parent=top))
    top.Kids, page.Parent = pikepdf.Array([middle]), middle
    top.Resources = Dictionary(Font=Dictionary(F1=bold), Properties=Dictionary(Off=layer))
    del page.Resources
    page.Contents = pdf.make_stream(
        b"BT /F1 24 Tf 60 700 Td (Quyet dinh so 12) Tj ET /OC /Off BDC 60 500 200 40 re f EMC"
    )
    remark = Dictionary(Type=Name.Annot, Subtype=Name.Square, Rect=[60, 300, 160, 400], C=[1, 0, 0])
    field = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Tx,
        T="so",
        V="2026",
        Rect=[60, 200, 260, 230],
        DA="/F1 14 Tf 0 g",
    )
    held = pdf.make_indirect(field)
    page.Annots = pikepdf.Array([remark, held])
    pdf.Root.AcroForm = Dictionary(Fields=[held], DR=Dictionary(Font=top.Resources.Font))
    pdf.save(tmp_path / "page.pdf")
    return tmp_path / "page.pdf"


def test_a_page_with_something_over_it_keeps_the_fonts_that_it_inherits(lending: Path) -> None:
    shown = pages.picture(lending, 1, Limits())
    assert [word.text for word in shown.layer] == ["Quyet", "dinh", "so", "12", "2026"]
    with pypdfium2.PdfDocument(lending) as pdf:
        bare = pdf[0].render(scale=300 / 72, draw_annots=False).to_numpy()[..., 0]
    ink = np.s_[450:700]
    assert np.array_equal(shown.pixels[ink].min(axis=2), bare[: len(shown.pixels)][ink])
    assert shown.pixels[1250:1440, 250:900].min() > 200  # where the layer is off
    assert shown.pixels[1830:2270, 240:680].min(axis=2).min() < 60
    assert shown.pixels[2500:2700].min() < 60


def test_of_a_scan_that_a_page_inherits_every_other_dot_stays(tmp_path: Path) -> None:
    scan = np.full((1100, 800), 230, np.uint8)
    scan[100:140, 100:600:7] = 20
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(576, 792))
    page = pdf.pages[0].obj
    picture = pdf.make_stream(
        scan.tobytes(),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=800,
        Height=1100,
        ColorSpace=Name.DeviceGray,
        BitsPerComponent=8,
    )
    pdf.Root.Pages.Resources = Dictionary(XObject=Dictionary(Im=picture))
    del page.Resources
    page.Contents = pdf.make_stream(b"q 576 0 0 792 0 0 cm /Im Do Q")
    remark = Dictionary(Type=Name.Annot, Subtype=Name.Square, Rect=[200, 300, 260, 400], C=[0, 0, 0])
    page.Annots = pikepdf.Array([remark])
    pdf.save(tmp_path / "scan.pdf")
    found = pages.picture(tmp_path / "scan.pdf", 1, Limits())
    assert np.array_equal(found.pixels[:500], scan[:500])
    assert found.pixels[500:700, 270:380].min() < 60
