"""Tells where a mask of ink changes the shape of letters: a hook became a dot, two strokes became one.

`fidelity` sees what is missing; this sees what is still there and says something else. A tone mark is a few
dots large, so it looks closer, at the dots of the page itself, and only where words stand.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engine import Pixels
from ocr.medians import median
from ocr.recognition import Box
from ocr.viewing_copy import mixed_raster
from ocr.viewing_copy.mixed_raster import Separation

#: A coloured region: its place on the page, and the lightest channel of what is shown there, dot for dot.
ShownRegion = tuple[Box, Pixels]

BLUR_MM = 0.1  # what an eye, and a reader, does not tell apart: a third of the stroke of a 13-point letter
MOST = 0.35  # of the way from paper to ink; few words have more, and many of the misread
# The same of a stencil with twice as many dots, where soft edges of a noisy page still have 0.3 to 0.45.
# With 0.3 and 0.4 four noisy pages at 300 dpi took 82 kB instead of 76, and were read no better.
MOST_OF_FINE = 0.5
DOTS = 4  # that differ by more; fewer are noise
LEAST_CONTRAST = 30  # levels between paper and ink; under it a mask says nothing


def changed(
    pixels: Pixels,
    dpi: float,
    parts: Separation,
    words: Sequence[Box],
    *,
    regions: Sequence[ShownRegion] = (),
    most: float = MOST,
) -> list[Box]:
    """The words, in pixels of the page, whose letters look otherwise in the mask than on the page.

    `regions` are what is shown under the mask other than paper.
    """
    paper = mixed_raster.lightest(parts.paper)
    scale = paper.shape[1] / pixels.shape[1], paper.shape[0] / pixels.shape[0]
    found = []
    for box in _apart(words, parts.pictures):
        ground = _usual(paper, box, scale)
        coloured = [region for region in regions if mixed_raster.meet(box, region[0])]
        under = _under(box, ground, coloured) if coloured else ground
        if _differs(pixels, dpi, parts, (box, ground, under), most=most):
            found.append(box)
    return found


def _apart(words: Sequence[Box], pictures: Sequence[Box]) -> Iterator[Box]:
    """Words over which the mask lies."""
    return (box for box in words if not any(mixed_raster.meet(box, other) for other in pictures))


def _usual(paper: Pixels, box: Box, scale: tuple[float, float]) -> float:
    """The level of most of the paper around the middle of a box."""
    x, y = (box.x0 + box.x1) / 2 * scale[0], (box.y0 + box.y1) / 2 * scale[1]
    half = (box.x1 - box.x0) / 2 * scale[0], (box.y1 - box.y0) / 2 * scale[1]
    left, top = max(int(x - half[0]), 0), max(int(y - half[1]), 0)
    near = paper[top : int(y + half[1]) + 1, left : int(x + half[0]) + 1]
    return median(near) if near.size else 255.0


def _under(box: Box, ground: float, regions: Sequence[ShownRegion]) -> NDArray[np.float32]:
    """The levels under a box where its paper has one level, but for regions."""
    levels = np.full((box.y1 - box.y0, box.x1 - box.x0), ground, np.float32)
    for place, shown in regions:
        x0, x1 = max(box.x0, place.x0), min(box.x1, place.x1)
        y0, y1 = max(box.y0, place.y0), min(box.y1, place.y1)
        if x0 < x1 and y0 < y1:
            part = shown[y0 - place.y0 : y1 - place.y0, x0 - place.x0 : x1 - place.x0]
            levels[y0 - box.y0 : y1 - box.y0, x0 - box.x0 : x1 - box.x0] = part
    return levels


def _differs(
    pixels: Pixels,
    dpi: float,
    parts: Separation,
    at: tuple[Box, float, NDArray[np.float32] | float],
    *,
    most: float,
) -> bool:
    box, ground, under = at
    seen = mixed_raster.lightest(np.ascontiguousarray(pixels[mixed_raster.cut(box)])).astype(np.float32)
    if seen.size <= DOTS:
        return False
    contrast = ground * (1 - parts.black / 255)
    if contrast < LEAST_CONTRAST:
        return True
    inked: NDArray[np.generic] = cv2.resize(parts.over(box), seen.shape[1::-1], interpolation=cv2.INTER_AREA)
    # Ink hides less of a seal than of paper.
    hidden = (under - (ground - contrast)) / (255 * contrast)
    apart = (under - seen) / contrast - hidden * inked.astype(np.float32)
    even = np.abs(cv2.GaussianBlur(apart, (0, 0), BLUR_MM * dpi / 25.4))
    return bool(np.count_nonzero(even > most) >= DOTS)
