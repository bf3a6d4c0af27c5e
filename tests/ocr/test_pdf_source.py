"""What a page of a PDF shows, where taking its picture out of it would not tell."""

import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from ocr.limits import Limits, Refusal
from ocr.reading import read_page
from ocr.sources import pages
from tests.ocr import drawing
from tests.ocr.readers import silent
from tests.ocr.test_pages import noise, sheet

LIMITS = Limits()
SIDES = (827, 1169)  # A4 at 100 dpi
POINTS = "595.44 0 0 841.68 0 0"


def letters() -> Image.Image:
    return drawing.page(100).convert("L")


def of_picture(folder: Path, pixels: Image.Image, drawn: str, **more: object) -> Path:
    """A page of A4 that shows a grey picture so; `more` is said of the picture."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595.44, 841.68))
    more = {
        key: _grey(pdf, value) if isinstance(value, Image.Image) else value for key, value in more.items()
    }
    image = _grey(pdf, pixels)
    image.update({f"/{key}": value for key, value in more.items()})
    faint = pikepdf.Dictionary(ca=0.5)
    pdf.pages[0].obj.Resources = pikepdf.Dictionary(XObject={"/I": image}, ExtGState={"/G": faint})
    pdf.pages[0].obj.Contents = pdf.make_stream(drawn.encode())
    pdf.save(folder / "page.pdf")
    return folder / "page.pdf"


def _grey(pdf: pikepdf.Pdf, pixels: Image.Image) -> pikepdf.Stream:
    stream = pikepdf.Stream(pdf, pixels.tobytes())
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Width, stream.Height = pixels.size
    stream.ColorSpace, stream.BitsPerComponent = pikepdf.Name.DeviceGray, 8
    return stream


def test_letters_that_a_mask_cuts_out_of_black_are_seen(tmp_path: Path) -> None:
    """The picture itself is a black bar under each line."""
    ink = Image.eval(letters(), lambda light: 255 - light)
    bars = Image.fromarray(np.where(np.asarray(ink).max(axis=1, keepdims=True) > 0, 0, 255).astype(np.uint8))
    source = of_picture(
        tmp_path, bars.resize(SIDES, Image.Resampling.NEAREST), f"q {POINTS} cm /I Do Q", SMask=ink
    )
    found = pages.picture(source, 1, LIMITS)
    shown = Image.fromarray(found.pixels).convert("L").resize(SIDES)
    assert np.abs(np.asarray(shown).astype(int) - np.asarray(letters())).mean() < 4


@pytest.mark.parametrize("way", ["0 0 595.44 700 re W n", "0 0 m 596 0 l 596 842 l 300 842 l h W n"])
def test_what_a_path_hides_of_a_scan_stays_hidden(tmp_path: Path, way: str) -> None:
    """A part that was cut from a scan is still in the picture."""
    source = of_picture(tmp_path, sheet("L"), f"q {way} {POINTS} cm /I Do Q")
    pixels = pages.picture(source, 1, LIMITS).pixels
    assert pixels[5:100, 5:80].min() > 200  # of the sheet's black corner


@pytest.mark.parametrize("way", ["", "0 0 595 841 re W n", "-5 -5 700 900 re W n", "0 0 596 842 re W* n q"])
def test_a_scan_that_a_path_leaves_whole_is_taken_dot_for_dot(tmp_path: Path, way: str) -> None:
    scan = Image.fromarray(noise(600, 900)).resize(SIDES)
    source = of_picture(tmp_path, scan, f"q {way} {POINTS} cm /I Do Q")
    assert np.array_equal(pages.picture(source, 1, LIMITS).pixels, np.asarray(scan))


def test_a_scan_that_is_drawn_half_transparent_is_seen_so(tmp_path: Path) -> None:
    source = of_picture(tmp_path, sheet("L"), f"q /G gs {POINTS} cm /I Do Q")
    assert 100 < pages.picture(source, 1, LIMITS).pixels[5:100, 5:80].mean() < 160


@pytest.mark.parametrize(
    ("drawn", "dots"), [("/I Do", True), ("/I Do /L Do", False), ("/I Do /#4C Do", False)]
)
def test_a_masked_picture_counts_only_on_the_pages_that_draw_it(
    tmp_path: Path, drawn: str, dots: bool
) -> None:
    """The pages of a file may share the pictures of all of them."""
    scan = Image.fromarray(noise(600, 900)).resize(SIDES)
    source = of_picture(tmp_path, scan, f"q {POINTS} cm {drawn} Q")
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        logo = _grey(pdf, sheet("L"))
        logo.SMask = _grey(pdf, sheet("L"))
        pdf.pages[0].obj.Resources.XObject["/L"] = logo
        pdf.save(source)
    pixels = pages.picture(source, 1, LIMITS).pixels
    assert np.array_equal(pixels, np.asarray(scan)) == dots


def test_a_drawing_without_end_is_refused_before_it_is_taken_apart(tmp_path: Path) -> None:
    """500 kB that became 520 MB of strokes: PDFium ended the reader without a word."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Contents = pdf.make_stream(
            zlib.compress(b"0 0 m 1 1 l S " * 5_000_000), Filter=pikepdf.Name.FlateDecode
        )
        target = tmp_path / "endless.pdf"
        pdf.save(target, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert pages.inspect(target, LIMITS).pages == 1
    with pytest.raises(Refusal) as refusal:
        pages.picture(target, 1, LIMITS)
    assert refusal.value.code == "too-costly"
    assert "64 MB" in refusal.value.vi


def test_a_page_without_end_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        for strokes in (1, 5_000_000):
            page = pdf.add_blank_page(page_size=(595, 842))
            drawn = zlib.compress(b"0 0 m 1 1 l S " * strokes)
            page.obj.Contents = pdf.make_stream(drawn, Filter=pikepdf.Name.FlateDecode)
        target = tmp_path / "endless.pdf"
        pdf.save(target, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    read = [read_page(target, number, tmp_path, LIMITS, readers=silent()) for number in (1, 2)]
    (notice,) = read[1].warnings
    assert notice.code == "page-unreadable"
    assert "64 MB" in notice.vi
    assert "Page 2" in notice.en
    assert "page-unreadable" not in [notice.code for notice in read[0].warnings]
