"""Small page pictures that stay legible."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageChops, TiffImagePlugin

from ocr.engine import Pixels

# 200 dpi keeps 13-point marks apart (a dot below is 3 pixels wide); quality 60 leaves no visible rings.
VIEWING_DPI = 200
VIEWING_QUALITY = 60
PAGE_QUALITY = 88  # the page picture in the folder, from which the smaller one is made
COLOURED = 40  # difference of channels from which a pixel has a colour that is meant


@dataclass(frozen=True, slots=True)
class Packed:
    """A picture as a PDF holds it: `coding` is "jpeg" or "g4"; `grey` says one channel."""

    data: bytes
    width: int
    height: int
    coding: str
    grey: bool


def without_false_colour(pixels: Pixels) -> Pixels:
    """Grey where a colour picture holds no colour but the scanner's."""
    if pixels.ndim == 2:
        return pixels
    sample = pixels[::3, ::3].astype(np.int16)
    spread = sample.max(axis=2) - sample.min(axis=2)
    if np.count_nonzero(spread > COLOURED) > 5e-5 * spread.size:
        return pixels
    return cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)


def write_page(pixels: Pixels, dpi: float, bilevel: bool, path: Path) -> Path:
    """Write the page picture beside `path`, with the ending that suits it."""
    if bilevel:
        target = path.with_suffix(".png")
        Image.fromarray(pixels).convert("1", dither=Image.Dither.NONE).save(target, dpi=(dpi, dpi))
        return target
    target = path.with_suffix(".jpg")
    plain = without_false_colour(pixels)
    image = Image.fromarray(plain if plain.ndim == 2 else plain[:, :, ::-1])
    image.save(target, quality=PAGE_QUALITY, dpi=(dpi, dpi))
    return target


def packed(path: Path, dpi: float) -> Packed:
    """The page picture of a folder, made small for viewing."""
    with Image.open(path) as image:
        if image.mode == "1":
            return _g4(image)
        factor = VIEWING_DPI / dpi if dpi > VIEWING_DPI * 1.1 else 1.0
        size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
        small = image.resize(size, Image.Resampling.BOX)
    out = BytesIO()
    small.save(out, "JPEG", quality=VIEWING_QUALITY, subsampling="4:2:0", optimize=True)
    return Packed(out.getvalue(), small.width, small.height, "jpeg", small.mode == "L")


def _g4(image: Image.Image) -> Packed:
    """One strip of CCITT group 4 with ink as the black runs, as a PDF expects it."""
    out = BytesIO()
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[278] = image.height  # RowsPerStrip: all, as a PDF holds one stream
    # The encoder takes bits that are set for black runs, and Pillow sets them for white.
    ImageChops.invert(image).save(out, "TIFF", compression="group4", tiffinfo=tags)
    with Image.open(out) as tiff:
        tag = tiff.tag_v2  # type: ignore[attr-defined]
        (start,), (length,) = tag[273], tag[279]
    return Packed(out.getvalue()[start : start + length], image.width, image.height, "g4", True)
