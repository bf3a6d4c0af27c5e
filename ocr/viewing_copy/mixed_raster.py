"""A page taken apart (mixed raster content): ink as an exact mask, paper as a coarse smooth picture.

Everything is in pixels of the page: grey (height, width) or BGR (height, width, 3). Thresholds stand for grey
levels of a page whose paper is 255; lengths are millimetres of the sheet.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.connected import connected
from ocr.engine import Pixels
from ocr.picture import rescaled
from ocr.recognition import Box

PAPER_DPI = 100
FINE_DPI = 250  # a mask of fewer dots an inch would change the shape of tone marks: it gets twice as many
#: Of a mask, a byte each: an A2 sheet at 200 dpi with four times its dots across and down has 247 million.
MOST_DOTS = 250_000_000
DARK = 135  # darker than this is ink for sure, whatever else the page shows
SURE_INK, MAYBE_INK = 0.5, 0.62  # of the way from ink to paper; between, a dot is as the dot above it is
FINE_INK = 0.55  # the same for a finer mask, whose edges need no help
GREYEST_INK = 100  # what is printed paler is not taken for ink all over the page
EDGE_SIGMA = 0.5  # dots of 300 dpi: takes grain out of edges; with 0.9 readers lose tone marks
AROUND_MM = 5.0  # of the page that must be seen to tell the paper of a word
GROUND_MM = 4.0  # wider than any stroke, narrower than any shadow
COLOUR = 28  # spread of the channels from which paper has a colour that is meant; JPEG and fringes stay below
INK_COLOUR = 55  # the same of a single dot, which JPEG and the lens colour more
FULL_COLOUR = 70  # percent of the coloured dots that have less colour than where ink of the colour is whole
OF_STROKES = 0.55  # of the way from black to the coloured ink; what has colour but is darker is of a stroke
FINE_TONE = 35  # percent of the ink in a finer mask are darker than the one colour that it gets
BLACK = 80  # in all channels, whatever the spread
LEAST_COLOUR_MM2 = 1.5  # less is a fleck of the scanner
NEAR_MM = 2.0  # coloured parts nearer than this are one region
SOLID_MM = 2.6  # ink that is wider both ways is no stroke but a picture, a bar or a scanner's edge
BAND = 64  # rows
GRAIN = (3.0, 12.0)  # least and most levels of paper texture that are smoothed away


@dataclass(frozen=True, slots=True)
class Separation:
    """What a page is made of.

    `mask` is 255 where there is ink of the one colour `ink`, with `finer` dots for one of the page across and
    down; `paper` is what lies under it, at PAPER_DPI.
    Both kinds of region are shown by a finer picture over the paper: `coloured` ones (seals, coloured
    writing) have the ink of the mask over them, `pictures` have nothing over them.
    """

    mask: Pixels
    ink: tuple[int, ...]
    paper: Pixels
    coloured: tuple[Box, ...]
    pictures: tuple[Box, ...]
    finer: int = 1
    black: float = 0.0  # level of the ink where the paper is 255

    def over(self, box: Box) -> Pixels:
        """The part of the mask over a box of the page."""
        y0, y1, x0, x1 = (side * self.finer for side in (box.y0, box.y1, box.x0, box.x1))
        return self.mask[y0:y1, x0:x1]


def separate(pixels: Pixels, dpi: float) -> Separation:
    """Take a page of at least twice PAPER_DPI apart."""
    small = at_dpi(pixels, dpi, PAPER_DPI)
    finer = 1 if dpi >= FINE_DPI or pixels.shape[0] * pixels.shape[1] * 4 > MOST_DOTS else 2
    value = lightest(pixels)
    black = _blackness(value, _ground(_coarse(value, dpi, 75), 75))
    mask = _strokes(value, dpi, finer, black)
    colour = _colour(small)
    scale = dpi / PAPER_DPI
    coloured = [_scaled(box, scale, pixels) for box in _regions(colour)]
    for box in coloured:
        _drop_colour(pixels, mask, colour, (box, black))
    covered = _u8(cv2.resize(_grown(mask, 4 * finer + 1), small.shape[1::-1], interpolation=cv2.INTER_AREA))
    paper = smoothed(without(small, _u8(cv2.max(covered, _grown(colour, 5)))))
    parts = Separation(mask, _ink(pixels, mask), paper, tuple(coloured), (), finer, black)
    solid = [_scaled(box, dpi / 75, pixels) for box in _solid(mask, dpi * finer)]
    return with_pictures(parts, solid) if solid else parts


def with_pictures(parts: Separation, boxes: Sequence[Box]) -> Separation:
    """The same with further regions that are shown as they are."""
    joined = merged([*parts.pictures, *boxes])
    coloured = [box for box in parts.coloured if not any(meet(box, other) for other in joined)]
    pictures = merged([*joined, *(box for box in parts.coloured if box not in coloured)])
    kept = tuple(box for box in coloured if not any(meet(box, other) for other in pictures))
    found = replace(parts, mask=parts.mask.copy(), coloured=kept, pictures=tuple(pictures))
    for box in pictures:
        found.over(box)[:] = 0
    return found


def refinable(parts: Separation) -> bool:
    """Whether there is memory for a mask with twice as many dots."""
    return parts.mask.size * 4 <= MOST_DOTS


def refined(pixels: Pixels, dpi: float, parts: Separation, boxes: Sequence[Box]) -> list[Separation]:
    """The same without the ink in the boxes, and the ink in the boxes alone, with twice as many dots."""
    rest = replace(parts, mask=parts.mask.copy())
    height, width = (2 * side for side in parts.mask.shape)
    fine = replace(parts, mask=np.zeros((height, width), np.uint8), finer=2 * parts.finer)
    around = int(AROUND_MM / 25.4 * dpi)
    for box in boxes:
        y0, x0 = max(box.y0 - around, 0), max(box.x0 - around, 0)
        near = np.ascontiguousarray(pixels[y0 : box.y1 + around, x0 : box.x1 + around])
        ink = replace(parts, mask=_strokes(lightest(near), dpi, fine.finer, parts.black), finer=fine.finer)
        found = ink.over(Box(box.x0 - x0, box.y0 - y0, box.x1 - x0, box.y1 - y0))
        if any(meet(box, other) for other in parts.coloured):  # the ink of a seal is not in the mask
            known = _grown(np.ascontiguousarray(parts.over(box)), 3)
            found = _u8(cv2.bitwise_and(found, known.repeat(2, 0).repeat(2, 1)))
        fine.over(box)[:] = found
        rest.over(box)[:] = 0
    return [rest, fine]


def cut(box: Box) -> tuple[slice, slice]:
    return slice(box.y0, box.y1), slice(box.x0, box.x1)


def at_dpi(pixels: Pixels, dpi: float, wanted: float) -> Pixels:
    """The picture made smaller."""
    size = tuple(max(1, round(side * wanted / dpi)) for side in pixels.shape[1::-1])
    return _u8(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))


def _coarse(pixels: Pixels, dpi: float, wanted: float) -> Pixels:
    """The same within half a dot, in half the time where whole dots become one: for what is blurred."""
    return rescaled(pixels, wanted / dpi)


def darkest(pixels: Pixels) -> Pixels:
    """The least of the channels: ink of any colour is dark in it."""
    if pixels.ndim == 2:
        return pixels
    return _of_channels(pixels, cv2.min)


def lightest(pixels: Pixels) -> Pixels:
    """The greatest of the channels: only black ink is dark in it."""
    if pixels.ndim == 2:
        return pixels
    return _of_channels(pixels, cv2.max)


def _of_channels(pixels: Pixels, pick: Callable[..., object]) -> Pixels:
    """In bands of rows, which stay in the processor's cache: a seventh of the time that whole planes take."""
    picked = np.empty(pixels.shape[:2], np.uint8)
    for top in range(0, len(picked), BAND):
        blue, green, red = cv2.split(pixels[top : top + BAND])
        pick(pick(blue, green), red, picked[top : top + BAND])
    return picked


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


def _strokes(value: Pixels, dpi: float, finer: int, black: float) -> Pixels:
    """Dots that are darker than the middle between ink and the paper around them, in all channels.

    Where the mask has the dots of the page, a dot of an edge, neither dark nor light, goes with the dot above
    it: edges become straight, which keeps the scanner's noise out of the mask and makes it a tenth smaller.
    """
    ground = _ground(_coarse(value, dpi, 75), 75)
    even = cv2.GaussianBlur(value, (0, 0), EDGE_SIGMA * dpi / 300) if dpi > 150 else value
    if finer > 1:
        even = cv2.resize(even, None, fx=finer, fy=finer, interpolation=cv2.INTER_CUBIC)
        return _darker(_u8(even), ground, black, FINE_INK)
    ink, maybe = (_darker(_u8(even), ground, black, part) for part in (SURE_INK, MAYBE_INK))
    for above, row, chance in zip(ink, ink[1:], maybe[1:], strict=False):
        np.bitwise_and(chance, above, out=chance)
        np.bitwise_or(row, chance, out=row)
    return ink


def _darker(even: Pixels, ground: Pixels, black: float, part: float) -> Pixels:
    """255 where a dot is darker than what lies `part` of the way from the ink to the paper there."""
    limit = cv2.convertScaleAbs(ground, alpha=(black + (255 - black) * part) / 255)
    way = cv2.INTER_LINEAR
    return _u8(cv2.compare(even, cv2.resize(limit, even.shape[1::-1], interpolation=way), cv2.CMP_LT))


def _blackness(value: Pixels, ground: Pixels) -> float:
    """The level of most of the ink where the paper is 255: pages printed or scanned greyer have more."""
    seen = np.ascontiguousarray(value[::3, ::3])
    paper = cv2.resize(ground, seen.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    levels = cv2.divide(seen, paper, scale=255)
    dark = levels[levels < DARK]
    return min(float(np.percentile(dark, 25)), GREYEST_INK) if len(dark) else 0.0


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
    near = connected(_grown(colour, side))
    sums = np.bincount(near.labels[colour > 0], minlength=len(near.stats))
    least = LEAST_COLOUR_MM2 / 25.4**2 * PAPER_DPI**2
    return merged([_stats_box(row) for row in near.stats[1:][sums[1:] >= least]])


def _stats_box(row: NDArray[np.int32]) -> Box:
    x, y, width, height = (int(value) for value in row[:4])
    return Box(x, y, x + width, y + height)


def meet(one: Box, other: Box) -> bool:
    return one.x0 <= other.x1 and other.x0 <= one.x1 and one.y0 <= other.y1 and other.y0 <= one.y1


def merged(boxes: Sequence[Box]) -> list[Box]:
    """Boxes that touch no other: those that did became one."""
    apart: list[Box] = []
    for box in boxes:
        whole = box
        while touching := [other for other in apart if meet(whole, other)]:
            apart = [other for other in apart if other not in touching]
            whole = reduce(Box.union, touching, whole)
        apart.append(whole)
    return apart


def _scaled(box: Box, scale: float, pixels: Pixels) -> Box:
    height, width = pixels.shape[:2]
    x0, y0 = int(box.x0 * scale), int(box.y0 * scale)
    return Box(x0, y0, min(round(box.x1 * scale), width), min(round(box.y1 * scale), height))


def _drop_colour(pixels: Pixels, mask: Pixels, colour: Pixels, at: tuple[Box, float]) -> None:
    """Take coloured dots of a region out of the mask; black ones stay, a name under a seal."""
    box, black = at
    part = np.ascontiguousarray(pixels[cut(box)])
    height, width = part.shape[:2]
    scale = colour.shape[1] / pixels.shape[1]
    near = colour[int(box.y0 * scale) : round(box.y1 * scale), int(box.x0 * scale) : round(box.x1 * scale)]
    near = _u8(cv2.resize(_grown(near, 3), (width, height), interpolation=cv2.INTER_NEAREST))
    coloured = _coloured_ink(part, near > 0, black)
    finer = mask.shape[1] // pixels.shape[1]
    within = mask[box.y0 * finer : box.y1 * finer, box.x0 * finer : box.x1 * finer]
    within[coloured.repeat(finer, 0).repeat(finer, 1)] = 0


def _coloured_ink(part: Pixels, near: NDArray[np.bool_], black: float) -> NDArray[np.bool_]:
    """Where a region has ink with a colour and no black stroke over it.

    JPEG smears the colour of a seal over the strokes that cross it, so a dot with colour is of a stroke where
    it is nearer to black than to the seal. It must be so in two lights: the lightest channel dips where the
    smeared colour ends, and grey, which JPEG keeps sharp, hardly tells a pen's blue from black.
    """
    light = lightest(part)
    spread = cv2.subtract(light, darkest(part))
    coloured = near & (spread > INK_COLOUR)
    if not coloured.any():
        return coloured
    full = coloured & (spread >= np.percentile(spread[coloured], FULL_COLOUR))
    ink = black / 255 * float(np.median(light))
    grey = cv2.cvtColor(part, cv2.COLOR_BGR2GRAY)
    limits = [ink + OF_STROKES * (float(np.median(level[full])) - ink) for level in (light, grey)]
    return coloured & (light > BLACK) & ((light > limits[0]) | (grey > limits[1]))


def _ink(pixels: Pixels, mask: Pixels) -> tuple[int, ...]:
    """The colour of what is in the mask: the usual one, soft edges of strokes among it, which the mask makes
    hard; where it has more dots than the page, and so soft edges of its own, nearer to that of their middle.
    """
    finer = mask.shape[1] // pixels.shape[1]
    seen = pixels[::3, ::3][mask[:: 3 * finer, :: 3 * finer] > 0]
    if not len(seen):
        return (0,) if pixels.ndim == 2 else (0, 0, 0)
    tone = np.percentile(seen, 50 if finer == 1 else FINE_TONE, axis=0)
    return tuple(int(value) for value in np.atleast_1d(tone))


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
    """Boxes of ink that is too wide for strokes, with what hangs on it, at 75 dots an inch."""
    small = _coarse(mask, dpi, 75)
    full = _where(small > 200)
    side = int(SOLID_MM / 25.4 * 75) | 1
    core = cv2.erode(full, np.ones((side, side), np.uint8))
    if not core.any():
        return []
    near = connected(_grown(_u8(core), side * 2 + 1))
    return [_stats_box(row) for row in near.stats[1:]]
