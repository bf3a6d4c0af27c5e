"""Two-level pictures without loss: CCITT group 4 (ITU-T T.6), the form that every PDF reader knows.

Never JBIG2 with symbols: it may put one letter's picture in the place of another's, and nothing shows it.
"""

from io import BytesIO

import numpy as np
from PIL import Image, ImageChops, TiffImagePlugin

from ocr.engine import Pixels

ROWS_PER_STRIP, STRIP_OFFSETS, STRIP_BYTES = 278, 273, 279  # TIFF 6.0, section 8


def encoded(ink: Pixels) -> bytes:
    """A picture of 0 and 255, with 255 as the black runs."""
    height, width = ink.shape
    return _encoded(Image.frombytes("1", (width, height), np.packbits(ink, axis=1).tobytes()))


def encoded_image(image: Image.Image) -> bytes:
    """A picture of mode "1", with what is black as the black runs, as a PDF expects it."""
    # The encoder takes bits that are set for black runs, and Pillow sets them for white.
    return _encoded(ImageChops.invert(image))


def _encoded(image: Image.Image) -> bytes:
    """A picture of mode "1" whose bits are set in black runs."""
    out = BytesIO()
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[ROWS_PER_STRIP] = image.height  # all, as a PDF holds one stream
    image.save(out, "TIFF", compression="group4", tiffinfo=tags)
    out.seek(0)
    # Image.open takes our own mask of a large sheet for a decompression bomb.
    with TiffImagePlugin.TiffImageFile(out) as tiff:
        (start,), (length,) = tiff.tag_v2[STRIP_OFFSETS], tiff.tag_v2[STRIP_BYTES]
    return out.getvalue()[start : start + length]
