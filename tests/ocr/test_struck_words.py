"""What a pen has struck out is not stated as read, although readers see the letters under the stroke."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import ImageDraw

from ocr.cleaning import cleanup
from ocr.pen import struck_words
from ocr.recognition import Box, Region
from tests.ocr.desk_papers import birth, death_extract, marital_status_older
from tests.ocr.forms import Drawn, Form
from tests.ocr.permit_papers import building_permit, company_shares, land_2014
from tests.ocr.test_form_doubts import read


def found(form: Form) -> tuple[Region, ...]:
    pixels = np.ascontiguousarray(np.asarray(form.image)[:, :, ::-1])
    return struck_words.found(form.page(), cleanup.flat(pixels, form.dpi))


def struck(form: Form, *texts: str, slope: float = 0.0) -> Box:
    """Strikes out these words with one stroke of a ball pen; gives their box."""
    boxes = [form.box_of(text) for text in texts]
    box = boxes[0].union(boxes[-1])
    middle = box.y1 - round(0.35 * (box.y1 - box.y0))
    rise = round(slope * (box.x1 - box.x0) / 2)
    ends = (box.x0 - 5, middle + rise, box.x1 + 5, middle - rise)
    ImageDraw.Draw(form.image).line(ends, (30, 40, 150), 5)
    return box


@pytest.mark.parametrize("drawn", [birth, death_extract, marital_status_older, company_shares, land_2014])
def test_print_is_not_taken_for_struck(drawn: Drawn) -> None:
    for form in drawn()[0]:
        assert found(form) == ()


@pytest.mark.parametrize("slope", [0.0, 0.02])
@pytest.mark.parametrize("texts", [("099326000123",), ("NGUYỄN", "THƯ")])
def test_a_stroke_through_a_value_leaves_it_open(texts: tuple[str, ...], slope: float) -> None:
    form = birth()[0][0]
    box = struck(form, *texts, slope=slope)
    (stroke,) = found(form)
    assert stroke.box.share_of(box) > 0.8
    name = "personal_id" if len(texts) == 1 else "full_name"
    before, after = (read(replace(form.page(), regions=regions)) for regions in ((), (stroke,)))
    assert before[name].state == "read"
    assert (after[name].value, after[name].state) == (None, "handwritten")


def test_a_short_value_is_struck_from_end_to_end() -> None:
    form = building_permit()[0][0]
    struck(form, "106/GPXD")
    assert len(found(form)) == 1
