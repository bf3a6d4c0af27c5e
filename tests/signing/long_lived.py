"""Signatures at B-T, B-LT and B-LTA as another maker writes them: pyHanko, with clocks that stand."""

import io
from collections.abc import Sequence
from datetime import datetime

from asn1crypto import crl, keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfTimeStamper
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.sample.authority import Issued, Issuer
from tests.signing import documents


def certificate(issued: Issued) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(issued.certificate.public_bytes(Encoding.DER))


def private_key(issued: Issued) -> keys.PrivateKeyInfo:
    return keys.PrivateKeyInfo.load(
        issued.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    )


def store_of(issuer: Issuer) -> SimpleCertificateStore:
    store = SimpleCertificateStore()
    store.register_multiple([certificate(issuer.issuing)])
    return store


def authority(issuer: Issuer, issued: Issued, at: datetime) -> DummyTimeStamper:
    """A timestamp authority whose clock stands at `at`."""
    return DummyTimeStamper(
        tsa_cert=certificate(issued),
        tsa_key=private_key(issued),
        certs_to_embed=store_of(issuer),
        fixed_dt=at,
    )


def sign(issuer: Issuer, issued: Issued, stamper: DummyTimeStamper, at: datetime) -> bytes:
    """A B-T signature."""
    signer = signers.SimpleSigner(certificate(issued), private_key(issued), store_of(issuer))
    metadata = PdfSignatureMetadata(
        field_name="Signature1", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(documents.paper(1)))
    target = io.BytesIO()
    signers.PdfSigner(metadata, signer, timestamper=stamper).sign_pdf(writer, output=target)
    return target.getvalue()


def store(data: bytes, issuer: Issuer, lists: Sequence[bytes]) -> bytes:
    """The document with revocation lists in its security store: B-LT."""
    target = io.BytesIO(data)
    DocumentSecurityStore.add_dss(
        target,
        None,
        certs=[certificate(issuer.issuing), certificate(issuer.root)],
        crls=[crl.CertificateList.load(one) for one in lists],
    )
    return target.getvalue()


def archive(data: bytes, stamper: DummyTimeStamper) -> bytes:
    """The document with a document timestamp after it: B-LTA."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    target = io.BytesIO()
    PdfTimeStamper(stamper).timestamp_pdf(writer, "sha256", output=target)
    return target.getvalue()
