"""What stands on a page beside its text: seals, stamps, signatures, photographs, QR codes."""

from collections.abc import Iterator

import cv2
import numpy as np

from ocr.connected import connected
from ocr.engine import Pixels
from ocr.layout import page_ink
from ocr.layout.page_ink import LARGEST_LETTER, WORK_DPI
from ocr.marks import PageInk
from ocr.picture import rescaled
from ocr.recognition import Box, Region, RegionKind
from ocr.stamps import coloured_ink, stamp_frames

PICTURE_DPI = 75
PICTURE = (0.45, 4.5)  # inches; smaller is no code that can be scanned, larger is a page
DENSE = 0.34  # share of ink within a code or a photograph; bold capitals have less
CLOSED = 0.07  # inches between dots of one picture
MIDDLE = (70, 200)  # grey levels that print has at its edges only, and photographs all over
PEN = (0.7, 0.25, 0.3)  # inches across and down, and share of ink, of the strokes of a signature
RING_DPI = 50
RIM = 0.93  # share of a circle that is there; the letters of a paragraph reach 0.88
MOST_CIRCLES = 40
RING = (0.5, 0.95)  # inches: radius of a seal

BARE = 0.2  # how likely leaders without a frame are a stamp before anything is read

#: What a region is, where, at the size that was looked at, and how likely.
Found = tuple[RegionKind, Box, float]


def find(pixels: Pixels, grey: Pixels, dpi: float, ink: PageInk | None = None) -> tuple[Region, ...]:
    """The regions of an upright, level page, from top to bottom; `grey` is `pixels` flattened.

    `ink` is what is seen of the flattened page, where that is known.
    """
    found = [*coloured_ink.find(pixels, dpi)]
    page = ink or page_ink.find(grey, dpi)
    small = _evenly_lit(pixels, dpi)
    # Figures of a pen over text, in a stamp, are as dense as photographs: stamps are looked for first.
    stamped: list[tuple[RegionKind, Box, float, float]] = [
        ("stamp", box, 0.6, dpi / WORK_DPI) for box in stamp_frames.frames(page)
    ]
    stamped += [("stamp", box, BARE, dpi / WORK_DPI) for box in stamp_frames.bare(page)]
    pictures = [(k, b, c, dpi / PICTURE_DPI) for k, b, c in _pictures(small, grey, dpi)]
    black = [(k, b, c, dpi / WORK_DPI) for k, b, c in (*_rings(page), *_strokes(page))]
    for kind, box, confidence, factor in (*stamped, *pictures, *black):
        place = _scaled(box, factor, grey.shape)
        if not any(r.box.share_of(place) > 0.6 for r in found):
            found.append(Region(kind, place, confidence))
    return tuple(sorted(found, key=lambda r: (r.box.y0, r.box.x0)))


def _evenly_lit(pixels: Pixels, dpi: float) -> Pixels:
    """The page small, with its paper white; flattening would take the shades out of a photograph."""
    factor = PICTURE_DPI / dpi
    tone = cv2.extractChannel(pixels, 1) if pixels.ndim == 3 else pixels
    small = rescaled(np.asarray(tone, np.uint8), factor).astype(np.float32)
    paper = max(1.0, float(np.percentile(small, 80)))
    return np.asarray(np.clip(small * (255 / paper), 0, 255), np.uint8)


def _scaled(box: Box, factor: float, shape: tuple[int, ...]) -> Box:
    x1, y1 = min(shape[1], round(box.x1 * factor)), min(shape[0], round(box.y1 * factor))
    return Box(int(box.x0 * factor), int(box.y0 * factor), x1, y1)


def _pictures(small: Pixels, grey: Pixels, dpi: float) -> Iterator[Found]:
    """QR codes and photographs: rectangles that are dense all over."""
    ink = (small < MIDDLE[1]).astype(np.uint8)
    reach = round(CLOSED * PICTURE_DPI)
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    # What is thinner than half the least picture falls away: rules, strokes, lines of text.
    least = round(PICTURE[0] * PICTURE_DPI)
    closed = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((least * 2 // 3, least * 2 // 3), np.uint8))
    stats = cv2.connectedComponentsWithStats(closed, connectivity=4)[2]
    for x, y, width, height, area in stats[1:].tolist():
        side = min(width, height), max(width, height)
        if side[0] < least or side[1] > PICTURE[1] * PICTURE_DPI or area < 0.75 * width * height:
            continue
        inside = small[y : y + height, x : x + width]
        if (inside < MIDDLE[1]).mean() < DENSE:
            continue
        box = Box(x, y, x + width, y + height)
        if side[1] < 1.3 * side[0] and _is_qr(grey, _scaled(box, dpi / PICTURE_DPI, grey.shape)):
            yield "qr", box, 0.95
        elif ((inside > MIDDLE[0]) & (inside < MIDDLE[1])).mean() > 0.3:
            yield "photo", box, 0.7


def _is_qr(grey: Pixels, box: Box) -> bool:
    margin = (box.x1 - box.x0) // 6
    part = grey[max(0, box.y0 - margin) : box.y1 + margin, max(0, box.x0 - margin) : box.x1 + margin]
    found, _ = cv2.QRCodeDetector().detect(np.ascontiguousarray(part))
    return bool(found)


def _large(page: PageInk) -> list[int]:
    """Marks that are too large for letters."""
    m = page.marks
    large = (m.height > LARGEST_LETTER * WORK_DPI) | (m.width > 2 * LARGEST_LETTER * WORK_DPI)
    return [int(i) for i in np.flatnonzero(large)]


def _strokes(page: PageInk) -> Iterator[Found]:
    """Signatures: long thin strokes that hang together."""
    m = page.marks
    high, wide = page.ink.shape
    for i in _large(page):
        box = Box(int(m.x0[i]), int(m.y0[i]), int(m.x1[i]), int(m.y1[i]))
        width, height = (box.x1 - box.x0) / WORK_DPI, (box.y1 - box.y0) / WORK_DPI
        at_rim = box.x0 <= 2 or box.y0 <= 2 or box.x1 >= wide - 2 or box.y1 >= high - 2
        share = int(m.area[i]) / ((box.x1 - box.x0) * (box.y1 - box.y0))
        if width >= PEN[0] and height >= PEN[1] and share < PEN[2] and not at_rim:
            yield "signature", box, 0.6 if share > 0.15 else 0.8


def _rings(page: PageInk) -> Iterator[Found]:
    """Seals without colour: circles of ink, looked for where there is ink too large for letters."""
    seen: list[Box] = []
    # A flat part of a circle may have been taken for a rule.
    ink = cv2.bitwise_or(page.ink, cv2.bitwise_or(page.across, page.down))
    factor = RING_DPI / WORK_DPI
    small = rescaled(np.asarray(ink, np.uint8), factor)
    stats = connected((small > 60).astype(np.uint8)).stats
    large = [s for s in stats[1:].tolist() if min(s[2], s[3]) >= 1.4 * RING[0] * RING_DPI]
    circles = [circle for x, y, w, h, _ in large for circle in _circles(small, Box(x, y, x + w, y + h))]
    # The fullest circle first; of two as full, the outer one stands for those within.
    for box, ring in sorted(circles, key=lambda c: -c[1] - 0.3 * (c[0].x1 - c[0].x0) / WORK_DPI):
        if ring > RIM and not any(other.share_of(box) > 0.2 for other in seen):
            seen.append(box)
            yield "seal", box, 0.3 + ring / 2


def _circles(small: Pixels, box: Box) -> Iterator[tuple[Box, float]]:
    """Circles as large as seals around a large mark, each with the share of it that is there."""
    factor, margin = RING_DPI / WORK_DPI, 4
    x0, y0 = max(0, box.x0 - margin), max(0, box.y0 - margin)
    part = np.ascontiguousarray(small[y0 : box.y1 + margin, x0 : box.x1 + margin])
    least, most = (round(r * RING_DPI) for r in RING)
    found = cv2.HoughCircles(
        part, cv2.HOUGH_GRADIENT, 1.5, 4, param1=120, param2=30, minRadius=least, maxRadius=most
    )
    for cx, cy, radius in [] if found is None else found[0][:MOST_CIRCLES].tolist():
        left, top = int((x0 + cx - radius) / factor), int((y0 + cy - radius) / factor)
        side = round(2 * radius / factor)
        yield Box(max(0, left), max(0, top), left + side, top + side), _ring(part, (cx, cy, radius))


def _ring(
    small: np.ndarray[tuple[int, ...], np.dtype[np.generic]], circle: tuple[float, float, float]
) -> float:
    """The share of directions in which there is ink on the circle."""
    cx, cy, radius = circle
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    hit = np.zeros(72, np.bool_)
    for r in np.arange(radius - 2, radius + 2.5):
        x, y = np.round(cx + r * np.cos(angle)).astype(int), np.round(cy + r * np.sin(angle)).astype(int)
        inside = (x >= 0) & (y >= 0) & (x < small.shape[1]) & (y < small.shape[0])
        hit[inside] |= small[y[inside], x[inside]] > 60
    return float(hit.mean())
