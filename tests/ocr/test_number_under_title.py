"""Contracts state their number in the middle, under their title, and have no letterhead."""

import pytest

from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.recognition import Page
from tests.ocr.forms import Form

PARTIES = (
    "- Căn cứ Bộ luật Dân sự số 91/2015/QH13 ngày 24 tháng 11 năm 2015;",
    "Hôm nay, ngày 12 tháng 3 năm 2024, tại trụ sở Công ty TNHH Mẫu Sao Khuê, chúng tôi gồm:",
    "BÊN A: CÔNG TY TNHH MẪU SAO KHUÊ",
)


def contract(number: str, *title: str) -> Page:
    form = Form()
    form.motto()
    form.heading(*title)
    form.centred(number)
    form.step(2)
    for text in PARTIES:
        form.say(text)
    return form.page()


@pytest.mark.parametrize(
    ("row", "number", "symbol"),
    [
        ("Số: 12/2024/HĐLĐ", "12", "2024/HĐLĐ"),
        ("Số: 05/HĐMB-SK", "05", "HĐMB-SK"),
        ("Số: 17", "17", None),
    ],
)
@pytest.mark.parametrize("title", [("HỢP ĐỒNG LAO ĐỘNG",), ("HỢP ĐỒNG", "MUA BÁN HÀNG HÓA")])
def test_it_is_read_there(title: tuple[str, ...], row: str, number: str, symbol: str | None) -> None:
    """The column under the issuer's name ends beside the motto, and cut such a row in two."""
    page = contract(row, *title)
    kind = classify([page])
    fields = extract([page], kind)
    assert kind.code == "HĐ"
    assert (fields["number"].value, fields["symbol"].value) == (number, symbol)
    assert fields["issuer"].state == "absent"


def test_a_law_that_is_cited_there_is_no_number_of_the_paper() -> None:
    page = contract("Căn cứ Luật số: 45/2019/QH14", "HỢP ĐỒNG LAO ĐỘNG")
    assert extract([page], classify([page]))["number"].value is None
