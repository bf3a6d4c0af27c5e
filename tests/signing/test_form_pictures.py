"""A form field that shows something else than its value is told, with its page."""

import io
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream

from signing.keys.references import SigningKey
from signing.pdf.form_pictures import Contradiction, alike, contradictions, fields
from tests.signing import documents
from tests.signing import handwritten as by_hand
from tests.signing.test_odd_files import FORM, LOCKS, report_on, signed_form


@pytest.mark.parametrize(
    ("shown", "codes"),
    [
        (b"900", ["form-filled"]),
        (b"100", ["form-filled", "value-shown-otherwise"]),
        (b"", ["form-filled", "value-shown-otherwise"]),
    ],
)
def test_what_was_filled_after_signing_must_show_its_value(
    shown: bytes, codes: list[str], key: SigningKey, trust: Path, tmp_path: Path
) -> None:
    form = signed_form(key, LOCKS)
    body = FORM[6].replace(b"8 0 R>>", b"%d 0 R>>" % form.size)
    objects = {6: by_hand.entry(body, b"/V(900)"), form.size: by_hand.appearance(shown)}
    report = report_on(by_hand.updated(form, objects).data, tmp_path, trust)
    assert report.verdict == "valid", "it is allowed; the reader is told"
    assert [c.code for c in report.changes] == codes
    assert {c.pages for c in report.changes} == {(1,)}
    assert "nội dung không đổi" not in report.summary.vi
    for change in report.changes:
        assert change.text.vi in report.summary.vi


def test_the_form_is_looked_at_once(
    key: SigningKey, trust: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, opening = [], pikepdf.open
    monkeypatch.setattr(pikepdf, "open", lambda *given: (opened.append(1), opening(*given))[1])
    form = signed_form(key, LOCKS)
    body = FORM[6].replace(b"8 0 R>>", b"%d 0 R>>" % form.size)
    objects = {6: by_hand.entry(body, b"/V(900)"), form.size: by_hand.appearance(b"100")}
    report = report_on(by_hand.updated(form, objects).data, tmp_path, trust)
    assert [c.code for c in report.changes] == ["form-filled", "value-shown-otherwise"]
    assert "form-value-differs" in [w.code for w in report.signatures[0].warnings]
    assert len(opened) == 1


@pytest.mark.parametrize(
    ("value", "shown", "same"),
    [
        ("Nguyễn Văn Mẫu", "NGUYỄN  VĂN\nMẪU", True),
        ("1000000", "1.000.000 đ", True),
        ("1000000", "1,000,000.00", True),
        ("100", "900", False),
        ("100", "1000000", False),
        ("100", "10000", False),
        ("100", "1,00", False),
        ("100", "100,00", True),
        ("-5.5", "-5,50", True),
        ("12/2026", "13/2026", False),
        ("12/2026", "12 / 2026", True),
        ("100", "", False),
        ("", "", True),
        ("", "900", False),
        ("Số 12/QĐ", "Số 13/QĐ", False),
    ],
)
def test_what_counts_as_the_same(value: str, shown: str, same: bool) -> None:
    assert alike(value, shown) == same


def _with_field(**entries: Any) -> bytes:
    with pikepdf.open(io.BytesIO(documents.paper(2, compliance=None))) as pdf:
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                T="o",
                Rect=[10, 10, 30, 30],
                P=pdf.pages[1].obj,
                **entries,
            )
        )
        pdf.pages[1].obj.Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
        target = io.BytesIO()
        pdf.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("value", "state", "told"),
    [
        (Name.Yes, Name.Yes, []),
        (Name.Off, Name.Off, []),
        (Name.Yes, Name.Off, [Contradiction("o", (2,))]),
        (Name.Off, Name.Yes, [Contradiction("o", (2,))]),
    ],
)
def test_a_box_is_ticked_where_its_value_says_so(value: Name, state: Name, told: list[Contradiction]) -> None:
    assert contradictions(_with_field(FT=Name.Btn, V=value, AS=state), {"o"}) == told


def test_a_box_that_does_not_say_which_state_it_shows() -> None:
    """Some programs show the state of the value then, others none."""
    states = Dictionary(N=Dictionary(Yes=Dictionary(), Off=Dictionary()))
    for value, told in ((Name.Yes, [Contradiction("o", (2,))]), (Name.Off, []), (Name.No, [])):
        assert contradictions(_with_field(FT=Name.Btn, V=value, AP=states), {"o"}) == told


TICK, EMPTY, FRAMED = b"0 g 6 6 8 8 re f", b"", b"0.5 0.5 19 19 re S"


@pytest.mark.parametrize(
    ("off", "on", "told"),
    [
        (EMPTY, TICK, False),
        (FRAMED, FRAMED + b" " + TICK, False),
        (b"0 g 0 0 20 20 re f", b"0 g 0 0 20 20 re f 1 " + TICK[2:], False),  # white on black
        (FRAMED, b"0 g 0 0 20 20 re f", False),
        (EMPTY, EMPTY, True),
        (FRAMED, FRAMED + b" 1 " + TICK[2:], True),
        (TICK, EMPTY, True),
        (FRAMED + b" " + TICK, FRAMED, True),
    ],
)
def test_the_pictures_of_a_box_tell_its_states_apart(off: bytes, on: bytes, told: bool) -> None:
    """The value names a state, and people see its picture."""
    with pikepdf.open(io.BytesIO(_with_field(FT=Name.Btn, V=Name.Yes, AS=Name.Yes))) as pdf:
        looks = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 20, 20]))
        states = {"/Off": Stream(pdf, off, looks), "/Yes": Stream(pdf, on, looks)}
        pdf.Root.AcroForm.Fields[0].AP = Dictionary(N=Dictionary(states))
        pdf.save(target := io.BytesIO())
    assert contradictions(target.getvalue(), {"o"}) == ([Contradiction("o", (2,))] if told else [])


@pytest.mark.parametrize(
    ("off", "on", "page", "value", "told"),
    [
        (EMPTY, b"1 " + TICK[2:], b"0 0 0.3 rg 0 0 600 900 re f", "/Yes", False),  # white on a dark page
        (EMPTY, b"1 " + TICK[2:], b"0 0 0.3 rg 0 300 600 900 re f", "/Yes", True),  # dark elsewhere
        (EMPTY, EMPTY, b"", "/Off", False),  # nobody filled it
        (TICK, EMPTY, b"", "/Off", True),
    ],
)
def test_a_box_upon_its_page(off: bytes, on: bytes, page: bytes, value: str, told: bool) -> None:
    with pikepdf.open(io.BytesIO(_with_field(FT=Name.Btn, V=Name(value), AS=Name(value)))) as pdf:
        pdf.pages[1].obj.Contents = pdf.make_stream(page)
        looks = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 20, 20]))
        states = {"/Off": Stream(pdf, off, looks), "/Yes": Stream(pdf, on, looks)}
        pdf.Root.AcroForm.Fields[0].AP = Dictionary(N=Dictionary(states))
        pdf.save(target := io.BytesIO())
    assert contradictions(target.getvalue(), {"o"}) == ([Contradiction("o", (2,))] if told else [])


def test_a_picture_keeps_what_it_draws_with_beside_fonts() -> None:
    """Of a form with fonts for all its fields, a box whose tick is an image has none of its own."""
    with pikepdf.open(io.BytesIO(_with_field(FT=Name.Btn, V=Name.Yes, AS=Name.Yes))) as pdf:
        tick = Dictionary(
            Subtype=Name.Image, Width=2, Height=2, ColorSpace=Name.DeviceGray, BitsPerComponent=8
        )
        held = Dictionary(XObject=Dictionary(I=Stream(pdf, b"\0\xff\0\xff", tick)))
        looks = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 20, 20]), Resources=held)
        states = {"/Off": Stream(pdf, EMPTY, looks), "/Yes": Stream(pdf, b"20 0 0 20 0 0 cm /I Do", looks)}
        pdf.Root.AcroForm.Fields[0].AP = Dictionary(N=Dictionary(states))
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        pdf.Root.AcroForm.DR = Dictionary(Font=Dictionary(F=font))
        pdf.save(target := io.BytesIO())
    assert contradictions(target.getvalue(), {"o"}) == []


@pytest.mark.parametrize("written", [b"900", b"100"])
def test_the_form_of_an_encrypted_file_that_opens_without_a_password(written: bytes) -> None:
    with pikepdf.open(io.BytesIO(_with_field(FT=Name.Tx, V="900"))) as pdf:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        looks = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 20, 20]))
        looks.Resources = Dictionary(Font=Dictionary(F=font))
        field = pdf.Root.AcroForm.Fields[0]
        field.AP = Dictionary(N=Stream(pdf, b"BT /F 8 Tf 2 6 Td (%s) Tj ET" % written, looks))
        pdf.save(target := io.BytesIO(), encryption=pikepdf.Encryption(owner="owner", R=4))
    told = contradictions(target.getvalue(), {"o"})
    assert told == ([] if written == b"900" else [Contradiction("o", (2,))])


def test_what_cannot_be_compared_is_told() -> None:
    for data in (b"%PDF-1.4", documents.encrypted()):
        assert contradictions(data, {"o"}) == [Contradiction("o", (), compared=False)]


def _form(fields: bytes, *objects: bytes) -> bytes:
    """A document with these fields; the objects are numbered from 6 on."""
    held = by_hand.base(b"/AcroForm<</Fields[%s]>>" % fields)
    return by_hand.updated(by_hand.Written(by_hand.HEAD), held | dict(enumerate(objects, 6))).data


@pytest.mark.parametrize(
    ("objects", "names"),
    [
        ([b"<</T(o)/Kids[6 0 R 6 0 R]>>"], ["/o"]),
        ([b"<</T(o)/Kids[7 0 R 7 0 R]>>", b"<</T(p)/Kids[6 0 R 7 0 R]>>"], ["/p"]),
        ([b"<</T(o)/Kids[7 0 R 7 0 R]>>", b"<</T(p)>>"], ["/p"]),
        ([b"<</T(o)/Kids[<</T(a)>> <</T(b)>>]>>"], ["/a", "/b"]),
    ],
)
def test_a_form_that_names_a_field_again_and_again(objects: list[bytes], names: list[str]) -> None:
    with pikepdf.open(io.BytesIO(_form(b"6 0 R", *objects))) as pdf:
        assert [f"/{field.T}" for field in fields(pdf)] == names


def test_a_form_without_end_is_not_compared() -> None:
    endless = _form(b"<</Kids 6 0 R>>", b"[<</Kids 6 0 R>> <</Kids 6 0 R>>]")
    deep = _form(b"6 0 R", *(b"<</Kids[%d 0 R]>>" % (7 + n) for n in range(60)), b"<</T(o)>>")
    wide = _form(b"6 0 R " * 100_001, b"<</T(o)>>")
    for data in (endless, deep, wide):
        assert contradictions(data, {"o"}) == [Contradiction("o", (), compared=False)]
