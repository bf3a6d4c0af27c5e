"""Cuts labelled lines out of pages whose text is known: python -m ocr.training.labelling PAGES --out DIR

PAGES holds page pictures, each with its text beside it in NAME.gt.txt, line by line. `#block NAME` starts a
block; blocks whose name ends in `not-scored` are left out, and so are lines with handwriting, marked `«…»`.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from ocr.cleaning import cleanup
from ocr.engine import Pixels
from ocr.limits import Limits
from ocr.readers.banchinh_reader import HEIGHT
from ocr.readers.tesseract import Tesseract
from ocr.recognition import Box, Word
from ocr.sources import pages
from ocr.structure.lines import span
from ocr.training.character_error import similarity
from ocr.training.labelled import LABEL, LabelledLine, write_labelled
from ocr.training.labels import clean

DPI = 300
SECONDS = 600  # for Tesseract to read a page, on the busiest machine
LIKE_ENOUGH = 0.75  # what Tesseract reads on a line and the line that it is taken for
ASIDE, ABOVE = 8, 4  # pixels at 300 dpi around the words


def labelled_lines(page: Path, truth: Sequence[str]) -> Iterator[LabelledLine]:
    """The lines of a page that Tesseract finds and that one line of its text matches."""
    found = pages.picture(page, 1, Limits())
    grey = cleanup.flat(found.pixels, found.dpi)
    rows: dict[int, list[Word]] = defaultdict(list)
    for word in Tesseract(seconds=SECONDS).read(cleanup.scaled(grey, found.dpi, DPI), DPI):
        rows[word.line].append(word)
    for words in rows.values():
        read = clean(" ".join(word.text for word in words))
        best = max(truth, key=lambda line: similarity(clean(line), read))
        if similarity(clean(best), read) >= LIKE_ENOUGH and "«" not in best:
            yield LabelledLine(page.stem, _cut(grey, span(words), found.dpi / DPI), clean(best))


def _cut(grey: Pixels, box: Box, scale: float) -> Pixels:
    """The words with a little paper around, out of the page at its own resolution, HEIGHT pixels high."""
    around = (box.x0 - ASIDE, max(0, box.y0 - ABOVE), box.x1 + ASIDE, box.y1 + ABOVE)
    left, top, right, bottom = (max(0, round(value * scale)) for value in around)
    line = grey[top:bottom, left:right]
    factor = HEIGHT / line.shape[0]
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    size = (max(8, round(line.shape[1] * factor)), HEIGHT)
    return cv2.resize(line, size, interpolation=way).astype(np.uint8, copy=False)


def lines_of_truth(text: str) -> list[str]:
    """The lines of a text file that are to be found on the page."""
    lines, scored = [], True
    for line in text.splitlines():
        if line.startswith("#block"):
            scored = not line.endswith("not-scored")
        elif scored and line.strip():
            lines.append(line)
    return lines


def _page_beside(truth: Path) -> Path:
    name = truth.name.removesuffix(LABEL)
    return next(path for path in truth.parent.glob(f"{name}.*") if path.suffix != ".txt")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ocr.training.labelling", description=__doc__)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    told = parser.parse_args()
    lines: list[LabelledLine] = []
    for truth in sorted(told.pages.glob(f"*{LABEL}")):
        lines += labelled_lines(_page_beside(truth), lines_of_truth(truth.read_text(encoding="utf-8")))
    write_labelled(lines, told.out)
    print(f"{len(lines)} lines in {told.out}")


if __name__ == "__main__":
    main()
