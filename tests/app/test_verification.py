"""Is it one of ours, and is it sound: the register beside the report."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from pyhanko.pdf_utils.generic import StreamObject as PdfStream
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from app import register, verification, workflow
from app.agencies import Agency
from app.records import Query, Record
from app.sample import authority
from app.standing import Standing
from signing.keys.references import open_key
from signing.pades import sign
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
            "code": record.code,
            "issuer": "ỦY BAN NHÂN DÂN XÃ MẪU",
            "now_called": None,
            "now_part_of": None,
            "status": "signed",
            "standing": {"state": "in-force", "since": None, "reason": None, "replaced_by": None},
            "file": which,
            "newer": False,
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


def _revoke(service: Service) -> None:
    record, services = _signed(service), service.services
    register.state(
        services,
        OFFICIAL,
        record.id,
        record.version,
        Standing.REVOKED,
        since=services.now().date() - timedelta(days=1),
        reason="Quyết định 12/QĐ-UBND",
    )


def test_what_was_revoked_says_so_first(service: Service, tmp_path: Path) -> None:
    path = _file(service, _signed(service).signed, tmp_path)
    before = verification.verify(service.services, path)
    _revoke(service)
    report = verification.verify(service.services, path)
    assert report["verdict"] == before["verdict"]
    for one, other in zip(report["signatures"], before["signatures"], strict=True):
        assert (one["indication"], one["intact"]) == (other["indication"], other["intact"])
    assert report["document"]["registered"]["standing"]["state"] == "revoked"
    assert report["summary"]["vi"].startswith("Văn bản này đã bị thu hồi từ ngày ")
    assert report["summary"]["vi"].endswith(before["summary"]["vi"])
    assert "Quyết định 12/QĐ-UBND" in report["summary"]["en"]


def test_an_addition_does_not_hide_that_it_was_revoked(service: Service, tmp_path: Path) -> None:
    """Anybody can add a timestamp or a signature of his own, which makes another file of it."""
    record = _signed(service)
    path = _file(service, record.signed, tmp_path)
    sample = authority.create(service.settings.data / "keys", service.services.now())
    key = open_key(sample.key_reference, sample.passphrase)
    sign(path, tmp_path / "them.pdf", key, now=service.services.now())
    _revoke(service)
    report = verification.verify(service.services, tmp_path / "them.pdf")
    assert report["document"]["registered"] is None
    assert report["document"]["extends"]["code"] == record.code
    assert report["summary"]["vi"].startswith("Văn bản này đã bị thu hồi từ ngày ")


@pytest.mark.parametrize("marks", [300, 20_000])
def test_marks_in_an_addition_do_not_hide_it_either(service: Service, tmp_path: Path, marks: int) -> None:
    """An update may have a stream of any bytes."""
    record = _signed(service)
    path = _file(service, record.signed, tmp_path)
    sample = authority.create(service.settings.data / "keys", service.services.now())
    key = open_key(sample.key_reference, sample.passphrase)
    with path.open("r+b") as stream:
        update = IncrementalPdfFileWriter(stream)
        update.trailer_view["/Info"] = update.add_object(PdfStream(stream_data=b"%%EOF\n" * marks))
        update.write_in_place()
    sign(path, tmp_path / "them.pdf", key, now=service.services.now())
    _revoke(service)
    report = verification.verify(service.services, tmp_path / "them.pdf")
    assert report["document"]["extends"]["code"] == record.code
    assert report["summary"]["vi"].startswith("Văn bản này đã bị thu hồi từ ngày ")


def test_an_addition_to_a_file_from_before_a_renewal_hides_nothing(service: Service, tmp_path: Path) -> None:
    record, records = _signed(service), service.services.records
    path = _file(service, record.signed, tmp_path)
    records.save(replace(record, signed="f" * 64), [])
    path.write_bytes(path.read_bytes() + b"\n% added\n")
    _revoke(service)
    report = verification.verify(service.services, path)
    assert report["document"]["extends"]["standing"]["state"] == "revoked"


def test_ends_after_a_signature_are_looked_at_behind_any_number_of_marks(tmp_path: Path) -> None:
    """As where the paper itself came with them."""
    path = tmp_path / "a.pdf"
    paper, evidence = b"%%EOF\n" * 2 * verification.MOST_ENDS + b"signed %%EOF", b"\n evidence %%EOF\n"
    path.write_bytes(paper + evidence + b"%%EOF\n" * 20_000)
    ours = {hashlib.sha256(paper).hexdigest(), hashlib.sha256(paper + evidence).hexdigest()}
    assert ours <= {*verification.version_digests(path, {len(paper)})}
    assert not ours & {*verification.version_digests(path)}


def test_versions_end_at_every_mark_up_to_a_bound(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    first, second = b"%PDF-1.7 one %%EOF\r\n", b"two %%EOF\n"
    path.write_bytes(first + second)
    found = verification.version_digests(path)
    for version in (first, first.rstrip(b"\n"), (first + second).rstrip(b"\n"), first + second):
        assert hashlib.sha256(version).hexdigest() in found
    assert found[-1] == hashlib.sha256(first + second).hexdigest()
    path.write_bytes(b"%%EOF" * 1_000_000)
    assert len(verification.version_digests(path)) == verification.MOST_ENDS + 1
    for place in range(2**20 - 8, 2**20 + 1):  # across the border of two blocks
        path.write_bytes(b"x" * place + b"%%EOF\n" + b"y" * (2**20 + 1))
        assert hashlib.sha256(b"x" * place + b"%%EOF\n").hexdigest() in verification.version_digests(path)
    path.write_bytes(b"")
    assert verification.version_digests(path) == [hashlib.sha256().hexdigest()]


def test_a_stranger_is_unknown_and_rubbish_is_a_verdict(service: Service, tmp_path: Path) -> None:
    path = tmp_path / "rac.pdf"
    path.write_bytes(b"%PDF-1.7\nrubbish")
    report = verification.verify(service.services, path)
    assert report["verdict"] == "unreadable"
    assert report["document"]["registered"] is None
    assert report["summary"]["vi"]
    assert report["summary"]["en"]
