"""Two faults of old writers in cross-reference tables that every viewer reads over."""

import re
from typing import Any

from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.xref import XRefBuilder, XRefSection

HEADER = re.compile(rb"\s*(\d+)\s+(\d+)\s+obj\b")
SUBSECTION = re.compile(rb"\s*(?:xref\s*)?(\d+)\s+(\d+)\b")
LONGEST_HEADER = 40  # bytes
NEVER_USED = 65_535  # the generation of object 0, the head of the list of free objects


class TableReader(XRefBuilder):
    """pyHanko's reader of the tables. It takes an earlier table at 0, where the header stands, for none,
    and a table that counts from 1 for what it is."""

    def _read_xref_table(self, declared_startxref: int) -> int | None:
        earlier = super()._read_xref_table(declared_startxref)
        self._count_from_zero(self.sections[-1], oldest=not earlier)
        return earlier or None

    def _read_xref_stream(self, declared_startxref: int) -> int | None:
        return super()._read_xref_stream(declared_startxref) or None

    def _count_from_zero(self, section: XRefSection, *, oldest: bool) -> None:
        """The head of the free objects is number 0. Where it is called 1, each number is one too high; that
        is believed only where each object says so, in the first table of a file and of one piece. Who writes
        so later means to be read in two ways, and raises PdfReadError."""
        told = section.xref_data
        if told.freed.get(1) != NEVER_USED or told.hybrid or not told.standard_xrefs:
            return
        place = self.stream.tell()
        moved = all(
            self._header_at(where) == (number - 1, generation)
            for number, (generation, where) in told.standard_xrefs.items()
        )
        self.stream.seek(place)
        if moved and not (oldest and self._of_one_piece(section)):
            raise PdfReadError("the table of an update counts from 1")
        if moved:
            told.standard_xrefs = {number - 1: entry for number, entry in told.standard_xrefs.items()}
            told.freed = {number - 1: generation for number, generation in told.freed.items() if number > 1}
            told.explicit_refs_in_revision = {
                (number - 1, generation)
                for number, generation in told.explicit_refs_in_revision
                if number > 1
            }

    def _of_one_piece(self, section: XRefSection) -> bool:
        """Is there but one subsection, from the head on?"""
        place, told = self.stream.tell(), section.xref_data
        self.stream.seek(section.meta_info.start_location)
        found: Any = SUBSECTION.match(self.stream.read(LONGEST_HEADER))
        self.stream.seek(place)
        return bool(found) and (int(found[1]), int(found[2])) == (1, len(told.freed | told.standard_xrefs))

    def _header_at(self, place: int) -> tuple[int, int] | None:
        self.stream.seek(place)
        found: Any = HEADER.match(self.stream.read(LONGEST_HEADER))
        return (int(found[1]), int(found[2])) if found else None
