"""Lines and words that print or a reader set closely are told apart: titles, subjects, positions, labels."""

from dataclasses import replace

import pytest

from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.language.orthography import as_printed
from ocr.recognition import Box, Field, Page, Region
from ocr.structure.lines import lines
from tests.ocr.desk_papers import birth, marriage
from tests.ocr.test_form_doubts import OPEN, of, read, said
from tests.ocr.typed import BODY, At, centred, letterhead, page


def fields(paper: Page) -> dict[str, Field]:
    return extract([paper], classify([paper]))


def subject_of(*under: At, title: str = "QUYẾT ĐỊNH") -> tuple[str | None, str]:
    return said(fields(page(*letterhead(), centred(620, title), *under, *BODY))["subject"])


def test_titles_that_reach_into_each_other_stay_in_their_order() -> None:
    over, under = At(1600, 2400, "KT. CHỦ TỊCH", tall=46), At(1590, 2426, "PHÓ CHỦ TỊCH", tall=46)
    found = [line.text for line in lines(page(*letterhead(), *BODY, over, under))]
    assert found[-2:] == ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]


def test_a_subject_whose_line_is_not_quite_level_is_whole() -> None:
    first = centred(646, "Về việc thông qua Đề án sắp xếp, đổi tên thôn, tổ dân phố", tall=56)
    assert subject_of(first, centred(730, "sau sáp nhập")) == (
        "Về việc thông qua Đề án sắp xếp, đổi tên thôn, tổ dân phố sau sáp nhập",
        "read",
    )


def test_a_subject_ends_in_its_numeral() -> None:
    first = centred(690, "Về việc cử công chức đi học lớp bồi dưỡng chuyên viên khóa")
    assert subject_of(first, centred(760, "IX")) == (f"{first.text} IX", "read")


def test_a_subject_goes_on_behind_its_colon() -> None:
    first = centred(690, "Về việc phê duyệt Báo cáo đầu tư xây dựng công trình:")
    rest = centred(760, "Nâng cấp, mở rộng đường Mẫu Đơn (đoạn từ cầu Ví Dụ)")
    assert subject_of(first, rest) == (f"{first.text} {rest.text}", "read")
    assert subject_of(first) == OPEN


def test_a_subject_of_which_the_beginning_is_lost_is_open() -> None:
    assert subject_of(centred(720, "sau sáp nhập")) == OPEN
    assert subject_of(centred(680, "sau sáp nhập"))[1] == "read"  # right under the title, as the Party writes


def test_a_position_goes_on_under_itself() -> None:
    block = [At(1400, 2400, "CỤC TRƯỞNG CỤC CẢNH SÁT"), At(1380, 2450, "QUẢN LÝ HÀNH CHÍNH TẠI VÍ DỤ")]
    paper = page(*letterhead(), At(1100, 620, "QUYẾT ĐỊNH"), *BODY, *block, At(1500, 2800, "Trần Văn Kiểm"))
    assert fields(paper)["position"].value == "CỤC TRƯỞNG CỤC CẢNH SÁT QUẢN LÝ HÀNH CHÍNH TẠI VÍ DỤ"


def test_a_position_over_a_seal_is_read_where_the_name_is_not() -> None:
    paper = of(birth())
    position = read(paper)["position"]
    assert position.box is not None
    nameless = replace(paper, words=tuple(w for w in paper.words if w.text not in ("Lê", "Thị", "Hư", "Cấu")))
    box = position.box
    seal = Region("seal", Box(box.x0 - 300, box.y1 + 40, box.x0 + 100, box.y1 + 440), 0.9)
    assert read(nameless)["position"].state == "absent"
    assert said(read(replace(nameless, regions=(seal,)))["position"]) == (position.value, "read")
    assert read(replace(nameless, regions=(seal,)))["signer"].state == "handwritten"


def test_dirt_before_a_position_is_none_of_it() -> None:
    paper = of(marriage())
    first = next(w for w in paper.words if w.text == "PHÓ")
    dash = replace(first, text="-", box=replace(first.box, x0=first.box.x0 - 40, x1=first.box.x0 - 20))
    words = tuple(part for w in paper.words for part in ((dash, w) if w is first else (w,)))
    assert said(read(replace(paper, words=words))["position"]) == said(read(paper)["position"])


def test_a_value_stands_behind_its_colon_without_a_space() -> None:
    paper = of(birth())
    quan = next(i for i, w in enumerate(paper.words) if w.text == "quán:")
    label, value = paper.words[quan], paper.words[quan + 1]
    glued = replace(label, text=label.text + value.text, box=label.box.union(value.box))
    words = (*paper.words[:quan], glued, *paper.words[quan + 2 :])
    assert said(read(replace(paper, words=words))["hometown"]) == ("xã Hoa Sen, thành phố Ví Dụ", "read")


@pytest.mark.parametrize(("seen", "printed"), [("BíCH", "BÍCH"), ("KHÁc,", "KHÁC,"), ("ViỆT", "VIỆT")])
def test_a_small_letter_among_capitals_is_one_of_them(seen: str, printed: str) -> None:
    assert as_printed(seen) == printed


@pytest.mark.parametrize("word", ["QyĐ", "TTr", "ThS", "Việt", "pH", "NĐ-CPh", "KSơr", "Hđ"])
def test_words_of_both_cases_stay(word: str) -> None:
    assert as_printed(word) == word


def test_a_name_that_goes_on_under_its_label_is_open() -> None:
    def husband(*more: At) -> tuple[str | None, str]:
        paper = page(
            At(900, 300, "GIẤY CHỨNG NHẬN KẾT HÔN"),
            At(200, 500, "Họ, chữ đệm, tên vợ: Lê Thị Ví Dụ"),
            At(1200, 500, "Họ, chữ đệm, tên chồng: Chử Quốc"),
            *more,
            At(200, 640, "Ngày, tháng, năm sinh: 01/02/1990"),
            At(1200, 640, "Ngày, tháng, năm sinh: 03/04/1991"),
        )
        return said(fields(paper)["husband_name"])

    assert husband() == ("Chử Quốc", "read")
    assert husband(At(1200, 555, "Thưởng")) == OPEN


@pytest.mark.parametrize(("number", "value"), [("57/2026", "57"), ("2/2/2009", None), ("12/TLKT-BS", "12")])
def test_a_number_of_a_register_is_one_number(number: str, value: str | None) -> None:
    paper = page(
        At(900, 300, "GIẤY KHAI SINH"),
        At(300, 400, f"Số: {number}"),
        At(300, 500, "Họ, chữ đệm, tên: NGUYỄN VĂN MẪU"),
        At(300, 570, "Ngày, tháng, năm sinh: 01/02/2020"),
    )
    assert fields(paper)["number"].value == value
