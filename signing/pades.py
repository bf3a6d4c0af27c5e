"""PAdES signatures: made by incremental update, checked, and only then given their name."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from signing import cades, permissions, refusals, validation
from signing.completion import Means, finish, sync
from signing.evidence import tsa
from signing.evidence.fetching import Fetcher
from signing.keys.signing_key import KeyFailed, SigningKey
from signing.marks import visible
from signing.marks.appearance import Appearance, MarkImpossible
from signing.pdf import document, embedding
from signing.pdf.embedding import Before, NotEmbedded, Room
from signing.pdf.parsing import GIVES_UP, PARSE_ERRORS, open_pdf
from signing.pdf.updating import Update
from signing.prepared import Level, Order, Prepared, SignatureSummary, check_signer
from signing.refusals import SigningRefused
from signing.shown import presentation

SYNC_EARLY_BYTES = 4_000_000  # from here on the disk takes longer than one more sync costs (5 ms)

__all__ = ["Appearance", "Level", "SignatureSummary", "SigningRefused", "draft", "sign"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A prepared signature, and what was seen of the document meanwhile: so it need not be read again."""

    prepared: Prepared
    before: Before


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
    trust: Sequence[Path] = (),
) -> SignatureSummary:
    """Sign `source` into `target`, always by incremental update. `tsa`: addresses of timestamp authorities,
    separated by commas, asked in this order through `fetcher`. `trust`: files and folders of anchors and
    evidence (trust.py), which levels B-LT and B-LTA stand on. Raises SigningRefused; then `target` is as it
    was before."""
    means = Means.named(tsa, fetcher, trust)
    means.check(level)
    order = Order(key.identity, appearance, reason, location, now, level)
    with tempfile.TemporaryDirectory(prefix=".signing-", dir=target.parent) as folder:
        path = Path(folder, "draft.pdf")
        made = draft(source, path, order)
        value = _value(made.prepared, key)
        summary = finish(made.prepared, made.before, path, value, means, now)
        path.replace(target)
    return summary


def draft(source: Path, path: Path, order: Order) -> Draft:
    """Write the document to `path`, with a signature that lacks nothing but its value. Raises SigningRefused;
    then nothing is there."""
    check_signer(order.identity, order.now)
    try:
        before = _take(source, path, order.identity.mechanism.digest)
        countersigns = before.marked or _shows_signatures(path)
        if countersigns:
            _check_earlier_signatures(source)
        presentation.check(source)
        with _telling():
            field, room = _make_room(path, before, order)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    prepared = Prepared(
        field,
        order.identity,
        order.level,
        order.now,
        cades.signed_attributes(room.digest, order.identity),
        room.digest,
        room.covered,
        before.length,
        countersigns,
    )
    return Draft(prepared, before)


def _value(prepared: Prepared, key: SigningKey) -> bytes:
    try:
        return key.raw.sign(prepared.to_be_signed, prepared.mechanism)
    except KeyFailed as error:
        raise SigningRefused(error.code, error.vi, error.en) from error


def _take(source: Path, path: Path, digest: str) -> Before:
    """Copy the document to the draft, and look at it meanwhile: it is hashed while the disk writes."""
    with ThreadPoolExecutor(1) as pool:
        copied = pool.submit(_copy, source, path)
        try:
            before = Before.of(source, digest)
            copied.result()
        except OSError as error:
            raise refusals.not_copied(str(error.strerror)) from error
    return before


def _copy(source: Path, path: Path) -> None:
    shutil.copyfile(source, path)
    if path.stat().st_size > SYNC_EARLY_BYTES:
        sync(path)


def _shows_signatures(path: Path) -> bool:
    """Is a signature field filled? Its marks may be written so that no search of the bytes finds them."""
    try:
        with path.open("rb") as stream:
            return any(enumerate_sig_fields(open_pdf(stream), filled_status=True))
    except GIVES_UP:
        return False  # an encrypted or damaged document is refused when it is opened to be signed


def _check_earlier_signatures(source: Path) -> None:
    """Nothing that is broken already is signed over."""
    report = validation.validate(source)
    if report.problem is not None:
        raise refusals.unreadable(report.problem.code)
    if report.verdict == "invalid":
        raise refusals.unsound()


@contextmanager
def _telling() -> Iterator[None]:
    """What goes wrong with a document that is opened and written to, as a refusal."""
    try:
        yield
    except MarkImpossible as error:
        raise SigningRefused(error.code, error.vi, error.en) from error
    except NotEmbedded as error:
        raise refusals.signature_unsound() from error
    except PARSE_ERRORS as error:
        raise refusals.damaged() from error


def _make_room(path: Path, before: Before, order: Order) -> tuple[str, Room]:
    """The field and the room for its value, in the draft, a copy of what was there before."""
    with path.open("rb+") as stream, _folder_of_mark(path, order) as folder:
        writer = _open(stream)
        field = embedding.free_name(writer.prev, "Signature")
        locked = permissions.refusal(writer.prev, field, shown=order.appearance is not None)
        if locked is not None:
            raise locked
        spec, mark = visible.field_and_mark(
            writer.prev, path, field, order.appearance, now=order.now, stamp=Path(folder, "mark.pdf")
        )
        value = SignatureObject(
            timestamp=order.now,
            subfilter=SigSeedSubFilter.PADES,
            reason=order.reason or None,
            location=order.location or None,
            bytes_reserved=_reserve(order),
        )
        room = embedding.make_room(stream, writer, before, spec, value, mark)
    if not before.begins(path):
        raise NotEmbedded("the bytes of before have changed")
    return field, room


def _open(stream: BinaryIO) -> Update:
    writer = Update(stream)
    if writer.prev.encrypted:
        raise refusals.restricted()
    document.read(writer.prev)  # later signatures hold only where pages and fields stand once, in a tree
    return writer


def _folder_of_mark(path: Path, order: Order) -> AbstractContextManager[str]:
    """A folder takes 2 ms of the 8 that a page takes; only marks need one."""
    if order.appearance is None:
        return nullcontext(str(path.parent))
    return tempfile.TemporaryDirectory(prefix=".signing-", dir=path.parent)


def _reserve(order: Order) -> int:
    """Hex digits to reserve: those of the CMS object with the longest value that the key can make."""
    who = order.identity
    attributes = cades.signed_attributes(bytes(who.mechanism.digest_size), who)
    largest = cades.signed_data(who, attributes, bytes(who.signature_bytes))
    timestamp = 0 if order.level == "B-B" else tsa.TOKEN_BYTES + cades.TIMESTAMP_WRAPPING
    return 2 * (len(largest) + timestamp)
