"""`ngày 5/3/2026` beside the place of a letterhead, and labels behind the wide spaces of a typewriter."""

from dataclasses import replace

import pytest

from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.recognition import Field, Page
from tests.ocr.typed import BODY, At, letterhead, page


def decision(date: str, *more: At) -> Page:
    title = (At(1100, 700, "QUYẾT ĐỊNH"), At(900, 780, "Về việc nghỉ lễ"))
    return page(*letterhead(date=date), *more, *title, *BODY)


def fields(one: Page) -> dict[str, Field]:
    return dict(extract([one], classify([one])))


@pytest.mark.parametrize("figures", ["5/3/2026", "05/03/2026", "05-03-2026", "5.3.2026"])
def test_a_date_in_figures_is_read_with_its_place(figures: str) -> None:
    found = fields(decision(f"Phường Mẫu, ngày {figures}"))
    assert (found["date"].value, found["date"].state) == ("2026-03-05", "read")
    assert (found["place"].value, found["place"].state) == ("Phường Mẫu", "read")


@pytest.mark.parametrize("figures", ["5 / 3 / 2026", "35/3/2026", "5/13/2026", "5/3/2026/7"])
def test_what_is_no_date_in_one_word_is_open(figures: str) -> None:
    assert fields(decision(f"Phường Mẫu, ngày {figures}"))["date"].state != "read"


@pytest.mark.parametrize(("grow", "sure"), [(0, 0.85), (25, 0.96), (-15, 0.96)])
def test_figures_that_a_pen_may_have_written_are_open(grow: int, sure: float) -> None:
    one = decision("Phường Mẫu, ngày 5/3/2026")
    words = [
        replace(w, confidence=sure, box=replace(w.box, y0=w.box.y0 - grow)) if w.text == "5/3/2026" else w
        for w in one.words
    ]
    found = fields(replace(one, words=tuple(words)))
    assert (found["date"].value, found["date"].state) == (None, "handwritten")


def test_the_day_of_a_mail_room_is_none_of_the_letterhead() -> None:
    found = fields(decision("", At(1250, 520, "Đến ngày: 5/3/2026"), At(1250, 580, "Ngày 6/3/2026")))
    assert found["date"].state == "absent"


def test_a_label_behind_the_spaces_of_a_typewriter_begins_no_column() -> None:
    """What stands under the line was taken for the rest of the value before the label."""
    rows = (
        "Họ, chữ đệm, tên: PHẠM GIA HUY",
        "Quê quán: Thôn 2, xã Mẫu, tỉnh Ví Dụ Dân tộc: Kinh",
        "tỉnh Ví Dụ và ghi thêm",
        "Quốc tịch: Việt Nam",
    )
    typed = [At(300, 400 + 80 * row, text, gap=46) for row, text in enumerate(rows)]
    found = fields(page(At(900, 300, "GIẤY KHAI SINH"), *typed))
    assert found["hometown"].value == "Thôn 2, xã Mẫu, tỉnh Ví Dụ"
    assert found["ethnicity"].value == "Kinh"
