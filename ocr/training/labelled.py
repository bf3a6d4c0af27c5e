"""Labelled pictures of lines in a folder: NAME.png with its text beside it in NAME.gt.txt."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ocr.engine import Pixels

LABEL = ".gt.txt"


@dataclass(frozen=True, slots=True)
class LabelledLine:
    """A line in grey, what stands on it, and the page that it is from: its name up to the last hyphen."""

    source: str
    picture: Pixels
    text: str


def read_labelled(folder: Path) -> list[LabelledLine]:
    """All lines of a folder. Raises ValueError where there is none or a picture cannot be read."""
    lines = list(_lines(folder))
    if not lines:
        raise ValueError(f"{folder} holds no NAME.png with NAME{LABEL} beside it")
    return lines


def _lines(folder: Path) -> Iterator[LabelledLine]:
    for path in sorted(folder.glob(f"*{LABEL}")):
        name = path.name.removesuffix(LABEL)
        picture = cv2.imread(str(path.with_name(f"{name}.png")), cv2.IMREAD_GRAYSCALE)
        if picture is None:
            raise ValueError(f"{name}.png cannot be read")
        text = path.read_text(encoding="utf-8").strip()
        yield LabelledLine(name.rpartition("-")[0] or name, picture.astype(np.uint8, copy=False), text)


def write_labelled(lines: Iterable[LabelledLine], folder: Path) -> None:
    """Writes lines so that `read_labelled` reads them again."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, line in enumerate(lines, 1):
        name = f"{line.source}-{number:04d}"
        cv2.imwrite(str(folder / f"{name}.png"), line.picture)
        (folder / f"{name}{LABEL}").write_text(line.text + "\n", encoding="utf-8")
