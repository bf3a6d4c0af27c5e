"""Layers of a document (optional content, ISO 32000-1, 8.11): may one hide what is shown?

Programs for watermarks, headers and footers put these on layers that are shown everywhere, and say so; such a
layer hides nothing.
"""

from collections.abc import Collection, Iterable, Iterator

from pikepdf import Array, Dictionary, Name, Object, Pdf

from signing.pdf.form_pictures import inherited
from signing.pdf.page_parts import annotations, painted, values

#: What the usage of a layer says of when it is shown (8.11.4.4, table 102).
STATES = {"/View": "/ViewState", "/Print": "/PrintState", "/Export": "/ExportState"}
#: What it says besides that and changes nothing.
DESCRIPTIONS = frozenset({"/CreatorInfo", "/PageElement"})


def may_hide(pdf: Pdf) -> bool:
    """Is a layer not shown, or not shown everywhere: on a screen, on paper, by every program?"""
    layers = pdf.Root.get("/OCProperties")
    known = None if layers is None else list(layers.get("/OCGs", Array()))
    listed = None if known is None else {layer.objgen for layer in known}
    if _members_hide((one for page in pdf.pages for one in _memberships(page.obj)), listed):
        return True
    if layers is None:
        return False
    # a program may offer the other configurations
    return any(
        _hides(one) for one in (layers.get("/D", Dictionary()), *layers.get("/Configs", Array()))
    ) or any(_turned_off(layer) for layer in known or ())


def _hides(configuration: Object) -> bool:
    """Does it hide a layer, or have programs decide by themselves which ones they show?"""
    if configuration.get("/BaseState", Name.ON) != Name.ON or len(configuration.get("/OFF", Array())) > 0:
        return True
    return any(
        str(category) not in {*STATES, *DESCRIPTIONS}
        for automatic in configuration.get("/AS", Array())
        for category in automatic.get("/Category", Array())
    )


def _turned_off(layer: Object) -> bool:
    """Does its usage hide it somewhere? Some programs ask nothing else, PDFium among them."""
    usage = layer.get("/Usage")
    if not isinstance(usage, Dictionary):
        return False
    told = (usage.get(kind, Dictionary()).get(state) for kind, state in STATES.items())
    return any(state is not None and state != Name.ON for state in told)


def _memberships(page: Object) -> Iterator[Object]:
    """What says of parts of a page, its pictures and annotations which layers they are on."""
    drawn = painted(page)
    for resources in (inherited(page, "/Resources"), *(one.get("/Resources") for one in drawn)):
        named = values((resources or Dictionary()).get("/Properties"))
        yield from (one for one in named if isinstance(one, Dictionary))
    for holder in (*drawn, *annotations(page)):
        if isinstance(member := holder.get("/OC"), Dictionary):
            yield member


def _members_hide(members: Iterable[Object], listed: Collection[tuple[int, int]] | None) -> bool:
    """Does one of them, or of what they are made of, hide what is on layers that are shown (ISO 32000-1,
    8.11.2.2), or is it none of the document's layers, so that programs disagree on it? A document that lists
    none at all has no layers, and shows everything."""
    seen: set[tuple[int, int]] = set()
    for member in members:
        waiting = [member]
        while waiting:
            one = waiting.pop()
            if one.is_indirect and one.objgen in seen:
                continue
            seen.add(one.objgen)  # those without a number all have the same
            # PDFium takes what has no type for a layer; other things of a page may have none either
            if _turned_off(one) or (one.get("/Type") == Name.OCG and _is_unknown(one, listed)):
                return True
            if one.get("/Type") != Name.OCMD:
                continue
            if "/VE" in one or one.get("/P") in (Name.AllOff, Name.AnyOff):
                return True
            of = one.get("/OCGs", Array())
            groups = list(of) if isinstance(of, Array) else [of]
            waiting += [group for group in groups if isinstance(group, Dictionary)]
    return False


def _is_unknown(layer: Object, listed: Collection[tuple[int, int]] | None) -> bool:
    return listed is not None and layer.objgen not in listed
