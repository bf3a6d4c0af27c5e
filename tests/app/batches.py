"""Records that wait for a signature, made without reading paper, and how to follow a batch over HTTP."""

import time
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any

from fastapi.testclient import TestClient

from app import intake
from app.audit import Action, Event
from app.ports import Services
from app.records import Record, Status
from tests.signing import documents

HERE = "xa-mau"


def confirmed(
    services: Services, count: int, *, agency: str = HERE, content: bytes | None = None
) -> list[Record]:
    """Confirmed records with a PDF/A of one page each."""
    return [_one(services, number, agency, content or _paper(number)) for number in range(count)]


def _paper(number: int) -> bytes:
    return documents.paper(1) + b"\n" * number  # records of one agency have different bytes


def _one(services: Services, number: int, agency: str, content: bytes) -> Record:
    now = services.now()
    stored = services.objects.put(BytesIO(content))
    record = Record(
        id=intake.new_id(now),
        agency=agency,
        digest=stored.digest,
        name=f"quyet-dinh-{number}.pdf",
        media_type="application/pdf",
        size=stored.size,
        status=Status.CONFIRMED,
        received_at=now,
        received_by="clerk",
        pages_total=1,
        searchable=stored.digest,
    )
    return services.records.add(record, Event(record.id, Action.RECEIVED, "clerk", now))


def shown(records: Sequence[Record]) -> list[dict[str, Any]]:
    return [{"id": record.id, "version": record.version} for record in records]


def asked(records: Sequence[Record], passphrase: str | None, **more: Any) -> dict[str, Any]:
    """The request that signs these records with the account's key."""
    return {"records": shown(records), "key": {"kind": "account", "passphrase": passphrase}, **more}


def until(
    client: TestClient, batch_id: str, holds: Callable[[Mapping[str, Any]], bool], seconds: float = 60
) -> dict[str, Any]:
    """The batch, once that holds of it."""
    deadline = time.monotonic() + seconds
    while True:
        batch: dict[str, Any] = client.get(f"/api/v1/signing-batches/{batch_id}").json()
        if holds(batch):
            return batch
        assert time.monotonic() < deadline, batch
        time.sleep(0.05)


def done(client: TestClient, batch_id: str, seconds: float = 60) -> dict[str, Any]:
    return until(client, batch_id, lambda batch: batch["status"] == "done", seconds)


def actions(services: Services, record: Record) -> list[Action]:
    return [event.action for event in services.history.of(record.id)]
