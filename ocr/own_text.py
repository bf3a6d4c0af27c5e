"""A page by the text that its file holds, where its picture bears that text out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ocr import annotation_words, reading_order, textlayer
from ocr.cleaning import cleanup, faint
from ocr.engine import Pixels, Reader
from ocr.language.orthography import is_abbreviation
from ocr.language.writing import is_syllable
from ocr.picture import Picture
from ocr.recognition import Box, Page, Word

SAMPLE_INCHES = 1.2  # height of a strip by which a text layer is judged
FEWEST_ODD = 2  # words that look wrong in a strip, for which it is read
FEWEST_BARE = 3  # words of a line without any mark, for which it looks wrong
FEWEST_SOUND = 3  # words of Vietnamese read there, below which they are no evidence
UNTOLD_MARKS = 10  # letter-sized marks beside the words of a layer, above which they are read
UNTOLD_LETTERS = 8  # surely read of them, with which the layer leaves out words: a title of two
SURE, SURE_SHARE = 0.85, 0.6  # of what is read there, by letters; logos, seals and signatures stay below
LEVEL = 0.1  # degrees aslant up to which words of the file stand where they are read
ROW = 64  # twice the pixels in which the middle of a word is looked up
ENDS = 0.4  # heights of a word by which its ends as read may be off those that the file tells
ASLANT_LETTERS, ASLANT_HEIGHT = 3, 2.5  # of a word that crosses the lines, in heights of the others
ASLANT_FORM = (0.4, 1.6)  # its width by its height; one of three letters in a line is wider
RIM = 0.15  # heights of a word by which its marks may stand out of its box


#: Signs that TCVN3 has in the place of letters (`B¶NG`, `§ÞNH`). Vietnamese has them before or after letters
#: at most: quotation marks, footnotes, trade marks.
_AMONG_LETTERS = re.compile(
    r"[^\W\d_][¡-©«¬®¶-¹»-¾][^\W\d_]|(?<!\w)[¡-¨¬®¶¸¹¼-¾][^\W\d_]|[^\W\d_][¡-¨¬¶¸¼-¾](?!\w)"
)


@dataclass(frozen=True, slots=True)
class Told:
    """The words that the file of a page tells, upright on a page of this width and height; `whole` where
    nothing else is to be read on it."""

    words: tuple[Word, ...]
    whole: bool
    turn: int
    size: tuple[int, int]


def told(picture: Picture, reader: Reader) -> Told | None:
    """The words that the file tells of a page; None where it tells none, or the picture says otherwise."""
    hidden, turn, dpi = picture.layer_hidden, picture.layer_turn, picture.dpi
    if not textlayer.plausible(picture.layer, hidden):
        return None
    words = textlayer.turned(picture.layer, turn, *picture.size)
    if not hidden:
        words = tuple(textlayer.seen_on(cleanup.turned(picture.pixels, turn), words))
        if not words:
            return None
    grey = cleanup.flat(cleanup.turned(faint.positive(picture.pixels), turn), dpi)  # slides are light on dark
    strokes = cleanup.strokes(grey, dpi)
    if not _borne_out(words, grey, strokes, hidden=hidden, dpi=dpi, reader=reader):
        return None
    covered = textlayer.over_one_another(words) if not hidden else set()
    words = tuple(word for word in words if word not in covered)
    whole = not covered and not _leaves_out_words(words, grey, strokes, dpi, reader)
    height, width = grey.shape
    return Told(tuple(words), whole, turn, (width, height)) if whole or not hidden else None


def page(picture: Picture, number: int, own: Told) -> tuple[Page, Pixels]:
    """The page by nothing but these words, and its picture, both upright."""
    turn = picture.layer_turn
    pixels = cleanup.turned(picture.pixels, turn)
    several = annotation_words.of_several_lines(picture.annotated)
    marks = annotation_words.turned(several, turn, *picture.size)
    apart = {word for mark in marks for word in mark}
    along, aslant = _by_slant([w for w in own.words if w not in apart])
    words = annotation_words.put_among(reading_order.in_lines(along), marks)
    last = max((w.line for w in words), default=-1)
    words = (*words, *(replace(w, line=last + 1 + at) for at, w in enumerate(aslant)))
    height, width = pixels.shape[:2]
    read = Page(number, width, height, picture.dpi, turn, 0.0, "text-layer", image="")
    return replace(read, text=reading_order.text_of(words), words=words), pixels


def _by_slant(words: Sequence[Word]) -> tuple[list[Word], list[Word]]:
    """The words that stand in lines, and those that cross them as a watermark does: these come last."""
    high = float(np.median([w.box.y1 - w.box.y0 for w in words])) if words else 0.0
    aslant = [w for w in words if _is_aslant(w, high)]
    return [w for w in words if w not in aslant], aslant


def _is_aslant(word: Word, usual: float) -> bool:
    wide, high = word.box.x1 - word.box.x0, word.box.y1 - word.box.y0
    long = sum(c.isalnum() for c in word.text) >= ASLANT_LETTERS
    return long and high > ASLANT_HEIGHT * usual and ASLANT_FORM[0] < wide / high < ASLANT_FORM[1]


def exact(read: Page, own: Told) -> Page:
    """A page that was read because its file tells only a part of it, with that part in the file's own words:
    a logo or a stamp in a typed page costs no letter of its text."""
    if read.rotation != own.turn or abs(read.skew) > LEVEL or (read.width, read.height) != own.size:
        return read
    rows: dict[int, list[Word]] = {}
    for word in own.words:
        rows.setdefault((word.box.y0 + word.box.y1) // ROW, []).append(word)
    words = tuple(_told(word, rows) for word in read.words)
    return replace(read, text=reading_order.text_of(words), words=words)


def _told(word: Word, rows: Mapping[int, Sequence[Word]]) -> Word:
    """A word as the file tells it, where one of its words begins and ends in the same place."""
    box, row = word.box, (word.box.y0 + word.box.y1) // ROW
    near = ENDS * (box.y1 - box.y0)
    for one in (w for r in (row - 1, row, row + 1) for w in rows.get(r, ())):
        there = one.box
        inside = box.y0 < (there.y0 + there.y1) / 2 < box.y1 and there.y0 < (box.y0 + box.y1) / 2 < there.y1
        if inside and abs(there.x0 - box.x0) < near and abs(there.x1 - box.x1) < near:
            return replace(one, line=word.line)
    return word


def _borne_out(
    words: Sequence[Word], grey: Pixels, strokes: Pixels, *, hidden: bool, dpi: float, reader: Reader
) -> bool:
    """Whether what is read from the picture says the same: where it has most ink, and where the words look
    least like Vietnamese."""
    rows = strokes.sum(axis=1, dtype=np.float64)
    densest = _read_strip(grey, rows, rows, dpi, reader)
    if not textlayer.agrees(words, densest, hidden) or textlayer.belied(words, densest):
        return False
    odd = _odd_words(words)
    if len(odd) >= FEWEST_ODD:
        weights = _rows_of(odd, len(rows), len(rows) / grey.shape[0])
        seen = _read_strip(grey, rows, weights, dpi, reader)
        sound = [w for w in seen if w.text.isalpha() and len(w.text) > 1 and is_syllable(w.text)]
        parts = [replace(w, text=part) for w in words for part in re.findall(r"\w+", w.text)]
        there = [w for w in sound if textlayer.lies_over(w, odd)]  # a title of two words among many others
        for found, fewest in ((sound, FEWEST_SOUND), (there, FEWEST_ODD)):
            if len(found) >= fewest and not textlayer.agrees([*words, *parts], found, hidden):
                return False
    return True


def _read_strip(
    grey: Pixels, ink: NDArray[np.float64], weights: NDArray[np.float64], dpi: float, reader: Reader
) -> tuple[Word, ...]:
    """Words read from the strip of the page that weighs most; `ink` and `weights` of its rows."""
    scale = grey.shape[0] / len(ink)
    strip = max(1, min(len(ink), round(SAMPLE_INCHES * dpi / scale)))
    first = int(np.argmax(np.convolve(weights, np.ones(strip), mode="valid")))
    last = first + strip
    # Lines are not cut through: they would be read without their marks.
    empty = 0.01 * float(ink.max())
    while first > 0 and ink[first] > empty:
        first -= 1
    while last < len(ink) and ink[last - 1] > empty:
        last += 1
    top = int(first * scale)
    cut = grey[top : int(last * scale) + 1]
    words = reader.read(np.ascontiguousarray(cut), dpi)
    return tuple(replace(w, box=Box(w.box.x0, w.box.y0 + top, w.box.x1, w.box.y1 + top)) for w in words)


def _odd_words(words: Sequence[Word]) -> list[Word]:
    """Words that look like no Vietnamese: what fonts from before Unicode leave (`nh©n d©n`, `nhaân daân`),
    and all words of a line without any mark."""
    odd = [word for word in words if _is_odd(word.text)]
    lines: dict[int, list[Word]] = {}
    for word in reading_order.in_lines(words):
        lines.setdefault(word.line, []).append(word)
    for line in lines.values():
        said = [w for w in line if w.text.isalpha() and is_syllable(w.text)]
        if len(said) >= FEWEST_BARE and all(w.text.isascii() for w in line):
            odd += said
    return odd


def _is_odd(text: str) -> bool:
    if _AMONG_LETTERS.search(text):
        return True
    letters = "".join(c for c in text if c.isalpha())
    return len(letters) > 1 and not (letters.isascii() or is_syllable(letters) or is_abbreviation(letters))


def _rows_of(words: Iterable[Word], rows: int, scale: float) -> NDArray[np.float64]:
    """How much of these words each row of a page has, that is `scale` times as high as theirs."""
    weights = np.zeros(rows)
    for word in words:
        weights[int(word.box.y0 * scale) : int(word.box.y1 * scale) + 1] += word.box.x1 - word.box.x0
    return weights


def _leaves_out_words(
    words: Sequence[Word], grey: Pixels, strokes: Pixels, dpi: float, reader: Reader
) -> bool:
    """Whether there are words where the layer has none: letters drawn as curves, a picture of text among
    typed text, a font that does not tell its letters."""
    untold, scale = strokes.copy(), strokes.shape[0] / grey.shape[0]
    for word in words:
        _fill(untold, word.box, 0, scale)
    if cleanup.marks(untold) < UNTOLD_MARKS:
        return False
    rest = grey.copy()
    for word in words:
        _fill(rest, word.box, 255)
    read = [w for w in reader.read(rest, dpi) if sum(c.isalnum() for c in w.text) > 1]
    sure = sum(len(w.text) for w in read if w.confidence >= SURE)
    return sure >= max(UNTOLD_LETTERS, SURE_SHARE * sum(len(w.text) for w in read))


def _fill(pixels: Pixels, box: Box, level: int, scale: float = 1.0) -> None:
    rim = RIM * (box.y1 - box.y0)
    x0, y0 = (max(0, int((low - rim) * scale)) for low in (box.x0, box.y0))
    x1, y1 = (int((high + rim) * scale) + 1 for high in (box.x1, box.y1))
    pixels[y0:y1, x0:x1] = level
