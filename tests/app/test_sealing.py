"""The agency's seal: a second signature, by a key of its own, which may follow later on its own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pikepdf
import pytest

from app import batch_signing, register, sealing, workflow
from app.access import Forbidden
from app.audit import SERVICE, Action
from app.batch_signing import Consent
from app.batches import Batch, DocumentStatus, PublicKey
from app.confinement.key_process import ProcessKey
from app.people import Person
from app.ports import DocumentSigner, KeyLost, SignerFailed, Unlock
from app.records import IllegalTransition, Record, Seal, Status
from app.sample.authority import Issuer, new_issuer
from app.standing import Standing
from signing.refusals import SigningRefused
from signing.validation import validate
from storage.filesystem import FolderStore
from storage.objects import StoredObject, StoreUnavailable
from tests.app.batches import actions, confirmed, with_settings
from tests.app.front import HERE, Desk, open_desk
from tests.signing.conftest import NOW

SECRET = "mật khẩu con dấu"


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return new_issuer(NOW, "ec")


@pytest.fixture
def desk(tmp_path: Path, issuer: Issuer) -> Desk:
    """An agency with a key for its seal, which the settings open."""
    opened = open_desk(tmp_path / "data")
    key = tmp_path / "seal.p12"
    key.write_bytes(issuer.bundle(issuer.issue(NOW, name="ỦY BAN NHÂN DÂN XÃ MẪU", algorithm="ec"), SECRET))
    agencies = opened.services.agencies
    agencies.save(replace(agencies.get(HERE), seal_key=f"file:{key}"))
    opened.trust(issuer)
    return _opening(opened, SECRET)


def _opening(desk: Desk, secret: str) -> Desk:
    from pydantic import SecretStr

    return with_settings(desk, seal_passphrases={HERE: SecretStr(secret)})


def _official(desk: Desk) -> Person:
    return desk.services.people.get("official")


def _signed(desk: Desk, records: list[Record], *, seal: bool = True) -> Batch:
    """A batch that was worked off."""
    services = desk.services
    consent = Consent({record.id: record.version for record in records}, "", seal)
    batch = batch_signing.begin(services, _official(desk), consent)
    with batch_signing.unlocked(services, batch, Unlock(desk.authority.passphrase)) as key:
        batch_signing.work_off(services, batch.id, key, 2, lambda: True)
    return services.batches.get(batch.id)


def _file(desk: Desk, record: Record, place: Path) -> Path:
    signed = desk.services.records.get(record.id).signed
    assert signed
    path = place / f"{signed}.pdf"
    with desk.services.objects.open(signed) as stored:
        path.write_bytes(stored.read())
    return path


def test_the_seal_follows_the_officials_signature(desk: Desk, issuer: Issuer, tmp_path: Path) -> None:
    (record,) = confirmed(desk.services, 1)
    batch = _signed(desk, [record])
    assert batch.documents[0].seal == "sealed"
    sealed = desk.services.records.get(record.id)
    assert (sealed.status, sealed.seal) == (Status.SIGNED, Seal.SEALED)
    assert actions(desk.services, record)[-2:] == [Action.SIGNED, Action.SEALED]
    signed, told = desk.services.history.of(record.id)[-2:]
    assert (told.actor, told.details["agency"], told.details["batch"]) == ("official", HERE, batch.id)
    assert signed.details["certificate"] != told.details["certificate"]
    issuer.write_trust(tmp_path / "trust", NOW)
    file = _file(desk, record, tmp_path)
    report = validate(file, anchors=[desk.authority.trust, tmp_path / "trust"])
    assert report.verdict == "valid"
    assert [one.signer for one in report.signatures] == ["Nguyễn Văn Mẫu", "ỦY BAN NHÂN DÂN XÃ MẪU"]
    first = desk.services.objects.open(str(signed.details["sha256"]))
    with first as stored:
        assert file.read_bytes().startswith(stored.read()), "the first signature stays whole"
    with pikepdf.open(file) as pdf:
        marks = [a for a in pdf.pages[0].Annots if str(a.get("/Subtype")) == "/Widget"]
        assert len(marks) == 2
        boxes = [[float(v) for v in mark.Rect] for mark in marks]
        assert boxes[0][2] <= boxes[1][0] or boxes[1][2] <= boxes[0][0], "the two marks stand side by side"


def test_who_downloaded_it_before_the_seal_still_learns_that_it_is_ours(desk: Desk) -> None:
    (record,) = confirmed(desk.services, 1)
    _signed(desk, [record])
    before = desk.services.history.of(record.id)[-2].details["sha256"]
    found = desk.services.records.find(str(before))
    assert found is not None
    assert found.id == record.id


def test_a_seal_that_fails_leaves_the_signature_and_is_tried_again(desk: Desk) -> None:
    locked = _opening(desk, "sai")
    records = confirmed(locked.services, 2)
    batch = _signed(locked, records)
    assert [one.status for one in batch.documents] == [DocumentStatus.SIGNED] * 2
    awaiting = locked.services.records.awaiting_seal(10)
    assert {one.id for one in awaiting} == {record.id for record in records}
    for _ in range(3):
        sealing.seal_awaiting(locked.services, records[0].id)
    told = actions(locked.services, records[0])
    assert told[-2:] == [Action.SIGNED, Action.SEAL_FAILED], "each cause is told once"
    for record in records:
        for _ in range(2):  # a step may run twice
            sealing.seal_awaiting(desk.services, record.id)
        assert desk.services.records.get(record.id).seal is Seal.SEALED
        last = desk.services.history.of(record.id)[-1]
        assert (last.action, last.actor) == (Action.SEALED, SERVICE)
        assert actions(desk.services, record).count(Action.SIGNED) == 1, "nobody signed again"
        assert actions(desk.services, record).count(Action.SEALED) == 1


def test_the_seal_is_opened_only_where_something_is_to_be_sealed(desk: Desk) -> None:
    """A batch that waits for its holder is looked at again and again."""
    opened: list[str] = []

    def secret(agency: str) -> str:
        opened.append(agency)
        return SECRET

    services, (record,) = replace(desk.services, seal_secret=secret), confirmed(desk.services, 1)
    consent = Consent({record.id: record.version}, "", seal=True)
    batch = batch_signing.begin(services, _official(desk), consent)
    batch_signing.collect(services, batch.id, 1, lambda: True)
    assert opened == []


def test_a_clerk_seals_what_was_signed_without(desk: Desk) -> None:
    services, clerk = desk.services, desk.services.people.get("clerk")
    (record,) = confirmed(services, 1)
    with pytest.raises(IllegalTransition):
        sealing.seal(services, clerk, record.id)
    _signed(desk, [record], seal=False)
    assert services.records.get(record.id).seal is None
    with pytest.raises(Forbidden):
        sealing.seal(services, _official(desk), record.id)
    sealed = desk.program("clerk").post(f"/api/v1/records/{record.id}/seal", json={})
    assert (sealed.status_code, sealed.json()["status"]) == (200, "signed"), sealed.text
    (told,) = (one for one in services.history.of(record.id) if one.action is Action.SEALED)
    assert told.actor == "clerk"
    with pytest.raises(IllegalTransition):
        sealing.seal(services, clerk, record.id)


@pytest.mark.parametrize("standing", [Standing.REVOKED, Standing.REPLACED])
def test_what_is_not_in_force_is_not_sealed(desk: Desk, standing: Standing) -> None:
    services, clerk = desk.services, desk.services.people.get("clerk")
    records = confirmed(services, 2)
    _signed(_opening(desk, "sai"), records)
    awaiting, other = (services.records.get(record.id) for record in records)
    kept = _state(desk, awaiting, standing, other.code if standing is Standing.REPLACED else "")
    with pytest.raises(SigningRefused) as refused:
        sealing.seal(services, clerk, kept.id)
    assert refused.value.code == "not-in-force"
    answer = desk.program("clerk").post(f"/api/v1/records/{kept.id}/seal", json={})
    assert (answer.status_code, answer.json()["code"]) == (422, "not-in-force"), answer.text
    for _ in range(2):  # a step may run twice
        sealing.seal_awaiting(services, kept.id)
    present = services.records.get(kept.id)
    assert (present.seal, present.signed) == (None, awaiting.signed)
    assert [one.id for one in services.records.awaiting_seal(10)] == [other.id]
    told = services.history.of(kept.id)
    assert Action.SEALED not in {one.action for one in told}
    assert [one.details["code"] for one in told if one.action is Action.SEAL_FAILED][1:] == ["not-in-force"]
    kept = _state(desk, present, Standing.IN_FORCE)
    assert sealing.seal(services, clerk, kept.id).seal is Seal.SEALED, "it was a mistake"


def test_what_is_revoked_while_it_is_sealed_keeps_no_seal(desk: Desk) -> None:
    class Meanwhile:
        check = desk.services.signer.check

        def sign(self, *given: Any) -> Mapping[str, Any]:
            _state(desk, desk.services.records.get(record.id), Standing.REVOKED)
            return desk.services.signer.sign(*given)

    (record,) = confirmed(desk.services, 1)
    _signed(desk, [record], seal=False)
    services = replace(desk.services, signer=Meanwhile())
    with pytest.raises(SigningRefused) as refused:
        sealing.seal(services, services.people.get("clerk"), record.id)
    assert refused.value.code == "changed"
    assert desk.services.records.get(record.id).seal is None


def _state(desk: Desk, record: Record, standing: Standing, replaced_by: str = "") -> Record:
    return register.state(
        desk.services,
        _official(desk),
        record.id,
        record.version,
        standing,
        since=desk.services.now().date() - timedelta(days=1),
        reason="Quyết định 12/QĐ-UBND",
        replaced_by=replaced_by,
    )


def test_an_agency_without_a_key_has_no_seal(desk: Desk) -> None:
    services = desk.services
    services.agencies.save(replace(services.agencies.get(HERE), seal_key=None))
    (record,) = confirmed(services, 1)
    with pytest.raises(SigningRefused) as refused:
        _signed(desk, [record])
    assert refused.value.code == "no-seal-key"
    assert services.records.get(record.id).status is Status.CONFIRMED
    official = services.people.get("official")
    workflow.sign(services, official, record.id, desk.authority.passphrase)
    with pytest.raises(SigningRefused) as refused:
        sealing.seal(services, services.people.get("clerk"), record.id)
    assert refused.value.code == "no-seal-key"


def test_the_administrator_sets_the_reference_and_never_a_secret(desk: Desk) -> None:
    admin = desk.program("admin")
    changed = admin.patch(f"/api/v1/agencies/{HERE}", json={"seal_key": " file:/nowhere.p12 "})
    assert changed.json() == {
        "code": HERE,
        "name": "ỦY BAN NHÂN DÂN XÃ MẪU",
        "seal_key": "file:/nowhere.p12",
        "seal_image": False,
        "merged_into": None,
        "merged_on": None,
        "former_names": [],
    }
    assert changed.json() in admin.get("/api/v1/agencies").json()["agencies"]
    assert SECRET not in admin.get("/api/v1/agencies").text
    removed = admin.patch(f"/api/v1/agencies/{HERE}", json={"seal_key": None})
    assert removed.json()["seal_key"] is None


def test_a_key_that_is_lost_leaves_the_batch_and_blames_no_document(desk: Desk) -> None:
    services = desk.services
    records = confirmed(services, 4)
    consent = Consent({record.id: record.version for record in records}, "", seal=False)
    batch = batch_signing.begin(services, _official(desk), consent)
    with batch_signing.unlocked(services, batch, Unlock(desk.authority.passphrase)) as key:
        assert isinstance(key, ProcessKey)
        with pytest.raises(KeyLost):
            batch_signing.work_off(services, batch.id, _Pulled(key, after=2), 1, lambda: True)
    left = services.batches.get(batch.id)
    assert (left.counted(DocumentStatus.SIGNED), left.counted(DocumentStatus.FAILED)) == (2, 0)
    assert left.interrupted(services.now())


class _Pulled:
    """A key whose process ends after some values, as when a token is pulled out."""

    def __init__(self, key: ProcessKey, after: int) -> None:
        self._key = key
        self._left = after

    together = False

    @property
    def public(self) -> PublicKey:
        return self._key.public

    def sign(self, data: bytes) -> bytes:
        if self._left == 0:
            self._key.child.close()
        self._left -= 1
        return self._key.sign(data)


def test_a_signer_that_dies_once_is_tried_once_more(desk: Desk) -> None:
    dying = replace(desk, services=replace(desk.services, signer=_Dying(desk.services.signer)))
    (record,) = confirmed(desk.services, 1)
    batch = _signed(dying, [record])
    assert batch.documents[0].seal == "sealed"
    assert actions(desk.services, record)[-2:] == [Action.SIGNED, Action.SEALED]


class _Dying:
    """A signer whose every other child dies."""

    def __init__(self, signer: DocumentSigner) -> None:
        self._signer = signer
        self.check = signer.check
        self._orders = 0

    def sign(self, *given: Any) -> Mapping[str, Any]:
        self._orders += 1
        if self._orders % 2:
            raise SignerFailed("signing-failed", "chết", "died")
        return self._signer.sign(*given)


def test_a_fault_that_nobody_foresaw_befalls_one_document(desk: Desk) -> None:
    class Faulty:
        check = desk.services.signer.check

        def sign(self, source: Path, *given: Any) -> Mapping[str, Any]:
            if source.name == first.digest:
                raise ZeroDivisionError
            return desk.services.signer.sign(source, *given)

    first, second = confirmed(desk.services, 2)
    batch = _signed(
        replace(desk, services=replace(desk.services, signer=Faulty())), [first, second], seal=False
    )
    assert [one.status for one in batch.documents] == [DocumentStatus.FAILED, DocumentStatus.SIGNED]
    assert batch.documents[0].problem
    assert batch.documents[0].problem.code == "service-failed"


def test_a_store_that_is_away_leaves_the_batch(desk: Desk, tmp_path: Path) -> None:
    class Away(FolderStore):
        def put(self, source: BinaryIO) -> StoredObject:
            raise StoreUnavailable("away")

    records = confirmed(desk.services, 2)
    away = replace(desk.services, objects=Away(desk.settings.data / "objects"))
    with pytest.raises(StoreUnavailable):
        _signed(replace(desk, services=away), records, seal=False)
    (left,) = desk.services.batches.unfinished()
    assert left.counted(DocumentStatus.FAILED) == 0
    assert left.interrupted(desk.services.now())
