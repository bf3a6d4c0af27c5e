"""Pictures that no page shows: an annotation has another one for a pointer over it, pressed, or in a state.

Each is added to a signed document as a mark of a later signature, by filling a field or as a comment, as it
may be there; its normal picture is empty or honest, and the other covers the signed text with other words.
"""

from signing.keys.references import SigningKey
from tests.signing import handwritten as by_hand
from tests.signing.attacks.catalogue import DOCMDP
from tests.signing.attacks.tables import OVERLAY, last
from tests.signing.handwritten import Written

FIELD, EMPTY, PLAIN, OTHER, SAME, NEW = 50, 51, 52, 53, 54, 70
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 500 120]"
RULE = b"0.2 0.2 0.8 RG 5 5 190 50 re S"
PICTURES = {
    EMPTY: by_hand.stream(b"q Q", FORM),
    PLAIN: by_hand.stream(RULE, FORM),
    OTHER: by_hand.stream(b"q " + OVERLAY + b" Q", FORM),
    SAME: by_hand.stream(RULE, FORM),
}
FORBIDDEN = {
    "under a pointer": b"/N %d 0 R/R %d 0 R" % (EMPTY, OTHER),
    "pressed": b"/N %d 0 R/D %d 0 R" % (PLAIN, OTHER),
    "in another state": b"/N<</On %d 0 R/Off %d 0 R>>" % (OTHER, EMPTY),
    "in another state under a pointer": b"/N %d 0 R/R<</On %d 0 R>>" % (PLAIN, OTHER),
}
ALLOWED = {
    "one picture": b"/N %d 0 R" % PLAIN,
    "the same one": b"/N %d 0 R/R %d 0 R/D %d 0 R" % (PLAIN, PLAIN, PLAIN),
    "an equal one": b"/N %d 0 R/R %d 0 R" % (PLAIN, SAME),
    "an empty one": b"/N %d 0 R/D %d 0 R" % (PLAIN, EMPTY),
}


def _text(value: bytes, pictures: bytes) -> bytes:
    return (
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(so tien)/V(%s)/F 4/Rect[300 100 500 160]/P 3 0 R"
        b"/DA(/F1 9 Tf)/AS/Off/AP<<%s>>>>" % (value, pictures)
    )


def certified(key: SigningKey, level: int) -> Written:
    """With a text field that shows no words, so that values are not compared."""
    held = by_hand.base()
    document = by_hand.updated(Written(by_hand.HEAD), held)
    held[1] = by_hand.entry(held[1], b"/Perms<</DocMDP %d 0 R>>" % (document.size + 1))
    objects = by_hand.signing(document.size, held, value=DOCMDP.replace(b"/P 1", b"/P %d" % level))
    objects[1] = objects[1].replace(b"/Fields[", b"/Fields[%d 0 R " % FIELD)
    objects[3] = objects[3].replace(b"/Annots[", b"/Annots[%d 0 R " % FIELD)
    objects |= {FIELD: _text(b"", b"/N %d 0 R" % EMPTY), **PICTURES}
    return by_hand.signed(key, by_hand.updated(document, objects))


def filled(key: SigningKey, pictures: bytes) -> bytes:
    once = certified(key, 2)
    return by_hand.updated(once, {FIELD: _text(b"9", pictures)}).data


def commented(key: SigningKey, pictures: bytes, flags: int = 4, kind: bytes = b"Square") -> bytes:
    once = certified(key, 3)
    page = last(once.data, 3).replace(b"/Annots[", b"/Annots[%d 0 R " % NEW)
    place = b"/Rect[300 100 500 160]/F %d/P 3 0 R/AS/Off/AP<<%s>>" % (flags, pictures)
    plain = by_hand.stream(b"1 1 1 rg 60 620 480 120 re f", FORM)  # words alone would be no comment
    return by_hand.updated(
        once, {3: page, NEW: b"<</Type/Annot/Subtype/%s%s>>" % (kind, place), OTHER: plain}
    ).data


def signed_again(key: SigningKey, pictures: bytes, flags: int = 132) -> bytes:
    held, document = by_hand.base(), by_hand.document()
    once = by_hand.signed(key, by_hand.updated(document, by_hand.signing(document.size, held)))
    marked = by_hand.signing(once.size, held, [document.size], b"/AS/Off/AP<<%s>>" % pictures)
    marked[once.size] = marked[once.size].replace(b"/Rect[0 0 0 0]", b"/Rect[300 100 500 160]")
    marked[once.size] = marked[once.size].replace(b"/F 132", b"/F %d" % flags)
    return by_hand.signed(key, by_hand.updated(once, marked | PICTURES)).data


#: How it comes into the document, and the notes that tell it: where it is forbidden, where not.
WAYS = {
    "a later signature": (signed_again, "mark-turns", "later-signature"),
    "a filled field": (filled, "field-changed", "form-filled"),
    "a comment": (commented, "comment-like-content", "comment-added"),
}
ONE = ALLOWED["one picture"]
#: Flags of a mark or a comment, and whether it looks the same at all times.
FLAGS = {
    "printed and locked": (signed_again, {"flags": 132}, True),
    "not turned with the page": (signed_again, {"flags": 148}, True),
    "of one size at every zoom": (signed_again, {"flags": 140}, False),
    "shown or not by a pointer": (signed_again, {"flags": 132 + 256}, False),
    "a comment of one size": (commented, {"flags": 12}, False),
    "a comment that a pointer shows": (commented, {"flags": 32 + 256}, False),
    "a note of one size": (commented, {"flags": 28, "kind": b"Text"}, True),
    "a note that a pointer shows": (commented, {"flags": 32 + 256, "kind": b"Text"}, False),
}
