"""What stands in the margin beside a paragraph."""

import numpy as np
import pytest
from PIL import ImageDraw

from ocr.layout import margins, text_lines
from tests.ocr.test_text_lines import sheet, write

WORDS = "Sở Tư pháp phối hợp với các đơn vị có liên quan tổ chức thực hiện kế hoạch"


def paragraph(stamped: tuple[int, ...]) -> tuple[text_lines.TextLine, ...]:
    """Nine lines at 1.2 inches from the left; those of `stamped` have a note right before them."""
    image = sheet()
    for number in range(9):
        y = 2 + number * 0.28
        write(image, (1.2, y), WORDS, (13, False, 300))
        if number in stamped:
            write(image, (0.15, y), "CÔNG VĂN ĐẾN", (11, True, 300))
            ImageDraw.Draw(image).line(
                [(45, 300 * y - 18), (365, 300 * y - 18)], 0, 6
            )  # it runs into the text
    grey = np.asarray(image)
    return margins.parted(text_lines.find(grey, 300), grey)


def test_a_note_in_the_margin_is_no_part_of_the_line() -> None:
    lines = paragraph(stamped=(2, 3))
    starts = [line.box.x0 for line in lines]
    body = [line for line in lines if line.box.x0 > 330]
    assert len(body) == 9, starts
    assert all(abs(line.box.x0 - 360) < 25 for line in body), starts
    assert max(line.block for line in body) < min(line.block for line in lines if line.box.x0 < 200)


def test_an_even_paragraph_stays_as_it_is() -> None:
    lines = paragraph(stamped=())
    assert [line.box.x0 for line in lines] == sorted(line.box.x0 for line in lines) or len(lines) == 9
    assert len({line.block for line in lines}) == 1


def test_the_numbers_of_items_stay_with_them() -> None:
    image = sheet()
    for number in range(9):
        y = 2 + number * 0.28
        write(image, (1.2, y), WORDS, (13, False, 300))
        if number % 3 == 0:
            write(image, (0.95, y), f"{number + 1}.", (13, False, 300))
    grey = np.asarray(image)
    assert len(margins.parted(text_lines.find(grey, 300), grey)) == 9


@pytest.mark.parametrize("inches", [0.4, 0.5])
def test_lines_that_go_on_are_no_note_beside_the_first_lines_of_short_paragraphs(inches: float) -> None:
    """Decisions have more lines that are set in than others: words at the margin were read after the page,
    and words that stood across it were cut in two."""
    image = sheet()
    for number in range(11):
        left = 1.2 if number in (2, 5, 7, 10) else 1.2 + inches
        write(image, (left, 2 + number * 0.28), WORDS[number:] + " của phường Mẫu Đơn", (13, False, 300))
    grey = np.asarray(image)
    found = text_lines.find(grey, 300)
    parted = margins.parted(found, grey)
    assert [line.box for line in parted] == [line.box for line in found]
    assert len(parted) == 11
