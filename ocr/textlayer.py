"""The text that a PDF page itself holds, and whether it can be trusted."""

import ctypes
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from ocr.language.writing import is_syllable
from ocr.recognition import Box, Word

UNSEEN = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
CHARACTERS = 60_000  # a page with more is no page of text
LEAST_WORDS = 5  # of a hidden layer; fewer is a stamp
IMPLAUSIBLE = 0.02  # share of characters that no text holds, above which a layer is garbage
# Share of the words read from the picture that the layer must hold too. A layer that hides over a scan is
# somebody's recognition: it must be as good as ours, of which 1-2% of words are wrong on good scans.
AGREEMENT_SEEN = 0.75
AGREEMENT_HIDDEN = 0.93
SURE_FIGURE = 0.95  # of what is read, from which a figure counts against a layer
FEWEST_DIGITS = 3  # of such a figure
SEEN_LEVELS = 16  # between the darkest and the lightest dot of a word that one can see
ROW = 64  # twice the pixels in which the middle of a word is looked up
MOST_OVER = 100  # words looked at that begin within another; more are made to cost time
LIKE_HEIGHT = 1.5  # times as high as another a word may be that took its place; a watermark is more
# As Unicode names their letters: those of papers that neighbours, embassies and traders of the country send.
EAST_ASIAN = frozenset(("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"))
OTHER_SCRIPTS = frozenset(
    ("CYRILLIC", "GREEK", "LAO", "KHMER", "THAI", "MYANMAR", "ARABIC", "HEBREW", "DEVANAGARI", "TAMIL")
)
MOST_SCRIPTS = 2  # on a page
#: What older fonts and keyboards say of letters that look the same: `lƣu trữ`, `Ðộc lập`.
_TWINS = str.maketrans("ƢƣÐðƉɖ", "ƯưĐđĐđ")
#: A font that names its hyphen a soft one shows it all the same; PDFium names one at the end of a line 2.
_HYPHENS = {0x00AD: "-", 0x0002: "-"}
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Layer:
    """Words of a text layer in pixels of the page as shown, and the turn that makes them upright."""

    words: tuple[Word, ...]
    turn: int


def of_page(page: pypdfium2.PdfPage, width: int, height: int, *, inked: bool = False) -> Layer:
    """The layer of a page that is shown `width` by `height` pixels; of `inked` text alone, where the rest is
    what somebody recognised in pictures among it."""
    text = page.get_textpage()
    try:
        number = min(text.count_chars(), CHARACTERS)
        turns: Counter[int] = Counter()
        words = []
        unseen = _without_ink(text, number) if inked else frozenset()
        for word, box, turn in _words(page, text, number, width, height, unseen):
            if turn is not None:
                turns[turn] += len(word)
            words.append(Word(word, box, 1.0))
    finally:
        text.close()
    usual = turns.most_common(1)
    return Layer(tuple(words), usual[0][0] if usual else 0)


def _words(
    page: pypdfium2.PdfPage,
    text: pypdfium2.PdfTextPage,
    number: int,
    width: int,
    height: int,
    unseen: AbstractSet[int],
) -> Iterator[tuple[str, Box, int | None]]:
    """Each word, its box, and the degrees clockwise that make it upright, where it tells."""
    letters: list[str] = []
    word: tuple[Box, Box, Box] | None = None  # its own place, those of its first and its last letter
    for index in range(number):
        letter = chr(pdfium.FPDFText_GetUnicode(text, index) or 0x20)
        blank = letter.isspace() or index in unseen
        here = None if blank else _place(page, text, index, width, height)
        if word and (here is None or _apart(word[0], here)):
            yield from _finished(letters, word, width, height)
            letters, word = [], None
        if here is not None:
            letters.append(letter)
            word = (word[0].union(here), word[1], here) if word else (here, here, here)
    if word:
        yield from _finished(letters, word, width, height)


def _without_ink(text: pypdfium2.PdfTextPage, number: int) -> AbstractSet[int]:
    """What only clips may be seen: letters that are filled with a colour that changes are drawn so."""
    drawn = ((index, pdfium.FPDFText_GetTextObject(text, index)) for index in range(number))
    invisible = pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
    return {index for index, by in drawn if by and pdfium.FPDFTextObj_GetTextRenderMode(by) == invisible}


def _finished(
    letters: Sequence[str], places: tuple[Box, Box, Box], width: int, height: int
) -> Iterator[tuple[str, Box, int | None]]:
    whole = _joined("".join(letters)).translate(_HYPHENS)
    word = unicodedata.normalize(
        "NFC", "".join(c for c in whole if unicodedata.category(c) not in ("Cc", "Cf"))
    )
    box, first, last = places
    inside = Box(max(0, box.x0), max(0, box.y0), min(width, box.x1), min(height, box.y1))
    if word and inside.x1 > inside.x0 and inside.y1 > inside.y0:
        yield _LETTERS.sub(_vietnamese, word), inside, _turn(word, first, last)


def _vietnamese(letters: re.Match[str]) -> str:
    """A syllable, or capitals, with letters of Vietnamese for those that only look like them."""
    own = letters[0].translate(_TWINS)
    return own if is_syllable(own) or own.isupper() else letters[0]


def _turn(word: str, first: Box, last: Box) -> int | None:
    """Told by where its letters stand on the page as shown: what PDFium says of their angle knows nothing of
    the turn of the page, nor of the form in which they are drawn."""
    across, down = last.x0 + last.x1 - first.x0 - first.x1, last.y0 + last.y1 - first.y0 - first.y1
    if across == down == 0 or any(unicodedata.bidirectional(c) in ("R", "AL") for c in word):
        return None
    if abs(across) >= abs(down):
        return 0 if across > 0 else 180
    return 270 if down > 0 else 90


def _joined(text: str) -> str:
    """PDFium gives UTF-16: pairs of surrogates become their letter, a lone one the replacement character."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _place(
    page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, index: int, width: int, height: int
) -> Box | None:
    rect = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(text, index, ctypes.byref(rect)):
        return None
    corners = [
        device(page, x, y, width, height) for x, y in ((rect.left, rect.top), (rect.right, rect.bottom))
    ]
    (x0, x1), (y0, y1) = (sorted(values) for values in zip(*corners, strict=True))
    return Box(x0, y0, max(x1, x0 + 1), max(y1, y0 + 1))


def device(page: pypdfium2.PdfPage, x: float, y: float, width: int, height: int) -> tuple[int, int]:
    """Where a point of the page is in one that is shown `width` by `height` pixels."""
    column, row = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, ctypes.byref(column), ctypes.byref(row))
    return column.value, row.value


def _apart(word: Box, letter: Box) -> bool:
    """Whether a letter stands too far from a word to belong to it, on any axis."""
    size = max(
        1, min(max(word.y1 - word.y0, letter.y1 - letter.y0), max(word.x1 - word.x0, letter.x1 - letter.x0))
    )
    gap_x = max(letter.x0 - word.x1, word.x0 - letter.x1)
    gap_y = max(letter.y0 - word.y1, word.y0 - letter.y1)
    return gap_x > 0.6 * size or gap_y > 0.3 * size


def plausible(words: Sequence[Word], hidden: bool) -> bool:
    """Whether there is enough of it, and it is made of what text is made of."""
    text = "".join(w.text for w in words)
    odd = sum(1 for c in text if unicodedata.category(c) in ("Co", "Cn", "Cs", "So") or c == "\ufffd")
    return len(words) >= (LEAST_WORDS if hidden else 1) and odd <= IMPLAUSIBLE * len(text)


def agrees(layer: Sequence[Word], seen: Sequence[Word], hidden: bool) -> bool:
    """Whether the layer holds what was read from the picture, at about the same places.

    What is read where a layer that one sees has letters of other scripts is no evidence: the readers know
    none of them, and give some Latin word for each.
    """
    strange = [] if hidden else _in_other_scripts(layer)
    sure = [
        w
        for w in seen
        if w.confidence > 0.6 and any(c.isalnum() for c in w.text) and not any(_over(w, o) for o in strange)
    ]
    if not sure:
        return not hidden
    found = sum(1 for w in sure if any(_same(w, other) for other in layer))
    return found >= (AGREEMENT_HIDDEN if hidden else AGREEMENT_SEEN) * len(sure)


def _in_other_scripts(layer: Sequence[Word]) -> list[Word]:
    """The words of which every letter is of one script that no reader knows; none where there are many of
    these: then the layer names glyphs, not letters."""
    scripts = [(word, _script(word.text)) for word in layer]
    strange = [(word, script) for word, script in scripts if script is not None]
    return [word for word, _ in strange] if len({script for _, script in strange}) <= MOST_SCRIPTS else []


def _script(text: str) -> str | None:
    found = {unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha()}
    if found and found <= EAST_ASIAN:
        return "CJK"
    return found.pop() if len(found) == 1 and found <= OTHER_SCRIPTS else None


def belied(layer: Sequence[Word], seen: Sequence[Word]) -> bool:
    """Whether a figure that was surely read is another one in the layer: words that agree say nothing of
    figures where the table of a font names wrong digits."""
    figures = [
        w for w in seen if w.confidence > SURE_FIGURE and sum(map(str.isdigit, w.text)) >= FEWEST_DIGITS
    ]
    return any(
        not any(_same(w, other) for other in layer) and any(_another_figure(w, other) for other in layer)
        for w in figures
    )


def _another_figure(seen: Word, other: Word) -> bool:
    """Whether a word of the layer has other digits in the place of these, and all else alike."""
    alike = _DIGIT.sub("0", _bare(seen.text)) == _DIGIT.sub("0", _bare(other.text))
    return alike and _over(seen, other)


def seen_on(pixels: NDArray[np.uint8], words: Sequence[Word]) -> list[Word]:
    """The words under which something is seen: what is white on white, lies under a white patch, is cut away
    or belongs to a layer that is switched off is no word of the page."""
    return [word for word in words if _is_seen(pixels, word)]


def _is_seen(pixels: NDArray[np.uint8], word: Word) -> bool:
    box = word.box
    rim = (
        (box.y1 - box.y0) // 4 if any(c.isalnum() for c in word.text) else 0
    )  # lines above and below reach in
    levels = pixels[box.y0 + rim : box.y1 - rim, box.x0 : box.x1]
    return levels.size == 0 or int(levels.max()) - int(levels.min()) >= SEEN_LEVELS


def over_one_another(words: Sequence[Word]) -> set[Word]:
    """Words of which each stands where another one of the same height does: of these only one can be seen."""
    rows: dict[int, list[Word]] = {}
    for word in words:
        rows.setdefault((word.box.y0 + word.box.y1) // ROW, []).append(word)
    found: set[Word] = set()
    for row, ones in rows.items():
        near = sorted((*ones, *rows.get(row + 1, ())), key=lambda w: w.box.x0)
        bare = [_bare(word.text) for word in near]
        for at, one in enumerate(near):
            for of in range(at + 1, min(at + 1 + MOST_OVER, len(near))):
                other = near[of]
                if other.box.x0 >= one.box.x1:
                    break
                if bare[at] != bare[of] and _on_one_place(one.box, other.box):
                    found |= {one, other}
    return found


def _on_one_place(one: Box, other: Box) -> bool:
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    heights = sorted((one.y1 - one.y0, other.y1 - other.y0))
    return (
        2 * wide > min(one.x1 - one.x0, other.x1 - other.x0)
        and 2 * high > heights[0]
        and heights[1] < LIKE_HEIGHT * heights[0]
    )


def lies_over(seen: Word, words: Sequence[Word]) -> bool:
    """Whether the middle of a word that was read is in one of these."""
    return any(_over(seen, other) for other in words)


def _over(seen: Word, other: Word) -> bool:
    x, y = (seen.box.x0 + seen.box.x1) // 2, (seen.box.y0 + seen.box.y1) // 2
    return other.box.x0 <= x < other.box.x1 and other.box.y0 <= y < other.box.y1


def _same(seen: Word, other: Word) -> bool:
    x, y = (seen.box.x0 + seen.box.x1) / 2, (seen.box.y0 + seen.box.y1) / 2
    slack = seen.box.y1 - seen.box.y0
    near = (
        other.box.x0 - slack <= x <= other.box.x1 + slack
        and other.box.y0 - slack <= y <= other.box.y1 + slack
    )
    return near and _bare(seen.text) == _bare(other.text)


def _bare(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def turned(words: Sequence[Word], degrees: int, width: int, height: int) -> tuple[Word, ...]:
    """The words of a page of `width` by `height` after the page is turned clockwise."""
    return tuple(replace(w, box=_turned(w.box, degrees, width, height)) for w in words)


def _turned(box: Box, degrees: int, width: int, height: int) -> Box:
    if degrees == 90:
        return Box(height - box.y1, box.x0, height - box.y0, box.x1)
    if degrees == 180:
        return Box(width - box.x1, height - box.y1, width - box.x0, height - box.y0)
    if degrees == 270:
        return Box(box.y0, width - box.x1, box.y1, width - box.x0)
    return box
