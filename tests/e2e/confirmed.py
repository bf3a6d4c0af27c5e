"""Records that wait for a signature, made without a worker."""

from functools import cache

from app import workflow
from app.records import Record
from app.sample.papers import paper
from tests.app.front import Desk

_PAPERS = ("quyet-dinh", "bao-cao", "giay-khai-sinh")


@cache
def _text_layer(name: str) -> bytes:
    """A paper with a text layer, which is read in no time."""
    return paper(name).pdf_bytes


def confirmed(desk: Desk, count: int) -> list[Record]:
    """So many fictional papers, each of its own number, read and confirmed by the clerk."""
    clerk = desk.services.people.get("clerk")
    made = []
    for number in range(1, count + 1):
        content = _text_layer(_PAPERS[number % len(_PAPERS)]) + b"%% copy %d\n" % number
        record = desk.read(desk.receive(data=content))
        values = {"number": str(number), "subject": f"Về việc mẫu số {number}"}
        made.append(workflow.confirm(desk.services, clerk, record.id, record.version, values))
    return made
