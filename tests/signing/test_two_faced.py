"""The verifier tells what in a signed document may show otherwise elsewhere, and says nothing of others."""

import io
from pathlib import Path

import pikepdf
import pytest

from signing.keys.references import SigningKey
from signing.validation import validate
from tests.signing import documents
from tests.signing import handwritten as by_hand
from tests.signing.attacks.catalogue import prepared
from tests.signing.conftest import SignFile

SCRIPT = b"<</S/JavaScript/JS(x)>>"
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 90 9]"
LAYER = b"/OCProperties<</OCGs[40 0 R]/D<<%s>>>>"
STAMP = b"<</Type/Annot/Subtype/Stamp/Rect[300 500 390 520]/P 3 0 R/F %d/AP<</N 41 0 R>>>>"
LINK = b"<</Type/Annot/Subtype/Link/Rect[72 690 300 720]/Border[0 0 0]/A<</S/URI/URI(https://a.example)%s>>>>"
OUTSIDE = {42: b"(a.pdf)"}
POINTED = (STAMP % 4).replace(b"/AP<<", b"/AP<<%s")
OTHER = by_hand.stream(b"1 0 0 rg 0 0 90 9 re f", FORM)
DRAWN = {41: by_hand.stream(b"0 0 90 9 re f", FORM)}


def _named(picture: bytes, more: by_hand.Objects | None = None) -> tuple[bytes, bytes, by_hand.Objects]:
    """A picture among those of the page, and what it refers to."""
    return b"", b"", {41: by_hand.stream(b"0 0 90 9 re f", FORM + picture), **(more or {})}


#: What the catalog has, the page has, and further objects, with what is told.
TOLD: dict[str, tuple[bytes, bytes, by_hand.Objects, str]] = {
    "a script on opening": (b"/OpenAction" + SCRIPT, b"", {}, "shows-active"),
    "a script of the document": (b"/Names<</JavaScript<</Names[(a)%s]>>>>" % SCRIPT, b"", {}, "shows-active"),
    "a script of a page": (b"", b"/AA<</O%s>>" % SCRIPT, {}, "shows-active"),
    "a script after a link": (b"", b"", {40: LINK % (b"/Next" + SCRIPT)}, "shows-active"),
    "what hides a field": (b"/OpenAction<</S/Hide/T(a)>>", b"", {}, "shows-active"),
    "an address on opening": (b"/OpenAction<</S/URI/URI(https://a.invalid/)>>", b"", {}, "shows-active"),
    "a file of a network on opening": (
        b"/OpenAction<</S/GoToR/F(\\\\\\\\a.invalid\\\\b.pdf)/D[0/Fit]>>",
        b"",
        {},
        "shows-active",
    ),
    "an address of a page": (b"", b"/AA<</O<</S/URI/URI(https://a.invalid/)>>>>", {}, "shows-active"),
    "a portfolio": (b"/Collection<<>>", b"", {}, "shows-portfolio"),
    "a layer off": (LAYER % b"/OFF[40 0 R]", b"", {40: b"<</Type/OCG/Name(a)>>"}, "shows-layers"),
    "a layer for the screen": (
        LAYER % b"",
        b"",
        {40: b"<</Type/OCG/Name(a)/Usage<</Print<</PrintState/OFF>>>>>>"},
        "shows-layers",
    ),
    "another picture for paper": (*_named(b"/Alternates[<</Image 41 0 R>>]"), "shows-outside"),
    "a page of another file": (*_named(b"/Ref<</F(a.pdf)/Page 0>>"), "shows-outside"),
    "a page of another file, by numbers": (*_named(b"/#52e#66<</Page 0>>"), "shows-outside"),
    "a stream of another file": (*_named(b"/F(a.pdf)"), "shows-outside"),
    "a stream of another file, named elsewhere": (*_named(b"/F 42 0 R", OUTSIDE), "shows-outside"),
    "a stream of another file, over lines": (*_named(b"/F%x\n42 %y\r0%z\nR", OUTSIDE), "shows-outside"),
    "a stream of another file, by a number": (*_named(b"/#46 42 0 R", OUTSIDE), "shows-outside"),
    "a program for printers": (*_named(b"/Subtype2/PS"), "shows-outside"),
    "a stamp for the screen": (b"", b"", {40: STAMP % 0, **DRAWN}, "shows-on-one"),
    "a stamp for paper": (b"", b"", {40: STAMP % 36, **DRAWN}, "shows-on-one"),
    "a stamp that comes and goes": (b"", b"", {40: STAMP % 260, **DRAWN}, "shows-on-one"),
    "a mark of a printer": (b"", b"", {40: STAMP.replace(b"Stamp", b"TrapNet") % 4, **DRAWN}, "shows-on-one"),
    "a watermark that is placed anew on paper": (
        b"",
        b"",
        {40: STAMP.replace(b"Stamp", b"Watermark/FixedPrint<</H 1>>") % 4, **DRAWN},
        "shows-on-one",
    ),
    "a stamp for a pointer": (b"", b"", {40: POINTED % b"/R 42 0 R", **DRAWN, 42: OTHER}, "shows-pointed"),
    "a stamp that is pressed": (b"", b"", {40: POINTED % b"/D 42 0 R", **DRAWN, 42: OTHER}, "shows-pointed"),
    "a link for a pointer": (
        b"",
        b"",
        {40: LINK.replace(b"/A<<", b"/AP<</R 42 0 R>>/A<<") % b"", 42: OTHER},
        "shows-pointed",
    ),
    "a script of a table of contents": (
        b"/Outlines<</First 43 0 R/Last 43 0 R/Count 1>>",
        b"",
        {43: b"<</Title(a)/A%s>>" % SCRIPT},
        "shows-active",
    ),
}
SILENT: dict[str, tuple[bytes, bytes, by_hand.Objects]] = {
    "a place to open at": (b"/OpenAction[3 0 R/Fit]", b"", {}),
    "a page to open at, by its name": (b"/OpenAction<</S/Named/N/LastPage>>", b"", {}),
    "a layer that is shown": (LAYER % b"", b"", {40: b"<</Type/OCG/Name(a)>>"}),
    "a stamp": (b"", b"", {40: STAMP % 4, **DRAWN}),
    "a link": (b"", b"", {40: LINK % b""}),
    "a stamp whose pictures are the same": (
        b"",
        b"",
        {40: POINTED % b"/R 42 0 R/D 41 0 R", **DRAWN, 42: DRAWN[41]},
    ),
    "a table of contents": (
        b"/Outlines<</First 43 0 R/Last 43 0 R/Count 1>>",
        b"",
        {43: b"<</Title(a)/Dest[3 0 R/Fit]>>"},
    ),
    "a picture": _named(b""),
}


def _told(case: tuple[bytes, bytes, by_hand.Objects], key: SigningKey, trust: Path, folder: Path) -> set[str]:
    catalog, page, objects = case
    held = by_hand.base(catalog, page) | dict(objects)
    notes = 40 in objects and b"/Annot" in objects[40]
    held[3] = held[3].replace(b"/Font", b"/XObject<</X 41 0 R>>/Font") if 41 in objects else held[3]
    (path := folder / "judged.pdf").write_bytes(
        prepared(key, held, {}, notes=b"40 0 R " if notes else b"").data
    )
    report = validate(path, anchors=[trust])
    assert report.verdict == "valid", "nothing was changed"
    return {w.code for w in report.signatures[0].warnings if w.code.startswith("shows-")}


@pytest.mark.parametrize("case", TOLD)
def test_it_is_told(case: str, key: SigningKey, trust: Path, tmp_path: Path) -> None:
    *made, code = TOLD[case]
    assert _told((made[0], made[1], made[2]), key, trust, tmp_path) == {code}


@pytest.mark.parametrize("case", SILENT)
def test_nothing_is_told(case: str, key: SigningKey, trust: Path, tmp_path: Path) -> None:
    assert _told(SILENT[case], key, trust, tmp_path) == set()


INVERTS = by_hand.stream(b"{1 exch sub}", b"/FunctionType 4/Domain[0 1]/Range[0 1]")
LEAVES = by_hand.stream(b"{ }", b"/FunctionType 4/Domain[0 1]/Range[0 1]")
STRAIGHT = b"<</FunctionType 2/Domain[0 1]/C0[0]/C1[1]/N 1>>"
SCREEN = b"<</Type/Halftone/HalftoneType 1/Frequency 60/Angle 45/SpotFunction/Round%s>>"
OF_INKS = b"<</HalftoneType 5/Default%s>>"


@pytest.mark.parametrize(
    ("state", "function", "told"),
    [
        (b"/TR 43 0 R", INVERTS, True),
        (b"/#54R2[/Identity/Identity/Identity 43 0 R]", INVERTS, True),
        (b"/BG 43 0 R", INVERTS, True),
        (b"/UCR2%c\n43 0 R", INVERTS, True),
        (b"/HT" + SCREEN % b"/TransferFunction 43 0 R", INVERTS, True),
        (b"/HT" + OF_INKS % (SCREEN % b"/TransferFunction 43 0 R"), INVERTS, True),
        (b"/HT 43 0 R", by_hand.stream(b"\xff", b"/HalftoneType 6/Width 1/Height 1"), True),
        (b"/HT 43 0 R", b"<</HalftoneType 5/Default 43 0 R/Cyan 43 0 R>>", True),  # itself among its own
        (b"/TR 43 0 R", b"[43 0 R 43 0 R 43 0 R 43 0 R]", True),
        (b"/TR 43 0 R", LEAVES, False),
        (b"/TR 43 0 R", STRAIGHT, False),
        (b"/TR/Identity/TR2/Default/BG2/Default/UCR2/Default/HT/Default", STRAIGHT, False),
        (b"/HT" + SCREEN % b"", STRAIGHT, False),
        (b"/HT" + OF_INKS % (SCREEN % b"/TransferFunction/Identity"), STRAIGHT, False),
        (b"/SMask<</S/Luminosity/G 44 0 R/TR 43 0 R>>", INVERTS, False),  # screens use it too
    ],
)
def test_what_a_printer_paints_otherwise_is_told(
    state: bytes, function: bytes, told: bool, key: SigningKey, trust: Path, tmp_path: Path
) -> None:
    """A transfer function may turn all that is black into white, and many viewers leave it out."""
    held = by_hand.base() | {42: b"<</Type/ExtGState%s>>" % state, 43: function, 44: DRAWN[41]}
    held[3] = held[3].replace(b"/Font", b"/ExtGState<</G 42 0 R>>/Font")
    (path := tmp_path / "judged.pdf").write_bytes(prepared(key, held, {}).data)
    (found,) = validate(path, anchors=[trust]).signatures
    assert ("shows-on-paper" in {w.code for w in found.warnings}) is told


@pytest.mark.parametrize("told", [True, False])
def test_it_is_found_in_object_streams(told: bool, sign_file: SignFile, trust: Path, tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(documents.paper())) as pdf:
        turns = {"/FunctionType": 2, "/Domain": [0, 1], "/C0": [1], "/C1": [0], "/N": 1}
        state = pikepdf.Dictionary({"/TR": pdf.make_indirect(turns) if told else pikepdf.Name.Identity})
        pdf.pages[0].Resources.ExtGState = pikepdf.Dictionary({"/G": pdf.make_indirect(state)})
        pdf.save(packed := tmp_path / "packed.pdf", object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"ExtGState" not in packed.read_bytes()
    (found,) = validate(sign_file(packed), anchors=[trust]).signatures
    assert ("shows-on-paper" in {w.code for w in found.warnings}) is told


@pytest.mark.parametrize(
    ("field", "code"),
    [
        (b"/V(9)", "shows-form"),  # no picture
        (b"/V()", None),
        (b"/V(9)/F 2", None),  # hidden
        (b"/V(9)/AP<</N 41 0 R>>", None),
        (b"/V(9)/F 36/AP<</N 41 0 R>>", "shows-on-one"),
        (b"/V()/F 36/AP<</N 41 0 R>>", None),
        (b"/AP<</N 41 0 R/R 42 0 R>>", "shows-pointed"),
    ],
)
def test_fields_that_show_otherwise_elsewhere(
    field: bytes, code: str | None, key: SigningKey, trust: Path, tmp_path: Path
) -> None:
    body = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/Rect[300 500 390 520]/P 3 0 R%s>>" % field
    held = by_hand.base() | {40: body, **DRAWN, 42: OTHER}
    made = prepared(key, held, {}, notes=b"40 0 R ", fields=b"40 0 R ")
    (path := tmp_path / "judged.pdf").write_bytes(made.data)
    (found,) = validate(path, anchors=[trust]).signatures
    assert {w.code for w in found.warnings if w.code.startswith("shows-")} == ({code} if code else set())


def test_forms_that_are_drawn_anew(key: SigningKey, trust: Path, tmp_path: Path) -> None:
    for form in (b"/NeedAppearances true", b"/XFA 40 0 R"):
        held = by_hand.base() | {40: by_hand.stream(b"<xdp/>")}
        (path := tmp_path / "judged.pdf").write_bytes(prepared(key, held, {}, form=form).data)
        (found,) = validate(path, anchors=[trust]).signatures
        assert "shows-form" in {w.code for w in found.warnings}


def test_a_plain_document_is_not_opened_again(
    sign_file: SignFile, trust: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = sign_file(documents.paper())
    monkeypatch.setattr(pikepdf, "open", lambda *_: pytest.fail("it was opened"))
    assert validate(signed, anchors=[trust]).verdict == "valid"
