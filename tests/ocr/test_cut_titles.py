"""A title of which a part was not read is no title of its own: the kind is what is left of the evidence."""

from dataclasses import replace

import pytest

from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.recognition import Box, Kind, Page, Region
from tests.ocr.permit_papers import company, university_diploma
from tests.ocr.test_form_doubts import changed, without
from tests.ocr.typed import BODY, At, letterhead, page


def kind_of(one: Page) -> Kind:
    return classify([one])


def test_a_title_that_breaks_off_agrees_with_its_symbol() -> None:
    about = At(900, 700, "Về việc xin kinh phí sửa chữa")
    addressed = At(1000, 800, "Kính gửi: Phòng Giáo dục và Đào tạo huyện Mẫu")
    paper = page(*letterhead("19/TTr-THCS"), At(1100, 620, "TỜ TRÌ"), about, addressed, *BODY)
    kind = kind_of(paper)
    assert (kind.code, kind.confidence) == ("TTr", 0.8)
    assert "TỜ TRÌ" in kind.reason


def test_a_subject_in_the_middle_heads_no_letter() -> None:
    about = At(900, 700, "Về việc xin kinh phí sửa chữa")
    addressed = At(1000, 800, "Kính gửi: Phòng Giáo dục và Đào tạo huyện Mẫu")
    assert kind_of(page(*letterhead("19/TTr-THCS"), about, addressed, *BODY)).code == "unknown"
    under = At(430, 480, "V/v xin kinh phí sửa chữa")
    assert kind_of(page(*letterhead("19/CT-TTHT"), under, addressed, *BODY)).code == "CV"


def test_a_form_is_told_by_its_parts_where_its_title_breaks_off() -> None:
    form = company()[0][0].page()
    assert kind_of(form).confidence > 0.9
    cut = kind_of(without(form, "NGHIỆP"))
    assert (cut.code, cut.confidence) == (kind_of(form).code, 0.7)
    assert "che mất" in cut.reason


@pytest.mark.parametrize("title", ["T NGHIỆP TRUNG HỌC MẪU", "GIẤY CHỨNG NHẬN ĐĂNG KÝ"])
def test_the_rest_of_a_title_is_no_other_paper(title: str) -> None:
    paper = page(At(800, 200, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), At(900, 500, title, tall=60), *BODY)
    assert kind_of(paper).code == "unknown"


def test_a_title_beside_ink_that_nobody_read_may_be_another() -> None:
    title = At(900, 500, "SỔ THEO DÕI CÔNG VIỆC", tall=60)
    paper = page(At(800, 200, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), title, *BODY)
    assert kind_of(paper).code == "other"
    end = max(w.box.x1 for w in paper.words if w.line == 1)
    hidden = Region("unread", Box(end + 20, 505, end + 80, 550), 0.6)
    assert kind_of(replace(paper, regions=(hidden,))).code == "unknown"


def test_who_confers_is_no_title() -> None:
    paper = page(
        At(800, 200, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        At(800, 500, "GIÁM ĐỐC SỞ MẪU ĐƠN", tall=60),
        *BODY,
    )
    assert kind_of(paper).code == "unknown"


@pytest.mark.parametrize(("symbol", "state"), [("CD-UBND", "handwritten"), ("CĐ-UBND", "read")])
def test_a_symbol_has_the_marks_of_its_kind(symbol: str, state: str) -> None:
    paper = page(*letterhead(f"03/{symbol}"), At(1100, 620, "CÔNG ĐIỆN"), *BODY)
    kind = kind_of(paper)
    assert kind.code == "CĐ"
    assert extract([paper], kind)["symbol"].state == state


def test_a_letter_that_a_symbol_lost_leaves_it_open() -> None:
    paper = page(*letterhead("03/CT-UBND"), At(1050, 620, "CHƯƠNG TRÌNH"), *BODY)
    kind = kind_of(paper)
    assert kind.code == "CTr"
    assert extract([paper], kind)["symbol"].state == "handwritten"


@pytest.mark.parametrize("misread", ["TRUUNG", "RƯỜNG"])
def test_a_school_whose_first_word_was_misread_stays_open(misread: str) -> None:
    form = university_diploma()[0][0].page()
    read = extract([form], kind_of(form))["school"]
    assert read.state == "read"
    odd = changed(form, "TRƯỜNG", text=misread)
    school = extract([odd], kind_of(form))["school"]
    assert school.state != "read"


@pytest.mark.parametrize(
    ("addressee", "state"), [("Ông Hồ Văn Kiểm Thử", "read"), ("Ông H Văn Kiểm Thử", "handwritten")]
)
def test_a_person_who_is_written_to_has_a_whole_name(addressee: str, state: str) -> None:
    addressed = At(900, 700, f"Kính gửi: {addressee}")
    paper = page(*letterhead("5/TTr-UBND"), At(1100, 620, "TỜ TRÌNH"), addressed, *BODY)
    assert extract([paper], kind_of(paper))["addressee"].state == state


def test_a_unit_in_the_name_of_an_agency_has_its_marks() -> None:
    head = letterhead(issuer=("UBND TÍNH MẪU", "SỞ NỘI VỤ"))
    paper = page(*head, At(1050, 620, "QUYẾT ĐỊNH"), *BODY)
    assert extract([paper], kind_of(paper))["issuer"].value == "UBND TỈNH MẪU SỞ NỘI VỤ"


@pytest.mark.parametrize(
    ("symbol", "title"), [("TTR-UBND", "TỜ TRÌNH"), ("BCĐ-VP", "BÁO CÁO"), ("TTr-UBND", "TỜ TRÌNH")]
)
def test_capitals_and_longer_units_in_a_symbol_are_no_slips(symbol: str, title: str) -> None:
    paper = page(*letterhead(f"03/{symbol}"), At(1050, 620, title), *BODY)
    read = extract([paper], kind_of(paper))["symbol"]
    assert (read.value, read.state) == (symbol, "read")
