"""Is it one of ours, and is it sound: the register beside the report."""

from dataclasses import replace
from pathlib import Path

import pytest

from app import verification, workflow
from app.records import Record
from app.sample import authority
from tests.app.test_workflow import read
from tests.app.workers import CLERK, OFFICIAL, Service, paper, serve


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return serve(tmp_path / "data", {})


def _signed(service: Service) -> Record:
    services = service.services
    record = read(service, workflow.receive(services, CLERK, "mau.tif", paper(1)).record)
    record = workflow.confirm(services, CLERK, record.id, record.version, {})
    sample = authority.create(service.settings.data / "keys", services.now())
    return workflow.sign(
        services, replace(OFFICIAL, signing_key=sample.key_reference), record.id, sample.passphrase
    )


def _file(service: Service, digest: str | None, folder: Path) -> Path:
    assert digest
    path = folder / "tep-can-kiem-tra.pdf"
    with service.services.objects.open(digest) as stored:
        path.write_bytes(stored.read())
    return path


def test_every_file_of_a_record_is_known(service: Service, tmp_path: Path) -> None:
    record = _signed(service)
    for digest, which in (
        (record.digest, "original"),
        (record.searchable, "searchable"),
        (record.signed, "signed"),
    ):
        report = verification.verify(service.services, _file(service, digest, tmp_path))
        assert report["document"]["registered"] == {
            "code": record.id,
            "issuer": "ỦY BAN NHÂN DÂN XÃ MẪU",
            "status": "signed",
            "file": which,
        }
        assert report["document"]["sha256"] == digest


def test_a_signed_file_is_whole_and_a_changed_one_is_neither_ours_nor_valid(
    service: Service, tmp_path: Path
) -> None:
    path = _file(service, _signed(service).signed, tmp_path)
    report = verification.verify(service.services, path)
    assert report["verdict"] in {"valid", "undetermined"}  # by what is trusted here
    assert [s["intact"] for s in report["signatures"]] == [True]
    path.write_bytes(path.read_bytes() + b"\n% added after signing\n")
    changed = verification.verify(service.services, path)
    assert changed["verdict"] == "invalid"
    assert changed["document"]["registered"] is None


def test_a_stranger_is_unknown_and_rubbish_is_a_verdict(service: Service, tmp_path: Path) -> None:
    path = tmp_path / "rac.pdf"
    path.write_bytes(b"%PDF-1.7\nrubbish")
    report = verification.verify(service.services, path)
    assert report["verdict"] == "unreadable"
    assert report["document"]["registered"] is None
    assert report["summary"]["vi"]
    assert report["summary"]["en"]
