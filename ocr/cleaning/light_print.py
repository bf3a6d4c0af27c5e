"""Light print on dark ground: heads of tables, banners, headings of certificates.

Letters are looked for as dark ink on light paper. A dark band is divided by itself as if it were paper in a
shadow, and its white letters are gone without a word; a black one is one large mark. So what is dark all
over, even, and bears light letters in a row is turned round where it stands, for reading only: its words are
read as those around it, in their cells and at their places.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.cleaning.cleanup import background_of
from ocr.connected import connected
from ocr.engine import Pixels
from ocr.picture import rescaled
from ocr.recognition import Box, Word

WORK_DPI = 75
DARK = 0.65  # of the paper: the darkest channel of a ground on which white print is set
FILLED = 13  # working pixels: 4.4 mm, wider than the strokes of light letters and the white around them
LONG = 31  # working pixels: 1 cm; light as long, and a millimetre wide, parts two bands and is of no letter
SOLID = 0.45  # of what is filled so that is dark: heavy white letters leave more, lines of print a fifth
LEAST = (8, 24)  # working pixels: 2.7 and 8 mm; a line of light print of 6 points is no less
MOST = 0.7  # of the page; more is a negative
MOST_PLACES = 300  # looked into on a page, at 2 to 3 ms each; a calendar has 42
RIM = 0.85  # of the outline of a band that is dark; that of heavy black letters is full of gaps
AT_A_GLANCE = 0.7  # the same of a few of its dots, which grain and edges of letters disturb
EVEN = 0.1  # of the paper's light, by which half of the ground is off its usual level; in photographs more is
LIGHTER = 0.15  # of the paper's light, by which letters are lighter than their ground
COVERED = 0.75  # of a band with its dots that is ground: 0.9 and more; of lattices and staves of music less
SMALL, WHOLE = 112, 0.88  # working pixels: 1.5 inches; how much of its box a band no longer than that fills
GRAIN = 0.2  # of what letters are lighter by, by which half of the ground is off its level; in noise more is
LETTER_DPI = 150
LETTER = (0.04, 0.6)  # inches: height of a light letter
IN_ROW, FEWEST = 0.04, 3  # inches by which middles of letters of a row differ, and letters of a row
INK = 30  # what the darkest of the letters become
SURE, SURE_SHARE = 0.6, 0.5  # the confidence of a word that says something; share of such words in a band


class Band(NamedTuple):
    """Dark ground with light letters: where, in working pixels; which of its dots; and the channel in which
    the letters stand out most."""

    place: Box
    within: Pixels
    channel: int


class Toned(NamedTuple):
    """A small page: its darkest channel, which dots are dark (1), and the light of its paper."""

    tone: Pixels
    dark: Pixels
    paper: float


def turned_round(pixels: Pixels, dpi: float) -> tuple[Pixels, tuple[Box, ...]]:
    """An upright, level page with its light print dark on paper, and the places of that; the same array where
    there is none."""
    found = tuple(_bands(pixels, dpi))
    if not found:
        return pixels, ()
    paper = np.percentile(pixels[::9, ::9], 80, (0, 1))
    turned = pixels.copy()
    return turned, tuple(_turn(band, pixels, turned, dpi, paper) for band in found)


def _bands(pixels: Pixels, dpi: float) -> Iterator[Band]:
    step = int(dpi / WORK_DPI)
    # To average the dots of three channels takes most of the time: a few dots of them tell most pages.
    if pixels.ndim == 3 and step > 1:
        glance = _toned(np.ascontiguousarray(pixels[::step, ::step]))
        if not any(_grounds(glance, AT_A_GLANCE)):
            return
    small = _toned(_small(pixels, dpi))
    for place, within in islice(_grounds(small, RIM), MOST_PLACES):
        channel = _lettered(pixels, place, within, dpi, small.paper)
        if channel is not None:
            yield Band(place, within, channel)


def _grounds(small: Toned, rim: float) -> Iterator[tuple[Box, Pixels]]:
    """Places that are evenly dark along so much of their outline, but for light letters; and their dots."""
    blocks = _blocks(small.dark)
    if not blocks.any():
        return
    marks = connected(blocks)
    for number, (x, y, wide, high, area) in enumerate(marks.stats[1:].tolist(), 1):
        if high < LEAST[0] or wide < LEAST[1] or area > MOST * small.tone.size:
            continue
        if max(wide, high) < SMALL and area < WHOLE * wide * high:
            continue  # the star of a seal, in which the dots of a fax are light
        # With a rim, so that its outline is within the place unless the page ends there.
        right, bottom = min(x + wide + 2, blocks.shape[1]), min(y + high + 2, blocks.shape[0])
        place = Box(max(0, x - 2), max(0, y - 2), right, bottom)
        within = _u8(_cut(marks.labels, place) == number)
        if _is_ground(small, place, within, rim):
            yield place, within


def _toned(small: Pixels) -> Toned:
    tone = small if small.ndim == 2 else _u8(cv2.min(cv2.min(small[..., 0], small[..., 1]), small[..., 2]))
    paper = float(np.percentile(tone[::3, ::3], 90))
    return Toned(tone, _u8(tone < DARK * paper), paper)


def _blocks(dark: Pixels) -> Pixels:
    """What is dark all over but for light letters: nothing where no such block is large enough."""
    thick = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))  # no rules, hardly any print
    closed = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, np.ones((FILLED, FILLED), np.uint8))
    if not cv2.erode(closed, np.ones((LEAST[0] - 1, LEAST[1] - 1), np.uint8)).any():
        return np.zeros_like(dark)
    for kernel in (np.ones((3, LONG), np.uint8), np.ones((LONG, 3), np.uint8)):
        closed[cv2.morphologyEx(1 - dark, cv2.MORPH_OPEN, kernel) > 0] = 0
    ink, every = (cv2.boxFilter(m, cv2.CV_32F, (FILLED, FILLED), normalize=False) for m in (dark, closed))
    body = _u8((closed > 0) & (ink > SOLID * every))
    return _u8(cv2.morphologyEx(body, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)))


def _small(pixels: Pixels, dpi: float) -> Pixels:
    scale = min(1.0, WORK_DPI / dpi)
    width, height = (max(1, round(side * scale)) for side in pixels.shape[1::-1])
    if scale < 0.5:  # to average all dots costs five times as much and shows no more
        pixels = _u8(cv2.resize(pixels, (2 * width, 2 * height), interpolation=cv2.INTER_NEAREST))
    way = cv2.INTER_AREA if scale < 0.5 else cv2.INTER_LINEAR
    return _u8(cv2.resize(pixels, (width, height), interpolation=way))


def _is_ground(small: Toned, place: Box, within: Pixels, rim: float) -> bool:
    """Whether a place is dark along its whole outline, and evenly so."""
    tone, dark = _cut(small.tone, place), _cut(small.dark, place) > 0
    inner = cv2.erode(within, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    outline = (within > 0) & (inner == 0)
    if dark[outline].mean() < rim:
        return False
    ground = tone[dark & (inner > 0)].astype(np.float32)
    return bool(len(ground)) and float(np.median(np.abs(ground - np.median(ground)))) < EVEN * small.paper


def _lettered(pixels: Pixels, place: Box, within: Pixels, dpi: float, paper: float) -> int | None:
    """The channel in which light letters stand in a row; None where there are none."""
    part = _cut(pixels, _scaled(place, pixels, dpi))
    part = rescaled(part, min(1.0, LETTER_DPI / dpi))
    inside = cv2.resize(cv2.erode(within, np.ones((3, 3), np.uint8)), part.shape[1::-1]) > 0
    if not inside.any():
        return None
    channels = np.atleast_3d(part)[inside].astype(np.float32)
    ground, light = np.median(channels, axis=0), np.percentile(channels, 98, axis=0)
    channel = int(np.argmax(light - ground))
    above = float(light[channel] - ground[channel])
    level = channels[:, channel]
    grain = float(np.median(np.abs(level - ground[channel])))
    if above < max(LIGHTER * paper, grain / GRAIN) or np.mean(level < ground[channel] + above / 2) < COVERED:
        return None
    marks = connected(_u8(np.atleast_3d(part)[..., channel] > ground[channel] + above / 2))
    enclosed = np.ones(len(marks.stats), np.bool_)
    enclosed[marks.labels[~inside]] = False  # paper around the band, and between the bars of a code
    stats = marks.stats[1:][enclosed[1:]]
    least, most = (inches * min(LETTER_DPI, dpi) for inches in LETTER)
    high = stats[:, cv2.CC_STAT_HEIGHT]
    tall = stats[(high >= least) & (high <= most) & (stats[:, cv2.CC_STAT_WIDTH] <= most)]
    rows = tall[:, cv2.CC_STAT_TOP] + tall[:, cv2.CC_STAT_HEIGHT] / 2
    apart = IN_ROW * min(LETTER_DPI, dpi)
    in_row = any(np.count_nonzero(np.abs(rows - row) <= apart) >= FEWEST for row in rows.tolist())
    return channel if in_row else None


def _turn(band: Band, pixels: Pixels, turned: Pixels, dpi: float, paper: NDArray[np.float64]) -> Box:
    """Write a band into `turned`, its letters black on the light and colour of paper; gives its place."""
    place = _scaled(band.place, pixels, dpi)
    part = np.atleast_3d(_cut(pixels, place))[..., band.channel]
    inner = cv2.resize(cv2.erode(band.within, np.ones((3, 3), np.uint8)), part.shape[::-1]) > 0
    light = np.asarray(255 - part, np.uint8)
    light[~inner] = round(float(np.median(light[inner])))
    even = np.asarray(cv2.divide(light, background_of(light, dpi), scale=255), np.uint8)
    darkest = float(np.percentile(even[inner], 1))
    if darkest > INK:
        levels = 255 - (255 - np.arange(256)) * ((255 - INK) / max(1.0, 255 - darkest))
        even = np.asarray(cv2.LUT(even, levels.clip(0, 255).astype(np.uint8)), np.uint8)
    # What the outline has is paper, or the ground at the edge of it: neither is print.
    even[~inner] = 255
    around = cv2.dilate(band.within, np.ones((3, 3), np.uint8))
    within = cv2.resize(around, part.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    shown = even[..., None] * (np.atleast_1d(paper) / 255) if turned.ndim == 3 else even * (paper / 255)
    _cut(turned, place)[within] = shown[within].astype(np.uint8)
    return place


def settled(words: Sequence[Word], places: Sequence[Box]) -> tuple[tuple[Word, ...], bool]:
    """The words, without those of places whose light print makes no sense; and whether there are such."""
    gone: set[int] = set()
    unread = False
    for place in places:
        inside = [word for word in words if place.share_of(word.box) > 0.5]
        sure = sum(len(word.text) for word in inside if word.confidence >= SURE)
        if not inside or sure < SURE_SHARE * sum(len(word.text) for word in inside):
            unread = True
            gone.update(map(id, inside))
    return tuple(word for word in words if id(word) not in gone), unread


def _scaled(place: Box, pixels: Pixels, dpi: float) -> Box:
    scale = min(1.0, WORK_DPI / dpi)
    width, height = (max(1, round(side * scale)) for side in pixels.shape[1::-1])
    x, y = pixels.shape[1] / width, pixels.shape[0] / height
    return Box(round(place.x0 * x), round(place.y0 * y), round(place.x1 * x), round(place.y1 * y))


def _cut(picture: NDArray[Any], place: Box) -> NDArray[Any]:
    return picture[place.y0 : place.y1, place.x0 : place.x1]


def _u8(pixels: NDArray[np.generic]) -> Pixels:
    return pixels.astype(np.uint8, copy=False)
