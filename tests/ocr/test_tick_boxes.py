"""Boxes to tick beside printed words: nobody reads which one is ticked, so no choice is stated as read."""

from dataclasses import replace

import pytest
from PIL import ImageFont

from ocr.fields.choices import offers_choice
from ocr.recognition import Page
from tests.ocr.forms import Form
from tests.ocr.test_form_doubts import OPEN, read, said
from tests.ocr.test_unread_ink import found
from tests.ocr.typed import At, page

_EMPTY, _CROSSED, _BY_PEN = "☐", "☒", "☑"


class Ticked(Form):
    """A sheet on which ☐, ☒ and ☑ are drawn as squares, the last with a pen's tick that leaves its square; a
    perfect reader of words reads none of them."""

    def _word(self, column: int, top: int, word: str, font: ImageFont.FreeTypeFont) -> None:
        if word not in (_EMPTY, _CROSSED, _BY_PEN):
            super()._word(column, top, word, font)
            return
        y0, y1 = (round(top + font.getbbox("H")[side]) for side in (1, 3))
        side, x1 = y1 - y0, column + y1 - y0
        self._draw.rectangle((column, y0, x1, y1), outline="black", width=3)
        if word == _CROSSED:
            self._draw.line((column + 5, y0 + 5, x1 - 5, y1 - 5), "black", 4)
            self._draw.line((column + 5, y1 - 5, x1 - 5, y0 + 5), "black", 4)
        elif word == _BY_PEN:
            tick = [
                (column + 4, y0 + side // 2),
                (column + side // 2, y1 - 4),
                (x1 + side // 2, y0 - side // 2),
            ]
            self._draw.line(tick, (30, 40, 150), 6)


def _birth(sex: str, nationality: str = "Quốc tịch: Việt Nam") -> Ticked:
    form = Ticked()
    form.heading("GIẤY KHAI SINH", points=16)
    form.say("Họ, chữ đệm, tên: *NGUYỄN MINH THƯ*")
    form.say("Ngày, tháng, năm sinh: 02/01/2026")
    form.beside((25, sex), (80, "Dân tộc: Kinh"), (135, nationality))
    form.say("Quê quán: xã Hoa Sen, thành phố Ví Dụ")
    form.say("Số định danh cá nhân: 099326000123")
    return form


def _with_letters(page: Page, *letters: str) -> Page:
    """As readers of letters have it, who make one of each square, in the order of the page."""
    options = [word for word in page.words if word.text in ("Nam", "Nữ")][:2]
    words = list(page.words)
    for option, letter in zip(options, letters, strict=True):
        box = replace(option.box, x0=option.box.x0 - 50, x1=option.box.x0 - 15)
        words.insert(words.index(option), replace(option, text=letter, box=box))
    return replace(page, words=tuple(words))


@pytest.mark.parametrize(
    "sex",
    [
        f"Giới tính: {_EMPTY} Nam {_EMPTY} Nữ",
        f"Giới tính: {_EMPTY} Nam {_CROSSED} Nữ",
        f"Giới tính: {_BY_PEN} Nam {_EMPTY} Nữ",
        f"Giới tính: Nam {_EMPTY} Nữ {_CROSSED}",
        f"Giới tính: Nam {_CROSSED} Nữ {_EMPTY}",
        f"Giới tính: Nữ {_EMPTY} Nam {_BY_PEN}",
        "Giới tính: Nam / Nữ",
    ],
)
def test_a_choice_is_open_whichever_is_ticked(sex: str) -> None:
    form = _birth(sex)
    page = form.page()
    assert read(page)["sex"].value is None, "where nobody saw the squares"
    seen = read(replace(page, regions=found(form, page)))
    assert seen["sex"].value is None
    others = {"full_name": "NGUYỄN MINH THƯ", "nationality": "Việt Nam", "personal_id": "099326000123"}
    assert {name: seen[name].value for name in others} == others


@pytest.mark.parametrize("letters", [("O", "X"), ("D", "Ở"), ("U", "V")])
def test_squares_that_were_read_as_letters_choose_nothing(letters: tuple[str, str]) -> None:
    page = _birth(f"Giới tính: {_EMPTY} Nam {_CROSSED} Nữ").page()
    assert read(_with_letters(page, *letters))["sex"].value is None


@pytest.mark.parametrize("sex", ["Nam", "Nữ", "Nữ Quốc tịch: Việt Nam", "Nam/Male"])
def test_one_that_stands_alone_is_read(sex: str) -> None:
    assert read(_birth(f"Giới tính: {sex}").page())["sex"].value == sex[:3].strip("/ ")


def test_a_box_before_a_label_is_of_no_other_value() -> None:
    form = _birth("Giới tính: Nữ", f"{_BY_PEN} Quốc tịch: Việt Nam")
    page = form.page()
    seen = read(replace(page, regions=found(form, page)))
    assert [said(seen[name]) for name in ("sex", "ethnicity", "nationality")] == [
        ("Nữ", "read"),
        ("Kinh", "read"),
        ("Việt Nam", "read"),
    ]
    form = _birth("Giới tính: Nữ", f"Quốc tịch: Việt Nam {_EMPTY}")
    page = form.page()
    assert said(read(replace(page, regions=found(form, page)))["nationality"]) == OPEN, "perhaps not this one"


@pytest.mark.parametrize(
    ("sex", "value"),
    [
        ("☐ Nam ☒ Nữ", "Nữ"),
        ("☑ Nam ☐ Nữ", "Nam"),
        ("Nam ☐ Nữ ☒", "Nữ"),
        ("Nam \uf0fe Nữ \uf0a8", "Nam"),
        ("☐ Nam ☐ Nữ", None),
        ("☒ Nam ☒ Nữ", None),
        ("☐ Nam Nữ ☒", None),
        ("☐ Nam ☐ Nữ ☒", None),
        ("☐ Nam Nữ", None),
        ("☒ Nam Nữ", None),
        ("■ Nam ☐ Nữ", None),
        ("✓ Nam ☐ Nữ", None),
    ],
)
def test_the_one_box_that_is_ticked_in_a_text_says_which(sex: str, value: str | None) -> None:
    """The text of a file has its boxes as letters, which nobody guessed; those of a picture a person sees."""
    rows = ("Họ, chữ đệm, tên: NGUYỄN MINH THƯ", f"Giới tính: {sex}", "Quê quán: xã Hoa Sen, tỉnh Ví Dụ")
    placed = [At(900, 300, "GIẤY KHAI SINH"), *(At(300, 400 + 80 * n, text) for n, text in enumerate(rows))]
    typed = page(*placed, origin="text-layer")
    assert read(typed)["sex"].value == value
    scanned = page(*placed)
    assert read(scanned)["sex"].value is None


@pytest.mark.parametrize(
    ("value", "offered"),
    [
        ("Chưa kết hôn ● Đã kết hôn", True),
        ("Có / Không", True),
        ("Công ty Cổ phần Hàng Không Mẫu", False),
        ("Kỹ thuật Hàng Không", False),
    ],
)
def test_a_name_offers_no_answers(value: str, offered: bool) -> None:
    assert offers_choice(value, "text") == offered
