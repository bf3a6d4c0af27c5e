"""Fills an empty register with the fictional papers, as a clerk would who drops them in."""

import io
from typing import Final

from app import workflow
from app.people import Person
from app.ports import Services
from app.records import Query
from app.sample.papers import SamplePaper, all_papers
from app.sample.scans import Format, as_scan

DOSSIER = "MAU-2026-0001"

#: Papers that come from the scanner, and in which form; the others are born digital.
_SCANNED: Final[dict[str, Format]] = {
    "quyet-dinh.pdf": "pdf",
    "bao-cao.pdf": "tiff",
    "chi-thi.pdf": "pdf",
    "giay-khai-sinh.pdf": "jpeg",
    "giay-phep-xay-dung.pdf": "pdf",
}
_ENDINGS: Final[dict[Format, str]] = {"pdf": ".pdf", "tiff": ".tif", "jpeg": ".jpg"}


def fill(services: Services, clerk: Person) -> int:
    """Send in every fictional paper where the register has no record; gives how many were sent."""
    if services.records.list(Query(limit=1)).records:
        return 0
    papers = all_papers()
    for paper in papers:
        name, data = _as_sent(paper)
        workflow.receive(services, clerk, name, io.BytesIO(data), DOSSIER)
    return len(papers)


def _as_sent(paper: SamplePaper) -> tuple[str, bytes]:
    form = _SCANNED.get(paper.name)
    if form is None:
        return paper.name, paper.pdf_bytes
    scan = as_scan(paper.pdf_bytes, to=form, dpi=200, skew=0.8, seed=len(paper.name))
    return paper.name.removesuffix(".pdf") + _ENDINGS[form], scan
