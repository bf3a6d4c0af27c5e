"""Where a page prints a name, by its text layer; also of scans that were read and carry unseen text."""

import ctypes
import unicodedata
from collections.abc import Iterator, Sequence

import pypdfium2 as pdfium
from pypdfium2 import raw

from signing.marks.ink import Box
from signing.pdf.document import Geometry

Letter = tuple[str, int]  # folded, and its number on the page


def find(page: pdfium.PdfPage, geometry: Geometry, name: str) -> list[Box]:
    """The boxes of a name, the lowest first, in points of the page as it is read. Case, kinds of white space,
    and whether marks are letters of their own make no difference."""
    text = page.get_textpage()
    letters = list(_letters(text))
    wanted = "".join(letter for letter, _ in _folded(name))
    whole = "".join(letter for letter, _ in letters)
    found, start = [], whole.find(wanted) if wanted else -1
    while start >= 0:
        found.append(_box(text, letters[start : start + len(wanted)], geometry))
        start = whole.find(wanted, start + len(wanted))
    text.close()
    return sorted(found, key=lambda box: -box[3])


def _letters(text: pdfium.PdfTextPage) -> Iterator[Letter]:
    count = raw.FPDFText_CountChars(text)
    return _folded("".join(_letter(raw.FPDFText_GetUnicode(text, i)) for i in range(count)))


def _letter(code: int) -> str:
    """One letter for each number, so that counting stays right."""
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\0"


def _folded(text: str) -> Iterator[Letter]:
    """Letters with their marks put together, in lower case, white space as one space."""
    pending: Letter | None = None
    for number, letter in enumerate(text):
        if pending and unicodedata.combining(letter):
            pending = (unicodedata.normalize("NFC", pending[0] + letter), pending[1])
        elif letter.isspace() or letter == "\0":
            if pending and pending[0] != " ":
                yield pending
                pending = (" ", number)
        else:
            if pending:
                yield pending
            pending = (unicodedata.normalize("NFC", letter).lower()[:1], number)
    if pending and pending[0] != " ":
        yield pending


def _box(text: pdfium.PdfTextPage, letters: Sequence[Letter], geometry: Geometry) -> Box:
    boxes = [_of_letter(text, number) for letter, number in letters if letter != " "]
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    left, top, right, bottom = (
        side * geometry.unit for side in geometry.shown((min(lefts), min(bottoms), max(rights), max(tops)))
    )
    return left, top, right, bottom


def _of_letter(text: pdfium.PdfTextPage, number: int) -> Box:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(text, number, left, right, bottom, top)
    return left.value, bottom.value, right.value, top.value
