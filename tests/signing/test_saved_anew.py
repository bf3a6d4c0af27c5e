"""What programs write otherwise when they save a field or a comment anew, and what looks alike and is not.

The causes were found on files made freshly with the libraries of others; each is written anew by hand.
"""

from pathlib import Path

import pytest

from signing.keys.references import SigningKey
from signing.validation import validate
from tests.signing import handwritten as by_hand
from tests.signing.attacks.catalogue import DOCMDP
from tests.signing.handwritten import Objects, Written
from tests.signing.test_other_makers import Judge, judge

__all__ = ["judge"]  # a fixture

FILLING, COMMENTING = (DOCMDP.replace(b"/P 1", b"/P %d" % level) for level in (2, 3))
WIDGET = b"<</Type/Annot/Subtype/Widget/F 4/P 3 0 R/Rect[72 500 300 520]"
TEXT = WIDGET + b"/FT/Tx/T(nguoi_nhan)/DA(/F1 12 Tf)/AP<</N 8 0 R>>%s>>"
TICK = WIDGET + b"/FT/Btn/T(dong_y)/AS/%s/AP<</N%s>>%s>>"
STATES = b"<</Yes 8 0 R/Off 9 0 R>>"
PICTURES = {8: by_hand.appearance(b"900"), 9: by_hand.appearance(b"")}


def signed_form(key: SigningKey, field: bytes, value: bytes, pictures: Objects = PICTURES) -> Written:
    """A document with this field, and a signature with these entries in its value."""
    held = by_hand.base() | {6: field, **pictures}
    document = by_hand.updated(Written(by_hand.HEAD), held)
    objects = by_hand.signing(document.size, held, value=value)
    objects[1] = by_hand.entry(held[1], b"/AcroForm<</Fields[6 0 R %d 0 R]/SigFlags 3>>" % document.size)
    objects[3] = by_hand.entry(held[3], b"/Annots[6 0 R %d 0 R]" % document.size)
    return by_hand.signed(key, by_hand.updated(document, objects))


def judged_after(judge: Judge, once: Written, objects: Objects) -> tuple[str, set[str]]:
    return judge(by_hand.updated(once, objects).data)


@pytest.mark.parametrize("said", [b"/Info 40 0 R", b"/Info null"])
def test_information_that_is_not_there(said: bytes, key: SigningKey, judge: Judge) -> None:
    """What packs a file anew may leave its reference to nothing."""
    document = by_hand.updated(Written(by_hand.HEAD), by_hand.base(), trailer=said)
    objects = by_hand.signing(document.size, by_hand.base())
    once = by_hand.signed(key, by_hand.updated(document, objects, trailer=said))
    objects = by_hand.signing(once.size, by_hand.base(), [document.size])
    twice = by_hand.signed(key, by_hand.updated(once, objects, trailer=said))
    found, codes = judge(twice.data)
    assert (found, "later-signature" in codes) == ("valid", True), codes
    titled = by_hand.updated(twice, {40: b"<</Title(Quyet dinh so 99)>>"}, trailer=b"/Info 40 0 R")
    found, codes = judge(titled.data)
    assert (found, "title-changed" in codes) == ("valid", True), codes


# --- the type of an annotation, which may be left out


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (b"", b"/Type/Annot", "valid"),
        (b"/Type/Annot", b"", "valid"),
        (b"", b"/Type/XObject", "invalid"),
        (b"", b"/Type/Annot/Contents(900)", "invalid"),
    ],
)
def test_the_type_of_a_signed_place(
    before: bytes, after: bytes, verdict: str, key: SigningKey, judge: Judge
) -> None:
    """One maker leaves it out, another one writes it into all places when it adds a signature."""
    document = by_hand.document()
    objects = by_hand.signing(document.size, by_hand.base())
    place = objects[document.size].replace(b"/Type/Annot", before)
    once = by_hand.signed(key, by_hand.updated(document, objects | {document.size: place}))
    body = by_hand.entry(place.replace(b"/Type/Annot", b""), after)
    found, codes = judged_after(judge, once, {document.size: body})
    assert found == verdict, codes
    assert ("signature-altered" in codes) == (verdict == "invalid")


def test_another_kind_of_annotation_under_the_same_type(key: SigningKey, judge: Judge) -> None:
    document = by_hand.document()
    objects = by_hand.signing(document.size, by_hand.base())
    once = by_hand.signed(key, by_hand.updated(document, objects))
    body = objects[document.size].replace(b"/Type/Annot", b"").replace(b"/Widget", b"/Stamp")
    assert judged_after(judge, once, {document.size: body})[0] == "invalid"


# --- the colours of a field that is filled


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (b"/BC[.1 .1 .1]/BG[.8 .843 1]", b"/BC[0.10196 0.10196 0.10196]/BG[0.8 0.84314 1]", "valid"),
        (b"/BC[.5]", b"/BC[0.50196 0.50196 0.50196]", "valid"),
        (b"/R 90/BG[1]", b"/R 90/BG[1 1 1]", "valid"),
        (b"/BC[.1 .1 .1]", b"/BC[.9 .1 .1]", "invalid"),
        (b"/BC[.1 .1 .1]", b"/BC[.1 .1 .1 .1]", "invalid"),
        (b"/BC[.5]/BG[1]", b"/BC[.5]", "invalid"),
        (b"/BC[.5]", b"/BC[.5]/BG[1]", "invalid"),
        (b"/BC[.5]", b"/BC[.5]/R 180", "invalid"),
        (b"/BC[.5]/CA(a)", b"/BC[0.50196 0.50196 0.50196]", "invalid"),
        (b"/BC[.5]", b"/BC[(.5)]", "invalid"),
    ],
)
def test_the_colours_of_what_is_filled(
    before: bytes, after: bytes, verdict: str, key: SigningKey, judge: Judge
) -> None:
    """A browser keeps colours in 256 steps and writes them so into the field that it fills."""
    once = signed_form(key, TEXT % (b"/MK<<%s>>" % before), FILLING)
    field = TEXT.replace(b"8 0 R", b"30 0 R") % (b"/V(900)/MK<<%s>>" % after)
    found, codes = judged_after(judge, once, {6: field, 30: by_hand.appearance(b"900")})
    assert found == verdict, codes
    assert ("form-filled" in codes) == (verdict == "valid")


def test_colours_that_are_the_same_give_no_leave_to_fill(key: SigningKey, judge: Judge) -> None:
    once = signed_form(key, TEXT % b"/MK<</BC[.5]>>", b"")
    field = TEXT % b"/V(900)/MK<</BC[0.50196 0.50196 0.50196]>>"
    found, codes = judged_after(judge, once, {6: field})
    assert (found, "form-values" in codes) == ("invalid", True)


@pytest.mark.parametrize(
    ("states", "style", "value", "code"),
    [
        (STATES, b"", FILLING, "form-filled"),
        (STATES, b"/CA(8)", FILLING, "field-changed"),
        (STATES, b"", b"", "form-values"),
        (b" 8 0 R", b"", FILLING, "field-changed"),
    ],
    ids=["left out", "another one", "not permitted", "a button with one picture"],
)
def test_the_style_of_a_box_that_is_ticked(
    states: bytes, style: bytes, value: bytes, code: str, key: SigningKey, judge: Judge
) -> None:
    """The same browser leaves it out; the pictures of both states stay."""
    once = signed_form(key, TICK % (b"Off", states, b"/MK<</BC[0]/CA(4)>>"), value)
    field = TICK % (b"Yes", states, b"/V/Yes/MK<</BC[0 0 0]%s>>" % style)
    found, codes = judged_after(judge, once, {6: field})
    assert (found, code in codes) == ("valid" if code == "form-filled" else "invalid", True), codes


# --- notes without a picture


@pytest.mark.parametrize(
    ("kind", "place", "verdict"),
    [
        (b"/Text/Name/Note", b"500 400 510 410", "valid"),
        (b"/Text", b"500 400 540 440", "valid"),
        (b"/Text/Name/Note", b"72 695 82 705", "invalid"),
        (b"/Text/Name/Note", b"500 400 510 410]/AP<</N 30 0 R>>/X[0", "valid"),
        (b"/FreeText/DA(/F1 12 Tf)", b"500 400 510 410", "invalid"),
    ],
    ids=[
        "beside",
        "in a large place",
        "over what is signed",
        "a picture",
        "text of its own",
    ],
)
def test_the_sign_of_a_note_is_larger_than_its_place(
    kind: bytes, place: bytes, verdict: str, key: SigningKey, judge: Judge
) -> None:
    """Viewers draw it in a size of their own, from the upper left corner."""
    document = by_hand.document()
    objects = by_hand.signing(document.size, by_hand.base(), value=COMMENTING)
    once = by_hand.signed(key, by_hand.updated(document, objects))
    note = b"<</Type/Annot/Subtype%s/F 28/Contents(ghi chu)/C[1 1 1]/Rect[%s]>>" % (kind, place)
    page = objects[3].replace(b"/Annots[", b"/Annots[31 0 R ")
    picture = by_hand.stream(b"0 0 9 9 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 10 10]")
    found, codes = judged_after(judge, once, {3: page, 30: picture, 31: note})
    assert found == verdict, codes
    assert ("comment-added" in codes) == (kind[:5] == b"/Text")


# --- places for a signature

PLACE = b"<</Type/Annot/Subtype/Widget/F 132/P 3 0 R/FT/Sig/T(KyB)/Rect[%s]%s>>"
DRAWN = {8: by_hand.stream(b"0 0 228 20 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 228 20]")}


@pytest.mark.parametrize(
    ("drawn", "place", "verdict", "code"),
    [
        (b"", b"0 0 0 0", "valid", "later-signature"),
        (b"", b"72 560 300 580", "invalid", "field-changed"),
        (b"", b"72 500 300 900", "invalid", "field-changed"),
        (b"/AP<</N 8 0 R>>", b"0 0 0 0", "invalid", "visible-difference"),
    ],
    ids=["no size any more", "elsewhere", "larger", "what it showed is gone"],
)
def test_a_place_loses_its_size_when_it_is_signed(
    drawn: bytes, place: bytes, verdict: str, code: str, key: SigningKey, judge: Judge
) -> None:
    """EU DSS signs so where it is given no picture: the signature shows nowhere, as the empty place did."""
    once = signed_form(key, PLACE % (b"72 500 300 520", drawn), b"", DRAWN)
    field = PLACE % (place, drawn + b"/V %d 0 R" % once.size)
    again = by_hand.updated(once, {6: field, once.size: by_hand.signature()})
    found, codes = judge(by_hand.signed(key, again).data)
    assert (found, code in codes) == (verdict, True), codes


def test_another_title_is_told_before_all_else(key: SigningKey, trust: Path, tmp_path: Path) -> None:
    """No page shows it, so the signature passes without a certification; a reader must know it still."""
    document = by_hand.document()
    once = by_hand.signed(key, by_hand.updated(document, by_hand.signing(document.size, by_hand.base())))
    titled = by_hand.updated(once, {40: b"<</Title(Quyet dinh so 99)>>"}, trailer=b"/Info 40 0 R")
    (tmp_path / "titled.pdf").write_bytes(titled.data)
    report = validate(tmp_path / "titled.pdf", anchors=[trust])
    assert report.verdict == "valid"
    assert "thành «Quyet dinh so 99»" in report.summary.vi
    assert "to “Quyet dinh so 99”" in report.summary.en
    assert [c.code for c in report.changes] == ["title-changed"]
