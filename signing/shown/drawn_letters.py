"""The letters of a page, and where they are in a drawing of it."""

import ctypes
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from signing.shown.clipping import Box
from signing.shown.paint import Painted, address

SLIGHT = 12  # of 255: a smaller difference is not seen
IN_FIGURES = frozenset(".,-+/%:−–")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter, a digit or a sign within figures, its `index` on the page, and the text that it is of."""

    index: int
    sign: str
    box: Box
    text: Painted


def letters(text: pdfium.PdfTextPage, doubted: Mapping[int, Painted]) -> list[Letter]:
    """Those of these texts, which are given by their handles."""
    return list(_letters(text, doubted))


def _letters(text: pdfium.PdfTextPage, doubted: Mapping[int, Painted]) -> Iterator[Letter]:
    for index in range(raw.FPDFText_CountChars(text)):
        of = doubted.get(address(raw.FPDFText_GetTextObject(text, index)))
        sign = _sign(text, index) if of else " "
        if of and (sign.isalnum() or (sign in IN_FIGURES and _is_by_figures(text, index))):
            yield Letter(index, sign, _letter_box(text, index), of)


def words(text: pdfium.PdfTextPage, found: Sequence[Letter]) -> str:
    """The words that the letters are of, each once."""
    signs = [_sign(text, index) for index in range(raw.FPDFText_CountChars(text))]
    begins = _begins(signs)
    starts = dict.fromkeys(begins[letter.index] for letter in found)
    return " ".join("".join(takewhile(str.isprintable, _word(signs, start))) for start in starts)


def _begins(signs: Sequence[str]) -> list[int]:
    """Where the word begins that each sign is of."""
    begins: list[int] = []
    for index in range(len(signs)):
        begins.append(index if not index or signs[index - 1].isspace() else begins[-1])
    return begins


def _word(signs: Sequence[str], start: int) -> Iterator[str]:
    return takewhile(lambda sign: not sign.isspace(), (signs[n] for n in range(start, len(signs))))


def _sign(text: pdfium.PdfTextPage, index: int) -> str:
    code = raw.FPDFText_GetUnicode(text, index)
    return chr(code) if 0 < code < 0x110000 else " "


def _is_by_figures(text: pdfium.PdfTextPage, index: int) -> bool:
    beside = [n for n in (index - 1, index + 1) if 0 <= n < raw.FPDFText_CountChars(text)]
    return any(_sign(text, n).isdigit() for n in beside)


def _letter_box(text: pdfium.PdfTextPage, index: int) -> Box:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(text, index, left, right, bottom, top)
    return left.value, bottom.value, right.value, top.value


def drawn(page: pdfium.PdfPage, side: int, ground: int = 255) -> np.ndarray:
    """The page in grey on this ground, its longer side of so many pixels."""
    scale = (side - 0.5) / max(page.get_size())  # its longer side is rounded up
    fill = (ground, ground, ground, 255)
    shown = page.render(scale=scale, grayscale=True, may_draw_forms=False, fill_color=fill)
    picture: np.ndarray = shown.to_numpy().copy()
    return picture.reshape(picture.shape[:2])


def part(page: pdfium.PdfPage, picture: np.ndarray, box: Box) -> np.ndarray:
    """The pixels of a box; none where it lies beside the page."""
    corners = [_pixel(page, picture.shape, x, y) for x, y in ((box[0], box[1]), (box[2], box[3]))]
    (x0, y0), (x1, y1) = corners
    rows, columns = picture.shape
    left, right = max(0, min(x0, x1)), min(columns, max(x0, x1) + 1)
    top, bottom = max(0, min(y0, y1)), min(rows, max(y0, y1) + 1)
    return picture[top : max(top, bottom), left : max(left, right)]


def _pixel(page: pdfium.PdfPage, shape: tuple[int, ...], x: float, y: float) -> tuple[int, int]:
    """Column and row of a point of user space in a drawing of the page."""
    column, row = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, shape[1], shape[0], 0, x, y, column, row)
    return column.value, row.value
