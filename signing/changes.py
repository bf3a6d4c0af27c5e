"""What happened to a document after it was signed: two looks, and what they found in words.

The first look compares all objects that a viewer can reach (structure.py), the second the pages as they are
drawn (rendering.py). What cannot be analysed is never taken for harmless. Why: docs/decisions/0012.
"""

import io
import mmap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, read_certification_data

from signing import document, structure
from signing.document import Document, value_of
from signing.notes import note
from signing.parsing import PARSE_ERRORS, Unreadable, open_pdf
from signing.rendering import Comparison, Look
from signing.report import Note
from signing.signed_bytes import PDF_SPACE, SignedRange
from signing.structure import Change, Permission

UNREADABLE: tuple[type[Exception], ...] = (*PARSE_ERRORS, Unreadable)
MAXIMUM_AREAS = 100  # that one note lists
MAXIMUM_DETAIL = 300  # characters


@dataclass(frozen=True, slots=True)
class Changes:
    """`allowed` changes leave the signature standing; one that is `forbidden` breaks it. `warnings` say what
    was not looked at."""

    allowed: tuple[Note, ...] = ()
    forbidden: tuple[Note, ...] = ()
    warnings: tuple[Note, ...] = ()


@dataclass
class History:
    """The versions of one document; what is read and drawn of the present one serves all its signatures."""

    data: mmap.mmap | bytes
    reader: PdfFileReader
    _versions: dict[int, bytes] = field(default_factory=dict)

    def after(self, embedded: EmbeddedPdfSignature, covered: SignedRange) -> Changes:
        """What was added after this signature, which must cover its whole version."""
        if not bytes(self.data[covered.end :]).strip(PDF_SPACE):
            return Changes()
        if embedded.signed_revision + 1 >= self.reader.xrefs.total_revisions:
            return Changes(forbidden=(note("unlisted-update"),))
        try:
            return self._compare(embedded, covered)
        except UNREADABLE:
            return Changes(forbidden=(note("change-unreadable"),))

    def since(self, length: int) -> Changes:
        """What was added to the first `length` bytes, which nobody need have signed: as by `after`, where
        nothing but signatures may be added."""
        try:
            version = bytes(self.data[:length])
            as_signed = Permission(None, lambda _: False, length)
            return self._found(version, document.read(open_pdf(io.BytesIO(version))), as_signed)
        except UNREADABLE:
            return Changes(forbidden=(note("change-unreadable"),))

    def _compare(self, embedded: EmbeddedPdfSignature, covered: SignedRange) -> Changes:
        version = self._versions.setdefault(covered.end, bytes(self.data[: covered.end]))
        reader = open_pdf(io.BytesIO(version))
        if not _shows(reader, embedded):
            return Changes(forbidden=(note("signed-version-differs"),))
        return self._found(version, document.read(reader), _permission(embedded, reader, covered.end))

    def _found(self, version: bytes, signed: Document, permission: Permission) -> Changes:
        found = structure.review(signed, self._present, permission)
        allowed, forbidden = [c for c in found if c.allowed], [c for c in found if not c.allowed]
        seen = self._looks(version, signed, allowed)
        return Changes(
            tuple(_notes(allowed)) or (() if forbidden else (note("nothing-visible"),)),
            (*_counted(forbidden, signed, self._present), *_seen(seen)),
            tuple(_unseen(seen)),
        )

    def _looks(self, version: bytes, signed: Document, allowed: Sequence[Change]) -> list[Look]:
        present = {page.identity: page for page in self._present.pages}
        pages = [(p.number, present[p.identity]) for p in signed.pages if p.identity in present]
        marks = [mark for change in allowed for mark in change.marks]
        return list(self._comparison.looks(version, pages, marks))

    @cached_property
    def _present(self) -> Document:
        return document.read(self.reader)

    @cached_property
    def _comparison(self) -> Comparison:
        return Comparison(bytes(self.data[:]))


def _shows(reader: PdfFileReader, embedded: EmbeddedPdfSignature) -> bool:
    """Whether the signed version, on its own, has this signature in one of its fields."""
    mine = list(embedded.byte_range)
    return any(
        list(value_of(value.get_object(), "/ByteRange", ())) == mine
        for _, value, _ in enumerate_sig_fields(reader, filled_status=True)
    )


def _permission(embedded: EmbeddedPdfSignature, signed: PdfFileReader, end: int) -> Permission:
    """The narrowest of what this signature allows and what the certification allows that it was put under."""
    levels = [embedded.docmdp_level]
    certification = read_certification_data(signed)
    if certification is not None:
        levels.append(certification.permission)
    stated = [level.value for level in levels if level is not None]
    locks = embedded.fieldmdp
    level = min(stated) if stated else None
    return Permission(level, lambda name: bool(locks and locks.is_locked(name)), end)


def _counted(forbidden: Sequence[Change], signed: Document, present: Document) -> Iterator[Note]:
    """The notes; the number of pages, where it changed, first."""
    if len(signed.pages) != len(present.pages):
        yield note("pages-changed", before=len(signed.pages), after=len(present.pages))
    yield from _notes(forbidden)


def _notes(changes: Iterable[Change]) -> Iterator[Note]:
    """One note for all changes of a kind."""
    kinds: dict[str, list[Change]] = {}
    for change in changes:
        kinds.setdefault(change.code, []).append(change)
    for code, of_kind in kinds.items():
        detail = ", ".join(dict.fromkeys(c.detail for c in of_kind if c.detail))
        yield _note(code, (page for c in of_kind for page in c.pages), detail, len(of_kind))


def _note(code: str, pages: Iterable[int], detail: str = "", count: int = 1) -> Note:
    numbers = tuple(sorted(set(pages)))
    shortened = detail if len(detail) <= MAXIMUM_DETAIL else f"{detail[:MAXIMUM_DETAIL]}…"
    said = note(code, pages=", ".join(map(str, numbers)) or "–", detail=shortened, count=count)
    return replace(said, pages=numbers)


def _seen(looks: Iterable[Look]) -> Iterator[Note]:
    """What renderers saw, one note a kind and renderer."""
    for look in looks:
        for code, areas in (("visible-difference", look.differing), ("mark-covers", look.covered)):
            if areas:
                said = _note(code, (area.page for area in areas), look.renderer)
                yield replace(said, areas=areas[:MAXIMUM_AREAS])
        if look.undrawn:
            yield _note("page-undrawn", look.undrawn, look.renderer)


def _unseen(looks: Iterable[Look]) -> Iterator[Note]:
    for look in looks:
        if not look.made:
            yield _note("look-not-made", (), look.renderer)
        elif look.unseen:
            yield _note("look-not-complete", look.unseen, look.renderer)
