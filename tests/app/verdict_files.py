"""One generated file for each state in which the verification page can be, and what is trusted for them."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from app.sample.authority import Issued, Issuer, new_issuer
from signing.evidence.fetching import Fetcher
from signing.keys.references import open_key
from signing.marks.appearance import Appearance
from signing.pades import sign
from tests.signing import documents
from tests.signing.responders import serving, timestamp_answer

DAY = timedelta(days=1)
PASSPHRASE = "mật khẩu thử"


@dataclass(frozen=True, slots=True)
class VerdictFiles:
    """Signed documents by state, in `folder`; `trust` holds the root and lists that revoke two signers."""

    folder: Path
    trust: Path

    def __getitem__(self, state: str) -> bytes:
        return (self.folder / f"{state}.pdf").read_bytes()


def make(folder: Path) -> VerdictFiles:
    """All of them; a digitised record and a fault of the service need a service, and are not here."""
    now = datetime.now(UTC).replace(microsecond=0)
    issuer, stranger = new_issuer(now, "ec"), new_issuer(now, "ec")
    signer = _Signer(folder, issuer, now)
    good = issuer.issue(now, algorithm="ec", begins=now - 5 * DAY)
    seal = issuer.issue(now, algorithm="ec", name="Con dấu Phường Mẫu")
    revoked = issuer.issue(now, algorithm="ec", begins=now - 5 * DAY)
    retired = issuer.issue(now, algorithm="ec", begins=now - 5 * DAY)
    (folder / "unsigned.pdf").write_bytes(documents.paper())
    signer.sign("valid", good)
    signer.sign("later", seal, source="valid", mark="agency")
    signer.sign("certificate", revoked)
    signer.sign("undetermined", stranger.issue(now, algorithm="ec"), by=stranger)
    signer.sign("revoked_later", retired, at=now - DAY)
    data = (folder / "valid.pdf").read_bytes()
    (folder / "bytes_differ.pdf").write_bytes(data.replace(b"/Type", b"/Typo", 1))
    (folder / "added.pdf").write_bytes(_painted_over(data))
    (folder / "unreadable.pdf").write_bytes(b"%PDF-1.7\nrubbish")
    trust = folder / "trust"
    issuer.write_trust(trust, now)
    gone = [(revoked.certificate, now - DAY), (retired.certificate, now - DAY / 2)]
    (trust / "issuing.crl").write_bytes(issuer.revocation_list(now, gone))
    return VerdictFiles(folder, trust)


@dataclass(frozen=True, slots=True)
class _Signer:
    folder: Path
    issuer: Issuer
    now: datetime

    def sign(
        self,
        state: str,
        issued: Issued,
        *,
        source: str = "unsigned",
        by: Issuer | None = None,
        at: datetime | None = None,
        mark: str = "",
    ) -> None:
        """Sign as `state`; where `at` is given, with a timestamp of that time."""
        bundle = self.folder / f"{state}.p12"
        bundle.write_bytes((by or self.issuer).bundle(issued, PASSPHRASE))
        key = open_key(f"file:{bundle}", PASSPHRASE)
        appearance = Appearance("agency", "ỦY BAN NHÂN DÂN PHƯỜNG MẪU") if mark else None
        paths = self.folder / f"{source}.pdf", self.folder / f"{state}.pdf"
        if at is None:
            sign(*paths, key, now=self.now, appearance=appearance)
            return
        authority = self.issuer.issue(self.now, name="Dấu thời gian Mẫu", begins=at - DAY, usage="timestamp")
        with serving() as responder:
            responder.answers["/tsa"] = timestamp_answer(self.issuer, authority, at)
            fetcher = Fetcher((ip_network("127.0.0.0/8"),))
            sign(*paths, key, now=at, level="B-T", tsa=responder.url("/tsa"), fetcher=fetcher)


def _painted_over(data: bytes) -> bytes:
    """A red box over the first page, as an editor adds it."""

    def paint(writer: IncrementalPdfFileWriter) -> None:
        drawing = StreamObject(stream_data=b"1 0 0 rg 100 100 300 300 re f")
        writer.add_stream_to_page(0, writer.add_object(drawing))

    return _updated(data, paint)


def _updated(data: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()
