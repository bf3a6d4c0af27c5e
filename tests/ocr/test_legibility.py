"""Pages of which many words were guessed are told, with the cause where it is seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from ocr.cleaning import legibility
from ocr.engine import Pixels
from ocr.limits import Limits
from ocr.marks import PageInk
from ocr.readers.profiles import Readers
from ocr.reading import read_page
from ocr.recognition import Box, Region, Word
from tests.ocr import drawing
from tests.ocr.readers import SilentReader

WORDS = 50


@dataclass
class UnsureReader(SilentReader):
    """Reads the same words everywhere, of which it has guessed so many."""

    guessed: int = 0
    dots: int = 0  # rows of dots beside them, of which it is never sure

    def read(
        self, picture: Pixels, dpi: float, *, apart: Sequence[Region] = (), ink: PageInk | None = None
    ) -> tuple[Word, ...]:
        inch = round(dpi)
        return tuple(
            Word("phòng", Box(x, y, x + inch // 3, y + inch // 8), 0.5 if number < self.guessed else 0.99, y)
            for number in range(WORDS)
            for x, y in [(inch + number % 10 * inch // 2, inch + number // 10 * inch // 4)]
        ) + tuple(
            Word("......", Box(inch, y, 5 * inch, y + inch // 8), 0.3, y)
            for y in range(3 * inch, 3 * inch + self.dots * inch // 4, inch // 4)
        )


def page(dpi: int, light: float = 1.0, blur: float = 0.0) -> Image.Image:
    """A notice in so much light, blurred by so many inches."""
    image = drawing.page(dpi).point(lambda level: int(level * light))
    return image.filter(ImageFilter.GaussianBlur(blur * dpi))


@pytest.mark.parametrize(
    ("guessed", "image", "code"),
    [
        (1, lambda: page(200, blur=0.018), None),
        (3, lambda: page(200), "doubts-many"),
        (3, lambda: page(200, blur=0.018), "doubts-blurred"),
        (30, lambda: page(200, light=0.3), "doubts-dark"),
        (3, lambda: page(100), "doubts-coarse"),
    ],
)
def test_many_guessed_words_are_told_with_their_cause(
    tmp_path: Path, guessed: int, image: object, code: str | None
) -> None:
    assert callable(image)
    scan = image()
    dpi = round(scan.width / drawing.A4[0])
    scan.save(tmp_path / "scan.png", dpi=(dpi, dpi))
    readers = Readers(UnsureReader(guessed=guessed), ())
    read = read_page(tmp_path / "scan.png", 1, tmp_path, Limits(), readers=readers)
    told = [notice.code for notice in read.warnings if notice.code.startswith("doubts")]
    assert told == ([code] if code else [])


def test_dots_to_be_written_on_are_no_guessed_words(tmp_path: Path) -> None:
    page(200).save(tmp_path / "scan.png", dpi=(200, 200))
    readers = Readers(UnsureReader(dots=20), ())
    read = read_page(tmp_path / "scan.png", 1, tmp_path, Limits(), readers=readers)
    assert len([word for word in read.words if word.confidence < legibility.GUESSED]) >= 10
    assert not read.warnings
