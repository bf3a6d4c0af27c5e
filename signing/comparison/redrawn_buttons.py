"""Plain check boxes and radio buttons that a program draws anew when it fills a form.

iText does so. What programs draw is a ground and a border in the colours that the signed button has
(`/MK`), and over them one dark sign where it is on. So it passes where the signed pictures were of that kind
too: each that is on was the one that is off with one sign more. No picture with words becomes a tick, no
tick comes or goes, and nothing else is shown in the place of a button.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject

from signing.comparison.button_drawing import Box, Colour, NotPlain, Shape, box_of, shapes
from signing.comparison.rewritten import SHADE, on_screen
from signing.pdf.document import Sameness, rectangle, value_of

OFF = "/Off"
LETTERS = frozenset("345678lnuH")  # of ZapfDingbats: ticks, crosses, a disc, a square, a diamond, a star
MOST = 8  # shapes of a ground and a border, of which each side may be one
SIMPLE = 80  # lines and curves of one sign; the ticks of ReportLab have some 40
DARK, LIGHT = 0.25, 0.5  # of a sign at the most, of a ground at the least; 1 is white
THIN = 0.15  # of the shorter side, as wide as a border may be
ALIKE = 0.1  # points
ROUNDED = 1.0  # points by which a picture may differ from its place
FILLS, FRAMES = 0.9, 0.8  # of the box, what a ground and a border cover at the least
SIZE_OF_LETTER, SIZE_OF_SHAPE = (0.4, 1.3), (0.25, 0.8)  # of the shorter side
LETTER_CENTRE = 0.38, 0.35  # of its size, from where a letter begins
MIDDLE = 0.25  # of the box: as far may the centre of a sign lie from its own


def are_plain(widget: DictionaryObject, was: Any, now: Any, compare: Sameness) -> bool:
    """May the states `was` of a signed widget have become `now` by drawing a plain button anew? Raises
    PARSE_ERRORS."""
    for states in (was, now):
        if isinstance(states, StreamObject) or not isinstance(states, DictionaryObject):
            return False
    if OFF not in was or set(was) != set(now):
        return False
    try:
        off = shapes(was[OFF])
        if not _is_box(off):
            return False
        return all(
            (state == OFF or _adds_sign(shapes(was[state]), off))
            and (
                compare.same(was.raw_get(state), now.raw_get(state))
                or _is_fresh(now[state], widget, on=state != OFF)
            )
            for state in was
        )
    except NotPlain:
        return False


def _is_box(found: Sequence[Shape]) -> bool:
    """May it be a ground and a border, whatever their colours? Letters and many paths may be words."""
    return len(found) <= MOST and all(one.parts == 1 and _is_simple(one) for one in found)


def _is_simple(one: Shape) -> bool:
    return one.parts <= 1 and one.lines + one.curves <= SIMPLE and (not one.letter or one.letter in LETTERS)


def _adds_sign(on: Sequence[Shape], off: Sequence[Shape]) -> bool:
    """Is a picture another one with one dark sign more, filled, drawn around or both, or of two strokes?"""
    sign = on[len(off) :]
    if not 1 <= len(sign) <= 2 or not all(_are_alike(a, b) for a, b in zip(off, on, strict=False)):
        return False
    return all(_is_simple(one) and _is_dark(one.colour) for one in sign) and not any(
        one.letter for one in sign[1:]
    )


def _are_alike(one: Shape, other: Shape) -> bool:
    """Have two shapes one kind, place and colour? Who drew one state anew wrote its numbers otherwise."""
    colours = _is_colour(_three(one.colour), _three(other.colour))
    places = all(abs(a - b) <= ALIKE for a, b in zip(one.box, other.box, strict=True))
    bare = replace(one, colour=(), box=other.box)
    return colours and places and bare == replace(other, colour=())


def _is_fresh(picture: Any, widget: DictionaryObject, *, on: bool) -> bool:
    """Is it a plain button in the colours of a widget, with a sign if it is `on` and none else?"""
    found, box = shapes(picture), box_of(picture)
    left, bottom, right, top = rectangle(widget["/Rect"])
    if abs(right - left - box[2]) > ROUNDED or abs(top - bottom - box[3]) > ROUNDED or len(found) > MOST:
        return False
    if on and (not found or not _is_sign(found.pop(), box)):
        return False
    colours = value_of(widget, "/MK", {})
    return all(_is_ground(one, box, colours) or _is_border(one, box, colours) for one in found)


def _is_ground(one: Shape, box: Box, colours: Any) -> bool:
    filled = one.how == "fill" and one.is_plain and one.covers(box, FILLS)
    return filled and min(_three(one.colour)) >= LIGHT and _has_colour(one, colours, "/BG")


def _is_border(one: Shape, box: Box, colours: Any) -> bool:
    """A frame, or one of its sides, which some programs fill."""
    if not _has_colour(one, colours, "/BC"):
        return False
    thin = THIN * min(box[2], box[3])
    if one.how == "stroke":
        return one.is_plain and one.width <= thin and one.covers(box, FRAMES)
    left, bottom, right, top = one.box
    within = left >= 0 and bottom >= 0 and right <= box[2] and top <= box[3]
    across = right - left <= thin and (left <= thin or right >= box[2] - thin)
    along = top - bottom <= thin and (bottom <= thin or top >= box[3] - thin)
    return one.how == "fill" and one.parts == 1 and within and (across or along)


def _is_sign(one: Shape, box: Box) -> bool:
    """Is it dark, in the middle, of a size that shows, and a letter for this or a disc or square?"""
    left, bottom, right, top = one.box
    short = min(box[2], box[3])
    if one.how == "sign":
        across, up = (left + LETTER_CENTRE[0] * (right - left), bottom + LETTER_CENTRE[1] * (top - bottom))
        shown = one.letter in LETTERS and _is_between(right - left, SIZE_OF_LETTER, short)
    else:
        across, up = (left + right) / 2, (bottom + top) / 2
        sides = (right - left, top - bottom)
        shown = (
            one.how == "fill" and one.is_plain and all(_is_between(s, SIZE_OF_SHAPE, short) for s in sides)
        )
    centred = abs(across / box[2] - 0.5) <= MIDDLE and abs(up / box[3] - 0.5) <= MIDDLE
    return shown and centred and _is_dark(one.colour)


def _is_between(size: float, shares: tuple[float, float], whole: float) -> bool:
    return shares[0] * whole <= size <= shares[1] * whole


def _has_colour(one: Shape, colours: Any, key: str) -> bool:
    said = value_of(colours, key)
    wanted = on_screen(said) if said is not None else None
    return wanted is not None and _is_colour(tuple(wanted), _three(one.colour))


def _is_colour(one: Colour, other: Colour) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= SHADE for a, b in zip(one, other, strict=True))


def _is_dark(colour: Colour) -> bool:
    return max(_three(colour)) <= DARK


def _three(colour: Colour) -> Colour:
    return colour * 3 if len(colour) == 1 else colour
