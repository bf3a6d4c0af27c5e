"""Reading untrusted PDF: what the parser may throw at a hostile file."""

import io
import mmap
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from cryptography import x509 as pyca
from cryptography.exceptions import UnsupportedAlgorithm
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.cms.signature_values import Uncheckable
from signing.pdf import other_files
from signing.pdf.versions import HEADER, HEADER_WINDOW, Reader, Version, counts_from

FAR_HEADER_WINDOW = 65_536  # bytes; what a server or a mail gateway wrote before a document is shorter

# pyHanko, asn1crypto and cryptography raise bare exceptions on hostile bytes; none may pass for a verdict.
PARSE_ERRORS: tuple[type[Exception], ...] = (
    PdfError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    UnboundLocalError,
    ArithmeticError,
    AssertionError,
    NotImplementedError,
    RecursionError,
    struct.error,
    zlib.error,
    OSError,
    MemoryError,
    UnsupportedAlgorithm,
    Uncheckable,
    pyca.InvalidVersion,
    pyca.DuplicateExtension,
    pyca.UnsupportedGeneralNameType,
)


class Unreadable(Exception):
    """A file that cannot be verified; `code` is one of the notes."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


#: What reading a document may raise, at whatever depth.
GIVES_UP: tuple[type[Exception], ...] = (Unreadable, *PARSE_ERRORS)


def open_pdf(stream: BinaryIO) -> Reader:
    """A reader of the document. Raises Unreadable."""
    head = stream.read(FAR_HEADER_WINDOW)
    stream.seek(0)
    if not head:
        raise Unreadable("empty")
    if b"%PDF-" not in head[:HEADER_WINDOW]:
        raise Unreadable(_late(head) if HEADER.search(head) else other_files.kind_of(head))
    try:
        if counts_from(stream, head.index(b"%PDF-")):
            raise Unreadable(_late(head))
        reader = Reader(stream)
        encrypted = reader.encrypted
    except PARSE_ERRORS as error:
        raise Unreadable("damaged") from error
    if encrypted and not _unlocked(reader):
        raise Unreadable("encrypted")
    try:
        reader.root["/Pages"].get("/Count")
    except PARSE_ERRORS as error:
        raise Unreadable("damaged") from error
    return reader


def _late(head: bytes) -> str:
    """What to say of a PDF that begins later: it may lie in a file of another kind."""
    return other_files.container_of(head) or "bytes-before"


def begins_late(head: bytes) -> bool:
    """Does something stand before the document, by the first FAR_HEADER_WINDOW bytes of its file?"""
    found = HEADER.search(head)
    return found is not None and found.start() > 0


def problem_of(path: Path) -> str | None:
    """Why the file at `path` cannot be read, as a code of Unreadable; None where it can."""
    try:
        with path.open("rb") as stream:
            open_pdf(stream)
    except Unreadable as error:
        return error.code
    except PARSE_ERRORS:
        return "damaged"
    return None


def open_version(whole: Reader, data: bytes | mmap.mmap, end: int, revision: int) -> Reader:
    """A reader of the first `end` bytes of a document, up to the end of an update. Raises Unreadable and
    PARSE_ERRORS."""
    if whole.encrypted:
        return open_pdf(io.BytesIO(data[:end]))
    return Version(whole, data, end, whole.last_part(revision))


def _unlocked(reader: PdfFileReader) -> bool:
    """Many documents are encrypted with an empty password: anybody can read them."""
    try:
        unlocked = bool(reader.decrypt(b"").status.value)
        if unlocked:
            _take_empty(reader.security_handler)
    except PARSE_ERRORS:
        return False
    return unlocked


def _take_empty(handler: Any) -> None:
    """Of no bytes is made no text: PDFBox leaves empty streams as they are where AES would make 32 bytes of
    them, and readers take them so."""
    ciphers = handler.get_string_filter(), handler.get_stream_filter(), handler.get_embedded_file_filter()
    for cipher in {id(one): one for one in ciphers}.values():
        cipher.decrypt = _but_empty(cipher.decrypt)


def _but_empty(decrypt: Callable[..., bytes]) -> Callable[..., bytes]:
    return lambda key, data, params=None: decrypt(key, data, params) if data else b""
