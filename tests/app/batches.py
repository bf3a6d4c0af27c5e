"""Records that wait for a signature, made without reading paper, and how to follow a batch over HTTP."""

import base64
import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding
from fastapi.testclient import TestClient

from app import intake
from app.audit import Action, Event
from app.ports import Services
from app.records import Record, Status
from app.sample.authority import Issued, Issuer
from tests.app.front import HERE, Desk
from tests.app.wired import wired
from tests.signing import documents

BATCHES = "/api/v1/signing-batches"
_PAPERS = itertools.count()


def with_settings(desk: Desk, **changes: Any) -> Desk:
    """The same data under other settings, as after a restart."""
    settings = desk.settings.model_copy(update=changes)
    return Desk(wired(settings), settings, desk.authority)


def confirmed(
    services: Services, count: int, *, agency: str = HERE, content: bytes | None = None
) -> list[Record]:
    """Confirmed records with a PDF/A of one page each."""
    return [_one(services, number, agency, content or _paper()) for number in range(count)]


def _paper() -> bytes:
    """No two papers of a run have the same bytes: an agency has one record of the same ones."""
    return documents.paper(1) + b"%% %d\n" % next(_PAPERS)


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
        batch: dict[str, Any] = client.get(f"{BATCHES}/{batch_id}").json()
        if holds(batch):
            return batch
        assert time.monotonic() < deadline, batch
        time.sleep(0.05)


def done(client: TestClient, batch_id: str, seconds: float = 60) -> dict[str, Any]:
    return until(client, batch_id, lambda batch: batch["status"] == "done", seconds)


def actions(services: Services, record: Record) -> list[Action]:
    return [event.action for event in services.history.of(record.id)]


def outside(issued: Issued, issuer: Issuer, scheme: str, digest: str = "sha256") -> dict[str, Any]:
    certificates = (issued.certificate, issuer.issuing.certificate)
    texts = [base64.b64encode(c.public_bytes(Encoding.DER)).decode() for c in certificates]
    return {"kind": "outside", "certificates": texts, "scheme": scheme, "digest": digest}


def value_of(issued: Issued, to_be_signed: str, scheme: str = "ecdsa") -> str:
    """What a key that the service never sees makes of the bytes."""
    data = base64.b64decode(to_be_signed)
    if isinstance(issued.key, ec.EllipticCurvePrivateKey):
        return base64.b64encode(issued.key.sign(data, ec.ECDSA(hashes.SHA256()))).decode()
    chosen = hashes.SHA256()
    how = padding.PSS(padding.MGF1(chosen), 32) if scheme == "rsassa_pss" else padding.PKCS1v15()
    return base64.b64encode(issued.key.sign(data, how, chosen)).decode()
