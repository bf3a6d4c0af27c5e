"""What happened to a document after it was signed: two looks, and what they found in words.

The first look compares all objects that a viewer can reach (structure.py), the second the pages as they are
drawn (rendering.py). What cannot be analysed is never taken for harmless. Why: docs/decisions/0012.
"""

import io
import mmap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.comparison import structure
from signing.comparison.rendering import Comparison, Look, alike
from signing.comparison.structure import Change, Permission, Side
from signing.pdf import document, form_pictures, locks
from signing.pdf.document import Document, Field, value_of
from signing.pdf.entries import Twice
from signing.pdf.form_pictures import Contradiction, contradictions
from signing.pdf.parsing import GIVES_UP, PARSE_ERRORS, open_pdf, open_version
from signing.pdf.settled import Settled
from signing.pdf.signed_bytes import SignedRange, blank_after
from signing.pdf.versions import Reader, all_within, last_table
from signing.reports.notes import note
from signing.reports.report import Compared, Note

MAXIMUM_AREAS = 100  # that one note lists
MAXIMUM_DETAIL = 300  # characters
NAMED = 5  # entries that a note names


@dataclass(frozen=True, slots=True)
class Changes:
    """`allowed` changes leave the signature standing; one that is `forbidden` breaks it. `warnings` say what
    was not looked at, `doubts` what programs may read otherwise in what was signed. `compared`: as in a
    SignatureReport."""

    allowed: tuple[Note, ...] = ()
    forbidden: tuple[Note, ...] = ()
    warnings: tuple[Note, ...] = ()
    doubts: tuple[Note, ...] = ()
    compared: Compared | None = None


@dataclass
class History:
    """The versions of one document; what is read and drawn of the present one serves all its signatures."""

    data: mmap.mmap | bytes
    reader: Reader
    _expected: Sequence[int] = ()
    _compared_fields: dict[str, Contradiction | None] = field(default_factory=dict)

    def ends_with(self, revision: int, end: int) -> bool:
        """Are the first `end` bytes a version that ends with this update, all tables within them?"""
        sections = self.reader.sections[: self.reader.last_part(revision) + 1]
        try:
            table = last_table(self.reader.stream, end)
        except PARSE_ERRORS:
            return False
        return table == sections[-1].meta_info.declared_startxref and all_within(sections, end)

    def after(self, embedded: EmbeddedPdfSignature, covered: SignedRange) -> Changes:
        """What was added after this signature, which must cover its whole version."""
        if blank_after(self.data, covered.end):
            return Changes()
        if self.reader.last_part(embedded.signed_revision) + 1 >= self.reader.xrefs.total_revisions:
            return Changes(forbidden=(note("unlisted-update"),))
        try:
            return self._compare(embedded, covered)
        except GIVES_UP:
            return Changes(forbidden=(note("change-unreadable"),))

    def given_twice(self, revision: int, end: int) -> tuple[list[Twice], list[Twice]]:
        """Entries with two values, as far as they were read: in the version of so many bytes that ends with
        this update, and in what came later."""
        last = self.reader.last_part(revision)
        parts: tuple[list[Twice], list[Twice]] = [], []
        for one in self.reader.twice:
            signed = one.offset <= end if one.of is None else self.reader.is_of(*one.of, last)
            parts[0 if signed else 1].append(one)
        return parts

    def since(self, length: int) -> Changes:
        """What was added to the first `length` bytes, which nobody need have signed: as by `after`, where
        nothing but signatures may be added."""
        try:
            version = document.read(open_pdf(io.BytesIO(self._data[:length])))
            alone = Permission(None, lambda _: False, length, only_signatures=True)
            return self._found(length, version, alone)
        except GIVES_UP:
            return Changes(forbidden=(note("change-unreadable"),))

    def _compare(self, embedded: EmbeddedPdfSignature, covered: SignedRange) -> Changes:
        self._draw_ahead(covered.end)
        reader = open_version(self.reader, self._data, covered.end, embedded.signed_revision)
        signed = document.read(reader, partial(self._settled.of, reader))
        if not _shows(signed, embedded):
            return Changes(forbidden=(note("signed-version-differs"),))
        found = self._found(covered.end, signed, _permission(embedded, reader, covered.end))
        before, later = self.given_twice(embedded.signed_revision, covered.end)
        if before := [*before, *reader.twice]:
            found = replace(found, doubts=(entry_twice(before),))
        if later:
            found = replace(found, forbidden=(entry_twice(later), *found.forbidden))
        if self.reader.header_at:
            found = replace(found, doubts=(*found.doubts, note("header-late")))
        return found

    def _draw_ahead(self, end: int) -> None:
        """The pictures of this version are got ready beside this process, and those of the next one."""
        following = self._expected[self._expected.index(end) + 1 :][:1] if end in self._expected else []
        for length in (end, *following):
            self._comparison.begin(length)

    def _found(self, length: int, signed: Document, permission: Permission) -> Changes:
        found = structure.review(Side.of(signed), self._present_side, permission)
        allowed, forbidden = [c for c in found if c.allowed], [c for c in found if not c.allowed]
        seen = self._looks(length, signed, allowed)
        told = (*_notes(allowed), *self._shown_otherwise(allowed))
        return Changes(
            told or (() if forbidden else (note("nothing-visible"),)),
            (*_counted(forbidden, signed, self.present), *_seen(seen)),
            tuple(_unseen(seen)),
            compared=None if _filled(allowed) else alike(seen, len(self.present.pages)),
        )

    def _shown_otherwise(self, allowed: Sequence[Change]) -> Iterator[Note]:
        """Filled fields that show something else than the value that programs read."""
        filled = {change.detail for change in allowed if change.code == "form-filled"}
        if left := filled - self._compared_fields.keys():
            told = self._contradictions
            if told is None:
                told = contradictions(self._data, left)
            self._compared_fields |= {**dict.fromkeys(left), **{found.name: found for found in told}}
        for name in sorted(filled):
            if found := self._compared_fields[name]:
                code = "value-shown-otherwise" if found.compared else "value-not-compared"
                code = "value-drawn-otherwise" if found.redrawn else code
                yield _note(code, found.pages, found.name)

    def form_notes(self) -> list[Note]:
        """What is to be said of the form of the present version."""
        try:
            fields = self._fields()
        except PARSE_ERRORS:
            return form_pictures.notes(None)
        if not any(field.terminal and not field.is_signature for field in fields):
            return []
        return form_pictures.notes(self._contradictions)

    def _fields(self) -> list[Field]:
        try:
            return list(self.present.fields.values())
        except PARSE_ERRORS:  # a fault of its pages, it may be
            return document.form_fields(self.reader)

    def _looks(self, length: int, signed: Document, allowed: Sequence[Change]) -> list[Look]:
        present = {page.identity: page for page in self.present.pages}
        pages = [(p.number, present[p.identity]) for p in signed.pages if p.identity in present]
        marks = [mark for change in allowed for mark in change.marks]
        return self._comparison.looks(length, pages, marks)

    def prepare(self) -> None:
        """Start what draws, where it is likely to be asked: more than a document and one signature."""
        if self.reader.xrefs.total_revisions > 2:
            self._comparison  # noqa: B018

    def expect(self, ends: Sequence[int]) -> None:
        """Say how long the versions are that will be looked at, in this order; the next one is drawn while
        the present one is compared."""
        self._expected = ends
        if ends:
            self._comparison.begin(ends[0])

    def close(self) -> None:
        """Stop what still draws."""
        if "_comparison" in self.__dict__:
            self._comparison.close()

    @cached_property
    def _contradictions(self) -> list[Contradiction] | None:
        """Those of all fields, looked at once."""
        return form_pictures.all_contradictions(self._data)

    @cached_property
    def present(self) -> Document:
        """The document as it is now. Raises PARSE_ERRORS."""
        return document.read(self.reader)

    @cached_property
    def _settled(self) -> Settled:
        return Settled(self.reader, self.present)

    @cached_property
    def _present_side(self) -> Side:
        return Side.of(self.present)

    @cached_property
    def _comparison(self) -> Comparison:
        return Comparison(self._data)

    @cached_property
    def _data(self) -> bytes:
        """The whole file as it is now; a mapped one can change under those who draw it."""
        return bytes(self.data[:])


def entry_twice(found: Sequence[Twice]) -> Note:
    return note("entry-twice", names=", ".join(sorted({one.key for one in found})[:NAMED]))


def _shows(signed: Document, embedded: EmbeddedPdfSignature) -> bool:
    """Whether the signed version, on its own, has this signature in one of its fields."""
    mine = list(embedded.byte_range)
    return any(
        [document.resolved(number) for number in value_of(field.node["/V"], "/ByteRange", ())] == mine
        for field in signed.fields.values()
        if field.is_signed
    )


def _permission(embedded: EmbeddedPdfSignature, signed: PdfFileReader, end: int) -> Permission:
    """The narrowest of what this signature allows and what the certification allows that it was put under."""
    _, certified = locks.certified(signed)
    stated = (locks.level(embedded.sig_field, embedded.sig_object), certified)
    level = min((one for one in stated if one is not None), default=None)
    fields = locks.locks(embedded.sig_field, embedded.sig_object)
    return Permission(level, fields.hold, end, fields.stated)


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


def _filled(changes: Iterable[Change]) -> bool:
    """Whether pages may show something else in a form, which is no difference where it is allowed."""
    return any(mark.kind == "form" for change in changes for mark in change.marks)


def _unseen(looks: Iterable[Look]) -> Iterator[Note]:
    for look in looks:
        if not look.made:
            yield _note("look-not-made", (), look.renderer)
        elif look.unseen:
            yield _note("look-not-complete", look.unseen, look.renderer)
