"""Names, references, arrays of them and hexadecimal strings as a PDF writes them, read in blocks.

pyHanko reads them byte by byte, which was half of the time that a file with many signatures took. Whatever is
not written in the plain way is left to it.
"""

import binascii
import os
import re
from typing import Any, BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    ByteStringObject,
    IndirectObject,
    NameObject,
    pdf_string,
    read_object,
)
from pyhanko.pdf_utils.misc import PdfReadError, PdfStreamError, read_non_whitespace

from signing.pdf.signed_bytes import PDF_SPACE

#: A name of letters and figures, up to what ends it (ISO 32000-1, 7.2.2 and 7.3.5).
NAME = re.compile(rb"(/[A-Za-z0-9_.+-]+)[\x00\t\n\x0c\r ()<>\[\]{}/%]")
NAME_BLOCK = 48  # bytes; the longest names in use have some thirty
REFERENCE = re.compile(rb"([1-9]\d{0,9}) (\d{1,5}) R")
REFERENCE_BLOCK = 20
RUN = re.compile(rb"(?:[\n\r ]?[1-9]\d{0,9} \d{1,5} R(?=[^A-Za-z]))+")
RUN_BLOCK = 1024
HEX_BLOCK = 4096
LONGEST_HEX = 64 << 20  # bytes of digits and white space; signature values have some ten thousand
LONGEST_WORDS = 512  # bytes of text without a mark that are looked at as such, which is slow
MARKS = (b"\xfe\xff", b"\xff\xfe", b"\xef\xbb")  # UTF-16 and UTF-8


def read_name(stream: BinaryIO) -> Any:
    """A name, from its slash on; what ends it is not read. Raises PdfReadError."""
    block = stream.read(NAME_BLOCK)
    found = NAME.match(block)
    stream.seek((found.end(1) if found else 0) - len(block), os.SEEK_CUR)
    return NameObject(found[1].decode("ascii")) if found else _read_name(stream)


def read_reference(stream: BinaryIO, container_ref: Any) -> Any:
    """A reference, from its first figure on. Raises PdfReadError and PdfStreamError."""
    block = stream.read(REFERENCE_BLOCK)
    found = REFERENCE.match(block)
    stream.seek((found.end() if found else 0) - len(block), os.SEEK_CUR)
    if not found:
        return _read_reference(stream, container_ref)
    return IndirectObject(int(found[1]), int(found[2]), container_ref.get_pdf_handler())  # type: ignore[no-untyped-call]


def read_array(
    stream: BinaryIO, container_ref: Any, in_content_stream: Any = generic.ContentOpReading.NO
) -> Any:
    """An array, from its opening bracket on. Raises PdfReadError and PdfStreamError."""
    if stream.read(1) != b"[":
        raise PdfReadError("an array was expected")
    found = ArrayObject()
    while not in_content_stream and (run := _run(stream, container_ref)):
        found += run
    while read_non_whitespace(stream) != b"]":  # type: ignore[no-untyped-call]
        stream.seek(-1, os.SEEK_CUR)
        found.append(read_object(stream, container_ref, in_content_stream=in_content_stream))
    return found


def _run(stream: BinaryIO, container_ref: Any) -> list[IndirectObject]:
    """The references that follow one another here."""
    block = stream.read(RUN_BLOCK)
    found = RUN.match(block)
    stream.seek((found.end() if found else 0) - len(block), os.SEEK_CUR)
    numbers = found[0].replace(b"R", b"").split() if found else []
    version = container_ref.get_pdf_handler()
    run = [
        IndirectObject(int(number), int(generation), version)  # type: ignore[no-untyped-call]
        for number, generation in zip(numbers[::2], numbers[1::2], strict=True)
    ]
    for one in run:
        one.container_ref = container_ref
    return run


def read_hex_string(stream: BinaryIO) -> Any:
    """A string in hexadecimal digits, from its opening bracket on (ISO 32000-1, 7.3.4.3). Raises
    PdfStreamError."""
    stream.read(1)
    digits = bytearray()
    while True:
        block = stream.read(HEX_BLOCK)
        end = block.find(b">")
        digits += block if end < 0 else block[:end]
        if len(digits) > LONGEST_HEX:
            raise PdfStreamError("a string too long to read")
        if end >= 0:
            stream.seek(end + 1 - len(block), os.SEEK_CUR)
            break
        if not block:
            raise PdfStreamError("a string without an end")
    digits = digits.translate(None, PDF_SPACE)
    try:
        value = binascii.unhexlify(digits + b"0" * (len(digits) % 2))
    except binascii.Error as error:
        raise PdfStreamError("no hexadecimal digit") from error
    # Words of this length begin with a mark of their encoding, else it is a signature value or the like.
    is_data = len(value) > LONGEST_WORDS and value[:2] not in MARKS
    return ByteStringObject(value) if is_data else pdf_string(value)


_read_name: Any = NameObject.read_from_stream
_read_reference: Any = IndirectObject.read_from_stream
ArrayObject.read_from_stream = staticmethod(read_array)  # type: ignore[method-assign]
NameObject.read_from_stream = staticmethod(read_name)  # type: ignore[method-assign]
IndirectObject.read_from_stream = staticmethod(read_reference)  # type: ignore[method-assign]
generic.read_hex_string_from_stream = read_hex_string
