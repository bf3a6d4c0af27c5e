"""The walk of a batch: one consent, one unlock, and each document on its own.

What is durable is in `Batches`; nothing secret is. Every step may be broken off at any moment and done
again: a document is signed once, since its record, its event and its place in the batch change together.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Lock

from app import holders, intake, remote_values, sealing
from app.audit import Action, Event
from app.batches import (
    Batch,
    BatchNotFound,
    Document,
    DocumentStatus,
    KeyKind,
    NotThatKind,
    Prepared,
    PublicKey,
)
from app.marks import NO_WISH, NOTHING_OF_ITS_OWN, DocumentMark, MarkWish, SigningRole
from app.ordering import order_of
from app.people import Person
from app.ports import NOTHING_GIVEN, KeyLost, Services, SigningOrder, Unlock, UnlockedKey
from app.recognising import an_event, workplace
from app.records import Problem, Record, RecordChanged, Seal
from app.signable import check, require_any, require_role
from app.signatures import (
    Made,
    as_signed,
    changed_meanwhile,
    completed,
    key_of,
    key_of_person,
    pdf_of,
    sign_with,
    twice,
)
from app.workflow import known
from signing.refusals import SigningRefused
from storage.objects import ObjectCorrupt, ObjectMissing, StoreUnavailable

log = logging.getLogger("banchinh.batches")

_OPEN = frozenset({DocumentStatus.WAITING, DocumentStatus.PREPARED})
GoOn = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person asks for at once: records in the versions that they were shown. `key` is None where the
    account's own key signs. `own`: what single records show, by id."""

    records: Mapping[str, int]
    reason: str
    seal: bool
    key: PublicKey | None = None
    role: SigningRole = SigningRole.OFFICIAL
    mark: MarkWish = NO_WISH
    own: Mapping[str, DocumentMark] = field(default_factory=dict)


def begin(services: Services, person: Person, consent: Consent) -> Batch:
    """Write the batch down. A record that cannot be signed as it was shown fails alone. Raises Forbidden,
    RecordNotFound, and SigningRefused where nothing of it could be signed."""
    require_role(person, consent.role, seal=consent.seal)
    if consent.key is None:
        key_of(person)
    else:
        holders.check_person(person.name, services.signer.check(consent.key, services.now()))
    if consent.seal:
        sealing.seal_key(services.agencies.get(person.agency))
    now = services.now()
    batch = Batch(
        id=intake.new_id(now),
        username=person.username,
        kind=KeyKind.ACCOUNT if consent.key is None else KeyKind.OUTSIDE,
        reason=consent.reason,
        seal=consent.seal,
        begun_at=now,
        documents=tuple(_asked(services, person, consent, *one) for one in consent.records.items()),
        key=consent.key,
        role=consent.role,
        mark=consent.mark,
    )
    services.batches.add(batch)
    return batch


def withdraw(services: Services, batch: Batch, code: str) -> None:
    """Forget a batch whose key did not open; the history of its records tells of it."""
    for document in batch.documents:
        if document.status is DocumentStatus.WAITING:
            event = an_event(services, document.record, Action.SIGNING_REFUSED, batch.username, code=code)
            services.history.append(event)
    services.batches.drop(batch.id)


def _asked(services: Services, person: Person, consent: Consent, record_id: str, version: int) -> Document:
    record = known(services, person, record_id)
    mark = consent.own.get(record_id, NOTHING_OF_ITS_OWN)
    document = Document(record.id, version, record.name, mark=mark)
    try:
        check(person, record, version, consent.role, seal=consent.seal)
    except SigningRefused as refusal:
        return replace(document, status=DocumentStatus.FAILED, problem=_problem(refusal))
    return document


def batch_of(services: Services, person: Person, batch_id: str) -> Batch:
    """To anybody but the one who asked for it, a batch does not exist. Raises Forbidden, BatchNotFound."""
    require_any(person)
    batch = services.batches.get(batch_id)
    if batch.username != person.username:
        raise BatchNotFound(batch_id)
    return batch


def abandon(services: Services, person: Person, batch_id: str) -> Batch:
    """Give up what of a batch is neither signed nor failed. A process that works on it finds nothing more to
    do. Raises as `batch_of`."""
    batch = batch_of(services, person, batch_id)
    code = "abandoned"
    problem = Problem(
        code,
        "Bạn đã bỏ, không ký tiếp. Hồ sơ vẫn nguyên như trước; muốn ký thì chọn lại.",
        "You left this unsigned. The record is as it was; choose it again to sign it.",
    )

    def event_of(record_id: str) -> Event:
        return an_event(
            services, record_id, Action.SIGNING_ABANDONED, person.username, batch=batch.id, role=batch.role
        )

    services.batches.abandon(batch.id, problem, event_of)
    services.awaiting.drop(batch.id)
    return services.batches.get(batch.id)


def take_values(services: Services, person: Person, batch_id: str, values: Mapping[str, bytes]) -> Batch:
    """Write down the values that an outside key made, by record. Raises as `batch_of`, and NotThatKind."""
    batch = batch_of(services, person, batch_id)
    if batch.kind is not KeyKind.OUTSIDE:
        raise NotThatKind(batch_id)
    services.batches.keep_values(batch_id, values)
    return services.batches.get(batch_id)


def to_unlock(services: Services, person: Person, batch_id: str) -> Batch:
    """The batch, once it is known that an unlock is what it wants. Raises as `batch_of`, and NotThatKind."""
    batch = batch_of(services, person, batch_id)
    if batch.kind is not KeyKind.ACCOUNT:
        raise NotThatKind(batch_id)
    return batch


def unlocked(services: Services, batch: Batch, given: Unlock) -> AbstractContextManager[UnlockedKey | None]:
    """The key that signs the batch here; None where it is outside. Raises SigningRefused."""
    if batch.kind is KeyKind.OUTSIDE:
        return nullcontext()
    person = services.people.get(batch.username)
    return key_of_person(services, person, given)


def work_off(services: Services, batch_id: str, key: UnlockedKey | None, at_once: int, go_on: GoOn) -> None:
    """Do what can be done of a batch now, several documents at once, while `go_on` says yes. `key`: open,
    where the batch is signed here. Raises what keeps all of it from being signed (KeyLost, the database,
    the store): then documents are left, and it can be taken up again."""
    batch = services.batches.get(batch_id)
    with _seal_for(services, batch) as stamp:
        run = _Run(services, batch, key, stamp)
        _each(_steps(run), at_once, go_on)
        if key is not None and key.together and go_on():
            try:
                remote_values.ask_holder(services, batch_id, key, go_on)
            finally:  # what came is embedded, whatever becomes of the rest
                _each(_steps(replace(run, batch=services.batches.get(batch_id))), at_once, go_on)


def collectable(services: Services, batch: Batch) -> bool:
    """Whether an account's batch that nobody works on can go on without an unlock."""
    return any(one.valued for one in batch.documents) or remote_values.due(services, batch)


def collect(services: Services, batch_id: str, at_once: int, go_on: GoOn) -> None:
    """Go on with what needs no unlock: take the values that a remote service has made meanwhile, and put into
    their documents what has come. Raises as `work_off`, and SigningRefused where the service cannot be
    asked."""
    batch = services.batches.get(batch_id)
    try:
        if remote_values.due(services, batch):
            remote_values.heard(services, batch_id)
            with unlocked(services, batch, NOTHING_GIVEN) as key:
                assert key is not None, "of an account"
                remote_values.collect(services, batch_id, key)
    finally:
        batch = services.batches.get(batch_id)
        if any(one.valued for one in batch.documents):  # else the seal's key is opened for nothing
            with _seal_for(services, batch) as stamp:
                _each(_steps(_Run(services, batch, None, stamp)), at_once, go_on)


def _steps(run: "_Run") -> Iterator[Callable[[], None]]:
    for document in run.batch.documents:
        if document.status is DocumentStatus.WAITING and run.two_steps:
            yield partial(run.alone, document, run.prepare)
        elif document.status is DocumentStatus.WAITING and run.key is not None:
            yield partial(run.alone, document, run.sign)
        elif document.valued:
            yield partial(run.alone, document, run.embed)


def _each(steps: Iterable[Callable[[], None]], at_once: int, go_on: GoOn) -> None:
    """Several at once; the first error of one stops all, once those in work are done."""
    failed: list[BaseException] = []

    def one(step: Callable[[], None]) -> None:
        if failed or not go_on():
            return
        try:
            step()
        except Exception as error:  # noqa: BLE001 raised again below
            failed.append(error)

    with ThreadPoolExecutor(at_once, thread_name_prefix="batch") as pool:
        list(pool.map(one, steps))
    if failed:
        raise failed[0]


@contextmanager
def _seal_for(services: Services, batch: Batch) -> Iterator["_Stamp | None"]:
    """The agency's seal, open while the batch is worked off; one that does not open is told record by record,
    and tried again later by the worker."""
    account = batch.kind is KeyKind.ACCOUNT
    signs = any(d.valued or (account and d.status in _OPEN) for d in batch.documents)
    if not batch.seal or not signs:
        yield None
        return
    agency = services.people.get(batch.username).agency
    with ExitStack() as stack:
        try:
            stamp = _Stamp(stack.enter_context(sealing.unlocked(services, agency)), None)
        except SigningRefused as refusal:
            stamp = _Stamp(None, refusal)
        yield stamp


@dataclass(frozen=True, slots=True)
class _Stamp:
    """The seal's key, or why it is not at hand."""

    key: UnlockedKey | None
    refusal: SigningRefused | None


@dataclass(slots=True)
class _OutsideKey:
    """Whether a key outside may still sign when its values come, which may be days after they were asked for.
    Asked once a run, for all documents."""

    asked: bool = False
    refusal: SigningRefused | None = None
    turns: Lock = field(default_factory=Lock)

    def check(self, services: Services, key: PublicKey) -> None:
        """Raises SigningRefused."""
        with self.turns:
            if not self.asked:
                try:
                    twice(lambda: services.signer.check(key, services.now()))
                except SigningRefused as refusal:
                    self.refusal = refusal
                self.asked = True
        if self.refusal is not None:
            raise SigningRefused(self.refusal.code, self.refusal.vi, self.refusal.en)


@dataclass(frozen=True, slots=True)
class _Run:
    """One go at a batch."""

    services: Services
    batch: Batch
    key: UnlockedKey | None
    stamp: _Stamp | None
    outside: _OutsideKey = field(default_factory=_OutsideKey)

    @property
    def two_steps(self) -> bool:
        """Whether the values come later, of all documents at once or from outside."""
        return self.batch.kind is KeyKind.OUTSIDE or (self.key is not None and self.key.together)

    def alone(self, document: Document, step: Callable[[Person, Record], None]) -> None:
        """Whatever befalls the document befalls it alone."""
        services = self.services
        try:
            person = services.people.get(self.batch.username)
            record = services.records.get(document.record)
            check(person, record, document.version, self.batch.role, seal=self.batch.seal)
            step(person, record)
        except (KeyLost, OSError, StoreUnavailable):  # of all documents: the batch is left until that is well
            raise
        except SigningRefused as refusal:
            self._fail(document, refusal)
        except RecordChanged:
            self._fail(document, changed_meanwhile())
        except (ObjectMissing, ObjectCorrupt):
            log.exception("a document of a batch has no file", extra={"record": document.record})
            self._fail(document, _no_file())
        except Exception:  # the edge of a document: what nobody foresaw must not stop the others
            log.exception("a document of a batch failed", extra={"record": document.record})
            self._fail(document, _service_failed())

    def _fail(self, document: Document, refusal: SigningRefused) -> None:
        event = an_event(
            self.services,
            document.record,
            Action.SIGNING_REFUSED,
            self.batch.username,
            code=refusal.code,
            batch=self.batch.id,
        )
        self.services.batches.fail(self.batch.id, document.record, _problem(refusal), [event])

    def prepare(self, person: Person, record: Record) -> None:
        """Make room for a value that comes later; what the draft adds to the document is kept."""
        services, key = self.services, self.key.public if self.key else self.batch.key
        assert key is not None, "known of a key outside"
        digest = pdf_of(record)
        with services.copies.of(services.objects, digest) as source, workplace() as folder:
            draft = folder / "draft.pdf"
            order, now = self._order(person, record), services.now()
            state, asked = twice(lambda: services.signer.prepare(source, draft, order, key, now))
            added = _added(source, draft)
        prepared = Prepared(digest, state, asked, added, order.shows)
        services.batches.keep_prepared(self.batch.id, record.id, prepared)

    def sign(self, person: Person, record: Record) -> None:
        """From the document to its signature at once, with the key that is open."""
        assert self.key is not None, "an account's key"
        order = self._order(person, record)
        self._keep(person, record, sign_with(self.services, record, order, self.key), order.shows)

    def embed(self, person: Person, record: Record) -> None:
        """Put the value that has come into the draft."""
        services = self.services
        prepared, value = services.batches.prepared(self.batch.id, record.id)
        if value is None or prepared.source != record.pdf:
            raise changed_meanwhile()
        if self.batch.key is not None:
            self.outside.check(services, self.batch.key)
        with services.copies.of(services.objects, prepared.source) as source, workplace() as folder:
            draft = folder / "draft.pdf"
            _write_draft(source, prepared.update, draft)
            made = completed(services, source, draft, prepared.state, value)
        shows = self._order(person, record).shows if prepared.shows is None else prepared.shows
        self._keep(person, record, made, shows)

    def _keep(self, person: Person, record: Record, made: Made, shows: Mapping[str, str | int]) -> None:
        services, batch = self.services, self.batch
        signed, event = as_signed(
            services,
            record,
            made,
            person,
            role=batch.role,
            seal=batch.seal,
            batch=batch.id,
            **shows,
        )
        self._seal(services.batches.finish(batch.id, signed, [event]))

    def _seal(self, record: Record) -> None:
        """What fails here leaves the person's signature as it is."""
        if self.stamp is None or record.seal is not Seal.AWAITING:
            return
        try:
            if self.stamp.key is None:
                assert self.stamp.refusal is not None, "either a key or a reason"
                sealing.tell_failure(self.services, record, self.stamp.refusal, self.batch.username)
                return
            sealing.seal_with(self.services, record, self.stamp.key, self.batch.username, self.batch.id)
        except SigningRefused as refusal:
            log.warning("awaiting the seal", extra={"record": record.id, "code": refusal.code})

    def _order(self, person: Person, record: Record) -> SigningOrder:
        batch = self.batch
        own = next(one.mark for one in batch.documents if one.record == record.id)
        return order_of(
            self.services,
            person,
            record,
            role=batch.role,
            wish=batch.mark,
            own=own,
            reason=batch.reason,
            seal=batch.seal,
        )


def _added(source: Path, draft: Path) -> bytes:
    with draft.open("rb") as stream:
        stream.seek(source.stat().st_size)
        return stream.read()


def _write_draft(source: Path, added: bytes, draft: Path) -> None:
    with source.open("rb") as stream, draft.open("wb") as copy:
        while block := stream.read(1 << 20):
            copy.write(block)
        copy.write(added)


def _problem(refusal: SigningRefused) -> Problem:
    return Problem(refusal.code, refusal.vi, refusal.en)


def _service_failed() -> SigningRefused:
    return SigningRefused(
        "service-failed",
        "Hệ thống gặp sự cố khi ký hồ sơ này; hồ sơ vẫn nguyên như trước. Hãy ký lại hoặc báo quản trị viên.",
        "The service failed while signing this record, which is as it was. Sign it again or tell the "
        "administrator.",
    )


def _no_file() -> SigningRefused:
    return SigningRefused(
        "file-missing",
        "Tệp của hồ sơ không lấy được từ nơi lưu trữ. Hãy báo quản trị viên.",
        "The file of the record could not be had from the store. Tell the administrator.",
    )
