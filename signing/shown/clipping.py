"""Clipping paths of what a page paints (ISO 32000-1, 8.5.4), through pdfium."""

import ctypes
from collections.abc import Iterator
from itertools import pairwise

from pypdfium2 import raw

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, bottom, right, top
SLACK = 0.02  # of the height of text: what a clipping path may cut off of its box
GRID = 9  # points across and up, among which one within a path is looked for
FAR = 4.0  # times the size of text: from its middle on, a widened path is out of the way


def cuts(handle: object) -> bool:
    """May a clipping path leave out a part of this object? One that is no rectangle may."""
    own = bounds(handle)
    slack = SLACK * min(own[2] - own[0], own[3] - own[1])
    for path in _paths(handle):
        points = [point for part in path for point in part]
        box = _around(points)
        if not points or any(x not in box[::2] or y not in box[1::2] for x, y in points):
            return True
        if min(own[0] - box[0], own[1] - box[1], box[2] - own[2], box[3] - own[3]) < -slack:
            return True
    return False


def widen(handle: object) -> None:
    """Enlarge the clipping paths of this object until nothing of it is cut off. They cannot be taken away;
    so a place within all of them is moved to its middle and drawn large."""
    paths = list(_paths(handle))
    boxes = [_around([point for part in path for point in part]) for path in paths]
    if not boxes:
        return
    left, bottom = (max(box[n] for box in boxes) for n in (0, 1))
    right, top = (min(box[n] for box in boxes) for n in (2, 3))
    if left >= right or bottom >= top:
        return  # all of it is cut off
    x, y = _within(paths, (left, bottom, right, top))
    own = bounds(handle)
    size = max(own[2] - own[0], own[3] - own[1])
    scale = max(1.0, FAR * GRID * size / min(right - left, top - bottom))
    to_x, to_y = (own[0] + own[2]) / 2, (own[1] + own[3]) / 2
    raw.FPDFPageObj_TransformClipPath(handle, scale, 0, 0, scale, to_x - scale * x, to_y - scale * y)


def bounds(handle: object) -> Box:
    """The box of an object in the space in which it is painted: the page's, or that of the form it is in."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(handle, left, bottom, right, top)
    return left.value, bottom.value, right.value, top.value


def point_of(segment: object) -> Point:
    x, y = ctypes.c_float(), ctypes.c_float()
    raw.FPDFPathSegment_GetPoint(segment, x, y)
    return x.value, y.value


def _paths(handle: object) -> Iterator[list[list[Point]]]:
    """The points of each path, by its parts."""
    clip = raw.FPDFPageObj_GetClipPath(handle)
    for number in range(max(0, raw.FPDFClipPath_CountPaths(clip) if clip else 0)):
        parts: list[list[Point]] = []
        for index in range(max(0, raw.FPDFClipPath_CountPathSegments(clip, number))):
            segment = raw.FPDFClipPath_GetPathSegment(clip, number, index)
            if not parts or raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO:
                parts.append([])
            parts[-1].append(point_of(segment))
        yield parts


def _around(points: list[Point]) -> Box:
    if not points:
        return 0.0, 0.0, 0.0, 0.0
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _within(paths: list[list[list[Point]]], box: Box) -> Point:
    """A point of the box that is within all paths; its middle where none is found."""
    middle = GRID // 2
    near = sorted(range(GRID), key=lambda n: abs(n - middle))
    for row in near:
        for column in near:
            x = box[0] + (column + 0.5) / GRID * (box[2] - box[0])
            y = box[1] + (row + 0.5) / GRID * (box[3] - box[1])
            if all(_is_within(x, y, path) for path in paths):
                return x, y
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _is_within(x: float, y: float, path: list[list[Point]]) -> bool:
    """By the even-odd rule, curves taken for lines."""
    crossed = 0
    for part in path:
        for (x0, y0), (x1, y1) in pairwise([*part, part[0]]):
            if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
                crossed += 1
    return crossed % 2 == 1
