"""Signing: what comes out is judged by programs of other makes, and what is refused leaves nothing."""

import io
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from app.sample.authority import Issuer
from signing.cms.mechanisms import Mechanism
from signing.keys.references import SigningKey
from signing.keys.signing_key import RawSigner
from signing.marks.appearance import Appearance
from signing.pades import SigningRefused, sign
from signing.validation import validate
from tests import judges
from tests.signing import documents
from tests.signing.attacks import catalogue, tables
from tests.signing.conftest import NOW, MakeKey, SignFile
from tests.signing.odd_kinds import Makers, document
from tests.signing.odd_values import Value

AGENCY = Appearance("agency", "ỦY BAN NHÂN DÂN PHƯỜNG MẪU")
DIGITISER = Appearance("digitiser", "Nguyễn Thị Ẩn Đường")


@pytest.mark.parametrize("algorithm", ["rsa", "ec"])
def test_a_signature_is_sound_for_us_and_for_poppler(
    algorithm: str, make_key: MakeKey, sign_file: SignFile, trust: Path
) -> None:
    signed = sign_file(key=make_key(algorithm=algorithm), appearance=AGENCY, reason="Phê duyệt")
    report = validate(signed, anchors=[trust])
    assert report.verdict == "valid"
    assert report.signatures[0].coverage == "whole"
    assert report.signatures[0].level == "B-B"
    assert judges.pdfsig(signed) == [{"field": "Signature1", "intact": True, "whole": True}]


def test_a_second_signature_keeps_the_first_whole(sign_file: SignFile, trust: Path) -> None:
    first = sign_file(appearance=DIGITISER)
    second = sign_file(first, appearance=AGENCY)
    assert second.read_bytes().startswith(first.read_bytes())
    report = validate(second, anchors=[trust])
    assert report.verdict == "valid"
    assert not report.changed_after_signing
    assert [s.coverage for s in report.signatures] == ["revision", "whole"]
    said = {n.code: n.pages for n in report.signatures[0].changes_after}
    assert said.pop("later-signature") == (1,)
    assert set(said) <= {"metadata-changed"}, "the date of the update"
    assert [s["intact"] for s in judges.pdfsig(second)] == [True, True]


def test_pdfa_stays_pdfa_and_dss_passes_it(
    tmp_path: Path, sign_file: SignFile, trust: Path, make_key: MakeKey
) -> None:
    signed = [
        sign_file(sign_file(appearance=DIGITISER), appearance=AGENCY, reason="Phê duyệt"),
        sign_file(appearance=None),
        sign_file(key=make_key(algorithm="rsa"), appearance=AGENCY),
        *(sign_file(documents.turned(turn), appearance=AGENCY) for turn in (90, 180, 270)),
    ]
    assert [v["failed"] for v in judges.pdfa(signed)] == [[]] * len(signed)
    for signatures in judges.signatures(signed, trust / "root.crt"):
        assert signatures
        for signature in signatures:
            assert signature["indication"] == "TOTAL-PASSED", signature
            assert signature["level"] == "PAdES-BASELINE-B"


def test_the_mark_can_be_read_as_text(sign_file: SignFile) -> None:
    with pikepdf.open(sign_file(appearance=AGENCY)) as pdf:
        widget = pdf.pages[0].Annots[0]
        assert pikepdf.Name.Sig == widget.FT
        x0, y0, x1, y1 = (float(v) for v in widget.Rect)
    assert 595 / 2 < x0 < x1 <= 595, "top right"
    assert 842 - 20 * 72 / 25.4 <= y0 < y1 <= 842, "within the top margin of Decree 30"


def test_the_mark_stands_on_the_page_that_is_asked_for(sign_file: SignFile) -> None:
    with pikepdf.open(sign_file(appearance=Appearance("agency", "PHƯỜNG MẪU", page=2))) as pdf:
        assert "/Annots" not in pdf.pages[0]
        assert len(pdf.pages[1].Annots) == 1


def test_hybrid_and_compressed_cross_references_are_signed(
    sign_file: SignFile, trust: Path, tmp_path: Path
) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(tmp_path / "streams.pdf", object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert validate(sign_file(tmp_path / "streams.pdf"), anchors=[trust]).verdict == "valid"


def page_twice() -> bytes:
    """The list of pages names one of them twice: a later signature could not tell what was added."""
    with pikepdf.open(io.BytesIO(documents.paper(1))) as pdf:
        pdf.Root.Pages.Kids = pikepdf.Array([pdf.pages[0].obj, pdf.pages[0].obj])
        pdf.Root.Pages.Count = 2
        pdf.save(target := io.BytesIO())
    return target.getvalue()


def test_metadata_that_are_no_xml_stay_as_they_are(sign_file: SignFile, trust: Path) -> None:
    with pikepdf.open(io.BytesIO(documents.paper(1, compliance=None))) as pdf:
        broken = pdf.make_stream(b"<x:xmpmeta>", Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
        pdf.Root.Metadata = broken
        pdf.save(target := io.BytesIO(), fix_metadata_version=False)
    signed = sign_file(sign_file(target.getvalue()))
    assert validate(signed, anchors=[trust]).verdict == "valid"
    with pikepdf.open(signed) as pdf:
        assert pdf.Root.Metadata.read_bytes() == b"<x:xmpmeta>"


def test_numbers_that_are_written_as_reals_count_as_what_they_are(sign_file: SignFile, trust: Path) -> None:
    """The page of a mark is written anew, and 595.0 becomes 595."""
    with pikepdf.open(io.BytesIO(documents.paper(2))) as pdf:
        pdf.pages[0].MediaBox = pikepdf.Array([Decimal(side) for side in ("0.0", "-10.0", "595.0", "842.0")])
        pdf.pages[0].PZ = Decimal("1.0")
        pdf.save(target := io.BytesIO())
    assert b"842.0" in target.getvalue()
    on_the_other_page = sign_file(target.getvalue(), appearance=replace(AGENCY, page=2))
    report = validate(sign_file(on_the_other_page, appearance=DIGITISER), anchors=[trust])
    assert [s.indication for s in report.signatures] == ["TOTAL-PASSED", "TOTAL-PASSED"]


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "password": (documents.encrypted, "encrypted"),
    "no pdf": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(200), "not-a-pdf"),
    "empty": (lambda: b"", "not-a-pdf"),
    "cut": (lambda: documents.paper()[:500], "damaged"),
    "page twice": (page_twice, "damaged"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_signed_is_refused_and_leaves_nothing(
    name: str, tmp_path: Path, key: SigningKey
) -> None:
    make, code = REFUSED[name]
    source, target = tmp_path / "in.pdf", tmp_path / "out" / "signed.pdf"
    source.write_bytes(make())
    target.parent.mkdir()
    with pytest.raises(SigningRefused) as refused:
        sign(source, target, key, now=NOW)
    assert refused.value.code == code
    assert refused.value.vi
    assert refused.value.en
    assert list(target.parent.iterdir()) == []


def test_a_broken_signature_is_not_signed_over(sign_file: SignFile, tmp_path: Path) -> None:
    data = bytearray(sign_file().read_bytes())
    data[300] ^= 1
    with pytest.raises(SigningRefused) as refused:
        sign_file(bytes(data))
    assert refused.value.code == "unsound-signature"


FIELDMDP = catalogue.DOCMDP.replace(b"/DocMDP", b"/FieldMDP").replace(b"/P 1", b"/Action/All")


@pytest.mark.parametrize(
    ("value", "widget", "mark", "code"),
    [
        (catalogue.DOCMDP, b"", None, "certified"),
        (catalogue.DOCMDP, b"", AGENCY, "certified"),
        (b"", b"/Lock<</Type/SigFieldLock/Action/All/P 1>>", None, "certified"),
        (catalogue.DOCMDP.replace(b"/P 1", b"/P 2"), b"", AGENCY, "mark-locked"),
        (catalogue.DOCMDP.replace(b"/P 1", b"/P 2"), b"", None, None),
        (catalogue.DOCMDP.replace(b"/P 1", b""), b"", AGENCY, "mark-locked"),
        (catalogue.DOCMDP.replace(b"/P 1", b""), b"", None, None),
        (FIELDMDP, b"", AGENCY, "mark-locked"),
        (FIELDMDP, b"", None, None),
    ],
)
def test_what_an_earlier_signature_forbids_is_refused_before_the_key_is_used(
    value: bytes,
    widget: bytes,
    mark: Appearance | None,
    code: str | None,
    key: SigningKey,
    trust: Path,
    sign_file: SignFile,
    tmp_path: Path,
) -> None:
    """The signature says what it forbids; the document's permissions, where some programs look for that, do
    not name it."""
    source, used = tmp_path / "certified.pdf", Counting(key.raw)
    source.write_bytes(tables.signed(key, value=value, widget=widget).data)
    assert validate(source, anchors=[trust]).verdict == "valid"
    watched = SigningKey(key.certificate, key.chain, used)
    if code is None:
        signed = sign_file(source, key=watched, appearance=mark)
        assert validate(signed, anchors=[trust]).verdict == "valid"
        (found,) = judges.signatures([signed], trust / "root.crt")
        assert [s["indication"] for s in found] == ["TOTAL-PASSED"] * 2
        return
    with pytest.raises(SigningRefused) as refused:
        sign_file(source, key=watched, appearance=mark)
    assert (refused.value.code, used.times) == (code, 0)
    assert not list(tmp_path.glob("signed-*"))


def test_what_a_signature_of_two_signers_forbids_is_refused_too(
    issuer: Issuer, key: SigningKey, sign_file: SignFile, tmp_path: Path
) -> None:
    """Its value cannot be checked here; what it forbids stands beside that."""
    makers, used = Makers(issuer, NOW), Counting(key.raw)
    one, other = makers.ecdsa(ec.SECP256R1(), "sha256"), makers.ecdsa(ec.SECP256R1(), "sha256")
    value = Value(one, signers=lambda covered: [Value(other).signer(covered)])
    (source := tmp_path / "certified.pdf").write_bytes(document(value, value=catalogue.DOCMDP))
    with pytest.raises(SigningRefused) as refused:
        sign_file(source, key=SigningKey(key.certificate, key.chain, used))
    assert (refused.value.code, used.times) == ("certified", 0)


class Counting:
    """A key that counts how often it was used."""

    def __init__(self, key: RawSigner) -> None:
        self._key, self.times = key, 0

    def sign(self, data: bytes, mechanism: Mechanism) -> bytes:
        self.times += 1
        return self._key.sign(data, mechanism)

    def close(self) -> None:
        self._key.close()


def test_a_page_that_does_not_exist(sign_file: SignFile) -> None:
    for page in (0, 3):
        with pytest.raises(SigningRefused) as refused:
            sign_file(appearance=Appearance("agency", "PHƯỜNG MẪU", page=page))
        assert refused.value.code == "no-such-page"


def test_a_name_with_letters_that_no_font_has(sign_file: SignFile) -> None:
    with pytest.raises(SigningRefused) as refused:
        sign_file(appearance=Appearance("agency", "漢字"))
    assert refused.value.code == "letters-missing"


def test_the_certificate_must_be_in_force_and_fit(sign_file: SignFile, make_key: MakeKey) -> None:
    day = timedelta(days=1)
    cases = {
        "certificate-not-in-force": make_key(begins=NOW - 3 * day, ends=NOW - day),
        "certificate-unfit": make_key(usage="encrypt"),
    }
    for code, key in cases.items():
        with pytest.raises(SigningRefused) as refused:
            sign_file(key=key)
        assert refused.value.code == code


def test_a_key_that_does_not_belong_to_its_certificate(
    sign_file: SignFile, key: SigningKey, make_key: MakeKey
) -> None:
    other = make_key()
    with pytest.raises(SigningRefused) as refused:
        sign_file(key=SigningKey(key.certificate, key.chain, other.raw))
    assert refused.value.code == "foreign-value"


def test_two_marks_in_one_process_do_not_disturb_each_other(sign_file: SignFile, trust: Path) -> None:
    for _ in range(3):
        assert validate(sign_file(appearance=AGENCY), anchors=[trust]).verdict == "valid"


def test_a_signature_that_no_search_of_the_bytes_finds_is_judged_before_signing(
    sign_file: SignFile, tmp_path: Path
) -> None:
    data = sign_file().read_bytes().replace(b"/ByteRange [", b"/ByteRang#65[")
    assert b"/ByteRange" not in data
    with pytest.raises(SigningRefused) as refused:
        sign_file(data)
    assert refused.value.code == "unsound-signature"


def test_a_large_document_is_covered_from_its_first_byte(sign_file: SignFile, trust: Path) -> None:
    with pikepdf.open(io.BytesIO(documents.paper(1, compliance=None))) as pdf:
        pdf.Root.Attachment = pdf.make_indirect(pikepdf.Stream(pdf, random.Random(5).randbytes(5_000_000)))
        pdf.save(large := io.BytesIO())
    signed = sign_file(large.getvalue())
    assert signed.read_bytes().startswith(large.getvalue())
    assert validate(signed, anchors=[trust]).verdict == "valid"
    assert judges.pdfsig(signed) == [{"field": "Signature1", "intact": True, "whole": True}]
    changed = bytearray(signed.read_bytes())
    changed[2_500_000] ^= 1
    signed.write_bytes(changed)
    assert validate(signed, anchors=[trust]).verdict == "invalid"


@pytest.mark.parametrize("algorithm", ["rsa", "ec", "ec-384"])
@pytest.mark.parametrize("pss", [False, True])
def test_every_kind_of_key_is_read_by_programs_of_other_makes(
    algorithm: str, pss: bool, make_key: MakeKey, sign_file: SignFile, trust: Path
) -> None:
    signed = sign_file(key=make_key(algorithm=algorithm, pss=pss))
    report = validate(signed, anchors=[trust])
    assert report.verdict == "valid"
    assert report.signatures[0].algorithm is not None
    assert report.signatures[0].algorithm.digest == ("sha384" if algorithm == "ec-384" else "sha256")
    assert ("pss" in report.signatures[0].algorithm.signature) == (pss and algorithm == "rsa")
    assert judges.pdfsig(signed) == [{"field": "Signature1", "intact": True, "whole": True}]
