"""What stands beside a value, or was typed over a scan, is no pen's writing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import ImageDraw

from ocr.cleaning import cleanup
from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.limits import Limits
from ocr.pen import pen_words
from ocr.reading import read_page
from ocr.recognition import Box, Region, RegionKind
from tests.ocr import overlays
from tests.ocr.desk_papers import birth
from tests.ocr.typed import At, page


@pytest.mark.parametrize("kind", ["photo", "qr"])
def test_a_picture_beside_a_value_is_no_rest_of_it(kind: RegionKind) -> None:
    form = birth()[0][0]
    last = form.box_of("099326000123")
    tall = last.y1 - last.y0
    beside = Box(last.x1 + tall, last.y0 - tall, last.x1 + 4 * tall, last.y1 + tall)
    ImageDraw.Draw(form.image).rectangle((beside.x0, beside.y0, beside.x1, beside.y1), "black")
    pixels = np.ascontiguousarray(np.asarray(form.image)[:, :, ::-1])
    grey = cleanup.flat(pixels, form.dpi)
    bare = form.page()
    assert [pen.box for pen in pen_words.found(bare, pixels, grey)] == [last]
    told = replace(bare, regions=(Region(kind, beside, 0.9),))
    assert pen_words.found(told, pixels, grey) == ()


@pytest.mark.parametrize("ink", [overlays.BLACK, overlays.BLUE])
def test_what_was_typed_over_a_scanned_form_is_read(tmp_path: Path, ink: tuple[int, int, int]) -> None:
    form = birth()[0][0]
    box = form.box_of("099326000123")
    ImageDraw.Draw(form.image).rectangle((box.x0, box.y0 - 8, box.x1, box.y1 + 8), "white")
    pdf: pikepdf.Pdf = overlays.scan(form.dpi, image=form.scan())
    scale, high = 72 / form.dpi, form.image.height
    place = (box.x0 * scale, (high - box.y1 - 8) * scale, box.x1 * scale + 30, (high - box.y0 + 8) * scale)
    overlays.say(pdf, place, "099326000123", ink=ink)
    source = tmp_path / "source.pdf"
    pdf.save(source)
    read = read_page(source, 1, tmp_path, Limits())
    number = extract([read], classify([read]))["personal_id"]
    assert (number.value, number.state) == ("099326000123", "read")


@pytest.mark.parametrize(("taller", "seen"), [(0, 0), (3, 0), (16, 1)])
def test_a_pen_writes_the_number_before_a_printed_year(taller: int, seen: int) -> None:
    sheet = page(At(300, 400, "Số: 184/2017"))
    grey = np.full((sheet.height, sheet.width), 255, np.uint8)
    number = sheet.words[1].box
    for place in range(8):  # 184, the slash, 2017
        more = taller if place < 3 else 0
        x = number.x0 + place * 22
        grey[number.y0 - more : number.y1 + more // 2, x : x + 10] = 0
    assert len(pen_words.found(sheet, grey, grey)) == seen
