"""A record's page: the paper on the left; its words and fields, history and signature on the right."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app import workflow
from app.audit import Event
from app.front.context import front_of
from app.front.identity import Caller
from app.records import (
    AT_REST,
    FieldValue,
    IllegalTransition,
    ReadPage,
    Record,
    RecordChanged,
    RecordNotFound,
    Status,
)
from app.review import BadFieldValue
from app.web.doubts import doubtful_field, doubtful_word
from app.web.forms import Posted, SignedIn, Submission
from app.web.rendering import language_of, page
from ocr.kinds import ADMINISTRATIVE_FIELDS
from ocr.recognition import Field, Word
from signing.refusals import SigningRefused

router = APIRouter(prefix="/records/{record_id}", include_in_schema=False)

_LONG_FIELDS = frozenset({"subject", "addressee", "address", "residence", "cause", "purpose"})
_NOT_READ = Field(None, 0.0, None, None, "absent")


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field as the form shows it. `typed` is what a refused form held."""

    field: FieldValue
    doubtful: bool
    typed: str | None = None

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def value(self) -> str:
        return self.typed if self.typed is not None else (self.field.value or "")

    @property
    def long(self) -> bool:
        return self.name in _LONG_FIELDS or len(self.value) > 60

    @property
    def wide(self) -> bool:
        return self.long or len(self.value) > 22

    @property
    def place(self) -> str:
        """Where it stands, as `x0,y0,x1,y1`."""
        box = self.field.box
        return ",".join(str(side) for side in box.to_json()) if box else ""


@dataclass(frozen=True, slots=True)
class WordMark:
    """A word with its place and whether it is doubtful; `starts_line` divides the text into lines."""

    word: Word
    doubtful: bool
    starts_line: bool


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence above the form: its tone (bad or good), and its words."""

    tone: str
    words: str


@router.get("")
def record_page(request: Request, caller: SignedIn, record_id: str, done: str = "") -> Response:
    front = front_of(request)
    record = workflow.view(front.services, caller.person, record_id)
    return _page(request, caller, record, done=done if done in ("confirmed", "signed", "retried") else "")


@router.get("/pages/{number}")
def one_page(request: Request, caller: SignedIn, record_id: str, number: int) -> Response:
    """The paper and the words of one page, for turning pages without losing what was typed."""
    front = front_of(request)
    record = workflow.view(front.services, caller.person, record_id)
    pages = front.services.parts.pages(record.id)
    shown = next((kept for kept in pages if kept.page.number == number), None)
    if shown is None:
        raise RecordNotFound(record_id)
    return page(
        request, "turn.html", caller=caller, record=record, shown=shown, words=_marks(shown), pages=pages
    )


@router.post("/fields")
def confirm(request: Request, posted: Submission, record_id: str) -> Response:
    services, caller = front_of(request).services, posted.caller
    typed = {
        name.removeprefix("field-"): value
        for name, value in posted.values.items()
        if name.startswith("field-")
    }
    try:
        workflow.confirm(services, caller.person, record_id, _version(posted), typed)
    except BadFieldValue as error:
        words, status, bad = _in(request, error.vi, error.en), 422, error.name
    except RecordChanged:
        words, status, bad = "", 409, ""
    else:
        return RedirectResponse(f"/records/{record_id}?done=confirmed", 303)
    record = workflow.view(services, caller.person, record_id)
    return _page(
        request, caller, record, typed=typed, status=status, message=Message("bad", words), bad_field=bad
    )


@router.post("/signature")
def sign(request: Request, posted: Submission, record_id: str) -> Response:
    services, caller = front_of(request).services, posted.caller
    try:
        workflow.sign(
            services,
            caller.person,
            record_id,
            posted.values.get("passphrase") or None,
            posted.get("reason")[:200],
            _version(posted),
        )
    except RecordChanged:
        words = _in(
            request,
            "Hồ sơ đã thay đổi từ khi bạn mở nên chưa được ký. Đây là bản mới nhất: hãy đọc lại rồi ký.",
            "The record has changed since you opened it, so it is not signed. This is the latest: "
            "read it again, then sign.",
        )
        record = workflow.view(services, caller.person, record_id)
        return _page(request, caller, record, status=409, message=Message("bad", words))
    except SigningRefused as error:
        record = workflow.view(services, caller.person, record_id)
        message = Message("bad", _in(request, error.vi, error.en))
        return _page(request, caller, record, status=422, message=message)
    return RedirectResponse(f"/records/{record_id}?done=signed", 303)


def _version(posted: Posted) -> int:
    """The version that the form was made from; 0, which no record has, where it does not say."""
    given = posted.get("version")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


@router.post("/retry")
def retry(request: Request, posted: Submission, record_id: str) -> Response:
    try:
        workflow.retry(front_of(request).services, posted.caller.person, record_id)
    except IllegalTransition:  # somebody else asked first: the page shows that it is being read
        return RedirectResponse(f"/records/{record_id}", 303)
    return RedirectResponse(f"/records/{record_id}?done=retried", 303)


@router.get("/history")
def history(request: Request, caller: SignedIn, record_id: str) -> Response:
    services = front_of(request).services
    events = workflow.history_of(services, caller.person, record_id)
    record = services.records.get(record_id)
    return page(request, "history.html", caller=caller, record=record, events=_readable(events))


def _readable(events: Sequence[Event]) -> list[Event]:
    return sorted(events, key=lambda event: event.sequence or 0, reverse=True)


def _page(
    request: Request,
    caller: Caller,
    record: Record,
    *,
    typed: dict[str, str] | None = None,
    status: int = 200,
    message: Message | None = None,
    bad_field: str = "",
    done: str = "",
) -> Response:
    services = front_of(request).services
    pages = services.parts.pages(record.id)
    shown = _shown(request, pages)
    rows = _rows(dict(services.parts.fields(record.id)), record, typed or {})
    return page(
        request,
        "record.html",
        caller=caller,
        status=status,
        record=record,
        pages=pages,
        shown=shown,
        words=_marks(shown) if shown else [],
        rows=rows,
        doubts=sum(row.doubtful for row in rows),
        word_doubts=sum(doubtful_word(word) for kept in pages for word in kept.page.words),
        message=message,
        conflict=status == 409 and typed is not None,
        bad_field=bad_field,
        confirmation=_common_confirmation(rows),
        done=done,
        busy=record.status not in AT_REST,
        editable=record.status in (Status.AWAITING_REVIEW, Status.CONFIRMED),
    )


def _shown(request: Request, pages: Sequence[ReadPage]) -> ReadPage | None:
    kept = list(pages)
    wanted = request.query_params.get("page", "")
    return next((one for one in kept if str(one.page.number) == wanted), kept[0] if kept else None)


def _rows(fields: dict[str, FieldValue], record: Record, typed: dict[str, str]) -> list[FieldRow]:
    """Fields in the order of the paper; of an administrative document also those that were not found."""
    administrative = any(name in fields for name in ("symbol", "subject")) or not fields
    if record.status in AT_REST and administrative:
        names = [*ADMINISTRATIVE_FIELDS, *(name for name in fields if name not in ADMINISTRATIVE_FIELDS)]
    else:
        names = list(fields)
    found = [fields.get(name) or FieldValue(name, _NOT_READ) for name in names]
    return [FieldRow(field, doubtful_field(field), typed.get(field.name)) for field in found]


def _common_confirmation(rows: Sequence[FieldRow]) -> FieldValue | None:
    """A field that speaks for all, where one person confirmed all at one time."""
    said = {(row.field.confirmed_by, row.field.confirmed_at) for row in rows}
    return rows[0].field if len(said) == 1 and rows[0].field.confirmed_at else None


def _marks(kept: ReadPage) -> list[WordMark]:
    marks, line = [], None
    for word in kept.page.words:
        marks.append(WordMark(word, doubtful_word(word), starts_line=word.line != line))
        line = word.line
    return marks


def _in(request: Request, vi: str, en: str) -> str:
    return vi if language_of(request) == "vi" else en
