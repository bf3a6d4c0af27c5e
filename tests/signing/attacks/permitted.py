"""Attacks that pass for what a certification permits, each beside an honest change of its kind.

A document is certified at some level of DocMDP (ISO 32000-1, 12.8.2.2): 2 for forms, 3 for comments, too.
"""

from dataclasses import dataclass

from signing.keys.references import SigningKey
from tests.signing import handwritten as by_hand
from tests.signing.attacks.catalogue import DOCMDP
from tests.signing.attacks.tables import last
from tests.signing.handwritten import Written

BOX, OFF, TICK, NOTE, INFO, XMP, NEW, FURTHER = 50, 52, 53, 54, 60, 61, 70, 71
TRAILER = b"/Info %d 0 R" % INFO
STATES = b"/Off %d 0 R/Yes %d 0 R" % (OFF, TICK)
PACKET = (
    '<x:xmpmeta><rdf:RDF><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"%s><dc:title><rdf:Alt>'
    '<rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>'
)
TITLE = "Quyết định số 22"


def metadata(title: str = TITLE, more: str = "") -> bytes:
    return by_hand.stream((PACKET % (more, title)).encode(), b"/Type/Metadata/Subtype/XML")


def information(title: str = TITLE, more: bytes = b"") -> bytes:
    return b"<</Title<%s>%s>>" % ("\ufeff".encode("utf-16-be").hex().encode() + _hex(title), more)


def _hex(text: str) -> bytes:
    return text.encode("utf-16-be").hex().encode()


def box(state: bytes = b"Off", drawn: bytes = b"/N<<%s>>" % STATES, flags: int = 0) -> bytes:
    return (
        b"<</Type/Annot/Subtype/Widget/FT/Btn/T(dong y)/V/%s/AS/%s/Ff %d/F 4/Rect[300 200 320 220]/P 3 0 R"
        b"/AP<<%s>>>>" % (state, state, flags, drawn)
    )


def note(text: bytes = b"Da xem") -> bytes:
    return b"<</Type/Annot/Subtype/Text/Rect[500 700 520 720]/F 4/P 3 0 R/Contents(%s)>>" % text


def line(more: bytes) -> bytes:
    """A line below the text; `more`: its further entries."""
    return (
        b"<</Type/Annot/Subtype/Line/L[72 600 300 600]/Rect[60 580 400 620]/F 4/P 3 0 R"
        b"/Contents(9.000.000 dong)%s>>" % more
    )


def certified(key: SigningKey, level: int, *, titled: bool = True, flags: int = 0) -> Written:
    held = by_hand.base(b"/Metadata %d 0 R" % XMP)
    held |= {
        INFO: information() if titled else b"<<>>",
        XMP: metadata() if titled else by_hand.stream(b"<x:xmpmeta/>", b"/Type/Metadata/Subtype/XML"),
    }
    document = by_hand.updated(Written(by_hand.HEAD), held, trailer=TRAILER)
    held[1] = by_hand.entry(held[1], b"/Perms<</DocMDP %d 0 R>>" % (document.size + 1))
    objects = by_hand.signing(document.size, held, value=DOCMDP.replace(b"/P 1", b"/P %d" % level))
    objects[1] = objects[1].replace(b"/Fields[", b"/Fields[%d 0 R " % BOX)
    objects[3] = objects[3].replace(b"/Annots[", b"/Annots[%d 0 R %d 0 R " % (BOX, NOTE))
    objects |= {
        BOX: box(flags=flags),
        OFF: by_hand.appearance(b" "),
        TICK: by_hand.appearance(b"x"),
        NOTE: note(),
    }
    return by_hand.signed(key, by_hand.updated(document, objects, trailer=TRAILER))


@dataclass(frozen=True)
class Later:
    """An update: the level of the certification before it, its objects, and the note that tells it.
    `annotated`: the first page gets a new annotation."""

    level: int
    objects: by_hand.Objects
    code: str
    annotated: bool = False
    titled: bool = True
    flags: int = 0

    def before(self, key: SigningKey) -> Written:
        return certified(key, self.level, titled=self.titled, flags=self.flags)

    def after(self, once: Written) -> bytes:
        objects = dict(self.objects)
        if self.annotated:
            objects[3] = last(once.data, 3).replace(b"/Annots[", b"/Annots[%d 0 R " % NEW)
        return by_hand.updated(once, objects, trailer=TRAILER).data


OTHER = "Quyết định số 99"
EXCHANGED = b"/N<</Off %d 0 R/Yes %d 0 R>>" % (TICK, OFF)
FORBIDDEN = {
    "a tick that says no": Later(2, {TICK: by_hand.appearance(b"KHONG"), BOX: box(b"Yes")}, "field-changed"),
    "pictures of states exchanged": Later(2, {BOX: box(drawn=EXCHANGED)}, "field-changed"),
    "one picture for all states": Later(2, {BOX: box(drawn=b"/N %d 0 R" % TICK)}, "field-changed"),
    "a picture under the pointer": Later(
        2, {BOX: box(drawn=b"/N<<%s>>/R<<%s>>" % (STATES, STATES))}, "field-changed"
    ),
    "a further state that says no": Later(
        2,
        {
            BOX: box(b"Khac", b"/N<<%s/Khac %d 0 R>>" % (STATES, FURTHER)),
            FURTHER: by_hand.appearance(b"KHONG"),
        },
        "field-changed",
    ),
    "no pictures any more": Later(2, {BOX: box(drawn=b"")}, "field-changed"),
    "another title": Later(1, {INFO: information(OTHER)}, "title-changed"),
    "another title in XMP": Later(2, {XMP: metadata(OTHER)}, "title-changed"),
    "another title in XMP, as an entry": Later(
        2, {XMP: metadata(more=f' dc:title="{OTHER}"')}, "title-changed"
    ),
    "another title in XMP, in two bytes a letter": Later(
        2,
        {XMP: by_hand.stream((PACKET % ("", OTHER)).encode("utf-16-le"), b"/Type/Metadata/Subtype/XML")},
        "title-changed",
    ),
    "another title in XMP, by an odd name": Later(
        2, {XMP: metadata(more=f' d-c.1:title  =  "{OTHER}"')}, "title-changed"
    ),
    "another title in one language": Later(
        2, {XMP: metadata(f'{TITLE}</rdf:li><rdf:li xml:lang="vi">{OTHER}')}, "title-changed"
    ),
    "a first title": Later(2, {INFO: information(OTHER)}, "title-changed", titled=False),
    "words along a line": Later(3, {NEW: line(b"/Cap true")}, "comment-like-content", annotated=True),
}
TOLD = {
    "a box is ticked": Later(2, {BOX: box(b"Yes")}, "form-filled"),
    "a picture of a further state": Later(
        2,
        {
            BOX: box(drawn=b"/N<<%s/Khac %d 0 R>>" % (STATES, FURTHER)),
            FURTHER: by_hand.appearance(b"o"),
        },
        "form-filled",
    ),
    "the picture of a button that is filled with one": Later(
        2, {BOX: box(drawn=b"/N<<%s>>" % b"/Off %d 0 R" % TICK, flags=1 << 16)}, "form-filled", flags=1 << 16
    ),
    "a line without words": Later(3, {NEW: line(b"")}, "comment-added", annotated=True),
    "a comment that says something else": Later(3, {NOTE: note(b"Da huy")}, "comment-changed"),
    "the date of the update": Later(1, {INFO: information(more=b"/ModDate(D:2026)")}, "metadata-changed"),
    "the same title in other words of XML": Later(
        2, {XMP: metadata("Quy&#7871;t  định\n số 22", ' xmp:ModifyDate="2026"')}, "metadata-changed"
    ),
    "no title any more": Later(2, {INFO: b"<<>>"}, "metadata-changed"),
}
