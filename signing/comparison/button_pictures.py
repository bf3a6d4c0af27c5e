"""The pictures of check boxes and radio buttons: filling switches from one to another and shows nothing else.

Each state has a picture (ISO 32000-1, 12.7.4.2.3), which the signed version showed or would have shown.
Another one in its place would show a box as ticked that is not, or words that nobody signed. Many programs
draw a plain button anew all the same; so one may become another plain one with a sign in the same states.
"""

from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject

from signing.comparison import redrawn_buttons
from signing.pdf.document import Field, Sameness, inherited, value_of

PUSHED = 1 << 16  # field flag of buttons that hold nothing; their picture may be what is filled in
NORMAL = "/N"


def is_switched(field: Field) -> bool:
    """Is it a check box or a radio button?"""
    return field.kind == "/Btn" and not int(inherited(field.node, "/Ff", 0)) & PUSHED


def kept(before: DictionaryObject, after: DictionaryObject, compare: Sameness) -> bool:
    """Has each state of a widget the picture that it had, or both a plain one? It may get its first ones, or
    some for further states, of which it shows none that draws; while a pointer is over it only those that it
    had, or the same as without."""
    was, now = value_of(before, "/AP", {}), value_of(after, "/AP", {})
    wanted = {NORMAL} if NORMAL in was else set(was)
    if any(kind not in now for kind in wanted) or _shows_another(was, now, value_of(after, "/AS")):
        return False
    for kind in now:
        if kind not in was:
            if was and kind != NORMAL:
                return False
        elif not _kept(was, now, kind, compare) and not (
            kind == NORMAL
            and redrawn_buttons.are_plain(before, value_of(was, kind), value_of(now, kind), compare)
        ):
            return False
    return True


def _shows_another(was: Any, now: Any, state: Any) -> bool:
    """Does a widget show the picture of a state that had none when others had, and does it draw?"""
    states, later = value_of(was, NORMAL), value_of(now, NORMAL)
    if not isinstance(states, DictionaryObject) or isinstance(states, StreamObject) or state in states:
        return False
    drawn = value_of(later, state) if isinstance(later, DictionaryObject) and state in later else None
    return isinstance(drawn, StreamObject) and bool(bytes(drawn.data).strip(b" \r\n\tqQ"))


def _kept(was: Any, now: Any, kind: str, compare: Sameness) -> bool:
    states, later = value_of(was, kind), value_of(now, kind)
    if any(isinstance(one, StreamObject) or not isinstance(one, DictionaryObject) for one in (states, later)):
        return compare.same(was.raw_get(kind), now.raw_get(kind))
    return all(
        state in later and compare.same(states.raw_get(state), later.raw_get(state)) for state in states
    )
