"""Attacks on what is beside the content of a page: what the catalog, the page tree and the fonts say of it.

Each takes a document that was signed by hand and gives it with an update after it; the signed bytes stay.
"""

import re
import zlib
from collections.abc import Callable
from dataclasses import replace

from signing.keys.references import SigningKey
from tests.signing import handwritten as by_hand
from tests.signing.attacks.tables import OVERLAY, Prepared, last
from tests.signing.handwritten import Draft, Written

Attack = Callable[[Written], bytes]
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]"


def signed(key: SigningKey) -> Written:
    """A document of two pages that have resources and size from the page tree, a font with an encoding
    and a table of its letters, a tagged line, a layer, an attached file and a visible signature."""
    held = {
        1: b"<</Type/Catalog/Pages 2 0 R/Lang(vi)/StructTreeRoot 20 0 R/MarkInfo<</Marked true>>"
        b"/OCProperties<</OCGs[22 0 R]/D<</Order[22 0 R]>>>>/PageLabels<</Nums[0<</S/D>>]>>"
        b"/ViewerPreferences<</DisplayDocTitle false>>/Metadata 23 0 R/OutputIntents[24 0 R]"
        b"/Names<</EmbeddedFiles<</Names[(a)26 0 R]>>/Dests<</Names[(d)[3 0 R/Fit]]>>>>>>",
        2: b"<</Type/Pages/Kids[3 0 R 9 0 R]/Count 2/MediaBox[0 0 595 842]"
        b"/Resources<</Font<</F1 5 0 R>>/Properties<</L 22 0 R>>/XObject<</X 27 0 R>>>>>>",
        3: b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/StructParents 0>>",
        4: by_hand.stream(
            b"/P<</MCID 0>>BDC " + by_hand.CONTENT + b" EMC /OC/L BDC 72 500 90 9 re f EMC /X Do"
        ),
        5: b"<</Type/Font/Subtype/TrueType/BaseFont/Helvetica/Encoding 6 0 R/ToUnicode 7 0 R"
        b"/FirstChar 32/LastChar 33/Widths[278 278]/FontDescriptor 8 0 R>>",
        6: b"<</Type/Encoding/BaseEncoding/WinAnsiEncoding>>",
        7: by_hand.stream(b"1 beginbfchar <51> <0051> endbfchar"),
        8: b"<</Type/FontDescriptor/FontName/Helvetica/Flags 32/ItalicAngle 0/Ascent 718/Descent -207"
        b"/CapHeight 718/StemV 88/FontBBox[-166 -225 1000 931]/FontFile2 28 0 R>>",
        9: b"<</Type/Page/Parent 2 0 R/Contents 10 0 R>>",
        10: by_hand.stream(by_hand.CONTENT.replace(b"22", b"23")),
        20: b"<</Type/StructTreeRoot/K 21 0 R/ParentTree<</Nums[0[21 0 R]]>>>>",
        21: b"<</Type/StructElem/S/P/P 20 0 R/Pg 3 0 R/K 0/Alt(Quyet dinh so 22)>>",
        22: b"<</Type/OCG/Name(Lop)>>",
        23: by_hand.stream(b"<x:xmpmeta/>", b"/Type/Metadata/Subtype/XML"),
        24: b"<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/DestOutputProfile 25 0 R>>",
        25: by_hand.stream(b"profile", b"/N 3"),
        26: b"<</Type/Filespec/F(a.txt)/EF<</F 29 0 R>>>>",
        27: by_hand.stream(b"300 500 90 9 re f", FORM),
        28: by_hand.stream(b"no font"),
        29: by_hand.stream(b"attached", b"/Type/EmbeddedFile"),
    }
    document = by_hand.updated(Written(by_hand.HEAD), held)
    objects = by_hand.signing(document.size, held)
    field = document.size
    objects[field] = objects[field].replace(b"/Rect[0 0 0 0]", b"/Rect[300 100 500 160]/AP<</N 70 0 R>>")
    objects[70] = by_hand.stream(b"0 0 200 60 re S", b"/Type/XObject/Subtype/Form/BBox[0 0 200 60]")
    return by_hand.signed(key, by_hand.updated(document, objects))


def entries(number: int, more: bytes, **objects: bytes) -> Attack:
    """Entries at the end of an object, beside other objects (`o40`)."""

    def attack(once: Written) -> bytes:
        changed = {int(name[1:]): body for name, body in objects.items()}
        return by_hand.updated(once, {number: by_hand.entry(last(once.data, number), more), **changed}).data

    return attack


def instead(number: int, old: bytes, new: bytes, **objects: bytes) -> Attack:
    """An object with something else in it."""

    def attack(once: Written) -> bytes:
        body = last(once.data, number)
        assert old in body, body
        changed = {int(name[1:]): found for name, found in objects.items()}
        return by_hand.updated(once, {number: body.replace(old, new), **changed}).data

    return attack


def _overlay() -> bytes:
    return by_hand.stream(OVERLAY, FORM)


def beside_the_table(once: Written) -> bytes:
    """Two tables say where the content is; which counts first, readers do not agree (7.5.8.4)."""
    objects = {4: by_hand.stream(OVERLAY), 71: by_hand.stream(by_hand.CONTENT)}

    def table(draft: Draft) -> bytes:
        hidden = by_hand.table_stream(replace(draft, trailer=b"", places={4: draft.places[4]}))
        said = draft.trailer + b"/XRefStm %d" % draft.at
        shown = {4: draft.places[71], 71: draft.places[71]}
        return hidden + by_hand.classic(replace(draft, places=shown, trailer=said, size=draft.size + 1))

    update = by_hand.updated(once, objects, table)
    place = update.data.rindex(b"\nxref") + 1
    return update.data[: update.data.rindex(b"startxref")] + by_hand.END % place


def other_number(once: Written) -> bytes:
    """The table leads to an object that calls itself by another number: some readers look at that."""
    update = by_hand.updated(once, {4: by_hand.stream(OVERLAY)})
    head, tail = update.data[: len(once.data)], update.data[len(once.data) :]
    return head + tail.replace(b"4 0 obj", b"9 0 obj", 1)


def past_its_length(once: Written) -> bytes:
    """A stream that says to be shorter than it is: who searches its end sees the overlay."""
    body = by_hand.stream(by_hand.CONTENT + b"\n" + OVERLAY)
    body = body.replace(
        b"/Length %d" % len(by_hand.CONTENT + b"\n" + OVERLAY), b"/Length %d" % len(by_hand.CONTENT)
    )
    return by_hand.updated(once, {4: body}).data


def shared_page(once: Written) -> bytes:
    """The second page stands in the list twice, in the place of the first."""
    return instead(2, b"[3 0 R 9 0 R]", b"[9 0 R 9 0 R]")(once)


def between(once: Written) -> bytes:
    """The pages hang on a node between, which brings another size and other resources."""
    return instead(
        2,
        b"[3 0 R 9 0 R]",
        b"[40 0 R]",
        o40=b"<</Type/Pages/Parent 2 0 R/Count 2/Kids[3 0 R 9 0 R]/Resources<</Font<</F1 41 0 R>>>>>>",
        o41=b"<</Type/Font/Subtype/Type1/BaseFont/Symbol>>",
    )(once)


SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"

OTHER_LETTERS = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 7 0 R>>"

#: The update must make the signature invalid.
FORBIDDEN: dict[str, Attack] = {
    "the letters of a font": instead(7, b"<0051>", b"<0052>"),
    "the encoding of a font": instead(6, b"/WinAnsiEncoding", b"/WinAnsiEncoding/Differences[81/R]"),
    "the file of a font": instead(28, b"no font", b"no type"),
    "the widths of a font": instead(5, b"[278 278]", b"[900 900]"),
    "resources from above": instead(
        2, b"/F1 5 0 R", b"/F1 40 0 R", o40=b"<</Type/Font/Subtype/Type1/BaseFont/Symbol>>"
    ),
    "a node between": between,
    "a parent beside the tree": instead(
        3,
        b"/Parent 2 0 R",
        b"/Parent 40 0 R",
        o40=b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 842]/Resources<</Font<</F1 41 0 R>>>>>>",
        o41=OTHER_LETTERS,
    ),
    "a parent of the first one": entries(
        2, b"/Parent 40 0 R", o40=b"<</Type/Pages/Kids[2 0 R]/Count 2/Rotate 0>>"
    ),
    "the tags of another page": instead(3, b"/StructParents 0", b"/StructParents 1"),
    "tags for a page without": entries(9, b"/StructParents 0"),
    "a shared page": shared_page,
    "turned": entries(3, b"/Rotate 180"),
    "turned from above": entries(2, b"/Rotate 180"),
    "cut": entries(3, b"/CropBox[60 650 500 842]"),
    "cut from above": entries(2, b"/CropBox[60 650 500 842]"),
    "a larger unit": entries(3, b"/UserUnit 2"),
    "a box for printing": entries(3, b"/TrimBox[60 650 500 842]"),
    "a picture of the page": entries(3, b"/Thumb 27 0 R"),
    "a group of the page": entries(3, b"/Group<</S/Transparency/K true>>"),
    "a layer that is switched off": instead(1, b"/D<</Order", b"/D<</OFF[22 0 R]/Order"),
    "a layer for paper": instead(
        1, b"/D<</Order", b"/D<</AS[<</Event/Print/OCGs[22 0 R]/Category[/Print]>>]/Order"
    ),
    "a layer by another name": instead(22, b"(Lop)", b"(Lop 2)"),
    "a form on a layer": instead(27, b"/Type/XObject", b"/OC 22 0 R/Type/XObject"),
    "a form drawn anew": instead(27, b"300 500", b"300 700"),
    "a script on opening": entries(1, b"/OpenAction " + SCRIPT),
    "a script of a page": entries(3, b"/AA<</O %s>>" % SCRIPT),
    "a place to open at": entries(1, b"/OpenAction[9 0 R/Fit]"),
    "a named place": instead(1, b"(d)[3 0 R", b"(d)[9 0 R"),
    "named scripts": instead(1, b"/EmbeddedFiles", b"/JavaScript<</Names[(a)%s]>>/EmbeddedFiles" % SCRIPT),
    "an attached file": instead(29, b"attached", b"attacked"),
    "a portfolio": entries(1, b"/Collection<</View/T>>"),
    "associated files": entries(1, b"/AF[26 0 R]"),
    "the language": instead(1, b"(vi)", b"(en)"),
    "forms of XFA": instead(1, b"/SigFlags 3", b"/SigFlags 3/XFA 40 0 R", o40=by_hand.stream(b"<xdp/>")),
    "appearances drawn anew": instead(1, b"/SigFlags 3", b"/SigFlags 3/NeedAppearances true"),
    "what a tag says": instead(21, b"so 22", b"so 99"),
    "a text in place of another": entries(21, b"/ActualText(Quyet dinh so 99)"),
    "roles of tags": entries(20, b"/RoleMap<</P/Artifact>>"),
    "no more tagged": instead(1, b"/Marked true", b"/Marked false"),
    "the title as name": instead(1, b"DisplayDocTitle false", b"DisplayDocTitle true"),
    "how it is printed": instead(1, b"DisplayDocTitle false", b"DisplayDocTitle false/NumCopies 2"),
    "the numbers of pages": instead(1, b"/S/D", b"/S/R"),
    "another profile": instead(25, b"profile", b"pr0file"),
    "a table of contents": entries(
        1, b"/Outlines<</First 40 0 R/Last 40 0 R>>", o40=b"<</Title(x)/Dest[9 0 R/Fit]>>"
    ),
    "threads": entries(1, b"/Threads[]/PageMode/FullScreen"),
    "the picture of the signature": instead(70, b"0 0 200 60", b"9 9 180 40"),
    "a table beside the table": beside_the_table,
    "an object by another number": other_number,
    "a stream past its length": past_its_length,
}
#: It is no change of what was signed, and is told.
TOLD: dict[str, tuple[Attack, str]] = {
    "the metadata": (instead(23, b"xmpmeta", b"xmpmetb"), "metadata-changed"),
    "the version": (entries(1, b"/Version/1.7"), "nothing-visible"),
    "data of a program": (entries(3, b"/PieceInfo<</X<</LastModified(D:2026)>>>>"), "nothing-visible"),
}


def prepared(
    key: SigningKey,
    held: by_hand.Objects,
    more: by_hand.Objects,
    fields: bytes = b"",
    form: bytes = b"",
    notes: bytes = b"",
) -> Written:
    """A signed document. `held`: its objects; `more`: those of the update that signs, with further fields,
    entries of the form, and annotations that are no fields."""
    document = by_hand.updated(Written(by_hand.HEAD), held)
    objects = by_hand.signing(document.size, held)
    objects[1] = objects[1].replace(b"/Fields[", form + b"/Fields[" + fields)
    objects[3] = objects[3].replace(b"/Annots[", b"/Annots[" + notes + fields)
    return by_hand.signed(key, by_hand.updated(document, objects | dict(more)))


def loose_page(key: SigningKey) -> tuple[Written, bytes]:
    """The page names a parent that does not have it; what the page inherits from there changes."""
    held = by_hand.base()
    held[3] = (
        held[3].replace(b"/Parent 2 0 R", b"/Parent 40 0 R").replace(b"/Resources<</Font<</F1 5 0 R>>>>", b"")
    )
    held[2] = by_hand.entry(held[2], b"/Resources<</Font<</F1 5 0 R>>>>")
    held[40] = held[2]
    held[7] = by_hand.stream(b"1 beginbfchar <51> <0052> endbfchar")
    once = prepared(key, held, {})
    return once, instead(40, b"/F1 5 0 R", b"/F1 41 0 R", o41=OTHER_LETTERS)(once)


WIDGET = b"<</Type/Annot/Subtype/Widget/F 4/Rect[300 200 500 220]/P 3 0 R/Parent 50 0 R%s>>"
BUTTON = b"<</Type/Annot/Subtype/Widget/FT/Btn/T(nut)/Rect[300 200 500 220]/P 3 0 R"
VALUE = b"<</FT/Tx/T(so tien)/Kids[51 0 R]/V(100)>>"


def other_parent(key: SigningKey) -> tuple[Written, bytes]:
    """The picture of a field names another parent, which has another value."""
    more = {50: VALUE, 51: WIDGET % b"/AP<</N 52 0 R>>", 52: by_hand.appearance(b"100")}
    once = prepared(key, by_hand.base(), more, b"50 0 R ")
    return once, instead(51, b"/Parent 50", b"/Parent 60", o60=VALUE.replace(b"100", b"900"))(once)


def lent_font(key: SigningKey) -> tuple[Written, bytes]:
    """The picture of a field has no fonts of its own; the form gets one, which it takes."""
    drawn = by_hand.appearance(b"100").replace(b"/Resources<</Font<</F1 5 0 R>>>>", b"")
    more = {50: VALUE, 51: WIDGET % b"/AP<</N 52 0 R>>", 52: drawn}
    once = prepared(key, by_hand.base(), more, b"50 0 R ", b"/DR<</Font<</F2 5 0 R>>>>")
    return once, instead(
        1, b"/F2 5 0 R", b"/F2 5 0 R/F1 60 0 R", o60=OTHER_LETTERS.replace(b"/ToUnicode 7 0 R", b"")
    )(once)


def lent_other_font(
    key: SigningKey, own: bytes = b"/F2 5 0 R", lent: bytes = b"/F1"
) -> tuple[Written, bytes]:
    """The picture of a field has one font, uses another as well, and the form gets that one."""
    drawn = by_hand.appearance(b"100").replace(b"/F1 5 0 R", own)
    drawn = drawn.replace(b"/F1 12 Tf", b"/F#31 12 Tf") if own else drawn
    drawn = drawn.replace(
        b"/Length %d" % _length(drawn), b"/Length %d" % (_length(drawn) + (2 if own else 0))
    )
    more = {50: VALUE, 51: WIDGET % b"/AP<</N 52 0 R>>", 52: drawn}
    once = prepared(key, by_hand.base(), more, b"50 0 R ", b"/DR<</Font<</F2 5 0 R>>>>")
    return once, instead(1, b"/F2 5 0 R", b"/F2 5 0 R" + lent + b" 60 0 R", o60=by_hand.base()[5])(once)


def lent_unused_font(key: SigningKey) -> bytes:
    """The same, where the form gets a font that the picture does not use."""
    return lent_other_font(key, b"", b"/ZaDb")[1]


def _length(drawn: bytes) -> int:
    return int(re.findall(rb"/Length (\d+)", drawn)[0])


def switched(key: SigningKey) -> tuple[Written, bytes]:
    """A button has pictures of several states; another one is shown."""
    button = BUTTON + b"/F 4/AS/Off/AP<</N<<%s>>>>>>"
    more = {
        50: button % b"/Off 52 0 R/Yes 53 0 R",
        52: by_hand.appearance(b" "),
        53: by_hand.appearance(b"Dong y"),
    }
    once = prepared(key, by_hand.base(), more, b"50 0 R ")
    return once, instead(50, b"/AS/Off", b"/AS/Yes")(once)


def uncovered(key: SigningKey) -> tuple[Written, bytes]:
    """A hidden field is shown."""
    button = BUTTON + b"/Ff 65536/F 6/AP<</N 52 0 R>>>>"
    once = prepared(key, by_hand.base(), {50: button, 52: by_hand.appearance(b"Dong y")}, b"50 0 R ")
    return once, instead(50, b"/F 6", b"/F 4")(once)


def timestamp_that_shows(kind: bytes) -> Prepared:
    """A timestamp, which anybody can have, with a picture of what its owner wants to say. `kind`: what it
    says of its type, which does not count."""

    def attack(key: SigningKey) -> tuple[Written, bytes]:
        held, document = by_hand.base(), by_hand.document()
        once = by_hand.signed(key, by_hand.updated(document, by_hand.signing(document.size, held)))
        objects = by_hand.signing(once.size, held, [document.size], b"/AP<</N 60 0 R>>")
        field = once.size
        objects[field] = objects[field].replace(b"/Rect[0 0 0 0]", b"/Rect[300 200 528 220]")
        value = objects[field + 1].replace(b"/Type/Sig", kind)
        objects[field + 1] = value.replace(b"ETSI.CAdES.detached", b"ETSI.RFC3161")
        objects[60] = by_hand.appearance(b"100 trieu")
        return once, by_hand.signed(key, by_hand.updated(once, objects)).data

    return attack


DOCMDP = (
    b"/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]"
)


def called_a_timestamp(key: SigningKey) -> tuple[Written, bytes]:
    """A document is certified and forbids any change; who signs it calls his signature a timestamp."""
    held, document = by_hand.base(), by_hand.document()
    held[1] = by_hand.entry(held[1], b"/Perms<</DocMDP %d 0 R>>" % (document.size + 1))
    objects = by_hand.signing(document.size, held, value=DOCMDP)
    once = by_hand.signed(key, by_hand.updated(document, objects))
    objects = by_hand.signing(once.size, held, [document.size])
    value = objects[once.size + 1]
    objects[once.size + 1] = value.replace(b"/Type/Sig", b"/Type/DocTimeStamp")
    return once, by_hand.signed(key, by_hand.updated(once, objects)).data


def filter_twice(key: SigningKey) -> tuple[Written, bytes]:
    """The filter of an attached file once more, as a string: who takes the last value sees it packed."""
    held = by_hand.base(b"/Names<</EmbeddedFiles<</Names[(a)26 0 R]>>>>")
    held[26] = b"<</Type/Filespec/F(a.txt)/EF<</F 29 0 R>>>>"
    held[29] = by_hand.stream(zlib.compress(b"attached"), b"/Type/EmbeddedFile/Filter/FlateDecode")
    once = prepared(key, held, {})
    return once, instead(29, b"/FlateDecode", b"/FlateDecode/Filter(/FlateDecode)")(once)


CMAP = b"1 beginbfchar <51> <0051> endbfchar"


def font_called_data(key: SigningKey) -> tuple[Written, bytes]:
    """The font of the page is called as what a signature speaks of, among resources that look like a
    reference of one: its letters become others to whoever copies or searches the text."""
    held = by_hand.base() | {6: by_hand.stream(CMAP)}
    held[3] = held[3].replace(b"/F1 5 0 R", b"/TransformMethod/FieldMDP/Data 5 0 R")
    held[4] = by_hand.stream(by_hand.CONTENT.replace(b"/F1", b"/Data"))
    held[5] = by_hand.entry(held[5], b"/ToUnicode 6 0 R")
    once = prepared(key, held, {})
    return once, instead(6, b"<0051>", b"<0052>")(once)


def drawn_from(number: int) -> Prepared:
    """The catalog or the page is a stream, and a picture on the page besides. The new one draws outside of
    it, so that nothing is seen now."""

    def attack(key: SigningKey) -> tuple[Written, bytes]:
        held = by_hand.base()
        held[3] = held[3].replace(b"/Font<<", b"/XObject<</X %d 0 R>>/Font<<" % number)
        held[4] = by_hand.stream(by_hand.CONTENT + b" /X Do")
        document = by_hand.updated(Written(by_hand.HEAD), held)
        objects = by_hand.signing(document.size, held)
        said = objects[number][2:-2] + b"/Subtype/Form/BBox[0 0 595 842]"
        objects[number] = by_hand.stream(b"9 9 9 9 re f", said)
        once = by_hand.signed(key, by_hand.updated(document, objects))
        return once, by_hand.updated(once, {number: by_hand.stream(b"9 9 9. 9 re f", said)}).data

    return attack


def real_for_whole(colours: bytes, other: bytes) -> Prepared:
    """A whole number of a picture is written as a real: poppler draws no picture with such a palette."""

    def attack(key: SigningKey) -> tuple[Written, bytes]:
        said = b"/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8" + colours
        held = by_hand.base() | {6: by_hand.stream(b"\0", said), 7: b"[0 0]"}
        held[3] = held[3].replace(b"/Font<<", b"/XObject<</X 6 0 R>>/Font<<")
        held[4] = by_hand.stream(by_hand.CONTENT + b" q 90 0 0 90 90 90 cm /X Do Q")
        once = prepared(key, held, {})
        if not other:
            return once, by_hand.updated(once, {7: b"[0.0 0]"}).data
        return once, instead(6, colours, other)(once)

    return attack


PALETTE = b"/ColorSpace[/Indexed/DeviceRGB %s<ff0000000000>]"
MASK = b"/ColorSpace/DeviceGray/Mask[%s 0]"

#: The document was prepared before it was signed: it, and the update.
PREPARED: dict[str, tuple[Prepared, str]] = {
    "a page beside its tree": (loose_page, "content-changed"),
    "a field with another parent": (other_parent, "field-changed"),
    "a font of the form for a picture": (lent_font, "document-part"),
    "a font of the form for a part of a picture": (lent_other_font, "document-part"),
    "a button in another state": (switched, "form-values"),
    "a hidden field is shown": (uncovered, "field-changed"),
    "a filter as a name and as a string": (filter_twice, "entry-twice"),
    "a timestamp that shows": (timestamp_that_shows(b"/Type/DocTimeStamp"), "timestamp-shows"),
    "a timestamp that shows and says to be a signature": (
        timestamp_that_shows(b"/Type/Sig"),
        "timestamp-shows",
    ),
    "a timestamp that shows, without a type": (timestamp_that_shows(b""), "timestamp-shows"),
    "a signature that says to be a timestamp": (called_a_timestamp, "signature-not-permitted"),
    "a font that is called as what a signature speaks of": (font_called_data, "content-changed"),
    "the catalog drawn as a picture": (drawn_from(1), "document-part"),
    "a page drawn as a picture": (drawn_from(3), "content-changed"),
    "a palette that ends at a real": (real_for_whole(PALETTE % b"1", PALETTE % b"1.0"), "content-changed"),
    "a mask of reals": (real_for_whole(MASK % b"0", MASK % b"0.0"), "content-changed"),
    "a mask of reals elsewhere": (
        real_for_whole(b"/ColorSpace/DeviceGray/Mask 7 0 R", b""),
        "content-changed",
    ),
}
