"""A page as a picture, before anything is read from it."""

from dataclasses import dataclass

import cv2
import numpy as np

from ocr.engine import Pixels
from ocr.limits import Limits, Refusal, page_too_large
from ocr.recognition import Box, Word

LEAST_DPI = 72  # a picture that would be coarser as A4 shows something smaller
A4_INCHES = (8.27, 11.69)
READING_DPI = 300
LONGEST_SHEET = 2.0  # long over short side; what is longer is a roll, or was scrolled on a screen
# Square points: of 2A0 (DIN 476, 1189 by 1682 mm), the largest sheet that has a name. A larger one is drawn
# so coarsely, and enlarged so much to be read, that a page of a kilobyte kept a core for a minute.
LARGEST_SHEET = 16.1e6
SAME_SIZE = 0.9 / 72  # inches by which the sheet may become another, before its dots are made square
BEYOND_A3, BELOW_A2 = 17.0, 22.5  # inches of the longer side
COMMON_DPI = (75, 100, 150, 200, 240, 300, 400, 600, 1200)  # what scanners offer


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels as the file shows them: grey (height, width) or BGR (height, width, 3), at a true dpi.

    `layer` is the text that the file itself holds for this page, in pixels of the picture; `layer_hidden`
    says that this text is not what one sees, but lies unseen over a picture.
    """

    pixels: Pixels
    dpi: float
    bilevel: bool = False
    layer: tuple[Word, ...] = ()
    layer_hidden: bool = False
    layer_turn: int = 0  # degrees clockwise that make the text of the layer upright
    dpi_guessed: bool = False  # as no tag, no size of a page and no print told it
    #: The words of each annotation, as of a remark or the mark of a signature; `layer` has them too.
    annotated: tuple[tuple[Word, ...], ...] = ()
    sheet: tuple[float, float] | None = None  # points across and down, where the file tells
    drawn: bool = False  # by a program, so that nobody photographed it
    sheets: tuple[Box, ...] = ()  # where it shows several that were photographed together: each of them
    photographed: bool = False  # and its sheet was set straight; else `dpi_guessed` tells that it may be so
    cut_short: bool = False  # the data of the picture end before it does
    odd: bool = False  # there are far more data than its size and colours need
    unmarked: Pixels | None = None  # the same without these marks, and without what they cover

    @property
    def maybe_photographed(self) -> bool:
        """Whether it is a photograph for all that is known; scans tell their dpi, or become two levels."""
        return (self.photographed or self.dpi_guessed) and not self.drawn and not self.bilevel

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]


def check_size(number: int, width: int, height: int, limits: Limits) -> None:
    """Refuse a page by its declared size, before a byte of it is decoded."""
    megapixels = width * height / 1e6
    if megapixels > limits.page_megapixels:
        raise page_too_large(number, megapixels, limits.page_megapixels)


def guessed_dpi(width: int, height: int) -> float:
    """The dpi at which a picture without a true tag is an A4 sheet, or lies within one.

    What is longer than any sheet lies within its width alone, and is never so fine that dots are thrown away
    to read it: 600 by 12,000 of a screen became 175 by 3,500, and nothing of it could be read.
    """
    short, long = sorted((width, height))
    dpi = max(short / A4_INCHES[0], long / A4_INCHES[1], LEAST_DPI)
    if long > LONGEST_SHEET * short:
        dpi = max(short / A4_INCHES[0], min(dpi, READING_DPI))
    # Scanners cut a little off the sheet or add a little to it.
    return next((float(usual) for usual in COMMON_DPI if abs(dpi / usual - 1) < 0.035), dpi)


def plausible_dpi(tag: float, width: int, height: int) -> float:
    """The dpi of a tag, unless the sheet that it makes is none that lies on a desk: then a guess."""
    guess = guessed_dpi(width, height)
    if not 50 <= tag <= 4800:
        return guess
    short, long = (side / tag for side in sorted((width, height)))
    # 72 and 96 are what programs write that do not know.
    unknown = round(tag) in (72, 96) or long > 24 or short < 1.5
    # Programs also write one number whatever they did: no sheet lies between A3 and A2 in their form.
    between = BEYOND_A3 < long < BELOW_A2 and abs(long / short * A4_INCHES[0] / A4_INCHES[1] - 1) < 0.02
    unknown = unknown or (between and guess in COMMON_DPI)
    return guess if unknown else tag


def resized(pixels: Pixels, width: int, height: int, bilevel: bool) -> Pixels:
    """The picture at another size; black and white stay black and white."""
    way = cv2.INTER_AREA if width < pixels.shape[1] else cv2.INTER_CUBIC
    result = cv2.resize(pixels, (max(1, width), max(1, height)), interpolation=way)
    if bilevel:
        result = cv2.threshold(result, 127, 255, cv2.THRESH_BINARY)[1]
    return result.astype(np.uint8, copy=False)


def rescaled(pixels: Pixels, factor: float, way: int = cv2.INTER_AREA) -> Pixels:
    """The picture `factor` times as large, never without a dot: its sides may be a dot wide."""
    size = None
    if min(pixels.shape[:2]) * factor < 1:
        size = [max(1, round(side * factor)) for side in pixels.shape[1::-1]]
    result = cv2.resize(pixels, size, fx=factor, fy=factor, interpolation=way)
    return result.astype(np.uint8, copy=False)


def squared(pixels: Pixels, dpi_x: float, dpi_y: float, bilevel: bool) -> tuple[Pixels, float]:
    """The picture with square dots (a fax has 204 by 98 an inch), and their dpi."""
    height, width = pixels.shape[:2]
    middle = (dpi_x * dpi_y) ** 0.5
    if max(abs(width / middle - width / dpi_x), abs(height / middle - height / dpi_y)) < SAME_SIZE:
        return pixels, exact(middle)
    dpi = exact(max(dpi_x, dpi_y))
    return resized(pixels, round(width * dpi / dpi_x), round(height * dpi / dpi_y), bilevel), dpi


def exact(dpi: float) -> float:
    """A whole number where the size of a page, told in single precision or rounded, gave 299.999996: pictures
    are made smaller several times as fast where whole dots become one."""
    whole = round(dpi)
    return float(whole) if abs(dpi - whole) < 0.01 else dpi


PAGE_DAMAGED = "page-damaged"


def unreadable(number: int) -> Refusal:
    """One page of several; the others may be sound."""
    return Refusal(
        PAGE_DAMAGED,
        f"Trang {number} bị hỏng, không đọc được. Hãy quét lại trang này.",
        f"Page {number} is damaged and cannot be read. Scan this page again.",
    )


def overdrawn(number: int, what_vi: str, what_en: str) -> Refusal:
    """One page of several whose drawing is over a limit; the others may be read."""
    return Refusal(
        PAGE_DAMAGED,
        f"Trang {number} vượt giới hạn {what_vi}, nên không được đọc. Hãy in trang này ra giấy rồi quét lại.",
        f"Page {number} is over the limit of {what_en} and was not read. Print this page and scan it.",
    )
