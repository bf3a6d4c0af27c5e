"""Is this one of ours, and is it sound? The register of records beside the signing report."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from app.agencies import Agency, AgencyNotFound
from app.ports import Services
from app.records import Record


def verify(services: Services, source: Path, at: datetime | None = None) -> dict[str, Any]:
    """The verification report of the contract, `document.registered` filled in from the register."""
    report = services.verifier.verify(source, at)
    with source.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    record = services.records.find(digest)
    registered = _registered(services, record, digest) if record else None
    return {**report, "document": {**report["document"], "registered": registered}}


def _registered(services: Services, record: Record, digest: str) -> dict[str, Any]:
    """What anybody who holds the file may know: that it is here, whose it is, and how far it came."""
    agency = _agency(services, record.agency)
    state = {record.signed: "signed", record.searchable: "searchable", record.digest: "original"}[digest]
    return {
        "code": record.id,
        "issuer": agency.name,
        "now_part_of": _successor(services, agency),
        "status": record.status.value,
        "file": state,
        "digitised": state == "signed" and _from_paper(services, record),
    }


def _agency(services: Services, code: str) -> Agency:
    try:
        return services.agencies.get(code)
    except AgencyNotFound:
        return Agency(code, code)


def _successor(services: Services, agency: Agency) -> dict[str, str | None] | None:
    """The agency that this one belongs to now, and since when it is no longer itself (F4.7); mergers may
    follow one another."""
    since, seen = agency.merged_on, {agency.code}
    present = agency
    while present.merged_into and present.merged_into not in seen:
        seen.add(present.merged_into)
        present = _agency(services, present.merged_into)
    if present is agency:
        return None
    return {"name": present.name, "since": since.isoformat() if since else None}


def _from_paper(services: Services, record: Record) -> bool:
    """Whether the pages were read from pictures of paper; a born-digital file brings its own text."""
    first = services.parts.page(record.id, 1)
    return first is not None and first.page.origin == "ocr"
