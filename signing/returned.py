"""A document that went out to be signed by a program of the signer's own, and came back.

Such a program holds the document while it signs: it could sign something else than was shown. So what comes
back must be what went out, byte for byte, with one signature added and nothing more.
"""

import mmap
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import x509

from signing import permissions, refusals, validation
from signing.comparison.changes import History
from signing.pdf import signature_fields
from signing.pdf.parsing import GIVES_UP, open_pdf
from signing.pki import certificates
from signing.refusals import SigningRefused
from signing.reports.local_time import day
from signing.reports.report import Note, Report, SignatureReport
from signing.shown import presentation

#: What a signing program may write beside its signature: nothing of it shows, and the verifier judges it.
HARMLESS = frozenset({"later-signature", "validation-data", "metadata-changed", "nothing-visible"})
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class ReturnedSignature:
    """The signature that came back, as `to_json` of `pades.SignatureSummary`."""

    field: str
    signer: str
    organisation: str | None
    serial: str
    level: str

    def to_json(self) -> dict[str, str | None]:
        return {
            "field": self.field,
            "signer": self.signer,
            "organisation": self.organisation,
            "serial": self.serial,
            "level": self.level,
        }


def check_before(source: Path) -> None:
    """May the document be handed to a signing program? Raises SigningRefused where what shows may differ from
    what is signed, or where a signature that it has is not sound."""
    report = validation.validate(source)
    if report.problem is not None:
        raise refusals.unreadable(report.problem.code)
    if report.verdict == "invalid":
        raise refusals.unsound()
    _check_permissions(source)
    presentation.check(source)


def _check_permissions(source: Path) -> None:
    """Such programs draw a mark of their own, in a field of a name that is not known before."""
    try:
        with source.open("rb") as stream:
            locked = permissions.refusal(open_pdf(stream), "", shown=True)
    except GIVES_UP as error:
        raise refusals.damaged() from error
    if locked is not None:
        raise locked


def check_after(source: Path, returned: Path, now: datetime) -> ReturnedSignature:
    """The one signature that `returned` has beyond `source`. Raises SigningRefused unless it is whole,
    nothing else was added, and its certificate is in force and meant for signing."""
    if not _continues(source, returned):
        raise _not_continued()
    before = {signature.field for signature in validation.validate(source).signatures}
    report = validation.validate(returned)
    new = _only_new(report, before)
    _check_nothing_else(source, returned)
    certificate = _certificate(returned, new.field)
    if not certificates.in_force(certificate, now):
        begins, ends = certificate.not_valid_before, certificate.not_valid_after
        raise refusals.not_in_force(day(begins), day(ends))
    if not certificates.may_sign(certificate):
        raise refusals.unfit_certificate()
    return ReturnedSignature(
        new.field,
        certificates.holder(certificate),
        certificates.organisation(certificate),
        certificates.serial(certificate),
        new.level,
    )


def _continues(source: Path, returned: Path) -> bool:
    """Whether the second file is the first with more bytes after it."""
    with source.open("rb") as sent, returned.open("rb") as came:
        while block := sent.read(_BLOCK):
            if came.read(len(block)) != block:
                return False
        return bool(came.read(1))


def _only_new(report: Report, before: set[str]) -> SignatureReport:
    new = [signature for signature in report.signatures if signature.field not in before]
    if len(new) != 1 or new[0].level == "DocTimeStamp":
        raise _not_one_signature(len(new))
    (signature,) = new
    whole = signature.intact and signature.coverage == "whole"
    if not whole or signature.indication == "TOTAL-FAILED" or report.verdict == "invalid":
        raise _unsound(signature.reason)
    return signature


def _check_nothing_else(source: Path, returned: Path) -> None:
    try:
        with (
            returned.open("rb") as stream,
            mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data,
            closing(History(data, open_pdf(stream))) as history,
        ):
            found = history.since(source.stat().st_size)
    except GIVES_UP as error:
        raise _not_continued() from error
    other = [*found.forbidden, *(change for change in found.allowed if change.code not in HARMLESS)]
    if other:
        raise _something_else_added(other[0])


def _certificate(returned: Path, field: str) -> x509.Certificate:
    """Of the signature that the verification found under this name."""
    try:
        with returned.open("rb") as stream:
            opened = signature_fields.collect(open_pdf(stream), returned.stat().st_size).opened
            return dict(opened)[field].signer_cert
    except GIVES_UP as error:
        raise _not_continued() from error


def _not_continued() -> SigningRefused:
    return SigningRefused(
        "not-continued",
        "Tệp nhận về không phải văn bản đã gửi đi cộng thêm chữ ký: ứng dụng ký số đã trả về tệp khác "
        "hoặc ghi lại cả tệp. Hãy ký lại, và đặt ứng dụng ở chế độ ký nối tiếp (không tạo lại tệp).",
        "What came back is not the document that was sent with a signature added: the signing application "
        "returned another file or wrote the file anew. Sign again, with the application set to append.",
    )


def _not_one_signature(count: int) -> SigningRefused:
    return SigningRefused(
        "not-one-signature",
        f"Tệp nhận về phải có thêm đúng một chữ ký số, nhưng có thêm {count}. Hãy ký lại văn bản này.",
        f"What came back must have exactly one signature more, but has {count}. Sign this document again.",
    )


def _unsound(why: Note | None) -> SigningRefused:
    vi, en = (f" ({why.text.vi.rstrip('.')})", f" ({why.text.en.rstrip('.')})") if why else ("", "")
    return SigningRefused(
        "returned-unsound",
        f"Chữ ký nhận về không đúng{vi}. Hãy kiểm tra chứng thư trong ứng dụng ký số rồi ký lại.",
        f"The signature that came back is not sound{en}. "
        "Check the certificate in the signing application, then sign again.",
    )


def _something_else_added(what: Note) -> SigningRefused:
    return SigningRefused(
        "something-else-added",
        f"Ngoài chữ ký, tệp nhận về còn thay đổi khác nên không được nhận: {what.text.vi} "
        "Hãy ký lại, đặt dấu chữ ký vào chỗ trống và không thêm gì khác.",
        f"What came back has more than a signature added and is not taken: {what.text.en} "
        "Sign again, put the mark where the page is blank, and add nothing else.",
    )
