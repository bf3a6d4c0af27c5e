"""Finds a sheet of paper that was photographed on a table, and gives it as if it had been scanned.

A scan must never be bent, so a sheet is only found where all four of its sides are seen, each with paper
within and something darker without.
"""

from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.cleaning import other_sheets
from ocr.engine import Pixels
from ocr.picture import A4_INCHES, READING_DPI, Picture

WORK_SIDE = 640  # pixels of the longer side of the picture that is looked at
CLOSED = 9  # working pixels; no stroke of text is as wide
DARKER = 0.92  # of the paper: what lies beside a sheet has less light, by its tone or by its shadow
RIM = 3  # working pixels from the edge of the picture
LEAST_RIM = 0.5  # share of that edge which must be no paper
SOME_RIM = 0.1  # the same, from which words may have been read there
LINES = 9  # straight edges looked at in each direction
LEAST_LINE = 0.15  # of the shorter side of the picture: edge that must be seen for a line
STEEPEST = 40.0  # degrees that the sides of a sheet lean from those of the picture
APART = (4.0, 10.0)  # degrees and working pixels within which two lines are one
LEAST_AREA = 0.12  # of the picture: a sheet seen from a metre away
OUTSIDE = 0.04  # of the picture by which a corner may lie beyond its edge
CORNER = 35.0  # degrees that a corner may differ from a right angle; a tilt of 30 gives less
SEEN = 0.8  # share of each side along which paper ends
PATTERN = 0.03  # share of edges from which what lies around a sheet is a cloth, and no paper in a shadow
AROUND = 3  # working pixels next to a side that are not looked at for it
UNEVEN = 0.35  # of the widest margin around a sheet on a pattern, by which opposite ones differ
SIDE_BY_SIDE = 0.8  # of what looks like one sheet, that two sheets within it take
STEP = 4  # working pixels to both sides of an edge, where tones are compared
SAMPLES = 40  # points looked at on each side
REACH = 6  # working pixels around a line within which the edge is
FOCAL = 0.75  # of the longer side of the picture: the main camera of a phone
A4_NEAR = 0.08  # by which the proportions of an A4 sheet may be misjudged: the lens is only assumed
# Degrees by which opposite sides of a photographed sheet differ at least; a border that is printed, or a
# sheet on the glass of a scanner, has parallel sides. More where the picture has the size of a scan.
BENT, SURELY_BENT = 1.0, 2.0
INSET = 0.003  # of the sheet: the blurred edge, which would be a dark line around the page
A4_FRAME = 0.03  # by which the proportions of a scanned picture may differ from A4; phones have 3:4 or 9:16

SIDES = (((0, 1), (3, 2)), ((0, 3), (1, 2)))  # corners between which the sides run across, and down
OPPOSITE = [2, 3, 0, 1]

Corners = NDArray[np.float64]  # (4, 2): x and y in pixels, clockwise from the one at the top left
Floats = NDArray[np.float64]


def straightened(picture: Picture) -> Picture:
    """The sheet alone, as a rectangle at its true dpi, where it was photographed; else the same picture.
    Other sheets with print beside it come with it, each set straight.

    The text layer goes: its words stand elsewhere now.
    """
    tone = None if picture.drawn else _looked_at(picture.pixels)
    small = None if tone is None else _found(tone)
    if tone is None or small is None:
        return picture
    corners = _in_full(small, tone, picture.pixels)
    if not _photographed(picture, corners):
        return picture
    width, height, dpi = _size(corners, picture.size)
    inner = corners + INSET * (corners[OPPOSITE] - corners)
    source = np.asarray(inner - 0.5, np.float32)
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32) - 0.5
    way = np.asarray(cv2.getPerspectiveTransform(source, target), np.float64)
    pixels = _u8(cv2.warpPerspective(picture.pixels, way, (width, height), flags=cv2.INTER_CUBIC))
    others = other_sheets.find(picture.pixels, tone, small, way, dpi)
    if not others:
        return Picture(pixels, dpi, photographed=True)
    pixels, sheets = other_sheets.together((other_sheets.Part(pixels, 0, 0), *others), dpi)
    return Picture(pixels, dpi, sheets=sheets, photographed=True)


def find(pixels: Pixels) -> Corners | None:
    """The corners of the sheet, in pixels from the outer edge; None where no sheet lies on something else."""
    tone = _looked_at(pixels)
    corners = None if tone is None else _found(tone)
    return None if tone is None or corners is None else _in_full(corners, tone, pixels)


def beside_other_things(picture: Picture) -> Pixels | None:
    """The picture small and without text, where it is a photograph that shows more than paper at its rim."""
    return _looked_at(picture.pixels, SOME_RIM) if picture.maybe_photographed else None


def _looked_at(pixels: Pixels, least: float = LEAST_RIM) -> Pixels | None:
    """The small picture in which a sheet may be seen; None where the picture is small or paper at its rim."""
    factor = WORK_SIDE / max(pixels.shape[:2])
    if factor >= 1 or min(pixels.shape[:2]) * factor < 100:
        return None
    tone = _tone(pixels, factor)
    return tone if _beside_paper(tone, least) else None


def _found(tone: Pixels) -> Corners | None:
    """The corners of the sheet in the small picture."""
    edges = _u8(cv2.Canny(cv2.GaussianBlur(tone, (0, 0), 1.2), 12, 30))
    quads = _between(tone, _lines(edges))
    if not len(quads):
        return None
    corners = _refined(tone, _one_of_two(quads, _the_sheet(edges, quads)))
    return corners if corners is not None and _certain(tone, corners[None])[0] else None


def _in_full(corners: Corners, tone: Pixels, pixels: Pixels) -> Corners:
    """Corners of the small picture in pixels of the whole one, from its outer edge."""
    scale = np.array((pixels.shape[1] / tone.shape[1], pixels.shape[0] / tone.shape[0]))
    return np.asarray((corners + 0.5) * scale, np.float64)


def _tone(pixels: Pixels, factor: float) -> Pixels:
    """Small, without text; coloured things are as dark as their darkest channel, as paper has no colour."""
    height, width = (round(side * factor) for side in pixels.shape[:2])
    # Most dots are left out first: to average them all costs ten times as much and shows no more.
    coarse = pixels
    if factor < 0.5:
        coarse = _u8(cv2.resize(pixels, (2 * width, 2 * height), interpolation=cv2.INTER_NEAREST))
    small = _u8(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_AREA))
    if small.ndim == 3:
        blue, green, red = cv2.split(small)
        small = _u8(cv2.min(cv2.min(blue, green), red))
    grey = cv2.medianBlur(small, 3)
    return _u8(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((CLOSED, CLOSED), np.uint8)))


def _u8(pixels: NDArray[np.generic]) -> Pixels:
    return pixels.astype(np.uint8, copy=False)


def _beside_paper(tone: Pixels, least: float) -> bool:
    """Whether enough of the edge of the picture shows something else than paper; a scan shows paper there."""
    paper = float(np.percentile(tone[::4, ::4], 90))
    rim = (tone[RIM], tone[-RIM - 1], tone[:, RIM], tone[:, -RIM - 1])
    return bool(np.mean([float((side < DARKER * paper).mean()) for side in rim]) >= least)


def _lines(edges: Pixels) -> tuple[Floats, Floats]:
    """Straight ones of the edges, that run across, and such that run down, the longest first: rows (a, b, c)
    with ax + by = c and a² + b² = 1."""
    least = round(LEAST_LINE * min(edges.shape))
    votes = cv2.HoughLines(edges, 1, np.pi / 360, least)
    found: tuple[list[tuple[float, float]], list[tuple[float, float]]] = ([], [])
    for distance, theta in [] if votes is None else votes[:400, 0].tolist():
        # As -40..140 degrees, so that lines that are alike are so in numbers.
        turned = theta > np.radians(180 - STEEPEST)
        rho, degrees = (-distance if turned else distance), float(np.degrees(theta)) - 180 * turned
        kind = 0 if abs(degrees - 90) <= STEEPEST else 1
        if kind and abs(degrees) > STEEPEST:
            continue
        lines = found[kind]
        alike = any(abs(degrees - d) < APART[0] and abs(rho - r) < APART[1] for r, d in lines)
        if len(lines) < LINES and not alike:
            lines.append((rho, degrees))
    across, down = (_equations(lines) for lines in found)
    return across, down


def _equations(lines: list[tuple[float, float]]) -> Floats:
    rho, degrees = np.array(lines, np.float64).reshape(-1, 2).T
    return np.stack((np.cos(np.radians(degrees)), np.sin(np.radians(degrees)), rho), axis=1)


def _between(tone: Pixels, lines: tuple[Floats, Floats]) -> Floats:
    """What may be sheets for certain, between four of the lines: (n, 4, 2), the largest first."""
    across, down = lines
    if len(across) < 2 or len(down) < 2:
        return np.zeros((0, 4, 2))
    pairs = [np.array(list(combinations(range(len(side)), 2))) for side in lines]
    first, second = (p.ravel() for p in np.meshgrid(*(np.arange(len(p)) for p in pairs), indexing="ij"))
    upper, lower = across[pairs[0][first, 0]], across[pairs[0][first, 1]]
    left, right = down[pairs[1][second, 0]], down[pairs[1][second, 1]]
    meet = [_crossing(a, b) for a, b in ((upper, left), (upper, right), (lower, right), (lower, left))]
    quads = other_sheets.clockwise(np.stack(meet, axis=1))
    quads = quads[_plausible(quads, tone.shape)]
    quads = quads[_certain(tone, quads)]
    return np.asarray(quads[np.argsort(-_areas(quads), kind="stable")])


def _the_sheet(edges: Pixels, quads: Floats) -> Corners:
    """The largest of them, as the edge of a shadow makes smaller ones; but a smaller one where all around it
    is a pattern, as a cloth makes larger ones. What has the same margin on opposite sides is no sheet on a
    cloth, but has a border printed around it.
    """
    sheet, within = np.asarray(quads[0]), _filled(edges, quads[0], -AROUND)
    for quad in quads[1:]:
        around = _u8(cv2.subtract(within, _filled(edges, quad, AROUND)))
        inner = _filled(edges, quad, -AROUND)
        patterned = _share_of_edges(edges, around) > max(PATTERN, 2 * _share_of_edges(edges, inner))
        if patterned and _uneven(sheet, quad):
            sheet, within = np.asarray(quad), inner
    return sheet


def _filled(like: Pixels, quad: Corners, grown: int) -> Pixels:
    """A mask of what is within, grown or shrunk by some pixels."""
    mask = np.zeros(like.shape, np.uint8)
    cv2.fillConvexPoly(mask, np.rint(quad).astype(np.int32), 1)
    square = np.ones((2 * abs(grown) + 1,) * 2, np.uint8)
    return _u8(cv2.dilate(mask, square) if grown > 0 else cv2.erode(mask, square))


def _share_of_edges(edges: Pixels, mask: Pixels) -> float:
    return cv2.countNonZero(cv2.bitwise_and(edges, edges, mask=mask)) / max(1, cv2.countNonZero(mask))


def _uneven(outer: Corners, inner: Corners) -> bool:
    """Whether margins on opposite sides differ."""
    square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    way = cv2.getPerspectiveTransform(np.asarray(outer, np.float32), square)
    at = cv2.perspectiveTransform(inner[None], way)[0]
    left, right = at[[0, 3], 0].mean(), 1 - at[[1, 2], 0].mean()
    top, bottom = at[:2, 1].mean(), 1 - at[2:, 1].mean()
    return bool(max(abs(left - right), abs(top - bottom)) > UNEVEN * max(left, right, top, bottom))


def _one_of_two(quads: Floats, sheet: Corners) -> Corners:
    """The larger of two sheets that lie side by side within it, and the table between them; else the same."""
    low, high = quads.min(axis=1), quads.max(axis=1)
    areas = _areas(quads)
    least = SIDE_BY_SIDE * _areas(sheet[None])[0]
    for one, other in combinations(range(len(quads)), 2):
        apart = (high[one] < low[other] + APART[1]) | (high[other] < low[one] + APART[1])
        if apart.any() and areas[one] + areas[other] > least:
            return np.asarray(quads[one])
    return sheet


def _crossing(one: Floats, other: Floats) -> Floats:
    """Where lines cross, row by row; far away where they do not."""
    across = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    across = np.where(np.abs(across) < 1e-6, 1e-6, across)
    x = (one[:, 2] * other[:, 1] - one[:, 1] * other[:, 2]) / across
    y = (one[:, 0] * other[:, 2] - one[:, 2] * other[:, 0]) / across
    return np.stack((x, y), axis=1)


def _areas(quads: Floats) -> Floats:
    x, y = np.moveaxis(quads, -1, 0)
    return np.asarray(np.abs((x * np.roll(y, -1, 1) - y * np.roll(x, -1, 1)).sum(axis=1)) / 2)


def _plausible(quads: Floats, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Large, within the picture, and with corners as a rectangle has them when it is seen aslant."""
    frame = np.array((shape[1], shape[0]))
    inside = ((quads > -OUTSIDE * frame) & (quads < (1 + OUTSIDE) * frame)).all(axis=(1, 2))
    corners = np.abs(np.abs(_turns(quads)) - 90).max(axis=1) < CORNER
    return np.asarray(inside & corners & (_areas(quads) > LEAST_AREA * frame.prod()))


def _turns(quads: Floats) -> Floats:
    """Degrees by which one turns at each corner, going around."""
    side = np.roll(quads, -1, axis=1) - quads
    heading = np.degrees(np.arctan2(side[:, :, 1], side[:, :, 0]))
    return np.asarray((heading - np.roll(heading, 1, axis=1) + 180) % 360 - 180)


def _certain(tone: Pixels, quads: Floats) -> NDArray[np.bool_]:
    """Whether along all four sides of each paper ends and something darker begins."""
    share = np.linspace(0.04, 0.96, SAMPLES)[:, None]
    sure = np.ones(len(quads), np.bool_)
    for number in range(4):
        start, end = quads[:, number], quads[:, (number + 1) % 4]
        along = end - start
        normal = np.stack((-along[:, 1], along[:, 0]), axis=1)  # inwards, as corners go clockwise
        normal /= np.maximum(1e-9, np.hypot(*along.T))[:, None]
        points = start[:, None] + share * along[:, None]
        within, seen = _sampled(tone, points + STEP * normal[:, None])
        without, also = _sampled(tone, points - STEP * normal[:, None])
        seen &= also
        ends = seen & (without < DARKER * within)
        enough = seen.sum(axis=1) >= SAMPLES / 2
        sure &= enough & (ends.sum(axis=1) >= SEEN * seen.sum(axis=1))
    return sure


def _sampled(tone: Pixels, points: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """The tones at points, and which of these lie in the picture."""
    x, y = np.moveaxis(np.rint(points).astype(np.int64), -1, 0)
    seen = (x >= 0) & (y >= 0) & (x < tone.shape[1]) & (y < tone.shape[0])
    values = tone[np.clip(y, 0, tone.shape[0] - 1), np.clip(x, 0, tone.shape[1] - 1)]
    return values.astype(np.float64), np.asarray(seen)


def _refined(tone: Pixels, corners: Corners) -> Corners | None:
    """The corners where lines cross that are fitted to the steepest points of the edges."""
    lines = [_fitted(tone, corners[n], corners[(n + 1) % 4]) for n in range(4)]
    sides = np.array([line for line in lines if line is not None])
    if len(sides) < 4:
        return None
    better = _crossing(np.roll(sides, 1, axis=0), sides)
    return better if float(np.abs(better - corners).max()) < 2 * REACH else None


def _fitted(tone: Pixels, start: Floats, end: Floats) -> Floats | None:
    """The line ax + by = c along which paper ends, near a line; None where too little is seen of it."""
    along = end - start
    normal = np.array((-along[1], along[0])) / max(1e-9, float(np.hypot(*along)))
    points = start + np.linspace(0.05, 0.95, 2 * SAMPLES)[:, None] * along
    reach = np.arange(-REACH - 1, REACH + 1.5, 0.5)
    where = points[:, None] + reach[:, None] * normal
    xs, ys = (np.asarray(where[:, :, axis], np.float32) for axis in (0, 1))
    # Beyond the picture nothing rises, so that a side close to its rim is fitted to what is seen of it.
    values = cv2.remap(tone.astype(np.float32), xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    rise = values[:, 2:] - values[:, :-2]
    rows = np.flatnonzero(rise.max(axis=1) > 8)
    if len(rows) < SAMPLES / 2:
        return None
    # The middle of the slope: an edge is as wide as the picture is blurred.
    slope = np.clip(rise[rows], 0, None) ** 2
    at = (slope * reach[1:-1]).sum(axis=1) / slope.sum(axis=1)
    edge = np.asarray(points[rows] + at[:, None] * normal, np.float32)
    dx, dy, x, y = cv2.fitLine(edge, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel().tolist()
    return np.array((-dy, dx, -dy * x + dx * y))


def _photographed(picture: Picture, corners: Corners) -> bool:
    """Whether the sheet was seen aslant, through a lens."""
    short, long = sorted(picture.size)
    like_a4 = abs(long / short * A4_INCHES[0] / A4_INCHES[1] - 1) < A4_FRAME
    return _bent(corners) > (SURELY_BENT if like_a4 or not picture.dpi_guessed else BENT)


def _bent(corners: Corners) -> float:
    """Degrees between opposite sides of the sheet, for the pair that differs more."""
    side = np.roll(corners, -1, axis=0) - corners
    heading = np.degrees(np.arctan2(side[:, 1], side[:, 0]))
    return float(np.abs((heading[:2] - heading[2:] + 360) % 360 - 180).max())


def _size(corners: Corners, frame: tuple[int, int]) -> tuple[int, int, float]:
    """Width, height and dpi of the sheet, as fine as it is photographed but no finer than reading needs."""
    wide, high = (max(np.hypot(*(corners[a] - corners[b])) for a, b in pair) for pair in SIDES)
    across = _proportion(corners, frame)
    wide, high = max(wide, high * across), max(high, wide / across)
    dpi = max(min(wide, high) / A4_INCHES[0], max(wide, high) / A4_INCHES[1])
    factor = min(1.0, READING_DPI / dpi)
    return round(wide * factor), round(high * factor), float(dpi * factor)


def _proportion(corners: Corners, frame: tuple[int, int]) -> float:
    """Width by height of the sheet, of A4 where it is near that, seen by a lens as phones have."""
    square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    centred = np.asarray((corners - np.array(frame) / 2) / (FOCAL * max(frame)), np.float32)
    way = cv2.getPerspectiveTransform(square, centred)
    across = float(np.linalg.norm(way[:, 0]) / np.linalg.norm(way[:, 1]))
    a4 = A4_INCHES[0] / A4_INCHES[1]
    return next((usual for usual in (a4, 1 / a4) if abs(across / usual - 1) < A4_NEAR), across)
