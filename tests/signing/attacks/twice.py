"""Entries that are given twice, with two values: some readers take the first one, others the last."""

from collections.abc import Callable

from signing.keys.references import SigningKey
from tests.signing import handwritten as by_hand
from tests.signing.attacks.tables import OVERLAY
from tests.signing.handwritten import Written

Edit = Callable[[dict[int, bytes], int], None]


def signed(key: SigningKey, edit: Edit) -> Written:
    """A document with one signature. `edit` changes the objects of the update that signs; the number is
    that of the field, and the next one that of its value."""
    document = by_hand.document()
    objects = by_hand.signing(document.size, by_hand.base())
    edit(objects, document.size)
    return by_hand.signed(key, by_hand.updated(document, objects))


def more(which: int, entries: bytes) -> Edit:
    """Entries at the end of the field (0) or of its value (1)."""

    def edit(objects: dict[int, bytes], field: int) -> None:
        objects[field + which] = by_hand.entry(objects[field + which], entries)

    return edit


def more_of(number: int, entries: bytes) -> Edit:
    """Entries at the end of another object, with a second content, page and tree at hand."""

    def edit(objects: dict[int, bytes], _: int) -> None:
        page = by_hand.base()[3].replace(b"/Parent 2", b"/Parent 41").replace(b"/Contents 4", b"/Contents 40")
        objects[40] = by_hand.stream(OVERLAY)
        objects[41] = b"<</Type/Pages/Kids[42 0 R]/Count 1>>"
        objects[42] = page
        objects[number] = by_hand.entry(objects.get(number, by_hand.base().get(number, b"")), entries)

    return edit


IN_THE_SIGNATURE: dict[str, Edit] = {
    "its value": more(1, b"/Contents<3000>"),
    "its value in another spelling": more(1, b"/Cont#65nts<3000>"),
    "its range": more(1, b"/ByteRange[0 10 20 30]"),
    "its kind": more(1, b"/SubFilter/adbe.pkcs7.sha1"),
    "the type of its value": more(1, b"/Type/DocTimeStamp"),
    "the signature of its field": more(0, b"/V 5 0 R"),
    "the kind of its field": more(0, b"/FT/Tx"),
}
IN_THE_DOCUMENT: dict[str, Edit] = {
    "the pages": more_of(1, b"/Pages 41 0 R"),
    "the form": more_of(1, b"/AcroForm<</Fields[]>>"),
    "the list of pages": more_of(2, b"/Kids[42 0 R]"),
    "the content of a page": more_of(3, b"/Contents 40 0 R"),
    "the size of a page": more_of(3, b"/MediaBox[0 0 100 100]"),
    "the type of a page, as a string": more_of(3, b"/Type(/Page)"),
}
HARMLESS: dict[str, Edit] = {
    "the same type": more(1, b"/Type/Sig"),
    "the same type of the field": more(0, b"/Type/Annot"),
    "the same pages": more_of(1, b"/Pages 2 0 R"),
}


def later_signature(key: SigningKey, widget: bytes) -> bytes:
    """A document that was signed twice, the second time in a field with these entries at its end."""
    held, document = by_hand.base(), by_hand.document()
    once = by_hand.signed(key, by_hand.updated(document, by_hand.signing(document.size, held)))
    objects = by_hand.signing(once.size, held, [document.size], widget)
    objects[60] = by_hand.stream(b"0 0 200 60 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 200 60]")
    return by_hand.signed(key, by_hand.updated(once, objects)).data


LATER: dict[str, bytes] = {
    "the place of a mark": b"/Rect[100 100 300 160]",
    "the flags of a mark": b"/F 2",
    "the picture of a mark": b"/AP<</N 60 0 R>>/AP<</N 61 0 R>>",
}
