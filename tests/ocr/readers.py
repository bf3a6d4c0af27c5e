"""Readers that do one stated thing."""

from collections.abc import Sequence
from dataclasses import dataclass

from ocr.engine import Pixels
from ocr.marks import PageInk
from ocr.readers.profiles import Readers
from ocr.recognition import Region, Word


@dataclass
class SilentReader:
    """Finds no text anywhere; counts how often it was asked."""

    asked: int = 0

    def read(
        self, picture: Pixels, dpi: float, *, apart: Sequence[Region] = (), ink: PageInk | None = None
    ) -> tuple[Word, ...]:
        self.asked += 1
        return ()

    def turn(self, picture: Pixels, dpi: float) -> tuple[int, float]:
        return 0, 0.0

    def check(self) -> str:
        return "silent"


def silent() -> Readers:
    """Nobody reads anything."""
    return Readers(SilentReader(), ())
