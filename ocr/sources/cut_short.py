"""Tells a picture whose data end before it does: what is missing is filled with one level, and the letters
that stood there are gone without a word."""

import io
import math
import struct
from collections.abc import Mapping
from contextlib import suppress

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from ocr.engine import Pixels

LEAST_ROWS = 0.02  # of a picture that are filled; fewer hold no line of text
GREY, BLACK = 128, 0  # what decoders fill a JPEG with (ISO/IEC 10918-1: all coefficients nought), and others
PROGRESSIVE = b"\xff\xc2"  # SOF2: the whole picture, coarse, comes before any of it is fine
#: Filters whose data tell by themselves what the picture is.
CODED = frozenset({"DCTDecode", "CCITTFaxDecode", "JBIG2Decode", "JPXDecode"})
END_OF_IMAGE = b"\xff\xd9"
#: Bits that end a picture of CCITT's Group 4 (T.6: EOFB) and Group 3 (T.4: the last end of a line).
END_OF_BLOCK, END_OF_LINE = 0x001001, 0x001
#: How many times the data that a picture needs may be there: a level too many a pixel makes it 4/3 or more.
MOST_DATA = 1.25
DRAWN_COLOUR = 24  # bits of a pixel
TAIL = 64  # bytes at the end of data among which their end is looked for: some are padded


def of_pdf(image: pypdfium2.PdfImage, pixels: Pixels, depths: Mapping[tuple[int, int], int]) -> bool:
    """Whether the data of a picture in a PDF, decoded as `pixels`, are only a part of it. `depths`: the bits
    of a dot that the file declares, by columns and rows of a picture (declared.depths)."""
    filters = image.get_filters()
    coded = filters[-1] if filters else ""
    if coded == "DCTDecode":
        data = bytes(image.get_data())
        return _coarse(data) or filled(pixels, GREY)
    declared = None if coded in CODED else depths.get(image.get_px_size())
    if declared is not None:  # then the data tell, whatever pdfium fills their rest with
        return _length(image) < (1 - LEAST_ROWS) * _bytes_of(image, declared)
    if not filled(pixels, BLACK):
        return False
    if coded == "CCITTFaxDecode":
        data = bytes(image.get_data())
        return not (_ended(data[-TAIL:]) or _has_all_rows(data, pixels))
    if coded in ("JBIG2Decode", "JPXDecode"):
        return False
    bits = min(_most_bits(image), image.get_metadata().bits_per_pixel)
    return _length(image) < (1 - LEAST_ROWS) * _bytes_of(image, bits)


def odd(image: pypdfium2.PdfImage) -> bool:
    """Whether a picture in a PDF has far more data, in bytes, than its size and colours need (ISO 32000-1,
    8.9.3): then its colours are not those the file tells, and it shows as stripes."""
    if set(image.get_filters()) & CODED:
        return False
    return _length(image) > MOST_DATA * _bytes_of(image, _most_bits(image))


def _length(image: pypdfium2.PdfImage) -> int:
    """How many bytes its data have, decoded; without a copy of them."""
    return int(pdfium.FPDFImageObj_GetImageDataDecoded(image, None, 0))


def _most_bits(image: pypdfium2.PdfImage) -> int:
    """How many bits of a pixel the data may have: pdfium tells only those of what it draws, where deeper
    levels and other colours than grey have become 24."""
    told = image.get_metadata()
    if told.bits_per_pixel < DRAWN_COLOUR:
        return int(told.bits_per_pixel)
    return {pdfium.FPDF_COLORSPACE_DEVICEGRAY: 16, pdfium.FPDF_COLORSPACE_DEVICERGB: 48}.get(
        told.colorspace, 64
    )


def _bytes_of(image: pypdfium2.PdfImage, bits: int) -> int:
    columns, rows = image.get_px_size()
    return int(rows * math.ceil(columns * bits / 8))


def filled(pixels: Pixels, level: int) -> bool:
    """Whether the last rows of a picture, and not all, have nothing but this level."""
    last = pixels[-max(1, math.ceil(LEAST_ROWS * len(pixels))) :]
    return bool((last == level).all() and not (pixels == level).all())


def _coarse(jpeg: bytes) -> bool:
    return END_OF_IMAGE not in jpeg[-TAIL:] and _is_progressive(jpeg)


def _is_progressive(jpeg: bytes) -> bool:
    """By the markers before the first scan, each with its length."""
    at = 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at : at + 2] != b"\xff\xda":
        if jpeg[at : at + 2] == PROGRESSIVE:
            return True
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return False


def _ended(tail: bytes) -> bool:
    """Whether the mark of an end is there, at any bit."""
    bits = np.unpackbits(np.frombuffer(tail, np.uint8))
    text = "".join(map(str, bits))
    return f"{END_OF_BLOCK:024b}" in text or f"{END_OF_LINE:012b}" * 2 in text


def _has_all_rows(data: bytes, pixels: Pixels) -> bool:
    """Whether data of Group 4 without an end are whole, though the picture ends in black: then it stays as it
    is if the code goes on, with rows like the last one of the data (T.6: V0, one bit of 1 a change)."""
    rows, columns = pixels.shape[:2]
    longer = data + b"\xff" * rows
    tags = [(256, columns), (257, rows), (258, 1), (259, 4), (262, 1)]
    head = 8 + 2 + 12 * (len(tags) + 4) + 4
    tags += [(273, head), (277, 1), (278, rows), (279, len(longer))]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    tiff = struct.pack("<2sHIH", b"II", 42, 8, len(tags)) + entries + bytes(4) + longer
    with suppress(OSError, ValueError), Image.open(io.BytesIO(tiff), formats=("TIFF",)) as decoded:
        found = np.asarray(decoded.convert("L"))
        shown = pixels if pixels.ndim == 2 else pixels[:, :, 0]
        return np.array_equal(found, shown) or np.array_equal(255 - found, shown)
    return False
