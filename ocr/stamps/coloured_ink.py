"""Coloured ink: seals and stamps by their colour and shape, and the picture without them for reading."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.connected import connected
from ocr.engine import Pixels
from ocr.picture import rescaled
from ocr.recognition import Box, Region, RegionKind
from ocr.stamps.stamp_ink import Parted

SHAPE_DPI = 75
COLOURED = 32  # levels of the ink's channel above the others once small; bleed-through and tint have less
SMEAR = 0.11  # inches between strokes of one seal, stamp or signature
LEAST_INK = 40  # coloured pixels of a shape at SHAPE_DPI; less is fringe or dirt
SEAL = (0.55, 2.2)  # inches across; seals of agencies are 30 to 42 mm, pictures of seals are smaller
RIM = 0.7  # share of the directions in which a seal has ink at its rim
ROUND = 1.15  # squares of the radius of a seal, beyond which there are the corners of its box
CORNERS = 0.03  # share of its ink that a seal has there at most
MOST_TILT = 5.0  # degrees by which a stamp may lie aslant
STAMP = (0.9, 0.25)  # inches across and down at least
SIGNATURE = (0.6, 0.3)  # inches; a pen leaves smaller marks as numbers and dates
DEEP = 85  # levels; ink of this side of the sheet has more, what shines through has less
FRAMED = 0.6  # of these levels is enough where all of a frame is there: thin rules are pale in dim light
BAND = 256  # rows at a time: whole planes of a page take 9 MB each, where memory is needed most
PALE = 60  # levels of red up to which ink counts as paper or pattern
STAMP_LIFT = 1.2  # the same for a stamp in blue, which is darker
COLOUR_SHARE = 0.3  # of the ink within a stamp that has its colour; black text may lie under it
STAMP_DEPTH = 3.0  # by which its colour is deepened for reading
DARK = 160  # grey levels below which there is ink
LARGEST = (4.0, 2.2)  # inches across and down of a seal or a stamp
LETTER = 0.3  # inches: capitals of a title are no higher
MOST_HIGH = 0.15  # share of red print that is in higher marks
FEWEST_LETTERS = 3  # or words, of red print in several lines
LINE = 3  # times as wide as high is a line of it, which may be of thin letters
LEAST_LETTER = 12  # its dots, on average; what shines through and worn seals have 8
LIFT = 0.7  # of its redness that a seal is lightened by; a dark seal has a red channel of 130 only

BLUE, RED = 0, 2  # channels of a page picture

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Shape:
    """Ink of one colour that hangs together, as a mask within its box, at SHAPE_DPI."""

    red: bool
    box: Box
    mask: Mask
    depth: float  # levels by which its colour stands out

    @property
    def inches(self) -> tuple[float, float]:
        return (self.box.x1 - self.box.x0) / SHAPE_DPI, (self.box.y1 - self.box.y0) / SHAPE_DPI


def find(pixels: Pixels, dpi: float) -> tuple[Region, ...]:
    """Seals, stamps and strokes of pens in red or blue ink on a page picture in colour."""
    if pixels.ndim == 2:
        return ()
    factor = SHAPE_DPI / dpi
    small = rescaled(pixels, factor)
    across, down = pixels.shape[1] / small.shape[1], pixels.shape[0] / small.shape[0]
    found = []
    for shape in shapes(small):
        kind, confidence = _judged(shape)
        if kind is not None:
            b = shape.box
            box = Box(int(b.x0 * across), int(b.y0 * down), round(b.x1 * across), round(b.y1 * down))
            found.append(Region(kind, box, confidence))
    return tuple(found)


def shapes(small: NDArray[np.generic], least: int = LEAST_INK) -> Iterator[Shape]:
    """What hangs together in red or blue ink on a page at SHAPE_DPI, of `least` dots of ink or more."""
    blue, green, red = (np.asarray(c, np.uint8) for c in cv2.split(np.asarray(small, np.uint8)))
    reach = round(SMEAR * SHAPE_DPI)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    for is_red, one, others in ((True, red, cv2.max(blue, green)), (False, blue, cv2.max(red, green))):
        colour = cv2.subtract(one, others)
        ink = cv2.threshold(colour, COLOURED, 255, cv2.THRESH_BINARY)[1]
        if not ink.any():
            continue
        found = connected(np.asarray(cv2.dilate(ink, kernel), np.uint8))
        labels = found.labels
        for label, (x, y, width, height, _) in enumerate(found.stats.tolist()):
            if label == 0:
                continue
            mask = (ink[y : y + height, x : x + width] > 0) & (labels[y : y + height, x : x + width] == label)
            if np.count_nonzero(mask) < least:
                continue
            rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
            top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
            box = Box(x + int(left), y + int(top), x + int(right), y + int(bottom))
            depth = float(colour[y : y + height, x : x + width][mask].mean())
            yield Shape(is_red, box, np.asarray(mask[top:bottom, left:right], np.bool_), depth)


def _judged(shape: Shape) -> tuple[RegionKind | None, float]:
    if is_print(shape):
        return None, 0.0
    wide, high = shape.inches
    rim = rim_share(shape.mask)
    if rim >= RIM and _as_wide_as_high(shape):
        return "seal", (0.5 + rim / 2) * min(1.0, shape.depth / DEEP)
    framed = _frame_share(shape.mask) if shape.depth >= FRAMED * DEEP else 0.0
    if shape.depth < (FRAMED * DEEP if framed >= 0.9 else DEEP):
        return None, 0.0
    marks = cv2.connectedComponents(shape.mask.astype(np.uint8), connectivity=8)[0] - 1
    # Red lines of text without a frame may be the title of a certificate, which is to be read.
    if wide >= STAMP[0] and high >= STAMP[1] and (framed >= 0.6 or (marks >= 10 and not shape.red)):
        return "stamp", max(0.7, min(0.95, 0.4 + framed / 2))
    if shape.red:
        # A seal of which a part is left: cut by the edge of the sheet, or pressed unevenly.
        part = max(wide, high) >= SEAL[0] and min(wide, high) >= 0.3
        return ("seal", 0.4 + 0.4 * rim) if part and rim > 0.3 else (None, 0.0)
    if wide >= SIGNATURE[0] or high >= SIGNATURE[1]:
        return "signature", 0.8
    return "handwriting", 0.7


def is_print(shape: Shape) -> bool:
    """Whether a red shape is letters in lines: next to nothing of it is as high as the rim or the star of a
    seal, or the frame of a stamp. What is larger than these are rules and frames of a form."""
    wide, high = shape.inches
    flat = high <= LETTER
    if (
        not shape.red
        or is_round(shape)
        or (shape.depth < FRAMED * DEEP and not (flat and wide >= LINE * high))
    ):
        return False
    _, _, width, height, area = connected(shape.mask.astype(np.uint8)).stats[1:].T
    stamped = (width <= LARGEST[0] * SHAPE_DPI) & (height <= LARGEST[1] * SHAPE_DPI)
    tall = (height > LETTER * SHAPE_DPI) & stamped
    letters = (flat or len(area) >= FEWEST_LETTERS) and area.mean() >= LEAST_LETTER
    return bool(letters and area[tall].sum() <= MOST_HIGH * area.sum())


def is_round(shape: Shape) -> bool:
    """Whether a shape is a worn seal, though what is left of it is no larger than letters: there is ink all
    around its rim, and next to none in the corners of its box, which a block of text fills."""
    if not _as_wide_as_high(shape) or rim_share(shape.mask) < RIM:
        return False
    high, wide = shape.mask.shape
    rows, columns = np.nonzero(shape.mask)
    off = ((columns + 0.5) / wide * 2 - 1) ** 2 + ((rows + 0.5) / high * 2 - 1) ** 2
    return float(np.mean(off > ROUND)) <= CORNERS


def _as_wide_as_high(shape: Shape) -> bool:
    wide, high = shape.inches
    return 0.75 <= wide / high <= 1.35 and SEAL[0] <= max(wide, high) <= SEAL[1]


def rim_share(mask: Mask) -> float:
    """The share of directions from the middle in which there is ink at the rim of the ellipse in the box."""
    height, width = mask.shape
    y, x = np.nonzero(mask)
    across, down = (x + 0.5) / width * 2 - 1, (y + 0.5) / height * 2 - 1
    outer = np.abs(np.hypot(across, down) - 0.93) < 0.12
    bins = ((np.arctan2(down[outer], across[outer]) + np.pi) / (2 * np.pi) * 36).astype(int) % 36
    return len(np.unique(bins)) / 36


def _frame_share(mask: Mask) -> float:
    """How much of the four sides of the box is inked, or of a box that lies somewhat aslant."""
    edge = 3
    shares = []
    for shape in (mask, _upright(mask)):
        sides = (shape[:edge].any(0), shape[-edge:].any(0), shape[:, :edge].any(1), shape[:, -edge:].any(1))
        shares.append(float(np.mean([side.mean() for side in sides])))
    return max(shares)


def _upright(mask: Mask) -> Mask:
    """The mask turned so that the smallest rectangle around it stands upright; unchanged if far from it."""
    points = np.argwhere(mask)[:, ::-1].astype(np.float32)
    (x, y), _, angle = cv2.minAreaRect(points)
    angle = (angle + 45) % 90 - 45
    if abs(angle) > MOST_TILT:
        return mask
    matrix = cv2.getRotationMatrix2D((x, y), angle, 1)
    turned = (
        cv2.warpAffine(mask.astype(np.uint8) * 255, matrix, mask.shape[::-1], flags=cv2.INTER_LINEAR) > 90
    )
    rows, columns = np.flatnonzero(turned.any(axis=1)), np.flatnonzero(turned.any(axis=0))
    if not len(rows):
        return mask
    return np.asarray(turned[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], np.bool_)


def without_seals(pixels: Pixels, regions: Sequence[Region]) -> Pixels:
    """Grey levels for reading, to be flattened: where seals and red stamps stand it is as light as paper but
    for the black text under them; red print elsewhere is as dark as it looks."""
    if pixels.ndim == 2:
        return pixels
    grey = np.empty(pixels.shape[:2], np.uint8)
    for top in range(0, len(grey), BAND):
        red, redness = _standing_out(pixels[top : top + BAND], RED)
        grey[top : top + BAND] = cv2.subtract(red, cv2.subtract(redness, np.array([PALE], np.uint8)))
    for region in regions:
        if region.kind in ("seal", "stamp"):
            b = region.box
            area = np.s_[max(0, b.y0 - 3) : b.y1 + 3, max(0, b.x0 - 3) : b.x1 + 3]
            light, colour = _standing_out(pixels[area], RED)
            if region.kind == "seal" and not _has_rim(colour):
                blue, blueness = _standing_out(pixels[area], BLUE)
                if _has_rim(blueness):
                    light, colour = blue, blueness
            grey[area] = cv2.addWeighted(light, 1.0, colour, LIFT, 0)
    return grey


def _has_rim(colour: Pixels) -> bool:
    """Whether the rim of a seal is of this colour; a signature across it is at a few places of the rim."""
    return rim_share(np.asarray(colour[::4, ::4] > COLOURED, np.bool_)) >= RIM


def _standing_out(pixels: Pixels, channel: int) -> tuple[Pixels, Pixels]:
    """A channel, and by how much it is above both others."""
    others = [np.asarray(cv2.extractChannel(pixels, other), np.uint8) for other in range(3)]
    one = others.pop(channel)
    return one, np.asarray(cv2.subtract(one, cv2.max(*others)), np.uint8)


def is_coloured(pixels: Pixels, place: Box) -> bool:
    """Whether the ink in a place is mostly coloured; that of a black seal, scanned in colour, is not."""
    if pixels.ndim == 2:
        return False
    area = pixels[place.y0 : place.y1, place.x0 : place.x1]
    blue, green, red = (np.asarray(c, np.uint8) for c in cv2.split(area))
    redness, blueness = cv2.subtract(red, cv2.max(blue, green)), cv2.subtract(blue, cv2.max(red, green))
    stamped = np.asarray(cv2.max(redness, blueness) > COLOURED, np.bool_)
    darkest = cv2.min(red, cv2.min(blue, green))
    ink = int(np.count_nonzero(stamped | (darkest < DARK)))
    return int(np.count_nonzero(stamped)) >= COLOUR_SHARE * max(1, ink)


def parted(pixels: Pixels, grey: Pixels, place: Box) -> Parted | None:
    """The page without a stamp in coloured ink, and the stamp; None where its ink has no colour.

    `grey` is the page for reading; black text under the stamp stays.
    """
    if pixels.ndim == 2:
        return None
    area = np.s_[place.y0 : place.y1, place.x0 : place.x1]
    blue, green, red = (np.asarray(c, np.uint8) for c in cv2.split(pixels[area]))
    redness, blueness = cv2.subtract(red, cv2.max(blue, green)), cv2.subtract(blue, cv2.max(red, green))
    is_red = np.count_nonzero(redness > COLOURED) > np.count_nonzero(blueness > COLOURED)
    colour, own = (redness, red) if is_red else (blueness, blue)
    stamped = np.asarray(colour > COLOURED, np.bool_)
    all_ink = int(np.count_nonzero(stamped | (grey[area] < DARK)))
    if int(np.count_nonzero(stamped)) < COLOUR_SHARE * max(1, all_ink):
        return None
    paper = max(1.0, float(np.percentile(own, 80)))
    text = grey.copy()
    text[area] = cv2.max(text[area], cv2.addWeighted(own, 255 / paper, colour, STAMP_LIFT, 0))
    deep = np.clip((colour.astype(np.float32) - COLOURED / 2) * STAMP_DEPTH, 0, 255)
    return Parted(text, (255 - deep).astype(np.uint8), place)
