"""Tells a PDF by its first bytes, also where its header comes late, is misspelt or is missing: PDFium or qpdf
opens these all the same."""

import re

#: Within which readers look for the header (ISO 32000-1, Annex H.3.4.1): scanners and mail gateways do write
#: before it.
WITHIN = 1024
#: Within which one with its version still makes a PDF: what a server said may have been stored before it.
HEAD_BYTES = 65_536
_WITH_VERSION = re.compile(rb"%PDF-?[12]\.\d")
_FIRST_OBJECT = re.compile(rb"(?:\s|%[^\r\n]*[\r\n])*\d{1,10}\s\d{1,5}\sobj\b")
#: What pictures begin with; one may hold the words of a header in what is said of it.
_PICTURES = (
    b"\xff\xd8\xff",
    b"\x89PNG",
    b"II*\0",
    b"MM\0*",
    b"II+\0",
    b"MM\0+",
    b"GIF8",
    b"RIFF",
    b"\0\0\0\x0cjP",
)


def is_pdf(head: bytes) -> bool:
    """Whether a file that begins so is a PDF with the header where it belongs."""
    return b"%PDF-" in head[: WITHIN + len(b"%PDF-")] and not head.startswith(_PICTURES)


def may_be_pdf(head: bytes) -> bool:
    """Whether it is one, or may be one without. Ask what else it may be before."""
    odd = _WITH_VERSION.search(head) or _FIRST_OBJECT.match(head)
    return is_pdf(head) or (odd is not None and not head.startswith(_PICTURES))
