"""Values that a pen has filled into a form: their ink has another colour than their label's, or their figures
and capitals do not stand on one line, as print does."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np

from ocr.connected import connected
from ocr.engine import Pixels
from ocr.pen.handwriting import stands_out
from ocr.recognition import BY_FILE, Box, Handwriting, Page, Region, Word
from ocr.structure.lines import Line, lines, span

#: How much bluer than its label a value is, as a share of its darkness: of words in print 99 of 100 had 0.001
#: at most, blue pens 0.09 to 0.36.
BLUER = 0.06
#: By how much the feet of figures and capitals stand off their line on average, in heights of a capital. Of
#: a pen's 39 values 35 were beyond, of print 26 of 664, seals counted in.
UNEVEN = 0.04
LEAST_MARKS = 4  # figures and capitals that it takes to say so
LEAST_OFF = 1.0  # pixels; a scan rounds by as much
BEHIND = 3.0  # heights of a value's last word: how far behind it ink that nobody read is looked for
FEET = 0.35  # of the height of that word, from below: there leaders stand
FAINT = 30  # levels by which faint ink is darker than paper
#: Least height of a mark that is a figure or a capital, not its accent, as a share of the tallest.
TALL = 0.62
#: Darkness of ink, as a share of the darkest of a place.
INK = 0.4
BY_COLOUR = 0.8  # how likely a value is handwriting whose ink is blue
BY_SHAPE = 0.6  # the same of one that is told by its shape
#: A value under its label, in heights of the label.
UNDER = 1.6

#: The number of a register, and what is printed behind it.
_REGISTERED = re.compile(r"(\d{1,6})/(?:(?:19|20)\d\d|[A-ZĐ])")
#: Letters and marks that hang below the line, or stand on none.
_HANGING = re.compile(r"[^\W\d_]*[gjpqyQ,;()]")


def found(page: Page, pixels: Pixels, grey: Pixels) -> tuple[Region, ...]:
    """The values of a form that a pen has written. `pixels` is the page, `grey` the same as it is read."""
    regions = []
    told = [region.box for region in page.regions if region.kind in ("seal", "stamp", "photo", "qr")]
    for label, value, end in _values(lines(page), page.width):
        box = span(value)
        if any(box.shared(region) for region in told):
            continue  # its ink is told apart otherwise
        if all(BY_FILE in word.readers for word in value):
            continue  # typed into the file, in blue by many programs
        last = _before(value[-1].box, [region.box for region in page.regions], end)
        if pixels.ndim == 3 and _blueness(pixels, box) - _blueness(pixels, label.box) > BLUER:
            regions.append(Region("handwriting", box, BY_COLOUR))
        elif _is_uneven(grey, value) or _goes_on(grey, value, last) or _numbers_by_pen(grey, value[0]):
            regions.append(Region("handwriting", box, BY_SHAPE))
    return tuple(regions)


def coloured(places: Sequence[Handwriting], pixels: Pixels) -> tuple[Handwriting, ...]:
    """The places for number and date; none of them is print where its ink is a pen's."""
    if pixels.ndim == 2:
        return tuple(places)
    return tuple(
        replace(place, printed=False) if place.printed and _blueness(pixels, place.box) > BLUER else place
        for place in places
    )


def _values(every: Sequence[Line], wide: int) -> Iterator[tuple[Word, list[Word], int]]:
    """The last word of each label, which has a colon; what stands behind it or else under it; and where the
    next words of the row begin."""
    for row, line in enumerate(every):
        for index, word in enumerate(line.words):
            if not word.text.endswith(":"):
                continue
            value = _until_colon(line.words[index + 1 :])
            after = index + 1 + len(value)
            if not value and index == len(line.words) - 1:
                value, after = _under(line, every[row + 1 : row + 4]), len(line.words)
            if any(c.isalnum() for w in value for c in w.text):
                yield word, value, _end(every, value, line.words[after:], wide)


def _end(every: Sequence[Line], value: Sequence[Word], rest: Sequence[Word], wide: int) -> int:
    box = value[-1].box
    if rest:
        return rest[0].box.x0
    starts = [x.box.x0 for x in every if x.box.x0 >= box.x1 and x.box.y0 < box.y1 and x.box.y1 > box.y0]
    return min(starts, default=wide)


def _before(box: Box, regions: Sequence[Box], end: int) -> int:
    """Where what goes on behind a word ends: at `end`, or at a region (a photograph, a code) before it."""
    beside = (r.x0 for r in regions if r.x1 > box.x1 and min(r.y1, box.y1) > max(r.y0, box.y0))
    return max(box.x1, min([end, *beside]))


def _until_colon(words: Sequence[Word]) -> list[Word]:
    end = next((i for i, w in enumerate(words) if ":" in w.text), len(words))
    return list(words[:end])


def _under(line: Line, below: Sequence[Line]) -> list[Word]:
    for other in below:
        over = min(line.box.x1, other.box.x1) > max(line.box.x0, other.box.x0)
        if over and 0 < other.middle - line.middle < (1 + UNDER) * line.height:
            return [] if ":" in other.text else list(other.words)
    return []


def _blueness(pixels: Pixels, box: Box) -> float:
    """How much less blue than the other colours the ink of a place takes from its paper, as a share."""
    cut = pixels[max(0, box.y0) : box.y1, max(0, box.x0) : box.x1].astype(np.float32)
    if cut.size == 0:
        return 0.0
    taken = np.percentile(cut, 90, axis=(0, 1)) - cut
    dark = taken.mean(axis=2)
    ink = taken[dark > INK * max(1.0, float(dark.max()))]
    if not len(ink):
        return 0.0
    blue, green, red = (float(v) for v in ink.mean(axis=0))
    return (min(green, red) - blue) / max(1.0, blue, green, red)


def _numbers_by_pen(grey: Pixels, word: Word) -> bool:
    """Whether a pen wrote the number before the year or symbol that the form prints: `57/2026`."""
    number = _REGISTERED.match(word.text)
    return number is not None and stands_out(grey, word.box, len(number[1]))


def _is_uneven(grey: Pixels, words: Sequence[Word]) -> bool:
    """Whether figures and capitals of a value stand off their line."""
    off: list[int] = []
    tall: list[int] = []
    for word in words:
        text = word.text.strip(".:")
        if len(text) > 1 and (text.isupper() or text[0].isdigit()) and not _HANGING.search(word.text):
            for height, aside in _feet(grey, word.box):
                tall.append(height)
                off.append(aside)
    return len(off) >= LEAST_MARKS and float(np.mean(off)) > max(UNEVEN * float(np.median(tall)), LEAST_OFF)


def _feet(grey: Pixels, box: Box) -> list[tuple[int, int]]:
    """Of the tall marks of a word the height, and how far its foot is from the usual one, in pixels."""
    spare = (box.y1 - box.y0) // 5
    cut = grey[max(0, box.y0 - spare) : box.y1 + spare, max(0, box.x0 - 2) : box.x1 + 2]
    if cut.size == 0:
        return []
    ink = cv2.threshold(cut, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)[1]
    stats = connected(np.asarray(ink, np.uint8)).stats[1:]
    height = stats[:, cv2.CC_STAT_HEIGHT]
    if not len(stats):
        return []
    tall = stats[height >= TALL * np.percentile(height, 90)]
    if len(tall) < 2:
        return []
    feet = tall[:, cv2.CC_STAT_TOP] + tall[:, cv2.CC_STAT_HEIGHT]
    usual = int(np.median(feet))
    return [(int(h), abs(int(f) - usual)) for h, f in zip(tall[:, cv2.CC_STAT_HEIGHT], feet, strict=True)]


def _goes_on(grey: Pixels, words: Sequence[Word], end: int) -> bool:
    """Whether ink follows a value up to `end` that is in no word; leaders stand on the line, not above."""
    box = words[-1].box
    tall = box.y1 - box.y0
    left, right = box.x1 + tall // 4, min(end, box.x1 + round(BEHIND * tall), grey.shape[1])
    band = grey[box.y0 + tall // 8 : box.y1 - round(tall * FEET), left:right]
    if band.size == 0 or band.shape[1] < tall // 2:
        return False
    paper = float(np.percentile(band, 90))
    return int(np.count_nonzero((band < paper - FAINT).sum(axis=0) > tall // 8)) > tall // 3
