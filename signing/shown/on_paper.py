"""Graphics states by which a page may look otherwise on paper than on a screen.

Transfer functions, black generation, undercolor removal and halftones belong to a printer (ISO 32000-1,
10.4 to 10.6): viewers leave them out, and a printer that knows them may print nothing where a screen shows
words. Programs that prepare pages for a press write `/Default` or `/Identity`, which changes nothing.
"""

import mmap
import re
import zlib
from collections.abc import Iterator
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from signing.pdf import page_parts
from signing.pdf.form_pictures import inherited

FUNCTIONS = ("/TR", "/TR2", "/BG", "/BG2", "/UCR", "/UCR2")
HARMLESS = frozenset({Name.Identity, Name.Default})
THRESHOLDS = frozenset({3, 6, 10, 16})  # types of halftones that say by a table what is painted (10.5.3)


def spelled(name: bytes) -> bytes:
    """A pattern for a name, any character of which may be written by its number (ISO 32000-1, 7.3.5)."""
    letters = [b"(?:%c|#%02x|#%02X)" % (letter, letter, letter) for letter in name]
    return b"/" + b"".join(letters) + rb"(?=[\0\s()<>\[\]{}/%]|$)"


#: One of these with a value that is no name: rows of tables (`/S/TR`) and grounds of fields (`/BG[…]`)
#: are many.
HINT = re.compile(
    rb"(?:%s|%s|%s|%s|%s|%s|%s)[\0\s]*(?:<<|%%|\d+[\0\s]*(?:%%|[\0\s]\d+[\0\s]*(?:%%|[\0\s]R)))|(?:%s|%s)[\0\s]*\["
    % tuple(map(spelled, (b"TR", b"TR2", b"BG", b"BG2", b"UCR", b"UCR2", b"HT", b"TR", b"TR2")))
)
PACKED = re.compile(rb"%s[^\0]{0,2000}?stream\r?\n" % spelled(b"ObjStm"))
UNPACKED = 1 << 24  # bytes of one object stream that are looked at


def is_hinted_at(data: bytes | mmap.mmap) -> bool:
    """May the document have any such state, as far as its bytes tell? Dictionaries may lie in object streams;
    where one is packed otherwise than by zlib, this is not known."""
    if HINT.search(data) is not None:
        return True
    for found in PACKED.finditer(data):
        try:
            inside = zlib.decompressobj().decompress(data[found.end() :], UNPACKED)
        except zlib.error:
            return True
        if len(inside) == UNPACKED or HINT.search(inside) is not None:
            return True
    return False


def pages(pdf: Pdf) -> list[int]:
    """The pages with such a state, from 1 on. Raises the errors of pikepdf."""
    return [number for number, page in enumerate(pdf.pages, 1) if any(map(_changes, _states(page.obj)))]


def _states(page: Object) -> Iterator[Object]:
    parts = (one.get("/Resources") for one in page_parts.painted(page))
    for resources in (inherited(page, "/Resources"), *parts):
        if isinstance(resources, Dictionary):
            yield from (one for one in page_parts.values(resources.get("/ExtGState")) if _is_dictionary(one))


def _is_dictionary(found: Any) -> bool:
    return isinstance(found, Dictionary)


def _changes(state: Object) -> bool:
    if any(_is_function(state.get(name)) for name in FUNCTIONS) or _prints_otherwise(state.get("/HT")):
        return True
    mask = state.get("/SMask")
    return isinstance(mask, Dictionary) and _is_function(mask.get("/TR"))


def _is_function(found: Any) -> bool:
    """One that changes what it is given; an array has one for each ink."""
    if isinstance(found, Array):
        return any(map(_is_function, found))
    if not isinstance(found, Dictionary | Stream):
        return False
    return not _is_straight(found)


def _is_straight(function: Object) -> bool:
    """Does it say that each value stays as it is (7.10.3 and 7.10.5)?"""
    kind = int(function.get("/FunctionType", -1))
    if kind == 4 and isinstance(function, Stream):
        return not function.read_bytes().strip(b"{} \t\r\n\f\0")
    if kind != 2 or float(function.get("/N", 0)) != 1:
        return False
    ends = [[float(v) for v in function.get(key, default)] for key, default in (("/C0", [0]), ("/C1", [1]))]
    return ends == [[0.0], [1.0]]


def _prints_otherwise(halftone: Any) -> bool:
    if not isinstance(halftone, Dictionary | Stream):
        return False
    if int(halftone.get("/HalftoneType", 1)) in THRESHOLDS or _is_function(halftone.get("/TransferFunction")):
        return True
    inks = page_parts.values(halftone) if halftone.get("/HalftoneType") == 5 else []
    return any(_prints_otherwise(one) for one in inks if isinstance(one, Dictionary | Stream))
