"""Strips and tiles of a TIFF that the libtiff of Pillow does not decode, and Pillow by itself does.

Digital libraries and slide scanners keep JPEG 2000 (codes 33003 and 33005 of Aperio, 34712 of the Library of
Congress), GDAL and some archives WebP (code 50001): each strip or tile is a whole picture of its kind.
"""

import io
import math
from pathlib import Path

from PIL import Image, TiffImagePlugin

COMPRESSION, COLOURS, TURN = 259, 262, 274
LARGEST_TILE = 4096**2  # dots of a tile that may be larger than the picture
YCBCR = 6  # TIFF 6.0: the colours of the dots, which a code of Aperio within does not say
JPEG2000 = (33003, 33005, 34712)
DECODED = {**dict.fromkeys(JPEG2000, "JPEG2000"), 50001: "WEBP"}


def known() -> None:
    """Make Pillow tell of a TIFF that has such a code; it takes one for no picture at all otherwise."""
    for code in JPEG2000:
        TiffImagePlugin.COMPRESSION_INFO.setdefault(code, "jpeg2000")


def whole(image: Image.Image, source: Path) -> Image.Image | None:
    """The frame that `image` is at, of its parts; None where Pillow decodes it. Raises what Pillow does on
    damaged files, also where a part is missing or is not as large as the frame says."""
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return None
    tags = image.tag_v2
    coded = DECODED.get(tags.get(COMPRESSION, 1))
    if coded is None:
        return None
    width, height = (
        tags[TiffImagePlugin.IMAGEWIDTH],
        tags[TiffImagePlugin.IMAGELENGTH],
    )  # as stored, not turned
    tiled = TiffImagePlugin.TILEOFFSETS in tags
    wide = tags[TiffImagePlugin.TILEWIDTH] if tiled else width
    high = tags[TiffImagePlugin.TILELENGTH] if tiled else tags.get(TiffImagePlugin.ROWSPERSTRIP, height)
    high = min(high, height) if not tiled else high
    starts = tags[TiffImagePlugin.TILEOFFSETS if tiled else TiffImagePlugin.STRIPOFFSETS]
    lengths = tags[TiffImagePlugin.TILEBYTECOUNTS if tiled else TiffImagePlugin.STRIPBYTECOUNTS]
    if len(starts) != math.ceil(width / wide) * math.ceil(height / high):
        raise ValueError("parts of the picture are missing, or lie in planes")
    places = [(x, y) for y in range(0, height, high) for x in range(0, width, wide)]
    ycbcr = tags[COMPRESSION] == JPEG2000[0] and tags.get(COLOURS) == YCBCR
    shown: Image.Image | None = None
    with source.open("rb") as file:
        for (x, y), start, length in zip(places, starts, lengths, strict=True):
            file.seek(start)
            part: Image.Image = Image.open(io.BytesIO(file.read(length)), formats=(coded,))
            least = min(wide, width - x), min(high, height - y)
            fits = least[0] <= part.width <= wide and least[1] <= part.height <= high
            if not fits or part.width * part.height > max(LARGEST_TILE, width * height):
                raise ValueError("a part of the picture has another size than the file says")
            part.load()
            if ycbcr and part.mode == "RGB":
                part = Image.merge("YCbCr", part.split()).convert("RGB")
            shown = shown or Image.new(part.mode, (width, height))
            shown.paste(part, (x, y))
    if shown is not None and TURN in tags:
        shown.getexif()[TURN] = tags[TURN]
    return shown
