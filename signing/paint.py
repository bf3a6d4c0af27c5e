"""What a page paints, in order: text, filled shapes, pictures, those within forms included."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2 import raw

Box = tuple[float, float, float, float]  # left, bottom, right, top in user space
Matrix = tuple[float, float, float, float, float, float]
UNSEEN_MODES = (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)
DEEPEST = 8  # forms within forms
OBJECTS = 200_000  # of a page: more is a bomb


@dataclass(frozen=True, slots=True)
class Painted:
    """Something on a page. `handle`: its address in pdfium while the page is open. `colour`: of its filling,
    where it has one. `mode`: the rendering mode of text."""

    handle: int
    kind: int
    box: Box
    colour: tuple[int, int, int, int] | None
    mode: int = -1

    @property
    def is_text(self) -> bool:
        return bool(self.kind == raw.FPDF_PAGEOBJ_TEXT)

    @property
    def is_picture(self) -> bool:
        return bool(self.kind == raw.FPDF_PAGEOBJ_IMAGE)

    @property
    def is_shown(self) -> bool:
        """Is it not declared unseen?"""
        return self.mode not in UNSEEN_MODES

    @property
    def is_cut(self) -> bool:
        """Does a clipping path leave its middle out?"""
        path = raw.FPDFPageObj_GetClipPath(pointer(self.handle))
        middle = (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2
        for number in range(max(0, raw.FPDFClipPath_CountPaths(path) if path else 0)):
            points = list(_points(path, number))
            xs, ys = [x for x, _ in points], [y for _, y in points]
            if not points or not (min(xs) <= middle[0] <= max(xs) and min(ys) <= middle[1] <= max(ys)):
                return True
        return False

    def said(self, reading: pdfium.PdfTextPage) -> bytes:
        """What this text says, in UTF-16."""
        size = raw.FPDFTextObj_GetText(pointer(self.handle), reading, None, 0)
        buffer = ctypes.create_string_buffer(size)
        raw.FPDFTextObj_GetText(
            pointer(self.handle), reading, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size
        )
        return buffer.raw

    def show(self, mode: int) -> None:
        """Draw this text in another rendering mode from now on."""
        raw.FPDFTextObj_SetTextRenderMode(pointer(self.handle), mode)


def painted(page: pdfium.PdfPage) -> Iterator[Painted]:
    """What the page paints, forms entered, in order."""
    count = raw.FPDFPage_CountObjects(page)
    identity = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    waiting: list[tuple[int, Matrix, int]]
    waiting = [(raw.FPDFPage_GetObject(page, i), identity, 0) for i in reversed(range(count))]
    order = 0
    while waiting and order < OBJECTS:
        handle, matrix, depth = waiting.pop()
        kind = raw.FPDFPageObj_GetType(handle)
        if kind == raw.FPDF_PAGEOBJ_FORM:
            inner = _times(_matrix(handle), matrix)
            count = raw.FPDFFormObj_CountObjects(handle) if depth < DEEPEST else 0
            waiting += [
                (raw.FPDFFormObj_GetObject(handle, i), inner, depth + 1) for i in reversed(range(count))
            ]
            continue
        order += 1
        mode = raw.FPDFTextObj_GetTextRenderMode(handle) if kind == raw.FPDF_PAGEOBJ_TEXT else -1
        if kind == raw.FPDF_PAGEOBJ_PATH and not _is_filled(handle):
            continue
        yield Painted(address(handle), kind, _bounds(handle, matrix), _colour(handle, kind), mode)


def _points(path: int, number: int) -> Iterator[tuple[float, float]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(max(0, raw.FPDFClipPath_CountPathSegments(path, number))):
        raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(path, number, index), x, y)
        yield x.value, y.value


def _bounds(handle: int, matrix: Matrix) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(handle, left, bottom, right, top)
    a, b, c, d, e, f = matrix
    corners = [(x, y) for x in (left.value, right.value) for y in (bottom.value, top.value)]
    xs = [a * x + c * y + e for x, y in corners]
    ys = [b * x + d * y + f for x, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _matrix(handle: int) -> Matrix:
    made = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(handle, made):
        return 1.0, 0.0, 0.0, 1.0, 0.0, 0.0
    return made.a, made.b, made.c, made.d, made.e, made.f


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    k, m, n, o, p, q = outer
    return (
        a * k + b * n,
        a * m + b * o,
        c * k + d * n,
        c * m + d * o,
        e * k + f * n + p,
        e * m + f * o + q,
    )


def _is_filled(handle: int) -> bool:
    filled, stroked = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(handle, filled, stroked)
    return bool(filled.value != raw.FPDF_FILLMODE_NONE)


def _colour(handle: int, kind: int) -> tuple[int, int, int, int] | None:
    if kind not in (raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_PATH):
        return None
    channels = [ctypes.c_uint() for _ in range(4)]
    if not raw.FPDFPageObj_GetFillColor(handle, *channels):
        return None
    red, green, blue, alpha = (channel.value for channel in channels)
    return red, green, blue, alpha


def address(handle: object) -> int:
    return int(ctypes.cast(handle, ctypes.c_void_p).value or 0) if handle else 0  # type: ignore[arg-type]


def pointer(address: int) -> object:
    return ctypes.cast(address, raw.FPDF_PAGEOBJECT)
