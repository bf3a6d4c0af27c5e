"""Finds what else lies beside a photographed sheet, as a card beside a paper, and sets all of it on one page.

The sheet alone was kept before, and with it what lay beside it was lost without a word.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.cleaning import cleanup
from ocr.engine import Pixels
from ocr.recognition import Box

LIGHT = 0.75  # of the paper of the first sheet: what is as light may be a sheet
#: Share of what lies around the first sheet that is as light, from which the desk may be; and how many times
#: as light as the desk a card is.
LIGHT_DESK, LIGHTER = 0.25, 1.06
CARD_SIDE, SQUARE_SIDE = 4.0, 9.83  # inches: across a card from corner to corner; of a square as large as A4
OPENED = 5  # working pixels: bridges of light as thin as these part two sheets
AROUND = 3  # working pixels around the first sheet: its blurred edge
LEAST_SIDES = (1.2, 2.2)  # inches of the shorter and the longer side; a card has 2.1 and 3.4
FILLED = 0.85  # of its rectangle: paper has four sides
ABUTS = 0.25  # of its own outline along the first sheet: then it lies under it, as papers of a stack do
LEAST_MARKS = 25  # letters on it; a cup, a switch or a tile has fewer
MOST = 6  # sheets looked at
#: Times as many pixels as it was seen with that a sheet is given; and inches that it lies from the first one:
#: what hangs on the wall behind a sheet that was taken aslant lies hundreds of metres off in its plane.
ENLARGED, FURTHEST = 4.0, 3.0
GAP = 0.2  # inches between sheets on the page

Corners = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Part:
    """A sheet set straight: its pixels, and where on the plane of the first sheet its top left lies."""

    pixels: Pixels
    x: int
    y: int

    @property
    def box(self) -> Box:
        height, width = self.pixels.shape[:2]
        return Box(self.x, self.y, self.x + width, self.y + height)


def find(pixels: Pixels, tone: Pixels, first: Corners, way: NDArray[np.float64], dpi: float) -> list[Part]:
    """The other sheets with print on them, each set straight.

    `tone`: the small picture in which the first sheet was found, with its `first` corners there; `way`: from
    pixels of the picture to those of the straight first sheet, at `dpi`.
    """
    scale = np.array((pixels.shape[1] / tone.shape[1], pixels.shape[0] / tone.shape[0]))
    parts = [_straight(pixels, (quad + 0.5) * scale, way, dpi) for quad in _light_shapes(tone, first)]
    found = [part for part in parts if part is not None and _printed(part.pixels, dpi)]
    return sorted(found, key=lambda part: -part.box.area)[:MOST]


def _light_shapes(tone: Pixels, first: Corners) -> list[Corners]:
    """Corners of light rectangles apart from the first sheet, in pixels of the small picture."""
    inside = np.zeros(tone.shape, np.uint8)
    cv2.fillConvexPoly(inside, np.rint(first).astype(np.int32), 1)
    paper = float(np.median(tone[inside > 0]))
    near = cv2.dilate(inside, np.ones((2 * AROUND + 1,) * 2, np.uint8)).astype(np.uint8, copy=False)
    light = (tone > LIGHT * paper) & (near == 0)
    # What lies around the first sheet is the desk.
    quads = [quad for quad in _quads(light, near) if not _within(first, quad)]
    if float(light[near == 0].mean()) < LIGHT_DESK:
        return quads
    # All of a desk nearly as light as paper is one shape, in which a card was lost.
    inch = float(cv2.contourArea(first.astype(np.float32))) ** 0.5 / SQUARE_SIDE
    side = round(CARD_SIDE * inch) | 1
    desk = cv2.morphologyEx(tone, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    cards = _quads(light & (tone > LIGHTER * desk.astype(np.float32)), near)
    return [*quads, *(card for card in cards if not any(_within(card, quad) for quad in quads))]


def _within(card: Corners, quad: Corners) -> bool:
    """Whether the middle of one lies in the other."""
    x, y = card.mean(axis=0).tolist()
    return cv2.pointPolygonTest(quad.astype(np.float32), (x, y), False) >= 0


def _quads(light: NDArray[np.bool_], near: Pixels) -> list[Corners]:
    """Corners of the largest light rectangles that do not abut on the first sheet."""
    shown = cv2.morphologyEx(light.astype(np.uint8), cv2.MORPH_OPEN, np.ones((OPENED, OPENED), np.uint8))
    shapes, _ = cv2.findContours(shown, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    beside = cv2.dilate(near, np.ones((OPENED, OPENED), np.uint8))
    quads = []
    for shape in sorted(shapes, key=cv2.contourArea, reverse=True)[: 2 * MOST]:
        around = shape.reshape(-1, 2)
        abuts = float(beside[around[:, 1], around[:, 0]].mean()) > ABUTS
        quad = None if abuts else _quad(around)
        if quad is not None:
            quads.append(quad)
    return quads


def _quad(outline: NDArray[np.generic]) -> Corners | None:
    """The four corners of an outline that is one of a sheet."""
    hull = cv2.convexHull(np.asarray(outline, np.int32))
    area = float(cv2.contourArea(np.asarray(outline, np.int32)))
    about = cv2.approxPolyDP(hull, 0.04 * cv2.arcLength(hull, True), True).reshape(-1, 2)
    rectangle = about if len(about) == 4 else cv2.boxPoints(cv2.minAreaRect(hull))
    quad = clockwise(np.asarray(rectangle, np.float64)[None])[0]
    filled = area / max(1.0, float(cv2.contourArea(quad.astype(np.float32))))
    return quad if filled > FILLED else None


def clockwise(quads: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each with the corner at the top left first: (n, 4, 2)."""
    middle = quads.mean(axis=1, keepdims=True)
    angle = np.arctan2(*np.moveaxis(quads - middle, -1, 0)[::-1])  # -π at the left, rising clockwise
    return np.asarray(np.take_along_axis(quads, np.argsort(angle, axis=1)[:, :, None], axis=1))


def _straight(pixels: Pixels, quad: Corners, way: NDArray[np.float64], dpi: float) -> Part | None:
    """The sheet between these corners, at the dpi of the first one; None where it is too small for one."""
    plane = cv2.perspectiveTransform(quad[None].astype(np.float64), way)[0]
    side = np.hypot(*(np.roll(plane, -1, axis=0) - plane).T)
    width, height = round(max(side[0], side[2])), round(max(side[1], side[3]))
    if min(width, height) < LEAST_SIDES[0] * dpi or max(width, height) < LEAST_SIDES[1] * dpi:
        return None
    seen = float(cv2.contourArea(quad.astype(np.float32)))
    smaller = min(1.0, (ENLARGED * seen / (width * height)) ** 0.5)
    width, height = max(1, round(width * smaller)), max(1, round(height * smaller))
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32) - 0.5
    own = cv2.getPerspectiveTransform(np.asarray(quad - 0.5, np.float32), target)
    straight = cv2.warpPerspective(
        pixels, own, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    x, y = np.rint(plane.mean(axis=0) - (width / 2, height / 2)).astype(int).tolist()
    return Part(straight.astype(np.uint8, copy=False), x, y)


def _printed(pixels: Pixels, dpi: float) -> bool:
    """Whether letters stand on it."""
    glance = cleanup.glance(pixels, dpi)
    return cleanup.marks(cleanup.strokes(glance, min(cleanup.GLANCE_DPI, dpi))) >= LEAST_MARKS


def together(parts: Sequence[Part], dpi: float) -> tuple[Pixels, tuple[Box, ...]]:
    """All sheets on one page as they lay, none over another; and where each is on it."""
    placed: list[Part] = []
    for part in parts:
        near = _not_far(part, parts[0], round(FURTHEST * dpi))
        placed.append(_beside(near, placed, round(GAP * dpi)))
    left, top = min(p.x for p in placed), min(p.y for p in placed)
    width, height = max(p.box.x1 for p in placed) - left, max(p.box.y1 for p in placed) - top
    first = parts[0].pixels
    page = np.empty((height, width, *first.shape[2:]), np.uint8)
    page[:] = np.percentile(first[::9, ::9], 60, axis=(0, 1))  # paper, so that no sheet has an edge there
    boxes = []
    for part in placed:
        box = Box(part.x - left, part.y - top, part.box.x1 - left, part.box.y1 - top)
        page[box.y0 : box.y1, box.x0 : box.x1] = part.pixels
        boxes.append(box)
    return page, tuple(boxes)


def _not_far(part: Part, first: Part, most: int) -> Part:
    """The sheet no more than so many pixels from the first one."""
    height, width = part.pixels.shape[:2]
    x = min(max(part.x, first.box.x0 - most - width), first.box.x1 + most)
    y = min(max(part.y, first.box.y0 - most - height), first.box.y1 + most)
    return Part(part.pixels, x, y)


def _beside(part: Part, placed: Sequence[Part], gap: int) -> Part:
    """The sheet moved away from the first one as far as it takes to lie on none."""
    if not placed:
        return part
    first = placed[0].box
    across = (part.box.x0 + part.box.x1 - first.x0 - first.x1) / (first.x1 - first.x0)
    down = (part.box.y0 + part.box.y1 - first.y0 - first.y1) / (first.y1 - first.y0)
    x, y = part.x, part.y
    wide, high = part.box.x1 - part.box.x0, part.box.y1 - part.box.y0
    for _ in placed:  # each may push it onto the next
        for other in placed:
            o = other.box
            if x >= o.x1 + gap or x + wide + gap <= o.x0 or y >= o.y1 + gap or y + high + gap <= o.y0:
                continue
            if abs(across) > abs(down):
                x = o.x1 + gap if across > 0 else o.x0 - gap - wide
            else:
                y = o.y1 + gap if down > 0 else o.y0 - gap - high
    return Part(part.pixels, x, y)
