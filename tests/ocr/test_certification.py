"""Who certified a copy signed no part of the paper that was copied."""

import pytest

from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.recognition import Page
from tests.ocr.desk_papers import birth, marital_status_older
from tests.ocr.forms import Drawn, Form
from tests.ocr.letterheads import DOCUMENTS
from tests.ocr.permit_papers import building_permit, certified_copy, land_2014, university_diploma

HEADINGS = [
    ("CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH",),
    ("CHỨNG THỰC BẢN SAO", "ĐÚNG VỚI BẢN CHÍNH"),
    ("SAO Y BẢN CHÍNH",),
    ("SAO Y",),
    (),
]


def certify(form: Form, heading: tuple[str, ...], middle: float = 140) -> None:
    """Under what stands on the sheet: a heading or none, number, day, position and name."""
    lines = (*heading, "Số chứng thực: 1482 Quyển số: 03 - SCT/BS", "Mẫu Đơn, ngày 17 tháng 8 năm 2026")
    form.step(1)
    for text in (*lines, "PHÓ CHỦ TỊCH"):
        form.centred(text, "b" if text.isupper() else "", 11, middle)
        form.step(1, 11)
    form.step(3, 11)
    form.centred("Lò Văn Chứng", "b", 11, middle)


def values(pages: list[Page]) -> dict[str, str | None]:
    return {name: field.value for name, field in extract(pages, classify(pages)).items()}


@pytest.mark.parametrize("heading", HEADINGS, ids=" ".join)
@pytest.mark.parametrize("drawn", [birth, marital_status_older, building_permit])
def test_a_copy_is_signed_by_who_signed_the_paper(drawn: Drawn, heading: tuple[str, ...]) -> None:
    (form, *_), truth = drawn()
    certify(form, heading)
    found = values([form.page()])
    assert {name: found[name] for name in truth} == truth


@pytest.mark.parametrize("drawn", [land_2014, university_diploma])
def test_the_day_of_a_certification_is_not_the_paper_s(drawn: Drawn) -> None:
    forms, _ = drawn()
    before = values([form.page(number) for number, form in enumerate(forms, 1)])
    certify(forms[-1], HEADINGS[0], forms[-1].width / 2)
    assert values([form.page(number) for number, form in enumerate(forms, 1)]) == before


def test_a_back_with_nothing_but_a_certification_changes_nothing() -> None:
    form, back = birth()[0][0], Form()
    before = values([form.page()])
    certify(back, HEADINGS[0])
    assert values([form.page(), back.page(2)]) == before


def test_where_the_paper_s_own_name_is_hidden_nobody_else_signs() -> None:
    form = Form()
    form.letterhead(("ỦY BAN NHÂN DÂN", "XÃ HOA SEN"), "Số: 18/QĐ-UBND", "Hoa Sen, ngày 14 tháng 8 năm 2026")
    form.heading("QUYẾT ĐỊNH", "Về việc công nhận kết quả rà soát hộ nghèo")
    form.say("Điều 1. Công nhận kết quả rà soát theo danh sách kèm theo.")
    form.step(8)  # what a seal has swallowed
    certify(form, HEADINGS[0])
    found = extract([form.page()], classify([form.page()]))
    assert (found["signer"].value, found["position"].value) == (None, None)


def test_a_certification_alone_is_signed_by_who_certified() -> None:
    (form, *_), truth = certified_copy()
    found = values([form.page()])
    assert {name: found[name] for name in truth} == truth
    assert "signer" in truth


def test_a_paper_about_certifications_keeps_its_own_signer() -> None:
    form = Form()
    form.letterhead(("ỦY BAN NHÂN DÂN", "XÃ HOA SEN"), "Số: 18/TB-UBND", "Hoa Sen, ngày 14 tháng 8 năm 2026")
    form.heading("THÔNG BÁO", "Về việc chứng thực bản sao từ bản chính")
    for text in (
        "Chứng thực bản sao từ bản chính được nhận vào mọi ngày làm việc.",
        "Sao y không thu lệ phí.",
    ):
        form.say(text)
    form.signed(("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "Lê Thị Hư Cấu", ("- Như trên;", "- Lưu: VT."))
    found = values([form.page()])
    assert (found["signer"], found["position"]) == ("Lê Thị Hư Cấu", "CHỦ TỊCH")


def test_who_approves_below_is_not_who_signed() -> None:
    document = DOCUMENTS["district-decision"]
    form = document.draw()
    for text in ("PHÊ DUYỆT CỦA ỦY BAN NHÂN DÂN TỈNH", "PHÓ GIÁM ĐỐC"):
        form.centred(text, "b", None, 140)
        form.step()
    form.step(3)
    form.centred("Lò Văn Chứng", "b", None, 140)
    found = values([form.page()])
    assert (found["signer"], found["position"]) == (document.name, document.titles[-1])
