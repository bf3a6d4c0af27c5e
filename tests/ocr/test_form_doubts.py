"""A value of a form that may be another than it seems stays open: no wrong one is stated as read."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import ImageDraw, ImageFont

from ocr.cleaning import cleanup
from ocr.fields.doubts import (
    is_misspelt,
    is_torn,
    is_torn_name,
    misspells_phrase,
    misspells_place,
    names_oddly,
)
from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.pen import pen_words
from ocr.recognition import Box, Field, Handwriting, Page, Region
from tests.ocr.desk_papers import birth, death_extract, marital_status_older, marriage_extract
from tests.ocr.forms import FACES, FONTS, Form
from tests.ocr.identity_papers import driving_licence_2025
from tests.ocr.permit_papers import application, company_shares, declaration, land_2014
from tests.ocr.typed import At as Line
from tests.ocr.typed import words_of

OPEN = (None, "handwritten")


def read(page: Page) -> Mapping[str, Field]:
    return extract([page], classify([page]))


def said(field: Field) -> tuple[str | None, str]:
    return field.value, field.state


def changed(page: Page, where: str, **parts: Any) -> Page:
    """The page with the words of this text, wherever it stands first, otherwise."""
    wanted = where.split()
    texts = [w.text for w in page.words]
    at = next(i for i in range(len(texts)) if texts[i : i + len(wanted)] == wanted)
    words = list(page.words)
    for i in range(at, at + len(wanted)):
        words[i] = replace(words[i], **parts)
    return replace(page, words=tuple(words))


def without(page: Page, text: str) -> Page:
    """The page on which this text, wherever it stands first, was left blank."""
    gone = changed(page, text, text="\0")
    return replace(gone, words=tuple(w for w in gone.words if w.text != "\0"))


def of(drawn: tuple[list[Form], Mapping[str, str]]) -> Page:
    return drawn[0][0].page()


def test_a_guessed_word_leaves_its_field_open() -> None:
    page = of(birth())
    assert said(read(page)["hometown"])[1] == "read"
    assert said(read(changed(page, "Hoa Sen,", confidence=0.85))["hometown"]) == OPEN
    assert said(read(changed(page, "099326000123", confidence=0.85))["personal_id"]) == OPEN


@pytest.mark.parametrize(("sure", "state"), [(0.93, "handwritten"), (0.98, "read")])
def test_a_word_that_may_lack_a_mark_leaves_its_field_open(sure: float, state: str) -> None:
    page = changed(of(birth()), "NGHIỆM", text="NGHIÊM", confidence=sure, alternatives=("NGHIỆM",))
    assert read(page)["mother_name"].state == state


def test_a_word_that_no_reader_read_leaves_its_field_open() -> None:
    page = of(birth())
    read_by = replace(page, words=tuple(replace(w, readers=("banchinh",)) for w in page.words))
    assert read(read_by)["hometown"].state == "read"
    assert said(read(changed(read_by, "Sen,", readers=()))["hometown"]) == OPEN


def test_what_stands_at_the_label_of_somebody_else_is_not_taken() -> None:
    page = of(birth())
    torn = read(changed(page, "099326000123", text="O993Z6", confidence=0.4))
    assert torn["personal_id"].value is None  # 099096000654 is the father's
    blank = read(without(without(page, "Số định danh cá nhân:"), "099326000123"))
    assert blank["personal_id"].state == "absent"
    other = of(declaration())
    covered = changed(other, "Họ, chữ đệm, tên người yêu cầu:", text="x", confidence=0.3)
    found = read(covered)
    assert "requester_name" not in found or found["requester_name"].value is None
    assert found["full_name"].value == "NGUYỄN MINH THƯ", "the child"


def test_what_stands_at_the_label_of_the_other_spouse_is_not_taken() -> None:
    page = of(marriage_extract())
    fields = read(without(page, "30/04/1997"))
    assert fields["husband_date_of_birth"].value is None  # 11/09/1999 is the wife's
    assert fields["wife_date_of_birth"].value == "1999-09-11"


def test_a_seal_over_a_coarse_scan_asks_for_more() -> None:
    page = of(birth())
    place = next(w.box for w in page.words if w.text == "Hoa")
    seal = Region("seal", Box(place.x0 - 100, place.y0 - 200, place.x1 + 200, place.y1 + 200), 0.9)
    fine, coarse = (replace(page, regions=(seal,), dpi=dpi) for dpi in (300.0, 150.0))
    assert [read(one)["hometown"].state for one in (fine, coarse)] == ["read", "handwritten"]


def test_an_empty_label_has_no_value() -> None:
    page = without(of(death_extract()), "04 giờ 15 phút, ngày 06 tháng 5 năm 2026;")
    assert read(page)["death_time"].value is None  # what is below goes on from `ghi bằng chữ:`
    page = without(of(application()), "Tổ 2, phường Mẫu Đơn, thành phố Ví Dụ")
    assert read(page)["residence"].value is None  # `Nay tôi làm đơn này …`


def test_a_title_is_no_name() -> None:
    page = without(of(company_shares()), "Trần Văn Kiểm")
    assert read(page)["signer"].value is None  # PHÓ TRƯỞNG PHÒNG


def test_a_value_whose_end_was_not_seen_is_open() -> None:
    page = of(birth())
    assert (
        read(without(page, "năm hai nghìn không trăm hai mươi sáu"))["date_of_birth_in_words"].value is None
    )
    cut = changed(without(page, "phường Mẫu Đơn, thành phố Ví Dụ"), "Dụ,", text="D")
    assert said(read(cut)["place_of_birth"]) == OPEN


def test_a_small_letter_within_a_name_leaves_it_open() -> None:
    assert names_oddly("phường Lê ích Mộc, tỉnh Ví Dụ")
    assert names_oddly("phường Mẫu Đơn, tính Ví Dụ")
    assert names_oddly("Ủy ban nhân dân phường Tân ước")
    assert not names_oddly("xã Mẫu Đơn, thị xã Ví Dụ")
    assert names_oddly("Tô 5, phường Mẫu Đơn")
    assert not names_oddly("Tổ 5, phường Mẫu Đơn")
    assert not names_oddly("phường Bến Nghé quận Bình Thạnh, khu phố 3, Ủy ban nhân dân xã Chư A Thai")


@pytest.mark.parametrize(("value", "wrong"), [("Nhôi máu cơ tim", True), ("Nhồi máu cơ tim", False)])
def test_a_first_word_that_the_language_has_otherwise_is_misspelt(value: str, wrong: bool) -> None:
    assert is_misspelt(value) is wrong
    assert not any(
        map(is_misspelt, ("Tuổi già", "Bệnh già", "Khá", "Thôn 2, xã Hoa Sen", "Tổ 5, phường Mẫu"))
    )


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ("phường Hoàn Kiêm, thành phố Hà Nội", True),
        ("xã Hoa Sen, tỉnh Nghê An", True),
        ("Xuân Hoà, Thanh Hoá", False),  # tones stand over either letter
        ("Số 7 đường Giả Định, phường Gia Định", False),  # the first is a street of another name
    ],
)
def test_a_place_that_lacks_a_mark_is_none(value: str, wrong: bool) -> None:
    assert misspells_place(value) is wrong


def test_a_set_phrase_with_other_marks_was_misread() -> None:
    assert misspells_phrase("Đất ơ tại nông thôn")
    assert misspells_phrase("Hiên tại chưa đăng ký kết hôn với ai")
    assert not misspells_phrase("Hiện tại chưa đăng ký kết hôn với ai")


@pytest.mark.parametrize("value", ["DƯƠNG TRƯỜ", "Tân Tiến, Lê L", "Nguyễn Thị Tuyê"])
def test_an_end_that_no_syllable_has_was_cut(value: str) -> None:
    assert is_torn(value)
    assert not any(map(is_torn, ("Lê Thị Thu", "Nguyễn Thị Thuở", "Ngô Y", "tờ bản đồ 5")))


@pytest.mark.parametrize(
    ("name", "torn"), [("Ý PHƯƠNG HIỀN", True), ("NGUYN VĂN VÍ", True), ("LÝ A VÍ", False)]
)
def test_a_family_name_of_which_a_letter_is_missing_is_torn(name: str, torn: bool) -> None:
    assert is_torn_name(name) is torn


def test_a_label_in_the_other_language_is_no_value() -> None:
    page = without(of(driving_licence_2025()), "990987654321")
    assert read(page)["number"].value is None  # `No`


def test_a_comma_ends_no_line_but_an_items() -> None:
    pages = [form.page(number) for number, form in enumerate(land_2014()[0], 1)]
    fields = extract(pages, classify(pages))
    assert (
        fields["address"].value == "Thôn 1, xã Hoa Sen, huyện Giả Định, tỉnh Ví Dụ"
    )  # item b), and its comma
    whole = of(application())
    assert read(whole)["residence"].state == "read"
    assert read(without(whole, "thành phố Ví Dụ"))["residence"].value is None


def test_print_over_a_value_leaves_it_open() -> None:
    page = of(marital_status_older())
    place = next(w.box for w in page.words if w.text == "Thôn")
    tall = place.y1 - place.y0
    over = words_of(Line(place.x0 + 200, place.y0 + tall // 2, "SAO Y BẢN CHÍNH", tall, gap=10), 999)
    stamped = replace(page, words=(*page.words, *over))
    assert read(page)["residence"].state == "read"
    assert said(read(stamped)["residence"]) == OPEN


def test_a_value_that_a_pen_wrote_is_handwritten() -> None:
    page = of(birth())
    name = [w.box for w in page.words if w.text in ("NGUYỄN", "MINH", "THƯ")][:3]
    pen = Region("handwriting", name[0].union(name[2]), 0.8)
    field = read(replace(page, regions=(pen,)))["full_name"]
    assert said(field) == OPEN
    assert field.box is not None


def pixels_of(form: Form) -> np.ndarray:
    return np.ascontiguousarray(np.asarray(form.image)[:, :, ::-1])


def found(form: Form) -> list[Region]:
    pixels = pixels_of(form)
    return list(pen_words.found(form.page(), pixels, cleanup.flat(pixels, form.dpi)))


def recoloured(form: Form, text: str, colour: tuple[int, int, int]) -> Form:
    box = form.box_of(text)
    area = form.image.crop((box.x0, box.y0 - 8, box.x1, box.y1 + 8)).convert("L")
    form.image.paste(colour, (box.x0, box.y0 - 8, box.x1, box.y1 + 8), area.point(lambda v: 255 - v))
    return form


def test_print_is_not_taken_for_a_pen() -> None:
    for drawn in (birth(), death_extract(), marital_status_older(), company_shares()):
        assert found(drawn[0][0]) == []


@pytest.mark.parametrize("colour", [(30, 40, 150), (60, 80, 190)])
def test_the_ink_of_a_blue_pen_is_found(colour: tuple[int, int, int]) -> None:
    form = recoloured(birth()[0][0], "099326000123", colour)
    (pen,) = found(form)
    number = form.box_of("099326000123")
    assert pen.kind == "handwriting"
    assert pen.box == number


def test_figures_of_a_black_pen_are_found_by_their_uneven_feet() -> None:
    form = birth()[0][0]
    box = form.box_of("099326000123")
    draw = ImageDraw.Draw(form.image)
    draw.rectangle((box.x0, box.y0 - 6, box.x1, box.y1 + 6), "white")
    for index, figure in enumerate("099326000123"):
        size = 54 + 6 * (index % 3 - 1)
        font = ImageFont.truetype(str(FONTS / FACES["i"]), size)
        place = (box.x0 + 26 * index, box.y0 - 10 + (index * 5) % 9)
        draw.text(place, figure, "black", font)
    (pen,) = found(form)
    assert pen.box == box


def test_a_number_in_the_ink_of_a_pen_is_no_print() -> None:
    form = marital_status_older()[0][0]
    box = form.box_of("102/UBND-XNTTHN")
    place = Handwriting("number", box, "102", 0.95, printed=True)
    black = pen_words.coloured((place,), pixels_of(form))
    blue = pen_words.coloured((place,), pixels_of(recoloured(form, "102/UBND-XNTTHN", (30, 40, 150))))
    assert [seen[0].printed for seen in (black, blue)] == [True, False]
