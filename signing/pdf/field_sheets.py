"""Pictures of fields, each on a sheet of its own as a viewer places it (ISO 32000-1, 12.5.5)."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from signing.pdf.inked_text import DEEPEST_FORM, Box

PICTURE = "/BanChinhPicture"  # its name among the resources of a page, which has no such name
#: Names of letters that every program reads as the same ones, so that no table need say which they are.
PLAIN_LETTER = re.compile(r"/(?:[A-Za-z]|zero|one|two|three|four|five|six|seven|eight|nine|uni[0-9A-F]{4})")
SYMBOLS = (Name.Symbol, Name.ZapfDingbats)  # fonts whose letters are signs


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture of a field, and where that stands on its page."""

    field: Object
    picture: Object
    box: Box


def box_of(found: Any) -> Box:
    """The sides of a rectangle in their order. Raises ValueError and TypeError."""
    x0, y0, x1, y1 = (float(side) for side in found)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def alone(pdf: Pdf, placed: Sequence[Placed]) -> bytes:
    """A document with a white page for each picture, as large as its place."""
    with pikepdf.new() as drawn:
        for one in placed:
            page = drawn.add_blank_page()
            x0, y0, x1, y1 = one.box
            wide, high = x1 - x0, y1 - y0
            turn, lies = _upright(one.picture, wide, high)
            page.obj.MediaBox = Array([0, 0, *((high, wide) if lies else (wide, high))])
            page.obj.Resources = Dictionary(XObject=Dictionary({PICTURE: _copied(drawn, pdf, one.picture)}))
            placing = _placing(one.picture, (0, 0, wide, high))
            page.obj.Contents = drawn.make_stream(b"%s %s" % (turn, placing))
        return _saved(drawn)


def on_page(pdf: Pdf, one: Placed, page: Object, inherited: Any) -> bytes:
    """A document with the page of a picture, upon which that is drawn last. `inherited` finds an entry of a
    page or of a node above it."""
    with pikepdf.new() as drawn:
        sheet = drawn.add_blank_page().obj
        for name in ("/MediaBox", "/CropBox"):
            if (side := inherited(page, name)) is not None:
                sheet[name] = Array(list(box_of(side)))
        resources = inherited(page, "/Resources")
        copied = drawn.copy_foreign(pdf.make_indirect(Dictionary() if resources is None else resources))
        drawings: Any = copied.get("/XObject", Dictionary())
        copied.XObject = Dictionary(drawings)
        copied.XObject[PICTURE] = _copied(drawn, pdf, one.picture)
        sheet.Resources = copied
        found = page.get("/Contents")
        streams = list(found) if isinstance(found, Array) else [found]
        before = b"\n".join(part.read_bytes() for part in streams if isinstance(part, Stream))
        sheet.Contents = drawn.make_stream(b"q\n%s\nQ\n%s" % (before, _placing(one.picture, one.box)))
        return _saved(drawn)


def _saved(drawn: Pdf) -> bytes:
    drawn.save(target := io.BytesIO())
    return target.getvalue()


def _placing(picture: Object, box: Box) -> bytes:
    """What puts a picture into its place: its box, turned by its own matrix, is stretched to this."""
    x0, y0, x1, y1 = box_of(picture.get("/BBox", [0, 0, 1, 1]))
    a, b, c, d, e, f = (float(v) for v in picture.get("/Matrix", [1, 0, 0, 1, 0, 0]))
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (x0, x1) for y in (y0, y1)]
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    bottom, top = min(y for _, y in corners), max(y for _, y in corners)
    wide = (box[2] - box[0]) / (right - left) if right > left else 1.0
    high = (box[3] - box[1]) / (top - bottom) if top > bottom else 1.0
    numbers = (wide, 0, 0, high, box[0] - left * wide, box[1] - bottom * high)
    return b"%s cm %s Do" % (" ".join(f"{v:.6f}" for v in numbers).encode(), PICTURE.encode())


def _upright(picture: Object, wide: float, high: float) -> tuple[bytes, bool]:
    """What turns a picture of this size back where it is turned by its matrix, as lines of a text are read in
    their order then; and does it lie on its side?"""
    a, b, *_ = (float(v) for v in picture.get("/Matrix", [1, 0, 0, 1, 0, 0]))
    if abs(b) <= abs(a):
        return (b"1 0 0 1 0 0 cm", False) if a >= 0 else (b"-1 0 0 -1 %f %f cm" % (wide, high), False)
    return (b"0 -1 1 0 0 %f cm" % wide, True) if b > 0 else (b"0 1 -1 0 %f 0 cm" % high, True)


def _copied(drawn: Pdf, pdf: Pdf, picture: Object) -> Object:
    """A copy that says by its letters alone what it shows."""
    copied = drawn.copy_foreign(pdf.make_indirect(picture))
    resources: Any = copied.get("/Resources", Dictionary())
    if "/Font" not in resources:
        fallback: Any = pdf.Root.AcroForm.get("/DR", Dictionary()).get("/Font")  # where viewers look next
        if fallback is not None:
            copied.Resources = Dictionary(resources)  # what else it draws with stays
            copied.Resources.Font = drawn.copy_foreign(pdf.make_indirect(fallback))
    for form in _forms(copied):
        _take_out_other_texts(form)
    return copied


def _forms(picture: Object) -> Iterator[Object]:
    """A picture and those that it draws."""
    waiting, seen = [(picture, 0)], set[tuple[int, int]]()
    while waiting:
        one, depth = waiting.pop()
        if one.objgen in seen or depth > DEEPEST_FORM:
            continue
        seen.add(one.objgen)
        yield one
        inside = one.get("/Resources", Dictionary()).get("/XObject", Dictionary())
        further = [inside[name] for name in inside.keys()]  # noqa: SIM118
        waiting += [
            (form, depth + 1)
            for form in further
            if isinstance(form, Stream) and form.get("/Subtype") == Name.Form
        ]


def _take_out_other_texts(form: Object) -> None:
    """What a picture may give in the place of the letters that it draws (`/ActualText`, 14.9.4), and tables
    that may read other letters than a font which is not in the file shows."""
    resources = form.get("/Resources", Dictionary())
    named = resources.get("/Properties", Dictionary())
    for name in named.keys():  # noqa: SIM118
        if isinstance(named[name], Dictionary) and "/ActualText" in named[name]:
            del named[name]["/ActualText"]
    fonts = resources.get("/Font", Dictionary())
    for name in fonts.keys():  # noqa: SIM118
        if isinstance(fonts[name], Dictionary) and "/ToUnicode" in fonts[name] and _is_plain(fonts[name]):
            del fonts[name]["/ToUnicode"]
    if b"BDC" in form.read_bytes():
        told = [_unmarked(part) for part in pikepdf.parse_content_stream(form)]
        form.write(pikepdf.unparse_content_stream(told))


def _unmarked(part: Any) -> Any:
    given = part.operands[-1] if len(part.operands) else None
    if str(part.operator) == "BDC" and isinstance(given, Dictionary) and "/ActualText" in given:
        return [part.operands[0]], pikepdf.Operator("BMC")
    return part


def _is_plain(font: Object) -> bool:
    """Is it a font that each program has, whose letters their codes or names tell?"""
    if font.get("/Subtype") not in (Name.Type1, Name.TrueType):
        return False
    described = font.get("/FontDescriptor", Dictionary())
    if any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3")):
        return False
    coded = font.get("/Encoding")
    if coded is None:
        return font.get("/BaseFont") not in SYMBOLS
    if not isinstance(coded, Dictionary):
        return isinstance(coded, Name)
    names = [str(one) for one in coded.get("/Differences", Array()) if isinstance(one, Name)]
    return all(PLAIN_LETTER.fullmatch(name) for name in names)
