"""A record's page: the paper on the left; its words and fields, history and signature on the right."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app import access, corrections, kinds, numbering, sealing, splitting, workflow
from app.audit import Action, Event
from app.front.context import front_of
from app.front.identity import Caller
from app.marks import SigningRole
from app.metadata import metadata_of
from app.outlines import PageOutline
from app.ports import Services
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
from app.review import BadFieldValue, as_kept, field_words
from app.translations import LANGUAGES, text
from app.web.doubts import as_read, print_in, to_compare
from app.web.field_rows import FieldRow, field_rows, spoken_of
from app.web.forms import Posted, SignedIn, Submission
from app.web.paper_rows import leaves, paper_rows
from app.web.rendering import language_of, page, said_in
from app.web.review_queue import next_to_review
from app.web.signing_parts import REACHING_THE_AGENT, BadPlace, place_of, sealing_agency, wish_of
from app.web.standing_view import standing_view
from app.web.word_fixes import BLANK, MOST, carried, taken_out, word_fixes, words_said
from app.web.word_marks import WordMark, word_marks
from ocr.kinds.catalogue import catalogue
from ocr.recognition import Page
from signing.refusals import SigningRefused

router = APIRouter(prefix="/records/{record_id}", include_in_schema=False)


#: What a page may say was done, whatever its address says.
_DONE = frozenset(
    {
        "words",
        "words_kept",
        "confirmed",
        "signed",
        "retried",
        "split",
        "one_paper",
        "joined",
        "stated",
        "digitised",
        "sealed",
    }
)


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence above the form: its tone (bad or good), and its words."""

    tone: str
    words: str


@dataclass(frozen=True, slots=True)
class SignatureAsked:
    """What a form without script held as it was refused, and which parts of its place are to be mended."""

    values: Mapping[str, str]
    bad: frozenset[str] = frozenset()


@router.get("")
def record_page(request: Request, caller: SignedIn, record_id: str, done: str = "") -> Response:
    front = front_of(request)
    record = workflow.view(front.services, caller.person, record_id)
    return record_answer(request, caller, record, done=done if done in _DONE else "")


@router.get("/pages/{number}")
def one_page(request: Request, caller: SignedIn, record_id: str, number: int) -> Response:
    """The paper and the words of one page, for turning pages without losing what was typed."""
    front = front_of(request)
    record = workflow.view(front.services, caller.person, record_id)
    shown = front.services.parts.page(record.id, number)  # alone: of a dossier of 500 all take seconds
    if shown is None:
        raise RecordNotFound(record_id)
    fields = front.services.parts.fields(record.id).values()
    words = word_marks(shown.page, fields)
    return page(
        request,
        "turn.html",
        caller=caller,
        record=record,
        shown=shown,
        words=words,
        **_correcting(caller, record, shown.page, words, {}, {}),
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
        typed |= _taken(request, posted, record_id, typed)
        _check_compared(request, posted, record_id, typed)
        workflow.confirm(services, caller.person, record_id, version_of(posted), typed)
    except BadFieldValue as error:
        words, status, bad = said_in(request, error.vi, error.en), 422, error.name
    except RecordChanged:
        words, status, bad = "", 409, ""
    else:
        return RedirectResponse(f"/records/{record_id}?done=confirmed", 303)
    record = workflow.view(services, caller.person, record_id)
    return record_answer(
        request,
        caller,
        record,
        posted=posted.values,
        status=status,
        message=Message("bad", words),
        bad_field=bad,
    )


def _check_compared(request: Request, posted: Posted, record_id: str, typed: Mapping[str, str]) -> None:
    """Nobody confirms a guess at handwriting, or that nothing stands in its place, by sending back a form as
    it was shown. Raises BadFieldValue for the first such field that was neither changed nor ticked. One whose
    guess was withheld was shown empty: what is there the person has typed, be it the guess."""
    services = front_of(request).services
    record = workflow.view(services, posted.caller.person, record_id)
    if record.version != version_of(posted):
        return  # somebody else's change is what has to be said first
    for name, field in services.parts.fields(record_id).items():
        if name not in typed or not to_compare(field):
            continue
        shown = None if f"withheld-{name}" in posted.values else field.offered
        if _is_as_shown(name, typed[name], shown) and f"compared-{name}" not in posted.values:
            said = "record.not_compared" if shown else "record.left_empty"
            raise BadFieldValue(
                name, *(text(said, language, field=field_words(language, name)) for language in LANGUAGES)
            )


def _taken(request: Request, posted: Posted, record_id: str, typed: Mapping[str, str]) -> dict[str, str]:
    """What is read of values that were asked again, or left open although they are print, and that the person
    ticked; one who typed another value meant that."""
    parts, taken = front_of(request).services.parts, {}
    for name, field in parts.fields(record_id).items():
        ticked = f"take-{name}" in posted.values
        if name not in typed or not ticked or not _is_as_shown(name, typed[name], field.offered):
            continue
        kept = parts.page(record_id, field.read.page) if field.read.page else None
        now = (
            field.read.value
            if field.asked_again
            else as_read(field, print_in(field, kept.page))
            if kept
            else None
        )
        if now:
            taken[name] = now
    return taken


def _is_as_shown(name: str, typed: str, shown: str | None) -> bool:
    return as_kept(name, typed) == (shown or "")


@router.post("/kind")
def say_kind(request: Request, posted: Submission, record_id: str) -> Response:
    services, caller = front_of(request).services, posted.caller
    agreed = posted.values.get("left")  # names, from the form that said what follows
    left = None if agreed is None else agreed.split()
    version = version_of(posted)
    try:
        kinds.say_kind(services, caller.person, record_id, version, posted.get("kind"), left=left)
    except BadFieldValue as error:
        return refused_answer(request, caller, record_id, error.vi, error.en, 422)
    except kinds.KindFixed as error:
        return refused_answer(request, caller, record_id, error.vi, error.en, 409)
    except kinds.ConsequenceUnsaid as error:
        record = workflow.view(services, caller.person, record_id)
        return record_answer(request, caller, record, status=409, new_kind=error)
    except (RecordChanged, IllegalTransition):
        return changed_answer(request, caller, record_id, "kind")
    return RedirectResponse(f"/records/{record_id}", 303)


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
            version_of(posted),
            wish=wish_of(caller.person, posted),
            own=place_of(posted),
            once=posted.values.get("one_time_password") or None,
        )
    except RecordChanged:
        return changed_answer(request, caller, record_id, "signing")
    except SigningRefused as error:
        bad = error.fields if isinstance(error, BadPlace) else frozenset()
        asked = SignatureAsked(posted.values, bad)
        return refused_answer(request, caller, record_id, error.vi, error.en, 422, asked=asked)
    return RedirectResponse(f"/records/{record_id}?done=signed", 303)


@router.post("/seal")
def seal(request: Request, posted: Submission, record_id: str) -> Response:
    services, caller = front_of(request).services, posted.caller
    try:
        sealing.seal(
            services,
            caller.person,
            record_id,
            version_of(posted),
            visible=posted.get("visible") == "yes",
        )
    except RecordChanged:
        return changed_answer(request, caller, record_id, "sealing")
    except SigningRefused as error:
        return refused_answer(request, caller, record_id, error.vi, error.en, 422)
    return RedirectResponse(f"/records/{record_id}?done=sealed", 303)


def changed_answer(request: Request, caller: Caller, record_id: str, doing: str) -> Response:
    """The record as it is now, and that it changed before what the form asked for was done. `doing`: signing,
    sealing, splitting, joining, stating, kind."""
    vi, en = (text(f"record.changed_{doing}", language) for language in LANGUAGES)
    return refused_answer(request, caller, record_id, vi, en, 409)


def refused_answer(
    request: Request,
    caller: Caller,
    record_id: str,
    vi: str,
    en: str,
    status: int,
    *,
    posted: Mapping[str, str] | None = None,
    asked: SignatureAsked | None = None,
    show: int | None = None,
) -> Response:
    """The record as it is, at that page, and why what a form asked for was not done."""
    record = workflow.view(front_of(request).services, caller.person, record_id)
    message = Message("bad", said_in(request, vi, en))
    return record_answer(
        request, caller, record, posted=posted, status=status, message=message, asked=asked, show=show
    )


def version_of(posted: Posted) -> int:
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


def _less_guess(
    services: Services, record: Record, withheld: str | None, posted: Mapping[str, str]
) -> Mapping[str, str]:
    """What was posted, but for a guess that is withheld now and had filled in a form of before: a person
    neither typed it nor compared it."""
    typed, answered = f"field-{withheld}", {f"compared-{withheld}", f"withheld-{withheld}"}
    if withheld is None or typed not in posted or answered & posted.keys():
        return posted
    guess = services.parts.fields(record.id)[withheld].offered
    if as_kept(withheld, posted[typed]) != guess:
        return posted
    return {name: value for name, value in posted.items() if name != typed}


def record_answer(
    request: Request,
    caller: Caller,
    record: Record,
    *,
    posted: Mapping[str, str] | None = None,
    status: int = 200,
    message: Message | None = None,
    bad_field: str = "",
    done: str = "",
    asked: SignatureAsked | None = None,
    new_kind: kinds.ConsequenceUnsaid | None = None,
    show: int | None = None,
) -> Response:
    services = front_of(request).services
    pages = services.parts.outlines(record.id)
    number = _shown(request.query_params.get("page", "") if show is None else str(show), pages)
    findings = workflow.findings(services, record)
    beside = numbering.weighed(services, record)
    fields, warnings = beside.fields, (*findings.warnings, *beside.notices)
    filled = _less_guess(services, record, beside.withheld, posted or {})
    read = _read(services, record, number, fields.values())
    shown = read.get(number)
    rows = field_rows(fields, record, [kept.page for kept in read.values()], warnings, filled)
    names = [row.name for row in rows]
    proposed = paper_rows(findings.papers, language_of(request))
    parts = services.records.papers_of(record.id) if record.status is Status.SPLIT else []
    marks = {number: word_marks(kept.page, fields.values()) for number, kept in read.items()}
    words = marks.get(number, [])
    doubted = {one.number: one.doubts for one in pages} | {
        number: sum(mark.doubtful for mark in of) for number, of in marks.items()
    }
    doubts_of = {number: min(count, MOST) for number, count in sorted(doubted.items()) if count}
    return page(
        request,
        "record.html",
        caller=caller,
        status=status,
        role=(role := _role(caller, record)),
        headers=REACHING_THE_AGENT if role else None,
        sealable=sealing.sealable(record) and access.may(caller.person, access.Right.SEAL, record),
        sealing_agency=sealing_agency(services, caller.person),
        record=record,
        pages=pages,
        shown=shown,
        words=words,
        rows=rows,
        kinds=catalogue().values(),
        kind_changeable=kinds.changeable(record),
        new_kind=new_kind,
        confirmed_before=_confirmed_before(record, fields.values()),
        left_behind=_left_behind(services, record),
        nine=metadata_of(record.kind, fields),
        doubts=sum(row.doubtful for row in rows),
        word_doubts=sum(doubted.values()),
        message=message,
        about=beside.about,
        notices=[notice for notice in warnings if spoken_of(notice, names) is None],
        papers=proposed,
        leaves=leaves(pages, proposed) if _divisible(record) and len(pages) > 1 else [],
        several=len(proposed) > 1 and record.status is Status.AWAITING_REVIEW,
        parts=parts,
        joinable=splitting.joinable(services, parts),
        following=next_to_review(services, caller.person, record) if _at_review(caller, record) else None,
        whole=services.records.get(record.part_of.record) if record.part_of else None,
        conflict=status == 409 and posted is not None,
        bad_field=bad_field,
        confirmation=_common_confirmation(rows),
        done=done,
        asked=asked or SignatureAsked({}),
        busy=record.status not in AT_REST,
        editable=record.status in (Status.AWAITING_REVIEW, Status.CONFIRMED),
        doubts_of=doubts_of,
        **(_correcting(caller, record, shown.page, words, doubts_of, posted or {}) if shown else {}),
        **standing_view(services, caller.person, record, language_of(request), posted or {}),
    )


def _read(
    services: Services, record: Record, number: int, fields: Iterable[FieldValue]
) -> dict[int, ReadPage]:
    """The page of that number, and those whose words fields are shown with, by their numbers: of a dossier of
    500 all pages take seconds."""
    asked = {field.read.page for field in fields if field.state == "handwritten" or field.asked_again}
    wanted = sorted({number, *(one for one in asked if one)})
    kept = (services.parts.page(record.id, one) for one in wanted)
    return {page.page.number: page for page in kept if page}


def _next_doubts(doubts_of: Mapping[int, int], number: int, posted: Mapping[str, str]) -> int | None:
    """The next page whose doubtful words nobody has gone through, from the first again after the last."""
    done = {number, *(one.page for one in words_said(posted))}
    others = [page for page in sorted(doubts_of) if page not in done]
    return next((page for page in others if page > number), others[0] if others else None)


def _correcting(
    caller: Caller,
    record: Record,
    shown: Page,
    words: Sequence[WordMark],
    doubts_of: Mapping[int, int],
    posted: Mapping[str, str],
) -> dict[str, Any]:
    """What the panel of words needs so that they can be corrected."""
    may = access.may(caller.person, access.Right.CONFIRM, record)
    fixes = word_fixes(shown.number, words, posted)
    return {
        "correctable": may and corrections.correctable(record),
        "copy_signed": corrections.copy_signed(record),
        "doubted": sum(mark.doubtful for mark in words),
        "fixes": fixes,
        "doubts_shown": sum(fix.mark.doubtful for fix in fixes),
        "blank_fix": BLANK,
        "gone": taken_out(shown, posted),
        "carried": carried(posted, shown.number),
        "typed_words": bool(words_said(posted) or posted.get("find")),
        "found_none": posted.get("find", "") if not any(fix.found for fix in fixes) else "",
        "next_doubts": _next_doubts(doubts_of, shown.number, posted),
    }


def _role(caller: Caller, record: Record) -> str:
    """As what the person may sign the record now; nothing where they may not."""
    if record.status is not Status.CONFIRMED:
        return ""
    if access.may(caller.person, access.Right.SIGN, record):
        return SigningRole.OFFICIAL.value
    scanned = record.digitised is None and not record.digitally_signed
    digitises = scanned and access.may(caller.person, access.Right.DIGITISE, record)
    return SigningRole.DIGITISER.value if digitises else ""


def _at_review(caller: Caller, record: Record) -> bool:
    """Whether the person goes through records and confirms them, and this is one of those."""
    reviewed = (Status.AWAITING_REVIEW, Status.CONFIRMED)
    return record.status in reviewed and access.may(caller.person, access.Right.CONFIRM, record)


def _divisible(record: Record) -> bool:
    """Whether a clerk may say into which papers the record is split."""
    return record.part_of is None and record.status in (Status.AWAITING_REVIEW, Status.CONFIRMED)


def _shown(wanted: str, pages: Sequence[PageOutline]) -> int:
    """The number of the page that is asked for, else of the first; 0 where there is none."""
    numbers = [page.number for page in pages]
    return next((number for number in numbers if str(number) == wanted), numbers[0] if numbers else 0)


def _confirmed_before(record: Record, fields: Iterable[FieldValue]) -> bool:
    """Whether a record awaits review again, with values that were confirmed earlier."""
    return record.status is Status.AWAITING_REVIEW and any(field.confirmed_at for field in fields)


def _left_behind(services: Services, record: Record) -> str:
    """The confirmed fields for which the paper has no field any more since it was last understood, as it
    became another kind; separated by commas."""
    if record.status is not Status.AWAITING_REVIEW:
        return ""
    events = reversed(services.history.of(record.id))
    last = next((event for event in events if event.action is Action.RECOGNISED), None)
    return str(last.details.get("left_values", "")) if last else ""


def _common_confirmation(rows: Sequence[FieldRow]) -> FieldValue | None:
    """A field that speaks for all, where one person confirmed all at one time."""
    said = {(row.field.confirmed_by, row.field.confirmed_at) for row in rows}
    return rows[0].field if len(said) == 1 and rows[0].field.confirmed_at else None
