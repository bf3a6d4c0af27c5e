"""Ink of mail-room stamps apart from the text that they were put over: each becomes a picture of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.connected import connected
from ocr.engine import Pixels
from ocr.layout import text_lines
from ocr.layout.page_ink import WORK_DPI
from ocr.layout.text_lines import TextLine
from ocr.marks import Ints
from ocr.picture import rescaled
from ocr.recognition import Box
from ocr.stamps.stamp_frames import OFF, Rule, leaders, rules

INK = 180  # grey levels; below it a pixel of the flat page is ink
AROUND = 0.08  # inches around a stamp in which its frame may touch text
USUAL_THICKNESS = 20  # percentile; where letters touch it a rule looks thicker
STROKE = 1.3  # times the thickness of a rule; more is a stroke of a letter that it crosses
LEAST_OFF, DOTS_OFF = 2.5, 0.5  # pixels, and heights of a dot, by which dots are off the line of their leader
# In heights of a small letter.
BAND = (2.4, 0.7)  # of a line of text over and under its base line, marks and tails included
NARROW = (1.65, 0.2)  # without them
STANDS = 0.22  # off the base line
LETTER = 0.7  # least height of a letter
ALIGNED, HANGS = 0.8, 0.35  # by which lines of one margin begin apart, and letters before it
ENTERS = 3.5  # farthest from the stamp at which a line may end that goes on in it
LEAST_SPACE, LETTER_GAP = 0.3, 0.35
WIDEST = 1.8  # times the usual space of a line between two of its words
LEAST_WIDEST = 0.8
NEIGHBOURS = 8  # lines that show the margin
STANDING = 0.55  # share of the letters of a word that stand on the base line

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Parted:
    """`text` is the page without the stamp, `stamp` what the stamp says, cut at `place`; dark on white."""

    text: Pixels
    stamp: Pixels
    place: Box


@dataclass(frozen=True, slots=True)
class Part:
    """Ink of a stamp that may be of a line of text: its pixels are those of `label`."""

    label: int
    box: Box
    cut: bool  # whether it goes on above or below the line


def parted(grey: Pixels, place: Box, dpi: float) -> Parted:
    """A flat, level page with a stamp on it, as a page without the stamp and a picture of the stamp.

    The rules of the stamp are in neither; letters that they cross stay whole. Text that goes on beyond the
    stamp keeps what of it is under the stamp.
    """
    box = _grown(place, round(AROUND * dpi), grey.shape)
    area = np.s_[box.y0 : box.y1, box.x0 : box.x1]
    clean = grey.copy()
    clean[area] = without_rules(grey[area], dpi)
    ink = np.asarray(clean[area] < INK, np.bool_)
    stamped = _inside(ink, place, box)
    rest = clean.copy()
    rest[area][_wide(stamped)] = 255
    body = _of_text(stamped, text_lines.find(rest, dpi), rest, (place, box))
    stamp = np.full_like(clean[area], 255)
    shown = _wide(stamped & ~body) & ~_wide(body)
    stamp[shown] = clean[area][shown]
    text = clean
    text[area][_wide(stamped & ~body) & ~body] = 255
    return Parted(text, stamp, box)


def without_rules(grey: Pixels, dpi: float) -> Pixels:
    """A picture without rules and dotted leaders; letters that they cross stay whole."""
    ink = np.asarray(grey < INK, np.bool_)
    ruled = _ruled(ink, dpi)
    clean = grey.copy()
    clean[_wide(ruled) & ~(ink & ~ruled)] = 255
    return clean


def _grown(box: Box, by: int, shape: tuple[int, ...]) -> Box:
    return Box(
        max(0, box.x0 - by), max(0, box.y0 - by), min(shape[1], box.x1 + by), min(shape[0], box.y1 + by)
    )


def _wide(mask: Mask) -> Mask:
    """With the grey edge of its strokes."""
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0, np.bool_)


def _ruled(ink: Mask, dpi: float) -> Mask:
    """The ink of rules and leaders, without the strokes of letters that they cross."""
    picture = np.where(ink, np.uint8(255), np.uint8(0))
    factor = WORK_DPI / dpi
    small = rescaled(picture, factor)
    found = rules(np.asarray(cv2.threshold(small, 90, 255, cv2.THRESH_BINARY)[1], np.uint8), WORK_DPI)
    across, down = ([_scaled(rule, 1 / factor) for rule in some] for some in found)
    level = _thin(ink, [*across, *leaders(picture, dpi)], dpi)
    return np.asarray(level | _thin(np.ascontiguousarray(ink.T), down, dpi).T, np.bool_)


def _scaled(rule: Rule, factor: float) -> Rule:
    return replace(rule, x0=rule.x0 * factor, x1=rule.x1 * factor, a=rule.a * factor)


def _thin(ink: Mask, along: Sequence[Rule], dpi: float) -> Mask:
    """The ink on level lines where it is no higher than the line is thick."""
    found = np.zeros_like(ink)
    if not along:
        return found
    high, middle = _runs(ink)
    for rule in along:
        slack = max(LEAST_OFF, DOTS_OFF * rule.thick) if rule.dots else OFF * dpi
        x = np.arange(max(0, int(rule.x0 - slack)), min(ink.shape[1], int(rule.x1 + slack) + 1))
        off = np.abs(middle[:, x] - (rule.a + rule.b * x)[None, :])
        near = (off <= slack) & (high[:, x] > 0)
        if near.any():
            thick = rule.thick or float(np.percentile(high[:, x][near], USUAL_THICKNESS))
            found[:, x] |= near & (high[:, x] <= STROKE * thick + 1)
    return found


def _runs(ink: Mask) -> tuple[Ints, NDArray[np.float32]]:
    """For each pixel of ink how high the run of ink is that it belongs to, and where its middle is; 0 for
    paper."""
    high = ink.shape[0]
    row = np.arange(high, dtype=np.int32)[:, None]
    above = np.maximum.accumulate(np.where(ink, np.int32(-1), row), axis=0)
    below = np.minimum.accumulate(np.where(ink, np.int32(high), row)[::-1], axis=0)[::-1]
    height = np.where(ink, below - above - 1, 0).astype(np.int32)
    return height, ((above + below) / 2).astype(np.float32)


def _inside(ink: Mask, place: Box, box: Box) -> Mask:
    """The marks of which most lies in the stamp."""
    marks = connected(ink.astype(np.uint8))
    within = np.zeros_like(ink)
    within[place.y0 - box.y0 : place.y1 - box.y0, place.x0 - box.x0 : place.x1 - box.x0] = True
    counts = np.bincount(marks.labels[within], minlength=len(marks.stats))
    mine = counts > 0.5 * marks.stats[:, cv2.CC_STAT_AREA]
    mine[0] = False
    return np.asarray(mine[marks.labels], np.bool_)


def _of_text(stamped: Mask, lines: Sequence[TextLine], rest: Pixels, places: tuple[Box, Box]) -> Mask:
    """The ink in a stamp that is of the lines of text around it."""
    place, box = places
    found = np.zeros_like(stamped)
    margin = _margin(lines, place)
    stamped = stamped.copy()
    stamped[:, : max(0, round(margin) - box.x0)] = False
    for line in lines:
        if _reaches(line, place):
            found |= _of_line((stamped, found), line, rest, box)
    return found


def _reaches(line: TextLine, place: Box) -> bool:
    """Whether a line stands beside a stamp or runs into it."""
    x = min(max((line.box.x0 + line.box.x1) // 2, place.x0), place.x1)
    base, near = line.base(x), ENTERS * line.x_height
    level = place.y0 < base and base - line.x_height < place.y1
    return level and any(x0 < place.x1 + near and x1 > place.x0 - near for x0, x1 in line.pieces)


def _margin(lines: Sequence[TextLine], place: Box) -> float:
    """Where the lines around a stamp begin, seen at the nearest beside which it does not stand."""
    free = [
        line
        for line in lines
        if line.box.x1 > place.x1 and not place.y0 < line.base(line.box.x0) < place.y1 + line.x_height
    ]
    middle = (place.y0 + place.y1) / 2
    near = sorted(free, key=lambda line: abs((line.box.y0 + line.box.y1) / 2 - middle))[:NEIGHBOURS]
    if not near:
        return 0.0
    lefts = np.array([line.box.x0 for line in near])
    slack = ALIGNED * float(np.median([line.x_height for line in near]))
    agreeing = (np.abs(lefts[:, None] - lefts) <= slack).sum(axis=1)
    return float(np.median(lefts[agreeing == agreeing.max()])) - slack * HANGS / ALIGNED


def _of_line(ink: tuple[Mask, Mask], line: TextLine, rest: Pixels, box: Box) -> Mask:
    """The ink in a stamp that is of one line; of `ink` the second part is of other lines."""
    stamped, others = ink
    base = np.array([_straight_base(line, x) for x in range(box.x0, box.x1)]) - box.y0
    labels, parts = _parts(stamped, stamped & ~others & _band(base, line, BAND, len(stamped)), box.x0)
    space = _space(line, rest)
    words = _words(parts, line, space)
    chosen = [part for word in _taken(words, line, space) for part in _standing(word, line, base, box.x0)]
    # Of a letter that a stroke of the stamp touches, that which is as high as letters are without marks.
    narrow = _band(base, line, NARROW, len(stamped))
    whole, cut = (np.isin(labels, [p.label for p in chosen if p.cut == cut]) for cut in (False, True))
    return np.asarray(whole | (cut & narrow), np.bool_)


def _band(base: NDArray[np.float64], line: TextLine, reach: tuple[float, float], high: int) -> Mask:
    """The pixels so far, in heights of a small letter, above and below a base line."""
    rows = np.arange(high)[:, None]
    within = (rows >= base - reach[0] * line.x_height) & (rows <= base + reach[1] * line.x_height)
    return np.asarray(within, np.bool_)


def _parts(stamped: Mask, within: Mask, x0: int) -> tuple[Ints, list[Part]]:
    """The marks of ink within a band of a stamp, numbered, and their boxes: x in the page, y in the stamp."""
    whole, inside = (connected(mask.astype(np.uint8)) for mask in (stamped, within))
    owner = np.zeros(len(inside.stats), np.int32)
    owner[inside.labels[within]] = whole.labels[within]
    parts = [
        Part(number, Box(x0 + x, y, x0 + x + wide, y + high), bool(area < whole.stats[owner[number], 4]))
        for number, (x, y, wide, high, area) in enumerate(inside.stats.tolist())
        if number
    ]
    return inside.labels, parts


def _slope(line: TextLine) -> float:
    wide = max(1, line.box.x1 - line.box.x0)
    return (line.base(line.box.x1) - line.base(line.box.x0)) / wide


def _straight_base(line: TextLine, x: float) -> float:
    """The base line at x, followed straight on beyond the ends of the line."""
    end = min(max(x, line.box.x0), line.box.x1)
    return line.base(end) + (x - end) * _slope(line)


def _space(line: TextLine, rest: Pixels) -> float:
    """The usual white between words of a line."""
    top, bottom = round(line.base(line.box.x1) - line.x_height), round(line.base(line.box.x1))
    columns = (rest[max(0, top) : max(1, bottom), line.box.x0 : line.box.x1] < INK).any(axis=0)
    dark = np.flatnonzero(columns)
    gaps = np.diff(dark) - 1
    gaps = gaps[gaps > LEAST_SPACE * line.x_height]
    return float(np.median(gaps)) if len(gaps) else 0.6 * line.x_height


def _words(parts: Sequence[Part], line: TextLine, space: float) -> list[list[Part]]:
    """Parts that stand together, from left to right."""
    words: list[list[Part]] = []
    end = -1
    for part in sorted(parts, key=lambda p: p.box.x0):
        if words and part.box.x0 - end <= max(LETTER_GAP * line.x_height, 0.5 * space):
            words[-1].append(part)
        else:
            words.append([part])
            end = -1
        end = max(end, part.box.x1)
    return words


def _taken(words: Sequence[list[Part]], line: TextLine, space: float) -> list[list[Part]]:
    """The words that stand among those of a line, or follow on them without a gap that no space is."""
    widest = max(WIDEST * space, LEAST_WIDEST * line.x_height)
    own, taken, left = list(line.pieces), [], list(words)
    while left:
        near = [word for word in left if _follows(word, own, widest)]
        if not near:
            break
        taken += near
        own += [(word[0].box.x0, max(p.box.x1 for p in word)) for word in near]
        left = [word for word in left if not any(word is other for other in near)]
    return taken


def _follows(word: Sequence[Part], own: Sequence[tuple[int, int]], widest: float) -> bool:
    x0, x1 = word[0].box.x0, max(p.box.x1 for p in word)
    among = any(end <= x0 for _, end in own) and any(start >= x1 for start, _ in own)
    return among or any(max(start - x1, x0 - end) <= widest for start, end in own)


def _standing(word: Sequence[Part], line: TextLine, base: NDArray[np.float64], x0: int) -> Iterator[Part]:
    """The parts of a word most of whose letters stand on the line; none of another."""
    tall = [p for p in word if p.box.y1 - p.box.y0 >= LETTER * line.x_height]
    stand = [p for p in tall if _stands(p, line, float(base[_middle(p) - x0]))]
    if _width(stand) < STANDING * _width(tall) or not stand:
        return
    for part in word:
        if part in stand or not part.cut:
            yield part


def _middle(part: Part) -> int:
    return (part.box.x0 + part.box.x1) // 2


def _width(parts: Sequence[Part]) -> int:
    return sum(p.box.x1 - p.box.x0 for p in parts)


def _stands(part: Part, line: TextLine, base: float) -> bool:
    """Whether a letter stands on the line, or on it with its tail below."""
    off = (part.box.y1 - base) / line.x_height
    return -STANDS <= off <= BAND[1] + 0.1 and part.box.y0 < base - LETTER * line.x_height
