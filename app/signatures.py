"""One record's signature, stored and ready to be kept with its event: what those share who sign one record, a
batch, and the agency's seal.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from app import holders
from app.audit import Action, Event
from app.holders import Holder
from app.marks import SigningRole
from app.people import Person
from app.ports import Services, SignerFailed, SigningOrder, Unlock, UnlockedKey
from app.recognising import put, workplace
from app.records import Record, Seal, Status
from signing.refusals import SigningRefused

Answer = TypeVar("Answer")
log = logging.getLogger("banchinh.signing")


@dataclass(frozen=True, slots=True)
class Made:
    """A signed file that is stored, and what is to be known of its newest signature."""

    digest: str
    summary: Mapping[str, Any]

    @property
    def archive_until(self) -> datetime | None:
        until = self.summary.get("archive_until")
        return datetime.fromisoformat(until) if until else None

    def event(
        self, services: Services, record: Record, action: Action, actor: str, **more: str | int | None
    ) -> Event:
        """What the history tells of it: which file, at which level, by which certificate."""
        details = {
            "sha256": self.digest,
            "level": self.summary.get("level"),
            "certificate": self.summary.get("serial"),
        }
        given = {name: value for name, value in more.items() if value is not None}
        return Event(record.id, action, actor, services.now(), {**details, **given})


@contextmanager
def key_in_force(
    services: Services, reference: str, given: Unlock, check_holder: Callable[[Holder], None]
) -> Iterator[UnlockedKey]:
    """A key that is open, and whose certificate may sign now (F3.3; Decree 23/2025, Art 15). `check_holder`:
    raises where it is of somebody else (holders.py). Raises SigningRefused."""
    with services.keys.unlock(reference, given) as key:
        check_holder(services.signer.check(key.public, services.now()))
        yield key


@contextmanager
def key_of_person(services: Services, person: Person, given: Unlock) -> Iterator[UnlockedKey]:
    """The person's own key, open. Raises SigningRefused."""
    own = partial(holders.check_person, person.name)
    with key_in_force(services, key_of(person), replace(given, holder=person.username), own) as key:
        yield key


def sign_with(services: Services, record: Record, order: SigningOrder, key: UnlockedKey) -> Made:
    """Sign the record's PDF with a key that is open. Raises SigningRefused."""
    with services.copies.of(services.objects, pdf_of(record)) as source, workplace() as folder:
        target = folder / "signed.pdf"
        summary = twice(lambda: services.signer.sign(source, target, order, key, services.now()))
        return Made(put(services, target).digest, summary)


def completed(services: Services, source: Path, draft: Path, state: str, value: bytes) -> Made:
    """Put the value into the draft and store what came of it. Raises SigningRefused."""
    target = draft.with_name("signed.pdf")
    summary = twice(lambda: services.signer.complete(source, draft, target, state, value, services.now()))
    return Made(put(services, target).digest, summary)


def twice(work: Callable[[], Answer]) -> Answer:
    """A signer that died is tried once more; it may have died of the machine and not of the document."""
    try:
        return work()
    except SignerFailed:
        log.warning("signing failed; trying once more")
        return work()


def as_signed(
    services: Services,
    record: Record,
    made: Made,
    person: Person,
    *,
    role: SigningRole,
    seal: bool,
    **told: str | int | None,
) -> tuple[Record, Event]:
    """The record as it is with the signature of a person in that role, and what its history tells of it;
    `seal`: the agency's is to follow. Raises IllegalTransition."""
    if role is SigningRole.DIGITISER:
        digitised = digitised_record(record, made, person.username, seal=seal)
        return digitised, made.event(services, record, Action.DIGITISED, person.username, **told)
    signed = signed_record(record, made, seal=seal)
    return signed, made.event(services, record, Action.SIGNED, person.username, **told)


def signed_record(record: Record, made: Made, *, seal: bool) -> Record:
    """The record as it is with an official's signature. Raises IllegalTransition."""
    moved = record.moved(Status.SIGNED)
    return replace(
        moved,
        signed=made.digest,
        archive_until=made.archive_until,
        seal=Seal.AWAITING if seal else moved.seal,
    )


def digitised_record(record: Record, made: Made, who: str, *, seal: bool) -> Record:
    """The record as it is with the signature of who digitised it: still confirmed, until an official or the
    agency signs it, too (docs/decisions/0020)."""
    return replace(
        record,
        digitised=made.digest,
        digitised_by=who,
        archive_until=made.archive_until,
        seal=Seal.AWAITING if seal else record.seal,
    )


def pdf_of(record: Record) -> str:
    """The digest of the file to sign. Raises SigningRefused."""
    if record.pdf is None:
        raise SigningRefused(
            "no-pdf",
            "Hồ sơ này chưa có bản PDF để ký. Hãy đọc lại hồ sơ trước.",
            "This record has no PDF to sign. Read the record again first.",
        )
    return record.pdf


def key_of(person: Person) -> str:
    """The reference of the person's own key. Raises SigningRefused."""
    if not person.signing_key:
        raise SigningRefused(
            "no-key",
            "Tài khoản của bạn chưa gắn khóa ký. Hãy nhờ quản trị viên gắn khóa rồi ký lại.",
            "Your account has no signing key. Ask the administrator to attach one, then sign again.",
        )
    return person.signing_key


def changed_meanwhile() -> SigningRefused:
    return SigningRefused(
        "changed",
        "Hồ sơ vừa được người khác sửa hoặc ký. Hãy mở lại, đọc lại rồi ký.",
        "Somebody else has just changed or signed this record. Open it again, read it, then sign.",
    )
