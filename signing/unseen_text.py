"""Text that a page has and nobody sees: painted over, painted in the colour of its ground, or cut away.

Programs read the text of a page, people its picture; what is unseen may be shown later (the "hide" attack of
"Shadow Attacks", NDSS 2021). Text that is declared unseen (rendering mode 3), as under scans, is no such
thing, nor is text in full under the picture of a scanned page if that has ink where the letters are.

Pages are looked at in two steps: the list of what is painted tells whether any text could be unseen; only
such a page is drawn, with that text and without it. Where nothing changes in the box of a letter, nobody sees
it.
"""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from signing.paint import Box, Painted, address, painted

LONG_SIDES = (1000, 2500)  # pixels, on A4 85 and 215 dpi; the second look is at what the first did not see
SLIGHT = 12  # of 255: a smaller difference is not seen
LIGHT = 190  # every channel above it: hardly seen on paper
NEAR = 60  # of 255: colours closer than this may be one
COVER = 0.4  # of the height of text: other text that covers less in any direction hides no letter
INSET = 0.1  # of a letter's width, on both sides: there its neighbours may reach in
SEEN = 0.04  # share of a letter's box that must change with it; thin ones have 0.2
TWIN = 0.3  # of the height of text: nearer, the same text is there twice, to look bold or to cast a shadow
SCANNED = 0.8  # share of the page that the picture of a scanned one fills
READ = 0.9  # share of a scanned page's letters that are under its picture
INKED = 0.6  # share of these that have ink where they are
LAYERS = 6  # of text on text that are told apart


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter or digit, the `index` of it on the page, and the text that it is of."""

    index: int
    sign: str
    box: Box
    text: Painted


@dataclass(frozen=True, slots=True)
class Unseen:
    """Letters of a page that nobody sees."""

    page: int
    text: str


def find(source: Path) -> Unseen | None:
    """The first page with such letters. Raises pypdfium2.PdfiumError where the document cannot be read."""
    with pdfium.PdfDocument(source) as opened:
        for number in range(len(opened)):
            page = opened[number]
            letters = _unseen(page)
            if not letters and raw.FPDFPage_GetAnnotCount(page):
                letters = _unseen_with_annotations(opened, page, number)
            page.close()
            if letters:
                return Unseen(number + 1, _quoted(letters))
    return None


def _unseen_with_annotations(opened: pdfium.PdfDocument, page: pdfium.PdfPage, number: int) -> list[Letter]:
    """The same where what annotations and fields show is made a part of the page, in memory alone. Raises
    PdfiumError where that cannot be done."""
    made = raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
    if made == raw.FLATTEN_FAIL:
        raise pdfium.PdfiumError("what annotations show cannot be made a part of the page")
    if made == raw.FLATTEN_NOTHINGTODO:
        return []
    flat = opened[number]
    letters = _unseen(flat)
    flat.close()
    return letters


def _quoted(letters: Sequence[Letter]) -> str:
    """The letters, with a space wherever some between them are missing."""
    numbered = groupby(enumerate(letters), key=lambda pair: pair[1].index - pair[0])
    return " ".join("".join(letter.sign for _, letter in group) for _, group in numbered)


def _unseen(page: pdfium.PdfPage) -> list[Letter]:
    whole = list(painted(page))
    doubted = list(_doubtful(whole))
    if not doubted:
        return []
    reading = page.get_textpage()
    texts = [one for one in whole if one.is_text and one.is_shown]
    place = {text.handle: number for number, text in enumerate(texts, 1)}
    doubted = [text for text in doubted if not _has_twin(text, texts[place[text.handle] :], reading)]
    layers = _layers(doubted)
    letters = _letters(reading, {text.handle: text for text in doubted})
    reading.close()
    unseen = letters
    for side in LONG_SIDES:
        seen = _drawn(page, side)
        found = [one for layer in layers for one in _without(page, seen, layer, unseen)]
        unseen = sorted(found, key=lambda one: one.index)
        if not unseen or _is_reading_of_scan(page, whole, letters, unseen, seen):
            return []
    return unseen


def _doubtful(whole: Sequence[Painted]) -> Iterator[Painted]:
    """Text that perhaps nobody sees."""
    if not whole:
        return
    boxes = np.array([one.box for one in whole])
    texts = np.array([one.is_text for one in whole])
    shown = np.array([one.is_shown for one in whole])
    colours = np.array([one.colour[:3] if one.colour else (-1, -1, -1) for one in whole])
    order = np.arange(len(whole))
    for index, text in enumerate(whole):
        if not texts[index] or not shown[index]:
            continue
        if text.colour is None or text.colour[3] < SLIGHT or min(text.colour[:3]) > LIGHT or text.is_cut:
            yield text
            continue
        across = np.minimum(boxes[:, 2], text.box[2]) - np.maximum(boxes[:, 0], text.box[0])
        up = np.minimum(boxes[:, 3], text.box[3]) - np.maximum(boxes[:, 1], text.box[1])
        letter = min(text.box[2] - text.box[0], text.box[3] - text.box[1]) * COVER
        under = (order > index) & np.where(texts, (across > letter) & (up > letter), True)
        unlike = np.abs(colours - np.array(text.colour[:3])).max(axis=1) >= NEAR
        like = (order < index) & ~texts & ((colours[:, 0] < 0) | ~unlike)
        if ((across > 0) & (up > 0) & shown & (under | like)).any():
            yield text


def _layers(texts: Sequence[Painted]) -> list[list[Painted]]:
    """The texts in layers in which none lies on another, so that what changes with a letter is its own; where
    there are too many layers, the last has the rest."""
    layers: list[list[Painted]] = []
    for text in texts:
        layer = next((layer for layer in layers if not _lies_on(text, layer)), None)
        if layer is None and len(layers) < LAYERS:
            layers.append(layer := [])
        (layer if layer is not None else layers[-1]).append(text)
    return layers


def _has_twin(text: Painted, later: Sequence[Painted], reading: pdfium.PdfTextPage) -> bool:
    """Is the same text painted there again in the same colour?"""
    if not later:
        return False
    boxes = np.array([one.box for one in later])
    near = min(text.box[2] - text.box[0], text.box[3] - text.box[1]) * TWIN
    beside = np.abs(boxes - np.array(text.box)).max(axis=1) < near
    twins = [one for one, is_near in zip(later, beside, strict=True) if is_near and one.colour == text.colour]
    return any(one.said(reading) == text.said(reading) for one in twins)


def _lies_on(text: Painted, layer: Sequence[Painted]) -> bool:
    boxes = np.array([one.box for one in layer])
    left, bottom, right, top = text.box
    across = np.minimum(boxes[:, 2], right) - np.maximum(boxes[:, 0], left)
    up = np.minimum(boxes[:, 3], top) - np.maximum(boxes[:, 1], bottom)
    letter = min(right - left, top - bottom) * COVER
    return bool(((across > letter) & (up > letter)).any())


def _letters(text: pdfium.PdfTextPage, doubted: dict[int, Painted]) -> list[Letter]:
    """The letters and digits of these texts."""
    found = []
    for index in range(raw.FPDFText_CountChars(text)):
        of = doubted.get(address(raw.FPDFText_GetTextObject(text, index)))
        code = raw.FPDFText_GetUnicode(text, index) if of else 0
        sign = chr(code) if 0 < code < 0x110000 else " "
        if of and sign.isalnum():
            found.append(Letter(index, sign, _letter_box(text, index), of))
    return found


def _letter_box(text: pdfium.PdfTextPage, index: int) -> Box:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(text, index, left, right, bottom, top)
    return left.value, bottom.value, right.value, top.value


def _without(
    page: pdfium.PdfPage, seen: np.ndarray, layer: Sequence[Painted], letters: Sequence[Letter]
) -> list[Letter]:
    """Those of the letters in a layer with which nothing goes from the picture."""
    for text in layer:
        text.show(raw.FPDF_TEXTRENDERMODE_INVISIBLE)
    drawn = _drawn(page, max(seen.shape))
    for text in layer:
        text.show(text.mode)
    changed = np.abs(seen.astype(np.int16) - drawn) > SLIGHT
    within = {text.handle for text in layer}
    found = []
    for letter in letters:
        if letter.text.handle in within:
            part = _part(page, changed, _inner(letter.box))
            if part.size and part.sum() <= SEEN * part.size:
                found.append(letter)
    return found


def _inner(box: Box) -> Box:
    """The middle of a letter, where its neighbours do not reach."""
    across, up = (box[2] - box[0]) * INSET, (box[3] - box[1]) * INSET
    return box[0] + across, box[1] + up, box[2] - across, box[3] - up


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
    whole: Sequence[Painted],
    letters: Sequence[Letter],
    unseen: Sequence[Letter],
    seen: np.ndarray,
) -> bool:
    """Some programs put the text that they read from a scan visibly under its picture: then all of it is
    there, and where a letter is, the picture has ink."""
    width, height = page.get_size()
    scan = [
        one
        for one in whole
        if one.is_picture and (one.box[2] - one.box[0]) * (one.box[3] - one.box[1]) > SCANNED * width * height
    ]
    if not scan or len(unseen) < READ * len(letters):
        return False
    parts = [_part(page, seen, letter.box) for letter in unseen]
    inked = [part for part in parts if part.size and np.ptp(part) > NEAR]
    return len(inked) >= INKED * len(unseen)
