"""Batches in work, at the moments that HTTP does not reach: between two looks, and before the key is open."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from app import batch_signing
from app.batch_signing import Consent
from app.batches import Batch, BatchStatus, PublicKey
from app.front import batch_runs
from app.front.batch_runs import BatchRuns
from app.ports import Services, SigningKeys, Unlock, UnlockedKey
from app.records import Problem, Record
from app.sample.authority import new_issuer
from tests.app.batches import confirmed
from tests.app.front import Desk
from tests.signing.conftest import NOW


def _begun(services: Services, record: Record, key: PublicKey | None = None) -> Batch:
    consent = Consent({record.id: record.version}, "", seal=False, key=key)
    return batch_signing.begin(services, services.people.get("official"), consent)


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_comes_while_the_work_ends_is_not_left(lite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    services = lite_desk.services
    issuer = new_issuer(NOW, "ec")
    lite_desk.trust(issuer)
    issued = issuer.issue(NOW, algorithm="ec")
    assert isinstance(issued.key, ec.EllipticCurvePrivateKey)
    signing = issued.key
    key = PublicKey((issued.certificate.public_bytes(Encoding.DER),), "ecdsa", "sha256")
    (record,) = confirmed(services, 1)
    batch, runs = _begun(services, record, key), BatchRuns(services, 1)
    release = services.batches.release

    def late(batch_id: str, runner: str, problem: Problem | None = None) -> None:
        """The value comes after the work has looked for the last time."""
        (document,) = services.batches.get(batch.id).documents
        if document.to_be_signed and not document.valued:
            value = signing.sign(document.to_be_signed, ec.ECDSA(hashes.SHA256()))
            services.batches.keep_values(batch.id, {record.id: value})
            runs.start(services.batches.get(batch.id))
        release(batch_id, runner, problem)

    monkeypatch.setattr(services.batches, "release", late)
    runs.start(batch)
    _until(lambda: services.batches.get(batch.id).status is BatchStatus.DONE)


@dataclass(frozen=True)
class _Slow:
    """Keys that open once that holds."""

    keys: SigningKeys
    opens: Callable[[], bool]

    @contextmanager
    def unlock(self, reference: str, given: Unlock) -> Iterator[UnlockedKey]:
        _until(self.opens)
        with self.keys.unlock(reference, given) as key:
            yield key


def test_a_batch_is_kept_while_its_key_is_being_opened(
    lite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_runs, "_BEAT_SECONDS", 0.05)
    services = lite_desk.services
    (record,) = confirmed(services, 1)
    batch, seen = _begun(services, record), set[datetime]()

    def kept() -> bool:
        alive_at = services.batches.get(batch.id).alive_at
        assert alive_at
        seen.add(alive_at)
        return len(seen) > 2

    slow = replace(services, keys=_Slow(services.keys, kept))
    BatchRuns(slow, 1).start(batch, Unlock(lite_desk.authority.passphrase))
    _until(lambda: services.batches.get(batch.id).status is BatchStatus.DONE)
