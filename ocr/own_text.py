"""A page by the text that its file holds, where its picture bears that text out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ocr import reading_order, said_words, textlayer
from ocr.cleaning import cleanup
from ocr.engine import Pixels, Reader
from ocr.language.orthography import is_abbreviation
from ocr.language.writing import is_syllable
from ocr.picture import Picture
from ocr.recognition import Box, Page, Word

SAMPLE_INCHES = 1.2  # height of a strip by which a text layer is judged
FEWEST_ODD = 3  # words that look wrong in a strip, for which it is read
FEWEST_SOUND = 3  # words of Vietnamese read there, below which they are no evidence
UNTOLD_MARKS = 10  # letter-sized marks beside the words of a layer, above which they are read
UNTOLD_LETTERS = 8  # surely read of them, with which the layer leaves out words: a title of two
SURE, SURE_SHARE = 0.85, 0.6  # of what is read there, by letters; logos, seals and signatures stay below
RIM = 0.15  # heights of a word by which its marks may stand out of its box


def page(picture: Picture, number: int, reader: Reader) -> tuple[Page, Pixels] | None:
    """The page, upright, and its picture; None where it has no text or the picture says something else."""
    hidden = picture.layer_hidden
    if not textlayer.plausible(picture.layer, hidden):
        return None
    turn = picture.layer_turn
    words = textlayer.turned(picture.layer, turn, *picture.size)
    pixels = cleanup.turned(picture.pixels, turn)
    grey = cleanup.flat(pixels, picture.dpi)
    strokes = cleanup.strokes(grey, picture.dpi)
    if not _borne_out(words, grey, strokes, hidden=hidden, dpi=picture.dpi, reader=reader):
        return None
    marks = said_words.turned(said_words.of_several_lines(picture.said), turn, *picture.size)
    apart = {word for mark in marks for word in mark}
    words = said_words.put_among(reading_order.in_lines(w for w in words if w not in apart), marks)
    height, width = pixels.shape[:2]
    read = Page(number, width, height, picture.dpi, turn, 0.0, "text-layer", image="")
    return replace(read, text=reading_order.text_of(words), words=words), pixels


def _borne_out(
    words: Sequence[Word], grey: Pixels, strokes: Pixels, *, hidden: bool, dpi: float, reader: Reader
) -> bool:
    """Whether what is read from the picture says the same: where it has most ink, where the words look least
    like Vietnamese, and where there is ink without words."""
    rows = strokes.sum(axis=1, dtype=np.float64)
    densest = _read_strip(grey, rows, rows, dpi, reader)
    if not textlayer.agrees(words, densest, hidden):
        return False
    odd = _odd_words(words)
    if len(odd) >= FEWEST_ODD:
        weights = _rows_of(odd, len(rows), len(rows) / grey.shape[0])
        seen = _read_strip(grey, rows, weights, dpi, reader)
        sound = [w for w in seen if w.text.isalpha() and len(w.text) > 1 and is_syllable(w.text)]
        parts = [replace(w, text=part) for w in words for part in re.findall(r"\w+", w.text)]
        if len(sound) >= FEWEST_SOUND and not textlayer.agrees([*words, *parts], sound, hidden):
            return False
    return not _leaves_out_words(words, grey, strokes, dpi, reader)


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
    """Those that fonts of before Unicode leave (`nh©n d©n`, `nhaân daân`), and lines without any mark."""
    odd = [word for word in words if _is_odd(word.text)]
    lines: dict[int, list[Word]] = {}
    for word in reading_order.in_lines(words):
        lines.setdefault(word.line, []).append(word)
    for line in lines.values():
        said = [w for w in line if w.text.isalpha() and is_syllable(w.text)]
        if len(said) >= FEWEST_ODD and all(w.text.isascii() for w in line):
            odd += said
    return odd


def _is_odd(text: str) -> bool:
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
