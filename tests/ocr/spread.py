"""Pages whose words stand far apart: stretched lines, two columns of them, tables without rules."""

from collections.abc import Iterable
from io import BytesIO

import numpy as np
import pypdfium2
from fpdf import FPDF
from PIL import Image

from tests.ocr import drawing

POINTS, PITCH = 13, 19
WORDS = " ".join(drawing.PARAGRAPHS).split()


class Paper:
    """A page that is set word by word; what it says is kept."""

    def __init__(self, seed: int) -> None:
        self.pdf = FPDF(format="A4", unit="pt")
        self.pdf.add_page()
        self.pdf.add_font("Serif", fname=str(drawing.SERIF))
        self.pdf.set_font("Serif", size=POINTS)
        self.chance = np.random.default_rng(seed)
        self.at = int(self.chance.integers(len(WORDS)))

    def words(self, most: int, width: float) -> list[str]:
        """The next words of a text, at most so many, as far as they go into the width."""
        taken: list[str] = []
        while len(taken) < most and self.wide([*taken, WORDS[self.at % len(WORDS)]]) < width:
            taken.append(WORDS[self.at % len(WORDS)])
            self.at += 1
        return taken

    def wide(self, words: Iterable[str]) -> float:
        return sum(self.pdf.get_string_width(word) + 3.3 for word in words)

    def stretched(self, x: float, y: float, width: float, most: int) -> str:
        """A line that fills the width with so many words, which it gives back."""
        words = self.words(most, width)
        white = (width - sum(map(self.pdf.get_string_width, words))) / (len(words) - 1)
        for word in words:
            self.pdf.text(x, y, word)
            x += self.pdf.get_string_width(word) + white
        return " ".join(words)

    def bytes(self) -> bytes:
        return bytes(self.pdf.output())


def stretched(seed: int) -> tuple[bytes, list[str]]:
    """Lines of one column, many of them stretched, often several one under another."""
    paper = Paper(seed)
    few = [int(paper.chance.integers(8, 11)) if paper.chance.random() < 0.6 else 14 for _ in range(22)]
    lines = [paper.stretched(70, 90 + PITCH * row, 455, most) for row, most in enumerate(few)]
    return paper.bytes(), lines


def two_columns(seed: int) -> tuple[bytes, list[str]]:
    """The same in two narrow columns."""
    paper = Paper(seed)
    columns: tuple[list[str], list[str]] = ([], [])
    for row in range(22):
        for x, lines in zip((60, 320), columns, strict=True):
            most = int(paper.chance.integers(5, 8))
            lines.append(paper.stretched(x, 90 + PITCH * row, 220, most))
    return paper.bytes(), [*columns[0], *columns[1]]


def table(seed: int, rows: int = 8) -> tuple[bytes, list[str]]:
    """Words and numbers in five columns, which begin, end or have their middle one under another, between
    lines of text that fill the same measure."""
    paper = Paper(seed)
    above = [paper.stretched(70, 90 + PITCH * row, 455, 14) for row in range(2)]
    columns: tuple[list[str], ...] = tuple([] for _ in range(5))
    for row in range(rows):
        for number, cells in enumerate(columns):
            cell = str(paper.chance.integers(10, 99_999)) if number % 2 else str(paper.chance.choice(WORDS))
            spare = 91 - paper.pdf.get_string_width(cell)
            paper.pdf.text(70 + 91 * number + spare * (seed % 3) / 2, 90 + PITCH * (2 + row), cell)
            cells.append(cell)
    below = [paper.stretched(70, 90 + PITCH * (2 + rows + row), 455, 14) for row in range(2)]
    return paper.bytes(), [*above, *(cell for cells in columns for cell in cells), *below]


def scanned(pdf: bytes, dpi: int) -> Image.Image:
    with pypdfium2.PdfDocument(BytesIO(pdf)) as document:
        return drawing.scanned(document[0].render(scale=dpi / 72).to_pil().convert("RGB"))
