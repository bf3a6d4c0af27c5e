"""What is said of a document without signatures that a person may have expected some in."""

import mmap
from collections.abc import Iterator
from contextlib import suppress

from signing.pdf import document
from signing.pdf.document import value_of
from signing.pdf.parsing import PARSE_ERRORS
from signing.pdf.signed_bytes import blank_after
from signing.pdf.versions import Reader
from signing.reports.notes import note
from signing.reports.report import Note

_END = b"%%EOF"


def hints(data: mmap.mmap, reader: Reader) -> list[Note]:
    """Why it may have none: it was cut off, the signed file is attached to it, or nobody has signed yet."""
    found: list[Note] = []
    if not blank_after(data, data.rfind(_END) + len(_END)):
        found.append(note("unsigned-cut-off"))
    with suppress(*PARSE_ERRORS):  # of what cannot be read there is no hint
        found += _within(reader)
    return found


def _within(reader: Reader) -> Iterator[Note]:
    names = value_of(reader.root, "/Names", {})
    if "/Collection" in reader.root or "/EmbeddedFiles" in names:
        yield note("unsigned-attachments")
    if any(field.kind == "/Sig" and not field.is_signed for field in document.form_fields(reader)):
        yield note("unsigned-fields")
