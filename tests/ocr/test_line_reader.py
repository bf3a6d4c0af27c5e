"""What every line reader does, and how its answer is decoded and scored."""

import itertools
import tracemalloc
import unicodedata
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ocr.engine import EngineMissing, Pixels
from ocr.readers.asternet import AsterNet
from ocr.readers.banchinh_reader import BanchinhReader
from ocr.readers.line_reader import Emission, LineReader, decoded, log_probabilities, text_of
from ocr.readers.onnx_model import WeightsFile
from ocr.readers.ppocr import PpOcr
from ocr.readers.readings import words_of
from tests.ocr import drawing, scoring

ALPHABET = ("", "a", "b")


def line(text: str, height: int = 60) -> Pixels:
    """A line of print, dark on white."""
    font = ImageFont.truetype(str(drawing.SERIF), round(height * 0.7))
    picture = Image.new("L", (round(font.getlength(text)) + 16, height), 255)
    ImageDraw.Draw(picture).text((8, height * 0.75), text, 0, font, anchor="ls")
    return np.asarray(picture)


@pytest.fixture(
    scope="module", params=[AsterNet, BanchinhReader, PpOcr], ids=["asternet", "banchinh", "ppocr"]
)
def reader(request: pytest.FixtureRequest) -> LineReader:
    made: LineReader = request.param()
    return made


def test_says_who_it_is(reader: LineReader) -> None:
    assert reader.name
    assert any(c.isdigit() for c in reader.check())


def test_reads_digits_at_any_size(reader: LineReader) -> None:
    texts = ["15/2022", "3069", "2024-11-26"]
    lines = [line(text, height) for text, height in zip(texts, (30, 60, 110), strict=True)]
    assert [text_of(decoded(emission)) for emission in reader.read(lines)] == texts


def test_frames_lie_where_the_letters_are(reader: LineReader) -> None:
    picture = line("1" + " " * 30 + "7")
    (emission,) = reader.read([picture])
    first, *_, last = (char for char in decoded(emission) if char.text != " ")
    assert (first.text, last.text) == ("1", "7")
    ink = np.flatnonzero(picture.min(axis=0) < 128)
    assert first.start * emission.step < ink[0] + 40
    assert last.end * emission.step > ink[-1] - 40
    assert len(emission.log_probs) * emission.step == pytest.approx(picture.shape[1], abs=emission.step + 1)


def test_gives_probabilities_of_an_alphabet_of_single_letters(reader: LineReader) -> None:
    (emission,) = reader.read([line("Số 12")])
    assert emission.alphabet[0] == ""
    assert len(set(emission.alphabet)) == len(emission.alphabet) == emission.log_probs.shape[1]
    assert all(len(unicodedata.normalize("NFC", symbol)) == 1 for symbol in emission.alphabet[1:])
    assert emission.log_probs.dtype == np.float32
    assert np.logaddexp.reduce(emission.log_probs, axis=1) == pytest.approx(0, abs=1e-4)


def test_long_lines_keep_their_words_and_spaces(reader: LineReader) -> None:
    words = [word for number in range(1003, 1030) for word in ("trang", str(number))]
    (emission,) = reader.read([line(" ".join(words))])
    assert text_of(decoded(emission)).split() == words


def test_reads_a_line_alike_alone_and_among_others(reader: LineReader) -> None:
    lines = [line(text) for text in ("Số 1", "ngày 05 tháng 3", "12", "Số 2")]
    together = reader.read(lines)
    for picture, emission in zip(lines, together, strict=True):
        (alone,) = reader.read([picture])
        assert text_of(decoded(alone)) == text_of(decoded(emission))


def test_nothing_is_read_where_nothing_is(reader: LineReader) -> None:
    empty, white = reader.read([np.empty((0, 7), np.uint8), np.full((40, 300), 255, np.uint8)])
    assert len(empty.log_probs) == 0
    assert decoded(empty) == []
    assert text_of(decoded(white)).strip() == ""
    assert reader.read([]) == []


def test_reads_vietnamese() -> None:
    emissions = AsterNet().read([line(text) for text in drawing.PARAGRAPHS])
    text = "\n".join(text_of(decoded(emission)) for emission in emissions)
    assert scoring.errors_of_lines(list(drawing.PARAGRAPHS), text) < 0.03


@pytest.mark.parametrize(
    ("name", "says"), [("nowhere.onnx", "cannot be read"), ("lines.onnx", "is not the file")]
)
def test_missing_weights_say_what_they_cost_and_what_to_do(name: str, says: str) -> None:
    with pytest.raises(EngineMissing, match=rf"không .*: không đọc / {says}.*: nothing is read\. .*install"):
        WeightsFile(name, ("không đọc", "nothing is read"), "0" * 64).content()


@pytest.mark.parametrize("make", [BanchinhReader, AsterNet, PpOcr])
def test_no_copy_of_the_weights_stays_beside_the_network(make: Callable[[], LineReader]) -> None:
    """Python's memory alone is counted: onnxruntime's own holds them once."""
    reader = make()
    tracemalloc.start()
    try:
        reader.read([line("a")])
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 1_000_000  # the smallest of the files has four times as much


def emission_of(weights: NDArray[np.float64]) -> Emission:
    log_probs = np.log(weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return Emission(log_probs, ALPHABET, 1.0)


def test_grain_between_words_is_no_word() -> None:
    """Networks see letters in the grain of a wide gap, without being sure of them."""
    alphabet = ("", " ", "a", "b")
    weights = np.full((7, 4), 0.01)
    weights[[0, 1, 2, 3, 4, 5, 6], [2, 0, 1, 3, 1, 2, 0]] = 1.0
    weights[3] = (0.3, 0.25, 0.2, 0.31)  # `b` where there is paper
    log_probs = np.log(weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    picture = np.full((20, 70), 250, np.uint8)
    picture[5:15, [3, 55]] = 0
    picture[9, 30:38] = 230
    seen = Emission(log_probs, alphabet, 10.0)
    assert [word.text for word in words_of(seen, picture)] == ["a", "a"]
    picture[5:15, 33] = 170  # a pencil's stroke
    assert [word.text for word in words_of(seen, picture)] == ["a", "b", "a"]


emissions = st.integers(1, 5).flatmap(
    lambda frames: st.lists(st.floats(0.01, 1.0), min_size=frames * 3, max_size=frames * 3).map(
        lambda weights: emission_of(np.reshape(weights, (frames, 3)))
    )
)


def texts(longest: int) -> list[str]:
    return ["".join(t) for n in range(longest + 1) for t in itertools.product(ALPHABET[1:], repeat=n)]


def score_of(emission: Emission, text: str, first: int, last: int) -> float:
    return log_probabilities(emission, (text,), first, last)[0]


@given(emissions)
def test_the_probabilities_of_all_texts_sum_to_one(emission: Emission) -> None:
    scores = log_probabilities(emission, texts(len(emission.log_probs)), 0, len(emission.log_probs))
    assert np.exp(scores).sum() == pytest.approx(1, abs=1e-5)


@given(emissions, st.sampled_from(texts(3)))
def test_a_score_is_the_sum_over_all_paths(emission: Emission, text: str) -> None:
    frames = len(emission.log_probs)
    total = 0.0
    for path in itertools.product(range(3), repeat=frames):
        if "".join(ALPHABET[symbol] for symbol, _ in itertools.groupby(path)) == text:
            total += float(np.exp(emission.log_probs[range(frames), path].sum()))
    score = score_of(emission, text, 0, frames)
    assert np.exp(score) == pytest.approx(total, abs=1e-6)


@given(emissions)
def test_the_best_path_is_no_likelier_than_its_text(emission: Emission) -> None:
    best = float(emission.log_probs.max(axis=1).sum())
    score = score_of(emission, text_of(decoded(emission)), 0, len(emission.log_probs))
    assert best <= score + 1e-5


@given(emissions)
def test_decoded_characters_follow_one_another(emission: Emission) -> None:
    chars = decoded(emission)
    edges = [edge for char in chars for edge in (char.start, char.end)]
    assert edges == sorted(edges)
    for char in chars:
        assert 0 <= char.start < char.end <= len(emission.log_probs)
        assert 0 < char.probability <= 1


@settings(max_examples=20)
@given(emissions, emissions)
def test_parts_score_as_if_alone(first: Emission, second: Emission) -> None:
    joined = Emission(np.concatenate((first.log_probs, second.log_probs)), ALPHABET, 1.0)
    border, end = len(first.log_probs), len(joined.log_probs)
    assert score_of(joined, "a", 0, border) == score_of(first, "a", 0, border)
    assert score_of(joined, "a", border, end) == score_of(second, "a", 0, end - border)


def test_what_cannot_be_said_is_impossible() -> None:
    emission = emission_of(np.ones((2, 3)))
    assert score_of(emission, "c", 0, 2) == -np.inf
    assert score_of(emission, "aa", 0, 2) == -np.inf  # a blank must part them
    assert score_of(emission, "", 0, 0) == 0
    assert score_of(emission, "a", 1, 1) == -np.inf
    with pytest.raises(ValueError, match="frames 1 to 3 of 2"):
        score_of(emission, "a", 1, 3)
