"""The version of a document that was signed: the bytes of a file up to the end of what a signature covers."""

import io
import mmap
from pathlib import Path

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.cms import signed_data
from signing.cms.signature_values import digest_name
from signing.pdf import signature_fields
from signing.pdf.parsing import GIVES_UP, open_pdf
from signing.pdf.signed_bytes import Digests, SignedRange, gap, parse_range
from signing.steps.examination import WITHIN

NO_VERSION = "no-signed-version"  # the signature is there, and what it signed cannot be told apart


class NoSignedVersion(Exception):
    """A signed version that cannot be given: says why and what to do."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} — {en}")
        self.code = code
        self.vi = vi
        self.en = en


def signed_length(source: Path, field: str) -> int:
    """How many bytes from the start of the file are the version that the signature in `field` covers.

    These bytes are a PDF of their own, in which that signature covers everything and its digest agrees.
    Raises NoSignedVersion.
    """
    try:
        with source.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            covered = _covered(_signature(open_pdf(stream), field, len(data)), data)
            _check_alone(data[: covered.end], field)
            return covered.end
    except GIVES_UP as error:
        raise unsound() from error


def _signature(reader: PdfFileReader, field: str, size: int) -> EmbeddedPdfSignature:
    found = signature_fields.collect(reader, size)
    for name, embedded in found.opened:
        if name == field:
            return embedded
    if any(report.field == field for report in found.broken):
        raise unsound()
    raise NoSignedVersion(
        "no-such-signature",
        f"Tệp không có chữ ký nào tên «{field}». Hãy lấy tên trường từ báo cáo kiểm tra của chính tệp này.",
        f"The file has no signature named “{field}”. Take the field from the report on this very file.",
    )


def _covered(embedded: EmbeddedPdfSignature, data: mmap.mmap | bytes) -> SignedRange:
    covered = parse_range([int(v) for v in embedded.byte_range], len(data))
    if covered is None or gap(data, covered) is None:
        raise unsound()
    return covered


def _check_alone(version: bytes, field: str) -> None:
    """The version stands without what came after it, and is what was signed."""
    embedded = _signature(open_pdf(io.BytesIO(version)), field, len(version))
    covered = _covered(embedded, version)
    if covered.end != len(version) or not _agrees(embedded, Digests(version), covered):
        raise unsound()


def _agrees(embedded: EmbeddedPdfSignature, digests: Digests, covered: SignedRange) -> bool:
    """Whether the digest of the covered bytes is the one in the signature; or whether its value is right,
    where that is over the bytes themselves."""
    within = embedded.sig_object.get("/SubFilter") == WITHIN
    bound = signed_data.bound(embedded.signed_data, within=within)
    if bound is not None:
        return digests.covered(bound[1], covered) == bound[0]
    signer_info, signer = embedded.signer_info, signed_data.certificates_of(embedded.signed_data).signer_cert
    digest = digests.covered(digest_name(signer_info["digest_algorithm"]), covered)
    return all(signed_data.integrity(signer_info, signer, "data", digest))


def unsound() -> NoSignedVersion:
    return NoSignedVersion(
        NO_VERSION,
        "Không tách được bản đã ký: phần đã ký không còn khớp với chữ ký, hoặc không đứng riêng thành một "
        "tệp PDF. Hãy xin lại tệp trực tiếp từ nơi phát hành.",
        "The signed version cannot be told apart: what was signed no longer matches the signature, or is no "
        "PDF on its own. Ask the issuer for the file.",
    )
