"""Values of keys that remote services hold (CSC API): asked for under one leave of the holder, kept as they
come, and waited for where they come later.

A service that is still at it is asked again and again, and may call an address of ours besides
(`response_uri`, v2, 11.10). What it says there counts for nothing: a call is only a reason to ask. So a call
that somebody else makes costs one question, and values come by one way alone, to be checked as all others
are. What is waited for outlives this process: whoever finds it later goes on without the holder.
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta

from app.awaiting import ASK_AGAIN, VISIT_LASTS, HolderVisit, NoticeRefused, Operation
from app.batches import Batch, BatchNotFound, DocumentStatus
from app.people import Person
from app.ports import KeyLost, Services, Unlock, UnlockedKey
from app.signatures import key_of
from signing.keys.csc_oauth import Leave, Scope, Visit, challenge_of, new_verifier
from signing.keys.csc_refusals import strange_answer, too_late
from signing.keys.csc_v2 import VALIDITY_SECONDS
from signing.keys.signing_key import Later

#: Where, at PUBLIC_URL, a service calls; the secret follows.
NOTICE_PATH = "/api/v1/signing-notices/"
#: How long a run waits for a holder who confirms on a telephone; a call that comes later still counts.
_PATIENCE = timedelta(seconds=300)
_LOOK_SECONDS = 0.5
#: Where nobody calls us, the service is asked this often.
_POLL = timedelta(seconds=2)
#: And this often, where a run has given up waiting, or could not reach the service.
_ASK_LATE = timedelta(seconds=60)
#: Why a run was left while its holder may still confirm: asking goes on.
_STILL_ASKED = frozenset({"csc-too-late", "csc-unreachable", "key-failed"})
#: Refusals that say nothing of the order that was asked about.
_PASSING = frozenset({"csc-access-refused", "key-failed"})

GoOn = Callable[[], bool]


def ask_holder(services: Services, batch_id: str, key: UnlockedKey, go_on: GoOn) -> None:
    """Have the values of all documents that are prepared, under as few leaves of the key's holder as the
    service allows. Raises KeyLost, after the values that came are kept."""
    earlier = _not_taken(services, batch_id, key)
    documents = services.batches.get(batch_id).documents
    asked = {one.record: one.to_be_signed for one in documents if one.to_be_signed and not one.valued}
    if asked:
        _Asking(services, batch_id, key, go_on, list(asked), earlier).run(list(asked.values()))


def collect(services: Services, batch_id: str, key: UnlockedKey) -> None:
    """Take what a remote service has made meanwhile, without its holder. Raises KeyLost."""
    for operation in services.awaiting.of(batch_id, services.now()):
        _fetched(services, key, operation)


def due(services: Services, batch: Batch) -> bool:
    """Whether a service is to be asked now what it has made: if it has called, else now and then, unless its
    holder is to be asked anew (the batch has a problem that waiting does not mend)."""
    now, problem = services.now(), batch.problem
    operations = services.awaiting.of(batch.id, now)
    if problem is not None and problem.code not in _STILL_ASKED:
        return any(one.called for one in operations)
    after = ASK_AGAIN if problem is None else _ASK_LATE
    return any(one.due(now, after) for one in operations)


def heard(services: Services, batch_id: str) -> None:
    """What the service has called for so far is being asked about: a key that does not open now is not tried
    again at once."""
    now = services.now()
    for operation in services.awaiting.of(batch_id, now):
        services.awaiting.asked(operation.notice, now)


def arrived(services: Services, secret: str) -> Batch:
    """A service has called the address with that secret. Raises NoticeRefused, BatchNotFound."""
    operation = services.awaiting.arrive(_digest(secret), services.now())
    return services.batches.get(operation.batch)


def send_away(services: Services, person: Person, batch: Batch, language: str) -> tuple[str, str, str] | None:
    """The holder of the batch's key goes to a page of the service: its address, the name of the visit, and
    the verifier, which is kept nowhere but in the browser. None where the batch first goes on without: the
    key needs no page, or not all documents that leave is for are prepared. Raises SigningRefused."""
    reference = key_of(person)
    verifier, state = new_verifier(), f"{secrets.token_urlsafe(32)}.{_digest(reference)[:16]}"
    visit = Visit(state, challenge_of(verifier), language)
    data = [one.to_be_signed for one in batch.documents if one.to_be_signed and not one.valued]
    page = services.keys.leave_page(reference, person.username, data, visit)
    if page is None:
        return None
    if page.scope == "credential" and (batch.counted(DocumentStatus.WAITING) or not data):
        return None
    now = services.now()
    services.awaiting.leave_for(HolderVisit(_digest(state), batch.id, page.scope, now + VISIT_LASTS), now)
    return page.address, visit_name(state), verifier


def visit_name(state: str) -> str:
    """What a browser may call a visit, of which it keeps the verifier: says nothing of the state."""
    return _digest(state)[:16]


def come_back(services: Services, person: Person, state: str) -> tuple[Batch, Scope]:
    """The batch whose holder comes back from the page, once, and what kind of leave that was for. Raises
    NoticeRefused; to anybody but the batch's own person, no such visit exists, nor with another key than the
    one that it began with: the code would go to that one's service."""
    visit = services.awaiting.come_back(_digest(state), services.now())
    try:
        batch = services.batches.get(visit.batch)
    except BatchNotFound as error:
        raise NoticeRefused("its batch is gone") from error
    if batch.username != person.username:
        raise NoticeRefused("of somebody else")
    if state.rpartition(".")[2] != _digest(person.signing_key or "")[:16]:
        raise NoticeRefused("of another key")
    return batch, "service" if visit.scope == "service" else "credential"


def brought(person: Person, scope: Scope, code: str, verifier: str) -> Unlock:
    """What a holder brought back, as what opens the key."""
    return Unlock(leave=Leave(scope, code, verifier), holder=person.username)


class _Asking:
    """One run of questions for the values of `left`, records in their order. `earlier`: what was ordered
    before and is not there yet; it counts until its records are ordered anew."""

    def __init__(
        self,
        services: Services,
        batch_id: str,
        key: UnlockedKey,
        go_on: GoOn,
        left: Sequence[str],
        earlier: Sequence[Operation],
    ) -> None:
        self._services = services
        self._batch = batch_id
        self._key = key
        self._go_on = go_on
        self._left = list(left)
        self._earlier = list(earlier)
        self._open: Operation | None = None

    def run(self, data: Sequence[bytes]) -> None:
        try:
            for part in self._key.parts(data, self._notice):
                if isinstance(part, Later):
                    if not self._waited(part):
                        return
                else:
                    values = dict(zip(self._of(len(part)), part, strict=True))
                    self._services.batches.keep_values(self._batch, values)
                    self._close()
                    self._drop_earlier()
        finally:
            if self._open is not None and self._open.request is None:
                self._close()

    def _of(self, count: int) -> list[str]:
        of, self._left = self._left[:count], self._left[count:]
        return of

    def _drop_earlier(self) -> None:
        over = [one for one in self._earlier if not set(one.records) & set(self._left)]
        for one in over:
            self._earlier.remove(one)
            self._services.awaiting.close(one.notice)

    def _notice(self) -> str | None:
        """Something is waited for from here on: a service that is fast may call before it has answered."""
        self._close()
        secret, now = secrets.token_urlsafe(32), self._services.now()
        until = now + timedelta(seconds=VALIDITY_SECONDS)
        self._open = Operation(_digest(secret), self._batch, tuple(self._left), until)
        self._services.awaiting.open(self._open, now)
        return self._services.public_url + NOTICE_PATH + secret if self._services.public_url else None

    def _close(self) -> None:
        if self._open is not None:
            self._services.awaiting.close(self._open.notice)
            self._open = None

    def _waited(self, part: Later) -> bool:
        """Whether the values have come and are kept; else they are still waited for, and this run ends."""
        assert self._open is not None, "opened before the service was asked"
        notice, records = self._open.notice, self._of(part.count)
        self._services.awaiting.named(notice, part.request, records)
        self._open = None  # it stays, whatever becomes of this run
        self._drop_earlier()
        until = self._services.now() + _PATIENCE
        while self._go_on():
            now = self._services.now()
            present = {one.notice: one for one in self._services.awaiting.of(self._batch, now)}.get(notice)
            if present is None:
                return False  # left, or taken by somebody else
            if present.due(now, self._again) and _fetched(self._services, self._key, present):
                return True
            if now >= until:
                late = too_late(_PATIENCE.total_seconds())
                raise KeyLost(late.code, late.vi, late.en)
            time.sleep(_LOOK_SECONDS)
        return False

    @property
    def _again(self) -> timedelta:
        return ASK_AGAIN if self._services.public_url else _POLL


def _fetched(services: Services, key: UnlockedKey, operation: Operation) -> bool:
    """Ask the service, and keep the values if it has them. Raises KeyLost where it never will."""
    assert operation.request is not None, "the service has named it"
    services.awaiting.asked(operation.notice, services.now())
    try:
        values = key.fetch(operation.request)
    except KeyLost as lost:
        if lost.code in _PASSING:
            return False
        services.awaiting.close(operation.notice)
        raise
    if values is None:
        return False
    if len(values) != len(operation.records):
        services.awaiting.close(operation.notice)
        strange = strange_answer("signatures/signPolling")
        raise KeyLost(strange.code, strange.vi, strange.en)
    # the same values twice are kept once; each is checked where it goes into its document
    services.batches.keep_values(operation.batch, dict(zip(operation.records, values, strict=True)))
    services.awaiting.close(operation.notice)
    return True


def _not_taken(services: Services, batch_id: str, key: UnlockedKey) -> list[Operation]:
    """The holder is asked anew: what an earlier run waited for is taken if it is there. Gives what is not,
    without what the service will never make."""
    left = []
    for operation in services.awaiting.of(batch_id, services.now()):
        with suppress(KeyLost):
            if not _fetched(services, key, operation):
                left.append(operation)
    return left


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
