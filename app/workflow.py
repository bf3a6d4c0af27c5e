"""The walk of a record: receive → recognise → confirm → sign, one function a step.

Plain functions over a frozen bundle of ports. They know nothing of HTTP, SQL or the job engine; `jobs.py`
makes the steps durable, so each may run again after a crash and must then change nothing twice.
"""

import json
import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from app import intake
from app.access import Right, require, sees
from app.audit import SERVICE, Action, Event
from app.people import Person
from app.ports import (
    DocumentReader,
    DocumentSigner,
    DocumentVerifier,
    Jobs,
    JobsUnavailable,
    ReadingFailed,
    Services,
    SigningOrder,
    SigningRefused,
)
from app.records import (
    FieldValue,
    IllegalTransition,
    Problem,
    ReadPage,
    Record,
    RecordChanged,
    RecordNotFound,
    Status,
)
from app.review import BadFieldValue, columns, confirmed, searchable_text
from ocr.limits import Refusal
from ocr.recognition import Recognition
from storage.objects import StoredObject

__all__ = [
    "BadFieldValue",
    "DocumentReader",
    "DocumentSigner",
    "DocumentVerifier",
    "Jobs",
    "JobsUnavailable",
    "ReadingFailed",
    "Receipt",
    "Services",
    "SigningOrder",
    "SigningRefused",
    "all_read",
    "confirm",
    "download",
    "fail",
    "fields",
    "finish_recognition",
    "history_of",
    "read_page",
    "receive",
    "recognition",
    "retry",
    "sign",
    "signature_summaries",
    "start_recognition",
    "unread_pages",
    "view",
]

log = logging.getLogger("banchinh.workflow")

#: Looking at a record again within this time is the same look.
ONE_LOOK = timedelta(minutes=10)
_TRIES = 5  # at a record that others change in the same moment


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one received file."""

    record: Record
    again: bool  # the agency sent these very bytes before; `record` is the one it has


def receive(
    services: Services, person: Person, name: str, source: BinaryIO, dossier: str | None = None
) -> Receipt:
    """Make the received bytes durable, then the record, then its work. Raises Forbidden, Refusal (empty,
    too-large, not-a-document: by its first bytes) and StoreUnavailable; then no record exists."""
    require(person, Right.RECEIVE)
    media_type, stream = intake.measured(source, services.limits)
    stored = services.objects.put(stream)
    now = services.now()
    record = Record(
        id=intake.new_id(now),
        agency=person.agency,
        digest=stored.digest,
        name=intake.file_name(name),
        media_type=media_type,
        size=stored.size,
        status=Status.RECEIVED,
        received_at=now,
        received_by=person.username,
        dossier=dossier or None,
    )
    arrival = Event(record.id, Action.RECEIVED, person.username, now, {"sha256": stored.digest})
    kept = services.records.add(record, arrival)
    again = kept.id != record.id
    if again:
        services.history.append(Event(kept.id, Action.SENT_AGAIN, person.username, now))
    if kept.status is Status.RECEIVED:
        _ask_for_reading(services, kept)
    return Receipt(kept, again)


def retry(services: Services, person: Person, record_id: str) -> Record:
    """Read a failed or refused record anew. Raises RecordNotFound, Forbidden, IllegalTransition."""
    record = _known(services, person, record_id)
    require(person, Right.RETRY, record)
    anew = replace(
        record.moved(Status.RECEIVED),
        attempt=record.attempt + 1,
        pages_total=None,
        pages_done=0,
        problem=None,
    )
    event = _event(services, record_id, Action.RETRIED, person.username, attempt=anew.attempt)
    try:
        saved = services.records.save(anew, [event])
    except RecordChanged:  # somebody else asked in the same moment
        raise IllegalTransition(services.records.get(record_id).status, Status.RECEIVED) from None
    _ask_for_reading(services, saved)
    return saved


def start_recognition(services: Services, record_id: str, attempt: int) -> int:
    """Look into the file; gives the number of pages, or 0 where it was refused."""
    record = services.records.get(record_id)
    if not _in_work(record, attempt):
        return 0
    if record.status is Status.RECOGNISING and record.pages_total:
        return record.pages_total
    try:
        with services.copies.of(services.objects, record.digest) as source:
            found = services.reader.inspect(source)
    except Refusal as refusal:
        fail(services, record_id, attempt, refusal)
        return 0

    def started(present: Record) -> tuple[Record, Event] | None:
        if present.status is not Status.RECEIVED or present.attempt != attempt:
            return None
        begun = replace(
            present.moved(Status.RECOGNISING),
            media_type=found.media_type,
            pages_total=found.pages,
            digitally_signed=found.digitally_signed,
        )
        return begun, _event(services, record_id, Action.RECOGNISING, pages=found.pages)

    record = _change(services, record_id, started)
    return found.pages if _in_work(record, attempt) else 0


def unread_pages(services: Services, record_id: str) -> list[int]:
    """The numbers of the pages that are not kept yet."""
    record = services.records.get(record_id)
    kept = {page.page.number for page in services.parts.pages(record_id)} if record.pages_done else set()
    return [number for number in range(1, (record.pages_total or 0) + 1) if number not in kept]


def all_read(services: Services, record_id: str, attempt: int) -> bool:
    """Whether every page is kept, and only the finish is left to do."""
    record = services.records.get(record_id)
    return _in_work(record, attempt) and record.pages_done == record.pages_total


def read_page(services: Services, record_id: str, attempt: int, number: int) -> None:
    """Read one page and keep it with its image."""
    record = services.records.get(record_id)
    if not _in_work(record, attempt):
        return
    with services.copies.of(services.objects, record.digest) as source, _workplace() as folder:
        page = services.reader.read_page(source, number, folder)
        image = _put(services, folder / page.image)
    event = _event(services, record_id, Action.PAGE_READ, page=number)
    services.parts.keep_page(record_id, attempt, ReadPage(page, image.digest), event)


def finish_recognition(services: Services, record_id: str, attempt: int) -> None:
    """Kind, fields, searchable PDF; the record awaits review."""
    record = services.records.get(record_id)
    if not _in_work(record, attempt):
        return
    pages = services.parts.pages(record_id)
    if [kept.page.number for kept in pages] != list(range(1, (record.pages_total or 0) + 1)):
        raise ReadingFailed(f"{len(pages)} of {record.pages_total} pages were read")
    with services.copies.of(services.objects, record.digest) as source, _workplace() as folder:
        for kept in pages:
            with services.objects.open(kept.image) as image, (folder / kept.page.image).open("wb") as copy:
                shutil.copyfileobj(image, copy)
        read = services.reader.finish(source, [kept.page for kept in pages], folder)
        searchable = None if record.digitally_signed else _put(services, folder / "searchable.pdf").digest
        if record.digitally_signed:
            read = replace(read, signatures=signature_summaries(services.verifier.verify(source)))
        (folder / "recognition.json").write_text(json.dumps(read.to_json(), ensure_ascii=False), "utf-8")
        recognised = _put(services, folder / "recognition.json").digest
    values = {name: FieldValue(name, value) for name, value in read.fields.items()}

    def finished(present: Record) -> tuple[Record, Event] | None:
        if present.status is not Status.RECOGNISING or present.attempt != attempt:
            return None
        done = replace(
            present.moved(Status.AWAITING_REVIEW),
            kind=read.kind,
            recognition=recognised,
            searchable=searchable,
            **columns(values),
        )
        return done, _event(services, record_id, Action.RECOGNISED, kind=read.kind.code, pages=len(pages))

    _change(services, record_id, finished, values, searchable_text([k.page.text for k in pages], values))


def signature_summaries(report: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """What a reader of the text needs to know of each signature; the whole report comes from verification."""
    names = ("field", "signer", "organisation", "indication", "sub_indication", "level", "intact", "coverage")
    times = ("claimed_time", "best_time")
    return tuple({name: one.get(name) for name in (*names, *times)} for one in report.get("signatures", ()))


_NO_READING = Problem(
    "reading-failed",
    "Chương trình đọc dừng giữa chừng nên chưa đọc xong hồ sơ này. "
    "Hãy bấm đọc lại; nếu vẫn lỗi, hãy quét lại.",
    "The reading program stopped before this paper was read. Read it again; if that fails, scan it anew.",
)
_NO_SERVICE = Problem(
    "service-failed",
    "Hệ thống gặp sự cố khi đọc hồ sơ này. Tệp đã nhận vẫn nguyên vẹn; "
    "hãy bấm đọc lại hoặc báo quản trị viên.",
    "The service failed while reading this paper. The received file is safe; read it again or tell the "
    "administrator.",
)


def fail(services: Services, record_id: str, attempt: int, error: BaseException) -> None:
    """Record that reading ended badly: refused for the file's fault, failed otherwise."""
    if isinstance(error, Refusal):
        status, action = Status.REFUSED, Action.REFUSED
        problem = Problem(error.code, error.vi, error.en)
    else:
        status, action = Status.FAILED, Action.FAILED
        problem = _NO_READING if isinstance(error, ReadingFailed) else _NO_SERVICE

    def ended(present: Record) -> tuple[Record, Event] | None:
        if not _in_work(present, attempt):
            return None
        return replace(present.moved(status), problem=problem), _event(
            services, record_id, action, code=problem.code, attempt=attempt
        )

    _change(services, record_id, ended)


def confirm(
    services: Services, person: Person, record_id: str, version: int, values: Mapping[str, str | None]
) -> Record:
    """Keep what a person says the fields are, beside what was read. `values` has a value for each field
    that the person saw; None or "" means that the paper does not have it. Raises RecordNotFound, Forbidden,
    IllegalTransition, RecordChanged, BadFieldValue."""
    record = _known(services, person, record_id)
    require(person, Right.CONFIRM, record)
    if record.version != version:
        raise RecordChanged(f"version {record.version}, not {version}")
    before = services.parts.fields(record_id)
    after = confirmed(before, values, person.username, services.now())
    changed = sorted(name for name in after if name not in before or before[name].value != after[name].value)
    events = [_event(services, record_id, Action.CONFIRMED, person.username, fields=len(after))]
    if changed:
        events.insert(
            0, _event(services, record_id, Action.CORRECTED, person.username, fields=", ".join(changed))
        )
    text = searchable_text([kept.page.text for kept in services.parts.pages(record_id)], after)
    moved = replace(record.moved(Status.CONFIRMED), **columns(after))
    return services.records.save(moved, events, fields=after, text=text)


def sign(
    services: Services, person: Person, record_id: str, passphrase: str | None, reason: str = ""
) -> Record:
    """Sign the record's PDF with the person's key; status, event and object change together.
    Raises RecordNotFound, Forbidden, IllegalTransition, SigningRefused."""
    record = _known(services, person, record_id)
    require(person, Right.SIGN, record)
    moved = record.moved(Status.SIGNED)
    try:
        order = _order(services, person, passphrase, reason)
        signed, summary = _signed(services, record, order)
    except SigningRefused as refusal:
        event = _event(services, record_id, Action.SIGNING_REFUSED, person.username, code=refusal.code)
        services.history.append(event)
        raise
    made = {"sha256": signed.digest, "level": summary.get("level"), "certificate": summary.get("serial")}
    event = Event(record_id, Action.SIGNED, person.username, services.now(), made)
    try:
        return services.records.save(replace(moved, signed=signed.digest), [event])
    except RecordChanged as error:
        raise SigningRefused(
            "changed",
            "Hồ sơ vừa được người khác sửa hoặc ký. Hãy mở lại, đọc lại rồi ký.",
            "Somebody else has just changed or signed this record. Open it again, read it, then sign.",
        ) from error


def _order(services: Services, person: Person, passphrase: str | None, reason: str) -> SigningOrder:
    if not person.signing_key:
        raise SigningRefused(
            "no-key",
            "Tài khoản của bạn chưa gắn khóa ký. Hãy nhờ quản trị viên gắn khóa rồi ký lại.",
            "Your account has no signing key. Ask the administrator to attach one, then sign again.",
        )
    agency = services.agencies.get(person.agency)
    return SigningOrder(
        key=person.signing_key,
        passphrase=passphrase,
        signer_name=person.name,
        agency_name=agency.name,
        reason=reason,
    )


def _signed(
    services: Services, record: Record, order: SigningOrder
) -> tuple[StoredObject, Mapping[str, Any]]:
    if record.pdf is None:
        raise SigningRefused(
            "no-pdf",
            "Hồ sơ này chưa có bản PDF để ký. Hãy đọc lại hồ sơ trước.",
            "This record has no PDF to sign. Read the record again first.",
        )
    with services.copies.of(services.objects, record.pdf) as source, _workplace() as folder:
        target = folder / "signed.pdf"
        summary = services.signer.sign(source, target, order, services.now())
        return _put(services, target), summary


def view(services: Services, person: Person, record_id: str) -> Record:
    """The record, where the person may see it. Raises RecordNotFound otherwise."""
    record = _known(services, person, record_id)
    require(person, Right.VIEW, record)
    now = services.now()
    looks = (
        event.at
        for event in reversed(services.history.of(record_id))
        if event.action is Action.VIEWED and event.actor == person.username
    )
    last = next(looks, None)
    if last is None or now - last >= ONE_LOOK:
        services.history.append(Event(record_id, Action.VIEWED, person.username, now))
    return record


def fields(services: Services, person: Person, record_id: str) -> Mapping[str, FieldValue]:
    """The fields of a record that the person may see. Raises RecordNotFound, Forbidden."""
    view(services, person, record_id)
    return services.parts.fields(record_id)


def recognition(services: Services, person: Person, record_id: str) -> dict[str, Any]:
    """The JSON of the contract, with the source. Raises RecordNotFound."""
    record = view(services, person, record_id)
    if record.recognition is None:
        raise RecordNotFound(record_id)
    with services.objects.open(record.recognition) as stored:
        read = Recognition.from_json(json.load(stored))
    source = {
        "name": record.name,
        "sha256": record.digest,
        "bytes": record.size,
        "media_type": record.media_type,
    }
    return {"source": source, **read.to_json()}


def download(
    services: Services, person: Person, record_id: str, what: str
) -> AbstractContextManager[BinaryIO]:
    """`original`, `pdf` or `page-N` of a record; kept in its history. Raises RecordNotFound."""
    record = view(services, person, record_id)
    digest = _digest_of(services, record, what)
    if digest is None:
        raise RecordNotFound(f"{record_id} has no {what}")
    opened = services.objects.open(digest)
    if not what.startswith("page-"):  # a page image is part of looking at the record
        services.history.append(
            _event(services, record_id, Action.DOWNLOADED, person.username, what=what, sha256=digest)
        )
    return opened


def _digest_of(services: Services, record: Record, what: str) -> str | None:
    if what == "original":
        return record.digest
    if what == "pdf":
        return record.pdf
    number = what.removeprefix("page-")
    return next((p.image for p in services.parts.pages(record.id) if str(p.page.number) == number), None)


def history_of(services: Services, person: Person, record_id: str) -> Sequence[Event]:
    """Everything that happened to a record, oldest first. Raises RecordNotFound, Forbidden."""
    record = _known(services, person, record_id)
    require(person, Right.HISTORY, record)
    return services.history.of(record_id)


def _known(services: Services, person: Person, record_id: str) -> Record:
    """The record; to a person who may not know of it, it does not exist."""
    record = services.records.get(record_id)
    if not person.active or not sees(person, record):
        raise RecordNotFound(record_id)
    return record


def _in_work(record: Record, attempt: int) -> bool:
    return record.attempt == attempt and record.status in {Status.RECEIVED, Status.RECOGNISING}


def _ask_for_reading(services: Services, record: Record) -> None:
    try:
        services.jobs.recognise(record.id, record.attempt)
    except JobsUnavailable:
        # The record is durable, and every worker looks for records that nobody is busy with.
        log.warning("reading was not asked for", extra={"record": record.id})


def _event(
    services: Services, record_id: str, action: Action, actor: str = SERVICE, **details: str | int | None
) -> Event:
    return Event(record_id, action, actor, services.now(), details)


def _change(
    services: Services,
    record_id: str,
    step: Callable[[Record], tuple[Record, Event] | None],
    fields: Mapping[str, FieldValue] | None = None,
    text: str | None = None,
) -> Record:
    """Take a step, anew where somebody else changed the record meanwhile; None means nothing to do."""
    for _ in range(_TRIES):
        present = services.records.get(record_id)
        changed = step(present)
        if changed is None:
            return present
        try:
            return services.records.save(changed[0], [changed[1]], fields=fields, text=text)
        except RecordChanged:
            continue
    raise RecordChanged(record_id)


@contextmanager
def _workplace() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="banchinh-") as name:
        yield Path(name)


def _put(services: Services, path: Path) -> StoredObject:
    with path.open("rb") as made:
        return services.objects.put(made)
