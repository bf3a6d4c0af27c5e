"""Text that a page has and nobody sees: painted over, painted in the colour of its ground, or cut away.

Programs read the text of a page, people its picture; what is unseen may be shown later (the "hide" attack of
"Shadow Attacks", NDSS 2021). Text that is declared unseen (rendering mode 3), as under scans, is no such
thing, nor is text in full under the picture of a scanned page if that has ink where the words are.

Pages are looked at in two steps: the list of what is painted tells whether any text could be unseen; only
such a page is drawn, with that text and without it. Where nothing changes, nobody sees it.
"""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

Box = tuple[float, float, float, float]  # left, bottom, right, top in user space
Matrix = tuple[float, float, float, float, float, float]
LONG_SIDES = (1000, 2500)  # pixels, on A4 85 and 215 dpi; the second look is at what the first did not see
UNSEEN_MODES = (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)
DEEPEST = 8  # forms within forms
OBJECTS = 200_000  # of a page: more is a bomb
SLIGHT = 12  # of 255: a smaller difference is not seen
LIGHT = 190  # every channel above it: hardly seen on paper
NEAR = 60  # of 255: colours closer than this may be one
OVERLAP = 0.2  # share of a word that another one covers where they lie on each other
LETTER = 0.4  # of the height of text: other text that covers less in any direction hides no letter
SEEN = 0.01  # share of a word's box that must change with it
SCANNED = 0.8  # share of the page that the picture of a scanned one fills
READ = 0.9  # share of a scanned page's words that are under its picture
INKED = 0.6  # share of these that have ink where they are
GROUPS = 6  # drawings of one page


@dataclass(frozen=True, slots=True)
class Painted:
    """Something on a page, in the order of painting. `colour`: of its filling, where it has one."""

    order: int
    kind: int
    box: Box
    colour: tuple[int, int, int, int] | None
    handle: int
    mode: int = -1  # of text


@dataclass(frozen=True, slots=True)
class Word:
    """Letters of one text object without white space between them."""

    text: str
    box: Box
    painted: Painted


@dataclass(frozen=True, slots=True)
class Unseen:
    """Words of a page that nobody sees."""

    page: int
    text: str


def find(source: Path) -> Unseen | None:
    """The first page with such words. Raises pypdfium2.PdfiumError where the document cannot be read."""
    with pdfium.PdfDocument(source) as opened:
        for number in range(len(opened)):
            page = opened[number]
            words = _unseen(page)
            page.close()
            if words:
                return Unseen(number + 1, " ".join(word.text for word in words))
    return None


def _unseen(page: pdfium.PdfPage) -> list[Word]:
    painted = list(_painted(page))
    doubted = {one.handle for one in _doubtful(painted)}
    if not doubted:
        return []
    words = _words(page, {one.handle: one for one in painted if one.handle in doubted})
    unseen = words
    for side in LONG_SIDES:
        seen = _drawn(page, side)
        unseen = [word for group in _groups(unseen) for word in _without(page, seen, group)]
        if not unseen or _is_reading_of_scan(page, painted, words, unseen, seen):
            return []
    return unseen


def _painted(page: pdfium.PdfPage) -> Iterator[Painted]:
    """What the page paints, forms entered, in order."""
    count = raw.FPDFPage_CountObjects(page)
    waiting: list[tuple[int, Matrix, int]] = []
    identity = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
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
        yield Painted(order, kind, _bounds(handle, matrix), _colour(handle, kind), _address(handle), mode)


def _doubtful(painted: Sequence[Painted]) -> Iterator[Painted]:
    """Text that perhaps nobody sees."""
    if not painted:
        return
    boxes = np.array([one.box for one in painted])
    texts = np.array([one.kind == raw.FPDF_PAGEOBJ_TEXT for one in painted])
    shown = np.array([one.mode not in UNSEEN_MODES for one in painted])
    colours = np.array([one.colour[:3] if one.colour else (-1, -1, -1) for one in painted])
    order = np.arange(len(painted))
    for index, text in enumerate(painted):
        if not texts[index] or not shown[index]:
            continue
        if text.colour is None or text.colour[3] < SLIGHT or min(text.colour[:3]) > LIGHT or _is_cut(text):
            yield text
            continue
        across = np.minimum(boxes[:, 2], text.box[2]) - np.maximum(boxes[:, 0], text.box[0])
        up = np.minimum(boxes[:, 3], text.box[3]) - np.maximum(boxes[:, 1], text.box[1])
        letter = min(text.box[2] - text.box[0], text.box[3] - text.box[1]) * LETTER
        under = (order > index) & np.where(texts, (across > letter) & (up > letter), True)
        unlike = np.abs(colours - np.array(text.colour[:3])).max(axis=1) >= NEAR
        like = (order < index) & ~texts & ((colours[:, 0] < 0) | ~unlike)
        if ((across > 0) & (up > 0) & shown & (under | like)).any():
            yield text


def _overlap(one: Box, other: Box) -> float:
    """The area that both have."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    up = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, across) * max(0.0, up)


def _is_cut(text: Painted) -> bool:
    """Does a clipping path leave the middle of it out?"""
    path = raw.FPDFPageObj_GetClipPath(_pointer(text.handle))
    middle = (text.box[0] + text.box[2]) / 2, (text.box[1] + text.box[3]) / 2
    for number in range(max(0, raw.FPDFClipPath_CountPaths(path) if path else 0)):
        points = list(_points(path, number))
        xs, ys = [x for x, _ in points], [y for _, y in points]
        if not points or not (min(xs) <= middle[0] <= max(xs) and min(ys) <= middle[1] <= max(ys)):
            return True
    return False


def _points(path: int, number: int) -> Iterator[tuple[float, float]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(max(0, raw.FPDFClipPath_CountPathSegments(path, number))):
        raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(path, number, index), x, y)
        yield x.value, y.value


def _words(page: pdfium.PdfPage, doubted: dict[int, Painted]) -> list[Word]:
    """The words with a letter or digit of these text objects."""
    text = page.get_textpage()
    found: list[Word] = []
    letters, box, current = "", None, 0
    for index in range(raw.FPDFText_CountChars(text) + 1):
        letter, address = _letter(text, index)
        if letter.isspace() or not letter or address != current:
            if box and any(map(str.isalnum, letters)) and current in doubted:
                found.append(Word(letters, box, doubted[current]))
            letters, box, current = "", None, address
        if letter and not letter.isspace() and address in doubted:
            letters += letter
            box = _joined(box, _letter_box(text, index))
    text.close()
    return found


def _letter(text: pdfium.PdfTextPage, index: int) -> tuple[str, int]:
    """A letter and the text object that it is of; nothing after the last one."""
    if index >= raw.FPDFText_CountChars(text):
        return "", 0
    code = raw.FPDFText_GetUnicode(text, index)
    return (chr(code) if 0 < code < 0x110000 else "\ufffd"), _address(raw.FPDFText_GetTextObject(text, index))


def _letter_box(text: pdfium.PdfTextPage, index: int) -> Box:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(text, index, left, right, bottom, top)
    return left.value, bottom.value, right.value, top.value


def _joined(one: Box | None, other: Box) -> Box:
    if one is None:
        return other
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _groups(words: Sequence[Word]) -> list[list[Word]]:
    """Words that do not lie on each other, so that what changes in the box of one is its own; where there are
    too many layers of them, the last group has the rest."""
    groups: list[list[Word]] = []
    for word in words:
        free = (g for g in groups if not any(_lies_on(word, other) for other in g))
        group = next(free, None)
        if group is None and len(groups) < GROUPS:
            groups.append(group := [])
        (group if group is not None else groups[-1]).append(word)
    return groups


def _lies_on(one: Word, other: Word) -> bool:
    if one.painted is other.painted:
        return False
    area = (one.box[2] - one.box[0]) * (one.box[3] - one.box[1])
    return _overlap(one.box, other.box) > OVERLAP * area


def _without(page: pdfium.PdfPage, seen: np.ndarray, group: Sequence[Word]) -> list[Word]:
    """The words of a group with which nothing goes from the picture."""
    objects = {word.painted.handle: word.painted for word in group}
    for handle in objects:
        raw.FPDFTextObj_SetTextRenderMode(_pointer(handle), raw.FPDF_TEXTRENDERMODE_INVISIBLE)
    drawn = _drawn(page, max(seen.shape))
    for handle, painted in objects.items():
        raw.FPDFTextObj_SetTextRenderMode(_pointer(handle), painted.mode)
    changed = np.abs(seen.astype(np.int16) - drawn) > SLIGHT
    found = []
    for word in group:
        part = _part(page, changed, word.box)
        if part.size and part.sum() <= max(1, SEEN * part.size) and not _repeated(word, page):
            found.append(word)
    return found


def _repeated(word: Word, page: pdfium.PdfPage) -> bool:
    """Is the same word painted over it again, as programs do for bold letters and shadows?"""
    text = page.get_textpage()
    left, bottom, right, top = word.box
    said: str = text.get_text_bounded(left - 1, bottom - 1, right + 1, top + 1)
    text.close()
    return said.count(word.text) > 1


def _drawn(page: pdfium.PdfPage, side: int) -> np.ndarray:
    scale = (side - 0.5) / max(page.get_size())  # its longer side is rounded up
    picture: np.ndarray = page.render(scale=scale, grayscale=True, may_draw_forms=False).to_numpy().copy()
    return picture.reshape(picture.shape[:2])


def _part(page: pdfium.PdfPage, picture: np.ndarray, box: Box) -> np.ndarray:
    """The pixels of a box; none where it lies beside the page."""
    corners = [_pixel(page, picture.shape, x, y) for x, y in ((box[0], box[1]), (box[2], box[3]))]
    (x0, y0), (x1, y1) = corners
    rows, columns = picture.shape
    left, right = max(0, min(x0, x1)), min(columns, max(x0, x1) + 1)
    top, bottom = max(0, min(y0, y1)), min(rows, max(y0, y1) + 1)
    return picture[top : max(top, bottom), left : max(left, right)]


def _pixel(page: pdfium.PdfPage, shape: tuple[int, ...], x: float, y: float) -> tuple[int, int]:
    """Column and row of a point of user space in a drawing of the page."""
    column, row = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, shape[1], shape[0], 0, x, y, column, row)
    return column.value, row.value


def _is_reading_of_scan(
    page: pdfium.PdfPage,
    painted: Sequence[Painted],
    words: Sequence[Word],
    unseen: Sequence[Word],
    seen: np.ndarray,
) -> bool:
    """Some programs put the text that they read from a scan visibly under its picture: then all of it is
    there, and where a word is, the picture has ink."""
    width, height = page.get_size()
    scan = [
        one
        for one in painted
        if one.kind == raw.FPDF_PAGEOBJ_IMAGE
        and (one.box[2] - one.box[0]) * (one.box[3] - one.box[1]) > SCANNED * width * height
    ]
    if not scan or len(unseen) < READ * len(words):
        return False
    inked = [part for word in unseen if (part := _part(page, seen, word.box)).size and np.ptp(part) > NEAR]
    return len(inked) >= INKED * len(unseen)


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


def _address(handle: object) -> int:
    return int(ctypes.cast(handle, ctypes.c_void_p).value or 0) if handle else 0  # type: ignore[arg-type]


def _pointer(address: int) -> object:
    return ctypes.cast(address, raw.FPDF_PAGEOBJECT)
