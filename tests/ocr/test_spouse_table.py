"""Papers of a marriage as a table: a row a question, a column a spouse, no names in the labels."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.recognition import Field, Page
from tests.ocr.typed import At, page

CERTIFICATE, DECLARATION = "GIẤY CHỨNG NHẬN KẾT HÔN", "TỜ KHAI ĐĂNG KÝ KẾT HÔN"
NAME = ("Họ, chữ đệm, tên", "Lê Thị Minh Họa", "Đỗ Văn Mẫu")
BORN = ("Ngày, tháng, năm sinh", "11/09/1999", "30/04/1997")
ROWS = (
    NAME,
    BORN,
    ("Dân tộc", "Tày", "Kinh"),
    ("Quốc tịch", "Việt Nam", "Hàn Quốc"),
    ("Nơi cư trú (2)", "Thôn 2, xã Mẫu,", "Tổ 5, phường Mẫu,"),
    ("", "tỉnh Ví Dụ", "thành phố Ví Dụ"),
    ("Giấy tờ tùy thân", "Căn cước số 099199000321", "Căn cước số 099097000654"),
    ("Kết hôn lần thứ mấy", "Lần thứ nhất", "Lần thứ hai"),
)
WIFE = {
    "wife_name": "Lê Thị Minh Họa",
    "wife_date_of_birth": "1999-09-11",
    "wife_ethnicity": "Tày",
    "wife_nationality": "Việt Nam",
    "wife_residence": "Thôn 2, xã Mẫu, tỉnh Ví Dụ",
    "wife_personal_id": "099199000321",
}
HUSBAND = {
    "husband_name": "Đỗ Văn Mẫu",
    "husband_date_of_birth": "1997-04-30",
    "husband_ethnicity": "Kinh",
    "husband_nationality": "Hàn Quốc",
    "husband_residence": "Tổ 5, phường Mẫu, thành phố Ví Dụ",
    "husband_personal_id": "099097000654",
}
HEADS = ("Bên nữ", "Bên nam")


def table(
    title: str = CERTIFICATE,
    heads: Sequence[str] = HEADS,
    rows: Sequence[Sequence[str]] = ROWS,
    columns: tuple[int, int, int] = (250, 900, 1650),
    pitch: int = 90,
) -> Page:
    """Rows without a label go on 60 pixels under the one before them."""
    cells = [
        At(800, 300, title),
        *(At(x + 200, 500, head) for x, head in zip(columns[1:], heads, strict=True)),
    ]
    y = 500
    for row in rows:
        y += pitch if row[0] else 60
        cells += [At(x, y, text) for x, text in zip(columns, row, strict=True) if text]
    return page(
        *cells, At(250, y + 400, "Chúng tôi cam đoan những lời khai trên đây là đúng sự thật và tự nguyện.")
    )


def fields(one: Page) -> dict[str, Field]:
    return dict(extract([one], classify([one])))


def read(one: Page) -> dict[str, str | None]:
    return {
        n: f.value for n, f in fields(one).items() if f.state == "read" and n in {*WIFE, *HUSBAND, *PERSON}
    }


PERSON = ("full_name", "date_of_birth", "personal_id", "residence")


@pytest.mark.parametrize("title", [CERTIFICATE, "TRÍCH LỤC KẾT HÔN", DECLARATION])
@pytest.mark.parametrize("heads", [HEADS, ("VỢ", "CHỒNG"), ("Bên nữ (Vợ)", "Bên nam (Chồng)")])
def test_each_column_is_its_spouses(title: str, heads: tuple[str, str]) -> None:
    assert read(table(title, heads)) == WIFE | HUSBAND


def test_the_columns_may_stand_the_other_way_round() -> None:
    rows = [(label, his, hers) for label, hers, his in ROWS]
    assert read(table(heads=HEADS[::-1], rows=rows)) == WIFE | HUSBAND


@pytest.mark.parametrize("cell", range(1, 3))
@pytest.mark.parametrize("row", range(4))
def test_an_empty_cell_is_not_filled_from_the_other_column(row: int, cell: int) -> None:
    rows = [[*one] for one in ROWS]
    rows[row][cell] = ""
    gone = list((WIFE, HUSBAND)[cell - 1])[row]
    assert read(table(rows=rows)) == {n: v for n, v in (WIFE | HUSBAND).items() if n != gone}


def test_a_second_row_of_one_label_does_not_fill_an_empty_cell() -> None:
    """Two rows ask the same, as of a spouse before: whose the second is nobody knows."""
    rows = (("Họ, chữ đệm, tên", "", "Đỗ Văn Mẫu"), *ROWS[1:4], ("Họ, chữ đệm, tên", "Vũ Văn Khác", ""))
    assert "wife_name" not in read(table(rows=rows))


@pytest.mark.parametrize(
    "heads", [("Bên nứu", "Bên nam"), ("Bên nũ2", "Bên nem"), ("Bên", "Bên nam"), ("Bên nam", "Bên nam")]
)
@pytest.mark.parametrize("title", [CERTIFICATE, DECLARATION])
def test_where_a_head_was_not_read_nothing_is_stated(heads: tuple[str, str], title: str) -> None:
    assert not read(table(title, heads))


@pytest.mark.parametrize("title", [CERTIFICATE, DECLARATION])
def test_a_row_that_leaves_no_strip_between_the_columns_ends_the_table(title: str) -> None:
    long = ("Nơi cư trú", "Số 12 ngõ 7 đường Giả Định, tổ dân phố số 5, xã Mẫu", "Tổ 5")
    found = read(table(title, rows=[*ROWS[:2], long, *ROWS[2:4]], columns=(250, 900, 1500)))
    known = ("wife_name", "wife_date_of_birth", "husband_name", "husband_date_of_birth")
    assert found == {name: (WIFE | HUSBAND)[name] for name in known}


@pytest.mark.parametrize("up", [20, 30, 60])
def test_a_cell_that_begins_over_its_label_is_open(up: int) -> None:
    """Labels in the middle of their rows: what is level with them is no more than the end of a home."""
    one = table(rows=[row for row in ROWS if row[0]])
    label = next(word for word in one.words if word.text == "Nơi")
    over = [At(900, label.box.y0 - up, "Thôn 2, xã Mẫu,"), At(1650, label.box.y0 - up, "Tổ 5, phường Mẫu,")]
    words = tuple(replace(word, line=90 + word.line) for word in page(*over).words)
    one = replace(one, words=(*one.words, *words))
    assert not {"wife_residence", "husband_residence"} & set(read(one))


def test_a_declaration_without_spouses_does_not_ask_for_them() -> None:
    one = page(
        At(800, 300, "ĐƠN ĐỀ NGHỊ XÁC NHẬN"),
        At(300, 500, "Tôi tên là: ĐỖ VĂN MẪU"),
        At(300, 600, "Kính gửi: ai"),
    )
    assert not {*WIFE, *HUSBAND} & set(fields(one))
