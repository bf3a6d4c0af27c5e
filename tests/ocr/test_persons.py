"""What a paper says of one person is never another's: parents, spouses, requesters, in parts and columns."""

import pytest

from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.recognition import Page
from tests.ocr.test_fields_forms import read, sheet
from tests.ocr.typed import At, page

MOTHER = ("Năm sinh: 1983", "Dân tộc: Tày", "Quốc tịch: Việt Nam", "Nơi cư trú: Thôn 2, xã Mẫu, tỉnh Ví Dụ")
FATHER = ("Năm sinh: 1980", "Dân tộc: Kinh", "Quốc tịch: Lào", "Nơi cư trú: Tổ 5, phường Mẫu, tỉnh Ví Dụ")


def birth(
    mother: tuple[str, ...] = MOTHER,
    father: tuple[str, ...] = FATHER,
    of_mother: str = "Họ, chữ đệm, tên người mẹ: LÊ THỊ MINH HỌA",
    of_father: str = "Họ, chữ đệm, tên người cha: PHẠM VĂN TÌNH HUỐNG",
    *rest: str,
) -> dict[str, str | None]:
    lines = ("GIẤY KHAI SINH", "Họ, chữ đệm, tên: PHẠM GIA HUY", "Ngày, tháng, năm sinh: 09/12/2008")
    code, found = read(sheet(*lines, of_mother, *mother, of_father, *father, *rest))
    assert code == "giay-khai-sinh"
    return found


def of(person: str, found: dict[str, str | None]) -> dict[str, str | None]:
    return {name.removeprefix(f"{person}_"): found[name] for name in found if name.startswith(f"{person}_")}


def test_each_parent_has_what_stands_under_the_name() -> None:
    found = birth()
    assert of("mother", found) == {
        "name": "LÊ THỊ MINH HỌA",
        "date_of_birth": "1983",
        "ethnicity": "Tày",
        "nationality": "Việt Nam",
        "residence": "Thôn 2, xã Mẫu, tỉnh Ví Dụ",
    }
    assert of("father", found) == {
        "name": "PHẠM VĂN TÌNH HUỐNG",
        "date_of_birth": "1980",
        "ethnicity": "Kinh",
        "nationality": "Lào",
        "residence": "Tổ 5, phường Mẫu, tỉnh Ví Dụ",
    }


@pytest.mark.parametrize("missing", range(4))
def test_what_one_parent_lacks_is_not_taken_from_the_other(missing: int) -> None:
    name = ("date_of_birth", "ethnicity", "nationality", "residence")[missing]
    without = tuple(line for n, line in enumerate(MOTHER) if n != missing)
    found = birth(mother=without)
    assert f"mother_{name}" not in found
    assert f"father_{name}" in found
    found = birth(father=tuple(line for n, line in enumerate(FATHER) if n != missing))
    assert f"father_{name}" not in found
    assert f"mother_{name}" in found


@pytest.mark.parametrize(
    "garbled", ["Ho, cbu dem ten ngư0i chu: PHẠM VĂN TÌNH HUỐNG", "H0 tẽn chg: PHẠM VĂN TÌNH"]
)
def test_where_a_parents_label_was_not_read_nothing_is_anybodys(garbled: str) -> None:
    found = birth(mother=MOTHER[:1], of_father=garbled)
    assert not {name for name in of("mother", found) if name != "name"}
    assert not of("father", found)


def test_the_requester_is_neither_parent() -> None:
    asked = (
        "Họ, chữ đệm, tên người đi khai sinh: TRẦN VĂN ÔNG NỘI",
        "Nơi cư trú: Tổ 9, phường Mẫu, tỉnh Ví Dụ",
        "Số định danh cá nhân: 099050000001",
        "Quan hệ với người được khai sinh: Ông nội",
    )
    found = birth(MOTHER, FATHER[:1], "Họ và tên mẹ: LÊ THỊ MINH HỌA", "Họ và tên cha: PHẠM VĂN MẪU", *asked)
    assert {"date_of_birth", "name"} == set(of("father", found))
    assert (found["requester_personal_id"], found["requester_relation"]) == ("099050000001", "Ông nội")
    assert not {"personal_id", "mother_personal_id"} & set(found)


def couple(*rows: tuple[str, str]) -> Page:
    """A marriage certificate as a table, the wife on the left."""
    cells = [
        At(x, 500 + 80 * n, text)
        for n, row in enumerate(rows)
        for x, text in zip((300, 1350), row, strict=True)
    ]
    return page(At(900, 300, "GIẤY CHỨNG NHẬN KẾT HÔN"), *(cell for cell in cells if cell.text))


NAMES = ("Họ, chữ đệm, tên vợ: LÊ THỊ MẪU", "Họ, chữ đệm, tên chồng: ĐỖ VĂN MẪU")
BORN = ("Ngày, tháng, năm sinh: 11/09/1999", "Ngày, tháng, năm sinh: 30/04/1997")


def spouses(*rows: tuple[str, str]) -> tuple[dict[str, str | None], dict[str, str | None]]:
    one = couple(NAMES, BORN, *rows)
    found = {n: f.value for n, f in extract([one], classify([one])).items() if f.state == "read"}
    return of("wife", found), of("husband", found)


def test_spouses_in_two_columns() -> None:
    wife, husband = spouses(
        ("Dân tộc: Tày", "Dân tộc: Kinh"),
        ("Quốc tịch: Việt Nam", "Quốc tịch: Hàn Quốc"),
        ("Nơi cư trú: Thôn 2, xã Mẫu,", "Nơi cư trú: Tổ 5, phường Mẫu,"),
        ("tỉnh Ví Dụ", "thành phố Ví Dụ"),
        ("Số định danh cá nhân: 099199000321", "Số định danh cá nhân: 099097000654"),
    )
    assert wife == {
        "name": "LÊ THỊ MẪU",
        "date_of_birth": "1999-09-11",
        "ethnicity": "Tày",
        "nationality": "Việt Nam",
        "residence": "Thôn 2, xã Mẫu, tỉnh Ví Dụ",
        "personal_id": "099199000321",
    }
    assert husband == {
        "name": "ĐỖ VĂN MẪU",
        "date_of_birth": "1997-04-30",
        "ethnicity": "Kinh",
        "nationality": "Hàn Quốc",
        "residence": "Tổ 5, phường Mẫu, thành phố Ví Dụ",
        "personal_id": "099097000654",
    }


@pytest.mark.parametrize("lost", [0, 1])
@pytest.mark.parametrize("text", ["", "Dan tqc:", "Dân", "Kinh"])
def test_a_label_lost_in_one_column_gives_nothing_of_the_other(lost: int, text: str) -> None:
    row = ("Dân tộc: Tày", "Dân tộc: Mường")
    cells = (text, row[1]) if lost == 0 else (row[0], text)
    wife, husband = spouses(cells, ("Quốc tịch: Việt Nam", "Quốc tịch: Việt Nam"))
    assert "ethnicity" not in (wife, husband)[lost]
    assert (husband, wife)[lost]["ethnicity"] == ("Mường", "Tày")[lost]


def test_an_empty_cell_of_one_spouse_stays_empty() -> None:
    wife, husband = spouses(
        ("Dân tộc:", "Dân tộc: Mường"),
        ("Nơi cư trú: Thôn 2, xã Mẫu, tỉnh Ví Dụ", "Nơi cư trú:"),
        ("Quốc tịch:", "Quốc tịch: Việt Nam"),
    )
    assert "ethnicity" not in wife
    assert "nationality" not in wife
    assert "residence" not in husband


@pytest.mark.parametrize("aslant", [0, -8, 8])
def test_a_number_of_the_other_column_on_the_same_row_is_nobody_elses(aslant: int) -> None:
    """An address of three lines moved the husband's number to where the wife's was looked for."""
    left = (
        "Họ, chữ đệm, tên vợ: LÊ THỊ MẪU",
        "Nơi cư trú: Thôn 2, xã Mẫu,",
        "tỉnh Ví Dụ",
        "Giấy tờ tùy thân: Căn cước công",
        "dân số",
    )
    right = (
        "Họ, chữ đệm, tên chồng: ĐỖ VĂN MẪU",
        "Nơi cư trú: Tổ 5, phường Mẫu,",
        "thành phố Ví Dụ",
        "Giấy tờ tùy thân:",
        "099097000654",
    )
    one = page(
        At(900, 300, "GIẤY CHỨNG NHẬN KẾT HÔN"),
        *(At(300, 500 + 80 * n, text) for n, text in enumerate(left)),
        *(At(1300 + aslant * n, 500 + 80 * n, text) for n, text in enumerate(right)),
    )
    found = {n: f.value for n, f in extract([one], classify([one])).items() if f.state == "read"}
    assert "wife_personal_id" not in found
    assert found["husband_personal_id"] == "099097000654"
    assert found["wife_residence"] == "Thôn 2, xã Mẫu, tỉnh Ví Dụ"


@pytest.mark.parametrize("gap", [1050, 760])
def test_an_address_goes_on_in_a_column_of_which_nobody_knows_the_width(gap: int) -> None:
    """`…, huyện Long` was stated, as there was room for `Mỹ` before the other column; where that is near,
    the end of one address was taken for the end of the other's number."""
    left = (
        "Họ, chữ đệm, tên vợ: LÊ THỊ VÂN",
        "Nơi cư trú: Ấp 5, huyện Long",
        "Mỹ, tỉnh Hậu Giang",
        "Số CCCD: 099199000321",
    )
    right = (
        "Họ, chữ đệm, tên chồng: ĐỖ AN",
        "Dân tộc: Kinh",
        "Nơi cư trú: Tổ 5, huyện Long",
        "Mỹ, tỉnh Hậu Giang",
    )
    one = page(
        At(900, 300, "GIẤY CHỨNG NHẬN KẾT HÔN"),
        *(At(300, 500 + 80 * n, text) for n, text in enumerate(left)),
        *(At(300 + gap, 500 + 80 * n, text) for n, text in enumerate(right)),
    )
    found = {n: f.value for n, f in extract([one], classify([one])).items() if f.state == "read"}
    assert found["wife_residence"] == "Ấp 5, huyện Long Mỹ, tỉnh Hậu Giang"
    assert found["husband_residence"] == "Tổ 5, huyện Long Mỹ, tỉnh Hậu Giang"
    assert found["wife_personal_id"] == "099199000321"


@pytest.mark.parametrize("title", ["GIẤY BÁO TỬ", "TRÍCH LỤC KHAI TỬ"])
@pytest.mark.parametrize("first", [False, True])
def test_who_declares_a_death_gives_the_dead_nothing(title: str, first: bool) -> None:
    """Sex, birth and number of who declared it were stated for the dead, where theirs are not printed."""
    died = ("Họ, chữ đệm, tên người chết: TRẦN VĂN MẪU", "Nguyên nhân chết: Tuổi già", "Nơi chết: Tại nhà")
    declared = (
        "Họ, chữ đệm, tên người yêu cầu: LÊ THỊ MINH HỌA",
        "Ngày, tháng, năm sinh: 09/12/1990",
        "Giới tính: Nữ",
        "Số định danh cá nhân: 099190001234",
    )
    code, found = read(sheet(title, *(declared + died if first else died + declared)))
    assert code in ("giay-bao-tu", "trich-luc-khai-tu")
    assert found["deceased_name"] == "TRẦN VĂN MẪU"
    assert not {"sex", "date_of_birth", "personal_id"} & found.keys()


@pytest.mark.parametrize("who", ["Người đứng khai", "Người giám hộ", "Họ và tên, tuổi của người làm chứng"])
def test_of_a_person_whose_label_nobody_knows_a_parent_gets_nothing(who: str) -> None:
    """Older forms call who declared a birth otherwise: that number was stated for the father."""
    another = (f"{who}: NGÔ VĂN BẢN", "Năm sinh: 1950", "Số định danh cá nhân: 099050001234", FATHER[-1])
    found = of("father", birth(MOTHER, ("Dân tộc: Kinh", *another)))
    assert found == {"name": "PHẠM VĂN TÌNH HUỐNG", "ethnicity": "Kinh"}


@pytest.mark.parametrize(
    "who", ["Họ tên vợ/chồng", "Họ, chữ đệm, tên vợ (chồng)", "Vợ/chồng", "Họ tên chồng"]
)
def test_what_a_criminal_record_says_of_the_spouse_is_not_of_its_person(who: str) -> None:
    """The labels of a spouse that end the part were fewer than those that begin one."""
    lines = ("PHIẾU LÝ LỊCH TƯ PHÁP SỐ 2", "Họ và tên: LÊ THỊ MINH HỌA", "Nơi sinh: Tỉnh Ví Dụ")
    spouse = ("Ngày, tháng, năm sinh: 09/12/1990", "Quốc tịch: Lào", "Giấy tờ tùy thân: 099050001234")
    _, found = read(sheet(*lines, f"{who}: ĐỖ VĂN VÍ", *spouse))
    assert found == {
        "full_name": "LÊ THỊ MINH HỌA",
        "place_of_birth": "Tỉnh Ví Dụ",
        "spouse_name": "ĐỖ VĂN VÍ",
    }
