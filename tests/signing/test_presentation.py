"""What a signer sees is what is signed: documents that may show something else are refused, and say so."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from signing.keys.references import SigningKey
from signing.pades import SigningRefused, sign
from signing.shown.presentation import check
from tests.signing import documents, set_within
from tests.signing.test_hostile import SHARED, needs_shared

Spoil = Callable[[Pdf], None]


def spoilt(spoil: Spoil, given: bytes | None = None) -> bytes:
    with pikepdf.open(io.BytesIO(given or documents.paper(2, compliance=None))) as pdf:
        spoil(pdf)
        target = io.BytesIO()
        pdf.save(target)
    return target.getvalue()


def nothing(_: Pdf) -> None:
    pass


def script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("this.print()"))


def named_script(pdf: Pdf) -> None:
    run = Dictionary(S=Name.JavaScript, JS=String("1"))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), run])))


def launch_behind_a_link(pdf: Pdf) -> None:
    then = Dictionary(S=Name.Launch, F=String("chuong-trinh.exe"))
    first = Dictionary(S=Name.URI, URI=String("https://example.invalid"), Next=then)
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 10, 10], A=first)
    pdf.pages[1].Annots = Array([pdf.make_indirect(link)])


def launch_behind_many_actions(pdf: Pdf) -> None:
    action = pdf.make_indirect(Dictionary(S=Name.Launch))
    for _ in range(60):
        action = pdf.make_indirect(Dictionary(S=Name.URI, Next=Array([action])))
    pdf.Root.OpenAction = action


def address_on_opening(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.URI, URI=String("https://example.invalid"))


def launch_in_the_contents(pdf: Pdf) -> None:
    inner = pdf.make_indirect(Dictionary(Title=String("b"), A=Dictionary(S=Name.Launch)))
    outer = pdf.make_indirect(Dictionary(Title=String("a"), First=inner, Last=inner))
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=outer, Last=outer))


def launch_in_contents_without_numbers(pdf: Pdf) -> None:
    last = Dictionary(Title=String("b"), A=Dictionary(S=Name.Launch))
    pdf.Root.Outlines = Dictionary(First=Dictionary(Title=String("a"), Next=last))


def hide_on_opening_a_page(pdf: Pdf) -> None:
    pdf.pages[0].AA = Dictionary(O=Dictionary(S=Name.Hide, T=String("x")))


def layers(**shown: Any) -> Spoil:
    def spoil(pdf: Pdf) -> None:
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Lớp")))
        values = {key: Array([layer]) if value == "layer" else value for key, value in shown.items()}
        pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(Order=Array([layer]), **values))

    return spoil


def watermark(where: str = "View", state: str = "ON", **shown: Any) -> Spoil:
    """A layer as programs write one for watermarks, headers and footers: it says where it is shown, and the
    document has programs ask that."""

    def spoil(pdf: Pdf) -> None:
        usage = Dictionary(PageElement=Dictionary(Subtype=Name.FG))
        usage[f"/{where}"] = Dictionary({f"/{where}State": Name(f"/{state}")})
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Watermark"), Usage=usage))
        asked = Dictionary(Event=Name.View, OCGs=Array([layer]), Category=Array([Name(f"/{where}")]))
        said = {"AS": Array([asked]), "ON": Array([layer]), "Order": Array(), **shown}
        pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(values_of(said)))

    return spoil


def other_configuration(**shown: Any) -> Spoil:
    def spoil(pdf: Pdf) -> None:
        layers()(pdf)
        pdf.Root.OCProperties.Configs = Array([Dictionary(values_of(shown))])

    return spoil


def layer_of_no_list(**usage: Any) -> Spoil:
    """A part of a page is on a layer, and the document has no list of any."""

    def spoil(pdf: Pdf) -> None:
        layer = Dictionary(Type=Name.OCG, Name=String("Lớp"), Usage=Dictionary(values_of(usage)))
        pdf.pages[0].Resources.Properties = Dictionary(L=pdf.make_indirect(layer))

    return spoil


def membership(**said: Any) -> Spoil:
    """A part of a page that says on which layers it is; all layers are shown."""

    def spoil(pdf: Pdf) -> None:
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Lớp")))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(Order=Array([layer])))
        values = {"OCGs": layer, "Type": Name.OCMD, **said}
        if "VE" in said:
            values["VE"] = Array([Name.Not, layer])
        pdf.pages[0].Resources.Properties = Dictionary(L=pdf.make_indirect(Dictionary(values_of(values))))

    return spoil


def values_of(values: dict[str, Any]) -> dict[str, Any]:
    return {f"/{key}": value for key, value in values.items()}


def picture_on_no_layer(pdf: Pdf) -> None:
    """The layer that a picture is on is none of the document's."""
    layers()(pdf)
    form = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    form.OC = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("khác")))
    pdf.pages[0].Resources.XObject = Dictionary(O=form)


def hiding(pdf: Pdf) -> Object:
    """What is shown where a layer is not, which is shown."""
    layers()(pdf)
    layer = pdf.Root.OCProperties.OCGs[0]
    return pdf.make_indirect(Dictionary(Type=Name.OCMD, P=Name.AllOff, OCGs=layer))


def marked_content(pdf: Pdf, **said: Any) -> Object:
    """A picture, a part of which is on a layer that hides."""
    form = pdf.make_stream(b"/OC/L BDC 0 0 9 9 re f EMC", BBox=[0, 0, 9, 9], **said)
    form.Resources = Dictionary(Properties=Dictionary(L=hiding(pdf)))
    return form


def annotation_with(pdf: Pdf, picture: Object) -> None:
    shown = Dictionary(N=picture)
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 10, 10], AP=shown)
    pdf.pages[1].Annots = Array([pdf.make_indirect(note)])


def picture_of_an_annotation(pdf: Pdf) -> None:
    annotation_with(pdf, Dictionary(On=marked_content(pdf, Subtype=Name.Form)))


def annotation_on_a_layer(pdf: Pdf) -> None:
    form = pdf.make_stream(b"0 0 9 9 re f", Subtype=Name.Form, BBox=[0, 0, 9, 9])
    form.OC = hiding(pdf)
    annotation_with(pdf, form)


def pattern(pdf: Pdf) -> None:
    tile = marked_content(pdf, PatternType=1, PaintType=1, TilingType=1, XStep=9, YStep=9)
    pdf.pages[0].Resources.Pattern = Dictionary(P=tile)


def mask(pdf: Pdf) -> None:
    soft = Dictionary(S=Name.Luminosity, G=marked_content(pdf, Subtype=Name.Form))
    pdf.pages[0].Resources.ExtGState = Dictionary(G=Dictionary(SMask=soft))


def drawn_letters(pdf: Pdf) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type3, CharProcs=Dictionary(a=pdf.make_stream(b"")))
    font.Resources = Dictionary(Properties=Dictionary(L=hiding(pdf)))
    pdf.pages[0].Resources.Font = Dictionary(D=font)


def field_with(**said: Any) -> Spoil:
    def spoil(pdf: Pdf) -> None:
        for key, value in said.items():
            pdf.Root.AcroForm.Fields[0][f"/{key}"] = value

    return spoil


def place_for_a_signature(**said: Any) -> Spoil:
    """A prepared field that holds no signature yet."""

    def spoil(pdf: Pdf) -> None:
        values = {"Type": Name.Annot, "Subtype": Name.Widget, "FT": Name.Sig, "T": String("ky"), **said}
        box = {"Rect": Array([100, 200, 220, 260]), "F": 4, "P": pdf.pages[0].obj}
        field = pdf.make_indirect(Dictionary(values_of({**box, **values})))
        pdf.pages[0].Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))

    return spoil


LAYER = Dictionary(Type=Name.OCG, Name=String("Lớp"))


def portfolio(pdf: Pdf) -> None:
    pdf.Root.Collection = Dictionary(View=Name.T)


def comment(pdf: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=[50, 50, 200, 80], Contents=String("100"))
    pdf.pages[1].Annots = Array([pdf.make_indirect(note)])


def film(pdf: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=[50, 50, 200, 80])
    pdf.pages[0].Annots = Array([pdf.make_indirect(note)])


def picture_from_elsewhere(pdf: Pdf) -> None:
    form = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    form.Ref = Dictionary(F=String("khac.pdf"), Page=0)
    outer = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    outer.Resources = Dictionary(XObject=Dictionary(X=form))
    pdf.pages[0].Resources.XObject = Dictionary(O=outer)


def text_in(content: bytes) -> Spoil:
    """A form on the second page with this content, for which a font that is not in the file is called H."""

    def spoil(pdf: Pdf) -> None:
        form = pdf.make_stream(content, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 300, 100])
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        form.Resources = Dictionary(Font=Dictionary(H=pdf.make_indirect(font)))
        pdf.pages[1].Resources.XObject = Dictionary(O=form)
        pdf.pages[1].contents_add(b"q 1 0 0 1 100 100 cm /O Do Q")

    return spoil


font_from_elsewhere = text_in(b"BT /H 12 Tf 10 10 Td (100) Tj ET")
font_that_nothing_uses = text_in(b"0 0 9 9 re f")


def layer_of_no_type(pdf: Pdf) -> None:
    layer_of_no_list(Print=Dictionary(PrintState=Name.OFF))(pdf)
    del pdf.pages[0].Resources.Properties.L.Type


def part_of_no_layer(pdf: Pdf) -> None:
    """What is said of a part of a page by a program of its own."""
    layers()(pdf)
    pdf.pages[0].Resources.Properties = Dictionary(P=Dictionary(Usage=String("x"), Metadata=1))


def font_of_unseen_text(pdf: Pdf) -> None:
    """What a program read from a picture lies unseen under it, in a font that every program has."""
    font_from_elsewhere(pdf)
    form = pdf.pages[1].Resources.XObject.O
    form.write(b"BT /H 12 Tf 3 Tr 10 10 Td (100) Tj ET q 200 0 0 50 0 0 cm /I Do Q")
    grey = pdf.make_stream(b"\x80", Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8)
    grey.ColorSpace = Name.DeviceGray
    form.Resources.XObject = Dictionary(I=grey)


def contents_that_are_a_number(pdf: Pdf) -> None:
    pdf.Root.Outlines = 1


def drawn_anew(pdf: Pdf) -> None:
    pdf.Root.AcroForm.NeedAppearances = True


def undrawn(pdf: Pdf) -> None:
    del pdf.Root.AcroForm.Fields[0].AP


def button(state: str) -> Spoil:
    """A box that is ticked by its value, and shown in this state."""

    def spoil(pdf: Pdf) -> None:
        drawn = Dictionary(Yes=documents.picture_of(pdf, "X"), Off=documents.picture_of(pdf, " "))
        box = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Btn,
            T=String("dong_y"),
            V=Name.Yes,
            AS=Name(f"/{state}"),
            AP=Dictionary(N=drawn),
            Rect=[100, 200, 120, 220],
            P=pdf.pages[0].obj,
        )
        pdf.pages[0].Annots = Array([pdf.make_indirect(box)])
        pdf.Root.AcroForm = Dictionary(Fields=pdf.pages[0].Annots)

    return spoil


def picture_within_itself(pdf: Pdf) -> None:
    picture = pdf.Root.AcroForm.Fields[0].AP.N
    picture.Resources.XObject = Dictionary(Self=picture)
    picture.write(picture.read_bytes() + b" /Self Do")


def choice(pdf: Pdf) -> None:
    """A list that shows the name of what it stands for."""
    field = pdf.Root.AcroForm.Fields[0]
    field.FT, field.V, field.Opt = Name.Ch, String("dn"), Array([Array([String("dn"), String("Đà Nẵng")])])
    field.AP.N = documents.picture_of(pdf, "Đà Nẵng")


@pytest.mark.parametrize(
    ("spoil", "given", "code", "words"),
    [
        (script, None, "active-content", "JavaScript"),
        (named_script, None, "active-content", "JavaScript"),
        (launch_behind_a_link, None, "active-content", "Launch"),
        (address_on_opening, None, "active-content", "URI"),
        (launch_behind_many_actions, None, "active-content", "Launch"),
        (launch_in_the_contents, None, "active-content", "Launch"),
        (launch_in_contents_without_numbers, None, "active-content", "Launch"),
        (hide_on_opening_a_page, None, "active-content", "Hide"),
        (layers(OFF="layer"), None, "hidden-layers", "layers"),
        (layers(BaseState=Name.OFF, ON="layer"), None, "hidden-layers", "layers"),
        (watermark("Print", "OFF"), None, "hidden-layers", "layers"),
        (watermark("View", "OFF", AS=Array()), None, "hidden-layers", "layers"),
        (watermark("Zoom"), None, "hidden-layers", "layers"),
        (other_configuration(BaseState=Name.OFF), None, "hidden-layers", "layers"),
        (layer_of_no_list(Print=Dictionary(PrintState=Name.OFF)), None, "hidden-layers", "layers"),
        (layer_of_no_type, None, "hidden-layers", "layers"),
        (membership(P=Name.AllOff), None, "hidden-layers", "layers"),
        (membership(P=Name.AnyOff), None, "hidden-layers", "layers"),
        (membership(VE=True), None, "hidden-layers", "layers"),
        (picture_on_no_layer, None, "hidden-layers", "layers"),
        *((spoil, None, "hidden-layers", "layers") for spoil in (picture_of_an_annotation, pattern, mask)),
        *((spoil, None, "hidden-layers", "layers") for spoil in (annotation_on_a_layer, drawn_letters)),
        (field_with(F=2), documents.form(), "hidden-field", "so_tien"),
        (field_with(F=36), documents.form(), "hidden-field", "so_tien"),
        (place_for_a_signature(F=6), None, "hidden-field", "ky"),
        (place_for_a_signature(F=36), None, "hidden-field", "ky"),
        (place_for_a_signature(OC=LAYER), None, "hidden-field", "ky"),
        (portfolio, None, "portfolio", "portfolio"),
        (comment, None, "overlay", "Page 2"),
        (film, None, "external-content", "Page 1"),
        (picture_from_elsewhere, None, "external-content", "Page 1"),
        (font_from_elsewhere, None, "font-not-embedded", "Page 2 uses the font Helvetica"),
        *(
            (spoil, None, "font-not-embedded", "Page 2 uses the font Helvetica")
            for spoil in (
                set_within.a_letter(own=False),
                set_within.a_letter(own=True),
                set_within.a_pattern,
                set_within.a_mask,
            )
        ),
        *(
            (set_within.a_state(where), None, "font-of-state", "Page 2 sets fonts")
            for where in ("page", "form", "pattern")
        ),
        (set_within.a_state_lent_by_the_form, documents.form(), "font-of-state", "Page 1 sets fonts"),
        (contents_that_are_a_number, None, "damaged", "print it to a new PDF"),
        (drawn_anew, documents.form(), "form-values", "form"),
        (undrawn, documents.form(), "form-values", "form"),
        (nothing, documents.form("900"), "form-values", "so_tien"),
        (nothing, documents.form(" "), "form-values", "so_tien"),
        (button("Off"), None, "form-values", "dong_y"),
        (picture_within_itself, documents.form(), "too-much", "pictures"),
    ],
)
def test_what_may_show_something_else_is_not_signed(
    spoil: Spoil, given: bytes | None, code: str, words: str, tmp_path: Path, key: SigningKey
) -> None:
    source, target = tmp_path / "source.pdf", tmp_path / "target.pdf"
    source.write_bytes(spoilt(spoil, given))
    with pytest.raises(SigningRefused) as refused:
        sign(source, target, key, now=datetime.now(UTC))
    assert refused.value.code == code
    assert words in refused.value.en
    assert "Hãy" in refused.value.vi
    assert not target.exists()


def link(pdf: Pdf) -> None:
    to = Dictionary(S=Name.URI, URI=String("https://example.invalid"))
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 10, 10], A=to)
    pdf.pages[0].Annots = Array([pdf.make_indirect(note)])
    pdf.Root.OpenAction = Array([pdf.pages[1].obj, Name.Fit])


def actions_that_follow_themselves(pdf: Pdf) -> None:
    action = pdf.make_indirect(Dictionary(S=Name.Named, N=Name.NextPage))
    several = pdf.make_indirect(Array([action, action]))
    several.append(several)
    action.Next = several
    pdf.pages[0].AA = Dictionary(O=action, C=action)


@pytest.mark.parametrize(
    ("harmless", "given"),
    [
        (link, None),
        (actions_that_follow_themselves, None),
        (layers(), None),
        *((watermark(where), None) for where in ("View", "Print", "Export")),
        (other_configuration(BaseState=Name.ON), None),
        (layer_of_no_list(), None),
        (part_of_no_layer, None),
        (font_that_nothing_uses, None),
        (font_of_unseen_text, None),
        (nothing, None),
        (nothing, documents.form()),
        (nothing, documents.form("100,00 ")),
        (membership(P=Name.AllOn), None),
        (membership(), None),
        (place_for_a_signature(), None),
        (place_for_a_signature(F=6, Rect=[0, 0, 0, 0]), None),
        (button("Yes"), None),
        (choice, documents.form()),
    ],
)
def test_what_always_shows_the_same_is_signed(harmless: Spoil, given: bytes | None, tmp_path: Path) -> None:
    source = tmp_path / "source.pdf"
    source.write_bytes(spoilt(harmless, given))
    check(source)


@needs_shared
def test_real_documents_raise_no_alarm_over_text_or_forms() -> None:
    files = [file for folder in ("vn-scans", "pdfa", "signed") for file in (SHARED / folder).glob("*.pdf")]
    assert len(files) > 20
    for file in files:
        try:
            check(file)
        except SigningRefused as refused:
            assert refused.code == "font-not-embedded", (file.name, refused)  # noqa: PT017


def test_a_signed_document_is_not_asked_for_its_fonts(
    tmp_path: Path, sign_file: Callable[..., Path], key: SigningKey
) -> None:
    signed = tmp_path / "signed-elsewhere.pdf"
    signed.write_bytes(spoilt(font_from_elsewhere, sign_file().read_bytes()))
    check(signed)


def test_who_is_to_print_a_signed_document_anew_learns_what_that_costs(
    tmp_path: Path, sign_file: Callable[..., Path]
) -> None:
    source = tmp_path / "source.pdf"
    for content, said in ((None, False), (sign_file().read_bytes(), True)):
        source.write_bytes(spoilt(script, content))
        with pytest.raises(SigningRefused) as refused:
            check(source)
        assert refused.value.code == "active-content"
        assert ("đã có chữ ký số" in refused.value.vi, "signatures already" in refused.value.en) == (
            said,
            said,
        )


def test_a_font_whose_name_is_no_unicode_is_named(tmp_path: Path) -> None:
    """Programs of other countries write the names of fonts as their computers do."""
    named = spoilt(font_from_elsewhere).replace(b"/BaseFont /Helvetica", b"/BaseFont /#cb#ce#cc#e5")
    source = tmp_path / "source.pdf"
    source.write_bytes(named)
    with pytest.raises(SigningRefused, match="uses the font 宋体") as refused:
        check(source)
    assert refused.value.code == "font-not-embedded"


@pytest.mark.parametrize(
    ("user", "owner", "code", "words"),
    [
        ("bí mật", "chủ", "encrypted", "opens only by a password"),
        ("bí mật", "", "encrypted", "opens only by a password"),
        ("", "chủ", "restricted", "opens without a password"),
    ],
)
def test_an_encrypted_document_is_told_from_a_locked_one(
    user: str, owner: str, code: str, words: str, tmp_path: Path
) -> None:
    source = tmp_path / "source.pdf"
    source.write_bytes(documents.encrypted(user, owner))
    with pytest.raises(SigningRefused, match=words) as refused:
        check(source)
    assert refused.value.code == code
