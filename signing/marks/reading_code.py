"""The QR codes of an exported paper, drawn as squares of ink: what a desk reads (Circular 01/2023/TT-VPCP,
TCVN 7322:2009), and the address where anybody looks the paper up."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import segno

from signing.marks.appearance import POINTS_A_MILLIMETRE, MarkImpossible, ReadingCode, limits


@dataclass(frozen=True, slots=True)
class Squares:
    """A code as rows of modules, dark ones true; `module` is the side of one in points."""

    rows: tuple[tuple[bool, ...], ...]
    module: float

    @property
    def side(self) -> float:
        """With the quiet zone around it, in points."""
        quiet: int = limits("code.drawing")["quiet"]
        return (len(self.rows) + 2 * quiet) * self.module

    def drawn(self, left: float, bottom: float) -> str:
        """The operators that fill it, its quiet zone's lower left corner at this point."""
        edge = limits("code.drawing")["quiet"] * self.module
        runs = (
            f"{left + edge + start * self.module:.4f} {bottom + self.side - edge - row * self.module:.4f} "
            f"{length * self.module:.4f} {-self.module:.4f} re"
            for row, modules in enumerate(self.rows, 1)
            for start, length in _runs(modules)
        )
        # `row` counts from 1, so a run hangs down from the upper edge of its row
        return "0 g " + " ".join(runs) + " f"


def squares(code: ReadingCode) -> Squares:
    """Raises MarkImpossible."""
    drawing = limits("code.drawing")
    text = code.text().encode()
    if len(text) > drawing["bytes"]:
        raise MarkImpossible(
            "code-too-long",
            f"Dữ liệu mã QR dài {len(text)} byte, quá {drawing['bytes']} byte nên in ra khó đọc. "
            "Hãy rút gọn tên giấy tờ.",
            f"The QR code would hold {len(text)} bytes; more than {drawing['bytes']} are hard to read from "
            "paper. Shorten the paper's name.",
        )
    return _made(text)


def squares_of_link(address: str) -> Squares | None:
    """None for an address that is too long to be read from paper: the words of the mark have the code."""
    text = address.encode()
    return _made(text) if 0 < len(text) <= limits("code.drawing")["bytes"] else None


def _made(text: bytes) -> Squares:
    drawing = limits("code.drawing")
    made = segno.make_qr(text, error=drawing["correction"], boost_error=False)
    rows = tuple(tuple(map(bool, row)) for row in made.matrix)
    return Squares(rows, drawing["module"] * POINTS_A_MILLIMETRE)


def _runs(modules: tuple[bool, ...]) -> Iterator[tuple[int, int]]:
    """Start and length of each stretch of dark modules."""
    start = 0
    for dark, group in groupby(modules):
        length = len(list(group))
        if dark:
            yield start, length
        start += length
