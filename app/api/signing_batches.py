"""Many documents signed with one consent: by the account's key, or by a key that the service never sees."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from app import access, batch_signing, remote_values
from app.api.callers import CallerOf, FrontOf
from app.api.events import HEADERS, HEARTBEAT, RETRY
from app.api.parameters import KNOWN_ONLY
from app.api.problems import Unprocessable
from app.api.signing_schemas import (
    BatchBody,
    BatchesBody,
    LeavePageBody,
    NewBatchBody,
    UnlockBody,
    ValuesBody,
    VisitBody,
)
from app.batch_signing import Consent
from app.batches import Batch
from app.front import visits
from app.front.context import Front
from app.front.identity import Caller
from app.front.progress import TooManyStreams
from app.signable import RIGHTS, require_any
from signing.keys.csc_refusals import SIGN_IN
from signing.refusals import SigningRefused

router = APIRouter(prefix="/signing-batches", tags=["signing"])


@router.post("", status_code=201)
def begin(front: FrontOf, caller: CallerOf, body: NewBatchBody) -> BatchBody:
    """Consent to the signing of 1 to 500 records, each in the version that was shown. They are signed in the
    background; one that fails names its reason, and the others go on. `kind` account: the key is opened once,
    with a passphrase that is kept nowhere. `kind` outside: what the key is to sign comes with each prepared
    document, and its values are sent to `/values`. `role` digitiser: who digitised signs the copies of paper
    that the records hold (F1.2)."""
    access.require(caller.person, RIGHTS[body.role])
    versions = {one.id: one.version for one in body.records}
    if len(versions) != len(body.records):
        raise Unprocessable(
            "record-twice",
            "Một hồ sơ có mặt hai lần trong lô. Hãy bỏ bớt rồi gửi lại.",
            "A record is in the batch twice. Take one out and send it again.",
        )
    consent = Consent(
        versions,
        body.reason,
        body.seal,
        body.outside_key(),
        body.role,
        body.mark.wish(caller.person),
        {one.id: one.own() for one in body.records},
    )
    batch = batch_signing.begin(front.services, caller.person, consent)
    if batch.has_work():
        try:
            front.batches.start(batch, body.secret())
        except SigningRefused as refusal:
            if refusal.code != SIGN_IN:  # its holder does that on the way, and the batch goes on
                batch_signing.withdraw(front.services, batch, refusal.code)
                raise
    return _shown(front, batch.id)


@router.get("", dependencies=[KNOWN_ONLY])
def unfinished(front: FrontOf, caller: CallerOf) -> BatchesBody:
    """One's own batches that are not done, the oldest first, without their documents."""
    require_any(caller.person)
    found = front.services.batches.unfinished(caller.person.username)
    now = front.services.now()
    return BatchesBody(batches=[BatchBody.of(batch, now, documents=False) for batch in found])


@router.get("/{batch_id}")
def read(front: FrontOf, caller: CallerOf, batch_id: str) -> BatchBody:
    """Where the batch stands."""
    batch = batch_signing.batch_of(front.services, caller.person, batch_id)
    front.batches.heed(batch, worked_on=batch.worked_on(front.services.now()))
    return BatchBody.of(batch, front.services.now())


@router.delete("/{batch_id}")
def abandon(front: FrontOf, caller: CallerOf, batch_id: str) -> BatchBody:
    """Leave the rest unsigned: what waits or is prepared counts as failed, its history tells, and nothing of
    it is kept. What is signed stays so."""
    batch = batch_signing.abandon(front.services, caller.person, batch_id)
    return BatchBody.of(batch, front.services.now())


@router.post("/{batch_id}/values")
def take_values(front: FrontOf, caller: CallerOf, batch_id: str, body: ValuesBody) -> BatchBody:
    """Signature values of an outside key, in any order and any number of calls. Each is checked against the
    certificate and what was to be signed before it goes into its document, in the background."""
    batch = batch_signing.take_values(front.services, caller.person, batch_id, body.by_record())
    if batch.has_work():
        front.batches.start(batch)
    return _shown(front, batch.id)


@router.post("/{batch_id}/resume")
def resume(front: FrontOf, caller: CallerOf, batch_id: str, body: UnlockBody) -> BatchBody:
    """Unlock the account's key again, and go on with what an interruption left. What is signed stays so."""
    batch = batch_signing.to_unlock(front.services, caller.person, batch_id)
    if batch.has_work():
        front.batches.start(batch, body.secret())
    return _shown(front, batch.id)


@router.post("/{batch_id}/leave-page")
def send_away(
    request: Request, response: Response, front: FrontOf, caller: CallerOf, batch_id: str, body: VisitBody
) -> LeavePageBody:
    """Where the holder of a remote key goes to sign in, or to give leave for what is prepared (CSC API,
    `oauth2code`), with the browser that asks; the batch goes on when the holder comes back. Where it goes on
    without (the holder is signed in, and nothing is prepared yet, say), no address is given."""
    batch = batch_signing.to_unlock(front.services, caller.person, batch_id)
    public = front.services.public_url
    if urlsplit(public).netloc != request.headers.get("host", ""):
        raise Unprocessable(
            "other-address",
            f"Trang của nhà cung cấp khóa chỉ trả về địa chỉ {public or '(chưa đặt BANCHINH_PUBLIC_URL)'}. "
            "Hãy mở Bản Chính ở địa chỉ đó rồi ký, hoặc báo quản trị viên.",
            f"The page of the key's provider returns to {public or '(BANCHINH_PUBLIC_URL is not set)'} "
            "alone. Open Bản Chính at that address and sign there, or tell the administrator.",
        )
    way = remote_values.send_away(front.services, caller.person, batch, body.language)
    if way is None:
        if batch.has_work():
            front.batches.start(batch)
        return LeavePageBody(address=None)
    address, name, verifier = way
    visits.remembered(response, name, f"{verifier}.{body.place}", public)
    return LeavePageBody(address=address)


@router.get("/{batch_id}/events", response_class=StreamingResponse)
async def events(front: FrontOf, caller: CallerOf, batch_id: str) -> StreamingResponse:
    """The batch as it is now, then again whenever it changes, until it is done."""
    await run_in_threadpool(batch_signing.batch_of, front.services, caller.person, batch_id)
    if front.batches.watched_by_most:
        raise TooManyStreams
    return StreamingResponse(_told(front, caller, batch_id), media_type="text/event-stream", headers=HEADERS)


async def _told(front: Front, caller: Caller, batch_id: str) -> AsyncIterator[str]:
    yield RETRY
    with front.metrics.streams.track_inprogress():
        async for batch in front.batches.watch(caller, batch_id):
            if batch is None:
                yield HEARTBEAT
            else:
                body = BatchBody.of(batch, front.services.now(), to_be_signed=False)
                yield f"event: batch\ndata: {body.model_dump_json()}\n\n"


def _shown(front: Front, batch_id: str) -> BatchBody:
    batch: Batch = front.services.batches.get(batch_id)
    return BatchBody.of(batch, front.services.now())
