"""The pictures of an annotation that no drawn page shows: under a pointer, pressed, in another state.

Beside its normal picture an annotation may have one for a pointer over it and one while it is pressed (ISO
32000-1, 12.5.5). Renderers draw the first alone, so a mark that is empty to them may show other words as soon
as somebody reads with a pointer; and a part on a layer may be off on paper. Check boxes and radio buttons
have rules of their own (button_pictures.py).
"""

from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject

from signing.pdf.document import rectangle, resolved, value_of, within

NORMAL = "/N"
KINDS = (NORMAL, "/R", "/D")  # the latter under a pointer, pressed
NO_ZOOM, TOGGLE_NO_VIEW = 1 << 3, 1 << 8  # annotation flags (table 165)
BLANK = b" \r\n\tqQ"  # of a content that draws nothing
PACKING = {"/Length", "/Filter", "/DecodeParms"}


def is_unsteady(annotation: DictionaryObject) -> bool:
    """Does what it shows come under a pointer (ToggleNoView), or cover more of the page the smaller that is
    shown (NoZoom), as only the sign of a note may (12.5.3, 12.5.6.4)? Raises PARSE_ERRORS."""
    flags = int(value_of(annotation, "/F", 0))
    if "/AP" not in annotation or value_of(annotation, "/Rect") is None:
        return False
    left, bottom, right, top = rectangle(annotation["/Rect"])
    zooms = flags & NO_ZOOM and value_of(annotation, "/Subtype") != "/Text"
    return bool(flags & TOGGLE_NO_VIEW or zooms) and left < right and bottom < top


def has_others(annotation: DictionaryObject, signed: DictionaryObject | None = None) -> bool:
    """Does it have a picture that draws, beside the one that it shows on a page and those that it had when it
    was `signed`? Raises PARSE_ERRORS."""
    pictures = value_of(annotation, "/AP")
    if not isinstance(pictures, DictionaryObject):
        return False
    known = {_face(one) for one in _pictures(pictures, NORMAL, value_of(annotation, "/AS"))}
    known |= {_face(one) for one in _all(value_of(signed, "/AP", {}) if signed is not None else {})}
    return any(bytes(one.data).strip(BLANK) and _face(one) not in known for one in _all(pictures))


def has_layers(appearance: Any) -> bool:
    """Is a part of it on a layer, which can be switched and be another on paper (ISO 32000-1, 8.11)?"""
    return any("/OC" in value or _names_layers(value) for value in within(appearance))


def _names_layers(resources: DictionaryObject) -> bool:
    """Whether marked content may mean layers by them; renderers do not ask for their /Type. What has a number
    of the document's structure is none."""
    named = value_of(resources, "/Properties")
    if not isinstance(named, DictionaryObject):
        return False
    return not all("/MCID" in value for value in map(resolved, named.values()))


def _all(pictures: Any) -> Iterator[StreamObject]:
    return (one for kind in KINDS for one in _pictures(pictures, kind))


def _pictures(pictures: Any, kind: str, state: Any = None) -> list[StreamObject]:
    """Those of a kind, or the one of a state where each state has its own."""
    found = value_of(pictures, kind)
    if isinstance(found, StreamObject):
        return [found]
    if not isinstance(found, DictionaryObject):
        return []
    each = [resolved(found.raw_get(name)) for name in found if state is None or name == state]
    return [one for one in each if isinstance(one, StreamObject)]


def _face(picture: StreamObject) -> object:
    """What two pictures that are the same have in common: their content, and what it is drawn with."""
    entries = {key: repr(picture.raw_get(key)) for key in picture if key not in PACKING}
    return bytes(picture.data), frozenset(entries.items())
