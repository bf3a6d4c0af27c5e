"""Durable work on DBOS: the only module that knows it.

Three kinds of work, each written down in the database before it is done, each in one queue:
look (inspect the file, ask for its pages) → page (read one) → finish (after the page that was last).
Beside them two that stand alone: seal (a seal that is awaited, tried again) and renew (an archive timestamp).
A step runs again when its process died in it, so `workflow` makes every step change nothing twice.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions
from dbos import error as dbos_errors
from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from app import recognising, renewing, sealing
from app.document_ports import ReadingFailed
from app.locks import FolderLocks, LockLost, Locks, SessionLocks
from app.ports import JobsUnavailable, Services
from app.records import AT_REST, Record, RecordNotFound
from app.settings import Settings
from ocr.limits import Refusal
from signing.refusals import SigningRefused
from signing.reports.local_time import VIETNAM
from storage.objects import ObjectCorrupt

log = logging.getLogger("banchinh.jobs")

#: Change it when the order of steps changes: work that was written down by another order is not taken up.
VERSION = "1"
APPLICATION = "banchinh"
QUEUE = "reading"
LOOK, PAGE, FINISH = "look", "page", "finish"
SEAL, RENEW = "seal", "renew"

#: Smaller is earlier. What is almost done goes first, and every paper's first page before anybody's second:
#: a single sheet never waits for a book.
#: Page n has 2n: 2, 4, 6 …; a look at a new file stands between first and second pages.
_FINISH_FIRST, _LOOK_AFTER_FIRST_PAGES, _PAGE_STEP = 1, 3, 2
_SEAL_SOON, _RENEW_LAST = 2, 1_000_000

_POLL_SECONDS = 0.2
_TICK_SECONDS = 1.0
_SWEEP_SECONDS = 10.0
_SWEEP_RECORDS = 200  # looked at in one sweep; the next goes on where it ended
_HEALINGS = 2  # new starts of one attempt before it is given up
_RECOVERIES = 8  # deaths of a worker over one piece of work before it is put aside
_STOP_SECONDS = 8  # for work in progress when the worker is told to stop
_KEPT = timedelta(days=7)  # finished work stays readable this long, for whoever looks into a trouble
_BATCHES_KEPT = timedelta(days=30)  # what an outside key has not signed by then is prepared anew
_HOUSEKEEPER = 0  # the lock of the one worker that tidies up; 1, 2, … are the workers themselves
_MOST_WORKERS = 1000

_SEAL_SECONDS = 600.0  # between two tries at the seal of one record
_SEALS_AT_ONCE = 500
_NIGHT = range(1, 5)  # hours in Vietnam in which archive timestamps are renewed

_ALIVE = ["ENQUEUED", "PENDING", "DELAYED"]


def migrate(database_url: str) -> None:
    """Bring the tables of the job engine to its present shape."""
    address = _address(database_url)
    if address.startswith("sqlite"):
        engine = create_engine(address)
        with engine.connect() as connection:  # the file keeps this mode for all who open it later
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        engine.dispose()
    DBOS.migrate(address)


class DurableJobs:
    """The port Jobs: writes work down for the workers."""

    def __init__(self, database_url: str) -> None:
        self._address = _address(database_url)
        self._client: DBOSClient | None = None
        self._opening = threading.Lock()

    def recognise(self, record_id: str, attempt: int) -> None:
        self._enqueue(_look(record_id, attempt), record_id, attempt)

    def seal(self, record_id: str, turn: int) -> None:
        self._enqueue(_options(SEAL, f"{SEAL}:{record_id}:{turn}", _SEAL_SOON), record_id)

    def renew(self, record_id: str, digest: str, night: date) -> None:
        name = f"{RENEW}:{record_id}:{digest}:{night.isoformat()}"
        self._enqueue(_options(RENEW, name, _RENEW_LAST), record_id, digest)

    def _enqueue(self, options: EnqueueOptions, *arguments: str | int) -> None:
        try:
            self._opened().enqueue(options, *arguments)
        except (SQLAlchemyError, dbos_errors.DBOSException) as error:
            raise JobsUnavailable("the work could not be written down") from error

    def _opened(self) -> DBOSClient:
        with self._opening:
            if self._client is None:
                self._client = DBOSClient(
                    system_database_url=self._address,
                    application_name=APPLICATION,
                    lazy=True,
                    retry_connection_errors=False,
                )
            return self._client


def run_worker(services: Services, settings: Settings, stop: threading.Event) -> None:
    """Do the work that is written down until `stop`. Work that is not finished by then is taken up by the
    next worker. Raises LockLost where another worker has taken over this one's work."""
    locks = open_locks(settings)
    number = _take_number(locks)
    executor = _executor(number)
    config: DBOSConfig = {
        "name": APPLICATION,
        "system_database_url": _address(settings.database_url),
        "application_version": VERSION,
        "executor_id": executor,
        "log_level": "WARNING",
        "enable_otlp": False,
    }
    DBOS(config=config)
    register(steps(services, settings.pages_at_once))
    DBOS.launch()
    try:
        # More than are read at once, so that the next page stands ready while the queue is not looked at.
        DBOS.register_queue(
            QUEUE, worker_concurrency=2 * settings.pages_at_once, polling_interval_sec=_POLL_SECONDS
        )
        log.info("worker started", extra={"executor": executor, "pages_at_once": settings.pages_at_once})
        Housekeeping(services, locks, executor, renewing_months(settings)).run(stop)
    finally:
        DBOS.destroy(workflow_completion_timeout_sec=_STOP_SECONDS)
        log.info("worker stopped", extra={"executor": executor})


@dataclass(frozen=True, slots=True)
class Steps:
    """What is done at most once more than needed: the parts of work that DBOS keeps the results of."""

    look: Callable[[str, int], list[int] | None]
    page: Callable[[str, int, int], bool]
    finish: Callable[[str, int], None]
    give_up: Callable[[str, int, str], None]
    seal: Callable[[str], None]
    renew: Callable[[str, str], None]


def steps(services: Services, pages_at_once: int) -> Steps:
    turns = threading.BoundedSemaphore(pages_at_once)
    step = DBOS.step(
        retries_allowed=True, interval_seconds=0.5, backoff_rate=2.0, max_attempts=10, should_retry=_may_pass
    )

    @step
    def look_step(record_id: str, attempt: int) -> list[int] | None:
        with turns, _timed(LOOK, record_id), _ending(services, record_id, attempt):
            if recognising.start_recognition(services, record_id, attempt):
                return recognising.unread_pages(services, record_id)
        return None

    @step
    def page_step(record_id: str, attempt: int, number: int) -> bool:
        with turns, _timed(PAGE, record_id, number), _ending(services, record_id, attempt):
            _twice(lambda: recognising.read_page(services, record_id, attempt, number))
            return recognising.all_read(services, record_id, attempt)
        return False

    @step
    def finish_step(record_id: str, attempt: int) -> None:
        with turns, _timed(FINISH, record_id), _ending(services, record_id, attempt):
            _twice(lambda: recognising.finish_recognition(services, record_id, attempt))

    @step
    def give_up_step(record_id: str, attempt: int, cause: str) -> None:
        recognising.fail(services, record_id, attempt, RuntimeError(cause))

    @step
    def seal_step(record_id: str) -> None:
        with turns, _timed(SEAL, record_id):
            sealing.seal_awaiting(services, record_id)

    @step
    def renew_step(record_id: str, digest: str) -> None:
        with (
            turns,
            _timed(RENEW, record_id),
            suppress(SigningRefused),
        ):  # in its history; another night follows
            renewing.renew(services, record_id, digest)

    return Steps(look_step, page_step, finish_step, give_up_step, seal_step, renew_step)


def register(work: Steps) -> None:
    """Tell DBOS what look, page and finish are."""

    @DBOS.workflow(name=LOOK, max_recovery_attempts=_RECOVERIES)
    def look(record_id: str, attempt: int) -> None:
        with _giving_up(work, record_id, attempt):
            pages = work.look(record_id, attempt)
            for number in pages or ():
                options = _options(PAGE, f"{_root()}/{number}", _PAGE_STEP * number)
                DBOS.enqueue_workflow_with_options(options, record_id, attempt, number)
            if pages == []:
                _ask_to_finish(record_id, attempt)

    @DBOS.workflow(name=PAGE, max_recovery_attempts=_RECOVERIES)
    def page(record_id: str, attempt: int, number: int) -> None:
        with _giving_up(work, record_id, attempt):
            if work.page(record_id, attempt, number):
                _ask_to_finish(record_id, attempt)

    @DBOS.workflow(name=FINISH, max_recovery_attempts=_RECOVERIES)
    def finish(record_id: str, attempt: int) -> None:
        with _giving_up(work, record_id, attempt):
            work.finish(record_id, attempt)

    @DBOS.workflow(name=SEAL, max_recovery_attempts=_RECOVERIES)
    def seal(record_id: str) -> None:
        work.seal(record_id)

    @DBOS.workflow(name=RENEW, max_recovery_attempts=_RECOVERIES)
    def renew(record_id: str, digest: str) -> None:
        work.renew(record_id, digest)


def _ask_to_finish(record_id: str, attempt: int) -> None:
    # Two pages that end in the same moment may both be last; the id makes their two requests one.
    DBOS.enqueue_workflow_with_options(
        _options(FINISH, f"{_root()}/{FINISH}", _FINISH_FIRST), record_id, attempt
    )


def _root() -> str:
    """The id of the look that the present work comes from."""
    return str(DBOS.workflow_id).partition("/")[0]


def _look(record_id: str, attempt: int, healing: int = 0) -> EnqueueOptions:
    root = f"{record_id}:{attempt}" + (f"+{healing}" if healing else "")
    return _options(LOOK, root, _LOOK_AFTER_FIRST_PAGES)


def _options(name: str, workflow_id: str, priority: int) -> EnqueueOptions:
    return {
        "workflow_name": name,
        "queue_name": QUEUE,
        "workflow_id": workflow_id,
        "app_version": VERSION,
        "priority": priority,
    }


def _may_pass(error: BaseException) -> bool:
    """Whether trying again later may help: the database, the store or the machine had trouble."""
    return isinstance(error, RuntimeError | OSError | SQLAlchemyError) and not isinstance(
        error, ObjectCorrupt
    )


def _twice(work: Callable[[], None]) -> None:
    """A reader that died is tried once more; it may have died of the machine and not of the file."""
    try:
        work()
    except ReadingFailed:
        log.warning("reading failed; trying once more")
        work()


@contextmanager
def _ending(services: Services, record_id: str, attempt: int) -> Iterator[None]:
    """What ends the reading of a record is written to the record, and is no error of the work."""
    try:
        yield
    except (Refusal, ReadingFailed) as error:
        log.warning("reading ended", extra={"record": record_id, "cause": getattr(error, "code", "failed")})
        recognising.fail(services, record_id, attempt, error)


@contextmanager
def _giving_up(work: Steps, record_id: str, attempt: int) -> Iterator[None]:
    """The edge of a piece of work: no error leaves the record waiting for ever."""
    try:
        yield
    except Exception as error:
        log.exception("work failed", extra={"record": record_id})
        work.give_up(record_id, attempt, type(error).__name__)


@contextmanager
def _timed(what: str, record_id: str, number: int | None = None) -> Iterator[None]:
    begun = time.monotonic()
    yield
    seconds = round(time.monotonic() - begun, 3)
    log.info(f"{what} done", extra={"record": record_id, "page": number, "seconds": seconds})


class Housekeeping:
    """What a worker does beside its work: shows that it lives, and, where no other worker does so, takes up
    the work of the dead and starts anew what nobody is busy with."""

    def __init__(self, services: Services, locks: Locks, executor: str, months: int | None) -> None:
        """`months`: before archive timestamps weaken they are renewed; None: never."""
        self._services = services
        self._months = months
        self._renewed_on: date | None = None
        self._seal_turn = 0
        self._locks = locks
        self._executor = executor
        self._found_free: dict[str, int] = {}
        self._swept_at = 0.0
        self._sweep_from = 0

    def run(self, stop: threading.Event) -> None:
        """Until `stop`. Raises LockLost."""
        while not stop.is_set():
            try:
                self._locks.keep()
                if self._locks.take(_HOUSEKEEPER):
                    self._adopt()
                    if time.monotonic() - self._swept_at >= _SWEEP_SECONDS:
                        self._sweep()
                        self._swept_at = time.monotonic()
            except LockLost:
                raise
            except Exception:  # the loop of a process: it must outlive a database that is away
                log.exception("housekeeping failed; trying again")
            stop.wait(_TICK_SECONDS)

    def _adopt(self) -> None:
        """Put the work of dead workers back into the queue."""
        pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        busy = {w.executor_id for w in pending if w.executor_id} - {self._executor}
        self._found_free = {name: self._found_free.get(name, 0) for name in busy}
        for name in sorted(busy):
            number = _number(name)
            if number is None or not self._locks.take(number):
                self._found_free[name] = 0
                continue
            try:
                self._found_free[name] += 1
                if self._found_free[name] >= self._locks.patience:
                    log.warning("taking up the work of a dead worker", extra={"executor": name})
                    DBOS._recover_pending_workflows([name])  # noqa: SLF001 there is no public way in 3.4
            finally:
                self._locks.release(number)

    def _sweep(self) -> None:
        unfinished = self._services.parts.unfinished()
        if self._sweep_from >= len(unfinished):
            self._sweep_from = 0
        part = unfinished[self._sweep_from : self._sweep_from + _SWEEP_RECORDS]
        self._sweep_from += _SWEEP_RECORDS
        self._start_anew(part)
        self._seal_awaiting()
        self._renew_tonight()
        self._forget()

    def _seal_awaiting(self) -> None:
        turn = int(self._services.now().timestamp() // _SEAL_SECONDS)
        if turn == self._seal_turn:
            return
        for record in self._services.records.awaiting_seal(_SEALS_AT_ONCE):
            self._services.jobs.seal(record.id, turn)
        self._seal_turn = turn

    def _renew_tonight(self) -> None:
        """Once a night; asking again after a restart is asking once."""
        here = self._services.now().astimezone(VIETNAM)
        if self._months is None or here.hour not in _NIGHT or here.date() == self._renewed_on:
            return
        records = renewing.due(self._services, self._months)
        for record in records:
            if file := renewing.file_of(record):
                self._services.jobs.renew(record.id, file, here.date())
        self._renewed_on = here.date()
        log.info("archive timestamps to renew", extra={"records": len(records)})

    def _start_anew(self, records: Sequence[Record]) -> None:
        """Start what nobody is busy with."""
        if not records:
            return
        roots = {f"{record.id}:{record.attempt}": record for record in records}
        known = DBOS.list_workflows(workflow_id_prefix=list(roots), load_input=False, load_output=False)
        by_record: dict[str, list[tuple[str, str]]] = {root: [] for root in roots}
        for work in known:
            root = work.workflow_id.partition("/")[0].partition("+")[0]
            by_record.setdefault(root, []).append((work.workflow_id, work.status))
        for root, works in by_record.items():
            if root in roots and not any(status in _ALIVE for _, status in works):
                self._heal(roots[root], {workflow_id for workflow_id, _ in works if "/" not in workflow_id})

    def _heal(self, record: Record, looks: set[str]) -> None:
        try:  # its last piece of work may have ended it since
            if self._services.records.get(record.id).status in AT_REST:
                return
        except RecordNotFound:
            return
        if len(looks) > _HEALINGS:
            recognising.fail(self._services, record.id, record.attempt, RuntimeError("given up"))
            return
        log.warning("starting work anew", extra={"record": record.id, "healing": len(looks)})
        options = _look(record.id, record.attempt, healing=len(looks))
        DBOS.enqueue_workflow_with_options(options, record.id, record.attempt)

    def _forget(self) -> None:
        """Remove finished work, and answers to repeated requests, that nobody will ask about any more."""
        before = datetime.now(UTC) - _KEPT
        self._services.idempotency.forget(before)
        self._services.batches.forget(datetime.now(UTC) - _BATCHES_KEPT)
        old = DBOS.list_workflows(
            status=["SUCCESS", "ERROR"],
            completed_before=before.isoformat(),
            limit=500,
            load_input=False,
            load_output=False,
        )
        if old:
            DBOS.delete_workflows([work.workflow_id for work in old])


def renewing_months(settings: Settings) -> int | None:
    """Without an authority of timestamps none can be renewed."""
    return settings.renewal_months if settings.tsa else None


def open_locks(settings: Settings) -> Locks:
    """The locks by which the workers on this database know each other."""
    if make_url(settings.database_url).get_backend_name() == "sqlite":
        return FolderLocks(settings.data / "workers")
    return SessionLocks(
        make_url(settings.database_url).set(drivername="postgresql+psycopg").render_as_string(False)
    )


def _take_number(locks: Locks) -> int:
    """The lowest number that no live worker has: a worker that is started again gets its own work back."""
    for number in range(1, _MOST_WORKERS):
        if locks.take(number):
            return number
    raise LockLost(f"{_MOST_WORKERS} workers are running already")


def _executor(number: int) -> str:
    return f"worker-{number}"


def _number(executor: str) -> int | None:
    number = executor.removeprefix("worker-")
    return int(number) if number.isdecimal() else None


def _address(database_url: str) -> str:
    """The URL in the form that DBOS takes."""
    url = make_url(database_url)
    drivers = {"sqlite": "sqlite", "postgresql": "postgresql", "postgres": "postgresql"}
    return url.set(drivername=drivers[url.get_backend_name()]).render_as_string(hide_password=False)
