"""The version of a document that was signed: the bytes of a file up to the end of what a signature covers."""

import io
import mmap
from pathlib import Path

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.general import find_unique_cms_attribute
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.parsing import GIVES_UP, open_pdf
from signing.signed_bytes import gap, parse_range


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
            end = _end(_signature(open_pdf(stream), field), data)
            _check_alone(data[:end], field)
            return end
    except GIVES_UP as error:
        raise unsound() from error


def _signature(reader: PdfFileReader, field: str) -> EmbeddedPdfSignature:
    for name, _, filled in enumerate_sig_fields(reader, filled_status=True):
        if str(name) == field:
            return EmbeddedPdfSignature(reader, filled, name)
    raise NoSignedVersion(
        "no-such-signature",
        f"Tệp không có chữ ký nào tên «{field}». Hãy lấy tên trường từ báo cáo kiểm tra của chính tệp này.",
        f"The file has no signature named “{field}”. Take the field from the report on this very file.",
    )


def _end(embedded: EmbeddedPdfSignature, data: mmap.mmap | bytes) -> int:
    covered = parse_range([int(v) for v in embedded.byte_range], len(data))
    if covered is None or gap(data, covered) is None:
        raise unsound()
    return covered.end


def _check_alone(version: bytes, field: str) -> None:
    """The version stands without what came after it, and is what was signed."""
    embedded = _signature(open_pdf(io.BytesIO(version)), field)
    if _end(embedded, version) != len(version) or not _agrees(embedded):
        raise unsound()


def _agrees(embedded: EmbeddedPdfSignature) -> bool:
    """Whether the digest of the covered bytes is the one in the signature; a document timestamp keeps it in
    its content (RFC 3161, messageImprint)."""
    signed, digest = embedded.signed_data, embedded.compute_digest()
    if embedded.sig_object_type == "/DocTimeStamp":
        imprint = signed["encap_content_info"]["content"].parsed["message_imprint"]
        return bool(imprint["hashed_message"].native == digest)
    attributes = embedded.signer_info["signed_attrs"]
    return bool(find_unique_cms_attribute(attributes, "message_digest").native == digest)


def unsound() -> NoSignedVersion:
    return NoSignedVersion(
        "no-signed-version",
        "Không tách được bản đã ký: phần đã ký không còn khớp với chữ ký, hoặc không đứng riêng thành một "
        "tệp PDF. Hãy xin lại tệp trực tiếp từ nơi phát hành.",
        "The signed version cannot be told apart: what was signed no longer matches the signature, or is no "
        "PDF on its own. Ask the issuer for the file.",
    )
