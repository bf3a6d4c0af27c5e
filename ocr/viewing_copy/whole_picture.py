"""A page picture in a PDF as it is: nothing is looked at, so that there is next to nothing that can fail."""

import struct
from collections.abc import Iterator
from pathlib import Path

from PIL import JpegImagePlugin, PngImagePlugin

from ocr.recognition import Box
from ocr.viewing_copy.layers import Layer

SIGNATURE, PARTS = 8, ">I4s"  # PNG (ISO/IEC 15948), 5.2 and 5.3: length and type, then data and a check
CHECK = 4


def whole(path: Path) -> Layer:
    """The picture that `compression.write_page` wrote, in one layer: a JPEG by its very bytes, a PNG of two
    levels by its rows ("png": deflated, a byte before each row says how it is told from others)."""
    if path.suffix == ".png":
        with PngImagePlugin.PngImageFile(path) as image:
            data, (width, height), grey = b"".join(_rows(path.read_bytes())), image.size, True
    else:
        with JpegImagePlugin.JpegImageFile(path) as image:
            data, (width, height), grey = path.read_bytes(), image.size, image.mode == "L"
    coding = "png" if path.suffix == ".png" else "jpeg"
    return Layer(data, width, height, coding, grey, Box(0, 0, width, height))


def _rows(png: bytes) -> Iterator[bytes]:
    at = SIGNATURE
    while at < len(png):
        length, kind = struct.unpack_from(PARTS, png, at)
        at += struct.calcsize(PARTS)
        if kind == b"IDAT":
            yield png[at : at + length]
        at += length + CHECK
