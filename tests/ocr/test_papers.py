"""Scans of several papers are parted where one begins; a document with annexes stays one."""

from dataclasses import replace
from pathlib import Path

from PIL import Image

from ocr.papers import propose, single
from ocr.recognition import Page
from ocr.understanding import understand
from tests.ocr.desk_papers import birth, death_notice, marriage
from tests.ocr.identity_papers import identity_card_2024
from tests.ocr.letterheads import DOCUMENTS
from tests.ocr.permit_papers import declaration
from tests.ocr.typed import BODY, At, page


def numbered(*pages: Page) -> list[Page]:
    return [replace(one, number=number) for number, one in enumerate(pages, 1)]


def letter() -> Page:
    return DOCUMENTS["district-decision"].draw().page()


def going_on(number: int, *lines: At) -> Page:
    return page(At(1230, 120, str(number)), *BODY, *lines)


BLANK = replace(page(), blank=True)


def test_each_paper_of_a_stack_begins_where_its_letterhead_stands() -> None:
    stack = [form.page() for draw in (birth, marriage, declaration, death_notice) for form in draw()[0]]
    found = propose(numbered(letter(), going_on(2), *stack))
    assert [paper.first_page for paper in found] == [1, 3, 4, 5, 6]
    assert [paper.kind for paper in found] == [
        "QĐ",
        "giay-khai-sinh",
        "giay-chung-nhan-ket-hon",
        "to-khai",
        "giay-bao-tu",
    ]
    assert "quốc hiệu" in found[1].reason
    assert " — page 3 has the national motto" in found[1].reason
    assert all(paper.confidence > 0.7 for paper in found)


def test_annexes_stay_with_their_document() -> None:
    annex = page(At(1100, 200, "PHỤ LỤC"), At(900, 270, "DANH MỤC HỒ SƠ"), *BODY)
    attached = page(
        At(1100, 200, "QUY CHẾ"),
        At(700, 270, "(Ban hành kèm theo Quyết định số 1507/QĐ-UBND ngày 05/9/2019)"),
        *BODY,
    )
    form = page(At(300, 120, "Mẫu số 01"), *(At(1100, 300, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),), *BODY)
    assert len(propose(numbered(letter(), going_on(2), annex, attached, form))) == 1


def test_blank_backs_belong_to_the_sheet_before() -> None:
    found = propose(numbered(letter(), BLANK, letter(), BLANK))
    assert [(paper.first_page, paper.last_page) for paper in found] == [(1, 2), (3, 4)]


def test_both_sides_of_a_card_are_one_paper() -> None:
    assert len(propose(numbered(*(form.page() for form in identity_card_2024()[0])))) == 1


def test_a_sheet_with_nothing_but_a_code_parts_papers_and_belongs_to_none() -> None:
    found = propose(numbered(letter(), page(At(900, 900, "HỒ SƠ TIẾP THEO")), going_on(1)), {2: ["NEXT"]})
    assert [(paper.first_page, paper.last_page) for paper in found] == [(1, 1), (3, 3)]
    assert "mã QR" in found[1].reason


def test_what_a_person_says_is_one_paper_begins_after_its_separator() -> None:
    separator = page(At(900, 900, "HỒ SƠ TIẾP THEO"))
    stack = numbered(separator, letter(), *(form.page() for form in birth()[0]), separator)
    found = single(stack, {1: ["NEXT"], len(stack): ["NEXT"]})
    assert (found.first_page, found.last_page, found.kind) == (2, len(stack), "QĐ")
    assert single(numbered(separator), {1: ["NEXT"]}).last_page == 1


def test_the_first_paper_is_of_the_kind_that_a_person_says(tmp_path: Path) -> None:
    Image.new("L", (400, 600), "white").save(tmp_path / "page.png")
    one = replace(page(At(100, 100, "Mẫu không tên")), image="page.png")
    found = understand([one], tmp_path, kind_code="giay-khai-sinh")
    assert (found.kind.code, found.papers[0].kind) == ("giay-khai-sinh", "giay-khai-sinh")


def test_nothing_written_is_one_paper_and_no_page_none() -> None:
    assert propose([]) == ()
    assert [paper.kind for paper in propose(numbered(BLANK))] == ["unknown"]
