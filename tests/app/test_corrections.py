"""A person says what words are: text, search, fields and viewing copy follow; what was read stays beside."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pdfplumber
import pytest

from app import corrections, recognising, splitting, workflow
from app.access import Forbidden
from app.audit import Action
from app.document_ports import ReadingFailed
from app.records import IllegalTransition, Query, Record, RecordChanged, RecordNotFound, Status
from app.said_words import BadWord, WordSaid
from app.splitting import SplitRefused
from ocr.recognition import Page
from tests import judges
from tests.app.workers import ARCHIVIST, CLERK, OFFICIAL, STRANGER, Service, copied, paper, read, serve


@pytest.fixture(scope="module")
def read_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a service with one scan of two pages that awaits review."""
    service = serve(tmp_path_factory.mktemp("read") / "data", {})
    read(service, workflow.receive(service.services, CLERK, "mau.tif", paper(2)).record)
    return service.settings.data


@pytest.fixture
def service(read_once: Path, tmp_path: Path) -> Service:
    return copied(read_once, tmp_path / "data")


def scan(service: Service) -> Record:
    (record,) = service.services.records.list(Query()).records
    return record


def page_of(service: Service, record: Record, number: int) -> Page:
    kept = service.services.parts.page(record.id, number)
    assert kept is not None
    return kept.page


def last_word(service: Service, record: Record, number: int, text: str) -> WordSaid:
    """What is said of the last word of a page."""
    words = page_of(service, record, number).words
    return WordSaid(number, len(words) - 1, words[-1].text, text)


def finished(service: Service, record: Record) -> Record:
    recognising.finish_recognition(service.services, record.id, record.attempt)
    return service.services.records.get(record.id)


def copy_text(service: Service, record: Record) -> str:
    assert record.pdf
    with service.services.objects.open(record.pdf) as stored, pdfplumber.open(BytesIO(stored.read())) as pdf:
        return "\n".join(page.extract_text() for page in pdf.pages)


def found(service: Service, words: str) -> list[str]:
    return [one.id for one in service.services.records.list(Query(text=words)).records]


def test_a_word_that_was_said_is_the_text_of_the_record(service: Service) -> None:
    services, before = service.services, scan(service)
    said = last_word(service, before, 2, "  mẫuđãsửa ")
    pages = services.parts.pages(before.id)
    saved = corrections.correct(services, CLERK, before.id, before.version, [said])
    assert (saved.status, saved.attempt, saved.pages_done) == (Status.RECOGNISING, 2, 2)
    after = finished(service, saved)
    assert finished(service, saved) == after, "as after a crash"
    assert after.status is Status.AWAITING_REVIEW
    word = page_of(service, after, 2).words[-1]
    assert word.said is not None
    assert (word.text, word.confidence, word.said.read, word.said.by) == (
        "mẫuđãsửa",
        1.0,
        said.read,
        CLERK.username,
    )
    assert page_of(service, after, 2).text.endswith("mẫuđãsửa")
    assert page_of(service, after, 1) == pages[0].page
    assert found(service, "mẫuđãsửa") == [before.id]
    assert "mẫuđãsửa" in copy_text(service, after)
    assert "mẫuđãsửa" not in copy_text(service, before)
    with services.copies.of(services.objects, str(after.searchable)) as copy:
        assert judges.pdfa([copy]) == [{"compliant": True, "failed": []}]
    with workflow.download(services, CLERK, before.id, "original") as stored:
        assert stored.read() == paper(2).getvalue(), "the master stays"
    told = workflow.recognition(services, CLERK, before.id)["pages"][1]["words"][-1]
    assert (told["text"], told["said"]["read"], told["said"]["by"]) == (
        "mẫuđãsửa",
        said.read,
        CLERK.username,
    )
    (event,) = [e for e in services.history.of(before.id) if e.action is Action.WORDS_CORRECTED]
    assert (event.actor, event.details) == (CLERK.username, {"words": 1, "on_pages": "2"})


def test_words_are_parted_joined_taken_out_and_put_back(service: Service) -> None:
    services, before = service.services, scan(service)
    words = page_of(service, before, 1).words
    last = len(words) - 1
    assert words[last - 1].line == words[last - 2].line
    pair = f"{words[last - 2].text} {words[last - 1].text}"
    said = [
        last_word(service, before, 1, ""),
        WordSaid(1, last - 2, pair, "thửnối", words=2),
        WordSaid(1, 0, words[0].text, "thử tách"),
    ]
    after = finished(service, corrections.correct(services, CLERK, before.id, before.version, said))
    page = page_of(service, after, 1)
    assert [word.text for word in page.words[:2]] == ["thử", "tách"]
    assert (page.words[-1].text, page.text.split()[-1]) == ("thửnối", "thửnối")
    assert [word.said and word.said.read for word in page.taken_out] == [words[last].text]
    text = copy_text(service, after)
    assert "thử tách" in text
    assert "thửnối\n" in text
    assert text.count(words[last].text) == 1, "of the other page"
    for query in ("thửnối", '"thử tách"'):
        assert found(service, query) == [before.id]
    with services.copies.of(services.objects, str(after.searchable)) as copy:
        assert judges.pdfa([copy]) == [{"compliant": True, "failed": []}]
    told = workflow.recognition(services, CLERK, before.id)["pages"][0]
    assert told["taken_out"][0]["said"]["read"] == words[last].text
    (event,) = [e for e in services.history.of(before.id) if e.action is Action.WORDS_CORRECTED]
    assert event.details == {"words": 3, "on_pages": "1", "taken_out": 1}
    back = WordSaid(1, 0, words[last].text, words[last].text, taken_out=True)
    again = finished(service, corrections.correct(services, CLERK, after.id, after.version, [back]))
    page = page_of(service, again, 1)
    assert (page.words[-1].text, page.words[-1].box, page.taken_out) == (
        words[last].text,
        words[last].box,
        (),
    )


def test_a_page_of_specks_has_no_words_left(service: Service) -> None:
    services, before = service.services, scan(service)
    words = page_of(service, before, 2).words
    none = [WordSaid(2, place, word.text, "") for place, word in enumerate(words)]
    saved = corrections.correct(services, CLERK, before.id, before.version, none)
    recognising.fail(services, before.id, saved.attempt, ReadingFailed("died"))
    retried = workflow.retry(services, CLERK, before.id)
    assert retried.pages_done == 2, "what was taken out is not read into it again"
    recognising.start_recognition(services, before.id, retried.attempt)
    after = finished(service, retried)
    page = page_of(service, after, 2)
    assert (page.words, page.text, len(page.taken_out)) == ((), "", len(words))
    with services.copies.of(services.objects, str(after.searchable)) as copy:
        assert judges.pdfa([copy]) == [{"compliant": True, "failed": []}]


def test_who_says_it_again_keeps_what_was_read_first(service: Service) -> None:
    services, before = service.services, scan(service)
    first = last_word(service, before, 1, "một")
    after = finished(service, corrections.correct(services, CLERK, before.id, before.version, [first]))
    second = replace(first, read="một", text="hai")
    after = finished(service, corrections.correct(services, ARCHIVIST, after.id, after.version, [second]))
    word = page_of(service, after, 1).words[first.word]
    assert word.said is not None
    assert (word.text, word.said.read, word.said.by) == ("hai", first.read, ARCHIVIST.username)


def test_of_two_clerks_the_later_is_told(service: Service) -> None:
    services, before = service.services, scan(service)
    said = last_word(service, before, 1, "một")
    saved = corrections.correct(services, CLERK, before.id, before.version, [said])
    with pytest.raises(RecordChanged):
        corrections.correct(services, ARCHIVIST, before.id, before.version, [replace(said, text="hai")])
    with pytest.raises(IllegalTransition):
        corrections.correct(services, ARCHIVIST, before.id, saved.version, [replace(said, text="hai")])
    assert page_of(service, before, 1).words[said.word].text == "một"


def test_what_was_confirmed_is_kept_to_be_confirmed_again(service: Service) -> None:
    services, before = service.services, scan(service)
    confirmed = workflow.confirm(services, CLERK, before.id, before.version, {"number": "16"})
    said = last_word(service, before, 1, "một")
    after = finished(service, corrections.correct(services, CLERK, before.id, confirmed.version, [said]))
    assert (after.status, after.number) == (Status.AWAITING_REVIEW, "16")
    assert services.parts.fields(after.id)["number"].confirmed_by == CLERK.username


def in_number(service: Service, record: Record) -> WordSaid:
    """The word that holds the record's number, 15, with another number."""
    field = service.services.parts.fields(record.id)["number"]
    assert field.box is not None
    words = page_of(service, record, 1).words
    place = next(n for n, word in enumerate(words) if word.text.startswith("15/"))
    return WordSaid(1, place, words[place].text, words[place].text.replace("15/", "16/"))


def test_a_confirmed_value_that_reads_otherwise_now_is_asked_again(service: Service) -> None:
    services, before = service.services, scan(service)
    confirmed = workflow.confirm(services, CLERK, before.id, before.version, {"number": "15", "type": "X"})
    said = in_number(service, before)
    saved = corrections.correct(services, CLERK, before.id, confirmed.version, [said])
    after = finished(service, saved)
    fields = services.parts.fields(after.id)
    assert (after.number, fields["number"].read.value, fields["number"].asked_again) == ("15", "16", True)
    assert not fields["type"].asked_again, "it was confirmed as another than it was read"
    event = services.history.of(before.id)[-1]
    assert (event.action, event.details["asked_again"]) == (Action.RECOGNISED, "number")
    elsewhere = last_word(service, after, 2, "một")
    after = finished(service, corrections.correct(services, CLERK, after.id, after.version, [elsewhere]))
    assert services.parts.fields(after.id)["number"].asked_again, "until the person says which counts"
    workflow.confirm(services, CLERK, after.id, after.version, {"number": "16"})
    assert not services.parts.fields(after.id)["number"].asked_again


def test_of_a_signed_copy_the_confirmed_values_are_asked_too(service: Service) -> None:
    services, before = service.services, scan(service)
    confirmed = workflow.confirm(services, CLERK, before.id, before.version, {"number": "15"})
    copy = services.objects.put(BytesIO(b"%PDF-1.7 signed")).digest
    signed = services.records.save(replace(confirmed, digitised=copy), [])
    after = corrections.correct(services, CLERK, before.id, signed.version, [in_number(service, before)])
    number = services.parts.fields(after.id)["number"]
    assert (after.status, after.number, number.asked_again) == (Status.CONFIRMED, "15", True)
    event = next(e for e in services.history.of(before.id) if e.action is Action.WORDS_CORRECTED)
    assert event.details["asked_again"] == "number"


@pytest.mark.parametrize("status", [Status.CONFIRMED, Status.SIGNED])
def test_a_signed_copy_stays_and_the_text_is_kept(service: Service, status: Status) -> None:
    services, before = service.services, scan(service)
    copy = services.objects.put(BytesIO(b"%PDF-1.7 signed")).digest
    signed = services.records.save(
        replace(before, status=status, digitised=copy, signed=copy if status is Status.SIGNED else None), []
    )
    said = last_word(service, before, 2, "mẫuđãsửa")
    after = corrections.correct(services, CLERK, before.id, signed.version, [said])
    assert (after.status, after.attempt, after.pdf, after.searchable) == (status, 1, copy, before.searchable)
    assert found(service, "mẫuđãsửa") == [before.id]
    told = workflow.recognition(services, CLERK, before.id)["pages"][1]["words"][-1]
    assert (told["text"], told["said"]["read"]) == ("mẫuđãsửa", said.read)
    event = services.history.of(before.id)[-2]
    assert (event.action, event.details["copy"]) == (Action.WORDS_CORRECTED, "stays")


def test_a_finish_that_failed_takes_no_word_back(service: Service) -> None:
    services, before = service.services, scan(service)
    said = last_word(service, before, 2, "mẫuđãsửa")
    saved = corrections.correct(services, CLERK, before.id, before.version, [said])
    recognising.fail(services, before.id, saved.attempt, ReadingFailed("died"))
    retried = workflow.retry(services, CLERK, before.id)
    assert (retried.status, retried.pages_done) == (Status.RECEIVED, 2)
    assert recognising.start_recognition(services, before.id, retried.attempt) == 2
    assert recognising.unread_pages(services, before.id) == []
    after = finished(service, retried)
    assert after.status is Status.AWAITING_REVIEW
    assert "mẫuđãsửa" in copy_text(service, after)


def test_a_part_of_a_scan_has_the_words_that_were_said(service: Service) -> None:
    services, before = service.services, scan(service)
    said = last_word(service, before, 2, "mẫuđãsửa")
    after = finished(service, corrections.correct(services, CLERK, before.id, before.version, [said]))
    made = splitting.split(services, CLERK, after.id, after.version, [1, 2])
    assert page_of(service, made[1], 1).words[-1].text == "mẫuđãsửa"
    part = finished(service, made[1])
    again = last_word(service, part, 1, "lầnhai")
    saved = corrections.correct(services, CLERK, part.id, part.version, [again])
    assert (saved.pages_done, recognising.unread_pages(services, part.id)) == (1, [])
    assert page_of(service, finished(service, saved), 1).words[-1].text == "lầnhai"


def test_a_scan_that_is_joined_again_has_the_words_of_its_parts(service: Service) -> None:
    services, before = service.services, scan(service)
    part = finished(service, splitting.split(services, CLERK, before.id, before.version, [1, 2])[1])
    said = last_word(service, part, 1, "mẫu phần")
    finished(service, corrections.correct(services, CLERK, part.id, part.version, [said]))
    joined = splitting.join(services, CLERK, before.id)
    assert (joined.status, joined.attempt, joined.pages_done) == (Status.RECOGNISING, 2, 2)
    after = finished(service, joined)
    page = page_of(service, after, 2)
    assert (page.number, [word.text for word in page.words[-2:]]) == (2, ["mẫu", "phần"])
    assert page_of(service, after, 1) == page_of(service, before, 1)
    assert found(service, '"mẫu phần"') == [before.id]
    assert "mẫu phần" in copy_text(service, after)


def test_what_was_confirmed_of_a_part_is_not_lost_by_a_join(service: Service) -> None:
    services, before = service.services, scan(service)
    part = finished(service, splitting.split(services, CLERK, before.id, before.version, [1, 2])[1])
    confirmed = workflow.confirm(services, CLERK, part.id, part.version, {"number": "16"})
    said = last_word(service, part, 1, "một")
    after = finished(service, corrections.correct(services, CLERK, part.id, confirmed.version, [said]))
    assert after.status is Status.AWAITING_REVIEW
    with pytest.raises(SplitRefused, match="confirmed"):
        splitting.join(services, CLERK, before.id)


def test_what_is_no_word_changes_nothing(service: Service) -> None:
    services, before = service.services, scan(service)
    said = last_word(service, before, 1, "một")
    bad = [
        *(replace(said, text=text) for text in ("a\x00b", "a\u202eb", "a\u200bb", "x" * 101, "a " * 21)),
        *(replace(said, word=place) for place in (-1, said.word + 1)),
        *(replace(said, words=count) for count in (0, 2)),
        replace(said, taken_out=True),
        said,
        replace(said, read="khác"),
        replace(said, page=3),
    ]
    for one in bad:
        with pytest.raises(BadWord) as refused:
            corrections.correct(services, CLERK, before.id, before.version, [said, one])
        assert refused.value.page == one.page
    for person, error in ((OFFICIAL, Forbidden), (STRANGER, RecordNotFound)):
        with pytest.raises(error):
            corrections.correct(services, person, before.id, before.version, [said])
    assert corrections.correct(services, CLERK, before.id, before.version, []) == before
    assert services.records.get(before.id) == before
