"""What is being read right now: one poller for all who watch; whole records, never a difference to apply."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from time import monotonic

from starlette.concurrency import run_in_threadpool

from app import access
from app.front.identity import Caller, still_valid
from app.people import Person
from app.ports import Services
from app.records import AT_REST, Record, RecordNotFound

log = logging.getLogger(__name__)

POLL_SECONDS = 0.4
#: Something goes over the line at least this often, so that proxies keep it open and dead ones are noticed.
HEARTBEAT_SECONDS = 15.0
#: Open streams at once; each costs a socket and a queue.
MOST_STREAMS = 500


class TooManyStreams(RuntimeError):
    """More watchers than this process takes on."""


@dataclass(eq=False, slots=True)
class _Watcher:
    person: Person
    only: frozenset[str] | None
    #: What is still to be told, the newest of each record only: a slow reader cannot make this grow.
    pending: dict[str, Record] = field(default_factory=dict)
    told: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, record: Record) -> None:
        self.pending[record.id] = record
        self.told.set()

    async def next(self) -> list[Record]:
        """What is to be told now; empty where nothing happened for the time of a heartbeat."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.told.wait(), HEARTBEAT_SECONDS)
        self.told.clear()
        news, self.pending = list(self.pending.values()), {}
        return news

    def wants(self, record: Record) -> bool:
        if self.only is not None and record.id not in self.only:
            return False
        return access.may(self.person, access.Right.VIEW, record)


class ProgressFeed:
    """Polls the database while anybody watches, and tells each watcher of the records that changed."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._watchers: set[_Watcher] = set()
        self._known: dict[str, Record] = {}
        self._joined: dict[str, Record] = {}
        self._poller: asyncio.Task[None] | None = None

    @property
    def streams(self) -> int:
        return len(self._watchers)

    async def watch(
        self, caller: Caller, *, also: Iterable[str] = (), only: str | None = None
    ) -> AsyncIterator[Record | None]:
        """Records as they are now, then each as it changes; None is a heartbeat. Ends with the session.

        First come the records named in `also` and all that are being read, or where `only` is given that
        record alone; those that the person may not see are left out. Raises TooManyStreams.
        """
        if len(self._watchers) >= MOST_STREAMS:
            raise TooManyStreams
        watcher = _Watcher(caller.person, frozenset({only}) if only else None)
        self._watchers.add(watcher)
        try:
            first = await run_in_threadpool(self._snapshot, [only] if only else list(also), only is None)
            # what ends between this snapshot and the poller's next look must not be missed
            self._joined.update({record.id: record for record in first if record.status not in AT_REST})
            self._start()
            for record in first:
                if watcher.wants(record):
                    yield record
            checked = monotonic()
            while True:
                news = await watcher.next()
                if not news or monotonic() - checked >= HEARTBEAT_SECONDS:  # news may never pause
                    if not await run_in_threadpool(still_valid, self._services, caller):
                        return
                    checked = monotonic()
                if not news:
                    yield None
                for record in news:
                    yield record
        finally:
            self._watchers.discard(watcher)

    def _snapshot(self, ids: Iterable[str], with_unfinished: bool) -> list[Record]:
        found = {record.id: record for record in self._services.parts.unfinished()} if with_unfinished else {}
        for record_id in ids:
            with contextlib.suppress(RecordNotFound):
                found[record_id] = self._services.records.get(record_id)
        return list(found.values())

    def _start(self) -> None:
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._poll(), name="progress-poller")

    async def stop(self) -> None:
        if self._poller is not None:
            self._poller.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._poller

    async def _poll(self) -> None:
        while self._watchers:
            known = self._known | self._joined
            self._joined.clear()
            watched = {record_id for watcher in self._watchers for record_id in watcher.only or ()}
            try:
                now = await run_in_threadpool(self._look, known.keys() | watched)
            except Exception:  # the loop of a process: a database that is away comes back
                log.exception("progress could not be read")
                now = known
            self._known = {
                key: record for key, record in now.items() if record.status not in AT_REST or key in watched
            }
            for record in (record for key, record in now.items() if known.get(key) != record):
                for watcher in self._watchers:
                    if watcher.wants(record):
                        watcher.tell(record)
            await asyncio.sleep(POLL_SECONDS)

    def _look(self, ids: Iterable[str]) -> dict[str, Record]:
        """All that is being read, and the records of these ids, whatever became of them."""
        now = {record.id: record for record in self._services.parts.unfinished()}
        for record_id in ids:
            if record_id not in now:
                with contextlib.suppress(RecordNotFound):
                    now[record_id] = self._services.records.get(record_id)
        return now
