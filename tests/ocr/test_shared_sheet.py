"""Two papers on one sheet are never one paper's values."""

from dataclasses import replace

import pytest

from ocr.checks.crosschecks import check
from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.recognition import Box, Page, Word
from tests.ocr.identity_papers import identity_card_2021

HERS = identity_card_2021()[1]
HIS = {"099190000017": "099088000025", "DỤ": "MẪU", "01/02/1990": "12/11/1988", "Nữ": "Nam", "Tổ": "Thôn"}


def sheet(right: bool, lost: str = "") -> Page:
    """Her card and his, under or beside one another; the words of a row of hers that could not be read."""
    card = identity_card_2021()[0][0].page()
    gone = next((w.line for w in card.words if w.text == lost), None)
    x, y = (card.width, 0) if right else (0, card.height)
    hers = [w for w in card.words if w.line != gone]
    his = [_moved(replace(w, text=HIS.get(w.text, w.text)), x, y) for w in card.words]
    return replace(card, width=card.width + x, height=card.height + y, words=(*hers, *his))


def _moved(word: Word, x: int, y: int) -> Word:
    b = word.box
    return replace(word, box=Box(b.x0 + x, b.y0 + y, b.x1 + x, b.y1 + y), line=word.line + 100)


@pytest.mark.parametrize("right", [False, True], ids=["under", "beside"])
@pytest.mark.parametrize(
    ("lost", "field"), [("", ""), ("099190000017", "personal_id"), ("01/02/1990", "date_of_birth")]
)
def test_no_value_of_the_second_card_is_the_first_one_s(right: bool, lost: str, field: str) -> None:
    page = sheet(right, lost)
    kind = classify([page])
    found = extract([page], kind)
    wrong = {n: f.value for n, f in found.items() if f.value is not None and f.value != HERS.get(n)}
    assert (kind.code, wrong) == ("can-cuoc", {})
    assert {n for n in HERS if found[n].value is None} == ({field} if field else set())
    assert "two-papers" in {notice.code for notice in check(kind, found, [page])}


def test_a_card_alone_is_one_paper() -> None:
    page = identity_card_2021()[0][0].page()
    kind = classify([page])
    assert "two-papers" not in {notice.code for notice in check(kind, extract([page], kind), [page])}


def test_of_two_codes_the_one_with_the_card_s_number_is_asked() -> None:
    page = sheet(right=False)
    kind = classify([page])
    codes = (
        "099088000025||Nguyễn Thị Ví Mẫu|12111988|Nam|Thôn 5|20102021",
        "099190000017||Nguyễn Thị Ví Dụ|01021990|Nữ|Tổ 5|20102021",
    )
    found = {notice.code for notice in check(kind, extract([page], kind), [page], codes)}
    assert not {code for code in found if code.startswith("qr-")}
