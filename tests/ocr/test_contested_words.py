"""Words that nobody doubted, until a reader that was asked about a neighbour read another there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from ocr.confidence import LEAST_SURE
from ocr.engine import Pixels
from ocr.readers.line_reader import Emission, LineReader
from ocr.readers.profiles import standard
from ocr.readers.recogniser import Recogniser
from ocr.recognition import Word
from tests.ocr.test_text_lines import sheet, write


@dataclass(frozen=True)
class Mistaken:
    """Reads as another reader does, and surely takes one letter for another."""

    reader: LineReader
    printed: str
    seen: str

    @property
    def name(self) -> str:
        return self.reader.name

    def check(self) -> str:
        return self.reader.check()

    def read(self, lines: Sequence[Pixels]) -> list[Emission]:
        return [self._mistaken(emission) for emission in self.reader.read(lines)]

    def _mistaken(self, emission: Emission) -> Emission:
        there, here = (emission.alphabet.index(letter) for letter in (self.printed, self.seen))
        order = list(range(len(emission.alphabet)))
        order[there], order[here] = here, there
        return Emission(emission.log_probs[:, order], emission.alphabet, emission.step)


@pytest.fixture
def recogniser() -> Recogniser:
    found = standard("default").page
    assert isinstance(found, Recogniser)
    return found


def read(reader: Recogniser, text: str) -> dict[str, Word]:
    image = sheet()
    write(image, (1.0, 1.0), text, (13, False, 300))
    return {word.text: word for word in reader.read(np.asarray(image)[:600], 300)}


def test_a_second_reader_that_reads_another_word_is_heard(recogniser: Recogniser) -> None:
    """Nobody asks about `phác`, which the language has; its neighbour is none of Vietnamese."""
    text = "Ấm no và hạnh phúc tnbh gia đình"
    assert "phác" in read(replace(recogniser, first=Mistaken(recogniser.first, "ú", "á")), "hạnh phúc gia")
    words = read(replace(recogniser, first=Mistaken(recogniser.first, "ú", "á")), text)
    assert "phúc" in words or words["phác"].confidence < LEAST_SURE


def test_a_word_that_stands_against_it_is_hardly_less_sure(recogniser: Recogniser) -> None:
    assert recogniser.second is not None
    text = "Ấm no và hạnh phúc tnbh gia đình"
    wrong = replace(recogniser, second=Mistaken(recogniser.second, "ú", "ủ"))
    assert LEAST_SURE < read(wrong, text)["phúc"].confidence <= 0.95


def test_a_sign_that_the_second_reader_does_not_know_is_no_contradiction(recogniser: Recogniser) -> None:
    assert read(recogniser, "Diện tích là 76,3m² tnbh của nhà")["76,3m²"].confidence > LEAST_SURE


def test_a_name_that_is_in_no_text_is_read_by_two(recogniser: Recogniser) -> None:
    text = "Bà Quách Thị Thiều ở khóm"
    assert read(recogniser, text)["Thiều"].readers == ("banchinh", "asternet")
    fast = standard("fast").page
    assert isinstance(fast, Recogniser)
    alone = read(fast, text)["Thiều"]  # where nobody is to be asked, the language alone says no more of it
    assert alone.readers == ("banchinh",)
    assert alone.confidence > LEAST_SURE
