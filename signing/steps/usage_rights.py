"""Signatures that give rights to a program and say nothing of a person (UR3; ISO 32000-1, 12.8.2.3).

Some makers' forms have one, so that a free reader may save what is filled in. It stands in the document's
permissions and in no field, and is nobody's signature of the document.
"""

import io
import mmap
from collections.abc import Collection
from typing import Any

from pyhanko.pdf_utils.generic import ArrayObject
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.pdf.document import items, resolved, value_of
from signing.pdf.parsing import GIVES_UP, PARSE_ERRORS, open_pdf
from signing.pdf.signed_bytes import SignedRange, parse_range

ENTRIES = ("/UR3", "/UR")
MOST = 20  # versions that are read for it; a document has one


def among(data: mmap.mmap, reader: PdfFileReader, ranges: Collection[SignedRange]) -> set[SignedRange]:
    """Those of the ranges that are covered by such a signature: in the very version that it covers, packed or
    not, or, where that is no document of its own and yet names such rights, in the present one."""
    return {covered for covered in list(ranges)[:MOST] if _is_one(data, reader, covered)}


def _is_one(data: mmap.mmap, reader: PdfFileReader, covered: SignedRange) -> bool:
    try:
        version: PdfFileReader = open_pdf(io.BytesIO(data[: covered.end]))
    except GIVES_UP:
        if data.find(b"/UR", 0, covered.end) < 0 and not reader.encrypted:
            return False
        version = reader
    try:
        return covered in {_covers(entry, covered.end) for entry in _entries(version)}
    except PARSE_ERRORS:
        return False


def _entries(version: PdfFileReader) -> list[Any]:
    permissions = value_of(version.root, "/Perms", {})
    found = [value_of(permissions, key) for key in ENTRIES]
    return [one for one in found if one is not None and _speaks_of_rights(one)]


def _speaks_of_rights(value: Any) -> bool:
    """It says so itself, in what it covers: a person's signature that was put there later does not."""
    references = [resolved(one) for one in items(value_of(value, "/Reference"))]
    return bool(references) and all(value_of(one, "/TransformMethod") in ENTRIES for one in references)


def _covers(value: Any, size: int) -> SignedRange | None:
    """What a signature dictionary says to cover."""
    numbers = items(value_of(value, "/ByteRange", ArrayObject()))
    return parse_range([int(resolved(number)) for number in numbers], size)
