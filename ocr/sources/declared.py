"""What a PDF declares of its pictures' colours, and what a JPEG in it says itself.

PDFium draws nothing, not even the dots it has, where a JPEG has fewer colours than are declared: the page was
blank without a word. People's viewers go by the JPEG, and so does the page that is drawn here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pikepdf

#: Colours of the spaces that have a fixed number of them (ISO 32000-1, 8.6.3).
COLOURS = {
    "/DeviceGray": 1,
    "/CalGray": 1,
    "/G": 1,
    "/Indexed": 1,
    "/I": 1,
    "/Separation": 1,
    "/DeviceRGB": 3,
    "/CalRGB": 3,
    "/Lab": 3,
    "/RGB": 3,
    "/DeviceCMYK": 4,
    "/CMYK": 4,
}
DEVICE = {1: pikepdf.Name.DeviceGray, 3: pikepdf.Name.DeviceRGB}
#: Markers that begin a frame (ISO/IEC 10918-1, table B.1): SOF0 to SOF15 but for DHT, JPG and DAC.
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
SCAN, ADOBE = 0xDA, 0xEE
HEADER = 1 << 20  # bytes of a JPEG in which its frame begins, behind profiles and small pictures


@dataclass(frozen=True, slots=True)
class Jpeg:
    """The frame of a JPEG: its colours, whether their data can be what its marker of Adobe says."""

    colours: int
    contradicts: bool


def jpeg(data: bytes) -> Jpeg | None:
    """By its markers before the first scan; None where no frame is found."""
    at, transform = 2, None
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != SCAN:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + length]
        if marker == ADOBE and body.startswith(b"Adobe") and len(body) >= 12:
            transform = body[11]
        if marker in FRAMES and len(body) >= 6:
            return _frame(body, transform)
        at += 2 + max(length, 2)
    return None


def _frame(body: bytes, transform: int | None) -> Jpeg:
    count = body[5]
    names, samplings = (bytes(body[start : 6 + 3 * count : 3]) for start in (6, 7))
    # Only differences of colour are kept coarser than light; red, green and blue never are. The names are
    # those that programs give them (and libjpeg goes by, where no marker tells).
    as_rgb = transform == 0 and count == 3 and len(set(samplings)) > 1
    as_differences = transform == 1 and names == b"RGB"
    return Jpeg(count, as_rgb or as_differences)


def colours(space: pikepdf.Object | None) -> int | None:
    """How many colours a colour space has; None where that is not told."""
    if isinstance(space, pikepdf.Array) and len(space):
        family = str(space[0])
        if family == "/ICCBased":
            count = space[1].get("/N") if isinstance(space[1], pikepdf.Stream) else None
            return int(count) if count is not None else None
        if family == "/DeviceN":
            return len(space[1])
        return COLOURS.get(family)
    return COLOURS.get(str(space)) if isinstance(space, pikepdf.Name) else None


def pictures(shown: Iterable[pikepdf.Stream]) -> Iterator[pikepdf.Stream]:
    """The pictures among what a page draws, and those of forms in it: each once, and each form, since forms
    may share their resources, and hold one another."""
    left, known = list(shown), set[tuple[int, int]]()
    while left:
        one = left.pop()
        if one.objgen in known:
            continue
        known.add(one.objgen)
        if one.get("/Subtype") == pikepdf.Name.Image:
            yield one
            continue
        resources = one.get("/Resources", pikepdf.Dictionary())
        held = resources.get("/XObject", pikepdf.Dictionary())
        holders = {each.objgen for each in (resources, held) if each.is_indirect}
        if not holders & known:
            left.extend(inner for inner in held.values() if isinstance(inner, pikepdf.Stream))
        known |= holders


def depths(held: list[pikepdf.Stream]) -> dict[tuple[int, int], int]:
    """By columns and rows of pictures, the least bits of a dot that are declared of one of that size."""
    found: dict[tuple[int, int], int] = {}
    for one in held:
        count, bits = colours(one.get("/ColorSpace")), one.get("/BitsPerComponent")
        if count is not None and bits is not None:
            size = int(one.get("/Width", 0)), int(one.get("/Height", 0))
            found[size] = min(found.get(size, 1 << 10), count * int(bits))
    return found


def odd(held: list[pikepdf.Stream]) -> bool:
    """Whether a JPEG among them has other colours than are declared, or than it says itself."""
    return any(own.contradicts or told not in (None, own.colours) for _, told, own in _jpegs(held))


def mended(held: list[pikepdf.Stream]) -> bool:
    """Makes the colours that are declared of grey JPEGs, and of those in three colours, those that they have;
    whether any were others. What PDFium shows of four is what they have."""
    changed = False
    for one, told, own in _jpegs(held):
        if told not in (None, own.colours) and own.colours in DEVICE:
            one.ColorSpace = DEVICE[own.colours]
            if "/Decode" in one:
                del one["/Decode"]
            changed = True
    return changed


def _jpegs(held: list[pikepdf.Stream]) -> Iterator[tuple[pikepdf.Stream, int | None, Jpeg]]:
    """Those that are nothing but a JPEG, with how many colours are declared, and what it says itself."""
    for one in held:
        coded = one.get("/Filter")
        filters = list(coded) if isinstance(coded, pikepdf.Array) else [coded]
        if filters == [pikepdf.Name.DCTDecode] and (own := jpeg(one.read_raw_bytes()[:HEADER])):
            yield one, colours(one.get("/ColorSpace")), own
