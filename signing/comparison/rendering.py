"""The second look at what came after a signature: the pages of both versions, drawn and compared.

Two renderers look, because they disagree on damaged files and attackers use that: pdfium in this process,
poppler in one of its own, where it is installed. Both draw one version after the other in the same way, so
that every difference comes from the file.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from signing.comparison.poppler import Poppler
from signing.comparison.renderers import COLOURS, NotDrawn, Pdfium, Picture, Renderer
from signing.comparison.structure import Mark
from signing.pdf.document import Page
from signing.reports.report import Area, Compared

MAXIMUM_PAGES = 200
SECONDS = 20.0  # for all pages and both renderers, of the 60 that a verification has
TOLERANCE = 24  # of 255, in any channel: below it nothing can be read
CELL = 10  # pixels; places closer than this are one
MARGIN = 3.0  # points around a mark: lines are drawn half outside of their rectangle
DARK, LIGHT = 110, 200  # luminance of ink and of paper
ERASED = 0.08  # share of the ink under a mark that may fade where edges are smoothed


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


def alike(looks: Sequence[Look], pages: int) -> Compared | None:
    """What the looks at so many pages tell, where none saw a page differ."""
    if any(look.differing or look.covered or look.undrawn for look in looks):
        return None
    made = [look for look in looks if look.made]
    same = pages - len({page for look in made for page in look.unseen}) if made else 0
    return Compared(pages, same, tuple(look.renderer for look in made))


@dataclass(slots=True)
class _Seen:
    """What one renderer saw so far; a Look in the making."""

    differing: list[Area] = field(default_factory=list)
    covered: list[Area] = field(default_factory=list)
    unseen: list[int] = field(default_factory=list)
    undrawn: list[int] = field(default_factory=list)


class Comparison:
    """Compares earlier versions of one document with its present one, all within `seconds`. Versions are
    named by their length: each is the beginning of the document."""

    def __init__(self, present: bytes, seconds: float = SECONDS) -> None:
        self._present = len(present)
        self._until = time.monotonic() + seconds
        self._poppler = Poppler(present, self._remaining)
        self._renderers: Sequence[Renderer] = (Pdfium(present), self._poppler)

    def begin(self, length: int) -> None:
        """This version will be looked at: what draws it beside this process may begin."""
        for version in (self._present, length):
            self._poppler.begin(version, 1)

    def close(self) -> None:
        for renderer in self._renderers:
            renderer.close()

    def _remaining(self) -> float:
        return self._until - time.monotonic()

    def looks(self, length: int, pages: Sequence[tuple[int, Page]], marks: Sequence[Mark]) -> list[Look]:
        """What each renderer sees. `pages`: those of the present version, each with its old number;
        `marks`: where differences are allowed, on pages of the present version."""
        looking: list[Renderer] = [r for r in self._renderers if r.installed()]
        seen = {renderer.name: _Seen() for renderer in looking}
        for number, (old, page) in enumerate(pages[:MAXIMUM_PAGES], 1):
            for following, present in pages[number:MAXIMUM_PAGES][:1]:
                self._poppler.begin(length, following)
                self._poppler.begin(self._present, present.number)
            allowed = [mark for mark in marks if mark.page == page.number]
            for renderer in looking:
                self._look(renderer, (length, old), page, allowed, seen[renderer.name])
        beyond = [page.number for _, page in pages[MAXIMUM_PAGES:]]
        return [
            _look(renderer.name, len(pages), beyond, seen.get(renderer.name)) for renderer in self._renderers
        ]

    def _look(
        self, renderer: Renderer, version: tuple[int, int], page: Page, marks: Sequence[Mark], seen: _Seen
    ) -> None:
        if self._remaining() <= 0:
            seen.unseen.append(page.number)
            return
        before, after = _try(renderer, *version), _try(renderer, self._present, page.number)
        if before is None and after is None:
            seen.unseen.append(page.number)
        elif before is None or after is None:
            (seen.unseen if self._remaining() <= 0 else seen.undrawn).append(page.number)
        else:
            differing, covered = _compare(before, after, page, marks)
            seen.differing += differing
            seen.covered += covered


def _look(name: str, pages: int, beyond: Sequence[int], seen: _Seen | None) -> Look:
    if seen is None:
        return Look(name, made=False)
    unseen = tuple(sorted([*seen.unseen, *beyond]))
    made = len(unseen) < pages or not pages
    return Look(name, made, tuple(seen.differing), tuple(seen.covered), unseen, tuple(seen.undrawn))


def _compare(
    before: Picture, after: Picture, page: Page, marks: Sequence[Mark]
) -> tuple[list[Area], list[Area]]:
    """Where a page differs beyond its marks, and the marks that take away what was signed."""
    geometry = page.geometry()
    if before.shape != after.shape:
        return [Area(page.number, (0.0, 0.0, *geometry.size))], []
    if _identical(before, after):
        return [], []
    shades = before[:, :, :COLOURS].astype(np.int16) - after[:, :, :COLOURS]
    differs = (np.abs(shades) > TOLERANCE).any(axis=2)
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
    """Of the same bytes, compared eight at a time, unless the renderer gave one picture for both."""
    if before is after:
        return True
    ours, theirs = (picture.reshape(-1) for picture in (before, after))
    words = ours.size - ours.size % 8
    same = (ours[:words].view(np.uint64) == theirs[:words].view(np.uint64)).all()
    return bool(same and np.array_equal(ours[words:], theirs[words:]))


def _try(renderer: Renderer, length: int, page: int) -> Picture | None:
    try:
        return renderer.draw(length, page)
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
    ink = before[:, :, :COLOURS].mean(axis=2) < DARK
    gone = ink & (after[:, :, :COLOURS].mean(axis=2) > LIGHT)
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
