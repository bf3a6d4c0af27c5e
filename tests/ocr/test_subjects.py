"""What an administrative document is about, where other lines stand with its subject under the title."""

import pytest

from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from tests.ocr.typed import BODY, At, centred, letterhead, page

ABOUT = "Về việc giao nhiệm vụ năm 2026"


def subject(title: str, *under: str, body: tuple[At, ...] = tuple(BODY)) -> str | None:
    """The subject of a paper with these lines in the middle under its title."""
    rows = [centred(680 + 60 * row, text) for row, text in enumerate(under)]
    one = page(*letterhead(), centred(600, title), *rows, *body)
    return extract([one], classify([one]))["subject"].value


@pytest.mark.parametrize(
    "note", ["(Ban hành kèm theo Quyết định số 15/QĐ-UBND", "(Kèm theo Tờ trình số 3)", "Chương I", "PHẦN 1"]
)
def test_it_ends_where_another_paper_is_named_or_the_first_part_begins(note: str) -> None:
    assert subject("QUY CHẾ", "Tiếp công dân của phường Mẫu", note) == "Tiếp công dân của phường Mẫu"


def test_a_bracket_of_its_own_stays() -> None:
    assert subject("QUYẾT ĐỊNH", ABOUT, "(đợt 2)") == f"{ABOUT} (đợt 2)"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("Về việc bãi bỏ một số nội dung tại", "Mục 2 Chương III Quy chế của phường"),
        ("Về việc bãi bỏ một số nội dung tại", "Mục 1 Chương II Quy chế của phường"),
        ("Về việc bãi bỏ Điều 5 và Điều 6", "Phần II Kế hoạch năm 2026 của phường"),
    ],
)
def test_a_part_of_another_paper_is_named_within_it(first: str, then: str) -> None:
    assert subject("QUYẾT ĐỊNH", first, then) == f"{first} {then}"


@pytest.mark.parametrize("part", ["Chương I QUY ĐỊNH CHUNG", "Chương I. Quy định chung", "PHẦN THỨ NHẤT:"])
def test_the_first_part_may_have_its_title_beside_it(part: str) -> None:
    assert subject("QUY CHẾ", "Tiếp công dân của phường Mẫu", part) == "Tiếp công dân của phường Mẫu"


def test_whose_decision_it_is_is_no_part_of_it() -> None:
    assert subject("QUYẾT ĐỊNH", "Của Giám đốc Sở Nội vụ", ABOUT) == ABOUT
    about = "Của Ủy ban nhân dân phường về thu ngân sách"
    assert subject("BÁO CÁO", about) == about
    for first, then in (
        ("Của Sở Lao động về đào tạo nghề", "và việc làm năm 2025"),
        ("Cửa khẩu quốc tế Ví Dụ báo cáo", "về việc thông quan năm 2025"),
    ):
        assert subject("BÁO CÁO", first, then) == f"{first} {then}"


def test_it_is_told_on_a_page_with_too_little_text_to_show_its_margins() -> None:
    short = (At(380, 1300, "Căn cứ Luật Đất đai ngày 18 tháng 01;"), At(380, 1370, "Xét đề nghị của Phòng."))
    assert subject("QUYẾT ĐỊNH", ABOUT, "và năm sau", body=short) == f"{ABOUT} và năm sau"
    assert (
        subject("QUYẾT ĐỊNH", "Về việc chuyển đổi số", "ỦY BAN NHÂN DÂN", body=short)
        == "Về việc chuyển đổi số"
    )


def test_what_a_plan_carries_out_is_its_subject_and_what_a_paragraph_does_is_none() -> None:
    about = "Thực hiện Chỉ thị số 05-CT/TU của Tỉnh ủy"
    assert subject("KẾ HOẠCH", about, "về bảo vệ môi trường") == f"{about} về bảo vệ môi trường"
    paragraph = (At(480, 690, "Thực hiện chủ trương rà soát hồ sơ lưu trữ, cơ quan đã giao các bộ"), *BODY)
    assert subject("KẾ HOẠCH", body=paragraph) is None


@pytest.mark.parametrize(("title", "code"), [("Giấy giới thiệu", "GGT"), ("Ban quản lý", "unknown")])
def test_a_title_in_small_letters_is_one_where_the_symbol_says_the_same(title: str, code: str) -> None:
    to = At(380, 900, "Kính gửi: Sở Nội vụ tỉnh Ví Dụ")
    assert classify([page(*letterhead("15/GGT"), centred(600, title, 60), to, *BODY)]).code == code
