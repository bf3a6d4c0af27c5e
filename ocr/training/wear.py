"""What printing and scanning do to ink: strokes grow or shrink, edges blur, sheets slope, toner is uneven."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.training.chance import Chance

Picture = NDArray[np.float32]

SLOPED, SLOPE = 0.6, 0.35  # lines not quite level; degrees, standard deviation: what levelling a page leaves
STRETCHED = 0.5  # lines narrowed or widened, as condensed type and other cuts of Times are, by
STRETCH = (0.86, 1.14)
#: Scales of 300 dpi: also 200, 150 and 100 dpi, as scanners, fax machines and messengers leave pages.
SCALES, SCALE_WEIGHTS = (1, 0.67, 0.5, 0.34), (52, 20, 12, 16)
HEAVIER_OR_LIGHTER, HEAVIER = 0.26, 0.5  # lines whose strokes grow or shrink, and which of them grow
LARGE_EM = 52  # pixels; smaller letters would close up under a square of 3
BLUR = (0.3, 1.3)  # pixels at 300 dpi, standard deviation
WAVY, WAVES, WAVE_HEIGHT = 0.25, (1, 4), (0.3, 1.6)  # paper that does not lie flat: waves a line, pixels high
UNEVEN, UNEVENNESS, PATCH = 0.35, (0.1, 0.55), 40  # toner that varies over patches of so many pixels
SPECKLED, SPECKLES, SPECKLE_BLUR = 0.15, (0.2, 0.42), 0.7  # toner that left holes
FADED, FADED_INK, INK = 0.4, (0.4, 1.05), (0.85, 1.1)  # how dark ink is; above 1 is as black as can be


@dataclass(frozen=True, slots=True)
class Scan:
    """How a line is taken up: degrees counter-clockwise, widening, pixels a pixel as drawn."""

    slope: float
    stretch: float
    scale: float

    def size(self, picture: Picture) -> tuple[int, int]:
        """Width and height of the scanned picture."""
        height, width = picture.shape
        return max(8, int(width * self.scale * self.stretch)), int(height * self.scale)


STRAIGHT = Scan(0, 1, 1)


def any_scan(chance: Chance) -> Scan:
    """A scan by chance."""
    slope = chance.gauss(0, SLOPE) if chance.happens(SLOPED) else 0
    stretch = chance.uniform(*STRETCH) if chance.happens(STRETCHED) else 1
    return Scan(slope, stretch, chance.choices(SCALES, SCALE_WEIGHTS)[0])


def worn(ink: Picture, em: int, baseline: int, scan: Scan, *, chance: Chance) -> Picture:
    """Ink (0 paper, 255 full) as drawn → grey (0 black, 255 paper) as scanned, before noise."""
    ink = _strokes(ink, em, chance)
    ink = cv2.GaussianBlur(ink, (0, 0), chance.uniform(*BLUR) / scan.scale**0.5).astype(
        np.float32, copy=False
    )
    ink = _taken(ink, baseline, scan)
    if chance.happens(WAVY):
        ink = _wavy(ink, scan.scale, chance)
    ink = ink / np.float32(255)
    if chance.happens(UNEVEN):
        _uneven(ink, chance)
    if chance.happens(SPECKLED):
        _speckled(ink, chance)
    dark = chance.uniform(*(FADED_INK if chance.happens(FADED) else INK))
    ink *= np.float32(dark)
    return 255 - np.float32(255) * ink.clip(0, 1)


def _strokes(ink: Picture, em: int, chance: Chance) -> Picture:
    if not chance.happens(HEAVIER_OR_LIGHTER):
        return ink
    square = (3, 3) if em > LARGE_EM else (2, 2)
    shape = chance.choice(((2, 2), (1, 2), (2, 1), square))
    if chance.happens(HEAVIER):
        return cv2.dilate(ink, np.ones(shape, np.uint8)).astype(np.float32, copy=False)
    if shape == (3, 3):
        shape = (2, 2)  # thin strokes would vanish
    return cv2.erode(ink, np.ones(shape, np.uint8)).astype(np.float32, copy=False)


def _taken(ink: Picture, baseline: int, scan: Scan) -> Picture:
    """The ink turned about the middle of its baseline, stretched and scaled."""
    height, width = ink.shape
    turn = cv2.getRotationMatrix2D((width / 2, baseline), scan.slope, 1)
    if scan.scale == 1:  # in one step, so that edges are interpolated once
        matrix = np.diag([scan.stretch, 1.0]) @ turn
        taken = cv2.warpAffine(ink, matrix, scan.size(ink), flags=cv2.INTER_LINEAR)
    else:
        level = cv2.warpAffine(ink, turn, (width, height)) if scan.slope else ink
        taken = cv2.resize(level, scan.size(ink), interpolation=cv2.INTER_AREA)
    return taken.astype(np.float32, copy=False)


def _wavy(ink: Picture, scale: float, chance: Chance) -> Picture:
    height, width = ink.shape
    amplitude = chance.uniform(*WAVE_HEIGHT) * scale
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    phase = xs / (width / chance.uniform(*WAVES)) * 3.1 + chance.random() * 6
    ys += amplitude * np.sin(phase).astype(np.float32)
    return cv2.remap(ink, xs, ys, cv2.INTER_LINEAR).astype(np.float32, copy=False)


def _uneven(ink: Picture, chance: Chance) -> None:
    height, width = ink.shape
    patches = chance.pixels.random((3, max(2, width // PATCH)), dtype=np.float32)
    ink *= 1 - chance.uniform(*UNEVENNESS) * cv2.resize(
        patches, (width, height), interpolation=cv2.INTER_CUBIC
    )


def _speckled(ink: Picture, chance: Chance) -> None:
    grain = cv2.GaussianBlur(chance.pixels.random(ink.shape, dtype=np.float32), (0, 0), SPECKLE_BLUR)
    ink *= grain > chance.uniform(*SPECKLES)
