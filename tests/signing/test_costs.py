"""Small files that were made to be slow: what they ask for grows with their size and no faster."""

import mmap
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from asn1crypto import x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pikepdf import Array, Dictionary, Name, Pdf

from app.sample.authority import Issued, Issuer
from signing.keys.references import SigningKey
from signing.pki.paths import Paths
from signing.pki.trust import Trust
from signing.refusals import SigningRefused
from signing.shown import drawn_letters, unseen_text
from signing.shown.paint import painted
from signing.shown.presentation import check
from signing.steps.leftovers import removed
from tests.signing import handwritten as by_hand
from tests.signing.attacks import tables
from tests.signing.conftest import NOW
from tests.signing.test_presentation import spoilt


def _seconds_for(source: Path) -> float:
    begun = time.process_time()
    with source.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        assert not list(removed(data, []))
    return time.process_time() - begun


def test_what_begins_as_a_value_and_has_no_end(tmp_path: Path) -> None:
    source = tmp_path / "values.pdf"
    source.write_bytes((b"<3082" + b"00" * 100 + b"\n") * 100_000 + b">")
    assert _seconds_for(source) < 10


def test_many_values_and_many_ends(key: SigningKey, tmp_path: Path) -> None:
    once = tables.signed(key).data
    first = once.rindex(b"/Contents <") + len(b"/Contents ")
    value = once[first : once.index(b">", first)].rstrip(b"0") + b"00>"
    source = tmp_path / "ends.pdf"
    source.write_bytes(b"%PDF-1.7\n" + value * 300 + b"%%EOF\n" * 5000)
    assert _seconds_for(source) < 2


def memberships(pdf: Pdf) -> None:
    """Layers that are made of the same two layers, again and again."""
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String("Lớp")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary())
    for _ in range(60):
        layer = pdf.make_indirect(Dictionary(Type=Name.OCMD, OCGs=Array([layer, layer])))
    pdf.pages[0].Resources.Properties = Dictionary(L=layer)


@pytest.mark.timeout(60)
def test_layers_of_layers(tmp_path: Path) -> None:
    source = tmp_path / "layers.pdf"
    source.write_bytes(spoilt(memberships))
    check(source)


@pytest.mark.timeout(60)
def test_a_table_that_claims_to_be_long(tmp_path: Path) -> None:
    held = by_hand.base()
    held[3] = by_hand.entry(held[3], b"/Tabs/S/Tabs/S")
    data = by_hand.updated(by_hand.Written(by_hand.HEAD), held).data
    source = tmp_path / "long.pdf"
    source.write_bytes(data.replace(b"/Size 6", b"/Size 80000000"))
    with pytest.raises(SigningRefused) as refused:
        check(source)
    assert refused.value.code == "font-not-embedded"


def test_a_long_word(tmp_path: Path) -> None:
    held = by_hand.base()
    held[4] = by_hand.stream(b"BT /F1 1 Tf (%s) Tj ET" % (b"8" * 30_000))
    with pdfium.PdfDocument(by_hand.updated(by_hand.Written(by_hand.HEAD), held).data) as opened:
        page = opened[0]
        (text,) = painted(page)
        reading = page.get_textpage()
        found = drawn_letters.letters(reading, {text.handle: text})
        begun = time.process_time()
        assert drawn_letters.words(reading, found) == "8" * 30_000
        assert time.process_time() - begun < 3


@pytest.mark.parametrize(
    "dot", [b"%d %d 1 1 re f", b"BT /F1 1 Tf %d %d Td (.) Tj ET"], ids=["shapes", "text"]
)
def test_a_page_of_dots(dot: bytes, tmp_path: Path) -> None:
    """Each of them was held against every other one: a minute for as many as a map has."""
    held = by_hand.base()
    drawn = b" ".join(dot % (20 + 3 * column, 20 + 4 * row) for column in range(180) for row in range(200))
    held[4] = by_hand.stream(by_hand.CONTENT + b" " + drawn)
    source = tmp_path / "dots.pdf"
    source.write_bytes(by_hand.updated(by_hand.Written(by_hand.HEAD), held).data)
    begun = time.process_time()
    assert unseen_text.find(source) is None
    assert time.process_time() - begun < 20


HIDDEN = b"q BT /F1 12 Tf 1 1 1 rg 72 400 Td (100.000) Tj ET Q "


def many_dots(pdf: Pdf) -> None:
    """More than is looked through, and then text in the colour of the paper."""
    pdf.pages[1].contents_add(b"0 0 1 1 re f " * 200_001 + HIDDEN)


def many_dots_in_forms(pdf: Pdf) -> None:
    said = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 600, 800])
    dots = pdf.make_stream(b"0 0 1 1 re f " * 500, said)
    pdf.pages[1].Resources.XObject = Dictionary(D=dots)
    pdf.pages[1].contents_add(b"/D Do " * 401 + HIDDEN)


def deep_forms(pdf: Pdf) -> None:
    """The text is in a form within more forms than are entered."""
    said = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 600, 800])
    inner = pdf.make_stream(HIDDEN, said)
    inner.Resources = Dictionary(Font=pdf.pages[1].Resources.Font)
    for _ in range(13):
        outer = pdf.make_stream(b"/I Do", said)
        outer.Resources = Dictionary(XObject=Dictionary(I=inner))
        inner = outer
    pdf.pages[1].Resources.XObject = Dictionary(I=inner)
    pdf.pages[1].contents_add(b"/I Do")


@pytest.mark.parametrize("spoil", [many_dots, many_dots_in_forms, deep_forms])
def test_a_page_that_cannot_be_looked_through_is_not_signed(
    spoil: Callable[[Pdf], None], tmp_path: Path
) -> None:
    """It had passed as far as it was looked at."""
    source = tmp_path / "much.pdf"
    source.write_bytes(spoilt(spoil))
    begun = time.process_time()
    with pytest.raises(SigningRefused, match="Page 2 draws too many") as refused:
        check(source)
    assert refused.value.code == "too-much"
    assert time.process_time() - begun < 20


def test_many_signers_beside_many_certificates(issuer: Issuer) -> None:
    """For each signer all certificates were looked at, the five hundred that a store may bring."""
    root, issuing = _read(issuer.root), _read(issuer.issuing)
    signers = [_read(issuer.issue(NOW, algorithm="ec")) for _ in range(321)]
    found, paths = [issuing, *signers], Paths(Trust(anchors=(root,)))
    begun = time.process_time()
    assert paths.build(signers[0], found, NOW).anchor is root
    first = time.process_time() - begun
    begun = time.process_time()
    for signer in signers[1:21]:
        assert paths.build(signer, found, NOW).anchor is root
    assert time.process_time() - begun < 8 * first, "of 20 times"


def test_many_certificates_of_one_key(issuer: Issuer) -> None:
    """Each may have issued each other: a dozen of them made more ways than could be gone in a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    ring, leaf = (
        pyca.Name([pyca.NameAttribute(pyca.NameOID.COMMON_NAME, name)]) for name in ("Vong", "Nguoi")
    )

    def made(subject: pyca.Name, number: int) -> x509.Certificate:
        builder = pyca.CertificateBuilder(subject, ring, key.public_key(), number)
        builder = builder.not_valid_before(NOW).not_valid_after(NOW + timedelta(days=9))
        is_authority = pyca.BasicConstraints(ca=subject is not leaf, path_length=None)
        signed = builder.add_extension(is_authority, critical=True).sign(key, hashes.SHA256())
        return x509.Certificate.load(signed.public_bytes(Encoding.DER))

    found = [_read(issuer.issuing), *(made(ring, number) for number in range(1, 200))]
    paths = Paths(Trust(anchors=(root := _read(issuer.root),)))
    begun = time.process_time()
    assert paths.build(made(leaf, 200), found, NOW).problem == "no-chain"
    assert paths.build(_read(issuer.issue(NOW, algorithm="ec")), found, NOW).anchor is root
    assert time.process_time() - begun < 10


def _read(issued: Issued) -> x509.Certificate:
    return x509.Certificate.load(issued.certificate.public_bytes(Encoding.DER))
