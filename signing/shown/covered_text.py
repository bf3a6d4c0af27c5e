"""Letters of which a part is covered, cut off or washed out, so that they may be read as something else.

A letter is drawn alone, nothing around or over it, and compared with what it changes of the page: what it
would change and does not is covered. Where the page is as dark without it, as under a line that is drawn
through it, it would change nothing, and nothing counts as covered.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pypdfium2 as pdfium

from signing.shown import clipping
from signing.shown.bare_page import BarePage
from signing.shown.drawn_letters import SLIGHT, Letter, part
from signing.shown.paint import Painted, pointer

FAINT = 0.25  # of the contrast that it would have: less of it left counts as covered
#: Share of the ink of a letter that may be covered. The line that makes an 8 of a 0 has 0.12; of some
#: 16,500 pages of manuals two have letters with more covered, and these are cut.
FIGURE, LETTER = 0.1, 0.2
MARK = 0.5  # share of what is in the place of a mark on a letter
LEAST = 255.0  # ink of one pixel: of less nothing can be told
#: Where in the box of a letter its marks stand: left, bottom, right, top as shares of it. By their code
#: points after canonical decomposition (UAX 15), but for the bar of đ, which has none.
ABOVE = (0.0, 0.76, 1.0, 1.0)
PLACES = {
    **dict.fromkeys("\u0300\u0301\u0302\u0303\u0306\u0309", ABOVE),
    "\u0323": (0.0, 0.0, 1.0, 0.16),
    "\u031b": (0.8, 0.4, 1.0, 1.0),
    "đ": (0.86, 0.6, 1.0, 1.0),
    "Đ": (0.0, 0.35, 0.12, 0.65),
}


@dataclass(frozen=True, slots=True)
class Layer:
    """Texts of which none lies on another, and the page drawn without them."""

    texts: Sequence[Painted]
    without: np.ndarray


def find(
    page: pdfium.PdfPage, seen: np.ndarray, layers: Sequence[Layer], letters: Sequence[Letter]
) -> list[Letter]:
    """The letters of which too much is covered. `seen`: the page as it is drawn. What is painted on the
    page is changed by this, so that it must be the last look at it."""
    bare = BarePage.of(page)
    found = [letter for layer in layers for letter in _covered(bare, seen, layer, letters)]
    return sorted(found, key=lambda letter: letter.index)


def _covered(bare: BarePage, seen: np.ndarray, layer: Layer, letters: Sequence[Letter]) -> Iterator[Letter]:
    page, would = bare.page, _would_change(bare, layer)
    does = np.abs(seen.astype(np.float32) - layer.without)
    hidden = np.where((would > SLIGHT) & (does < FAINT * would), would, 0)
    within = {text.handle for text in layer.texts}
    for letter in letters:
        if letter.text.handle in within and _is_changed(page, letter, would, hidden):
            yield letter


def _would_change(bare: BarePage, layer: Layer) -> np.ndarray:
    """What the texts would change of the page if nothing were painted over them."""
    for text in layer.texts:
        clipping.widen(pointer(text.handle))
    on_white, on_black = bare.alone(layer.texts, max(layer.without.shape))
    ground = layer.without.astype(np.float32)
    changed: np.ndarray = np.abs(on_black + ground * (on_white - on_black) / 255 - ground)
    return changed


def _is_changed(page: pdfium.PdfPage, letter: Letter, would: np.ndarray, hidden: np.ndarray) -> bool:
    ink, gone = (float(part(page, picture, letter.box).sum()) for picture in (would, hidden))
    if ink < LEAST:
        return False
    if gone > (LETTER if letter.sign.isalpha() else FIGURE) * ink:
        return True
    return gone > 0 and any(_lacks(page, place, would, hidden) for place in _marks(letter))


def _lacks(page: pdfium.PdfPage, place: clipping.Box, would: np.ndarray, hidden: np.ndarray) -> bool:
    ink, gone = (float(part(page, picture, place).sum()) for picture in (would, hidden))
    return ink >= LEAST / 2 and gone > MARK * ink


def _marks(letter: Letter) -> Iterator[clipping.Box]:
    """The places of the marks on a letter."""
    left, bottom, right, top = letter.box
    for sign in {*unicodedata.normalize("NFD", letter.sign), letter.sign} & PLACES.keys():
        x0, y0, x1, y1 = PLACES[sign]
        across, up = right - left, top - bottom
        yield left + x0 * across, bottom + y0 * up, left + x1 * across, bottom + y1 * up
