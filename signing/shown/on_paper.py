"""Graphics states by which a page may look otherwise on paper than on a screen.

Transfer functions, black generation, undercolor removal and halftones belong to a printer (ISO 32000-1, 10.4
to 10.6): many viewers leave them out, and a printer that knows them may print nothing where a screen shows
words. Programs that prepare pages for a press write `/Default` or `/Identity`, which changes nothing. The
function of a mask (11.6.5.3) is no such thing: screens use it as well.
"""

import re
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream
from pyhanko.pdf_utils.generic import Reference, StreamObject
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.pdf import page_parts
from signing.pdf.form_pictures import inherited

FUNCTIONS = ("/TR", "/TR2", "/BG", "/BG2", "/UCR", "/UCR2")
HARMLESS = frozenset({Name.Identity, Name.Default})
THRESHOLDS = frozenset({3, 6, 10, 16})  # types of halftones that say by a table what is painted (10.5.3)
OF_INKS = 5  # the type of a halftone that has one for each ink, none of which may have others
UNPACKED = 1 << 24  # bytes of one object stream that are looked at
PROGRAM = 1_000  # bytes of a function that is asked whether it does anything
INKS = 64  # of one halftone; DeviceN has 32 (annex C)


def spelled(name: bytes) -> bytes:
    """A pattern for a name, any character of which may be written by its number (ISO 32000-1, 7.3.5)."""
    letters = [b"(?:%c|#%02x|#%02X)" % (letter, letter, letter) for letter in name]
    return b"/" + b"".join(letters) + rb"(?=[\0\s()<>\[\]{}/%]|$)"


#: The words of such a state, with a value that is no name: rows of tables (`/S/TR`) and grounds of fields
#: (`/BG[…]`) are many.
WORDS = rb"(?:%s|%s|%s|%s|%s|%s|%s)[\0\s]*[<%%\d]|(?:%s|%s)[\0\s]*\[" % tuple(
    map(spelled, (b"TR", b"TR2", b"BG", b"BG2", b"UCR", b"UCR2", b"HT", b"TR", b"TR2"))
)
HINT = re.compile(WORDS)


def is_packed(reader: PdfFileReader) -> bool:
    """May an object stream hold one? Where it is not known what is in one, it may. Raises PARSE_ERRORS."""
    tables: Any = reader.xrefs
    streams = {ref for n in range(tables.total_revisions) for ref in tables.object_streams_used_in(n)}
    return any(_may_hold_one(reader, ref) for ref in streams)


def _may_hold_one(reader: PdfFileReader, ref: Reference) -> bool:
    found = reader.get_object(ref)  # type: ignore[no-untyped-call]
    if not isinstance(found, StreamObject) or reader.encrypted or "/DecodeParms" in found:
        return True
    if found.get("/Filter") is None:
        return HINT.search(found.encoded_data) is not None
    if found["/Filter"] not in ("/FlateDecode", ["/FlateDecode"]):
        return True
    try:
        inside = zlib.decompressobj().decompress(found.encoded_data, UNPACKED)
    except zlib.error:
        return True
    return len(inside) == UNPACKED or HINT.search(inside) is not None


def pages(pdf: Pdf) -> list[int]:
    """The pages with such a state, from 1 on. Raises the errors of pikepdf."""
    if not _any_changes(page.obj for page in pdf.pages):  # each picture once, though many pages show it
        return []
    return [number for number, page in enumerate(pdf.pages, 1) if _any_changes([page.obj])]


def _any_changes(sheets: Iterable[Object]) -> bool:
    return any(_changes(state) for state in _states(list(sheets)))


def _states(sheets: list[Object]) -> Iterator[Any]:
    """The graphics states of these pages, and of what they paint with."""
    parts = page_parts.painted_on(sheets)
    holders = [
        *(inherited(sheet, "/Resources") for sheet in sheets),
        *(one.get("/Resources") for one in parts),
    ]
    seen = set[tuple[int, int]]()
    for resources in holders:
        if isinstance(resources, Dictionary) and not (resources.is_indirect and resources.objgen in seen):
            seen.add(resources.objgen)
            yield from page_parts.values(resources.get("/ExtGState"))
    yield from (one.get("/ExtGState") for one in parts)  # of a pattern (8.7.4.4)


def _changes(state: Any) -> bool:
    if not isinstance(state, Dictionary):
        return False
    return any(_is_function(state.get(name)) for name in FUNCTIONS) or _prints_otherwise(state.get("/HT"))


def _is_function(found: Any) -> bool:
    """One that changes what it is given; an array has one for each ink."""
    if isinstance(found, Array):
        return len(found) > INKS or any(isinstance(one, Array) or _is_function(one) for one in found)
    return isinstance(found, Dictionary | Stream) and not _is_straight(found)


def _is_straight(function: Object) -> bool:
    """Does it say that each value stays as it is (7.10.3 and 7.10.5)?"""
    kind = int(function.get("/FunctionType", -1))
    if kind == 4 and isinstance(function, Stream):
        written = function.read_raw_bytes()
        return len(written) <= PROGRAM and not function.read_bytes().strip(b"{} \t\r\n\f\0")
    if kind != 2 or float(function.get("/N", 0)) != 1:
        return False
    ends = [[float(v) for v in function.get(key, default)] for key, default in (("/C0", [0]), ("/C1", [1]))]
    return ends == [[0.0], [1.0]]


def _prints_otherwise(halftone: Any, of_ink: bool = False) -> bool:
    if not isinstance(halftone, Dictionary | Stream):
        return False
    kind = int(halftone.get("/HalftoneType", 1))
    if kind in THRESHOLDS or _is_function(halftone.get("/TransferFunction")):
        return True
    if kind != OF_INKS:
        return False
    inks = [halftone[name] for name in halftone.keys()]  # noqa: SIM118
    return of_ink or len(inks) > INKS or any(_prints_otherwise(one, of_ink=True) for one in inks)
