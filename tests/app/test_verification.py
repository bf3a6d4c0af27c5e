"""Is it one of ours, and is it sound: the register beside the report."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app import verification, workflow
from app.agencies import Agency
from app.records import Query, Record
from app.sample import authority
from tests.app.workers import CLERK, OFFICIAL, Service, copied, paper, read, serve


@pytest.fixture(scope="module")
def signed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a service with one signed record."""
    service = serve(tmp_path_factory.mktemp("signed") / "data", {})
    services = service.services
    record = read(service, workflow.receive(services, CLERK, "mau.tif", paper(1)).record)
    record = workflow.confirm(services, CLERK, record.id, record.version, {"subject": "Việc mẫu"})
    sample = authority.create(service.settings.data / "keys", services.now())
    official = replace(OFFICIAL, signing_key=sample.key_reference)
    workflow.sign(services, official, record.id, sample.passphrase)
    return service.settings.data


@pytest.fixture
def service(signed_once: Path, tmp_path: Path) -> Service:
    return copied(signed_once, tmp_path / "data")


def _signed(service: Service) -> Record:
    (record,) = service.services.records.list(Query()).records
    return record


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
            "now_part_of": None,
            "status": "signed",
            "file": which,
            "digitised": which == "signed",
        }
        assert report["document"]["sha256"] == digest


def test_an_issuer_that_was_merged_names_its_successor(service: Service, tmp_path: Path) -> None:
    record, agencies = _signed(service), service.services.agencies
    agencies.save(Agency("tinh-moi", "ỦY BAN NHÂN DÂN XÃ MỚI"))
    old = agencies.get(record.agency)
    agencies.save(replace(old, merged_into="tinh-moi", merged_on=date(2025, 7, 1)))
    report = verification.verify(service.services, _file(service, record.signed, tmp_path))
    known = report["document"]["registered"]
    assert known["issuer"] == "ỦY BAN NHÂN DÂN XÃ MẪU"
    assert known["now_part_of"] == {"name": "ỦY BAN NHÂN DÂN XÃ MỚI", "since": "2025-07-01"}


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
