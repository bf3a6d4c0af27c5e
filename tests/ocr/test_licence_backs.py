"""Backs of driving licences: a day for each class is no day of the licence, and each class has its own."""

from collections.abc import Sequence

import pytest

from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.recognition import Page
from tests.ocr.test_fields_forms import card
from tests.ocr.typed import At, page

HEADS = ("Hạng/Class", "Loại xe/Vehicle", "Ngày trúng tuyển", "Có giá trị đến")
B2 = ("B2", "Ô tô đến 9 chỗ", "02/05/2016", "02/05/2026")
A1 = ("A1", "Mô tô hai bánh", "09/02/2012", "Không thời hạn")
CE = ("CE", "Ô tô kéo rơ moóc", "25/08/2019", "25/08/2024")
FRONT = card(
    "GIẤY PHÉP LÁI XE / DRIVER'S LICENSE",
    "Số/No: 990123456789",
    "Họ tên/Full name: NGUYỄN VĂN MẪU",
    "Ngày sinh/Date of birth: 01/02/1990",
    "Hạng/Class: B2",
)
BACK = ("classes", "class_test_days", "class_last_days")


def back(*rows: Sequence[str], heads: Sequence[str] = HEADS, sure: float = 0.96) -> Page:
    columns = (20, 230, 500, 770)
    cells = [
        At(x, 40 + 60 * level, text, 24, sure if level else 0.96, 8)
        for level, row in enumerate((heads, *rows))
        for x, text in zip(columns, row, strict=True)
        if text
    ]
    return page(*cells, number=2, width=1010, height=640)


def read(*pages: Page) -> dict[str, str | None]:
    kind = classify(pages)
    assert kind.code == "giay-phep-lai-xe"
    return {n: f.value for n, f in extract(pages, kind).items() if f.state == "read"}


def test_each_class_has_its_days() -> None:
    found = read(FRONT, back(A1, B2, CE))
    assert {name: found.get(name) for name in BACK} == {
        "classes": "A1, B2, CE",
        "class_test_days": "A1: 2012-02-09; B2: 2016-05-02; CE: 2019-08-25",
        "class_last_days": "A1: không thời hạn; B2: 2026-05-02; CE: 2024-08-25",
    }
    assert found["class"] == "B2"
    assert "valid_until" not in found, "the day of one of three classes"


@pytest.mark.parametrize(
    "rows",
    [
        (B2, ("", *CE[1:])),
        (B2, ("c", *CE[1:])),
        (B2, ("CE", CE[1], "", CE[3])),
        (B2, ("CE", *CE[1:3], "25/13/2024")),
        (B2, ("B2", *CE[1:])),
    ],
)
def test_where_a_row_was_not_understood_none_is_stated(rows: tuple[tuple[str, ...], ...]) -> None:
    found = read(FRONT, back(*rows))
    assert not {*BACK, "valid_until"} & set(found)


def test_guessed_words_and_lost_heads_state_nothing() -> None:
    assert not {*BACK, "valid_until"} & set(read(FRONT, back(B2, CE, sure=0.9)))
    assert not {*BACK, "valid_until"} & set(read(FRONT, back(B2, CE, heads=("Hạng", "b", "I", HEADS[3]))))


def test_a_front_alone_asks_for_no_back() -> None:
    assert not set(BACK) & set(extract([FRONT], classify([FRONT])))
