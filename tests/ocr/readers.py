"""Readers that do one stated thing."""

from dataclasses import dataclass, field

from ocr.engine import Layout, Pixels
from ocr.readers import Readers
from ocr.recognition import Word


@dataclass
class SilentReader:
    """Finds no text anywhere; counts how often it was asked."""

    asked: list[Layout] = field(default_factory=list)

    def read(self, picture: Pixels, dpi: float, layout: Layout = "page") -> tuple[Word, ...]:
        self.asked.append(layout)
        return ()

    def turn(self, picture: Pixels, dpi: float) -> tuple[int, float]:
        return 0, 0.0

    def check(self) -> str:
        return "silent"


def silent() -> Readers:
    """Nobody reads anything."""
    return Readers(SilentReader(), ())
