"""What lies over or under a line: seals, stamps, strokes of a pen, print of the other side."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.training.chance import Chance
from ocr.training.drawing import Ink, as_float

Picture = NDArray[np.float32]

SEALED, SEAL_GREY = 0.11, (120, 235)  # seals come out grey: they are red, and the red channel is read
SEAL_LETTERS, LETTERS = 0.4, "AENTHPQG*UBD"  # of the words around its rim
SEAL_BLUR, PEN_BLUR = 0.8, 0.7
COVERING = 0.5  # seals that cover the ink below; the others darken it
PEN, PEN_GREY = 0.045, (0, 140)  # lines with a stroke of a pen across
CURVE_POINTS = 40
STAMPED, STAMP_GREY = 0.05, (0, 110)  # lines under a mail-room stamp: its frame, leaders, words, a pen in it
STAMP_WIDTH = (1.5, 7)  # heights of the picture that it covers
STAMP_PART = 0.6  # stamps with each of these
RULE, DOT, DOTS_APART = (2, 5), (1, 3), (6, 12)  # pixels at 300 dpi
STAMP_WORDS, STAMP_TURN = (0.45, 1.0), 1.5  # their size beside that of the line; degrees, standard deviation
SCRAWL = 0.4  # heights of the picture that a stroke written into a stamp reaches
BLEEDING, BLEED = 0.08, (0.04, 0.2)  # lines through which the back of the sheet shines, and how strongly


def overlaid(picture: Picture, scale: float, others: Sequence[Ink], chance: Chance) -> Picture:
    """The picture (0 black, 255 paper; `scale` of 300 dpi) with a seal, a pen, print of the other side."""
    if chance.happens(SEALED):
        picture = _sealed(picture, scale, chance)
    if chance.happens(STAMPED):
        picture = _stamped(picture, scale, others, chance)
    if chance.happens(PEN):
        picture = np.minimum(picture, _pen(picture.shape, scale, chance))
    if chance.happens(BLEEDING) and others:
        picture = _bled(picture, chance.choice(others), chance)
    return picture


def _sealed(picture: Picture, scale: float, chance: Chance) -> Picture:
    height, width = picture.shape
    seal = np.full((height, width), 255, np.uint8)
    grey = chance.uniform(*SEAL_GREY)
    for _ in range(chance.choice((1, 1, 2, 3))):
        _ring(seal, grey, chance)
    if chance.happens(SEAL_LETTERS):
        for _ in range(chance.randrange(1, 9)):
            letter = chance.choice(LETTERS)
            place = (chance.randrange(width), chance.randrange(height))
            size = chance.uniform(0.5, 1.5) * scale
            thick = chance.choice((1, 2, 3))
            cv2.putText(seal, letter, place, cv2.FONT_HERSHEY_COMPLEX, size, (grey,), thick)
    soft = cv2.GaussianBlur(as_float(seal), (0, 0), SEAL_BLUR)
    over = np.minimum(picture, soft) if chance.happens(COVERING) else picture * soft / 255
    return over.astype(np.float32, copy=False)


def _ring(seal: NDArray[np.uint8], grey: float, chance: Chance) -> None:
    """An arc: the ring of a seal is larger than a line, and its middle lies above or below."""
    height, width = seal.shape
    radius = chance.uniform(1, 5) * height
    x = chance.uniform(-0.2, 1.2) * width
    y = chance.choice((-1, 1)) * radius * chance.uniform(0.6, 1) + height / 2
    cv2.circle(seal, (int(x), int(y)), int(radius), (grey,), chance.choice((2, 3, 4, 7)))


def _pen(shape: tuple[int, ...], scale: float, chance: Chance) -> Picture:
    height, width = shape
    points = [
        np.array([chance.uniform(-0.1, 1.1) * width, chance.uniform(-0.3, 1.3) * height]) for _ in range(4)
    ]
    curve = _bezier(points).astype(np.int32)
    stroke = np.full((height, width), 255, np.float32)
    grey, thick = chance.uniform(*PEN_GREY), max(1, int(chance.choice((2, 3, 5)) * scale))
    cv2.polylines(stroke, [curve], False, (grey,), thick)
    return cv2.GaussianBlur(stroke, (0, 0), PEN_BLUR).astype(np.float32, copy=False)


def _stamped(picture: Picture, scale: float, others: Sequence[Ink], chance: Chance) -> Picture:
    """Under a part of a stamp that was put over the line by hand."""
    height, width = picture.shape
    wide = min(width, max(8, int(chance.uniform(*STAMP_WIDTH) * height)))
    stamp = np.full((height, wide), 255, np.uint8)
    if chance.happens(STAMP_PART):
        thick = max(1, round(chance.choice(RULE) * scale))
        for _ in range(chance.choice((1, 1, 2))):
            cv2.line(stamp, (0, chance.randrange(height)), (wide, chance.randrange(height)), (0,), thick)
    if chance.happens(STAMP_PART):
        _leader(stamp, scale, chance)
    if chance.happens(STAMP_PART) and others:
        _words(stamp, chance.choice(others), scale, chance)
    if chance.happens(STAMP_PART):
        _scrawl(stamp, scale, chance)
    turn = cv2.getRotationMatrix2D((wide / 2, height / 2), chance.gauss(0, STAMP_TURN), 1)
    stamp = cv2.warpAffine(stamp, turn, (wide, height), borderValue=(255,)).astype(np.uint8, copy=False)
    grey = chance.uniform(*STAMP_GREY)
    soft = 255 - (255 - cv2.GaussianBlur(as_float(stamp), (0, 0), PEN_BLUR)) * (255 - grey) / 255
    start = chance.choice((0, width - wide, chance.randrange(width - wide + 1)))
    covered = picture.copy()
    covered[:, start : start + wide] = np.minimum(covered[:, start : start + wide], soft)
    return covered


def _leader(stamp: NDArray[np.uint8], scale: float, chance: Chance) -> None:
    y, radius = chance.randrange(stamp.shape[0]), max(1, round(chance.choice(DOT) * scale))
    for x in range(0, stamp.shape[1], max(3, round(chance.randrange(*DOTS_APART) * scale))):
        cv2.circle(stamp, (x, y), radius, (0,), -1)


def _words(stamp: NDArray[np.uint8], other: Ink, scale: float, chance: Chance) -> None:
    factor = scale * chance.uniform(*STAMP_WORDS)
    small = cv2.resize(other.pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    top = chance.randrange(-small.shape[0] // 2, stamp.shape[0])
    first, last = max(0, top), min(stamp.shape[0], top + small.shape[0])
    wide = min(stamp.shape[1], small.shape[1])
    if last > first:
        stamp[first:last, :wide] = np.minimum(
            stamp[first:last, :wide], 255 - small[first - top : last - top, :wide]
        )


def _scrawl(stamp: NDArray[np.uint8], scale: float, chance: Chance) -> None:
    """A figure or two by a pen: short strokes beside each other."""
    height, width = stamp.shape
    reach = SCRAWL * height
    x, y = chance.uniform(0, width), chance.uniform(0, height)
    for _ in range(chance.randrange(2, 6)):
        points = [np.array([x + chance.gauss(0, reach), y + chance.gauss(0, reach)]) for _ in range(4)]
        thick = max(1, int(chance.choice((2, 3, 5)) * scale))
        cv2.polylines(stamp, [_bezier(points).astype(np.int32)], False, (0,), thick)
        x += chance.uniform(0.3, 1) * reach


def _bezier(points: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    a, b, c, d = points
    t = np.linspace(0, 1, CURVE_POINTS)[:, None]
    return (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t * t * c + t**3 * d


def _bled(picture: Picture, other: Ink, chance: Chance) -> Picture:
    height, width = picture.shape
    mirrored = cv2.resize(other.pixels[:, ::-1], (width, height)).astype(np.float32)
    mirrored *= chance.uniform(*BLEED)
    return np.minimum(picture, 255 - mirrored, dtype=np.float32)
