"""What the pages of a document are made of: annotations, pictures, and whatever has a content of its own."""

from collections.abc import Callable, Iterable
from typing import Any

from pikepdf import Array, Dictionary, Object, Stream

from signing.pdf.form_pictures import inherited


def annotations(page: Object) -> list[Object]:
    return [note for note in page.get("/Annots", Array()) if isinstance(note, Dictionary)]


def drawn(page: Object) -> list[Object]:
    """Pictures and forms that a page draws, and forms within forms; its stream is not looked into."""
    found: list[Object] = []
    waiting, seen = [inherited(page, "/Resources")], set()
    while waiting:
        resources = waiting.pop() or Dictionary()
        for one in values(resources.get("/XObject")):
            if isinstance(one, Stream) and one.objgen not in seen:
                seen.add(one.objgen)
                found.append(one)
                waiting.append(one.get("/Resources"))
    return found


def painted(page: Object) -> list[Object]:
    """The same, and whatever else is painted by a content of its own: what annotations show, patterns, masks,
    and fonts whose letters are drawings."""
    return painted_on([page])


def painted_on(pages: Iterable[Object]) -> list[Object]:
    """What is painted on these pages, each once though it is on several."""
    waiting: list[Any] = []
    for page in pages:
        shown = [one for note in annotations(page) for one in values(note.get("/AP"))]
        waiting += [one for picture in shown for one in (values(picture) or [picture])]  # one for each state
        waiting += _painters(inherited(page, "/Resources"))
    return reached(waiting, lambda one: _painters(one.get("/Resources")), (Stream, Dictionary))


def within(page: Object) -> list[Object]:
    """What paints from within something else, so that it is no thing on the page by itself: patterns, masks,
    fonts whose letters are drawings and these, and what they draw."""
    alone = {one.objgen for one in drawn(page)}
    found = reached(
        _painters(inherited(page, "/Resources")),
        lambda one: _painters(one.get("/Resources")),
        (Stream, Dictionary),
    )
    return [one for one in found if one.objgen not in alone]


def _painters(resources: Any) -> list[Any]:
    """Those among the resources that have contents and resources of their own."""
    if not isinstance(resources, Dictionary):
        return []
    fonts = [f for f in values(resources.get("/Font")) if isinstance(f, Dictionary) and "/CharProcs" in f]
    states = [s for s in values(resources.get("/ExtGState")) if isinstance(s, Dictionary)]
    masks = [s.SMask.get("/G") for s in states if isinstance(s.get("/SMask"), Dictionary)]
    letters = [one for font in fonts for one in values(font.CharProcs)]
    drawings = (*values(resources.get("/XObject")), *values(resources.get("/Pattern")))
    return [*drawings, *fonts, *letters, *masks]


def values(found: Any) -> list[Any]:
    return [found[name] for name in found.keys()] if isinstance(found, Dictionary) else []  # noqa: SIM118


def reached(first: Iterable[Any], onward: Callable[[Any], Iterable[Any]], kinds: Any) -> list[Object]:
    """What can be reached from the first ones, each once, where `onward` gives what one leads to; of these
    kinds of objects."""
    found: list[Object] = []
    waiting, seen = list(first), set[tuple[int, int]]()
    while waiting:
        one = waiting.pop()
        if isinstance(one, kinds) and not (one.is_indirect and one.objgen in seen):
            seen.add(one.objgen)  # those without a number all have the same
            found.append(one)
            waiting += onward(one)
    return found
