"""Attacks inside of the signature value, the CMS object (RFC 5652)."""

import asyncio
import io
from typing import Any

from asn1crypto import cms
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.keys.signing_key import SigningKey
from tests.signing.attacks.signed_range import range_of

ROOM = 30_000  # hex digits, enough for a timestamp
SIGNING_CERTIFICATE = {"signing_certificate", "signing_certificate_v2"}


class KeySigner(Signer):
    """A signing key in the shape that pyHanko asks for: our own signer makes no such signatures."""

    def __init__(self, key: SigningKey) -> None:
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        registry.register_multiple(key.chain)
        super().__init__(signing_cert=key.certificate, cert_registry=registry, embed_roots=False)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        assert digest_algorithm == self._key.mechanism.digest
        return bytes(self._key.signature_bytes) if dry_run else self._key.sign(data)


def value(data: bytes) -> cms.ContentInfo:
    _, first, second, _ = range_of(data)
    return cms.ContentInfo.load(bytes.fromhex(data[first + 1 : second - 1].decode()))


def with_value(data: bytes, signature: cms.ContentInfo) -> bytes:
    """The document with another signature value in the room left for it."""
    _, first, second, _ = range_of(data)
    digits = signature.dump(force=True).hex().encode()
    room = second - first - 2
    assert len(digits) <= room
    return data[: first + 1] + digits.ljust(room, b"0") + data[second - 1 :]


def other_document(data: bytes, key: SigningKey) -> bytes:
    """A signature over another PDF, which the signature value itself brings."""
    signer = KeySigner(key)
    other = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    made = asyncio.run(signer.async_sign_general_data(other, "sha256", detached=False))
    return with_value(data, made)


def no_signing_certificate(data: bytes, key: SigningKey) -> bytes:
    """The attribute that binds the certificate (RFC 5035) left out, and all signed anew."""
    signature = value(data)
    signer = signature["content"]["signer_infos"][0]
    kept = [a for a in signer["signed_attrs"] if a["type"].native not in SIGNING_CERTIFICATE]
    signer["signed_attrs"] = cms.CMSAttributes(kept)
    signer["signature"] = key.sign(signer["signed_attrs"].untag().dump())
    return with_value(data, signature)


def copied_timestamp(data: bytes, stamper: TimeStamper) -> bytes:
    """The timestamp of another signature."""
    token = asyncio.run(stamper.async_timestamp(bytes(32), "sha256"))
    signature = value(data)
    signer = signature["content"]["signer_infos"][0]
    signer["unsigned_attrs"] = cms.CMSAttributes(
        [cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [token]})]
    )
    return with_value(data, signature)


def roomy(source: bytes, key: SigningKey) -> bytes:
    """A signed document with more room for its signature value than that needs, as most programs leave."""
    return _signed(source, key)


def certified(source: bytes, key: SigningKey, level: int) -> bytes:
    """A document that its author certified (DocMDP), with changes allowed up to `level`."""
    return _signed(source, key, certify=True, docmdp_permissions=MDPPerm(level))


def _signed(source: bytes, key: SigningKey, **more: Any) -> bytes:
    metadata = PdfSignatureMetadata(
        field_name="Signature1", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, **more
    )
    target = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(source))
    signer = PdfSigner(metadata, KeySigner(key))
    asyncio.run(signer.async_sign_pdf(writer, output=target, bytes_reserved=ROOM))
    return target.getvalue()
