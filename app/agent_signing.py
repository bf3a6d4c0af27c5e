"""Signing by a program on the signer's own machine (VGCA Sign Service, domain F3.12): the document goes out
by a ticket, is signed there with the person's token, and comes back; status, event and object change as one.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copyfileobj
from typing import Any, BinaryIO, Protocol, TypeVar

from app import sealing
from app.audit import Action
from app.holders import Holder, check_person
from app.marks import SigningRole
from app.people import Person
from app.ports import Services
from app.recognising import an_event, put, workplace
from app.records import Record
from app.signable import require_signable
from app.signatures import Made, as_signed, pdf_of
from app.tickets import Ticket
from app.workflow import known
from signing.refusals import SigningRefused

#: A person reads the document once more in the program, finds the token and enters its PIN.
LASTS = timedelta(minutes=10)
AGENT = "VGCA Sign Service"


T = TypeVar("T")


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


def send_out(
    services: Services,
    person: Person,
    record_id: str,
    version: int,
    *,
    seal: bool = False,
    role: SigningRole = SigningRole.OFFICIAL,
) -> tuple[str, datetime]:
    """The secret of a ticket for the record in that version, and when it ends; `seal`: the agency's is to
    follow. Raises RecordNotFound, Forbidden, IllegalTransition, RecordChanged, SigningRefused."""
    record = _signable(services, person, record_id, version, role, seal=seal)
    if seal:
        sealing.seal_key(services.agencies.get(record.agency))
    with services.copies.of(services.objects, pdf_of(record)) as source:
        _remembering(services, person, record_id, lambda: services.returned.check_before(source))
    token, now = secrets.token_urlsafe(32), services.now()
    ticket = Ticket(_digest_of(token), record.id, record.version, person.username, now + LASTS, seal, role)
    services.tickets.open(ticket, now)
    return token, ticket.expires_at


@contextmanager
def document(services: Services, token: str) -> Iterator[BinaryIO]:
    """The PDF that the ticket is for. Raises TicketRefused, and as `send_out`."""
    ticket = services.tickets.find(_digest_of(token), services.now())
    person, record = _holder(services, ticket)
    with services.objects.open(pdf_of(record)) as stream:
        services.history.append(
            an_event(
                services, record.id, Action.DOWNLOADED, person.username, what="to-sign", sha256=record.pdf
            )
        )
        yield stream


def check(services: Services, token: str) -> None:
    """May something be returned with this ticket? Asked before it is received. Raises as `take_back`."""
    _holder(services, services.tickets.find(_digest_of(token), services.now()))


def take_back(services: Services, token: str, source: _Readable) -> Record:
    """Take the signed file: the record is signed, or nothing changes. The ticket is used up either way.
    Raises TicketRefused, SigningRefused, and as `send_out`."""
    ticket = services.tickets.spend(_digest_of(token), services.now())
    person, record = _holder(services, ticket)
    with workplace() as folder, services.copies.of(services.objects, pdf_of(record)) as before:
        came = folder / "signed.pdf"
        with came.open("wb") as copy:
            copyfileobj(source, copy)
        made = _remembering(
            services, person, record.id, lambda: _made(services, person, before, came, ticket)
        )
    signed, event = as_signed(services, record, made, person, role=ticket.role, seal=ticket.seal, by=AGENT)
    return services.records.save(signed, [event])


def _made(services: Services, person: Person, before: Path, came: Path, ticket: Ticket) -> Made:
    """What came back, once it is known to be good, at the level that the settings demand: the application
    knows no timestamps, so they come from here. Raises SigningRefused."""
    found = _judged(services, person, before, came)
    raised = came.with_name("raised.pdf")
    more = services.signer.raise_level(came, raised, services.now(), followed=ticket.seal)
    kept = came if more is None else raised
    return Made(put(services, kept).digest, {**found, **(more or {})})


def _judged(services: Services, person: Person, before: Path, came: Path) -> Mapping[str, Any]:
    """What the new signature is, once it is known to be the only thing that is new. Then the verifier, which
    knows whom the service trusts, and fetches whether the certificate was revoked. Raises SigningRefused."""
    found = services.returned.check_after(before, came, services.now())
    report = services.verifier.verify(came)
    signature = next((s for s in report["signatures"] if s["field"] == found["field"]), None)
    if signature is None or report["verdict"] == "invalid" or _refutable(signature):
        raise _rejected(signature)
    if signature["indication"] != "TOTAL-PASSED":
        raise _unknown(signature)
    check_person(person.name, Holder(signature["signer"] or "", ()))
    return found


def _refutable(signature: Mapping[str, Any]) -> bool:
    """Known to be worth nothing."""
    return bool(signature["indication"] == "TOTAL-FAILED" or signature["revocation"]["status"] == "revoked")


def _unknown(signature: Mapping[str, Any]) -> SigningRefused:
    """The application may sign with any certificate, of which nobody here has ever heard; so one whose
    standing is not learnt is not taken (Decree 68/2024, Art 31; F3.3)."""
    vi, en = _said(signature)
    return SigningRefused(
        "certificate-unknown",
        f"Chưa biết chứng thư này có còn hiệu lực và được tin cậy không{vi}, nên chữ ký không được nhận; "
        "hồ sơ vẫn nguyên như trước. Hãy thử lại sau ít phút; nếu vẫn vậy, báo quản trị viên: cần chứng thư "
        "gốc trong BANCHINH_TRUST, và đường mạng đến nơi công bố danh sách thu hồi.",
        f"Whether this certificate is in force and trusted could not be learnt{en}, so the signature is not "
        "taken; the record is as it was. Try again in a few minutes; if that does not help, tell the "
        "administrator: the root must be in BANCHINH_TRUST, and revocation lists within reach.",
    )


def _rejected(signature: Mapping[str, Any] | None) -> SigningRefused:
    vi, en = _said(signature)
    return SigningRefused(
        "certificate-rejected",
        f"Chữ ký nhận về không được chấp nhận{vi}. Hãy dùng chứng thư khác còn hiệu lực rồi ký lại.",
        f"The signature that came back is not accepted{en}. Use another certificate that is in force.",
    )


def _said(signature: Mapping[str, Any] | None) -> tuple[str, str]:
    """Why, in brackets."""
    said = signature and signature["reason"] and signature["reason"]["message"]
    return (f" ({said['vi'].rstrip('.')})", f" ({said['en'].rstrip('.')})") if said else ("", "")


def _holder(services: Services, ticket: Ticket) -> tuple[Person, Record]:
    person = services.people.get(ticket.username)
    return person, _signable(services, person, ticket.record, ticket.version, ticket.role, seal=ticket.seal)


def _signable(
    services: Services, person: Person, record_id: str, version: int, role: SigningRole, *, seal: bool
) -> Record:
    record = known(services, person, record_id)
    require_signable(person, record, version, role, seal=seal)
    return record


def _remembering(services: Services, person: Person, record_id: str, look: Callable[[], T]) -> T:
    """The outcome of a look; a refusal goes into the history."""
    try:
        return look()
    except SigningRefused as refusal:
        event = an_event(services, record_id, Action.SIGNING_REFUSED, person.username, code=refusal.code)
        services.history.append(event)
        raise


def _digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
