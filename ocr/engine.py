"""The port for what turns a picture of text into words, and its errors."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ocr.marks import PageInk
from ocr.recognition import Region, Word

Pixels = NDArray[np.uint8]


class EngineMissing(RuntimeError):
    """The reader, or its language data, is not installed; says what to install."""


class EngineFailed(RuntimeError):
    """The reader started and gave no answer, for a cause that may not lie in the picture."""


class Reader(Protocol):
    """Reads pictures of text. Every implementation passes tests/ocr/test_engine.py."""

    def read(
        self, picture: Pixels, dpi: float, *, apart: Sequence[Region] = (), ink: PageInk | None = None
    ) -> tuple[Word, ...]:
        """Words in reading order, boxes in pixels of `picture` (grey, dark ink on white, upright and level).

        What stands within a stamp or seal of `apart` comes after the rest, where the reader can tell it.
        `ink` is what `page_ink` finds in the picture, where that is known.
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
