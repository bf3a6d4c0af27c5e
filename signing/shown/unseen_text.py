"""Text that a page has and nobody sees, whole or in part: painted over, of the colour of its ground, cut off.

Programs read the text of a page, people its picture; what is unseen may be shown later (the "hide" attack of
"Shadow Attacks", NDSS 2021). Text that is declared unseen (rendering mode 3), as on pictures of scans, is no
such thing where there is a picture, nor is text in full under one if that has ink where the letters are, nor
text under a picture of itself (own_picture.py).

Pages are looked at in two steps: the list of what is painted tells whether any text could be unseen; only
such a page is drawn, with that text and without it. Where nothing changes in the box of a letter, nobody sees
it. Letters that are seen in part are the matter of covered_text.py.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from signing.shown import covered_text, drawn_letters, own_picture
from signing.shown.bare_page import BarePage
from signing.shown.clipping import Box
from signing.shown.covered_text import Layer
from signing.shown.drawn_letters import SLIGHT, Letter, drawn, part
from signing.shown.grid import Grid
from signing.shown.paint import Painted, numbered, painted

LONG_SIDES = (1000, 2500)  # pixels, on A4 85 and 215 dpi; the second look is at what the first did not see
LIGHT = 190  # every channel above it: hardly seen on paper
NEAR = 60  # of 255: colours closer than this may be one
COVER = 0.4  # of the height of text: other text that covers less in any direction hides no letter,
TOUCH = 0.1  # and such of another colour not even a part of one
INSET = 0.1  # of a letter's width, on both sides: there its neighbours may reach in
SEEN = 0.04  # share of a letter's box that must change with it; thin ones have 0.2
TWIN = 0.3  # of the height of text: nearer, the same text is there twice, to look bold or to cast a shadow
SCANNED = 0.8  # share of the page that the picture of a scanned one fills
READ = 0.9  # share of a scanned page's letters that are under its picture
INKED = 0.6  # share of these that have ink where they are
LAYERS = 6  # of text on text that are told apart


@dataclass(frozen=True, slots=True)
class Unseen:
    """Letters of a page that nobody sees; or, where they are seen `in_part`, the words that they are of."""

    page: int
    text: str
    in_part: bool = False


def find(source: Path) -> Unseen | None:
    """The first page with such letters. Raises pypdfium2.PdfiumError where the document cannot be read,
    TooMuch where a page paints more than is looked at."""
    with pdfium.PdfDocument(source) as opened:
        for number in range(len(opened)):
            page = opened[number]
            with numbered(number + 1):
                unseen = _unseen(page, number + 1) or _on_flat_page(opened, page, number)
            page.close()
            if unseen:
                return unseen
    return None


def _on_flat_page(opened: pdfium.PdfDocument, page: pdfium.PdfPage, number: int) -> Unseen | None:
    """The same where what annotations and fields show is made a part of the page, in memory alone. Raises
    PdfiumError where that cannot be done."""
    if not raw.FPDFPage_GetAnnotCount(page):
        return None
    made = raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
    if made == raw.FLATTEN_FAIL:
        raise pdfium.PdfiumError("what annotations show cannot be made a part of the page")
    if made == raw.FLATTEN_NOTHINGTODO:
        return None
    flat = opened[number]
    unseen = _unseen(flat, number + 1)
    flat.close()
    return unseen


def _quoted(letters: Sequence[Letter]) -> str:
    """The letters and digits, with a space wherever some between them are missing."""
    told = [letter for letter in letters if letter.sign.isalnum()]
    numbered = groupby(enumerate(told), key=lambda pair: pair[1].index - pair[0])
    return " ".join("".join(letter.sign for _, letter in group) for _, group in numbered)


def _unseen(page: pdfium.PdfPage, number: int) -> Unseen | None:
    whole = list(painted(page))
    doubted, alone = list(_doubtful(whole)), _of_no_picture(whole)
    if not doubted and not alone:
        return None
    reading = page.get_textpage()
    try:
        unread = drawn_letters.letters(reading, alone)
        if unread:
            return Unseen(number, _quoted(unread) or drawn_letters.words(reading, unread))
        return _among(_Sheet(page, whole, reading), doubted, number) if doubted else None
    finally:
        reading.close()


def _of_no_picture(whole: Sequence[Painted]) -> dict[int, Painted]:
    """Text by its handle that is declared unseen where no picture is that it could be the reading of. Such
    that cuts out what is painted after it (rendering mode 7) is shown by whatever fills it."""
    pictures = [one.box for one in whole if one.is_picture]
    fillings: list[Box] = []
    found = {}
    for one in reversed(whole):
        if one.is_text and not one.is_shown:
            is_cutter = one.mode == raw.FPDF_TEXTRENDERMODE_CLIP
            filled = is_cutter and any(_covers(box, one.box) for box in fillings)
            if not filled and not any(_meet(one.box, box) for box in pictures):
                found[one.handle] = one
        elif one.kind == raw.FPDF_PAGEOBJ_SHADING or _is_dark_shape(one):
            fillings.append(one.box)
    return found


def _is_dark_shape(one: Painted) -> bool:
    is_shape = one.kind == raw.FPDF_PAGEOBJ_PATH and not one.is_line
    return is_shape and one.colour is not None and min(one.colour[:3]) <= LIGHT


def _covers(one: Box, other: Box) -> bool:
    near = TOUCH * (other[3] - other[1])
    beyond = (one[0] - other[0], one[1] - other[1], other[2] - one[2], other[3] - one[3])
    return max(beyond) <= near


def _meet(one: Box, other: Box) -> bool:
    across, up = (min(one[n + 2], other[n + 2]) - max(one[n], other[n]) for n in (0, 1))
    return across > 0 and up > 0


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page, what it paints, and its text."""

    page: pdfium.PdfPage
    whole: Sequence[Painted]
    reading: pdfium.PdfTextPage


def _among(sheet: _Sheet, doubted: Sequence[Painted], number: int) -> Unseen | None:
    doubted = list(_without_twin(sheet, doubted))
    letters = drawn_letters.letters(sheet.reading, {text.handle: text for text in doubted})
    layers = _layers(doubted)
    seen = drawn(sheet.page, LONG_SIDES[0])
    pictures = [_without(sheet.page, layer, LONG_SIDES[0]) for layer in layers]
    unseen = _unchanged(sheet.page, seen, pictures, letters)
    if unseen and not _is_reading_of_scan(sheet, letters, unseen, seen):
        finer = drawn(sheet.page, LONG_SIDES[1])
        unseen = _unchanged(
            sheet.page, finer, (_without(sheet.page, layer, LONG_SIDES[1]) for layer in layers), unseen
        )
        if unseen and not _is_reading_of_scan(sheet, letters, unseen, finer):
            left = own_picture.unlike(BarePage.of(sheet.page), finer, layers, unseen)
            if left:
                return Unseen(number, _quoted(left) or drawn_letters.words(sheet.reading, left))
            letters = [letter for letter in letters if letter not in unseen]
    covered = covered_text.find(sheet.page, seen, pictures, letters)
    if not covered or _is_reading_of_scan(sheet, letters, covered, seen):
        return None
    return Unseen(number, drawn_letters.words(sheet.reading, covered), in_part=True)


def _doubtful(whole: Sequence[Painted]) -> Iterator[Painted]:
    """Text that perhaps nobody sees."""
    grid = Grid([one.box for one in whole])
    texts, lines, shown = (
        np.array([getattr(one, name) for one in whole], dtype=bool)
        for name in ("is_text", "is_line", "is_shown")
    )
    colours = np.array([one.colour[:3] if one.colour else (-1, -1, -1) for one in whole])
    for index, text in enumerate(whole):
        if not texts[index] or not shown[index]:
            continue
        if text.veiled or text.colour is None or min(text.colour[:3]) > LIGHT or text.is_cut:
            yield text
            continue
        near = grid.near(text.box)
        across, up = _common(grid.boxes[near], text.box)
        unlike = np.abs(colours[near] - np.array(text.colour[:3])).max(axis=1) >= NEAR
        least = min(text.box[2] - text.box[0], text.box[3] - text.box[1]) * np.where(unlike, TOUCH, COVER)
        unknown = colours[near, 0] < 0
        covers = np.where(texts[near], (across > least) & (up > least), ~lines[near] | unlike | unknown)
        like = (near < index) & ~texts[near] & (unknown | ~unlike)
        if ((across > 0) & (up > 0) & shown[near] & (((near > index) & covers) | like)).any():
            yield text


def _common(boxes: np.ndarray, box: Box) -> tuple[np.ndarray, np.ndarray]:
    """Width and height of what each of the boxes shares with this one; less than 0 where they are apart."""
    across, up = (np.minimum(boxes[:, n + 2], box[n + 2]) - np.maximum(boxes[:, n], box[n]) for n in (0, 1))
    return across, up


def _layers(texts: Sequence[Painted]) -> list[list[Painted]]:
    """The texts in layers in which none lies on another, so that what changes with a letter is its own; where
    there are too many layers, the last has the rest."""
    grid, layers = Grid([text.box for text in texts]), list[list[Painted]]()
    layer_of = np.full(len(texts), -1)
    for index, text in enumerate(texts):
        near = grid.near(text.box)
        across, up = _common(grid.boxes[near], text.box)
        letter = min(text.box[2] - text.box[0], text.box[3] - text.box[1]) * COVER
        below = set(layer_of[near[(across > letter) & (up > letter)]].tolist())
        free = next((n for n in range(LAYERS) if n not in below), LAYERS - 1)
        layer_of[index] = free
        if free == len(layers):
            layers.append([])
        layers[free].append(text)
    return layers


def _without_twin(sheet: _Sheet, doubted: Sequence[Painted]) -> Iterator[Painted]:
    """Those whose text is not painted there again in the same colour."""
    texts = [one for one in sheet.whole if one.is_text and one.is_shown]
    place, grid = {text.handle: n for n, text in enumerate(texts)}, Grid([text.box for text in texts])
    for text in doubted:
        near = grid.near(text.box)
        later = near[near > place[text.handle]]
        reach = min(text.box[2] - text.box[0], text.box[3] - text.box[1]) * TWIN
        beside = later[np.abs(grid.boxes[later] - np.array(text.box)).max(axis=1, initial=0) < reach]
        twins = [texts[n] for n in beside if texts[n].colour == text.colour]
        if not any(one.said(sheet.reading) == text.said(sheet.reading) for one in twins):
            yield text


def _without(page: pdfium.PdfPage, texts: Sequence[Painted], side: int) -> Layer:
    """The page drawn without these texts."""
    for text in texts:
        text.show(raw.FPDF_TEXTRENDERMODE_INVISIBLE)
    picture = drawn(page, side)
    for text in texts:
        text.show(text.mode)
    return Layer(texts, picture)


def _unchanged(
    page: pdfium.PdfPage, seen: np.ndarray, layers: Iterable[Layer], letters: Sequence[Letter]
) -> list[Letter]:
    """Those of the letters with which nothing goes from the picture."""
    found = []
    for layer in layers:
        changed = np.abs(seen.astype(np.int16) - layer.without) > SLIGHT
        within = {text.handle for text in layer.texts}
        for letter in letters:
            inner = part(page, changed, _inner(letter.box)) if letter.text.handle in within else changed[:0]
            if inner.size and inner.sum() <= SEEN * inner.size:
                found.append(letter)
    return sorted(found, key=lambda one: one.index)


def _inner(box: Box) -> Box:
    """The middle of a letter, where its neighbours do not reach."""
    across, up = (box[2] - box[0]) * INSET, (box[3] - box[1]) * INSET
    return box[0] + across, box[1] + up, box[2] - across, box[3] - up


def _is_reading_of_scan(
    sheet: _Sheet, letters: Sequence[Letter], unseen: Sequence[Letter], seen: np.ndarray
) -> bool:
    """Some programs put the text that they read from a scan visibly under its picture: then all of it is
    there, and where a letter is, the picture has ink."""
    width, height = sheet.page.get_size()
    boxes = [one.box for one in sheet.whole if one.is_picture]
    scan = [box for box in boxes if (box[2] - box[0]) * (box[3] - box[1]) > SCANNED * width * height]
    if not scan or len(unseen) < READ * len(letters):
        return False
    parts = [part(sheet.page, seen, letter.box) for letter in unseen]
    inked = [one for one in parts if one.size and np.ptp(one) > NEAR]
    return len(inked) >= INKED * len(unseen)
