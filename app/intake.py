"""What comes in at the door: the type of a file by its first bytes, its name, and its size while it flows."""

import io
import secrets
import unicodedata
from datetime import datetime
from typing import BinaryIO

from ocr import limits as refusals
from ocr.limits import Limits
from ocr.sources import pdf_header

#: Bytes that are looked at to tell what a file is.
HEAD_BYTES = pdf_header.HEAD_BYTES

#: What a file is called that came without a name.
NAMELESS = "khong-ten"

_NAME_LENGTH = 200
#: Control, format and unassigned characters, and line breaks of all kinds: names turn or hide with them.
_UNFIT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),  # BigTIFF
    (b"MM\x00+", "image/tiff"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/jp2"),  # a bare JPEG 2000 codestream
)

_TO_PDF = ("Hãy mở tệp, lưu thành PDF rồi gửi lại.", "Open it, save it as PDF and send it again.")
_TO_JPEG = (
    "Hãy đổi ảnh sang JPEG rồi gửi lại; trên iPhone: Cài đặt, Camera, Định dạng, Tương thích nhất.",
    "Turn it into JPEG and send it again; on an iPhone: Settings, Camera, Formats, Most Compatible.",
)
_TO_FILES = ("Hãy giải nén rồi gửi từng tệp.", "Unpack it and send its files.")
#: What people send by mistake, by bytes of its beginning and where they stand. ISO/IEC 14496-12, 4.3: the
#: brand of a phone's picture; ECMA-376-2: an office document is an archive with a list of its parts.
_NOT_TAKEN = (
    (4, b"ftyphei", "HEIC", _TO_JPEG),
    (4, b"ftyphev", "HEIC", _TO_JPEG),
    (4, b"ftypmif1", "HEIC", _TO_JPEG),
    (4, b"ftypavif", "AVIF", _TO_JPEG),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Word, Excel, PowerPoint (.doc, .xls, .ppt)", _TO_PDF),
    (0, b"{\\rtf", "RTF", _TO_PDF),
    (0, b"Rar!\x1a\x07", "RAR", _TO_FILES),
    (0, b"7z\xbc\xaf\x27\x1c", "7-Zip", _TO_FILES),
)
ARCHIVE_BYTES = 1024  # of an archive in which its first names tell what it is
_ARCHIVE = b"PK\x03\x04"
_OFFICE = (b"[Content_Types].xml", b"_rels/", b"word/", b"xl/", b"ppt/", b"mimetypeapplication/vnd.oasis")


def media_type(head: bytes) -> str:
    """The type that the first bytes tell. Raises Refusal (empty, not-a-document)."""
    if not head:
        raise refusals.empty()
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if pdf_header.is_pdf(head):
        return "application/pdf"
    known = _not_taken(head)
    if known is None and pdf_header.may_be_pdf(head):
        return "application/pdf"
    raise known or refusals.not_a_document()


def _not_taken(head: bytes) -> refusals.Refusal | None:
    for at, magic, what, instead in _NOT_TAKEN:
        if head[at:].startswith(magic):
            return refusals.not_taken(what, *instead)
    if head.startswith(_ARCHIVE):
        office = any(name in head[:ARCHIVE_BYTES] for name in _OFFICE)
        what, instead = ("Word, Excel, PowerPoint", _TO_PDF) if office else ("ZIP", _TO_FILES)
        return refusals.not_taken(what, *instead)
    return None


def file_name(name: str) -> str:
    """The last part of a name that a stranger chose, fit to be shown and kept: without what misleads a reader
    or a terminal, not endless, and with its extension."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    shown = "".join(c for c in last if unicodedata.category(c) not in _UNFIT).strip(" .")
    if len(shown) > _NAME_LENGTH:
        stem, dot, extension = shown.rpartition(".")
        tail = dot + extension if stem and len(extension) <= 8 else ""
        shown = (shown[: _NAME_LENGTH - len(tail)] + tail).strip(" .")
    return shown or NAMELESS


def new_id(now: datetime) -> str:
    """A record's id: grows with time in its first 12 digits, and cannot be guessed."""
    return f"{int(now.timestamp() * 1000):012x}{secrets.token_hex(10)}"


class Measured(io.RawIOBase):
    """The bytes of an upload, its head put back before the rest. Raises Refusal once over the limit."""

    def __init__(self, head: bytes, rest: BinaryIO, limits: Limits) -> None:
        self._head = head
        self._rest = rest
        self._limit = limits.file_bytes
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        chunk = self._head[: len(buffer)] or self._rest.read(len(buffer)) or b""
        self._head = self._head[len(chunk) :] if self._head else b""
        self._read += len(chunk)
        if self._read > self._limit:
            raise refusals.too_large(self._read, self._limit)
        buffer[: len(chunk)] = chunk
        return len(chunk)


def measured(source: BinaryIO, limits: Limits) -> tuple[str, BinaryIO]:
    """The type of what comes, and the same bytes to be read once, within limits."""
    head = bytearray()
    while len(head) < HEAD_BYTES and (chunk := source.read(HEAD_BYTES - len(head))):
        head += chunk
    kind = media_type(bytes(head))
    return kind, io.BufferedReader(Measured(bytes(head), source, limits), 1 << 20)
