"""What a pen wrote is a word of its own among those of a page, worth no more than a proposal."""

from dataclasses import replace

import pytest

from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.pen import written_words
from ocr.recognition import UNAGREED, Box, Handwriting, Page, Word
from ocr.structure.letterhead import letterhead as head_of
from tests.ocr.typed import BODY, At, letterhead, page

PENS = ("one", "other")


def settled(number: str, date: str, value: str | None, day: str | None, *, printed: bool = False) -> Page:
    """The page of a letterhead in which a first reader saw this number and date, and the pens those."""
    sheet = page(*letterhead(number, date), At(1050, 620, "QUYẾT ĐỊNH"), *BODY)
    head = head_of(sheet)
    assert head.number is not None
    assert head.date is not None
    seen = (
        Handwriting("number", head.number.gap, value, 0.97, printed),
        Handwriting("date", head.date.box, day, 0.96, printed),
    )
    return written_words.settled(replace(sheet, handwriting=seen), PENS)


def one(sheet: Page, text: str) -> Word:
    (word,) = (w for w in sheet.words[:40] if w.text == text)
    return word


@pytest.mark.parametrize("number", ["1 8/QĐ-UBND", "8/QĐ-UBND", "18 /QĐ-UBND", "l8 /QĐ-UBND", " /QĐ-UBND"])
@pytest.mark.parametrize(
    "day", ["ngày45 tháng", "ngày 45 tháng", "ngày 4 5 tháng", "ngày tháng", "ngày45tháng"]
)
def test_a_proposal_takes_the_place_of_the_guess(number: str, day: str) -> None:
    sheet = settled(number, f"Phường Mẫu, {day} 02 năm 2026", "18", "2026-02-15")
    written, fifteen = one(sheet, "18"), one(sheet, "15")
    assert "Số: 18 /QĐ-UBND" in sheet.text
    assert "Phường Mẫu, ngày 15 tháng 02 năm 2026" in sheet.text
    for word in (written, fifteen):
        assert word.readers == PENS
        assert word.confidence < 0.9
    assert fifteen.alternatives == (() if day == "ngày tháng" else ("45",))
    assert [region.kind for region in sheet.regions] == ["handwriting"] * 2
    found = extract([sheet], classify([sheet]))
    assert (found["number"].value, found["number"].state) == ("18", "handwritten")
    assert (found["date"].value, found["date"].state) == ("2026-02-15", "handwritten")


def test_without_a_proposal_the_guess_stays_and_is_doubtful() -> None:
    sheet = settled("17 /QĐ-UBND", "Phường Mẫu, ngày45 tháng 02 năm 2026", None, None)
    assert one(sheet, "17").confidence == one(sheet, "45").confidence == UNAGREED
    assert "ngày 45 tháng" in sheet.text
    assert one(sheet, "ngày").confidence > 0.9
    found = extract([sheet], classify([sheet]))
    assert (found["number"].value, found["number"].state) == (None, "handwritten")
    assert (found["date"].value, found["date"].state) == ("2026-02", "handwritten")


def test_print_stays_as_it_is_but_for_what_is_glued() -> None:
    sheet = settled("15/QĐ-UBND", "Phường Mẫu, ngày05 tháng 02 năm 2026", "15", "2026-02-05", printed=True)
    assert "Số: 15/QĐ-UBND" in sheet.text
    assert "ngày 05 tháng" in sheet.text
    assert one(sheet, "05").confidence > 0.9
    assert not sheet.regions


def test_a_page_without_a_letterhead_stays() -> None:
    sheet = page(*BODY)
    place = Handwriting("number", Box(1, 2, 3, 4), "18", 0.9, printed=False)
    assert written_words.settled(replace(sheet, handwriting=(place,)), PENS).words == sheet.words
