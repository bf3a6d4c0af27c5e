"""PDF files written by hand, in the legal and the odd ways of other makers, and signed so.

A document is a head and updates, each a number of objects and a table in some shape. Nothing here knows
pyHanko, so what its writer takes for granted can be left out.
"""

import hashlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

from signing import cades
from signing.keys.references import SigningKey

HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
END = b"startxref\n%d\n%%%%EOF\n"
ROOM = 12_000  # hex digits for a signature value
#: While the certificates of the tests are in force, which begin a day ago.
CLAIMED = b"/M(D:%s+07'00')" % datetime.now(timezone(timedelta(hours=7))).strftime("%Y%m%d%H%M%S").encode()
NUMBERS = b"[0 0000000000 0000000000 0000000000]"
CONTENT = b"BT /F1 18 Tf 72 700 Td (Quyet dinh so 22) Tj ET 72 640 300 2 re f"

Objects = Mapping[int, bytes]
Places = Mapping[int, int]  # the offset of each object


@dataclass(frozen=True)
class Written:
    """A document so far: its bytes, the place of its last table, and how many objects it has."""

    data: bytes
    table: int = 0
    size: int = 1


@dataclass(frozen=True)
class Draft:
    """An update that waits for its table: the places of its objects, and what its trailer says."""

    places: dict[int, int]
    trailer: bytes
    size: int
    at: int
    packed: dict[int, tuple[int, int]] = field(default_factory=dict)  # in an object stream: its number, index


Table = Callable[[Draft], bytes]


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)


def base(catalog: bytes = b"", page: bytes = b"") -> dict[int, bytes]:
    """A page with a line of text and a rule."""
    return {
        1: b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>%s>>" % page,
        4: stream(CONTENT),
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    }


# --- tables


def classic(draft: Draft, entry: bytes = b"%010d %05d %s \n", first: bytes = b"\n") -> bytes:
    """The table of ISO 32000-1, 7.5.4, subsections in order."""
    rows = b""
    numbers = sorted(draft.places if b"/Prev" in draft.trailer else {0, *draft.places})
    for group in _groups(numbers):
        rows += b"%d %d%s" % (group[0], len(group), first)
        for number in group:
            rows += entry % ((0, 65535, b"f") if number == 0 else (draft.places[number], 0, b"n"))
    return b"xref" + first + rows + b"trailer\n<<%s/Size %d>>\n" % (draft.trailer, draft.size)


def each_alone(draft: Draft) -> bytes:
    """A subsection an object, the last one first."""
    rows = b"".join(
        b"%d 1\n%010d 00000 n \n" % (number, draft.places[number])
        for number in sorted(draft.places, reverse=True)
    )
    free = b"0 1\n0000000000 65535 f \n"
    return b"xref\n" + rows + free + b"trailer\n<<%s/Size %d>>\n" % (draft.trailer, draft.size)


def short_rows(draft: Draft) -> bytes:
    """19 bytes an entry: one character ends the line, as some programs write."""
    return classic(draft, b"%010d %05d %s\n")


def long_rows(draft: Draft) -> bytes:
    """21 bytes an entry."""
    return classic(draft, b"%010d %05d %s \r\n")


def carriage_returns(draft: Draft) -> bytes:
    return classic(draft, b"%010d %05d %s\r\n", b"\r\n")


def spaced(draft: Draft) -> bytes:
    """White space before the table, after its headings and before the trailer."""
    return b"\n  \r\n" + classic(draft, first=b" \r\n").replace(b"trailer\n<<", b"\n trailer \n  <<")


def free_entries(draft: Draft) -> bytes:
    """A list of free objects that is no list: none leads anywhere, two say that they may be used again."""
    rows = b"0 1\n0000000000 65535 f \n"
    rows += b"%d 2\n0000000000 00000 f \n0000000000 00001 f \n" % draft.size
    given = b"".join(b"%d 1\n%010d 00000 n \n" % (n, place) for n, place in sorted(draft.places.items()))
    return b"xref\n" + rows + given + b"trailer\n<<%s/Size %d>>\n" % (draft.trailer, draft.size + 2)


def table_stream(draft: Draft, widths: tuple[int, int, int] = (1, 4, 2)) -> bytes:
    """A cross-reference stream (7.5.8) with an index; a width of 0 is left out where its default is meant."""
    number = draft.size
    entries = {n: (1, place, 0) for n, place in draft.places.items()}
    entries |= {n: (2, container, index) for n, (container, index) in draft.packed.items()}
    entries[number] = (1, draft.at, 0)
    if draft.packed:
        widths = (1, *widths[1:])
    rows = b"".join(
        b"".join(
            value.to_bytes(width, "big") for value, width in zip(entries[n], widths, strict=True) if width
        )
        for n in sorted(entries)
    )
    index = b" ".join(b"%d %d" % (group[0], len(group)) for group in _groups(sorted(entries)))
    said = b"/Type/XRef/W[%d %d %d]/Index[%s]/Size %d/Filter/FlateDecode" % (*widths, index, number + 1)
    return b"%d 0 obj\n%s\nendobj\n" % (number, stream(zlib.compress(rows), said + draft.trailer))


def narrow_stream(draft: Draft) -> bytes:
    return table_stream(draft, (0, 3, 0))


def hybrid(draft: Draft) -> bytes:
    """A table for old readers that hides all but the catalog's way, and a stream that tells the rest."""
    hidden = table_stream(replace(draft, trailer=b""))
    told = {n: place for n, place in draft.places.items() if n not in draft.packed}
    main = replace(draft, places=told, trailer=draft.trailer + b"/XRefStm %d" % draft.at, size=draft.size + 1)
    return hidden + classic(main)


def _groups(numbers: list[int]) -> list[list[int]]:
    groups: list[list[int]] = []
    for number in numbers:
        if groups and groups[-1][-1] == number - 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups


# --- documents


def updated(
    before: Written,
    objects: Objects,
    table: Table = classic,
    *,
    pack: frozenset[int] = frozenset(),
    end: bytes = END,
    trailer: bytes = b"",
) -> Written:
    """The document with an update after it. `pack`: the numbers of what goes into an object stream."""
    data, places = before.data, dict[int, int]()
    size = max(before.size, *(number + 1 for number in objects))
    packed: dict[int, tuple[int, int]] = {}
    loose = {n: body for n, body in objects.items() if n not in pack}
    if pack:
        inside = {n: objects[n] for n in sorted(pack)}
        loose[size] = _object_stream(inside)
        packed = {n: (size, index) for index, n in enumerate(inside)}
        size += 1
    for number, body in loose.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    said = b"/Root 1 0 R" + trailer + (b"/Prev %d" % before.table if before.table else b"")
    place = len(data)
    written = table(Draft(places, said, size, place, packed))
    if table is hybrid:
        place += written.index(b"\nxref") + 1
    data += written + end % place
    return Written(data, place, size + 1)


def _object_stream(inside: Objects) -> bytes:
    heads, bodies = b"", b""
    for number, body in inside.items():
        heads += b"%d %d " % (number, len(bodies))
        bodies += body + b" "
    said = b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(inside), len(heads))
    return stream(zlib.compress(heads + bodies), said)


def document(table: Table = classic, *, head: bytes = HEAD, end: bytes = END) -> Written:
    return updated(Written(head), base(), table, end=end)


def signature(room: int = ROOM, more: bytes = b"") -> bytes:
    """A signature dictionary that waits for its value."""
    return (
        b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached%s"
        b"/ByteRange %s/Contents <%s>%s>>" % (CLAIMED, NUMBERS, b"0" * room, more)
    )


def field_of(value: int, name: str = "Signature1", box: bytes = b"0 0 0 0") -> bytes:
    return b"<</Type/Annot/Subtype/Widget/FT/Sig/T(%s)/F 132/Rect[%s]/P 3 0 R/V %d 0 R>>" % (
        name.encode(),
        box,
        value,
    )


def entry(body: bytes, more: bytes) -> bytes:
    """A dictionary with more entries at its end."""
    return body.removesuffix(b">>") + more + b">>"


def signing(
    size: int, held: Objects, earlier: Sequence[int] = (), widget: bytes = b"", value: bytes = b""
) -> dict[int, bytes]:
    """What an update that signs holds: a field (number `size`), its value, and the catalog and page that show
    it beside the `earlier` fields. `held`: the objects of the document before any signature; `widget`,
    `value`: more entries of the two."""
    fields = b" ".join(b"%d 0 R" % number for number in (*earlier, size))
    return {
        1: entry(held[1], b"/AcroForm<</Fields[%s]/SigFlags 3>>" % fields),
        3: entry(held[3], b"/Annots[%s]" % fields),
        size: entry(field_of(size + 1, f"Signature{len(earlier) + 1}"), widget),
        size + 1: signature(more=value),
    }


def signed(key: SigningKey, draft: Written) -> Written:
    """The document with the value of the one signature that waits for it, whatever names and objects its
    range and value stand under."""
    data = bytearray(draft.data)
    range_at = data.rindex(NUMBERS)
    first = data.rindex(b"<" + b"0" * ROOM)
    second = data.index(b">", first) + 1
    text = b"[0 %d %d %d]" % (first, second, len(data) - second)
    data[range_at : range_at + len(NUMBERS)] = text.ljust(len(NUMBERS))
    digest = hashlib.new(key.mechanism.digest, bytes(data[:first]) + bytes(data[second:])).digest()
    attributes = cades.signed_attributes(digest, key.identity)
    value = cades.signed_data(key.identity, attributes, key.sign(attributes))
    data[first + 1 : first + 1 + 2 * len(value)] = value.hex().encode()
    return replace(draft, data=bytes(data))


def appearance(text: bytes) -> bytes:
    """The picture of a form field that shows this text."""
    drawn = b"/Tx BMC q BT /F1 12 Tf 2 5 Td (%s) Tj ET Q EMC" % text
    said = b"/Type/XObject/Subtype/Form/BBox[0 0 228 20]/Resources<</Font<</F1 5 0 R>>>>"
    return stream(drawn, said)
