"""The walk of a record: receive → recognise → confirm → sign, one function a step.

Plain functions over a frozen bundle of ports. They know nothing of HTTP, SQL or the job engine; `jobs.py`
makes the steps durable, so each may run again after a crash and must then change nothing twice.
"""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, BinaryIO

from app import intake, numbering
from app.access import Right, require, sees
from app.audit import Action, Event
from app.marks import NO_WISH, NOTHING_OF_ITS_OWN, DocumentMark, MarkWish, SigningRole
from app.ordering import order_of
from app.people import Person
from app.ports import JobsUnavailable, Services, Unlock
from app.recognising import an_event
from app.records import (
    FieldValue,
    IllegalTransition,
    NotReady,
    Record,
    RecordChanged,
    RecordNotFound,
    Status,
)
from app.review import columns, confirmed, searchable_text
from app.signatures import as_signed, changed_meanwhile, key_of_person, sign_with
from ocr.metadata import described
from ocr.recognition import Notice, Paper, Recognition
from signing.keys.csc_refusals import SIGN_IN
from signing.refusals import SigningRefused

log = logging.getLogger("banchinh.workflow")

#: Looking at a record again within this time is the same look.
ONE_LOOK = timedelta(minutes=10)


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
        ask_for_reading(services, kept)
    return Receipt(kept, again)


def retry(services: Services, person: Person, record_id: str) -> Record:
    """Read a failed or refused record anew; pages of which a person has said words are kept as they are, and
    only what was to be made of them is made again. Raises RecordNotFound, Forbidden, IllegalTransition."""
    record = known(services, person, record_id)
    require(person, Right.RETRY, record)
    anew = replace(
        record.moved(Status.RECEIVED),
        attempt=record.attempt + 1,
        pages_total=None,
        pages_done=0,
        problem=None,
    )
    event = an_event(services, record_id, Action.RETRIED, person.username, attempt=anew.attempt)
    said = any(kept.page.said for kept in services.parts.pages(record_id))
    try:
        saved = services.records.save(anew, [event], pages_of=record.attempt if said else None)
    except RecordChanged:  # somebody else asked in the same moment
        raise IllegalTransition(services.records.get(record_id).status, Status.RECEIVED) from None
    ask_for_reading(services, saved)
    return saved


def confirm(
    services: Services, person: Person, record_id: str, version: int, values: Mapping[str, str | None]
) -> Record:
    """Keep what a person says the fields are, beside what was read. `values` has a value for each field
    that the person saw; None or "" means that the paper does not have it. Raises RecordNotFound, Forbidden,
    IllegalTransition, RecordChanged, BadFieldValue."""
    record = known(services, person, record_id)
    require(person, Right.CONFIRM, record)
    if record.version != version:
        raise RecordChanged(f"version {record.version}, not {version}")
    moved = record.moved(Status.CONFIRMED)
    before = services.parts.fields(record_id)
    after = confirmed(before, values, person.username, services.now())
    changed = sorted(
        name for name in after if name not in before or before[name].offered != after[name].offered
    )
    events = [an_event(services, record_id, Action.CONFIRMED, person.username, fields=len(after))]
    if changed:
        events.insert(
            0, an_event(services, record_id, Action.CORRECTED, person.username, fields=", ".join(changed))
        )
    text = searchable_text([kept.page for kept in services.parts.pages(record_id)], after, record.kind)
    moved = replace(moved, **columns(record.kind, after))
    return services.records.save(moved, events, fields=after, text=text)


def sign(
    services: Services,
    person: Person,
    record_id: str,
    passphrase: str | None,
    reason: str = "",
    version: int | None = None,
    *,
    wish: MarkWish = NO_WISH,
    own: DocumentMark = NOTHING_OF_ITS_OWN,
    once: str | None = None,
) -> Record:
    """Sign the record's PDF with the person's key; status, event and object change together. `version` is the
    one that the person saw. Raises RecordNotFound, Forbidden, IllegalTransition, RecordChanged,
    SigningRefused."""
    record = known(services, person, record_id)
    require(person, Right.SIGN, record)
    record.moved(Status.SIGNED)
    if version is not None and record.version != version:
        raise RecordChanged(f"version {record.version}, not {version}")
    try:
        order = order_of(services, person, record, wish=wish, own=own, reason=reason)
        with key_of_person(services, person, Unlock(passphrase, once)) as key:
            if key.by_page:
                raise _by_page()
            made = sign_with(services, record, order, key)
    except SigningRefused as refused:
        refusal = _by_page() if refused.code == SIGN_IN else refused  # there is no button here
        event = an_event(services, record_id, Action.SIGNING_REFUSED, person.username, code=refusal.code)
        services.history.append(event)
        raise refusal from None
    role = SigningRole.OFFICIAL
    signed, event = as_signed(services, record, made, person, role=role, seal=False, **order.shows)
    try:
        return services.records.save(signed, [event])
    except RecordChanged as error:
        raise changed_meanwhile() from error


def _by_page() -> SigningRefused:
    return SigningRefused(
        "csc-by-page",
        "Khóa này chỉ ký sau khi bạn đăng nhập hoặc xác nhận trên trang của nhà cung cấp. Hãy ký từ trang "
        "Chờ ký, trong trình duyệt có bật JavaScript.",
        "This key signs only after you sign in or confirm on its provider's page. Sign from the page To "
        "sign, in a browser with JavaScript.",
    )


def view(services: Services, person: Person, record_id: str) -> Record:
    """The record, where the person may see it. Raises RecordNotFound otherwise."""
    record = known(services, person, record_id)
    require(person, Right.VIEW, record)
    now = services.now()
    last = services.history.last(record_id, Action.VIEWED, person.username)
    if last is None or now - last.at >= ONE_LOOK:
        services.history.append(Event(record_id, Action.VIEWED, person.username, now))
    return record


def fields(services: Services, person: Person, record_id: str) -> Mapping[str, FieldValue]:
    """The fields of a record that the person may see, as `app.numbering` lets them be offered. Raises
    RecordNotFound, Forbidden."""
    return numbering.weighed(services, view(services, person, record_id)).fields


def recognition(services: Services, person: Person, record_id: str) -> dict[str, Any]:
    """The JSON of the contract, with the source, and with what its number contradicts now. Raises
    RecordNotFound, NotReady."""
    record = view(services, person, record_id)
    if record.recognition is None:
        raise NotReady(record_id)
    with services.objects.open(record.recognition) as stored:
        read = _weighed(services, record, Recognition.from_json(json.load(stored)))
    source = {
        "name": record.name,
        "sha256": record.digest,
        "bytes": record.size,
        "media_type": record.media_type,
        **({"part_of": record.part_of.to_json()} if record.part_of else {}),
    }
    return {"source": source, **described(read)}


def _weighed(services: Services, record: Record, read: Recognition) -> Recognition:
    """What was read, less a guess that does not fit, and what is to be said of the number."""
    beside = numbering.weighed(services, record)
    fields = dict(read.fields)
    if beside.withheld is not None:
        fields[beside.withheld] = beside.fields[beside.withheld].read
    return replace(read, fields=fields, warnings=(*read.warnings, *beside.notices))


def left_values(services: Services, person: Person, record_id: str) -> list[dict[str, Any]]:
    """Values that were confirmed and that later kinds of the record have no field for, the oldest first:
    {"at", "former_kind", "fields"}, fields as `FieldValue.to_json`. Raises RecordNotFound, Forbidden."""
    record = view(services, person, record_id)
    require(person, Right.HISTORY, record)
    found = []
    for event in services.history.of(record_id):
        digest = event.details.get("left_object")
        if isinstance(digest, str):
            with services.objects.open(digest) as stored:
                found.append({"at": event.at.isoformat(), **json.load(stored)})
    return found


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found of a scan as a whole: what contradicts itself, and the papers that it seems to hold."""

    warnings: tuple[Notice, ...] = ()
    papers: tuple[Paper, ...] = ()


def findings(services: Services, record: Record) -> Findings:
    """Of a record that the person was shown; nothing of one that has not been read to its end."""
    if record.recognition is None:
        return Findings()
    with services.objects.open(record.recognition) as stored:
        read = _without_pages(stored.read())
    return Findings(
        tuple(Notice.from_json(notice) for notice in read["warnings"]),
        tuple(Paper.from_json(paper) for paper in read["papers"]),
    )


def _without_pages(kept: bytes) -> Mapping[str, Any]:
    """Papers and warnings of what was recognised. They end it, after the pages, which take seconds to take
    apart where they are 500; in a text of a page each of these quotes would have a backslash before it."""
    whole: Mapping[str, Any]
    at = kept.rfind(b', "papers": [')
    if at > 0:
        with suppress(ValueError):
            whole = json.loads(b"{" + kept[at + 2 :])
            if whole.keys() == {"papers", "warnings"}:
                return whole
    whole = json.loads(kept)
    return whole


def download(
    services: Services, person: Person, record_id: str, what: str
) -> AbstractContextManager[BinaryIO]:
    """`original`, `pdf`, `page-N` or `page-N-small` of a record; kept in its history. Raises
    RecordNotFound, NotReady."""
    record = view(services, person, record_id)
    digest = _digest_of(services, record, what)
    if digest is None:
        missing = NotReady if record.recognition is None else RecordNotFound
        raise missing(f"{record_id} has no {what}")
    return _download(services, person, record_id, what, digest)


@contextmanager
def _download(
    services: Services, person: Person, record_id: str, what: str, digest: str
) -> Iterator[BinaryIO]:
    with services.objects.open(digest) as opened:  # first: what could not be opened was not downloaded
        if not what.startswith("page-"):  # a page image is part of looking at the record
            services.history.append(
                an_event(services, record_id, Action.DOWNLOADED, person.username, what=what, sha256=digest)
            )
        yield opened


def _digest_of(services: Services, record: Record, what: str) -> str | None:
    if what == "original":
        return record.digest
    if what == "pdf":
        return record.pdf
    number = what.removeprefix("page-").removesuffix("-small")
    page = services.parts.page(record.id, int(number)) if number.isdecimal() else None
    if page is None:
        return None
    return (what.endswith("-small") and page.thumbnail) or page.image


def history_of(services: Services, person: Person, record_id: str) -> Sequence[Event]:
    """Everything that happened to a record, oldest first. Raises RecordNotFound, Forbidden."""
    record = known(services, person, record_id)
    require(person, Right.HISTORY, record)
    return services.history.of(record_id)


def known(services: Services, person: Person, record_id: str) -> Record:
    """The record; to a person who may not know of it, it does not exist."""
    record = services.records.get(record_id)
    if not person.active or not sees(person, record):
        raise RecordNotFound(record_id)
    return record


def ask_for_reading(services: Services, record: Record) -> None:
    """Have the record read, now or when a worker finds it."""
    try:
        services.jobs.recognise(record.id, record.attempt)
    except JobsUnavailable:
        # The record is durable, and every worker looks for records that nobody is busy with.
        log.warning("reading was not asked for", extra={"record": record.id})
