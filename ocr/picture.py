"""A page as a picture, before anything is read from it."""

from dataclasses import dataclass

import cv2

from ocr.engine import Pixels
from ocr.limits import Limits, Refusal, page_too_large
from ocr.recognition import Word

A4_INCHES = (8.27, 11.69)
READING_DPI = 300
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
    """The dpi at which a picture without a true tag is an A4 sheet, or lies within one."""
    short, long = sorted((width, height))
    dpi = max(short / A4_INCHES[0], long / A4_INCHES[1])
    # Scanners cut a little off the sheet or add a little to it.
    return next((float(usual) for usual in COMMON_DPI if abs(dpi / usual - 1) < 0.035), dpi)


def plausible_dpi(tag: float, width: int, height: int) -> float:
    """The dpi of a tag, unless the sheet that it makes is none that lies on a desk: then a guess."""
    guess = guessed_dpi(width, height)
    if not 50 <= tag <= 4800:
        return guess
    if abs(tag / guess - 1) < 0.06:
        return tag
    short, long = (side / tag for side in sorted((width, height)))
    # 72 and 96 are what programs write that do not know; an A4-like shape tells better.
    unknown = round(tag) in (72, 96) or long > 24 or short < 1.5
    return guess if unknown else tag


def squared(pixels: Pixels, dpi_x: float, dpi_y: float) -> tuple[Pixels, float]:
    """The picture with square dots (a fax has 204 by 98 an inch), and their dpi."""
    if abs(dpi_x / dpi_y - 1) < 0.04:
        return pixels, (dpi_x * dpi_y) ** 0.5
    dpi = max(dpi_x, dpi_y)
    height, width = pixels.shape[:2]
    size = (max(1, round(width * dpi / dpi_x)), max(1, round(height * dpi / dpi_y)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC), dpi  # type: ignore[return-value]


PAGE_DAMAGED = "page-damaged"


def unreadable(number: int) -> Refusal:
    """One page of several; the others may be sound."""
    return Refusal(
        PAGE_DAMAGED,
        f"Trang {number} bị hỏng, không đọc được. Hãy quét lại trang này.",
        f"Page {number} is damaged and cannot be read. Scan this page again.",
    )
