"""Archive timestamps are renewed in time: which records, and each of them in one step."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from app.audit import Action
from app.ports import Services
from app.recognising import an_event, put, workplace
from app.records import Record, RecordChanged
from signing.refusals import SigningRefused

log = logging.getLogger("banchinh.renewing")

#: Of one night: at a second each they take a quarter of an hour, and an authority that counts is not flooded.
MOST_A_NIGHT = 1000
_MONTH = timedelta(days=30)


def due(services: Services, months: int, most: int = MOST_A_NIGHT) -> Sequence[Record]:
    """Records whose proof of time weakens within so many months, the most urgent first."""
    return services.records.weakening(services.now() + months * _MONTH, most)


def file_of(record: Record) -> str | None:
    """The digest of its file that has an archive timestamp, if any."""
    return record.signed or record.digitised


def renew(services: Services, record_id: str, digest: str) -> Record:
    """Give the record's signed file `digest`, by an official or by its digitiser alone, the evidence that it
    needs and a new document timestamp; object, record and event change together. Does nothing where the
    record has another file by now, as after a crash between the last step and the word of it. Raises
    SigningRefused, after the history tells of it."""
    record = services.records.get(record_id)
    if file_of(record) != digest:
        return record
    try:
        with services.copies.of(services.objects, digest) as source, workplace() as folder:
            target = folder / "renewed.pdf"
            renewed = services.signer.renew(source, target, services.now())
            stored = put(services, target)
    except SigningRefused as refusal:
        services.history.append(an_event(services, record_id, Action.RENEWAL_FAILED, code=refusal.code))
        log.warning("not renewed", extra={"record": record_id, "code": refusal.code})
        raise
    until = renewed.get("archive_until")
    event = an_event(
        services, record_id, Action.RENEWED, sha256=stored.digest, authority=renewed["authority"], until=until
    )
    kept = replace(record, archive_until=datetime.fromisoformat(until) if until else None)
    if record.signed is not None:
        kept = replace(kept, signed=stored.digest)
    else:
        kept = replace(kept, digitised=stored.digest)
    try:
        return services.records.save(kept, [event])
    except (
        RecordChanged
    ):  # sealed in the same moment: that brought a new timestamp too, or the next night does
        return services.records.get(record_id)
