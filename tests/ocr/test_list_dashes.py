"""The dash that opens an item of a list, as a reader may take it."""

from itertools import pairwise

import numpy as np
import pytest

from ocr.layout import text_lines
from ocr.readers import list_dashes
from ocr.readers.line_reader import Char
from ocr.readers.readings import INK, WordReading
from tests.ocr.test_text_lines import found, sheet, write


def word_read(printed: str, read: str) -> tuple[str, ...]:
    """The words of a line that a reader took for a single one."""
    image = sheet()
    write(image, (1.0, 1.5), printed, (11, False, 300))
    (line,) = found(image)
    picture = text_lines.crop(np.asarray(image), line, 64)
    shown = text_lines.window(line)
    ink = np.flatnonzero((picture < INK).any(axis=0))
    chars = tuple(Char(c, 2 * i, 2 * i + 1, 1.0) for i, c in enumerate(read))
    word = WordReading(chars, 0, 2 * len(read), int(ink[0]), int(ink[-1]) + 1)
    words = list_dashes.set_off([word], picture, line.x_height * 64 / (shown.y1 - shown.y0))
    for one, other in pairwise(words):
        assert one.x1 < other.x0
        assert one.last <= other.first
    return tuple(word.text for word in words)


@pytest.mark.parametrize("printed", ["- Công", "– Ủy", "+ Cục"])
def test_white_after_a_dash_is_a_space(printed: str) -> None:
    assert word_read(printed, printed.replace(" ", "")) == tuple(printed.split())


@pytest.mark.parametrize("printed", ["-Công", "Công-ty", "-15", "–Ủy", "Công"])
def test_what_is_printed_in_one_stays_in_one(printed: str) -> None:
    assert word_read(printed, printed) == (printed,)


def test_white_elsewhere_is_left_to_the_reader() -> None:
    assert word_read("Công an", "Côngan") == ("Côngan",)
    assert word_read("-Công an", "-Côngan") == ("-Côngan",)


def test_a_line_without_words_has_none() -> None:
    assert list_dashes.set_off([], np.full((64, 100), 255, np.uint8), 20.0) == ()
