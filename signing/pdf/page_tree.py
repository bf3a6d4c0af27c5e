"""How many pages a document has, and whether programs agree on that.

Each node of the tree says what it is and how many pages are below it (ISO 32000-1, 7.7.3). Some programs go
by the one, some by the other, and some give up.
"""

from dataclasses import dataclass, field
from typing import Any

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.pdf.document import MAXIMUM_NODES, items, resolved, value_of
from signing.pdf.parsing import PARSE_ERRORS

DEEPEST = 200  # levels; real documents have less than ten


@dataclass(slots=True)
class PageTree:
    """`pages`: those that can be reached, or where the tree has no end as many as its root says; None where
    neither is known. `agreed`: all nodes say what is so."""

    pages: int | None = None
    agreed: bool = True
    _nodes: int = field(default=0, repr=False)

    def below(self, entry: Any, depth: int = 0) -> int:
        """The pages of a node. Raises ValueError where the tree has no end, and PARSE_ERRORS."""
        self._nodes += 1
        node = resolved(entry)
        if not isinstance(node, DictionaryObject) or depth > DEEPEST or self._nodes > MAXIMUM_NODES:
            raise ValueError("the page tree is no tree")
        kind = value_of(node, "/Type")
        if "/Kids" not in node:
            self.agreed &= kind != "/Pages"
            return 1
        found = sum(self.below(kid, depth + 1) for kid in items(value_of(node, "/Kids", ArrayObject())))
        told = value_of(node, "/Count", found if depth else None)
        self.agreed &= kind != "/Page" and told is not None and int(told) == found
        return found


def of(reader: PdfFileReader) -> PageTree:
    tree = PageTree()
    try:
        tree.pages = tree.below(reader.root.raw_get("/Pages"))
    except PARSE_ERRORS:
        tree.agreed, tree.pages = False, _told(reader)
    return tree


def _told(reader: PdfFileReader) -> int | None:
    try:
        count = int(reader.root["/Pages"]["/Count"])
    except PARSE_ERRORS:
        return None
    return count if 0 <= count < MAXIMUM_NODES else None
