"""Fields of a form that an earlier version has as the present one has them, found once for all versions.

A document with many signatures has many fields, and each of its versions shows most of them. What a field is
made of stands at the same bytes from some update on; in every later version it is the same field, so there it
is neither read nor compared anew. Only plain fields of the form's own list are such, whose objects lead to
nothing that a version may show otherwise: beside their page and the catalog to no page, field or annotation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyhanko.pdf_utils.generic import Reference

from signing.pdf.document import Document, Field, Identity, Kept, identity
from signing.pdf.parsing import PARSE_ERRORS
from signing.pdf.versions import Reader, Version

MAXIMUM_INSIDE = 200  # objects of one field; the mark of a signature has ten


@dataclass(frozen=True, slots=True)
class _Settled:
    """A field that versions which hold `end` bytes and this update have as it is now."""

    kept: Kept
    revision: int
    end: int


@dataclass
class Settled:
    """Those of the `present` document, each looked at when a version has it."""

    reader: Reader
    present: Document
    _known: dict[Identity, _Settled | None] = field(default_factory=dict)

    def of(self, version: Reader, here: Identity) -> Kept | None:
        """The field of this number, if it is the present one in a version where it stands in the list of the
        form."""
        if not isinstance(version, Version) or here not in self.present.fields:
            return None
        if here not in self._known:
            self._known[here] = self._settled(self.present.fields[here])
        found = self._known[here]
        if found is None or not version.reaches(found.revision, found.end):
            return None
        return found.kept

    def _settled(self, one: Field) -> _Settled | None:
        if not one.terminal or not one.rooted or "/Kids" in one.node or "/Parent" in one.node:
            return None
        try:
            return self._walked(one)
        except PARSE_ERRORS:
            return None

    def _walked(self, one: Field) -> _Settled | None:
        """Whatever can be reached from it, but for pages and what else is compared by rules of its own."""
        allowed = self._outside(one)
        inside, named, pending = set[Identity](), set[Identity](), [one.identity]
        revision = end = 0
        while pending:
            here = pending.pop()
            if here in inside:
                continue
            if here in self.present.boundaries and here != one.identity:
                if here not in allowed:
                    return None
                named.add(here)
                continue
            since = self.reader.since(Reference(*here, self.reader))
            inside.add(here)
            if since is None or len(inside) > MAXIMUM_INSIDE:
                return None
            revision, end = max(revision, since[0]), max(end, since[1])
            pending += [(r.idnum, r.generation) for r in self.reader.references_in(*here)]
        return _Settled(Kept(one, frozenset(inside - {one.identity}), frozenset(named)), revision, end)

    def _outside(self, one: Field) -> Mapping[Identity, None]:
        """Its page and the catalog, which a signature may name as what it speaks of."""
        places = (identity(one.node.raw_get("/P")) if "/P" in one.node else None, self._catalog)
        return dict.fromkeys(place for place in places if place is not None)

    @property
    def _catalog(self) -> Identity | None:
        return identity(self.present.trailer.raw_get("/Root"))
