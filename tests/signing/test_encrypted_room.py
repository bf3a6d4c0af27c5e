"""An encrypted document whose maker encrypts the room for a signature value, too; and other remains there."""

import io
import os
from collections.abc import Callable

import pytest
from asn1crypto import parser as asn1_parser
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata

from app.sample.authority import Issued, Issuer
from tests.signing import documents, long_lived
from tests.signing.conftest import NOW
from tests.signing.test_other_makers import Judge, judge

__all__ = ["judge"]  # a fixture

ROOM = 16_384  # hexadecimal digits
Encrypt = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def issued(issuer: Issuer) -> Issued:
    return issuer.issue(NOW, algorithm="ec")


def signed(issuer: Issuer, issued: Issued, paper: bytes) -> bytes:
    signer = signers.SimpleSigner(
        long_lived.certificate(issued), long_lived.private_key(issued), long_lived.store_of(issuer)
    )
    metadata = PdfSignatureMetadata(
        field_name="Signature1", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(paper))
    if writer.prev.encrypted:
        writer.encrypt("")
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
