"""A page taken apart (mixed raster content): ink as an exact mask, paper as a coarse smooth picture.

Everything is in pixels of the page: grey (height, width) or BGR (height, width, 3). Thresholds stand for grey
levels of a page whose paper is 255; lengths are millimetres of the sheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engine import Pixels
from ocr.recognition import Box

PAPER_DPI = 100
SURE_INK, MAYBE_INK = 135, 165  # darker than the first is ink; up to the second, as the dot above it is
EDGE_SIGMA = 0.5  # dots of 300 dpi: takes grain out of edges; with 0.9 readers lose tone marks
GROUND_MM = 4.0  # wider than any stroke, narrower than any shadow
COLOUR = 28  # spread of the channels from which paper has a colour that is meant; JPEG and fringes stay below
INK_COLOUR = 55  # the same of a single dot, which JPEG and the lens colour more
BLACK = 80  # in all channels, whatever the spread
LEAST_COLOUR_MM2 = 1.5  # less is a fleck of the scanner
NEAR_MM = 2.0  # coloured parts nearer than this are one region
SOLID_MM = 2.6  # ink that is wider both ways is no stroke but a picture, a bar or a scanner's edge
GRAIN = (3.0, 12.0)  # least and most levels of paper texture that are smoothed away


@dataclass(frozen=True, slots=True)
class Separation:
    """What a page is made of.

    `mask` is 255 where there is ink of the one colour `ink`; `paper` is what lies under it, at PAPER_DPI.
    Both kinds of region are shown by a finer picture over the paper: `coloured` ones (seals, coloured
    writing) have the ink of the mask over them, `pictures` have nothing over them.
    """

    mask: Pixels
    ink: tuple[int, ...]
    paper: Pixels
    coloured: tuple[Box, ...]
    pictures: tuple[Box, ...]


def separate(pixels: Pixels, dpi: float) -> Separation:
    """Take a page of at least twice PAPER_DPI apart."""
    small = at_dpi(pixels, dpi, PAPER_DPI)
    mask = _strokes(pixels, dpi)
    colour = _colour(small)
    scale = dpi / PAPER_DPI
    coloured = [_scaled(box, scale, pixels) for box in _regions(colour)]
    for box in coloured:
        _drop_colour(pixels, mask, colour, box)
    covered = at_dpi(_grown(mask, 5), dpi, PAPER_DPI)
    paper = smoothed(without(small, _u8(cv2.max(covered, _grown(colour, 5)))))
    parts = Separation(mask, _ink(pixels, mask), paper, tuple(coloured), ())
    solid = _solid(mask, dpi)
    return with_pictures(parts, solid) if solid else parts


def with_pictures(parts: Separation, boxes: Sequence[Box]) -> Separation:
    """The same with further regions that are shown as they are."""
    joined = merged([*parts.pictures, *boxes])
    coloured = [box for box in parts.coloured if not any(_meet(box, other) for other in joined)]
    pictures = merged([*joined, *(box for box in parts.coloured if box not in coloured)])
    mask = parts.mask.copy()
    for box in pictures:
        mask[cut(box)] = 0
    kept = tuple(box for box in coloured if not any(_meet(box, other) for other in pictures))
    return replace(parts, mask=mask, coloured=kept, pictures=tuple(pictures))


def cut(box: Box) -> tuple[slice, slice]:
    return slice(box.y0, box.y1), slice(box.x0, box.x1)


def at_dpi(pixels: Pixels, dpi: float, wanted: float) -> Pixels:
    """The picture made smaller."""
    size = tuple(max(1, round(side * wanted / dpi)) for side in pixels.shape[1::-1])
    return _u8(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))


def _coarse(pixels: Pixels, dpi: float, wanted: float) -> Pixels:
    """The same within half a dot, in half the time where whole dots become one: for what is blurred."""
    factor = wanted / dpi
    if min(pixels.shape[:2]) * factor < 1:
        return at_dpi(pixels, dpi, wanted)
    return _u8(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))


def darkest(pixels: Pixels) -> Pixels:
    """The least of the channels: ink of any colour is dark in it."""
    if pixels.ndim == 2:
        return pixels
    blue, green, red = cv2.split(pixels)
    return _u8(cv2.min(cv2.min(blue, green), red))


def lightest(pixels: Pixels) -> Pixels:
    """The greatest of the channels: only black ink is dark in it."""
    if pixels.ndim == 2:
        return pixels
    blue, green, red = cv2.split(pixels)
    return _u8(cv2.max(cv2.max(blue, green), red))


def _u8(pixels: NDArray[np.generic]) -> Pixels:
    return pixels.astype(np.uint8, copy=False)


def _where(condition: NDArray[np.bool_]) -> Pixels:
    return condition.view(np.uint8) * np.uint8(255)


def _grown(mask: Pixels, side: int) -> Pixels:
    return _u8(cv2.dilate(mask, np.ones((side, side), np.uint8)))


def _ground(pixels: Pixels, dpi: float) -> Pixels:
    """The tone of the paper around each dot."""
    side = int(GROUND_MM / 25.4 * dpi) | 1
    tone = _grown(pixels, side)
    for _ in range(3):  # together a Gaussian blur of half a side within one level, in a fifth of its time
        tone = _u8(cv2.blur(tone, (side, side)))
    return tone


def _strokes(pixels: Pixels, dpi: float) -> Pixels:
    """Dots that are darker than the paper around them in all channels.

    A dot of an edge, neither dark nor light, goes with the dot above it: edges become straight, which keeps
    the scanner's noise out of the mask and makes it a tenth smaller.
    """
    value = lightest(pixels)
    ground = _ground(_coarse(value, dpi, 75), 75)
    size = value.shape[1::-1]
    limits = (cv2.convertScaleAbs(ground, alpha=level / 255) for level in (SURE_INK, MAYBE_INK))
    even = cv2.GaussianBlur(value, (0, 0), EDGE_SIGMA * dpi / 300) if dpi > 150 else value
    ink, maybe = (
        _u8(cv2.compare(even, cv2.resize(limit, size, interpolation=cv2.INTER_LINEAR), cv2.CMP_LT))
        for limit in limits
    )
    for above, row, chance in zip(ink, ink[1:], maybe[1:], strict=False):
        np.bitwise_and(chance, above, out=chance)
        np.bitwise_or(row, chance, out=row)
    return ink


def _colour(small: Pixels) -> Pixels:
    """255 where a picture at PAPER_DPI has a colour other than its paper's."""
    if small.ndim == 2:
        return np.zeros(small.shape, np.uint8)
    even = [cv2.divide(c, _ground(_u8(c), PAPER_DPI), scale=230) for c in cv2.split(small)]
    # A lens splits black edges into red and blue fringes, which cancel out when blurred before they are told.
    picture = _u8(cv2.GaussianBlur(cv2.merge(even), (0, 0), 1.0))
    return _where(cv2.subtract(lightest(picture), darkest(picture)) > COLOUR)


def _regions(colour: Pixels) -> list[Box]:
    """Boxes around what has colour, in pixels at PAPER_DPI."""
    if not cv2.countNonZero(colour):
        return []
    side = int(NEAR_MM / 25.4 * PAPER_DPI) | 1
    count, labels, stats, _ = cv2.connectedComponentsWithStats(_grown(colour, side))
    sums = np.bincount(labels[colour > 0], minlength=count)
    least = LEAST_COLOUR_MM2 / 25.4**2 * PAPER_DPI**2
    return merged([_stats_box(stats[i]) for i in range(1, count) if sums[i] >= least])


def _stats_box(row: NDArray[np.int32]) -> Box:
    x, y, width, height = (int(value) for value in row[:4])
    return Box(x, y, x + width, y + height)


def _meet(one: Box, other: Box) -> bool:
    return one.x0 <= other.x1 and other.x0 <= one.x1 and one.y0 <= other.y1 and other.y0 <= one.y1


def merged(boxes: Sequence[Box]) -> list[Box]:
    """Boxes that touch no other: those that did became one."""
    apart: list[Box] = []
    for box in boxes:
        whole = box
        while touching := [other for other in apart if _meet(whole, other)]:
            apart = [other for other in apart if other not in touching]
            whole = reduce(Box.union, touching, whole)
        apart.append(whole)
    return apart


def _scaled(box: Box, scale: float, pixels: Pixels) -> Box:
    height, width = pixels.shape[:2]
    x0, y0 = int(box.x0 * scale), int(box.y0 * scale)
    return Box(x0, y0, min(round(box.x1 * scale), width), min(round(box.y1 * scale), height))


def _drop_colour(pixels: Pixels, mask: Pixels, colour: Pixels, box: Box) -> None:
    """Take coloured dots of a region out of the mask; black ones stay, a name under a seal."""
    part = np.ascontiguousarray(pixels[cut(box)])
    height, width = part.shape[:2]
    scale = colour.shape[1] / mask.shape[1]
    near = colour[int(box.y0 * scale) : round(box.y1 * scale), int(box.x0 * scale) : round(box.x1 * scale)]
    near = _u8(cv2.resize(_grown(near, 3), (width, height), interpolation=cv2.INTER_NEAREST))
    light, dark = lightest(part), darkest(part)
    mask[cut(box)][(near > 0) & (cv2.subtract(light, dark) > INK_COLOUR) & (light > BLACK)] = 0


def _ink(pixels: Pixels, mask: Pixels) -> tuple[int, ...]:
    """The usual colour of what is in the mask."""
    seen = pixels[::3, ::3][mask[::3, ::3] > 0]
    if not len(seen):
        return (0,) if pixels.ndim == 2 else (0, 0, 0)
    return tuple(int(value) for value in np.atleast_1d(np.median(seen, axis=0)))


def without(pixels: Pixels, covered: Pixels) -> Pixels:
    """The paper as it would be without what covers it: filled in from around."""
    free = _where(covered == 0)
    size = tuple(max(1, side // 4) for side in free.shape[1::-1])
    weight = cv2.resize(free, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    bare = cv2.bitwise_and(pixels, pixels, mask=free)
    total = cv2.resize(bare, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    known = _where(weight > 0.05)
    shape = (...,) + (np.newaxis,) * (pixels.ndim - 2)
    filled = total / np.maximum(weight, 0.05)[shape]
    for side in (5, 21, 81):  # gaps are filled from ever farther away
        near = cv2.blur(total, (side, side)) / np.maximum(cv2.blur(weight, (side, side)), 1e-4)[shape]
        gaps = (known == 0) & (cv2.blur(weight, (side, side)) > 0.01)
        filled[gaps] = near[gaps]
        known[gaps] = 255
    if not known.all():
        filled[known == 0] = filled[known > 0].mean(axis=0) if known.any() else 255
    tone = cv2.resize(_u8(filled.clip(0, 255)), free.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return _u8(cv2.copyTo(tone, 255 - free, pixels.copy()))


def smoothed(paper: Pixels) -> Pixels:
    """Paper without its grain; what stands out from it stays."""
    tone = cv2.GaussianBlur(paper, (0, 0), 4)
    apart = cv2.absdiff(paper, tone)
    strongest = lightest(_u8(apart))
    grain = min(max(3 * 1.48 * float(np.median(strongest)), GRAIN[0]), GRAIN[1])
    # What is told from the grain keeps its soft edge.
    keep = _grown(_where(strongest > grain), 3)
    return _u8(cv2.copyTo(paper, keep, tone))


def _solid(mask: Pixels, dpi: float) -> list[Box]:
    """Boxes of ink that is too wide for strokes, with what hangs on it."""
    small = _coarse(mask, dpi, 75)
    full = _where(small > 200)
    side = int(SOLID_MM / 25.4 * 75) | 1
    core = cv2.erode(full, np.ones((side, side), np.uint8))
    if not core.any():
        return []
    near = _grown(_u8(core), side * 2 + 1)
    count, _, stats, _ = cv2.connectedComponentsWithStats(near)
    scale = dpi / 75
    return [_scaled(_stats_box(stats[i]), scale, mask) for i in range(1, count)]
