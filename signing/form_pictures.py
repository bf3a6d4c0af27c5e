"""What the fields of a form say beside what their pictures show: programs read the one, people the other.

A viewer draws a field from its appearance stream and asks nobody whether that shows the value (ISO 32000-1,
12.7.3.3); such fields are one way of the "replace" attack of "Shadow Attacks" (NDSS 2021).
"""

import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.document import form_fields
from signing.notes import note
from signing.parsing import PARSE_ERRORS
from signing.report import Note

DEEPEST = 50  # levels of fields; real forms have three
MOST = 5_000  # fields; more take longer than a verification has
UNSHOWN = 0b100010  # annotation flags Hidden and NoView (ISO 32000-1, table 165)
NAMED = 5  # fields that a warning names
NOT_COMPARED: tuple[type[Exception], ...] = (*PARSE_ERRORS, pikepdf.PdfError, pdfium.PdfiumError)
PASSWORD = 1 << 13  # field flag; its picture shows stars (table 228)


def fields(pdf: Pdf) -> list[Object]:
    """The fields of a form that have no further ones below them, and their widgets."""
    return _below(pdf.Root.get("/AcroForm", Dictionary()).get("/Fields"))


def _below(found: Any, depth: int = 0) -> list[Object]:
    if not isinstance(found, Array) or depth > DEEPEST:
        return []
    leaves: list[Object] = []
    for field in found:
        if isinstance(field, Dictionary):
            leaves += _below(field.get("/Kids"), depth + 1) or [field]
    return leaves


def inherited(node: Any, name: str) -> Any:
    """A value from the node or the nearest above it that has it."""
    for _ in range(DEEPEST):
        if not isinstance(node, Dictionary | Stream) or name in node:
            break
        node = node.get("/Parent")
    return node.get(name) if isinstance(node, Dictionary | Stream) else None


def unlike(pdf: Pdf) -> list[str]:
    """The names of the fields whose pictures do not show their values. Raises pikepdf.PdfError,
    pypdfium2.PdfiumError and ValueError where they cannot be compared."""
    shown = [field for field in fields(pdf) if not int(field.get("/F", 0)) & UNSHOWN]
    if len(shown) > MOST:
        raise ValueError("too many fields to compare")
    found = [field for field in shown if inherited(field, "/FT") == Name.Btn and not _is_switched(field)]
    written = [field for field in shown if _is_written(field)]
    if written:
        pairs = zip(written, _texts(pdf, written), strict=True)
        found += [field for field, text in pairs if not any(_same(v, text) for v in _values(field))]
    return [_name(field) for field in found]


def notes(reader: PdfFileReader, source: Path) -> list[Note]:
    """What a verification says of the form in a document that it reads from this file."""
    try:
        if not any(field.terminal and not field.is_signature for field in form_fields(reader)):
            return []
        with pikepdf.open(source) as pdf:
            names = unlike(pdf)
    except NOT_COMPARED:
        return [note("form-not-compared")]
    return [note("form-value-differs", fields=", ".join(names[:NAMED]))] if names else []


def _is_switched(button: Object) -> bool:
    """Does a box or radio button show the state that its value names?"""
    states = button.get("/AP", Dictionary()).get("/N", Dictionary())
    value = inherited(button, "/V")
    if isinstance(states, Stream) or not isinstance(states, Dictionary) or "/AS" not in button:
        return True  # one picture for every value, or none
    on = [str(state) for state in states.keys() if str(state) != "/Off"]  # noqa: SIM118
    wanted = str(value) if value is not None and str(value) in on else "/Off"
    return str(button.AS) == wanted


def _is_written(field: Object) -> bool:
    """Is it a field of text or choice with a value and one picture of it?"""
    if inherited(field, "/FT") not in (Name.Tx, Name.Ch) or inherited(field, "/V") is None:
        return False
    drawn = isinstance(field.get("/AP", Dictionary()).get("/N"), Stream)
    return drawn and not int(inherited(field, "/Ff") or 0) & PASSWORD


def _values(field: Object) -> Iterator[str]:
    """The value in the ways it may be shown: itself, and what a list shows for it."""
    value = inherited(field, "/V")
    chosen = list(value) if isinstance(value, Array) else [value]
    plain = [_text(one) for one in chosen]
    yield "".join(plain)
    options = inherited(field, "/Opt")
    if isinstance(options, Array):
        pairs = [option for option in options if isinstance(option, Array) and len(option) == 2]
        shown = {_text(pair[0]): _text(pair[1]) for pair in pairs}
        yield "".join(shown.get(one, one) for one in plain)
        # a list box draws all it has to choose from
        yield "".join(_text(option[1] if isinstance(option, Array) else option) for option in options)


def _text(value: Any) -> str:
    if isinstance(value, Stream):
        return value.read_bytes().decode("utf-8", "replace")
    return str(value)


def _texts(pdf: Pdf, written: Sequence[Object]) -> list[str]:
    """What the picture of each field says, each put on a page of its own."""
    with pikepdf.new() as drawn:
        for field in written:
            drawn.add_blank_page(page_size=(600, 200))
            picture = drawn.copy_foreign(pdf.make_indirect(field.AP.N))
            if "/Font" not in picture.get("/Resources", Dictionary()):
                fallback = pdf.Root.AcroForm.get("/DR")  # where viewers look next
                if fallback is not None:
                    picture.Resources = drawn.copy_foreign(pdf.make_indirect(fallback))
            page = drawn.pages[-1]
            page.Resources = Dictionary(XObject=Dictionary(Picture=picture))
            page.Contents = drawn.make_stream(b"/Picture Do")
            page.MediaBox = _around(picture)
        drawn.save(target := io.BytesIO())
    with pdfium.PdfDocument(target.getvalue()) as opened:
        return [_read(opened[number]) for number in range(len(opened))]


def _around(picture: Object) -> Array:
    """A page that holds the box of a picture, wherever that lies."""
    x0, y0, x1, y1 = (float(side) for side in picture.get("/BBox", [0, 0, 600, 200]))
    return Array([min(x0, x1) - 1, min(y0, y1) - 1, max(x0, x1) + 1, max(y0, y1) + 1])


def _read(page: pdfium.PdfPage) -> str:
    text = page.get_textpage()
    said = str(text.get_text_range())
    text.close()
    return said


def _same(value: str, shown: str) -> bool:
    """Do they say the same but for white space and the ways to write numbers and dates?"""
    one, other = _bare(value), _bare(shown)
    if one == other:
        return True
    numbers, others = _numbers(value), _numbers(shown)
    return bool(numbers) and not any(map(str.isalpha, one)) and sorted(numbers) == sorted(others)


def _bare(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in text if letter.isprintable() and not letter.isspace())


def _numbers(text: str) -> list[int]:
    """The numbers of a text: dots and commas before three digits group them, zeros behind one are no more."""
    text = re.sub(r"(?<=\d)[.,\s](?=\d{3}(?!\d))", "", text)
    text = re.sub(r"(?<=\d)[.,]0{1,2}(?!\d)", "", text)
    return [int(number) for number in re.findall(r"\d+", text)]


def _name(field: Object) -> str:
    """The name of a field with those above it."""
    names: list[str] = []
    node: Any = field
    while isinstance(node, Dictionary) and len(names) < DEEPEST:
        if "/T" in node:
            names.append(str(node.T))
        node = node.get("/Parent")
    return ".".join(reversed(names))
