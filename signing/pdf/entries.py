"""Dictionaries that give one entry twice, with two values, and object streams that do so with a number.

Such a dictionary is not defined (ISO 32000-1, 7.3.7): poppler and pyHanko take the first value, pdfium, qpdf
and pdf.js the last. So they disagree on what was signed. The same value twice is no harm, and found in use.
Of two objects of one number in an object stream (7.5.7) pdfium shows the one to which the table counts,
poppler, MuPDF and pyHanko take the first, qpdf and PDFBox the last.
"""

import itertools
import os
import re
from dataclasses import dataclass
from typing import Any, BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import DictionaryObject, NameObject, Reference, StreamObject, read_object
from pyhanko.pdf_utils.misc import PdfReadError, read_non_whitespace

from signing.pdf.literals import read_name

TYPES = {"/Sig", "/DocTimeStamp"}
NUMBER = re.compile(rb"\d+")
MOST = 1000  # that are remembered of one file
#: With which an entry or its value begins.
PLAIN_MARKS = frozenset(bytes((one,)) for one in b"/>[(<0123456789-")


@dataclass(frozen=True, slots=True)
class Twice:
    """The key of an entry, and what has it: the object of that number and generation or, where it is None, a
    trailer; `offset`: where that ends, in the file or in its object stream."""

    key: str
    of: tuple[int, int] | None
    offset: int


def read_dictionary(
    stream: BinaryIO,
    container_ref: Any,
    as_metadata_stream: bool = False,
    in_content_stream: Any = generic.ContentOpReading.NO,
) -> Any:
    """As pyHanko reads a dictionary, the first value of an entry; what is there twice goes on a list of its
    reader where that keeps one."""
    if stream.read(2) != b"<<":
        raise PdfReadError("a dictionary was expected")
    data: dict[Any, Any] = {}
    differing: list[tuple[str, Any, int]] = []
    handler = container_ref.get_pdf_handler()
    while _mark(stream) != b">":
        stream.seek(-1, os.SEEK_CUR)
        key, value = _entry(stream, container_ref, in_content_stream)
        if key not in data:
            data[key] = value
        elif not _same(data[key], value):
            differing.append((str(key), value, stream.tell()))
    for name, value, place in differing:
        if not _is_timestamp(data, name, value):
            _remember(handler, name, container_ref, place)
    stream.read(1)
    payload = None if in_content_stream else _payload(stream, data, handler)  # type: ignore[no-untyped-call]
    if payload is None:
        return DictionaryObject(data)  # type: ignore[no-untyped-call]
    made = _metadata_stream() if as_metadata_stream else StreamObject
    return made(data, encoded_data=payload)


def listed_twice(data: bytes, first: int, count: int) -> list[int]:
    """The numbers that an object stream gives more than one object. `data`: what it holds, unpacked; `first`
    and `count`: its /First and /N."""
    head = [int(found[0]) for found in NUMBER.finditer(data, 0, first)][: 2 * count]
    numbers, offsets = head[::2], head[1::2]
    if len(set(numbers)) == len(numbers):
        return []
    following = dict(itertools.pairwise([*sorted(set(offsets)), len(data)]))
    objects: dict[int, set[bytes]] = {}
    for number, offset in zip(numbers, offsets, strict=False):
        objects.setdefault(number, set()).add(data[first + offset : first + following[offset]].strip())
    return [number for number, bodies in objects.items() if len(bodies) > 1]


def _same(one: Any, other: Any) -> bool:
    """Also of the same type: to Python a name and a string of the same letters are equal."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        mine, theirs = dict(dict.items(one)), dict(dict.items(other))
        return mine.keys() == theirs.keys() and all(_same(mine[key], theirs[key]) for key in mine)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, list.__iter__(one), list.__iter__(other)))
    return bool(one == other)


def _is_timestamp(data: dict[Any, Any], key: str, other: Any) -> bool:
    """Both types of a document timestamp, as one maker writes them: what it is its SubFilter says alone (ISO
    32000-2, table 255)."""
    types = (data.get(key), other)
    named = key == "/Type" and all(isinstance(one, NameObject) for one in types)
    return named and set(types) == TYPES and bool(data.get("/SubFilter") == "/ETSI.RFC3161")


def _entry(stream: BinaryIO, container_ref: Any, in_content_stream: Any) -> tuple[Any, Any]:
    try:
        key = read_name(stream)
    except Exception as error:  # as pyHanko: whatever stands there, it is no name
        raise PdfReadError("the key of an entry was expected") from error
    _mark(stream)
    stream.seek(-1, os.SEEK_CUR)
    return key, read_object(stream, container_ref, in_content_stream=in_content_stream)


def _mark(stream: BinaryIO) -> bytes:
    """The next byte that is no white space, nor of a comment."""
    first = stream.read(1)
    if first in PLAIN_MARKS:
        return first
    stream.seek(-len(first), os.SEEK_CUR)
    return bytes(read_non_whitespace(stream))  # type: ignore[no-untyped-call]


def _remember(handler: Any, key: str, container_ref: Any, offset: int) -> None:
    twice = getattr(handler, "twice", None)
    if twice is not None and len(twice) < MOST:
        of = (container_ref.idnum, container_ref.generation) if isinstance(container_ref, Reference) else None
        twice.append(Twice(key, of, offset))


def _metadata_stream() -> Any:
    from pyhanko.pdf_utils.metadata.xmp_xml import MetadataStream

    return MetadataStream


_payload = generic._maybe_read_stream_payload  # noqa: SLF001 (said nowhere else)
DictionaryObject.read_from_stream = staticmethod(read_dictionary)  # type: ignore[method-assign]
