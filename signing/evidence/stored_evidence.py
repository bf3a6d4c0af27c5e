"""Certificates and revocation data that came inside a document. They help; nothing in them is trusted."""

import mmap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.generic import ArrayObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.rw_common import PdfHandler
from pyhanko.sign.general import find_unique_cms_attribute
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.pdf.document import Identity, identity, items, value_of
from signing.pdf.parsing import GIVES_UP, PARSE_ERRORS, open_version
from signing.pdf.signed_bytes import gap, parse_range
from signing.pdf.versions import Reader

MAXIMUM_OBJECTS = 500  # a long-lived document with 25 signatures holds about 100


@dataclass
class StoredEvidence:
    """What a document brings. Who is spoken of is read once, so nothing is added after that was asked."""

    has_store: bool = False
    certificates: list[x509.Certificate] = field(default_factory=list)
    crls: list[bytes] = field(default_factory=list)
    ocsps: list[bytes] = field(default_factory=list)

    @property
    def all(self) -> list[bytes]:
        """Revocation lists and OCSP responses."""
        return [*self.crls, *self.ocsps]

    def speaks_of(self, certificate: x509.Certificate) -> bool:
        """Is there any that names this certificate, or is a list of its issuer? Unchecked."""
        return certificate.issuer in self._authors or certificate.serial_number in self._numbers

    @cached_property
    def _authors(self) -> list[x509.Name]:
        """Of revocation lists."""
        return list({name.dump(): name for der in self.crls for name in _issuers(der)}.values())

    @cached_property
    def _numbers(self) -> set[int]:
        """Of the certificates that OCSP responses name."""
        return {number for der in self.ocsps for number in _numbers(der)}


def of_document(reader: PdfFileReader, signatures: Sequence[EmbeddedPdfSignature]) -> StoredEvidence:
    """What the security store (DSS) of a document and these signatures bring."""
    found = StoredEvidence()
    _read_store(reader, found)
    for signature in signatures:
        _read_archival(signature, found)
    for earlier in _earlier_stores(reader, signatures):
        _add(found, earlier)
    return found


def _earlier_stores(
    reader: PdfFileReader, signatures: Sequence[EmbeddedPdfSignature]
) -> Iterator[StoredEvidence]:
    """The stores that stood in the signed versions, where one held what the present one has not: some makers
    write a new one for each signature."""
    present = _held(reader)
    for revision in sorted({s.signed_revision for s in signatures} - {reader.xrefs.total_revisions - 1}):
        try:
            earlier = reader.get_historical_resolver(revision)
            if not _held(earlier) - present:
                continue
        except PARSE_ERRORS:
            continue
        _read_store(earlier, found := StoredEvidence())
        yield found


def _held(handler: PdfHandler) -> set[Identity | None]:
    """The objects that the store of a version lists."""
    try:
        store = value_of(handler.root, "/DSS", {})
        lists = [items(value_of(store, key, ArrayObject())) for key in ("/Certs", "/CRLs", "/OCSPs")]
    except PARSE_ERRORS:
        return set()
    return {identity(one) for held in lists for one in held}


def _add(found: StoredEvidence, other: StoredEvidence) -> None:
    """What the one has not yet."""
    found.has_store = found.has_store or other.has_store
    for mine, others in ((found.crls, other.crls), (found.ocsps, other.ocsps)):
        held = set(mine)
        mine += [der for der in others if der not in held]
    known = {certificate.dump() for certificate in found.certificates}
    found.certificates += [c for c in other.certificates if c.dump() not in known]


def of_version(
    whole: Reader,
    data: bytes | mmap.mmap,
    version: tuple[int, int],
    signatures: Sequence[EmbeddedPdfSignature],
) -> StoredEvidence:
    """What a version of the document `data` brings, told by its end and its last update; of `signatures`
    those that stand in it by their bytes."""
    end, revision = version
    within = [one for one in signatures if _stands_in(data, end, one)]
    try:
        return of_document(open_version(whole, data, end, revision), within)
    except GIVES_UP:
        return StoredEvidence()


def _stands_in(data: bytes | mmap.mmap, end: int, signature: EmbeddedPdfSignature) -> bool:
    """Is its value in the first `end` bytes, where it says to leave it out?"""
    try:
        covered = parse_range([int(v) for v in signature.byte_range], end)
        return covered is not None and gap(data, covered) == signature.pkcs7_content
    except PARSE_ERRORS:
        return False


def inside(signature: EmbeddedPdfSignature) -> StoredEvidence:
    """What one signature brings."""
    found = StoredEvidence()
    _read_archival(signature, found)
    return found


def _issuers(der: bytes) -> list[x509.Name]:
    """The issuer of a revocation list."""
    try:
        return [crl.CertificateList.load(der).issuer]
    except PARSE_ERRORS:
        return []


def _numbers(der: bytes) -> list[int]:
    """Those of the certificates that an OCSP response names."""
    try:
        answers = ocsp.OCSPResponse.load(der).response_data["responses"]
        return [answer["cert_id"]["serial_number"].native for answer in answers]
    except PARSE_ERRORS:
        return []


def _read_store(handler: PdfHandler, found: StoredEvidence) -> None:
    try:
        if "/DSS" not in handler.root:
            return
        found.has_store = True
        store = DocumentSecurityStore.read_dss(handler=handler)
        found.crls += _contents(store.crls)
        found.ocsps += _contents(store.ocsps)
        # pyHanko keeps one of those that have the same name and number
        for der in _contents(value_of(handler.root["/DSS"], "/Certs", ())):
            certificate = x509.Certificate.load(der)
            certificate.subject.native  # noqa: B018 (asn1crypto reads late; a fault must show here)
            found.certificates.append(certificate)
    except PARSE_ERRORS:
        return


def _read_archival(signature: EmbeddedPdfSignature, found: StoredEvidence) -> None:
    """Adobe's own attribute for revocation data inside a signature."""
    try:
        attributes = signature.signer_info["signed_attrs"]
        archival = find_unique_cms_attribute(attributes, "adobe_revocation_info_archival")
        found.crls += [c.dump() for c in archival["crl"] or ()]
        found.ocsps += [o.dump() for o in archival["ocsp"] or ()]
    except PARSE_ERRORS:
        return


def _contents(streams: Iterable[Any]) -> Iterator[bytes]:
    for number, stream in enumerate(streams):
        if number >= MAXIMUM_OBJECTS:
            return
        yield stream.get_object().data
