"""A document and its earlier versions, read from untrusted bytes.

A version is read as if nothing followed it. What the cross-reference tables place at the same bytes in both
is the same object, so it is parsed once however many versions there are; only what leads on, a reference, is
made for each of them. What runs beyond the end of the version, or depends on another object that is not the
same (the length of a stream), is read anew.
"""

import io
import mmap
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import takewhile
from typing import Any, BinaryIO

from pyhanko.pdf_utils.decode_limits import DecodeContext, DecodeLimits
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DecryptedObjectProxy,
    DictionaryObject,
    EncryptedObjAccess,
    IndirectObject,
    Reference,
    StreamObject,
    TrailerReference,
    proxy_encrypted_obj,
)
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import ObjStreamRef, TrailerDictionary, XRefCache, XRefSection

from signing.pdf.entries import Twice, listed_twice
from signing.pdf.table_faults import TableReader

HEADER = re.compile(rb"%PDF-(\d)\.(\d)")
HEADER_WINDOW = 1024  # readers look for %PDF- within the first kilobyte (ISO 32000-1, Annex H)
# The place of the last table, and the end of file mark: extra white space and a mark on the same line are
# seen in the wild and read by every viewer.
LAST_TABLE = re.compile(rb"startxref[\x00\t\n\x0c\r ]*(\d{1,12})[\x00\t\n\x0c\r ]*%%EOF")
TAIL_WINDOW = 2048
TABLE = re.compile(rb"[\x00\t\n\x0c\r ](?:xref\b|\d{1,10}\s+\d{1,5}\s+obj\b)")  # where one begins
Pair = tuple[IndirectObject, IndirectObject]  # one object in a version and in the whole document
Marker = int | ObjStreamRef | None  # where the cross-reference table says that an object is


class _Tables(XRefCache):
    """The sections of a cross-reference table. Each object is looked for once, for all versions."""

    reader: "Reader"

    def __getitem__(self, ref: Reference) -> Marker:
        return self.reader.place(ref)

    def get_last_change(self, ref: Reference) -> int:
        """The last section that speaks of an object. Raises KeyError where none does."""
        for number, _ in self.reader.said_of(ref):
            return number
        raise KeyError(ref)

    def get_introducing_revision(self, ref: Reference) -> int:
        """The first section that says where an object is. Raises KeyError where none does."""
        for number, place in reversed(self.reader.said_of(ref)):
            if place is not None:
                return number
        raise KeyError(ref)


class Reader(PdfFileReader):
    """pyHanko's reader in its lenient mode, which also takes a header that is not at the first byte and odd
    white space around the place of the last table. It remembers where each object ended."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        size = stream.seek(0, os.SEEK_END)
        self._begin(stream, size)
        self.last_startxref = last_table(stream, size)
        builder = TableReader(handler=self, stream=stream, strict=False, last_startxref=self.last_startxref)
        self.xrefs = _Tables(self, builder.read_xrefs())  # type: ignore[no-untyped-call]
        self.trailer, self.has_xref_stream = builder.trailer, builder.has_xref_stream

    def _begin(self, stream: BinaryIO, size: int) -> None:
        """What PdfFileReader's own constructor sets, which finds the tables in a stricter way; for the first
        `size` bytes of a stream."""
        self.strict = False
        self.resolved_objects: dict[tuple[int, int], Any] = {}
        self.ends: dict[int, int] = {}
        self.twice: list[Twice] = []
        self._listed: set[int] = set()
        self._places: dict[tuple[int, int], list[tuple[int, Marker]]] = {}
        self._references: dict[tuple[int, int], list[IndirectObject]] = {}
        self._leading: dict[int, tuple[Any, bool]] = {}
        self._decode_context = DecodeContext(DecodeLimits(), input_size=size)
        self._security_handler = self._input_version = self._embedded_signatures = None
        self._historical_resolver_cache: dict[int, Any] = {}
        stream.seek(0)
        header = HEADER.search(stream.read(min(size, HEADER_WINDOW)))
        if header is None:
            raise PdfReadError("no header")
        self._header_version = int(header[1]), int(header[2])
        self.header_at = header.start()

    def _read_object(
        self,
        ref: Reference,
        marker: Marker,
        never_decrypt: bool = False,
        as_metadata_stream: bool = False,
    ) -> Any:
        found = super()._read_object(ref, marker, never_decrypt, as_metadata_stream)
        if isinstance(marker, int):
            self.ends[marker] = self.stream.tell()
        return _left_plain(found) if isinstance(found, DecryptedObjectProxy) else found

    def _get_object_from_stream(self, idnum: int, stmnum: int, idx: int) -> Any:
        if stmnum not in self._listed:
            self._listed.add(stmnum)
            container = Reference(stmnum, 0, self).get_object()
            for number in _packed_twice(container):
                place = self.place(Reference(number, 0, self))
                if isinstance(place, ObjStreamRef) and place.obj_stream_id == stmnum:
                    self.twice.append(Twice(f"{number} 0 obj", (stmnum, 0), 0))
        return super()._get_object_from_stream(idnum, stmnum, idx)  # type: ignore[no-untyped-call]

    def place(self, ref: Reference) -> Marker:
        """Where the cross-reference table says that an object is."""
        return self.place_in(ref, self.xrefs.total_revisions)

    def place_in(self, ref: Reference, revision: int) -> Marker:
        """Where it says that, up to an update (from 0)."""
        return next((place for number, place in self.said_of(ref) if number <= revision), None)

    def said_of(self, ref: Reference) -> list[tuple[int, Marker]]:
        """Where the updates that speak of an object say that it is, the newest first."""
        key = ref.idnum, ref.generation
        if key not in self._places:
            said = [(n, _place(self.sections[n], ref)) for n in self._speaking.get(ref.idnum, ())]
            self._places[key] = [(n, place[0]) for n, place in reversed(said) if place]
        return self._places[key]

    @cached_property
    def _speaking(self) -> Mapping[int, list[int]]:
        """The sections that may speak of the objects of a number, the oldest first."""
        found: dict[int, list[int]] = {}
        for n, section in enumerate(self.sections):
            for number in _numbers(section):
                found.setdefault(number, []).append(n)
        return found

    @property
    def encrypt_dict(self) -> DictionaryObject | None:
        return super().encrypt_dict if self._names_encryption else None

    @cached_property
    def _names_encryption(self) -> bool:
        """Asked for each object that is read, of as many trailers as there are updates."""
        return any("/Encrypt" in trailer for trailer in self.trailers)

    def since(self, ref: Reference) -> tuple[int, int] | None:
        """From which update on, and in versions of how many bytes, an object is the one that it is in the
        whole document; None where that cannot be told. Raises PARSE_ERRORS."""
        place, found = self.place(ref), ref.get_object()
        if place is None:
            return None
        update = [number for number, _ in takewhile(lambda said: said[1] == place, self.said_of(ref))][-1]
        parts: list[tuple[int, int] | None] = []
        if isinstance(place, int):
            parts.append((update, self.ends[place]) if place in self.ends else None)
        else:
            container = Reference(place.obj_stream_id, 0, self)
            held = isinstance(self.place(container), int) and _says_all_itself(container.get_object())
            parts += [(update, 0), self.since(container) if held else None]
        length = found.raw_get("/Length") if isinstance(found, StreamObject) and "/Length" in found else None
        if isinstance(length, IndirectObject):
            parts.append(self.since(length.reference))
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        return max(number for number, _ in known), max(end for _, end in known)

    def references_in(self, number: int, generation: int) -> list[IndirectObject]:
        """The references that stand in an object."""
        key = number, generation
        if key not in self._references:
            found = self.get_object(Reference(number, generation, self))  # type: ignore[no-untyped-call]
            self._references[key] = list(_references(found))
        return self._references[key]

    def leads_on(self, value: Any) -> bool:
        """Are there references in a value that was read here?"""
        if isinstance(value, IndirectObject):
            return True
        if not isinstance(value, DictionaryObject | ArrayObject):
            return False
        if (known := self._leading.get(id(value))) is None:
            held = dict.values(value) if isinstance(value, DictionaryObject) else list.__iter__(value)
            known = self._leading[id(value)] = value, any(map(self.leads_on, held))
        return known[1]

    @cached_property
    def sections(self) -> list[XRefSection]:
        """The sections of the cross-reference table, the oldest first."""
        return [
            XRefSection(self.xrefs.get_xref_container_info(n), self.xrefs.get_xref_data(n))
            for n in range(self.xrefs.total_revisions)
        ]

    def is_of(self, number: int, generation: int, revision: int) -> bool:
        """Is the object the one that it was after that update?"""
        ref = Reference(number, generation, self)
        now, then = self.place(ref), self.place_in(ref, revision)
        if isinstance(now, ObjStreamRef) and now == then:
            return self.is_of(now.obj_stream_id, 0, revision)
        return now == then

    def last_part(self, revision: int) -> int:
        """The last section of an update, by any of its sections. The first part of a file for the web is read
        last and stands before the other one: it is no update."""
        starts = self._starts
        while revision + 1 < len(starts) and starts[revision + 1] < starts[revision]:
            revision += 1
        return revision

    @cached_property
    def _starts(self) -> list[int]:
        return [section.meta_info.start_location for section in self.sections]

    @property
    def trailers(self) -> list[DictionaryObject]:
        """The trailer of each section, the newest first."""
        return list(self.trailer._trailer_revisions)  # noqa: SLF001 (said nowhere else)


class _Beginning(io.RawIOBase):
    """The first `end` bytes where they lie: a copy for each version would cost more than to read it."""

    def __init__(self, data: bytes | mmap.mmap, end: int) -> None:
        super().__init__()
        self._data, self._end, self._place = data, end, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        place = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._end}[whence]
        if place < 0:
            raise ValueError("a place before the first byte")
        self._place = place
        return place

    def readinto(self, buffer: Any) -> int:
        part = self._data[self._place : min(self._end, self._place + len(buffer))]
        buffer[: len(part)] = part
        self._place += len(part)
        return len(part)


class _Trailer(TrailerDictionary):
    """That of a version. What it says is looked up where the whole document has it."""

    def __init__(self, version: "Version", trailers: Sequence[DictionaryObject]) -> None:
        super().__init__()
        self.container_ref = TrailerReference(version)  # type: ignore[no-untyped-call]
        self._version = version
        self._trailer_revisions = list(trailers)

    def raw_get(
        self,
        key: str,
        decrypt: EncryptedObjAccess = EncryptedObjAccess.TRANSPARENT,
        revision: int | None = None,
    ) -> Any:
        return self._version.rebound(super().raw_get(key, decrypt, revision), self.container_ref)

    def flatten(self, revision: int | None = None) -> Any:
        return self._version.rebound(super().flatten(revision), self.container_ref)


class Version(Reader):
    """The first `end` bytes of a document, whose last update is `revision` (from 0)."""

    def __init__(self, whole: Reader, data: bytes | mmap.mmap, end: int, revision: int) -> None:
        self._whole, self._data, self._end, self._revision = whole, data, end, revision
        self._begin(whole.stream, end)
        self._made: dict[int, tuple[Any, Any, Reference]] = {}
        sections = whole.sections[: revision + 1]
        self.last_startxref = last_table(whole.stream, end)
        if self.last_startxref != sections[-1].meta_info.declared_startxref or not all_within(sections, end):
            raise PdfReadError("the version does not end with that update")
        self.xrefs = _Tables(self, sections)
        self.has_xref_stream = whole.has_xref_stream
        self.trailer = _Trailer(self, whole.trailers[-len(sections) :])

    @cached_property
    def stream(self) -> BinaryIO:
        """These bytes alone, for what is read anew."""
        return io.BufferedReader(_Beginning(self._data, self._end))

    def _read_object(
        self,
        ref: Reference,
        marker: Marker,
        never_decrypt: bool = False,
        as_metadata_stream: bool = False,
    ) -> Any:
        if not as_metadata_stream and self._shares(ref, marker):
            found = self._in_whole(ref.idnum, ref.generation)
            if self._within(marker, found):
                here = Reference(ref.idnum, ref.generation, self)
                made = self.rebound(found, here)
                self._made[id(made)] = made, found, here
                return made
        return super()._read_object(ref, marker, never_decrypt, as_metadata_stream)

    def place(self, ref: Reference) -> Marker:
        return self._whole.place_in(ref, self._revision)

    def said_of(self, ref: Reference) -> list[tuple[int, Marker]]:
        return [said for said in self._whole.said_of(ref) if said[0] <= self._revision]

    def reaches(self, revision: int, end: int) -> bool:
        """Does the version hold that update and so many bytes?"""
        return self._revision >= revision and self._end >= end

    def unchanged_inside(self, old: Any, new: Any) -> list[Pair] | None:
        """The references in an object that is the same in this version, as `old`, and in the whole document,
        as `new`: each as it is in both. None where it is another object, or that cannot be told."""
        if isinstance(old, IndirectObject) and isinstance(new, IndirectObject):
            here: Reference | None = old.reference
            of_whole = new.reference.pdf is self._whole and new.reference == here
            shared = of_whole and self._is_shared(old.reference)
        else:
            _, found, here = self._made.get(id(old), (old, None, None))
            shared = found is new
        if not shared or here is None:
            return None
        inside = self._whole.references_in(here.idnum, here.generation)
        return [(IndirectObject(r.idnum, r.generation, self), r) for r in inside]  # type: ignore[no-untyped-call]

    def rebound(self, value: Any, container: Any) -> Any:
        """A value of the whole document, with references that lead into this version; the very same where it
        holds none."""
        made: Any
        if not self._whole.leads_on(value):
            return value
        if isinstance(value, IndirectObject):
            made = IndirectObject(value.idnum, value.generation, self)  # type: ignore[no-untyped-call]
        elif isinstance(value, ArrayObject):
            made = ArrayObject([self.rebound(one, container) for one in list.__iter__(value)])
        else:
            stream = isinstance(value, StreamObject)
            made = StreamObject(encoded_data=value.encoded_data) if stream else DictionaryObject()  # type: ignore[no-untyped-call]
            dict.update(made, {key: self.rebound(one, container) for key, one in dict.items(value)})
        made.container_ref = container
        return made

    def _is_shared(self, ref: Reference) -> bool:
        place = self.place(ref)
        return self._shares(ref, place) and self._within(place, self._in_whole(ref.idnum, ref.generation))

    def _in_whole(self, number: int, generation: int) -> Any:
        return self._whole.get_object(Reference(number, generation, self._whole))  # type: ignore[no-untyped-call]

    def _shares(self, ref: Reference, marker: Marker) -> bool:
        """Do both tables place it at the same bytes?"""
        if marker is None or marker != self._whole.xrefs[ref]:
            return False
        if isinstance(marker, int):
            return True
        container = Reference(marker.obj_stream_id, 0, self)
        place = self.place(container)
        if not isinstance(place, int) or not self._shares(container, place):
            return False
        found = self._in_whole(marker.obj_stream_id, 0)
        return self._within(place, found) and _says_all_itself(found)

    def _within(self, marker: Marker, found: Any) -> bool:
        """Does the object lie within this version, with nothing of it said elsewhere?"""
        if isinstance(marker, int) and self._whole.ends.get(marker, self._end + 1) > self._end:
            return False
        if not isinstance(found, StreamObject):
            return True
        length = found.raw_get("/Length") if "/Length" in found else None
        if not isinstance(length, IndirectObject):
            return True
        place = self.place(length.reference)
        return self._shares(length.reference, place) and self._within(place, None)


def last_table(stream: BinaryIO, size: int) -> int:
    """Where the last cross-reference table of a document begins, by its last words. Raises PdfReadError."""
    start = stream.seek(max(0, size - TAIL_WINDOW))
    found = list(LAST_TABLE.finditer(stream.read(size - start)))
    if not found:
        raise PdfReadError("no startxref at the end")
    return int(found[-1][1])


def counts_from(stream: BinaryIO, header: int) -> bool:
    """Do the places in a document count from a header that is not at its first byte, as viewers take them to
    do? Raises PdfReadError."""
    place = last_table(stream, stream.seek(0, os.SEEK_END))
    stream.seek(place + header - 1)
    return header > 0 and TABLE.match(stream.read(64)) is not None


def all_within(sections: Sequence[XRefSection], end: int) -> bool:
    """Do these parts of the cross-reference table end before `end`? Where a table leads to a stream beside it
    (hybrid files, ISO 32000-1, 7.5.8.4), the stream as well."""
    beside = [section.xref_data.hybrid for section in sections if section.xref_data.hybrid is not None]
    return all(section.meta_info.end_location <= end for section in (*sections, *beside))


def _left_plain(found: DecryptedObjectProxy) -> Any:
    """An object of an encrypted document; of metadata that are not encrypted (EncryptMetadata, ISO 32000-2,
    table 21), which readers know by their type, the bytes as they stand."""
    held, handler = found.raw_object, found.handler
    if not isinstance(held, StreamObject) or handler.encrypt_metadata:
        return found
    packed = dict.get(held, "/Filter")
    filters = list(packed) if isinstance(packed, ArrayObject) else [packed]
    if dict.get(held, "/Type") != "/Metadata" or "/Crypt" in filters:
        return found  # of another kind, or one whose filter says how it is encrypted
    entries = {key: proxy_encrypted_obj(value, handler) for key, value in dict.items(held)}  # type: ignore[no-untyped-call]
    plain = type(held)(entries, encoded_data=held.encoded_data)
    plain.container_ref = held.container_ref
    return plain


def _says_all_itself(container: Any) -> bool:
    """Where its members begin, how many they are and how they are packed. Its length is looked at apart."""
    if not isinstance(container, StreamObject):
        return False
    entries = (container.raw_get(key) for key in container if key != "/Length")
    return not any(True for entry in entries for _ in _references(entry))


def _packed_twice(container: Any) -> list[int]:
    if not isinstance(container, StreamObject):
        return []
    return listed_twice(container.data, int(container["/First"]), int(container["/N"]))


def _numbers(section: XRefSection) -> set[int]:
    """Those of the objects of which a section, or the stream beside it, may say where they are."""
    data = section.xref_data
    beside = _numbers(data.hybrid) if data.hybrid is not None else ()
    return {*data.xrefs_in_objstm, *data.standard_xrefs, *data.freed, *beside}


def _place(section: XRefSection, ref: Reference) -> tuple[Marker] | None:
    """Where one section says that an object is, None where it says nothing of it."""
    try:
        return (section.xref_data.try_resolve(ref),)
    except KeyError:
        return None


def _references(value: Any) -> Iterator[IndirectObject]:
    """Those in a value, not followed."""
    pending = [value]
    while pending:
        found = pending.pop()
        if isinstance(found, IndirectObject):
            yield found
        elif isinstance(found, DictionaryObject):
            pending += [found.raw_get(key) for key in found]
        elif isinstance(found, ArrayObject):
            pending += [found.raw_get(n) for n in range(len(found))]
