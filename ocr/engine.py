"""The port for what turns a picture of text into words, and its errors."""

from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ocr.recognition import Word

Pixels = NDArray[np.uint8]
Layout = Literal["page", "block"]


class EngineMissing(RuntimeError):
    """The reader, or its language data, is not installed; says what to install."""


class EngineFailed(RuntimeError):
    """The reader started and gave no answer, for a cause that may not lie in the picture."""


class Reader(Protocol):
    """Reads pictures of text. Every implementation passes tests/ocr/test_engine.py."""

    def read(self, picture: Pixels, dpi: float, layout: Layout = "page") -> tuple[Word, ...]:
        """Words in reading order, boxes in pixels of `picture` (grey, dark ink on white, upright and level).

        `layout` is "page" where columns must be found and "block" where all is one column.
        Raises EngineMissing or EngineFailed.
        """
        ...

    def turn(self, picture: Pixels, dpi: float) -> tuple[int, float]:
        """Degrees clockwise (0, 90, 180 or 270) that make `picture` upright, and how sure that is, from 0.

        A certainty of 0 means that there was too little text to tell.
        """
        ...

    def check(self) -> str:
        """The name and version of the reader. Raises EngineMissing."""
        ...
