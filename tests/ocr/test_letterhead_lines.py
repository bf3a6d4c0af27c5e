"""What stands among the lines of an issuer's name and is no part of it."""

from dataclasses import replace

import pytest

from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from tests.ocr.letterheads import DOCUMENTS, Document

DECISION, LETTER = DOCUMENTS["district-decision"], DOCUMENTS["department-letter"]


def issuer(document: Document) -> tuple[str | None, str]:
    page = document.draw().page()
    field = extract([page], classify([page]))["issuer"]
    return field.value, field.state


@pytest.mark.parametrize(
    "over", ["DỰ THẢO", "[DỰ THẢO]", "DỰ THẢO LẦN 2", "HỎA TỐC", "TỐI MẬT", "MẬT", "LƯU HÀNH NỘI BỘ"]
)
@pytest.mark.parametrize("document", [DECISION, LETTER])
def test_what_is_said_of_the_paper_is_no_issuer(document: Document, over: str) -> None:
    said = replace(document, issuer=(over, *document.issuer), motto=("", *document.motto))
    assert issuer(said) == issuer(document) == (" ".join(document.issuer), "read")


@pytest.mark.parametrize(
    "below",
    [
        "ĐT: 0999.000.111 - MST: 0999000111",
        "MST: 0999000111",
        "Tel: 0999 000 111 - Fax: 0999 000 112",
        "Số 8 đường Mẫu Đơn, phường Hoa Sen",
        "ĐỊA CHỈ: SỐ 8 MẪU ĐƠN",
    ],
)
def test_how_to_reach_an_enterprise_is_no_part_of_its_name(below: str) -> None:
    name = "CÔNG TY TNHH MTV GIẢ TƯỞNG"
    written = replace(LETTER, issuer=(name, below), number="Số: 27/CV-GT")
    assert issuer(written) == (name, "read")


@pytest.mark.parametrize(
    "name", ["TRƯỜNG THPT SỐ 2 HOA SEN", "BAN QLDA 85", "CÔNG TY CỔ PHẦN 32", "XÃ MẬT SƠN"]
)
def test_names_with_figures_stay(name: str) -> None:
    assert issuer(replace(LETTER, issuer=("UBND TỈNH VÍ DỤ", name))) == (f"UBND TỈNH VÍ DỤ {name}", "read")
