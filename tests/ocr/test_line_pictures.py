"""How lines are scaled, cut and joined for a network."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.readers import line_pictures
from ocr.readers.line_pictures import LineInput
from ocr.readers.line_reader import Emission, decoded, text_of

SIZE = LineInput(height=32, step=4, longest=80)
ALPHABET = ("", " ", "|")


class Strokes:
    """Says `|` in the frame of each black column, a space between two that more than `least` frames part."""

    def __init__(self, least: int = 4) -> None:
        self.least = least
        self.widths: list[int] = []

    def __call__(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        self.widths.extend([batch.shape[3]] * len(batch))
        ink = batch[:, 0].min(axis=1).reshape(len(batch), -1, SIZE.step).min(axis=2) < 0.5
        said = np.where(ink, 2, 0)
        for row, places in zip(said, (np.flatnonzero(r) for r in ink), strict=True):
            for a, b in pairwise(places):
                if b - a > self.least:
                    row[(a + b) // 2] = 1
        return np.log(np.eye(3, dtype=np.float32)[said] * 0.97 + 0.01)


def drawn(*columns: int, width: int) -> NDArray[np.uint8]:
    picture = np.full((SIZE.height, width), 255, np.uint8)
    for column in columns:
        picture[:, column] = 0
    return picture


def read(picture: NDArray[np.uint8], strokes: Strokes | None = None, size: LineInput = SIZE) -> Emission:
    (emission,) = line_pictures.read([picture], size, ALPHABET, strokes or Strokes())
    return emission


@pytest.mark.parametrize("height", [16, 32, 64])
def test_a_frame_is_about_its_pixels(height: int) -> None:
    step = SIZE.step * height // SIZE.height
    picture = np.full((height, 20 * step), 255, np.uint8)
    picture[:, 7 * step : 8 * step] = 0
    emission = read(picture)
    assert emission.step == step
    assert [(char.text, char.start, char.end) for char in decoded(emission)] == [("|", 7, 8)]


def test_long_lines_are_cut_at_gaps_and_their_spaces_kept() -> None:
    strokes = Strokes()
    columns = [c for word in range(8) for c in (40 * word + 2, 40 * word + 10)]
    emission = read(drawn(*columns, width=330), strokes)
    assert max(strokes.widths) <= SIZE.longest
    assert len(strokes.widths) > 3
    assert text_of(decoded(emission)) == " ".join(["||"] * 8)
    assert [char.start for char in decoded(emission) if char.text == "|"] == [c // 4 for c in columns]


def test_the_space_of_a_crowded_line_is_kept() -> None:
    columns = [c for start in (2, 42, 82, 122) for c in range(start, start + 37, 3)]  # words 4 pixels apart
    assert text_of(decoded(read(drawn(*columns, width=164)))).count(" ") >= 2


def test_a_space_seen_on_both_sides_of_a_cut_is_one() -> None:
    def spaced(batch: NDArray[np.float32]) -> NDArray[np.float32]:
        seen = Strokes()(batch)
        seen[:, [0, -1]] = np.log(np.float32([0.01, 0.98, 0.01]))
        return seen

    columns = [c for word in range(4) for c in (40 * word + 6, 40 * word + 14)]
    (emission,) = line_pictures.read([drawn(*columns, width=160)], SIZE, ALPHABET, spaced)
    assert text_of(decoded(emission)).strip() == "|| || || ||"


def test_no_space_is_put_where_a_word_is_cut() -> None:
    columns = range(2, 320, 3)  # too close to one another for a gap between words
    assert " " not in text_of(decoded(read(drawn(*columns, width=320))))


def test_a_black_bar_is_cut_all_the_same() -> None:
    strokes = Strokes()
    emission = read(np.zeros((32, 1000), np.uint8), strokes)
    assert max(strokes.widths) <= SIZE.longest
    assert len(emission.log_probs) == 250


def test_lines_of_like_width_go_together() -> None:
    strokes = Strokes()
    size = LineInput(height=32, step=4, longest=80, batch=2, padding=0.2)
    lines = [drawn(2, width=width) for width in (40, 70, 44, 72, 40)]
    found = line_pictures.read(lines, size, ALPHABET, strokes)
    assert sorted(strokes.widths) == [40, 40, 44, 72, 72]
    assert [len(emission.log_probs) for emission in found] == [10, 18, 11, 18, 10]
