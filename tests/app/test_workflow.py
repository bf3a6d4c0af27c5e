"""The walk of a record, step by step, on real stores and a real reader."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from app import recognising, workflow
from app.access import Forbidden
from app.audit import Action
from app.document_ports import ReadingFailed
from app.people import Person
from app.records import IllegalTransition, Query, Record, RecordChanged, RecordNotFound, Status
from app.review import BadFieldValue
from app.sample import authority
from ocr.limits import Limits, Refusal
from signing.refusals import SigningRefused
from storage.filesystem import FolderStore
from storage.objects import ObjectMissing
from tests.app.workers import ARCHIVIST, CLERK, OFFICIAL, STRANGER, Service, copied, paper, read, serve


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return serve(tmp_path / "data", {})


@pytest.fixture
def received(service: Service) -> Record:
    return workflow.receive(service.services, CLERK, "mau.tif", paper(1)).record


@pytest.fixture(scope="module")
def read_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a service with one paper that awaits review, read by steps that each ran twice."""
    service = serve(tmp_path_factory.mktemp("read") / "data", {})
    services = service.services
    record = workflow.receive(services, CLERK, "mau.tif", paper(1)).record
    for _ in range(2):
        assert recognising.start_recognition(services, record.id, 1) == 1
    assert recognising.unread_pages(services, record.id) == [1]
    for _ in range(2):
        recognising.read_page(services, record.id, 1, 1)
    assert recognising.all_read(services, record.id, 1)
    for _ in range(2):
        recognising.finish_recognition(services, record.id, 1)
    return service.settings.data


@pytest.fixture
def desk(read_once: Path, tmp_path: Path) -> Service:
    """A service with one paper that awaits review."""
    return copied(read_once, tmp_path / "desk")


@pytest.fixture
def reviewed(desk: Service) -> Record:
    return only_record(desk)


@pytest.fixture
def confirmed(desk: Service, reviewed: Record) -> Record:
    values = {"number": "15", "symbol": "QĐ-UBND"}
    return workflow.confirm(desk.services, CLERK, reviewed.id, reviewed.version, values)


def only_record(service: Service) -> Record:
    (record,) = service.services.records.list(Query()).records
    return record


@pytest.fixture
def official(desk: Service) -> tuple[Person, str]:
    """An official with a key, and its passphrase."""
    sample = authority.create(desk.settings.data / "keys", desk.services.now())
    person = replace(OFFICIAL, signing_key=sample.key_reference)
    desk.services.people.save(person)
    return person, sample.passphrase


def actions(service: Service, record: Record) -> list[Action]:
    return [event.action for event in service.services.history.of(record.id)]


def test_received_bytes_are_stored_as_they_came(service: Service, received: Record) -> None:
    with service.services.objects.open(received.digest) as stored:
        assert stored.read() == paper(1).getvalue()
    assert (received.status, received.media_type) == (Status.RECEIVED, "image/tiff")
    assert actions(service, received) == [Action.RECEIVED]


def test_the_same_bytes_again_are_one_record(service: Service, received: Record) -> None:
    again = workflow.receive(service.services, CLERK, "ten-khac.tif", paper(1))
    assert again.again
    assert again.record.id == received.id
    assert actions(service, received) == [Action.RECEIVED, Action.SENT_AGAIN]


def test_another_agency_has_a_record_of_its_own(service: Service, received: Record) -> None:
    other = workflow.receive(service.services, STRANGER, "mau.tif", paper(1))
    assert not other.again
    assert other.record.id != received.id


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 a text document", "not-a-document"),
        (b"%PDF-" + bytes(2000), "too-large"),
    ],
)
def test_what_cannot_be_taken_leaves_no_record(service: Service, content: bytes, code: str) -> None:
    services = replace(service.services, limits=Limits(file_bytes=1500))
    with pytest.raises(Refusal) as refused:
        workflow.receive(services, CLERK, "tep.pdf", BytesIO(content))
    assert refused.value.code == code
    assert services.records.list(Query()).records == ()


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"\r\n garbage of a scanner" + bytes(990) + b"%PDF-1.4", "application/pdf"),
        (b"HTTP/1.1 200 OK\r\n" * 90 + b"%PDF-1.4", "application/pdf"),
        (b"%PDF1.7\n1 0 obj", "application/pdf"),
        (b"\n1 0 obj\n<</Type/Catalog", "application/pdf"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"II*\x00 made of %PDF-1.4", "image/tiff"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"MM\x00*", "image/tiff"),
        (b"GIF89a", "image/gif"),
        (b"BM", "image/bmp"),
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
    ],
)
def test_the_type_is_told_by_the_first_bytes(service: Service, head: bytes, media_type: str) -> None:
    receipt = workflow.receive(service.services, CLERK, "khong-duoi", BytesIO(head + bytes(100)))
    assert receipt.record.media_type == media_type


@pytest.mark.parametrize(
    ("head", "kind", "instead"),
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC", "JPEG"),
        (b"\x00\x00\x00\x1cftypavif", "AVIF", "JPEG"),
        (b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml", "Word", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Word", "PDF"),
        (b"PK\x03\x04" + bytes(26) + b"trang-1.jpg", "ZIP", "giải nén"),
        (b"PK\x03\x04" + bytes(2000) + b"%PDF-1.4", "ZIP", "giải nén"),
        (b"Rar!\x1a\x07\x00", "RAR", "giải nén"),
    ],
)
def test_what_is_no_paper_but_known_is_told_with_what_to_make_of_it(
    service: Service, head: bytes, kind: str, instead: str
) -> None:
    with pytest.raises(Refusal) as refused:
        workflow.receive(service.services, CLERK, "hồ sơ", BytesIO(head + bytes(100)))
    assert refused.value.code == "not-a-document"
    assert kind in refused.value.vi
    assert kind in refused.value.en
    assert instead in refused.value.vi


def test_a_name_is_kept_without_folders_and_control_characters(service: Service) -> None:
    receipt = workflow.receive(service.services, CLERK, "C:\\mẫu\\../quyết\x00 định\n.tif", paper(1))
    assert receipt.record.name == "quyết định.tif"


def test_only_who_may_receive_does(service: Service) -> None:
    with pytest.raises(Forbidden):
        workflow.receive(service.services, OFFICIAL, "mau.tif", paper(1))


def test_ids_grow_and_cannot_be_guessed(service: Service) -> None:
    records = [
        workflow.receive(service.services, CLERK, "mau.pdf", BytesIO(b"%PDF-" + bytes([n]))).record
        for n in range(5)
    ]
    assert [r.id[:12] for r in records] == sorted(r.id[:12] for r in records)
    assert len({r.id[12:] for r in records}) == 5


def test_a_read_record_awaits_review(desk: Service, reviewed: Record) -> None:
    assert reviewed.status is Status.AWAITING_REVIEW
    assert (reviewed.pages_done, reviewed.pages_total) == (1, 1)
    expected = [Action.RECEIVED, Action.RECOGNISING, Action.PAGE_READ, Action.RECOGNISED]
    assert actions(desk, reviewed) == expected
    with workflow.download(desk.services, CLERK, reviewed.id, "pdf") as pdf:
        assert pdf.read(5) == b"%PDF-"
    with workflow.download(desk.services, CLERK, reviewed.id, "page-1") as image:
        assert image.read(2)


def test_the_recognition_has_the_shape_of_the_contract(desk: Service, reviewed: Record) -> None:
    data = workflow.recognition(desk.services, CLERK, reviewed.id)
    assert data["source"] == {
        "name": "mau.tif",
        "sha256": reviewed.digest,
        "bytes": reviewed.size,
        "media_type": "image/tiff",
    }
    assert [page["number"] for page in data["pages"]] == [1]
    assert {"kind", "fields", "signatures", "papers", "warnings"} <= set(data)


def test_steps_of_an_earlier_attempt_change_nothing(service: Service, received: Record) -> None:
    services = service.services
    recognising.fail(services, received.id, 1, ReadingFailed("died"))
    retried = workflow.retry(services, CLERK, received.id)
    recognising.fail(services, received.id, 1, ReadingFailed("said too late"))
    assert recognising.start_recognition(services, received.id, 1) == 0
    recognising.read_page(services, received.id, 1, 1)
    recognising.finish_recognition(services, received.id, 1)
    present = services.records.get(received.id)
    assert (present.status, present.attempt, present.version) == (Status.RECEIVED, 2, retried.version)
    assert read(service, present).status is Status.AWAITING_REVIEW


def test_a_damaged_file_is_refused_with_its_reason(service: Service) -> None:
    record = workflow.receive(
        service.services, CLERK, "hong.png", BytesIO(b"\x89PNG\r\n\x1a\n broken")
    ).record
    assert recognising.start_recognition(service.services, record.id, 1) == 0
    refused = service.services.records.get(record.id)
    assert refused.status is Status.REFUSED
    assert refused.problem
    assert refused.problem.code == "damaged"


def test_a_reader_that_failed_leaves_a_reason_and_may_be_tried_again(
    service: Service, received: Record
) -> None:
    recognising.fail(service.services, received.id, 1, ReadingFailed("died"))
    failed = service.services.records.get(received.id)
    assert failed.status is Status.FAILED
    assert failed.problem
    assert failed.problem.code == "reading-failed"
    assert workflow.retry(service.services, CLERK, received.id).problem is None
    with pytest.raises(IllegalTransition):
        workflow.retry(service.services, CLERK, received.id)


def test_a_confirmed_value_stands_beside_the_read_one(desk: Service, reviewed: Record) -> None:
    services = desk.services
    before = workflow.fields(services, CLERK, reviewed.id)
    record = workflow.confirm(
        services, CLERK, reviewed.id, reviewed.version, {"number": "27", "symbol": " QĐ-UBND ", "subject": ""}
    )
    assert (record.status, record.number, record.symbol) == (Status.CONFIRMED, "27", "QĐ-UBND")
    after = workflow.fields(services, CLERK, reviewed.id)
    assert after["number"].value == "27"
    assert after["number"].confirmed_by == CLERK.username
    assert after["number"].read == before["number"].read
    assert after["subject"].value is None
    assert actions(desk, reviewed)[-2:] == [Action.CORRECTED, Action.CONFIRMED]
    again = workflow.confirm(services, CLERK, record.id, record.version, {"number": "28"})
    assert again.number == "28"
    found = services.records.list(Query(text="28/QĐ-UBND")).records
    assert [r.id for r in found] == [record.id]


def test_confirming_an_old_version_is_refused(desk: Service, reviewed: Record) -> None:
    with pytest.raises(RecordChanged):
        workflow.confirm(desk.services, CLERK, reviewed.id, reviewed.version - 1, {})


@pytest.mark.parametrize(
    "values", [{"date": "mùng ba"}, {"date": "2024-13"}, {"number": "x" * 3000}, {"colour": "đỏ"}]
)
def test_values_that_cannot_be_are_refused(desk: Service, reviewed: Record, values: dict[str, str]) -> None:
    with pytest.raises(BadFieldValue):
        workflow.confirm(desk.services, CLERK, reviewed.id, reviewed.version, values)


@pytest.mark.parametrize("value", ["2024", "2024-03", "2024-03-15"])
def test_dates_may_be_known_in_part(desk: Service, reviewed: Record, value: str) -> None:
    record = workflow.confirm(desk.services, CLERK, reviewed.id, reviewed.version, {"date": value})
    assert record.date == value


def test_a_signed_record_has_its_signed_pdf_and_is_final(
    desk: Service, confirmed: Record, official: tuple[Person, str]
) -> None:
    person, passphrase = official
    signed = workflow.sign(desk.services, person, confirmed.id, passphrase)
    assert signed.status is Status.SIGNED
    assert signed.pdf == signed.signed
    with workflow.download(desk.services, person, signed.id, "pdf") as pdf:
        made = pdf.read()
    assert signed.searchable
    with desk.services.objects.open(signed.searchable) as source:
        assert made.startswith(source.read())  # an incremental update
    assert b"/ByteRange" in made
    with pytest.raises(IllegalTransition):
        workflow.confirm(desk.services, CLERK, signed.id, signed.version, {})
    with pytest.raises(IllegalTransition):
        workflow.sign(desk.services, person, signed.id, passphrase)


def test_a_wrong_passphrase_signs_nothing_and_is_remembered(
    desk: Service, confirmed: Record, official: tuple[Person, str]
) -> None:
    with pytest.raises(SigningRefused) as refused:
        workflow.sign(desk.services, official[0], confirmed.id, "sai")
    assert refused.value.vi
    assert desk.services.records.get(confirmed.id).status is Status.CONFIRMED
    assert actions(desk, confirmed)[-1] is Action.SIGNING_REFUSED


def test_an_official_without_a_key_is_told_what_to_do(desk: Service, confirmed: Record) -> None:
    with pytest.raises(SigningRefused) as refused:
        workflow.sign(desk.services, OFFICIAL, confirmed.id, None)
    assert refused.value.code == "no-key"


def test_looking_is_remembered_once_in_ten_minutes(service: Service, received: Record) -> None:
    moment = service.services.now()
    for minutes in (0, 3, 9, 11):
        later = replace(service.services, now=_at(moment + timedelta(minutes=minutes)))
        workflow.view(later, CLERK, received.id)
    workflow.view(service.services, ARCHIVIST, received.id)
    viewed = [e.actor for e in service.services.history.of(received.id) if e.action is Action.VIEWED]
    assert sorted(viewed) == sorted([CLERK.username, CLERK.username, ARCHIVIST.username])


def _at(moment):  # type: ignore[no-untyped-def]
    return lambda: moment


def test_every_download_is_remembered(service: Service, received: Record) -> None:
    for _ in range(2):
        with workflow.download(service.services, CLERK, received.id, "original"):
            continue
    downloads = [e for e in service.services.history.of(received.id) if e.action is Action.DOWNLOADED]
    assert [e.details["what"] for e in downloads] == ["original", "original"]


def test_a_download_that_could_not_be_opened_is_none(service: Service, received: Record) -> None:
    lost = replace(service.services, objects=FolderStore(service.settings.data / "others"))
    with pytest.raises(ObjectMissing), workflow.download(lost, CLERK, received.id, "original"):
        raise AssertionError("there is no such object")
    assert Action.DOWNLOADED not in actions(service, received)


@pytest.mark.parametrize("what", ["pdf", "page-1", "page-x", "secret"])
def test_what_a_record_does_not_have_is_not_found(service: Service, received: Record, what: str) -> None:
    with pytest.raises(RecordNotFound):
        workflow.download(service.services, CLERK, received.id, what)


def test_a_record_of_another_agency_does_not_exist(service: Service, received: Record) -> None:
    services = service.services
    looks: list[Callable[[], object]] = [
        lambda: workflow.view(services, STRANGER, received.id),
        lambda: workflow.fields(services, STRANGER, received.id),
        lambda: workflow.recognition(services, STRANGER, received.id),
        lambda: workflow.download(services, STRANGER, received.id, "original"),
        lambda: workflow.history_of(services, STRANGER, received.id),
        lambda: workflow.retry(services, STRANGER, received.id),
        lambda: workflow.confirm(services, STRANGER, received.id, received.version, {}),
        lambda: workflow.sign(services, STRANGER, received.id, None),
    ]
    for look in looks:
        with pytest.raises(RecordNotFound):
            look()
    assert actions(service, received) == [Action.RECEIVED]


def test_an_object_that_is_gone_is_an_error_and_no_empty_file(service: Service, received: Record) -> None:
    lost = replace(received, digest="0" * 64)
    with pytest.raises(ObjectMissing), service.services.copies.of(service.services.objects, lost.digest):
        raise AssertionError("there is no such object")
