"""The verifier tells what in a signed document may show otherwise elsewhere, and says nothing of others."""

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
}
SILENT: dict[str, tuple[bytes, bytes, by_hand.Objects]] = {
    "a place to open at": (b"/OpenAction[3 0 R/Fit]", b"", {}),
    "a page to open at, by its name": (b"/OpenAction<</S/Named/N/LastPage>>", b"", {}),
    "a layer that is shown": (LAYER % b"", b"", {40: b"<</Type/OCG/Name(a)>>"}),
    "a stamp": (b"", b"", {40: STAMP % 4, **DRAWN}),
    "a link": (b"", b"", {40: LINK % b""}),
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
