"""The text of a picture that people see: programs also read what is white, tiny, clipped or painted over.

Colours say little of that, as a ground may be anything. The picture is drawn with its text, without it, and
with its text alone in black: a letter is seen where most of its own ink makes a difference.
"""

import ctypes
import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

SHARPNESS = 3.0  # pixels of a point: a letter of 8 points has 24
LARGEST = 2_000_000  # pixels of one drawing; what is larger is drawn less sharply
LONGEST = 10_000  # pixels of a side of it
SMALLEST = 1.5  # points of a letter that can be read; programs that shrink a text stop at 4
FAINT = 32  # of 255, in any channel: what differs less from all around it is read by nobody
BLACK = 128  # of 255: below it a pixel of black text on white is ink of the letter
SHOWN = 0.75  # share of the ink of a letter that makes a difference, where it is seen
WHOLE = 0.6  # share of the height and width of a letter that has ink, where it is not cut
CERTAIN = 6  # pixels; the sides of smaller letters are not compared with their ink
LETTERS = 20_000  # of one picture; more are in no field
PARTS = 20_000  # things that one picture draws
DEEPEST_FORM = 8  # pictures within pictures of a field
EDGE = 4.0  # points from the sides of a picture within which a viewer cuts off text
RISE = 0.9  # heights of a letter: what stands higher or lower than this is in another line
LINES = 2.0  # heights of a letter from the last one that is seen to the side that cuts the text off

Box = tuple[float, float, float, float]  # left, bottom, right, top, in points
Mask = NDArray[np.bool_]
#: Where a line goes, and where the next one is, in units to the right and up.
Way = tuple[tuple[int, int], tuple[int, int]]
UPRIGHT: Way = ((1, 0), (0, -1))


@dataclass(frozen=True, slots=True)
class Reading:
    """What programs read in a picture, in the order in which it is written, and what people do: from line to
    line and from left to right, whichever side is up. `runs_over`: what they do not see goes on over the side
    of the picture to which that is filled, as a value does that is longer than its field."""

    said: str
    seen: str
    runs_over: bool = False


@dataclass(frozen=True, slots=True)
class _Letter:
    character: str
    box: Box | None  # None: it has no place, as a blank that is taken for one
    origin: tuple[float, float] = (0.0, 0.0)  # on its line
    way: Way | None = None  # that of its line; None: it is mirrored

    @property
    def counts(self) -> bool:
        return self.box is not None and not self.character.isspace()


class _Fate(enum.Enum):
    """What becomes of a letter on the way to whoever looks."""

    SEEN = enum.auto()
    CUT = enum.auto()  # by a side or a clip: it is not drawn, or in part
    UNSEEN = enum.auto()  # of the colour of its ground, covered or too small


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The place of the text: where the text makes a difference (`inked`), and where it would if it were black
    on white (`ideal`). Rows go down from the top."""

    region: Box
    scale: float
    inked: Mask
    ideal: Mask


class TooMuch(ValueError):
    """A form or a picture holds more than can be looked at."""


def read(page: pdfium.PdfPage, sheet: Box | None = None) -> Reading:
    """What a page says and shows. Where the place of a picture is given (`sheet`), of this alone, which the
    page draws last, so that all before is its ground. The page is spoilt by it. Raises TooMuch and
    pypdfium2.PdfiumError."""
    last_alone = sheet is not None
    parts = list(_parts(page, last_alone))
    texts = [part for part, kind in parts if kind == raw.FPDF_PAGEOBJ_TEXT]
    own = {_address(part) for part in texts} if last_alone else None
    letters = _letters(page, own)
    placed = [letter.box for letter in letters if letter.counts and letter.box]
    whole = page.get_bbox()
    region = _common(_around(placed), whole) if placed else None
    if region is None:
        fates = [_Fate.CUT if letter.counts else _Fate.SEEN for letter in letters]
    else:
        drawn = _drawn(page, parts, region, last_alone)
        fates = [_fate(one.box, one, drawn) if one.counts and one.box else _Fate.SEEN for one in letters]
    said = "".join(letter.character for letter in letters)
    over = _runs_over(letters, fates, sheet or whole)
    pairs = zip(letters, fates, strict=True)
    seen = [one for one, fate in pairs if fate is _Fate.SEEN or (over and fate is _Fate.CUT)]
    if _in_order(seen):
        pairs = zip(letters, fates, strict=True)
        return Reading(said, "".join(one.character for one, fate in pairs if fate is _Fate.SEEN), over)
    return Reading(said, _as_placed(seen, UPRIGHT))


def _letters(page: pdfium.PdfPage, own: set[int] | None) -> list[_Letter]:
    text = page.get_textpage()
    try:
        count = text.count_chars()
        if count > LETTERS:
            raise TooMuch("a picture has too many letters")
        return [_letter(text, n) for n in range(count) if own is None or _is_of(text, n, own)]
    finally:
        text.close()


def _is_of(text: pdfium.PdfTextPage, number: int, own: set[int]) -> bool:
    part = raw.FPDFText_GetTextObject(text, number)
    return not part or _address(part) in own


def _address(part: Any) -> int:
    """Where an object of pdfium lies, by which it is known."""
    return int(ctypes.addressof(part.contents))


def _letter(text: pdfium.PdfTextPage, number: int) -> _Letter:
    code = raw.FPDFText_GetUnicode(text, number)
    character = chr(code) if 0 < code <= 0x10FFFF else "\ufffd"
    if raw.FPDFText_IsGenerated(text, number) == 1:
        return _Letter(character, None)
    sides = [ctypes.c_double() for _ in range(4)]
    known = raw.FPDFText_GetCharBox(text, number, *(ctypes.byref(side) for side in sides))
    x0, x1, y0, y1 = (side.value for side in sides)  # left, right, bottom, top
    if not known or x1 <= x0 or y1 <= y0:
        loose = raw.FS_RECTF()
        raw.FPDFText_GetLooseCharBox(text, number, ctypes.byref(loose))
        x0, x1, y0, y1 = loose.left, loose.right, loose.bottom, loose.top
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text, number, ctypes.byref(x), ctypes.byref(y))
    return _Letter(character, (x0, y0, x1, y1), (x.value, y.value), _way(text, number))


def _way(text: pdfium.PdfTextPage, number: int) -> Way | None:
    turn = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text, number, ctypes.byref(turn))
    along, up = _quarter(turn.a, turn.b), _quarter(turn.c, turn.d)
    return (along, (-up[0], -up[1])) if along[0] * up[1] - along[1] * up[0] > 0 else None


def _quarter(x: float, y: float) -> tuple[int, int]:
    """The nearest of the four ways along the sides of a page."""
    if abs(x) >= abs(y):
        return (1 if x >= 0 else -1), 0
    return 0, (1 if y >= 0 else -1)


def _in_order(letters: Sequence[_Letter]) -> bool:
    """Do people read them in the order in which they are written, whichever side is up?"""
    written = [one for one in letters if one.box is not None and one.character.isalnum()]
    ways = {one.way for one in written}
    if not written:
        return True
    way = ways.pop()
    return not ways and way is not None and _characters(_placed(letters, way)) == _characters(written)


def _characters(letters: Sequence[_Letter]) -> list[str]:
    return [one.character for one in letters]


def _as_placed(letters: Sequence[_Letter], way: Way) -> str:
    return "".join(one.character for one in _placed(letters, way))


def _placed(letters: Sequence[_Letter], way: Way) -> list[_Letter]:
    """Letters as people read them where this way is that of a line: line by line, each from its beginning."""
    along, across = way
    found = [
        (
            one.origin[0] * along[0] + one.origin[1] * along[1],
            one.origin[0] * across[0] + one.origin[1] * across[1],
            one.box[2 if across[0] else 3] - one.box[0 if across[0] else 1],
            one,
        )
        for one in letters
        if one.box is not None and one.character.isalnum()
    ]
    if not found:
        return []
    high = median(size for _, _, size, _ in found)  # a heading or a letter with tones is no measure of lines
    lines: list[list[tuple[float, _Letter]]] = []
    before: float | None = None
    for begins, down, _, one in sorted(found, key=lambda each: each[1]):
        if before is None or down - before > RISE * high:
            lines.append([])
        lines[-1].append((begins, one))
        before = down
    return [one for line in lines for _, one in sorted(line, key=lambda each: each[0])]


def _parts(page: pdfium.PdfPage, last_alone: bool) -> Iterator[tuple[ctypes.c_void_p, int]]:
    """What a page draws, and the forms in it."""
    count = raw.FPDFPage_CountObjects(page)
    first = count - 1 if last_alone else 0
    waiting = [(raw.FPDFPage_GetObject(page, n), 0) for n in range(max(0, first), count)]
    found = 0
    while waiting:
        part, depth = waiting.pop()
        found += 1
        kind = raw.FPDFPageObj_GetType(part)
        if kind == raw.FPDF_PAGEOBJ_FORM:
            inside = raw.FPDFFormObj_CountObjects(part)
            if depth >= DEEPEST_FORM or found + inside > PARTS:
                raise TooMuch("a picture has too many parts")
            waiting += [(raw.FPDFFormObj_GetObject(part, n), depth + 1) for n in range(inside)]
        yield part, kind


def _drawn(
    page: pdfium.PdfPage, parts: list[tuple[ctypes.c_void_p, int]], region: Box, last_alone: bool
) -> _Drawn:
    area = max((region[2] - region[0]) * (region[3] - region[1]), 1e-6)
    scale = min(SHARPNESS, (LARGEST / area) ** 0.5)
    whole = _render(page, region, scale)
    texts = [part for part, kind in parts if kind == raw.FPDF_PAGEOBJ_TEXT]
    for part in texts:
        raw.FPDFPageObj_SetIsActive(part, False)
    bare = _render(page, region, scale)
    differs = np.maximum(whole, bare) - np.minimum(whole, bare) >= FAINT
    ground = raw.FPDFPage_CountObjects(page) - 1 if last_alone else 0
    others = [part for part, kind in parts if kind not in (raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_FORM)]
    for part in (*others, *(raw.FPDFPage_GetObject(page, number) for number in range(ground))):
        raw.FPDFPageObj_SetIsActive(part, False)
    for part in texts:
        raw.FPDFPageObj_SetIsActive(part, True)
        raw.FPDFTextObj_SetTextRenderMode(part, raw.FPDF_TEXTRENDERMODE_FILL)
        raw.FPDFPageObj_SetFillColor(part, 0, 0, 0, 255)
    ideal = (
        _render(page, region, scale).min(axis=2) < BLACK
    )  # letters that are drawings may keep their colour
    return _Drawn(region, scale, differs[:, :, 0] | differs[:, :, 1] | differs[:, :, 2], ideal)


def drawing(page: pdfium.PdfPage, largest: int, part: Box | None = None) -> NDArray[np.uint8]:
    """A page or this part of it, upon white, of so many pixels at most: rows from the top, columns, blue,
    green and red. Raises pypdfium2.PdfiumError."""
    region = part or page.get_bbox()
    area = max((region[2] - region[0]) * (region[3] - region[1]), 1e-6)
    return _render(page, region, min(SHARPNESS, (largest / area) ** 0.5))


def _render(page: pdfium.PdfPage, region: Box, scale: float) -> NDArray[np.uint8]:
    x0, y0, x1, y1 = region
    left, _, _, top = page.get_bbox()
    width, height = (min(LONGEST, max(1, round(length * scale))) for length in (x1 - x0, y1 - y0))
    bitmap = pdfium.PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGR)
    try:
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
        placed = raw.FS_MATRIX(scale, 0, 0, scale, -(x0 - left) * scale, -(top - y1) * scale)
        everything = raw.FS_RECTF(0, 0, width, height)
        raw.FPDF_RenderPageBitmapWithMatrix(bitmap, page, placed, everything, 0)
        return np.array(bitmap.to_numpy())
    finally:
        bitmap.close()


def _fate(box: Box, letter: _Letter, drawn: _Drawn) -> _Fate:
    x0, y0, x1, y1 = box
    if max(x1 - x0, y1 - y0) < SMALLEST and letter.character.isalnum():
        return _Fate.UNSEEN
    left, _, _, top = drawn.region
    rows = _pixels((top - y1) * drawn.scale, (top - y0) * drawn.scale)
    columns = _pixels((x0 - left) * drawn.scale, (x1 - left) * drawn.scale)
    own = drawn.ideal[rows, columns]
    ink = int(own.sum())
    if not ink:
        return _Fate.CUT
    for axis, side in ((1, (y1 - y0) * drawn.scale), (0, (x1 - x0) * drawn.scale)):
        inked = np.flatnonzero(own.any(axis=axis))
        if side >= CERTAIN and int(inked[-1] - inked[0]) + 1 < WHOLE * side:
            return _Fate.CUT
    shown = int((drawn.inked[rows, columns] & own).sum())
    return _Fate.SEEN if shown >= SHOWN * ink else _Fate.UNSEEN


def _pixels(first: float, last: float) -> slice:
    return slice(max(0, int(first)), max(0, int(last) + 1))


def _runs_over(letters: Sequence[_Letter], fates: Sequence[_Fate], sheet: Box) -> bool:
    """Is all that is not seen cut off at a side, and is the picture full of what is to this side?"""
    pairs = [(one.box, fate) for one, fate in zip(letters, fates, strict=True) if one.counts and one.box]
    seen = [box for box, fate in pairs if fate is _Fate.SEEN]
    cut = [box for box, fate in pairs if fate is _Fate.CUT]
    if not seen or not cut or len(seen) + len(cut) < len(pairs):
        return False
    near = EDGE + LINES * max(min(x1 - x0, y1 - y0) for x0, y0, x1, y1 in seen)
    full = [way <= near for way in _ways(_around(seen), sheet)]
    return all(any(way < EDGE and to for way, to in zip(_ways(box, sheet), full, strict=True)) for box in cut)


def _ways(box: Box, sheet: Box) -> tuple[float, float, float, float]:
    """How far it is from the left, bottom, right and top of a box to those sides of a sheet."""
    return box[0] - sheet[0], box[1] - sheet[1], sheet[2] - box[2], sheet[3] - box[3]


def _around(boxes: Sequence[Box]) -> Box:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _common(one: Box, other: Box) -> Box | None:
    x0, y0 = max(one[0], other[0]) - 1, max(one[1], other[1]) - 1
    x1, y1 = min(one[2], other[2]) + 1, min(one[3], other[3]) + 1
    return (x0, y0, x1, y1) if x1 > x0 + 2 and y1 > y0 + 2 else None
