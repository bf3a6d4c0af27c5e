"""A form field that shows something else than its value is told, with its page."""

import io
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

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


def _filled(key: SigningKey, picture: bytes, said: bytes = b"/F1 12 Tf") -> bytes:
    """A signed form that was filled with 900 after it, as permitted, with this picture and `/DA`."""
    form = signed_form(key, LOCKS)
    body = FORM[6].replace(b"8 0 R>>", b"%d 0 R>>" % form.size).replace(b"/DA(/F1 12 Tf)", b"/DA(%s)" % said)
    objects = {6: by_hand.entry(body, b"/V(900)"), form.size: picture}
    return by_hand.updated(form, objects).data


def _picture(before: bytes, after: bytes = b"", more: bytes = b"") -> bytes:
    drawn = by_hand.appearance(b"900").replace(b"/Tx BMC q", b"/Tx BMC q " + before + b" ")
    drawn = drawn.replace(b"Q EMC", b"Q " + after + b" EMC")
    said = b"/Type/XObject/Subtype/Form/BBox[0 0 228 20]/Resources<</Font<</F1 5 0 R>>>>" + more
    content = drawn[drawn.index(b"stream\n") + 7 : drawn.rindex(b"\nendstream")]
    return by_hand.stream(content, said)


@pytest.mark.parametrize(
    ("picture", "told"),
    [
        (_picture(b""), False),
        (_picture(b"0 0 1 rg"), False),
        (_picture(b"0 0 0.4 rg 0 0 228 20 re f 1 g"), False),  # white on a ground
        (_picture(b"1 g"), True),
        (_picture(b"0.95 0.95 0.95 rg"), True),
        (_picture(b"3 Tr"), True),
        (_picture(b"0 0 1 1 re W n"), True),
        (_picture(b"0.005 0 0 0.005 0 0 cm"), True),
        (_picture(b"1 0 0 1 900 0 cm"), True),
        (_picture(b"", after=b"1 g 0 0 228 20 re f"), True),
        (_picture(b"/Span<</ActualText(900)>>BDC", after=b"EMC"), True),
        (_picture(b"", more=b"/Matrix[1 0 0 1 50 0]"), False),
    ],
)
def test_a_value_that_nobody_sees_is_not_shown(
    picture: bytes, told: bool, key: SigningKey, trust: Path, tmp_path: Path
) -> None:
    """Programs read it from the picture as well, so that both seemed to say the same."""
    report = report_on(_filled(key, picture), tmp_path, trust)
    assert report.verdict == "valid"
    assert ("value-shown-otherwise" in [c.code for c in report.changes]) is told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"/F1 12 Tf 0 g", False),
        (b"/F1 0 Tf 0 0 0 1 k", False),  # 0 is the size that fits
        (b"0 0 1 rg /F1 9 Tf", False),
        (b"/g 12 Tf 0 g", False),  # the name of a font
        (b"/F1 12 Tf 1 g", True),
        (b"1 1 1 rg /F1 12 Tf", True),
        (b"/F1 12 Tf 0 0 0 0 k", True),
        (b"/F1 .01 Tf 0 g", True),
        (b"/F1 900 Tf 0 g", True),
        (b"/F1 12 Tf 3 Tr 0 g", True),
    ],
)
def test_letters_that_a_program_would_draw_unseen_are_told(
    said: bytes, told: bool, key: SigningKey, trust: Path, tmp_path: Path
) -> None:
    """The picture shows the value, until somebody clicks on the field or a program draws it anew."""
    report = report_on(_filled(key, by_hand.appearance(b"900"), said), tmp_path, trust)
    assert report.verdict == "valid"
    assert [c.code for c in report.changes] == ["form-filled", *(["value-drawn-unseen"] if told else [])]
    assert "form-value-differs" not in [w.code for w in report.signatures[0].warnings]


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
