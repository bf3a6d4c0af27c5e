"""What a page has where: its ink as seen from a picture of it, so that a mark can stand where there is none.

Lengths are points of the page as it is read, from its top left corner; UserUnit is counted in.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pypdfium2 as pdfium

from signing.pdf.document import Geometry

Box = tuple[float, float, float, float]  # left, top, right, bottom
Mask = np.ndarray  # rows, columns; bool
FINENESS = 100 / 72  # pixels a point, on A4; strokes of 8-point letters are seen
LONG_SIDE = 1800  # pixels; larger pages are looked at more coarsely
CONTRAST = 40  # of 255: fainter is ground: watermarks, patterns of forms, the back shining through
DARK = 120  # darker ground is a picture or the edge of a scan; no black letter stands out on it
GROUND = 25  # pixels: within this distance there is paper beside a stroke
SPECK = 3  # pixels that hang together: fewer are dust
SPECKLED = 0.0004  # share of a place that may be ink all the same


class PageNotDrawn(Exception):
    """The page cannot be looked at."""


@dataclass(frozen=True, slots=True)
class Ink:
    """The ink of a page. `sums[y, x]`: how much of it lies above and left of a pixel's corner."""

    mask: Mask
    sums: np.ndarray
    scale: float  # pixels a point

    @classmethod
    def of(cls, mask: Mask, scale: float) -> "Ink":
        return cls(mask, cv2.integral(mask.astype(np.uint8)), scale)

    @property
    def size(self) -> tuple[float, float]:
        rows, columns = self.mask.shape
        return columns / self.scale, rows / self.scale

    def free(self, parts: Sequence[Box], lefts: np.ndarray, tops: np.ndarray) -> Mask:
        """For a mark whose parts are drawn in these boxes, counted from its corner: at which of the corners
        (rows: tops, columns: lefts) is there room for it on the page."""
        found = np.ones((len(tops), len(lefts)), bool)
        rows, columns = self.mask.shape
        for left, top, right, bottom in parts:
            x0, x1 = self._pixels(lefts + left), self._pixels(lefts + right)
            y0, y1 = self._pixels(tops + top), self._pixels(tops + bottom)
            inside = ((y0 >= 0) & (y1 <= rows))[:, None] & ((x0 >= 0) & (x1 <= columns))[None, :]
            x0, x1, y0, y1 = x0.clip(0, columns), x1.clip(0, columns), y0.clip(0, rows), y1.clip(0, rows)
            sums = self.sums
            inked = sums[np.ix_(y1, x1)] - sums[np.ix_(y0, x1)] - sums[np.ix_(y1, x0)] + sums[np.ix_(y0, x0)]
            area = np.outer(y1 - y0, x1 - x0)
            found &= inside & (inked <= SPECKLED * area)
        return found

    def bare_above(self, left: float, right: float, bottom: float) -> float:
        """How far up from `bottom` there is no ink between these sides."""
        x0, x1 = self._column(left), self._column(right)
        row = min(int(bottom * self.scale), self.mask.shape[0])
        inked = np.flatnonzero(self.mask[:row, x0:x1].sum(axis=1) > SPECK)
        return float(row - 1 - int(inked[-1]) if len(inked) else row) / self.scale

    def _pixels(self, points: np.ndarray) -> np.ndarray:
        return np.rint(points * self.scale).astype(int)

    def _column(self, point: float) -> int:
        return int(max(0, min(point * self.scale, self.mask.shape[1])))


def of_page(page: pdfium.PdfPage, geometry: Geometry, taken: Sequence[Box]) -> Ink:
    """The ink of a page; what is `taken` by marks counts as such, however little of it is drawn. Raises
    PageNotDrawn."""
    width, height = (side * geometry.unit for side in geometry.size)
    scale = min(FINENESS, LONG_SIDE / max(width, height))
    columns, rows = max(1, round(width * scale)), max(1, round(height * scale))
    try:
        drawn = page.render(scale=scale * _stretch(page, width), rev_byteorder=True, prefer_bgrx=False)
        picture = drawn.to_numpy()
    except (pdfium.PdfiumError, RuntimeError, ValueError, ZeroDivisionError, MemoryError) as error:
        raise PageNotDrawn from error
    # the darkest channel, so that a red seal and a blue signature are ink
    grey = np.ascontiguousarray(picture[:, :, 0])
    for channel in range(1, min(3, picture.shape[2])):
        grey = np.minimum(grey, picture[:, :, channel])
    if grey.shape != (rows, columns):
        grey = cv2.resize(grey, (columns, rows), interpolation=cv2.INTER_AREA)
    mask = _ink(grey)
    for left, top, right, bottom in taken:
        x0, y0 = max(0, int(left * scale)), max(0, int(top * scale))
        mask[y0 : max(0, int(np.ceil(bottom * scale))), x0 : max(0, int(np.ceil(right * scale)))] = True
    return Ink.of(mask, scale)


def _stretch(page: pdfium.PdfPage, width: float) -> float:
    """pdfium may count UserUnit or not; what it calls the page's width tells."""
    return width / float(page.get_width())


def _ink(grey: np.ndarray) -> Mask:
    """Strokes darker than the paper around them, and dark ground; specks are dust."""
    paper = cv2.dilate(grey, np.ones((GROUND, GROUND), np.uint8))
    paper = cv2.blur(paper, (GROUND, GROUND))
    mask = (cv2.subtract(paper, grey) > CONTRAST) | (paper < DARK)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    large = stats[:, cv2.CC_STAT_AREA] >= SPECK
    large[0] = False
    found: Mask = large[labels]
    return found
