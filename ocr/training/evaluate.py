"""Character error on labelled lines, read as the product reads: python -m ocr.training.evaluate DIR

DIR holds NAME-NUMBER.png and NAME-NUMBER.gt.txt; errors are told for each NAME and for all.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from ocr.engine import Pixels
from ocr.readers import line_pictures
from ocr.readers.banchinh_reader import ALPHABET, SIZE, WEIGHTS
from ocr.readers.line_reader import decoded, text_of
from ocr.readers.onnx_model import Network
from ocr.training.character_error import Score, score, total
from ocr.training.labelled import LabelledLine, read_labelled
from ocr.training.labels import clean

ReadLine = Callable[[Pixels], str]


def scores(read: ReadLine, lines: Sequence[LabelledLine]) -> dict[str, Score]:
    """How well the lines of each source are read."""
    found: dict[str, list[Score]] = defaultdict(list)
    for line in lines:
        found[line.source].append(score(clean(line.text), read(line.picture).strip()))
    return {source: total(each) for source, each in found.items()}


def reading_with(weights: Path) -> ReadLine:
    """Reads a line with exported weights, scaled and cut as the product does it."""
    network = Network(weights.read_bytes())

    def read(line: Pixels) -> str:
        (emission,) = line_pictures.read([line], SIZE, ALPHABET, network.run)
        return text_of(decoded(emission))

    return read


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ocr.training.evaluate", description=__doc__)
    parser.add_argument("lines", type=Path)
    parser.add_argument("--weights", type=Path, default=WEIGHTS.path)
    told = parser.parse_args()
    found = scores(reading_with(told.weights), read_labelled(told.lines))
    for source, each in (*sorted(found.items()), ("all", total(found.values()))):
        print(f"{source:24} {100 * each.share:6.2f} %  {each.wrong} of {each.of} characters")


if __name__ == "__main__":
    main()
