"""Records, pages and fields as rows, and rows as records, pages and fields."""

import dataclasses
from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.database.tables import fields, pages, records, standings
from app.outlines import DEFINITION, PageOutline, outline_of
from app.records import FieldValue, PartOf, Problem, ReadPage, Record, Seal, Status
from app.standing import Standing
from ocr.recognition import Box, Field, Kind, Page

#: What is in a record as it is in its row.
_SAME = frozenset(f.name for f in dataclasses.fields(Record)) - {
    "status",
    "kind",
    "problem",
    "part_of",
    "standing",
    "seal",
}
_PART = ("whole", "first_page", "last_page", "file_pages")
#: What stays as it was received or split off; everything else of a record may change.
FIXED = frozenset({"id", "code", "agency", "digest", "received_at", "received_by", *_PART})


def pages_done() -> ColumnElement[int]:
    """How many pages of the present attempt are kept."""
    return (
        select(func.count())
        .select_from(pages)
        .where(pages.c.record_id == records.c.id, pages.c.attempt == records.c.attempt)
        .correlate(records)
        .scalar_subquery()
        .label("pages_done")
    )


def standing_of() -> ColumnElement[str | None]:
    """What was stated last of a record; NULL where nothing was."""
    return (
        select(standings.c.standing)
        .where(standings.c.record_id == records.c.id)
        .order_by(standings.c.sequence.desc())
        .limit(1)
        .correlate(records)
        .scalar_subquery()
        .label("standing")
    )


def select_records() -> Select[Any]:
    return select(records, pages_done(), standing_of())


def record_row(record: Record) -> dict[str, Any]:
    return {
        "id": record.id,
        "code": record.code,
        "agency": record.agency,
        "digest": record.digest,
        "name": record.name,
        "media_type": record.media_type,
        "size": record.size,
        "status": record.status.value,
        "received_at": record.received_at,
        "received_by": record.received_by,
        "dossier": record.dossier,
        "attempt": record.attempt,
        "version": record.version,
        "pages_total": record.pages_total,
        "digitally_signed": record.digitally_signed,
        "kind": record.kind.code if record.kind else None,
        "kind_details": record.kind.to_json() if record.kind else None,
        "number": record.number,
        "symbol": record.symbol,
        "date": record.date,
        "subject": record.subject,
        "recognition": record.recognition,
        "searchable": record.searchable,
        "signed": record.signed,
        "digitised": record.digitised,
        "digitised_by": record.digitised_by,
        "problem": problem_row(record.problem),
        "one_paper": record.one_paper,
        "said_kind": record.said_kind,
        "incomplete": record.incomplete,
        "seal": record.seal.value if record.seal else None,
        "archive_until": record.archive_until,
        **_part_row(record.part_of),
    }


def record_of(row: Mapping[Any, Any]) -> Record:
    kind = row["kind_details"]
    problem = row["problem"]
    return Record(
        **{name: row[name] for name in _SAME},
        status=Status(row["status"]),
        standing=Standing(row["standing"] or Standing.IN_FORCE),
        kind=Kind.from_json(kind) if kind else None,
        problem=Problem(**problem) if problem else None,
        seal=Seal(row["seal"]) if row["seal"] else None,
        part_of=PartOf(*(row[name] for name in _PART)) if row["whole"] else None,
    )


def _part_row(part: PartOf | None) -> dict[str, Any]:
    values = astuple(part) if part else (None,) * len(_PART)
    return dict(zip(_PART, values, strict=True))


def problem_row(problem: Problem | None) -> dict[str, str] | None:
    return {"code": problem.code, "vi": problem.vi, "en": problem.en} if problem else None


def page_row(record_id: str, attempt: int, page: ReadPage) -> dict[str, Any]:
    return {
        "record_id": record_id,
        "attempt": attempt,
        "number": page.page.number,
        "image": page.image,
        "thumbnail": page.thumbnail,
        "recognition": page.page.to_json(),
        "outline": outline_row(outline_of(page.page)),
    }


def page_of(row: Mapping[Any, Any]) -> ReadPage:
    """The number that counts is the row's: a part of a file has copies of rows of the whole."""
    page = Page.from_json({**row["recognition"], "number": row["number"]})
    return ReadPage(page, row["image"], row["thumbnail"])


def outline_row(outline: PageOutline) -> list[int]:
    """Without the number, which is the row's."""
    return [DEFINITION, outline.width, outline.height, int(outline.blank), outline.doubts]


def kept_outline(number: int, row: list[int] | None) -> PageOutline | None:
    """None where it is to be made anew."""
    if row is None or row[0] != DEFINITION:
        return None
    width, height, blank, doubts = row[1:]
    return PageOutline(number, width, height, bool(blank), doubts)


def field_row(record_id: str, position: int, value: FieldValue) -> dict[str, Any]:
    return {
        "record_id": record_id,
        "name": value.name,
        "position": position,
        "value": value.read.value,
        "confidence": value.read.confidence,
        "page": value.read.page,
        "box": value.read.box.to_json() if value.read.box else None,
        "state": value.read.state,
        "confirmed": value.confirmed,
        "confirmed_by": value.confirmed_by,
        "confirmed_at": value.confirmed_at,
        "asked_again": value.asked_again,
    }


def field_of(row: Mapping[Any, Any]) -> FieldValue:
    box = Box.from_json(row["box"]) if row["box"] else None
    return FieldValue(
        name=row["name"],
        read=Field(row["value"], row["confidence"], row["page"], box, row["state"]),
        confirmed=row["confirmed"],
        confirmed_by=row["confirmed_by"],
        confirmed_at=row["confirmed_at"],
        asked_again=row["asked_again"],
    )


def select_fields(record_id: str) -> Select[Any]:
    return select(fields).where(fields.c.record_id == record_id).order_by(fields.c.position)
