"""PAdES signatures: made by incremental update, checked, and only then given their name."""

import asyncio
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal

from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfSigningSession
from pyhanko.sign.timestamps import TimestampRequestError
from pyhanko.sign.validation.pdf_embedded import read_certification_data
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing import appearance as marks
from signing import certificates, presentation, refusals, validation
from signing.appearance import Appearance, MarkImpossible, PageGeometry
from signing.fetching import Fetcher, FetchFailed
from signing.parsing import PARSE_ERRORS
from signing.refusals import SigningRefused
from signing.signing_key import SigningKey
from signing.tsa import Timestamper

Level = Literal["B-B", "B-T", "B-LT", "B-LTA"]
DIGEST = "sha256"
TIMESTAMP_BYTES = 10_000  # a token with its chain; those of VGCA and of public authorities take 2 to 7 kB
ATTRIBUTE_BYTES = 1_500  # signed attributes and the DER around everything

__all__ = ["Appearance", "Level", "SignatureSummary", "SigningRefused", "sign"]


@dataclass(frozen=True, slots=True)
class SignatureSummary:
    """A signature that was made."""

    field: str
    signer: str
    organisation: str | None
    serial: str
    level: Level
    signed_at: datetime

    def to_json(self) -> dict[str, Any]:
        return {
            "field": self.field,
            "signer": self.signer,
            "organisation": self.organisation,
            "serial": self.serial,
            "level": self.level,
            "signed_at": self.signed_at.isoformat(),
        }


class _KeySigner(Signer):
    """A signing key in the shape that pyHanko asks for."""

    def __init__(self, key: SigningKey) -> None:
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        registry.register_multiple(key.chain)
        super().__init__(signing_cert=key.certificate, cert_registry=registry, embed_roots=False)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(self._key.signature_bytes)
        return self._key.raw.sign(data, digest_algorithm)


@dataclass(frozen=True, slots=True)
class _Order:
    """What is asked for, the same for every step."""

    key: SigningKey
    appearance: Appearance | None
    reason: str
    location: str
    now: datetime
    level: Level
    tsa: str | None
    fetcher: Fetcher


def sign(
    source: Path,
    target: Path,
    key: SigningKey,
    *,
    appearance: Appearance | None = None,
    reason: str = "",
    location: str = "",
    now: datetime,
    level: Level = "B-B",
    tsa: str | None = None,
    fetcher: Fetcher | None = None,
) -> SignatureSummary:
    """Sign `source` into `target`, always by incremental update. `tsa` is the address of the timestamp
    authority, asked through `fetcher`. Raises SigningRefused; then `target` is as it was before."""
    order = _Order(key, appearance, reason, location, now, level, tsa, fetcher or Fetcher())
    _check_order(order)
    _check_earlier_signatures(source)
    presentation.check(source)
    with tempfile.TemporaryDirectory(prefix=".signing-", dir=target.parent) as folder:
        draft = Path(folder, "draft.pdf")
        field = _write(draft, source, order)
        _check_result(draft, source, field, key)
        with draft.open("rb+") as written:
            os.fsync(written.fileno())
        draft.replace(target)
    return SignatureSummary(field, key.holder, key.organisation, key.serial, level, now)


def _check_order(order: _Order) -> None:
    if order.level not in ("B-B", "B-T"):
        raise refusals.level_not_available(order.level)
    if order.level == "B-T" and not order.tsa:
        raise refusals.no_timestamp_authority()
    certificate: x509.Certificate = order.key.certificate
    if not certificates.in_force(certificate, order.now):
        begins, ends = certificate.not_valid_before, certificate.not_valid_after
        raise refusals.not_in_force(f"{begins:%d/%m/%Y}", f"{ends:%d/%m/%Y}")
    if not certificates.may_sign(certificate):
        raise refusals.unfit_certificate()


def _write(draft: Path, source: Path, order: _Order) -> str:
    """Write the signed document; gives the name of the signature field."""
    with source.open("rb") as stream, draft.open("wb+") as output:
        try:
            writer = _open(stream)
            field = _free_name(writer.prev)
            signer = _signer(writer, field, order, draft.parent)
            asyncio.run(_run(signer, writer, output, order.now, _reserve(order)))
        except MarkImpossible as error:
            raise SigningRefused(error.code, error.vi, error.en) from error
        except (FetchFailed, TimestampRequestError) as error:
            raise refusals.timestamp_failed() from error
        except SigningError as error:
            raise refusals.key_failed() from error
        except PARSE_ERRORS as error:
            raise refusals.not_a_pdf() from error
    return field


def _signer(writer: IncrementalPdfFileWriter, field: str, order: _Order, folder: Path) -> PdfSigner:
    spec, style = _field_and_style(writer, field, order, folder)
    metadata = PdfSignatureMetadata(
        field_name=field,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        reason=order.reason or None,
        location=order.location or None,
    )
    stamper = Timestamper(order.tsa, order.fetcher) if order.level == "B-T" and order.tsa else None
    key = _KeySigner(order.key)
    return PdfSigner(metadata, key, timestamper=stamper, stamp_style=style, new_field_spec=spec)


def _check_earlier_signatures(source: Path) -> None:
    """What is signed must be readable, and nothing that is broken already is signed over."""
    report = validation.validate(source)
    if report.problem is not None:
        raise refusals.encrypted() if report.problem.code == "encrypted" else refusals.not_a_pdf()
    if report.verdict == "invalid":
        raise refusals.unsound()


def _open(stream: BinaryIO) -> IncrementalPdfFileWriter:
    writer = IncrementalPdfFileWriter(stream, strict=False)
    if writer.prev.encrypted:
        raise refusals.encrypted()
    # A certified document allows signatures in the fields it came with at most, and we would add one.
    if read_certification_data(writer.prev) is not None:
        raise refusals.locked()
    return writer


def _free_name(reader: PdfFileReader) -> str:
    taken = {name for name, _, _ in enumerate_sig_fields(reader)}
    return next(name for number in range(1, len(taken) + 2) if (name := f"Signature{number}") not in taken)


def _field_and_style(
    writer: IncrementalPdfFileWriter, field: str, order: _Order, folder: Path
) -> tuple[SigFieldSpec, StaticStampStyle | None]:
    """Where the signature stands and how it looks. A style serves one document: a second use breaks it."""
    appearance = order.appearance
    if appearance is None:
        return SigFieldSpec(field), None
    geometry = _geometry(writer.prev, appearance.page - 1)
    stamp = folder / "mark.pdf"
    with stamp.open("wb") as target:
        marks.write(appearance, order.now, geometry, target)
    style = StaticStampStyle.from_pdf_file(
        str(stamp),
        border_width=0,
        background_layout=SimpleBoxLayoutRule(
            x_align=AxisAlignment.ALIGN_MIN,
            y_align=AxisAlignment.ALIGN_MIN,
            margins=Margins(0, 0, 0, 0),
            inner_content_scaling=InnerScaling.NO_SCALING,
        ),
    )
    box: Any = marks.place(marks.positions()[appearance.kind], geometry)
    return SigFieldSpec(field, on_page=appearance.page - 1, box=box), style


def _geometry(reader: PdfFileReader, page: int) -> PageGeometry:
    count = int(reader.root["/Pages"]["/Count"])
    if not 0 <= page < count:
        raise refusals.no_such_page(page + 1, count)
    found: Any = reader.find_page_for_modification(page)  # type: ignore[no-untyped-call]
    node = found[0].get_object()
    media = _inherited(node, "/MediaBox") or [0, 0, 595, 842]
    box = [float(v) for v in (_inherited(node, "/CropBox") or media)]
    turned = int(_inherited(node, "/Rotate") or 0) % 360
    return PageGeometry(
        min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3]), turned
    )


def _inherited(node: Any, name: str) -> Any:
    """A page attribute, from the page or the nearest of its ancestors that has it."""
    for _ in range(64):
        if name in node:
            return node[name]
        if "/Parent" not in node:
            return None
        node = node["/Parent"]
    return None


def _reserve(order: _Order) -> int:
    """Hex digits to reserve for the CMS object, so that pyHanko need not build it twice to learn its size."""
    stored = sum(len(c.dump()) for c in (order.key.certificate, *order.key.chain))
    stamp = TIMESTAMP_BYTES if order.level == "B-T" else 0
    size = stored + order.key.signature_bytes + ATTRIBUTE_BYTES + stamp
    return 2 * size


async def _run(
    signer: PdfSigner, writer: IncrementalPdfFileWriter, output: BinaryIO, now: datetime, reserve: int
) -> None:
    """As PdfSigner.async_sign_pdf, but at the time that the caller gives; returns nothing large."""
    session: PdfSigningSession = signer.init_signing_session(writer)
    session.system_time = now
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=reserve)
    digest, written = document.digest_tbs_document(output=output)
    done = await document.perform_signature(
        document_digest=digest.document_digest,
        pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=now),
    )
    await done.post_signature_processing(written)


def _check_result(draft: Path, source: Path, field: str, key: SigningKey) -> None:
    """Our own eyes on our own work: earlier bytes kept whole, the new signature sound and over everything."""
    report = validation.validate(draft)
    made = [s for s in report.signatures if s.field == field]
    sound = len(made) == 1 and made[0].intact and made[0].coverage == "whole" and report.verdict != "invalid"
    if not sound or not _starts_with(draft, source):
        raise refusals.signature_unsound()
    if (made[0].certificate or {}).get("serial") != key.serial:
        raise refusals.signature_unsound()


def _starts_with(draft: Path, source: Path) -> bool:
    with draft.open("rb") as whole, source.open("rb") as start:
        while block := start.read(1 << 20):
            if whole.read(len(block)) != block:
                return False
    return True
