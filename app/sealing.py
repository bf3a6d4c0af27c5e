"""The agency's seal: its own signature, after the official's, by its own key (F1.12d, F2.12).

A seal that fails leaves the official's signature as it is; the record awaits the seal, and it is tried again
without anybody signing again.
"""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial

from app.access import Right, require
from app.agencies import Agency, names_of
from app.audit import SERVICE, Action
from app.holders import check_agency
from app.ordering import order_of_seal
from app.people import Person
from app.ports import Services, Unlock, UnlockedKey
from app.recognising import an_event
from app.records import IllegalTransition, Record, RecordChanged, Seal, Status
from app.signatures import changed_meanwhile, key_in_force, sign_with
from app.standing import Standing
from app.workflow import known
from signing.keys.csc_refusals import SIGN_IN
from signing.refusals import SigningRefused

log = logging.getLogger("banchinh.sealing")


def seal(
    services: Services,
    person: Person,
    record_id: str,
    version: int | None = None,
    *,
    visible: bool = True,
) -> Record:
    """Put the agency's seal on a record that an official signed, or who digitised it, at the word of a person
    who keeps the seal. Raises RecordNotFound, Forbidden, IllegalTransition, RecordChanged, SigningRefused
    (not-in-force)."""
    record = known(services, person, record_id)
    require(person, Right.SEAL, record)
    if not sealable(record):
        raise IllegalTransition(record.status, Status.SIGNED)
    if version is not None and record.version != version:
        raise RecordChanged(f"version {record.version}, not {version}")
    _require_in_force(record)
    with unlocked(services, record.agency) as key:
        return seal_with(services, record, key, person.username, visible=visible)


def sealable(record: Record) -> bool:
    """Whether somebody's signature stands on the record, and the seal does not."""
    digitised = record.status is Status.CONFIRMED and record.digitised is not None
    return (record.status is Status.SIGNED or digitised) and record.seal is not Seal.SEALED


@contextmanager
def unlocked(services: Services, agency: str) -> Iterator[UnlockedKey]:
    """The key of the agency's seal, for many records. Raises SigningRefused."""
    of = services.agencies.get(agency)
    reference, secret = seal_key(of), Unlock(services.seal_secret(agency))
    own = partial(check_agency, names_of(services.agencies, of))
    with ExitStack() as stack:
        try:
            key = stack.enter_context(key_in_force(services, reference, secret, own))
        except SigningRefused as refusal:
            if refusal.code == SIGN_IN:
                raise _by_page() from None
            raise
        if key.by_page:
            raise _by_page()
        yield key


def _by_page() -> SigningRefused:
    return SigningRefused(
        "seal-by-page",
        "Khóa con dấu chỉ ký sau khi có người đăng nhập hoặc xác nhận trên trang của nhà cung cấp, nên dịch "
        "vụ không tự đóng dấu được. Hãy nhờ quản trị viên đặt BANCHINH_CSC_TOKEN hoặc gắn khóa khác.",
        "The key of the seal signs only after somebody signs in or confirms on its provider's page, so the "
        "service cannot seal by itself. Have the administrator set BANCHINH_CSC_TOKEN or attach another key.",
    )


def seal_with(
    services: Services,
    record: Record,
    key: UnlockedKey,
    actor: str = SERVICE,
    batch: str | None = None,
    *,
    visible: bool = True,
) -> Record:
    """Seal a record with a key that is open; its history tells who asked, and by which certificate. A copy
    that only its digitiser signed is a signed record from then on (F1.12). Raises SigningRefused, after the
    history tells of it."""
    agency = services.agencies.get(record.agency)
    order = order_of_seal(services, record, agency, visible=visible)
    try:
        made = sign_with(services, record, order, key)
    except SigningRefused as refusal:
        tell_failure(services, record, refusal, actor)
        raise
    event = made.event(services, record, Action.SEALED, actor, agency=agency.code, batch=batch, **order.shows)
    moved = record if record.status is Status.SIGNED else record.moved(Status.SIGNED)
    sealed = replace(moved, signed=made.digest, archive_until=made.archive_until, seal=Seal.SEALED)
    try:
        return services.records.save(sealed, [event])
    except RecordChanged as error:  # somebody else sealed or renewed it in the same moment
        present = services.records.get(record.id)
        if present.seal is Seal.SEALED:
            return present
        raise changed_meanwhile() from error


def seal_awaiting(services: Services, record_id: str) -> None:
    """Try again where a seal is awaited, and wait no more where the record is not in force; a step of durable
    work that may run twice."""
    record = services.records.get(record_id)
    if record.seal is not Seal.AWAITING:
        return
    try:
        _require_in_force(record)
    except SigningRefused as refusal:
        _stop_waiting(services, record, refusal)
        return
    try:
        with unlocked(services, record.agency) as key:
            seal_with(services, record, key)
    except SigningRefused as refusal:
        tell_failure(services, record, refusal, SERVICE)
        log.warning("still awaiting the seal", extra={"record": record_id, "code": refusal.code})


def _require_in_force(record: Record) -> None:
    """The seal would say today that the agency stands by the paper. Raises SigningRefused. What is stated
    while the seal is made gives the record another version, and the seal is not kept."""
    if record.standing is not Standing.IN_FORCE:
        raise SigningRefused(
            "not-in-force",
            "Văn bản này đã bị thu hồi hoặc thay thế nên không đóng dấu được nữa. Nếu ghi nhầm, hãy ghi lại"
            " là còn hiệu lực rồi đóng dấu.",
            "This document was revoked or replaced, so that it is not sealed any more. If that was stated by"
            " mistake, state that it is in force after all, then seal it.",
        )


def _stop_waiting(services: Services, record: Record, refusal: SigningRefused) -> None:
    event = an_event(services, record.id, Action.SEAL_FAILED, SERVICE, code=refusal.code)
    with suppress(RecordChanged):  # it is still awaited then, and looked at again
        services.records.save(replace(record, seal=None), [event])


def tell_failure(services: Services, record: Record, refusal: SigningRefused, actor: str) -> None:
    """In the record's history, once for each cause: what is tried every few minutes must not fill it."""
    seals = (Action.SEALED, Action.SEAL_FAILED)
    of_seal = [event for event in services.history.of(record.id) if event.action in seals]
    if of_seal and of_seal[-1].details.get("code") == refusal.code:
        return
    services.history.append(an_event(services, record.id, Action.SEAL_FAILED, actor, code=refusal.code))


def seal_key(agency: Agency) -> str:
    """The reference of the agency's key. Raises SigningRefused."""
    if not agency.seal_key:
        raise SigningRefused(
            "no-seal-key",
            f"{agency.name} chưa gắn khóa con dấu. Hãy nhờ quản trị viên gắn, hoặc ký không kèm con dấu.",
            f"{agency.name} has no key for its seal. Ask the administrator for one, or sign without it.",
        )
    return agency.seal_key
