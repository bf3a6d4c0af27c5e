"""One scan that holds several papers: a record for each, and one record again.

Both ways are one transaction. What a paper is and its viewing copy are then made as for every record, by the
worker, from pages that were read once (docs/decisions/0010).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from app import intake
from app.access import Right, require
from app.audit import Action, Event
from app.people import Person
from app.ports import Services
from app.recognising import an_event
from app.records import IllegalTransition, PartOf, ReadPage, Record, RecordChanged, Status
from app.workflow import ask_for_reading, known, view


class SplitRefused(ValueError):
    """A record that cannot be split or joined so; says why, and what to do."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} — {en}")
        self.code = code
        self.vi = vi
        self.en = en


def partition(first_pages: Sequence[int], pages: int) -> list[tuple[int, int]]:
    """First and last page of each paper, where papers begin at these pages of `pages`: every page belongs to
    exactly one. Raises SplitRefused (first-pages)."""
    ends = [*first_pages, pages + 1]
    if not first_pages or ends[0] != 1 or any(begins >= follows for begins, follows in pairwise(ends)):
        raise SplitRefused(
            "first-pages",
            f"Các trang đầu phải tăng dần, bắt đầu từ trang 1 và không quá trang {pages}.",
            f"The first pages must grow, begin with page 1 and not go beyond page {pages}.",
        )
    return [(begins, follows - 1) for begins, follows in pairwise(ends)]


def split(
    services: Services, person: Person, record_id: str, version: int, first_pages: Sequence[int]
) -> Sequence[Record]:
    """One record for each paper; they begin at these pages. Where that is one paper, the record itself is
    understood anew as one. Raises RecordNotFound, Forbidden, RecordChanged, IllegalTransition,
    SplitRefused (first-pages, already-a-part)."""
    record = known(services, person, record_id)
    require(person, Right.SPLIT, record)
    if record.version != version:
        raise RecordChanged(f"version {record.version}, not {version}")
    if record.part_of is not None:
        raise SplitRefused(
            "already-a-part",
            "Hồ sơ này đã được tách từ một tệp. Muốn chia khác, hãy mở hồ sơ của cả tệp, gộp lại, tách lại.",
            "This record was split off already. To divide otherwise, open the record of the whole file, join "
            "it, then split it again.",
        )
    record.moved(Status.SPLIT)  # one that is not read, or is signed, is not one paper either
    ranges = partition(first_pages, record.pages_total or 0)
    if len(ranges) == 1:
        made: Sequence[Record] = [_as_one(services, person, record)]
    else:
        made = _parted(services, person, record, ranges)
    for paper in made:
        ask_for_reading(services, paper)
    return made


def join(services: Services, person: Person, record_id: str) -> Record:
    """The record that was split, whole again; it awaits review. Words that a person said of its papers are
    said of it: then the worker understands it anew from them. Raises RecordNotFound, Forbidden,
    IllegalTransition, RecordChanged, SplitRefused (papers-confirmed)."""
    record = known(services, person, record_id)
    require(person, Right.SPLIT, record)
    if record.status is not Status.SPLIT:
        raise IllegalTransition(record.status, Status.AWAITING_REVIEW)
    found = services.records.papers_of(record_id)
    _check_joinable(services, found)
    whole = record.moved(Status.AWAITING_REVIEW)
    corrected = _corrected(services, record, found)
    if corrected:
        whole = replace(whole.moved(Status.RECOGNISING), attempt=record.attempt + 1)
    events = [
        an_event(services, each.id, Action.JOINED, person.username, papers=len(found))
        for each in (record, *found)
    ]
    gone = [paper.moved(Status.JOINED) for paper in found]
    joined = services.records.join(whole, gone, events, pages=corrected)
    if corrected:
        ask_for_reading(services, joined)
    return joined


def joinable(services: Services, papers: Sequence[Record]) -> bool:
    """Whether nobody has confirmed one of these papers yet."""
    return not _settled(services, papers)


def _corrected(services: Services, record: Record, papers: Sequence[Record]) -> list[ReadPage]:
    """The pages of the whole of whose words a person said something since it was split."""
    before = {kept.page.number: kept for kept in services.parts.pages(record.id)}
    now = (
        replace(kept, page=replace(kept.page, number=paper.page_in_file(kept.page.number)))
        for paper in papers
        for kept in services.parts.pages(paper.id)
    )
    return [kept for kept in now if kept.page.said != before[kept.page.number].page.said]


def papers(services: Services, person: Person, record_id: str) -> tuple[Record, Sequence[Record]]:
    """The record, and the records that hold its pages: itself, or what it was split into, in their order.
    Raises RecordNotFound, Forbidden."""
    record = view(services, person, record_id)
    found = services.records.papers_of(record_id) if record.status is Status.SPLIT else [record]
    return record, found


def _as_one(services: Services, person: Person, record: Record) -> Record:
    """Kind and fields are those of all pages now: a new attempt that begins with the pages of the last."""
    if record.status is not Status.AWAITING_REVIEW:  # who confirmed it took it for one paper
        raise IllegalTransition(record.status, Status.RECOGNISING)
    anew = replace(record.moved(Status.RECOGNISING), attempt=record.attempt + 1, one_paper=True)
    event = an_event(services, record.id, Action.ONE_PAPER, person.username, pages=record.pages_total)
    return services.records.save(anew, [event], pages_of=record.attempt)


def _parted(
    services: Services, person: Person, record: Record, ranges: Sequence[tuple[int, int]]
) -> Sequence[Record]:
    # a signature on the copy of all pages is on none of the papers
    whole = replace(
        record.moved(Status.SPLIT), digitised=None, digitised_by=None, seal=None, archive_until=None
    )
    now = services.now()
    made = [
        # lists show the newest first, and of one moment the greatest id: the first paper stands above
        _paper(record, first, last, now + timedelta(milliseconds=len(ranges) - number))
        for number, (first, last) in enumerate(ranges)
    ]
    starts = ", ".join(str(first) for first, _ in ranges)
    event = Event(record.id, Action.SPLIT, person.username, now, {"papers": len(made), "first_pages": starts})
    of_papers = [
        Event(paper.id, Action.SPLIT, person.username, now, {"record": record.id, "pages": f"{first}–{last}"})
        for paper, (first, last) in zip(made, ranges, strict=True)
    ]
    services.records.split(whole, made, [event, *of_papers])
    return services.records.papers_of(record.id)


def _paper(record: Record, first: int, last: int, moment: datetime) -> Record:
    """A part of a file, its pages read and not yet understood. The signature of the file is on no part. What
    a person said of the kind was said of the paper that the scan begins with."""
    return Record(
        id=intake.new_id(moment),
        agency=record.agency,
        digest=record.digest,
        name=record.name,
        media_type=record.media_type,
        size=record.size,
        status=Status.RECOGNISING,
        received_at=record.received_at,
        received_by=record.received_by,
        dossier=record.dossier,
        pages_total=last - first + 1,
        part_of=PartOf(record.id, first, last, record.pages_total or 0),
        one_paper=True,
        said_kind=record.said_kind if first == 1 else None,
    )


def _settled(services: Services, papers: Sequence[Record]) -> list[Record]:
    """Those that were confirmed, also where they await review again, as words of them were corrected."""
    return [
        paper
        for paper in papers
        if paper.status in (Status.CONFIRMED, Status.SIGNED)
        or any(field.confirmed_at for field in services.parts.fields(paper.id).values())
    ]


def _check_joinable(services: Services, papers: Sequence[Record]) -> None:
    """Raises SplitRefused where somebody has confirmed or signed one of the papers."""
    settled = [paper.part_of for paper in _settled(services, papers) if paper.part_of]
    if settled:
        pages = ", ".join(
            str(one.first_page) if one.pages == 1 else f"{one.first_page}–{one.last_page}" for one in settled
        )
        raise SplitRefused(
            "papers-confirmed",
            f"Không gộp lại được nữa: phần ở trang {pages} đã được xác nhận hoặc ký. "
            "Chỉ gộp lại được khi chưa phần nào được xác nhận.",
            f"This can no longer be joined: the part on p. {pages} has been confirmed or signed. "
            "Papers are joined only while none is confirmed.",
        )
