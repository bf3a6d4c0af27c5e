"""Verifying: one verdict for each way in which a signed document can fare."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    StreamObject,
    TextStringObject,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject

from app.sample.authority import Issuer
from signing.keys.references import SigningKey
from signing.reports.notes import note
from signing.reports.report import Report
from signing.summary import CUT_SHORT
from signing.validation import validate
from tests.signing import documents
from tests.signing.attacks import envelopes
from tests.signing.conftest import NOW, MakeKey, SignFile

DAY = timedelta(days=1)


def _updated(data: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """The document with an incremental update after it, as an editor would write it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _add_page(writer: IncrementalPdfFileWriter) -> None:
    writer.insert_page(PageObject(contents=writer.add_object(_stream(b"")), media_box=(0, 0, 595, 842)))


def _stream(data: bytes) -> StreamObject:
    return StreamObject(stream_data=data)


def _paint_over(writer: IncrementalPdfFileWriter) -> None:
    painting = writer.add_object(_stream(b"1 0 0 rg 100 100 300 300 re f"))
    writer.add_stream_to_page(0, painting)


def _change_value(writer: IncrementalPdfFileWriter) -> None:
    field = next(f for f in writer.root["/AcroForm"]["/Fields"] if f.get_object()["/T"] == "so_tien")
    found = field.get_object()
    found["/V"] = TextStringObject("900")
    writer.mark_update(field)


def _remove_signature(writer: IncrementalPdfFileWriter) -> None:
    form = writer.root["/AcroForm"]
    form["/Fields"].clear()
    writer.update_container(form["/Fields"])
    writer.update_root()


def _add_comment(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"].raw_get(0)
    note = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/FreeText"),
            NameObject("/Contents"): TextStringObject("Đã duyệt"),
        }
    )
    found = page.get_object()
    found[NameObject("/Annots")] = ArrayObject([*found.get("/Annots", []), writer.add_object(note)])
    writer.mark_update(page)


def _verdict(data: bytes, tmp_path: Path, trust: Path | None = None) -> Report:
    path = tmp_path / "judged.pdf"
    path.write_bytes(data)
    return validate(path, anchors=[trust] if trust else [])


def test_unsigned_says_that_pictures_of_signatures_prove_nothing(tmp_path: Path) -> None:
    report = _verdict(documents.paper(), tmp_path)
    assert report.verdict == "unsigned"
    assert report.pages == 2
    assert "không kiểm được bằng máy" in report.summary.vi


def test_without_anchors_the_missing_issuer_is_named(sign_file: SignFile) -> None:
    report = validate(sign_file())
    assert report.verdict == "undetermined"
    assert report.signatures[0].sub_indication == "NO_CERTIFICATE_CHAIN_FOUND"
    assert report.signatures[0].intact
    missing = report.signatures[0].missing[0].text.en
    assert "Root CA" in missing, "the signature brings the issuing authority's own certificate"
    assert report.summary.vi.startswith("Chưa kết luận được")


def test_an_unknown_root_is_not_trusted_because_it_came_along(
    sign_file: SignFile, make_key: MakeKey, stranger: Issuer, trust: Path
) -> None:
    report = validate(sign_file(key=make_key(by=stranger)), anchors=[trust])
    assert report.verdict == "undetermined"
    assert report.signatures[0].trust_anchor is None


def test_an_intermediate_alone_is_no_anchor(sign_file: SignFile, trust: Path) -> None:
    assert validate(sign_file(), anchors=[trust / "issuing.crt"]).verdict == "undetermined"


def test_the_root_alone_is_enough_where_the_signature_brings_the_rest(
    sign_file: SignFile, trust: Path
) -> None:
    report = validate(sign_file(), anchors=[trust / "root.crt"])
    assert report.verdict == "valid"
    assert report.signatures[0].revocation.status == "not-declared"


def test_what_stands_behind_the_value_in_its_room_is_never_valid(
    sign_file: SignFile, trust: Path, tmp_path: Path
) -> None:
    data = bytearray(sign_file().read_bytes())
    last = data.index(b">", data.rfind(b"/Contents <")) - 1
    assert data[last] == ord("0")
    data[last] ^= 0x01
    report = _verdict(bytes(data), tmp_path, trust)
    assert report.verdict == "undetermined"
    (signature,) = report.signatures
    assert signature.intact, "the bytes that were signed are as they were"
    assert signature.reason
    assert signature.reason.code == "gap-not-empty"


@pytest.mark.parametrize("position", [20, 400, -300, -40])  # before and after the value
def test_one_flipped_byte_is_never_valid(
    position: int, sign_file: SignFile, trust: Path, tmp_path: Path
) -> None:
    data = bytearray(sign_file().read_bytes())
    data[position] ^= 0x01
    assert _verdict(bytes(data), tmp_path, trust).verdict == "invalid"


CHANGES: dict[str, Callable[[IncrementalPdfFileWriter], None]] = {
    "page added": _add_page,
    "page painted over": _paint_over,
    "comment added": _add_comment,
    "signature removed": _remove_signature,
}


@pytest.mark.parametrize("name", CHANGES)
def test_an_update_after_signing_is_found(
    name: str, sign_file: SignFile, trust: Path, tmp_path: Path
) -> None:
    report = _verdict(_updated(sign_file().read_bytes(), CHANGES[name]), tmp_path, trust)
    assert report.verdict == "invalid"
    assert report.changed_after_signing
    assert report.changes
    assert report.summary.vi.startswith("Không hợp lệ")


def test_a_page_that_was_added_is_counted(sign_file: SignFile, trust: Path, tmp_path: Path) -> None:
    report = _verdict(_updated(sign_file().read_bytes(), _add_page), tmp_path, trust)
    assert report.changes[0].code == "pages-changed"
    assert "2" in report.changes[0].text.vi
    assert "3" in report.changes[0].text.vi


def test_a_changed_form_value_is_found(sign_file: SignFile, trust: Path, tmp_path: Path) -> None:
    report = _verdict(_updated(sign_file(documents.form()).read_bytes(), _change_value), tmp_path, trust)
    assert report.verdict == "invalid"
    assert report.changes[0].code == "form-values"
    assert report.changes[0].pages == (1,)
    assert "so_tien" in report.changes[0].text.en


def test_a_form_that_shows_something_else_than_it_says(key: SigningKey, trust: Path, tmp_path: Path) -> None:
    for shown, warned in (("900", True), ("100", False)):
        report = _verdict(envelopes.certified(documents.form(shown), key, 2), tmp_path, trust)
        assert report.verdict == "valid"
        found = [n for n in report.signatures[0].warnings if n.code == "form-value-differs"]
        assert bool(found) == warned
        assert all("so_tien" in n.text.vi for n in found)


@pytest.mark.parametrize(
    "tail", [b"x", b"\n%comment\n", b"1 0 obj<</Type/Catalog>>endobj\n", bytes(10) + b"?"]
)
def test_bytes_after_the_end_are_found(tail: bytes, sign_file: SignFile, trust: Path, tmp_path: Path) -> None:
    report = _verdict(sign_file().read_bytes() + tail, tmp_path, trust)
    assert report.verdict == "invalid"
    assert report.changed_after_signing


def test_white_space_after_the_end_is_harmless(sign_file: SignFile, trust: Path, tmp_path: Path) -> None:
    assert _verdict(sign_file().read_bytes() + b"\r\n\n", tmp_path, trust).verdict == "valid"


def test_a_document_cut_short_is_not_valid(sign_file: SignFile, trust: Path, tmp_path: Path) -> None:
    data = sign_file().read_bytes()
    for length in (len(data) - 1, len(data) - 30, len(data) - 400):
        assert _verdict(data[:length], tmp_path, trust).verdict in ("invalid", "undetermined")
    assert _verdict(data[:-400], tmp_path, trust).verdict == "invalid"
    report = _verdict(data[:-1], tmp_path, trust)
    assert report.signatures[0].reason == note("cut-short", count=1)
    assert report.summary.en.startswith(CUT_SHORT.en)


def test_a_rewritten_document_is_not_valid(sign_file: SignFile, trust: Path, tmp_path: Path) -> None:
    target = io.BytesIO()
    with pikepdf.open(sign_file()) as pdf:
        pdf.save(target)
    assert _verdict(target.getvalue(), tmp_path, trust).verdict == "invalid"


def test_a_broken_second_signature_spoils_the_document(
    sign_file: SignFile, trust: Path, tmp_path: Path
) -> None:
    first = sign_file()
    data = bytearray(sign_file(first).read_bytes())
    data[len(first.read_bytes()) + 200] ^= 1
    assert _verdict(bytes(data), tmp_path, trust).verdict == "invalid"


def test_expired_with_no_proof_of_time_is_open(sign_file: SignFile, make_key: MakeKey, trust: Path) -> None:
    signed = sign_file(key=make_key(ends=NOW + DAY))
    assert validate(signed, anchors=[trust]).verdict == "valid"
    report = validate(signed, anchors=[trust], at=NOW + 10 * DAY)
    assert report.verdict == "undetermined"
    assert report.signatures[0].sub_indication == "OUT_OF_BOUNDS_NO_POE"
    assert report.signatures[0].trust_anchor, "the path as of signing is shown all the same"


@pytest.mark.parametrize(
    ("revoked_on", "reason", "indication", "sub"),
    [
        (NOW - DAY, x509.ReasonFlags.superseded, "TOTAL-FAILED", "REVOKED"),
        (NOW + DAY, x509.ReasonFlags.superseded, "INDETERMINATE", "REVOKED_NO_POE"),
        (NOW - DAY, x509.ReasonFlags.key_compromise, "INDETERMINATE", "REVOKED_NO_POE"),
        (NOW - DAY, x509.ReasonFlags.certificate_hold, "INDETERMINATE", "TRY_LATER"),
    ],
)
def test_a_revoked_certificate(
    revoked_on: object,
    reason: x509.ReasonFlags,
    indication: str,
    sub: str,
    issuer: Issuer,
    make_key: MakeKey,
    sign_file: SignFile,
    tmp_path: Path,
) -> None:
    issued = issuer.issue(NOW, algorithm="ec", begins=NOW - 5 * DAY)
    signed = sign_file(key=make_key(issued=issued))
    folder = tmp_path / "trust"
    issuer.write_trust(folder, NOW)
    (folder / "issuing.crl").write_bytes(
        issuer.revocation_list(NOW + 2 * DAY, [(issued.certificate, revoked_on)], reason=reason)  # type: ignore[list-item]
    )
    signature = validate(signed, anchors=[folder], at=NOW + 3 * DAY).signatures[0]
    assert (signature.indication, signature.sub_indication) == (indication, sub)
    assert signature.revocation.status == "revoked"


def test_revocation_that_could_not_be_asked_is_not_good(
    make_key: MakeKey, sign_file: SignFile, trust: Path
) -> None:
    url = "http://crl.example.invalid/issuing.crl"
    signed = sign_file(key=make_key(crl_url=url))
    report = validate(signed, anchors=[trust / "root.crt"])
    assert report.verdict == "undetermined"
    assert report.signatures[0].revocation.status == "unknown"
    assert url in report.signatures[0].missing[0].text.vi
    assert validate(signed, anchors=[trust]).verdict == "valid", "a list at hand settles it"


def test_a_list_that_is_out_of_date_settles_nothing(
    issuer: Issuer, make_key: MakeKey, sign_file: SignFile, trust: Path, tmp_path: Path
) -> None:
    signed = sign_file(key=make_key(crl_url="http://crl.example.invalid/issuing.crl"))
    old = tmp_path / "old.crl"
    old.write_bytes(issuer.revocation_list(NOW - 9 * DAY, until=NOW - 8 * DAY))
    assert validate(signed, anchors=[trust / "root.crt", old]).verdict == "undetermined"


def test_a_list_by_somebody_else_settles_nothing(
    stranger: Issuer, make_key: MakeKey, sign_file: SignFile, trust: Path, tmp_path: Path
) -> None:
    signed = sign_file(key=make_key(crl_url="http://crl.example.invalid/issuing.crl"))
    forged = tmp_path / "forged.crl"  # the same issuer's name, another key
    forged.write_bytes(stranger.revocation_list(NOW))
    assert validate(signed, anchors=[trust / "root.crt", forged]).verdict == "undetermined"


def test_the_report_has_the_shape_of_the_contract(sign_file: SignFile, trust: Path) -> None:
    signed = sign_file()
    report = validate(signed, anchors=[trust]).to_json()
    assert set(report) >= {"verdict", "summary", "document", "signatures", "policy", "checked_at"}
    assert set(report["document"]) == {
        "sha256",
        "pages",
        "registered",
        "integrity",
        "changed_after_signing",
        "changes",
    }
    assert set(report["signatures"][0]) >= {
        "field",
        "signer",
        "organisation",
        "indication",
        "sub_indication",
        "level",
        "subfilter",
        "intact",
        "claimed_time",
        "best_time",
        "best_time_source",
        "coverage",
        "changes_after",
        "algorithm",
        "certificate",
        "chain",
        "trust_anchor",
        "revocation",
        "timestamps",
        "warnings",
    }
    assert set(report["signatures"][0]["algorithm"]) == {
        "digest",
        "signature",
        "key_bits",
        "acceptable_at_signing",
        "acceptable_now",
    }
    assert report["signatures"][0]["signer"] == "Nguyễn Văn Mẫu"
    assert report["signatures"][0]["organisation"] == "ỦY BAN NHÂN DÂN PHƯỜNG MẪU"
    assert report["signatures"][0]["signed_length"] == signed.stat().st_size


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"xin ch\xc3\xa0o", "not-a-pdf"),
        (b"%PDF-1.7\n" + bytes(100), "damaged"),
        (documents.encrypted(), "encrypted"),
    ],
)
def test_what_cannot_be_read_is_a_verdict(data: bytes, code: str, tmp_path: Path) -> None:
    report = _verdict(data, tmp_path)
    assert report.verdict == "unreadable"
    assert report.problem is not None
    assert report.problem.code == code


def test_a_missing_file_is_a_verdict(tmp_path: Path) -> None:
    assert validate(tmp_path / "none.pdf").verdict == "unreadable"


def test_a_password_that_only_limits_printing_stops_nobody(tmp_path: Path) -> None:
    assert _verdict(documents.encrypted(user=""), tmp_path).verdict == "unsigned"
