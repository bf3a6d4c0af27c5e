"""No published attack is ever valid, and the reason names the cause."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.timestamps import DummyTimeStamper

from app.sample.authority import Issuer
from signing.keys.references import SigningKey
from signing.reports import questions
from signing.reports.questions import Answer
from signing.reports.report import Report
from signing.validation import validate
from tests.signing import documents
from tests.signing import handwritten as by_hand
from tests.signing.attacks import envelopes, signed_range, updates
from tests.signing.attacks.updates import NULL, updated
from tests.signing.conftest import NOW, SignFile
from tests.signing.handwritten import Draft, Written

Judge = Callable[[bytes], Report]


@pytest.fixture
def judge(tmp_path: Path, trust: Path) -> Judge:
    def make(data: bytes) -> Report:
        path = tmp_path / "judged.pdf"
        path.write_bytes(data)
        return validate(path, anchors=[trust])

    return make


@pytest.fixture
def signed(key: SigningKey) -> bytes:
    return envelopes.roomy(documents.paper(1, compliance=None), key)


def codes(report: Report) -> set[str]:
    """Whatever the report gives as a reason."""
    found = {change.code for change in report.changes}
    for signature in report.signatures:
        found |= {note.code for note in (signature.reason, *signature.warnings) if note}
    return found | ({report.problem.code} if report.problem else set())


UPDATES = {
    "incremental saving": (updates.paint_over, "content-changed"),
    "shadow, hide": (updates.empty_content, "content-changed"),
    "shadow, replace": (updates.replace_font, "content-changed"),
    "shadow, hide and replace": (updates.show_other_page, "pages-added"),
    "annotation": (updates.annotate("FreeText"), "comment-not-permitted"),
    "reused dictionary": (updates.add_signature_field(updates.same_dictionary), "signature-reused"),
    "spoofed dictionary": (updates.add_signature_field(updates.spoofed_dictionary), "signature-reused"),
    "no ByteRange": (updates.alter_dictionary("/ByteRange"), "cms-unreadable"),
    "null ByteRange": (updates.alter_dictionary("/ByteRange", NULL), "cms-unreadable"),
    "no Contents": (updates.alter_dictionary("/Contents"), "cms-unreadable"),
    "null Contents": (updates.alter_dictionary("/Contents", NULL), "cms-unreadable"),
    "no SubFilter": (updates.alter_dictionary("/SubFilter"), "subfilter"),
    "null SubFilter": (updates.alter_dictionary("/SubFilter", NULL), "subfilter"),
}


@pytest.mark.parametrize("attack", UPDATES)
def test_an_attack_by_an_update_is_stopped(attack: str, signed: bytes, judge: Judge) -> None:
    assert judge(signed).verdict == "valid"
    change, code = UPDATES[attack]
    report = judge(updated(signed, change))
    assert report.verdict != "valid"
    assert code in codes(report), codes(report)
    assert report.integrity != "unchanged"
    assert report.changed_after_signing == (report.integrity == "changed")


@pytest.mark.parametrize("attack", ["no Contents", "null Contents"])
def test_what_leaves_nothing_to_compare_with_is_neither_changed_nor_unchanged(
    attack: str, signed: bytes, judge: Judge
) -> None:
    report = judge(updated(signed, UPDATES[attack][0]))
    assert (report.verdict, report.integrity) == ("invalid", "not-checked")
    answer = questions.whole(report.to_json()["signatures"], changed_after_signing=False)
    assert answer == Answer("unknown", "unread")
    assert "khác so với lúc ký" not in report.summary.vi


@pytest.mark.parametrize("attack", ["no ByteRange", "null ByteRange"])
def test_a_range_that_was_taken_away_is_told_as_a_change(attack: str, signed: bytes, judge: Judge) -> None:
    """The signature as it was is still found in the bytes: somebody put another one in its place."""
    report = judge(updated(signed, UPDATES[attack][0]))
    assert (report.verdict, report.integrity) == ("invalid", "changed")
    assert questions.whole(report.to_json()["signatures"], changed_after_signing=True).reply == "no"


RANGES = {
    signed_range.wrapped: "gap-filled contents-elsewhere byte-range",
    signed_range.overlapping: "byte-range",
    signed_range.null_range: "cms-unreadable",
    signed_range.after_the_end: "bytes-after-end",
    signed_range.without_table: "unlisted-update not-covered bytes-after-end change-unreadable",
}


@pytest.mark.parametrize("attack", RANGES, ids=lambda attack: attack.__name__)
def test_an_attack_on_the_signed_range_is_stopped(
    attack: Callable[[bytes], bytes], signed: bytes, judge: Judge
) -> None:
    report = judge(attack(signed))
    assert report.verdict != "valid"
    assert codes(report) & set(RANGES[attack].split()), codes(report)


def _in_a_stream(document: Written, number: int, bodies: tuple[bytes, bytes], key: SigningKey) -> Written:
    """A document with a second update, which is signed: an object stream with two texts for one object. Which
    is meant says another object, the one after the container."""
    heads, container = b"%d 0 " % number, document.size
    first, second = len(heads), len(heads) + len(bodies[0]) + 1
    said = b"/Type/ObjStm/N 1/First %d 0 R" % (container + 1)
    objects = {
        container: by_hand.stream(heads + b" ".join(bodies), said),
        container + 1: b"%d" % first,
        **by_hand.signing(container + 2, by_hand.base()),
    }

    def table(draft: Draft) -> bytes:
        return by_hand.table_stream(replace(draft, packed={number: (container, 0)}))

    once = by_hand.signed(key, by_hand.updated(document, objects, table))
    assert bodies[0] != bodies[1]
    return by_hand.updated(once, {container + 1: b"%d" % second})


def test_an_object_stream_that_begins_elsewhere_is_seen(key: SigningKey, judge: Judge) -> None:
    """Only a number is redefined, and with it what stands in the stream: here what a viewer does not draw."""
    font = by_hand.base()[5]
    names = font, by_hand.entry(font, b"/ToUnicode 4 0 R")
    assert judge(_in_a_stream(by_hand.document(), 5, (font, font + b" "), key).data).verdict == "valid"
    report = judge(_in_a_stream(by_hand.document(), 5, names, key).data)
    assert report.verdict == "invalid"
    assert "content-changed" in codes(report)


def _led_beyond_its_end(key: SigningKey) -> bytes:
    """Signed with a table that leads to a stream beside it, which is written only later: it gives the font a
    text (/ToUnicode) that stood in the signed bytes, where no table led to it."""
    document = by_hand.document()
    font = by_hand.entry(by_hand.base()[5], b"/ToUnicode 20 0 R")
    objects = by_hand.signing(document.size, by_hand.base()) | {5: font, 20: by_hand.stream(b"other text")}

    def table(draft: Draft) -> bytes:
        return by_hand.classic(replace(draft, places={n: at for n, at in draft.places.items() if n != 20}))

    def signed(beside: int) -> Written:
        return by_hand.signed(
            key, by_hand.updated(document, objects, table, trailer=b"/XRefStm %010d" % beside)
        )

    end = len(signed(0).data)
    once = signed(end)
    assert len(once.data) == end
    hidden = by_hand.table_stream(
        Draft({20: once.data.index(b"20 0 obj")}, b"", once.size, end), widths=(1, 4, 2)
    )
    return by_hand.updated(
        Written(once.data + hidden, once.table, once.size + 1), {once.size + 1: b"<</Title(x)>>"}
    ).data


def test_a_table_beside_the_table_lies_in_the_signed_version(key: SigningKey, judge: Judge) -> None:
    report = judge(_led_beyond_its_end(key))
    assert report.verdict == "invalid"
    assert "not-covered" in codes(report)
    assert "không bao trùm hết tệp" in report.summary.vi
    assert "khác so với lúc ký" not in report.summary.vi, "what was signed is as it was"


@pytest.mark.timeout(60)
@pytest.mark.parametrize("nodes", [1, 2000])
def test_a_form_without_an_end_has_a_report(nodes: int, key: SigningKey, judge: Judge) -> None:
    """Its nodes stand in their list and have no number, and the list is that of their children too."""
    once = by_hand.signed(
        key, by_hand.updated(by_hand.document(), by_hand.signing(by_hand.document().size, by_hand.base()))
    )
    catalog = by_hand.base(b"/AcroForm<</Fields %d 0 R>>" % once.size)[1]
    endless = b"[%s]" % (b"<</FT/Sig/T(%s)/Kids %d 0 R>>" % (b"x" * 500, once.size) * nodes)
    report = judge(by_hand.updated(once, {1: catalog, once.size: endless}).data)
    assert report.verdict == "invalid"
    assert "change-unreadable" in codes(report)


def test_another_document_in_the_envelope_is_stopped(signed: bytes, key: SigningKey, judge: Judge) -> None:
    report = judge(envelopes.other_document(signed, key))
    assert report.verdict == "invalid"
    assert "hash-failure" in codes(report)


def test_a_signature_that_names_no_certificate_is_stopped(
    signed: bytes, key: SigningKey, judge: Judge
) -> None:
    report = judge(envelopes.no_signing_certificate(signed, key))
    assert report.verdict == "undetermined"
    assert report.signatures[0].intact, "signed anew, so that nothing but the attribute is missing"
    assert "signing-certificate-attribute" in codes(report)


def test_a_copied_timestamp_is_stopped(key: SigningKey, issuer: Issuer, judge: Judge) -> None:
    authority = issuer.issue(NOW, algorithm="rsa")
    private = authority.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    certificate = authority.certificate.public_bytes(serialization.Encoding.DER)
    stamper = DummyTimeStamper(
        asn1_x509.Certificate.load(certificate), keys.PrivateKeyInfo.load(private), fixed_dt=NOW
    )
    data = envelopes.certified(documents.paper(1, compliance=None), key, 3)
    report = judge(envelopes.copied_timestamp(data, stamper))
    assert report.verdict != "valid"
    assert "timestamp-broken" in codes(report)


@pytest.mark.parametrize(
    ("level", "change", "code"),
    [
        (1, updates.annotate("Highlight"), "comment-not-permitted"),
        (2, updates.annotate("FreeText"), "comment-not-permitted"),
        (3, updates.annotate("FreeText"), "comment-like-content"),
        (3, updates.annotate("Stamp"), "comment-like-content"),
        (3, updates.annotate("Redact"), "comment-like-content"),
        (3, updates.annotate("Square"), "mark-covers"),
    ],
)
def test_an_annotation_on_a_certified_document_is_stopped(
    level: int, change: updates.Change, code: str, key: SigningKey, judge: Judge
) -> None:
    data = envelopes.certified(documents.paper(1, compliance=None), key, level)
    assert judge(data).verdict == "valid"
    report = judge(updated(data, change))
    assert report.verdict == "invalid"
    assert code in codes(report), codes(report)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_sneaky_signature_on_a_certified_document_is_stopped(
    level: int, key: SigningKey, sign_file: SignFile, judge: Judge
) -> None:
    data = envelopes.certified(documents.paper(1, compliance=None), key, level)
    report = judge(updated(data, updates.add_signature_field(updates.spoofed_dictionary)))
    assert report.verdict == "invalid"
    assert codes(report) & {"signature-reused", "signature-not-permitted"}


def filled(value: str) -> updates.Change:
    def change(writer: IncrementalPdfFileWriter) -> None:
        fields = [entry.get_object() for entry in writer.root["/AcroForm"]["/Fields"]]
        field = next(found for found in fields if found["/T"] == "so_tien")
        field[NameObject("/V")] = TextStringObject(value)
        writer.update_container(field)

    return change


LAYER = b"/OC<</Type/OCG/Name(x)>>"


@pytest.mark.parametrize(
    ("widget", "stream", "inside", "verdict"),
    [
        (b"", b"", b"", "valid"),
        (b"", LAYER, b"", "invalid"),
        (LAYER, b"", b"", "invalid"),
        (b"", b"/Resources<</Properties<</L<</Type/OCG/Name(x)>>>>>>", b"/OC /L BDC", "invalid"),
        (b"", b"/Resources<</Properties<</L<</Name(x)>>>>>>", b"/OC /L BDC", "invalid"),
        (b"", b"/Resources<</Properties<</S<</MCID 0>>>>>>", b"/P /S BDC", "valid"),
        (b"", b"/Resources<</XObject<</X 61 0 R>>>>", b"/X Do", "invalid"),
    ],
    ids=["plain", "layered", "widget", "marked content", "no type", "structure", "layered within"],
)
def test_layers_in_the_mark_of_a_later_signature(
    widget: bytes, stream: bytes, inside: bytes, verdict: str, key: SigningKey, judge: Judge
) -> None:
    """They may be switched afterwards, and be others on paper."""
    held, document = by_hand.base(), by_hand.document()
    once = by_hand.signed(key, by_hand.updated(document, by_hand.signing(document.size, held)))
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 200 60]"
    marked = by_hand.signing(once.size, held, [document.size], b"/AP<</N 60 0 R>>" + widget)
    marked[once.size] = marked[once.size].replace(b"/Rect[0 0 0 0]", b"/Rect[300 100 500 160]")
    marked[60] = by_hand.stream(inside + b" 0.2 0.2 0.8 RG 5 5 190 50 re S", form + stream)
    marked[61] = by_hand.stream(b"0 0 10 10 re f", form + LAYER)
    twice = by_hand.signed(key, by_hand.updated(once, marked))
    report = judge(twice.data)
    assert report.verdict == verdict, codes(report)
    assert bool(codes(report) & {"mark-layered", "field-added"}) == (verdict == "invalid")


@pytest.mark.parametrize(
    ("widget", "flags", "verdict"),
    [(b"", b"132", "valid"), (LAYER, b"132", "invalid"), (b"", b"134", "valid"), (b"", b"164", "invalid")],
    ids=["plain", "layered", "hidden", "on paper alone"],
)
def test_a_signature_in_a_field_that_was_prepared(
    widget: bytes, flags: bytes, verdict: str, key: SigningKey, judge: Judge
) -> None:
    """On a layer it may show or not; hidden it shows nothing and takes nothing away, and what shows on
    paper alone is seen by who draws it so."""
    held, document = by_hand.base(), by_hand.document()
    objects = by_hand.signing(document.size, held)
    place = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(ky)/F %s/Rect[300 100 500 160]/P 3 0 R%s>>" % (
        flags,
        widget,
    )
    for number, name in ((1, b"/Fields["), (3, b"/Annots[")):
        objects[number] = objects[number].replace(name, name + b"50 0 R ")
    once = by_hand.signed(key, by_hand.updated(document, objects | {50: place}))
    assert judge(once.data).verdict == "valid"
    later = {
        50: by_hand.entry(place, b"/V 60 0 R/AP<</N 61 0 R>>"),
        60: by_hand.signature(),
        61: by_hand.stream(b"0 0 200 60 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 200 60]"),
    }
    report = judge(by_hand.signed(key, by_hand.updated(once, later)).data)
    assert report.verdict == verdict, codes(report)
    assert (verdict == "invalid") == bool(codes(report) & {"mark-layered", "visible-difference"})


@pytest.mark.parametrize(("level", "verdict"), [(1, "invalid"), (2, "valid"), (3, "valid")])
def test_a_form_is_filled_where_its_author_permits(
    level: int, verdict: str, key: SigningKey, judge: Judge
) -> None:
    data = envelopes.certified(documents.form(), key, level)
    report = judge(updated(data, filled("900")))
    assert report.verdict == verdict, codes(report)
    found = {change.code: change.pages for change in report.changes}
    assert found["form-filled" if verdict == "valid" else "form-values"] == (1,)


def highlight(writer: IncrementalPdfFileWriter) -> None:
    box = [FloatObject(v) for v in (80, 695, 310, 725)]  # with room for the round ends that viewers draw
    corners = [FloatObject(v) for v in (90, 720, 300, 720, 90, 700, 300, 700)]
    mark = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Highlight"),
            NameObject("/Rect"): ArrayObject(box),
            NameObject("/QuadPoints"): ArrayObject(corners),
            NameObject("/C"): ArrayObject(FloatObject(v) for v in (1, 1, 0)),
            NameObject("/F"): NumberObject(4),
        }
    )
    page = updates.first_page(writer)
    page[NameObject("/Annots")] = ArrayObject([*page.get("/Annots", []), writer.add_object(mark)])
    writer.update_container(page)


@pytest.mark.parametrize(("level", "verdict"), [(2, "invalid"), (3, "valid")])
def test_a_comment_stands_where_its_author_permits(
    level: int, verdict: str, key: SigningKey, judge: Judge
) -> None:
    data = envelopes.certified(documents.paper(1, compliance=None), key, level)
    report = judge(updated(data, highlight))
    assert report.verdict == verdict, codes(report)
    found = {change.code: change.pages for change in report.changes}
    assert found["comment-added" if verdict == "valid" else "comment-not-permitted"] == (1,)


def test_a_place_that_differs_is_told(signed: bytes, judge: Judge) -> None:
    report = judge(updated(signed, updates.paint_over))
    seen = [change for change in report.changes if change.code == "visible-difference"]
    assert seen
    assert seen[0].pages == (1,)
    _, top, _, bottom = seen[0].areas[0].box
    assert 842 - 700 - 10 <= top < bottom <= 842 - 500 + 10, "points from the top left corner"
