"""The register of what was signed here: what anybody may learn of it, and who may say what became of it.

What is told to the public is the least that lets a person compare it with the paper in hand (F8.4): no
subject, no name, no picture, numbers of persons hidden. Why so: docs/decisions/0018.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.access import Right, may, require
from app.agencies import Agency, heirs, named
from app.audit import Action, Event
from app.codes import BadCode, read_code
from app.masking import masked
from app.people import Person
from app.ports import Services
from app.records import Record, RecordChanged, RecordNotFound, Status
from app.standing import Standing, StandingRefused, Statement
from app.workflow import known
from signing.reports.local_time import VIETNAM

LONGEST_REASON = 300
_ACTIONS = {
    Standing.REVOKED: Action.REVOKED,
    Standing.REPLACED: Action.REPLACED,
    Standing.IN_FORCE: Action.IN_FORCE_AGAIN,
}


#: Of what nothing was ever stated.
_ALWAYS = {"state": Standing.IN_FORCE.value, "since": None, "reason": None, "replaced_by": None}


class NotRegistered(LookupError):
    """Nothing that was signed here has this code or digest."""


def by_code(services: Services, typed: str) -> dict[str, Any]:
    """What the public may know of the signed record of this code. Raises BadCode, NotRegistered."""
    try:
        return _public(services, services.records.coded(read_code(typed)), "signed")
    except RecordNotFound as error:
        raise NotRegistered from error


def by_digest(services: Services, sha256: str) -> dict[str, Any]:
    """The same of the signed record that has a file of this digest. Raises NotRegistered."""
    record = services.records.find(sha256)
    if record is None:
        raise NotRegistered
    return _public(services, record, *_file(services, record, sha256))


def _public(services: Services, record: Record, file: str, newer: bool = False) -> dict[str, Any]:
    """Raises NotRegistered for what was never signed: it was not issued."""
    if record.status is not Status.SIGNED:
        raise NotRegistered
    number = "/".join(filter(None, (record.number, record.symbol)))
    return {
        **entry(services, record, file, newer),
        # not the reason, which quotes the paper
        "kind": {"code": record.kind.code, "name": record.kind.name} if record.kind else None,
        "number": masked(number) or None,
        "date": record.date,
    }


def entry(services: Services, record: Record, file: str, newer: bool = False) -> dict[str, Any]:
    """What whoever holds a file of a record may know: that it is here, whose it is, how far it came, and
    whether it is in force. `file`: original, searchable, digitised (signed by who digitised it and by nobody
    else: that issues nothing, docs/decisions/0020) or signed. `newer`: the record has a file that was signed
    since, or whose timestamp was renewed."""
    agency = named(services.agencies, record.agency)
    issuer = agency.name_on(_issued_on(services, record)) if agency.former else agency.name
    return {
        "code": record.code,
        "issuer": issuer,
        "now_called": _present_name(agency, issuer),
        "now_part_of": _successor(agency, heirs(services.agencies, agency)),
        "status": record.status.value,
        "standing": _standing(services, record),
        "file": file,
        "newer": newer,
        "digitised": file == "signed" and record.status is Status.SIGNED and _from_paper(services, record),
    }


def registered(services: Services, sha256: str) -> dict[str, Any] | None:
    """The entry of the record that has a file of this digest."""
    record = services.records.find(sha256)
    return entry(services, record, *_file(services, record, sha256)) if record else None


def extended(services: Services, digests: Sequence[str]) -> dict[str, Any] | None:
    """The entry of the signed record whose file is the beginning of another one, which has these digests at
    the ends of its versions."""
    found = services.records.signed_as(digests) if digests else None
    return entry(services, found[0], *_file(services, *found)) if found else None


def _file(services: Services, record: Record, sha256: str) -> tuple[str, bool]:
    """Which of its files has the digest, and whether there is a newer signed one. What the record does not
    have today is a signed file of before."""
    versions = services.records.signed_versions(record.id)
    digitised = True if sha256 == record.digitised else versions.get(sha256)
    unsigned = {record.searchable: "searchable", record.digest: "original"}
    if digitised is None and sha256 in unsigned:
        return unsigned[sha256], False
    latest = record.signed or record.digitised  # neither, once what was digitised has been split
    return "digitised" if digitised else "signed", latest is not None and sha256 != latest


def _standing(services: Services, record: Record) -> dict[str, Any]:
    said = services.standings.of(record.id)[-1:] if record.status is Status.SIGNED else ()
    return statement_json(services, said[0]) if said else dict(_ALWAYS)


def statement_json(services: Services, said: Statement) -> dict[str, Any]:
    """A statement as the public is told it: by whom is for the history of the record."""
    by = services.records.get(said.replaced_by).code if said.replaced_by else None
    return {
        "state": said.standing.value,
        "since": said.since.isoformat(),
        "reason": masked(said.reason),
        "replaced_by": by,
    }


def _issued_on(services: Services, record: Record) -> date:
    """The day on which the record was signed, or its copy by who digitised it; of what nobody signed, that on
    which it was received."""
    first = services.history.first
    signed = first(record.id, Action.SIGNED) or first(record.id, Action.DIGITISED)
    return (signed.at if signed else record.received_at).astimezone(VIETNAM).date()


def _present_name(agency: Agency, issuer: str) -> dict[str, str] | None:
    """What the issuer is called now, and since when (F3.11)."""
    if agency.named_since is None or issuer == agency.name:
        return None
    return {"name": agency.name, "since": agency.named_since.isoformat()}


def _successor(agency: Agency, successors: Sequence[Agency]) -> dict[str, str | None] | None:
    """The agency that this one belongs to now, and since when it is no longer itself (F4.7)."""
    if not successors:
        return None
    since = agency.merged_on.isoformat() if agency.merged_on else None
    return {"name": successors[-1].name, "since": since}


def _from_paper(services: Services, record: Record) -> bool:
    """Whether the pages were read from pictures of paper; a born-digital file brings its own text."""
    first = services.parts.page(record.id, 1)
    return first is not None and first.page.origin == "ocr"


def may_state(services: Services, person: Person, record: Record) -> bool:
    """Whether the person may say what became of this record; only of what was signed is there anything to
    say."""
    return record.status is Status.SIGNED and may(person, Right.WITHDRAW, record, _heirs_of(services, record))


def _heirs_of(services: Services, record: Record) -> frozenset[str]:
    return frozenset(one.code for one in heirs(services.agencies, named(services.agencies, record.agency)))


def state(
    services: Services,
    person: Person,
    record_id: str,
    version: int,
    standing: Standing,
    *,
    since: date,
    reason: str,
    replaced_by: str = "",
) -> Record:
    """Say that a signed record is revoked, replaced by the one of the code `replaced_by`, or in force after
    all; statement, event and version together. Raises RecordNotFound, Forbidden, RecordChanged,
    StandingRefused (not-signed, no-reason, future, no-change, no-successor, not-in-force)."""
    record = known(services, person, record_id)
    require(person, Right.WITHDRAW, record, _heirs_of(services, record))
    if record.version != version:
        raise RecordChanged(f"version {record.version}, not {version}")
    now, said = services.now(), " ".join(reason.split())
    _check(record, standing, since, said, now.astimezone(VIETNAM).date())
    successor = _replacing(services, person, record, replaced_by) if standing is Standing.REPLACED else None
    statement = Statement(
        record.id, standing, since, said, person.username, now, successor.id if successor else None
    )
    told: dict[str, str | int | bool | None] = {"since": since.isoformat(), "reason": masked(said)}
    events = [
        Event(
            record.id,
            _ACTIONS[standing],
            person.username,
            now,
            {**told, **({"replaced_by": successor.code} if successor else {})},
        )
    ]
    if successor:
        events.append(
            Event(successor.id, Action.REPLACES, person.username, now, {**told, "replaces": record.code})
        )
    services.standings.state(statement, version, events)
    return services.records.get(record.id)


def _check(record: Record, standing: Standing, since: date, reason: str, today: date) -> None:
    """Raises StandingRefused."""
    if record.status is not Status.SIGNED:
        raise StandingRefused(
            "not-signed",
            "Chỉ thu hồi hoặc thay thế được hồ sơ đã ký. Hồ sơ chưa ký thì sửa thẳng trên trang của hồ sơ.",
            "Only what was signed is revoked or replaced. Correct an unsigned record on its page.",
        )
    if not reason or len(reason) > LONGEST_REASON:
        raise StandingRefused(
            "no-reason",
            f"Cần ghi lý do, dài nhất {LONGEST_REASON} ký tự: số và ngày của quyết định là đủ.",
            f"A reason is needed, of at most {LONGEST_REASON} characters: number and date of a decision do.",
        )
    if since > today:
        raise StandingRefused(
            "future",
            "Ngày bắt đầu chưa đến. Hãy ghi vào chính ngày đó, để trang tra cứu không nói trước.",
            "That day has not come. State it on that day, so that nobody is told before it holds.",
        )
    if standing is record.standing and standing is not Standing.REPLACED:
        raise StandingRefused(
            "no-change",
            "Hồ sơ đang ở đúng tình trạng này rồi. Hãy tải lại trang để xem.",
            "That is how the record stands already. Load it again.",
        )


def _replacing(services: Services, person: Person, record: Record, typed: str) -> Record:
    """The record of this code, which the person may see. Raises StandingRefused."""
    try:
        found = services.records.coded(read_code(typed))
        found = known(services, person, found.id)
    except (BadCode, RecordNotFound):
        found = record
    if found.id == record.id:
        raise StandingRefused(
            "no-successor",
            "Không có hồ sơ nào mang mã của văn bản thay thế. Hãy xem mã trên trang của hồ sơ đó rồi gõ lại.",
            "No other record has the code of the replacement. Look it up on its page and type it again.",
        ) from None
    return found
