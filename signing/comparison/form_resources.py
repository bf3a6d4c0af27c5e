"""What may happen to the resources of a form (/DR, ISO 32000-1, 12.7.2) after a signature.

They serve pictures that name resources which they have not themselves, and the text of a field that a viewer
draws anew. Neither may become another for what was signed.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject

from signing.pdf.document import Document, Field, Sameness, value_of, within

NAME = re.compile(rb"/[^\x00\t\n\x0c\r ()<>\[\]{}/%]+")
NUMBERED = re.compile(rb"#([0-9A-Fa-f]{2})")
#: Text that a viewer draws anew names no other kind than fonts, but for these only pictures do.
OF_PICTURES = {"/XObject"}
Names = Mapping[str, set[str]]  # of resources by their kinds


def may_change(signed: Document, old: Any, new: Any, compare: Sameness) -> bool:
    """May the resources of the form in a signed version become those of the present one? New ones are added
    and pictures replaced under names that no picture of a field borrows; nothing else is."""
    before, after = value_of(old, "/DR", {}), value_of(new, "/DR", {})
    touched: dict[str, set[str]] = {}
    for kind in {*before, *after}:
        names = _touched(before, after, kind, compare)
        if names is None:
            return False
        touched[str(kind)] = names
    return not any(_borrows(field, touched) for field in signed.fields.values())


def _touched(before: Any, after: Any, kind: str, compare: Sameness) -> set[str] | None:
    """The names of a kind that are new or, where they may be, others; None where one may not."""
    was, now = value_of(before, kind), value_of(after, kind)
    if kind in before and not (isinstance(was, DictionaryObject) and isinstance(now, DictionaryObject)):
        same = kind in after and compare.same(before.raw_get(kind), after.raw_get(kind))
        return set() if same else None
    if not isinstance(now, DictionaryObject):
        return set()  # a new one that names nothing
    if was is None:
        return {str(name) for name in now}
    others = {n for n in was if n not in now or not compare.same(was.raw_get(n), now.raw_get(n))}
    if others and kind not in OF_PICTURES:
        return None
    return {str(name) for name in (*others, *(n for n in now if n not in was))}


def _borrows(field: Field, touched: Names) -> bool:
    """Does a picture of the field use resources that it has not, so that those of the form may be taken for
    them?"""
    for picture in _pictures(field):
        own, used = value_of(picture, "/Resources", {}), _names_in(picture.data)
        for kind, names in touched.items():
            lacking = names - {str(name) for name in value_of(own, kind, {})}
            if any(name in used or not name.isascii() for name in lacking):
                return True
    return False


def _pictures(field: Field) -> Iterator[StreamObject]:
    """What is drawn for a field in any state, and what that draws."""
    for _, widget in field.widgets:
        found = (one for one in within(value_of(widget, "/AP")) if isinstance(one, StreamObject))
        yield from (one for one in found if value_of(one, "/Subtype", "/Form") == "/Form")


def _names_in(content: bytes) -> set[str]:
    """What may be names in a content; any character may be written by its number (ISO 32000-1, 7.3.5)."""
    found = {NUMBERED.sub(lambda n: bytes([int(n[1], 16)]), name) for name in NAME.findall(content)}
    return {name.decode("latin-1") for name in found}
