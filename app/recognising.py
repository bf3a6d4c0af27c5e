"""Reading a record: look into the file, read its pages, finish; one function a step.

Each step may run again after a crash and must then change nothing twice.
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from app.asked_again import carried
from app.audit import SERVICE, Action, Event
from app.document_ports import ReadingFailed
from app.ports import Services
from app.records import FieldValue, Problem, ReadPage, Record, RecordChanged, Status
from app.review import columns, searchable_text
from ocr.limits import Refusal
from ocr.recognition import Inspection
from storage.objects import StoredObject

_TRIES = 5  # at a record that others change in the same moment


def start_recognition(services: Services, record_id: str, attempt: int) -> int:
    """Look into the file; gives the number of pages, or 0 where it was refused."""
    record = services.records.get(record_id)
    if not _in_work(record, attempt):
        return 0
    if record.status is Status.RECOGNISING and record.pages_total:
        return record.pages_total
    try:
        found = _looked_into(services, record)
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
        return begun, an_event(services, record_id, Action.RECOGNISING, pages=found.pages)

    record = _change(services, record_id, started)
    return found.pages if _in_work(record, attempt) else 0


def _looked_into(services: Services, record: Record) -> Inspection:
    """What the file is; of a part of a file that was read, what is known of it. Raises Refusal."""
    if record.part_of is not None:
        return Inspection(record.media_type, record.part_of.pages, digitally_signed=False)
    with services.copies.of(services.objects, record.digest) as source:
        return services.reader.inspect(source)


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
    with services.copies.of(services.objects, record.digest) as source, workplace() as folder:
        page = services.reader.read_page(source, record.page_in_file(number), folder)
        image, thumbnail = (put(services, folder / made) for made in (page.image, page.thumbnail))
    event = an_event(services, record_id, Action.PAGE_READ, page=number)
    kept = ReadPage(replace(page, number=number), image.digest, thumbnail.digest)
    services.parts.keep_page(record_id, attempt, kept, event)


def finish_recognition(services: Services, record_id: str, attempt: int) -> None:
    """Kind, fields, searchable PDF; the record awaits review."""
    record = services.records.get(record_id)
    if not _in_work(record, attempt):
        return
    pages = services.parts.pages(record_id)
    if [kept.page.number for kept in pages] != list(range(1, (record.pages_total or 0) + 1)):
        raise ReadingFailed(f"{len(pages)} of {record.pages_total} pages were read")
    with services.copies.of(services.objects, record.digest) as source, workplace() as folder:
        for kept in pages:
            with services.objects.open(kept.image) as image, (folder / kept.page.image).open("wb") as copy:
                shutil.copyfileobj(image, copy)
        read = services.reader.finish(
            source,
            [kept.page for kept in pages],
            folder,
            one_paper=record.one_paper,
            kind_code=record.said_kind,
        )
        searchable = None if record.digitally_signed else put(services, folder / "searchable.pdf").digest
        if record.digitally_signed:
            read = replace(
                read, signatures=signature_summaries(services.verifier.verify(source, offline=True))
            )
        (folder / "recognition.json").write_text(json.dumps(read.to_json(), ensure_ascii=False), "utf-8")
        recognised = put(services, folder / "recognition.json").digest
    values, left = carried(services.parts.fields(record_id), read.fields)
    told = _told_of(services, record, values, left)

    def finished(present: Record) -> tuple[Record, Event] | None:
        if present.status is not Status.RECOGNISING or present.attempt != attempt:
            return None
        done = replace(
            present.moved(Status.AWAITING_REVIEW),
            kind=read.kind,
            recognition=recognised,
            searchable=searchable,
            incomplete=read.incomplete,
            **columns(read.kind, values),
        )
        event = an_event(services, record_id, Action.RECOGNISED, kind=read.kind.code, pages=len(pages))
        return done, replace(event, details={**event.details, **told})

    text = searchable_text([kept.page for kept in pages], values, read.kind)
    _change(services, record_id, finished, values, text)


def _told_of(
    services: Services, record: Record, values: Mapping[str, FieldValue], left: Mapping[str, FieldValue]
) -> dict[str, str]:
    """What the history says of values that were confirmed before: which are to be confirmed again, which are
    left behind, and the object that keeps these, as no history holds what papers say of people."""
    told = {}
    if kept := sorted(name for name, value in values.items() if value.confirmed_at and value.confirmed):
        told["kept_values"] = ", ".join(kept)
    if again := sorted(name for name, value in values.items() if value.asked_again):
        told["asked_again"] = ", ".join(again)
    if names := sorted(name for name, value in left.items() if value.confirmed):
        former = record.kind.code if record.kind else None
        data = {"former_kind": former, "fields": {name: left[name].to_json() for name in names}}
        stored = services.objects.put(BytesIO(json.dumps(data, ensure_ascii=False).encode()))
        told |= {"left_values": ", ".join(names), "left_object": stored.digest}
    return told


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
        return replace(present.moved(status), problem=problem), an_event(
            services, record_id, action, code=problem.code, attempt=attempt
        )

    _change(services, record_id, ended)


def _in_work(record: Record, attempt: int) -> bool:
    return record.attempt == attempt and record.status in {Status.RECEIVED, Status.RECOGNISING}


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


def an_event(
    services: Services, record_id: str, action: Action, actor: str = SERVICE, **details: str | int | None
) -> Event:
    return Event(record_id, action, actor, services.now(), details)


def put(services: Services, path: Path) -> StoredObject:
    with path.open("rb") as made:
        return services.objects.put(made)


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder that goes when the work is done."""
    with tempfile.TemporaryDirectory(prefix="banchinh-") as name:
        yield Path(name)
