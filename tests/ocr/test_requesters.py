"""Declarations: who asks and whom the paper is about, each with what stands under that name and no other."""

import pytest

from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.recognition import Page
from tests.ocr.test_fields_forms import sheet

HEAD = ("TỜ KHAI CẤP BẢN SAO TRÍCH LỤC HỘ TỊCH", "Kính gửi: Ủy ban nhân dân phường Mẫu")
REQUESTER = (
    "Họ, chữ đệm, tên người yêu cầu: LÊ THỊ MINH HỌA",
    "Ngày, tháng, năm sinh: 11/09/1969",
    "Nơi cư trú: Thôn 2, xã Mẫu, tỉnh Ví Dụ",
    "Giấy tờ tùy thân: Căn cước số 099169000321",
    "Quan hệ với người được cấp bản sao: Mẹ đẻ",
)
ASKS = "Đề nghị cơ quan cấp bản sao trích lục khai sinh cho người có tên dưới đây:"
PERSON = (
    "Họ, chữ đệm, tên: ĐỖ VĂN MẪU",
    "Ngày, tháng, năm sinh: 30/04/1997",
    "Nơi cư trú: Tổ 5, phường Mẫu, thành phố Ví Dụ",
    "Giấy tờ tùy thân: Căn cước số 099097000654",
)
END = "Tôi cam đoan những nội dung khai trên đây là đúng sự thật."
OF_REQUESTER = {
    "requester_name": "LÊ THỊ MINH HỌA",
    "requester_date_of_birth": "1969-09-11",
    "requester_residence": "Thôn 2, xã Mẫu, tỉnh Ví Dụ",
    "requester_personal_id": "099169000321",
    "requester_relation": "Mẹ đẻ",
}
OF_PERSON = {
    "full_name": "ĐỖ VĂN MẪU",
    "date_of_birth": "1997-04-30",
    "residence": "Tổ 5, phường Mẫu, thành phố Ví Dụ",
    "personal_id": "099097000654",
}


def read(*lines: str) -> dict[str, str | None]:
    one: Page = sheet(*lines)
    kind = classify([one])
    assert kind.code == "to-khai"
    found = {n: f.value for n, f in extract([one], kind).items() if f.state == "read"}
    return {n: found[n] for n in (*OF_REQUESTER, *OF_PERSON) if n in found}


def test_both_are_read_apart() -> None:
    assert read(*HEAD, *REQUESTER, ASKS, *PERSON, END) == OF_REQUESTER | OF_PERSON


@pytest.mark.parametrize("missing", range(5))
def test_what_the_requester_lacks_is_not_the_persons(missing: int) -> None:
    said = [line for row, line in enumerate(REQUESTER) if row != missing]
    found = read(*HEAD, *said, ASKS, *PERSON, END)
    if missing:
        gone = list(OF_REQUESTER)[missing]
        assert found == {n: v for n, v in (OF_REQUESTER | OF_PERSON).items() if n != gone}
    else:
        assert not {n for n, v in found.items() if v in OF_REQUESTER.values() and n in OF_PERSON}


@pytest.mark.parametrize("missing", range(4))
def test_what_the_person_lacks_is_not_the_requesters(missing: int) -> None:
    said = [line for row, line in enumerate(PERSON) if row != missing]
    found = read(*HEAD, *REQUESTER, ASKS, *said, END)
    gone = OF_PERSON if missing == 0 else {list(OF_PERSON)[missing]: ""}
    assert found == OF_REQUESTER | {n: v for n, v in OF_PERSON.items() if n not in gone}


def test_a_requester_alone_is_not_whom_the_paper_is_about() -> None:
    assert read(*HEAD, *REQUESTER, ASKS, END) == OF_REQUESTER


def test_who_asks_for_oneself_is_both() -> None:
    found = read(*HEAD, *REQUESTER[:4], "Quan hệ với người được cấp bản sao: Bản thân", ASKS, END)
    own = {n: v for n, v in OF_REQUESTER.items() if n != "requester_relation"}
    assert found == own | {"requester_relation": "Bản thân"} | {
        n.replace("requester", "full") if n.endswith("_name") else n.removeprefix("requester_"): v
        for n, v in own.items()
    }


def test_the_person_may_stand_first() -> None:
    assert read(*HEAD, *PERSON, *REQUESTER, END) == OF_REQUESTER | OF_PERSON


def test_parents_are_neither() -> None:
    parents = ("Họ, chữ đệm, tên người mẹ: TRẦN THỊ THỬ", "Nơi cư trú: Thôn 9, xã Mẫu, tỉnh Ví Dụ")
    found = read(*HEAD, *REQUESTER, ASKS, *PERSON[:2], *parents, END)
    assert found == OF_REQUESTER | {n: OF_PERSON[n] for n in ("full_name", "date_of_birth")}


def test_who_speaks_for_himself_is_whom_the_paper_is_about() -> None:
    himself = ("Tôi tên là: ĐỖ VĂN MẪU", *PERSON[1:], "Đề nghị Ủy ban nhân dân phường xác nhận cho tôi.", END)
    assert read("ĐƠN ĐỀ NGHỊ XÁC NHẬN NƠI CƯ TRÚ", *himself) == OF_PERSON


def test_who_speaks_may_ask_for_another() -> None:
    speaks = ("Tôi tên là: LÊ THỊ MINH HỌA", *REQUESTER[1:4], "Đề nghị Ủy ban nhân dân phường xác nhận cho:")
    found = read("ĐƠN ĐỀ NGHỊ XÁC NHẬN NƠI CƯ TRÚ", *speaks, *PERSON, END)
    assert {n: found[n] for n in OF_PERSON} == OF_PERSON
