"""Batches that this process works off, each in a thread of its own: the key that a person unlocked is nowhere
but in the process that the thread started for it, and ends with the batch."""

import asyncio
import logging
import secrets
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool

from app import awaiting, batch_signing
from app.batches import Batch, BatchBusy, BatchNotFound, BatchStatus, KeyKind
from app.front.identity import Caller, still_valid
from app.front.progress import HEARTBEAT_SECONDS, MOST_STREAMS, TooManyStreams
from app.ports import NOTHING_GIVEN, Services, Unlock, UnlockedKey
from app.records import Problem
from signing.refusals import SigningRefused

log = logging.getLogger("banchinh.batches")

#: Well below `batches.SILENCE`, after which a process counts as gone.
_BEAT_SECONDS = 2.0
#: How long the work of an outside key's batch waits for another process that is at it.
_PATIENCE_SECONDS = 30.0
#: And that of an account's batch with what its holder brought back from a page, which serves once.
_RETURN_SECONDS = 5.0
_POLL_SECONDS = 0.5


@dataclass(eq=False, slots=True)
class _Run:
    """A batch in work. `again`: more came for it meanwhile."""

    opened: "Future[None]" = field(default_factory=Future)
    again: bool = False


class BatchRuns:
    """Starts the work on batches, and tells of its progress."""

    def __init__(self, services: Services, at_once: int) -> None:
        self._services = services
        self._at_once = at_once
        self._name = secrets.token_hex(8)
        self._runs: dict[str, _Run] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._streams = 0

    def start(self, batch: Batch, given: Unlock = NOTHING_GIVEN) -> None:
        """Work the batch off, in the background; with an account's key, once it is open. Raises BatchBusy,
        and SigningRefused where the key does not open."""
        with self._lock:
            run = self._runs.get(batch.id)
            if run is not None:
                if batch.kind is KeyKind.ACCOUNT:
                    raise BatchBusy(batch.id)
                run.again = True
                return
            run = self._runs[batch.id] = _Run()
        self._begin(run, batch, lambda: self._unlocked(run, batch, given))
        if batch.kind is KeyKind.ACCOUNT:
            run.opened.result()

    def start_soon(self, batch: Batch, given: Unlock) -> None:
        """As `start`, after whoever is at the batch for a moment (to ask a service, say). Raises as that."""
        self._soon(lambda: self.start(batch, given))

    def keep_looking(self) -> None:
        """As `take_up`, again and again until `stop`: a process may have died a moment ago, and a service
        that nobody looks after may have made values."""
        threading.Thread(target=self._look, name="batches", daemon=True).start()

    def _look(self) -> None:
        while not self._stopped.wait(awaiting.ASK_AGAIN.total_seconds()):
            try:
                self.take_up()
            except Exception:  # the loop of a thread: what was not taken up is taken up later
                log.exception("batches could not be looked after")

    def take_up(self) -> None:
        """Go on with what a process left that is gone: all that needs no unlock."""
        now = self._services.now()
        try:
            left = self._services.batches.unfinished()
        except ConnectionError:  # the service starts without its database, and says so at /health/ready
            log.exception("batches could not be taken up")
            return
        for batch in left:
            self.heed(batch, worked_on=batch.worked_on(now))

    def heed(self, batch: Batch, *, worked_on: bool) -> None:
        """Go on with a batch that nobody works on and that needs no unlock: of an outside key, or one whose
        values a remote service has made."""
        if worked_on or not batch.has_work():
            return
        if batch.kind is KeyKind.OUTSIDE:
            self.start(batch)
        elif batch_signing.collectable(self._services, batch):
            self._collect(batch)

    def note(self, batch: Batch, problem: Problem) -> None:
        """Say why an account's batch does not go on, after whoever is at it for a moment. Raises
        BatchBusy."""
        self._soon(lambda: self._claim(batch))
        self._services.batches.release(batch.id, self._name, problem)

    def stop(self) -> None:
        """Let what is in work end, and begin nothing new."""
        self._stopped.set()

    def _soon(self, step: Callable[[], None]) -> None:
        until = time.monotonic() + _RETURN_SECONDS
        while True:
            try:
                return step()
            except BatchBusy:
                if time.monotonic() >= until:
                    raise
            time.sleep(_POLL_SECONDS)

    def _collect(self, batch: Batch) -> None:
        with self._lock:
            if batch.id in self._runs:
                return
            run = self._runs[batch.id] = _Run()
        self._begin(run, batch, lambda: self._collected(run, batch))

    def _begin(self, run: _Run, batch: Batch, work: Callable[[], Problem | None]) -> None:
        args = (run, batch, work)
        threading.Thread(target=self._work, args=args, name=f"batch-{batch.id}", daemon=True).start()

    def _work(self, run: _Run, batch: Batch, work: Callable[[], Problem | None]) -> None:
        """The body of the thread, and its edge: whatever happens, the batch is left so that it can go on.
        `work` says why it does not go on by itself, where that is so."""
        failed: Exception | None = None
        try:
            self._work_claimed(batch, work)
        except Exception as error:  # noqa: BLE001 the loop of a thread: what was not done is done later
            failed = error
            log.warning("a batch was left", extra={"batch": batch.id, "cause": type(error).__name__})
        finally:
            with self._lock:
                del self._runs[batch.id]
            if failed and not run.opened.done():
                run.opened.set_exception(failed)
            if not self._stopped.is_set():
                self._look_back(run, batch, failed)

    def _look_back(self, run: _Run, batch: Batch, failed: Exception | None) -> None:
        """Go on with what came when the work had found no more to do, and still held the batch."""
        if run.again:
            self.start(batch)
        elif failed is None or isinstance(failed, SigningRefused):
            try:
                left = self._services.batches.get(batch.id)
                self.heed(left, worked_on=left.worked_on(self._services.now()))
            except BatchNotFound:
                return
            except Exception:  # the end of a thread: whoever looks next goes on
                log.exception("a batch could not be looked at again")

    def _unlocked(self, run: _Run, batch: Batch, given: Unlock) -> None:
        with batch_signing.unlocked(self._services, batch, given) as key:
            run.opened.set_result(None)
            self._work_off(run, batch, key)

    def _collected(self, run: _Run, batch: Batch) -> Problem | None:
        run.opened.set_result(None)  # nobody waits for it
        batch_signing.collect(self._services, batch.id, self._at_once, self._goes_on)
        # what was not there yet is left for the same reason as before
        return batch.problem if self._services.batches.get(batch.id).has_work() else None

    def _goes_on(self) -> bool:
        return not self._stopped.is_set()

    def _work_claimed(self, batch: Batch, work: Callable[[], Problem | None]) -> None:
        self._claim(batch)
        left = None
        try:
            # a token or a remote service may take longer to open than a silent process counts as alive
            with self._kept(batch.id):
                left = work()
        except SigningRefused as refusal:
            left = Problem(refusal.code, refusal.vi, refusal.en)
            raise
        finally:
            self._services.batches.release(batch.id, self._name, left)

    def _work_off(self, run: _Run, batch: Batch, key: UnlockedKey | None) -> None:
        while True:
            batch_signing.work_off(self._services, batch.id, key, self._at_once, self._goes_on)
            with self._lock:
                if not run.again or self._stopped.is_set():
                    return
                run.again = False

    def _claim(self, batch: Batch) -> None:
        """Raises BatchBusy where another process is at it and stays at it."""
        until = time.monotonic() + (_PATIENCE_SECONDS if batch.kind is KeyKind.OUTSIDE else 0)
        while not self._services.batches.claim(batch.id, self._name, self._services.now()):
            if time.monotonic() >= until:
                raise BatchBusy(batch.id)
            time.sleep(_POLL_SECONDS)

    @contextmanager
    def _kept(self, batch_id: str) -> Iterator[None]:
        """Says all the while that this process works on the batch."""
        done = threading.Event()
        beat = threading.Thread(target=self._beat, args=(batch_id, done), daemon=True)
        beat.start()
        try:
            yield
        finally:
            done.set()
            beat.join()

    def _beat(self, batch_id: str, done: threading.Event) -> None:
        while not done.wait(_BEAT_SECONDS):
            try:
                self._services.batches.claim(batch_id, self._name, self._services.now())
            except Exception:  # the loop of a thread: a database that is away comes back
                log.exception("a batch could not be kept")

    @property
    def watched_by_most(self) -> bool:
        """No more can watch: to be asked before an answer begins, which could not say so any more."""
        return self._streams >= MOST_STREAMS

    async def watch(self, caller: Caller, batch_id: str) -> AsyncIterator[Batch | None]:
        """The batch as it is now, then whenever it changed, until it is done or the session ends; None is a
        heartbeat. Raises TooManyStreams."""
        if self.watched_by_most:
            raise TooManyStreams
        self._streams += 1
        try:
            told, spoke, checked = None, 0.0, time.monotonic()
            while not self._stopped.is_set():
                try:
                    batch = await run_in_threadpool(self._services.batches.get, batch_id)
                except BatchNotFound:
                    return
                if batch.documents != told:
                    told, spoke = batch.documents, time.monotonic()
                    yield batch
                    if batch.status is BatchStatus.DONE:
                        return
                elif time.monotonic() - spoke >= HEARTBEAT_SECONDS:
                    spoke = time.monotonic()
                    yield None
                if time.monotonic() - checked >= HEARTBEAT_SECONDS:
                    if not await run_in_threadpool(still_valid, self._services, caller):
                        return
                    checked = time.monotonic()
                await asyncio.sleep(_POLL_SECONDS)
        finally:
            self._streams -= 1
