"""Encrypted documents as PDFBox writes them: the room for a value is encrypted, and what is empty is not."""

import io
import os
import re
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from asn1crypto import parser as asn1_parser
from pikepdf import Array, Dictionary, Name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata

from app.sample.authority import Issued, Issuer
from signing.pdf.parsing import open_pdf
from tests.signing import documents, long_lived
from tests.signing import handwritten as by_hand
from tests.signing.conftest import NOW
from tests.signing.handwritten import Written
from tests.signing.test_other_makers import Judge, judge

__all__ = ["judge"]  # a fixture

ROOM = 16_384  # hexadecimal digits
Encrypt = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def issued(issuer: Issuer) -> Issued:
    return issuer.issue(NOW, algorithm="ec")


def writing(paper: bytes) -> IncrementalPdfFileWriter:
    """As pyHanko writes, but that it leaves alone the metadata: it would encrypt what is not to be."""
    writer = IncrementalPdfFileWriter.from_reader(open_pdf(io.BytesIO(paper)))
    writer._update_meta = lambda: None  # type: ignore[method-assign]
    if writer.prev.encrypted:
        writer.encrypt("")  # type: ignore[no-untyped-call]
    return writer


def signed(
    issuer: Issuer, issued: Issued, paper: bytes, field: str = "Signature1", *, certify: bool = False
) -> bytes:
    signer = signers.SimpleSigner(
        long_lived.certificate(issued), long_lived.private_key(issued), long_lived.store_of(issuer)
    )
    metadata = PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, certify=certify
    )
    writer = writing(paper)
    target = io.BytesIO()
    signers.PdfSigner(metadata, signer).sign_pdf(writer, output=target, bytes_reserved=ROOM)
    return target.getvalue()


def encrypting(data: bytes) -> Encrypt:
    """How the strings of the object are encrypted in which the signature value stands."""
    reader = PdfFileReader(io.BytesIO(data))
    reader.decrypt("")
    place = reader.embedded_signatures[0].sig_object.container_ref
    cipher = reader.security_handler.get_string_filter()
    return lambda text: cipher.encrypt(cipher.derive_object_key(place.idnum, place.generation), text)


def with_remains(data: bytes, room: bytes) -> bytes:
    """The signature value stands at the beginning of this room."""
    reader = PdfFileReader(io.BytesIO(data))
    if reader.encrypted:
        reader.decrypt("")
    _, first, _, _ = reader.embedded_signatures[0].byte_range
    begins = int(first) + 1
    value = bytes.fromhex(data[begins : begins + ROOM].decode())
    length = asn1_parser.peek(value)
    filled = value[:length] + room[length : ROOM // 2]
    return data[:begins] + filled.hex().encode() + data[begins + ROOM :]


@pytest.mark.parametrize(
    ("room", "verdict"),
    [
        (lambda encrypt: encrypt(bytes(ROOM // 2 - 32)), "valid"),
        (lambda encrypt: encrypt(bytes(7000) + b"900" * 386 + b"90"), "undetermined"),
        (lambda encrypt: encrypt(bytes(ROOM // 2 - 33) + b"9"), "undetermined"),
        (lambda _: os.urandom(ROOM // 2), "undetermined"),
    ],
    ids=["zeros", "other text", "one byte", "anything"],
)
def test_encrypted_remains(
    room: Callable[[Encrypt], bytes], verdict: str, issuer: Issuer, issued: Issued, judge: Judge
) -> None:
    data = signed(issuer, issued, documents.encrypted(""))
    assert judge(data)[0] == "valid"
    found, codes = judge(with_remains(data, room(encrypting(data))))
    assert (found, "gap-not-empty" in codes) == (verdict, verdict != "valid"), codes


def test_the_same_remains_in_a_document_that_is_not_encrypted(
    issuer: Issuer, issued: Issued, judge: Judge
) -> None:
    encrypt = encrypting(signed(issuer, issued, documents.encrypted("")))
    data = signed(issuer, issued, documents.paper(1, compliance=None))
    found, codes = judge(with_remains(data, encrypt(bytes(ROOM // 2 - 32))))
    assert (found, "gap-not-empty" in codes) == ("undetermined", True)


# --- what is empty


def with_an_empty_picture(raw: bytes) -> bytes:
    """An encrypted form; what stands for the picture of its field are these bytes, as they are."""
    with pikepdf.open(io.BytesIO(documents.paper(1, compliance=None))) as pdf:
        picture = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9], Here=True)
        place = Array([300, 20, 309, 29])
        field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="o_trong", F=4, Rect=place)
        field.AP = Dictionary(N=picture)
        field = pdf.make_indirect(field)
        pdf.pages[0].Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
        target = io.BytesIO()
        encryption = pikepdf.Encryption(owner="owner", user="")
        pdf.save(target, encryption=encryption, compress_streams=False)
    data = target.getvalue()
    found = re.search(rb"/Here true[^>]*?/Length (32) .*?stream\n(.{32}\nendstream)", data, re.DOTALL)
    assert found, "encrypted, nothing has 32 bytes"
    written = (raw + b"\nendstream").ljust(len(found[2]))
    data = data[: found.start(2)] + written + data[found.end(2) :]
    return data[: found.start(1)] + b"%-2d" % len(raw) + data[found.end(1) :]


@pytest.mark.parametrize(("raw", "verdict"), [(b"", "valid"), (b"9", "invalid"), (bytes(17), "invalid")])
def test_what_is_empty_and_what_cannot_be_decrypted(
    raw: bytes, verdict: str, issuer: Issuer, issued: Issued, judge: Judge
) -> None:
    """Of a picture that nobody can decrypt it cannot be said that it stayed."""
    once = signed(issuer, issued, with_an_empty_picture(raw))
    found, codes = judge(signed(issuer, issued, once, "Signature2"))
    assert (found, "change-unreadable" in codes) == (verdict, verdict == "invalid"), codes


# --- metadata that are not encrypted

PACKET = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:title="%s"/>'
    b"</rdf:RDF></x:xmpmeta>"
)


def with_plain_metadata(*, aes: bool) -> bytes:
    """Encrypted but for its metadata, which catalogues read (EncryptMetadata)."""
    how = pikepdf.Encryption(owner="owner", user="", metadata=False, R=6 if aes else 4, aes=aes)
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(documents.paper(1, compliance=None))) as pdf:
        pdf.Root.Metadata = pdf.make_stream(PACKET % b"Cu", Type=Name.Metadata, Subtype=Name.XML)
        pdf.save(target, encryption=how, compress_streams=False)
    assert b"purl.org/dc" in target.getvalue()
    return target.getvalue()


@pytest.mark.parametrize("aes", [True, False])
def test_metadata_that_are_not_encrypted(aes: bool, issuer: Issuer, issued: Issued, judge: Judge) -> None:
    once = signed(issuer, issued, with_plain_metadata(aes=aes))
    found, codes = judge(signed(issuer, issued, once, "Signature2"))
    assert found == "valid", codes


@pytest.mark.parametrize(
    ("certify", "packed", "verdict"),
    [(False, True, "valid"), (True, True, "invalid"), (True, False, "invalid")],
)
def test_another_title_in_metadata_that_are_not_encrypted(
    certify: bool, packed: bool, verdict: str, issuer: Issuer, issued: Issued, judge: Judge
) -> None:
    once = signed(issuer, issued, with_plain_metadata(aes=True), certify=certify)
    place, number, key, identity = (
        re.findall(pattern, once)[-1]
        for pattern in (rb"startxref\s+(\d+)", rb"/Metadata (\d+) 0", rb"/Encrypt \d+ 0 R", rb"/ID \[[^]]*\]")
    )
    said, text = b"/Type/Metadata/Subtype/XML", PACKET % b"Moi"
    flat = by_hand.stream(zlib.compress(text), said + b"/Filter/FlateDecode")
    packet = flat if packed else by_hand.stream(text, said)
    before = Written(once, int(place), 100)
    found, codes = judge(by_hand.updated(before, {int(number): packet}, trailer=key + identity).data)
    assert (found, "title-changed" in codes) == (verdict, True), codes
