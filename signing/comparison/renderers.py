"""What draws the pages of a document's versions. Each version is the beginning of the document."""

import ctypes
import math
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import numpy as np
import pypdfium2 as pdfium

Picture = np.ndarray  # rows, columns, 4: blue, green, red, unused; 8 bits
COLOURS = 3
LONG_SIDE = 1000  # pixels; on A4 85 dpi, where a changed digit of 8 points differs in 20 pixels and more
ROOM = (LONG_SIDE + 1) ** 2 * 4  # bytes of the largest picture
KEPT = 10  # pictures of the present version, each as large


class NotDrawn(Exception):
    """A renderer cannot draw a page, or not in time."""


class Renderer(Protocol):
    name: str

    def installed(self) -> bool:
        """Whether it draws on this machine at all."""

    def begin(self, length: int, page: int) -> None:
        """This page will be drawn soon: what draws beside this process may begin."""

    def draw(self, length: int, page: int) -> Picture:
        """The page (from 1) of the version that is the first `length` bytes, as a viewer shows it. It is
        there until the next but one is drawn. Raises NotDrawn."""

    def close(self) -> None:
        """Nothing is drawn any more."""


@dataclass(slots=True)
class Pdfium:
    """Draws in this process; keeps the present version open, the earlier one that it drew last, and the first
    pictures of the present one, with which every other is compared."""

    data: bytes
    name: str = "pdfium"
    _open: dict[int, pdfium.PdfDocument] = field(default_factory=dict)
    _kept: dict[int, Picture] = field(default_factory=dict)
    # two pictures are looked at together; memory that was used before is faster by far than new one
    _rooms: list["ctypes.Array[ctypes.c_ubyte]"] = field(default_factory=lambda: [_room(), _room()])

    def installed(self) -> bool:
        return True

    def begin(self, length: int, page: int) -> None:
        """It draws when it is asked to."""

    def draw(self, length: int, page: int) -> Picture:
        present = length == len(self.data)
        if present and page in self._kept:
            return self._kept[page]
        if present and len(self._kept) < KEPT:
            self._kept[page] = picture = self._drawn(length, page, _room())
            return picture
        self._rooms.reverse()
        return self._drawn(length, page, self._rooms[0])

    def close(self) -> None:
        while self._open:
            self._open.popitem()[1].close()

    def _drawn(self, length: int, page: int, room: "ctypes.Array[ctypes.c_ubyte]") -> Picture:
        try:
            opened = self._document(length)[page - 1]
            try:
                scale = LONG_SIDE / max(opened.get_size())
                maker = partial(pdfium.PdfBitmap.new_native, buffer=room)
                drawn = opened.render(scale=scale, prefer_bgrx=True, bitmap_maker=maker)
            finally:
                opened.close()
        except (pdfium.PdfiumError, RuntimeError, ArithmeticError, IndexError, ValueError) as error:
            raise NotDrawn from error
        shape = drawn.height, drawn.width, 4
        return np.frombuffer(memoryview(room).cast("B"), np.uint8, math.prod(shape)).reshape(shape)

    def _document(self, length: int) -> pdfium.PdfDocument:
        if length not in self._open:
            for other in [known for known in self._open if known != len(self.data)]:
                self._open.pop(other).close()
            self._open[length] = _with_forms(pdfium.PdfDocument(self._first(length)))
        return self._open[length]

    def _first(self, length: int) -> "ctypes.Array[ctypes.c_char]":
        """The beginning of the document where it lies, without a copy of it."""
        address = ctypes.cast(ctypes.c_char_p(self.data), ctypes.c_void_p).value
        assert address is not None, "a pointer to bytes that are there"
        return (ctypes.c_char * min(length, len(self.data))).from_address(address)


def _with_forms(opened: pdfium.PdfDocument) -> pdfium.PdfDocument:
    """The document with its form, or else no signature's mark is drawn. Raises PdfiumError."""
    try:
        opened.init_forms()
    except pdfium.PdfiumError:
        opened.close()
        raise
    return opened


def _room() -> "ctypes.Array[ctypes.c_ubyte]":
    return (ctypes.c_ubyte * ROOM)()
