"""Signature values inside a PDF: the room for one is written by incremental update, what it covers is hashed,
the value is put in, and all of it is read back.

What stands before the update is hashed once and its bytes compared once, however large it is; only the update
itself is hashed again when it is read back.
"""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, enumerate_sig_fields
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigAppearanceSetup, SigObjSetup
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import PdfSignedData
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.pdf.parsing import GIVES_UP, open_pdf
from signing.pdf.signed_bytes import BLOCK, SignedRange, gap, only_padded, parse_range

MARK = b"/ByteRange"  # stands in every file that is signed or once was


class NotEmbedded(Exception):
    """What was read back is not what was to be written."""


@dataclass(frozen=True, slots=True)
class Before:
    """A document as it was before an update: where it stands, its length, and the digest of it so far.
    `marked`: a signature stands in its bytes, whether the document shows it or not."""

    path: Path
    length: int
    hashed: Any
    marked: bool

    @classmethod
    def of(cls, path: Path, algorithm: str) -> "Before":
        """In one pass over the file. Raises OSError."""
        hashed, length, marked, tail = hashlib.new(algorithm), 0, False, b""
        with path.open("rb") as stream:
            while block := stream.read(BLOCK):
                hashed.update(block)
                length += len(block)
                marked = marked or MARK in block or MARK in tail + block[: len(MARK)]
                tail = block[-len(MARK) :]
        return cls(path, length, hashed, marked)

    @classmethod
    def again(cls, draft: Path, length: int, algorithm: str) -> "Before":
        """The same out of the first bytes of a draft that was written after them. Raises OSError."""
        hashed = hashlib.new(algorithm)
        with draft.open("rb") as stream:
            while left := length - stream.tell():
                block = stream.read(min(BLOCK, left))
                if not block:
                    break
                hashed.update(block)
        return cls(draft, length, hashed, marked=False)

    def begins(self, whole: Path) -> bool:
        """Does that file start with these bytes?"""
        with whole.open("rb") as theirs, self.path.open("rb") as ours:
            while block := ours.read(BLOCK):
                if theirs.read(len(block)) != block:
                    return False
        return True


@dataclass(frozen=True, slots=True)
class Room:
    """The room for a value: which bytes the signature covers, and their digest."""

    covered: SignedRange
    digest: bytes


def free_name(reader: PdfFileReader, kind: str) -> str:
    """The first of `kind` and a number that no signature field is called."""
    taken = {name for name, _, _ in enumerate_sig_fields(reader)}
    return next(name for number in range(1, len(taken) + 2) if (name := f"{kind}{number}") not in taken)


def make_room(
    stream: BinaryIO,
    writer: IncrementalPdfFileWriter,
    before: Before,
    spec: SigFieldSpec,
    value: PdfSignedData,
    appearance: SigAppearanceSetup | None = None,
) -> Room:
    """Write the update with a signature field and no value yet. `stream` is the document that `writer`
    updates, opened to be read and written."""
    writer.ensure_output_version(version=(1, 7))  # type: ignore[no-untyped-call]
    if writer.output_version < (2, 0):
        writer.register_extension(ESIC_EXTENSION_1)
    steps = PdfCMSEmbedder(spec).write_cms(spec.sig_field_name, writer)
    next(steps)
    steps.send(SigObjSetup(value, appearance_setup=appearance))
    steps.close()  # its last step would hash from the first byte again
    writer.digest_aware_write = True
    writer.write_in_place()  # type: ignore[no-untyped-call]
    end = stream.tell()
    first_end, second_start = value.contents.offsets
    value.byte_range.fill_offsets(stream, first_end, second_start, end)  # type: ignore[no-untyped-call]
    covered = SignedRange(first_end, second_start, end)
    return Room(covered, _digest(stream, before, covered))


def fill(stream: BinaryIO, covered: SignedRange, value: bytes) -> None:
    """Put the value into its room, whatever stood there; what is left of it is zeros. Raises NotEmbedded."""
    digits = covered.second_start - covered.first_end - 2
    if 2 * len(value) > digits:
        raise NotEmbedded(f"{len(value)} bytes, and room for {digits // 2}")
    stream.seek(covered.first_end)
    stream.write(b"<" + value.hex().upper().encode().ljust(digits, b"0") + b">")
    stream.flush()


def empty(draft: Path, covered: SignedRange) -> None:
    """Take the value out of its room again, and all that was written after it."""
    with draft.open("rb+") as stream:
        fill(stream, covered, b"")
        stream.truncate(covered.end)


def digest_of(draft: Path, before: Before, covered: SignedRange) -> bytes:
    """The digest of what a signature covers. Raises OSError."""
    with draft.open("rb") as stream:
        return _digest(stream, before, covered)


def read_back(whole: Path, before: Before, field: str, value: bytes) -> tuple[EmbeddedPdfSignature, bytes]:
    """The signature in `field` and the digest of what it covers, once it is known that this value stands
    alone in its gap and covers all the rest. Raises NotEmbedded."""
    try:
        with whole.open("rb") as stream:
            embedded = _embedded(open_pdf(stream), field)
            end = stream.seek(0, io.SEEK_END)
            covered = parse_range([int(v) for v in embedded.byte_range], end)
            if covered is None or covered.end != end or covered.first_end < before.length:
                raise NotEmbedded("the signature does not cover the whole file")
            update = _between(stream, before.length, end)
            found = gap(update, _moved(covered, before.length))
            if found is None or not found.startswith(value) or not only_padded(found):
                raise NotEmbedded("something else stands in the room of the value")
            return embedded, _digest(stream, before, covered)
    except GIVES_UP as error:
        raise NotEmbedded("the written document cannot be read") from error


def _embedded(reader: PdfFileReader, field: str) -> EmbeddedPdfSignature:
    """The signature in a field. Raises NotEmbedded."""
    for name, _, found in enumerate_sig_fields(reader, filled_status=True):
        if name == field:
            return EmbeddedPdfSignature(reader, found, name)
    raise NotEmbedded(f"no value in the field {field}")


def _digest(stream: BinaryIO, before: Before, covered: SignedRange) -> bytes:
    hashed = before.hashed.copy()
    hashed.update(_between(stream, before.length, covered.first_end))
    hashed.update(_between(stream, covered.second_start, covered.end))
    digest: bytes = hashed.digest()
    return digest


def _between(stream: BinaryIO, start: int, end: int) -> bytes:
    stream.seek(start)
    return stream.read(end - start)


def _moved(covered: SignedRange, by: int) -> SignedRange:
    """The same stretches, counted from the byte `by`."""
    return SignedRange(covered.first_end - by, covered.second_start - by, covered.end - by)
