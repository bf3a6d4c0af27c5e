"""Does a form field show the value that it has? Programs read /V, people see the appearance (ISO 32000-1,
12.7.3), and nothing in the format makes the two say the same."""

import io
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pikepdf
import pypdfium2 as pdfium
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

DEEPEST = 50  # levels of fields; real forms have three
PASSWORD, PUSH_BUTTON, COMBO = 1 << 13, 1 << 16, 1 << 17  # field flags (tables 228, 226, 230)
NUMBER = re.compile(r"([-+]?)([0-9](?:[0-9.,\s]*[0-9])?)")
DECIMALS = re.compile(r"[.,]([0-9]{1,2})$")
NOT_COMPARED: tuple[type[Exception], ...] = (
    pikepdf.PdfError,
    pdfium.PdfiumError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A field that shows something else than its value, and the pages (from 1) on which it does; `compared`
    is False where that could not be told."""

    name: str
    pages: tuple[int, ...]
    compared: bool = True


def contradictions(data: bytes, names: Collection[str]) -> list[Contradiction]:
    """Those among the fields of these names. Raises none of NOT_COMPARED."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            places = {
                note.objgen: number for number, page in enumerate(pdf.pages, 1) for note in _notes(page)
            }
            fields = [field for field in _fields(pdf) if field.name in names]
            return [found for field in fields if (found := _contradiction(field, places)) is not None]
    except NOT_COMPARED:
        return [Contradiction(name, (), compared=False) for name in sorted(names)]


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    kind: str
    flags: int
    value: Any
    node: Object
    widgets: tuple[Object, ...]


def _contradiction(field: _Field, places: dict[tuple[int, int], int]) -> Contradiction | None:
    try:
        wrong = [widget for widget in field.widgets if not _agrees(field, widget)]
    except NOT_COMPARED:
        return Contradiction(field.name, _pages(field.widgets, places), compared=False)
    if field.kind == "/Btn" and not wrong and not _one_is_on(field):
        wrong = list(field.widgets)
    return Contradiction(field.name, _pages(wrong, places)) if wrong else None


def _pages(widgets: Collection[Object], places: dict[tuple[int, int], int]) -> tuple[int, ...]:
    return tuple(sorted({places[w.objgen] for w in widgets if w.objgen in places}))


def _agrees(field: _Field, widget: Object) -> bool:
    if field.kind == "/Btn":
        state = widget.get("/AS", Name.Off)
        return bool(field.flags & PUSH_BUTTON or state in (Name.Off, field.value))
    if field.kind not in ("/Tx", "/Ch") or field.flags & PASSWORD or isinstance(field.value, Array):
        return True
    if field.kind == "/Ch" and not field.flags & COMBO:
        return True  # a list shows all that can be chosen
    drawn = widget.get("/AP", Dictionary()).get("/N")
    return not isinstance(drawn, Stream) or alike(_value_text(field), _shown(drawn))


def _one_is_on(field: _Field) -> bool:
    """A box or a row of them with a value shows it somewhere."""
    if field.flags & PUSH_BUTTON or field.value in (None, Name.Off):
        return True
    return any(widget.get("/AS") == field.value for widget in field.widgets)


def alike(value: str, shown: str) -> bool:
    """The same letters and digits, or a number that is shown with separators, decimals and a unit."""
    amount = _number(value)
    if amount is not None and not any(c.isalpha() for c in value):
        return amount == _number(shown)
    return _letters(value) == _letters(shown)


def _number(text: str) -> Decimal | None:
    """The one number in a text. A last separator with one or two digits behind it is that of decimals."""
    found = NUMBER.findall(text)
    if len(found) != 1:
        return None
    sign, written = found[0]
    decimals = DECIMALS.search(written)
    whole = written[: decimals.start()] if decimals else written
    return Decimal(f"{sign}{re.sub(r'[^0-9]', '', whole)}.{decimals[1] if decimals else 0}")


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _value_text(field: _Field) -> str:
    """The value as a person is shown it: of a choice, the words that stand for it (/Opt)."""
    value = _text(field.value)
    for choice in _inherited(field.node, "/Opt") or ():
        if isinstance(choice, Array) and len(choice) == 2 and _text(choice[0]) == value:
            return _text(choice[1])
    return value


def _text(value: Any) -> str:
    if isinstance(value, Stream):
        return value.read_bytes().decode("utf-8", "replace")
    return "" if value is None else str(value)


def _shown(appearance: Stream) -> str:
    """The words that an appearance draws, as pdfium reads them from a page that draws nothing else."""
    with pikepdf.new() as alone:
        box = [float(v) for v in appearance.get("/BBox", Array([0, 0, 100, 20]))]
        width, height = max(1.0, abs(box[2] - box[0])), max(1.0, abs(box[3] - box[1]))
        page = alone.add_blank_page(page_size=(width, height))
        form = alone.copy_foreign(appearance)
        form.Type, form.Subtype = Name.XObject, Name.Form
        page.obj.Resources = Dictionary(XObject=Dictionary(Shown=form))
        left, bottom = min(box[0], box[2]), min(box[1], box[3])
        page.obj.Contents = alone.make_stream(b"1 0 0 1 %f %f cm /Shown Do" % (-left, -bottom))
        target = io.BytesIO()
        alone.save(target)
    document = pdfium.PdfDocument(target.getvalue())
    try:
        return str(document[0].get_textpage().get_text_bounded())
    finally:
        document.close()


def _fields(pdf: Pdf) -> Iterator[_Field]:
    """The fields that have a value of their own."""
    form = pdf.Root.get("/AcroForm", Dictionary())
    waiting = [(entry, "", 0) for entry in form.get("/Fields", Array())]
    while waiting:
        node, above, depth = waiting.pop()
        if not isinstance(node, Dictionary) or depth > DEEPEST:
            continue
        name = ".".join(part for part in (above, _text(node.get("/T"))) if part)
        kids = [kid for kid in node.get("/Kids", Array()) if isinstance(kid, Dictionary)]
        below = [kid for kid in kids if "/T" in kid]
        waiting += [(kid, name, depth + 1) for kid in below]
        if not below:
            flags, kind = _inherited(node, "/Ff"), str(_inherited(node, "/FT"))
            yield _Field(name, kind, int(flags or 0), _inherited(node, "/V"), node, tuple(kids or [node]))


def _inherited(node: Any, key: str) -> Any:
    for _ in range(DEEPEST):
        if not isinstance(node, Dictionary) or key in node:
            break
        node = node.get("/Parent")
    return node.get(key) if isinstance(node, Dictionary) else None


def _notes(page: pikepdf.Page) -> list[Object]:
    return [note for note in page.obj.get("/Annots", Array()) if isinstance(note, Dictionary)]
