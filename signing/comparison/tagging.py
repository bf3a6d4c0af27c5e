"""What may happen to the structure tree of a tagged PDF (ISO 32000-1, 14.7) when a field is signed or filled
or a comment is made: an element for the new annotation, and nothing else.

The tree tells screen readers and text search what a page says: what it says of the signed content must stay.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NullObject

from signing.pdf.document import MAXIMUM_NODES, Identity, Sameness, identity, items, resolved, value_of
from signing.pdf.parsing import PARSE_ERRORS

GROWS = {"/K", "/ParentTree", "/ParentTreeNextKey"}  # of the root
FOR_ANNOTATIONS = {"/Form", "/Annot", "/Link"}  # structure types (14.8.4.5)
GROUPS = {
    "/Document",
    "/Part",
    "/Sect",
    "/Div",
    "/NonStruct",
}  # what groups others and says no more (14.8.4.2)
#: An element for an annotation says where it stands. What it could say in place of content (ActualText, Alt,
#: E) is left out.
ENTRIES = {"/Type", "/S", "/P", "/K", "/Pg", "/ID", "/T", "/C", "/R"}


@dataclass(frozen=True, slots=True)
class Tree:
    """The structure tree of one version: its root, its elements by their identities, and the parent tree's
    values by their keys (14.7.4.4)."""

    root: DictionaryObject | None
    place: Identity | None = None  # of the root
    elements: Mapping[Identity, DictionaryObject] = field(default_factory=dict)
    parents: Mapping[int, Any] = field(default_factory=dict)

    @property
    def boundaries(self) -> dict[Identity, object]:
        """What a comparison of other things must not enter."""
        return {place: place for place in (*self.elements, self.place) if place is not None}


def read(catalog: DictionaryObject) -> Tree | None:
    """None where there is something that is no tree: it has no elements of its own, and may not change."""
    try:
        root = value_of(catalog, "/StructTreeRoot")
        if root is None:
            return Tree(None)
        parents = dict(_numbers(value_of(root, "/ParentTree", {})))
        return Tree(root, identity(catalog.raw_get("/StructTreeRoot")), dict(_elements(root)), parents)
    except PARSE_ERRORS:
        return None


def only_grew(old: Tree, new: Tree, compare: Sameness, annotations: Mapping[Identity, int]) -> bool:
    """Whether all elements are as they were, and what was added stands for annotations (their places on
    pages). `compare` must not enter elements."""
    if old.root is None or new.root is None:
        return old.root is new.root
    fresh = {i for i in new.elements if i not in old.elements}
    if _root_changed(old.root, new.root, compare) or not _kids_grew(old.root, new.root, fresh, compare):
        return False
    if not all(
        _for_annotation(new.elements[i], annotations) or _groups(new.elements[i], fresh) for i in fresh
    ):
        return False
    for place, before in old.elements.items():
        after = new.elements.get(place)
        if after is None or compare.changed(before, after) - {"/K"}:
            return False
        if not _kids_grew(before, after, fresh, compare):
            return False
    if any(key not in new.parents or not compare.same(v, new.parents[key]) for key, v in old.parents.items()):
        return False
    return all(identity(new.parents[key]) in fresh for key in new.parents if key not in old.parents)


def _root_changed(old: DictionaryObject, new: DictionaryObject, compare: Sameness) -> bool:
    """An empty role map says nothing."""
    changed = compare.changed(old, new) - GROWS
    if changed and not value_of(old, "/RoleMap") and not value_of(new, "/RoleMap"):
        changed.discard("/RoleMap")
    return bool(changed)


def _kids_grew(old: Any, new: Any, fresh: set[Identity], compare: Sameness) -> bool:
    """Whether the kids are the same, in their order, but for fresh elements among them."""
    before, after = _kids(old), [kid for kid in _kids(new) if identity(kid) not in fresh]
    return len(before) == len(after) and all(compare.same(a, b) for a, b in zip(before, after, strict=True))


def _for_annotation(element: DictionaryObject, annotations: Mapping[Identity, int]) -> bool:
    if {str(key) for key in element} - ENTRIES or str(value_of(element, "/S")) not in FOR_ANNOTATIONS:
        return False
    kids = [resolved(kid) for kid in _kids(element)]
    return all(
        isinstance(kid, DictionaryObject)
        and value_of(kid, "/Type") == "/OBJR"
        and "/Obj" in kid
        and identity(kid.raw_get("/Obj")) in annotations
        for kid in kids
    )


def _groups(element: DictionaryObject, fresh: set[Identity]) -> bool:
    """Is it a grouping element that holds nothing but fresh elements?"""
    if {str(key) for key in element} - ENTRIES or str(value_of(element, "/S")) not in GROUPS:
        return False
    return all(identity(kid) in fresh for kid in _kids(element))


def _elements(root: DictionaryObject) -> Iterator[tuple[Identity, DictionaryObject]]:
    pending: list[Any] = _kids(root)
    seen: set[Identity] = set()
    count = 0
    while pending:
        entry = pending.pop()
        here, node = identity(entry), resolved(entry)
        if not isinstance(node, DictionaryObject) or value_of(node, "/Type") in ("/MCR", "/OBJR"):
            continue
        count += 1
        if here in seen or count > MAXIMUM_NODES:
            raise ValueError("the structure tree is no tree")
        if here is not None:
            seen.add(here)
            yield here, node
        pending += _kids(node)


def _kids(node: Any) -> list[Any]:
    """The entries of /K, which may stand without an array around a single one; references not followed."""
    if "/K" not in node:
        return []
    raw = node.raw_get("/K")
    value = resolved(raw)
    if isinstance(value, NullObject):
        return []
    return items(value) if isinstance(value, ArrayObject) else [raw]


def _numbers(tree: Any) -> Iterator[tuple[int, Any]]:
    """The values of a number tree, references not followed (7.9.7)."""
    pending, count = [tree], 0
    while pending:
        node = pending.pop()
        count += 1
        if count > MAXIMUM_NODES:
            raise ValueError("the parent tree is no tree")
        pending += [resolved(kid) for kid in items(value_of(node, "/Kids", ArrayObject()))]
        pairs = items(value_of(node, "/Nums", ArrayObject()))
        yield from zip((int(resolved(key)) for key in pairs[::2]), pairs[1::2], strict=True)
