"""What every Reader does."""

import numpy as np
import pytest

from ocr.engine import EngineFailed, EngineMissing, Reader
from ocr.readers.profiles import standard
from ocr.readers.tesseract import Tesseract
from tests.ocr import drawing, scoring


@pytest.fixture(params=[Tesseract, lambda: standard().page], ids=["tesseract", "recogniser"])
def reader(request: pytest.FixtureRequest) -> Reader:
    made: Reader = request.param()
    return made


def test_says_who_it_is(reader: Reader) -> None:
    assert reader.check()


def test_reads_words_with_places_within_the_picture(reader: Reader) -> None:
    picture = np.asarray(drawing.page(300).convert("L"))
    words = reader.read(picture, 300)
    text = "\n".join(word.text for word in words)
    assert scoring.errors_of_lines(drawing.text_lines(), text) < 0.03
    for word in words:
        assert word.text
        assert not any(c.isspace() for c in word.text)
        assert 0 <= word.box.x0 < word.box.x1 <= picture.shape[1]
        assert 0 <= word.box.y0 < word.box.y1 <= picture.shape[0]
        assert 0 <= word.confidence <= 1
    assert [w.line for w in words] == sorted(w.line for w in words)


def test_finds_nothing_on_white_paper(reader: Reader) -> None:
    assert reader.read(np.full((800, 600), 255, np.uint8), 300) == ()


@pytest.mark.parametrize("dpi", [100, 150])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_tells_the_turn_that_makes_upright(reader: Reader, turn: int, dpi: int) -> None:
    lying = np.rot90(np.asarray(drawing.page(dpi).convert("L")), turn // 90)
    degrees, certainty = reader.turn(np.ascontiguousarray(lying), dpi)
    assert degrees == turn
    assert certainty > 1


def test_cannot_tell_the_turn_of_white_paper(reader: Reader) -> None:
    assert reader.turn(np.full((800, 600), 255, np.uint8), 150) == (0, 0.0)


def test_missing_language_data_says_what_to_install() -> None:
    with pytest.raises(EngineMissing, match="apt-get install"):
        Tesseract(language="vie+xyz").check()


def test_a_missing_program_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(EngineMissing, match="apt-get install tesseract-ocr"):
        Tesseract().read(np.full((80, 60), 255, np.uint8), 300)


def test_a_reader_that_takes_too_long_is_stopped() -> None:
    reader = Tesseract(seconds=1)
    page = np.asarray(drawing.page(600).convert("L"))
    crowded = np.concatenate([page] * 3)
    with pytest.raises(EngineFailed):
        reader.read(crowded, 600)
