"""JPEG out of pixels as OpenCV has them. Pillow writes the same pictures by the same library, but first wants
red before blue and four bytes a dot: 60 MB more for a page in colour at 300 dpi, and twice the time."""

import struct

import cv2

from ocr.engine import Pixels

#: How fine colours are beside light: half as fine both ways, or as fine.
COARSE_COLOUR = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420
FINE_COLOUR = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444
#: Where the head of JFIF says how many dots an inch has (ITU-T T.871, 10.1): unit, then across and down.
DENSITY, AN_INCH, MOST_DENSITY = slice(13, 18), 1, 0xFFFF


def encoded(
    pixels: Pixels,
    quality: int,
    colour: int = COARSE_COLOUR,
    *,
    small: bool = False,
    progressive: bool = False,
) -> bytes:
    """Grey or BGR pixels as JPEG. `small`: with codes made for the picture, which takes a second pass;
    `progressive` pictures have such codes always."""
    how = {
        cv2.IMWRITE_JPEG_QUALITY: quality,
        cv2.IMWRITE_JPEG_OPTIMIZE: int(small or progressive),
        cv2.IMWRITE_JPEG_PROGRESSIVE: int(progressive),
    }
    if pixels.ndim == 3:
        how[cv2.IMWRITE_JPEG_SAMPLING_FACTOR] = colour
    done, data = cv2.imencode(".jpg", pixels, [number for setting in how.items() for number in setting])
    assert done, pixels.shape
    return data.tobytes()


def with_dpi(jpeg: bytes, dpi: float) -> bytes:
    """The same JPEG, which says how many dots an inch has."""
    density = min(max(round(dpi), 1), MOST_DENSITY)
    changed = bytearray(jpeg)
    changed[DENSITY] = struct.pack(">BHH", AN_INCH, density, density)
    return bytes(changed)
