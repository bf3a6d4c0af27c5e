"""An upload of one or many files: each received on its own, so that a bad one does not hold up the rest."""

import hashlib
from dataclasses import dataclass

from app import workflow
from app.front.uploads import Upload
from app.people import Person
from app.ports import Services
from app.records import Record
from app.telemetry import Metrics
from ocr.limits import Refusal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: a record, or a refusal."""

    name: str
    record: Record | None = None
    again: bool = False
    refusal: Refusal | None = None


def receive_all(
    services: Services, metrics: Metrics, person: Person, uploads: list[Upload], dossier: str | None
) -> list[Outcome]:
    """Receive files in their order. Raises Forbidden and StoreUnavailable; what was received before stays."""
    outcomes = []
    for upload in uploads:
        outcome = _receive(services, person, upload, dossier)
        metrics.received.labels("refused" if outcome.refusal else "again" if outcome.again else "new").inc()
        outcomes.append(outcome)
    return outcomes


def _receive(services: Services, person: Person, upload: Upload, dossier: str | None) -> Outcome:
    if upload.refusal:
        return Outcome(upload.name, refusal=upload.refusal)
    upload.file.seek(0)
    try:
        receipt = workflow.receive(services, person, upload.name, upload.file, dossier)  # type: ignore[arg-type]
    except Refusal as refusal:
        return Outcome(upload.name, refusal=refusal)
    return Outcome(upload.name, receipt.record, receipt.again)


def digest_of_upload(uploads: list[Upload], dossier: str | None) -> str:
    """One digest for all that was sent; two requests with the same are the same request."""
    whole = hashlib.sha256((dossier or "").encode())
    for upload in uploads:
        upload.file.seek(0)
        digest = hashlib.file_digest(upload.file, "sha256")  # type: ignore[arg-type]
        whole.update(f"\0{upload.name}\0{upload.size}\0".encode() + digest.digest())
    return whole.hexdigest()
