"""Files of other makers: legal and odd ones, and honest updates, are valid here where they are for EU DSS."""

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import NameObject, TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from app.sample.authority import Issuer
from signing.keys.references import SigningKey
from signing.refusals import SigningRefused
from signing.reports.report import Report
from signing.validation import validate
from tests import judges
from tests.signing import documents, long_lived
from tests.signing import handwritten as by_hand
from tests.signing.attacks import envelopes
from tests.signing.attacks.catalogue import DOCMDP
from tests.signing.attacks.updates import updated
from tests.signing.conftest import NOW, SignFile
from tests.signing.handwritten import Draft, Objects, Table, Written
from tests.signing.test_attacks import highlight

TABLES: list[Table] = [
    by_hand.classic,
    by_hand.each_alone,
    by_hand.short_rows,
    by_hand.long_rows,
    by_hand.carriage_returns,
    by_hand.spaced,
    by_hand.free_entries,
    by_hand.table_stream,
    by_hand.narrow_stream,
    by_hand.hybrid,
]
ENDS = {
    "spaces around the place": b"startxref  \r\n  %d  \r\n\r\n%%%%EOF\r\n",
    "the place on the same line": b"startxref %d\n%%%%EOF",
    "blank lines at the end": b"startxref\n%d\n%%%%EOF\n\n\n   \n",
    "a comment at the end": b"startxref\n%d\n%%%%EOF\n%%comment\n",
}
HEADS = {
    "PDF 2.0": b"%PDF-2.0\n",
    "no binary line": b"%PDF-1.4\n",
}
LATE_HEADS = {  # places count from the first byte; EU DSS takes them for no PDF, every viewer opens them
    "bytes before the header": b"junk\n" + by_hand.HEAD,
    "blank lines before the header": b"\n\n" + by_hand.HEAD,
}


def signed_once(key: SigningKey, document: Written, table: Table = by_hand.classic, **more: bytes) -> Written:
    objects = by_hand.signing(document.size, by_hand.base())
    return by_hand.signed(key, by_hand.updated(document, objects, table, **more))  # type: ignore[arg-type]


def signed_twice(key: SigningKey, document: Written, table: Table) -> Written:
    once = signed_once(key, document, table)
    objects = by_hand.signing(once.size, by_hand.base(), [document.size])
    return by_hand.signed(key, by_hand.updated(once, objects, table))


def odd_files(key: SigningKey) -> dict[str, bytes]:
    """All but those with a late head."""
    found: dict[str, Written] = {}
    for table in TABLES:
        found[f"{table.__name__}, then a plain table"] = signed_once(key, by_hand.document(table))
        found[f"{table.__name__} after a plain table"] = signed_once(key, by_hand.document(), table)
        found[f"{table.__name__}, signed twice"] = signed_twice(key, by_hand.document(table), table)
    for name, end in ENDS.items():
        found[name] = signed_once(key, by_hand.document(end=end), end=end)
    for name, head in HEADS.items():
        found[name] = signed_once(key, by_hand.document(head=head))
    packed = by_hand.updated(
        Written(by_hand.HEAD), by_hand.base(), by_hand.table_stream, pack=frozenset({1, 2, 3, 5})
    )
    found["object streams"] = signed_once(key, packed, by_hand.table_stream)
    objects = by_hand.signing(packed.size, by_hand.base())
    draft = by_hand.updated(packed, objects, by_hand.table_stream, pack=frozenset({1, 3, packed.size}))
    found["object streams in the signed update"] = by_hand.signed(key, draft)
    hidden = by_hand.updated(Written(by_hand.HEAD), by_hand.base(), by_hand.hybrid, pack=frozenset({2, 5}))
    found["hidden objects of a hybrid file"] = signed_twice(key, hidden, by_hand.hybrid)
    found["in two parts"] = once = _two_parts(key)
    found["in two parts, signed twice"] = by_hand.signed(
        key, by_hand.updated(once, by_hand.signing(once.size, by_hand.base(), [6]))
    )
    return {name: written.data for name, written in found.items()}


def report_on(data: bytes, folder: Path, trust: Path) -> Report:
    path = folder / "odd.pdf"
    path.write_bytes(data)
    return validate(path, anchors=[trust])


def _reasons(report: Report) -> list[str]:
    return [c.code for c in report.changes] + [s.reason.code for s in report.signatures if s.reason]


def _two_parts(key: SigningKey) -> Written:
    """Written for the web (ISO 32000-1, annex F) in one go with its signature: what the first page needs and
    its table stand before all else, but that table is the last one; the signature is in the other part."""
    objects = by_hand.base() | by_hand.signing(6, by_hand.base())

    def part(numbers: tuple[int, ...], at: int, trailer: bytes) -> tuple[bytes, int]:
        body, places = b"", {}
        for number in numbers:
            places[number] = at + len(body)
            body += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
        place = at + len(body)
        return body + by_hand.classic(Draft(places, trailer, 8, place)), place

    start, second = len(by_hand.HEAD), 0
    for _ in range(2):
        first, last = part((1, 3, 4, 5), start, b"/Root 1 0 R/Prev %010d" % second)
        first += b"startxref\n0\n%%EOF\n"
        rest, second = part((2, 6, 7), start + len(first), b"")
    return by_hand.signed(key, Written(by_hand.HEAD + first + rest + by_hand.END % last, last, 8))


def test_odd_files_are_valid_as_for_eu_dss(key: SigningKey, trust: Path, tmp_path: Path) -> None:
    files = odd_files(key)
    refused = {}
    for name, data in files.items():
        report = report_on(data, tmp_path, trust)
        if report.verdict != "valid":
            refused[name] = report.summary.en, _reasons(report)
    assert not refused
    paths = [tmp_path / f"{number}.pdf" for number in range(len(files))]
    for path, data in zip(paths, files.values(), strict=True):
        path.write_bytes(data)
    answers = judges.signatures(paths, trust / "root.crt")
    for name, signatures in zip(files, answers, strict=True):
        assert {s["indication"] for s in signatures} == {"TOTAL-PASSED"}, (name, signatures)


@pytest.mark.parametrize("head", LATE_HEADS)
def test_a_header_may_stand_within_the_first_kilobyte(
    head: str, key: SigningKey, trust: Path, tmp_path: Path
) -> None:
    signed = signed_once(key, by_hand.document(head=LATE_HEADS[head]))
    assert report_on(signed.data, tmp_path, trust).verdict == "valid"
    (tmp_path / "late.pdf").write_bytes(signed.data)
    assert [s["intact"] for s in judges.pdfsig(tmp_path / "late.pdf")] == [True]
    objects = by_hand.signing(signed.size, by_hand.base(), [signed.size - 3])
    twice = report_on(by_hand.signed(key, by_hand.updated(signed, objects)).data, tmp_path, trust)
    assert (twice.verdict, _reasons(twice)[-1]) == ("undetermined", "header-late")


FOREIGN = {
    "a blank line": b"\r\n",
    "one line end": b"\n",
    "what a server said": b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n",
    "more than a kilobyte": b"%" + b"x" * 1100 + b"\n",
}


@pytest.mark.parametrize("before", FOREIGN)
def test_bytes_before_a_document_are_told_and_not_signed(
    before: str, key: SigningKey, trust: Path, tmp_path: Path, sign_file: SignFile
) -> None:
    """Somebody put them before a whole document, so that all places in the file are moved. pdfsig calls what
    was signed so broken, EU DSS calls the file no PDF."""
    for document in (by_hand.document(), by_hand.document(by_hand.table_stream)):
        once = signed_once(key, document)
        assert report_on(once.data, tmp_path, trust).verdict == "valid"
        report = report_on(FOREIGN[before] + once.data, tmp_path, trust)
        assert report.problem is not None
        assert (report.verdict, report.problem.code) == ("unreadable", "bytes-before")
    assert [s["intact"] for s in judges.pdfsig(tmp_path / "odd.pdf")] in ([False], [])
    for data in (FOREIGN[before] + documents.paper(1), FOREIGN[before] + once.data):
        with pytest.raises(SigningRefused) as refused:
            sign_file(data)
        assert refused.value.code == "bytes-before"


@pytest.mark.parametrize("head", LATE_HEADS)
def test_a_document_that_begins_late_is_not_signed(head: str, sign_file: SignFile, key: SigningKey) -> None:
    document = by_hand.document(head=LATE_HEADS[head])
    for data in (document.data, signed_once(key, document).data):
        with pytest.raises(SigningRefused) as refused:
            sign_file(data)
        assert refused.value.code == "bytes-before"


def test_a_linearised_file_may_be_signed(sign_file: SignFile, trust: Path) -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(documents.paper(3, compliance=None))) as pdf:
        pdf.save(target, linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    twice = sign_file(sign_file(target.getvalue()))
    assert validate(twice, anchors=[trust]).verdict == "valid"
    answers = judges.signatures([twice], trust / "root.crt")[0]
    assert [s["indication"] for s in answers] == ["TOTAL-PASSED"] * 2


def test_a_file_in_two_parts_that_is_changed_is_told(key: SigningKey, trust: Path, tmp_path: Path) -> None:
    changed = by_hand.updated(_two_parts(key), {4: by_hand.stream(b"0 0 300 300 re f")})
    report = report_on(changed.data, tmp_path, trust)
    assert report.verdict == "invalid"
    assert {"content-changed", "visible-difference"} <= set(_reasons(report))


# --- tagged PDF: an element for the field of a later signature

TAGGED = by_hand.base(b"/MarkInfo<</Marked true>>/StructTreeRoot 6 0 R", b"/StructParents 0") | {
    6: b"<</Type/StructTreeRoot/K 7 0 R/ParentTree 8 0 R/ParentTreeNextKey 1>>",
    7: b"<</Type/StructElem/S/Document/P 6 0 R/K[9 0 R]>>",
    8: b"<</Nums[0[9 0 R]]>>",
    9: b"<</Type/StructElem/S/P/P 7 0 R/Pg 3 0 R/K 0>>",
}


def _tagged_twice(key: SigningKey, changes: Callable[[int, int], Objects]) -> bytes:
    """A tagged document that was signed, then signed again with these changes beside it; they are made of the
    numbers of the second field and of the first free object."""
    document = by_hand.updated(Written(by_hand.HEAD), TAGGED)
    once = by_hand.signed(key, by_hand.updated(document, by_hand.signing(document.size, TAGGED)))
    field, free = once.size, once.size + 2
    objects = by_hand.signing(field, TAGGED, [document.size], b"/StructParent 1")
    return by_hand.signed(key, by_hand.updated(once, objects | dict(changes(field, free)))).data


def _element(field: int, free: int, more: bytes = b"", kind: bytes = b"/Form") -> dict[int, bytes]:
    return {
        6: b"<</Type/StructTreeRoot/K 7 0 R/ParentTree 8 0 R/ParentTreeNextKey 2>>",
        7: b"<</Type/StructElem/S/Document/P 6 0 R/K[9 0 R %d 0 R]>>" % free,
        8: b"<</Nums[0[9 0 R]1 %d 0 R]>>" % free,
        free: b"<</Type/StructElem/S%s/P 7 0 R/Pg 3 0 R/K<</Type/OBJR/Obj %d 0 R/Pg 3 0 R>>%s>>"
        % (kind, field, more),
    }


def _instead(number: int, body: bytes) -> Callable[[int, int], Objects]:
    return lambda field, free: _element(field, free) | {number: body}


def test_a_later_signature_may_be_tagged(key: SigningKey, trust: Path, tmp_path: Path) -> None:
    data = _tagged_twice(key, _element)
    report = report_on(data, tmp_path, trust)
    assert report.verdict == "valid", _reasons(report)
    answers = judges.signatures([tmp_path / "odd.pdf"], trust / "root.crt")[0]
    assert [s["indication"] for s in answers] == ["TOTAL-PASSED"] * 2


RETAGGED: dict[str, Callable[[int, int], Objects]] = {
    "other words for what is written": _instead(
        9, b"<</Type/StructElem/S/P/P 7 0 R/Pg 3 0 R/K 0/ActualText(900)>>"
    ),
    "another element for it": _instead(9, b"<</Type/StructElem/S/Artifact/P 7 0 R/Pg 3 0 R/K 0>>"),
    "words in the new element": lambda field, free: _element(field, free, b"/ActualText(900)"),
    "a description in the new element": lambda field, free: _element(field, free, b"/Alt(900)"),
    "a new element that is content": lambda field, free: _element(field, free, kind=b"/P"),
    "an element gone": lambda field, free: (
        _element(field, free) | {7: b"<</Type/StructElem/S/Document/P 6 0 R/K[%d 0 R]>>" % free}
    ),
    "an element for content that was signed": lambda field, free: (
        _element(field, free) | {free: b"<</Type/StructElem/S/Form/P 7 0 R/Pg 3 0 R/K 0>>"}
    ),
    "content of another element": lambda field, free: (
        _element(field, free) | {8: b"<</Nums[0[%d 0 R]1 %d 0 R]>>" % (free, free)}
    ),
    "roles": lambda field, free: (
        _element(field, free)
        | {6: b"<</Type/StructTreeRoot/K 7 0 R/ParentTree 8 0 R/RoleMap<</P/Artifact>>>>"}
    ),
    "no tree any more": lambda field, free: {1: by_hand.signing(field, by_hand.base(), [field - 3])[1]},
}


@pytest.mark.parametrize("change", RETAGGED)
def test_what_tags_say_of_signed_content_must_stay(
    change: str, key: SigningKey, trust: Path, tmp_path: Path
) -> None:
    report = report_on(_tagged_twice(key, RETAGGED[change]), tmp_path, trust)
    assert report.verdict == "invalid"
    assert "document-part" in _reasons(report)


# --- honest updates that are no signatures

FORM = by_hand.base(b"", b"") | {
    6: b"<</Type/Annot/Subtype/Widget/FT/Tx/T(nguoi_nhan)/F 4/Rect[72 500 300 520]/P 3 0 R/DA(/F1 12 Tf)"
    b"/AP<</N 8 0 R>>>>",
    7: b"<</Type/Annot/Subtype/Widget/FT/Tx/T(so_tien)/V(100)/F 4/Rect[72 400 300 420]/P 3 0 R/DA(/F1 12 Tf)"
    b"/AP<</N 9 0 R>>>>",
    8: by_hand.appearance(b""),
    9: by_hand.appearance(b"100"),
}


def signed_form(key: SigningKey, value: bytes, widget: bytes = b"") -> Written:
    """A form of two fields, signed by a signature and in a field with these entries."""
    document = by_hand.updated(Written(by_hand.HEAD), FORM)
    number = document.size
    objects = by_hand.signing(number, FORM, widget=widget, value=value)
    objects[1] = by_hand.entry(FORM[1], b"/AcroForm<</Fields[6 0 R 7 0 R %d 0 R]/SigFlags 3>>" % number)
    objects[3] = by_hand.entry(FORM[3], b"/Annots[6 0 R 7 0 R %d 0 R]" % number)
    return by_hand.signed(key, by_hand.updated(document, objects))


_LOCK = (
    b"<</Type/SigRef/TransformMethod/FieldMDP/TransformParams"
    b"<</Type/TransformParams/V/1.2/Action/Include/Fields[(%s)]>>>>"
)
LOCKS = b"/Reference[%s]" % (_LOCK % b"so_tien")
_TWO_LOCKS = b"/Reference[%s%s]" % (_LOCK % b"nguoi_nhan", _LOCK % b"so_tien")
_FILLING = DOCMDP.replace(b"/P 1", b"/P 2")
_FIELD_LOCK = b"/Lock<</Type/SigFieldLock/Action/Include/Fields[(so_tien)]>>"


def _by_name(lock: bytes) -> bytes:
    """Lists the field as a PDF name, which ISO 32000-1 does not provide."""
    return lock.replace(b"(so_tien)", b"/so_tien")


def _fill(form: Written, number: int, text: bytes) -> bytes:
    body = FORM[number].replace(b"/V(100)", b"").replace(b"%d 0 R>>" % (number + 2), b"%d 0 R>>" % form.size)
    objects = {number: by_hand.entry(body, b"/V(%s)" % text), form.size: by_hand.appearance(text)}
    return by_hand.updated(form, objects).data


@pytest.mark.parametrize(
    ("value", "widget", "number", "verdict", "code"),
    [
        (b"", b"", 6, "invalid", "form-values"),
        (LOCKS, b"", 6, "valid", "form-filled"),
        (LOCKS, b"", 7, "invalid", "field-locked"),
        (_TWO_LOCKS, b"", 7, "invalid", "field-locked"),
        (_FILLING, b"", 7, "valid", "form-filled"),
        (_FILLING, _FIELD_LOCK, 6, "valid", "form-filled"),
        (_FILLING, _FIELD_LOCK, 7, "invalid", "field-locked"),
        (b"", _FIELD_LOCK, 6, "invalid", "form-values"),
        (_by_name(LOCKS), b"", 6, "valid", "form-filled"),
        (_by_name(LOCKS), b"", 7, "invalid", "field-locked"),
        (_FILLING, _by_name(_FIELD_LOCK), 7, "invalid", "field-locked"),
        (LOCKS.replace(b"Include", b"Exclude"), b"", 7, "valid", "form-filled"),
        (_by_name(LOCKS).replace(b"Include", b"Exclude"), b"", 7, "invalid", "field-locked"),
    ],
)
def test_fields_that_a_signature_leaves_open_may_be_filled(
    value: bytes,
    widget: bytes,
    number: int,
    verdict: str,
    code: str,
    key: SigningKey,
    trust: Path,
    tmp_path: Path,
) -> None:
    report = report_on(_fill(signed_form(key, value, widget), number, b"900"), tmp_path, trust)
    assert (report.verdict, report.changes[0].code) == (verdict, code), _reasons(report)


def _later(key: SigningKey, objects: Callable[[Written], Objects], trailer: bytes = b"") -> bytes:
    once = signed_once(key, by_hand.document())
    return by_hand.updated(once, objects(once), trailer=trailer).data


def _empty_field(once: Written, more: bytes = b"") -> Objects:
    number = once.size
    signing = by_hand.signing(number, by_hand.base(), [number - 3])
    place = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Signature9)/F 4/Rect[72 200 300 260]/P 3 0 R%s>>" % more
    return {1: signing[1], 3: signing[3], number: place}


def test_an_empty_place_for_a_signature_may_be_added(key: SigningKey, trust: Path, tmp_path: Path) -> None:
    report = report_on(_later(key, _empty_field), tmp_path, trust)
    assert report.verdict == "valid", _reasons(report)
    drawn = b"/MK<</BG[1 1 1]/BC[0 0 0]>>"
    report = report_on(_later(key, lambda once: _empty_field(once, drawn)), tmp_path, trust)
    assert report.verdict == "invalid"


ACTIVE_PLACES = {
    "an action": b"/A<</S/URI/URI(https://example.invalid/)>>",
    "a program": b"/AA<</E<</S/Launch/F(tep.exe)>>>>",
    "a layer": b"/OC 1 0 R",
}


@pytest.mark.parametrize("more", ACTIVE_PLACES)
def test_an_empty_place_that_does_something_may_not_be_added(
    more: str, key: SigningKey, trust: Path, tmp_path: Path
) -> None:
    """One the size of the page would send each click on the signed page to somewhere else."""

    def beside(once: Written) -> Objects:
        """In a widget of its own, below the field."""
        objects, free = dict(_empty_field(once, ACTIVE_PLACES[more])), once.size + 1
        widget = objects[once.size].replace(b"/FT/Sig/T(Signature9)", b"/Parent %d 0 R" % free)
        fields = b"Fields[%d 0 R %d 0 R]"
        first = objects[1].replace(fields % (once.size - 3, once.size), fields % (once.size - 3, free))
        assert first != objects[1]
        return objects | {
            1: first,
            once.size: widget,
            free: b"<</FT/Sig/T(Signature9)/Kids[%d 0 R]>>" % once.size,
        }

    def signed(once: Written) -> bytes:
        objects = by_hand.signing(once.size, by_hand.base(), [once.size - 3], ACTIVE_PLACES[more])
        return by_hand.signed(key, by_hand.updated(once, objects)).data

    files = {
        "in the field": _later(key, lambda once: _empty_field(once, ACTIVE_PLACES[more])),
        "in its widget": _later(key, beside),
        "in a signed field": signed(signed_once(key, by_hand.document())),
    }
    for name, data in files.items():
        report = report_on(data, tmp_path, trust)
        assert report.verdict == "invalid", name
        assert "field-added" in _reasons(report), name


def test_metadata_alone_may_change(key: SigningKey, trust: Path, tmp_path: Path) -> None:
    def with_info(once: Written) -> Objects:
        return {once.size: b"<</CreationDate(D:2026)/Producer(by hand)>>"}

    once = signed_once(key, by_hand.document())
    data = by_hand.updated(once, with_info(once), trailer=b"/Info %d 0 R" % once.size).data
    report = report_on(data, tmp_path, trust)
    assert report.verdict == "valid"
    assert [c.code for c in report.changes] == ["metadata-changed"]


# --- all honest updates before EU DSS


def highlighted(key: SigningKey) -> bytes:
    data = envelopes.certified(documents.paper(1, compliance=None), key, 3)
    return updated(data, highlight)


def filled_form(key: SigningKey) -> bytes:
    """In a document that is certified for it; the value and its picture agree."""

    def fill(writer: IncrementalPdfFileWriter) -> None:
        field = writer.root["/AcroForm"]["/Fields"][0].get_object()
        field[NameObject("/V")] = TextStringObject("900")
        writer.update_container(field)

    return updated(envelopes.certified(documents.form(), key, 2), fill)


def with_evidence(key: SigningKey, issuer: Issuer) -> bytes:
    """Validation data, then a document timestamp, after the signature."""
    signed = envelopes.roomy(documents.paper(1), key)
    stored = long_lived.store(signed, issuer, [issuer.revocation_list(NOW), issuer.root_revocation_list(NOW)])
    authority = issuer.issue(NOW, name="TSA MẪU", usage="timestamp")
    return long_lived.archive(stored, long_lived.authority(issuer, authority, NOW))


def test_honest_updates_are_valid_as_for_eu_dss(
    key: SigningKey, issuer: Issuer, trust: Path, tmp_path: Path
) -> None:
    field = signed_form(key, LOCKS)
    files = {
        "comment": highlighted(key),
        "form": filled_form(key),
        "open field": _fill(field, 6, b"900"),
        "evidence": with_evidence(key, issuer),
        "empty place": _later(key, _empty_field),
    }
    paths = [tmp_path / f"{number}.pdf" for number in range(len(files))]
    for path, (name, data) in zip(paths, files.items(), strict=True):
        path.write_bytes(data)
        report = validate(path, anchors=[trust])
        assert report.verdict == "valid", (name, _reasons(report))
        assert report.changes, name
    for name, answer in zip(files, judges.signatures(paths, trust / "root.crt"), strict=True):
        assert {s["indication"] for s in answer} == {"TOTAL-PASSED"}, (name, answer)
