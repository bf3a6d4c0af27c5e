"""What a program writes otherwise, in a field or a comment that it saves anew, and means the same by.

Each rule is of one entry and of values that no reader tells apart, so whoever writes them gains nothing.
"""

from typing import Any

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, FloatObject, NumberObject, StreamObject

from signing.pdf.document import items, rectangle, resolved, value_of

COLOURS = ("/BC", "/BG")  # of an annotation's border and ground (ISO 32000-1, table 189)
SHADE = 0.5 / 255 + 1e-6  # half a step of the 256 in which a program keeps a colour
STYLE = "/CA"  # of the sign in a box that is ticked, where it is drawn anew

Box = tuple[float, float, float, float]
#: Points: the sign of a note without a picture, as poppler draws it down from the upper left corner of its
#: place and pdfium up from the lower one.
ICON_DOWN, ICON_UP = 24.0, 20.0
ICON = 32.0  # points: the largest sign of a note that may look otherwise under a pointer


def same_meaning(old: Any, new: Any) -> set[str]:
    """The entries of an annotation that may be written otherwise and say the same in both. Raises
    PARSE_ERRORS."""
    found = set()
    if _named(old) and _named(new) and value_of(old, "/Subtype") == value_of(new, "/Subtype"):
        found.add("/Type")
    if _characteristics(old, new, left_out=()):
        found.add("/MK")
    return found


def ticked(old: Any, new: Any) -> bool:
    """May a program that ticks a box have written its characteristics so? Style and colours may be left out
    where a picture is there for each state. Raises PARSE_ERRORS."""
    states = value_of(value_of(new, "/AP", {}), "/N")
    drawn = isinstance(states, DictionaryObject) and not isinstance(states, StreamObject)
    return drawn and _characteristics(old, new, left_out=(STYLE, *COLOURS))


def icon_of(note: Any, box: Box) -> Box:
    """Where a comment shows: a note without a picture of its own has a sign of one size, however large its
    rectangle is (12.5.6.4)."""
    if value_of(note, "/Subtype") != "/Text" or "/AP" in note:
        return box
    left, bottom, right, top = box
    return left, min(bottom, top - ICON_DOWN), max(right, left + ICON_DOWN), max(top, bottom + ICON_UP)


def is_small_note(annotation: Any) -> bool:
    """A note with a sign of the size that programs draw, which some draw again for a pointer over it."""
    left, bottom, right, top = rectangle(annotation["/Rect"])
    return value_of(annotation, "/Subtype") == "/Text" and max(right - left, top - bottom) <= ICON


def _named(annotation: Any) -> bool:
    """Is it an annotation by its subtype, and nothing else by its type, which may be left out (table 164)?"""
    shown = value_of(annotation, "/Subtype") is not None and not isinstance(annotation, StreamObject)
    return shown and value_of(annotation, "/Type", "/Annot") == "/Annot"


def _characteristics(old: Any, new: Any, *, left_out: tuple[str, ...]) -> bool:
    before, after = value_of(old, "/MK"), value_of(new, "/MK")
    if before is None or after is None:
        return False
    others = {*before, *after} - {*COLOURS, *(key for key in left_out if key not in after)}
    if any(not _same_words(value_of(before, key), value_of(after, key)) for key in others):
        return False
    stay = [key for key in COLOURS if key in after or key not in left_out]
    return all(_same_colour(value_of(before, key), value_of(after, key)) for key in stay)


def _same_words(old: Any, new: Any) -> bool:
    """Equal captions, numbers or names; of an icon's picture equal entries would say nothing of its bytes."""
    return old == new and not any(isinstance(one, DictionaryObject | ArrayObject) for one in (old, new))


def _same_colour(old: Any, new: Any) -> bool:
    """The same shade on a screen: a grey one may be written as a red, green and blue that are equal."""
    if old is None or new is None:
        return old is new
    left, right = on_screen(old), on_screen(new)
    if left is None or right is None or len(left) != len(right):
        return False
    return all(abs(a - b) <= SHADE for a, b in zip(left, right, strict=True))


def on_screen(colour: Any) -> list[float] | None:
    """The parts of a colour of an annotation, of a grey one three. Raises PARSE_ERRORS."""
    parts = [resolved(part) for part in items(colour)]
    if not all(isinstance(part, NumberObject | FloatObject) for part in parts):
        return None
    return [float(part) for part in parts] * (3 if len(parts) == 1 else 1)
