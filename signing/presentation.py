"""Is what the signer sees what is signed? Looks for what shows a page otherwise elsewhere, or later.

The attacks are those of "Shadow Attacks: Hiding and Replacing Content in Signed PDFs" (NDSS 2021): a document
is prepared so that an allowed change after signing shows something else.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from signing import form_pictures, refusals, unseen_text
from signing.form_pictures import fields, inherited
from signing.parsing import PARSE_ERRORS, Unreadable, open_pdf
from signing.refusals import SigningRefused
from signing.versions import Reader

#: Types of actions (ISO 32000-1, 12.6.4) that lead somewhere and change nothing.
HARMLESS_ACTIONS = frozenset({"/GoTo", "/GoToR", "/Named", "/Thread", "/URI"})
#: Annotations that are no overlay: they have no picture of their own, or are fields, looked at as such.
PLAIN_ANNOTATIONS = frozenset({"/Link", "/Popup", "/Widget"})
MULTIMEDIA = frozenset({"/3D", "/Movie", "/RichMedia", "/Screen", "/Sound"})

#: What qpdf says of an entry that is given twice, in an object of this number and generation or the trailer.
TOLD_TWICE = re.compile(
    r"(?:object (\d+) (\d+), )?offset \d+\): dictionary has duplicated key (.*?);", re.DOTALL
)
NAMED = 5  # entries that a refusal names

Found = SigningRefused | None


def check(source: Path) -> None:
    """Raises SigningRefused for the first thing that may show the document otherwise than it shows now."""
    try:
        with pikepdf.open(source) as pdf:
            found = next(filter(None, (look(pdf) for look in LOOKS)), None) or _unseen_text(source)
    except pikepdf.PasswordError as error:
        raise refusals.encrypted() from error
    except (pikepdf.PikepdfError, pdfium.PdfiumError, Unreadable, ValueError, RuntimeError) as error:
        raise refusals.not_a_pdf() from error
    if found is not None:
        raise found


def _entries_given_twice(pdf: Pdf) -> Found:
    """Entries with two values, of which some programs take the first and others the last."""
    len(pdf.objects)  # all are read by this
    told = [found for warning in pdf.get_warnings() if (found := TOLD_TWICE.search(str(warning)))]
    if not told:
        return None
    with Path(pdf.filename).open("rb") as stream:
        reader = open_pdf(stream)
        read = set(_readable(reader))
        names = {one.key for one in reader.twice}
        # an object that only the other program finds or can read: nobody knows which values it has
        names |= {one[3] for one in told if one[1] and (int(one[1]), int(one[2])) not in read}
    return refusals.ambiguous(", ".join(sorted(names)[:NAMED])) if names else None


def _readable(reader: Reader) -> Iterator[tuple[int, int]]:
    """The number and generation of each object that the tables name and that can be read; all are read."""
    updates = range(reader.xrefs.total_revisions)
    for ref in {ref for update in updates for ref in reader.xrefs.explicit_refs_in_revision(update)}:
        with suppress(*PARSE_ERRORS):
            reader.get_object(ref)  # type: ignore[no-untyped-call]
            yield ref.idnum, ref.generation


def _unseen_text(source: Path) -> Found:
    """Text that programs read and people do not see."""
    unseen = unseen_text.find(source)
    if unseen is None:
        return None
    refused = refusals.covered_text if unseen.in_part else refusals.unseen_text
    return refused(unseen.page, unseen.text)


def _active_content(pdf: Pdf) -> Found:
    """Scripts, and actions that start programs, send forms or hide parts of a page."""
    names = pdf.Root.get("/Names", Dictionary())
    if "/JavaScript" in names:
        return refusals.active_content("JavaScript")
    for action in _actions(pdf):
        kind = str(action.get("/S", ""))
        if kind not in HARMLESS_ACTIONS:
            return refusals.active_content(kind.lstrip("/"))
    return None


def _hidden_layers(pdf: Pdf) -> Found:
    """Layers (ISO 32000-1, 8.11) that are not shown, or shown on paper otherwise than on a screen."""
    layers = pdf.Root.get("/OCProperties")
    known = layers.get("/OCGs", Array()) if layers is not None else Array()
    listed = {layer.objgen for layer in known}
    if _may_hide((one for page in pdf.pages for one in _memberships(page.obj)), listed):
        return refusals.hidden_layers()
    if layers is None:
        return None
    shown = layers.get("/D", Dictionary())
    hidden = shown.get("/BaseState", Name.ON) != Name.ON or len(shown.get("/OFF", Array())) > 0
    changing = len(shown.get("/AS", Array())) > 0 or len(layers.get("/Configs", Array())) > 0
    return refusals.hidden_layers() if hidden or changing else None


def _memberships(page: Object) -> Iterator[Object]:
    """What says of parts of a page, its pictures and annotations which layers they are on."""
    drawn = _painted(page)
    for resources in (inherited(page, "/Resources"), *(one.get("/Resources") for one in drawn)):
        named = _values((resources or Dictionary()).get("/Properties"))
        yield from (one for one in named if isinstance(one, Dictionary))
    for holder in (*drawn, *_annotations(page)):
        if isinstance(member := holder.get("/OC"), Dictionary):
            yield member


def _may_hide(members: Iterable[Object], listed: Collection[tuple[int, int]]) -> bool:
    """Does one of them, or of what they are made of, hide what is on layers that are shown (ISO 32000-1,
    8.11.2.2), or is it none of the document's layers, so that programs disagree on it?"""
    seen: set[tuple[int, int]] = set()
    for member in members:
        waiting = [member]
        while waiting:
            one = waiting.pop()
            if one.is_indirect and one.objgen in seen:
                continue
            seen.add(one.objgen)  # those without a number all have the same
            if one.get("/Type") == Name.OCG and one.objgen not in listed:
                return True
            if one.get("/Type") != Name.OCMD:
                continue
            if "/VE" in one or one.get("/P") in (Name.AllOff, Name.AnyOff):
                return True
            of = one.get("/OCGs", Array())
            groups = list(of) if isinstance(of, Array) else [of]
            waiting += [group for group in groups if isinstance(group, Dictionary)]
    return False


def _hidden_fields(pdf: Pdf) -> Found:
    """Fields that hold a value which nobody sees, and places for signatures that nobody would see."""
    for field in fields(pdf):
        value = inherited(field, "/V")
        hidden = bool(int(field.get("/F", 0)) & form_pictures.UNSHOWN) and "/Rect" in field
        if _kind_of(field) == "/Sig":
            away = value is None and ("/OC" in field or (hidden and _has_area(field.Rect)))
        else:
            said = value is not None and str(value) not in ("", "/Off")
            away = said and (hidden or "/OC" in field)
        if away:
            return refusals.hidden_field(form_pictures.name_of(field))
    return None


def _has_area(box: Object) -> bool:
    x0, y0, x1, y1 = (float(side) for side in box)
    return x0 != x1 and y0 != y1


def _portfolio(pdf: Pdf) -> Found:
    """A file of files (ISO 32000-1, 12.3.5): viewers show those, and its own pages only where they know no
    better."""
    return refusals.portfolio() if "/Collection" in pdf.Root else None


def _external_content(pdf: Pdf) -> Found:
    """Parts of a page that lie in other files, other pictures for printing, and multimedia."""
    for number, page in enumerate(pdf.pages, 1):
        if any(str(note.get("/Subtype")) in MULTIMEDIA for note in _annotations(page.obj)):
            return refusals.external_content(number)
        for drawn in _painted(page.obj):
            if {"/F", "/Ref", "/Alternates", "/OPI"} & set(drawn.keys()):
                return refusals.external_content(number)
    return None


def _overlays(pdf: Pdf) -> Found:
    """Comments, stamps and drawings over a page: they lie on it loosely, and anybody may take them off."""
    for number, page in enumerate(pdf.pages, 1):
        if any(str(note.get("/Subtype")) not in PLAIN_ANNOTATIONS for note in _annotations(page.obj)):
            return refusals.overlay(number)
    return None


def _form_values(pdf: Pdf) -> Found:
    """Values of a form that each viewer draws in its own way."""
    form = pdf.Root.get("/AcroForm", Dictionary())
    if "/XFA" in form or bool(form.get("/NeedAppearances", False)):
        return refusals.form_values()
    for field in fields(pdf):
        drawn = "/N" in field.get("/AP", Dictionary())
        if _kind_of(field) in ("/Tx", "/Ch") and inherited(field, "/V") is not None and not drawn:
            return refusals.form_values()
    unlike = form_pictures.unlike(pdf)
    return refusals.form_shows_other(unlike[0]) if unlike else None


def _fonts(pdf: Pdf) -> Found:
    """Fonts that are not in the file: each machine takes another one, with other letters and widths.

    Not asked of a document that somebody signed: it cannot be exported anew, and copies of it are certified.
    """
    if any(_kind_of(f) == "/Sig" and "/V" in f for f in fields(pdf)):
        return None
    for number, page in enumerate(pdf.pages, 1):
        for holder in (page.obj, *_drawn(page.obj)):
            resources = inherited(holder, "/Resources") or Dictionary()
            for font in _values(resources.get("/Font")):
                if not _is_embedded(font):
                    return refusals.font_missing(str(font.get("/BaseFont", "")).lstrip("/"), number)
    return None


LOOKS: tuple[Callable[[Pdf], Found], ...] = (
    _entries_given_twice,
    _active_content,
    _portfolio,
    _hidden_layers,
    _hidden_fields,
    _external_content,
    _overlays,
    _form_values,
    _fonts,
)


def _is_embedded(font: Object) -> bool:
    if font.get("/Subtype") == Name.Type3:  # its letters are drawings
        return True
    described = font.get("/DescendantFonts", Array([font]))[0].get("/FontDescriptor", Dictionary())
    return any(name in described for name in ("/FontFile", "/FontFile2", "/FontFile3"))


def _actions(pdf: Pdf) -> Iterator[Object]:
    """All actions of a document, each with those that follow it."""
    holders = [pdf.Root, *(page.obj for page in pdf.pages)]
    holders += [note for page in pdf.pages for note in _annotations(page.obj)]
    holders += fields(pdf)
    holders += _outline(pdf.Root.get("/Outlines", Dictionary()).get("/First"))
    seen: set[tuple[int, int]] = set()
    for holder in holders:
        own = [holder.get(name) for name in ("/A", "/OpenAction")]
        for action in (*own, *_values(holder.get("/AA"))):
            yield from _chain(action, seen)


def _chain(action: Any, seen: set[tuple[int, int]]) -> Iterator[Object]:
    """An action and all that follow it, but for those that were `seen`."""
    waiting = [] if isinstance(action, Array) else [action]  # an array is a place to go to
    while waiting:
        one = waiting.pop()
        if not isinstance(one, Dictionary | Array) or one.objgen in seen:
            continue
        if one.is_indirect:
            seen.add(one.objgen)
        if isinstance(one, Array):  # several that follow
            waiting.extend(one)
        else:
            yield one
            waiting.append(one.get("/Next"))


def _outline(item: Any) -> list[Object]:
    """The entries of a table of contents from this one on, and what is below them."""
    return _reached([item], lambda entry: [entry.get("/Next"), entry.get("/First")], Dictionary)


def _reached(first: Iterable[Any], onward: Callable[[Any], Iterable[Any]], kinds: Any) -> list[Object]:
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


def _annotations(page: Object) -> list[Object]:
    return [note for note in page.get("/Annots", Array()) if isinstance(note, Dictionary)]


def _kind_of(field: Object) -> str:
    return str(inherited(field, "/FT"))


def _drawn(page: Object) -> list[Object]:
    """Pictures and forms that a page draws, and forms within forms; its stream is not looked into."""
    found: list[Object] = []
    waiting, seen = [inherited(page, "/Resources")], set()
    while waiting:
        resources = waiting.pop() or Dictionary()
        for drawn in _values(resources.get("/XObject")):
            if isinstance(drawn, Stream) and drawn.objgen not in seen:
                seen.add(drawn.objgen)
                found.append(drawn)
                waiting.append(drawn.get("/Resources"))
    return found


def _painted(page: Object) -> list[Object]:
    """The same, and whatever else is painted by a content of its own: what annotations show, patterns, masks,
    and fonts whose letters are drawings."""
    shown = [one for note in _annotations(page) for one in _values(note.get("/AP"))]
    waiting = [one for picture in shown for one in (_values(picture) or [picture])]  # one for each state
    waiting += _painters(inherited(page, "/Resources"))
    return _reached(waiting, lambda one: _painters(one.get("/Resources")), (Stream, Dictionary))


def _painters(resources: Any) -> list[Any]:
    """Those among the resources that have contents and resources of their own."""
    if not isinstance(resources, Dictionary):
        return []
    fonts = [f for f in _values(resources.get("/Font")) if isinstance(f, Dictionary) and "/CharProcs" in f]
    states = [s for s in _values(resources.get("/ExtGState")) if isinstance(s, Dictionary)]
    masks = [s.SMask.get("/G") for s in states if isinstance(s.get("/SMask"), Dictionary)]
    letters = [one for font in fonts for one in _values(font.CharProcs)]
    drawings = (*_values(resources.get("/XObject")), *_values(resources.get("/Pattern")))
    return [*drawings, *fonts, *letters, *masks]


def _values(found: Any) -> list[Any]:
    return [found[name] for name in found.keys()] if isinstance(found, Dictionary) else []  # noqa: SIM118
