"""Makes a page picture fit for reading: background, turning, levelling; and tells a blank page."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.connected import Connected, connected
from ocr.engine import Pixels
from ocr.picture import rescaled

GLANCE_DPI = 150
INK = 150  # on a page divided by its background, darker than this is ink; bleed-through stays lighter
CLEAR = 64  # levels of difference from the paper; bleed-through has about half of it
STROKES_DPI = 100  # what is wider or higher than an inch is no letter
MOST_RULED = 0.2  # share of ink in the box around ruled lines
LARGEST_SKEW = 10.0  # degrees; more than this is a crooked layout, not a crooked sheet
#: A phone is held less straight than a sheet lies on glass. Steeper lines than a scan has must stand out so
#: many times as sharply as all within LARGEST_SKEW; print 12 degrees and steeper did so 2 to 27 times.
LARGEST_PHOTOGRAPHED, STANDS_OUT = 20.0, 1.5
STRIPS = 96  # upright strips of a page of which the ink is counted row by row, to find its skew
LEAST_SKEW = 0.08  # degrees; to correct less costs sharpness and gains nothing
QUARTERS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


def flat(pixels: Pixels, dpi: float) -> Pixels:
    """Grey levels over an even white background: uneven light, paper tone and red seals gone."""
    grey = red(pixels)
    if _bilevel(grey):
        return grey
    background = background_of(grey, dpi)
    return _u8(cv2.divide(grey, background, dst=background, scale=255))


def glance(pixels: Pixels, dpi: float) -> Pixels:
    """The same at GLANCE_DPI at most: enough to see how a page lies, and how dark its letters are."""
    coarse = min(GLANCE_DPI, dpi)
    return flat(scaled(red(pixels), dpi, coarse), coarse)


def background_of(grey: Pixels, dpi: float) -> Pixels:
    """The paper under the ink, with its light and shadow."""
    scale = min(1.0, 75 / dpi)
    small = rescaled(grey, scale)
    # Closing fills what is narrower than 4 mm, as every stroke is, and follows the edge of a shadow, where
    # the brightest around would leave a dark band.
    background = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((13, 13), np.uint8))
    background = cv2.GaussianBlur(background, (0, 0), 3)
    return _u8(cv2.resize(background, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR))


def red(pixels: Pixels) -> Pixels:
    """The red channel: red seals and stamps over black text become as light as the paper."""
    return _u8(cv2.extractChannel(pixels, 2)) if pixels.ndim == 3 else pixels


def _bilevel(grey: Pixels) -> bool:
    sample = grey[::7, ::7]
    return bool(((sample == 0) | (sample == 255)).all())


def _u8(pixels: NDArray[np.generic]) -> Pixels:
    return pixels.astype(np.uint8, copy=False)


def scaled(grey: Pixels, dpi: float, target: float) -> Pixels:
    """The picture at `target` dots an inch."""
    factor = target / dpi
    if abs(factor - 1) < 0.03:
        return grey
    way = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    return rescaled(grey, factor, way)


def turned(pixels: Pixels, degrees: int) -> Pixels:
    """Turned clockwise by 0, 90, 180 or 270 degrees."""
    return _u8(cv2.rotate(pixels, QUARTERS[degrees])) if degrees else pixels


def levelled(pixels: Pixels, degrees: float, bilevel: bool = False) -> Pixels:
    """Turned clockwise by a small angle; the canvas, and so the size of the paper, stays."""
    if not degrees:
        return pixels
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1)
    light = np.atleast_1d(np.percentile(pixels[::9, ::9], 80, (0, 1)))  # the colour of the paper
    paper = [255.0] if bilevel else [float(value) for value in light]
    level = cv2.warpAffine(pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=paper)
    if bilevel:
        level = cv2.threshold(level, 127, 255, cv2.THRESH_BINARY)[1]
    return _u8(level)


def strokes(flattened: Pixels, dpi: float) -> Pixels:
    """Ink as white on black at about 100 dpi, without what is no text: edges, rules, large dark areas."""
    return strokes_and_rules(flattened, dpi)[0]


def strokes_and_rules(flattened: Pixels, dpi: float) -> tuple[Pixels, Pixels]:
    """The same, and beside it ruled lines, frames and staves: wide, and mostly paper within."""
    scale = min(1.0, STROKES_DPI / dpi)
    ink = cv2.threshold(flattened, INK, 255, cv2.THRESH_BINARY_INV)[1]
    ink = rescaled(_u8(ink), scale)
    ink = _u8(cv2.threshold(ink, 64, 255, cv2.THRESH_BINARY)[1])
    marks = connected(ink)
    _, _, width, height, area = marks.stats.astype(np.int64).T
    text = (width < STROKES_DPI) & (height < STROKES_DPI) & (area >= 3)
    ruled = (width >= STROKES_DPI) & (area < MOST_RULED * width * height)
    return _only(marks, text), _only(marks, ruled)


def _only(marks: Connected, keep: NDArray[np.bool_]) -> Pixels:
    """The ink of some marks, but none that touches the rim."""
    keep = keep & ~_at_rim(marks)
    keep[0] = False
    if not keep.any():
        return np.zeros(marks.labels.shape, np.uint8)
    return _u8(np.where(keep[marks.labels], np.uint8(255), np.uint8(0)))


def skew(ink: Pixels, *, photographed: bool = False) -> float:
    """Degrees clockwise that level the lines of `strokes_and_rules`; 0 where there is too little to tell, and
    where they are as steep as no scan, or no photograph where it may be one, has them."""
    if int(np.count_nonzero(ink)) < 200:
        return 0.0
    largest = LARGEST_PHOTOGRAPHED if photographed else LARGEST_SKEW
    thick = _strips(ink, 2)
    best = _coarse(thick, largest)
    for strips, step, span in ((thick, 0.25, 1.0), (_strips(ink, 1), 0.05, 0.25)):
        angles = np.arange(best - span, best + span + step / 2, step)
        scores = [_lines_score(strips, float(angle)) for angle in angles]
        best = float(angles[int(np.argmax(scores))])
    if abs(best) >= largest - 0.5 or abs(best) < LEAST_SKEW:
        return 0.0
    return round(best, 2)


@dataclass(frozen=True, slots=True)
class Strips:
    """How much ink each row has in each of STRIPS upright strips of a page; and their width in rows.

    A small turn moves a strip up or down and hardly changes it, so that angles are tried on these few numbers
    instead of on the page.
    """

    ink: NDArray[np.float32]
    width: float


def _coarse(strips: Strips, largest: float) -> float:
    """Whole degrees, `largest` at most, that level the lines; steeper ones than those of a scan where they
    stand out."""
    angles = np.arange(-largest, largest + 1)
    scores = np.array([_lines_score(strips, float(angle)) for angle in angles])
    best = int(np.argmax(scores))
    if scores[best] > STANDS_OUT * float(scores[np.abs(angles) < LARGEST_SKEW].max()):
        return float(angles[best])
    usual = np.abs(angles) <= LARGEST_SKEW
    return float(angles[usual][int(np.argmax(scores[usual]))])


def _strips(ink: Pixels, rows: int = 1) -> Strips:
    """The strips of `strokes`, of `rows` rows taken together."""
    high, wide = ink.shape
    height = max(1, high // rows)
    means = cv2.resize(ink, (STRIPS, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    return Strips(means, wide / STRIPS * height / high)


def _lines_score(strips: Strips, degrees: float) -> float:
    """How sharply rows of ink and rows of paper alternate after turning clockwise."""
    slope = math.tan(math.radians(degrees)) * strips.width  # rows from one strip to the next
    matrix = np.array([[1, 0, 0], [slope, 1, -slope * (STRIPS - 1) / 2]])
    turned = cv2.warpAffine(strips.ink, matrix, (STRIPS, strips.ink.shape[0]))
    rows = turned.sum(axis=1, dtype=np.float64)
    return float(np.square(np.diff(rows)).sum())


def lies_on_its_side(ink: Pixels) -> float:
    """Above 1: text lines run up and down; below 1: across. Far from 1 is sure."""
    angles = np.arange(-LARGEST_SKEW, LARGEST_SKEW + 1)
    across, down = (
        max(_lines_score(strips, float(angle)) for angle in angles)
        for strips in (_strips(ink, 2), _strips(_u8(cv2.rotate(ink, cv2.ROTATE_90_CLOCKWISE)), 2))
    )
    # Both are sums over the same ink, but a row is longer on one axis: compare per unit of length.
    return float(down * ink.shape[0] / max(across * ink.shape[1], 1.0))


def heads_up(ink: Pixels) -> float:
    """Above 1: more ink stands over the small letters than hangs below them, as tone marks and ascenders do;
    below 1: the page is upside down. `ink` must be level."""
    rows = ink.sum(axis=1, dtype=np.float64)
    above = below = 1.0
    for first, last in _bands(rows):
        core = rows[first:last] > 0.5 * np.percentile(rows[first:last], 90)
        inside = np.flatnonzero(core)
        above += float(rows[first : first + inside[0]].sum())
        below += float(rows[first + inside[-1] + 1 : last].sum())
    return above / below


def _bands(rows: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Runs of rows with ink that are as high as a text line may be (at 100 dpi)."""
    busy = np.concatenate(([0], (rows > rows.max() * 0.02).astype(np.int8), [0]))
    starts, ends = np.flatnonzero(np.diff(busy) == 1), np.flatnonzero(np.diff(busy) == -1)
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True) if 8 <= b - a <= 40]


def marks(ink: Pixels) -> int:
    """The number of letter-sized marks among `strokes`."""
    height = connected(ink).stats[1:, cv2.CC_STAT_HEIGHT]
    return int(((height >= 4) & (height <= 60)).sum())


def covered(pixels: Pixels, dpi: float) -> float:
    """The share of the page that differs clearly from its paper, in light or colour, scanner edges apart.

    Seals that shine through from the other side are pale, and stay below the difference that counts.
    """
    scale = min(1.0, 50 / dpi)
    small = rescaled(pixels, scale)
    paper = np.atleast_1d(np.percentile(small, 80, (0, 1)))
    clear = cv2.bitwise_not(cv2.inRange(small, np.ceil(paper - CLEAR), np.floor(paper + CLEAR)))
    things = connected(_u8(clear))
    keep = ~_at_rim(things)
    keep[0] = False
    return float(np.count_nonzero(keep[things.labels]) / clear.size)


def _at_rim(marks: Connected) -> NDArray[np.bool_]:
    """Which of them touch the rim of the picture, as scanner edges do."""
    height, width = marks.labels.shape
    x, y, wide, high = marks.stats[:, :4].T
    return np.asarray((x <= 1) | (y <= 1) | (x + wide >= width - 1) | (y + high >= height - 1), np.bool_)
