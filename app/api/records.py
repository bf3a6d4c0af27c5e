"""Records: sent, listed, read, confirmed, signed, tried again."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from app import access, corrections, kinds, records, sealing, workflow
from app.api.callers import CallerOf, FrontOf
from app.api.parameters import KNOWN_ONLY
from app.api.problems import AllRefused, Unprocessable, bad_cursor
from app.api.schemas import (
    ConfirmBody,
    EventBody,
    HistoryBody,
    ListingBody,
    ProblemBody,
    ReceivedBody,
    RecordBody,
    RecordWithFields,
    RefusedBody,
    SaidKindBody,
    UploadBody,
    WordsBody,
)
from app.api.signing_schemas import SealBody, SignBody, own_mark
from app.front.context import Front, list_records
from app.front.identity import Caller
from app.front.receiving import Outcome, digest_of_upload, receive_all
from app.front.uploads import Form, received
from app.records import Problem, Record, Status
from app.said_words import WordSaid

router = APIRouter(prefix="/records", tags=["records"])

_LONGEST_KEY = 200
_UPLOAD_SCHEMA: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "dossier": {"type": "string"},
                    },
                }
            }
        },
    }
}


@router.post("", status_code=202, response_model=UploadBody, openapi_extra=_UPLOAD_SCHEMA)
async def send(
    request: Request,
    front: FrontOf,
    caller: CallerOf,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Response:
    """Send one or many files (`file`), for a dossier or none. Answered once the bytes are durable."""
    access.require(caller.person, access.Right.RECEIVE)
    if idempotency_key is not None and not 1 <= len(idempotency_key) <= _LONGEST_KEY:
        raise Unprocessable(
            "bad-idempotency-key",
            f"Idempotency-Key phải có từ 1 đến {_LONGEST_KEY} ký tự.",
            f"An Idempotency-Key has 1 to {_LONGEST_KEY} characters.",
        )
    async with received(request, front.settings.upload_bytes) as form:
        if not form.files:
            raise Unprocessable(
                "no-file",
                "Yêu cầu không có tệp nào. Hãy gửi ít nhất một tệp trong phần `file`.",
                "The request holds no file. Send at least one in the part `file`.",
            )
        body = await run_in_threadpool(_take, front, caller, form, idempotency_key)
    return Response(body, 202, media_type="application/json")


def _take(front: Front, caller: Caller, form: Form, key: str | None) -> str:
    """The answer to an upload: the one given before, where the same request came with the same key."""
    services, username = front.services, caller.person.username
    dossier = form.fields.get("dossier", "").strip()[:100] or None
    digest = digest_of_upload(form.files, dossier) if key else ""
    if key and (answer := services.idempotency.find(username, key, digest)):
        return answer
    body = upload_body(receive_all(services, front.metrics, caller.person, form.files, dossier))
    answer = body.model_dump_json()
    return services.idempotency.keep(username, key, digest, answer, services.now()) if key else answer


def upload_body(outcomes: list[Outcome]) -> UploadBody:
    """Raises AllRefused."""
    refused = [
        RefusedBody(name=o.name, error=ProblemBody.of(Problem(o.refusal.code, o.refusal.vi, o.refusal.en)))
        for o in outcomes
        if o.refusal is not None
    ]
    first = next((o.refusal for o in outcomes if o.refusal), None)
    if first is not None and len(refused) == len(outcomes):
        raise AllRefused(first, [entry.model_dump() for entry in refused])
    return UploadBody(
        records=[
            ReceivedBody(
                id=o.record.id, status=o.record.status, sha256=o.record.digest, again=o.again, name=o.name
            )
            for o in outcomes
            if o.record is not None
        ],
        refused=refused,
    )


@router.get("", dependencies=[KNOWN_ONLY])
def search(
    front: FrontOf,
    caller: CallerOf,
    query: Annotated[str, Query(max_length=500)] = "",
    status: Annotated[list[Status] | None, Query()] = None,
    kind: Annotated[str | None, Query(max_length=100)] = None,
    sha256: Annotated[str | None, Query(pattern="^[0-9a-f]{64}$")] = None,
    dossier: Annotated[str | None, Query(max_length=100)] = None,
    after: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> ListingBody:
    """Records, newest first: by number, symbol, name or words (with or without tone marks), status, kind."""
    wanted = records.Query(
        text=query,
        statuses=frozenset(status or ()),
        kind=kind,
        digest=sha256,
        dossier=dossier,
        after=after,
        limit=limit,
    )
    try:
        listing = list_records(front.services, caller.person, wanted)
    except ValueError as error:
        raise bad_cursor() from error
    return ListingBody(records=[RecordBody.of(record) for record in listing.records], next=listing.next)


@router.get("/{record_id}")
def read(front: FrontOf, caller: CallerOf, record_id: str) -> RecordWithFields:
    """Where the record stands, and its fields."""
    return _with_fields(front, caller, workflow.view(front.services, caller.person, record_id))


@router.get("/{record_id}/recognition")
def recognition(front: FrontOf, caller: CallerOf, record_id: str) -> dict[str, Any]:
    """Everything that was read: pages, words with boxes and confidence, kind, fields."""
    return workflow.recognition(front.services, caller.person, record_id)


@router.post("/{record_id}/fields", include_in_schema=False)
@router.put("/{record_id}/fields")
def confirm(front: FrontOf, caller: CallerOf, record_id: str, body: ConfirmBody) -> RecordWithFields:
    """Confirm or correct the fields of the version that was looked at; 409 where it has changed since."""
    record = workflow.confirm(front.services, caller.person, record_id, body.version, body.values)
    return _with_fields(front, caller, record)


@router.put("/{record_id}/kind", status_code=202)
def say_kind(front: FrontOf, caller: CallerOf, record_id: str, body: SaidKindBody) -> RecordBody:
    """Say of what kind the paper is, of a record of which nothing is signed; its fields are taken anew, and
    it awaits review. Where values were confirmed, 409 says which are `kept`, to be confirmed again, and which
    are `left`, as the kind has no such fields; sent again with those in `left`, it is done."""
    said = kinds.say_kind(front.services, caller.person, record_id, body.version, body.code, left=body.left)
    return RecordBody.of(said)


@router.put("/{record_id}/words", status_code=202)
def correct(front: FrontOf, caller: CallerOf, record_id: str, body: WordsBody) -> RecordBody:
    """Say what words of the pages are. Where nothing of the record is signed it awaits review again: fields
    are taken anew, confirmed values are kept to be confirmed again, and the viewing copy is made with these
    words. A copy that somebody has signed stays as it is; text and search change all the same. What readers
    had read stays in `said` of each word (`/recognition`). 409 where the record has changed since."""
    said = [WordSaid(**one.model_dump()) for one in body.words]
    return RecordBody.of(corrections.correct(front.services, caller.person, record_id, body.version, said))


@router.get("/{record_id}/left-values", dependencies=[KNOWN_ONLY])
def left_values(front: FrontOf, caller: CallerOf, record_id: str) -> dict[str, Any]:
    """Values that a person had confirmed before the record became of a kind that has no field for them."""
    return {"left_values": workflow.left_values(front.services, caller.person, record_id)}


@router.post("/{record_id}/signature")
def sign(front: FrontOf, caller: CallerOf, record_id: str, body: SignBody) -> RecordWithFields:
    """Sign a confirmed record with one's own key, in the version that was looked at (409 where it has changed
    since); the passphrase is used once and kept nowhere."""
    given = body.secret()
    record = workflow.sign(
        front.services,
        caller.person,
        record_id,
        given.secret,
        body.reason,
        body.version,
        wish=body.mark.wish(caller.person),
        own=own_mark(body.place, None),
        once=given.once,
    )
    return _with_fields(front, caller, record)


@router.post("/{record_id}/seal")
def seal(front: FrontOf, caller: CallerOf, record_id: str, body: SealBody) -> RecordWithFields:
    """Put the agency's seal on a record that has none, and that an official has signed or who digitised it:
    the agency's own signature, after the first."""
    record = sealing.seal(front.services, caller.person, record_id, body.version, visible=body.visible)
    return _with_fields(front, caller, record)


@router.post("/{record_id}/retry", status_code=202)
def retry(front: FrontOf, caller: CallerOf, record_id: str) -> RecordBody:
    """Read a failed or refused record anew."""
    return RecordBody.of(workflow.retry(front.services, caller.person, record_id))


@router.get("/{record_id}/history", dependencies=[KNOWN_ONLY])
def history(front: FrontOf, caller: CallerOf, record_id: str) -> HistoryBody:
    """Everything that happened to the record, oldest first."""
    events = workflow.history_of(front.services, caller.person, record_id)
    return HistoryBody(events=[EventBody.of(event) for event in events])


def _with_fields(front: Front, caller: Caller, record: Record) -> RecordWithFields:
    return RecordWithFields.with_fields(record, workflow.fields(front.services, caller.person, record.id))
