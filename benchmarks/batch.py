"""A batch of one-page documents through the running service by its HTTP API, with an account's key.

    .venv/bin/python -m benchmarks.batch [--documents 500]

A service of its own on embedded defaults, RSA-2048, level B-B; without and with the agency's seal, each from
the consent to the last document. Beside it the same documents signed in one process by `pades.sign`, which
is what the confined children, the durable steps and the store cost. Prints a Markdown table.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from fastapi.testclient import TestClient
from pydantic import SecretStr

from app import intake, passwords, wiring
from app.agencies import Agency
from app.asgi import create_app
from app.audit import Action, Event
from app.people import Person, Role
from app.ports import Services
from app.records import Record, Status
from app.sample.authority import create
from app.settings import Settings
from signing import pades
from signing.keys.references import open_key

AGENCY = "ubnd-mau"
PASSWORD = "batch-through-the-service"  # noqa: S105 of an account in a folder that goes with the run
BATCHES = "/api/v1/signing-batches"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--documents", type=int, default=500)
    count = parser.parse_args(arguments).documents
    print("| | documents | seconds | ms a document |\n| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        authority = create(folder / "keys", datetime.now(UTC))
        _row("one process, `pades.sign`", count, _plainly(folder, authority.key_reference, authority, count))
        settings = Settings(
            data=folder / "data",
            trust=authority.trust,
            seal_passphrases={AGENCY: SecretStr(authority.passphrase)},
        )
        wiring.migrate(settings)
        services = wiring.build(settings)
        _people(services, authority.key_reference)
        with TestClient(create_app(services, settings)) as client:
            token = client.post("/api/v1/tokens", json={"username": "official", "password": PASSWORD})
            client.headers["Authorization"] = f"Bearer {token.json()['token']}"
            for what, seal in (("the service", False), ("the service, the seal follows", True)):
                records = _records(services, count, what)
                _row(what, count, _through(client, records, authority.passphrase, seal=seal))
    return 0


def _row(what: str, count: int, seconds: float) -> None:
    print(f"| {what} | {count} | {seconds:.1f} | {1000 * seconds / count:.0f} |", flush=True)


def _plainly(folder: Path, reference: str, authority: Any, count: int) -> float:
    key = open_key(reference, authority.passphrase)
    source = folder / "page.pdf"
    source.write_bytes(_page("alone"))
    begun = time.monotonic()
    for _ in range(count):
        pades.sign(source, folder / "signed.pdf", key, now=datetime.now(UTC))
    return time.monotonic() - begun


def _people(services: Services, key: str) -> None:
    services.agencies.save(Agency(AGENCY, "ỦY BAN NHÂN DÂN PHƯỜNG MẪU", seal_key=key))
    hashed = passwords.hashed(PASSWORD)
    services.people.add(Person("official", "Nguyễn Văn Mẫu", Role.OFFICIAL, AGENCY, hashed, signing_key=key))


def _page(text: str) -> bytes:
    """A page, unlike every other."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Contents = pdf.make_stream(f"% {text}\n0 0 0 rg 60 60 100 100 re f".encode())
        target = BytesIO()
        pdf.save(target)
    return target.getvalue()


def _records(services: Services, count: int, what: str) -> list[Record]:
    """Confirmed records, as they are after a clerk's review."""
    now = services.now()
    return [_record(services, _page(f"{what} {number}"), now) for number in range(count)]


def _record(services: Services, content: bytes, now: datetime) -> Record:
    stored = services.objects.put(BytesIO(content))
    record = Record(
        id=intake.new_id(now),
        agency=AGENCY,
        digest=stored.digest,
        name="van-ban.pdf",
        media_type="application/pdf",
        size=stored.size,
        status=Status.RECEIVED,
        received_at=now,
        received_by="official",
        pages_total=1,
    )
    kept = services.records.add(record, Event(record.id, Action.RECEIVED, "official", now))
    return services.records.save(replace(kept, status=Status.CONFIRMED, searchable=stored.digest), [])


def _through(client: TestClient, records: Sequence[Record], passphrase: str, *, seal: bool) -> float:
    """Seconds from the consent to the last document."""
    request = {
        "records": [{"id": record.id, "version": record.version} for record in records],
        "key": {"kind": "account", "passphrase": passphrase},
        "seal": seal,
    }
    begun = time.monotonic()
    batch = client.post(BATCHES, json=request).raise_for_status().json()
    while batch["status"] != "done" or _in_work(batch):
        time.sleep(0.5)
        batch = client.get(f"{BATCHES}/{batch['id']}").raise_for_status().json()
    seconds = time.monotonic() - begun
    unsealed = sum(one["seal"] == "awaiting" for one in batch["documents"])
    if batch["failed"] or unsealed:
        raise SystemExit(f"{batch['failed']} documents failed, and {unsealed} seals")
    return seconds


def _in_work(batch: Any) -> bool:
    """Whether the last documents are being sealed: their history would tell of a seal that failed."""
    return any(one["seal"] == "awaiting" for one in batch["documents"][-8:])


if __name__ == "__main__":
    sys.exit(main())
