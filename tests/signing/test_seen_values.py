"""What people see of the value of a field: programs also read what is white, tiny, clipped or covered."""

import io
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String

from signing.keys.references import SigningKey
from signing.pdf.form_pictures import Contradiction, contradictions
from tests.signing import handwritten as by_hand
from tests.signing.test_odd_files import FORM, LOCKS, report_on, signed_form

SHOWN, OTHERWISE, REDRAWN = [], [Contradiction("o", (1,))], [Contradiction("o", (1,), redrawn=True)]
WRITTEN = b"/Tx BMC q BT /F 12 Tf %s 2 6 Td (%s) Tj ET Q EMC"
LIES = (
    b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange 4 beginbfchar <31> <0031> <32> <0039> "
    b"<39> <0032> <30> <0030> endbfchar endcmap"
)


def _found(
    content: bytes,
    value: str = "900",
    *,
    picture: dict[str, Any] | None = None,
    page: bytes = b"",
    size: tuple[int, int] = (228, 20),
    kind: Name = Name.Tx,
    other: bytes | None = None,
    state: bytes | None = None,
    map_of_letters: bytes | None = None,
    drawn_letter: bytes | None = None,
    **entries: Any,
) -> list[Contradiction]:
    """What is told of a field of this value whose picture draws this, on a page that draws that below it."""
    with pikepdf.new() as pdf:
        sheet = pdf.add_blank_page(page_size=(600, 800))
        sheet.obj.Contents = pdf.make_stream(page)
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        if map_of_letters is not None:
            font.ToUnicode = pdf.make_stream(map_of_letters)
        if drawn_letter is not None:
            font.update(_drawn_font(pdf, drawn_letter))
        said = {
            "/Type": Name.XObject,
            "/Subtype": Name.Form,
            "/BBox": Array([0, 0, *size]),
            "/Resources": Dictionary(Font=Dictionary(F=font)),
            **(picture or {}),
        }
        drawn = Dictionary(N=Stream(pdf, content, said))
        if other is not None:
            drawn.R = Stream(pdf, other, said)
        if state is not None:
            drawn.N = Dictionary(A=drawn.N, B=Stream(pdf, state, said))
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=kind,
                T=String("o"),
                V=String(value),
                Rect=Array([100, 100, 100 + size[0], 100 + size[1]]),
                AP=drawn,
                **entries,
            )
        )
        sheet.obj.Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
        pdf.save(target := io.BytesIO())
    return contradictions(target.getvalue(), {"o"})


def _drawn_font(pdf: pikepdf.Pdf, letter: bytes) -> dict[str, Any]:
    """A font whose one letter, an a, is this drawing (ISO 32000-1, 9.6.5)."""
    return {
        "/Subtype": Name.Type3,
        "/FontBBox": Array([0, 0, 1, 1]),
        "/FontMatrix": Array([1, 0, 0, 1, 0, 0]),
        "/CharProcs": Dictionary(a=pdf.make_stream(b"1 0 d0 " + letter)),
        "/Encoding": Dictionary(Differences=Array([97, Name.a])),
        "/FirstChar": 97,
        "/LastChar": 97,
        "/Widths": Array([1]),
    }


def _plain(before: bytes = b"", value: bytes = b"900", after: bytes = b"") -> bytes:
    return before + b" " + WRITTEN % (b"", value) + b" " + after


LONG = "một giá trị dài hơn dòng của nó".encode("ascii", "ignore").decode()
DARK = b"0 0 0.3 rg 0 0 600 800 re f"


@pytest.mark.parametrize(
    ("content", "more", "told"),
    [
        (_plain(), {}, SHOWN),
        (_plain(b"0 0 1 rg"), {}, SHOWN),
        (_plain(b"0.6 g"), {}, SHOWN),
        (_plain(b"0 0 0.4 rg 0 0 228 20 re f 1 g"), {}, SHOWN),  # white on a ground
        (_plain(b"1 g"), {"page": DARK}, SHOWN),
        (_plain(), {"size": (400, 700)}, SHOWN),
        (_plain(), {"picture": {"/Matrix": Array([1, 0, 0, 1, 50, 0])}}, SHOWN),
        (_plain(), {"picture": {"/BBox": Array([0, 0, 50, 20])}, "size": (50, 20)}, SHOWN),
        (_plain(value=LONG.encode()), {"value": LONG, "size": (90, 20)}, SHOWN),
        (_plain(value=b"1000000000"), {"value": "1000000000", "size": (50, 20)}, OTHERWISE),
        (_plain(b"1 g"), {}, OTHERWISE),
        (_plain(), {"picture": {"/Group": Dictionary(S=Name.Transparency)}}, SHOWN),
        (_plain(b"1 g", after=b"0 g BT /F 12 Tf 2 6 Td () Tj ET"), {}, OTHERWISE),
        (_plain(b"0.95 0.95 0.95 rg"), {}, OTHERWISE),
        (_plain(b"3 Tr"), {}, OTHERWISE),
        (_plain(b"0 0 1 1 re W n"), {}, OTHERWISE),
        (_plain(b"0 0 228 9 re W n"), {}, OTHERWISE),  # the lower halves of the figures
        (_plain(b"0.005 0 0 0.005 0 0 cm"), {}, OTHERWISE),
        (_plain(b"1 0 0 1 900 0 cm"), {}, OTHERWISE),
        (_plain(after=b"1 g 0 0 228 20 re f"), {}, OTHERWISE),
        (_plain(b"1 g", after=b"0 g 2 6 1 9 re 10 6 1 9 re f"), {}, OTHERWISE),  # figures beside
        (_plain(b"/Span<</ActualText(900)>>BDC", b"100", b"EMC"), {}, OTHERWISE),
        (_plain(value=b"200"), {"map_of_letters": LIES}, OTHERWISE),
        (_plain(), {"other": _plain(value=b"100")}, OTHERWISE),  # for a pointer
        (_plain(), {"state": _plain(value=b"100")}, OTHERWISE),
        (_plain(), {"state": _plain()}, SHOWN),
        (b"BT /F 12 Tf 30 6 Td (9) Tj -14 0 Td (00) Tj ET", {}, OTHERWISE),  # 009 to those who see it
        (b"BT /F 12 Tf 30 6 Td (9) Tj -8 0 Td (0) Tj -8 0 Td (0) Tj ET", {}, OTHERWISE),
        (_plain(b"-1 0 0 1 60 0 cm"), {}, OTHERWISE),  # mirrored
        (b"BT /F 12 Tf 12 TL 2 40 Td (Hai) Tj T* (ba) Tj ET", {"value": "Hai ba", "size": (90, 60)}, SHOWN),
        (b"BT /F 12 Tf 2 6 Td (Hai) Tj 0 20 Td (ba) Tj ET", {"value": "Hai ba", "size": (90, 60)}, OTHERWISE),
        (
            b"BT /F 24 Tf 2 60 Td (A) Tj /F 6 Tf 0 -8 Td (mot hai) Tj 0 -7 Td (ba bon) Tj ET",
            {"value": "A mot hai ba bon", "size": (90, 90)},  # small lines below a large one
            SHOWN,
        ),
        (
            b"BT /F 12 Tf 2 6 Td (ii) Tj 5 Ts /F 6 Tf (1) Tj 0 Ts /F 12 Tf ( li) Tj ET",
            {"value": "ii1 li"},
            SHOWN,
        ),
        (_plain(b"0 1 -1 0 20 0 cm"), {"size": (20, 90)}, SHOWN),  # turned by its content
        (_plain(value=b"8", after=b"1 g 2 4 3.4 12 re f"), {"value": "8"}, OTHERWISE),  # a 3, nearly
        (_plain(), {"other": _plain(b"0 0 1 rg")}, SHOWN),
    ],
)
def test_what_people_see_of_a_value(content: bytes, more: dict[str, Any], told: list[Contradiction]) -> None:
    assert _found(content, **more) == told


@pytest.mark.parametrize(
    ("value", "shown", "flags", "told"),
    [
        ("Hai", b"(Mot) Tj T* (Hai) Tj", 0, SHOWN),
        ("Hai", b"(Hai) Tj T* (Ba) Tj", 0, SHOWN),
        ("2", b"(Hai) Tj T* (Ba) Tj", 0, SHOWN),  # the value that stands for it
        ("Hai", b"(Ba) Tj T* (Bon) Tj", 0, OTHERWISE),  # another part
        ("Hai", b"(Mot) Tj T* (Ba) Tj", 0, OTHERWISE),
        ("Hai", b"(Mot) Tj T* (Hai) Tj", 1 << 17, OTHERWISE),  # of which one alone is shown
    ],
)
def test_a_list_that_draws_the_options_in_sight(
    value: str, shown: bytes, flags: int, told: list[Contradiction]
) -> None:
    options = Array([String("Mot"), Array([String("2"), String("Hai")]), String("Ba"), String("Bon")])
    content = b"BT /F 12 Tf 12 TL 2 26 Td %s ET" % shown
    assert _found(content, value, size=(90, 40), kind=Name.Ch, Opt=options, Ff=flags) == told


def test_letters_that_are_coloured_drawings() -> None:
    for colour, told in ((b"0 0 0.8 rg", SHOWN), (b"1 g", OTHERWISE)):
        letter = colour + b" 0 0 0.7 0.7 re f"
        assert _found(_plain(value=b"aa"), "aa", drawn_letter=letter) == told


def test_a_field_that_is_turned_shows_its_value() -> None:
    turned = {"/BBox": Array([0, 0, 120, 20]), "/Matrix": Array([0, 1, -1, 0, 20, 0])}
    assert _found(_plain(), picture=turned, size=(20, 120)) == SHOWN
    assert _found(_plain(b"1 g"), picture=turned, size=(20, 120)) == OTHERWISE


@pytest.mark.parametrize(
    ("said", "more", "told"),
    [
        (b"/F 12 Tf 0 g", {}, SHOWN),
        (b"/F 0 Tf 0 0 0 1 k", {}, SHOWN),  # 0 is the size that fits
        (b"1 g 0 g /F 12 Tf", {}, SHOWN),  # the last one counts
        (b"/g 12 Tf 0 g", {}, SHOWN),  # the name of a font
        (b"/F 12 Tf 1 g", {"MK": Dictionary(BG=Array([0, 0, 0.3]))}, SHOWN),
        (b"/F 12 Tf 1 g", {"MK": Dictionary(BG=Array([1, 1, 0.98]))}, REDRAWN),
        (b"/F 12 Tf 0 g", {"MK": Dictionary(BG=Array([0.05]))}, REDRAWN),
        (b"/F 12 Tf 1 g", {}, REDRAWN),
        (b"0 g /F 12 Tf 1 1 1 rg", {}, REDRAWN),
        (b"/F 12 Tf 0 0 0 0 k", {}, REDRAWN),
        (b"/F .01 Tf 0 g", {}, REDRAWN),
        (b"/F 900 Tf 0 g", {}, REDRAWN),
        (b"/F 12 Tf 3 Tr 0 g", {}, REDRAWN),
        (b"/F 12 Tf 1 Tz 0 g", {}, REDRAWN),
        (b"/F 12 Tf 900 Ts 0 g", {}, REDRAWN),
        (b"/F 12 Tf 1 g )", {}, REDRAWN),  # no content, and most programs read on
        (b"0 " * 400 + b"/F 12 Tf 1 g", {}, REDRAWN),
        (b"0 " * 600, {}, REDRAWN),
        (b"/F 12 Tf", {"RV": String("<body><p>9&#48;0</p></body>")}, SHOWN),
        (b"/F 12 Tf", {"RV": String("<body><p>100</p></body>")}, REDRAWN),
        (b"/F 12 Tf", {"RV": String('<p style="color:#000000;font-size:12.0pt">900</p>')}, SHOWN),
        (b"/F 12 Tf", {"RV": String('<p style="color: #fffffe">900</p>')}, REDRAWN),
    ],
)
def test_what_a_field_would_show_where_it_is_drawn_anew(
    said: bytes, more: dict[str, Any], told: list[Contradiction]
) -> None:
    """The picture shows the value, until somebody clicks on the field or a program draws it anew."""
    assert _found(_plain(), DA=String(said), **more) == told


@pytest.mark.parametrize(
    ("shown", "said", "codes"),
    [
        (b"", b"/F1 12 Tf", []),
        (b"1 g ", b"/F1 12 Tf", ["value-shown-otherwise"]),
        (b"", b"/F1 12 Tf 1 g", ["value-drawn-otherwise"]),
    ],
)
def test_it_is_told_of_what_was_filled_after_signing(
    shown: bytes, said: bytes, codes: list[str], key: SigningKey, trust: Path, tmp_path: Path
) -> None:
    form = signed_form(key, LOCKS)
    body = FORM[6].replace(b"8 0 R>>", b"%d 0 R>>" % form.size).replace(b"/DA(/F1 12 Tf)", b"/DA(%s)" % said)
    resources = b"/Type/XObject/Subtype/Form/BBox[0 0 228 20]/Resources<</Font<</F1 5 0 R>>>>"
    picture = by_hand.stream(b"/Tx BMC q %sBT /F1 12 Tf 2 6 Td (900) Tj ET Q EMC" % shown, resources)
    objects = {6: by_hand.entry(body, b"/V(900)"), form.size: picture}
    report = report_on(by_hand.updated(form, objects).data, tmp_path, trust)
    assert report.verdict == "valid", "it is allowed; the reader is told"
    assert [change.code for change in report.changes] == ["form-filled", *codes]
    assert [change.text.vi in report.summary.vi for change in report.changes] == [True, *map(bool, codes)]
    told = {warning.code for warning in report.signatures[0].warnings}
    assert ("form-redrawn-differs" in told) is ("value-drawn-otherwise" in codes)
    assert ("form-value-differs" in told) is ("value-shown-otherwise" in codes)
