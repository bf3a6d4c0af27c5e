"""Attacks on what leads to an object: cross-reference tables, object streams, the trailer, names given twice.

Each takes a document that was signed by hand and gives it with an update after it; the signed bytes stay.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from signing.keys.references import SigningKey
from tests.signing import handwritten as by_hand
from tests.signing.handwritten import Draft, Written
from tests.signing.odd_keys import Maker, algorithm
from tests.signing.odd_values import Value

OVERLAY = b"1 1 1 rg 60 620 480 120 re f 0 g BT /F1 18 Tf 72 700 Td (Quyet dinh so 99) Tj ET"
SYMBOL = by_hand.base()[5].replace(b"Helvetica", b"Symbol")
Attack = Callable[[Written], bytes]
Prepared = Callable[[SigningKey], tuple[Written, bytes]]


def signed(
    key: SigningKey, held: by_hand.Objects | None = None, value: bytes = b"", widget: bytes = b""
) -> Written:
    """A document with one signature. `held`: its objects; `value`, `widget`: more entries of the signature
    and of its field."""
    held = dict(held or by_hand.base())
    document = by_hand.updated(Written(by_hand.HEAD), held)
    objects = by_hand.signing(document.size, held, widget=widget, value=value)
    return by_hand.signed(key, by_hand.updated(document, objects))


def self_referring(once: Written) -> bytes:
    """The new table names itself as the one before it."""
    objects = {4: by_hand.stream(OVERLAY)}
    place = by_hand.updated(once, objects).table
    looped = by_hand.updated(replace(once, table=place), objects)
    place = looped.table  # another number of digits may have moved it
    return by_hand.updated(replace(once, table=place), objects).data


def looped(once: Written) -> bytes:
    """Two new tables name one another."""
    first = by_hand.updated(once, {4: by_hand.stream(OVERLAY)})
    later = by_hand.updated(first, {6: b"null"})
    back = b"/Prev %d" % once.table
    return later.data.replace(back + b"/Size", b"/Prev %d" % later.table + b"/Size", 1)


def forked(once: Written) -> bytes:
    """The new table leads past the signed update to what was before it, and names the objects of both."""
    tables = [int(found) for found in re.findall(rb"startxref\n(\d+)", once.data)]
    places = {int(n): at for n, at in _objects(once.data)}

    def table(draft: Draft) -> bytes:
        return by_hand.classic(replace(draft, places=places | draft.places))

    return by_hand.updated(replace(once, table=tables[0]), {4: by_hand.stream(OVERLAY)}, table).data


def forgotten(once: Written) -> bytes:
    """No way back at all: the new table names every object, the signed ones where they stand."""
    places = {int(n): at for n, at in _objects(once.data)}

    def table(draft: Draft) -> bytes:
        return by_hand.classic(replace(draft, places=places | draft.places))

    return by_hand.updated(replace(once, table=0), {4: by_hand.stream(OVERLAY)}, table).data


def _objects(data: bytes) -> list[tuple[bytes, int]]:
    return [(found[1], found.start(1)) for found in re.finditer(rb"(?<=\n)(\d+) 0 obj", data)]


def rewound(once: Written) -> bytes:
    """Nothing but a last word: the document as it was before it was signed is the present one."""
    return (
        once.data
        + by_hand.END % once.table
        + by_hand.END % int(re.findall(rb"startxref\n(\d+)", once.data)[0])
    )


def packed(once: Written) -> bytes:
    """The font is another one, in an object stream."""
    return by_hand.updated(once, {5: SYMBOL}, by_hand.table_stream, pack=frozenset({5})).data


def extended(once: Written) -> bytes:
    """The same by two object streams, of which one says that it extends the other (/Extends)."""
    heads = b"5 0 "
    said = b"/Type/ObjStm/N 1/First %d" % len(heads)
    first, second = once.size, once.size + 1
    objects = {
        first: by_hand.stream(heads + by_hand.base()[5], said),
        second: by_hand.stream(heads + SYMBOL, said + b"/Extends %d 0 R" % first),
    }

    def table(draft: Draft) -> bytes:
        return by_hand.table_stream(replace(draft, packed={5: (second, 0)}))

    return by_hand.updated(once, objects, table).data


def out_of_order(once: Written) -> bytes:
    """An object stream with the font twice; the table means the second one, readers by number the first."""
    font = by_hand.base()[5]
    heads = b"5 0 5 %d " % (len(font) + 1)
    container = by_hand.stream(heads + font + b" " + SYMBOL, b"/Type/ObjStm/N 2/First %d" % len(heads))

    def table(draft: Draft) -> bytes:
        return by_hand.table_stream(replace(draft, packed={5: (once.size, 1)}))

    return by_hand.updated(once, {once.size: container}, table).data


def in_order(once: Written, number: int = 5, second: bytes = SYMBOL) -> Written:
    """The same, where the table means the first; qpdf and PDFBox take the second all the same."""
    first = last(once.data, number)
    heads = b"%d 0 %d %d " % (number, number, len(first) + 1)
    container = by_hand.stream(heads + first + b" " + second, b"/Type/ObjStm/N 2/First %d" % len(heads))

    def table(draft: Draft) -> bytes:
        return by_hand.table_stream(replace(draft, packed={number: (once.size, 0)}))

    return by_hand.updated(once, {once.size: container}, table)


def hidden_beside(once: Written) -> bytes:
    """A hybrid file: the content changes in the table that only new readers look into (/XRefStm)."""

    def table(draft: Draft) -> bytes:
        hidden = by_hand.table_stream(replace(draft, trailer=b""))
        said = draft.trailer + b"/XRefStm %d" % draft.at
        return hidden + by_hand.classic(replace(draft, places={}, trailer=said, size=draft.size + 1))

    update = by_hand.updated(once, {4: by_hand.stream(OVERLAY)}, table)
    place = update.data.rindex(b"\nxref") + 1
    return update.data[: update.data.rindex(b"startxref")] + by_hand.END % place


def named_last(once: Written) -> bytes:
    """The page with its content given twice: some readers take the first, others the last."""
    page = by_hand.entry(last(once.data, 3), b"/Contents %d 0 R" % once.size)
    return by_hand.updated(once, {3: page, once.size: by_hand.stream(OVERLAY)}).data


def named_first(once: Written) -> bytes:
    """As named_last, the new content before the old one."""
    page = last(once.data, 3).replace(b"<</Type/Page", b"<</Contents %d 0 R/Type/Page" % once.size)
    return by_hand.updated(once, {3: page, once.size: by_hand.stream(OVERLAY)}).data


def escaped_name(once: Written) -> bytes:
    """The entry given again with its name written otherwise (#43 is C)."""
    page = by_hand.entry(last(once.data, 3), b"/#43ontents %d 0 R" % once.size)
    return by_hand.updated(once, {3: page, once.size: by_hand.stream(OVERLAY)}).data


def last(data: bytes, number: int) -> bytes:
    """The body of an object as it was written last."""
    start = data.rindex(b"\n%d 0 obj\n" % number) + len(b"\n%d 0 obj\n" % number)
    return data[start : data.index(b"\nendobj", start)]


def next_generation(once: Written) -> bytes:
    """The content of a later generation, to which nothing refers; some readers do not look at generations."""
    update = by_hand.updated(
        once,
        {4: by_hand.stream(OVERLAY)},
        lambda draft: by_hand.classic(draft).replace(b" 00000 n", b" 00001 n"),
    )
    head, tail = update.data[: len(once.data)], update.data[len(once.data) :]
    return head + tail.replace(b"4 0 obj", b"4 1 obj", 1)


def freed(once: Written) -> bytes:
    """The content is declared free, and so not there any more."""
    return by_hand.updated(
        once, {4: b"null"}, lambda draft: by_hand.classic(draft).replace(b" 00000 n", b" 00001 f")
    ).data


def encrypted(once: Written) -> bytes:
    """The trailer says that all is encrypted, so that what was signed decrypts to something else."""
    said = b"/Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>" % (b"00" * 32, b"00" * 32)
    return by_hand.updated(
        once, {once.size: b"<<%s>>" % said}, trailer=b"/Encrypt %d 0 R/ID[<00><00>]" % once.size
    ).data


def layered(once: Written) -> bytes:
    """The catalog hides all that lies on a layer."""
    catalog = by_hand.entry(last(once.data, 1), b"/OCProperties<</OCGs[]/D<</BaseState/OFF>>>>")
    return by_hand.updated(once, {1: catalog}).data


# --- documents that were prepared before they were signed


def dangling(key: SigningKey) -> tuple[Written, bytes]:
    """The page refers to a content that is written only later."""
    once = signed(key, _two_contents())
    return once, by_hand.updated(once, {30: by_hand.stream(OVERLAY)}).data


def behind_the_end(key: SigningKey) -> tuple[Written, bytes]:
    """The signed table leads behind the end of what is signed; nothing else names what comes there."""
    held = _two_contents()
    document = by_hand.updated(Written(by_hand.HEAD), held)
    objects = by_hand.signing(document.size, held)

    def made(end: int) -> Written:
        def table(draft: Draft) -> bytes:
            return by_hand.classic(replace(draft, places={**draft.places, 30: end}))

        return by_hand.signed(key, by_hand.updated(document, objects, table))

    once = made(len(made(0).data))
    body = b"30 0 obj\n%s\nendobj\n" % by_hand.stream(OVERLAY)
    return once, by_hand.updated(replace(once, data=once.data + body), {31: b"null"}).data


def _two_contents() -> dict[int, bytes]:
    held = by_hand.base()
    return held | {3: held[3].replace(b"/Contents 4 0 R", b"/Contents[4 0 R 30 0 R]")}


def other_root(key: SigningKey) -> tuple[Written, bytes]:
    """The trailer leads to another catalog, which stood in the signed bytes."""
    held = by_hand.base()
    page = held[3].replace(b"/Parent 2 0 R", b"/Parent 7 0 R").replace(b"/Contents 4 0 R", b"/Contents 9 0 R")
    once = signed(
        key,
        held
        | {
            6: by_hand.entry(held[1].replace(b"2 0 R", b"7 0 R"), b"/AcroForm<</Fields[11 0 R]/SigFlags 3>>"),
            7: held[2].replace(b"3 0 R", b"8 0 R"),
            8: by_hand.entry(page, b"/Annots[11 0 R]"),
            9: by_hand.stream(OVERLAY),
        },
    )
    assert b"\n11 0 obj\n<</Type/Annot" in once.data, "the field of the signature"
    update = by_hand.updated(once, {once.size: b"null"}).data
    head, tail = update[: len(once.data)], update[len(once.data) :]
    return once, head + tail.replace(b"/Root 1 0 R", b"/Root 6 0 R")


def range_in_a_comment(key: SigningKey) -> tuple[Written, bytes]:
    """Who searches the bytes for signed ranges finds one that is a comment; the content is another one."""
    once = signed(key, value=b"%/ByteRange [0 1000 2000 3000]\n")
    return once, by_hand.updated(once, {4: by_hand.stream(OVERLAY)}).data


def removed(spelling: Callable[[by_hand.Objects, int], dict[int, bytes]]) -> Prepared:
    """A signature is taken out of the form; the way in which it is written hides it from who searches the
    bytes. `spelling` writes the objects of an update anew; the one of this number is the signature."""

    def attack(key: SigningKey) -> tuple[Written, bytes]:
        document = by_hand.document()
        objects = by_hand.signing(document.size, by_hand.base())
        objects |= spelling(objects, document.size + 1)
        once = by_hand.signed(key, by_hand.updated(document, objects))
        return once, by_hand.updated(once, {1: by_hand.base()[1], 3: by_hand.base()[3]}).data

    return attack


def beside_another_value(key: SigningKey) -> tuple[Written, bytes]:
    """The update has a value besides, by a digest of any length, which libraries compute otherwise."""
    once, taken_out = removed(lambda _objects, _value: {})(key)
    said = algorithm("1.3.101.113")
    other = Value(Maker(key.identity.certificate, said, lambda _: bytes(114), "shake256"))(b"")
    end = int(taken_out.rsplit(b"startxref", 1)[1].split()[0])
    before = Written(taken_out, end, once.size + 1)
    return once, by_hand.updated(before, {before.size: b"<%s>" % other.hex().encode()}).data


def spelt(name: bytes, otherwise: bytes) -> Prepared:
    return removed(lambda objects, value: {value: objects[value].replace(name, otherwise)})


def range_elsewhere(objects: by_hand.Objects, value: int) -> dict[int, bytes]:
    """The range is an object of its own."""
    referring = objects[value].replace(by_hand.NUMBERS, b"%d 0 R" % (value + 1))
    return {value: referring, value + 1: by_hand.NUMBERS}


def counted_from_one(key: SigningKey) -> tuple[Written, bytes]:
    """The table of the update counts from 1, so that its one object is 9 or 10: the attached file is 10."""
    held = by_hand.base(b"/Names<</EmbeddedFiles<</Names[(a)26 0 R]>>>>")
    held[26] = b"<</Type/Filespec/F(a.txt)/EF<</F 10 0 R>>>>"
    held[10] = by_hand.stream(b"100 trieu", b"/Type/EmbeddedFile")
    once = signed(key, held)

    def table(draft: Draft) -> bytes:
        rows = b"1 1\n0000000000 65535 f \n10 1\n%010d 00000 n \n" % draft.places[9]
        return b"xref\n" + rows + b"trailer\n<<%s/Size %d>>\n" % (draft.trailer, draft.size)

    return once, by_hand.updated(once, {9: by_hand.stream(b"900 trieu", b"/Type/EmbeddedFile")}, table).data


PREPARED: dict[str, Prepared] = {
    "a table that counts from 1": counted_from_one,
    "a reference to nothing": dangling,
    "an object behind the end": behind_the_end,
    "another catalog": other_root,
    "a range in a comment": range_in_a_comment,
}


#: The range of the one that stands elsewhere is not read by us, but by others.
REMOVED: dict[str, Prepared] = {
    "behind a comment": spelt(b"/ByteRange ", b"/ByteRange%\n"),
    "in another spelling": spelt(b"/ByteRange", b"/Byte#52ange"),
    "by a value of another spelling": spelt(b"/Contents", b"/Cont#65nts"),
    "by a value behind white space": spelt(b"/Contents <", b"/Contents\n\t<"),
    "by a range that stands elsewhere": removed(range_elsewhere),
    "beside another value": beside_another_value,
}


def second_value(once: Written, other: Written) -> bytes:
    """Behind the signature value another one, which some readers may take for the value."""
    start, end, digits = _value(once.data)
    _, _, theirs = _value(other.data)
    both = digits + theirs
    return once.data[:start] + both.ljust(end - start, b"0") + once.data[end:]


def _value(data: bytes) -> tuple[int, int, bytes]:
    """Where the digits of the signature value begin and end, and those that are of the CMS object."""
    start = data.index(b"/Contents <") + len(b"/Contents <")
    end = data.index(b">", start)
    length = 4 + int(data[start + 4 : start + 8], 16)  # of a SEQUENCE whose length is said in two bytes
    return start, end, data[start : start + 2 * length]


UPDATES: dict[str, Attack] = {
    "a table that names itself": self_referring,
    "tables that name one another": looped,
    "a chain past the signed update": forked,
    "no chain": forgotten,
    "rewound": rewound,
    "an object stream": packed,
    "an object stream that extends another": extended,
    "an object stream with one number twice": out_of_order,
    "an object stream with one number twice, the signed one first": lambda once: in_order(once).data,
    "a table beside the table": hidden_beside,
    "the content named twice, the new one last": named_last,
    "the content named twice, the new one first": named_first,
    "the content named again in another spelling": escaped_name,
    "a later generation": next_generation,
    "a freed object": freed,
    "encrypted afterwards": encrypted,
    "layers afterwards": layered,
}
