"""The second look at what came after a signature: the pages of both versions, drawn and compared.

Two renderers look, because they disagree on damaged files and attackers use that: pdfium in this process,
poppler as a program where it is installed. Both draw one version after the other in the same way, so that
every difference comes from the file.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from typing import BinaryIO, Protocol, cast

import numpy as np
import pypdfium2 as pdfium

from signing.document import Page
from signing.report import Area
from signing.structure import Mark

Picture = np.ndarray  # rows, columns, RGB; 8 bits
LONG_SIDE = 1000  # pixels; on A4 85 dpi, where a changed digit of 8 points differs in 20 pixels and more
MAXIMUM_PAGES = 200
SECONDS = 20.0  # for all pages and both renderers, of the 60 that a verification has
TOLERANCE = 24  # of 255, in any channel: below it nothing can be read
CELL = 10  # pixels; places closer than this are one
MARGIN = 3.0  # points around a mark: lines are drawn half outside of their rectangle
DARK, LIGHT = 110, 200  # luminance of ink and of paper
ERASED = 0.08  # share of the ink under a mark that may fade where edges are smoothed
KEPT = 10  # pictures of 2 MB each
POPPLER_BLOCK = 10  # pages drawn by one run of pdftoppm


class NotDrawn(Exception):
    """A renderer cannot draw a page, or not in time."""


class Renderer(Protocol):
    name: str

    def draw(self, data: bytes, page: int) -> Picture:
        """The page (from 1) of a document, as a viewer shows it. Raises NotDrawn."""

    def forget(self, data: bytes) -> None:
        """This document is not drawn any more."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one renderer saw: where pages differ beyond their marks, where marks cover what was signed, and
    the pages that it could not compare. `made` is False where it did not look at all."""

    renderer: str
    made: bool = True
    differing: tuple[Area, ...] = ()
    covered: tuple[Area, ...] = ()
    unseen: tuple[int, ...] = ()
    undrawn: tuple[int, ...] = ()


@dataclass(slots=True)
class Pdfium:
    """Draws in this process; keeps documents open until they are forgotten, and the first pictures of the
    `present` version, with which every other one is compared."""

    present: bytes
    name: str = "pdfium"
    _open: dict[int, tuple[bytes, pdfium.PdfDocument]] = field(default_factory=dict)
    _kept: dict[int, Picture] = field(default_factory=dict)

    def document(self, data: bytes) -> pdfium.PdfDocument:
        """Raises NotDrawn."""
        if id(data) not in self._open:
            try:
                opened = pdfium.PdfDocument(data)
                opened.init_forms()  # or else no signature's mark is drawn
            except (pdfium.PdfiumError, RuntimeError) as error:
                raise NotDrawn from error
            self._open[id(data)] = (data, opened)  # the bytes are kept, so that no other gets their id
        return self._open[id(data)][1]

    def draw(self, data: bytes, page: int) -> Picture:
        if data is not self.present:
            return self._drawn(data, page)
        if page in self._kept:
            return self._kept[page]
        picture = self._drawn(data, page)
        if len(self._kept) < KEPT:
            self._kept[page] = picture
        return picture

    def _drawn(self, data: bytes, page: int) -> Picture:
        try:
            opened = self.document(data)[page - 1]
            scale = LONG_SIDE / max(opened.get_size())
            drawn = opened.render(scale=scale, rev_byteorder=True, prefer_bgrx=False).to_numpy().copy()
            opened.close()
        except (pdfium.PdfiumError, RuntimeError, ZeroDivisionError, IndexError, ValueError) as error:
            raise NotDrawn from error
        return np.repeat(drawn, 3, axis=2) if drawn.shape[2] == 1 else drawn[:, :, :3]

    def forget(self, data: bytes) -> None:
        if (found := self._open.pop(id(data), None)) is not None:
            found[1].close()


@dataclass(slots=True)
class Poppler:
    """Draws with pdftoppm, some pages at a time; the first ones ahead, beside what this process does."""

    program: str
    remaining: Callable[[], float]
    name: str = "poppler"
    _drawn: dict[tuple[int, int], tuple[bytes, Future[dict[int, Picture]]]] = field(default_factory=dict)
    _workers: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, "poppler"))

    def draw(self, data: bytes, page: int) -> Picture:
        first = (page - 1) // POPPLER_BLOCK * POPPLER_BLOCK + 1
        if (id(data), first) not in self._drawn:
            self.forget(data)
        self.begin(data, first)
        try:
            return self._drawn[id(data), first][1].result()[page]
        except KeyError as error:
            raise NotDrawn from error

    def begin(self, data: bytes, first: int = 1) -> None:
        """Let the pages from `first` on be drawn, if they are not already."""
        key = (id(data), first)
        if key not in self._drawn:
            self._drawn[key] = (data, self._workers.submit(self._block, data, first))

    def forget(self, data: bytes) -> None:
        for key in [k for k in self._drawn if k[0] == id(data)]:
            del self._drawn[key]

    def close(self) -> None:
        self._workers.shutdown(cancel_futures=True)

    def _block(self, data: bytes, first: int) -> dict[int, Picture]:
        last = first + POPPLER_BLOCK - 1
        command = [self.program, "-q", "-cropbox", "-f", str(first), "-l", str(last)]
        command += ["-scale-to", str(LONG_SIDE), "-"]
        # Files in memory, not pipes: whoever empties a pipe of 2 MB in pieces waits for the main thread each
        # time. The end of stderr tells at once that it is done; waiting for it would look again and again.
        try:
            with _in_memory(data) as given, _in_memory(b"") as drawn:
                subprocess.run(  # noqa: S603 the program is found on the path, the file is its input
                    command,
                    stdin=given,
                    stdout=drawn,
                    stderr=subprocess.PIPE,
                    timeout=max(0.1, self.remaining()),
                    check=False,
                )
                drawn.seek(0)
                return dict(enumerate(_pictures(drawn.read()), first))
        except (subprocess.TimeoutExpired, OSError) as error:
            raise NotDrawn from error


def _in_memory(data: bytes) -> BinaryIO:
    """A file that holds this, at its beginning, and that no folder lists."""
    if hasattr(os, "memfd_create"):
        file: BinaryIO = os.fdopen(os.memfd_create("page"), "w+b")
    else:
        file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 (whoever asked for it closes it)
    file.write(data)
    file.seek(0)
    return file


def _pictures(stream: bytes) -> Iterator[Picture]:
    """The pictures of a stream of PPM files (netpbm, P6 with 8 bits)."""
    position = 0
    while stream[position : position + 2] == b"P6":
        header = stream[position : position + 40].split(maxsplit=4)
        width, height = int(header[1]), int(header[2])
        start = position + len(b"P6\n%d %d\n255\n" % (width, height))
        position = start + width * height * 3
        if position > len(stream):
            return
        yield np.frombuffer(stream, np.uint8, width * height * 3, start).reshape(height, width, 3)


class Comparison:
    """Compares earlier versions of one document with its present one, all within `seconds`."""

    def __init__(self, present: bytes, seconds: float = SECONDS) -> None:
        self._present = present
        self._until = time.monotonic() + seconds
        self._pdfium = Pdfium(present)
        program = poppler()
        self._poppler = Poppler(program, self._remaining) if program else None

    def begin(self, data: bytes) -> None:
        """This version will be looked at: what draws it beside this process may begin."""
        if self._poppler:
            self._poppler.begin(self._present)
            self._poppler.begin(data)

    def forget(self, data: bytes) -> None:
        """This version was looked at."""
        self._pdfium.forget(data)
        if self._poppler:
            self._poppler.forget(data)

    def close(self) -> None:
        self.forget(self._present)
        if self._poppler:
            self._poppler.close()

    def _remaining(self) -> float:
        return self._until - time.monotonic()

    def looks(
        self, signed: bytes, pages: Sequence[tuple[int, Page]], marks: Sequence[Mark]
    ) -> Iterator[Look]:
        """What each renderer sees. `pages`: those of the present version, each with its old number;
        `marks`: where differences are allowed, on pages of the present version."""
        yield self._look(self._pdfium, signed, pages, marks)
        if self._poppler is None:
            yield Look("poppler", made=False)
        else:
            yield self._look(self._poppler, signed, pages, marks)

    def _look(
        self, renderer: Renderer, signed: bytes, pages: Sequence[tuple[int, Page]], marks: Sequence[Mark]
    ) -> Look:
        differing: list[Area] = []
        covered: list[Area] = []
        unseen = [page.number for _, page in pages[MAXIMUM_PAGES:]]
        undrawn: list[int] = []
        for old, page in pages[:MAXIMUM_PAGES]:
            new = page.number
            if self._remaining() <= 0:
                unseen.append(new)
                continue
            before, after = _try(renderer, signed, old), _try(renderer, self._present, new)
            if before is None and after is None:
                unseen.append(new)
            elif before is None or after is None:
                (unseen if self._remaining() <= 0 else undrawn).append(new)
            else:
                found = _compare(before, after, page, [m for m in marks if m.page == new])
                differing += found[0]
                covered += found[1]
        seen = len(unseen) < len(pages) or not pages
        return Look(
            renderer.name, seen, tuple(differing), tuple(covered), tuple(sorted(unseen)), tuple(undrawn)
        )


def _compare(
    before: Picture, after: Picture, page: Page, marks: Sequence[Mark]
) -> tuple[list[Area], list[Area]]:
    """Where a page differs beyond its marks, and the marks that take away what was signed."""
    geometry = page.geometry()
    if before.shape != after.shape:
        return [Area(page.number, (0.0, 0.0, *geometry.size))], []
    if _identical(before, after):
        return [], []
    differs = (np.abs(before.astype(np.int16) - after) > TOLERANCE).any(axis=2)
    if not differs.any():
        return [], []
    scale = max(after.shape[:2]) / max(geometry.size)
    covered = []
    for mark in marks:
        box = geometry.shown(mark.box)
        rows, columns = _pixels(box, scale, after.shape)
        if mark.kind != "form" and _erases(before[rows, columns], after[rows, columns]):
            covered.append(Area(page.number, box))
        differs[rows, columns] = False
    return [Area(page.number, _points(cells, scale)) for cells in _groups(differs)], covered


def _identical(before: Picture, after: Picture) -> bool:
    """Of the same bytes; eight are compared at a time."""
    ours, theirs = (np.ascontiguousarray(picture).reshape(-1) for picture in (before, after))
    words = ours.size - ours.size % 8
    same = (ours[:words].view(np.uint64) == theirs[:words].view(np.uint64)).all()
    return bool(same and np.array_equal(ours[words:], theirs[words:]))


def _try(renderer: Renderer, data: bytes, page: int) -> Picture | None:
    try:
        return renderer.draw(data, page)
    except NotDrawn:
        return None


def _pixels(
    box: tuple[float, float, float, float], scale: float, shape: tuple[int, ...]
) -> tuple[slice, slice]:
    x0, y0, x1, y1 = (v * scale for v in box)
    edge = MARGIN * scale
    rows = slice(max(0, int(y0 - edge)), min(shape[0], int(y1 + edge) + 1))
    columns = slice(max(0, int(x0 - edge)), min(shape[1], int(x1 + edge) + 1))
    return rows, columns


def _erases(before: Picture, after: Picture) -> bool:
    """Whether ink that was there is gone: a mark may stand on what was signed, and not in its place."""
    ink = before.mean(axis=2) < DARK
    gone = ink & (after.mean(axis=2) > LIGHT)
    return bool(gone.sum() > max(20, ERASED * ink.sum()))


def _groups(differs: "np.ndarray") -> Iterator[tuple[int, int, int, int]]:
    """Connected places of a mask as rectangles of pixels x0 y0 x1 y1, found on a grid of cells."""
    rows, columns = (-(-n // CELL) for n in differs.shape)
    padded = np.zeros((rows * CELL, columns * CELL), bool)
    padded[: differs.shape[0], : differs.shape[1]] = differs
    left = {(int(r), int(c)) for r, c in np.argwhere(padded.reshape(rows, CELL, columns, CELL).any((1, 3)))}
    while left:
        pending = [left.pop()]
        group = list(pending)
        while pending:
            row, column = pending.pop()
            near = {(row + r, column + c) for r in (-1, 0, 1) for c in (-1, 0, 1)} & left
            left -= near
            pending += near
            group += near
        ys, xs = [r for r, _ in group], [c for _, c in group]
        yield min(xs) * CELL, min(ys) * CELL, (max(xs) + 1) * CELL, (max(ys) + 1) * CELL


def _points(cells: tuple[int, int, int, int], scale: float) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (v / scale for v in cells)
    return x0, y0, x1, y1


@lru_cache(maxsize=1)
def poppler() -> str | None:
    """The program that draws the second look, where it is installed."""
    return shutil.which("pdftoppm")
