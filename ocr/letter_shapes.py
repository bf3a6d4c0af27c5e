"""Tells where a mask of ink changes the shape of letters: a hook became a dot, two strokes became one.

`fidelity` sees what is missing; this sees what is still there and says something else. A tone mark is a few
dots large, so it looks closer, at the dots of the page itself, and only where words stand.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr import mixed_raster
from ocr.engine import Pixels
from ocr.mixed_raster import Separation
from ocr.recognition import Box

BLUR_MM = 0.1  # what an eye, and a reader, does not tell apart: a third of the stroke of a 13-point letter
MOST = 0.35  # of the way from paper to ink; few words have more, and many of the misread
# The same of a stencil with twice as many dots, where soft edges of a noisy page still have 0.3 to 0.45.
# With 0.3 and 0.4 four noisy pages at 300 dpi took 82 kB instead of 76, and were read no better.
MOST_OF_FINE = 0.5
DOTS = 4  # that differ by more; fewer are noise
LEAST_CONTRAST = 30  # levels between paper and ink; under it a mask says nothing


def changed(
    pixels: Pixels, dpi: float, parts: Separation, words: Sequence[Box], *, most: float = MOST
) -> list[Box]:
    """The words, in pixels of the page, whose letters look otherwise in the mask than on the page."""
    paper = mixed_raster.lightest(parts.paper)
    scale = paper.shape[1] / pixels.shape[1], paper.shape[0] / pixels.shape[0]
    seen = _apart(words, parts.pictures)
    return [box for box in seen if _differs(pixels, dpi, parts, (box, paper, scale), most=most)]


def _apart(words: Sequence[Box], pictures: Sequence[Box]) -> Iterator[Box]:
    """Words over which the mask lies."""
    return (box for box in words if not any(mixed_raster.meet(box, other) for other in pictures))


def _differs(
    pixels: Pixels,
    dpi: float,
    parts: Separation,
    at: tuple[Box, Pixels, tuple[float, float]],
    *,
    most: float,
) -> bool:
    box, paper, scale = at
    seen = mixed_raster.lightest(np.ascontiguousarray(pixels[mixed_raster.cut(box)])).astype(np.float32)
    if seen.size <= DOTS:
        return False
    x, y = (box.x0 + box.x1) / 2 * scale[0], (box.y0 + box.y1) / 2 * scale[1]
    half = (box.x1 - box.x0) / 2 * scale[0], (box.y1 - box.y0) / 2 * scale[1]
    near = paper[
        max(int(y - half[1]), 0) : int(y + half[1]) + 1, max(int(x - half[0]), 0) : int(x + half[0]) + 1
    ]
    ground = float(np.median(near)) if near.size else 255.0
    contrast = ground * (1 - parts.black / 255)
    if contrast < LEAST_CONTRAST:
        return True
    inked: NDArray[np.generic] = cv2.resize(parts.over(box), seen.shape[1::-1], interpolation=cv2.INTER_AREA)
    apart = (ground - seen) / contrast - inked.astype(np.float32) / 255
    even = np.abs(cv2.GaussianBlur(apart, (0, 0), BLUR_MM * dpi / 25.4))
    return bool(np.count_nonzero(even > most) >= DOTS)
