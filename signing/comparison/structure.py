"""The first look at what came after a signature: every object that a viewer can reach, before and after.

Each difference is put under one name; what is under none of them is forbidden. Allowed without leave are
later signatures, document timestamps, validation data, metadata and what no viewer shows. Form values and
comments need the leave of a certification (DocMDP, ISO 32000-1, 12.8.2.2).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject

from signing.comparison import button_pictures, faces, form_resources, renumbered, rewritten, tagging, titles
from signing.comparison.tagging import Tree
from signing.pdf.document import (
    INHERITED,
    UNSHOWN,
    Document,
    Field,
    Identity,
    Page,
    Sameness,
    identity,
    is_timestamp,
    items,
    rectangle,
    resolved,
    value_of,
    within,
)

Kind = Literal["signature", "form", "comment"]
Box = tuple[float, float, float, float]

FILL, COMMENT = 2, 3  # levels of DocMDP from which on the change is allowed
INVISIBLE_CATALOG = {"/Version", "/Extensions"}
INVISIBLE_PAGE = {"/LastModified", "/PieceInfo", "/Tabs", "/StructParents"}
ELSEWHERE = {"/Annots", *INHERITED}  # by rules of their own
FILLED = {"/V", "/AP", "/AS", "/I", "/RV", "/M", "/DA"}
SIGNED = {"/V", "/AP", "/AS", "/M", "/F", "/MK", "/DA", "/StructParent"}
#: Comments that mark what is written. FreeText, Stamp and Redact can look like the document itself: the
#: certified-document attacks of Mainka et al. 2021 are made of them.
COMMENTS = {
    *("/Text", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Caret", "/Popup"),
    *("/Ink", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine"),
}
ACTIVE = {"/A", "/AA", "/OC"}  # actions, and layers that can be switched
DRAWS = {"/AP", "/MK", "/BS", "/Border"}
INLINE_IMAGE = re.compile(rb"(?<![^\s])BI(?![^\s])")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a change may show: a rectangle in the user space of a page (points)."""

    kind: Kind
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change. `code` is that of the note; `detail` names fields or parts of the document."""

    code: str
    allowed: bool
    pages: tuple[int, ...] = ()
    detail: str = ""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Permission:
    """What the signature allows. `level` of DocMDP, None where the document is not certified."""

    level: int | None
    locked: Callable[[str], bool]
    signed_bytes: int  # the length of the signed version
    lists_locks: bool = False  # says itself which fields are locked (FieldMDP), so that the others are open
    only_signatures: bool = False  # of a document that was given away to be signed

    def at_least(self, level: int) -> bool:
        return self.level is not None and self.level >= level


@dataclass(frozen=True)
class Shown:
    """A field of the present version, and how it shows: each is found once, whichever versions it is compared
    with."""

    field: Field
    places: Mapping[Identity, int]  # the page of an annotation

    @cached_property
    def pages(self) -> tuple[int, ...]:
        found = {self.places[i] for i, _ in self.field.widgets if i is not None and i in self.places}
        return tuple(sorted(found))

    @cached_property
    def boxes(self) -> tuple[tuple[int, Box], ...]:
        """Where it shows, by pages. A widget that is not on the list of any page shows nowhere."""
        return tuple(
            (self.places[place], box)
            for place, widget in self.field.widgets
            if place is not None and place in self.places and (box := _visible_box(widget)) is not None
        )

    @cached_property
    def has_no_place(self) -> bool:
        """Has it no size anywhere? EU DSS takes the size from the place of a signature without a picture."""
        return all(rectangle(widget["/Rect"]) == (0, 0, 0, 0) for _, widget in self.field.widgets)

    @cached_property
    def acts(self) -> bool:
        return _has_any(self.field, ACTIVE)

    @cached_property
    def draws(self) -> bool:
        return _has_any(self.field, DRAWS)

    @cached_property
    def layered(self) -> bool:
        return any(
            "/OC" in widget or faces.has_layers(value_of(widget, "/AP")) for _, widget in self.field.widgets
        )

    @cached_property
    def turns(self) -> bool:
        return any(faces.has_others(one) or faces.is_unsteady(one) for _, one in self.field.widgets)

    @cached_property
    def covered(self) -> int:
        """How far its signature covers the file; 0 where it does not say, which its own examination
        judges."""
        said = value_of(self.field.node["/V"], "/ByteRange", [])
        return int(said[2]) + int(said[3]) if len(said) == 4 else 0

    @cached_property
    def is_stamp(self) -> bool:
        """Is its value that of a document timestamp?"""
        return is_timestamp(self.field.node["/V"])

    @cached_property
    def signature(self) -> Change:
        """What it is called where it may be put under the document."""
        code = "later-timestamp" if self.is_stamp else "later-signature"
        return Change(code, True, self.pages, self.field.name, self.marks("signature"))

    def marks(self, kind: Kind) -> tuple[Mark, ...]:
        return tuple(Mark(kind, page, box) for page, box in self.boxes)


@dataclass(frozen=True)
class Side:
    """One of the two versions that are compared; `tags` is None where its structure tree is no tree."""

    document: Document
    tags: Tree | None

    @classmethod
    def of(cls, document: Document) -> "Side":
        return cls(document, tagging.read(document.catalog))

    @cached_property
    def boundaries(self) -> dict[Identity, object]:
        return self.document.boundaries | (self.tags.boundaries if self.tags else {})

    @cached_property
    def places(self) -> dict[Identity, int]:
        """The number of the page on which an annotation stands."""
        return self.document.places()

    @cached_property
    def shown(self) -> dict[Identity, Shown]:
        return {number: Shown(field, self.places) for number, field in self.document.fields.items()}


def review(signed: Side, present: Side, permission: Permission) -> list[Change]:
    """The differences between the signed version and the present one. Raises PARSE_ERRORS."""
    return list(_Review(signed, present, permission).changes())


class _Review:
    def __init__(self, signed: Side, present: Side, permission: Permission) -> None:
        self.old, self.new, self.permission = signed.document, present.document, permission
        self.tags = signed.tags, present.tags
        before, after = signed.boundaries, present.boundaries
        self.renumbered = renumbered.buttons(self.old, self.new, before, after)
        self.compare = Sameness(before, after | self.renumbered)
        self.places, self.shown = present.places, present.shown
        self.known = {i for f in self.old.fields.values() for i, _ in f.widgets if i is not None}
        fresh = [f for i, f in self.new.fields.items() if i not in self.old.fields]
        self.fresh = {i for f in fresh for i, _ in f.widgets if i is not None}

    def changes(self) -> Iterator[Change]:
        yield from self._page_list()
        yield from self._catalog()
        yield from self._structure_tree()
        yield from self._trailer()
        yield from self._metadata()
        yield from self._form()
        for field in self.old.fields.values():
            if not self._stayed(field):
                yield from self._old_field(field)
        for field in self.new.fields.values():
            if field.identity not in self.old.fields:
                yield from self._new_field(self.shown[field.identity])
        after = {page.identity: page for page in self.new.pages}
        for page in self.old.pages:
            if page.identity in after:
                yield from self._page(page, after[page.identity])

    def _trailer(self) -> Iterator[Change]:
        if not self._same_entry(self.old.trailer, self.new.trailer, "/Encrypt"):
            yield Change("document-part", False, detail="/Encrypt")

    def _metadata(self) -> Iterator[Change]:
        """What programs show as the title of their window must not become another one under a certification,
        which allows no such change; elsewhere it is told before all else, as no page shows it."""
        kept = self._same_entry(self.old.trailer, self.new.trailer, "/Info")
        if kept and self._same_entry(self.old.catalog, self.new.catalog, "/Metadata"):
            return
        if others := titles.of(self.new) - titles.of(self.old):
            free = self.permission.level is None and not self.permission.only_signatures
            yield Change("title-changed", free, detail=", ".join(sorted(others)))
        else:
            yield Change("metadata-changed", True)

    def _same_entry(self, old: Any, new: Any, key: str) -> bool:
        if key not in old or key not in new:
            return (key in old) == (key in new)
        return self.compare.same(old.raw_get(key), new.raw_get(key))

    def _catalog(self) -> Iterator[Change]:
        by_rules = {"/Pages", "/AcroForm", "/StructTreeRoot", "/Metadata"}
        changed = self.compare.changed(self.old.catalog, self.new.catalog) - by_rules
        for key in sorted(changed):
            if key == "/DSS":
                yield Change("validation-data", True)
            elif key in INVISIBLE_CATALOG:
                yield Change("nothing-visible", True)
            else:
                yield Change("document-part", False, detail=key)

    def _structure_tree(self) -> Iterator[Change]:
        old, new = self.tags
        if old is None or new is None:
            grew = old is new and self._same_entry(self.old.catalog, self.new.catalog, "/StructTreeRoot")
        else:
            grew = tagging.only_grew(old, new, self.compare, self.places)
        if not grew:
            yield Change("document-part", False, detail="/StructTreeRoot")

    def _page_list(self) -> Iterator[Change]:
        before = [page.identity for page in self.old.pages]
        after = [page.identity for page in self.new.pages]
        if before == after:
            return
        added = tuple(p.number for p in self.new.pages if p.identity not in set(before))
        removed = tuple(p.number for p in self.old.pages if p.identity not in set(after))
        if added:
            yield Change("pages-added", False, added)
        if removed:
            yield Change("pages-removed", False, removed)
        if not added and not removed:
            moved = (n for n, (a, b) in enumerate(zip(before, after, strict=True), 1) if a != b)
            yield Change("pages-moved", False, tuple(moved))

    def _page(self, old: Page, new: Page) -> Iterator[Change]:
        changed = self.compare.changed(old.node, new.node) - ELSEWHERE - _parents(old, new)
        changed |= {
            name for name in INHERITED if not self.compare.same(old.attribute(name), new.attribute(name))
        }
        if changed - INVISIBLE_PAGE or ("/StructParents" in changed and self._tagged_anew(old, new)):
            yield Change("content-changed", False, (new.number,))
        elif changed:
            yield Change("nothing-visible", True, (new.number,))
        yield from self._annotations(old, new)

    def _tagged_anew(self, old: Page, new: Page) -> bool:
        """Does the content of the page stand for other parts of the structure than before (14.7.4.4)?"""
        parents = self.tags[0].parents if self.tags[0] else {}
        return "/StructParents" in old.node or value_of(new.node, "/StructParents") in parents

    def _annotations(self, old: Page, new: Page) -> Iterator[Change]:
        left = new.annotations()
        position = 0
        for entry in old.annotations():
            while position < len(left) and not self._same_annotation(entry, left[position]):
                yield from self._new_annotation(left[position], new.number)
                position += 1
            if position == len(left):
                yield Change("annotation-removed", False, (new.number,))
                return
            yield from self._old_annotation(entry, left[position], new.number)
            position += 1
        for entry in left[position:]:
            yield from self._new_annotation(entry, new.number)

    def _same_annotation(self, old: Any, new: Any) -> bool:
        if identity(old) is not None or identity(new) is not None:
            return identity(old) == self._number(new)
        return self.compare.same(old, new)

    def _number(self, entry: Any) -> Identity | None:
        """The number that an annotation of the present version had in the signed one, or would have had."""
        here = identity(entry)
        return here if here is None else self.renumbered.get(here, here)

    def _old_annotation(self, old: Any, new: Any, page: int) -> Iterator[Change]:
        if self._number(new) in self.known:
            return  # by the rule of its field
        before, after = resolved(old), resolved(new)
        if not self._rewritten(before, after):
            return
        if self.permission.at_least(COMMENT) and _harmless(before) and _harmless(after):
            yield _comment(after, page, "comment-changed")
        else:
            yield Change("annotation-changed", False, (page,))

    def _new_annotation(self, entry: Any, page: int) -> Iterator[Change]:
        if identity(entry) in self.fresh:
            return  # by the rule of its field
        node = resolved(entry)
        if self._number(entry) in self.known or value_of(node, "/Subtype") == "/Widget":
            yield Change("annotation-changed", False, (page,))  # kept back when the document was signed
        elif not self.permission.at_least(COMMENT):
            yield Change("comment-not-permitted", False, (page,))
        elif not _harmless(node):
            yield Change("comment-like-content", False, (page,))
        else:
            yield _comment(node, page)

    def _form(self) -> Iterator[Change]:
        old, new = self.old.form, self.new.form
        changed = self.compare.changed(old, new) - {"/Fields", "/SigFlags"}
        if "/DA" in changed and "/DA" not in old:
            changed.remove("/DA")
        if "/DR" in changed and form_resources.may_change(self.old, old, new, self.compare):
            changed.remove("/DR")
        if not value_of(new, "/NeedAppearances") or self.permission.at_least(FILL):
            changed.discard("/NeedAppearances")
        if changed:
            yield Change("document-part", False, detail=f"/AcroForm {', '.join(sorted(changed))}")

    def _stayed(self, old: Field) -> bool:
        """Is it known that nothing of a field is otherwise now?"""
        kept = self.old.kept.get(old.identity)
        return kept is not None and self.new.fields.get(old.identity) is old and self.compare.agrees_on(kept)

    def _old_field(self, old: Field) -> Iterator[Change]:
        new = self.new.fields.get(old.identity)
        if new is None:
            yield Change("field-removed", False, detail=old.name)
            return
        changed = self._rewritten(old.node, new.node, old) - _parents(old, new)
        if "/Kids" in changed and not old.terminal and _keeps(old.node["/Kids"], value_of(new.node, "/Kids")):
            changed.remove("/Kids")
        after = self._widgets(new)
        for place, widget in old.widgets:
            if place != old.identity and place in after:
                changed |= self._widget_changed(old, widget, new, after[place])
        if changed:
            yield self._field_changed(old, self.shown[old.identity], changed)

    def _widgets(self, new: Field) -> dict[Identity | None, DictionaryObject]:
        """Where a field shows now, by the numbers that they had when it was signed."""
        return {self.renumbered.get(place, place) if place else place: w for place, w in new.widgets}

    def _widget_changed(self, old: Field, before: Any, new: Field, after: Any) -> set[str]:
        """The entries that say something else now where a field shows."""
        changed = self._rewritten(before, after, old) - _parents(old, new)
        return changed - {"/FT"} if renumbered.same_type(before, old, after, new) else changed

    def _rewritten(self, old: Any, new: Any, of: Field | None = None) -> set[str]:
        """The entries of an annotation that say something else now; `of`: the field that it shows."""
        changed = self.compare.changed(old, new)
        if not changed:
            return changed
        changed -= rewritten.same_meaning(old, new)
        if of is not None and of.kind == "/Btn" and "/MK" in changed and rewritten.ticked(old, new):
            changed = {*(changed - {"/MK"}), "/AS"}  # a part of filling, where that is permitted
        return changed

    def _field_changed(self, old: Field, new: Shown, changed: set[str]) -> Change:
        pages = new.pages
        signed = old.is_signature and not old.is_signed and new.field.is_signed
        if signed and changed <= (SIGNED | {"/Rect"} if new.has_no_place else SIGNED):
            return self._signature(new, prepared=True)
        if old.is_signed:
            return Change("signature-altered", False, pages, old.name)
        painted = self._repainted(old, new.field) or self._turned(old, new.field)
        if old.is_signature or not changed <= FILLED or painted:
            return Change("field-changed", False, pages, old.name)
        open_by_lock = self.permission.level is None and self.permission.lists_locks
        if not self.permission.at_least(FILL) and not open_by_lock:
            return Change("form-values", False, pages, old.name)
        if self.permission.locked(old.name):
            return Change("field-locked", False, pages, old.name)
        return Change("form-filled", True, pages, old.name, new.marks("form"))

    def _repainted(self, old: Field, new: Field) -> bool:
        after = self._widgets(new)
        return button_pictures.is_switched(old) and any(
            place in after and not button_pictures.kept(widget, after[place], self.compare)
            for place, widget in old.widgets
        )

    def _turned(self, old: Field, new: Field) -> bool:
        after = self._widgets(new)
        return old.kind != "/Btn" and any(
            place in after and faces.has_others(after[place], signed=widget) for place, widget in old.widgets
        )

    def _new_field(self, new: Shown) -> Iterator[Change]:
        field = new.field
        if new.acts:
            yield Change("field-added", False, new.pages, field.name)
        elif not field.terminal:
            return  # what is below it counts
        elif field.is_signed:
            yield self._signature(new, prepared=False)
        elif field.is_signature and (not new.boxes or self._blank(new)):
            yield Change("nothing-visible", True, new.pages)
        else:
            yield Change("field-added", False, new.pages, field.name)

    def _blank(self, new: Shown) -> bool:
        """A place for a signature that draws nothing, in a document that is not certified."""
        return self.permission.level is None and not new.draws

    def _signature(self, new: Shown, *, prepared: bool) -> Change:
        """A signature or a document timestamp that was added later, in a field that was `prepared` or new."""
        field, stamp = new.field, new.is_stamp
        pages, marks = new.pages, new.signature.marks
        if new.covered <= self.permission.signed_bytes:
            return Change("signature-reused", False, pages, field.name)
        level = self.permission.level
        if level is not None and not (stamp and not marks) and (level < FILL or (marks and not prepared)):
            return Change("signature-not-permitted", False, pages, field.name)
        if stamp and marks:
            return Change("timestamp-shows", False, pages, field.name)
        if new.layered:
            return Change("mark-layered", False, pages, field.name)
        if new.turns:
            return Change("mark-turns", False, pages, field.name)
        if not prepared and self.permission.locked(field.name) and marks:
            return Change("field-locked", False, pages, field.name)
        return new.signature


def _parents(old: Page | Field, new: Page | Field) -> set[str]:
    """What need not be compared, as its place in the tree says the same: some readers look for what is
    inherited from above, others from below."""
    return {"/Parent"} if old.rooted and new.rooted else set()


def _has_any(field: Field, keys: set[str]) -> bool:
    """Whether the field or one of its widgets has one of these entries."""
    return any(keys & {str(key) for key in node} for node in (field.node, *(w for _, w in field.widgets)))


def _visible_box(annotation: DictionaryObject) -> Box | None:
    if int(value_of(annotation, "/F", 0)) & UNSHOWN:
        return None
    box = rectangle(annotation["/Rect"])
    return box if box[0] < box[2] and box[1] < box[3] else None


def _comment(node: DictionaryObject, page: int, code: str = "comment-added") -> Change:
    box = _visible_box(node)
    marks = (Mark("comment", page, rewritten.icon_of(node, box)),) if box else ()
    return Change(code, True, (page,), marks=marks)


def _harmless(node: DictionaryObject) -> bool:
    """A comment that marks what is written and cannot pass for it: no text, picture or action of its own."""
    if str(value_of(node, "/Subtype")) not in COMMENTS or ACTIVE & {str(key) for key in node}:
        return False
    if value_of(node, "/Cap"):  # its words are written along the line (12.5.6.7)
        return False
    if faces.is_unsteady(node) or (faces.has_others(node) and not rewritten.is_small_note(node)):
        return False
    for value in within(value_of(node, "/AP")):
        if value_of(value, "/Font") or value_of(value, "/Subtype") == "/Image" or value_of(value, "/Pattern"):
            return False
        if isinstance(value, StreamObject) and INLINE_IMAGE.search(value.data):
            return False
    return True


def _keeps(old: Any, new: Any) -> bool:
    """Whether all entries of the old list are still there, in their order."""
    if new is None:
        return False
    left = iter([identity(entry) for entry in items(new)])
    return all(identity(entry) in left for entry in items(old))
