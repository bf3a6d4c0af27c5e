"""Makes the lines of text of a photographed page straight: those of a sheet that curls, of a book near its
gutter, and of a sheet that was photographed aslant while its sides were not seen.

The slope of the print is measured everywhere, a smooth surface is fitted to it, and rows are moved up and
down along that surface. Nothing is done where the lines are straight, or become no straighter.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.cleaning import cleanup
from ocr.engine import Pixels

STRIPS = 42  # upright strips of a page, of which the rows of ink are compared
WIDE = 3  # strips taken together, and how far on they are compared
STEEPEST = 0.16  # slope of a line; 9 degrees
WINDOW = 1.2  # inches of rows that are compared, three to five lines of print
EVERY = 0.2  # inches from one comparison to the next, down the page
ALIKE = 0.55  # least correlation of rows that show the same lines
LEAST_SLOPES = 60  # places where it must be known
ACROSS = 4  # terms of the surface of slopes along a line: a curl has two bends at most
DOWN = 3  # terms down the page: it changes slowly
SPREAD = 2.5  # median deviations; slopes that are further off are those of something else
LEAST_STEEP = 0.009  # slope that a quarter of the print exceeds where lines are bent; 0.007 on flat pages
PASSES = 3
STRAIGHTER = 0.75  # of the slopes of before, that may be left

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bend:
    """Where the rows of a straight page lie on the bent one: `rows` (n, m) at n heights and m places across,
    both from edge to edge, as shares of the height."""

    rows: Floats

    def flattened(self, pixels: Pixels) -> Pixels:
        """The picture with straight lines; its size stays."""
        height, width = pixels.shape[:2]
        n, m = self.rows.shape
        # Corners of the grid lie on the first and last pixel.
        way = np.array([[(width - 1) / (m - 1), 0, 0], [0, (height - 1) / (n - 1), 0]])
        grid = np.asarray(self.rows * (height - 1), np.float32)
        y = cv2.warpAffine(grid, way, (width, height), borderMode=cv2.BORDER_REPLICATE)
        x = np.broadcast_to(np.arange(width, dtype=np.float32), (height, width))
        bent = cv2.remap(pixels, np.ascontiguousarray(x), y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        return bent.astype(np.uint8, copy=False)


def found(glance: Pixels, dpi: float) -> Bend | None:
    """How the lines of a page are bent; None where they are straight enough. `glance`: of the page when it is
    upright and level (`cleanup.glance`), at `dpi`."""
    ink = cleanup.strokes(glance, dpi)
    at = min(cleanup.STROKES_DPI, dpi)
    slopes = _slopes(ink, at)
    bend: Bend | None = None
    for _ in range(PASSES):  # more of the lines can be compared when they are less steep
        if len(slopes) < LEAST_SLOPES or _steepness(slopes) < LEAST_STEEP:
            break
        rows = _rows(_fitted(slopes), ink.shape)
        further = Bend(rows if bend is None else _after(bend.rows, rows))
        left = _slopes(further.flattened(ink), at)
        if len(left) < LEAST_SLOPES or _steepness(left) > STRAIGHTER * _steepness(slopes):
            break
        bend, slopes = further, left
    return bend


def _after(first: Floats, second: Floats) -> Floats:
    """The rows of a page that was made straight twice."""
    heights = np.linspace(0, 1, first.shape[0])
    columns = [np.interp(second[:, n], heights, first[:, n]) for n in range(first.shape[1])]
    return np.stack(columns, axis=1)


def _slopes(ink: Pixels, dpi: float) -> Floats:
    """Rows (x, y, slope, weight), x and y from -1 to 1: how steeply print runs down along the page."""
    height, width = ink.shape
    strips = cv2.resize(ink, (STRIPS, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    smooth = cv2.GaussianBlur(cv2.blur(strips, (WIDE, 1)), (1, 9), sigmaX=0.1, sigmaY=1.3)
    apart = WIDE * width / STRIPS
    most = max(2, round(STEEPEST * apart))
    window = (1, round(WINDOW * dpi) | 1)
    left, right = smooth[:, :-WIDE], smooth[:, WIDE:]
    energy = cv2.blur(left * left, window)
    scores = []
    for shift in range(-most, most + 1):
        way = np.array([[1, 0, 0], [0, 1, -shift]], np.float64)
        moved = cv2.warpAffine(right, way, (right.shape[1], height))
        alike = cv2.blur(left * moved, window)
        scores.append(alike / np.sqrt(np.maximum(1.0, energy * cv2.blur(moved * moved, window))))
    correlation = np.stack(scores)[:, round(WINDOW * dpi / 2) :: max(1, round(EVERY * dpi))]
    best = correlation.argmax(axis=0)
    inner = np.clip(best, 1, len(scores) - 2)
    before, peak, after = (
        np.take_along_axis(correlation, (inner + step)[None], axis=0)[0] for step in (-1, 0, 1)
    )
    curve = np.minimum(before + after - 2 * peak, -1e-6)
    shift = inner + np.clip((before - after) / (2 * curve), -1, 1) - most
    known = (peak > ALIKE) & (best == inner)
    row, column = np.nonzero(known)
    y = round(WINDOW * dpi / 2) + row * max(1, round(EVERY * dpi)) + shift[known] / 2
    x = (column + WIDE / 2 + 0.5) / STRIPS
    return np.stack((2 * x - 1, 2 * y / height - 1, shift[known] / apart, peak[known]), axis=1)


def _terms(x: Floats, y: Floats) -> Floats:
    powers = [(i, j) for i in range(ACROSS) for j in range(DOWN)]
    return np.stack([x**i * y**j for i, j in powers], axis=-1)


def _fitted(slopes: Floats) -> Floats:
    """The terms of the smooth surface that most slopes lie on."""
    x, y, slope, weight = slopes.T
    matrix = _terms(x, y)
    keep = np.ones(len(slopes), np.bool_)
    terms = np.zeros(ACROSS * DOWN)
    for _ in range(4):
        w = weight[keep]
        # A little of a flat page, for where nothing is printed.
        held = 0.02 * len(w) * np.eye(len(terms)) / len(terms)
        left = (matrix[keep] * w[:, None]).T @ matrix[keep] + held
        terms = np.linalg.solve(left, (matrix[keep] * w[:, None]).T @ slope[keep])
        off = np.abs(matrix @ terms - slope)
        keep = off <= max(SPREAD * float(np.median(off[keep])), 0.004)
    return terms


def _rows(terms: Floats, shape: tuple[int, ...]) -> Floats:
    """Lines along these slopes, each at its own height in the middle of the page."""
    height, width = shape
    heights, places = 60, 81
    x = np.linspace(-1, 1, places)
    start = np.linspace(0, 1, heights)
    rows = np.empty((heights, places))
    middle = places // 2
    rows[:, middle] = start
    step = width / (places - 1) / height
    for direction in (1, -1):
        y = start.copy()
        for place in range(middle, places - 1 if direction > 0 else 0, direction):
            between = np.full(heights, x[place] + direction / (places - 1))
            inside = np.clip(2 * y - 1, -1, 1)
            slope = np.clip(_terms(between, inside) @ terms, -STEEPEST, STEEPEST)
            y = y + direction * slope * step
            rows[:, place + direction] = y
    return rows


def _steepness(slopes: Floats) -> float:
    """The slope that a quarter of all places exceed."""
    return float(np.percentile(np.abs(slopes[:, 2]), 75))
