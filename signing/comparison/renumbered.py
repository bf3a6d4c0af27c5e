"""Buttons of a form that a program wrote anew under other object numbers.

iText 7 and later do so with each check box or radio button that says its type beside the field that it is one
of (`/FT` in a widget without a name), whenever they open a form. The new object stands in the same places, of
the field and of the page, and what it says is compared with what the old one said.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from signing.comparison import button_pictures
from signing.pdf.document import Document, Field, Identity, value_of


def buttons(
    old: Document, new: Document, before: Mapping[Identity, object], after: Mapping[Identity, object]
) -> dict[Identity, Identity]:
    """The number that each such button of the new version had in the old one. `before`, `after`: what either
    version compares by rules of its own; a number that means something in the other one is none of these, and
    so is one that two fields name. Raises PARSE_ERRORS."""
    named = Counter(place for field in new.fields.values() for place, _ in field.widgets)
    return {
        now: was
        for field in old.fields.values()
        if (later := new.fields.get(field.identity)) is not None
        for was, now in _moved(field, later)
        if now not in before and was not in after and named[now] == 1
    }


def _moved(old: Field, new: Field) -> list[tuple[Identity, Identity]]:
    """The numbers of the buttons in their order, old and new, where they are others."""
    if not (old.terminal and new.terminal and len(old.widgets) == len(new.widgets)):
        return []
    if not (button_pictures.is_switched(old) and button_pictures.is_switched(new)):
        return []
    pairs = [(was, now) for (was, _), (now, _) in zip(old.widgets, new.widgets, strict=True)]
    return [(was, now) for was, now in pairs if was and now and was != now and was != old.identity]


def same_type(old: Any, of: Field, new: Any, later: Field) -> bool:
    """Is a button of a field of the same type in both versions, whether it says so itself or its field does
    (ISO 32000-1, table 220: inheritable)? Each is found from above and from below."""
    rooted = of.rooted and later.rooted and of.kind == "/Btn"
    return rooted and bool(value_of(old, "/FT", of.kind) == value_of(new, "/FT", later.kind))
