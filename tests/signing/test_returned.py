"""What comes back from a signing program must be what went out, with one signature and nothing else."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from PIL import Image
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.stamp import TextStampStyle

from app.sample.authority import Issued, Issuer
from signing import returned
from signing.keys.references import SigningKey
from signing.marks.appearance import Appearance
from signing.refusals import SigningRefused
from tests.signing import documents
from tests.signing import handwritten as by_hand
from tests.signing.attacks import catalogue, tables, updates
from tests.signing.conftest import NOW, PASSPHRASE, MakeKey, SignFile

MARK = Appearance("person", "Nguyễn Thị Ẩn Đường")


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    path = tmp_path / "sent.pdf"
    path.write_bytes(documents.paper())
    return path


def by_another_program(
    source: Path,
    issued: Issued,
    box: tuple[int, int, int, int] | None = None,
    style: TextStampStyle | None = None,
) -> Path:
    """Signed as programs sign that ask nobody: with any certificate, and the mark anywhere."""
    bundle = pkcs12.serialize_key_and_certificates(
        None, issued.key, issued.certificate, None, BestAvailableEncryption(PASSPHRASE.encode())
    )
    signer = signers.SimpleSigner.load_pkcs12_data(bundle, [], PASSPHRASE.encode())
    target = source.with_name("by-another.pdf")
    with source.open("rb") as stream, target.open("wb") as output:
        PdfSigner(
            PdfSignatureMetadata(field_name="Ky1", subfilter=SigSeedSubFilter.PADES),
            signer,
            new_field_spec=SigFieldSpec("Ky1", box=box),
            stamp_style=style,
        ).sign_pdf(IncrementalPdfFileWriter(stream, strict=False), output=output)
    return target


def refused(sent: Path, came: Path) -> str:
    with pytest.raises(SigningRefused) as error:
        returned.check_after(sent, came, NOW)
    assert error.value.vi
    return error.value.code


@pytest.mark.parametrize("mark", [None, MARK])
def test_the_document_with_one_signature_is_taken(
    sent: Path, sign_file: SignFile, mark: Appearance | None
) -> None:
    returned.check_before(sent)
    found = returned.check_after(sent, sign_file(sent, appearance=mark), NOW)
    assert (found.signer, found.level, found.field) == ("Nguyễn Văn Mẫu", "B-B", "Signature1")


@pytest.mark.parametrize(("level", "code"), [(1, "certified"), (2, "mark-locked")])
def test_what_an_earlier_signature_forbids_does_not_go_out(
    level: int, code: str, sent: Path, key: SigningKey
) -> None:
    sent.write_bytes(tables.signed(key, value=catalogue.DOCMDP.replace(b"/P 1", b"/P %d" % level)).data)
    with pytest.raises(SigningRefused) as error:
        returned.check_before(sent)
    assert error.value.code == code


def test_a_second_signature_is_taken_too(sent: Path, sign_file: SignFile) -> None:
    first = sign_file(sent, appearance=MARK)
    returned.check_before(first)
    second = sign_file(first, appearance=Appearance("agency", "ỦY BAN NHÂN DÂN PHƯỜNG MẪU"))
    assert returned.check_after(first, second, NOW).field == "Signature2"
    assert refused(sent, second) == "not-one-signature"


def test_a_signature_of_another_make_is_taken(sent: Path, issuer: Issuer) -> None:
    came = by_another_program(sent, issuer.issue(NOW, algorithm="ec"), (60, 20, 260, 60))
    assert returned.check_after(sent, came, NOW).field == "Ky1"


def _by_hand(sent: Path, key: SigningKey, field: Callable[[int], dict[int, bytes]]) -> Path:
    """Signed with the field that `field` writes, from this object number on."""
    before, held = by_hand.document(), by_hand.base()
    sent.write_bytes(before.data)
    objects = by_hand.signing(before.size, held) | field(before.size)
    came = sent.with_name("by-hand.pdf")
    came.write_bytes(by_hand.signed(key, by_hand.updated(before, objects)).data)
    return came


def _inline(number: int) -> dict[int, bytes]:
    body = by_hand.field_of(number + 1)
    return {
        number: body.replace(b"%d 0 R>>" % (number + 1), by_hand.signature() + b">>"),
        number + 1: b"null",
    }


def _nested(number: int) -> dict[int, bytes]:
    held = {
        number: b"<</T(Ky)/Kids[%d 0 R]>>" % (number + 2),
        number + 2: by_hand.entry(by_hand.field_of(number + 1, "So1"), b"/Parent %d 0 R" % number),
    }
    page = by_hand.entry(by_hand.base()[3], b"/Annots[%d 0 R]" % (number + 2))
    return held | {3: page}


def _beneath_no_name(number: int) -> dict[int, bytes]:
    return {n: body.replace(b"/T(Ky)", b"") for n, body in _nested(number).items()}


def _kind_above(number: int) -> dict[int, bytes]:
    held = _nested(number)
    held[number + 2] = held[number + 2].replace(b"/T(So1)", b"").replace(b"/FT/Sig", b"")
    return held | {number: by_hand.entry(held[number], b"/FT/Sig")}


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (_inline, "Signature1"),
        (_nested, "Ky.So1"),
        (_beneath_no_name, "So1"),
        (_kind_above, "Ky"),
    ],
)
def test_a_field_in_another_shape(
    field: Callable[[int], dict[int, bytes]], name: str, sent: Path, key: SigningKey
) -> None:
    came = _by_hand(sent, key, field)
    found = returned.check_after(sent, came, NOW)
    assert (found.field, found.signer) == (name, "Nguyễn Văn Mẫu")


def test_another_file_is_refused(sent: Path, sign_file: SignFile, tmp_path: Path) -> None:
    assert refused(sent, sent) == "not-continued"
    assert refused(sent, sign_file(documents.paper(1))) == "not-continued"
    anew = tmp_path / "anew.pdf"
    with pikepdf.open(sent) as pdf:
        pdf.save(anew)
    assert refused(sent, sign_file(anew)) == "not-continued"
    empty = tmp_path / "empty.pdf"
    empty.write_bytes(b"")
    assert refused(sent, empty) == "not-continued"


def test_rubbish_after_the_document_is_refused(sent: Path, tmp_path: Path) -> None:
    came = tmp_path / "came.pdf"
    came.write_bytes(sent.read_bytes() + b"\n% nothing signed\n")
    assert refused(sent, came) == "not-one-signature"


@pytest.mark.parametrize(
    "change",
    [
        updates.paint_over,
        updates.empty_content,
        updates.replace_font,
        updates.annotate("FreeText"),
        updates.annotate("Highlight"),
    ],
)
def test_what_was_changed_before_it_was_signed_is_refused(
    sent: Path, issuer: Issuer, change: Callable[[IncrementalPdfFileWriter], None]
) -> None:
    """The signature covers it all and is sound: only the comparison with what was sent can tell."""
    other = sent.with_name("other.pdf")
    other.write_bytes(updates.updated(sent.read_bytes(), change))
    came = by_another_program(other, issuer.issue(NOW, algorithm="ec"))
    assert refused(sent, came) == "something-else-added"


def test_a_mark_that_hides_what_is_written_is_refused(sent: Path, issuer: Issuer) -> None:
    issued = issuer.issue(NOW, algorithm="ec")
    over_text = (60, 600, 540, 800)
    clear = by_another_program(sent, issued, over_text, TextStampStyle(stamp_text="KY", background=None))
    assert returned.check_after(sent, clear, NOW).field == "Ky1"
    white = PdfImage(Image.new("RGB", (480, 200), "white"))
    opaque = TextStampStyle(stamp_text=" ", background=white, background_opacity=1.0)
    assert refused(sent, by_another_program(sent, issued, over_text, opaque)) == "something-else-added"


def test_an_unsound_signature_is_refused(sent: Path, sign_file: SignFile) -> None:
    came = sign_file(sent)
    data = bytearray(came.read_bytes())
    at = data.rindex(b"/Contents <") + 2400
    data[at] = ord("0") if data[at] != ord("0") else ord("1")
    came.write_bytes(data)
    assert refused(sent, came) == "returned-unsound"
    came = sign_file(sent)
    came.write_bytes(came.read_bytes() + b"\n% more\n")
    assert refused(sent, came) == "returned-unsound"


def test_the_certificate_must_be_in_force_and_meant_for_it(
    sent: Path, sign_file: SignFile, make_key: MakeKey, issuer: Issuer
) -> None:
    past = NOW - timedelta(days=30)
    expired = make_key(begins=past, ends=NOW - timedelta(days=10))
    came = sign_file(sent, key=expired, now=NOW - timedelta(days=20))
    assert refused(sent, came) == "certificate-not-in-force"
    unfit = by_another_program(sent, issuer.issue(NOW, algorithm="ec", usage="encrypt"))
    assert refused(sent, unfit) == "certificate-unfit"


def test_what_may_show_otherwise_is_not_sent_out(tmp_path: Path, sign_file: SignFile) -> None:
    signed = sign_file()
    data = bytearray(signed.read_bytes())
    data[data.index(b"endobj") - 4] ^= 1
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(data)
    hidden = tmp_path / "hidden.pdf"
    hidden.write_bytes(documents.encrypted())
    for source, code in ((broken, "unsound-signature"), (hidden, "encrypted")):
        with pytest.raises(SigningRefused) as error:
            returned.check_before(source)
        assert error.value.code == code
