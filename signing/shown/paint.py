"""What a page paints, in order: text, shapes, lines, pictures, those within forms included."""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2 import raw

from signing.shown import clipping
from signing.shown.clipping import Box

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
UNSEEN_MODES = (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)
DEEPEST = 12  # forms within forms; programs write a few
OBJECTS = 200_000  # of a page, forms among them: more take minutes, or are a bomb
STRETCHES = 16  # of a line that are looked at one by one; one of more counts as all of its box


class TooMuch(Exception):
    """A page that paints more than is looked at: nothing may be said of it. `page`: its number, if known."""

    page = 0


@dataclass(frozen=True, slots=True)
class Painted:
    """Something on a page. `handle`: its address in pdfium while the page is open. `box`: left, bottom,
    right, top in user space. `colour`: of its filling, or of a line. `mode`: the rendering mode of text.
    `veiled`: it, or a form that it is in, is blended, masked or transparent."""

    handle: int
    kind: int
    box: Box
    colour: tuple[int, int, int, int] | None
    mode: int = -1
    veiled: bool = False
    is_line: bool = False

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
        """May a clipping path leave out a part of it?"""
        return clipping.cuts(pointer(self.handle))

    def said(self, reading: pdfium.PdfTextPage) -> bytes:
        """What this text says, in UTF-16."""
        size = raw.FPDFTextObj_GetText(pointer(self.handle), reading, None, 0)
        buffer = ctypes.create_string_buffer(size)
        raw.FPDFTextObj_GetText(
            pointer(self.handle), reading, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size
        )
        return buffer.raw

    def appear(self, shown: bool) -> None:
        """Draw it or not from now on."""
        raw.FPDFPageObj_SetIsActive(pointer(self.handle), shown)

    def show(self, mode: int) -> None:
        """Draw this text in another rendering mode from now on."""
        raw.FPDFTextObj_SetTextRenderMode(pointer(self.handle), mode)


@contextmanager
def numbered(page: int) -> Iterator[None]:
    """What is TooMuch within this is on the page of this number."""
    try:
        yield
    except TooMuch as error:
        error.page = page
        raise


def painted(page: pdfium.PdfPage) -> Iterator[Painted]:
    """What the page paints, forms entered, in order. Raises TooMuch."""
    for handle, matrix, veiled in _objects(page):
        kind = raw.FPDFPageObj_GetType(handle)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            filled, stroked = _draw_mode(handle)
            if not filled:
                yield from _line(handle, matrix) if stroked else ()
                continue
        mode = raw.FPDFTextObj_GetTextRenderMode(handle) if kind == raw.FPDF_PAGEOBJ_TEXT else -1
        box = _moved(clipping.bounds(handle), matrix)
        is_veiled = veiled or bool(raw.FPDFPageObj_HasTransparency(handle))
        yield Painted(address(handle), kind, box, _colour(handle, kind), mode, is_veiled)


def objects(page: pdfium.PdfPage) -> list[object]:
    """The handles of all that the page paints. Raises TooMuch."""
    return [handle for handle, _, _ in _objects(page)]


def forms(page: pdfium.PdfPage) -> dict[int, tuple[object, ...]]:
    """The forms that an object of the page is in, the outermost first, by its address; of forms too. For
    pages that `painted` went through."""
    count = raw.FPDFPage_CountObjects(page)
    waiting: list[tuple[object, tuple[object, ...]]]
    waiting = [(raw.FPDFPage_GetObject(page, index), ()) for index in range(count)]
    found: dict[int, tuple[object, ...]] = {}
    while waiting:
        handle, around = waiting.pop()
        found[address(handle)] = around
        if raw.FPDFPageObj_GetType(handle) == raw.FPDF_PAGEOBJ_FORM:
            within = range(max(0, raw.FPDFFormObj_CountObjects(handle)))
            waiting += [(raw.FPDFFormObj_GetObject(handle, index), (*around, handle)) for index in within]
    return found


def _objects(page: pdfium.PdfPage) -> Iterator[tuple[object, Matrix, bool]]:
    """Each with the matrix of the form that it is in, and whether such a form is veiled. Raises TooMuch."""
    seen = count = raw.FPDFPage_CountObjects(page)
    if seen > OBJECTS:
        raise TooMuch
    waiting: list[tuple[object, Matrix, int, bool]]
    waiting = [(raw.FPDFPage_GetObject(page, i), IDENTITY, 0, False) for i in reversed(range(count))]
    while waiting:
        handle, matrix, depth, veiled = waiting.pop()
        if raw.FPDFPageObj_GetType(handle) != raw.FPDF_PAGEOBJ_FORM:
            yield handle, matrix, veiled
            continue
        inner, below = _times(_matrix(handle), matrix), depth + 1
        veiled = veiled or bool(raw.FPDFPageObj_HasTransparency(handle))
        count = max(0, raw.FPDFFormObj_CountObjects(handle))
        seen += count
        if seen > OBJECTS or below > DEEPEST:
            raise TooMuch
        waiting += [
            (raw.FPDFFormObj_GetObject(handle, i), inner, below, veiled) for i in reversed(range(count))
        ]


def _line(handle: object, outer: Matrix) -> Iterator[Painted]:
    """The stretches of a line that is drawn and not filled, each with its width around it."""
    colour = _channels(raw.FPDFPageObj_GetStrokeColor, handle)
    for box in _stretches(handle) or [clipping.bounds(handle)]:
        yield Painted(address(handle), raw.FPDF_PAGEOBJ_PATH, _moved(box, outer), colour, is_line=True)


def _stretches(handle: object) -> list[Box]:
    """Those of a line of few and straight ones."""
    count = raw.FPDFPath_CountSegments(handle)
    segments = [raw.FPDFPath_GetPathSegment(handle, index) for index in range(min(count, STRETCHES + 1))]
    kinds = [raw.FPDFPathSegment_GetType(segment) for segment in segments]
    if len(segments) > STRETCHES or raw.FPDF_SEGMENT_BEZIERTO in kinds:
        return []
    matrix, width = _matrix(handle), ctypes.c_float()
    raw.FPDFPageObj_GetStrokeWidth(handle, width)
    found, half = list[Box](), width.value / 2
    begun = last = (0.0, 0.0)
    for kind, segment in zip(kinds, segments, strict=True):
        here = clipping.point_of(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            begun = here
        else:
            found.append(_moved(_between(last, here, half), matrix))
        if raw.FPDFPathSegment_GetClose(segment):
            found.append(_moved(_between(here, begun, half), matrix))
        last = here
    return found


def _between(one: tuple[float, float], other: tuple[float, float], half: float) -> Box:
    (left, right), (bottom, top) = (sorted(pair) for pair in zip(one, other, strict=True))
    return left - half, bottom - half, right + half, top + half


def _moved(box: Box, matrix: Matrix) -> Box:
    a, b, c, d, e, f = matrix
    corners = [(x, y) for x in box[::2] for y in box[1::2]]
    xs = [a * x + c * y + e for x, y in corners]
    ys = [b * x + d * y + f for x, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _matrix(handle: object) -> Matrix:
    made = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(handle, made):
        return IDENTITY
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


def _draw_mode(handle: object) -> tuple[bool, bool]:
    """Whether a path is filled, and whether its line is drawn."""
    filled, stroked = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(handle, filled, stroked)
    return filled.value != raw.FPDF_FILLMODE_NONE, bool(stroked.value)


def _colour(handle: object, kind: int) -> tuple[int, int, int, int] | None:
    if kind not in (raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_PATH):
        return None
    return _channels(raw.FPDFPageObj_GetFillColor, handle)


def _channels(ask: Callable[..., int], handle: object) -> tuple[int, int, int, int] | None:
    channels = [ctypes.c_uint() for _ in range(4)]
    if not ask(handle, *channels):
        return None
    red, green, blue, alpha = (channel.value for channel in channels)
    return red, green, blue, alpha


def address(handle: object) -> int:
    return int(ctypes.cast(handle, ctypes.c_void_p).value or 0) if handle else 0  # type: ignore[arg-type]


def pointer(address: int) -> object:
    return ctypes.cast(address, raw.FPDF_PAGEOBJECT)
