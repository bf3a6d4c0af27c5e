"""What the fields of a form say beside what their pictures show: programs read the one, people the other.

A viewer draws a field from its appearance stream and asks nobody whether that shows the value (ISO 32000-1,
12.7.3.3); such fields are one way of the "replace" attack of "Shadow Attacks" (NDSS 2021).
"""

import io
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pikepdf
import pypdfium2 as pdfium
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from signing.pdf.document import DEEPEST_FIELD, MAXIMUM_NODES, UNSHOWN
from signing.pdf.parsing import PARSE_ERRORS
from signing.reports.notes import note
from signing.reports.report import Note

MOST = 5_000  # fields; more take longer than a verification has
NAMED = 5  # fields that a warning names
#: PdfError is no base of the errors of pikepdf, PasswordError say; what qpdf does not name is a RuntimeError.
NOT_COMPARED: tuple[type[Exception], ...] = (
    *PARSE_ERRORS,
    pikepdf.PikepdfError,
    RuntimeError,
    pdfium.PdfiumError,
)
PASSWORD = 1 << 13  # field flag; its picture shows stars (table 228)
NUMBER = re.compile(r"([-+]?)([0-9](?:[0-9.,\s]*[0-9])?)")
DECIMALS = re.compile(r"[.,]([0-9]{1,2})$")


def fields(pdf: Pdf) -> list[Object]:
    """The fields of a form that have no further ones below them, and their widgets. Raises ValueError where
    it has more than anybody can look at."""
    return _below(pdf.Root.get("/AcroForm", Dictionary()).get("/Fields"), _Walk())


@dataclass(slots=True)
class _Walk:
    """What was entered of a form: one that names a field again and again is no larger for it."""

    seen: set[tuple[int, int]] = field(default_factory=set)
    count: int = 0

    def enters(self, node: Object) -> bool:
        """Raises ValueError."""
        self.count += 1
        if self.count > MAXIMUM_NODES:
            raise ValueError("the form has too many fields")
        if node.objgen in self.seen:
            return False
        if node.is_indirect:
            self.seen.add(node.objgen)
        return True


def _below(found: Any, walk: _Walk, depth: int = 0) -> list[Object]:
    if not isinstance(found, Array):
        return []
    if depth > DEEPEST_FIELD:
        raise ValueError("fields below fields without end")
    leaves: list[Object] = []
    for node in found:
        if isinstance(node, Dictionary) and walk.enters(node):
            leaves += _below(node.get("/Kids"), walk, depth + 1) or [node]
    return leaves


def inherited(node: Any, name: str) -> Any:
    """A value from the node or the nearest above it that has it."""
    for _ in range(DEEPEST_FIELD):
        if not isinstance(node, Dictionary | Stream) or name in node:
            break
        node = node.get("/Parent")
    return node.get(name) if isinstance(node, Dictionary | Stream) else None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A field whose picture does not show its value, and the pages (from 1) on which it does not; `compared`
    is False where that could not be told."""

    name: str
    pages: tuple[int, ...]
    compared: bool = True


def unlike(pdf: Pdf) -> list[str]:
    """The names of the fields whose pictures do not show their values. Raises pikepdf.PdfError,
    pypdfium2.PdfiumError and ValueError where they cannot be compared."""
    return list(dict.fromkeys(name_of(field) for field in _unlike(pdf, fields(pdf))))


def contradictions(data: bytes, names: Collection[str]) -> list[Contradiction]:
    """Those among the fields of these names."""
    try:
        return _contradictions(data, names)
    except NOT_COMPARED:
        return [Contradiction(name, (), compared=False) for name in sorted(names)]


def all_contradictions(data: bytes) -> list[Contradiction] | None:
    """Those among all fields; None where they cannot be compared."""
    try:
        return _contradictions(data, None)
    except NOT_COMPARED:
        return None


def _contradictions(data: bytes, names: Collection[str] | None) -> list[Contradiction]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        chosen = [field for field in fields(pdf) if names is None or name_of(field) in names]
        pages: dict[str, set[int]] = {}
        places = _places(pdf)
        for field in _unlike(pdf, chosen):
            pages.setdefault(name_of(field), set()).update(places.get(field.objgen, ()))
        return [Contradiction(name, tuple(sorted(found))) for name, found in pages.items()]


def notes(found: Sequence[Contradiction] | None) -> list[Note]:
    """What a verification says of the contradictions in a form, or that it was not compared."""
    if found is None:
        return [note("form-not-compared")]
    names = ", ".join(one.name for one in found[:NAMED])
    return [note("form-value-differs", fields=names)] if found else []


def _unlike(pdf: Pdf, chosen: Sequence[Object]) -> list[Object]:
    shown = [field for field in chosen if not int(field.get("/F", 0)) & UNSHOWN]
    if len(shown) > MOST:
        raise ValueError("too many fields to compare")
    found = [field for field in shown if inherited(field, "/FT") == Name.Btn and not _is_switched(field)]
    written = [field for field in shown if _is_written(field)]
    if written:
        pairs = zip(written, _texts(pdf, written), strict=True)
        found += [field for field, text in pairs if not any(alike(value, text) for value in _values(field))]
    return found


def _places(pdf: Pdf) -> dict[tuple[int, int], list[int]]:
    """The pages on which each widget stands."""
    found: dict[tuple[int, int], list[int]] = {}
    for number, page in enumerate(pdf.pages, 1):
        for widget in page.obj.get("/Annots", Array()):
            if isinstance(widget, Dictionary):
                found.setdefault(widget.objgen, []).append(number)
    return found


def _is_switched(button: Object) -> bool:
    """Does a box or radio button show the state that its value names?"""
    states = button.get("/AP", Dictionary()).get("/N", Dictionary())
    value = inherited(button, "/V")
    if isinstance(states, Stream) or not isinstance(states, Dictionary) or "/AS" not in button:
        return True  # one picture for every value, or none
    if not len(states):  # nothing is drawn; of several buttons in one field each has its own state
        return "/T" not in button or str(button.AS) == str(value or Name.Off)
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


def alike(value: str, shown: str) -> bool:
    """Do they say the same but for capitals, marks between, and the ways to write an amount or a date?"""
    if any(c.isalpha() for c in value):
        return _letters(value) == _letters(shown)
    if (amount := _amount(value)) is not None and _amount(shown) is not None:
        return amount == _amount(shown)
    figures = _figures(value)
    return _letters(value) == _letters(shown) or (bool(figures) and figures == _figures(shown))


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _amount(text: str) -> Decimal | None:
    """The one number in a text. A last separator with one or two digits behind it is that of decimals."""
    found = NUMBER.findall(text)
    if len(found) != 1:
        return None
    sign, written = found[0]
    decimals = DECIMALS.search(written)
    whole = written[: decimals.start()] if decimals else written
    return Decimal(f"{sign}{re.sub(r'[^0-9]', '', whole)}.{decimals[1] if decimals else 0}")


def _figures(text: str) -> list[int]:
    """The numbers of a date, in whatever order."""
    return sorted(int(figure) for figure in re.findall(r"\d+", text))


def name_of(field: Object) -> str:
    """The name of a field with those above it."""
    names: list[str] = []
    node: Any = field
    while isinstance(node, Dictionary) and len(names) < DEEPEST_FIELD:
        if "/T" in node:
            names.append(str(node.T))
        node = node.get("/Parent")
    return ".".join(reversed(names))
