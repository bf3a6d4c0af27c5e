"""Is what the signer sees what is signed? Looks for what shows a page otherwise elsewhere, or later.

The attacks are those of "Shadow Attacks: Hiding and Replacing Content in Signed PDFs" (NDSS 2021): a document
is prepared so that an allowed change after signing shows something else.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Object, Pdf, Stream

from signing import refusals
from signing.pdf import form_pictures, page_parts
from signing.pdf.document import UNSHOWN
from signing.pdf.entries import listed_twice
from signing.pdf.form_pictures import NOT_COMPARED, fields, inherited
from signing.pdf.inked_text import TooMuch
from signing.pdf.parsing import (
    FAR_HEADER_WINDOW,
    PARSE_ERRORS,
    Unreadable,
    begins_late,
    open_pdf,
    problem_of,
)
from signing.pdf.versions import Reader
from signing.refusals import SigningRefused
from signing.shown import foreign_fonts, layers, paint, unseen_text

#: Types of actions (ISO 32000-1, 12.6.4) that lead somewhere and change nothing.
HARMLESS_ACTIONS = frozenset({"/GoTo", "/GoToR", "/Named", "/Thread", "/URI"})
#: Those that may happen by themselves, as on opening; the others leave the document for an address or another
#: file, which may be one in a network that learns who reads.
HARMLESS_AT_ONCE = frozenset({"/GoTo", "/Named"})
#: Annotations that are no overlay: they have no picture of their own, or are fields, looked at as such.
PLAIN_ANNOTATIONS = frozenset({"/Link", "/Popup", "/Widget"})
MULTIMEDIA = frozenset({"/3D", "/Movie", "/RichMedia", "/Screen", "/Sound"})

#: What qpdf says of an entry that is given twice, in an object of this number and generation or the trailer.
TOLD_TWICE = re.compile(
    r"(?:object (\d+) (\d+), )?offset \d+\): dictionary has duplicated key (.*?);", re.DOTALL
)
NAMED = 5  # entries that a refusal names

Found = SigningRefused | None
UNREADABLE: tuple[type[Exception], ...] = (Unreadable, *NOT_COMPARED)


def check(source: Path) -> None:
    """Raises SigningRefused for the first thing that may show the document otherwise than it shows now, and
    where it cannot be read."""
    try:
        _check_head(source)
        with pikepdf.open(source) as pdf:
            if pdf.is_encrypted:
                raise refusals.restricted() if pdf.user_password_matched else refusals.encrypted()
            found = next(filter(None, (look(pdf) for look in LOOKS)), None) or _unseen_text(source)
            if found is not None and _is_signed(pdf):
                found = refusals.of_signed(found)
    except pikepdf.PasswordError as error:
        raise refusals.encrypted() from error
    except paint.TooMuch as error:
        raise refusals.too_much(error.page) from error
    except UNREADABLE as error:
        raise refusals.unreadable(problem_of(source) or "damaged") from error
    if found is not None:
        raise found


def _check_head(source: Path) -> None:
    """Some programs count the places of a document from its header, some from the first byte of the file."""
    with source.open("rb") as stream:
        if begins_late(stream.read(FAR_HEADER_WINDOW)):
            raise refusals.bytes_before()


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


def _numbers_given_twice(pdf: Pdf) -> Found:
    """Object streams with two objects of one number: some programs take the first, others the last."""
    streams = [one for one in pdf.objects if isinstance(one, Stream) and one.get("/Type") == "/ObjStm"]
    found = {n for one in streams for n in listed_twice(one.read_bytes(), int(one.First), int(one.N))}
    return (
        refusals.ambiguous(", ".join(f"{number} 0 obj" for number in sorted(found)[:NAMED]))
        if found
        else None
    )


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
    kind = next(_active(pdf), None)
    return None if kind is None else refusals.active_content(kind)


def active_kinds(pdf: Pdf) -> list[str]:
    """The kinds of such actions, each once. Raises UNREADABLE."""
    return list(dict.fromkeys(_active(pdf)))


def _active(pdf: Pdf) -> Iterator[str]:
    if "/JavaScript" in pdf.Root.get("/Names", Dictionary()):
        yield "JavaScript"
    told = ((str(action.get("/S", "")), at_once) for action, at_once in _actions(pdf))
    kinds = [
        kind for kind, at_once in told if kind not in (HARMLESS_AT_ONCE if at_once else HARMLESS_ACTIONS)
    ]
    yield from (kind.lstrip("/") for kind in sorted(kinds, key=HARMLESS_ACTIONS.__contains__))


def _hidden_layers(pdf: Pdf) -> Found:
    """Layers that are not shown, or shown on paper otherwise than on a screen."""
    return refusals.hidden_layers() if layers.may_hide(pdf) else None


def _hidden_fields(pdf: Pdf) -> Found:
    """Fields that hold a value which nobody sees, and places for signatures that nobody would see."""
    for field in fields(pdf):
        value = inherited(field, "/V")
        hidden = bool(int(field.get("/F", 0)) & UNSHOWN) and "/Rect" in field
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
    number = next(_outside(pdf), None)
    return None if number is None else refusals.external_content(number)


def outside(pdf: Pdf) -> list[int]:
    """The pages with such parts, from 1 on. Raises UNREADABLE."""
    return list(_outside(pdf))


def _outside(pdf: Pdf) -> Iterator[int]:
    if not _any_outside([page.obj for page in pdf.pages]):  # each picture once, though many pages show it
        return
    yield from (number for number, page in enumerate(pdf.pages, 1) if _any_outside([page.obj]))


def _any_outside(sheets: list[Object]) -> bool:
    notes = (note for sheet in sheets for note in page_parts.annotations(sheet))
    if any(str(note.get("/Subtype")) in MULTIMEDIA for note in notes):
        return True
    contents = (one for sheet in sheets for one in _contents(sheet))
    return any(map(_lies_elsewhere, (*page_parts.painted_on(sheets), *contents)))


def _lies_elsewhere(drawn: Object) -> bool:
    """In another file, or in PostScript, which printers alone draw (8.8.2)."""
    programs = "/PS" in (str(drawn.get("/Subtype")), str(drawn.get("/Subtype2")))
    return programs or bool({"/F", "/Ref", "/Alternates", "/OPI"} & set(drawn.keys()))


def _contents(page: Object) -> list[Object]:
    found = page.get("/Contents")
    streams = list(found) if isinstance(found, Array) else [found]
    return [one for one in streams if isinstance(one, Stream)]


def _overlays(pdf: Pdf) -> Found:
    """Comments, stamps and drawings over a page: they lie on it loosely, and anybody may take them off."""
    for number, page in enumerate(pdf.pages, 1):
        if any(
            str(note.get("/Subtype")) not in PLAIN_ANNOTATIONS for note in page_parts.annotations(page.obj)
        ):
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
    try:
        unlike = form_pictures.unlike(pdf)
    except TooMuch:
        return refusals.form_too_large()
    return refusals.form_shows_other(unlike[0]) if unlike else None


def _fonts_of_states(pdf: Pdf) -> Found:
    """Fonts that some programs take and others do not; real documents have none."""
    number = foreign_fonts.set_by_state(pdf)
    return refusals.font_of_state(number) if number else None


def _fonts(pdf: Pdf) -> Found:
    """Fonts of visible text that are not in the file.

    Not asked of a document that somebody signed: it cannot be exported anew, and copies of it are certified.
    """
    if _is_signed(pdf):
        return None
    missing = foreign_fonts.find(pdf)
    return refusals.font_missing(*missing) if missing else None


LOOKS: tuple[Callable[[Pdf], Found], ...] = (
    _entries_given_twice,
    _numbers_given_twice,
    _active_content,
    _portfolio,
    _hidden_layers,
    _hidden_fields,
    _external_content,
    _overlays,
    _form_values,
    _fonts_of_states,
    _fonts,
)


def _actions(pdf: Pdf) -> Iterator[tuple[Object, bool]]:
    """All actions of a document, each with those that follow it; do they happen by themselves, on opening or
    passing by (/AA, 12.6.3), or when somebody clicks?"""
    holders = [pdf.Root, *(page.obj for page in pdf.pages)]
    holders += [note for page in pdf.pages for note in page_parts.annotations(page.obj)]
    holders += fields(pdf)
    holders += _outline(pdf.Root.get("/Outlines", Dictionary()).get("/First"))
    seen: set[tuple[int, int]] = set()
    for holder in holders:
        for action in (holder.get("/OpenAction"), *page_parts.values(holder.get("/AA"))):
            yield from ((one, True) for one in _chain(action, seen))
    for holder in holders:
        yield from ((one, False) for one in _chain(holder.get("/A"), seen))


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
    return page_parts.reached([item], lambda entry: [entry.get("/Next"), entry.get("/First")], Dictionary)


def _is_signed(pdf: Pdf) -> bool:
    return any(_kind_of(field) == "/Sig" and inherited(field, "/V") is not None for field in fields(pdf))


def _kind_of(field: Object) -> str:
    return str(inherited(field, "/FT"))
