"""What the picture of a check box or radio button is made of: a ground, a border, and a sign where it is on.

Only what programs draw for a plain button is read: numbers, colours, simple paths and one letter of a text.
All else (pictures, patterns, shades, words, transparency, turned or scaled places) is no plain button.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject

from signing.pdf.document import items, resolved, value_of

BLANKS = b"\0\t\n\f\r "
NUMBER, NAME = rb"([-+]?(?:\d{1,9}\.?\d{0,9}|\.\d{1,9}))", rb"(/[A-Za-z0-9]{1,40})"
LETTER, OPERATOR = rb"\(([!-'*-\[\]-~])\)", rb"([A-Za-z]{1,3})"
#: One of these and what ends it: white space, or what begins a letter or a name, or a letter itself.
TOKEN = re.compile(
    rb"[\0\t\n\f\r ]*(?:(?:%s|%s|%s)(?=[\0\t\n\f\r (/]|$)|%s)" % (NUMBER, NAME, OPERATOR, LETTER)
)
LARGEST = 20_000  # bytes of a content; a plain button has some hundreds
PLAIN = {"/Type", "/Subtype", "/FormType", "/BBox", "/Matrix", "/Resources", "/Length", "/Filter"}
UNTURNED = [1, 0, 0, 1, 0, 0]
SIGNS = "/ZapfDingbats"
FONT = {"/Type", "/Subtype", "/BaseFont", "/Name"}  # what the font of these may say of itself
SPANS = 0.98  # of the box around all points of a path, which its own points are to reach
CUTS = 0.8  # of the box in both directions, which a clipping path leaves at the least

WITHIN_TEXT = {"Tf", "Td", "Tm", "Tj", "ET", "g", "rg", "G", "RG"}

Box = tuple[float, float, float, float]
Colour = tuple[float, ...]


@dataclass(frozen=True)
class Shape:
    """Something painted within `box`. `how`: fill, stroke (of a `width`) or sign, a letter of ZapfDingbats,
    whose box is the square of its size. Of a path: how many `parts` it has, and of how many `rectangles`,
    `curves` and `lines` these are; `spans`: it reaches itself as far as the points that bend it."""

    how: str
    colour: Colour
    box: Box
    parts: int = 0
    rectangles: int = 0
    curves: int = 0
    lines: int = 0
    spans: bool = True
    width: float = 0.0
    letter: str = ""

    @property
    def is_plain(self) -> bool:
        """Is it one rectangle, or as round as four curves are?"""
        made = (self.parts, self.rectangles, self.curves, self.lines)
        return made in ((1, 1, 0, 0), (1, 0, 4, 0)) and self.spans

    def covers(self, box: Box, share: float) -> bool:
        """Does it reach over so much of a box in both directions?"""
        return _covers(self.box, box, share)


class NotPlain(Exception):
    """A picture that is more than a plain button."""


@dataclass(frozen=True)
class _State:
    fill: Colour = (0.0,)
    stroke: Colour = (0.0,)
    width: float = 1.0
    x: float = 0.0
    y: float = 0.0


@dataclass
class _Drawing:
    """A content as it is read."""

    box: Box
    is_sign_font: Callable[[str], bool]
    state: _State = field(default_factory=_State)
    kept: list[_State] = field(default_factory=list)
    points: list[tuple[float, float]] = field(default_factory=list)
    bends: set[int] = field(default_factory=set)  # those that the path is only drawn towards
    made: Counter[str] = field(default_factory=Counter)
    cuts: bool = False
    text: tuple[float, float] | None = None
    size: float = 0.0
    shapes: list[Shape] = field(default_factory=list)

    def path(self, what: str, *numbers: float) -> None:
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        if what == "curves":
            self.bends |= {len(self.points), len(self.points) + 1}
        self.points += [(self.state.x + x, self.state.y + y) for x, y in pairs]
        self.made[what] += 1

    def paint(self, *ways: str) -> None:
        if not self.points:
            raise NotPlain
        around = _around(self.points)
        ends = [point for index, point in enumerate(self.points) if index not in self.bends]
        for how in ways or ("clip",):
            colour = self.state.stroke if how == "stroke" else self.state.fill
            shape = Shape(
                how,
                colour,
                around,
                parts=self.made["begun"] + self.made["rectangles"],
                rectangles=self.made["rectangles"],
                curves=self.made["curves"],
                lines=self.made["lines"],
                spans=bool(ends) and _covers(_around(ends), around, SPANS),
                width=self.state.width,
            )
            if self.cuts and not (shape.rectangles == shape.parts == 1 and shape.covers(self.box, CUTS)):
                raise NotPlain
            self.shapes += [shape] if ways else []
        self.points, self.bends, self.made, self.cuts = [], set(), Counter(), False


def shapes(picture: Any) -> list[Shape]:
    """What a picture paints, in order. Raises NotPlain and PARSE_ERRORS."""
    if not isinstance(picture, StreamObject) or {str(key) for key in picture} - PLAIN:
        raise NotPlain
    if "/Matrix" in picture and [resolved(one) for one in items(value_of(picture, "/Matrix"))] != UNTURNED:
        raise NotPlain
    drawing = _Drawing(box_of(picture), lambda name: _is_sign_font(picture, name))
    _read(picture.data, drawing)
    return drawing.shapes


def box_of(picture: Any) -> Box:
    """Raises NotPlain where it does not begin at the origin."""
    x0, y0, x1, y1 = (float(resolved(side)) for side in items(value_of(picture, "/BBox")))
    if (x0, y0) != (0, 0) or x1 <= 0 or y1 <= 0:
        raise NotPlain
    return x0, y0, x1, y1


def _is_sign_font(picture: Any, name: str) -> bool:
    """Is it the font of signs that every reader has, and no other one that is called so? With an encoding,
    which MuPDF writes, poppler shows no sign where pdfium shows one."""
    font = value_of(value_of(value_of(picture, "/Resources", {}), "/Font", {}), name)
    if not isinstance(font, DictionaryObject) or {str(key) for key in font} - FONT:
        return False
    return bool(value_of(font, "/BaseFont") == SIGNS and value_of(font, "/Subtype") == "/Type1")


def _read(content: bytes, drawing: _Drawing) -> None:
    if len(content) > LARGEST:
        raise NotPlain
    content = content.strip(BLANKS)
    place, operands = 0, list[Any]()
    while place < len(content):
        found = TOKEN.match(content, place)
        if found is None:
            raise NotPlain
        number, name, operator, letter = found.groups()
        place = found.end()
        if operator is None:
            operands.append(float(number) if number else (name or letter).decode())
            continue
        _operate(operator.decode(), operands, drawing)
        operands = []
    if operands or drawing.kept or drawing.points or drawing.text:
        raise NotPlain


def _operate(operator: str, operands: Sequence[Any], drawing: _Drawing) -> None:
    wanted = OPERATORS.get(operator)
    if wanted is None or len(operands) != len(wanted[0]):
        raise NotPlain
    if drawing.text is not None and operator not in WITHIN_TEXT:
        raise NotPlain
    # a letter and a name are texts both; which it is, each operator asks
    if any(isinstance(one, float) != (kind == "n") for one, kind in zip(operands, wanted[0], strict=True)):
        raise NotPlain
    wanted[1](drawing, *operands)


def _restore(drawing: _Drawing) -> None:
    if not drawing.kept:
        raise NotPlain
    drawing.state = drawing.kept.pop()


def _move(drawing: _Drawing, a: float, b: float, c: float, d: float, x: float, y: float) -> None:
    if [a, b, c, d] != UNTURNED[:4]:
        raise NotPlain
    drawing.state = replace(drawing.state, x=drawing.state.x + x, y=drawing.state.y + y)


def _fill(drawing: _Drawing, *colour: float) -> None:
    drawing.state = replace(drawing.state, fill=colour)


def _stroke(drawing: _Drawing, *colour: float) -> None:
    drawing.state = replace(drawing.state, stroke=colour)


def _widen(drawing: _Drawing, width: float) -> None:
    drawing.state = replace(drawing.state, width=width)


def _rectangle(drawing: _Drawing, x: float, y: float, width: float, height: float) -> None:
    drawing.path("rectangles", x, y, x + width, y + height)


def _clip(drawing: _Drawing) -> None:
    drawing.cuts = True


def _begin(drawing: _Drawing) -> None:
    drawing.text, drawing.size = (0.0, 0.0), 0.0


def _end(drawing: _Drawing) -> None:
    if drawing.text is None:
        raise NotPlain
    drawing.text = None


def _font(drawing: _Drawing, name: str, size: float) -> None:
    if not name.startswith("/") or not drawing.is_sign_font(name):
        raise NotPlain
    drawing.size = size


def _place(drawing: _Drawing, x: float, y: float) -> None:
    if drawing.text != (0.0, 0.0):
        raise NotPlain
    drawing.text = x, y


def _set(drawing: _Drawing, a: float, b: float, c: float, d: float, x: float, y: float) -> None:
    if [a, b, c, d] != UNTURNED[:4]:
        raise NotPlain
    _place(drawing, x, y)


def _show(drawing: _Drawing, letter: str) -> None:
    if drawing.text is None or not drawing.size or len(letter) != 1:
        raise NotPlain
    x, y = drawing.state.x + drawing.text[0], drawing.state.y + drawing.text[1]
    box = (x, y, x + drawing.size, y + drawing.size)
    drawing.shapes.append(Shape("sign", drawing.state.fill, box, letter=letter))


def _group(_drawing: _Drawing, name: str) -> None:
    if name != "/Tx":
        raise NotPlain


def _nothing(_drawing: _Drawing) -> None:
    """A path is closed, or a group ends: nothing is painted by that."""


#: Each operator with the kinds of its operands (n: a number, o: a name or a letter).
OPERATORS: dict[str, tuple[str, Callable[..., None]]] = {
    "q": ("", lambda d: d.kept.append(d.state)),
    "Q": ("", _restore),
    "cm": ("nnnnnn", _move),
    "w": ("n", _widen),
    "g": ("n", _fill),
    "rg": ("nnn", _fill),
    "G": ("n", _stroke),
    "RG": ("nnn", _stroke),
    "m": ("nn", lambda d, *p: d.path("begun", *p)),
    "l": ("nn", lambda d, *p: d.path("lines", *p)),
    "c": ("nnnnnn", lambda d, *p: d.path("curves", *p)),
    "h": ("", _nothing),
    "re": ("nnnn", _rectangle),
    "W": ("", _clip),
    "n": ("", lambda d: d.paint()),
    "f": ("", lambda d: d.paint("fill")),
    "S": ("", lambda d: d.paint("stroke")),
    "s": ("", lambda d: d.paint("stroke")),
    "B": ("", lambda d: d.paint("fill", "stroke")),
    "b": ("", lambda d: d.paint("fill", "stroke")),
    "BT": ("", _begin),
    "ET": ("", _end),
    "Tf": ("on", _font),
    "Td": ("nn", _place),
    "Tm": ("nnnnnn", _set),
    "Tj": ("o", _show),
    "BMC": ("o", _group),
    "EMC": ("", _nothing),
}


def _around(points: Sequence[tuple[float, float]]) -> Box:
    across, up = [x for x, _ in points], [y for _, y in points]
    return min(across), min(up), max(across), max(up)


def _covers(one: Box, box: Box, share: float) -> bool:
    """Does a rectangle cover so much of a box in both directions?"""
    across = min(one[2], box[2]) - max(one[0], box[0])
    up = min(one[3], box[3]) - max(one[1], box[1])
    return across >= share * (box[2] - box[0]) and up >= share * (box[3] - box[1])
