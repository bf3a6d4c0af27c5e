"""What the fields of a form say beside what their pictures show: programs read the one, people the other.

A viewer draws a field from its appearance stream and asks nobody whether that shows the value (ISO 32000-1,
12.7.3.3); such fields are one way of the "replace" attack of "Shadow Attacks" (NDSS 2021).
"""

import io
import re
import time
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pikepdf
import pypdfium2 as pdfium
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from signing.pdf import button_states, field_sheets, inked_text, redrawn_fields
from signing.pdf.document import DEEPEST_FIELD, MAXIMUM_NODES, UNSHOWN
from signing.pdf.field_sheets import Placed
from signing.pdf.inked_text import Reading, TooMuch
from signing.pdf.parsing import PARSE_ERRORS
from signing.reports.notes import note
from signing.reports.report import Note

MOST = 5_000  # fields; more take longer than a verification has
SECONDS = 10.0  # of a processor, for reading the pictures of a form, of the 60 that a verification has
ON_PAGES = 40  # fields that are looked at upon their pages, where they show nothing on white
NAMED = 5  # fields that a warning names
#: PdfError is no base of the errors of pikepdf, PasswordError say; what qpdf does not name is a RuntimeError.
NOT_COMPARED: tuple[type[Exception], ...] = (
    *PARSE_ERRORS,
    pikepdf.PikepdfError,
    RuntimeError,
    pdfium.PdfiumError,
)
PUSHED = 1 << 16  # field flag of a button that holds no value (table 226)
COMBO = 1 << 17  # field flag of a choice that shows one of its options; without it all in sight (table 230)
MOST_OPTIONS = 1_000  # of a list of which a part is drawn
PASSWORD = 1 << 13  # field flag; its picture shows stars (table 228)
NUMBER = re.compile(r"([-+]?)([0-9](?:[0-9.,\s]*[0-9])?)")
DECIMALS = re.compile(r"[.,]([0-9]{1,2})$")

#: The pages (from 1) on which each widget stands, by its number and generation.
Places = dict[tuple[int, int], list[int]]


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
            raise TooMuch("the form has too many fields")
        if node.objgen in self.seen:
            return False
        if node.is_indirect:
            self.seen.add(node.objgen)
        return True


def _below(found: Any, walk: _Walk, depth: int = 0) -> list[Object]:
    if not isinstance(found, Array):
        return []
    if depth > DEEPEST_FIELD:
        raise TooMuch("fields below fields without end")
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
    is False where that could not be told. `redrawn`: its picture does, one that is drawn anew would not."""

    name: str
    pages: tuple[int, ...]
    compared: bool = True
    redrawn: bool = False


def unlike(pdf: Pdf) -> list[str]:
    """The names of the fields whose pictures do not show their values. Raises TooMuch where there is
    more than can be compared, and NOT_COMPARED where that cannot be read."""
    found, _ = _unlike(pdf, fields(pdf), _pages_of(pdf))
    return list(dict.fromkeys(map(name_of, found)))


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
    with _opened(data) as pdf:
        chosen = [field for field in fields(pdf) if names is None or name_of(field) in names]
        pages = _pages_of(pdf)
        found, redrawn = _unlike(pdf, chosen, pages)
        told = [*_by_names(found, pages, False), *_by_names(redrawn, pages, True)]
        return list({one.name: one for one in reversed(told)}.values())[::-1]


def _opened(data: bytes) -> Pdf:
    """A document without its encryption: with it qpdf copies some streams unreadably into another one."""
    pdf = pikepdf.open(io.BytesIO(data))
    if not pdf.is_encrypted:
        return pdf
    with pdf:
        pdf.save(plain := io.BytesIO())
    return pikepdf.open(plain)


def _by_names(found: Sequence[Object], pages: Places, redrawn: bool) -> list[Contradiction]:
    numbers: dict[str, set[int]] = {}
    for one in found:
        numbers.setdefault(name_of(one), set()).update(pages.get(one.objgen, ()))
    return [Contradiction(name, tuple(sorted(on)), redrawn=redrawn) for name, on in numbers.items()]


def notes(found: Sequence[Contradiction] | None) -> list[Note]:
    """What a verification says of the contradictions in a form, or that it was not compared."""
    if found is None:
        return [note("form-not-compared")]
    told = [("form-value-differs", [one.name for one in found if not one.redrawn])]
    told += [("form-redrawn-differs", [one.name for one in found if one.redrawn])]
    return [note(code, fields=", ".join(names[:NAMED])) for code, names in told if names]


def _unlike(pdf: Pdf, chosen: Sequence[Object], pages: Places) -> tuple[list[Object], list[Object]]:
    """Those that show something else than their value, and those that would where they are drawn anew."""
    shown = [field for field in chosen if not int(field.get("/F", 0)) & UNSHOWN]
    if len(shown) > MOST:
        raise TooMuch("too many fields to compare")
    buttons = [field for field in shown if inherited(field, "/FT") == Name.Btn]
    found = [button for button in buttons if not _is_switched(button)]
    until = time.thread_time() + SECONDS
    switched = [one for one in buttons if not _is_pushed(one)]
    found += button_states.misleading(pdf, switched, lambda one: _on_page(pdf, one, pages), until)
    written = [field for field in shown if _is_written(field)]
    differing, dark = _differing(pdf, written, pages, until) if written else (set(), set())
    found += [field for number, field in enumerate(written) if number in differing]
    redrawn = [
        field
        for number, field in enumerate(written)
        if number not in differing and _redrawn_otherwise(pdf, field, number in dark)
    ]
    return found, redrawn


def _differing(pdf: Pdf, written: Sequence[Object], pages: Places, until: float) -> tuple[set[int], set[int]]:
    """The places among these fields of those whose pictures do not show their value, and of those that show
    it only upon the ground of their page."""
    placed = [
        (number, Placed(field, picture, field_sheets.box_of(field.Rect)))
        for number, field in enumerate(written)
        for picture in _pictures(field)
    ]
    differing, doubtful = set[int](), list[tuple[int, Placed]]()
    readings = _readings(field_sheets.alone(pdf, [one for _, one in placed]), until)
    for (number, one), reading in zip(placed, readings, strict=True):
        values = [*_values(one.field), *_in_sight(one.field, reading.said)]
        if not any(alike(value, reading.said) for value in values):
            differing.add(number)
        elif not _shows(values, reading):
            doubtful.append((number, one))
    dark = set[int]()
    for at, (number, one) in enumerate(doubtful):
        if number in differing:
            continue
        if at < ON_PAGES and _shows_on(_on_page(pdf, one, pages), one, until):
            dark.add(number)
        else:
            differing.add(number)
    return differing, dark


def _readings(sheets: bytes, until: float) -> Iterator[Reading]:
    with pdfium.PdfDocument(sheets) as opened:
        for number in range(len(opened)):
            if time.thread_time() > until:
                raise TooMuch("the pictures of the form take too long")
            page = opened[number]
            yield inked_text.read(page)
            page.close()


def _on_page(pdf: Pdf, one: Placed, pages: Places) -> bytes | None:
    """A document with the first page on which a picture stands, which draws it last."""
    on = pages.get(one.field.objgen)
    return field_sheets.on_page(pdf, one, pdf.pages[on[0] - 1].obj, inherited) if on else None


def _shows_on(sheet: bytes | None, one: Placed, until: float) -> bool:
    """Does a picture show the value of its field upon its page, which may be dark?"""
    if time.thread_time() > until:
        raise TooMuch("the pictures of the form take too long")
    if sheet is None:
        return False
    with pdfium.PdfDocument(sheet) as opened:
        reading = inked_text.read(opened[0], one.box)
        return _shows([*_values(one.field), *_in_sight(one.field, reading.said)], reading)


def _shows(values: Sequence[str], reading: Reading) -> bool:
    """Do people read one of these values? Of one that is longer than its field they see that it goes on; what
    is left of a number is another number."""
    if any(alike(value, reading.seen) for value in values):
        return True
    return reading.runs_over and any(c.isalpha() for c in values[0])


def _redrawn_otherwise(pdf: Pdf, field: Object, on_dark: bool) -> bool:
    """Would a program that draws the field anew show something else than its value, or nothing?"""
    rich = inherited(field, "/RV")
    words = redrawn_fields.rich_text(rich)
    if words is not None and not any(alike(value, words) for value in _values(field)):
        return True
    box = field_sheets.box_of(field.Rect)
    height = min(box[2] - box[0], box[3] - box[1])  # it may be turned
    ground = Array([0]) if on_dark else redrawn_fields.ground_of(field)
    if words is not None and redrawn_fields.is_styled_away(rich, ground):
        return True
    said = redrawn_fields.default_appearance(pdf, inherited(field, "/DA"))
    return redrawn_fields.shows_nothing(pdf, said, ground, height)


def _pages_of(pdf: Pdf) -> Places:
    """The pages on which each widget stands."""
    found: Places = {}
    for number, page in enumerate(pdf.pages, 1):
        for widget in page.obj.get("/Annots", Array()):
            if isinstance(widget, Dictionary):
                found.setdefault(widget.objgen, []).append(number)
    return found


def _is_pushed(button: Object) -> bool:
    return bool(int(inherited(button, "/Ff") or 0) & PUSHED)


def _is_switched(button: Object) -> bool:
    """Does a box or radio button show the state that its value names?"""
    states = button.get("/AP", Dictionary()).get("/N", Dictionary())
    value = inherited(button, "/V")
    if isinstance(states, Stream) or not isinstance(states, Dictionary):
        return True  # one picture for every value, or none
    if "/AS" not in button:  # some programs show the picture of the value then, others none
        return value is None or str(value) == "/Off" or str(value) not in states
    if not len(states):  # nothing is drawn; of several buttons in one field each has its own state
        return "/T" not in button or str(button.AS) == str(value or Name.Off)
    on = [str(state) for state in states.keys() if str(state) != "/Off"]  # noqa: SIM118
    wanted = str(value) if value is not None and str(value) in on else "/Off"
    return str(button.AS) == wanted


def _is_written(field: Object) -> bool:
    """Is it a field of text or choice with a value, a place and one picture of it?"""
    if inherited(field, "/FT") not in (Name.Tx, Name.Ch) or inherited(field, "/V") is None:
        return False
    if not _pictures(field):
        return False
    x0, y0, x1, y1 = field_sheets.box_of(field.get("/Rect", [0, 0, 0, 0]))
    return x1 > x0 and y1 > y0 and not int(inherited(field, "/Ff") or 0) & PASSWORD


def is_undrawn(field: Object) -> bool:
    """Is it a field of text or choice in sight with a value and without a picture, so that each program draws
    it in its own way or not at all?"""
    value = inherited(field, "/V")
    if inherited(field, "/FT") not in (Name.Tx, Name.Ch) or value is None or not _text(value):
        return False
    x0, y0, x1, y1 = field_sheets.box_of(field.get("/Rect", [0, 0, 0, 0]))
    away = int(field.get("/F", 0)) & UNSHOWN or x0 == x1 or y0 == y1
    return not away and not _pictures(field)


def _pictures(field: Object) -> list[Object]:
    """That of the page, and those that a pointer over the field, a click or another state bring."""
    named: list[Any] = [field.get("/AP", Dictionary()).get(name) for name in ("/N", "/R", "/D")]
    states = [one for one in named if isinstance(one, Dictionary) and not isinstance(one, Stream)]
    named += [one[name] for one in states for name in one.keys()]  # noqa: SIM118
    found = {one.objgen: one for one in named if isinstance(one, Stream)}
    return list(found.values())


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
        # a list box draws all it has to choose from, or what comes from one of them on
        drawn = [_text(option[1] if isinstance(option, Array) else option) for option in options]
        top = inherited(field, "/TI")
        yield "".join(drawn)
        yield "".join(drawn[max(0, int(top)) :] if isinstance(top, int) else drawn)


def _in_sight(field: Object, said: str) -> list[str]:
    """What a list draws that is too long for its box: some of its options, one after the other, with a chosen
    one among them."""
    options, value, wanted = inherited(field, "/Opt"), inherited(field, "/V"), _letters(said)
    if not isinstance(options, Array) or len(options) > MOST_OPTIONS or not wanted:
        return []
    if int(inherited(field, "/Ff") or 0) & COMBO:
        return []
    chosen = {_text(one) for one in (value if isinstance(value, Array) else [value])}
    pairs = [list(one) if isinstance(one, Array) else [one, one] for one in options]
    names, drawn = [_text(pair[0]) for pair in pairs], [_text(pair[1]) for pair in pairs]
    parts = [_letters(one) for one in drawn]
    for first in range(len(parts)):
        last, at = first, 0
        while last < len(parts) and at < len(wanted) and wanted.startswith(parts[last], at):
            at += len(parts[last])
            last += 1
        if at == len(wanted) and not chosen.isdisjoint((*names[first:last], *drawn[first:last])):
            return ["".join(drawn[first:last])]
    return []


def _text(value: Any) -> str:
    if isinstance(value, Stream):
        return value.read_bytes().decode("utf-8", "replace")
    return str(value)


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
