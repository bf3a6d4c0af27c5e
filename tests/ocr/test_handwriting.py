"""What a pen wrote is proposed where two readers agree, and never called read where they do not."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest

from ocr.engine import Pixels
from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.pen import handwriting
from ocr.readers.line_reader import BLANK, Emission
from ocr.recognition import Field, Page, Said
from tests.ocr import letterheads
from tests.ocr.typed import BODY, HEIGHT, WIDTH, At, letterhead, page

ALPHABET = (BLANK, *sorted(set("0123456789/-,.: |QĐUBNDSốPhườngMẫu,ngàythángnămxO(")))
WHITE = np.full((HEIGHT, WIDTH), 255, np.uint8)


class Scripted:
    """Reads what it is told: of a crop of the left column the number row, of the right one the date."""

    name = "scripted"

    def __init__(self, number: str, date: str, sure: float = 0.999) -> None:
        self.number, self.date, self.sure = number, date, sure

    def check(self) -> str:
        return "scripted"

    def read(self, lines: Sequence[Pixels]) -> list[Emission]:
        texts = [self.number if line.shape[1] < 700 else self.date for line in lines]
        return [self._emission(text) for text in texts]

    def _emission(self, text: str) -> Emission:
        frames = np.full((2 * len(text), len(ALPHABET)), (1 - self.sure) / len(ALPHABET), np.float32)
        for index, letter in enumerate(text):
            frames[2 * index, ALPHABET.index(letter)] = self.sure
            frames[2 * index + 1, 0] = self.sure
        return Emission(np.log(frames / frames.sum(axis=1, keepdims=True)), ALPHABET, 4.0)


def date(day: str) -> str:
    return f"Phường Mẫu, ngày {day} tháng 2 năm 2026"


OPEN = page(
    *letterhead("    /QĐ-UBND", "Phường Mẫu, ngày      tháng 02 năm 2026"),
    At(1050, 620, "QUYẾT ĐỊNH"),
    *BODY,
)


def fields(sheet: Page, *readers: Scripted) -> tuple[Field, Field]:
    seen = replace(sheet, handwriting=handwriting.find(WHITE, sheet, readers))
    assert Page.from_json(seen.to_json()) == seen
    found = extract([seen], classify([seen]))
    return found["number"], found["date"]


def test_two_readers_that_agree_make_a_proposal() -> None:
    number, day = fields(OPEN, *[Scripted("Số: 24 /QĐ-UBND", date("07"))] * 2)
    assert (number.value, number.state) == ("24", "handwritten")
    assert (day.value, day.state) == ("2026-02-07", "handwritten")
    assert number.box is not None
    assert number.confidence > 0.9


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Số: 24 /QĐ-UBND", date("07")), ("Số: 21 /QĐ-UBND", date("01"))),
        (("Số: x /QĐ-UBND", date("x")), ("Số: 24 /QĐ-UBND", date("x"))),
        (("Số: 24 x", date("2O(")), ("Số: 21 /QĐ-UBND", date("2("))),
        (("Số: 00 /QĐ-UBND", date("OO")), ("Số: 00 /QĐ-UBND", date("OO"))),
    ],
)
def test_doubt_leaves_the_place_open(one: tuple[str, str], other: tuple[str, str]) -> None:
    number, day = fields(OPEN, Scripted(*one), Scripted(*other))
    assert (number.value, number.state) == (None, "handwritten")
    assert (day.value, day.state) == ("2026-02", "handwritten")


def test_one_reader_or_two_that_guess_propose_nothing() -> None:
    sure, guessing = Scripted("Số: 24 /QĐ-UBND", date("07")), Scripted("Số: 24 /QĐ-UBND", date("07"), 0.6)
    assert fields(OPEN, sure)[0].value is None
    assert fields(OPEN, sure, guessing)[0].value is None


def test_one_figure_of_a_pen_is_no_day() -> None:
    assert fields(OPEN, *[Scripted("Số: 24 /QĐ-UBND", date("7"))] * 2)[1].value == "2026-02"


def test_a_day_that_the_month_has_not_is_none() -> None:
    assert fields(OPEN, *[Scripted("Số: 24 /QĐ-UBND", date("30"))] * 2)[1].value == "2026-02"


def test_print_beside_the_gap_overrules_the_readers() -> None:
    other_year = "Phường Mẫu, ngày 07 tháng 2 năm 2016"
    assert fields(OPEN, *[Scripted("Số: 24 /QĐ-UBND", other_year)] * 2)[1].value is None


PRINTED = page(
    *letterhead("15/QĐ-UBND", date("05")), At(1050, 620, "QUYẾT ĐỊNH"), At(400, 700, "2025"), *BODY
)


def test_printed_figures_are_read_unless_the_readers_doubt_them() -> None:
    number, day = fields(PRINTED, *[Scripted("Số: 15/QĐ-UBND", date("05"))] * 2)
    assert (number.value, number.state) == ("15", "read")
    assert (day.value, day.state) == ("2026-02-05", "read")
    doubtful = fields(PRINTED, Scripted("Số: 15/QĐ-UBND", date("05")), Scripted("Số: 75/QĐ-UBND", date("06")))
    assert [field.state for field in doubtful] == ["handwritten", "handwritten"]


def test_print_stands_on_one_line_and_a_pen_does_not() -> None:
    form = letterheads.DOCUMENTS["district-decision"].draw()
    grey = np.asarray(form.image.convert("L")).copy()
    row = next(w.box for w in form.page().words if w.text == "1507/QĐ-UBND")
    assert handwriting.is_print(grey, row, 4)
    digits = grey[row.y0 - 5 : row.y1 + 5, row.x0 : row.x0 + 40]
    taller = cv2.resize(digits, (40, digits.shape[0] * 5 // 4))
    grey[row.y1 + 5 - taller.shape[0] : row.y1 + 5, row.x0 : row.x0 + 40] = taller
    assert not handwriting.is_print(grey, row, 4)


def closing(day: str, grey: Pixels, *readers: Scripted) -> Field:
    """The date over the signature of a paper without a letterhead."""
    sheet = page(
        At(1000, 300, "GIẤY KHAI SINH"),
        At(300, 500, "Họ, chữ đệm, tên: NGUYỄN VĂN MẪU"),
        At(300, 570, "Ngày, tháng, năm sinh: 01/02/2020"),
        At(1300, 2400, f"Phường Mẫu, ngày {day} tháng 2 năm 2026"),
    )
    seen = replace(sheet, handwriting=handwriting.find(grey, sheet, readers))
    assert Page.from_json(seen.to_json()) == seen
    return extract([seen], classify([seen]))["issued_on"]


def test_the_date_over_a_signature_may_be_a_pens_too() -> None:
    assert closing("05", WHITE).value == "2026-02-05"
    agreed, other = Scripted("", date("05")), Scripted("", date("06"))
    assert (closing("05", WHITE, agreed, agreed).value, closing("05", WHITE, agreed, agreed).state) == (
        "2026-02-05",
        "read",
    )
    doubted = closing("05", WHITE, agreed, other)
    assert (doubted.value, doubted.state) == ("2026-02", "handwritten")


@pytest.mark.parametrize(("taller", "state"), [(4, "read"), (30, "handwritten")])
def test_figures_of_a_pen_stand_out_of_a_date(taller: int, state: str) -> None:
    grey = WHITE.copy()
    sheet = page(At(1300, 2400, "Phường Mẫu, ngày 05 tháng 2 năm 2026"))
    for word in sheet.words:
        if word.text.isdigit():
            more = taller if word.text == "05" else 0
            for x in range(word.box.x0 + 4, word.box.x1 - 8, 16):
                grey[word.box.y0 - more // 2 : word.box.y1 + more // 2, x : x + 8] = 0
    field = closing("05", grey, *[Scripted("", date("05"))] * 2)
    assert (field.value, field.state) == ("2026-02-05", state)


def test_a_date_that_a_person_put_right_is_no_readers_any_more() -> None:
    told = Said("06", 0.5, "clerk", "2026-11-27T08:00:00+00:00")
    head = page(*letterhead("15/QĐ-UBND", date("05")), At(1050, 620, "QUYẾT ĐỊNH"), *BODY)
    for sheet, name in (
        (head, "date"),
        (
            page(
                At(1000, 300, "GIẤY KHAI SINH"),
                At(300, 500, "Họ, chữ đệm, tên: NGUYỄN VĂN MẪU"),
                At(1300, 2400, date("05")),
            ),
            "issued_on",
        ),
    ):
        readers = [Scripted("Số: 15/QĐ-UBND", date("06"))] * 2
        seen = replace(sheet, handwriting=handwriting.find(WHITE, sheet, readers))
        words = tuple(replace(w, said=told) if w.text == "05" else w for w in seen.words)
        before, after = (extract([one], classify([one]))[name] for one in (seen, replace(seen, words=words)))
        assert (before.value, before.state) != ("2026-02-05", "read")
        assert (after.value, after.state) == ("2026-02-05", "read")


def test_a_number_that_a_person_put_right_is_no_readers_any_more() -> None:
    told = Said("15/QĐ-UBND", 0.5, "clerk", "2026-11-27T08:00:00+00:00")
    sheet = page(*letterhead("15/QĐ-UBND", date("05")), At(1050, 620, "QUYẾT ĐỊNH"), *BODY)
    readers = [Scripted("Số: 15/QĐ-UBND", date("05"))] * 2
    seen = replace(sheet, handwriting=handwriting.find(WHITE, sheet, readers))
    words = tuple(
        replace(w, text="16/QĐ-UBND", confidence=1.0, said=told) if w.text == "15/QĐ-UBND" else w
        for w in seen.words
    )
    said = replace(seen, words=words)
    before, after = (extract([one], classify([one]))["number"] for one in (seen, said))
    assert (before.value, after.value, after.state) == ("15", "16", "read")
