"""What lies over a page of a PDF (ISO 32000-1, 12.5): remarks, drawn stamps, the marks of signatures.

What counts is what a viewer shows on a screen: nothing that is hidden or only for print, and all the rest,
whether it is printed or not (ISO 32000-1, table 165).
"""

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import reduce
from itertools import chain

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from ocr import textlayer
from ocr.engine import Pixels
from ocr.picture import Picture
from ocr.recognition import BY_FILE, Box, Word

MOST = 2_000  # annotations told apart on a page; what is beyond is one place
UNSEEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
NOTHING = (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP)  # draw nothing, or only when clicked at
SPEAKING = (pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP, pdfium.FPDF_ANNOT_WIDGET)
FEW = 12  # marks that are drawn each on its own
DOTS = 4_000_000  # of a page that are drawn at a time, twice
CHANGED = 8  # grey levels; what is drawn twice is the same but for what lies over it
COLOURED = 24  # spread of the channels from which a mark has a colour
BLACK, WHITE = 64, 230
IN_DOUBT = 0.3  # confidence of words that lack letters
PURE = 0.95  # of the dots of marks: that many black, or the soft edge of black, leave a page in two levels


@dataclass(frozen=True, slots=True)
class Annotations:
    """A page with what lies over it as a part of it, and where that is, in points of the page."""

    page: pypdfium2.PdfPage
    places: tuple["Place", ...]


@dataclass(frozen=True, slots=True)
class Place:
    left: float
    bottom: float
    right: float
    top: float
    speaks: bool  # whether its sort is one that holds words

    def union(self, other: "Place") -> "Place":
        """The smallest place that holds both."""
        left, bottom = min(self.left, other.left), min(self.bottom, other.bottom)
        right, top = max(self.right, other.right), max(self.top, other.top)
        return Place(left, bottom, right, top, self.speaks or other.speaks)


def of_page(
    pdf: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, number: int, alone: bytes | None = None
) -> Annotations | None:
    """What lies over page `number` (from 1); None where nothing does. `page` stays as it is without.

    `alone` is a document of this page with what it inherits, where it does (`ocr/sources/inherited.py`).
    """
    places = _told_apart(list(_seen(page)))
    if not places:
        return None
    if alone is not None:
        copy = pypdfium2.PdfDocument(alone)
        with suppress(pypdfium2.PdfiumError):
            copy.init_forms()
        return of_page(copy, copy[0], 1)
    # pdfium gives those without an appearance one when it draws them first
    page.render(scale=1 / max(page.get_size()), draw_annots=True, may_draw_forms=False)
    # Flattening looks for the page's own box, and makes it 612 by 792 where that is inherited.
    box = page.get_bbox()
    page.set_mediabox(*box)
    page.set_cropbox(*box)
    if pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) != pdfium.FLATTEN_SUCCESS:
        return None
    return Annotations(pdf[number - 1], places)


def _told_apart(every: Sequence[Place]) -> tuple[Place, ...]:
    if len(every) <= MOST:
        return tuple(every)
    return (*every[: MOST - 1], reduce(Place.union, every[MOST - 1 :]))


def _seen(page: pypdfium2.PdfPage) -> Iterator[Place]:
    """Those that are seen. The others are hidden for good: flattening knows nothing of `NoView`."""
    for index in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            flags, kind = pdfium.FPDFAnnot_GetFlags(annotation), pdfium.FPDFAnnot_GetSubtype(annotation)
            place = pdfium.FS_RECTF()
            if flags & UNSEEN:
                pdfium.FPDFAnnot_SetFlags(annotation, flags | pdfium.FPDF_ANNOT_FLAG_HIDDEN)
            elif kind not in NOTHING and pdfium.FPDFAnnot_GetRect(annotation, ctypes.byref(place)):
                left, right = sorted((place.left, place.right))
                bottom, top = sorted((place.bottom, place.top))
                if left < right and bottom < top:
                    yield Place(left, bottom, right, top, kind in SPEAKING)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)


def over(picture: Picture, bare: pypdfium2.PdfPage, found: Annotations, *, drawn: bool = False) -> Picture:
    """The picture of a page with what lies over it, every other dot as it was; and with its words.

    `drawn`: the picture shows it already, and its layer is that of the bare page all the same. Over a scan
    only words are said that can be seen. A layer that hides over a scan gets them too; it is left away where
    a mark should hold words and holds none, so that they are read from the picture.
    """
    places = [_box(bare, place, *picture.size) for place in found.places]
    said = _said(picture, found.page, places)
    if not picture.layer_hidden:
        return replace(picture, layer=(*picture.layer, *chain(*said)), annotated=said)
    marks = [mark for area in _areas(places) for mark in _marks(picture, bare, found.page, area)]
    said = tuple(
        words
        for every in said
        if (words := tuple(word for word in every if any(mark.within(word.box) for mark in marks)))
    )
    speaking = [box for place, box in zip(found.places, places, strict=True) if place.speaks]
    telling = [box for box in speaking if any(_within(word.box, box) for word in chain(*said))]
    silent = [box for box in speaking if box not in telling]
    trusted = textlayer.plausible(picture.layer, hidden=True)
    trusted = trusted and not any(mark.within(box) for box in silent for mark in marks)
    pixels, bilevel = (picture.pixels, picture.bilevel) if drawn else _drawn(picture, marks)
    return replace(
        picture,
        pixels=pixels,
        bilevel=bilevel,
        layer=(*picture.layer, *chain(*said)) if trusted else (),
        annotated=said,
        unmarked=_without(pixels, marks, telling),
    )


def doubted(
    picture: Picture, bare: pypdfium2.PdfPage, places: Sequence[tuple[float, float, float, float]]
) -> Picture:
    """The picture with the words at these places in doubt: left, bottom, right, top in points of the page."""
    boxes = [_box(bare, Place(*place, True), *picture.size) for place in places]

    def one(word: Word) -> Word:
        there = any(_within(word.box, box) for box in boxes)
        return replace(word, confidence=IN_DOUBT) if there else word

    annotated = tuple(tuple(map(one, words)) for words in picture.annotated)
    return replace(picture, layer=tuple(map(one, picture.layer)), annotated=annotated)


def _without(pixels: Pixels, marks: Sequence["_Mark"], places: Sequence[Box]) -> Pixels | None:
    """The picture without the marks of these places: nothing is read on or under what says what it is."""
    if not places or not marks:
        return None
    cover = np.zeros(pixels.shape[:2], np.bool_)
    for mark in marks:
        cover[mark.place.y0 : mark.place.y1, mark.place.x0 : mark.place.x1] |= mark.mask
    unmarked = pixels.copy()
    for box in places:
        area = np.s_[box.y0 : box.y1, box.x0 : box.x1]
        unmarked[area][cover[area]] = 255
    return unmarked


@dataclass(frozen=True, slots=True)
class _Mark:
    """What lies over a part of a page: BGR, and where it is seen."""

    place: Box
    pixels: Pixels
    mask: NDArray[np.bool_]

    def within(self, box: Box) -> bool:
        """Whether any of it is seen there."""
        x0, y0 = max(box.x0 - self.place.x0, 0), max(box.y0 - self.place.y0, 0)
        x1, y1 = max(box.x1 - self.place.x0, 0), max(box.y1 - self.place.y0, 0)
        return bool(self.mask[y0:y1, x0:x1].any())


def _areas(places: Sequence[Box]) -> list[Box]:
    """The parts of a page that are drawn: each place, or all between the first and the last of many."""
    whole = reduce(Box.union, places)
    apart = len(places) <= FEW and 2 * sum(place.area for place in places) < whole.area
    return list(places) if apart else [whole]


def _marks(
    picture: Picture, bare: pypdfium2.PdfPage, marked: pypdfium2.PdfPage, place: Box
) -> Iterator[_Mark]:
    rows = max(1, DOTS // (place.x1 - place.x0))
    for top in range(place.y0, place.y1, rows):
        strip = Box(place.x0, top, place.x1, min(top + rows, place.y1))
        without, pixels = (_shown(page, strip, picture.size) for page in (bare, marked))
        mask = cv2.absdiff(without, pixels).max(axis=2) > CHANGED
        if mask.any():
            soft = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
            yield _Mark(strip, pixels, soft)


def _shown(page: pypdfium2.PdfPage, part: Box, size: tuple[int, int]) -> Pixels:
    """A part of the page, which is drawn `size` dots wide and high; BGR."""
    wide, high = part.x1 - part.x0, part.y1 - part.y0
    bitmap = pypdfium2.PdfBitmap.new_native(wide, high, pdfium.FPDFBitmap_BGR)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, wide, high)
    pdfium.FPDF_RenderPageBitmap(bitmap, page, -part.x0, -part.y0, *size, 0, 0)
    return np.array(bitmap.to_numpy(), np.uint8)


def _drawn(picture: Picture, marks: Sequence[_Mark]) -> tuple[Pixels, bool]:
    """The picture with the marks, and whether it has two levels still."""
    black = picture.bilevel and all(_is_black(mark) for mark in marks)
    grey = picture.pixels.ndim == 2 and all(_is_grey(mark) for mark in marks)
    coloured = picture.pixels.ndim == 2 and not grey
    pixels = cv2.cvtColor(picture.pixels, cv2.COLOR_GRAY2BGR) if coloured else picture.pixels.copy()
    for mark in marks:
        shown = cv2.cvtColor(mark.pixels, cv2.COLOR_BGR2GRAY) if grey else mark.pixels
        if black:
            shown = cv2.threshold(shown, 127, 255, cv2.THRESH_BINARY)[1]
        pixels[mark.place.y0 : mark.place.y1, mark.place.x0 : mark.place.x1][mark.mask] = shown[mark.mask]
    return pixels.astype(np.uint8, copy=False), black


def _is_grey(mark: _Mark) -> bool:
    seen = mark.pixels[mark.mask]
    return bool((seen.max(axis=1) - seen.min(axis=1)).max(initial=0) <= COLOURED)


def _is_black(mark: _Mark) -> bool:
    """Whether two levels say it: what is neither black nor white is the edge of what is black."""
    if not _is_grey(mark):
        return False
    grey = cv2.cvtColor(mark.pixels, cv2.COLOR_BGR2GRAY)
    near = cv2.erode(grey, np.ones((3, 3), np.uint8))
    return bool(((near <= BLACK) | (grey >= WHITE))[mark.mask].mean() >= PURE)


def _said(picture: Picture, marked: pypdfium2.PdfPage, places: Sequence[Box]) -> tuple[tuple[Word, ...], ...]:
    """The words that lie over the page, those of each place, from the top down."""
    own = {(word.text, word.box) for word in picture.layer}
    found: dict[Box | None, list[Word]] = {}
    for word in textlayer.of_page(marked, *picture.size).words:
        if (word.text, word.box) not in own:
            place = next((box for box in places if _within(word.box, box)), None)
            found.setdefault(place, []).append(replace(word, readers=(BY_FILE,)))
    ordered = sorted(found.values(), key=lambda words: min(word.box.y0 for word in words))
    return tuple(tuple(words) for words in ordered)


def _within(box: Box, place: Box) -> bool:
    x, y = (box.x0 + box.x1) // 2, (box.y0 + box.y1) // 2
    return place.x0 <= x < place.x1 and place.y0 <= y < place.y1


def _box(page: pypdfium2.PdfPage, place: Place, width: int, height: int) -> Box:
    """The place in dots of a page that is shown `width` by `height`, one dot more on each side."""
    corners = [
        textlayer.device(page, x, y, width, height)
        for x, y in ((place.left, place.top), (place.right, place.bottom))
    ]
    (x0, x1), (y0, y1) = (sorted(values) for values in zip(*corners, strict=True))
    x0, y0 = min(max(x0 - 1, 0), width - 1), min(max(y0 - 1, 0), height - 1)
    return Box(x0, y0, max(min(x1 + 1, width), x0 + 1), max(min(y1 + 1, height), y0 + 1))
