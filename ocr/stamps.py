"""Mail-room stamps: the page without them, for reading, and what each of them says."""

from collections.abc import Sequence
from dataclasses import replace

from ocr import coloured_ink, stamp_ink
from ocr.engine import Pixels, Reader
from ocr.recognition import Box, Region, Word
from ocr.stamp_ink import Parted


def taken_out(
    pixels: Pixels, grey: Pixels, regions: Sequence[Region], dpi: float
) -> tuple[Pixels, list[Parted]]:
    """The picture for reading without the ink of stamps, and each stamp alone.

    `pixels` is the page, `grey` the same flattened, where coloured seals are already light.
    """
    found = []
    for region in (r for r in regions if r.kind == "stamp"):
        one = coloured_ink.parted(pixels, grey, region.box) or stamp_ink.parted(grey, region.box, dpi)
        grey = one.text
        found.append(one)
    return grey, found


def read(found: Sequence[Parted], dpi: float, reader: Reader, line: int) -> tuple[Word, ...]:
    """What the stamps say; their lines are numbered from `line`."""
    words: list[Word] = []
    for stamp in found:
        said = reader.read(stamp.stamp, dpi)
        words += [replace(w, box=_moved(w.box, stamp.place), line=w.line + line) for w in said]
        line = max((w.line for w in words), default=line - 1) + 1
    return tuple(words)


def _moved(box: Box, place: Box) -> Box:
    return Box(box.x0 + place.x0, box.y0 + place.y0, box.x1 + place.x0, box.y1 + place.y0)
