"""Packing a page by itself: a large sheet is made small, and one that cannot be is kept whole."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from ocr.recognition import Box, Page, Word
from ocr.viewing_copy import compression, searchable
from tests import judges
from tests.ocr import drawing

DPI = 200
PLACE = Box(200, 300, 800, 340)
#: As a child does that only packs, in which no limit of a library was ever lifted. Its words are taken for
#: ones whose letters the mask would change, so that they get the finest mask.
ALONE = """
import json, sys
from pathlib import Path
from ocr.viewing_copy import letter_shapes
from ocr.reading import pack
from ocr.recognition import Page

letter_shapes.changed = lambda _pixels, _dpi, parts, words, **_: [] if parts.finer == 4 else words
page = Path(sys.argv[1])
pack(Page.from_json(json.loads(page.read_text())), page.parent)
"""


def sheet(folder: Path, image: Image.Image) -> Page:
    pixels = np.asarray(image)
    pixels = np.ascontiguousarray(pixels[:, :, ::-1]) if pixels.ndim == 3 else pixels
    bilevel = image.mode == "1"
    pixels = pixels.astype(np.uint8) * 255 if bilevel else pixels
    path = compression.write_page(pixels, DPI, bilevel, folder / "page-0001.x")
    words = (Word("Độc", PLACE, 0.9, 0),)
    return Page(1, image.width, image.height, DPI, 0, 0.0, "ocr", path.name, text="Độc", words=words)


def test_a_large_sheet_is_made_small_in_a_process_of_its_own(tmp_path: Path) -> None:
    one = drawing.page(DPI, seal=True)
    a2 = Image.new("RGB", (2 * one.width, 2 * one.height))
    for x in (0, one.width):
        for y in (0, one.height):
            a2.paste(one, (x, y))
    page = sheet(tmp_path, drawing.scanned(a2))
    (tmp_path / "page.json").write_text(json.dumps(page.to_json()), "utf-8")
    subprocess.run([sys.executable, "-c", ALONE, tmp_path / "page.json"], check=True)
    with pikepdf.open(tmp_path / page.packed) as pdf:
        widths = {int(image.Width) for image in pdf.pages[0].obj.Resources.XObject.values()}
    assert 4 * a2.width in widths
    assert (tmp_path / page.packed).stat().st_size < 0.2 * (tmp_path / page.image).stat().st_size


@pytest.mark.parametrize("mode", ["RGB", "L", "1"])
def test_what_cannot_be_made_small_is_kept_as_it_is(
    tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = sheet(tmp_path, drawing.page(DPI, seal=True).convert(mode))
    wanted = Image.open(tmp_path / page.image).convert("RGB")

    def out_of_memory(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(searchable, "packed", out_of_memory)
    searchable.write([page], tmp_path, tmp_path / "out.pdf")
    with pypdfium2.PdfDocument(tmp_path / "out.pdf") as pdf:
        assert pdf[0].get_textpage().get_text_bounded().strip() == "Độc"
        shown = pdf[0].render(scale=DPI / 72).to_pil().convert("RGB")
    assert shown.size == wanted.size
    assert int(np.abs(np.asarray(shown, np.int16) - np.asarray(wanted, np.int16)).max()) <= 3
    assert judges.pdfa([tmp_path / "out.pdf"]) == [{"compliant": True, "failed": []}]
