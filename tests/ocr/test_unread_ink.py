"""Ink that nobody read leaves the values beside it open: a letter or a word of theirs may be under it."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import ImageDraw

from ocr.cleaning import cleanup
from ocr.layout import page_ink
from ocr.pen import unread_ink
from ocr.recognition import Box, Page, Region, RegionKind
from tests.ocr.desk_papers import birth, death_extract, marital_status_older, marriage
from tests.ocr.forms import FACES, Drawn, Form
from tests.ocr.identity_papers import identity_card_2024 as card
from tests.ocr.letterheads import DOCUMENTS, Document
from tests.ocr.permit_papers import building_permit, company_shares, land_2014
from tests.ocr.test_form_doubts import OPEN, read, said, without


def found(form: Form, page: Page) -> tuple[Region, ...]:
    grey = cleanup.flat(np.ascontiguousarray(np.asarray(form.image)[:, :, ::-1]), form.dpi)
    return unread_ink.found(page, page_ink.find(grey, form.dpi))


@pytest.mark.parametrize(
    "drawn",
    [birth, death_extract, marital_status_older, company_shares, land_2014, building_permit, card],
)
def test_all_ink_of_print_is_read(drawn: Drawn) -> None:
    for form in drawn()[0]:
        assert found(form, form.page()) == ()


@pytest.mark.parametrize(
    ("lost", "field"),
    [("THƯ", "full_name"), ("Bệnh", "place_of_birth"), ("Sen,", "hometown"), ("Cấu", "signer")],
)
def test_a_word_that_nobody_read_leaves_its_value_open(lost: str, field: str) -> None:
    form = birth()[0][0]
    page = without(form.page(), lost)
    marked = replace(page, regions=found(form, page))
    assert [region.kind for region in marked.regions] == ["unread"] * len(marked.regions) != []
    before, after = read(form.page()), read(marked)
    assert before[field].state == "read"
    assert said(after[field]) == OPEN
    others = {n for n, f in before.items() if f.state == "read"} - {field}
    assert {n for n in others if after[n].state == "read"} >= others - {"requester_name"}


def test_a_pen_beside_a_value_leaves_it_open() -> None:
    form = birth()[0][0]
    name = form.box_of("THƯ")
    x, y, tall = name.x1 + 12, (name.y0 + name.y1) // 2, name.y1 - name.y0
    curl = [(x, y), (x + tall // 2, y - tall), (x + tall, y + tall), (x + 2 * tall, y - tall // 2)]
    ImageDraw.Draw(form.image).line(curl, (30, 40, 150), 6)
    page = form.page()
    assert said(read(replace(page, regions=found(form, page)))["full_name"]) == OPEN


def test_dots_and_rules_are_no_unread_ink() -> None:
    form = birth()[0][0]
    name = form.box_of("THƯ")
    draw = ImageDraw.Draw(form.image)
    for dot in range(20):
        x = name.x1 + 20 + dot * 18
        draw.ellipse((x, name.y1 - 5, x + 4, name.y1 - 1), "black")
    draw.line((250, name.y1 + 6, 2200, name.y1 + 6), "black", 3)
    draw.line((name.x1 + 18, name.y0 - 300, name.x1 + 18, name.y1 + 300), "black", 3)
    assert found(form, form.page()) == ()


@pytest.mark.parametrize(("kind", "seen"), [("seal", False), ("photo", False), ("signature", True)])
def test_what_is_left_of_a_seal_is_no_unread_ink(kind: RegionKind, seen: bool) -> None:
    form = birth()[0][0]
    name = form.box_of("THƯ")
    ImageDraw.Draw(form.image).rectangle((name.x1 + 14, name.y0, name.x1 + 30, name.y1), "black")
    around = Box(name.x1 - 10, name.y0 - 200, name.x1 + 400, name.y1 + 200)
    page = replace(form.page(), regions=(Region(kind, around, 0.9),))
    assert bool(found(form, page)) == seen


@pytest.mark.parametrize(("drawn", "then"), [(marriage, ("PHÓ CHỦ TỊCH", "read")), (birth, OPEN)])
def test_ink_beside_a_position_that_can_be_no_other_changes_nothing(
    drawn: Drawn, then: tuple[str | None, str]
) -> None:
    page = drawn()[0][0].page()
    position = read(page)["position"].box
    assert position is not None
    beside = Region("unread", Box(position.x0 - 30, position.y0, position.x0 - 5, position.y1), 0.6)
    assert said(read(replace(page, regions=(beside,)))["position"]) == then  # `CHỦ TỊCH` may be a `PHÓ`


@pytest.mark.parametrize(("text", "field"), [("Nữ", "sex"), ("Kinh", "ethnicity"), ("Dụ", "hometown")])
def test_a_box_taken_for_a_part_of_a_word_leaves_its_value_open(text: str, field: str) -> None:
    form = birth()[0][0]
    page = form.page()
    before = read(page)[field]
    assert before.box is not None
    word = next(w for w in page.words if w.text == text and before.box.share_of(w.box) > 0.9)
    tall = word.box.y1 - word.box.y0
    frame = (word.box.x1 + tall // 3, word.box.y0 - 2, word.box.x1 + 4 * tall // 3, word.box.y1 + 2)
    ImageDraw.Draw(form.image).rectangle(frame, outline="black", width=3)
    swallowed = replace(word, box=word.box.union(Box(*frame)))
    wider = replace(page, words=tuple(swallowed if w is word else w for w in page.words))
    regions = found(form, wider)
    assert [region.box for region in regions] == [swallowed.box]
    assert (before.state, said(read(replace(wider, regions=regions))[field])) == ("read", OPEN)


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=list(DOCUMENTS))
@pytest.mark.parametrize("face", ["", "s", "m"])
def test_no_word_of_print_is_too_wide(document: Document, face: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for style in ("", "b", "i", "bi"):
        monkeypatch.setitem(FACES, style, FACES[face or style])
    form = document.draw()
    assert found(form, form.page()) == ()


def test_what_is_set_larger_and_leaders_are_not_too_wide() -> None:
    form = Form()
    end = form.put(25, "Số định danh cá nhân: ")
    form.put(end, "099326000123 cấp", "", 20)
    form.step(2)
    form.put(25, "Họ, chữ đệm, tên: Nguyễn Minh Thư...................... ngày")
    assert found(form, form.page()) == ()


def test_leaders_taken_for_a_part_of_a_word_change_nothing() -> None:
    form = birth()[0][0]
    page = form.page()
    word = next(w for w in page.words if w.text == "THƯ")
    draw = ImageDraw.Draw(form.image)
    for dot in range(12):
        x = word.box.x1 + 6 + dot * 14
        draw.ellipse((x, word.box.y1 - 5, x + 4, word.box.y1 - 1), "black")
    longer = replace(word, box=replace(word.box, x1=word.box.x1 + 170))
    assert found(form, replace(page, words=tuple(longer if w is word else w for w in page.words))) == ()
